package eval

import (
	"math"
	"slices"
)

// Depth is how many hits of a question count at most.
const Depth = 1000

// Figures are what a ranking is worth, each from 0 to 1: for one question, or
// the mean of many.
type Figures struct {
	// NDCG is the discounted gain of the first 10 hits against that of the best
	// order: gains are the grades, discounts log2(rank+1), as in trec_eval's ndcg_cut_10.
	NDCG float64 `json:"ndcg@10"`
	// MAP is the mean over the relevant of the precision at their ranks.
	MAP float64 `json:"map"`
	// Precision is the share of relevant ones among the first 10.
	Precision float64 `json:"p@10"`
	// Recall is the share of the relevant that is among the first 100.
	Recall float64 `json:"recall@100"`
	// MRR is one over the rank of the first relevant hit.
	MRR float64 `json:"mrr"`
}

// Measure reckons the figures of one ranking, best first, over the grades of its
// question. Of a dispatch that comes up again only the first place counts. ok is
// false where nothing was judged relevant: then there is nothing to find.
func Measure(ranking []string, grades map[string]int) (f Figures, ok bool) {
	var best []int
	for _, g := range grades {
		if g > 0 {
			best = append(best, g)
		}
	}
	if len(best) == 0 {
		return f, false
	}
	slices.SortFunc(best, func(a, b int) int { return b - a })
	var ideal, gain float64
	for i, g := range best[:min(10, len(best))] {
		ideal += float64(g) / math.Log2(float64(i+2))
	}
	seen := map[string]bool{}
	rank, relevant := 0, 0
	for _, id := range ranking {
		if seen[id] {
			continue
		}
		seen[id] = true
		if rank++; rank > Depth {
			break
		}
		g := grades[id]
		if g <= 0 {
			continue
		}
		relevant++
		if relevant == 1 {
			f.MRR = 1 / float64(rank)
		}
		f.MAP += float64(relevant) / float64(rank)
		if rank <= 10 {
			gain += float64(g) / math.Log2(float64(rank+1))
			f.Precision += .1
		}
		if rank <= 100 {
			f.Recall++
		}
	}
	f.NDCG = gain / ideal
	f.MAP /= float64(len(best))
	f.Recall /= float64(len(best))
	return f, true
}

// Mean is the figures of many questions, each counted alike.
func Mean(list []Figures) (m Figures) {
	if len(list) == 0 {
		return m
	}
	for _, f := range list {
		m.NDCG += f.NDCG
		m.MAP += f.MAP
		m.Precision += f.Precision
		m.Recall += f.Recall
		m.MRR += f.MRR
	}
	n := float64(len(list))
	return Figures{m.NDCG / n, m.MAP / n, m.Precision / n, m.Recall / n, m.MRR / n}
}
