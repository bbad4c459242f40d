package index

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"sitrep/index/query"
	"sitrep/snippet"
)

// shared are the analyzers of all indexes and matchers of the process: they hold
// the stemmers' tables and never change.
var shared = sync.OnceValues(newAnalyzers)

// Matcher finds in texts the words that a question asks for, as searches find
// them: a word matches where the text's language makes the same term of both. It
// is safe for concurrent use.
type Matcher struct {
	wanted []query.Term
	mu     sync.Mutex
	by     map[string]*wantedTerms // by analyzer
}

// wantedTerms are what a question's words are in one language.
type wantedTerms struct {
	an *analyzer
	// words gives for each term which of the question's words it is.
	words map[string]int
	// begins are what a word with * begins with, folded.
	begins []wantedBeginning
	// phrases are words in a row.
	phrases []wantedPhrase
	// firsts are the first letters of all; parts are the first two, where other words
	// may be written to the front.
	firsts map[rune]bool
	parts  [][]byte
}

type wantedBeginning struct {
	form string
	id   int
}

type wantedPhrase struct {
	terms []string // "" where any word may stand
	id    int
}

// NewMatcher finds what a query wants to be found: its words and phrases, and the
// names in its place: and actor: filters.
func NewMatcher(q query.Query) *Matcher {
	m := &Matcher{by: map[string]*wantedTerms{}}
	for _, t := range q.Wanted() {
		switch {
		case t.Field != "" && t.Field != "title" && t.Field != "place" && t.Field != "actor":
		case strings.HasPrefix(t.Text, "#"): // an ID, which no text holds
		default:
			m.wanted = append(m.wanted, t)
		}
	}
	return m
}

// MatchWords finds words.
func MatchWords(words []string) *Matcher {
	m := &Matcher{by: map[string]*wantedTerms{}}
	for _, w := range words {
		m.wanted = append(m.wanted, query.Term{Text: w})
	}
	return m
}

// Find gives the places in a text, which is in a language (BCP 47, empty where
// unknown), of the words that are wanted, in order.
func (m *Matcher) Find(lang, text string) []snippet.Span {
	if len(m.wanted) == 0 || text == "" {
		return nil
	}
	w := m.in(ownAnalyzer(lang))
	if w == nil || len(w.words)+len(w.phrases)+len(w.begins) == 0 {
		return nil
	}
	spans := w.find([]byte(text))
	if len(w.phrases) > 0 {
		spans = append(spans, w.findPhrases([]byte(text))...)
		slices.SortStableFunc(spans, func(a, b snippet.Span) int { return a.Start - b.Start })
	}
	return spans
}

// in is what is wanted, as an analyzer has it.
func (m *Matcher) in(name string) *wantedTerms {
	m.mu.Lock()
	defer m.mu.Unlock()
	if w, ok := m.by[name]; ok {
		return w
	}
	all, err := shared()
	if err != nil { // no index could be opened either
		return nil
	}
	w := &wantedTerms{an: all.byName[name], words: map[string]int{}, firsts: map[rune]bool{}}
	for id, t := range m.wanted {
		words := splitWords(t.Text)
		if t.Phrase && len(words) > 1 {
			if terms := positions(all.tokens(name, t.Text)); len(terms) > 0 {
				w.phrases = append(w.phrases, wantedPhrase{terms, id})
			}
			continue
		}
		if t.Prefix {
			for _, form := range beginnings(t.Text) {
				w.begins = append(w.begins, wantedBeginning{form, id})
				w.glance(form)
			}
		}
		for _, word := range words {
			terms := all.terms(name, word)
			for _, term := range terms {
				w.add(term, id)
			}
			if name == "he" && len(terms) > 0 { // the others are this one with prefixes
				bare := slices.MinFunc(terms, func(a, b string) int { return len(a) - len(b) })
				w.parts = append(w.parts, beginning(bare))
			}
		}
	}
	m.by[name] = w
	return w
}

