package index

import (
	"context"
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"sitrep/news"
)

// Mentions counts, for each gazetteer ID, the dispatches in these scopes that name it or
// what lies in it. IDs that none names are left out. What others filed does not count.
func (x *Index) Mentions(ctx context.Context, scopes []news.Scope, ids []string) (counts map[string]int, err error) {
	snap := x.snapshot()
	if snap == nil {
		return nil, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	counts = make(map[string]int, len(ids))
	terms := make([]string, len(scopes))
	for i, s := range scopes {
		terms[i] = string(s)
	}
	for _, p := range snap.parts {
		for _, seg := range p.segments {
			if err := ctx.Err(); err != nil {
				return counts, err
			}
			o := newOpener(seg)
			seen, err := o.bitmap(fieldScope, terms)
			if err != nil {
				return counts, err
			}
			for _, id := range ids {
				naming, err := o.bitmap(fieldWithin, []string{id})
				if err != nil {
					return counts, err
				}
				if n := roaring.And(seen, naming).GetCardinality(); n > 0 {
					counts[id] += int(n)
				}
			}
		}
	}
	return counts, nil
}
