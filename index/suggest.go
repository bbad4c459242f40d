package index

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"sitrep/news"
)

// Suggestion is what may have been meant by a word that no dispatch holds.
type Suggestion struct {
	// Typed is the word as it was typed.
	Typed string
	// Word is the one that dispatches hold, as one of them spells it.
	Word string
	// Docs is how many of the dispatches in the scopes hold it.
	Docs int
}

const (
	// leastLetters is the shortest word that is corrected: what is shorter has too
	// many neighbours. From longWord on, two slips are allowed for.
	leastLetters = 4
	longWord     = 8
	// mostUnknown is how many words of one text are corrected, longestWord how many
	// letters one has at most.
	mostUnknown = 8
	longestWord = 32
	// mostCandidates are counted for a word, mostSpelled of them looked up in the
	// texts, each in so many dispatches at most.
	mostCandidates = 24
	mostSpelled    = 6
	mostTexts      = 8
	// mostEntries is how many terms near a word are read of one dictionary.
	mostEntries = 512
)

// Suggest finds the words of a text that no dispatch in these scopes holds, in any
// language, and gives for each that which was most likely meant, where there is
// one: a word that is a slip away, or two if it is long, and that dispatches in
// these scopes do hold. Words that are held, however rare, are never touched; nor
// are names that the gazetteer knows, and numbers. The same dispatches give the same
// suggestions. What others have filed is not told: not even that it exists.
func (x *Index) Suggest(ctx context.Context, text string, scopes []news.Scope) (out []Suggestion, err error) {
	snap := x.snapshot()
	if snap == nil {
		return nil, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	s := &speller{x: x, ctx: ctx, snap: snap, scopes: scopes}
	return s.suggest(text, x.opts.Names.Annotate(text))
}

// speller looks for what may have been meant.
type speller struct {
	x      *Index
	ctx    context.Context
	snap   *snapshot
	scopes []news.Scope
	open   []*shelf // the segments; opened with the first word that may be unknown
	langs  []string
}

// shelf is a segment with the documents in it that the asker may see.
type shelf struct {
	*opener
	seen *roaring.Bitmap
}

// segments opens what there is to read.
func (s *speller) segments() ([]*shelf, error) {
	if s.open != nil {
		return s.open, s.ctx.Err()
	}
	var scopes []string
	for _, sc := range s.scopes {
		scopes = append(scopes, string(sc))
	}
	for _, name := range analyzerNames {
		if s.snap.stats.Langs[name] > 0 {
			s.langs = append(s.langs, name)
		}
	}
	s.open = []*shelf{}
	for _, p := range s.snap.parts {
		for _, seg := range p.segments {
			o := newOpener(seg)
			seen, err := o.bitmap(fieldScope, scopes)
			if err != nil {
				return nil, err
			}
			if !seen.IsEmpty() {
				s.open = append(s.open, &shelf{o, seen})
			}
		}
	}
	return s.open, nil
}

// nearTerm is a term of the index that a word may have been meant for.
type nearTerm struct {
	lang, term string
	slips      float64 // how unlike the word it is: its term at first, then its spelling
	beside     float64 // the cost of a slip to a word of this term, where there is one
	docs       int
	word       string
}

func (n *nearTerm) worth() float64 { return math.Log1p(float64(n.docs)) - slipWeight*n.slips }

// slipWeight is how many times e a word must be more frequent to stand against
// one that is a slip nearer.
const slipWeight = 4

func (s *speller) suggest(text string, names []news.Mention) (out []Suggestion, err error) {
	rest := []byte(text)
	for _, m := range names {
		copy(rest[m.Start:m.End], strings.Repeat(" ", m.End-m.Start))
	}
	seen := map[string]bool{}
	shouting := text == strings.ToUpper(text)
	for _, w := range splitWords(string(rest)) {
		// Among other words, one in capitals is an abbreviation.
		if seen[w] || len(out) == mostUnknown || !correctable(w) || !shouting && w == strings.ToUpper(w) && w != strings.ToLower(w) {
			continue
		}
		seen[w] = true
		held, err := s.holds(w)
		if err != nil {
			return nil, err
		}
		if held {
			continue
		}
		best, err := s.best(w)
		if err != nil {
			return nil, err
		}
		if best != nil {
			out = append(out, Suggestion{Typed: w, Word: best.word, Docs: best.docs})
		}
	}
	return out, nil
}

// correctable reports whether a word is one of letters, and neither too short nor
// too long. Scripts that write without spaces have no words to misspell here.
func correctable(w string) bool {
	n := 0
	for _, r := range w {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Hangul):
			return false
		case unicode.IsLetter(r):
			n++
		case !unicode.IsMark(r):
			return false
		}
	}
	return n >= leastLetters && n <= longestWord
}

// holds reports whether a dispatch in the scopes holds a word in any language, or
// a language drops it as a word of its grammar.
func (s *speller) holds(word string) (bool, error) {
	if _, err := s.segments(); err != nil {
		return true, err
	}
	for _, lang := range s.langs {
		terms := s.x.analyzers.terms(lang, word)
		if len(terms) == 0 {
			return true, nil
		}
		for _, t := range terms {
			held := false
			err := s.each(lang, t, func(*shelf, *roaring.Bitmap) bool {
				held = true
				return false
			})
			if held || err != nil {
				return true, err
			}
		}
	}
	return false, nil
}

