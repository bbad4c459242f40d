package picture

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitrep/lang"
)

var update = flag.Bool("update", false, "write the golden pictures")

var december = time.Date(2018, 12, 1, 0, 0, 0, 0, time.UTC)

// samples are the charts that are looked at.
func samples() map[string]ChartData {
	spike := make([]int, 30)
	spike[18] = 7
	usual := []int{0, 1, 0, 2, 1, 0, 0, 3, 1, 0, 2, 0, 0, 1, 4, 2, 0, 1, 7, 5, 3, 2, 0, 1, 0, 0, 2, 1, 2, 1}
	before := []int{1, 0, 1, 0, 2, 2, 0, 0, 1, 3, 1, 0, 0, 0, 2, 1, 1, 0, 0, 4, 2, 1, 0, 0, 3, 1, 0, 2, 2, 1}
	gapped, blind := append([]int(nil), usual...), make([]bool, 30)
	for _, day := range []int{5, 6, 13, 14, 15, 16} {
		gapped[day], blind[day] = 0, true
	}
	var dense, denseBefore []int
	for i := range 30 {
		dense = append(dense, 180+i*7+(i*i*37)%140)
		denseBefore = append(denseBefore, 210+(i*i*53)%160)
	}
	var year []int
	for i := range 365 {
		year = append(year, (i*i*31)%17)
	}
	m := map[string]ChartData{
		"usual":        {Title: "Badia", Counts: usual, Before: before},
		"gaps":         {Title: "Badia", Counts: gapped, Before: before, Gaps: blind},
		"gaps-arabic":  {Title: "البادية", Counts: gapped, Before: before, Gaps: blind, In: arabic()},
		"empty":        {Title: "Badia", Counts: make([]int, 30), Before: make([]int, 30)},
		"quiet":        {Title: "Badia", Counts: make([]int, 30), Before: before},
		"spike":        {Title: "Deir ez-Zor", Counts: spike},
		"dense":        {Title: "Islamic State in Iraq and Syria", Counts: dense, Before: denseBefore},
		"arabic":       {Title: "البادية السورية (Badia) 2018", Counts: usual, Before: before},
		"arabic-words": {Title: "البادية", Counts: usual, Before: before, In: arabic()},
		"arabic-none":  {Title: "تدمر", Counts: make([]int, 30), Before: make([]int, 30), In: arabic()},
		"persian":      {Title: "گزارش‌های دیرالزور و می‌خواهیم ببینیم که یک عنوان بسیار طولانی چگونه بریده می‌شود وقتی جا نیست", Counts: usual[:14], Before: before[:14]},
		"week":         {Title: "Харків, Αθήνα: a title that is far too long to stand on the one line that it has", Counts: usual[:7], Before: before[:7]},
		"year":         {Title: "🔥 Idlib", Counts: year},
		"day":          {Title: "東京", Counts: []int{1}, Before: []int{0}},
		"small":        {Title: "Badia", Counts: usual, Before: before, Width: 400, Height: 160},
	}
	for name, d := range m {
		d.From = december
		m[name] = d
	}
	return m
}

func arabic() *lang.Printer {
	c, err := lang.New()
	if err != nil {
		panic(err)
	}
	return c.In("ar")
}

func TestChart(t *testing.T) {
	for name, d := range samples() {
		for _, theme := range []string{"light", "dark"} {
			t.Run(name+"-"+theme, func(t *testing.T) {
				d.Dark = theme == "dark"
				got, err := Chart(d)
				if err != nil {
					t.Fatal(err)
				}
				golden(t, filepath.Join("testdata", name+"-"+theme+".png"), got)
			})
		}
	}
}

// golden compares a picture with the one in the file. Another processor may
// round differently: a pixel may be a little off, and a few may be more.
func golden(t *testing.T, file string, got PNG) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, got.Data, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, have := decode(t, data), decode(t, got.Data)
	if want.Bounds() != have.Bounds() || have.Bounds() != image.Rect(0, 0, got.Width, got.Height) {
		t.Fatalf("%s: %v, want %v", file, have.Bounds(), want.Bounds())
	}
	if off := differ(want, have); off > got.Width*got.Height/2000 {
		t.Errorf("%s: %d pixels differ: look at the picture, then run with -update", file, off)
	}
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// differ counts the pixels that are off by more than 8 of 255 in a colour.
func differ(a, b image.Image) int {
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			for _, d := range []int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2)} {
				if d > 8<<8 || d < -8<<8 {
					n++
					break
				}
			}
		}
	}
	return n
}

