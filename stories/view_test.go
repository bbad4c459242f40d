package stories

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"sitrep/news"
	"sitrep/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// words is an Annotator that knows a few names, in a version.
type words string

func (v words) Version() string { return string(v) }

func (v words) Within(id string) []string {
	if id == "hajin" {
		return []string{"hajin", "syria"}
	}
	return []string{id}
}

func (v words) Annotate(text string) (out []news.Mention) {
	for _, name := range []string{"Hajin", "Tartus", "هجين"} {
		if i := strings.Index(text, name); i >= 0 {
			out = append(out, news.Mention{Kind: news.Place, Entity: map[string]string{"Hajin": "hajin", "Tartus": "tartus", "هجين": "hajin"}[name], Start: i, End: i + len(name)})
		}
	}
	return out
}

func openLog(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
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

func openView(t testing.TB, dir string, log Log, version string) *View {
	t.Helper()
	v, err := Open(t.Context(), Options{Dir: dir, Log: log, Names: words(version), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func closeView(t testing.TB, v *View) {
	t.Helper()
	if err := v.Close(); err != nil {
		t.Error(err)
	}
}

// upTo waits until the View has all that is in the log.
func upTo(t testing.TB, s *store.Store, v *View) {
	t.Helper()
	last, err := s.LastSeq(t.Context())
	if err == nil {
		err = v.Wait(t.Context(), last)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func fileAll(t testing.TB, s *store.Store, es ...*news.Event) (ids []news.ID) {
	t.Helper()
	var ds []news.Dispatch
	for _, e := range es {
		ds = append(ds, e.Dispatch)
	}
	fs, err := s.File(t.Context(), ds)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fs {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
		ids = append(ids, f.ID)
	}
	return ids
}

func original(id, body, source string, hours int) *news.Event {
	e := at(id, body, source, hours)
	e.Dispatch.Origin = news.Origin{Kind: news.OriginRecord, Feed: "test", Item: id}
	return e
}

// told is every story of a View, in its words.
func told(t testing.TB, v *View) (out []string) {
	t.Helper()
	list, total, err := v.Newest(Asked{Scopes: []news.Scope{news.ScopeEveryone}, Most: 1000})
	if err != nil || total != len(list) {
		t.Fatalf("%d of %d: %v", len(list), total, err)
	}
	for _, s := range list {
		line := string(s.ID) + ":"
		for _, m := range s.Members {
			line += " " + m.Source
		}
		out = append(out, line+fmt.Sprintf(" by %v", s.Sources()))
	}
	return out
}

// rumours are dispatches that have nothing to do with one another.
func rumours(n int) (out []*news.Event) {
	for i := range n {
		out = append(out, original(fmt.Sprint("old", i), fmt.Sprintf("In town%d the council of quarter%d met people on street%d about water%d, it said.", i, i, i, i), "Old", -1000-30*i))
	}
	return out
}

func TestView(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	v := openView(t, dir, log, "1")
	fileAll(t, log, rumours(60)...)
	ids := fileAll(t, log, original("a", blast, "Desk", 0), original("b", harvest, "Farmer", 1), original("c", rising, "Radio", 5),
		original("d", "From our partners: "+blast, "Paper", 6), original("e", harvest, "Desk", 24*40))
	upTo(t, log, v)
	places, err := v.Places(append(slices.Clone(ids), "aaaaaaaaaaaaaaaa"))
	if err != nil || len(places) != 5 {
		t.Fatalf("%v, %v", places, err)
	}
	if a, c, d := places[ids[0]], places[ids[2]], places[ids[3]]; a.Story != c.Story || a.Story != d.Story || d.Text != ids[0] || c.Text != ids[2] || places[ids[1]].Story == a.Story {
		t.Errorf("%v", places)
	}
	day := time.Date(2018, 12, 4, 0, 0, 0, 0, time.UTC)
	list, total, err := v.Newest(Asked{Scopes: []news.Scope{news.ScopeEveryone}, From: day, To: day.Add(13 * time.Hour), Most: 1})
	if err != nil || total != 2 || len(list) != 1 || list[0].Members[0].Source != "Farmer" || !list[0].Members[0].Dated || !strings.HasPrefix(list[0].Members[0].Title, "Olive growers") {
		t.Errorf("of that day: %+v, %d, %v", list, total, err)
	}
	list, total, _ = v.Newest(Asked{Scopes: []news.Scope{news.ScopeEveryone}, From: day, To: day.Add(16 * time.Hour), Most: 9})
	if total != 2 || len(list) != 2 || len(list[0].Members) != 2 {
		t.Errorf("up to the afternoon: %+v", list)
	}
	if list, total, _ := v.Newest(Asked{Scopes: []news.Scope{news.GuildScope("1")}, Most: 9}); total+len(list) != 0 {
		t.Errorf("another community sees %v", list)
	}
	before := told(t, v)
	closeView(t, v)
	if _, err := v.Places(ids); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: %v", err)
	}
	v = openView(t, dir, log, "1")
	defer closeView(t, v)
	upTo(t, log, v)
	if d := cmp.Diff(before, told(t, v)); d != "" {
		t.Errorf("opened again:\n%s", d)
	}
}

// The same events give the same stories, taken in as they come or one after the other
// between restarts and batches that fail, or all at once.
func TestReplay(t *testing.T) {
	all := slices.Clone(items(t)[:900])
	for i := range all[:60] {
		e := all[3*i].event
		e.Kind = [3]news.EventKind{news.Marked, news.Forgotten, news.Revised}[i%3]
		e.Dispatch.Body = "Revised. " + e.Dispatch.Body
		all = append(all, filed{event: e, names: names(t).Annotate(e.Dispatch.Body)})
	}
	whole, parts := testBook(t), testBook(t)
	whole.within, parts.within = names(t).Within, names(t).Within
	for from := 0; from < len(all); from += 300 {
		whole.batch(all[from:min(from+300, len(all))], nil)
	}
	for from, n := 0, 1; from < len(all); from, n = from+n, n%71+7 {
		lot := all[from:min(from+n, len(all))]
		failed := errors.New("no room on the disk")
		err := parts.b.update(99, func(w *work) error {
			g := newGrouper(w)
			for i := range lot {
				g.Apply(&lot[i].event, newItem(&lot[i].event.Dispatch, lot[i].names, parts.within))
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		parts.batch(lot, nil)
		if n%3 == 0 {
			parts.reopen()
		}
	}
	if d := cmp.Diff(whole.dump(), parts.dump()); d != "" {
		t.Errorf("in parts:\n%s", d)
	}
}

func (x *tested) reopen() {
	x.t.Helper()
	err := x.b.close()
	if err == nil {
		x.b, err = openBook(x.b.path, false)
	}
	if err != nil {
		x.t.Fatal(err)
	}
	x.t.Cleanup(func() { x.b.close() })
}

// dump is all that a book holds, as text; its counts are read from the disk.
func (x *tested) dump() map[string]string {
	x.t.Helper()
	out := map[string]string{}
	err := x.b.update(1, func(w *work) error {
		for _, name := range [][]byte{bucketOf, bucketItems, bucketStories, bucketMembers, bucketDays, bucketInto} {
			if err := w.bucket(name).ForEach(func(k, v []byte) error {
				out[fmt.Sprintf("%s %x", name, k)] = fmt.Sprintf("%x", v)
				return nil
			}); err != nil {
				return err
			}
		}
		if err := w.loadCounts(); err != nil {
			return err
		}
		for t, n := range maps.All(w.b.counts.in) {
			out[fmt.Sprint("count ", t)] = fmt.Sprint(n)
		}
		out["all"] = fmt.Sprint(w.b.counts.all)
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return out
}

// Better names group anew, beside the stories that answer meanwhile.
func TestGroupedAnewBeside(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	v := openView(t, dir, log, "1")
	fileAll(t, log, rumours(40)...)
	fileAll(t, log, original("a", blast, "Desk", 0), original("c", rising, "Radio", 5))
	upTo(t, log, v)
	before := told(t, v)
	closeView(t, v)
	v = openView(t, dir, log, "2")
	if got := told(t, v); len(got) == 0 {
		t.Error("nothing answers while stories are grouped anew")
	}
	last, _ := log.LastSeq(t.Context())
	if err := v.Wait(t.Context(), last); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return len(books(dir)) == 1 })
	if d := cmp.Diff(before, told(t, v)); d != "" {
		t.Errorf("grouped anew from the whole log:\n%s", d)
	}
	if got := books(dir); !strings.HasSuffix(got[0], "-2"+bookFile) {
		t.Errorf("kept %v", got)
	}
	closeView(t, v)
}

func books(dir string) []string {
	list, _ := filepath.Glob(filepath.Join(dir, "*"+bookFile))
	return list
}

func waitFor(t testing.TB, ok func() bool) {
	t.Helper()
	for begin := time.Now(); !ok(); {
		if time.Since(begin) > 20*time.Second {
			t.Fatal("it does not come")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// What is damaged, of another log or ahead of this one comes back from the log.
func TestDamageComesBack(t *testing.T) {
	log, dir := openLog(t), t.TempDir()
	v := openView(t, dir, log, "1")
	fileAll(t, log, rumours(200)...)
	fileAll(t, log, original("a", blast, "Desk", 0), original("c", rising, "Radio", 5))
	upTo(t, log, v)
	want := told(t, v)
	closeView(t, v)
	path := books(dir)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := openLog(t)
	for name, harm := range map[string]func() Log{
		"cut short":      func() Log { write(t, path, whole[:len(whole)/2]); return log },
		"cut to nothing": func() Log { write(t, path, whole[:1000]); return log },
		"noise":          func() Log { write(t, path, []byte(strings.Repeat("noise", 9999))); return log },
		"marked":         func() Log { write(t, path, whole); write(t, path+".opening", nil); return log },
		"a damaged item": func() Log { write(t, path, whole); harmItems(t, path); return log },
		"of another log": func() Log { write(t, path, whole); return other },
	} {
		t.Run(name, func(t *testing.T) {
			of := harm()
			v := openView(t, dir, of, "1")
			defer closeView(t, v)
			if of == Log(other) {
				if got := told(t, v); len(got) > 0 {
					t.Errorf("stories of another log: %v", got)
				}
				return
			}
			fileAll(t, log, original("z"+name, rising+" More was not known.", "Late", 9))
			upTo(t, log, v)
			if got := told(t, v); len(got) != len(want) || !strings.Contains(strings.Join(got, "\n"), "Desk Radio Late") {
				t.Errorf("%d stories, want %d: %v", len(got), len(want), got[0])
			}
		})
	}
}

// harmItems cuts what is kept of every dispatch.
func harmItems(t *testing.T, path string) {
	b, err := openBook(path, false)
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	at := b.applied.Load()
	err = b.update(at, func(w *work) error {
		c := w.bucket(bucketItems).Cursor()
		var keys [][]byte
		for k, _ := c.First(); k != nil; k, _ = c.Next() {
			keys = append(keys, slices.Clone(k))
		}
		for _, k := range keys {
			w.put(bucketItems, k, []byte{1, 2, 3})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path string, raw []byte) {
	t.Helper()
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

// What a dispatch tied together parts again when it is forgotten or tells of something else.
func TestPart(t *testing.T) {
	for _, kind := range []news.EventKind{news.Forgotten, news.Revised} {
		g := bench(t)
		bomb := g.Apply(at("a", "Roadside bomb explodes at Hajin market: doctors count casualties.", "Desk", 0), naming("hajin"))
		visit := g.Apply(at("b", "Minister Kallas travels eastward, delegation meets Bedouin elders.", "Radio", 1), naming("badia"))
		g.Apply(at("c", "Roadside bomb explodes at Hajin market, doctors count casualties; Minister Kallas travels eastward, delegation meets Bedouin elders.", "Desk", 2), naming("hajin", "badia"))
		after := g.Apply(at("d", "Minister Kallas travels eastward and meets Bedouin elders with a delegation.", "Paper", 3), naming("badia"))
		if after.Story != bomb.Story || g.Resolve(visit.Story) != bomb.Story {
			t.Fatalf("not one story: %+v", after)
		}
		e := at("c", harvest, "Desk", 2)
		e.Kind = kind
		ch := g.Apply(e, naming("tartus"))
		if !cmp.Equal(ch.Parted, []ID{visit.Story}) {
			t.Errorf("%s: %+v", kind, ch)
		}
		got := g.stories()
		if got[at("a", "", "", 0).Dispatch.ID] != bomb.Story || got[at("b", "", "", 0).Dispatch.ID] != visit.Story || got[at("d", "", "", 0).Dispatch.ID] != visit.Story {
			t.Errorf("%s: %v", kind, got)
		}
		if s, _ := g.Story(bomb.Story); len(s.Members) != 1 || len(s.Merged) != 0 {
			t.Errorf("%s: what is left: %+v", kind, s)
		}
	}
}
