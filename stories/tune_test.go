package stories

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
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
	rows, right := pairs(t, first, gold)
	w := learn(rows, right)
	t.Logf("%d pairs: %+v", len(rows), w)
	for _, join := range []float64{.36, .4, .44, .48, .52} {
		for _, more := range []float64{.1, .2, 9} {
			p, r, f := bcubed(gold, run(t, first, w, join, join+more))
			t.Logf("joins %.2f, merges +%.1f: precision %.3f, recall %.3f, F1 %.4f", join, more, p, r, f)
		}
	}
}

// pairs are those of dispatches that count, within the window, which a Grouper would compare.
func pairs(t *testing.T, fs []filed, gold map[news.ID]int) (rows []Likeness, right []bool) {
	x := testBook(t)
	where := names(t)
	for from := 0; from < len(fs); from += 500 {
		err := x.b.update(1, func(w *work) error {
			for i := from; i < min(from+500, len(fs)); i++ {
				it := newItem(&fs[i].event.Dispatch, fs[i].names, where.Within)
				w.count(it, true)
				terms, bands := w.telling(it)
				n, counts := gold[it.ID]
				for _, c := range w.near(Query{Terms: slices.Concat(terms[:min(len(terms), telling)], bands), Scope: it.Scope, When: it.When, Window: window, Most: near}) {
					if m, ok := gold[c.ID]; ok && counts {
						rows, right = append(rows, w.b.counts.likeness(it, c)), append(right, m == n)
					}
				}
				w.shelve(it, slices.Concat(terms, bands))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return rows, right
}

// learn is logistic regression by AdaGrad (Duchi, Hazan, Singer, 2011).
func learn(rows []Likeness, right []bool) weights {
	var w, sum [6]float64
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		for _, i := range rnd.Perm(len(rows)) {
			l := rows[i]
			x := [6]float64{l.Words, math.Sqrt(l.Words), l.Names, l.Apart, l.Days, 1}
			wrong := weights{w[0], w[1], w[2], w[3], w[4], w[5]}.odds(l)
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
	return weights{w[0], w[1], w[2], w[3], w[4], w[5]}
}
