package index

import (
	"context"
	"errors"

	"sitrep/index/query"
)

// Named counts, for each gazetteer ID, the dispatches that a question finds and that
// name it. What only lies around it, or in it, does not count.
func (x *Index) Named(ctx context.Context, s Search) (counts map[string]int, err error) {
	snap := x.snapshot()
	if snap == nil {
		return nil, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	s.Windows, s.Days = nil, query.Span{}
	p, err := x.plan(ctx, snap, s)
	counts = map[string]int{}
	if err != nil || p.q.nothing || len(p.q.required) == 0 {
		return counts, err
	}
	from, to := bounds(s.Span)
	for _, part := range snap.parts {
		if part.latest < from || part.earliest >= to {
			continue
		}
		for _, seg := range part.segments {
			if err := p.named(seg, s.Dating, from, to, counts); err != nil {
				return counts, err
			}
		}
	}
	return counts, nil
}

// named counts in a segment.
func (b *planner) named(seg *segmentView, dating Dating, from, to int64, counts map[string]int) error {
	w, err := b.open(seg, from, to)
	if err != nil || w == nil {
		return err
	}
	found := make([]bool, len(seg.col.unix))
	some := false
	err = w.collect(b.ctx, from, to, func(doc uint64, _ float64) {
		dated := seg.col.dated[doc]
		if dating == DatedOnly && !dated || dating == UndatedOnly && dated || seg.col.unix[doc] < from || seg.col.unix[doc] >= to {
			return
		}
		found[doc], some = true, true
	})
	if err != nil || !some {
		return err
	}
	o := b.opener(seg)
	dict, err := o.dict(fieldEntity)
	if err != nil {
		return err
	}
	for it, n := dict.AutomatonIterator(nil, nil, nil), 0; ; n++ {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		if n%checkTerms == 0 {
			if err := ended(b.ctx); err != nil {
				return err
			}
		}
		if o.buf, err = appendOccurrences(o.buf[:0], o, fieldEntity, e.Term); err != nil {
			return err
		}
		for _, x := range o.buf {
			if found[x.doc] {
				counts[e.Term]++
			}
		}
	}
}
