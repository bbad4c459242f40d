package query

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	for in, want := range map[string][]Term{
		``:                      nil,
		`badia`:                 {{Text: "badia"}},
		`abu kamal`:             {{Text: "abu"}, {Text: "kamal"}},
		`"deir ez-zor" +sdf -x`: {{Text: "deir ez-zor", Phrase: true}, {Mode: Must, Text: "sdf"}, {Mode: Not, Text: "x"}},
		`source:"Al Jazeera" q`: {{Field: "source", Text: "Al Jazeera", Phrase: true}, {Text: "q"}},
		`PLACE:homs`:            {{Field: "place", Text: "homs"}},
		`10:30 at-tanf`:         {{Text: "10:30"}, {Text: "at-tanf"}},
		`a"b c"`:                {{Text: "a"}, {Text: "b c", Phrase: true}},
		`“abu kamal” x`:         {{Text: "abu kamal", Phrase: true}, {Text: "x"}},
		`البادية -داعش`:         {{Text: "البادية"}, {Mode: Not, Text: "داعش"}},
	} {
		got, err := Parse(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if d := cmp.Diff(want, got.Terms); d != "" {
			t.Errorf("%s: %s", in, d)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for in, pos := range map[string]int{
		`badia "open`:                        7,
		`homs + x`:                           6,
		`source: x`:                          8,
		strings.Repeat("a ", MaxTerms) + "x": 2*MaxTerms + 2,
		strings.Repeat("é", MaxRunes+1):      MaxRunes + 1,
	} {
		_, err := Parse(in)
		e, ok := err.(*Error)
		if !ok || e.Pos != pos {
			t.Errorf("%.30s: %v, want an error at %d", in, err, pos)
		}
	}
}

func TestParseTime(t *testing.T) {
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC) // Monday; 23:30 in Rome
	for in, want := range map[string][2]string{
		"2018-12-31":           {"2018-12-31T00:00:00+01:00", "2019-01-01T00:00:00+01:00"},
		"2018-09":              {"2018-09-01T00:00:00+02:00", "2018-10-01T00:00:00+02:00"},
		"2018":                 {"2018-01-01T00:00:00+01:00", "2019-01-01T00:00:00+01:00"},
		"7d":                   {"2026-11-16T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"yesterday":            {"2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"},
		"monday":               {"2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00"},
		"Sun":                  {"2026-11-22T00:00:00+01:00", "2026-11-23T00:00:00+01:00"},
		"2018-09-14T09:30:00Z": {"2018-09-14T09:30:00Z", "2018-09-14T09:30:01Z"},
	} {
		got, err := ParseTime(in, now, rome)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if f, to := got.From.Format(time.RFC3339), got.To.Format(time.RFC3339); f != want[0] || to != want[1] {
			t.Errorf("%s: %s to %s, want %s to %s", in, f, to, want[0], want[1])
		}
	}
	for _, in := range []string{"", "soon", "0d", "99999999999999999999d", "7", "d", "2018-13", "2018-02-30"} {
		if s, err := ParseTime(in, now, rome); err == nil {
			t.Errorf("%q is taken for %v", in, s)
		}
	}
}

// What a query says is said again by its canonical form.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`badia`, `+"deir ez-zor" -x source:"a b"`, `place:"x`, `"" + - :`, `title:-x`, `-"a"b`, `++x`, `--`, `id:""`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s)
		if err != nil {
			return
		}
		again, err := Parse(q.String())
		if err != nil && len(q.String()) <= MaxRunes {
			t.Fatalf("%q → %q: %v", s, q.String(), err)
		}
		if err == nil && again.String() != q.String() {
			t.Fatalf("%q → %q → %q", s, q.String(), again.String())
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"7d", "2018-09", "mon", "99999d", "2018-09-14T09:30:00Z"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if sp, err := ParseTime(s, now, time.UTC); err == nil && sp.To.Before(sp.From) {
			t.Fatalf("%q: %v", s, sp)
		}
	})
}
