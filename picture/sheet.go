package picture

import (
	"image"
	"image/draw"

	"git.sr.ht/~sbinet/gg"
)

// pen draws in an image.
type pen = *gg.Context

// newSheet is an empty drawing of a view.
func (m *mapping) newSheet(v view) *sheet {
	return &sheet{mapping: m, view: v, dc: gg.NewContext(int(v.width), int(v.height))}
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
	left, right, low := 12*u, s.width-w-12*u, s.height-h-12*u
	b.rect = rect{left, low, w, h}
	for _, r := range []rect{b.rect, {right, low, w, h}, {left, 12 * u, w, h}, {right, 12 * u, w, h}} {
		if !s.covered(r) {
			b.rect = r
			break
		}
	}
	return b
}

// covered says that there is something below a rectangle: a bubble, or the inset.
func (s *sheet) covered(r rect) bool {
	if s.inset != nil && r.meets(s.insetAt) {
		return true
	}
	for _, p := range s.spots {
		if r.grow(40*s.unit).has(p.x, p.y) { // its label needs room too
			return true
		}
	}
	return false
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
