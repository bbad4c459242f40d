package index

import (
	"context"
	"errors"
	"strings"

	"sitrep/index/query"
	"sitrep/news"
)

// Explanation tells how a dispatch scores for a search.
type Explanation struct {
	// Held says that there is such a dispatch for the asker.
	Held bool
	// Matches says that the search finds it. Where it does not, Lacks are the parts of
	// the question that it lacks, Outside says that it is not of the time asked for,
	// Excluded that it has what must not be there, and Wordless that it has none of
	// the words, one of which must be there.
	Matches                     bool
	Lacks                       []string
	Outside, Excluded, Wordless bool
	// Score is the sum of what the words score: Hit.Score, to the last bit.
	Score float64
	Words []WordScore
}

// WordScore is what a word of the question scores in the dispatch: IDF × TF ×
// (k1+1) / (k1+TF).
type WordScore struct {
	// Word is as it was asked; Entity the gazetteer's ID where it counts as a name, in
	// whatever spelling, instead.
	Word, Entity string
	Required     bool
	// IDF is how rare the word is, TF the weighted sum of its fields' frequencies.
	IDF, TF, Score float64
	Parts          []PartScore
}

// PartScore is a field in which the word stands.
type PartScore struct {
	// Field is title, body or name; Term the word's term there, Lang its analyzer.
	Field, Lang, Term string
	// Freq is how often the term is there.
	Freq int
	// Length is the field's length and Average the usual one, in words; 0 where
	// lengths do not count.
	Length, Average float64
	// Weight is the field's, TF what it adds: Freq by Weight, by the length.
	Weight, TF float64
}

// Explain tells how one dispatch scores for a search, or why it is not found. It
// reads what the search itself reads.
func (x *Index) Explain(ctx context.Context, s Search, id news.ID) (e Explanation, err error) {
	snap := x.snapshot()
	if snap == nil {
		return Explanation{}, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	b, err := x.plan(ctx, snap, s)
	if err != nil {
		return Explanation{}, err
	}
	return b.explain(s, id)
}

func (b *planner) explain(s Search, id news.ID) (e Explanation, err error) {
	seg, doc, err := b.locate(id)
	if err != nil || seg == nil {
		return e, err
	}
	at := place{b: b, o: b.opener(seg), doc: doc, typed: b.typed(s.Query)}
	from, to := bounds(s.Span)
	if r := seg.row(doc); r.unix < from || r.unix >= to {
		e.Outside = true
	}
	found := !b.q.needAny
	for _, w := range b.q.optional {
		score, has, err := at.word(w)
		if err != nil {
			return e, err
		}
		if has {
			found = true
			e.Score += score.Score
			e.Words = append(e.Words, score)
		}
	}
	for i, c := range b.q.required {
		has, err := at.holds(c)
		if err != nil {
			return e, err
		}
		switch w, scores := c.(*word); {
		case !has && i == 0: // the first is the scope: what others filed is not there
			return Explanation{}, nil
		case !has:
			e.Lacks = append(e.Lacks, at.describe(c))
		case scores:
			score, _, err := at.word(w)
			if err != nil {
				return e, err
			}
			score.Required = true
			e.Score += score.Score
			e.Words = append(e.Words, score)
		}
	}
	for _, c := range b.q.excluded {
		has, err := at.holds(c)
		if err != nil {
			return e, err
		}
		e.Excluded = e.Excluded || has
	}
	e.Held, e.Wordless = true, !found
	e.Matches = found && !e.Excluded && !e.Outside && len(e.Lacks) == 0 && !b.q.nothing
	return e, nil
}

// locate finds the segment that holds a dispatch, and its number there.
func (b *planner) locate(id news.ID) (*segmentView, uint64, error) {
	for _, p := range b.snap.parts {
		for _, seg := range p.segments {
			bm, err := b.opener(seg).bitmap("_id", []string{string(id)})
			if err != nil {
				return nil, 0, err
			}
			if !bm.IsEmpty() {
				return seg, uint64(bm.Minimum()), nil
			}
		}
	}
	return nil, 0, nil
}

// typed gives the words of a question by the terms that they are looked up as.
func (b *planner) typed(q query.Query) map[string]string {
	out := map[string]string{}
	for _, w := range splitWords(q.Words()) {
		for _, lang := range b.langs {
			for _, t := range b.x.analyzers.terms(lang, w) {
				if out[t] == "" {
					out[t] = w
				}
			}
		}
	}
	return out
}

// place is a document that a question is held against.
type place struct {
	b     *planner
	o     *opener
	doc   uint64
	typed map[string]string
}

// holds reports whether a part of the question matches the document.
func (at place) holds(c clause) (bool, error) {
	m, err := c.open(at.o)
	if err != nil {
		return false, err
	}
	return matches(m, at.doc)
}

// word is what a word scores in the document; has is false where it has none of it.
func (at place) word(w *word) (s WordScore, has bool, err error) {
	s.IDF = w.idf
	for _, v := range w.variants {
		if v.lang != "" && !holdsLang(at.o.seg.part, v.lang) {
			continue
		}
		sp := spelling{lang: v.lang, of: []variant{v}}
		p, err := sp.pack(at.o)
		if err != nil {
			return s, false, err
		}
		if p == nil {
			continue
		}
		_, freq, ok := p.in(at.doc)
		if !ok {
			continue
		}
		x, length := sp.scoring(p), at.o.seg.col.tokens[at.doc]
		part := PartScore{Field: strings.TrimSuffix(strings.TrimSuffix(v.field, v.lang), "_"), Lang: v.lang, Term: v.term,
			Freq: int(freq), Average: v.avg, Weight: v.weight, TF: x.sum(0, 0, freq, length)}
		if v.avg > 0 {
			part.Length = float64(length.title)
			if x.body {
				part.Length = float64(length.body)
			}
		}
		if v.field == fieldEntity {
			part.Field, s.Entity = "name", v.term
		}
		s.Word = at.spell(v)
		s.TF += part.TF
		s.Parts = append(s.Parts, part)
	}
	s.Score = saturated(s.IDF, s.TF)
	return s, len(s.Parts) > 0, nil
}

// spell gives the word as it was typed, or as it is indexed.
func (at place) spell(v variant) string {
	terms := v.spelled()
	for _, t := range terms {
		if w := at.typed[t]; w != "" {
			return w
		}
	}
	if len(terms) > 1 {
		return terms[0] + "…"
	}
	return strings.Join(terms, "")
}

// describe names a part of the question that a dispatch lacks.
func (at place) describe(c clause) string {
	var parts []string
	switch c := c.(type) {
	case *filter:
		return strings.Join(c.terms, ", ")
	case *word:
		return at.describeVariants(c.variants)
	case *held:
		return at.describeVariants(c.variants)
	case *phraseClause:
		for _, p := range c.in {
			return strings.Join(strings.Fields(strings.Join(p.terms, " ")), " ")
		}
	case *anyClause:
		for _, o := range c.of {
			parts = append(parts, at.describe(o))
		}
		return strings.Join(parts, " OR ")
	case *allClause:
		for _, o := range c.need {
			parts = append(parts, at.describe(o))
		}
		return strings.Join(parts, " ")
	}
	return "…"
}

func (at place) describeVariants(list []variant) string {
	for _, v := range list {
		return at.spell(v)
	}
	return "…"
}
