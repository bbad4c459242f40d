package picture

import (
	"image/color"
	"math"

	"sitrep/picture/atlas"
)

// xy is a point of a drawing, in pixels.
type xy struct{ x, y float64 }

// sheet is one window on the world with what is drawn in it: the map, or its inset.
type sheet struct {
	*mapping
	view
	dc pen
	// grain is how many pixels a line must go on before it gets another point.
	grain  float64
	spots  []spot
	labels []label
	// taken is where no label may be.
	taken []rect
	buf   []atlas.Point
	line  []xy
}

// terrain paints what lies below: sea, land, regions, rivers and borders.
func (s *sheet) terrain() {
	s.sea()
	var all, tinted []int
	for i := range s.Base.Areas {
		all = append(all, i)
	}
	for i, found := range s.found {
		if s.Regions[i].Count >= 0 {
			tinted = append(tinted, found...)
		}
	}
	s.fill(all, s.colors.land)
	s.fill(tinted, s.colors.shade)
	s.rivers()
	for _, class := range []atlas.Class{atlas.Road, atlas.Province, atlas.Coast, atlas.Border, atlas.Disputed} {
		s.arcs(class)
	}
}

// sea is the page, or the disc of the globe.
func (s *sheet) sea() {
	if !s.world {
		s.dc.SetColor(s.colors.sea)
		s.dc.Clear()
		return
	}
	s.dc.SetColor(s.colors.background)
	s.dc.Clear()
	for lat := -90.0; lat <= 90; lat++ {
		s.dc.LineTo(s.at(-180, lat))
	}
	for lat := 90.0; lat >= -90; lat-- {
		s.dc.LineTo(s.at(180, lat))
	}
	s.dc.ClosePath()
	s.dc.SetColor(s.colors.sea)
	s.dc.Fill()
}

// turns are the whole circles by which a box must be shifted to be seen.
func (v *view) turns(b atlas.Box) []float64 {
	if v.world {
		return []float64{0}
	}
	var list []float64
	for _, turn := range []float64{-360, 0, 360} {
		if b.Shift(turn).Meets(v.box) {
			list = append(list, turn)
		}
	}
	return list
}

// fill paints areas as one path: where they adjoin, their edges cancel out, and no
// seam is seen.
func (s *sheet) fill(areas []int, colour color.Color) {
	some := false
	for _, i := range areas {
		area := &s.Base.Areas[i]
		for _, turn := range s.turns(area.Box) {
			for _, ring := range area.Rings {
				some = s.ring(ring, turn) || some
			}
		}
	}
	if some {
		s.dc.SetColor(colour)
		s.dc.Fill()
	}
}

// ring adds a ring to the path, if any of it is seen.
func (s *sheet) ring(r atlas.Ring, turn float64) bool {
	s.buf = s.Base.Outline(s.buf[:0], r)
	if len(s.buf) < 3 {
		return false
	}
	s.trace(s.buf, turn)
	poly := clip(s.line, s.width, s.height)
	if len(poly) < 3 {
		return false
	}
	s.dc.MoveTo(poly[0].x, poly[0].y)
	for _, p := range poly[1:] {
		s.dc.LineTo(p.x, p.y)
	}
	s.dc.ClosePath()
	return true
}

// trace projects points into s.line, and leaves those out that lie within the grain
// of the one before. Ends stay.
func (s *sheet) trace(points []atlas.Point, turn float64) {
	s.line = s.line[:0]
	for i, p := range points {
		x, y := s.at(float64(p.Lon)+turn, float64(p.Lat))
		if n := len(s.line); i > 0 && i < len(points)-1 && math.Abs(s.line[n-1].x-x) < s.grain && math.Abs(s.line[n-1].y-y) < s.grain {
			continue
		}
		s.line = append(s.line, xy{x, y})
	}
}

// beyond is how far outside the drawing shapes are cut, in pixels: farther than any
// line is wide.
const beyond = 8.0

