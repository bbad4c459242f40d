package query

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a token is.
type kind int

const (
	word   kind = iota // text up to a space, a quotation or a parenthesis
	quote              // text in quotes
	field              // name:, its value in text
	open               // (
	shut               // )
	sign               // + or -
	either             // OR
)

// token is a piece of a query.
type token struct {
	kind kind
	pos  int // in characters, from 1
	// start and end are where it stands in the text, in bytes.
	start, end int
	name       string // a field's, in lower case
	text       string
	quoted     bool // a field's value stood in quotes
}

// straight makes the quotes that phones put in by themselves plain ones.
var straight = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "‟", `"`)

// ends reports whether a character ends a word.
func ends(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '(' || r == ')' }

type lexer struct {
	text string
	at   int // bytes read
	pos  int // characters read
	out  []token
}

// lex cuts a query into tokens.
func lex(text string) ([]token, error) {
	l := &lexer{text: text}
	for {
		l.skip(len(l.rest()) - len(strings.TrimLeftFunc(l.rest(), unicode.IsSpace)))
		if l.rest() == "" {
			return l.out, nil
		}
		if err := l.token(); err != nil {
			return nil, err
		}
	}
}

func (l *lexer) rest() string { return l.text[l.at:] }

func (l *lexer) skip(n int) {
	l.pos += utf8.RuneCountInString(l.text[l.at : l.at+n])
	l.at += n
}

// token reads the next one.
func (l *lexer) token() (err error) {
	t := token{pos: l.pos + 1, start: l.at}
	switch c := l.rest()[0]; c {
	case '(', ')':
		t.kind = open
		if c == ')' {
			t.kind = shut
		}
		l.skip(1)
	case '+', '-':
		t.kind, t.text = sign, string(c)
		l.skip(1)
		if r, _ := utf8.DecodeRuneInString(l.rest()); l.rest() == "" || unicode.IsSpace(r) || r == ')' {
			return wrongAt(t.pos, "+ or - stands alone: write the word right behind it")
		}
	case '"':
		t.kind = quote
		t.text, err = l.quotation()
	default:
		err = l.word(&t)
	}
	t.end = l.at
	l.out = append(l.out, t)
	return err
}

// quotation reads what stands in quotes.
func (l *lexer) quotation() (string, error) {
	start := l.pos + 1
	l.skip(1)
	end := strings.IndexByte(l.rest(), '"')
	if end < 0 {
		return "", wrongAt(start, `the quotation that begins here does not end: add the other "`)
	}
	text := strings.Join(strings.Fields(l.rest()[:end]), " ")
	l.skip(end + 1)
	return text, nil
}

// bare reads up to what ends a word.
func (l *lexer) bare() string {
	end := strings.IndexFunc(l.rest(), ends)
	if end < 0 {
		end = len(l.rest())
	}
	text := l.rest()[:end]
	l.skip(end)
	return text
}

// word reads a word, an operator, or a field with its value.
func (l *lexer) word(t *token) error {
	if i := strings.IndexByte(l.rest(), ':'); i > 0 && known(l.rest()[:i]) {
		t.kind, t.name = field, strings.ToLower(l.rest()[:i])
		l.skip(i + 1)
		return l.value(t)
	}
	t.text = l.bare()
	switch t.text {
	case "OR", "|", "||":
		t.kind = either
	case "AND", "&&":
		return wrongAt(t.pos, "%s is not needed: put + before each word that must be there, as in +hajin +convoy", t.text)
	case "NOT":
		return wrongAt(t.pos, "write - right before the word that must not be there, as in -raqqa")
	}
	return nil
}

// value reads what stands behind a field's colon.
func (l *lexer) value(t *token) (err error) {
	if strings.HasPrefix(l.rest(), `"`) {
		t.quoted = true
		if t.text, err = l.quotation(); err != nil {
			return err
		}
		if t.name == "near" {
			t.text += l.bare() // the distance
		}
	} else {
		t.text = l.bare()
	}
	if t.text == "" {
		return wrongAt(l.pos+1, "%s what? Write the value right behind the colon, as in %s", t.name+":", example(t.name))
	}
	return nil
}

func example(name string) string {
	switch name {
	case "place":
		return `place:badia`
	case "near":
		return `near:hajin<50km`
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
	case "since":
		return `since:7d`
	case "until":
		return `until:2018-12-31`
	case "sort":
		return "sort:new"
	}
	return "title:offensive"
}
