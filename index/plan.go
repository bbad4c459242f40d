package index

import (
	"context"
	"slices"
	"strings"

	"sitrep/index/query"
)

// question is what a search asks for, ready to be opened segment by segment. Its
// weights are those of the whole snapshot, so that a dispatch scores the same in
// whatever partition it lies.
type question struct {
	required []clause // each must match
	optional []*word  // score where they match
	excluded []clause
	needAny  bool // at least one optional must match
	nothing  bool // nothing can match
	best     float64
}

// clause is a part of a question; in a segment it is a matcher.
type clause interface {
	open(o *opener) (matcher, error)
}

// filter matches what holds any of the terms in a field.
type filter struct {
	field string
	terms []string
}

func (f *filter) open(o *opener) (matcher, error) {
	bitmap := o.bitmap
	if f.field == fieldScope {
		bitmap = o.scoped
	}
	bm, err := bitmap(f.field, f.terms)
	if err != nil {
		return nil, err
	}
	return newSet(bm), nil
}

// word is a term of the question that scores, with what it is written as in each
// field and language.
type word struct {
	variants []variant
	idf      float64
	spelt    []spelling // the variants in pairs, once they are needed
}

// variant is how a word stands in a field.
type variant struct {
	field, term string
	terms       []string // in place of term, those of a word with *
	weight, avg float64
	lang        string // empty: in any
}

func (w *word) open(o *opener) (matcher, error) { return (&held{w.variants}).open(o) }

func holdsLang(p *part, lang string) bool { return slices.Contains(p.langs, lang) }

// planner turns a search into a question. It keeps the first error, so that the
// steps read in a row.
type planner struct {
	x       *Index
	ctx     context.Context
	snap    *snapshot
	st      stats
	langs   []string // the analyzers whose documents the index holds
	openers map[*segmentView]*opener
	q       *question
	err     error
	sum     [blockDocs]float64 // what the documents of a block score
}

func (x *Index) plan(ctx context.Context, snap *snapshot, s Search) (*planner, error) {
	b := &planner{x: x, ctx: ctx, snap: snap, st: snap.stats, openers: map[*segmentView]*opener{}, q: &question{}}
	for _, name := range analyzerNames {
		if b.st.Langs[name] > 0 {
			b.langs = append(b.langs, name)
		}
	}
	var scopes []string
	for _, sc := range s.Scopes {
		scopes = append(scopes, string(sc))
	}
	b.require(fieldScope, scopes)
	if len(s.Entities) > 0 {
		b.require(fieldWithin, s.Entities)
		b.optional(b.entityWord(s.Entities))
	}
	b.terms(s)
	for _, w := range b.q.optional {
		b.q.best += w.idf * (k1 + 1)
	}
	for _, c := range b.q.required {
		if w, ok := c.(*word); ok {
			b.q.best += w.idf * (k1 + 1)
		}
	}
	return b, b.err
}

// opener is the one of a segment for this search.
func (b *planner) opener(seg *segmentView) *opener {
	o := b.openers[seg]
	if o == nil {
		o = newOpener(seg)
		b.openers[seg] = o
	}
	return o
}

func (b *planner) require(field string, terms []string) {
	b.q.required = append(b.q.required, &filter{field, terms})
	if len(terms) == 0 {
		b.q.nothing = true
	}
}

func (b *planner) optional(w *word) {
	if w != nil {
		b.q.optional = append(b.q.optional, w)
	}
}

// frequency is how many documents of the snapshot hold a term.
func (b *planner) frequency(field, term, lang string) (sum float64) {
	key := inAll{field, term, lang}
	b.snap.mu.Lock()
	sum, ok := b.snap.df[key]
	b.snap.mu.Unlock()
	if ok {
		return sum
	}
	for _, p := range b.snap.parts {
		if lang != "" && !holdsLang(p, lang) {
			continue
		}
		for _, seg := range p.segments {
			if b.err != nil {
				return sum
			}
			var n uint32
			n, b.err = b.opener(seg).frequency(field, term)
			sum += float64(n)
		}
	}
	if b.err == nil {
		b.snap.mu.Lock()
		if len(b.snap.df) >= maxFrequencies {
			clear(b.snap.df)
		}
		b.snap.df[key] = sum
		b.snap.mu.Unlock()
	}
	return sum
}

// entityWord scores the direct mentions of what was asked for.
func (b *planner) entityWord(ids []string) *word {
	w := &word{}
	var df float64
	for _, id := range ids {
		w.variants = append(w.variants, variant{field: fieldEntity, term: id, weight: bodyWeight})
		df += b.frequency(fieldEntity, id, "")
	}
	w.idf = idf(float64(b.st.Docs), min(df, float64(b.st.Docs)))
	return w
}

