package schedule

import (
	"context"
	"testing"
	"time"

	"sitrep/store"
)

// openKV is the real bucket of an embedded store.
func openKV(t *testing.T) KV {
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
	kv, err := s.KV(t.Context(), Bucket)
	if err != nil {
		t.Fatal(err)
	}
	return kv
}

func TestBookInTheStore(t *testing.T) {
	t.Run("book", func(t *testing.T) { testBook(t, openKV(t)) })
	t.Run("compare and set", func(t *testing.T) { testCompareAndSet(t, openKV(t)) })
}

// In real time: what was missed an hour ago is posted, once by two runners, and recorded.
func TestRunnerInTheStore(t *testing.T) {
	kv := openKV(t)
	b := NewBook(kv)
	s := daily("1", "x")
	due := time.Now().UTC().Add(-time.Hour)
	s.Cron, s.Zone = due.Format("4 15 * * *"), "UTC"
	s.Created = due.Add(-time.Hour)
	mustAdd(t, b, s)
	fired := make(chan time.Time, 10)
	fire := func(_ context.Context, _ Schedule, occurrence time.Time) error {
		fired <- occurrence
		return nil
	}
	stop := launch(t, RunnerOptions{Book: b, Fire: fire})
	stop2 := launch(t, RunnerOptions{Book: NewBook(kv), Fire: fire})
	defer func() { stop(); stop2() }()
	first := <-fired
	deadline := time.After(10 * time.Second)
	for s = mustGet(t, b, "x"); s.Last.IsZero(); s = mustGet(t, b, "x") {
		select {
		case <-deadline:
			t.Fatalf("not recorded: %+v", s)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if !s.Last.Equal(first) || !s.Pending.IsZero() || s.LastResult[:6] != "posted" {
		t.Errorf("fired %v, in the book %+v", first, s)
	}
	if len(fired) != 0 {
		t.Errorf("%d more runs", len(fired))
	}
}