// clip cuts a polygon off outside the drawing: the algorithm of Sutherland and
// Hodgman (1974), one side after the other.
func clip(poly []xy, width, height float64) []xy {
	sides := [...]func(p xy) float64{
		func(p xy) float64 { return p.x + beyond },
		func(p xy) float64 { return width + beyond - p.x },
		func(p xy) float64 { return p.y + beyond },
		func(p xy) float64 { return height + beyond - p.y },
	}
	for _, inside := range sides {
		var out []xy
		for i, p := range poly {
			q := poly[(i+len(poly)-1)%len(poly)]
			a, b := inside(q), inside(p)
			if (a < 0) != (b < 0) {
				t := a / (a - b)
				out = append(out, xy{q.x + t*(p.x-q.x), q.y + t*(p.y-q.y)})
			}
			if b >= 0 {
				out = append(out, p)
			}
		}
		poly = out
	}
	return poly
}

// arcs strokes all lines of a class.
func (s *sheet) arcs(class atlas.Class) {
	ink, ok := s.ink(class)
	if !ok {
		return
	}
	for i := range s.Base.Arcs {
		if arc := &s.Base.Arcs[i]; arc.Class == class {
			s.stretch(arc.Points, arc.Box)
		}
	}
	s.dc.SetDash(ink.dash...)
	s.dc.SetLineWidth(ink.width * s.unit)
	s.dc.SetColor(ink.colour)
	s.dc.Stroke()
	s.dc.SetDash()
}

// ink is how a line is drawn.
type ink struct {
	colour color.Color
	width  float64
	dash   []float64
}

// ink gives that of a class; lines that would cover a small map are not drawn.
func (s *sheet) ink(class atlas.Class) (ink, bool) {
	c, u := s.colors, s.unit
	switch class {
	case atlas.Coast:
		return ink{c.coast, 1, nil}, true
	case atlas.Border:
		return ink{c.border, 1.6, nil}, true
	case atlas.Disputed:
		return ink{c.land, 1.8, []float64{3 * u, 3 * u}}, true // gaps in a border
	case atlas.Province:
		return ink{c.province, 1.1, nil}, s.degree() > 12*u
	}
	return ink{c.province, 0.8, nil}, s.degree() > 60*u
}

// stretch adds a line to the path, without what is not seen of it.
func (s *sheet) stretch(points []atlas.Point, box atlas.Box) {
	for _, turn := range s.turns(box) {
		s.trace(points, turn)
		up := true
		for i := 1; i < len(s.line); i++ {
			p, q := s.line[i-1], s.line[i]
			if !s.sees(p, q) || edge(points, i, len(s.line)) {
				up = true
				continue
			}
			if up {
				s.dc.MoveTo(p.x, p.y)
				up = false
			}
			s.dc.LineTo(q.x, q.y)
		}
	}
}

// edge says that a line runs along the antimeridian, where the data is cut and
// nothing ends. It asks only of lines that were traced whole.
func edge(points []atlas.Point, i, traced int) bool {
	return traced == len(points) && math.Abs(float64(points[i].Lon)) == 180 && points[i].Lon == points[i-1].Lon
}

// sees says that a straight line may cross the drawing.
func (s *sheet) sees(p, q xy) bool {
	return max(p.x, q.x) >= -beyond && min(p.x, q.x) <= s.width+beyond &&
		max(p.y, q.y) >= -beyond && min(p.y, q.y) <= s.height+beyond
}

// rivers strokes those that a map of this scale has room for.
func (s *sheet) rivers() {
	for rank, width := range []float64{1: 2.4, 2: 1.8, 3: 1.3} {
		if rank == 0 || !s.carries(rank) {
			continue
		}
		for i := range s.Base.Rivers {
			if r := &s.Base.Rivers[i]; r.Rank == rank {
				s.stretch(r.Points, r.Box)
			}
		}
		if s.world {
			width = 1
		}
		s.dc.SetLineWidth(width * s.unit)
		s.dc.SetColor(s.colors.river)
		s.dc.Stroke()
	}
}

// carries says that rivers of a rank are drawn.
func (s *sheet) carries(rank int) bool {
	return s.degree() > [...]float64{0, 0, 12, 40}[rank]*s.unit
}
