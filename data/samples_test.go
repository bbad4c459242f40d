package data

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

func mustSamples(t *testing.T) []news.Dispatch {
	t.Helper()
	ds, err := Samples()
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

// sentenceEnd is a full stop (or its kin) before white space or the end. The
// samples write dates as "5 February 2019" and use no abbreviations with points.
var sentenceEnd = regexp.MustCompile(`[.!?؟](\s+|$)`)

func sampleSentences(body string) []string {
	var out []string
	for _, s := range sentenceEnd.Split(body, -1) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func sampleDay(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestSamplesAreWellFormed(t *testing.T) {
	ds := mustSamples(t)
	if len(ds) < 120 {
		t.Errorf("%d samples, want at least 120", len(ds))
	}
	ids, titles := map[news.ID]string{}, map[string]string{}
	for _, d := range ds {
		item := d.Origin.Item
		if want := (news.Origin{Kind: news.OriginSample, Feed: "samples", Item: item}); d.Origin != want {
			t.Errorf("%s: origin %+v, want %+v", item, d.Origin, want)
		}
		if !d.ID.Valid() || d.ID != d.Origin.ID() {
			t.Errorf("%s: ID %q is not that of its origin", item, d.ID)
		}
		if other, ok := ids[d.ID]; ok {
			t.Errorf("%s and %s have the same ID", item, other)
		}
		if other, ok := titles[d.Title]; ok {
			t.Errorf("%s and %s have the same title %q", item, other, d.Title)
		}
		ids[d.ID], titles[d.Title] = item, item
		if d.Source != "sample" || d.Scope != news.ScopeTrial {
			t.Errorf("%s: source %q, scope %q, want sample and trial", item, d.Source, d.Scope)
		}
		if !d.Filed.IsZero() || d.Revision != 0 || d.Standing != "" || d.URL != "" {
			t.Errorf("%s: Filed, Revision and Standing are the log's to set, and a sample has no URL", item)
		}
		if d.Place == "" {
			t.Errorf("%s: no place", item)
		}
	}
}

func TestSamplesText(t *testing.T) {
	seen := map[string]string{}
	for _, d := range mustSamples(t) {
		item := d.Origin.Item
		for _, s := range []string{d.Title, d.Body, d.Place} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, utf8.RuneError) {
				t.Errorf("%s: not valid UTF-8: %q", item, s)
			}
			if s != strings.Join(strings.Fields(s), " ") {
				t.Errorf("%s: stray white space in %q", item, s)
			}
			for _, r := range s {
				if unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
					t.Errorf("%s: invisible character %U in %q", item, r, s)
				}
			}
		}
		if n := len(d.Body); n >= 1200 {
			t.Errorf("%s: body of %d bytes, want less than 1,200", item, n)
		}
		if !strings.HasSuffix(d.Body, ".") {
			t.Errorf("%s: body does not end with a full stop", item)
		}
		ss := sampleSentences(d.Body)
		if len(ss) < 2 || len(ss) > 5 {
			t.Errorf("%s: %d sentences, want 2 to 5", item, len(ss))
		}
		for _, s := range ss {
			if other, ok := seen[s]; ok {
				t.Errorf("%s and %s share the sentence %q", item, other, s)
			}
			seen[s] = item
		}
	}
}

// Every sentence must stand alone when it is quoted.
func TestSamplesSentencesStandAlone(t *testing.T) {
	dangling := regexp.MustCompile(`^(He|She|It|They|This|That|These|Those|His|Her|Its|Their|There|Otherwise|However|Meanwhile|But|And)\b`)
	for _, d := range mustSamples(t) {
		for _, s := range sampleSentences(d.Body) {
			if dangling.MatchString(s) {
				t.Errorf("%s: leans on another sentence: %q", d.Origin.Item, s)
			}
		}
	}
}

// Casualty figures are disputed: none is repeated here.
func TestSamplesHaveNoCasualtyFigures(t *testing.T) {
	figure := regexp.MustCompile(`(?i)[\d٠-٩][,\s]*(people\s+|men\s+|soldiers\s+)?(were\s+)?(killed|dead|deaths|wounded|injured|fighters|militants|civilians|قتيل|قتلى|جريح|جرحى|مقاتل|مدني)`)
	for _, bad := range []string{"about 40 killed", "3,000 fighters", "12 people were killed", "٣٠ قتيلا"} {
		if !figure.MatchString(bad) {
			t.Errorf("the pattern misses %q", bad)
		}
	}
	for _, d := range mustSamples(t) {
		if m := figure.FindString(d.Title + ". " + d.Body); m != "" {
			t.Errorf("%s: casualty figure %q", d.Origin.Item, m)
		}
	}
}

func TestSamplesLanguages(t *testing.T) {
	count := map[string]int{}
	for _, d := range mustSamples(t) {
		count[d.Lang]++
		arabic := 0
		for _, r := range d.Title + d.Body {
			if unicode.Is(unicode.Arabic, r) {
				arabic++
			}
		}
		if (arabic > 50) != (d.Lang == "ar") {
			t.Errorf("%s: lang %q with %d Arabic letters", d.Origin.Item, d.Lang, arabic)
		}
	}
	if count["ar"] < 10 || count["en"] < 100 || len(count) != 2 {
		t.Errorf("languages %v, want en and ar, at least 10 of them ar", count)
	}
}

