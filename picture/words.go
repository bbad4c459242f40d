package picture

import (
	"image/color"
	"strings"
)

// heading is the title and, below, what bubbles and shades stand for.
func (m *mapping) heading() {
	u := m.unit
	left, right := margin*u, float64(m.Width)-margin*u
	title := m.text.drawable(plain(m.Title, maxTitle))
	if title == "" {
		title = m.In.Say("Reports by place")
	}
	t := m.text.set(title, m.text.medium, titleSize*u, right-left)
	m.page.SetColor(m.colors.palette.text)
	if t.rtl {
		t.draw(m.page, right, 42*u, 1)
	} else {
		t.draw(m.page, left, 42*u, 0)
	}
	x := left
	if m.In.RightToLeft() {
		x = right
	}
	if len(m.Places) > 0 {
		x = m.legend(x, m.colors.bubble, true, m.counted())
	}
	if n := m.shaded(); n > 0 {
		m.legend(x, m.colors.shade, false, m.In.Say("%d reports of a whole area", n))
	}
}

// legend draws a swatch with its text from x on, in the direction of reading, and
// gives where the next one begins.
func (m *mapping) legend(x float64, swatch color.Color, round bool, text string) float64 {
	const gap, side, after = 24, 15, 22
	u := m.unit
	t := m.text.set(m.text.drawable(text), m.text.regular, labelSize*u, 0.9*float64(m.Width))
	left, start := x, x+gap*u
	if m.In.RightToLeft() {
		left, start = x-side*u, x-gap*u-t.width
	}
	r := 4 * u
	if round {
		r = side / 2 * u
	}
	m.page.SetColor(swatch)
	m.page.DrawRoundedRectangle(left, 62*u, side*u, side*u, r)
	m.page.Fill()
	m.page.SetColor(m.colors.muted)
	t.draw(m.page, start, 77*u, 0)
	if m.In.RightToLeft() {
		return start - after*u
	}
	return start + t.width + after*u
}

// counted says how many reports there are in how many places.
func (m *mapping) counted() string {
	all, places := 0, 0
	for _, p := range m.Places {
		if p.Count > 0 {
			all += p.Count
			places++
		}
	}
	if all == 0 {
		return m.In.Say("no reports")
	}
	return m.In.Say("%d reports from %d places", all, places)
}

// shaded is the number of reports of regions that are on the map.
func (m *mapping) shaded() int {
	n := 0
	for i, r := range m.Regions {
		if len(m.found[i]) > 0 {
			n += r.Count
		}
	}
	return n
}

// footer credits the data and says how exact it is.
func (m *mapping) footer() {
	u := m.unit
	text := m.In.Say("Base map: %s. Borders and rivers are approximate.", m.Base.Credit)
	t := m.text.set(m.text.drawable(plain(text, maxTitle)), m.text.regular, footSize*u, float64(m.Width)-2*margin*u)
	m.page.SetColor(m.colors.muted)
	y := float64(m.Height) - 10*u
	if m.In.RightToLeft() {
		t.draw(m.page, float64(m.Width)-margin*u, y, 1)
		return
	}
	t.draw(m.page, margin*u, y, 0)
}

// maxAlt is Discord's limit for the words of a picture, in characters, and maxTold how
// many places they name.
const (
	maxAlt  = 1024
	maxTold = 8
)

// alt says in words what a map shows.
func (m *mapping) alt() string {
	what := m.In.Say("Map")
	if title := plain(m.Title, maxTitle); title != "" {
		what = m.In.Say("Map of %s", title)
	}
	parts := []string{what + ": " + m.counted()}
	var names []string
	for _, p := range ranked(m.Places) {
		if p.Count > 0 && len(names) < maxTold {
			names = append(names, plain(p.Name, maxLabel)+" ("+thousands(p.Count)+")")
		}
	}
	if len(names) > 0 {
		parts = append(parts, m.In.Say("most: %s", strings.Join(names, m.In.Say(", "))))
	}
	var whole, off []string
	for i, r := range m.Regions {
		name := plain(r.Name, maxLabel) + " (" + thousands(r.Count) + ")"
		if len(m.found[i]) == 0 {
			off = append(off, name)
		} else {
			whole = append(whole, name)
		}
	}
	if len(whole) > 0 {
		parts = append(parts, m.In.Say("as a whole: %s", strings.Join(whole, m.In.Say(", "))))
	}
	if len(off) > 0 {
		parts = append(parts, m.In.Say("not on the map: %s", strings.Join(off, m.In.Say(", "))))
	}
	return plain(strings.Join(parts, m.In.Say("; ")), maxAlt)
}
