package picture

import (
	"fmt"
	"image/color"
	"slices"
	"strconv"
	"time"

	"git.sr.ht/~sbinet/gg"

	"sitrep/lang"
)

// The default size of a chart, in pixels, and the sizes that it can have.
const (
	ChartWidth  = 800
	ChartHeight = 260
	minWidth    = 320
	minHeight   = 140
	maxSide     = 2400
	// maxDays is more than a year: a bar is still two pixels wide by default.
	maxDays = 370
)

// ChartData is what a chart shows: a number of reports for each day.
type ChartData struct {
	// Title may be in any script; one that cannot be drawn is only in the words.
	Title string
	// From is the first day; the time of day does not count. Days are UTC.
	From time.Time
	// Counts has a number for each day, from From on.
	Counts []int
	// Before has as many numbers, for the days before; it may be nil.
	Before []int
	// Gaps says for each day of Counts whether no source could be read, so that a day
	// without reports is not taken for a quiet one; it may be nil.
	Gaps []bool
	// In is the language of the words; nil is English.
	In *lang.Printer
	// Dark is for a dark background.
	Dark bool
	// Width and Height are in pixels; 0 is the default.
	Width, Height int
}

// PNG is a picture and the words that stand for it.
type PNG struct {
	Data          []byte
	Width, Height int
	Alt           string
}

// check refuses what cannot be drawn, and fills in the defaults.
func (d *ChartData) check() error {
	switch n := len(d.Counts); {
	case n == 0 || n > maxDays:
		return fmt.Errorf("chart of %d days: give 1 to %d", n, maxDays)
	case d.Before != nil && len(d.Before) != n:
		return fmt.Errorf("chart of %d days with %d days before: give as many, or none", n, len(d.Before))
	case d.Gaps != nil && len(d.Gaps) != n:
		return fmt.Errorf("chart of %d days with %d days of coverage: give as many, or none", n, len(d.Gaps))
	case d.From.IsZero():
		return fmt.Errorf("chart without a first day: give From")
	}
	for _, c := range slices.Concat(d.Counts, d.Before) {
		if c < 0 || c > 1e9 {
			return fmt.Errorf("chart with a day of %d reports: give 0 to 1e9", c)
		}
	}
	if d.Width == 0 {
		d.Width = ChartWidth
	}
	if d.Height == 0 {
		d.Height = ChartHeight
	}
	if d.Width < minWidth || d.Height < minHeight || d.Width > maxSide || d.Height > maxSide {
		return fmt.Errorf("chart of %d × %d pixels: give %d × %d to %d × %d", d.Width, d.Height, minWidth, minHeight, maxSide, maxSide)
	}
	if d.In == nil {
		var err error
		if d.In, err = english(); err != nil {
			return fmt.Errorf("chart: %w", err)
		}
	}
	y, m, day := d.From.UTC().Date()
	d.From = time.Date(y, m, day, 0, 0, 0, 0, time.UTC)
	return nil
}

// Chart draws a bar for each day, with the period before in grey behind.
func Chart(d ChartData) (PNG, error) {
	if err := d.check(); err != nil {
		return PNG{}, err
	}
	t, err := newTypesetter()
	if err != nil {
		return PNG{}, fmt.Errorf("chart: the fonts: %w", err)
	}
	c := newChart(d, t)
	c.background()
	c.heading()
	c.hatching()
	c.grid()
	c.bars()
	c.axis()
	data, err := encode(c.dc.Image())
	if err != nil {
		return PNG{}, fmt.Errorf("chart: %w", err)
	}
	return PNG{Data: data, Width: d.Width, Height: d.Height, Alt: d.alt()}, nil
}

// chart is one drawing: the data, the pen, and where things go.
type chart struct {
	ChartData
	dc     *gg.Context
	text   *typesetter
	colors palette
	// unit is a pixel of the default size; type and margins grow with it.
	unit float64
	// left, right, top and bottom bound the bars.
	left, right, top, bottom float64
	// max is the number at the top.
	max int
}

// Sizes in units. A phone shows 800 pixels on some 350 points, so that a label
// of 22 units is read at about 10 points.
const (
	margin    = 22.0
	titleSize = 29.0
	labelSize = 22.0
)

func newChart(d ChartData, t *typesetter) *chart {
	c := &chart{ChartData: d, dc: gg.NewContext(d.Width, d.Height), text: t, colors: light}
	if d.Dark {
		c.colors = dark
	}
	c.unit = min(float64(d.Width)/ChartWidth, float64(d.Height)/ChartHeight)
	c.max = ceiling(slices.Max(slices.Concat(d.Counts, d.Before)))
	u := c.unit
	c.left = margin*u + c.label(thousands(c.max)).width + 12*u
	c.right = float64(d.Width) - margin*u
	c.top = 100 * u
	c.bottom = float64(d.Height) - 46*u
	return c
}

// label shapes a short text in the labels' size.
func (c *chart) label(text string) line {
	return c.text.set(text, c.text.regular, labelSize*c.unit, 0)
}

func (c *chart) background() {
	c.dc.SetColor(c.colors.background)
	c.dc.Clear()
}

// heading is the title and, below, the numbers of both periods, which are the
// legend of the bars too.
func (c *chart) heading() {
	u, x := c.unit, margin*c.unit
	width := c.right - x
	text := c.text.drawable(plain(c.Title, maxTitle))
	if text == "" {
		text = c.In.Say("Reports a day")
	}
	title := c.text.set(text, c.text.medium, titleSize*u, width)
	c.dc.SetColor(c.colors.text)
	if title.rtl {
		title.draw(c.dc, c.right, 42*u, 1)
	} else {
		title.draw(c.dc, x, 42*u, 0)
	}
	if c.In.RightToLeft() {
		x = c.right
	}
	x = c.legend(x, c.colors.bar, c.counted(c.Counts, "%d reports in %d days", "no reports in %d days"))
	if c.Before != nil {
		x = c.legend(x, c.colors.before, c.counted(c.Before, "%d in the %d days before", "none in the %d days before"))
	}
	if slices.Contains(c.Gaps, true) {
		c.legend(x, nil, c.In.Say("not covered"))
	}
}

