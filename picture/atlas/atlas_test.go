package atlas

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func world(t testing.TB) *Atlas {
	t.Helper()
	a, err := World()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Outlines are closed, and outer rings run against the clock: else filling would
// leave holes where areas adjoin.
func TestWorldIsWhole(t *testing.T) {
	a := world(t)
	var points []Point
	for _, area := range a.Areas {
		sum := 0.0
		for _, r := range area.Rings {
			end := func(ref int32) (first, last Point) {
				p := a.Arcs[max(ref, ^ref)].Points
				if ref < 0 {
					return p[len(p)-1], p[0]
				}
				return p[0], p[len(p)-1]
			}
			for i, ref := range r {
				_, last := end(ref)
				if first, _ := end(r[(i+1)%len(r)]); first != last {
					t.Fatalf("%v: an outline is open at %v, %v", area.Names, last, first)
				}
			}
			points = a.Outline(points[:0], r)
			sum += signed(points)
		}
		if sum <= 0 {
			t.Errorf("%v runs with the clock: %g", area.Names, sum)
		}
	}
	classes := map[Class]int{}
	for _, arc := range a.Arcs {
		classes[arc.Class]++
	}
	if classes[Coast] == 0 || classes[Border] == 0 || classes[Province] == 0 || classes[Disputed] == 0 || classes[Seam] == 0 {
		t.Errorf("lines of classes %v", classes)
	}
}

// signed is twice the area that a ring encloses, positive against the clock.
func signed(ring []Point) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += float64(p.Lon)*float64(q.Lat) - float64(q.Lon)*float64(p.Lat)
	}
	return sum
}

// What adjoins shares its lines: nearly all of the border of Syria and Iraq is known
// to be one.
func TestBordersAreShared(t *testing.T) {
	a := world(t)
	length := map[Class]float64{}
	for _, i := range append(a.Country("SY"), a.Country("IQ")...) {
		for _, r := range a.Areas[i].Rings {
			for _, ref := range r {
				arc := a.Arcs[max(ref, ^ref)]
				for k := range len(arc.Points) - 1 {
					p, q := arc.Points[k], arc.Points[k+1]
					length[arc.Class] += math.Hypot(float64(p.Lon-q.Lon), float64(p.Lat-q.Lat))
				}
			}
		}
	}
	// The coasts of both are some 250 km, two and a half degrees.
	if length[Coast] > 4.5 || length[Border] < 30 || length[Province] < 30 {
		t.Errorf("lengths in degrees %v", length)
	}
}

func TestFind(t *testing.T) {
	a := world(t)
	for code, least := range map[string]int{"SY": 14, "IQ": 18, "lb": 6, "UA": 26, "RU": 80, "US": 51, "FJ": 4} {
		if n := len(a.Country(code)); n < least {
			t.Errorf("%s has %d areas, want at least %d", code, n, least)
		}
	}
	if n := len(a.Country("")) + len(a.Country("XX")); n > 0 {
		t.Errorf("%d areas of no country", n)
	}
	tests := []struct {
		country, name, want string
		lon, lat            float64
	}{
		{"SY", "Idlib Governorate", "Idlib", 36.67, 35.77},
		{"SY", "Al-Hasakah Governorate", "Hasaka (Al Haksa)", 40.76, 36.5},
		{"SY", "Damascus", "Damascus", 36.28, 33.51},
		{"SY", "as-suwayda", "As Suwayda'", 36.84, 32.73},
		{"IQ", "Anbar", "Al-Anbar", 41.66, 33.05},
		{"IQ", "Al-Qadisiyyah Governorate", "Al-Qādisiyyah", 45.08, 31.99},
		{"UA", "Crimea", "Crimea", 34.4, 45.3},
		{"SO", "Somaliland", "Somaliland", 44.5, 9.8},
	}
	for _, tt := range tests {
		if i, ok := a.Province(tt.country, tt.name); !ok || a.Areas[i].Names[0] != tt.want {
			t.Errorf("%s is %v, %v", tt.name, a.Areas[i].Names, ok)
		}
		if i, ok := a.At(tt.lon, tt.lat); !ok || a.Areas[i].Names[0] != tt.want || a.Areas[i].Country != tt.country {
			t.Errorf("%g, %g lies in %v, %v", tt.lon, tt.lat, a.Areas[i].Names, ok)
		}
	}
	for _, name := range []string{"", "Governorate", "Atlantis"} {
		if i, ok := a.Province("SY", name); ok {
			t.Errorf("%q is %v", name, a.Areas[i].Names)
		}
	}
	if i, ok := a.At(-30, 0); ok {
		t.Errorf("the Atlantic is %v", a.Areas[i].Names)
	}
}

