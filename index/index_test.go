package index

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sitrep/index/query"
	"sitrep/news"
	"sitrep/store"
)

// bleve's analysis workers live as long as the process.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/blevesearch/bleve_index_api.AnalysisWorker"))
}

// names is a small table of names, so that a test says itself what is known.
type names struct {
	version string
	words   map[string]string // word → entity
	parent  map[string]string
}

func (n names) Version() string { return n.version }

func (n names) Annotate(text string) (out []news.Mention) {
	for word, id := range n.words {
		for from := 0; ; {
			i := strings.Index(strings.ToLower(text[from:]), word)
			if i < 0 {
				break
			}
			out = append(out, news.Mention{Kind: news.Place, Entity: id, Start: from + i, End: from + i + len(word)})
			from += i + len(word)
		}
	}
	slices.SortFunc(out, func(a, b news.Mention) int { return slices.Compare([]int{a.Start, a.End}, []int{b.Start, b.End}) }) // as the gazetteer does
	return out
}

func (n names) Within(id string) []string {
	if p := n.parent[id]; p != "" {
		return []string{id, p}
	}
	return []string{id}
}

var testNames = names{version: "1", words: map[string]string{"hajin": "hajin", "هجين": "hajin", "badia": "badia", "syria": "syria"}, parent: map[string]string{"hajin": "syria"}}

