package stories

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sitrep/news"
)

// TestBCubed measures stories against Wikipedia's headings, with B-cubed (Bagga
// and Baldwin, 1998). What counts are the dispatches whose most special heading has
// at least two of a half-year; under one heading, a silence of more than three days
// begins another story. The whole year is filed, in order, with the dispatches that do
// not count between those that do. Parameters were chosen on the first half alone.
func TestBCubed(t *testing.T) {
	all := items(t)
	first, second := halves(all)
	g := run(all, learnt, joins, merges)
	var b strings.Builder
	tell := func(name string, half []filed, got map[news.ID]ID) (p, r, f float64) {
		gold := headings(half)
		p, r, f = bcubed(gold, got)
		fmt.Fprintf(&b, "%s, %d dispatches: precision %.3f, recall %.3f, F1 %.3f\n", name, len(gold), p, r, f)
		return p, r, f
	}
	tell("January to June (tuned on)", first, g)
	p, _, f := tell("July to December", second, g)
	tell("July to December, filed alone", second, run(second, learnt, joins, merges))
	t.Log("\n" + b.String())
	golden(t, "bcubed.golden", b.String())
	if p < .9 || f < .88 {
		t.Errorf("July to December: precision %.3f, F1 %.3f", p, f)
	}
}

// run files dispatches and gives the story of each at the end.
func run(fs []filed, w weights, join, merge float64) map[news.ID]ID {
	shelf := NewMemory()
	g := New(shelf)
	g.weights, g.joins, g.merges = w, join, merge
	for i := range fs {
		g.Apply(&fs[i].event, fs[i].names)
	}
	out := map[news.ID]ID{}
	for id, it := range shelf.items {
		out[id] = g.Resolve(it.Story)
	}
	return out
}

// headings numbers the stories that the headings make.
func headings(fs []filed) map[news.ID]int {
	under := map[string][]*filed{}
	for i := range fs {
		if h := fs[i].heading; h != "" {
			under[h] = append(under[h], &fs[i])
		}
	}
	var names []string
	for h := range under {
		names = append(names, h)
	}
	slices.Sort(names)
	gold, n := map[news.ID]int{}, 0
	for _, h := range names {
		list := under[h]
		if len(list) < 2 {
			continue
		}
		slices.SortStableFunc(list, func(a, b *filed) int { return cmp.Compare(a.day(), b.day()) })
		for i, f := range list {
			if i == 0 || f.day()-list[i-1].day() > 3 {
				n++
			}
			gold[f.event.Dispatch.ID] = n
		}
	}
	return gold
}

// bcubed is the mean, over dispatches, of the share of its story that belongs with
// it, and of what belongs with it that is in its story.
func bcubed[S comparable](gold map[news.ID]int, got map[news.ID]S) (precision, recall, f1 float64) {
	type pair struct {
		gold int
		got  S
	}
	want, have, both := map[int]float64{}, map[S]float64{}, map[pair]float64{}
	for id, n := range gold {
		want[n]++
		have[got[id]]++
		both[pair{n, got[id]}]++
	}
	for k, n := range both {
		precision += n * n / have[k.got]
		recall += n * n / want[k.gold]
	}
	precision /= float64(len(gold))
	recall /= float64(len(gold))
	return precision, recall, 2 * precision * recall / (precision + recall)
}
