package index

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/index/query"
	"sitrep/news"
)

// Names are counted once a dispatch, in what the question finds, within the scopes and
// the time that it asks for.
func TestNamed(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	other := dispatch("c1", "Convoy in Hajin.", "2018-12-05")
	other.Scope = "guild:7"
	file(t, s, x, dispatch("a1", "Convoy from Hajin to Hajin, across the badia.", "2018-12-01"), dispatch("a2", "Convoy in the badia.", "2018-12-20"),
		dispatch("a3", "Market in Hajin.", "2018-12-02"), dispatch("a4", "Convoy near Hajin.", ""), other)
	q, err := query.Parse("convoy")
	if err != nil {
		t.Fatal(err)
	}
	day := func(n int) time.Time { return time.Date(2018, 12, n, 0, 0, 0, 0, time.UTC) }
	for name, c := range map[string]struct {
		ask  Search
		want map[string]int
	}{
		"all":        {Search{Query: q}, map[string]int{"hajin": 2, "badia": 2}},
		"in time":    {Search{Query: q, Span: query.Span{From: day(1), To: day(10)}}, map[string]int{"hajin": 1, "badia": 1}},
		"dated":      {Search{Query: q, Dating: DatedOnly}, map[string]int{"hajin": 1, "badia": 2}},
		"of a place": {Search{Entities: []string{"syria"}}, map[string]int{"hajin": 3, "badia": 1}},
		"none":       {Search{Query: query.Query{Terms: []query.Term{{Text: "xyzzy"}}}}, map[string]int{}},
	} {
		c.ask.Scopes = []news.Scope{news.ScopeEveryone}
		got, err := x.Named(t.Context(), c.ask)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
