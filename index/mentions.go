package index

import (
	"context"
	"errors"
	"strings"

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
			for _, id := range ids {
				n, err := o.mentions(terms, id)
				if err != nil {
					return counts, err
				}
				if n > 0 {
					counts[id] += int(n)
				}
			}
		}
	}
	return counts, nil
}

// mentions counts the documents of some scopes that name something. What was counted
// in the segment is kept: every name that is typed asks for it.
func (o *opener) mentions(scopes []string, id string) (uint32, error) {
	return o.counted(frequencyKey{field: fieldWithin, term: id, scopes: strings.Join(scopes, " ")}, func() (uint64, error) {
		naming, err := o.bitmap(fieldWithin, []string{id})
		if err != nil || naming.IsEmpty() {
			return 0, err
		}
		seen, err := o.scoped(fieldScope, scopes)
		if err != nil {
			return 0, err
		}
		return seen.AndCardinality(naming), nil
	})
}
