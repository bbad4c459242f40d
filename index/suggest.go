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

	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// Suggestion is what may have been meant by a word that no dispatch holds.
type Suggestion struct {
	// Typed is the word as it was typed.
	Typed string
	// Word is the one that dispatches hold, as one of them spells it.
	Word string
	// Docs is how many dispatches hold it, counted to 1,000.
	Docs int
}

// Texts gives the dispatches that suggestions are spelled from; store.Store does.
type Texts interface {
	Get(ctx context.Context, id news.ID) (news.Record, error)
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
	// countedDocs is where the counting of a candidate's dispatches ends.
	countedDocs = 1000
)

// Suggest finds the words of a text that no dispatch in these scopes holds, in any
// language, and gives for each that which was most likely meant, where there is
// one: a word that is a slip away, or two if it is long, and that dispatches in
// these scopes do hold. Words that are held, however rare, are never touched; nor
// are names that the gazetteer knows, and numbers. The same index gives the same
// suggestions. What others have filed is not told: not even that it exists.
func (x *Index) Suggest(ctx context.Context, text string, scopes []news.Scope) ([]Suggestion, error) {
	texts, ok := x.opts.Log.(Texts)
	if !ok {
		return nil, nil
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return nil, ErrClosed
	}
	r, err := x.cur.index.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &speller{ctx: ctx, readers: []bleveindex.IndexReader{r}, analyzers: x.analyzers, scopes: scopes, texts: texts}
	for _, name := range x.analyzers.names {
		if x.cur.counts().Langs[name] > 0 {
			s.langs = append(s.langs, name)
		}
	}
	return s.suggest(text, x.opts.Names.Annotate(text))
}

// speller looks for what may have been meant, in several readers as in one.
type speller struct {
	ctx       context.Context
	readers   []bleveindex.IndexReader
	analyzers *analyzers
	langs     []string
	scopes    []news.Scope
	texts     Texts
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
	for _, lang := range s.langs {
		terms := s.analyzers.terms(lang, word)
		if len(terms) == 0 {
			return true, nil
		}
		for _, t := range terms {
			n, err := s.visible(lang, t, 1)
			if n > 0 || err != nil {
				return true, err
			}
		}
	}
	return false, nil
}

// visible counts the dispatches in the scopes that hold a term, up to a limit. One
// that holds it in title and body may count twice.
func (s *speller) visible(lang, term string, limit int) (n int, err error) {
	err = s.each(lang, term, limit, func(bleveindex.IndexReader, bleveindex.IndexInternalID) error {
		n++
		return nil
	})
	return n, err
}

// some are the first by ID of the dispatches in the scopes that hold a term: in
// which order an index has them hangs on how it was built.
func (s *speller) some(lang, term string) (ids []news.ID, err error) {
	err = s.each(lang, term, countedDocs, func(r bleveindex.IndexReader, at bleveindex.IndexInternalID) error {
		ext, err := r.ExternalID(at)
		if err != nil {
			return err
		}
		id := news.ID(ext)
		if i, found := slices.BinarySearch(ids, id); !found && i < mostTexts {
			ids = slices.Insert(ids, i, id)
			ids = ids[:min(len(ids), mostTexts)]
		}
		return nil
	})
	return ids, err
}

// each walks the dispatches in the scopes that hold a term, at most so many.
func (s *speller) each(lang, term string, limit int, fn func(bleveindex.IndexReader, bleveindex.IndexInternalID) error) error {
	n := 0
	for _, r := range s.readers {
		for _, field := range []string{fieldTitle + lang, fieldBody + lang} {
			err := s.within(r, field, term, func(id bleveindex.IndexInternalID) (bool, error) {
				n++
				return n < limit, fn(r, id)
			})
			if err != nil || n >= limit {
				return err
			}
		}
	}
	return nil
}

