package picture

import (
	"image"
	"image/draw"
	"math"

	"git.sr.ht/~sbinet/gg"

	"sitrep/picture/atlas"
)

// pen draws in an image.
type pen = *gg.Context

// newSheet is an empty drawing of a view.
func (m *mapping) newSheet(v view) *sheet {
	return &sheet{mapping: m, view: v, dc: gg.NewContext(int(v.width), int(v.height)), grain: 0.8}
}

// paint draws all that was arranged.
func (s *sheet) paint() {
	s.terrain()
	s.bubbles()
	s.write()
	if s == s.main {
		s.drawScale(s.scaleBar())
	}
}

// copyImage lays a drawing on the page.
func copyImage(page, from *gg.Context, at image.Point) {
	img := from.Image()
	draw.Draw(page.Image().(draw.Image), img.Bounds().Add(at), img, image.Point{}, draw.Src)
}

// bar is a scale bar.
type bar struct {
	rect
	text   sized
	length float64
}

// steepest is the extent in latitude, in degrees, up to which one scale bar holds for
// a whole map: its upper and lower ends are then within a fifth of it at 35° N.
const steepest = 24

// scaleBar is as long as a round number of kilometres; a map of too much of the
// globe has none.
func (s *sheet) scaleBar() bar {
	if s.world || s.box.North-s.box.South > steepest {
		return bar{}
	}
	u, km := s.unit, s.kilometre()
	length := 1.0
	for scale := 1.0; scale < 1e5; scale *= 10 {
		for _, n := range [...]float64{1, 2, 5} {
			if n*scale*km <= 0.2*s.width {
				length = n * scale
			}
		}
	}
	b := bar{text: s.set(s.In.Say("%s km", thousands(int(length))), nameSize, false), length: length * km}
	w, h := max(b.length, b.text.width)+24*u, 40*u
	b.rect = rect{12 * u, s.height - h - 12*u, w, h}
	return b
}

func (s *sheet) drawScale(b bar) {
	if b.length == 0 {
		return
	}
	u := s.unit
	s.dc.SetColor(s.colors.panel)
	s.dc.DrawRoundedRectangle(b.x, b.y, b.w, b.h, 6*u)
	s.dc.Fill()
	x, y := b.x+b.w/2, b.y+b.h-10*u
	s.dc.SetColor(s.colors.palette.text)
	b.text.draw(s.dc, x, y-7*u, 0.5)
	for _, end := range []float64{-b.length / 2, b.length / 2} {
		s.dc.MoveTo(x+end, y-5*u)
		s.dc.LineTo(x+end, y+u)
	}
	s.dc.MoveTo(x-b.length/2, y)
	s.dc.LineTo(x+b.length/2, y)
	s.dc.SetLineWidth(1.8 * u)
	s.dc.Stroke()
}

// The inset, as parts of the map's width and height, and what it is for: at least so
// many places with so many labels that had no room, shown so many times larger.
const (
	insetSide   = 0.42
	fewestSpots = 4
	fewestMute  = 3
	leastZoom   = 2.2
	mostZoom    = 12
)

// zoom looks for places too close together, and where an inset of them can be.
func (m *mapping) zoom() bool {
	s := m.main
	w, h := math.Round(s.width*insetSide), math.Round(s.height*insetSide*1.1)
	crowd, ok := s.crowd(w/leastZoom, h/leastZoom)
	if !ok {
		return false
	}
	at, ok := s.corner(w, h, crowd)
	if !ok {
		return false
	}
	box := atlas.Nowhere()
	for _, p := range m.Places {
		if lon := s.near(p.Lon); crowd.has(s.at(lon, p.Lat)) {
			box = box.Add(lon, p.Lat)
		}
	}
	v := newView(box, w, h)
	if v.scale > s.scale*mostZoom {
		// Nothing is gained by showing a town's streets, which the base map has not.
		lon, lat := v.middle()
		half := w / 2 / (s.scale * mostZoom) / (1 + 2*around) * 180 / math.Pi
		v = newView(atlas.Box{West: lon - half, East: lon + half, South: lat, North: lat}, w, h)
	}
	if v.scale < s.scale*1.5 {
		return false
	}
	m.inset = m.newSheet(v)
	m.insetAt = at
	m.inset.arrange(nil)
	return true
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

// corner is where the inset covers no bubble, or the fewest, and not the crowd.
func (s *sheet) corner(w, h float64, crowd rect) (rect, bool) {
	m := 12 * s.unit
	var best rect
	fewest := -1
	for _, r := range []rect{
		{s.width - w - m, m, w, h}, {m, m, w, h}, {s.width - w - m, s.height - h - m, w, h}, {m, s.height - h - m, w, h},
	} {
		if r.meets(crowd) || r.meets(s.scaleBar().rect) {
			continue
		}
		n := 0
		for _, p := range s.spots {
			if r.grow(p.r).has(p.x, p.y) {
				n++
			}
		}
		if fewest < 0 || n < fewest {
			best, fewest = r, n
		}
	}
	return best, fewest == 0
}

// leave takes the inset's place from the map, and marks the spots that it labels.
func (s *sheet) leave() {
	s.taken = append(s.taken, s.insetAt.grow(4*s.unit))
	window := s.windowOf(s.inset)
	for i := range s.spots {
		if p := &s.spots[i]; window.has(p.x, p.y) {
			p.apart = true
		}
	}
}

// windowOf is the part of the map that an inset shows.
func (s *sheet) windowOf(in *sheet) rect {
	x, y := s.at(in.box.West, in.box.North)
	x2, y2 := s.at(in.box.East, in.box.South)
	return rect{x, y, x2 - x, y2 - y}
}

// frame draws the inset on the page, and what it is the inset of.
func (m *mapping) frame() {
	u, top := m.unit, float64(m.top)
	at, window := m.insetAt, m.main.windowOf(m.inset)
	copyImage(m.page, m.inset.dc, image.Pt(int(at.x), int(at.y)+m.top))
	m.page.SetColor(m.colors.palette.text)
	m.page.SetLineWidth(2 * u)
	m.page.DrawRectangle(math.Floor(at.x), math.Floor(at.y)+top, m.inset.width, m.inset.height)
	m.page.Stroke()
	m.page.SetLineWidth(1.6 * u)
	m.page.DrawRectangle(window.x, window.y+top, window.w, window.h)
	m.page.Stroke()
}
