package picture

import (
	"cmp"
	"image/color"
	"math"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"sitrep/picture/atlas"
)

// tries is how many places are tried for the name of an area.
const tries = 24

// regions names what is shaded, with the number of reports.
func (s *sheet) regions() {
	for i, r := range s.Regions {
		if len(s.found[i]) == 0 {
			continue
		}
		f := s.newField(func(area int) int32 {
			if slices.Contains(s.found[i], area) {
				return 0
			}
			return -1
		})
		text := s.text.drawable(plain(r.Name, maxLabel))
		if text != "" && r.Count > 0 {
			text += " (" + thousands(r.Count) + ")"
		}
		t := s.set(text, regionSize, true)
		if s.put(t, s.colors.palette.text, s.spaced(s.centred(f.deepest(0, tries), t))) && t.width > 0 {
			last := &s.taken[len(s.taken)-1]
			*last = last.grow(8 * s.unit) // no place's name is read on
		} else {
			s.nameless++
		}
	}
}

// centred offers a place around each point, shifted sideways where it would be cut
// off.
func (s *sheet) centred(points []xy, t sized) []rect {
	var list []rect
	h, m := t.size*1.2, 5*s.unit
	for _, p := range points {
		x := max(min(p.x-t.width/2, s.width-m-t.width), m)
		list = append(list, rect{x, p.y - h/2, t.width, h})
	}
	return list
}

// surroundings names what lies around, where there is room: what the caller gave,
// countries, rivers, provinces.
func (s *sheet) surroundings() {
	for _, n := range s.Names {
		x, y := s.at(s.near(n.Lon), n.Lat)
		s.faint(n.Text, s.colors.names, []xy{{x, y}})
	}
	s.countries()
	s.waters()
	if len(s.Names) == 0 && !s.In.ArabicNames() {
		s.provinces()
	}
}

// faint writes a name around the first of some points where it has room.
func (s *sheet) faint(text string, colour color.Color, points []xy) {
	t := s.name(text, nameSize, false)
	s.put(t, colour, s.spaced(s.centred(points, t)))
}

// name shapes the name of something around; one that a bubble bears already is none.
func (s *sheet) name(text string, size float64, medium bool) sized {
	text = s.text.drawable(plain(text, maxLabel))
	if text == "" || slices.ContainsFunc(s.spots, func(p spot) bool { return p.name == text }) {
		return sized{}
	}
	return s.set(text, size, medium)
}

// spaced leaves out what would stand so close to another label that both would be
// read as one name.
func (s *sheet) spaced(offered []rect) []rect {
	gap := 9 * s.unit
	return slices.DeleteFunc(offered, func(r rect) bool {
		left, right := max(r.x-gap, 4*s.unit), min(r.x+r.w+gap, s.width-4*s.unit)
		return !s.free(rect{left, r.y, right - left, r.h})
	})
}

// area writes the name of a group of a field in it: at least so much of the name, as a
// part, has to lie inside.
func (s *sheet) area(f *field, group int32, t sized, inside float64) {
	offered := s.spaced(s.centred(f.deepest(group, tries), t))
	offered = slices.DeleteFunc(offered, func(r rect) bool { return f.share(group, r) < inside })
	s.put(t, s.colors.names, offered)
}

// countries names those seen, the larger ones first, but for the ones that are
// shaded as a whole.
func (s *sheet) countries() {
	groups := map[string]int32{}
	var codes []string
	shaded := map[string]bool{}
	for _, r := range s.Regions {
		shaded[r.Country] = shaded[r.Country] || !r.Province
	}
	f := s.newField(func(area int) int32 {
		code := s.Base.Areas[area].Country
		if code == "" || shaded[code] {
			return -1
		}
		if _, ok := groups[code]; !ok {
			groups[code] = int32(len(codes))
			codes = append(codes, code)
		}
		return groups[code]
	})
	for _, g := range f.largest() {
		s.area(f, g, s.name(s.country(codes[g]), nameSize, true), 0.6)
	}
}

// leastRoom is the number of cells that an area needs to be named.
const leastRoom = 12

// largest are the groups that have room for a name, the largest first.
func (f *field) largest() []int32 {
	var list []int32
	room := f.room()
	for g, n := range room {
		if n >= leastRoom {
			list = append(list, g)
		}
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Or(room[b]-room[a], int(a-b)) })
	return list
}

// country is the name of a country in the language, as CLDR has it.
func (s *sheet) country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return ""
	}
	name := display.Regions(language.Make(s.In.Code)).Name(region)
	// "Hong Kong SAR China", "Myanmar (Burma)": a map has no room for the rest.
	name, _, _ = strings.Cut(name, " (")
	return name
}

// waters names the rivers beside their course.
func (s *sheet) waters() {
	for i := range s.Base.Rivers {
		r := &s.Base.Rivers[i]
		if !s.carries(r.Rank) || s.world {
			continue
		}
		name := r.Name
		if s.In.ArabicNames() && r.Arabic != "" {
			name = r.Arabic
		}
		seen := s.seen(r)
		if t := s.name(name, nameSize, false); t.width > 0 && len(seen) > 0 {
			s.put(t, s.colors.water, s.spaced(s.along(seen, t)))
		}
	}
}

// seen are the points of a river that lie in the drawing, some pixels from each other.
func (s *sheet) seen(r *atlas.Line) []xy {
	var list []xy
	for _, turn := range s.turns(r.Box) {
		line := s.trace(r.Points, turn)
		for i := 1; i < len(line); i++ {
			p, q := line[i-1], line[i]
			if !s.sees(p, q) {
				continue
			}
			n := min(math.Ceil(math.Hypot(q.x-p.x, q.y-p.y)/6), 1000)
			for k := range int(n) {
				t := float64(k) / n
				if at := (xy{p.x + (q.x-p.x)*t, p.y + (q.y-p.y)*t}); at.x > 0 && at.y > 0 && at.x < s.width && at.y < s.height {
					list = append(list, at)
				}
			}
		}
	}
	return list
}

// along offers places beside a river that it does not run through, from the middle of
// what is seen of it on.
func (s *sheet) along(seen []xy, t sized) []rect {
	var list []rect
	h, gap := t.size*1.2, 5*s.unit
	half := len(seen) / 2
	for i := 0; i < half && len(list) < tries; i += 3 {
		for _, p := range []xy{seen[half+i], seen[half-i]} {
			for _, r := range []rect{
				{p.x + gap, p.y - h/2, t.width, h}, {p.x - gap - t.width, p.y - h/2, t.width, h},
				{p.x - t.width/2, p.y - gap - h, t.width, h}, {p.x - t.width/2, p.y + gap, t.width, h},
			} {
				if !slices.ContainsFunc(seen, func(p xy) bool { return r.grow(2*s.unit).has(p.x, p.y) }) && s.free(r) {
					list = append(list, r)
				}
			}
		}
	}
	return list
}

// provinces names those of the base map, where they have room.
func (s *sheet) provinces() {
	if s.degree() <= 40*s.unit {
		return
	}
	shaded := map[int]bool{}
	for _, found := range s.found {
		for _, i := range found {
			shaded[i] = true
		}
	}
	f := s.newField(func(area int) int32 {
		if shaded[area] || len(s.Base.Areas[area].Names) == 0 {
			return -1
		}
		return int32(area)
	})
	for _, g := range f.largest() {
		name, _, _ := strings.Cut(s.Base.Areas[g].Names[0], " (")
		s.area(f, g, s.name(name, minorSize, false), 0.85)
	}
}
