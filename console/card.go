package console

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"sitrep/commands"
	"sitrep/news"
)

// card is a reply made ready for card.html: cleaned, dated and linked. Escaping is
// the template's part.
type card struct {
	Title    string
	AsOf     *moment
	Note     []paragraph
	Error    *complaint
	Items    []item
	Figures  []commands.Field // short: shown as figures
	Facts    []commands.Field // long or many: shown as a list
	Wide     bool             // the names of the facts need lines of their own
	Pictures []picture
	Actions  []action
}

type complaint struct {
	Heading string
	Text    []paragraph
	Grave   bool // more than a question that found nothing or was put wrongly
}

type item struct {
	Quote bool
	Badge string // "disputed", "retracted", "corroborated" or empty
	Text  []paragraph
	Cites []cite
	// RightToLeft turns the whole item, citations too: they stand where the
	// quotation begins.
	RightToLeft bool
}

type cite struct {
	Title, Source string
	Published     *moment
	Filed         *moment
	Link          *link
	ID            news.ID
}

type picture struct {
	Alt           string
	Source        template.URL // empty where the data is no PNG: then the words stand for it
	Width, Height int
}

type action struct{ Label, Line string }

// headings say in two words what happened, by error code.
var headings = map[string]string{
	commands.CodeUnknownCommand: "No such command",
	commands.CodeUsage:          "Not quite",
	commands.CodeNotFound:       "Nothing found",
	commands.CodeForbidden:      "Not allowed here",
	commands.CodeUnavailable:    "Not available just now",
	commands.CodeInternal:       "Something went wrong",
}

// Fields shown as figures, side by side; what is longer stands in a list below.
const (
	maxFigures     = 8
	maxFigureName  = 24 // runes
	maxFigureValue = 40 // runes
)

func cardOf(r commands.Reply, now time.Time) card {
	c := card{
		Title: cleanLine(r.Title),
		AsOf:  momentOf(r.AsOf, now),
		Note:  paragraphs(r.Note, nil),
	}
	if r.Error != nil {
		heading := headings[r.Error.Code]
		if heading == "" {
			heading = headings[commands.CodeInternal]
		}
		grave := true
		switch r.Error.Code {
		case commands.CodeNotFound, commands.CodeUsage, commands.CodeUnknownCommand:
			grave = false
		}
		c.Error = &complaint{heading, paragraphs(r.Error.Message, nil), grave}
	}
	for _, it := range r.Items {
		c.Items = append(c.Items, itemOf(it, now))
	}
	c.Figures, c.Facts = fieldsOf(r.Fields)
	c.Wide = wide(c.Facts)
	for _, p := range r.Pictures {
		c.Pictures = append(c.Pictures, pictureOf(p))
	}
	for _, a := range r.Actions {
		if label := cleanLine(a.Label); label != "" && a.Line != "" {
			c.Actions = append(c.Actions, action{label, strings.ToValidUTF8(a.Line, "\uFFFD")})
		}
	}
	return c
}

func itemOf(it commands.Item, now time.Time) item {
	v := item{Quote: it.Quote, Text: paragraphs(it.Text, it.Marks), RightToLeft: rightToLeft(clean(it.Text))}
	switch it.Standing {
	case news.Disputed, news.Retracted, news.Corroborated:
		v.Badge = string(it.Standing)
	}
	text := cleanLine(it.Text)
	for _, ct := range it.Cites {
		k := cite{
			Title:     cleanLine(ct.Title),
			Source:    cleanLine(ct.Source),
			Published: momentOf(ct.Published, now),
			Filed:     momentOf(ct.Filed, now),
			Link:      linkTo(ct.URL),
		}
		if strings.HasPrefix(text, strings.TrimRight(k.Title, "….")) {
			k.Title = "" // said already
		}
		if ct.ID.Valid() {
			k.ID = ct.ID
		}
		v.Cites = append(v.Cites, k)
	}
	return v
}

// fieldsOf parts short fields from long ones. Where the long ones prevail, or there are
// too many, all stay in one list, in their order: it is a table.
func fieldsOf(fields []commands.Field) (figures, facts []commands.Field) {
	var all []commands.Field
	for _, f := range fields {
		f.Name, f.Value = cleanLine(f.Name), strings.TrimSpace(clean(f.Value))
		if f.Name == "" && f.Value == "" {
			continue
		}
		all = append(all, f)
		if utf8.RuneCountInString(f.Name) > maxFigureName || utf8.RuneCountInString(f.Value) > maxFigureValue || strings.Contains(f.Value, "\n") {
			facts = append(facts, f)
		} else {
			figures = append(figures, f)
		}
	}
	if len(figures) > maxFigures || len(facts) > len(figures) {
		return nil, all
	}
	return figures, facts
}

// wide reports whether any name is too long to stand beside its value.
func wide(facts []commands.Field) bool {
	return slices.ContainsFunc(facts, func(f commands.Field) bool { return utf8.RuneCountInString(f.Name) > maxFigureName })
}

// pngHead begins every PNG (PNG specification, section 5.2).
var pngHead = []byte("\x89PNG\r\n\x1a\n")

func pictureOf(p commands.Picture) picture {
	v := picture{Alt: cleanLine(p.Alt), Width: max(p.Width, 0), Height: max(p.Height, 0)}
	if v.Alt == "" {
		v.Alt = "A picture without a description"
	}
	if bytes.HasPrefix(p.Data, pngHead) {
		v.Source = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(p.Data))
	}
	return v
}
