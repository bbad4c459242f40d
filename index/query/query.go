// Package query is the language in which people search: words, phrases, what
// must and must not be there, and fields. It knows nothing of the engine.
package query

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits keep a query from costing more than a search should.
const (
	MaxRunes = 256
	MaxTerms = 16
)

// Mode says whether a term is wanted, required or unwanted.
type Mode int

// The modes.
const (
	Should Mode = iota // the more of them the better
	Must               // +word
	Not                // -word
)

// Fields are the names that can stand before a colon; anything else before a
// colon is text.
func Fields() []string {
	return []string{"actor", "id", "lang", "place", "source", "standing", "title"}
}

// Term is one part of a query.
type Term struct {
	Mode   Mode
	Field  string // empty: title and body; otherwise one of Fields
	Text   string
	Phrase bool // the words in this order, next to each other
}

// Query is what was asked for. Every term counts, none may be lost: String
// gives it back as it would be typed.
type Query struct {
	Terms []Term
}

// Empty reports whether nothing is asked for.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Words are the terms that rank: the text that is wanted, in order.
func (q Query) Words() string {
	var parts []string
	for _, t := range q.Terms {
		if t.Mode != Not && t.Field == "" {
			parts = append(parts, t.Text)
		}
	}
	return strings.Join(parts, " ")
}

// String is the canonical form: parsing it gives the same query again.
func (q Query) String() string {
	parts := make([]string, len(q.Terms))
	for i, t := range q.Terms {
		parts[i] = t.String()
	}
	return strings.Join(parts, " ")
}

func (t Term) String() string {
	var b strings.Builder
	switch t.Mode {
	case Must:
		b.WriteByte('+')
	case Not:
		b.WriteByte('-')
	}
	if t.Field != "" {
		b.WriteString(t.Field + ":")
	}
	if t.Phrase || !bare(t) {
		b.WriteString(`"` + strings.ReplaceAll(t.Text, `"`, "") + `"`)
	} else {
		b.WriteString(t.Text)
	}
	return b.String()
}

// bare reports whether the text can stand without quotes and mean the same.
func bare(t Term) bool {
	if strings.ContainsFunc(t.Text, unicode.IsSpace) || strings.Contains(t.Text, `"`) {
		return false
	}
	if t.Field != "" {
		return true
	}
	if c := t.Text[0]; t.Mode == Should && (c == '+' || c == '-') {
		return false
	}
	name, _, found := strings.Cut(t.Text, ":")
	return !found || !isField(name)
}

func isField(name string) bool {
	for _, f := range Fields() {
		if strings.EqualFold(f, name) {
			return true
		}
	}
	return false
}

// Error says where a query stops making sense and what was expected there.
type Error struct {
	Pos int // in characters, from 1; 0 where it is not the form that is wrong
	// Want is an English text, a format for Args.
	Want string
	Args []any
}

func (e *Error) Error() string {
	said := fmt.Sprintf(e.Want, e.Args...)
	if e.Pos == 0 {
		return said
	}
	return fmt.Sprintf("at character %d: %s", e.Pos, said)
}

// Text gives the error to who says it in another language.
func (e *Error) Text() (string, []any) {
	if e.Pos == 0 {
		return e.Want, e.Args
	}
	return "at character %d: %s", []any{e.Pos, &Error{Want: e.Want, Args: e.Args}}
}

// Wrong is an error in what is asked for, not in how it is written.
func Wrong(text string, args ...any) *Error { return wrongAt(0, text, args...) }

func wrongAt(pos int, text string, args ...any) *Error {
	return &Error{Pos: pos, Want: text, Args: args}
}

// Parse reads a query. It returns an *Error for what cannot be meant.
func Parse(s string) (Query, error) {
	p := parser{rest: straight.Replace(strings.ToValidUTF8(s, "\uFFFD"))}
	if n := utf8.RuneCountInString(p.rest); n > MaxRunes {
		return Query{}, wrongAt(MaxRunes+1, "the query has %d characters, the limit is %d: leave some words out", n, MaxRunes)
	}
	var q Query
	for {
		p.space()
		if p.rest == "" {
			return q, nil
		}
		t, err := p.term()
		if err != nil {
			return Query{}, err
		}
		if len(q.Terms) == MaxTerms {
			return Query{}, wrongAt(p.pos+1, "more than %d terms: leave some out, or put words that belong together in quotes", MaxTerms)
		}
		if t.Text != "" {
			q.Terms = append(q.Terms, t)
		}
	}
}

// straight makes the quotes that phones put in by themselves plain ones.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`)

type parser struct {
	rest string
	pos  int // characters read
}

func (p *parser) skip(n int) {
	p.pos += utf8.RuneCountInString(p.rest[:n])
	p.rest = p.rest[n:]
}

func (p *parser) space() {
	p.skip(len(p.rest) - len(strings.TrimLeftFunc(p.rest, unicode.IsSpace)))
}

func (p *parser) term() (Term, error) {
	var t Term
	switch p.rest[0] {
	case '+':
		t.Mode = Must
		p.skip(1)
	case '-':
		t.Mode = Not
		p.skip(1)
	}
	if i := strings.IndexByte(p.rest, ':'); i > 0 && isField(p.rest[:i]) {
		t.Field = strings.ToLower(p.rest[:i])
		p.skip(i + 1)
		if p.rest == "" || unicode.IsSpace(rune(p.rest[0])) {
			return t, wrongAt(p.pos+1, "%s what? Write the value right behind the colon, as in %s", t.Field+":", example(t.Field))
		}
	}
	return t, p.text(&t)
}

func (p *parser) text(t *Term) error {
	if strings.HasPrefix(p.rest, `"`) {
		start := p.pos + 1
		p.skip(1)
		end := strings.IndexByte(p.rest, '"')
		if end < 0 {
			return wrongAt(start, `the quotation that begins here does not end: add the other "`)
		}
		t.Text = strings.Join(strings.Fields(p.rest[:end]), " ")
		t.Phrase = strings.Contains(t.Text, " ") || t.Field == ""
		p.skip(end + 1)
		return nil
	}
	end := strings.IndexFunc(p.rest, func(r rune) bool { return unicode.IsSpace(r) || r == '"' })
	if end < 0 {
		end = len(p.rest)
	}
	t.Text = p.rest[:end]
	p.skip(end)
	if t.Text == "" && t.Mode != Should {
		return wrongAt(p.pos, "+ or - stands alone: write the word right behind it")
	}
	return nil
}

func example(field string) string {
	switch field {
	case "place":
		return `place:badia`
	case "actor":
		return `actor:sdf`
	case "source":
		return `source:"Al Jazeera"`
	case "lang":
		return "lang:ar"
	case "standing":
		return "standing:disputed"
	case "id":
		return "id:k3v7q2m5xw4a6bzd"
	}
	return "title:offensive"
}
