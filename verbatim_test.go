package main

import (
	"compress/gzip"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"sitrep/commands"
	"sitrep/data"
	"sitrep/news"
)

var ellipsis = regexp.MustCompile(`\s*(?:…|\[…\])\s*`)

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

// quoted checks that every quotation of a reply is verbatim in a dispatch that it
// cites, and counts them.
func quoted(t *testing.T, line string, r commands.Reply, bodyOf func(news.ID) string) int {
	t.Helper()
	n := 0
	for _, it := range r.Items {
		if !it.Quote {
			continue
		}
		n++
		if len(it.Cites) == 0 {
			t.Errorf("%s: a quotation without a citation: %q", line, it.Text)
		}
		for _, c := range it.Cites {
			body := squash(bodyOf(c.ID))
			for _, part := range ellipsis.Split(squash(it.Text), -1) {
				if !strings.Contains(body, part) {
					t.Errorf("%s: %q is not in %s", line, part, c.ID)
				}
			}
		}
		for _, m := range it.Marks {
			if m.Start < 0 || m.End > len(it.Text) || m.Start >= m.End {
				t.Errorf("%s: mark %+v in %d bytes", line, m, len(it.Text))
			}
		}
	}
	return n
}

// 200 questions of every kind that answers from dispatches: each quotation is
// verbatim in what it cites, and so is every date.
func TestVerbatim(t *testing.T) {
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.trial(t.Context()); err != nil {
		t.Fatal(err)
	}
	if path := "../shared/data/current-events-2025.ndjson.gz"; exists(path) {
		importHere(t, a, path)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	bodies := map[news.ID]news.Dispatch{}
	var words []string
	err = a.store.Each(t.Context(), 1, func(r news.Record) error {
		bodies[r.Dispatch.ID] = r.Dispatch
		words = append(words, strings.Fields(r.Dispatch.Body)...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	total := 0
	for range 200 {
		i := rnd.IntN(len(words) - 3)
		topic := strings.NewReplacer(`"`, "", ":", "", "+", "", "-", " ").Replace(strings.Join(words[i:i+1+rnd.IntN(3)], " "))
		line := []string{"status ", "search ", "brief 90d about ", "status since:2018-12 until:2019-02 ", "search sort:new ", "timeline ", "trend since:2025-03 until:2025-06 "}[rnd.IntN(7)] + topic
		if strings.HasPrefix(line, "brief") {
			line += []string{" until:2019-01-31", " until:2025-06-30", ""}[rnd.IntN(3)]
		}
		r := a.engine.Do(t.Context(), a.request(line))
		if r.Error != nil && r.Error.Code != commands.CodeUsage {
			t.Errorf("%s: %v", line, r.Error)
		}
		total += quoted(t, line, r, func(id news.ID) string { d := bodies[id]; return d.Body })
		for _, it := range r.Items {
			for _, c := range it.Cites {
				if d := bodies[c.ID]; !c.Published.Equal(d.Published) || c.Source != d.Source || c.URL != d.URL {
					t.Errorf("%s: the citation of %s says something else than the dispatch: %+v", line, c.ID, c)
				}
			}
		}
	}
	if total < 150 {
		t.Errorf("only %d quotations in 200 answers", total)
	}
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

func importHere(t *testing.T, a *app, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var ds []news.Dispatch
	for dec := json.NewDecoder(z); dec.More(); {
		var d news.Dispatch
		if err := dec.Decode(&d); err != nil {
			t.Fatal(err)
		}
		d.Origin = news.Origin{Kind: news.OriginRecord, Feed: "events", Item: string(d.ID)}
		ds = append(ds, d)
	}
	if _, err := a.store.File(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
}

// The one real dispatch, which has no date: found under every name, quoted, cited.
func TestDeirEzzor(t *testing.T) {
	path := shared(t, "dispatch-deir-ezzor.txt")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	ok(t, "import", path, "--state", state)
	for _, q := range []string{"badia", "daesh", "البادية", `"deir ez-zor"`, "syrian desert", "Dayr az-Zawr", "sdf", "abu kamal", "marashidah"} {
		r := askJSON(t, state, "!status "+q)
		if quoted(t, q, r, func(news.ID) string { return string(text) }) == 0 {
			t.Errorf("%s: nothing quoted: %+v", q, r)
		}
		if !r.AsOf.IsZero() || len(r.Items) > 0 && !r.Items[0].Cites[0].Published.IsZero() {
			t.Errorf("%s: a date was invented", q)
		}
	}
	r := askJSON(t, state, "!status badia")
	if r.Title != "Badia" || !strings.Contains(r.Note, "undated") || !strings.Contains(r.Items[0].Text, "Badia desert") {
		t.Errorf("%s: %s: %+v", r.Title, r.Note, r.Items)
	}
	if out := ok(t, "ask", "!status badia", "--state", state); !strings.Contains(out, "undated, filed ") {
		t.Error(out)
	}
	if samples, _ := data.Samples(); len(samples) > 0 {
		if r := askJSON(t, state, "!show "+string(samples[0].ID)); r.Error == nil {
			t.Error("samples were filed into a log that was not empty")
		}
	}
}
