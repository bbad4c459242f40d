package query

import (
	"slices"
	"strings"
)

// A sequence of terms matches where all that is required in it does and nothing
// unwanted; if nothing is required but what narrows, where one of its words does.
// What follows keeps that and makes sequences simple: one way to say each thing.

// onlyNot reports whether a sequence only says what must not be there.
func onlyNot(terms []Term) bool {
	return !slices.ContainsFunc(terms, func(t Term) bool { return t.Mode != Not })
}

// tidy drops what is said twice. A word that is required as well as wanted is
// required.
func tidy(terms []Term) []Term {
	at := map[string]int{}
	var out []Term
	for _, t := range terms {
		if t.Mode == Must && !(Term{Field: t.Field, Phrase: t.Phrase, Any: t.Any}).optional() {
			t.Mode = Should // it is required as it is
		}
		key := t
		if key.Mode == Must {
			key.Mode = Should
		}
		k := strings.ToLower(key.String())
		if i, said := at[k]; said {
			out[i].Mode = max(out[i].Mode, t.Mode)
			continue
		}
		at[k] = len(out)
		out = append(out, t)
	}
	return out
}

// required is a sequence of which at least one word must be there, if nothing in
// it has to be as it is.
func required(terms []Term) []Term {
	if !slices.ContainsFunc(terms, Term.optional) || slices.ContainsFunc(terms, func(t Term) bool { return t.Required() && !t.Narrows() }) {
		return terms
	}
	var alts [][]Term
	var out []Term
	for _, t := range terms {
		if t.optional() {
			alts = append(alts, []Term{t})
		} else {
			out = append(out, t)
		}
	}
	return tidy(append(anyOf(alts), out...))
}

// anyOf is what matches where one of several sequences does.
func anyOf(alts [][]Term) []Term {
	var list [][]Term
	said := map[string]bool{}
	add := func(alt []Term) {
		if len(alt) == 1 && alt[0].Mode == Must {
			alt = []Term{alt[0]}
			alt[0].Mode = Should
		}
		if key := strings.ToLower(strings.Join(spelled(alt), " ")); !said[key] {
			said[key] = true
			list = append(list, alt)
		}
	}
	for _, alt := range alts {
		switch {
		case len(alt) == 1 && alt[0].Any != nil && alt[0].Mode != Not:
			for _, a := range alt[0].Any {
				add(a)
			}
		case !slices.ContainsFunc(alt, func(t Term) bool { return !t.optional() }):
			for _, t := range alt {
				add([]Term{t})
			}
		default:
			add(alt)
		}
	}
	if len(list) > 1 {
		return []Term{{Any: list}}
	}
	if len(list[0]) == 1 && list[0][0].optional() {
		list[0][0].Mode = Must
	}
	return list[0]
}

// unwanted is what matches where a sequence does not.
func unwanted(terms []Term) []Term {
	if onlyNot(terms) { // that something is absent is not wanted: one of it must be there
		var alts [][]Term
		for _, t := range terms {
			if t.Any != nil {
				alts = append(alts, t.Any[0])
				continue
			}
			t.Mode = Should
			alts = append(alts, []Term{t})
		}
		return anyOf(alts)
	}
	terms = slices.DeleteFunc(slices.Clone(required(terms)), Term.optional) // they only rank
	if len(terms) > 1 {
		return []Term{{Mode: Not, Any: [][]Term{terms}}}
	}
	t := terms[0]
	if t.Any == nil {
		t.Mode = Not
		return []Term{t}
	}
	var out []Term
	for _, alt := range t.Any {
		out = append(out, unwanted(alt)...)
	}
	return tidy(out)
}
