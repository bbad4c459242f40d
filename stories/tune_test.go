package stories

import (
	"flag"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sitrep/news"
)

var tune = flag.Bool("tune", false, "list what other thresholds would give on January to June")

// The weights are those that January to June give. Where they are others now, since
// words or names are read in another way, they are put into likeness.go by hand.
func TestWeightsAreLearnt(t *testing.T) {
	first, _ := halves(items(t))
	gold := headings(first)
	rows, right := pairs(t, first, gold)
	w := learn(rows, right)
	t.Logf("%d pairs: %+v", len(rows), w)
	for name, v := range map[string][2]float64{"words": {w.words, learnt.words}, "roots": {w.roots, learnt.roots}, "names": {w.names, learnt.names},
		"apart": {w.apart, learnt.apart}, "days": {w.days, learnt.days}, "bias": {w.bias, learnt.bias}} {
		if math.Abs(v[0]-v[1]) > .1 {
			t.Errorf("%s: %.2f is learnt, likeness.go has %.2f", name, v[0], v[1])
		}
	}
	if !*tune {
		return
	}
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
