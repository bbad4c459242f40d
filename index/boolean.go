package index

import (
	"slices"

	"github.com/RoaringBitmap/roaring/v2"

	"sitrep/index/query"
)

// held matches what holds any of its terms. It does not score.
type held struct{ variants []variant }

func (h *held) open(o *opener) (matcher, error) {
	bm, err := h.bitmap(o)
	if err != nil {
		return nil, err
	}
	return newSet(bm), nil
}

func (h *held) bitmap(o *opener) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, v := range h.variants {
		if v.lang != "" && !holdsLang(o.seg.part, v.lang) {
			continue
		}
		bm, err := o.bitmap(v.field, v.spelled())
		if err != nil {
			return nil, err
		}
		out.Or(bm)
	}
	return out, nil
}

// anyClause matches what one of several clauses does.
type anyClause struct{ of []clause }

func (c *anyClause) open(o *opener) (matcher, error) {
	of, err := opened(o, c.of)
	if err != nil {
		return nil, err
	}
	if len(of) == 1 {
		return of[0], nil
	}
	return &someOf{of: of}, nil
}

// allClause matches what each of need does and none of not. There is at least one
// of need.
type allClause struct{ need, not []clause }

func (c *allClause) open(o *opener) (matcher, error) {
	need, err := opened(o, c.need)
	if err != nil {
		return nil, err
	}
	not, err := opened(o, c.not)
	if err != nil {
		return nil, err
	}
	if len(need) == 1 && len(not) == 0 {
		return need[0], nil
	}
	return &allOf{need: need, not: not}, nil
}

func opened(o *opener, list []clause) (out []matcher, err error) {
	for _, c := range list {
		m, err := c.open(o)
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func allExact(list []matcher) bool {
	return !slices.ContainsFunc(list, func(m matcher) bool { return !m.exact() })
}

// someOf is what any of its matchers matches.
type someOf struct{ of []matcher }

func (m *someOf) exact() bool { return allExact(m.of) }

func (m *someOf) within(n int) (out blockSet) {
	for _, c := range m.of {
		s := c.within(n)
		out.or(&s)
	}
	return out
}

func (m *someOf) holds(doc uint64) (bool, error) {
	for _, c := range m.of {
		if ok, err := matches(c, doc); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// allOf is what all of need match and none of not.
type allOf struct{ need, not []matcher }

func (m *allOf) exact() bool { return allExact(m.need) && allExact(m.not) }

func (m *allOf) within(n int) blockSet {
	out := m.need[0].within(n)
	for _, c := range m.need[1:] {
		if out.empty() {
			return out
		}
		s := c.within(n)
		out.and(&s)
	}
	for _, c := range m.not {
		if c.exact() && !out.empty() {
			s := c.within(n)
			out.andNot(&s)
		}
	}
	return out
}

func (m *allOf) holds(doc uint64) (bool, error) {
	for _, c := range m.need {
		if ok, err := matches(c, doc); err != nil || !ok {
			return false, err
		}
	}
	for _, c := range m.not {
		if bad, err := matches(c, doc); err != nil || bad {
			return false, err
		}
	}
	return true, nil
}

// group adds alternatives. It reports whether one of them is now required: those
// that consist of words that no analyzer keeps ask for nothing.
func (b *planner) group(t query.Term) bool {
	c := b.alternatives(t)
	if c == nil || b.err != nil {
		return false
	}
	if t.Mode == query.Not {
		b.q.excluded = append(b.q.excluded, c)
		return false
	}
	b.q.required = append(b.q.required, c)
	for _, leaf := range (query.Query{Terms: []query.Term{t}}).Wanted() {
		b.rank(leaf)
	}
	return true
}

// alternatives is what matches where one of a term's alternatives does; nil where
// they ask for nothing.
func (b *planner) alternatives(t query.Term) clause {
	var of []clause
	for _, alt := range t.Any {
		if c := b.sequence(alt); c != nil {
			of = append(of, c)
		}
	}
	switch len(of) {
	case 0:
		return nil
	case 1:
		return of[0]
	}
	return &anyClause{of}
}

// sequence is what matches where a query of these terms alone does.
func (b *planner) sequence(terms []query.Term) clause {
	all := &allClause{}
	var words []clause
	must := false
	for _, t := range terms {
		c := b.leaf(t)
		if c == nil && t.Mode == query.Must { // some language drops each part of it
			t.Mode = query.Should
			c = b.leaf(t)
		}
		switch {
		case c == nil:
		case t.Mode == query.Not:
			all.not = append(all.not, c)
		case t.Required():
			must = must || !t.Narrows()
			all.need = append(all.need, c)
		default:
			words = append(words, c)
		}
	}
	if !must && len(words) > 0 {
		all.need = append(all.need, &anyClause{words})
	}
	if len(all.need) == 0 {
		return nil
	}
	if len(all.need) == 1 && len(all.not) == 0 {
		return all.need[0]
	}
	return all
}

// leaf is what one term of a group matches; nil where it asks for nothing.
func (b *planner) leaf(t query.Term) clause {
	if b.err != nil {
		return nil
	}
	switch {
	case t.Any != nil:
		return b.alternatives(t)
	case t.Prefix:
		if w := b.prefix(t); w != nil {
			return &held{w.variants}
		}
		return &filter{field: fieldWithin} // nothing begins so
	case t.Field != "" && t.Field != "title":
		return b.filterOf(t)
	case t.Field == "title" || t.Phrase:
		if c := b.phrase(t); len(c.in) > 0 {
			return c
		}
		return nil
	}
	return b.spelledOrNamed(t)
}

// spelledOrNamed is what a word matches: its letters, or, since a name counts in
// every spelling and script, what it names.
func (b *planner) spelledOrNamed(t query.Term) clause {
	c := &anyClause{}
	h := &held{}
	switch {
	case t.Mode == query.Not: // of several parts, it is unwanted as they stand
		if p := b.phrase(t); len(p.in) > 0 {
			c.of = append(c.of, p)
		}
	case t.Mode == query.Must:
		if all := b.everyPart(t.Text); all != nil {
			c.of = append(c.of, all)
		}
	default:
		for _, part := range splitWords(t.Text) {
			if w, _ := b.termOf(part, allFields); w != nil {
				h.variants = append(h.variants, w.variants...)
			}
		}
	}
	for _, id := range mentioned(b.x.opts.Names, t.Text) {
		h.variants = append(h.variants, variant{field: fieldEntity, term: id})
	}
	if len(h.variants) > 0 {
		c.of = append(c.of, h)
	}
	switch len(c.of) {
	case 0:
		return nil
	case 1:
		return c.of[0]
	}
	return c
}

// everyPart is what holds each part of a required word, those left out that some
// language drops; nil where none is left.
func (b *planner) everyPart(text string) clause {
	all := &allClause{}
	for _, part := range splitWords(text) {
		if w, common := b.termOf(part, allFields); w != nil && !common {
			all.need = append(all.need, &held{w.variants})
		}
	}
	if len(all.need) == 0 {
		return nil
	}
	return all
}

// rank lets a term of a group score where it matches.
func (b *planner) rank(t query.Term) {
	fields := allFields
	switch {
	case t.Field != "" && t.Field != "title":
		return
	case t.Prefix:
		b.optional(b.prefix(t))
		return
	case t.Field == "title":
		fields = titleOnly
	}
	for _, part := range splitWords(t.Text) {
		w, _ := b.termOf(part, fields)
		b.optional(w)
	}
}
