package index

import (
	"math"
	"time"
)

// decay is how much of its score a hit keeps in the order of a search: all of it
// in Best, half of it for every half-life of age in News. How old an undated hit is
// is not known: it counts as one half-life older than the newest dated one.
func (x *Index) decay(h Hit, s Search, newest time.Time) float64 {
	if s.Sort != News {
		return 1
	}
	now := s.Now
	if now.IsZero() {
		now = time.Now()
	}
	if h.Dated {
		return math.Exp(-ageFactor(now, h.When.Unix(), x.opts.HalfLife))
	}
	less := math.Ln2
	if !newest.IsZero() {
		less += ageFactor(now, newest.Unix(), x.opts.HalfLife)
	}
	return math.Exp(-less)
}

// Worth is what a hit of a result is ordered by in News and Best: its score, less
// what its age takes off.
func (x *Index) Worth(h Hit, s Search, res Result) float64 {
	return (h.Score + 1e-9) * x.decay(h, s, res.Newest)
}
