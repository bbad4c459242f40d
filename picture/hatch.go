package picture

import "math"

// hatching marks the days without coverage, from the axis to the top.
func (c *chart) hatching() {
	for i := 0; i < len(c.Gaps); i++ {
		from := i
		for i < len(c.Gaps) && c.Gaps[i] {
			i++
		}
		if i > from {
			c.hatch(c.x(from), c.top, c.step()*float64(i-from), c.bottom-c.top)
		}
	}
}

// hatch fills a rectangle with slanting lines. They run through all hatched parts of
// a chart, so that days side by side have no seam.
func (c *chart) hatch(x, y, w, h float64) {
	gap := 9 * c.unit
	c.dc.SetColor(c.colors.grid)
	c.dc.DrawRectangle(x, y, w, h)
	c.dc.Fill()
	for k := math.Ceil((x + y) / gap); k*gap < x+y+w+h; k++ {
		// The line where x + y is k·gap, cut at the sides.
		x1, x2 := max(x, k*gap-y-h), min(x+w, k*gap-y)
		c.dc.DrawLine(x1, k*gap-x1, x2, k*gap-x2)
	}
	c.dc.SetColor(c.colors.axis)
	c.dc.SetLineWidth(1.2 * c.unit)
	c.dc.Stroke()
}