// each gives the documents in the scopes that hold a term, segment by segment,
// until fn says so.
func (s *speller) each(lang, term string, fn func(*shelf, *roaring.Bitmap) bool) error {
	segments, err := s.segments()
	if err != nil {
		return err
	}
	for _, seg := range segments {
		if !holdsLang(seg.seg.part, lang) {
			continue
		}
		docs := roaring.New()
		for _, field := range []string{fieldTitle + lang, fieldBody + lang} {
			bm, err := seg.bitmap(field, []string{term})
			if err != nil {
				return err
			}
			docs.Or(bm)
		}
		if docs.And(seg.seen); !docs.IsEmpty() && !fn(seg, docs) {
			return nil
		}
	}
	return nil
}

func (s *speller) count(n *nearTerm) error {
	n.docs = 0
	return s.each(n.lang, n.term, func(_ *shelf, docs *roaring.Bitmap) bool {
		n.docs += int(docs.GetCardinality())
		return true
	})
}

// best is what was most likely meant by a word, nil where nothing is near.
func (s *speller) best(word string) (*nearTerm, error) {
	var found []*nearTerm
	grammar := math.Inf(1) // the cost of its being a word of the grammar, which no index holds
	for _, lang := range s.langs {
		near, stop, err := s.near(lang, strings.ToLower(word))
		if err != nil {
			return nil, err
		}
		found, grammar = append(found, near...), min(grammar, stop)
	}
	order := func(a, b *nearTerm) int {
		return cmp.Or(cmp.Compare(b.worth(), a.worth()), strings.Compare(a.term, b.term), strings.Compare(a.lang, b.lang))
	}
	slices.SortFunc(found, order)
	found = found[:min(len(found), mostCandidates)]
	for _, n := range found {
		if err := s.count(n); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(n *nearTerm) bool { return n.docs == 0 })
	slices.SortFunc(found, order)
	found = found[:min(len(found), mostSpelled)]
	for _, n := range found {
		if err := s.spell(n, word); err != nil {
			return nil, err
		}
	}
	found = slices.DeleteFunc(found, func(n *nearTerm) bool { return n.word == "" })
	slices.SortFunc(found, order)
	if len(found) == 0 || grammar <= found[0].slips {
		return nil, nil
	}
	return found[0], nil
}

// near collects the terms of a language that are a slip away from a word: those
// near its own term, and the terms of the words near it, since a slip in an
// ending makes another term of it. grammar is the least cost of a slip that
// would have made it a word which the language's analyzer drops.
func (s *speller) near(lang, word string) (list []*nearTerm, grammar float64, err error) {
	grammar = math.Inf(1)
	terms := s.x.analyzers.terms(lang, word)
	if len(terms) == 0 {
		return nil, grammar, nil
	}
	by := map[string]*nearTerm{}
	add := func(seg *shelf, field, term string, slips, beside float64) error {
		n := by[term]
		if n == nil {
			n = &nearTerm{lang: lang, term: term, slips: slips, beside: beside}
			by[term] = n
		}
		n.slips, n.beside = min(n.slips, slips), min(n.beside, beside)
		docs, err := seg.frequency(field, term)
		n.docs += int(docs) // counted well once it is chosen
		return err
	}
	automaton, err := within(terms[0], utf8.RuneCountInString(word))
	if err != nil {
		return nil, grammar, err
	}
	type neighbour struct {
		term string
		cost float64
	}
	var words []neighbour
	for _, w := range neighbours(word) {
		switch t := s.x.analyzers.terms(lang, w); len(t) {
		case 0:
			grammar = min(grammar, slipCost(word, w))
		default: // a word with marks may have two terms, the first with them
			words = append(words, neighbour{t[0], slipCost(word, w)})
		}
	}
	for _, seg := range s.open {
		if !holdsLang(seg.seg.part, lang) {
			continue
		}
		if err := s.ctx.Err(); err != nil {
			return nil, grammar, err
		}
		for _, field := range []string{fieldTitle + lang, fieldBody + lang} {
			dict, err := seg.dict(field)
			if err != nil {
				return nil, grammar, err
			}
			similar, err := alike(dict, automaton)
			if err != nil {
				return nil, grammar, err
			}
			for _, t := range similar {
				if err := add(seg, field, t, slipCost(terms[0], t), math.Inf(1)); err != nil {
					return nil, grammar, err
				}
			}
			for _, w := range words {
				if ok, err := dict.Contains([]byte(w.term)); err != nil {
					return nil, grammar, err
				} else if ok {
					if err := add(seg, field, w.term, w.cost, w.cost); err != nil {
						return nil, grammar, err
					}
				}
			}
		}
	}
	for _, n := range by {
		list = append(list, n)
	}
	return list, grammar, nil
}

// alike are the terms of a dictionary that an automaton takes.
func alike(dict segment.TermDictionary, a segment.Automaton) (list []string, err error) {
	it := dict.AutomatonIterator(a, nil, nil)
	for len(list) < mostEntries {
		e, err := it.Next()
		if e == nil || err != nil {
			return list, err
		}
		if !strings.ContainsFunc(e.Term, unicode.IsNumber) {
			list = append(list, e.Term)
		}
	}
	return list, nil
}
