package index

import (
	"math"
	"slices"
	"time"
)

// promise is a block of a segment, with the best key that a hit in it can have.
type promise struct {
	w    *walk
	n    int
	best float64
}

// firstBlocks are looked at before the others: they set what these have to beat.
const firstBlocks = 16

// quick finds the hits without counting.
func (b *planner) quick(c *collector, parts []*part, from, to int64) (Result, error) {
	if err := b.quickly(c, parts, from, to); err != nil {
		return c.result, err
	}
	if c.s.Sort == News && len(c.loose) > 0 { // they stand behind the newest dated hit
		newest := c.s
		newest.Sort, newest.Dating, newest.From, newest.Size = New, DatedOnly, 0, 1
		if now := time.Unix(c.now+1, 0); newest.Span.To.IsZero() || newest.Span.To.After(now) {
			newest.Span.To = now
		}
		n := newCollector(c.snap, newest, c.half)
		if err := b.quickly(n, parts, from, to); err != nil {
			return c.result, err
		}
		c.newest, c.oldest = n.newest, n.oldest
	}
	res := c.finish()
	res.Partial = true
	return res, nil
}

func (b *planner) quickly(c *collector, parts []*part, from, to int64) error {
	if c.s.Sort == Best { // any partition may hold the best
		return b.blocks(c, parts, from, to)
	}
	for i, p := range parts {
		if c.beyond(p, b.q.best) {
			continue
		}
		if err := b.blocks(c, parts[i:i+1], from, to); err != nil {
			return err
		}
	}
	return nil
}

// blocks looks through partitions: the most promising blocks first, then all others
// that can still bring something, in their order.
func (b *planner) blocks(c *collector, parts []*part, from, to int64) error {
	var walks []*walk
	var first []promise // the best, in falling order
	for _, p := range parts {
		for _, seg := range p.segments {
			if seg.col.latest < from || seg.col.earliest >= to {
				continue
			}
			w, err := b.open(seg, from, to)
			if err != nil {
				return err
			}
			if w == nil {
				continue
			}
			w.bound()
			walks = append(walks, w)
			first = c.promising(first, w, from, to)
		}
	}
	for _, p := range first {
		if err := b.block(c, p.w, p.n, p.best); err != nil {
			return err
		}
	}
	for _, w := range walks {
		for n, score := range w.most {
			t := &w.seg.col.blocks[n]
			if score < 0 || t.latest < from || t.earliest >= to || w.done.has(n) {
				continue
			}
			if err := b.block(c, w, n, c.bestKey(t, score)); err != nil {
				return err
			}
		}
	}
	return nil
}

// promising puts the blocks of a walk among the first.
func (c *collector) promising(first []promise, w *walk, from, to int64) []promise {
	for n, score := range w.most {
		t := &w.seg.col.blocks[n]
		if score < 0 || t.latest < from || t.earliest >= to {
			continue
		}
		best := c.bestKey(t, score)
		if len(first) == firstBlocks && best <= first[len(first)-1].best {
			continue
		}
		at, _ := slices.BinarySearchFunc(first, best, func(p promise, best float64) int {
			if p.best >= best {
				return -1
			}
			return 1
		})
		first = slices.Insert(first[:min(len(first), firstBlocks-1)], min(at, firstBlocks-1), promise{w, n, best})
	}
	return first
}

// block looks at a block, if that can bring a hit whose key is at most best.
func (b *planner) block(c *collector, w *walk, n int, best float64) error {
	w.done.set(n)
	if !c.canBring(best) {
		return nil
	}
	if err := ended(b.ctx); err != nil {
		return err
	}
	return w.block(n, c.need(&w.seg.col.blocks[n]), c.s.Sort == New, func(doc uint64, score float64) { c.offer(w.seg, doc, score) })
}

// bestKey is the best key that a hit of a block can have.
func (c *collector) bestKey(t *blockTimes, score float64) float64 {
	switch c.s.Sort {
	case New:
		return float64(t.latest)
	case Old:
		return -float64(t.earliest)
	case Best:
		return score
	}
	if t.undated { // how old those are is not known before the end
		return math.Inf(1)
	}
	return math.Log(score+1e-9) - ageFactor(c.s.Now, t.latest, c.half)
}

// canBring reports whether a hit with a key could come among those that are kept.
func (c *collector) canBring(key float64) bool {
	return len(c.top) < c.s.From+c.s.Size || key >= c.top[0].key
}

// need is the score below which a hit of a block cannot come among those that are kept.
func (c *collector) need(t *blockTimes) float64 {
	if len(c.top) < c.s.From+c.s.Size {
		return 0
	}
	switch {
	case c.s.Sort == Best:
		return c.top[0].key
	case c.s.Sort == News && !t.undated:
		return math.Exp(c.top[0].key+ageFactor(c.s.Now, t.latest, c.half)) - 2e-9
	}
	return 0
}
