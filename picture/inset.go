package picture

import (
	"image"
	"math"
	"slices"

	"sitrep/picture/atlas"
)

// What an inset is for: at least so many places, some with labels that had no room,
// shown so many times larger; and its sides, as parts of the map's: in a corner, or
// beside a map that moves aside.
const (
	fewestSpots = 4
	leastZoom   = 2.8
	mostZoom    = 12.0
	insetWidth  = 0.42
	insetHeight = 0.5
	asideWidth  = 0.42
	asideHeight = 0.94
	// besideInset is what is left for labels between the map's places and the inset, in
	// units.
	besideInset = 64.0
)

// zoom looks for places too close together, and shows them larger in an inset: in a
// corner where the map has nothing, or beside it, whichever names more places. Where
// neither names more than the map alone, there is none.
func (m *mapping) zoom() {
	best := m.layout
	fewest := m.main.unnamed()
	if fewest == 0 || m.main.world {
		return
	}
	for _, l := range []layout{m.main.cornered(), m.aside()} {
		if l.inset == nil || l.inset.scale < l.main.scale*leastZoom*0.6 {
			continue
		}
		m.layout = l
		l.main.arrange()
		l.inset.arrange()
		l.largest = m.largest
		if n := l.main.unnamed() + l.inset.unnamed(); n < fewest {
			best, fewest = l, n
		}
	}
	m.layout = best
}

// cornered is an inset in a corner.
func (s *sheet) cornered() layout {
	w, h := math.Round(s.width*insetWidth), math.Round(s.height*insetHeight)
	crowd, ok := s.crowd(w/leastZoom, h/leastZoom)
	if !ok {
		return layout{}
	}
	at, ok := s.corner(w, h, crowd)
	if !ok {
		return layout{}
	}
	return s.insetOf(crowd, at)
}

// aside is an inset as high as the map, which moves to the left.
func (m *mapping) aside() layout {
	w, h := math.Round(m.main.width*asideWidth), math.Round(m.main.height*asideHeight)
	gap := (m.main.height - h) / 2
	s := m.newSheet(m.view(m.padded(m.main.width-w-gap-besideInset*m.unit, m.main.height)))
	s.gather()
	s.size()
	for i := range s.spots {
		s.spots[i].mute = true // who has no room there is not known yet
	}
	crowd, ok := s.crowd(w/leastZoom, h/leastZoom)
	at := rect{m.main.width - w - gap, gap, w, h}
	if !ok || crowd.x+crowd.w > at.x {
		return layout{}
	}
	return s.insetOf(crowd, at)
}

// insetOf shows a crowd of the map in a place.
func (s *sheet) insetOf(crowd, at rect) layout {
	return layout{main: s, inset: s.newSheet(s.closer(crowd, at.w, at.h)), insetAt: at, largest: s.scope()}
}

// unnamed is how much goes without a label: places, those with many reports more than
// others, and regions.
func (s *sheet) unnamed() float64 {
	n := float64(s.nameless)
	for _, p := range s.spots {
		if p.count == 0 || p.apart {
			continue
		}
		n += float64(p.more)
		if p.mute {
			n += 1 + 3*float64(p.count)/float64(s.most())
		}
	}
	return n
}

// closer is the view of a crowd in an inset of a size.
func (s *sheet) closer(crowd rect, w, h float64) view {
	box := atlas.Nowhere()
	for _, p := range s.Places {
		if lon := s.near(p.Lon); p.Count > 0 && crowd.has(s.at(lon, p.Lat)) {
			box = box.Add(lon, p.Lat)
		}
	}
	all := s.padded(w, h)
	v := newView(box, all, w, h)
	if v.scale > s.scale*mostZoom {
		// Nothing is gained by showing a town's streets, which the base map has not.
		lon, lat := v.middle()
		half := w / 2 / (s.scale * mostZoom) / (1 + 2*around) * 180 / math.Pi
		v = newView(atlas.Box{West: lon - half, East: lon + half, South: lat, North: lat}, all, w, h)
	}
	return v
}

