package stories

import (
	"cmp"
	"math"
)

// Likeness is how alike two dispatches are, measure by measure.
type Likeness struct {
	// Words and Names are the cosines of their words and of the entities they name,
	// each weighed by how rare it is (TF-IDF), from 0 to 1.
	Words, Names float64
	// Apart is 1 where both name something and nothing in common, else 0: what a place
	// lies in is in common, too.
	Apart float64
	// Days is how many days lie between them.
	Days float64
}

// weights make the odds that two dispatches are of one story out of their likeness.
type weights struct{ words, roots, names, apart, days, bias float64 }

// learnt are the weights of a logistic regression on pairs of January to June
// 2025 of Wikipedia's current events (TestWeightsAreLearnt; a pair is right where both
// stand under the same heading). Roots is that of the square root of Words: the first
// few words in common tell more than the next.
var learnt = weights{words: 5.45, roots: 5.91, names: .92, apart: -1.32, days: -.66, bias: -3.52}

// odds are from 0 to 1.
func (w weights) odds(l Likeness) float64 {
	x := w.words*l.Words + w.roots*math.Sqrt(l.Words) + w.names*l.Names + w.apart*l.Apart + w.days*l.Days + w.bias
	return 1 / (1 + math.Exp(-x))
}

// rarity is the inverse document frequency of a term, ln((N+1)/(n+½)), never below 0.
func (c *counts) rarity(t uint32) float64 {
	return max(0, math.Log((float64(c.all)+1)/(float64(c.in[t])+.5)))
}

// likeness compares two dispatches.
func (c *counts) likeness(a, b *Item) Likeness {
	l := Likeness{Words: c.words(a, b), Names: c.names(a, b), Days: a.When.Sub(b.When).Abs().Hours() / 24}
	if len(a.Names) > 0 && len(b.Names) > 0 && common(a.Covers, b.Covers) == 0 {
		l.Apart = 1
	}
	return l
}

func (c *counts) words(a, b *Item) float64 {
	dot := 0.
	for i, j := 0, 0; i < len(a.Words) && j < len(b.Words); {
		switch d := cmp.Compare(a.Words[i].Term, b.Words[j].Term); {
		case d < 0:
			i++
		case d > 0:
			j++
		default:
			r := c.rarity(a.Words[i].Term)
			dot += a.Words[i].Count * b.Words[j].Count * r * r
			i++
			j++
		}
	}
	if dot == 0 {
		return 0
	}
	return dot / (c.length(a) * c.length(b))
}

// length is the Euclidean length of the vector of a dispatch's words.
func (c *counts) length(it *Item) float64 {
	sum := 0.
	for _, w := range it.Words {
		x := w.Count * c.rarity(w.Term)
		sum += x * x
	}
	return math.Sqrt(sum)
}

func (c *counts) names(a, b *Item) float64 {
	square := func(t uint32) float64 { return c.rarity(t) * c.rarity(t) }
	dot, la, lb := 0., 0., 0.
	walk(a.Names, b.Names, func(t uint32) { dot += square(t) })
	if dot == 0 {
		return 0
	}
	for _, t := range a.Names {
		la += square(t)
	}
	for _, t := range b.Names {
		lb += square(t)
	}
	return dot / math.Sqrt(la*lb)
}
