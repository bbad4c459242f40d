package console

import (
	"bytes"
	"encoding/base64"
	"html/template"
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
	Pictures []picture
	Actions  []action
}

type complaint struct {
	Heading string
	Text    []paragraph
}

type item struct {
	Quote bool
	Badge string // "disputed", "retracted", "corroborated" or empty
	Text  []paragraph
	Cites []cite
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

// Figures are fields that fit side by side; beyond these they are a list.
const (
	maxFigures    = 6
	maxFigureLong = 40 // runes of a value
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
		c.Error = &complaint{heading, paragraphs(r.Error.Message, nil)}
	}
	for _, it := range r.Items {
		c.Items = append(c.Items, itemOf(it, now))
	}
	c.Figures, c.Facts = fieldsOf(r.Fields)
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
	v := item{Quote: it.Quote, Text: paragraphs(it.Text, it.Marks)}
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

func fieldsOf(fields []commands.Field) (figures, facts []commands.Field) {
	small := len(fields) <= maxFigures
	var fs []commands.Field
	for _, f := range fields {
		f.Name, f.Value = cleanLine(f.Name), strings.TrimSpace(clean(f.Value))
		if f.Name == "" && f.Value == "" {
			continue
		}
		if utf8.RuneCountInString(f.Value) > maxFigureLong || strings.Contains(f.Value, "\n") {
			small = false
		}
		fs = append(fs, f)
	}
	if small {
		return fs, nil
	}
	return nil, fs
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
