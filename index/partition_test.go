package index

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/index/query"
	"sitrep/news"
	"sitrep/store"
)

// many makes dispatches over ten years, some undated, some dated far off.
func many(r *rand.Rand, n int) (out []news.Dispatch) {
	now := time.Now().UTC()
	words := strings.Fields("convoy bridge camp water hospital market crossing river oil patrol strike shelling aid prices protest hajin badia")
	for i := range n {
		var body []string
		for range 5 + r.IntN(20) {
			body = append(body, words[int(float64(len(words))*r.Float64()*r.Float64())])
		}
		d := dispatch(fmt.Sprintf("%c%d", 'a'+rune(r.IntN(5)), i), strings.Join(body, " ")+".", "")
		switch r.IntN(12) {
		case 0: // undated
		case 1:
			d.Published = now.AddDate(-40, 0, r.IntN(100))
		case 2:
			d.Published = now.AddDate(0, 0, 40+r.IntN(400))
		default:
			d.Published = now.Add(-time.Duration(r.IntN(10*365*24)) * time.Hour).Truncate(time.Second)
		}
		out = append(out, d)
	}
	return out
}

func TestPartitionOf(t *testing.T) {
	filed := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	for published, want := range map[string]string{"2026-11-01": "2026-11", "2024-02-03": "2024-02", "2018-12-30": "2018", "1990-01-01": partitionOld,
		"2026-12-20": "2026-12", "2031-01-01": partitionFuture, "": "2026-11"} {
		d := dispatch("a1", "x", published)
		d.Filed = filed
		if got := partitionOf(&d); got != want {
			t.Errorf("%q: %s, want %s", published, got, want)
		}
	}
}

// A quick search finds the same hits as one that counts everything, in every order and on
// every page; and the orders by date are those of the dates.
func TestQuickFindsTheSame(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	r := rand.New(rand.NewPCG(4, 4))
	file(t, s, x, many(r, 600)...)
	stopped := 0
	for range 400 {
		q, err := query.Parse([]string{"convoy", "convoy bridge", "water oil", "+camp river", `"convoy convoy"`, "hajin", "prices -aid", "con* river", "(water OR oil) camp", "convoy -\"camp camp\"", ""}[r.IntN(11)])
		if err != nil && q.Empty() {
			q = query.Query{}
		}
		ask := Search{Query: q, Scopes: []news.Scope{news.ScopeEveryone}, Sort: []Sort{News, Best, New, Old}[r.IntN(4)], From: r.IntN(3) * 5, Size: 5, Now: time.Now()}
		whole, err := x.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := x.Count(t.Context(), ask); err != nil || n != whole.Total {
			t.Fatalf("%v: counted %d, found %d, %v", ask.Query, n, whole.Total, err)
		}
		ask.Quick = true
		quick, err := x.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(whole.Hits) != fmt.Sprint(quick.Hits) {
			t.Fatalf("%v sort %d from %d:\n%v\n%v", ask.Query, ask.Sort, ask.From, whole.Hits, quick.Hits)
		}
		if !quick.Partial || quick.Total > whole.Total {
			t.Errorf("%v: partial %v, %d of %d looked at", ask.Query, quick.Partial, quick.Total, whole.Total)
		}
		if quick.Total < whole.Total {
			stopped++
		}
		if ask.Sort == New && !slices.IsSortedFunc(whole.Hits, func(a, b Hit) int { return b.When.Compare(a.When) }) && !slices.ContainsFunc(whole.Hits, func(h Hit) bool { return !h.Dated }) {
			t.Errorf("not by date: %v", whole.Hits)
		}
	}
	if stopped < 50 {
		t.Errorf("only %d searches stopped early", stopped)
	}
}