// The courses of rivers are ours: towns on their banks must be near.
func TestRivers(t *testing.T) {
	banks := []struct {
		river    string
		lon, lat float64
	}{
		{"Euphrates", 40.14, 35.336}, {"Euphrates", 40.45, 35.02}, {"Euphrates", 39.008, 35.953}, {"Euphrates", 42.37, 34.135}, {"Euphrates", 46.257, 31.058},
		{"Tigris", 43.155, 36.343}, {"Tigris", 43.679, 34.616}, {"Tigris", 44.333, 33.387}, {"Tigris", 47.144, 31.836},
		{"Khabur", 40.748, 36.502}, {"Khabur", 40.657, 35.506}, {"Orontes", 36.75, 35.13}, {"Nile", 31.23, 30.05}, {"Dnieper", 30.57, 50.45},
	}
	for _, b := range banks {
		i := slices.IndexFunc(world(t).Rivers, func(l Line) bool { return l.Name == b.river })
		least := 1e9
		for _, p := range world(t).Rivers[i].Points {
			least = min(least, math.Hypot((float64(p.Lon)-b.lon)*math.Cos(b.lat*math.Pi/180), float64(p.Lat)-b.lat)*111)
		}
		if least > 9 {
			t.Errorf("the %s passes %g, %g at %.0f km", b.river, b.lat, b.lon, least)
		}
	}
	for _, r := range world(t).Rivers {
		if r.Name == "" || r.Arabic == "" || r.Rank < 1 || r.Rank > 3 || len(r.Points) < 3 {
			t.Errorf("the river %+v", r.Name)
		}
	}
}

func TestEncodeDecode(t *testing.T) {
	a := world(t)
	var b bytes.Buffer
	if err := a.Encode(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), worldFile) {
		t.Error("the world written again is another file")
	}
	for _, n := range []int{0, 1, 20, len(worldFile) / 2, len(worldFile) - 1} {
		if _, err := Decode(bytes.NewReader(worldFile[:n])); err == nil {
			t.Errorf("%d bytes of it are read", n)
		}
	}
}

func TestWithReplaces(t *testing.T) {
	a := world(t)
	own, err := Read(strings.NewReader(`{"type":"FeatureCollection","attribution":"me","features":[
		{"type":"Feature","properties":{"iso_a2":"LB","name":"All of it"},"geometry":{"type":"Polygon","coordinates":[[[35.0,33.0],[36.7,33.0],[36.7,34.7],[35.0,34.7],[35.0,33.0]]]}},
		{"type":"Feature","properties":{"iso_a2":"SY","name":"A part"},"geometry":{"type":"Polygon","coordinates":[[[40,35],[41,35],[41,36],[40,35]]]}}]}`), "own")
	if err != nil {
		t.Fatal(err)
	}
	before := len(a.Areas)
	b := a.With(own)
	if n := len(b.Country("LB")); n != 1 {
		t.Errorf("Lebanon has %d areas", n)
	}
	if n := len(b.Country("SY")); n != len(a.Country("SY"))+1 {
		t.Errorf("Syria has %d areas", n)
	}
	if i, ok := b.At(40.7, 35.2); !ok || b.Areas[i].Names[0] != "A part" {
		t.Error("the part does not lie on top")
	}
	if len(a.Areas) != before || b.Credit != "Natural Earth, me" || a.Credit != "Natural Earth" {
		t.Error("the world was changed")
	}
}

