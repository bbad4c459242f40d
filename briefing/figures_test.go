package briefing

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"sitrep/gazetteer"
	"sitrep/news"
)

type figureCase struct {
	name    string
	reports []Report
	kind    string // "differ", "update" or "none"
	said    string
}

func readFigureCases(t testing.TB) (out []figureCase) {
	t.Helper()
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("testdata/figures.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(raw)) {
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if mark != "#" && len(out) == 0 {
			continue
		}
		switch mark {
		case "#":
			out = append(out, figureCase{name: rest, kind: "none"})
		case "@":
			c := &out[len(out)-1]
			p := strings.SplitN(rest, " ", 4)
			at, _ := time.Parse("2006-01-02", p[1])
			id := news.ID(fmt.Sprint(c.name, len(c.reports)))
			c.reports = append(c.reports, Report{Dispatch: news.Dispatch{ID: id, Source: p[0], Published: at, Lang: p[2], Body: p[3]}, Mentions: g.Annotate(p[3])})
		case "=", "~":
			c := &out[len(out)-1]
			c.kind, c.said = map[string]string{"=": "differ", "~": "update"}[mark], rest
		}
	}
	return out
}

// How many differing figures are found, and whether any are shown that do not differ.
func TestDifferences(t *testing.T) {
	var b strings.Builder
	right, shown, due := 0, 0, 0
	for _, c := range readFigureCases(t) {
		var got []string
		for _, d := range Differences(c.reports) {
			kind := "update"
			if d.Contradicts {
				kind = "differ"
			}
			var said []string
			for _, f := range d.Figures {
				said = append(said, f.Said)
			}
			got = append(got, kind+": "+strings.Join(said, " | "))
			checkDifference(t, c.reports, d)
		}
		shown += len(got)
		want := []string{c.kind + ": " + c.said}
		if c.kind == "none" {
			want = nil
		} else {
			due++
		}
		if strings.Join(got, "\n") == strings.Join(want, "\n") {
			right += len(got)
		} else {
			fmt.Fprintf(&b, "%s:\n  got  %q\n  want %q\n", c.name, got, want)
		}
	}
	golden(t, "testdata/figures.golden", fmt.Sprintf("to be found: %d, shown: %d, right: %d\n%s", due, shown, right, b.String()))
}

// checkDifference holds what is true of all that is shown.
func checkDifference(t testing.TB, reports []Report, d Difference) {
	t.Helper()
	sources := map[string]bool{}
	for i, f := range d.Figures {
		r := &reports[f.Report].Dispatch
		sources[f.Source] = true
		if r.Body[f.Start:f.End] != f.Said || f.Said == "" || !utf8.ValidString(f.Said) && utf8.ValidString(r.Body) {
			t.Fatalf("%q is not at %d to %d of %q", f.Said, f.Start, f.End, r.Body)
		}
		if f.Source != r.Byline() || !f.Time.Equal(r.Published) || f.ID != r.ID {
			t.Fatalf("%+v is not of %+v", f, r)
		}
		if !strings.Contains(squash(r.Body), squash(strings.Trim(f.Quote.Text, "…"))) {
			t.Fatalf("%q is not in %q", f.Quote.Text, r.Body)
		}
		if i > 0 && !f.Time.IsZero() && f.Time.Before(d.Figures[i-1].Time) {
			t.Fatalf("not in order: %+v", d.Figures)
		}
	}
	if len(d.Figures) < 2 || d.Contradicts && len(sources) < 2 {
		t.Fatalf("nothing to set side by side: %+v", d)
	}
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

// Values of numbers in words and digits.
func TestNumbers(t *testing.T) {
	for text, want := range map[string]int{
		"13": 13, "7,000": 7000, "٢٠": 20, "۲۵": 25, "1,204,000": 1204000, "thirteen": 13, "twenty-five": 25, "two hundred and ten": 210, "three thousand five hundred": 3500,
		"a dozen": 12, "two dozen": 24, "10 thousand": 10000, "ثلاثة عشر": 13, "اثنا عشر": 12, "خمسة وعشرين": 25, "مئة": 100, "مئتين": 200, "ثلاثة آلاف": 3000, "ألف": 1000, "مئة وخمسين": 150,
		"7th": 0, "M5": 0, "3.5": 0, "14:05": 0, "12/11": 0, "55-kilometre": 0, "$13": 13, "40%": 0, "people": 0, "99999999999999999999": 0,
	} {
		list := tokens(text)
		i := 0
		if text[0] == '$' {
			if list[1].kind != other {
				t.Errorf("%q counts", text)
			}
			continue
		}
		n, next := numberAt(list, i)
		if n != want || want > 0 && next != len(list) {
			t.Errorf("%q is %d up to %d of %d", text, n, next, len(list))
		}
	}
}

// Whatever the reports, figures are verbatim and in order.
func FuzzDifferences(f *testing.F) {
	for _, c := range readFigureCases(f) {
		f.Add(c.reports[0].Dispatch.Body, c.reports[1].Dispatch.Body, int16(3))
	}
	f.Add("twenty-", "13 - 15 to - and ٢٠ of", int16(-40))
	f.Add("\xff 13 fighters surrendered\u202e", "أ ثلاثة و 13 fighters surrendered 14", int16(0))
	f.Fuzz(func(t *testing.T, a, b string, hours int16) {
		at := time.Date(2019, 1, 5, 0, 0, 0, 0, time.UTC)
		reports := []Report{
			{Dispatch: news.Dispatch{ID: "a", Source: "A", Published: at, Lang: "en", Body: a}},
			{Dispatch: news.Dispatch{ID: "b", Source: "B", Published: at.Add(time.Duration(hours) * time.Hour), Lang: "ar", Body: b}},
			{Dispatch: news.Dispatch{ID: "c", Source: "A", Body: b}},
		}
		for _, d := range Differences(reports) {
			checkDifference(t, reports, d)
		}
	})
}