func (w *wantedTerms) add(term string, id int) {
	if _, ok := w.words[term]; ok {
		return
	}
	w.words[term] = id
	w.glance(term)
}

// glance notes what a word must look like to be taken for a term.
func (w *wantedTerms) glance(term string) {
	first, _ := utf8.DecodeRuneInString(term)
	w.firsts[first] = true
	if w.an.name == "ar" {
		w.parts = append(w.parts, beginning(term))
	}
}

// beginning is the first two letters of a term.
func beginning(term string) []byte {
	end := 0
	for range 2 {
		_, n := utf8.DecodeRuneInString(term[end:])
		end += n
	}
	return []byte(term[:end])
}

// find looks at each word. Most are told by a glance not to be wanted; the others
// go through the analyzer.
func (w *wantedTerms) find(text []byte) (out []snippet.Span) {
	known := map[string]int{} // of the words that were analyzed
	for t := range w.an.cut.words(text) {
		if !w.likely(t.Term) {
			continue
		}
		id, ok := known[string(t.Term)]
		if !ok {
			id = w.wordOf(t.Term)
			known[string(t.Term)] = id
		}
		if id >= 0 {
			out = append(out, snippet.Span{Start: t.Start, End: t.End, Term: id})
		}
	}
	return out
}

// wordOf says which of the words that are wanted a word of a text is, negative where none.
func (w *wantedTerms) wordOf(word []byte) int {
	for _, tok := range w.an.analyze(word) {
		if id, ok := w.words[string(tok.Term)]; ok {
			return id
		}
	}
	if len(w.begins) > 0 {
		folded := string(foldTerm(prepare(word, w.an.name)))
		for _, b := range w.begins {
			if strings.HasPrefix(folded, b.form) || w.fronted() && strings.HasPrefix(strings.TrimPrefix(folded, "ال"), b.form) {
				return b.id
			}
		}
	}
	return -1
}

// likely reports whether a word can be one that is wanted: stemmers leave the
// first letter as it is, but in Arabic and Hebrew articles and particles are
// written to the front.
func (w *wantedTerms) likely(word []byte) bool {
	if !w.fronted() {
		r, _ := utf8.DecodeRune(word)
		if int(r) < len(letterTable{}) {
			r = glances()[r]
		} else if !unchanging(r) {
			r = slow
		}
		switch {
		case r >= 0 && w.firsts[r]:
			return true
		case r >= 0 && bytes.IndexByte(word, '\'') < 0 && !bytes.Contains(word, []byte("’")):
			return false // else something may be elided before it
		}
		first, _ := utf8.DecodeRune(foldTerm(prepare(word, w.an.name)))
		return w.firsts[first]
	}
	var buf [2 * maxTerm]byte
	f, ok := glances().append(buf[:0], word)
	if !ok {
		f = foldTerm(prepare(word, w.an.name))
	}
	return slices.ContainsFunc(w.parts, func(p []byte) bool { return bytes.Contains(f, p) })
}

func (w *wantedTerms) fronted() bool { return w.an.name == "ar" || w.an.name == "he" }

// findPhrases goes through the text as the index does.
func (w *wantedTerms) findPhrases(text []byte) (out []snippet.Span) {
	stream := w.an.tokens(text)
	first := stream[:0:0]
	for i, t := range stream { // of several terms at one place the first counts
		if i == 0 || t.Position != stream[i-1].Position {
			first = append(first, t)
		}
	}
	for i := range first {
	next:
		for _, p := range w.phrases {
			k := i
			for at, term := range p.terms {
				if term == "" {
					continue
				}
				for k < len(first) && first[k].Position < first[i].Position+at {
					k++
				}
				if k == len(first) || first[k].Position != first[i].Position+at || string(first[k].Term) != term {
					continue next
				}
			}
			out = append(out, snippet.Span{Start: first[i].Start, End: first[k].End, Term: p.id})
		}
	}
	return out
}
