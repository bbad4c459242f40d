package picture

import (
	"image"
	"math"
	"slices"

	"sitrep/picture/atlas"
)

// What an inset is for: at least so many places with so many labels that had no
// room, shown so many times larger; and its sides, as parts of the map's.
const (
	fewestSpots = 4
	fewestMute  = 3
	leastZoom   = 2.6
	mostZoom    = 12.0
	insetWidth  = 0.42
	insetHeight = 0.48
)

// zoom looks for places too close together, and puts an inset of them where the map
// has nothing. Where it has no such corner, it moves aside.
func (m *mapping) zoom() {
	s := m.main
	w, h := math.Round(s.width*insetWidth), math.Round(s.height*insetHeight)
	crowd, ok := s.crowd(w/leastZoom, h/leastZoom)
	if !ok {
		return
	}
	at, ok := s.corner(w, h, crowd)
	if !ok && !s.world {
		aside := m.newSheet(m.view(rect{0, 0, s.width - w, s.height}))
		aside.arrange()
		if crowd, ok = aside.crowd(w/leastZoom, h/leastZoom); !ok {
			return
		}
		at = rect{s.width - w - 12*m.unit, 12 * m.unit, w, math.Round(s.height * 0.7)}
		s = aside
		if window := s.windowOf(s.closer(crowd, at.w, at.h)); window.x+window.w > at.x {
			return
		}
	}
	if at.w == 0 {
		return
	}
	v := s.closer(crowd, at.w, at.h)
	if v.scale < s.scale*1.5 {
		return
	}
	m.inset, m.insetAt = m.newSheet(v), at
	m.main = s
	m.largest = min(mostBubble, m.largest/0.6) // with the crowd apart, there is room again
	s.arrange()
	m.inset.arrange()
}

// closer is the view of a crowd in an inset of a size.
func (s *sheet) closer(crowd rect, w, h float64) view {
	box := atlas.Nowhere()
	for _, p := range s.Places {
		if lon := s.near(p.Lon); p.Count > 0 && crowd.has(s.at(lon, p.Lat)) {
			box = box.Add(lon, p.Lat)
		}
	}
	all := rect{0, 0, w, h}
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
	if most < fewestMute || places < fewestSpots {
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

// leave takes the inset's place from the map, and marks the spots that it labels.
func (s *sheet) leave() {
	if s.inset == nil {
		return
	}
	s.taken = append(s.taken, s.insetAt.grow(4*s.unit))
	window := s.windowOf(s.inset.view)
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
