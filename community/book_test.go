package community

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitrep/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openStore(t testing.TB) *store.Store {
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
	return s
}

// openBook is a book on the settings of a store, as a process has it.
func openBook(t testing.TB, s *store.Store) *Book {
	t.Helper()
	kv, err := s.KV(context.Background(), store.BucketSettings)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBook(context.Background(), kv, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func change(t testing.TB, b *Book, guild string, edit func(*Settings)) {
	t.Helper()
	if err := b.Change(context.Background(), guild, "7", "why", func(s *Settings) error { edit(s); return nil }); err != nil {
		t.Fatal(err)
	}
}

// waitFor waits until a book knows of a prefix, as another process would.
func waitFor(t testing.TB, b *Book, guild, prefix string) {
	t.Helper()
	for range 200 {
		if b.Settings(guild).Prefix == prefix {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("prefix %q after two seconds, want %q", b.Settings(guild).Prefix, prefix)
}

func TestBook(t *testing.T) {
	s := openStore(t)
	a, b := openBook(t, s), openBook(t, s)
	if got := a.Settings("1"); got.Prefix != "" || a.Settings("").Value(NameFiling) != "" {
		t.Fatalf("settings of nobody: %+v", got)
	}
	change(t, a, "1", func(s *Settings) { s.Prefix = "?" })
	if got := a.Settings("1").Prefix; got != "?" {
		t.Fatalf("a change of one's own is not seen at once: %q", got)
	}
	waitFor(t, b, "1", "?")
	change(t, b, "1", func(s *Settings) { s.Prefix, s.Managers = "!!", []string{"10", "11"} })
	waitFor(t, a, "1", "!!")
	change(t, b, "", func(s *Settings) { s.Prefix = "$" })
	waitFor(t, a, "", "$")
	if got := a.Settings("1").Prefix; got != "!!" {
		t.Errorf("another's change reaches here: %q", got)
	}
	// What was handed out is no way into the book.
	a.Settings("1").Managers[0] = "99"
	if got := a.Settings("1"); !got.Manages([]string{"10"}) || got.Manages([]string{"99"}) {
		t.Errorf("managers %v", got.Managers)
	}
	c := openBook(t, s) // a later process
	if got := c.Settings("1"); got.Prefix != "!!" || !slices.Equal(got.Managers, []string{"10", "11"}) {
		t.Errorf("loaded %+v", got)
	}
	log, err := c.Log(t.Context(), "1", 10)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, e := range log {
		if e.At.IsZero() || time.Since(e.At) > time.Minute {
			t.Errorf("an entry of %s", e.At)
		}
		lines = append(lines, fmt.Sprintf("%s %s %s %q>%q %s", e.By, e.What, e.Name, e.Old, e.New, e.Reason))
	}
	want := `7 settings managers "">"10 11" why
7 settings prefix "?">"!!" why
7 settings prefix "">"?" why`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("log:\n%s\nwant\n%s", got, want)
	}
}

func TestBookRefusal(t *testing.T) {
	s := openStore(t)
	b := openBook(t, s)
	no := errors.New("no")
	if err := b.Change(t.Context(), "1", "7", "", func(s *Settings) error { s.Prefix = "?"; return no }); !errors.Is(err, no) {
		t.Errorf("the edit's error is lost: %v", err)
	}
	change(t, b, "1", func(*Settings) {})
	if log, err := b.Log(t.Context(), "1", 10); err != nil || len(log) != 0 || b.Settings("1").Prefix != "" {
		t.Errorf("nothing was changed, but the log has %v (%v)", log, err)
	}
	kv, err := s.KV(t.Context(), store.BucketSettings)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Create(t.Context(), "g5", []byte("{")); err != nil {
		t.Fatal(err)
	}
	if err := b.Change(t.Context(), "5", "7", "", func(*Settings) error { return nil }); err == nil {
		t.Error("settings that cannot be read were overwritten")
	}
}

// Of changes that two processes make at once none is lost, and each is in the log.
func TestBookRace(t *testing.T) {
	s := openStore(t)
	books := []*Book{openBook(t, s), openBook(t, s)}
	var wg sync.WaitGroup
	const n = 16
	for i := range n {
		wg.Go(func() {
			change(t, books[i%2], "1", func(s *Settings) { s.Managers = append(s.Managers, fmt.Sprint(i)) })
		})
	}
	wg.Wait()
	for _, b := range books {
		for range 200 {
			if len(b.Settings("1").Managers) == n {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if got := b.Settings("1").Managers; len(got) != n {
			t.Errorf("%d managers, want %d", len(got), n)
		}
	}
	log, err := books[0].Log(t.Context(), "1", 100)
	if err != nil || len(log) != n {
		t.Errorf("%d entries (%v), want %d", len(log), err, n)
	}
}

// A book that has no time to be read says so.
func TestBookNoTime(t *testing.T) {
	s := openStore(t)
	kv, err := s.KV(t.Context(), store.BucketSettings)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b, err := NewBook(ctx, never{kv}, s, nil)
	if !errors.Is(err, context.Canceled) || b != nil {
		t.Errorf("a book without time: %v", err)
	}
}

// never is a store that does not get to the end of what it has.
type never struct{ store.KV }

func (never) Watch(ctx context.Context, _ func(string, []byte, uint64)) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestFiles(t *testing.T) {
	for _, c := range []struct {
		s     Settings
		roles []string
		want  bool
	}{
		{Settings{}, []string{"1"}, false},
		{Settings{Filing: FilingManagers, Filers: []string{"1"}}, []string{"1"}, false},
		{Settings{Filing: FilingEveryone}, nil, true},
		{Settings{Filing: FilingRoles, Filers: []string{"1", "2"}}, []string{"0", "2"}, true},
		{Settings{Filing: FilingRoles, Filers: []string{"1"}}, []string{"2"}, false},
		{Settings{Filing: FilingRoles}, nil, false},
	} {
		if got := c.s.Files(c.roles); got != c.want {
			t.Errorf("%+v, roles %v: %t", c.s, c.roles, got)
		}
	}
}

func TestReset(t *testing.T) {
	s := Settings{Prefix: "?", Zone: "UTC", Language: "ar", Managers: []string{"1"}, Channel: "2", Filing: FilingRoles, Filers: []string{"3"}}
	for _, name := range Names() {
		if s.Value(name) == "" {
			t.Errorf("%s has no value", name)
		}
		s.Reset(name)
		if v := s.Value(name); v != "" {
			t.Errorf("%s is %q after its reset", name, v)
		}
	}
	if len(differences(s, Settings{})) != 0 {
		t.Errorf("%+v is left", s)
	}
	long := strings.Repeat("é", maxNoted)
	if got := short(long); len(got) > maxNoted+4 || !strings.HasPrefix(long, strings.TrimSuffix(got, "…")) {
		t.Errorf("cut to %d bytes", len(got))
	}
}
