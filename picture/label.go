package picture

import (
	"image/color"
	"math"
	"strconv"
)

// Sizes of labels, in units; see titleSize.
const (
	placeSize  = 20.0
	regionSize = 19.0
	nameSize   = 16.0
	minorSize  = 15.0
	footSize   = 14.0
	// maxLabel is the longest label, in characters, and widest of a label its part of the map.
	maxLabel = 60
	widest   = 0.4
)

// sized is a line with its size in pixels.
type sized struct {
	line
	size float64
}

// set shapes a text in units.
func (m *mapping) set(text string, size float64, medium bool) sized {
	in := m.text.regular
	if medium {
		in = m.text.medium
	}
	return sized{m.text.set(text, in, size*m.unit, widest*float64(m.Width)), size * m.unit}
}

// rect is a part of a drawing, in pixels.
type rect struct{ x, y, w, h float64 }

func (r rect) meets(o rect) bool {
	return r.x < o.x+o.w && o.x < r.x+r.w && r.y < o.y+o.h && o.y < r.y+r.h
}

// grow is the rectangle with a margin.
func (r rect) grow(by float64) rect {
	return rect{r.x - by, r.y - by, r.w + 2*by, r.h + 2*by}
}

// label is a text with the place that was found for it.
type label struct {
	sized
	rect
	colour color.Color
	// lead is a line to the bubble that the label stands apart from.
	lead []xy
}

// put finds a place for a text among the rectangles offered, the best first: within
// the drawing and clear of all that is there.
func (s *sheet) put(t sized, colour color.Color, offered []rect) bool {
	if t.width == 0 {
		return true // nothing that can be drawn
	}
	for _, r := range offered {
		if s.free(r) {
			s.labels = append(s.labels, label{t, r, colour, nil})
			s.taken = append(s.taken, r.grow(2*s.unit))
			return true
		}
	}
	return false
}

func (s *sheet) free(r rect) bool {
	m := 4 * s.unit
	if r.x < m || r.y < m || r.x+r.w > s.width-m || r.y+r.h > s.height-m {
		return false
	}
	for _, t := range s.taken {
		if t.meets(r) {
			return false
		}
	}
	for _, p := range s.spots {
		dx, dy := max(r.x-p.x, 0, p.x-r.x-r.w), max(r.y-p.y, 0, p.y-r.y-r.h)
		if clear := p.r + 2.4*s.unit; dx*dx+dy*dy < clear*clear {
			return false
		}
	}
	return true
}

// beside offers the places around a bubble, from the usual one on.
func (s *sheet) beside(p spot, t sized) []rect {
	w, h := t.width, t.size*1.2
	d := p.r + 3*s.unit
	e := p.r*0.72 + 2*s.unit
	right := rect{p.x + d, p.y - h/2, w, h}
	left := rect{p.x - d - w, p.y - h/2, w, h}
	sides := []rect{right, left}
	if s.In.RightToLeft() {
		sides = []rect{left, right}
	}
	return append(sides,
		rect{p.x - w/2, p.y - d - h, w, h}, rect{p.x - w/2, p.y + d, w, h},
		rect{p.x + e, p.y - e - h, w, h}, rect{p.x + e, p.y + e, w, h},
		rect{p.x - e - w, p.y - e - h, w, h}, rect{p.x - e - w, p.y + e, w, h})
}

// tag labels a bubble: beside it, or some way off.
func (s *sheet) tag(p spot, size float64, colour color.Color) bool {
	t := s.spotted(p, size)
	return s.put(t, colour, s.beside(p, t)) || s.lead(p, t, colour)
}

// lead puts a label some way from its bubble, with a line to it that crosses nothing.
func (s *sheet) lead(p spot, t sized, colour color.Color) bool {
	if t.width == 0 || p.count == 0 {
		return false
	}
	u, h := s.unit, t.size*1.2
	for _, dx := range []float64{22, 40, 64, 90} {
		for _, dy := range []float64{0, -24, 24, -44, 44, -66, 66} {
			for _, side := range []float64{1, -1} {
				end := xy{p.x + side*(p.r+dx*u), p.y + dy*u}
				r := rect{end.x + 3*u, end.y - h/2, t.width, h}
				if side < 0 {
					r.x = end.x - 3*u - t.width
				}
				if s.free(r) && s.open(p, end) {
					s.labels = append(s.labels, label{t, r, colour, []xy{p.edge(end), end}})
					s.taken = append(s.taken, r.grow(2*s.unit))
					return true
				}
			}
		}
	}
	return false
}

