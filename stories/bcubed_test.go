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
	g := run(t, all, learnt, joins, merges)
	var b strings.Builder
	tell := func(name string, half []filed, got map[news.ID]ID) (p, r, f float64) {
		gold := headings(half)
		p, r, f = bcubed(gold, got)
		fmt.Fprintf(&b, "%s, %d dispatches: precision %.3f, recall %.3f, F1 %.3f\n", name, len(gold), p, r, f)
		return p, r, f
	}
	tell("January to June (tuned on)", first, g)
	p, _, f := tell("July to December", second, g)
	tell("July to December, filed alone", second, run(t, second, learnt, joins, merges))
	t.Log("\n" + b.String())
	golden(t, "bcubed.golden", b.String())
	if p < .9 || f < .88 {
		t.Errorf("July to December: precision %.3f, F1 %.3f", p, f)
	}
}

// run files dispatches and gives the story of each at the end.
func run(t testing.TB, fs []filed, w weights, join, merge float64) map[news.ID]ID {
	t.Helper()
	x := testBook(t)
	x.weights, x.joins, x.merges, x.within = w, join, merge, names(t).Within
	for len(fs) > 0 {
		n := min(len(fs), 500)
		x.batch(fs[:n], nil)
		fs = fs[n:]
	}
	return x.stories()
}

func (x *tested) batch(fs []filed, tell func(int, Change)) {
	var es []*news.Event
	var names [][]news.Mention
	for i := range fs {
		es, names = append(es, &fs[i].event), append(names, fs[i].names)
	}
	x.all(es, names, tell)
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

// TestCompacted groups a half-year from a log in which one in twenty dispatches has its
// only event at the end, as if it had been marked then and the log compacted.
func TestCompacted(t *testing.T) {
	first, _ := halves(items(t))
	var kept, moved []filed
	for i, f := range first {
		if i%20 == 7 {
			f.event.Kind = news.Marked
			moved = append(moved, f)
		} else {
			kept = append(kept, f)
		}
	}
	whole := run(t, first, learnt, joins, merges)
	compacted := run(t, slices.Concat(kept, moved), learnt, joins, merges)
	number, gold := map[ID]int{}, map[news.ID]int{}
	same := 0
	for id, s := range whole {
		if number[s] == 0 {
			number[s] = len(number) + 1
		}
		if gold[id] = number[s]; compacted[id] == s {
			same++
		}
	}
	p, r, f1 := bcubed(gold, compacted)
	got := fmt.Sprintf("%d dispatches, %d of them come last: %d keep their story by its ID; precision %.3f, recall %.3f, F1 %.3f\n", len(first), len(moved), same, p, r, f1)
	t.Log(got)
	golden(t, "compacted.golden", got)
	if f1 < .97 {
		t.Error("a compacted log gives other stories")
	}
}