// A text is read as it was filed, with its names; what was changed is read anew.
func TestText(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	d := dispatch("a1", "Hajin, and "+strings.Repeat("long word ", 2000)+"badia.", "2018-12-01")
	d.Title, d.Author = "A title – هجين", "Ana"
	file(t, s, x, d, dispatch("b2", "Nothing.", ""))
	ask := Search{Scopes: []news.Scope{news.ScopeEveryone}, Size: 9, Sort: New}
	res, err := x.Search(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	first, ok := x.Text(res.Hits[0])
	if !ok || first.Dispatch.Body != d.Body || first.Dispatch.Title != d.Title || first.Dispatch.Author != "Ana" || len(first.Mentions) != 2 ||
		first.Dispatch.Body[first.Mentions[1].Start:first.Mentions[1].End] != "badia" && first.Dispatch.Body[first.Mentions[0].Start:first.Mentions[0].End] != "badia" {
		t.Fatalf("%v %+v", ok, first.Mentions)
	}
	d.Body = "Hajin is quiet now."
	file(t, s, x, d)
	if _, ok := x.Text(res.Hits[0]); ok {
		t.Error("a text that was changed is still there")
	}
	raw, err := os.ReadFile(filepath.Join(x.cur.dir, partsDir, "2018", textsFile))
	if err != nil {
		t.Fatal(err)
	}
	again, err := x.Search(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if now, ok := x.Text(again.Hits[0]); !ok || now.Dispatch.Body != d.Body || now.Dispatch.Revision != 2 {
		t.Errorf("%v %+v", ok, now)
	}
	at := res.Hits[0].at
	if h, _ := readHeader(raw[at:]); h.size < 100 || strings.Trim(string(raw[at+headerSize:][:h.size]), "\x00") != "" {
		t.Errorf("the old text was not blanked: %+v", h)
	}
	// Damage is noticed, and the log has to be asked.
	h := again.Hits[0]
	for i := range int64(headerSize + 60) {
		was := make([]byte, 1)
		if _, err := h.from.texts.texts.f.ReadAt(was, h.at+i); err != nil {
			break
		}
		if _, err := h.from.texts.texts.f.WriteAt([]byte{was[0] ^ 0x20}, h.at+i); err != nil {
			t.Fatal(err)
		}
		if got, ok := x.Text(h); ok && got.Dispatch.Body != d.Body {
			t.Fatalf("byte %d flipped: %+v", i, got)
		}
		if _, err := h.from.texts.texts.f.WriteAt(was, h.at+i); err != nil {
			t.Fatal(err)
		}
	}
}

// A crash between the partitions' batches leaves some of them ahead of the others.
// Whichever they are, the next start makes the index what the log says, without
// building it anew.
func TestCrashBetweenPartitions(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	s := openStore(t, t.TempDir())
	dir := t.TempDir()
	x := openIndex(t, dir, s, testNames)
	ds := many(r, 120)
	ids := file(t, s, x, ds...)
	closeIndex(t, x)
	before := t.TempDir()
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, s, testNames)
	for i := range 60 { // moves, edits, new ones, forgotten ones, and such as come back
		switch d := &ds[i]; i % 4 {
		case 0:
			d.Published = time.Now().UTC().AddDate(0, -r.IntN(70), 0).Truncate(time.Second)
		case 1:
			d.Body += " again"
		case 2:
			forget(t, s, ids[i])
			continue
		case 3:
			forget(t, s, ids[i])
			d.Body += " back"
		}
		if _, err := s.File(t.Context(), ds[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	file(t, s, x, many(rand.New(rand.NewPCG(9, 10)), 150)[120:]...)
	want := everything(t, x)
	closeIndex(t, x)
	gen := "g0001"
	for trial := range 12 {
		mixed := t.TempDir()
		if err := os.CopyFS(mixed, os.DirFS(before)); err != nil {
			t.Fatal(err)
		}
		parts, err := os.ReadDir(filepath.Join(dir, gen, partsDir))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range parts {
			if r.IntN(2) == 0 {
				at := filepath.Join(mixed, gen, partsDir, p.Name())
				if err := os.RemoveAll(at); err != nil {
					t.Fatal(err)
				}
				if err := os.CopyFS(at, os.DirFS(filepath.Join(dir, gen, partsDir, p.Name()))); err != nil {
					t.Fatal(err)
				}
			}
		}
		y := openIndex(t, mixed, s, testNames)
		wait(t, s, y)
		if got := everything(t, y); got != want {
			t.Errorf("trial %d:\n%s\nwant\n%s", trial, got, want)
		}
		last, _ := s.LastSeq(t.Context())
		if err := y.check(t.Context(), y.cur, last); err != nil {
			t.Errorf("trial %d: %v", trial, err)
		}
		if filepath.Base(y.cur.dir) != gen {
			t.Errorf("trial %d: built anew", trial)
		}
		closeIndex(t, y)
	}
}

func forget(t *testing.T, s *store.Store, id news.ID) {
	t.Helper()
	if _, err := s.Change(t.Context(), id, func(d news.Dispatch) (news.Event, error) {
		return news.Event{Kind: news.Forgotten, Dispatch: news.Dispatch{ID: d.ID, Origin: d.Origin, Filed: d.Filed, Published: d.Published}}, nil
	}); err != nil {
		t.Fatal(err)
	}
}

// everything is what an index finds, with the texts.
func everything(t *testing.T, x *Index) string {
	t.Helper()
	res, err := x.Search(t.Context(), Search{Scopes: []news.Scope{news.ScopeEveryone}, Size: 500, Sort: New, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d of %d\n", res.Total, x.Docs())
	for _, h := range res.Hits {
		text, ok := x.Text(h)
		fmt.Fprintf(&b, "%s %s %s %v %s\n", h.ID, h.When, h.Source, ok, text.Dispatch.Body)
	}
	return b.String()
}

func FuzzUnpack(f *testing.F) {
	c, err := newCodec()
	if err != nil {
		f.Fatal(err)
	}
	an, err := newAnalyzers()
	if err != nil {
		f.Fatal(err)
	}
	d := dispatch("a1", "Hajin is quiet.", "2018-12-01")
	record, traces, err := c.record(&Text{Dispatch: d, Mentions: testNames.Annotate(d.Body)}, "en", analyzedText{}, an.byName["en"].read(d.Body))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(record, traces)
	f.Add([]byte{}, []byte{})
	f.Fuzz(func(t *testing.T, b, marks []byte) {
		dir := t.TempDir()
		if err := errors.Join(os.WriteFile(filepath.Join(dir, textsFile), b, 0o644), os.WriteFile(filepath.Join(dir, tracesFile), marks, 0o644)); err != nil {
			t.Fatal(err)
		}
		x, err := openTexts(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer x.close()
		if packed, err := x.read(0); err == nil {
			_, _ = c.unpack(packed)
		}
		_, _ = x.hold(0, new([]byte), &phrase{traces: []uint16{1, 0, 2}})
	})
}

// Closing waits for whoever reads a snapshot, and what asks for a text meanwhile is told
// that there is none; a quick search of no page is one that counts.
func TestCloseWaitsForReaders(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	file(t, s, x, dispatch("a1", "Hajin, the convoy bridge.", "2018-12-01"))
	ask := Search{Scopes: []news.Scope{news.ScopeEveryone}, Size: 1}
	res, err := x.Search(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	if none, err := x.Search(t.Context(), Search{Scopes: ask.Scopes, Quick: true}); err != nil || none.Total != 1 || none.Partial {
		t.Errorf("%+v, %v", none, err)
	}
	snap := x.snapshot()
	closed := make(chan error)
	go func() { closed <- x.Close() }()
	for x.Docs() > 0 {
		time.Sleep(time.Millisecond)
	}
	select {
	case err := <-closed:
		t.Fatalf("closed under a reader: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if _, ok := x.Text(res.Hits[0]); ok {
		t.Error("a closed index gives a text")
	}
	at := snap.parts[0].segments[0]
	convoy := &phrase{traces: []uint16{trace([]byte("convoi")), trace([]byte("bridg"))}}
	if ok, err := at.part.p.texts.hold(at.col.trace[0], new([]byte), convoy); err != nil || !ok {
		t.Errorf("the files were closed under a reader: %v", err)
	}
	if err := snap.release(); err != nil {
		t.Fatal(err)
	}
	if err := <-closed; err != nil {
		t.Fatal(err)
	}
}