func (r rect) has(x, y float64) bool {
	return r.x <= x && x <= r.x+r.w && r.y <= y && y <= r.y+r.h
}

// padded is a drawing without the margin that bubbles at the edge need.
func (m *mapping) padded(w, h float64) rect {
	return rect{0, 0, w, h}.grow(-mostBubble * 0.8 * m.unit)
}

// crowd is the window of a size that has most labels without room.
func (s *sheet) crowd(w, h float64) (rect, bool) {
	var best rect
	most, places := 0, 0
	for _, p := range s.spots {
		window := rect{p.x - w/2, p.y - h/2, w, h}
		mute, all := 0, 0
		for _, q := range s.spots {
			if q.count > 0 && window.has(q.x, q.y) {
				all += 1 + q.more
				mute += q.more
				if q.mute {
					mute++
				}
			}
		}
		if mute > most {
			best, most, places = window, mute, all
		}
	}
	if places < fewestSpots {
		return rect{}, false
	}
	box := atlas.Nowhere()
	for _, p := range s.spots {
		if p.count > 0 && best.has(p.x, p.y) {
			box = box.Add(p.x, p.y)
		}
	}
	return rect{box.West, box.South, box.East - box.West, box.North - box.South}.grow(10 * s.unit), true
}

// corner is a corner of the map where the inset covers no bubble, nor what it shows:
// a large one, or a smaller one.
func (s *sheet) corner(w, h float64, crowd rect) (rect, bool) {
	m := 12 * s.unit
	for _, part := range []float64{1, 0.85, 0.72} {
		w, h := math.Round(w*part), math.Round(h*part)
		window := s.windowOf(s.closer(crowd, w, h)).grow(m)
		right, low := s.width-w-m, s.height-h-m
		for _, r := range []rect{{right, m, w, h}, {m, m, w, h}, {right, low, w, h}, {m, low, w, h}} {
			if !r.meets(window) && !slices.ContainsFunc(s.spots, func(p spot) bool { return r.grow(p.r).has(p.x, p.y) }) {
				return r, true
			}
		}
	}
	return rect{}, false
}

// leave takes the places of the inset and of its frame from the map, and marks the spots that it labels.
func (s *sheet) leave() {
	if s.inset == nil {
		return
	}
	s.taken = append(s.taken, s.insetAt.grow(4*s.unit))
	window := s.windowOf(s.inset.view)
	x, y, w, h, line := window.x, window.y, window.w, window.h, 3*s.unit
	s.taken = append(s.taken, rect{x, y, w, line}, rect{x, y + h - line, w, line}, rect{x, y, line, h}, rect{x + w - line, y, line, h})
	for i := range s.spots {
		if p := &s.spots[i]; p.count > 0 && window.has(p.x, p.y) {
			p.apart = true
		}
	}
}

// windowOf is the part of the map that an inset shows.
func (s *sheet) windowOf(in view) rect {
	x, y := s.at(in.box.West, in.box.North)
	x2, y2 := s.at(in.box.East, in.box.South)
	return rect{x, y, x2 - x, y2 - y}
}

// frame draws the inset on the page, and what it is the inset of.
func (m *mapping) frame() {
	u, top := m.unit, float64(m.top)
	at, window := m.insetAt, m.main.windowOf(m.inset.view)
	copyImage(m.page, m.inset.dc, image.Pt(int(at.x), int(at.y)+m.top))
	m.page.SetColor(m.colors.palette.text)
	m.page.SetLineWidth(2 * u)
	m.page.DrawRectangle(math.Floor(at.x), math.Floor(at.y)+top, m.inset.width, m.inset.height)
	m.page.Stroke()
	m.page.SetLineWidth(1.6 * u)
	m.page.DrawRectangle(window.x, window.y+top, window.w, window.h)
	m.page.Stroke()
}
