package picture

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sitrep/picture/atlas"
)

// laid is a map as it is laid out, without its picture.
func laid(t testing.TB, d MapData) *mapping {
	t.Helper()
	if err := d.check(); err != nil {
		t.Fatal(err)
	}
	ts, err := newTypesetter()
	if err != nil {
		t.Fatal(err)
	}
	m := newMapping(d, ts)
	m.main.arrange()
	m.zoom()
	return m
}

// random are places that crowd here and there.
func random(seed uint64, n int) MapData {
	r := rand.New(rand.NewPCG(seed, 1))
	d := MapData{Title: "Random"}
	spread := math.Pow(10, r.Float64()*2.5-1)
	for i := range n {
		d.Places = append(d.Places, Place{fmt.Sprintf("Place %c%d", 'A'+i%26, i), 34 + r.NormFloat64()*spread*0.3, 41 + r.NormFloat64()*spread, r.IntN(40)})
	}
	return d
}

func TestLabelsDoNotOverlap(t *testing.T) {
	all := maps()
	for seed := range uint64(15) {
		all[fmt.Sprint("random ", seed)] = random(seed, 3+int(seed)*7)
	}
	for name, d := range all {
		t.Run(name, func(t *testing.T) {
			m := laid(t, d)
			sheets := []*sheet{m.main}
			if m.inset != nil {
				sheets = append(sheets, m.inset)
			}
			named := 0
			for _, s := range sheets {
				named += len(s.labels)
				apart(t, s)
			}
			if named == 0 {
				t.Error("no label at all")
			}
		})
	}
}

// apart checks that labels lie clear of each other, of bubbles, of the scale bar and
// the inset, and within the drawing.
func apart(t *testing.T, s *sheet) {
	for i, l := range s.labels {
		if l.x < 0 || l.y < 0 || l.x+l.w > s.width || l.y+l.h > s.height {
			t.Errorf("a label at %v is cut off", l.rect)
		}
		for _, o := range s.labels[i+1:] {
			if l.rect.meets(o.rect) {
				t.Errorf("labels at %v and %v overlap", l.rect, o.rect)
			}
		}
		for _, p := range s.spots {
			dx, dy := max(l.x-p.x, 0, p.x-l.x-l.w), max(l.y-p.y, 0, p.y-l.y-l.h)
			if math.Hypot(dx, dy) < p.r {
				t.Errorf("the label at %v lies on the bubble of %s", l.rect, p.name)
			}
		}
		if s == s.main && (l.rect.meets(s.scaleBar().rect) || s.inset != nil && l.rect.meets(s.insetAt)) {
			t.Errorf("the label at %v lies under the scale bar or the inset", l.rect)
		}
	}
}

func TestVillagesAreNamed(t *testing.T) {
	m := laid(t, maps()["map-deir-ezzor"])
	if m.inset == nil {
		t.Fatal("no inset")
	}
	if n := len(m.main.labels) + len(m.inset.labels); n < len(m.Places) {
		t.Errorf("%d labels for %d places and what lies around", n, len(m.Places))
	}
	for _, p := range m.inset.spots {
		if p.x < p.r || p.y < p.r || p.x > m.inset.width-p.r || p.y > m.inset.height-p.r {
			t.Errorf("%s is cut off in the inset", p.name)
		}
	}
}

// A region that is known by name alone is shaded, and nowhere is there a point.
func TestRegionHasNoPoint(t *testing.T) {
	m := laid(t, maps()["map-regions"])
	if len(m.main.spots) != 0 {
		t.Errorf("%d points", len(m.main.spots))
	}
	for i, found := range m.found {
		if len(found) == 0 {
			t.Errorf("%s is not found", m.Regions[i].Name)
		}
	}
	for _, r := range []Region{
		{Name: "Badia", Country: "SY", Province: true, Count: 4},
		{Name: "Atlantis", Country: "XX", Count: 4},
		{Name: "Somewhere", Province: true, Count: 4, Inside: &Point{0, -30}},
		{Name: "Anbar", Country: "SY", Province: true, Count: 4, Inside: &Point{33.05, 41.65}}, // it is Iraq's
	} {
		m := laid(t, MapData{Regions: []Region{r}})
		if len(m.main.spots) != 0 || len(m.found[0]) != 0 {
			t.Errorf("%s: %d points, areas %v", r.Name, len(m.main.spots), m.found[0])
		}
		if want := "Reports by place: no reports; not on the map: " + r.Name + " (4)"; m.alt() != want {
			t.Errorf("got  %s\nwant %s", m.alt(), want)
		}
	}
}