// within walks the documents of a term that are in the scopes, until fn says so.
func (s *speller) within(r bleveindex.IndexReader, field, term string, fn func(bleveindex.IndexInternalID) (bool, error)) (err error) {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	p, err := r.TermFieldReader(s.ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if p.Count() == 0 {
		return nil
	}
	in := make([]*posting, 0, len(s.scopes))
	defer func() {
		for _, sc := range in {
			err = errors.Join(err, sc.reader.Close())
		}
	}()
	for _, sc := range s.scopes {
		o, err := r.TermFieldReader(s.ctx, []byte(sc), fieldScope, false, false, false)
		if err != nil {
			return err
		}
		in = append(in, &posting{reader: o})
	}
	var buf bleveindex.TermFieldDoc
	for {
		d, err := p.Next(buf.Reset())
		if d == nil || err != nil {
			return err
		}
		for _, sc := range in {
			if err := sc.advance(d.ID); err != nil {
				return err
			}
			if sc.doc != nil && sc.doc.ID.Compare(d.ID) == 0 {
				if more, err := fn(d.ID); !more || err != nil {
					return err
				}
				break
			}
		}
	}
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
		var err error
		if n.docs, err = s.visible(n.lang, n.term, countedDocs); err != nil {
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
	terms := s.analyzers.terms(lang, word)
	if len(terms) != 1 {
		return nil, grammar, nil
	}
	by := map[string]*nearTerm{}
	add := func(term string, slips float64, docs int) *nearTerm {
		n := by[term]
		if n == nil {
			n = &nearTerm{lang: lang, term: term, slips: slips, beside: math.Inf(1)}
			by[term] = n
		}
		n.slips = min(n.slips, slips)
		n.docs = max(n.docs, docs)
		return n
	}
	most := 1
	if utf8.RuneCountInString(word) >= longWord {
		most = 2
	}
	type neighbour struct{ word, term string }
	var words []neighbour
	for _, w := range neighbours(word) {
		switch t := s.analyzers.terms(lang, w); len(t) {
		case 0:
			grammar = min(grammar, slipCost(word, w))
		case 1:
			words = append(words, neighbour{w, t[0]})
		}
	}
	for _, r := range s.readers {
		for _, field := range []string{fieldTitle + lang, fieldBody + lang} {
			count := func(term string) (int, error) {
				p, err := r.TermFieldReader(s.ctx, []byte(term), field, false, false, false)
				if err != nil {
					return 0, err
				}
				defer p.Close()
				return int(p.Count()), nil
			}
			if err := s.fuzzy(r, field, terms[0], most, count, add); err != nil {
				return nil, grammar, err
			}
			has, err := r.(bleveindex.IndexReaderContains).FieldDictContains(field)
			if err != nil {
				return nil, grammar, err
			}
			for _, w := range words {
				if ok, err := has.Contains([]byte(w.term)); err != nil {
					return nil, grammar, err
				} else if !ok {
					continue
				}
				docs, err := count(w.term)
				if err != nil {
					return nil, grammar, err
				}
				cost := slipCost(word, w.word)
				n := add(w.term, cost, docs)
				n.beside = min(n.beside, cost)
			}
		}
	}
	for _, n := range by {
		list = append(list, n)
	}
	return list, grammar, nil
}

// fuzzy adds the terms of a dictionary that are at most so many slips away.
func (s *speller) fuzzy(r bleveindex.IndexReader, field, term string, most int, count func(string) (int, error), add func(string, float64, int) *nearTerm) error {
	fuzzy, ok := r.(bleveindex.IndexReaderFuzzy)
	if !ok || utf8.RuneCountInString(term) < leastLetters-1 {
		return nil
	}
	dict, err := fuzzy.FieldDictFuzzy(field, term, most, "")
	if err != nil {
		return err
	}
	defer dict.Close()
	var list []string
	for len(list) < mostEntries {
		e, err := dict.Next()
		if err != nil {
			return err
		}
		if e == nil {
			break
		}
		list = append(list, e.Term)
	}
	for _, t := range list {
		docs, err := count(t)
		if err != nil {
			return err
		}
		if !strings.ContainsFunc(t, unicode.IsNumber) {
			add(t, slipCost(term, t), docs)
		}
	}
	return nil
}

// spell finds how dispatches write a term: the form that is nearest to the word,
// then the one that comes first.
func (s *speller) spell(n *nearTerm, word string) error {
	least := math.Inf(1)
	ids, err := s.some(n.lang, n.term)
	if err != nil {
		return err
	}
	for _, id := range ids {
		rec, err := s.texts.Get(s.ctx, id)
		if err != nil {
			if s.ctx.Err() != nil {
				return err
			}
			continue // forgotten since: another tells
		}
		if rec.Kind == news.Forgotten || !slices.Contains(s.scopes, rec.Dispatch.Scope.Or(news.ScopeEveryone)) {
			continue
		}
		for _, text := range []string{rec.Dispatch.Title, rec.Dispatch.Body} {
			text = beforeAnalysis(text)
			for _, t := range s.analyzers.tokens(n.lang, text) {
				if string(t.Term) != n.term || t.Start < 0 || t.End > len(text) || t.Start >= t.End {
					continue
				}
				form := text[t.Start:t.End]
				if word == strings.ToLower(word) {
					form = strings.ToLower(form)
				}
				if c := slipCost(strings.ToLower(word), strings.ToLower(form)); c < least && correctable(form) {
					least, n.word = c, form
				}
			}
		}
	}
	n.slips = least
	if most := bearable(word); least > most {
		// The texts that were read may have another form of the very word.
		if n.slips = n.beside + wholeSlip; utf8.RuneCountInString(word) < longWord || n.beside > most {
			n.word = ""
		}
	}
	return nil
}

// bearable is how much slips may cost: one in a short word, two in a long one.
func bearable(word string) float64 {
	if utf8.RuneCountInString(word) >= longWord {
		return 2 * wholeSlip
	}
	return wholeSlip + firstSlip
}
