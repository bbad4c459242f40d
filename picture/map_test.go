package picture

import (
	"fmt"
	"path/filepath"
	"testing"
)

// euphrates are towns and villages of Deir ez-Zor, with numbers of reports made up.
func euphrates() []Place {
	return []Place{
		{"Deir ez-Zor", 35.3359, 40.1408, 23}, {"Hajin", 34.6927, 40.827, 31}, {"Mayadin", 35.0209, 40.4535, 12}, {"Abu Kamal", 34.45, 40.9186, 17},
		{"As-Susah", 34.5337, 40.9582, 14}, {"Al-Baghuz", 34.4609, 40.949, 9}, {"Ash-Shuhayl", 35.0865, 40.4523, 5}, {"Al-Busayrah", 35.1562, 40.4272, 6},
		{"Az-Zabari", 35.12, 40.4071, 1}, {"Muhasan", 35.2335, 40.3166, 2}, {"Khasham", 35.3009, 40.2892, 4}, {"At-Tabiyah", 35.2769, 40.3166, 2},
		{"Marrat", 35.3141, 40.2386, 1}, {"Mazlum", 35.3084, 40.2591, 1}, {"Hatla", 35.3417, 40.199, 1}, {"Al-Kasrah", 35.5674, 39.9202, 3},
		{"At-Tibni", 35.6117, 39.8181, 1}, {"Ash-Shula", 35.1859, 39.8488, 2}, {"As-Suwar", 35.506, 40.6567, 3}, {"Al-Bahrah", 34.7423, 40.7695, 5}, {"Ash-Shaafah", 34.57, 40.9, 7},
	}
}

func worldwide() []Place {
	return []Place{
		{"Baghdad", 33.32, 44.38, 41}, {"Kyiv", 50.45, 30.52, 38}, {"Gaza", 31.5, 34.46, 52}, {"Khartoum", 15.5, 32.56, 22}, {"Kabul", 34.53, 69.17, 12}, {"Port-au-Prince", 18.54, -72.34, 7},
		{"Naypyidaw", 19.76, 96.08, 6}, {"Goma", -1.67, 29.22, 13}, {"Mogadishu", 2.04, 45.34, 9}, {"New York", 40.71, -74.0, 4}, {"Geneva", 46.2, 6.15, 3}, {"Manila", 14.6, 120.98, 2},
		{"Bogotá", 4.71, -74.07, 3}, {"Suva", -18.14, 178.44, 1}, {"Sydney", -33.87, 151.2, 1}, {"Sanaa", 15.37, 44.19, 14}, {"Bamako", 12.63, -8.0, 8}, {"Petropavlovsk", 53.02, 158.65, 1},
	}
}

func arabicPlaces() []Place {
	return []Place{
		{"دير الزور", 35.3359, 40.1408, 23}, {"هجين", 34.6927, 40.827, 31}, {"الميادين", 35.0209, 40.4535, 12}, {"البوكمال", 34.45, 40.9186, 17}, {"تدمر", 34.5633, 38.2841, 8},
		{"السخنة", 34.8869, 38.8721, 6}, {"الرقة", 35.9528, 39.0079, 9}, {"الحسكة", 36.5024, 40.7477, 4}, {"القامشلي", 37.05, 41.22, 2}, {"حمص", 34.73, 36.71, 3}, {"دمشق", 33.51, 36.29, 2}, {"حلب", 36.2, 37.16, 5},
		{"الموصل", 36.34, 43.13, 6}, {"القائم", 34.39, 40.99, 5}, {"الرمادي", 33.42, 43.31, 2}, {"الباغوز", 34.4609, 40.949, 9},
	}
}

// syrian are names that a caller knows.
func syrian() []Name {
	return []Name{{"محافظة دير الزور", 35.05, 39.9}, {"محافظة حمص", 34.4, 38.3}, {"محافظة الأنبار", 33.05, 41.65}, {"البحر المتوسط", 34.8, 35.2}, {"محافظة الحسكة", 36.6, 40.9}}
}

func maps() map[string]MapData {
	return map[string]MapData{
		"map-deir-ezzor": {Title: "Deir ez-Zor and its villages, 30 days", Places: euphrates()},
		"map-inset": {Title: "Syria", Places: append(euphrates(), Place{"Damascus", 33.51, 36.29, 6}, Place{"Aleppo", 36.2, 37.16, 9}, Place{"Homs", 34.73, 36.71, 5}, Place{"Idlib", 35.93, 36.63, 12}, Place{"Raqqa", 35.9528, 39.0079, 8}),
			Regions: []Region{{Name: "Badia", Country: "SY", Province: true, Count: 4}, {Name: "As-Suwayda Governorate", Country: "SY", Province: true, Count: 3, Known: []string{"Suwayda"}}}},
		"map-world":   {Title: "All reports, 7 days", Places: worldwide(), Regions: []Region{{Name: "Russia", Country: "RU", Count: 12}, {Name: "Brazil", Country: "BR", Count: 2}}},
		"map-arabic":  {Title: "البادية ودير الزور", Places: arabicPlaces(), In: arabic(), Names: syrian(), Regions: []Region{{Name: "محافظة الرقة", Country: "SY", Province: true, Known: []string{"Raqqa Governorate"}, Inside: &Point{35.97, 39.07}, Count: 4}}},
		"map-regions": {Title: "Reports that name no place", Regions: []Region{{Name: "Syria", Country: "SY", Count: 7}, {Name: "Anbar Governorate", Country: "IQ", Province: true, Count: 3, Inside: &Point{33.05, 41.65}}, {Name: "Lebanon", Country: "LB", Count: 1}}},
		"map-single":  {Title: "Hajin", Places: []Place{{"Hajin", 34.6927, 40.827, 1}}},
	}
}

func TestMap(t *testing.T) {
	for name, d := range maps() {
		for _, theme := range []string{"light", "dark"} {
			t.Run(name+"-"+theme, func(t *testing.T) {
				d.Dark = theme == "dark"
				got, err := Map(d)
				if err != nil {
					t.Fatal(err)
				}
				t.Log(len(got.Data), got.Alt)
				golden(t, filepath.Join("testdata", name+"-"+theme+".png"), got)
			})
		}
	}
}

func BenchmarkPicture(b *testing.B) {
	for _, name := range []string{"map-deir-ezzor", "map-inset", "map-world", "map-arabic", "map-regions"} {
		b.Run(name, func(b *testing.B) {
			d := maps()[name]
			size := 0
			for b.Loop() {
				p, err := Map(d)
				if err != nil {
					b.Fatal(err)
				}
				size = len(p.Data)
			}
			b.ReportMetric(float64(size), "bytes/png")
		})
	}
	b.Run("chart", BenchmarkChart)
}

func ExampleMap() {
	p, err := Map(MapData{Title: "Middle Euphrates", Places: []Place{{"Hajin", 34.6927, 40.827, 12}, {"Mayadin", 35.0209, 40.4535, 3}},
		Regions: []Region{{Name: "Badia", Country: "SY", Province: true, Count: 2}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Width, p.Height, p.Alt)
	// Output: 800 560 Middle Euphrates – reports by place: 2 places that reports name; most: Hajin (12), Mayadin (3); not on the map: Badia (2)
}
