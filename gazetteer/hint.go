package gazetteer

import "math"

// hinted is how many candidates are looked at again with what else is known.
const hinted = 12

const (
	// Where something else in the question says so.
	sameArea    = .15 // it lies in what is named beside it, or covers it
	sameCountry = .08
	closeBy     = .05 // within nearKM
	nearKM      = 100
	// perTenfold is what ten times as many dispatches count, up to mostPopular.
	perTenfold  = .045
	mostPopular = .18
)

// hint adds to the scores what else is known of the question, and reports whether there
// was anything. What is only similar never comes to be taken without asking by it.
func (g *Gazetteer) hint(list []Candidate, h Hints) bool {
	if len(list) == 0 || h.Popularity == nil && len(h.Beside) == 0 {
		return false
	}
	var counts map[string]int
	if h.Popularity != nil {
		ids := make([]string, len(list))
		for i, c := range list {
			ids[i] = c.Entity.ID
		}
		counts = h.Popularity(ids)
	}
	for i := range list {
		c := &list[i]
		c.Mentions = max(counts[c.Entity.ID], 0)
		more := min(perTenfold*math.Log10(1+float64(c.Mentions)), mostPopular)
		beside := 0.
		for _, id := range h.Beside {
			beside = max(beside, g.together(c.Entity, id))
		}
		more += beside
		if c.Exact {
			c.Score += more
		} else if c.Score < Confident {
			c.Score = min(c.Score+more/2, Confident-.001)
		}
	}
	return true
}

// together says how much it speaks for an entity that another one is named beside it.
func (g *Gazetteer) together(e *Entity, id string) float64 {
	o, ok := g.byID[id]
	switch {
	case !ok || o == e:
		return 0
	case e.under(o) || o.under(e):
		return sameArea
	}
	s := 0.
	if e.Country != "" && e.Country == o.Country {
		s = sameCountry
	}
	if closeTo(e, o) {
		s = max(s, closeBy)
	}
	return s
}

// closeTo reports whether two places are less than nearKM apart.
func closeTo(a, b *Entity) bool {
	const degree = 110 // km, of latitude: most pairs need no more than that
	return a.Located && b.Located && math.Abs(a.Lat-b.Lat)*degree < nearKM && Distance(a, b) < nearKM
}
