package picture

import (
	"image/color"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func openTestdata(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// rgba is a colour with parts from 0 to 1.
type rgba struct{ r, g, b, a float64 }

func toRGBA(c color.Color) rgba {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	return rgba{float64(n.R) / 255, float64(n.G) / 255, float64(n.B) / 255, float64(n.A) / 255}
}

// below is the colour with another one laid over it.
func (c rgba) below(o rgba) rgba {
	return rgba{c.r + (o.r-c.r)*o.a, c.g + (o.g-c.g)*o.a, c.b + (o.b-c.b)*o.a, 1}
}

// contrast is the ratio of WCAG 2.2.
func contrast(a, b rgba) float64 {
	l := func(c rgba) float64 {
		linear := func(v float64) float64 {
			if v <= 0.04045 {
				return v / 12.92
			}
			return math.Pow((v+0.055)/1.055, 2.4)
		}
		return 0.2126*linear(c.r) + 0.7152*linear(c.g) + 0.0722*linear(c.b) + 0.05
	}
	return max(l(a)/l(b), l(b)/l(a))
}

func TestMapRefuses(t *testing.T) {
	one := []Place{{"A", 1, 1, 1}}
	tests := []struct {
		says string
		d    MapData
	}{
		{"nothing", MapData{}},
		{"NaN", MapData{Places: []Place{{"A", math.NaN(), 1, 1}}}},
		{"Inf", MapData{Places: []Place{{"A", 1, math.Inf(1), 1}}}},
		{"Inf", MapData{Places: []Place{{"A", math.Inf(-1), 1, 1}}}},
		{"latitude", MapData{Places: []Place{{"A", 91, 1, 1}}}},
		{"latitude", MapData{Places: []Place{{"A", 1, 181, 1}}}},
		{"latitude", MapData{Places: one, Names: []Name{{"A", math.NaN(), 0}}}},
		{"latitude", MapData{Regions: []Region{{Name: "A", Inside: &Point{0, math.NaN()}}}}},
		{"-1 reports", MapData{Places: []Place{{"A", 1, 1, -1}}}},
		{"-1 reports", MapData{Regions: []Region{{Name: "A", Count: -1}}}},
		{"pixels", MapData{Places: one, Width: 10}},
		{"pixels", MapData{Places: one, Height: 1 << 20}},
		{"50001 places", MapData{Places: make([]Place, maxPlaces+1)}},
		{"501 regions", MapData{Regions: make([]Region, maxRegions+1)}},
		{"2001 names", MapData{Places: one, Names: make([]Name, maxNames+1)}},
	}
	for _, tt := range tests {
		if p, err := Map(tt.d); err == nil || !strings.Contains(err.Error(), tt.says) || p.Data != nil || len(err.Error()) > 300 {
			t.Errorf("error %v, want one that says %q", err, tt.says)
		}
	}
}

func TestHostileMaps(t *testing.T) {
	many := random(7, 10_000)
	for i := range many.Places {
		p := &many.Places[i]
		p.Lat, p.Lon = max(min(p.Lat, 90), -90), max(min(p.Lon, 180), -180)
	}
	var grid []Place
	for i := range 10_000 {
		grid = append(grid, Place{"Grid", float64(i/100)*1.8 - 90, float64(i%100)*3.6 - 180, i})
	}
	tests := map[string]MapData{
		"many":      many,
		"grid":      {Places: grid},
		"one place": {Places: []Place{{"A", 1, 1, 1}, {"B", 1, 1, 2}, {"C", 1, 1, 0}}},
		"poles":     {Places: []Place{{"North", 90, 0, 1}, {"South", -90, 180, 1}}},
		"north":     {Places: []Place{{"North", 90, 0, 1}}},
		"corners":   {Places: []Place{{"A", 0, 180, 1}, {"B", 0, -180, 1}}},
		"long":      {Title: strings.Repeat("ب ", 5000), Places: []Place{{strings.Repeat("word ", 2000), 34, 40, 1e9}, {strings.Repeat("كلمة", 2500), 35, 41, 3}}},
		"bidi":      {Title: "a\u202eb\u2066c", Places: []Place{{"\u202egnirts\u202c \x00\u200f", 34, 40, 2}, {"\u2067\u2067\u2067", 34.5, 40, 2}}},
		"no font":   {Places: []Place{{"東京", 35.68, 139.69, 3}, {"\xff\xfe", 36, 139, 1}, {"", 36.2, 139, 1}}},
		"small":     {Places: euphrates(), Width: minWidth, Height: minMap},
		"large":     {Places: euphrates()[:4], Width: maxSide, Height: maxSide},
		"narrow":    {Places: worldwide(), Width: minWidth, Height: maxSide},
		"regions":   {Regions: make([]Region, maxRegions), Width: minWidth, Height: minMap},
	}
	for name, d := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := Map(d)
			if err != nil {
				t.Fatal(err)
			}
			if n := utf8.RuneCountInString(p.Alt); n > 1024 || strings.ContainsAny(p.Alt, "\u202e\x00\n") {
				t.Errorf("words of %d characters: %q", n, p.Alt)
			}
			decode(t, p.Data)
		})
	}
}

func FuzzMap(f *testing.F) {
	f.Add("Badia", 34.5, 40.2, 3, 33.0, 44.0, "SY", true)
	f.Add("\u202e\U0001f525\u0301", 90.0, -180.0, 0, -90.0, 180.0, "ru", false)
	f.Fuzz(func(t *testing.T, name string, lat, lon float64, count int, lat2, lon2 float64, code string, province bool) {
		d := MapData{Title: name, Width: minWidth, Height: minMap, Places: []Place{{name, lat, lon, count}, {name, lat2, lon2, 1}},
			Regions: []Region{{Name: name, Country: code, Province: province, Count: 1, Inside: &Point{lat2, lon2}}}}
		p, err := Map(d)
		if err == nil && (len(p.Data) == 0 || p.Alt == "" || utf8.RuneCountInString(p.Alt) > 1024) {
			t.Fatal("no picture, or no words")
		}
	})
}