// counted says how many reports there are in a number of days.
func (c *chart) counted(counts []int, some, none string) string {
	if n := sum(counts); n > 0 {
		return c.In.Say(some, n, len(counts))
	}
	return c.In.Say(none, len(counts))
}

// legend draws a swatch with its text from x on, in the direction of reading, and
// gives where the next one begins. Without a colour the swatch is hatched.
func (c *chart) legend(x float64, swatch color.Color, text string) float64 {
	const gap, side, after = 24, 15, 22
	u := c.unit
	l := c.label(c.text.drawable(text))
	left, start := x, x+gap*u
	if c.In.RightToLeft() {
		left, start = x-side*u, x-gap*u-l.width
	}
	if swatch == nil {
		c.hatch(left, 62*u, side*u, side*u)
	} else {
		c.dc.SetColor(swatch)
		c.dc.DrawRoundedRectangle(left, 62*u, side*u, side*u, 4*u)
		c.dc.Fill()
	}
	c.dc.SetColor(c.colors.muted)
	l.draw(c.dc, start, 77*u, 0)
	if c.In.RightToLeft() {
		return start - after*u
	}
	return start + l.width + after*u
}

// grid is the lines behind the bars, and the number at the top one.
func (c *chart) grid() {
	if c.empty() {
		return // there is nothing to read off
	}
	c.rule(c.max, c.colors.grid)
	if c.max >= 4 && c.max%2 == 0 {
		c.rule(c.max/2, c.colors.grid)
	}
	c.number(c.max)
}

// axis is the line that the bars stand on, and the dates below.
func (c *chart) axis() {
	c.rule(0, c.colors.axis)
	c.number(0)
	last := len(c.Counts) - 1
	if last == 0 {
		c.date(0, c.In.Day, c.left, 0)
		return
	}
	c.date(0, c.In.ShortDay, c.left, 0)
	c.date(last, c.In.Day, c.right, 1)
	if mid := last / 2; last >= 6 {
		c.date(mid, c.In.ShortDay, c.x(mid)+c.step()/2, 0.5)
	}
}

func (c *chart) rule(n int, colour color.Color) {
	c.dc.SetColor(colour)
	c.dc.SetLineWidth(1.5 * c.unit)
	c.dc.DrawLine(c.left, c.y(n), c.right, c.y(n))
	c.dc.Stroke()
}

// number labels a height, left of the bars.
func (c *chart) number(n int) {
	c.dc.SetColor(c.colors.muted)
	c.label(thousands(n)).draw(c.dc, c.left-12*c.unit, c.y(n)+labelSize*0.35*c.unit, 1)
}

// date labels a day, below the bars.
func (c *chart) date(day int, written func(time.Time) string, x, anchor float64) {
	c.dc.SetColor(c.colors.muted)
	c.label(written(c.From.AddDate(0, 0, day))).draw(c.dc, x, c.bottom+32*c.unit, anchor)
}

func (c *chart) empty() bool { return sum(c.Counts)+sum(c.Before) == 0 }

// bars draws the period before behind this one. A day without reports is bare.
func (c *chart) bars() {
	if c.empty() {
		c.dc.SetColor(c.colors.muted)
		c.label(c.In.Say("no reports")).draw(c.dc, (c.left+c.right)/2, (c.top+c.bottom)/2+labelSize*0.35*c.unit, 0.5)
	}
	c.dc.SetColor(c.colors.before)
	for i, n := range c.Before {
		c.bar(i, n, 0.94)
	}
	c.dc.SetColor(c.colors.bar)
	for i, n := range c.Counts {
		c.bar(i, n, 0.6)
	}
}

// bar is round at the top. width is its part of a day's step.
func (c *chart) bar(i, n int, width float64) {
	if n == 0 {
		return
	}
	w := max(min(c.step(), 100*c.unit)*width, min(c.step(), 2.5*c.unit)) // narrow ones touch
	x := c.x(i) + (c.step()-w)/2
	y := min(c.y(n), c.bottom-3*c.unit) // one report among thousands is still seen
	r := min(w/2, 5*c.unit, c.bottom-y)
	c.dc.MoveTo(x, c.bottom)
	c.dc.LineTo(x, y+r)
	c.dc.QuadraticTo(x, y, x+r, y)
	c.dc.LineTo(x+w-r, y)
	c.dc.QuadraticTo(x+w, y, x+w, y+r)
	c.dc.LineTo(x+w, c.bottom)
	c.dc.ClosePath()
	c.dc.Fill()
}

// step is the width of a day, x the left end of one, y the height of a number.
func (c *chart) step() float64     { return (c.right - c.left) / float64(len(c.Counts)) }
func (c *chart) x(day int) float64 { return c.left + c.step()*float64(day) }
func (c *chart) y(count int) float64 {
	return c.bottom - (c.bottom-c.top)*float64(count)/float64(c.max)
}

// ceiling is the number at the top of the axis: the largest one, rounded up to a
// number that is easily read.
func ceiling(max int) int {
	for scale := 1; ; scale *= 10 {
		for _, n := range [...]int{1, 2, 3, 4, 5, 6, 8} {
			if n*scale >= max {
				return n * scale
			}
		}
	}
}

// thousands writes a number with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
