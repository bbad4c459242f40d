package index

import (
	"context"
	"errors"

	"sitrep/index/query"
)

// Count is how many dispatches a question finds: Result.Total of the same Search, for
// the cost of sets alone where there is no phrase to look for.
func (x *Index) Count(ctx context.Context, s Search) (n int, err error) {
	snap := x.snapshot()
	if snap == nil {
		return 0, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	s.Windows, s.Days = nil, query.Span{}
	p, err := x.plan(ctx, snap, s)
	if err != nil || p.q.nothing || len(p.q.required) == 0 {
		return 0, err
	}
	from, to := bounds(s.Span)
	for _, part := range snap.parts {
		if part.latest < from || part.earliest >= to {
			continue
		}
		if err := ended(ctx); err != nil {
			return 0, err
		}
		for _, seg := range part.segments {
			k, err := p.count(seg, from, to)
			if err != nil {
				return 0, err
			}
			n += k
		}
	}
	return n, nil
}

// count is how many documents of a segment match.
func (b *planner) count(seg *segmentView, from, to int64) (sum int, err error) {
	if seg.col.latest < from || seg.col.earliest >= to {
		return 0, nil
	}
	w, err := b.open(seg, from, to)
	if err != nil || w == nil {
		return 0, err
	}
	told := allExact(w.required) && allExact(w.excluded) // by whole blocks
	for n := range seg.col.blocks {
		on := w.candidates(n, 0)
		if told {
			sum += on.len()
			continue
		}
		on.each(func(d int) {
			ok, e := w.passes(uint64(n*blockDocs + d))
			if err = errors.Join(err, e); ok {
				sum++
			}
		})
		if err = errors.Join(err, ended(b.ctx)); err != nil {
			return sum, err
		}
	}
	return sum, nil
}
