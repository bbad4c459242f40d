package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"sitrep/store"
)

// sourceBooks are two books on one bucket of a real store.
func sourceBooks(t testing.TB) (a, b *Book) {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	kv, err := s.KV(context.Background(), store.BucketSources)
	if err != nil {
		t.Fatal(err)
	}
	return NewBook(kv), NewBook(kv)
}

func channelSource(guild, name, channel string) Source {
	return Source{Guild: guild, Name: name, Kind: SourceChannel, Channel: channel, By: "7"}
}

func TestSourceBook(t *testing.T) {
	a, b := sourceBooks(t)
	ctx := t.Context()
	long := strings.Repeat("界", MaxSourceName)
	for i, name := range []string{"Field  Desk ", "غرفة الأخبار", "Straße", long, "a/b.c*>"} {
		s, err := a.Add(ctx, channelSource("1", name, fmt.Sprint(100+i)))
		if err != nil {
			t.Fatal(err)
		}
		if s.Name != strings.Join(strings.Fields(name), " ") || s.Added.IsZero() {
			t.Errorf("added as %+v", s)
		}
		if got, err := b.Get(ctx, "1", name); err != nil || got.Channel != s.Channel || !got.Added.Equal(s.Added) {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	for _, c := range []struct {
		guild, name, channel string
		want                 error
	}{
		{"1", "FIELD DESK", "200", ErrSourceExists},
		{"1", "STRASSE", "200", ErrSourceExists},
		{"1", long, "200", ErrSourceExists},
		{"1", "Another", "100", ErrSourceExists},
		{"1", "", "200", ErrSourceRefused},
		{"1", "...", "200", ErrSourceRefused},
		{"1", long + "x", "200", ErrSourceRefused},
		{"1", `say "x"`, "200", ErrSourceRefused},
		{"1", "turn\u202earound", "200", ErrSourceRefused},
		{"1", "bad\xff", "200", ErrSourceRefused},
		{"1", "x", "", ErrSourceRefused},
		{"1/2", "x", "200", ErrSourceRefused},
		{"2", "Field desk", "100", nil},
		{"", "Field desk", "100", nil},
	} {
		if _, err := b.Add(ctx, channelSource(c.guild, c.name, c.channel)); !errors.Is(err, c.want) {
			t.Errorf("add %q in %q: %v, want %v", c.name, c.guild, err, c.want)
		}
	}
	list, err := a.List(ctx, "1")
	if err != nil || len(list) != 5 {
		t.Fatalf("%d sources of one guild: %v", len(list), err)
	}
	if all, err := a.All(ctx); err != nil || len(all) != 7 || all[0].Guild != "" || all[6].Guild != "2" {
		t.Fatalf("%d sources in all: %v", len(all), err)
	}
	if err := b.Remove(ctx, "1", "field desk"); err != nil {
		t.Fatal(err)
	}
	if err := a.Remove(ctx, "1", "Field Desk"); !errors.Is(err, ErrSourceNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := a.Get(ctx, "1", "Field Desk"); !errors.Is(err, ErrSourceNotFound) {
		t.Errorf("it is there still: %v", err)
	}
	if _, err := a.Update(ctx, "1", "Field Desk", func(*Source) error { return nil }); !errors.Is(err, ErrSourceNotFound) {
		t.Errorf("update of nothing: %v", err)
	}
	if _, err := a.Add(ctx, channelSource("1", "Field Desk", "100")); err != nil {
		t.Errorf("add again: %v", err)
	}
	if _, err := a.Get(ctx, "2", "Field Desk"); err != nil {
		t.Errorf("another guild's is gone: %v", err)
	}
}

// Two processes that change one source at once both have their way.
func TestSourceUpdate(t *testing.T) {
	a, b := sourceBooks(t)
	ctx := t.Context()
	if _, err := a.Add(ctx, channelSource("1", "x", "100")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i, book := range []*Book{a, b, a, b} {
		wg.Go(func() {
			for n := range 5 {
				_, err := book.Update(ctx, "1", "X", func(s *Source) error {
					s.Filed++
					s.Guild, s.Name, s.Channel = "9", "other", "999"
					if s.Cursors == nil {
						s.Cursors = map[string]string{}
					}
					s.Cursors[fmt.Sprint(i)] = fmt.Sprint(n)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s, err := b.Get(ctx, "1", "x")
	if err != nil || s.Filed != 20 || len(s.Cursors) != 4 || s.Name != "x" || s.Channel != "100" || s.Guild != "1" {
		t.Errorf("it stands as %+v (%v)", s, err)
	}
	stop := errors.New("stop")
	if _, err := a.Update(ctx, "1", "x", func(s *Source) error { s.Filed = 0; return stop }); !errors.Is(err, stop) {
		t.Errorf("the edit's error is lost: %v", err)
	}
	if s, _ := b.Get(ctx, "1", "x"); s.Filed != 20 {
		t.Error("an update that failed holds")
	}
}

// Of many who add the same channel, or the same name, at once one wins; and no
// more than the limit get in.
func TestSourceRace(t *testing.T) {
	a, b := sourceBooks(t)
	ctx := t.Context()
	race := func(n int, s func(i int) Source) (won int) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		for i := range n {
			wg.Go(func() {
				_, err := []*Book{a, b}[i%2].Add(ctx, s(i))
				if err != nil && !errors.Is(err, ErrSourceExists) && !errors.Is(err, ErrSourceRefused) {
					t.Error(err)
				}
				if err == nil {
					mu.Lock()
					defer mu.Unlock()
					won++
				}
			})
		}
		wg.Wait()
		return won
	}
	if won := race(8, func(i int) Source { return channelSource("1", fmt.Sprint("n", i), "100") }); won != 1 {
		t.Errorf("%d sources on one channel", won)
	}
	if won := race(8, func(i int) Source { return channelSource("1", "same", fmt.Sprint(200+i)) }); won != 1 {
		t.Errorf("%d sources of one name", won)
	}
	if won := race(MaxSources+10, func(i int) Source { return channelSource("2", fmt.Sprint("n", i), fmt.Sprint(i+1)) }); won != MaxSources {
		t.Errorf("%d sources got in, want %d", won, MaxSources)
	}
	if list, err := a.List(ctx, "1"); err != nil || len(list) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := a.List(ctx, "2"); err != nil || len(list) != MaxSources {
		t.Errorf("%d sources stand (%v), want %d", len(list), err, MaxSources)
	}
}

// An entry that cannot be read hides no other, and can be removed.
func TestSourceUnreadable(t *testing.T) {
	a, _ := sourceBooks(t)
	ctx := t.Context()
	if _, err := a.kv.Create(ctx, sourceKey("1", "bad"), []byte("{")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Add(ctx, channelSource("1", "good", "1")); err != nil {
		t.Fatal(err)
	}
	list, err := a.List(ctx, "1")
	if len(list) != 1 || err == nil || !strings.Contains(err.Error(), "bad") {
		t.Errorf("%+v, %v", list, err)
	}
	if err := a.Remove(ctx, "1", "bad"); err != nil {
		t.Error(err)
	}
	if _, err := a.List(ctx, "1"); err != nil {
		t.Error(err)
	}
}

// A name that is taken comes out of the book as it went in, and its key fits.
func FuzzSourceName(f *testing.F) {
	for _, s := range []string{"Field Desk", "غرفة الأخبار", "ǅ", "ß", "\u0345a", "a\u200cb", strings.Repeat("𒀀", 64), "\x00", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := SourceName(s)
		if err != nil {
			if !errors.Is(err, ErrSourceRefused) {
				t.Errorf("%q: %v", s, err)
			}
			return
		}
		if again, err := SourceName(name); err != nil || again != name {
			t.Errorf("%q becomes %q becomes %q (%v)", s, name, again, err)
		}
		if utf8.RuneCountInString(name) > MaxSourceName || strings.ContainsAny(name, "\n\x00\"") {
			t.Errorf("%q was taken", name)
		}
		key := sourceKey("12345678901234567890", name)
		if len(key) > 250 {
			t.Errorf("a key of %d bytes", len(key))
		}
		for _, other := range []string{strings.ToUpper(name), strings.ToLower(name), " " + name} {
			if strings.EqualFold(other, name) && sourceKey("12345678901234567890", other) != key {
				t.Errorf("%q and %q have different keys", name, other)
			}
		}
	})
}

// A source that is changed long after stays older than one that was added since.
func TestSourceBorn(t *testing.T) {
	a, _ := sourceBooks(t)
	ctx := t.Context()
	for i := range MaxSources {
		if _, err := a.Add(ctx, channelSource("1", fmt.Sprint("n", i), fmt.Sprint(i+1))); err != nil {
			t.Fatal(err)
		}
	}
	s, err := a.Update(ctx, "1", "n0", func(s *Source) error { s.LastOK = time.Now(); return nil })
	if err != nil || s.Born == 0 {
		t.Fatalf("%+v, %v", s, err)
	}
	if k, err := a.get(ctx, sourceKey("1", "n0")); err != nil || k.born() >= k.rev || k.born() != s.Born {
		t.Errorf("born %d at revision %d (%v)", k.born(), k.rev, err)
	}
}