func TestGoldenCanFail(t *testing.T) {
	d := samples()["usual"]
	a, err := Chart(d)
	if err != nil {
		t.Fatal(err)
	}
	d.Counts[3]++
	b, err := Chart(d)
	if err != nil {
		t.Fatal(err)
	}
	if off := differ(decode(t, a.Data), decode(t, b.Data)); off <= a.Width*a.Height/2000 {
		t.Errorf("one report more is only %d pixels", off)
	}
}

func TestChartIsDeterministic(t *testing.T) {
	d := samples()["arabic"]
	a, err := Chart(d)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		b, err := Chart(d)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Data, b.Data) {
			t.Fatal("two pictures of the same data differ")
		}
	}
}

func TestAlt(t *testing.T) {
	nov := time.Date(2018, 11, 15, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		d    ChartData
		want string
	}{
		{samples()["arabic-words"], "البادية – التقارير يوميًا، من 1 إلى 30 كانون الأول 2018: 42 في المجموع، وأكثرها في 19 كانون الأول (7)؛ و31 في الأيام الـ30 السابقة"},
		{samples()["usual"], "Badia – reports a day, 1 to 30 Dec 2018: 42 in all, most on 19 Dec (7); 31 in the 30 days before"},
		{ChartData{From: december, Counts: []int{0, 2, 0}, Gaps: []bool{true, false, true}}, "Reports a day, 1 to 3 Dec 2018: 2 in all, most on 2 Dec (2); no coverage on 2 days"},
		{ChartData{From: december, Counts: []int{0, 2, 2}}, "Reports a day, 1 to 3 Dec 2018: 4 in all, at most 2 a day"},
		{ChartData{From: december, Counts: []int{0, 0}, Before: []int{0, 0}}, "Reports a day, 1 to 2 Dec 2018: none; none in the 2 days before"},
		{ChartData{From: december, Counts: []int{1234567, 0}}, "Reports a day, 1 to 2 Dec 2018: 1,234,567 in all, most on 1 Dec (1,234,567)"},
		{ChartData{From: december, Counts: []int{3}, Before: []int{1}}, "Reports a day, 1 Dec 2018: 3 in all; 1 in the day before"},
		{ChartData{From: nov, Counts: make([]int, 30)}, "Reports a day, 15 Nov to 14 Dec 2018: none"},
		{ChartData{From: nov.AddDate(0, 1, 0), Counts: make([]int, 30)}, "Reports a day, 15 Dec 2018 to 13 Jan 2019: none"},
		{ChartData{Title: "a\u202eb\n\x00c", From: december, Counts: []int{1}}, "ab c – reports a day, 1 Dec 2018: 1 in all"},
		{ChartData{Title: "東京", From: december.Add(23 * time.Hour), Counts: []int{1}}, "東京 – reports a day, 1 Dec 2018: 1 in all"},
	}
	for _, tt := range tests {
		p, err := Chart(tt.d)
		if err != nil || p.Alt != tt.want {
			t.Errorf("got  %s, %v\nwant %s", p.Alt, err, tt.want)
		}
	}
	p, err := Chart(ChartData{Title: strings.Repeat("ب ", 5000), From: december, Counts: []int{1}})
	if n := len([]rune(p.Alt)); err != nil || n > 1024 {
		t.Errorf("words of %d characters, %v", n, err)
	}
}

func TestChartRefuses(t *testing.T) {
	tests := []struct {
		says string
		d    ChartData
	}{
		{"0 days", ChartData{From: december}},
		{"371 days", ChartData{From: december, Counts: make([]int, 371)}},
		{"2 days before", ChartData{From: december, Counts: []int{1}, Before: []int{1, 2}}},
		{"3 days of coverage", ChartData{From: december, Counts: []int{1}, Gaps: make([]bool, 3)}},
		{"first day", ChartData{Counts: []int{1}}},
		{"-1 reports", ChartData{From: december, Counts: []int{-1}}},
		{"pixels", ChartData{From: december, Counts: []int{1}, Width: 10}},
		{"pixels", ChartData{From: december, Counts: []int{1}, Height: 1 << 20}},
	}
	for _, tt := range tests {
		if p, err := Chart(tt.d); err == nil || !strings.Contains(err.Error(), tt.says) || p.Data != nil {
			t.Errorf("error %v, want one that says %q", err, tt.says)
		}
	}
}

