package console

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"sitrep/commands"
	"sitrep/lang"
	"sitrep/news"
)

// card is a reply made ready for card.html: cleaned, dated and linked. Escaping is
// the template's part.
type card struct {
	// Lang is the language of what is ours in it, and RightToLeft says that it is
	// written so; quotations keep their own direction.
	Lang        string
	RightToLeft bool
	Title       paragraph
	AsOf        *moment
	AsOfText    string
	Note        []paragraph
	Error       *complaint
	Items       []item
	Figures     []field // short: shown as figures
	Facts       []field // long or many: shown as a list
	Wide        bool    // the names of the facts need lines of their own
	Pictures    []picture
	Actions     []action
}

type complaint struct {
	Heading string // where the reply has no title
	Text    []paragraph
	Grave   bool // more than a question that found nothing or was put wrongly
}

type item struct {
	Quote bool
	// Standing is "disputed", "retracted", "corroborated" or empty, and Badge its word.
	Standing, Badge string
	Text            []paragraph
	Cites           []cite
	More            []paragraph // who else carries the text
	// RightToLeft turns the whole item, citations too: they stand where the
	// quotation begins.
	RightToLeft bool
}

type cite struct {
	Title, Source string
	Published     *moment
	Filed         *moment
	Undated       string // what is said where there is no date
	Link          *link
	ID            news.ID
}

type field struct{ Name, Value paragraph }

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

func cardOf(r commands.Reply, now time.Time, in *lang.Printer) card {
	c := card{
		Lang:        in.Code,
		RightToLeft: in.RightToLeft(),
		Title:       ownLine(r.Title),
		AsOf:        momentOf(r.AsOf, now, in),
		Note:        ownText(r.Note),
	}
	if c.AsOf != nil {
		c.AsOfText = clean(in.Say("as of %s, %s", c.AsOf.Day, c.AsOf.Ago))
	}
	if r.Error != nil {
		c.Error = complaintOf(r)
	}
	for _, it := range r.Items {
		c.Items = append(c.Items, itemOf(it, now, in))
	}
	c.Figures, c.Facts, c.Wide = fieldsOf(r.Fields)
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

// complaintOf tells of an error. A reply's own title says it in its language already.
func complaintOf(r commands.Reply) *complaint {
	heading := headings[r.Error.Code]
	if heading == "" {
		heading = headings[commands.CodeInternal]
	}
	if cleanLine(r.Title) != "" {
		heading = ""
	}
	grave := true
	switch r.Error.Code {
	case commands.CodeNotFound, commands.CodeUsage, commands.CodeUnknownCommand:
		grave = false
	}
	return &complaint{heading, ownText(r.Error.Message), grave}
}

func itemOf(it commands.Item, now time.Time, in *lang.Printer) item {
	v := item{Quote: it.Quote, Text: paragraphs(it.Text, it.Marks), RightToLeft: rightToLeft(clean(it.Text))}
	if !it.Quote && len(it.Marks) == 0 { // a sentence of ours
		v.Text, v.RightToLeft = ownText(it.Text), in.RightToLeft()
	}
	switch it.Standing {
	case news.Disputed, news.Retracted, news.Corroborated:
		v.Standing, v.Badge = string(it.Standing), in.Say(string(it.Standing))
	}
	text := cleanLine(it.Text)
	for _, ct := range it.Cites {
		k := cite{
			Title:     cleanLine(ct.Title),
			Source:    cleanLine(ct.Source),
			Published: momentOf(ct.Published, now, in),
			Filed:     momentOf(ct.Filed, now, in),
			Undated:   in.Say("undated"),
			Link:      linkTo(ct.URL),
		}
		if k.Filed != nil {
			k.Undated = clean(in.Say("undated, filed %s", k.Filed.Day))
		}
		if strings.HasPrefix(text, strings.TrimRight(k.Title, "….")) {
			k.Title = "" // said already
		}
		if ct.ID.Valid() {
			k.ID = ct.ID
		}
		v.Cites = append(v.Cites, k)
	}
	if it.More != "" {
		v.More = ownText(it.More)
	}
	return v
}

// fieldsOf parts short fields from long ones. Where the long ones prevail, or there are
// too many, all stay in one list, in their order: it is a table. wide says that a name
// in the list is too long to stand beside its value.
func fieldsOf(fields []commands.Field) (figures, facts []field, wide bool) {
	var all []field
	anyLong := false
	for _, f := range fields {
		name, value := cleanLine(f.Name), strings.TrimSpace(clean(f.Value))
		if name == "" && value == "" {
			continue
		}
		v := field{ownLine(f.Name), owned(strings.TrimSpace(f.Value))}
		all = append(all, v)
		long := utf8.RuneCountInString(name) > maxFigureName
		anyLong = anyLong || long
		if long || utf8.RuneCountInString(value) > maxFigureValue || strings.Contains(value, "\n") {
			facts = append(facts, v)
		} else {
			figures = append(figures, v)
		}
	}
	if len(figures) > maxFigures || len(facts) > len(figures) {
		return nil, all, anyLong
	}
	return figures, facts, anyLong
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
