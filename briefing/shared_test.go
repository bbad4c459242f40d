package briefing

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"sitrep/gazetteer"
	"sitrep/news"
)

// falseAlarms is how many contradictions may be shown among the items below taken
// as one topic, which they are not: nearly all of them tell of different events.
const falseAlarms = 5

// Of 5,424 news items of a year, of as many events as can be, hardly any two are
// taken for one.
func TestDifferencesOfManyEvents(t *testing.T) {
	f, err := os.Open("../../shared/data/current-events-2025.ndjson.gz")
	if err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatalf("SITREP_TEST_ALL=1 and no data: %v", err)
		}
		t.Skipf("needs ../shared beside the project: %v", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	var reports []Report
	for dec := json.NewDecoder(z); dec.More(); {
		var d news.Dispatch
		if err := dec.Decode(&d); err != nil {
			t.Fatal(err)
		}
		reports = append(reports, Report{Dispatch: d, Mentions: g.Annotate(d.Body)})
	}
	slices.SortStableFunc(reports, func(a, b Report) int { return a.Dispatch.Published.Compare(b.Dispatch.Published) })
	shown := 0
	for _, d := range Differences(reports) {
		checkDifference(t, reports, d)
		if d.Contradicts {
			shown++
			t.Logf("%s %s: %q, %q", d.Noun, d.Sense, d.Figures[0].Quote.Text, d.Figures[1].Quote.Text)
		}
	}
	if shown > falseAlarms {
		t.Errorf("%d contradictions among reports of different events", shown)
	}
}

func BenchmarkAnswer(b *testing.B) {
	var reports []Report
	for _, j := range append(readJudged(b, "keys"), readJudged(b, "held")...)[:40] {
		j.d.Body = strings.Repeat(j.d.Body+" ", 5)
		reports = append(reports, Report{Dispatch: j.d})
	}
	b.Run("keys", func(b *testing.B) {
		for b.Loop() {
			for i := range reports {
				Keys(&reports[i].Dispatch, nil, Wanted{Find: words("Hajin")}, 3)
			}
		}
	})
	b.Run("differences", func(b *testing.B) {
		for b.Loop() {
			Differences(reports)
		}
	})
}