func openStore(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openIndex(t testing.TB, dir string, s *store.Store, n Annotator) *Index {
	t.Helper()
	x, err := Open(t.Context(), Options{Dir: dir, Log: s, Names: n})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func closeIndex(t testing.TB, x *Index) {
	t.Helper()
	if err := x.Close(); err != nil {
		t.Error(err)
	}
}

func dispatch(id, body string, published string) news.Dispatch {
	d := news.Dispatch{Body: body, Source: "s-" + id[:1], Lang: "en", Origin: news.Origin{Kind: news.OriginRecord, Feed: "test", Item: id}}
	if published != "" {
		d.Published, _ = time.Parse("2006-01-02", published)
	}
	return d
}

func file(t testing.TB, s *store.Store, x *Index, ds ...news.Dispatch) []news.ID {
	t.Helper()
	fs, err := s.File(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	var ids []news.ID
	for _, f := range fs {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
		ids = append(ids, f.ID)
	}
	wait(t, s, x)
	return ids
}

func wait(t testing.TB, s *store.Store, x *Index) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	last, err := s.LastSeq(ctx)
	if err == nil {
		err = x.Wait(ctx, last)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// found asks, and gives the items' names in the order found.
func found(t testing.TB, s *store.Store, x *Index, q string, change ...func(*Search)) []string {
	t.Helper()
	parsed, err := query.Parse(q)
	if err != nil {
		t.Fatal(err)
	}
	search := Search{Query: parsed, Scopes: []news.Scope{news.ScopeEveryone}, Size: 50, Now: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)}
	for _, c := range change {
		c(&search)
	}
	res, err := x.Search(t.Context(), search)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	out := []string{}
	for _, h := range res.Hits {
		r, err := s.Get(t.Context(), h.ID)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r.Dispatch.Origin.Item)
	}
	if len(res.Hits) < search.Size && res.Total != len(res.Hits)+search.From {
		t.Errorf("%s: %d hits, total %d", q, len(res.Hits), res.Total)
	}
	return out
}

func want(t testing.TB, got []string, items ...string) {
	t.Helper()
	if !slices.Equal(got, items) {
		t.Errorf("found %v, want %v", got, items)
	}
}

func sorted(list []string) []string { slices.Sort(list); return list }

func TestSearch(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	ar := dispatch("d1", "دخلت القوات بلدة هجين شرق الفرات.", "2018-12-14")
	ar.Lang = "ar"
	titled := dispatch("a2", "Fighting went on for days.", "2018-12-10")
	titled.Title = "Offensive near the river"
	secret := dispatch("e1", "A secret offensive at Hajin.", "2018-12-15")
	secret.Scope = news.GuildScope("1")
	file(t, s, x,
		dispatch("a1", "The offensive on Hajin began in September.", "2018-09-10"), titled,
		dispatch("b1", "An offensive, the offensive: offensives are offensive.", "2018-12-20"),
		dispatch("c1", "Refugees reached the camp in Dayr az-Zawr; Şırnak and İdlib were calm.", "2018-12-01"),
		ar, secret,
		dispatch("f1", "Nothing is known of the date of this offensive in the badia.", ""))

	want(t, sorted(found(t, s, x, "offensive")), "a1", "a2", "b1", "f1")
	want(t, sorted(found(t, s, x, "refugee camps")), "c1")
	want(t, found(t, s, x, "sirnak"), "c1")
	want(t, found(t, s, x, "idlib"), "c1")
	want(t, found(t, s, x, "Şirnak"), "c1")
	want(t, sorted(found(t, s, x, "Hajin")), "a1", "d1") // a name, in both scripts
	want(t, sorted(found(t, s, x, "هجين")), "a1", "d1")
	want(t, found(t, s, x, `"the offensive on hajin"`), "a1")
	want(t, found(t, s, x, `"offensive hajin"`)) // a stop word between is a hole, not nothing
	want(t, sorted(found(t, s, x, "offensive -river -hajin")), "b1", "f1")
	want(t, found(t, s, x, "offensive +river"), "a2")
	want(t, found(t, s, x, "title:offensive"), "a2")
	want(t, sorted(found(t, s, x, "offensive source:s-a")), "a1", "a2")
	want(t, found(t, s, x, "lang:ar"), "d1")
	want(t, found(t, s, x, "atlantis"))
	want(t, found(t, s, x, "the of"))
	want(t, found(t, s, x, ""+"offensive", func(q *Search) { q.Sort = New }), "b1", "a2", "a1", "f1")
	want(t, found(t, s, x, "offensive", func(q *Search) { q.Sort = Old }), "a1", "a2", "b1", "f1")
	want(t, found(t, s, x, "offensive", func(q *Search) { q.Sort = New; q.From = 1; q.Size = 2 }), "a2", "a1")
	want(t, sorted(found(t, s, x, "", func(q *Search) { q.Entities = []string{"syria"} })), "a1", "d1") // what lies in it
	want(t, sorted(found(t, s, x, "", func(q *Search) {
		q.Span = query.Span{From: day("2018-12-10"), To: day("2018-12-20")}
	})), "a2", "d1")
	want(t, sorted(found(t, s, x, "offensive", func(q *Search) { q.Scopes = append(q.Scopes, news.GuildScope("1")) })), "a1", "a2", "b1", "e1", "f1")
	want(t, found(t, s, x, "secret"))
	want(t, found(t, s, x, "offensive", func(q *Search) { q.Scopes = nil }))
	want(t, found(t, s, x, "offensive began september", func(q *Search) { q.Every = true }), "a1")
}

func day(s string) time.Time { t, _ := time.Parse("2006-01-02", s); return t }

func TestCounts(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	file(t, s, x, dispatch("a1", "Hajin one.", "2018-12-30"), dispatch("a2", "Hajin two.", "2018-12-29"), dispatch("b1", "Hajin three.", "2018-12-29"),
		dispatch("c1", "Hajin four.", "2018-12-20"), dispatch("d1", "Hajin five.", ""))
	now := day("2018-12-31")
	res, err := x.Search(t.Context(), Search{Entities: []string{"hajin"}, Scopes: []news.Scope{news.ScopeEveryone}, Now: now,
		Windows: []query.Span{{From: now.AddDate(0, 0, -7), To: now}, {From: now.AddDate(0, 0, -14), To: now.AddDate(0, 0, -7)}},
		Days:    query.Span{From: now.AddDate(0, 0, -3), To: now}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Total != 5 || res.Undated != 1 || !res.Newest.Equal(day("2018-12-30")) {
		t.Errorf("total %d, undated %d, newest %s", res.Total, res.Undated, res.Newest)
	}
	if w := res.Windows; w[0].Reports != 3 || len(w[0].Sources) != 2 || w[1].Reports != 1 {
		t.Errorf("windows %+v", w)
	}
	if !slices.Equal(res.Days, []int{0, 2, 1}) {
		t.Errorf("days %v", res.Days)
	}
	if res.Sources["s-a"].Reports != 2 || !res.Sources["s-d"].Newest.IsZero() {
		t.Errorf("sources %+v", res.Sources)
	}
	// Of what a span leaves out, windows and days still count.
	res, err = x.Search(t.Context(), Search{Entities: []string{"hajin"}, Scopes: []news.Scope{news.ScopeEveryone}, Now: now, Size: 10, Span: query.Span{From: day("2018-12-30"), To: now},
		Windows: []query.Span{{From: now.AddDate(0, 0, -7), To: now}, {From: now.AddDate(0, 0, -14), To: now.AddDate(0, 0, -7)}},
		Days:    query.Span{From: now.AddDate(0, 0, -3), To: now}})
	if err != nil || res.Total != 1 || len(res.Hits) != 1 || len(res.Sources) != 1 || res.Windows[0].Reports != 3 || res.Windows[1].Reports != 1 || !slices.Equal(res.Days, []int{0, 2, 1}) {
		t.Errorf("%v: %+v", err, res)
	}
}

// An undated report counts as one half-life older than the newest dated one.
func TestUndatedInNewsOrder(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	file(t, s, x, dispatch("a1", "Hajin was calm.", "2018-12-20"), dispatch("b1", "Hajin was calm.", ""), dispatch("c1", "Hajin was calm.", "2018-12-01"))
	want(t, found(t, s, x, "calm"), "a1", "b1", "c1")
	want(t, found(t, s, x, "calm", func(q *Search) { q.From, q.Size = 1, 1 }), "b1")
}

// The score is textbook BM25F: worked out here from the text alone.
func TestScoreIsBM25F(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, names{version: "none"})
	defer closeIndex(t, x)
	docs := map[string][2][]string{ // title, body as analyzed
		"a": {{"convoi"}, {"convoi", "reach", "camp"}},
		"b": {{"camp"}, {"water", "water", "water", "convoi"}},
		"c": {{"rain"}, {"rain", "rain"}},
	}
	text := map[string]string{"convoi": "convoy", "reach": "reaches"}
	say := func(words []string) string {
		var out []string
		for _, w := range words {
			if v := text[w]; v != "" {
				w = v
			}
			out = append(out, w)
		}
		return strings.Join(out, " ")
	}
	for _, id := range []string{"a", "b", "c"} {
		d := dispatch(id, say(docs[id][1]), "2018-12-01")
		d.Title = say(docs[id][0])
		file(t, s, x, d)
	}
	res, err := x.Search(t.Context(), Search{Query: query.Query{Terms: []query.Term{{Text: "convoy"}, {Text: "water"}}}, Scopes: []news.Scope{news.ScopeEveryone}, Size: 5, Sort: Best})
	if err != nil {
		t.Fatal(err)
	}
	avgTitle, avgBody := 1.0, (3.0+4+2)/3
	score := func(id, term string, df float64) float64 {
		count := func(list []string) (n float64) {
			for _, w := range list {
				if w == term {
					n++
				}
			}
			return n
		}
		d := docs[id]
		tf := 4*count(d[0])/(.25+.75*float64(len(d[0]))/avgTitle) + count(d[1])/(.25+.75*float64(len(d[1]))/avgBody)
		return math.Log(1+(3-df+.5)/(df+.5)) * tf * 2.2 / (1.2 + tf)
	}
	wanted := map[string]float64{"a": score("a", "convoi", 2), "b": score("b", "convoi", 2) + score("b", "water", 1)}
	if len(res.Hits) != 2 {
		t.Fatalf("%d hits", len(res.Hits))
	}
	for _, h := range res.Hits {
		r, _ := s.Get(t.Context(), h.ID)
		if w := wanted[r.Dispatch.Origin.Item]; math.Abs(h.Score-w) > 1e-3 {
			t.Errorf("%s scores %.4f, want %.4f", r.Dispatch.Origin.Item, h.Score, w)
		}
	}
}

func TestRevisionsAndForgetting(t *testing.T) {
	s := openStore(t, t.TempDir())
	dir := t.TempDir()
	x := openIndex(t, dir, s, testNames)
	ids := file(t, s, x, dispatch("a1", "A bridge was opened.", "2018-12-01"), dispatch("b1", "A road was closed.", "2018-12-01"))
	file(t, s, x, dispatch("a1", "A bridge was destroyed.", "2018-12-01"))
	want(t, found(t, s, x, "opened"))
	want(t, found(t, s, x, "destroyed"), "a1")
	forget := func(d news.Dispatch) (news.Event, error) {
		return news.Event{Kind: news.Forgotten, At: time.Now(), Dispatch: d}, nil
	}
	if _, err := s.Change(t.Context(), ids[1], forget); err != nil {
		t.Fatal(err)
	}
	wait(t, s, x)
	want(t, found(t, s, x, "road"))
	retract := func(d news.Dispatch) (news.Event, error) {
		d.Standing = news.Retracted
		return news.Event{Kind: news.Withdrawn, At: time.Now(), Dispatch: d}, nil
	}
	if _, err := s.Change(t.Context(), ids[0], retract); err != nil {
		t.Fatal(err)
	}
	wait(t, s, x)
	want(t, found(t, s, x, "standing:retracted"), "a1")
	if st := x.cur.counts(); st.Docs != 1 || st.Gone != 1 || st.Body != 2 {
		t.Errorf("counts %+v", st)
	}
	file(t, s, x, dispatch("b1", "A road was closed.", "2018-12-01")) // filed anew
	want(t, found(t, s, x, "road"), "b1")
	if st := x.cur.counts(); st.Docs != 2 || st.Gone != 0 || st.Body != 4 {
		t.Errorf("counts %+v", st)
	}
	followed := x.cur.counts()
	closeIndex(t, x)

	// Built from the log at once, it is the same.
	y := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, y)
	wait(t, s, y)
	if d := cmp.Diff(followed, y.cur.counts()); d != "" {
		t.Error(d)
	}
	want(t, found(t, s, y, "destroyed"), "a1")
	want(t, found(t, s, y, "road"), "b1")
}

func TestRebuildBeside(t *testing.T) {
	s := openStore(t, t.TempDir())
	dir := t.TempDir()
	x := openIndex(t, dir, s, testNames)
	var ds []news.Dispatch
	for i := range 2500 {
		ds = append(ds, dispatch(fmt.Sprintf("a%d", i), fmt.Sprintf("Convoy number %d left Raqqa.", i), "2018-12-01"))
	}
	file(t, s, x, ds...)
	want(t, found(t, s, x, "", func(q *Search) { q.Entities = []string{"raqqa"} }))
	closeIndex(t, x)

	better := testNames
	better.version, better.words = "2", map[string]string{"raqqa": "raqqa"}
	x = openIndex(t, dir, s, better)
	if n := len(found(t, s, x, "convoy")); n != 50 { // the old one answers meanwhile, or the new one already
		t.Errorf("%d found right after the start", n)
	}
	deadline := time.Now().Add(time.Minute)
	for {
		res, err := x.Search(t.Context(), Search{Entities: []string{"raqqa"}, Scopes: []news.Scope{news.ScopeEveryone}})
		if err != nil {
			t.Fatal(err)
		}
		if res.Total == 2500 {
			break
		}
		if res.Total != 0 || time.Now().After(deadline) {
			t.Fatalf("%d found: a half-built index answers, or none was built", res.Total)
		}
		time.Sleep(10 * time.Millisecond)
	}
	closeIndex(t, x)
	if gs, _ := filepath.Glob(filepath.Join(dir, "g*")); len(gs) != 1 {
		t.Errorf("left behind: %v", gs)
	}
}

func TestDamageIsRebuilt(t *testing.T) {
	for name, damage := range map[string]func(gen string) error{
		"truncated segment":    func(g string) error { return each(g, "*.zap", func(f string) error { return os.Truncate(f, 100) }) },
		"truncated root":       func(g string) error { return os.WriteFile(filepath.Join(g, openingFile), nil, 0o644) }, // what a SIGBUS leaves
		"meta gone":            func(g string) error { return os.Remove(filepath.Join(g, "parts", "2018", "bleve", "index_meta.json")) },
		"texts gone":           func(g string) error { return os.Remove(filepath.Join(g, "parts", "2018", textsFile)) },
		"texts cut short":      func(g string) error { return os.Truncate(filepath.Join(g, "parts", "2018", textsFile), 40) },
		"traces cut short":     func(g string) error { return os.Truncate(filepath.Join(g, "parts", "2018", tracesFile), 13) },
		"a partition gone":     func(g string) error { return os.RemoveAll(filepath.Join(g, "parts", "2018")) },
		"everything gone":      func(g string) error { return os.RemoveAll(g) },
		"another format":       func(g string) error { return os.WriteFile(filepath.Join(g, versionFile), []byte("1.4-1"), 0o644) },
		"a creation cut short": func(g string) error { return os.MkdirAll(filepath.Join(filepath.Dir(g), "new-123"), 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			s := openStore(t, t.TempDir())
			dir := t.TempDir()
			x := openIndex(t, dir, s, testNames)
			file(t, s, x, dispatch("a1", "Hajin one.", "2018-12-30"))
			closeIndex(t, x)
			if err := damage(filepath.Join(dir, "g0001")); err != nil {
				t.Fatal(err)
			}
			x = openIndex(t, dir, s, testNames)
			defer closeIndex(t, x)
			wait(t, s, x)
			want(t, found(t, s, x, "hajin"), "a1")
			want(t, found(t, s, x, `"hajin one"`), "a1")
			file(t, s, x, dispatch("a1", "Hajin is quiet.", "2018-12-30"))
			wait(t, s, x)
			want(t, found(t, s, x, "quiet"), "a1")
		})
	}
}

func each(dir, pattern string, f func(string) error) error {
	files, _ := filepath.Glob(filepath.Join(dir, "parts", "*", "bleve", "store", pattern))
	if len(files) == 0 {
		return fmt.Errorf("no %s in %s", pattern, dir)
	}
	for _, name := range files {
		if err := f(name); err != nil {
			return err
		}
	}
	return nil
}

// An index of another log never answers, not even at the first question.
func TestOtherLog(t *testing.T) {
	for name, n := range map[string]int{"shorter": 1, "longer": 3} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := openStore(t, t.TempDir())
			x := openIndex(t, dir, s, testNames)
			file(t, s, x, dispatch("a1", "Hajin one.", "2018-12-30"), dispatch("a2", "Hajin two.", "2018-12-30"))
			closeIndex(t, x)
			other := openStore(t, t.TempDir())
			var ds []news.Dispatch
			for i := range n {
				ds = append(ds, dispatch(fmt.Sprintf("b%d", i), "Hajin other.", "2018-12-30"))
			}
			if _, err := other.File(t.Context(), ds); err != nil {
				t.Fatal(err)
			}
			x = openIndex(t, dir, other, testNames)
			defer closeIndex(t, x)
			wait(t, other, x)
			if got := found(t, other, x, "hajin"); len(got) != n {
				t.Errorf("found %v", got)
			}
			want(t, found(t, other, x, "one two"))
		})
	}
}

