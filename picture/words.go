package picture

import (
	"image/color"
	"slices"
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
		m.legend(x, m.colors.shade, false, m.In.Say("%d named as a whole", n))
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

// counted says how many places reports name. How many reports there are is not told:
// one that names two places is in the counts of both.
func (m *mapping) counted() string {
	places := 0
	for _, p := range m.Places {
		if p.Count > 0 {
			places++
		}
	}
	if places == 0 {
		return m.In.Say("no reports")
	}
	return m.In.Say("%d places that reports name", places)
}

// shaded is the number of regions on the map that reports name as a whole.
func (m *mapping) shaded() int {
	n := 0
	for i, r := range m.Regions {
		if len(m.found[i]) > 0 && r.Count > 0 {
			n++
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

// What the words of a picture name, so that they stay below Discord's limit (1,024
// characters).
const (
	maxTold  = 5
	maxWord  = 40
	maxAbout = 120
)

// alt says in words what a map shows.
func (m *mapping) alt() string {
	places := map[string]int{}
	var order []string
	for _, p := range m.Places {
		name := plain(p.Name, maxWord)
		if _, ok := places[name]; !ok {
			order = append(order, name)
		}
		places[name] += p.Count
	}
	whole, off := map[string]int{}, map[string]int{}
	var wholes, offs []string
	for i, r := range m.Regions {
		name := plain(r.Name, maxWord)
		if len(m.found[i]) == 0 {
			offs, off[name] = append(offs, name), r.Count
		} else {
			wholes, whole[name] = append(wholes, name), r.Count
		}
	}
	said := m.counted()
	if list := m.told(order, places); list != "" {
		said = m.In.Say("%s; most: %s", said, list)
	}
	if list := m.told(wholes, whole); list != "" {
		said = m.In.Say("%s; as a whole: %s", said, list)
	}
	if list := m.told(offs, off); list != "" {
		said = m.In.Say("%s; not on the map: %s", said, list)
	}
	if title := plain(m.Title, maxAbout); title != "" {
		return m.In.Say("%s – reports by place: %s", title, said)
	}
	return m.In.Say("Reports by place: %s", said)
}

// told lists the names with the most reports, each with its number.
func (m *mapping) told(names []string, counts map[string]int) string {
	slices.SortStableFunc(names, func(a, b string) int { return counts[b] - counts[a] })
	list := ""
	for i, name := range names {
		if i == maxTold || counts[name] == 0 {
			break
		}
		item := m.In.Say("%s (%d)", name, counts[name])
		if list == "" {
			list = item
			continue
		}
		list = m.In.Say("%s, %s", list, item)
	}
	return list
}
