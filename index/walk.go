package index

import (
	"context"
	"fmt"

	"github.com/RoaringBitmap/roaring/v2"
)

// walk is a question opened in a segment. It is looked through block by block.
type walk struct {
	seg      *segmentView
	base     *roaring.Bitmap // what passes the filters; nil: all that live
	mask     []uint64        // the same, once it is looked at
	words    []*scorer       // the optional ones in their order, and the required ones
	optional []*scorer
	must     []*scorer
	required []matcher // what else must match
	excluded []matcher
	needAny  bool
	// most is what a hit in each block can score.
	most []float64
	done blockBits

	light []*scorer // the optional words, those that score least in a block first
	sum   *[blockDocs]float64
}

// blockBits are a bit for every block of a segment.
type blockBits []uint64

func (b blockBits) has(n int) bool { return b[n>>6]&(1<<(n&63)) != 0 }
func (b blockBits) set(n int)      { b[n>>6] |= 1 << (n & 63) }

// open opens the question in a segment; nil where nothing can match there. What is
// filed outside from and to is left out.
func (b *planner) open(seg *segmentView, from, to int64) (*walk, error) {
	o := b.opener(seg)
	w := &walk{seg: seg, needAny: b.q.needAny, sum: &b.sum}
	var must []*scorer
	for _, c := range b.q.required {
		if word, ok := c.(*word); ok {
			s, err := word.scorer(o)
			if s == nil || err != nil {
				return nil, err
			}
			must = append(must, s)
			continue
		}
		m, err := c.open(o)
		if err != nil {
			return nil, err
		}
		if s, ok := m.(*set); ok {
			w.and(s.bm)
		} else {
			w.required = append(w.required, m)
		}
	}
	if seg.col.earliest < from || seg.col.latest >= to {
		w.and(seg.col.within(from, to))
	}
	if w.base != nil && w.base.IsEmpty() {
		return nil, nil
	}
	for _, word := range b.q.optional {
		s, err := word.scorer(o)
		if err != nil {
			return nil, err
		}
		if s != nil {
			w.optional = append(w.optional, s)
		}
	}
	if w.needAny && len(w.optional) == 0 {
		return nil, nil
	}
	w.must = must
	w.words = append(append(w.words, w.optional...), must...)
	w.light = append(w.light, w.optional...)
	for _, c := range b.q.excluded {
		m, err := c.open(o)
		if err != nil {
			return nil, err
		}
		w.excluded = append(w.excluded, m)
	}
	return w, nil
}

// and narrows the walk to a bitmap, which is not changed.
func (w *walk) and(bm *roaring.Bitmap) {
	switch {
	case bm.GetCardinality() == uint64(len(w.seg.col.unix)):
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

// passing are the documents of a block that pass the filters.
func (w *walk) passing(n int) blockSet {
	if w.mask == nil {
		if w.base == nil {
			w.base = roaring.New()
			w.base.AddRange(0, uint64(len(w.seg.col.unix)))
		} else if w.seg.dead != nil {
			w.base = w.base.Clone()
		}
		if w.seg.dead != nil {
			w.base.AndNot(w.seg.dead)
		}
		w.mask = dense(w.base)
	}
	return blockOf(w.mask, n)
}

// candidates are the documents of a block that have all that must be there and can
// score as much as is needed, as far as whole blocks tell.
func (w *walk) candidates(n int, need float64) blockSet {
	on := w.passing(n)
	least := 0.0 // what the required words can score
	for _, s := range w.must {
		if on.empty() {
			return on
		}
		var held blockSet
		s.hold(n, &held)
		on.and(&held)
		least += s.most[n]
	}
	if w.needAny || need > least {
		any := w.carriers(n, need, least)
		on.and(&any)
	}
	for _, m := range w.required {
		if on.empty() {
			return on
		}
		held := m.within(n)
		on.and(&held)
	}
	for _, m := range w.excluded {
		if m.exact() && !on.empty() {
			held := m.within(n)
			on.andNot(&held)
		}
	}
	return on
}

// carriers are the documents of a block that hold a word which can carry them to a
// score. Words that cannot do it, not even together, need not be looked for: MaxScore,
// after Turtle and Flood, "Query evaluation: strategies and optimizations" (1995).
func (w *walk) carriers(n int, need, sum float64) (on blockSet) {
	list := w.light
	if need > sum {
		for i := 1; i < len(list); i++ { // few, and mostly in order from the last block
			for k := i; k > 0 && list[k].most[n] < list[k-1].most[n]; k-- {
				list[k], list[k-1] = list[k-1], list[k]
			}
		}
		for len(list) > 0 {
			if sum += list[0].most[n]; sum >= need {
				break
			}
			list = list[1:]
		}
	}
	for _, s := range list {
		s.hold(n, &on)
	}
	return on
}

// block hands the matching documents of a block over that score at least so much; the
// last ones first where they are likely to be the newest, and that is what counts.
func (w *walk) block(n int, need float64, back bool, take func(doc uint64, score float64)) error {
	on := w.candidates(n, need)
	if on.empty() {
		return nil
	}
	if len(w.words) > 0 {
		*w.sum = [blockDocs]float64{}
		for _, s := range w.words {
			s.score(w.seg.col, n, &on, w.sum)
		}
	}
	var err error
	each := on.each
	if back {
		each = on.eachBack
	}
	each(func(d int) {
		if err != nil || len(w.words) > 0 && w.sum[d] < need {
			return
		}
		doc, score := uint64(n*blockDocs+d), 0.0
		if len(w.words) > 0 {
			score = w.sum[d]
		}
		var ok bool
		if ok, err = w.passes(doc); ok && err == nil {
			take(doc, score)
		}
	})
	return err
}

// passes reports whether what whole blocks do not tell lets a document pass.
func (w *walk) passes(doc uint64) (bool, error) {
	for _, m := range w.required {
		if m.exact() {
			continue
		}
		if ok, err := m.holds(doc); err != nil || !ok {
			return false, err
		}
	}
	for _, m := range w.excluded {
		if m.exact() {
			continue
		}
		if bad, err := matches(m, doc); err != nil || bad {
			return false, err
		}
	}
	return true, nil
}

// checkEvery is after how many blocks a walk looks whether it shall end.
const checkEvery = 16

// collect hands over every document of the segment that matches.
func (w *walk) collect(ctx context.Context, from, to int64, take func(doc uint64, score float64)) error {
	for n, t := range w.seg.col.blocks {
		if n%checkEvery == 0 {
			if err := ended(ctx); err != nil {
				return err
			}
		}
		if t.latest < from || t.earliest >= to {
			continue
		}
		if err := w.block(n, 0, false, take); err != nil {
			return err
		}
	}
	return nil
}

func ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return fmt.Errorf("index: the search was cut short: %w", ctx.Err())
	}
	return nil
}