func TestReadRefuses(t *testing.T) {
	feature := func(geometry string) string {
		return `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null},{"type":"Feature","geometry":` + geometry + `}]}`
	}
	nested := strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 20) + strings.Repeat(`]}`, 20)
	tests := []struct{ says, file string }{
		{"base map m.json: not GeoJSON", `<kml/>`},
		{"not GeoJSON", ``},
		{"FeatureCollection", `{"type":"Topology"}`},
		{"no features", `{"type":"FeatureCollection","features":[]}`},
		{"no polygon", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null}]}`},
		{"base map m.json: feature 1: its type", `{"type":"FeatureCollection","features":[{"type":"Thing"}]}`},
		{"base map m.json: feature 2: its geometry is a \"Circle\"", feature(`{"type":"Circle"}`)},
		{"feature 2: the coordinates of its Polygon", feature(`{"type":"Polygon","coordinates":[1,2]}`)},
		{"feature 2: a polygon of fewer than three", feature(`{"type":"Polygon","coordinates":[[[1,2],[1,2],[1,2]]]}`)},
		{"feature 2: the position 4.1e+06, 3.2e+06 is not", feature(`{"type":"LineString","coordinates":[[4100000,3200000],[1,2]]}`)},
		{"feature 2: a position of 1 numbers", feature(`{"type":"LineString","coordinates":[[1],[1,2]]}`)},
		{"feature 2: a line of fewer than two", feature(`{"type":"MultiLineString","coordinates":[[[1,2]]]}`)},
		{"feature 2: the coordinates", feature(`{"type":"LineString","coordinates":[[1e999,2],[1,2]]}`)},
		{"feature 2: collections within", feature(nested)},
	}
	for _, tt := range tests {
		_, err := Read(strings.NewReader(tt.file), "m.json")
		var e *FileError
		if err == nil || !strings.Contains(err.Error(), tt.says) || !errors.As(err, &e) || len(err.Error()) > 300 {
			t.Errorf("error %.300v, want one that says %q", err, tt.says)
		}
	}
}

func TestReadLimits(t *testing.T) {
	line := `{"type":"Feature","geometry":{"type":"LineString","coordinates":[[1,2],[2,2],[3,3]]}}`
	file := `{"type":"FeatureCollection","features":[` + line + "," + line + `]}`
	for says, most := range map[string]limits{
		"larger than 0 MB":      {100, 10, 10},
		"2 features: at most 1": {1000, 1, 10},
		"more than 5 positions": {1000, 10, 5},
		"":                      {1000, 2, 6},
	} {
		_, _, err := read(strings.NewReader(file), most)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"iso_a2":"LB","waterway":1},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[35,33],[36,33],[36,34]]]},{"type":"LineString","coordinates":[[1,2],[180,-90]]}]}}]}`)
	f.Add(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]],[[0,0],[1,1],[1,0],[0,0]]]]}}]}`)
	f.Fuzz(func(t *testing.T, file string) {
		a, err := Read(strings.NewReader(file), "f")
		var e *FileError
		if err != nil {
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			return
		}
		b := world(t).With(a)
		b.At(35.5, 33.5)
		if len(b.Arcs) < len(a.Arcs) {
			t.Fatal("arcs are lost")
		}
	})
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	small := &Atlas{Arcs: []Arc{{Points: []Point{{1, 1}, {2, 1}, {2, 2}, {1, 1}}}}, Areas: []Area{{Country: "SY", Names: []string{"A"}, Rings: []Ring{{0}, {^0}}}}}
	if err := small.Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		a, err := Decode(bytes.NewReader(file))
		if err != nil {
			return
		}
		for _, area := range a.Areas {
			for _, r := range area.Rings {
				a.Outline(nil, r)
			}
		}
	})
}

func BenchmarkWorld(b *testing.B) {
	for b.Loop() {
		if _, err := Decode(bytes.NewReader(worldFile)); err != nil {
			b.Fatal(err)
		}
	}
}
