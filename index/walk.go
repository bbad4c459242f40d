package index

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/RoaringBitmap/roaring/v2"
)

// walk is a question opened in a segment.
type walk struct {
	seg      *segmentView
	base     *roaring.Bitmap // what passes the filters; nil: all that live
	required []matcher       // the others that must match, the cheapest first
	scored   []*union        // those of required that score
	optional []*union
	words    []optional // the same, with their numbers in the question
	excluded []matcher
	needAny  bool
	nothing  bool
	from     matcher // the lead, once it is chosen
}

// optional is an optional word of the question in the segment.
type optional struct {
	u *union
	n int
}

// open opens the question in a segment; nil where nothing can match there. What is
// filed outside from and to is left out.
func (b *planner) open(seg *segmentView, from, to int64) (*walk, error) {
	o := b.opener(seg)
	w := &walk{seg: seg, needAny: b.q.needAny}
	for _, c := range b.q.required {
		m, err := c.open(o)
		if err != nil {
			return nil, err
		}
		if m.cost() == 0 {
			return nil, nil
		}
		if s, ok := m.(*set); ok {
			w.and(s.bm)
			continue
		}
		w.required = append(w.required, m)
		if u, ok := m.(*union); ok {
			w.scored = append(w.scored, u)
		}
	}
	if seg.col.earliest < from || seg.col.latest >= to {
		w.and(seg.col.within(from, to))
	}
	if w.base != nil && w.base.IsEmpty() {
		return nil, nil
	}
	for n, word := range b.q.optional {
		u, err := word.union(o)
		if err != nil {
			return nil, err
		}
		if len(u.postings) > 0 {
			w.optional = append(w.optional, u)
			w.words = append(w.words, optional{u, n})
		}
	}
	if w.needAny && len(w.optional) == 0 {
		return nil, nil
	}
	for _, c := range b.q.excluded {
		m, err := c.open(o)
		if err != nil {
			return nil, err
		}
		if m.cost() > 0 {
			w.excluded = append(w.excluded, m)
		}
	}
	slices.SortStableFunc(w.required, func(a, b matcher) int { return cmp.Compare(a.cost(), b.cost()) })
	return w, nil
}

// and narrows the walk to a bitmap, which is not changed.
func (w *walk) and(bm *roaring.Bitmap) {
	switch {
	case bm.GetCardinality() == w.seg.live:
	case w.base == nil:
		w.base = bm
	default:
		w.base = roaring.And(w.base, bm)
	}
}

// within are the documents of a stretch of time.
func (c *column) within(from, to int64) *roaring.Bitmap {
	bm := roaring.New()
	for i := 0; i < len(c.unix); {
		if c.unix[i] < from || c.unix[i] >= to {
			i++
			continue
		}
		start := i
		for i < len(c.unix) && c.unix[i] >= from && c.unix[i] < to {
			i++
		}
		bm.AddRange(uint64(start), uint64(i))
	}
	return bm
}

// living are the documents that pass the filters.
func (w *walk) living() *roaring.Bitmap {
	if w.base != nil {
		return w.base
	}
	all := roaring.New()
	all.AddRange(0, uint64(len(w.seg.col.unix)))
	if w.seg.dead != nil {
		all.AndNot(w.seg.dead)
	}
	return all
}

// plain says that the filters alone decide, and nothing scores.
func (w *walk) plain() bool {
	return len(w.required) == 0 && len(w.optional) == 0 && len(w.excluded) == 0
}

// checkEvery is after how many documents a walk looks whether it shall end.
const checkEvery = 4096

func (w *walk) count(ctx context.Context, c *collector) error {
	it := w.living().ManyIterator()
	buf := make([]uint32, checkEvery)
	for {
		n := it.NextMany(buf)
		if n == 0 {
			return nil
		}
		if err := ended(ctx); err != nil {
			return err
		}
		for _, doc := range buf[:n] {
			c.add(w.seg, uint64(doc), 0)
		}
	}
}

func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("index: the search was cut short: %w", ctx.Err())
	}
	return nil
}

// lead gives the candidates in order: from what holds least of all that must match.
func (w *walk) lead() matcher {
	var base matcher
	if w.base != nil || len(w.required) == 0 {
		base = newSet(w.living())
		w.required = append(w.required, base)
		slices.SortStableFunc(w.required, func(a, b matcher) int { return cmp.Compare(a.cost(), b.cost()) })
	}
	if w.needAny {
		var sum uint64
		for _, u := range w.optional {
			sum += u.cost()
		}
		if sum < w.required[0].cost() {
			return anyOf(w.optional)
		}
	}
	return w.required[0]
}

// collect walks the candidates, scores them, and hands them over.
func (w *walk) collect(ctx context.Context, c *collector) error {
	lead := w.lead()
	doc, err := lead.next()
	for n := 0; err == nil && doc != none; n++ {
		if n%checkEvery == 0 {
			if err := ended(ctx); err != nil {
				return err
			}
		}
		var at uint64
		if at, err = w.align(doc); err != nil {
			return err
		}
		if at != doc {
			if at == none {
				return nil
			}
			doc, err = lead.advance(at)
			continue
		}
		score, ok, err := w.score(doc)
		if err != nil {
			return err
		}
		if ok {
			c.add(w.seg, doc, score)
		}
		doc, err = lead.next()
		if err != nil {
			return err
		}
	}
	return err
}

// align moves every required matcher to the candidate. It gives the candidate back
// if all hold it, a later document that may be the next one, or none at the end.
func (w *walk) align(doc uint64) (uint64, error) {
	for _, m := range w.required {
		if at, err := m.advance(doc); err != nil || at != doc {
			return at, err
		}
	}
	return doc, nil
}

// score sums the terms of a candidate that all required matchers hold. ok is
// false if it is excluded, or lacks every optional term where one is needed.
func (w *walk) score(doc uint64) (sum float64, ok bool, err error) {
	for _, m := range w.excluded {
		if at, err := m.advance(doc); err != nil || at == doc {
			return 0, false, err
		}
	}
	found := !w.needAny
	for _, u := range w.optional {
		at, err := u.advance(doc)
		if err != nil {
			return 0, false, err
		}
		if at == doc {
			found = true
			sum += u.score()
		}
	}
	for _, u := range w.scored {
		sum += u.score()
	}
	return sum, found, nil
}

// anyOf reads several terms as one set, moving the terms themselves.
type anyOf []*union

func (a anyOf) cost() uint64 { return 0 }

func (a anyOf) next() (uint64, error) {
	at := a.least()
	for _, u := range a {
		if !u.started || u.at == at {
			if _, err := u.next(); err != nil {
				return none, err
			}
		}
	}
	return a.least(), nil
}

func (a anyOf) advance(doc uint64) (uint64, error) {
	for _, u := range a {
		if _, err := u.advance(doc); err != nil {
			return none, err
		}
	}
	return a.least(), nil
}

func (a anyOf) least() uint64 {
	at := uint64(none)
	for _, u := range a {
		if u.started {
			at = min(at, u.at)
		}
	}
	return at
}
