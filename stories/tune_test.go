package stories

import (
	"flag"
	"math"
	"math/rand/v2"
	"testing"

	"sitrep/news"
)

var tune = flag.Bool("tune", false, "learn the weights anew on January to June, and list thresholds")

// TestTune learns what weights and thresholds are set to. It sees January to June
// alone, and changes nothing: what it prints is put into likeness.go and grouper.go by hand.
func TestTune(t *testing.T) {
	if !*tune {
		t.Skip("-tune learns the weights anew")
	}
	first, _ := halves(items(t))
	gold := headings(first)
	rows, right := pairs(first, gold)
	w := learn(rows, right)
	t.Logf("%d pairs: %+v", len(rows), w)
	for _, join := range []float64{.36, .4, .44, .48, .52} {
		for _, more := range []float64{.1, .2, 9} {
			p, r, f := bcubed(gold, run(first, w, join, join+more))
			t.Logf("joins %.2f, merges +%.1f: precision %.3f, recall %.3f, F1 %.4f", join, more, p, r, f)
		}
	}
}

// pairs are those of dispatches that count, within the window, which a Grouper would compare.
func pairs(fs []filed, gold map[news.ID]int) (rows []Likeness, right []bool) {
	g := New(NewMemory())
	for i := range fs {
		it := newItem(&fs[i].event.Dispatch, fs[i].names)
		g.counts.add(it, 1)
		n, counts := gold[it.ID]
		for _, c := range g.shelf.Near(g.query(it)) {
			if m, ok := gold[c.ID]; ok && counts {
				rows, right = append(rows, g.counts.likeness(it, c)), append(right, m == n)
			}
		}
		g.shelf.Put(it)
	}
	return rows, right
}

// learn is logistic regression by AdaGrad (Duchi, Hazan, Singer, 2011).
func learn(rows []Likeness, right []bool) weights {
	var w, sum [5]float64
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		for _, i := range rnd.Perm(len(rows)) {
			l := rows[i]
			x := [5]float64{l.Words, l.Names, l.Apart, l.Days, 1}
			wrong := weights{w[0], w[1], w[2], w[3], w[4]}.odds(l)
			if right[i] {
				wrong--
			}
			for j, v := range x {
				grad := wrong*v + 1e-5*w[j]
				if sum[j] += grad * grad; sum[j] > 0 {
					w[j] -= .3 * grad / math.Sqrt(sum[j])
				}
			}
		}
	}
	return weights{w[0], w[1], w[2], w[3], w[4]}
}