// reach is the span of everything that is shown or counted.
func (s Search) reach() query.Span {
	all := s.Span
	for _, sp := range append(slices.Clone(s.Windows), s.Days) {
		if sp == (query.Span{}) {
			continue
		}
		if !all.From.IsZero() && (sp.From.IsZero() || sp.From.Before(all.From)) {
			all.From = sp.From
		}
		if !all.To.IsZero() && (sp.To.IsZero() || sp.To.After(all.To)) {
			all.To = sp.To
		}
	}
	return all
}

func (b *planner) terms(s Search) {
	must, asked := false, false
	var free []string // where names are looked for
	for _, t := range s.Query.Terms {
		if b.err != nil {
			return
		}
		switch {
		case t.Any != nil:
			must = b.group(t) && !t.Narrows() || must
		case t.Field != "" && t.Field != "title":
			b.filter(t)
			continue
		case t.Prefix:
			must = b.begun(t, s.Every) || must
		case t.Phrase || t.Mode == query.Not || t.Field != "":
			must = b.text(t) || must
		case t.Mode == query.Must || s.Every:
			must = b.word(t.Text, true) || must
		default:
			b.word(t.Text, false)
		}
		for _, leaf := range (query.Query{Terms: []query.Term{t}}).Wanted() {
			asked = asked || !leaf.Narrows()
			if leaf.Field == "" && !leaf.Prefix {
				free = append(free, leaf.Text)
			}
		}
	}
	wanted := len(b.q.optional)
	if len(s.Entities) > 0 {
		wanted--
	}
	// A word that is a name counts in every spelling and script.
	for _, m := range mentioned(b.x.opts.Names, strings.Join(free, " ")) {
		b.optional(b.entityWord([]string{m}))
		wanted++
	}
	b.q.needAny = wanted > 0 && !must && len(s.Entities) == 0
	if asked && wanted <= 0 && !must && len(s.Entities) == 0 {
		b.q.nothing = true // only words that no analyzer keeps
	}
}

// mentioned are the gazetteer's entities that a text names, each once.
func mentioned(names Annotator, text string) (ids []string) {
	seen := map[string]bool{}
	for _, m := range names.Annotate(text) {
		if !seen[m.Entity] {
			seen[m.Entity] = true
			ids = append(ids, m.Entity)
		}
	}
	return ids
}

// word adds the terms of a word, a union over the languages each. It reports
// whether one of them is now required.
func (b *planner) word(text string, must bool) (required bool) {
	if must && len(mentioned(b.x.opts.Names, text)) > 0 {
		c := b.leaf(query.Term{Mode: query.Must, Text: text})
		b.q.required = append(b.q.required, c)
		must, required = false, true
	}
	for _, part := range splitWords(text) {
		w, common := b.termOf(part, allFields)
		if w == nil {
			continue
		}
		if must && !common {
			b.q.required = append(b.q.required, w)
			required = true
		} else {
			b.optional(w)
		}
	}
	return required
}

// The fields that a word is looked for in, as a number of those of wordIn.
const (
	titleOnly = 1
	allFields = 2
)

// termOf looks a word up in every language that the index holds. common says that
// some language's analyzer drops it as a stop word; nil, that all do.
func (b *planner) termOf(text string, fields int) (w *word, common bool) {
	w = &word{}
	var df float64
	n := max(float64(b.st.Docs), 1)
	for _, lang := range b.langs {
		terms := b.x.analyzers.terms(lang, text)
		if len(terms) == 0 {
			common = true
		}
		for _, t := range terms {
			var most float64
			for _, v := range wordIn(lang, t, float64(b.st.Title)/n, float64(b.st.Body)/n)[:fields] {
				w.variants = append(w.variants, v)
				most = max(most, b.frequency(v.field, t, lang))
			}
			df += most
		}
	}
	if len(w.variants) == 0 {
		return nil, common
	}
	w.idf = idf(n, min(df, n))
	return w, common
}

// begun adds a word with *. It reports whether it is now required.
func (b *planner) begun(t query.Term, every bool) (required bool) {
	w := b.prefix(t)
	switch {
	case t.Mode == query.Not:
		if w != nil {
			b.q.excluded = append(b.q.excluded, w)
		}
		return false
	case t.Required() || every:
		if w == nil {
			b.q.nothing = true
			return true
		}
		b.q.required = append(b.q.required, w)
		return true
	}
	b.optional(w)
	return false
}

// text adds a phrase, an excluded word, or a word of the title. It reports whether
// it is now required: words that every analyzer drops ask for nothing.
func (b *planner) text(t query.Term) (required bool) {
	if t.Mode == query.Not {
		if c := b.leaf(t); c != nil {
			b.q.excluded = append(b.q.excluded, c)
		}
		return false
	}
	c := b.phrase(t)
	if len(c.in) == 0 {
		return false
	}
	b.q.required = append(b.q.required, c)
	fields := allFields
	if t.Field == "title" {
		fields = titleOnly
	}
	for _, part := range splitWords(t.Text) {
		w, _ := b.termOf(part, fields)
		b.optional(w)
	}
	return true
}
