package index

import (
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

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
func (b *planner) count(seg *segmentView, from, to int64) (int, error) {
	if seg.col.latest < from || seg.col.earliest >= to {
		return 0, nil
	}
	w, err := b.open(seg, from, to)
	if err != nil || w == nil {
		return 0, err
	}
	all := w.living()
	for _, c := range b.q.required {
		if word, ok := c.(*word); ok {
			bm, err := word.documents(b.opener(seg))
			if err != nil {
				return 0, err
			}
			all = roaring.And(all, bm)
		}
	}
	if b.q.needAny {
		any := roaring.New()
		for _, word := range b.q.optional {
			bm, err := word.documents(b.opener(seg))
			if err != nil {
				return 0, err
			}
			any.Or(bm)
		}
		all = roaring.And(all, any)
	}
	if plain := len(w.excluded) == 0 && len(w.required) == len(w.scored); plain {
		return int(all.GetCardinality()), nil
	}
	return w.among(all)
}

// among counts the documents of a set that the other matchers let pass.
func (w *walk) among(all *roaring.Bitmap) (n int, err error) {
	for it := all.Iterator(); it.HasNext(); {
		doc := uint64(it.Next())
		at, err := w.align(doc)
		if err != nil {
			return n, err
		}
		if at != doc {
			if at == none {
				return n, nil
			}
			it.AdvanceIfNeeded(uint32(at))
			continue
		}
		unwanted := false
		for _, m := range w.excluded {
			if at, err = m.advance(doc); err != nil {
				return n, err
			}
			unwanted = unwanted || at == doc
		}
		if !unwanted {
			n++
		}
	}
	return n, nil
}

// documents are those of a segment that hold the word.
func (w *word) documents(o *opener) (*roaring.Bitmap, error) {
	return (&held{w.variants}).bitmap(o)
}
