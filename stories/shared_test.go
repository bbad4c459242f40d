package stories

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/gazetteer"
	"sitrep/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata, which holds figures only.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs; -update writes it anew:\n%s", path, d)
	}
}

// shared opens a file of the data that stands beside the project. Where it is
// absent the test is skipped, unless SITREP_TEST_ALL=1 asks for all of them.
func shared(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", name))
	if err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatalf("SITREP_TEST_ALL=1 and no data: %v", err)
		}
		t.Skipf("needs ../shared beside the project: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// filed is a news item as it is filed, with the names in it; heading is the most
// special one it stands under, which nobody but the figures sees.
type filed struct {
	event   news.Event
	names   []news.Mention
	heading string
}

func (f *filed) day() int { return int(f.event.Dispatch.Published.Unix() / 86400) }

var year = sync.OnceValue(func() *[]filed { return new([]filed) })

// items are the news items of 2025 in the order of the log.
func items(t testing.TB) []filed {
	t.Helper()
	if have := *year(); have != nil {
		return have
	}
	headings := map[string]string{}
	sc := bufio.NewScanner(shared(t, "current-events-2025.labels.tsv"))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		f := strings.Split(sc.Text(), "\t")
		path := strings.Split(f[1], " / ")
		headings[f[0]] = strings.TrimSpace(path[len(path)-1])
	}
	z, err := gzip.NewReader(shared(t, "current-events-2025.ndjson.gz"))
	if err != nil {
		t.Fatal(err)
	}
	g := names(t)
	var out []filed
	sc = bufio.NewScanner(z)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		var row struct {
			ID, Body, Source, URL, Lang string
			Published                   time.Time
		}
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		d := news.Dispatch{ID: news.Origin{Kind: news.OriginRecord, Feed: "current-events", Item: row.ID}.ID(),
			Body: row.Body, Source: row.Source, URL: row.URL, Lang: row.Lang, Published: row.Published}
		out = append(out, filed{news.Event{Kind: news.Filed, Dispatch: d}, g.Annotate(d.Body), headings[row.ID]})
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	*year() = out
	return out
}

var gazette = sync.OnceValues(gazetteer.New)

// names is the gazetteer.
func names(t testing.TB) *gazetteer.Gazetteer {
	t.Helper()
	g, err := gazette()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// halves parts the year at the end of June.
func halves(all []filed) (first, second []filed) {
	july := time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC)
	for i := range all {
		if !all[i].event.Dispatch.Published.Before(july) {
			return all[:i], all[i:]
		}
	}
	return all, nil
}
