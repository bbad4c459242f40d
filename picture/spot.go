package picture

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strconv"
)

// spot is a bubble: a place, or the largest of some that would cover each other.
type spot struct {
	xy
	r     float64
	name  string
	count int
	// more are the places that it stands for beside its own.
	more int
	// inside says that the number is written in the bubble.
	inside bool
	// mute says that there was no room for its label, apart that the inset has it.
	mute, apart bool
}

// Bubbles, in units. Their areas are as their counts; the least is still seen.
const (
	leastBubble = 5.0
	mostBubble  = 26.0
	dot         = 3.0 // a place without reports
	// mostSpots in one drawing; with more, near ones become one.
	mostSpots = 160
)

// gather makes spots of the places that are seen.
func (s *sheet) gather() {
	for _, p := range s.Places {
		x, y := s.at(s.near(p.Lon), p.Lat)
		if x < 0 || y < 0 || x > s.width || y > s.height {
			continue
		}
		s.spots = append(s.spots, spot{xy: xy{x, y}, name: plain(p.Name, maxLabel), count: p.Count})
	}
	slices.SortFunc(s.spots, func(a, b spot) int {
		return cmp.Or(b.count-a.count, cmp.Compare(a.x, b.x), cmp.Compare(a.y, b.y), cmp.Compare(a.name, b.name))
	})
	s.merge(3 * s.unit)
	for cell := 6.0; len(s.spots) > mostSpots; cell *= 1.5 {
		s.merge(cell * s.unit)
	}
}

// size gives each bubble its radius, by one scale in the map and its inset: a smaller
// one, where large bubbles would hide the numbers of others on the map.
func (s *sheet) size() {
	most := s.most()
	for range 4 {
		for i := range s.spots {
			p := &s.spots[i]
			if p.r = dot * s.unit; p.count > 0 {
				p.r = max(leastBubble, s.largest*math.Sqrt(min(float64(p.count)/float64(most), 1.5))) * s.unit
			}
		}
		if !s.number() || s == s.inset {
			return
		}
		s.largest *= 0.9
	}
	s.number()
}

// number decides which bubbles have their number inside, and reports whether another
// one lies over a number that had room.
func (s *sheet) number() bool {
	hidden := false
	for i := range s.spots {
		p := &s.spots[i]
		n, ok := s.within(*p)
		ok = ok && !p.apart
		for _, q := range s.spots[i+1:] {
			if ok && !q.apart && math.Hypot(q.x-p.x, q.y-p.y) < q.r+max(n.width, n.size)/2 {
				ok, hidden = false, true
			}
		}
		p.inside = ok
	}
	return hidden
}

// merge makes one spot of those within a cell, at the place of the largest: a
// bubble is never where no place is. Spots are in the order of their counts.
func (s *sheet) merge(cell float64) {
	type key struct{ x, y int }
	at := map[key]int{}
	var kept []spot
	for _, p := range s.spots {
		k := key{int(p.x / cell), int(p.y / cell)}
		if i, ok := at[k]; ok {
			if p.count > 0 || kept[i].count == 0 {
				kept[i].more += p.more + 1
			}
			kept[i].count += p.count
			continue
		}
		at[k] = len(kept)
		kept = append(kept, p)
	}
	s.spots = kept
}

// bubbles draws the spots, the largest first.
func (s *sheet) bubbles() {
	for _, p := range s.spots {
		if p.count == 0 {
			s.disc(p.xy, p.r, s.colors.names, s.colors.land)
			continue
		}
		s.disc(p.xy, p.r, s.colors.bubble, s.colors.rim)
		if n, _ := s.within(p); p.inside {
			s.dc.SetColor(s.colors.count)
			n.draw(s.dc, p.x, p.y+n.size*0.36, 0.5)
		}
	}
}

func (s *sheet) disc(at xy, r float64, fill, rim color.Color) {
	s.dc.DrawCircle(at.x, at.y, r)
	s.dc.SetColor(fill)
	s.dc.FillPreserve()
	s.dc.SetLineWidth(1.5 * s.unit)
	s.dc.SetColor(rim)
	s.dc.Stroke()
}

// within is the number in a bubble, where there is room for it.
func (s *sheet) within(p spot) (sized, bool) {
	if p.count < 2 {
		return sized{}, false
	}
	n := s.set(strconv.Itoa(p.count), placeSize*0.9, true)
	return n, n.width <= 1.7*p.r && n.size <= 1.5*p.r
}
