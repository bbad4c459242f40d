package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
)

// wireHouse has 300 dispatches of several sources; every fifth text is printed by
// two to four of them.
func wireHouse(t *testing.T) (*app, time.Time, int) {
	t.Helper()
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	now := time.Date(2019, 1, 20, 9, 0, 0, 0, time.UTC)
	rng := rand.New(rand.NewPCG(4, 2))
	sources := []string{"Agency", "Radio", "Herald", "Monitor", "Observer"}
	words := strings.Fields("market bridge water bread school clinic tent road river field tractor council fuel winter rain family letter teacher doctor engine")
	var ds []news.Dispatch
	for i := 0; len(ds) < 300; i++ {
		body := "A convoy was seen."
		for range 40 {
			body += " " + words[rng.IntN(len(words))]
		}
		copies := 1
		if i%5 == 0 {
			copies = 2 + i/5%3
		}
		for k := range copies {
			src := sources[(i+k)%len(sources)]
			if copies == 1 && i%3 > 0 {
				src = "Agency"
			}
			ds = append(ds, news.Dispatch{Body: body + ".", Source: src, Lang: "en", Published: now.Add(-time.Duration(i) * time.Hour),
				Origin: news.Origin{Kind: news.OriginRecord, Feed: "wire", Item: fmt.Sprint(len(ds))}})
		}
	}
	if _, err := a.store.File(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, now, len(ds)
}

// Every hit stands on exactly one page, alone or folded into one; the counts are
// those of the dispatches; and of the first five no source has more than two, in an
// order by relevance.
func TestPagesOfFoldedHits(t *testing.T) {
	a, now, n := wireHouse(t)
	for _, sort := range []string{"news", "best", "new", "old"} {
		seen := map[news.ID]int{}
		folds, before := 0, 0
		var order []time.Time
		for page := 1; ; page++ {
			r := a.engine.Do(t.Context(), commands.Request{Line: fmt.Sprintf("search convoy sort:%s page:%d", sort, page), Now: now})
			if r.Error != nil {
				t.Fatal(r.Error)
			}
			here := 0
			sources := map[string]int{}
			for i, it := range r.Items {
				seen[it.Cites[0].ID]++
				order = append(order, it.Cites[0].Published)
				for _, id := range it.Folded {
					seen[id]++
					folds++
				}
				here += 1 + len(it.Folded)
				if (len(it.Folded) > 0) != (it.More != "") {
					t.Errorf("%v, %q", it.Folded, it.More)
				}
				if sources[it.Cites[0].Source]++; page == 1 && i < 5 && sort != "new" && sort != "old" && sources[it.Cites[0].Source] > 2 {
					t.Errorf("sort:%s: %s stands there %d times in the first five", sort, it.Cites[0].Source, sources[it.Cites[0].Source])
				}
			}
			if want := fmt.Sprintf("%d to %d of %d dispatches.", before+1, before+here, n); !strings.Contains(r.Note, want) {
				t.Errorf("sort:%s page %d: %q, want %q", sort, page, r.Note, want)
			}
			before += here
			if !slices.ContainsFunc(r.Actions, func(a commands.Action) bool { return a.Label == "Next page" }) {
				break
			}
			if len(r.Items) != 6 {
				t.Errorf("sort:%s page %d has %d items", sort, page, len(r.Items))
			}
		}
		if len(seen) != n || before != n || folds < 30 {
			t.Errorf("sort:%s: %d of %d dispatches on the pages, %d folded", sort, len(seen), n, folds)
		}
		for id, k := range seen {
			if k != 1 {
				t.Errorf("sort:%s: %s stands there %d times", sort, id, k)
			}
		}
		if sort == "new" && !slices.IsSortedFunc(order, func(a, b time.Time) int { return b.Compare(a) }) {
			t.Error("the newest are not first")
		}
		if sort == "old" && !slices.IsSortedFunc(order, time.Time.Compare) {
			t.Error("the oldest are not first")
		}
	}
}

func TestSearchCommand(t *testing.T) {
	state := t.TempDir()
	var l commands.Listing
	list := func(args ...string) commands.Listing {
		t.Helper()
		l = commands.Listing{}
		if err := json.Unmarshal([]byte(ok(t, append([]string{"search", "--state", state, "--json"}, args...)...)), &l); err != nil {
			t.Fatal(err)
		}
		return l
	}
	l = list("--k", "1000", "Hajin", "until:2018-12-31")
	if l.Total < 20 || len(l.Hits) != l.Total || l.Facets.Counted != l.Total || l.Facets.Sources[0].Count != l.Total {
		t.Errorf("%+v", l)
	}
	days := 0
	for _, d := range l.Facets.Days {
		days += d.Count
		if d.Name > "2018-12-31" {
			t.Errorf("a day outside: %v", d)
		}
	}
	dated := 0
	for _, h := range l.Hits {
		if h.Dated {
			dated++
		}
		if h.Snippet == "" || h.Title == "" || h.Source != "sample" || h.Score <= 0 || !h.ID.Valid() {
			t.Errorf("%+v", h)
		}
	}
	if days != dated || len(l.Facets.Places) == 0 || len(l.Facets.Actors) == 0 || l.Facets.Places[0].Count > l.Total {
		t.Errorf("%d on days, %d dated, %+v", days, dated, l.Facets)
	}
	if l = list("--k", "2", "Hajin"); len(l.Hits) != 2 || l.Total <= 2 {
		t.Errorf("%+v", l)
	}
	if l = list("offensve"); l.Corrected != "offensive" || len(l.Hits) == 0 {
		t.Errorf("%+v", l)
	}
	if l = list("xyzzyplugh"); l.Total != 0 || l.Hits == nil || l.Facets.Sources == nil || l.Facets.Days == nil {
		t.Errorf("%+v", l)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--k", "0", "x"}, exitUsage, "1 to 1000"}, {[]string{"--k", "1001", "x"}, exitUsage, "1 to 1000"}, {[]string{" "}, exitUsage, "needs a question"},
		{[]string{`"open`}, exitFailed, "does not end"}, {[]string{"--json", `"open`}, exitFailed, `"code": "usage"`}, {[]string{"Hajin"}, exitOK, "10 of "},
	} {
		code, out, errs := sitrep(t, append([]string{"search", "--state", state}, c.args...)...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit %d, want %d and %q: %s", c.args, code, c.code, c.says, out+errs)
		}
	}
	id := string(list("Hajin sort:best").Hits[0].ID)
	if out := ok(t, "why", "--state", state, "Hajin", id); !strings.Contains(out, "the sum of its words") {
		t.Error(out)
	}
	if code, _, _ := sitrep(t, "why", "--state", state, "Hajin", "aaaaaaaaaaaaaaaa"); code != exitFailed {
		t.Errorf("an unknown dispatch: exit %d", code)
	}
}

// A place of which nothing is told leads to one nearby of which something is.
func TestNearNames(t *testing.T) {
	a, now := samplesHouse(t)
	r := a.engine.Do(t.Context(), commands.Request{Line: "status hajin", Now: now})
	if r.Error != nil || strings.Contains(r.Note, "Near it") {
		t.Errorf("%+v", r)
	}
	for _, e := range a.names.Entities() {
		if e.Kind != news.Place || e.Type == "country" || e.Country != "SY" || !e.Located {
			continue
		}
		res, err := a.index.Search(t.Context(), index.Search{Entities: []string{e.ID}, Scopes: a.p.scopes()})
		if err != nil {
			t.Fatal(err)
		}
		if res.Total > 0 {
			continue
		}
		req := a.request("status place:#" + e.ID)
		req.Now = now
		r := a.engine.Do(t.Context(), req)
		if !strings.Contains(r.Note, "Near it, there are dispatches about") {
			continue
		}
		for _, act := range r.Actions[:1] {
			req.Line = act.Line
			if near := a.engine.Do(t.Context(), req); len(near.Items) == 0 {
				t.Errorf("%s leads to %s, of which nothing is told: %s", e.Name, act.Line, near.Note)
			}
		}
		return
	}
	t.Error("no place leads to another")
}

func TestPlainQuestion(t *testing.T) {
	q, cut := query.Plain(`what is -not "said": title:x (a OR b)? ` + strings.Repeat("word ", 50))
	if cut || len(q.Terms) < 57 {
		t.Errorf("%d terms, cut %t", len(q.Terms), cut)
	}
	for _, term := range q.Terms {
		if term.Mode != query.Should || term.Field != "" || term.Phrase {
			t.Errorf("%+v", term)
		}
	}
	var many strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&many, "w%d ", i)
	}
	if q, cut := query.Plain(many.String()); !cut || len(q.Terms) != query.MaxPlainWords {
		t.Errorf("%d terms, cut %t", len(q.Terms), cut)
	}
	if q, cut := query.Plain(strings.Repeat("é", query.MaxPlainBytes)); !cut || len(q.Terms) != 1 {
		t.Errorf("%d terms, cut %t", len(q.Terms), cut)
	}
}

// The buttons that narrow a search lead to hits, and hold in every file of states.
func TestNarrowingLines(t *testing.T) {
	a, now, n := wireHouse(t)
	r := a.engine.Do(t.Context(), commands.Request{Line: "search convoy", Now: now})
	sources := 0
	for _, act := range r.Actions {
		if act.Group != "Only one source" {
			continue
		}
		sources++
		got := a.engine.Do(t.Context(), commands.Request{Line: act.Line, Now: now})
		if len(got.Items) == 0 || strings.Contains(got.Note, fmt.Sprintf("of %d dispatches", n)) {
			t.Errorf("%s: %s", act.Line, got.Note)
		}
		for _, it := range got.Items {
			if !strings.Contains(act.Line, it.Cites[0].Source) {
				t.Errorf("%s shows %s", act.Line, it.Cites[0].Source)
			}
		}
	}
	if sources != 4 {
		t.Errorf("%d sources to narrow to: %+v", sources, r.Actions)
	}
}
