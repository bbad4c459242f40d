// Package query is the language in which people search: words, phrases, what
// must and must not be there, alternatives, fields and times. It knows nothing of
// the engine.
//
//	query   = { item }
//	item    = operand { "OR" operand }
//	operand = [ "+" | "-" ] ( word | word* | "a phrase" | field:value | near:place<50km | "(" query ")" )
//
// Beside these stand since:time, until:time and sort:order, once each. OR joins
// what stands right beside it. Parentheses without OR around them change nothing.
package query

import (
	"slices"
	"strconv"
	"strings"
)

// The limits keep a query from costing more than a search should.
const (
	MaxRunes = 256
	MaxTerms = 16
	// MaxDepth is how deep parentheses can stand in one another.
	MaxDepth = 4
	// MinPrefix is how many letters a word with * needs.
	MinPrefix = 3
	// MaxRadius is the largest distance of near:, in km.
	MaxRadius = 500
)

// Mode says whether a term is wanted, required or unwanted.
type Mode int

// The modes.
const (
	Should Mode = iota // a word: the more of them the better; anything else is required
	Must               // +word
	Not                // -word
)

// Fields are the names that can stand before a colon; anything else before a
// colon is text, but for since, until and sort.
func Fields() []string {
	return []string{"actor", "id", "lang", "near", "place", "source", "standing", "title"}
}

// Term is one part of a query: a word, a phrase, a field, or alternatives.
type Term struct {
	Mode   Mode
	Field  string // empty: title and body; otherwise one of Fields
	Text   string
	Phrase bool // the words in this order, next to each other
	// Prefix asks for every word that begins with Text.
	Prefix bool
	// Within is how far from the place that Text names, for near:.
	Within Radius
	// Any, where it is set, is all there is to the term beside Mode: at least one of
	// these must match as a query of its own does. With Not there is one, of several
	// terms.
	Any [][]Term
}

// Radius is a distance as it was typed.
type Radius struct {
	N    float64
	Unit string // km or mi
}

// Km is the distance in kilometres.
func (r Radius) Km() float64 {
	if r.Unit == "mi" {
		return r.N * 1.609344
	}
	return r.N
}

// Required reports whether a query matches only where the term does. A word is
// required with + alone.
func (t Term) Required() bool { return t.Mode != Not && !t.optional() }

// Narrows reports whether a term only says among which dispatches to look: a field
// other than title, or alternatives of such. Beside it, at least one of the words
// must still be there.
func (t Term) Narrows() bool {
	for _, alt := range t.Any {
		for _, a := range alt {
			if a.Mode != Not && !a.Narrows() {
				return false
			}
		}
	}
	return t.Any != nil || t.Field != "" && t.Field != "title"
}

func (t Term) optional() bool {
	return t.Mode == Should && t.Field == "" && !t.Phrase && t.Any == nil
}

// Query is what was asked for, in its simplest form. Every term counts, none may
// be lost: String gives it back as it would be typed.
type Query struct {
	Terms []Term
	// Since and Until are times as typed, for ParseTime; empty: open.
	Since, Until string
	// Sort is new, old, best or news; empty where none was asked for.
	Sort string
	// Question says that it was asked in a sentence, of which words were left out. It
	// is not part of what is asked for.
	Question bool
}

// Empty reports whether no term is asked for.
func (q Query) Empty() bool { return len(q.Terms) == 0 }

// Wanted are the terms at every depth that are not unwanted, in order, without
// those that only group others.
func (q Query) Wanted() []Term { return wanted(nil, q.Terms) }

func wanted(out, terms []Term) []Term {
	for _, t := range terms {
		switch {
		case t.Mode == Not:
		case t.Any == nil:
			out = append(out, t)
		default:
			for _, alt := range t.Any {
				out = wanted(out, alt)
			}
		}
	}
	return out
}

// Words are the terms that rank: the text that is wanted, in order.
func (q Query) Words() string {
	var parts []string
	for _, t := range q.Wanted() {
		if t.Field == "" {
			parts = append(parts, t.Text)
		}
	}
	return strings.Join(parts, " ")
}

// String is the canonical form: parsing it gives the same query again.
func (q Query) String() string {
	parts := spelled(q.Terms)
	for _, f := range [...]struct{ name, value string }{{"since", q.Since}, {"until", q.Until}, {"sort", q.Sort}} {
		if f.value != "" {
			parts = append(parts, f.name+":"+quoted(f.value))
		}
	}
	return strings.Join(parts, " ")
}

func spelled(terms []Term) []string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = t.String()
	}
	return parts
}

func (t Term) String() string {
	sign := [...]string{Should: "", Must: "+", Not: "-"}[t.Mode]
	if t.Any == nil {
		return sign + t.leaf()
	}
	alts := make([]string, len(t.Any))
	for i, alt := range t.Any {
		alts[i] = strings.Join(spelled(alt), " ")
		if len(alt) > 1 && (len(t.Any) > 1 || t.Mode != Not) {
			alts[i] = "(" + alts[i] + ")"
		}
	}
	if t.Mode == Not {
		return "-(" + strings.Join(alts, " OR ") + ")"
	}
	return strings.Join(alts, " OR ")
}

func (t Term) leaf() string {
	s := t.Text
	switch {
	case t.Field == "" && t.Phrase, t.Field != "" && !bareValue(t.Text), t.Field == "" && !bareWord(t.Text):
		s = `"` + strings.ReplaceAll(t.Text, `"`, "") + `"`
	}
	if t.Field != "" {
		s = t.Field + ":" + s
	}
	if t.Prefix {
		s += "*"
	}
	if t.Field == "near" {
		s += "<" + strconv.FormatFloat(t.Within.N, 'f', -1, 64) + t.Within.Unit
	}
	return s
}

// quoted is a value behind a colon, in quotes where it needs them.
func quoted(v string) string {
	if bareValue(v) {
		return v
	}
	return `"` + strings.ReplaceAll(v, `"`, "") + `"`
}

// bareValue reports whether a text can stand behind a colon without quotes.
func bareValue(s string) bool {
	return s != "" && !strings.ContainsFunc(s, ends) && !strings.ContainsAny(s, "<*")
}

// bareWord reports whether a text can stand without quotes and be read as a word.
func bareWord(s string) bool {
	name, _, found := strings.Cut(s, ":")
	return s != "" && !strings.ContainsFunc(s, ends) && !strings.ContainsAny(s[:1], "+-") && !strings.Contains(s, "*") &&
		!operator(s) && !(found && known(name))
}

// operator reports whether a word joins others.
func operator(s string) bool {
	return s == "OR" || s == "|" || s == "AND" || s == "NOT" || s == "&&" || s == "||"
}

func isField(name string) bool {
	return slices.ContainsFunc(Fields(), func(f string) bool { return strings.EqualFold(f, name) })
}

// known reports whether a name has a meaning before a colon.
func known(name string) bool { return isField(name) || isSetting(name) }

// isSetting reports whether a name stands for what a query has once.
func isSetting(name string) bool {
	return strings.EqualFold(name, "since") || strings.EqualFold(name, "until") || strings.EqualFold(name, "sort")
}