// Two indexes follow one log, each on its own.
func TestTwoIndexesOneLog(t *testing.T) {
	s := openStore(t, t.TempDir())
	x, y := openIndex(t, t.TempDir(), s, testNames), openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	defer closeIndex(t, y)
	file(t, s, x, dispatch("a1", "Hajin one.", "2018-12-30"), dispatch("a2", "Hajin two.", "2018-12-30"))
	wait(t, s, y)
	want(t, found(t, s, x, "hajin two", func(q *Search) { q.Every = true }), "a2")
	want(t, found(t, s, y, "hajin two", func(q *Search) { q.Every = true }), "a2")
}

// An index that is ahead of its log, after a restore from a backup, is built anew.
func TestAheadOfLog(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, t.TempDir())
	x := openIndex(t, dir, s, testNames)
	file(t, s, x, dispatch("a1", "Hajin one.", "2018-12-30"), dispatch("a2", "Hajin two.", "2018-12-30"))
	closeIndex(t, x)
	older := openStore(t, t.TempDir())
	if _, err := older.File(t.Context(), []news.Dispatch{dispatch("b1", "Hajin other.", "2018-12-30")}); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, older, testNames)
	defer closeIndex(t, x)
	deadline := time.Now().Add(30 * time.Second)
	for x.Docs() != 1 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	want(t, found(t, older, x, "hajin"), "b1")
}

func TestPageLimit(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	if _, err := x.Search(t.Context(), Search{From: MaxHits, Size: 1}); err == nil {
		t.Error("a page beyond the limit was read")
	}
	closeIndex(t, x)
	if _, err := x.Search(t.Context(), Search{}); err != ErrClosed {
		t.Errorf("closed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := x.Wait(ctx, 1); err == nil {
		t.Error("waited for a closed index without an error")
	}
}