// edge is where a line to a point leaves the bubble.
func (p spot) edge(to xy) xy {
	t := p.r / math.Hypot(to.x-p.x, to.y-p.y)
	return xy{p.x + (to.x-p.x)*t, p.y + (to.y-p.y)*t}
}

// open says that a line from a bubble's edge to a point meets no label and no bubble.
func (s *sheet) open(p spot, end xy) bool {
	const steps = 16
	length := math.Hypot(end.x-p.x, end.y-p.y)
	for i := range steps + 1 {
		t := (p.r + s.unit + (length-p.r-s.unit)*float64(i)/steps) / length
		at := xy{p.x + (end.x-p.x)*t, p.y + (end.y-p.y)*t}
		for _, r := range s.taken {
			if r.has(at.x, at.y) {
				return false
			}
		}
		for _, q := range s.spots {
			if q.xy != p.xy && math.Hypot(q.x-at.x, q.y-at.y) < q.r+2*s.unit {
				return false
			}
		}
		for _, l := range s.labels {
			if len(l.lead) > 0 && segmentsCross(p.xy, end, l.lead[0], l.lead[1]) {
				return false
			}
		}
	}
	return true
}

// segmentsCross says that two straight lines have a point in common.
func segmentsCross(a, b, c, d xy) bool {
	side := func(p, q, r xy) bool { return (q.x-p.x)*(r.y-p.y) > (q.y-p.y)*(r.x-p.x) }
	return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}

// spotted is what is written beside a bubble, in a size. The number is in it or behind
// the name.
func (s *sheet) spotted(p spot, size float64) sized {
	text := s.text.drawable(p.name)
	if text == "" {
		return sized{}
	}
	if p.more > 0 {
		text += " +" + strconv.Itoa(p.more)
	}
	if !p.inside && p.count > 1 {
		text += " (" + thousands(p.count) + ")"
	}
	return s.set(text, size, size == placeSize)
}

// arrange gathers the spots and finds a place for each label, what matters most
// first. What the inset shows is labelled there.
func (s *sheet) arrange() {
	s.spots, s.labels, s.taken, s.nameless = nil, nil, nil, 0
	s.gather()
	if s != s.inset {
		s.leave()
	}
	s.size()
	if s != s.inset {
		s.taken = append(s.taken, s.scaleBar().rect)
	}
	if s != s.inset {
		s.regions() // they have the least choice of where to be
	}
	for i := range s.spots {
		if p := &s.spots[i]; p.count > 0 && !p.apart {
			p.mute = !s.tag(*p, placeSize, s.colors.palette.text)
		}
	}
	for i := range s.spots { // what had no room, smaller
		if p := &s.spots[i]; p.mute {
			p.mute = !s.tag(*p, minorSize, s.colors.palette.text)
		}
	}
	for _, p := range s.spots {
		if p.count == 0 {
			s.tag(p, minorSize, s.colors.names)
		}
	}
	if s != s.inset {
		s.surroundings()
	}
}

// write draws the labels, each with a rim of what lies below, so that lines do not
// run through the letters.
func (s *sheet) write() {
	s.leads()
	for _, l := range s.labels {
		x, y := l.rect.x, l.rect.y+l.size*0.95
		s.dc.SetColor(s.colors.halo)
		l.halo(s.dc, x, y, l.size*0.2)
		s.dc.SetColor(l.colour)
		l.draw(s.dc, x, y, 0)
	}
}

// leads draws the lines to the labels that stand apart.
func (s *sheet) leads() {
	for _, l := range s.labels {
		if len(l.lead) == 0 {
			continue
		}
		s.dc.DrawLine(l.lead[0].x, l.lead[0].y, l.lead[1].x, l.lead[1].y)
		s.dc.SetColor(s.colors.names)
		s.dc.SetLineWidth(1.3 * s.unit)
		s.dc.Stroke()
	}
}
