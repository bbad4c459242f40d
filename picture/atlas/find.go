package atlas

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Country gives the indexes of a country's areas, by its ISO 3166-1 alpha-2 code.
func (a *Atlas) Country(code string) []int {
	var found []int
	for i, area := range a.Areas {
		if code != "" && strings.EqualFold(area.Country, code) {
			found = append(found, i)
		}
	}
	return found
}

// Province gives the area of a country that has one of the names, whatever their
// accents, articles and words like "governorate". An empty code is any country. Usual
// names go before other spellings; a name that two areas have is none.
func (a *Atlas) Province(country string, names ...string) (int, bool) {
	want := map[string]bool{}
	for _, name := range names {
		if key := fold(name); key != "" {
			want[key] = true
		}
	}
	var usual, other []int
	for i, area := range a.Areas {
		if country != "" && !strings.EqualFold(area.Country, country) {
			continue
		}
		switch n := slices.IndexFunc(area.Names, func(name string) bool { return want[fold(name)] }); {
		case n == 0:
			usual = append(usual, i)
		case n > 0:
			other = append(other, i)
		}
	}
	if len(usual) == 0 {
		usual = other
	}
	if len(usual) != 1 {
		return 0, false
	}
	return usual[0], true
}

// At gives the area that a point lies in.
func (a *Atlas) At(lon, lat float64) (int, bool) {
	var points []Point
	for i := len(a.Areas) - 1; i >= 0; i-- { // what was laid over it first
		if !a.Areas[i].Box.Has(lon, lat) {
			continue
		}
		inside := false
		for _, r := range a.Areas[i].Rings {
			points = a.Outline(points[:0], r)
			if contains(points, lon, lat) {
				inside = !inside
			}
		}
		if inside {
			return i, true
		}
	}
	return 0, false
}

// contains counts the edges that a ray to the east crosses.
func contains(ring []Point, lon, lat float64) bool {
	inside := false
	for i, p := range ring {
		q := ring[(i+len(ring)-1)%len(ring)]
		x1, y1, x2, y2 := float64(p.Lon), float64(p.Lat), float64(q.Lon), float64(q.Lat)
		if (y1 > lat) != (y2 > lat) && lon < (x2-x1)*(lat-y1)/(y2-y1)+x1 {
			inside = !inside
		}
	}
	return inside
}

// idle are the words of a province's name that another table may leave out.
var idle = map[string]bool{
	"governorate": true, "province": true, "oblast": true, "region": true, "state": true, "district": true,
	"muhafazat": true, "of": true, "the": true,
	"al": true, "ar": true, "as": true, "at": true, "az": true, "an": true, "ad": true, "ash": true, "el": true, "ez": true,
}

// fold is a name as it is compared: letters and digits alone, without idle words.
func fold(name string) string {
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' || r == '`':
			return -1
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFD.String(name))
	var b strings.Builder
	for _, word := range strings.Fields(plain) {
		if !idle[word] {
			b.WriteString(word)
		}
	}
	return b.String()
}