func TestSamplesDates(t *testing.T) {
	from, to := sampleDay("2018-09-01"), sampleDay("2019-03-31")
	month := regexp.MustCompile(`\b(September|October|November|December|January|February|March) 201[89]\b`)
	undated := 0
	var last time.Time
	for _, d := range mustSamples(t) {
		if d.Published.IsZero() {
			undated++
			if !month.MatchString(d.Body) {
				t.Errorf("%s: neither dated nor does its text name the month", d.Origin.Item)
			}
			continue
		}
		p := d.Published
		if p.Before(from) || p.After(to) {
			t.Errorf("%s: %s is outside of %s..%s", d.Origin.Item, p, from, to)
		}
		if p.Location() != time.UTC || !p.Equal(p.Truncate(24*time.Hour)) {
			t.Errorf("%s: %s is more exact than the day", d.Origin.Item, p)
		}
		if p.Before(last) {
			t.Errorf("%s: out of order", d.Origin.Item)
		}
		last = p
	}
	if undated == 0 || undated > 15 {
		t.Errorf("%d undated samples, want 1 to 15", undated)
	}
}

// A text that names a full date must not name one later than its own day.
func TestSamplesKnowNoFuture(t *testing.T) {
	date := regexp.MustCompile(`\b\d{1,2} (September|October|November|December|January|February|March) 201[89]\b`)
	for _, d := range mustSamples(t) {
		if d.Published.IsZero() {
			continue
		}
		for _, s := range date.FindAllString(d.Body, -1) {
			named, err := time.Parse("2 January 2006", s)
			if err != nil {
				t.Errorf("%s: %v", d.Origin.Item, err)
			} else if named.After(d.Published) {
				t.Errorf("%s: dated %s, names %s", d.Origin.Item, d.Published.Format(time.DateOnly), s)
			}
		}
	}
}

func TestSamplesCoverage(t *testing.T) {
	ds := mustSamples(t)
	between := func(from, to time.Time) int { // to is exclusive
		n := 0
		for _, d := range ds {
			if !d.Published.IsZero() && !d.Published.Before(from) && d.Published.Before(to) {
				n++
			}
		}
		return n
	}
	// Weeks counted from 1 September, and weeks from Monday.
	for _, first := range []string{"2018-09-01", "2018-09-03"} {
		for w := sampleDay(first); !w.AddDate(0, 0, 7).After(sampleDay("2019-03-24")); w = w.AddDate(0, 0, 7) {
			if n := between(w, w.AddDate(0, 0, 7)); n < 3 {
				t.Errorf("week from %s: %d samples, want at least 3", w.Format(time.DateOnly), n)
			}
		}
	}
	if n := between(sampleDay("2018-12-25"), sampleDay("2019-01-01")); n < 6 {
		t.Errorf("last week of December: %d samples, want at least 6", n)
	}
	if n := between(sampleDay("2019-03-16"), sampleDay("2019-03-23")); n < 6 {
		t.Errorf("week before 23 March: %d samples, want at least 6", n)
	}
	badia := regexp.MustCompile(`(?i)badi(y)?a|syrian desert|sukhna|palmyra desert|البادية`)
	n := 0
	for _, d := range ds {
		if badia.MatchString(d.Title + " " + d.Body) {
			n++
		}
	}
	if n < 18 {
		t.Errorf("%d samples name the Badia, want at least 18", n)
	}
}

func TestSamplesBelongToTheCaller(t *testing.T) {
	a := mustSamples(t)
	a[0].Title = "changed"
	if b := mustSamples(t); b[0].Title == "changed" {
		t.Error("a change by one caller shows to the next")
	}
}

func TestReadSamplesRefuses(t *testing.T) {
	good := `{"id":"s1","title":"t","body":"b","lang":"en","place":"p"}` + "\n"
	for name, in := range map[string]string{
		"unknown field": good + `{"id":"s2","title":"t","body":"b","lang":"en","palce":"p"}`,
		"no title":      good + `{"id":"s2","body":"b","lang":"en"}`,
		"no language":   good + `{"id":"s2","title":"t","body":"b"}`,
		"bad date":      good + `{"id":"s2","title":"t","body":"b","lang":"en","published":"2018-09-01"}`,
		"broken":        good + `{"id":"s2",`,
	} {
		ds, err := readSamples(strings.NewReader(in))
		if err == nil || ds != nil {
			t.Errorf("%s: read as %v", name, ds)
		} else if !strings.Contains(err.Error(), "samples.ndjson:2: ") {
			t.Errorf("%s: %v does not name the line", name, err)
		}
	}
}

func FuzzReadSamples(f *testing.F) {
	f.Add(`{"id":"s1","title":"t","body":"b","lang":"en","published":"2018-09-01T00:00:00Z","place":"p"}`)
	f.Add("{}\n{}")
	f.Add("null")
	f.Fuzz(func(t *testing.T, in string) {
		ds, err := readSamples(strings.NewReader(in))
		if err != nil {
			return
		}
		for _, d := range ds {
			if d.Title == "" || d.Body == "" || !d.ID.Valid() || d.Published.Location() != time.UTC {
				t.Errorf("read %+v without an error", d)
			}
		}
	})
}