// The scale bar is as long as it says: measured with the haversine formula.
func TestScaleBar(t *testing.T) {
	for _, name := range []string{"map-deir-ezzor", "map-regions"} {
		s := laid(t, maps()[name]).main
		lon, lat := s.middle()
		x, _ := s.at(lon, lat)
		x2, _ := s.at(lon+1, lat)
		a := math.Pow(math.Cos(lat*math.Pi/180)*math.Sin(math.Pi/360), 2)
		km := 2 * earth * math.Asin(math.Sqrt(a))
		if got := (x2 - x) / s.kilometre(); math.Abs(got/km-1) > 0.001 {
			t.Errorf("%s: a degree is %.2f km, want %.2f", name, got, km)
		}
	}
}

func TestShortest(t *testing.T) {
	tests := []struct {
		spans []span
		want  span
	}{
		{[]span{{40, 40}}, span{40, 40}},
		{[]span{{40, 40}, {36, 36}}, span{36, 40}},
		{[]span{{178, 178}, {-178, -178}}, span{178, 182}},
		{[]span{{-180, -169}, {27, 180}}, span{27, 191}},
		{[]span{{170, 175}, {-179, -170}, {160, 160}}, span{160, 190}},
		{[]span{{-10, 40}, {0, 5}, {30, 60}}, span{-10, 60}},
	}
	for _, tt := range tests {
		if got := shortest(tt.spans); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.spans, got, tt.want)
		}
	}
}

func TestAntimeridian(t *testing.T) {
	m := laid(t, MapData{Places: []Place{{"Suva", -18.14, 178.44, 3}, {"Apia", -13.83, -171.77, 2}, {"Nuku'alofa", -21.13, -175.2, 1}}})
	if m.main.world || m.main.box.East-m.main.box.West > 40 || len(m.main.spots) != 3 {
		t.Errorf("%d points in %v", len(m.main.spots), m.main.box)
	}
	m = laid(t, MapData{Regions: []Region{{Name: "Russia", Country: "RU"}, {Name: "Fiji", Country: "FJ"}}})
	if len(m.found[1]) == 0 {
		t.Error("Fiji is not found")
	}
	if b := laid(t, MapData{Regions: []Region{{Name: "Fiji", Country: "FJ"}}}).main.box; b.East-b.West > 20 {
		t.Errorf("Fiji is %v", b)
	}
}

// A finer base map of a part of a country lies over it, and is credited.
func TestBase(t *testing.T) {
	world, err := atlas.World()
	if err != nil {
		t.Fatal(err)
	}
	own, err := atlas.Read(openTestdata(t, "own.geojson"), "own.geojson")
	if err != nil {
		t.Fatal(err)
	}
	d := MapData{Title: "With a map of one's own", Base: world.With(own), Places: []Place{{"Hajin", 34.6927, 40.827, 5}},
		Regions: []Region{{Name: "Lower valley", Country: "SY", Province: true, Count: 2}}}
	got, err := Map(d)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/map-own-light.png", got)
	if m := laid(t, d); len(m.found[0]) != 1 || len(d.Base.Country("SY")) != len(world.Country("SY"))+2 {
		t.Errorf("found %v, Syria has %d areas", m.found, len(d.Base.Country("SY")))
	}
}

// Text keeps 4.5 : 1 to what it lies on, bubbles 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
func TestContrast(t *testing.T) {
	for name, c := range map[string]mapPalette{"light": lightMap, "dark": darkMap} {
		for ground, on := range map[string]rgba{"land": toRGBA(c.land), "sea": toRGBA(c.sea), "shade": toRGBA(c.shade)} {
			under := on.below(toRGBA(c.halo))
			for _, text := range []rgba{toRGBA(c.text), toRGBA(c.names), toRGBA(c.water)} {
				if r := contrast(under, text); r < 4.5 {
					t.Errorf("%s: text %v on %s: %.2f", name, text, ground, r)
				}
			}
			if r := contrast(on, on.below(toRGBA(c.bubble))); r < 3 {
				t.Errorf("%s: bubbles on %s: %.2f", name, ground, r)
			}
			if r := contrast(on.below(toRGBA(c.bubble)), toRGBA(c.count)); r < 4.5 {
				t.Errorf("%s: numbers in bubbles on %s: %.2f", name, ground, r)
			}
		}
	}
}
