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
	// courses are the arcs as they are drawn, for each turn around the globe; nil where
	// none was asked for yet.
	courses [3][][]xy
	spots   []spot
	labels  []label
	// taken is where no label may be.
	taken []rect
	line  []xy // a buffer
	// nameless is the number of regions without a label.
	nameless int
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
	s.outline(r, turn)
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

// outline puts a ring into s.line. The last point is not the first again.
func (s *sheet) outline(r atlas.Ring, turn float64) {
	s.line = s.line[:0]
	for _, ref := range r {
		c := s.course(max(ref, ^ref), turn)
		if len(c) == 0 {
			continue
		}
		if ref >= 0 {
			s.line = append(s.line, c[:len(c)-1]...)
			continue
		}
		for i := len(c) - 1; i > 0; i-- {
			s.line = append(s.line, c[i])
		}
	}
}

// course is an arc as it is drawn. Areas share it, so that they stay neighbours when
// it is made simpler.
func (s *sheet) course(arc int32, turn float64) []xy {
	list := &s.courses[int(turn/360)+1]
	if *list == nil {
		*list = make([][]xy, len(s.Base.Arcs))
	}
	if (*list)[arc] == nil {
		(*list)[arc] = s.trace(s.Base.Arcs[arc].Points, turn)
	}
	return (*list)[arc]
}

// grain is how many pixels a line goes on before it gets another point.
const grain = 0.8

// trace projects points, but for those within the grain of the one before. Ends stay.
func (s *sheet) trace(points []atlas.Point, turn float64) []xy {
	step := float32(grain / s.degree())
	flat := step
	if !s.world {
		_, lat := s.middle()
		flat *= float32(math.Cos(lat * math.Pi / 180))
	}
	line := make([]xy, 0, min(len(points), 64))
	var last atlas.Point
	for i, p := range points {
		if i > 0 && i < len(points)-1 && abs(p.Lon-last.Lon) < step && abs(p.Lat-last.Lat) < flat {
			continue
		}
		last = p
		x, y := s.at(float64(p.Lon)+turn, float64(p.Lat))
		line = append(line, xy{x, y})
	}
	return line
}

func abs(v float32) float32 { return max(v, -v) }

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
			for _, turn := range s.turns(arc.Box) {
				s.stretch(s.course(int32(i), turn))
			}
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
	near := s.degree() > 8*u
	switch class {
	case atlas.Coast:
		return ink{c.coast, 1, nil}, near // from afar, sea and land tell it
	case atlas.Border:
		if !near {
			return ink{c.border, 0.7, nil}, true
		}
		return ink{c.border, 1.6, nil}, true
	case atlas.Disputed:
		return ink{c.land, 1.8, []float64{3 * u, 3 * u}}, near // gaps in a border
	case atlas.Province:
		return ink{c.province, 1.1, nil}, s.degree() > 12*u
	}
	return ink{c.province, 0.8, nil}, s.degree() > 60*u
}

// stretch adds a line to the path, without what is not seen of it.
func (s *sheet) stretch(line []xy) {
	up := true
	for i := 1; i < len(line); i++ {
		p, q := line[i-1], line[i]
		if !s.sees(p, q) {
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
				for _, turn := range s.turns(r.Box) {
					s.stretch(s.trace(r.Points, turn))
				}
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
