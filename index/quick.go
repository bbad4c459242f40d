package index

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// block is a block of a segment, with the best key that a hit in it can have.
type block struct {
	seg  *segmentView
	n    int
	best float64
	each [][]float64 // what each optional word scores at most, by block
	done bool
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
	var list []block
	for _, p := range parts {
		for _, seg := range p.segments {
			if seg.col.latest < from || seg.col.earliest >= to {
				continue
			}
			bounds, each, err := b.blockBounds(seg)
			if err != nil {
				return err
			}
			for n, score := range bounds {
				t := &seg.col.blocks[n]
				if score < 0 || t.latest < from || t.earliest >= to {
					continue
				}
				list = append(list, block{seg: seg, n: n, best: c.bestKey(t, score), each: each})
			}
		}
	}
	byBest := make([]*block, len(list))
	for i := range list {
		byBest[i] = &list[i]
	}
	slices.SortStableFunc(byBest, func(a, b *block) int { return cmp.Compare(b.best, a.best) })
	first := slices.Clone(byBest[:min(firstBlocks, len(byBest))])
	slices.SortStableFunc(first, func(a, b *block) int { return cmp.Or(cmp.Compare(a.seg.order, b.seg.order), cmp.Compare(a.n, b.n)) })
	if err := b.through(c, first, from, to); err != nil {
		return err
	}
	rest := make([]*block, 0, len(list))
	for i := range list {
		if !list[i].done {
			rest = append(rest, &list[i])
		}
	}
	return b.through(c, rest, from, to)
}

// through looks at blocks, which are in the order of their segments and numbers.
func (b *planner) through(c *collector, list []*block, from, to int64) error {
	var w *walk
	for i, bl := range list {
		if i == 0 || list[i-1].seg != bl.seg {
			w = nil
		}
		bl.done = true
		if !c.canBring(bl.best) {
			continue
		}
		if w == nil {
			var err error
			if w, err = b.open(bl.seg, from, to); err != nil {
				return err
			}
			if w == nil { // nothing matches in this segment
				w = &walk{seg: bl.seg, nothing: true}
			}
		}
		if err := ended(b.ctx); err != nil {
			return err
		}
		if err := w.stretch(c, bl); err != nil {
			return err
		}
	}
	return nil
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

// leadIn chooses what gives the candidates of a block. Words that cannot carry a
// document onto the page by themselves need not: MaxScore, after Turtle and Flood,
// "Query evaluation: strategies and optimizations" (1995).
func (w *walk) leadIn(c *collector, bl *block) matcher {
	if w.from == nil {
		w.from = w.lead()
	}
	if _, words := w.from.(anyOf); !words || len(w.words) < 2 {
		return w.from
	}
	need := c.need(&bl.seg.col.blocks[bl.n])
	if need <= 0 {
		return w.from
	}
	slices.SortFunc(w.words, func(a, b optional) int { return cmp.Compare(bl.each[a.n][bl.n], bl.each[b.n][bl.n]) })
	sum, first := 0.0, 0
	for ; first < len(w.words); first++ {
		if sum += bl.each[w.words[first].n][bl.n]; sum >= need {
			break
		}
	}
	lead := make(anyOf, 0, len(w.words))
	for _, word := range w.words[first:] {
		lead = append(lead, word.u)
	}
	return lead
}

// stretch offers the matching documents of a block.
func (w *walk) stretch(c *collector, bl *block) error {
	if w.nothing {
		return nil
	}
	lead := w.leadIn(c, bl)
	hi := uint64(bl.n+1) * blockDocs
	doc, err := lead.advance(uint64(bl.n) * blockDocs)
	for err == nil && doc < hi {
		var at uint64
		if at, err = w.align(doc); err != nil || at >= hi {
			return err
		}
		if at != doc {
			doc, err = lead.advance(at)
			continue
		}
		score, ok, err := w.score(doc)
		if err != nil {
			return err
		}
		if ok {
			c.offer(w.seg, doc, score)
		}
		if doc, err = lead.advance(doc + 1); err != nil {
			return err
		}
	}
	return err
}