func TestCeiling(t *testing.T) {
	for max, want := range map[int]int{0: 1, 1: 1, 2: 2, 7: 8, 8: 8, 9: 10, 11: 20, 41: 50, 99: 100, 523: 600, 1e9: 1e9} {
		if got := ceiling(max); got != want {
			t.Errorf("ceiling(%d) = %d, want %d", max, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 123456: "123,456", 1e9: "1,000,000,000"} {
		if got := thousands(n); got != want {
			t.Errorf("thousands(%d) = %s, want %s", n, got, want)
		}
	}
}

// Arabic letters are joined: shaped, the word is narrower than its letters apart,
// and it begins at the right.
func TestArabicIsShaped(t *testing.T) {
	ts, err := newTypesetter()
	if err != nil {
		t.Fatal(err)
	}
	whole := ts.set("البادية", ts.medium, 30, 0)
	apart := 0.0
	for _, r := range "البادية" {
		apart += ts.set(string(r), ts.medium, 30, 0).width
	}
	if !whole.rtl || whole.width >= apart*0.9 || whole.width < 30 {
		t.Errorf("%.1f wide, %.1f apart, rtl %v", whole.width, apart, whole.rtl)
	}
	for _, g := range whole.runs[0].Glyphs {
		if g.GlyphID == 0 {
			t.Error("a letter is missing")
		}
	}
	if first := whole.runs[0].Glyphs[0]; first.TextIndex() == 0 {
		t.Error("the first letter is drawn at the left")
	}
	mixed := ts.set("البادية (Badia) 2018", ts.medium, 30, 0)
	if last := mixed.runs[len(mixed.runs)-1]; last.Runes.Offset != 0 {
		t.Errorf("the rightmost run begins at %d", last.Runes.Offset)
	}
}

func TestSetTruncates(t *testing.T) {
	ts, err := newTypesetter()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{strings.Repeat("word ", 50), strings.Repeat("w", 500), strings.Repeat("كلمة ", 50), strings.Repeat("كلمة word ", 50)} {
		l := ts.set(text, ts.medium, 30, 300)
		if l.width > 300 || l.width < 150 {
			t.Errorf("%.10q: %.0f wide, at most 300", text, l.width)
		}
	}
}

func TestDrawable(t *testing.T) {
	ts, err := newTypesetter()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"Badia":              "Badia",
		" a\n\tb\u202e\x00 ": "a b",
		"🔥 Idlib":            "Idlib",
		"東京":                 "",
		"Tokyo 東京":           "",
		"البادية":            "البادية",
		"می\u200cخواهم":      "می\u200cخواهم",
		"Київ":               "Київ",
		"\xff":               "",
	} {
		if got := ts.drawable(text); got != want {
			t.Errorf("drawable(%q) = %q, want %q", text, got, want)
		}
	}
}

func FuzzChart(f *testing.F) {
	f.Add("Badia", []byte{1, 2, 3}, true)
	f.Add("البادية \u202e\U0001f525\u0301", []byte{0}, false)
	f.Add("a\u200db\u0653\u0627", []byte{255, 255}, false)
	f.Fuzz(func(t *testing.T, title string, counts []byte, before bool) {
		d := ChartData{Title: title, From: december, Width: minWidth, Height: minHeight}
		for _, c := range counts {
			d.Counts = append(d.Counts, int(c))
		}
		if before {
			d.Before = d.Counts
		}
		p, err := Chart(d)
		if (err != nil) != (len(counts) == 0 || len(counts) > maxDays) {
			t.Fatal(err)
		}
		if err == nil && (len(p.Data) == 0 || p.Alt == "" || len([]rune(p.Alt)) > 1024) {
			t.Fatal("no picture, or no words")
		}
	})
}

func BenchmarkChart(b *testing.B) {
	d := samples()["arabic"]
	var size int
	for b.Loop() {
		p, err := Chart(d)
		if err != nil {
			b.Fatal(err)
		}
		size = len(p.Data)
	}
	b.ReportMetric(float64(size), "bytes/png")
}

func ExampleChart() {
	p, err := Chart(ChartData{Title: "Badia", From: time.Date(2018, 12, 28, 0, 0, 0, 0, time.UTC), Counts: []int{1, 0, 3}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Width, p.Height, p.Alt)
	// Output: 800 260 Badia – reports a day, 28 to 30 Dec 2018: 4 in all, most on 30 Dec (3)
}
