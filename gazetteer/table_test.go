package gazetteer

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"sitrep/news"
)

func TestTables(t *testing.T) {
	g := open(t)
	places, actors := 0, 0
	for _, e := range g.Entities() {
		switch e.Kind {
		case news.Place:
			places++
			if !e.Located {
				t.Errorf("%s has no coordinates", e.ID)
			}
		case news.Actor:
			actors++
		default:
			t.Errorf("%s is a %q", e.ID, e.Kind)
		}
		if e.ID != strings.ToLower(e.ID) || strings.ContainsAny(e.ID, " _|;:,/") {
			t.Errorf("%q is no id: small letters, digits and hyphens", e.ID)
		}
		if !arabic(e.Arabic) {
			t.Errorf("%s: %q is not a name in Arabic script", e.ID, e.Arabic)
		}
		if strings.IndexFunc(e.Name, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) < 0 && e.ID != "m23" {
			t.Errorf("%s: %q is not a name in Latin script", e.ID, e.Name)
		}
	}
	if places < 400 || actors < 80 {
		t.Errorf("%d places and %d actors, want 400 and 80", places, actors)
	}
	for country, want := range map[string][2]int{"SY": {14, 65}, "IQ": {19, 100}} {
		governorates, districts := 0, 0
		for _, e := range g.Entities() {
			if e.Country == country && e.Type == "governorate" {
				governorates++
			}
			if e.Country == country && e.Type == "district" {
				districts++
			}
		}
		if governorates != want[0] || districts < want[1] {
			t.Errorf("%s: %d governorates and %d districts, want %d and at least %d", country, governorates, districts, want[0], want[1])
		}
	}
}

func arabic(s string) bool {
	letters := 0
	for _, r := range s {
		if unicode.IsLetter(r) {
			if !unicode.Is(unicode.Arabic, r) {
				return strings.HasPrefix(s, "محطة") // "محطة T2" is how it is written
			}
			letters++
		}
	}
	return letters > 0
}

// TestNamesAreFound: whatever the table calls a thing, typing it gives that thing.
func TestNamesAreFound(t *testing.T) {
	g := open(t)
	for _, e := range g.Entities() {
		for _, n := range append([]string{e.Name, e.Arabic}, e.Aliases...) {
			if !slices.ContainsFunc(g.equal(n, Fold(n)), func(c Candidate) bool { return c.Entity == e && c.Exact }) {
				t.Errorf("%s is not among what %q gives", e.ID, n)
			}
		}
	}
}

