package index

import (
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
	sets, rest, err := opened(o, c.of)
	if err != nil {
		return nil, err
	}
	some := roaring.New()
	for _, s := range sets {
		some.Or(s.bm)
	}
	if len(rest) == 0 {
		return newSet(some), nil
	}
	return &someOf{of: append(rest, newSet(some))}, nil
}

// allClause matches what each of need does and none of not. There is at least one
// of need.
type allClause struct{ need, not []clause }

func (c *allClause) open(o *opener) (matcher, error) {
	sets, rest, err := opened(o, c.need)
	if err != nil {
		return nil, err
	}
	unwanted, not, err := opened(o, c.not)
	if err != nil {
		return nil, err
	}
	if len(sets) > 0 {
		base := sets[0].bm
		for _, s := range sets[1:] {
			base = roaring.And(base, s.bm)
		}
		for _, s := range unwanted {
			base = roaring.AndNot(base, s.bm)
		}
		rest, unwanted = append(rest, newSet(base)), nil
	}
	for _, s := range unwanted {
		not = append(not, s)
	}
	if len(rest) == 1 && len(not) == 0 {
		return rest[0], nil
	}
	return &allOf{need: rest, not: not}, nil
}

// opened opens clauses and parts those that are sets from the others.
func opened(o *opener, list []clause) (sets []*set, rest []matcher, err error) {
	for _, c := range list {
		m, err := c.open(o)
		if err != nil {
			return nil, nil, err
		}
		if s, ok := m.(*set); ok {
			sets = append(sets, s)
		} else {
			rest = append(rest, m)
		}
	}
	return sets, rest, nil
}

// someOf is what any of its matchers holds.
type someOf struct {
	of []matcher
	at uint64
	on bool
}

func (m *someOf) cost() (n uint64) {
	for _, c := range m.of {
		n += c.cost()
	}
	return n
}

func (m *someOf) next() (uint64, error) {
	if m.on && m.at == none {
		return none, nil
	}
	if !m.on {
		return m.advance(0)
	}
	return m.advance(m.at + 1)
}

func (m *someOf) advance(doc uint64) (uint64, error) {
	if m.on && m.at >= doc {
		return m.at, nil
	}
	least := uint64(none)
	for _, c := range m.of {
		at, err := c.advance(doc)
		if err != nil {
			return none, err
		}
		least = min(least, at)
	}
	m.on, m.at = true, least
	return m.at, nil
}

// allOf is what all of need hold and none of not.
type allOf struct {
	need, not []matcher
	at        uint64
	on        bool
}

func (m *allOf) cost() uint64 {
	least := m.need[0].cost()
	for _, c := range m.need[1:] {
		least = min(least, c.cost())
	}
	return least
}

func (m *allOf) next() (uint64, error) {
	if m.on && m.at == none {
		return none, nil
	}
	if !m.on {
		return m.advance(0)
	}
	return m.advance(m.at + 1)
}

func (m *allOf) advance(doc uint64) (uint64, error) {
	if m.on && m.at >= doc {
		return m.at, nil
	}
	m.on, m.at = true, none
	for {
		at, err := m.aligned(doc)
		if err != nil || at == none {
			return none, err
		}
		bad, err := m.excluded(at)
		if err != nil {
			return none, err
		}
		if !bad {
			m.at = at
			return at, nil
		}
		doc = at + 1
	}
}

// aligned moves all of need to the first document at or behind doc that they share.
func (m *allOf) aligned(doc uint64) (uint64, error) {
	for i := 0; i < len(m.need); {
		at, err := m.need[i].advance(doc)
		switch {
		case err != nil || at == none:
			return none, err
		case at == doc:
			i++
		default:
			doc, i = at, 0
		}
	}
	return doc, nil
}

func (m *allOf) excluded(doc uint64) (bool, error) {
	for _, c := range m.not {
		if at, err := c.advance(doc); err != nil || at == doc {
			return true, err
		}
	}
	return false, nil
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
