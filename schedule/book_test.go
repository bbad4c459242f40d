package schedule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func daily(guild, name string) Schedule {
	return Schedule{Name: name, Guild: guild, Channel: "c1", Door: DoorDiscord, Cron: "0 7 * * *", Zone: "Europe/Rome", Line: "brief 24h", By: "u1"}
}

func mustAdd(t testing.TB, b *Book, s Schedule) Schedule {
	t.Helper()
	s, err := b.Add(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func names(t testing.TB, list []Schedule, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range list {
		names = append(names, s.Guild+"/"+s.Name)
	}
	return strings.Join(names, " ")
}

func TestBook(t *testing.T) { testBook(t, newMemKV()) }

func testBook(t *testing.T, kv KV) {
	ctx, b := t.Context(), NewBook(kv)
	in := daily("1", "morning")
	in.Cron = "  0 7  * * * "
	in.Last, in.Pending, in.LastResult = time.Now(), time.Now(), "x" // a caller cannot set these
	added := mustAdd(t, b, in)
	if added.Cron != "0 7 * * *" || added.Created.IsZero() || !added.Last.IsZero() || !added.Pending.IsZero() || added.LastResult != "" {
		t.Errorf("added %+v", added)
	}
	got, err := b.Get(ctx, "1", "Morning")
	if err != nil || !cmp.Equal(got, added) {
		t.Errorf("got %+v, %v, want %+v", got, err, added)
	}
	if _, err := b.Add(ctx, daily("1", "MORNING")); !errors.Is(err, ErrExists) {
		t.Errorf("adding it twice: %v", err)
	}
	mustAdd(t, b, daily("12", "morning"))
	mustAdd(t, b, daily("1", "evening"))
	mustAdd(t, b, daily("", "الصباح"))
	list, err := b.List(ctx, "1")
	if got := names(t, list, err); got != "1/evening 1/morning" {
		t.Errorf("list of 1: %s", got)
	}
	all, err := b.All(ctx)
	if got := names(t, all, err); got != "/الصباح 1/evening 1/morning 12/morning" {
		t.Errorf("all: %s", got)
	}
	if err := b.Remove(ctx, "1", "noon"); !errors.Is(err, ErrNotFound) {
		t.Errorf("removing what is not there: %v", err)
	}
	if err := b.Remove(ctx, "1", "morning"); err != nil {
		t.Error(err)
	}
	if _, err := b.Get(ctx, "1", "morning"); !errors.Is(err, ErrNotFound) {
		t.Errorf("after the removal: %v", err)
	}
	mustAdd(t, b, daily("1", "morning")) // the name is free again
	if list, err = b.List(ctx, "12"); names(t, list, err) != "12/morning" {
		t.Error("the wrong guild's was removed")
	}
}

func TestBookPause(t *testing.T) {
	ctx, b := t.Context(), NewBook(newMemKV())
	mustAdd(t, b, daily("1", "morning"))
	s, err := b.Pause(ctx, "1", "morning", true)
	if err != nil || !s.Paused {
		t.Fatalf("paused: %+v, %v", s, err)
	}
	if at, err := s.Next(time.Now()); err != nil || !at.IsZero() {
		t.Errorf("a paused schedule is next at %v, %v", at, err)
	}
	s, err = b.Pause(ctx, "1", "morning", false)
	if err != nil || s.Paused || s.Resumed.IsZero() {
		t.Fatalf("resumed: %+v, %v", s, err)
	}
	if at, err := s.Next(time.Now()); err != nil || at.IsZero() {
		t.Errorf("a resumed schedule is next at %v, %v", at, err)
	}
	if _, err := b.Pause(ctx, "1", "noon", true); !errors.Is(err, ErrNotFound) {
		t.Errorf("pausing what is not there: %v", err)
	}
}

func TestBookRefuses(t *testing.T) {
	tests := []struct {
		says string
		edit func(*Schedule)
	}{
		{"1 to 32 characters", func(s *Schedule) { s.Name = "" }},
		{"1 to 32 characters", func(s *Schedule) { s.Name = strings.Repeat("ä", 33) }},
		{"cannot be in it", func(s *Schedule) { s.Name = "a b" }},
		{"cannot be in it", func(s *Schedule) { s.Name = "a*" }},
		{"cannot be in it", func(s *Schedule) { s.Name = "a\u202eb" }},
		{"cannot be in it", func(s *Schedule) { s.Name = "a\xff" }},
		{"no minute", func(s *Schedule) { s.Cron = "x 7 * * *" }},
		{"abbreviation", func(s *Schedule) { s.Zone = "CET" }},
		{"the door", func(s *Schedule) { s.Door = "matrix" }},
		{"no channel", func(s *Schedule) { s.Channel = "" }},
		{"longer than", func(s *Schedule) { s.Guild = strings.Repeat("1", 65) }},
		{"no command line", func(s *Schedule) { s.Line = "  " }},
		{"limit is 1000", func(s *Schedule) { s.Line = strings.Repeat("x", 1001) }},
		{"one line", func(s *Schedule) { s.Line = "brief\nbrief" }},
	}
	b := NewBook(newMemKV())
	for _, tt := range tests {
		s := daily("1", "morning")
		tt.edit(&s)
		if _, err := b.Add(t.Context(), s); err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("error %v, want one that says %q", err, tt.says)
		}
	}
	for i := range MaxPerGuild {
		mustAdd(t, b, daily("1", fmt.Sprint("s", i)))
	}
	if _, err := b.Add(t.Context(), daily("1", "more")); err == nil || !strings.Contains(err.Error(), "limit is 50") {
		t.Errorf("one more than the limit: %v", err)
	}
	mustAdd(t, b, daily("2", "more"))
}

func TestBookUnreadable(t *testing.T) {
	kv := newMemKV()
	b := NewBook(kv)
	mustAdd(t, b, daily("1", "good"))
	if _, err := kv.Create(t.Context(), key("1", "bad"), []byte("{")); err != nil {
		t.Fatal(err)
	}
	list, err := b.List(t.Context(), "1")
	if len(list) != 1 || err == nil || !strings.Contains(err.Error(), "nbad cannot be read") {
		t.Errorf("list: %d, %v", len(list), err)
	}
	if err := b.Remove(t.Context(), "1", "bad"); err != nil {
		t.Errorf("removing it: %v", err)
	}
	if list, err = b.List(t.Context(), "1"); err != nil || len(list) != 1 {
		t.Errorf("after that: %d, %v", len(list), err)
	}
}

// Of many at once one adds, and no update is lost.
func TestBookCompareAndSet(t *testing.T) { testCompareAndSet(t, newMemKV()) }

func testCompareAndSet(t *testing.T, kv KV) {
	const n = 8
	var added atomic.Int32
	var wg sync.WaitGroup
	for range n {
		b := NewBook(kv)
		wg.Go(func() {
			if _, err := b.Add(context.Background(), daily("1", "morning")); err == nil {
				added.Add(1)
			} else if !errors.Is(err, ErrExists) {
				t.Error(err)
			}
			for range 5 {
				if _, err := b.update(context.Background(), "1", "morning", func(s *Schedule) error {
					s.LastResult += "x"
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if added.Load() != 1 {
		t.Errorf("%d added it", added.Load())
	}
	s, err := NewBook(kv).Get(t.Context(), "1", "morning")
	if err != nil || len(s.LastResult) != n*5 {
		t.Errorf("%d of %d updates held, %v", len(s.LastResult), n*5, err)
	}
}