func TestBadTables(t *testing.T) {
	const head = "# header\n"
	place := func(id, parents string) string {
		return id + "\tcity\t" + id + "\tمدينة\t\t" + parents + "\t\tSY\t1\t2\n"
	}
	for _, c := range []struct{ places, actors, want string }{
		{head + "a\tcity\n", "", "places.tsv:2: 2 columns, want 10"},
		{place("a", "b"), "", `the parent "b" of "a" is not in the table`},
		{place("a", "b") + place("b", "a"), "", "lies in itself"},
		{place("a", "") + place("a", ""), "", `two rows have the id "a"`},
		{strings.Replace(place("a", ""), "city", "planet", 1), "", `unknown type "planet"`},
		{strings.Replace(place("a", ""), "\t1\t", "\t91\t", 1), "", `"91" is not a coordinate within ±90 degrees`},
		{strings.Replace(place("a", ""), "\t\tSY", "\tx\tSY", 1), "", `the seat "x" of "a"`},
		{"", "a\tgroup\tA\tأ\t=..\n", `holds no letter or digit`},
		{"", "\tgroup\tA\tأ\t\n", "needs an id and a name"},
	} {
		if _, err := load([]byte(c.places), []byte(c.actors)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestWithinCovers(t *testing.T) {
	g := open(t)
	for id, want := range map[string][]string{
		"sukhnah": {"palmyra-district", "homs-governorate", "badia", "syria"},
		"hajin":   {"abu-kamal-district", "merv", "deir-ez-zor-governorate", "syria"},
		"homs":    {"homs-district", "homs-governorate", "syria"},
	} {
		within := g.Within(id)
		if len(within) == 0 || within[0] != id {
			t.Errorf("Within(%q) = %v, want itself first", id, within)
		}
		for _, w := range want {
			if !slices.Contains(within, w) {
				t.Errorf("Within(%q) = %v, without %q", id, within, w)
			}
			if c := g.Covers(w); c[0] != w || !slices.Contains(c, id) {
				t.Errorf("Covers(%q) begins with %q and holds %d, without %q", w, c[0], len(c), id)
			}
		}
	}
	if g.Within("atlantis") != nil || g.Covers("atlantis") != nil {
		t.Error("an unknown place lies somewhere")
	}
}

// Distances within which a row that carries one of its names must lie. A
// district's coordinates are the middle of its area, its name is its seat's.
const (
	nearTown        = 15.0 // km
	nearDistrict    = 110.0
	nearGovernorate = 170.0
	nearParent      = 550.0 // what has no row: from the middle of what it lies in
)

// unlisted are the settlements that the Who's On First file does not hold under
// any of their names; their coordinates are set by hand, and approximate.
var unlisted = map[string]string{
	"abu-badran":  "part of Susah's river bend, no row of its own",
	"abu-khatir":  "hamlet, no row",
	"kabajib":     "railway village on the Palmyra road, no row",
	"jazrat":      "group of villages, rows by their single names only",
	"humaymah":    "desert village, no row",
	"taybah-homs": "the row of this name lies in another governorate",
	"tharthar":    "district without a town: its middle",
	"hindiya":     "the file's Hindiya is Saddat al-Hindiya, 19 km upstream",
	"akashat":     "mining town, no row",
	"rashad":      "sub-district seat, no row",
	"ghuwayran":   "quarter of Hasakah, no row",
	"jobar":       "quarter of Damascus, no row",
	"green-zone":  "quarter of Baghdad, no row",
}

func TestCoordinates(t *testing.T) {
	type at struct{ lat, lon float64 }
	rows := map[string][]at{}
	lines(t, "places-sy-iq.tsv.gz", func(line string) bool {
		f := strings.Split(line, "\t")
		if len(f) < 12 {
			return true
		}
		lat, _ := strconv.ParseFloat(f[4], 64)
		lon, _ := strconv.ParseFloat(f[5], 64)
		seen := map[string]bool{}
		for _, n := range append(strings.Split(f[11], "|"), f[3]) {
			if k := Fold(n); k != "" && !seen[k] {
				seen[k] = true
				rows[k] = append(rows[k], at{lat, lon})
			}
		}
		return true
	})
	g := open(t)
	checked := 0
	for _, e := range g.Entities() {
		if e.Country != "SY" && e.Country != "IQ" || e.Kind != news.Place || e.Type == "country" {
			continue
		}
		limit := nearTown
		switch e.Type {
		case "district":
			limit = nearDistrict
		case "governorate":
			limit = nearGovernorate
		case "city", "town", "village", "neighbourhood":
		default: // sites, deserts, rivers, mountains: the file has settlements and regions only
			limit = nearParent
		}
		_, exempt := unlisted[e.ID]
		if limit == nearParent || exempt {
			p, _ := g.Entity(e.Parents[0])
			if p.Located && distance(e.Lat, e.Lon, p.Lat, p.Lon) > nearParent {
				t.Errorf("%s lies %.0f km from %s", e.ID, distance(e.Lat, e.Lon, p.Lat, p.Lon), p.ID)
			}
			continue
		}
		names := append([]string{e.Name, e.Arabic}, e.Aliases...)
		if e.Type == "district" || e.Type == "governorate" {
			seat := strings.TrimSuffix(e.ID, "-"+e.Type)
			if s, ok := g.Entity(seat); ok {
				names = append(append(names, s.Name, s.Arabic), s.Aliases...)
			}
		}
		best := math.Inf(1)
		for _, n := range names {
			for _, r := range rows[Fold(n)] {
				best = min(best, distance(e.Lat, e.Lon, r.lat, r.lon))
			}
		}
		if best > limit {
			t.Errorf("%s (%s, %.4f, %.4f): the nearest row with one of its names is %.0f km away, the limit is %.0f", e.ID, e.Type, e.Lat, e.Lon, best, limit)
		}
		checked++
	}
	t.Logf("%d places checked, %d exceptions", checked, len(unlisted))
	if checked < 500 {
		t.Errorf("only %d places checked", checked)
	}
}

// distance is the great-circle distance in km.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad = math.Pi / 180
	s, c := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	return 2 * 6371 * math.Asin(math.Sqrt(s*s+math.Cos(lat1*rad)*math.Cos(lat2*rad)*c*c))
}
