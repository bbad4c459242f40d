package commands

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sitrep/gazetteer"
)

const (
	// likelyNames are counted to rank them; Discord shows 25.
	likelyNames = 50
	// likelyTime bounds the counting: what a person types is completed while they type.
	likelyTime = 150 * time.Millisecond
)

// likely are the places and actors that fit what was typed of a name, in any
// script: first what is called so, then what begins so, then what has a word that
// does; of equal ones those that more dispatches visible here name.
func (e *Engine) likely(ctx context.Context, r Request, typed string, n int) []*gazetteer.Entity {
	list := e.o.Names.Complete(typed, max(n, likelyNames))
	if e.o.Index == nil {
		return list[:min(n, len(list))]
	}
	ctx, cancel := context.WithTimeout(ctx, likelyTime)
	defer cancel()
	ids := make([]string, len(list))
	for i, ent := range list {
		ids[i] = ent.ID
	}
	count, err := e.o.Index.Mentions(ctx, r.Scopes, ids)
	if err != nil {
		count = nil // they stay as the gazetteer has them
	}
	slices.SortStableFunc(list, func(a, b *gazetteer.Entity) int {
		return cmp.Or(cmp.Compare(closeness(a, typed), closeness(b, typed)), cmp.Compare(count[b.ID], count[a.ID]))
	})
	return list[:min(n, len(list))]
}

// closeness is how the best of a thing's names fits what was typed: 0 it is that,
// 1 it begins so, 2 a word of it does, 3 in no such way.
func closeness(ent *gazetteer.Entity, typed string) int {
	least := 3
	for _, name := range append([]string{ent.Name, ent.Arabic}, ent.Aliases...) {
		cost, ok := fit(name, typed)
		switch {
		case !ok || name == "":
		case cost == 0:
			return 0
		case cost <= 2:
			least = min(least, 1)
		case cost == 3:
			least = min(least, 2)
		}
	}
	return least
}
