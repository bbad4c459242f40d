package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/news"
)

// The same tests run on the embedded server, on one external server and on a
// cluster of three. They make dispatches of their own and begin where the log ends,
// so they also run on a server that is in use.

func TestEmbedded(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Dir: tempState(t)})
	suite(t, s, s)
}

func TestServer(t *testing.T) {
	t.Parallel()
	url := urls(startServers(t, 1))
	suite(t, mustOpen(t, Options{URL: url}), mustOpen(t, Options{URL: url}))
}

func TestCluster(t *testing.T) {
	t.Parallel()
	ps := startServers(t, 3)
	s := mustOpen(t, Options{URL: urls(ps)})
	info, err := s.events.info(testContext(t))
	if err != nil || info.Config.Replicas != 3 {
		t.Fatalf("replicas %d (%v), want 3", info.Config.Replicas, err)
	}
	suite(t, s, mustOpen(t, Options{URL: urls(ps)}))
	t.Run("LeaderDies", func(t *testing.T) { testLeaderDies(t, s, ps) })
}

func TestServerOfEnvironment(t *testing.T) {
	url := os.Getenv("NATS_URL")
	need(t, url != "" || os.Getenv("SITREP_TEST_ALL") == "1", "NATS_URL is not set")
	if url == "" {
		url = urls(startServers(t, 1))
	}
	suite(t, mustOpen(t, Options{URL: url}), mustOpen(t, Options{URL: url}))
}

// suite runs on two stores that share a log.
func suite(t *testing.T, a, b *Store) {
	t.Run("File", func(t *testing.T) { testFile(t, a) })
	t.Run("Refused", func(t *testing.T) { testRefused(t, a) })
	t.Run("Bulk", func(t *testing.T) { testBulk(t, a, b) })
	t.Run("TwoWriters", func(t *testing.T) { testTwoWriters(t, a, b) })
	t.Run("Change", func(t *testing.T) { testChange(t, a, b) })
	t.Run("Follow", func(t *testing.T) { testFollow(t, a, b) })
	t.Run("KV", func(t *testing.T) { testKV(t, a, b) })
	t.Run("Watch", func(t *testing.T) { testWatch(t, a, b) })
	t.Run("Age", func(t *testing.T) { testAge(t, a) })
	t.Run("Audit", func(t *testing.T) { testAudit(t, a, b) })
}

func testFile(t *testing.T, s *Store) {
	ctx := testContext(t)
	d := dispatches(1)[0]
	d.Published = d.Published.In(time.FixedZone("", 3*3600))
	first := mustFile(t, s, d)[0]
	wantOutcome(t, first, OutcomeFiled)
	if first.ID != d.Origin.ID() || first.Seq == 0 {
		t.Fatalf("filing %+v", first)
	}
	rec, err := s.Get(ctx, first.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := rec.Dispatch
	if rec.Kind != news.Filed || rec.Seq != first.Seq || got.Revision != 1 || got.Standing != news.Reported ||
		got.Scope != news.ScopeEveryone || got.Filed.IsZero() || !got.SameText(&got) || got.Body != d.Body || !got.Published.Equal(d.Published) {
		t.Fatalf("record %+v", rec)
	}

	again := mustFile(t, s, d)[0]
	wantOutcome(t, again, OutcomeUnchanged)
	if again.Seq != first.Seq {
		t.Errorf("unchanged has number %d, want %d", again.Seq, first.Seq)
	}

	// Two readings in one call are judged one after the other.
	d2, d3 := d, d
	d2.Body, d3.Body = "Other text.", "Third text."
	fs := mustFile(t, s, d2, d2, d3)
	wantOutcome(t, fs[0], OutcomeRevised)
	wantOutcome(t, fs[1], OutcomeUnchanged)
	wantOutcome(t, fs[2], OutcomeRevised)
	rec, err = s.Get(ctx, d.Origin.ID())
	if err != nil || rec.Dispatch.Revision != 3 || rec.Dispatch.Body != "Third text." || !rec.Dispatch.Filed.Equal(got.Filed) {
		t.Fatalf("after two revisions: %+v, %v", rec, err)
	}

	// A standing is kept, but what was retracted and says something new is reported again.
	stand := func(k news.EventKind, st news.Standing) {
		t.Helper()
		_, err := s.Change(ctx, d.Origin.ID(), func(d news.Dispatch) (news.Event, error) {
			d.Standing = st
			return news.Event{Kind: k, By: "a person", Reason: "a reason", Dispatch: d}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		kind        news.EventKind
		set, want   news.Standing
		same, other Outcome
	}{
		{news.Marked, news.Disputed, news.Disputed, OutcomeUnchanged, OutcomeRevised},
		{news.Withdrawn, news.Retracted, news.Reported, OutcomeUnchanged, OutcomeRevised},
		{news.Forgotten, news.Retracted, news.Reported, OutcomeFiled, OutcomeRevised},
	} {
		stand(c.kind, c.set)
		wantOutcome(t, mustFile(t, s, d3)[0], c.same)
		d3.Body += " More."
		wantOutcome(t, mustFile(t, s, d3)[0], c.other)
		rec, err = s.Get(ctx, d.Origin.ID())
		if err != nil || rec.Dispatch.Standing != c.want {
			t.Errorf("after %s: standing %q (%v), want %q", c.kind, rec.Dispatch.Standing, err, c.want)
		}
	}
	hist, err := s.History(ctx, d.Origin.ID())
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range hist {
		kinds = append(kinds, string(r.Kind))
	}
	if got, want := strings.Join(kinds, " "), "filed revised revised marked revised retracted revised forgotten filed revised"; got != want {
		t.Errorf("history %s, want %s", got, want)
	}
	if got := hist[len(hist)-1].Dispatch.Revision; got != 7 {
		t.Errorf("revision %d, want 7", got)
	}
	if _, err := s.Get(ctx, "aaaaaaaaaaaaaaaa"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown ID: %v", err)
	}
	if _, err := s.Get(ctx, "no > * ID"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an invalid ID: %v", err)
	}
	if _, err := s.History(ctx, "aaaaaaaaaaaaaaaa"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the history of an unknown ID: %v", err)
	}
}

func testRefused(t *testing.T, s *Store) {
	ds := dispatches(7)
	ds[1].Body = strings.Repeat("x", news.MaxBytes+1)
	ds[2].Body = strings.Repeat("\x01", news.MaxBytes-100) // six times as long in JSON
	ds[3].Origin = news.Origin{}
	ds[4].Published = time.Date(12025, 1, 1, 0, 0, 0, 0, time.UTC)
	ds[5].Body = "not \xff UTF-8 \xfe\xfd"
	ds[6].Body = strings.Repeat("<", news.MaxBytes-len(ds[6].Title)) // the largest there is
	for round, want := range []Outcome{OutcomeFiled, OutcomeUnchanged} {
		fs := mustFile(t, s, ds...)
		for i, f := range fs {
			if i >= 1 && i <= 4 {
				wantOutcome(t, f, OutcomeRefused)
				if f.Err == nil || f.Seq != 0 || (i <= 2) != errors.Is(f.Err, ErrTooLarge) {
					t.Errorf("round %d: refusal %d: %+v", round, i, f)
				}
				continue
			}
			wantOutcome(t, f, want)
		}
	}
}

func testBulk(t *testing.T, s, other *Store) {
	ctx := testContext(t)
	before, err := s.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ds := dispatches(2300)
	ds = append(ds, ds[10], ds[20]) // read twice
	fs := mustFile(t, s, ds...)
	for i, f := range fs {
		switch {
		case i >= 2300:
			wantOutcome(t, f, OutcomeUnchanged)
		case f.Outcome != OutcomeFiled || f.Seq != before+uint64(i)+1:
			t.Fatalf("filing %d: %+v, want number %d", i, f, before+uint64(i)+1)
		}
	}
	for i, f := range mustFile(t, other, ds...) {
		if f.Outcome != OutcomeUnchanged || (i < 2300 && f.Seq != fs[i].Seq) {
			t.Fatalf("second time, filing %d: %+v", i, f)
		}
	}
	next := before + 1
	err = other.Each(ctx, before+1, func(r news.Record) error {
		if r.Seq != next || r.Dispatch.ID != fs[r.Seq-before-1].ID {
			return fmt.Errorf("record %d is %s", r.Seq, r.Dispatch.ID)
		}
		next++
		return nil
	})
	if err != nil || next != before+2301 {
		t.Fatalf("replay ended at %d: %v", next, err)
	}
	stop := errors.New("stop")
	if err := s.Each(ctx, before+1, func(news.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of fn: %v", err)
	}
	if err := s.Each(ctx, before+999999, func(news.Record) error { return stop }); err != nil {
		t.Errorf("beyond the end: %v", err)
	}
}

// testTwoWriters lets two writers file overlapping readings, at random, and checks
// that together they tell exactly what the log holds.
func testTwoWriters(t *testing.T, a, b *Store) {
	ctx := testContext(t)
	before, err := a.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	base := dispatches(40)
	seed := rand.Uint64()
	var mu sync.Mutex
	var all []Filing
	var wg sync.WaitGroup
	for w, s := range []*Store{a, b} {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(w)))
			for range 15 {
				var ds []news.Dispatch
				for range 1 + rng.IntN(30) {
					d := base[rng.IntN(len(base))]
					d.Body = fmt.Sprintf("Text %d.", rng.IntN(3))
					ds = append(ds, d)
				}
				fs, err := s.File(ctx, ds)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				all = append(all, fs...)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	told := map[uint64]Filing{}
	filed := map[news.ID]int{}
	for _, f := range all {
		switch f.Outcome {
		case OutcomeFiled, OutcomeRevised:
			if _, twice := told[f.Seq]; twice {
				t.Fatalf("seed %d: number %d was told twice", seed, f.Seq)
			}
			told[f.Seq] = f
			if f.Outcome == OutcomeFiled {
				filed[f.ID]++
			}
		case OutcomeUnchanged:
		default:
			t.Fatalf("seed %d: %+v", seed, f)
		}
	}
	n := 0
	text := map[news.ID]string{}
	revision := map[news.ID]int{}
	err = a.Each(ctx, before+1, func(r news.Record) error {
		n++
		id := r.Dispatch.ID
		if told[r.Seq].ID != id || string(told[r.Seq].Outcome) != string(r.Kind) {
			return fmt.Errorf("record %d (%s %s) was told as %+v", r.Seq, r.Kind, id, told[r.Seq])
		}
		if r.Dispatch.Revision != revision[id]+1 || r.Dispatch.Body == text[id] {
			return fmt.Errorf("record %d: revision %d after %d, text %q after %q", r.Seq, r.Dispatch.Revision, revision[id], r.Dispatch.Body, text[id])
		}
		revision[id], text[id] = r.Dispatch.Revision, r.Dispatch.Body
		return nil
	})
	if err != nil || n != len(told) {
		t.Fatalf("seed %d: %d records, %d told: %v", seed, n, len(told), err)
	}
	for id, times := range filed {
		if times != 1 {
			t.Errorf("seed %d: %s was filed %d times", seed, id, times)
		}
	}
}

func testChange(t *testing.T, a, b *Store) {
	ctx := testContext(t)
	d := dispatches(1)[0]
	id := mustFile(t, a, d)[0].ID
	var wg sync.WaitGroup
	for _, s := range []*Store{a, b, a, b} {
		wg.Go(func() {
			for range 5 {
				_, err := s.Change(ctx, id, func(d news.Dispatch) (news.Event, error) {
					d.Place += "x"
					d.ID, d.Origin, d.Filed = "other", news.Origin{Kind: "other"}, time.Time{}
					return news.Event{Kind: news.Marked, Dispatch: d}, nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	hist, err := a.History(ctx, id)
	if err != nil || len(hist) != 21 {
		t.Fatalf("%d events (%v), want 21", len(hist), err)
	}
	for i, r := range hist {
		if len(r.Dispatch.Place) != i || r.Dispatch.ID != id || r.Dispatch.Origin != d.Origin || !r.Dispatch.Filed.Equal(hist[0].Dispatch.Filed) || r.At.IsZero() {
			t.Fatalf("event %d: %+v", i, r)
		}
	}
	no := errors.New("no")
	if _, err := a.Change(ctx, id, func(news.Dispatch) (news.Event, error) { return news.Event{}, no }); !errors.Is(err, no) {
		t.Errorf("the error of edit: %v", err)
	}
	if _, err := a.Change(ctx, id, func(d news.Dispatch) (news.Event, error) { return news.Event{Dispatch: d}, nil }); err == nil {
		t.Error("an event without a kind was taken")
	}
	if _, err := a.Change(ctx, "aaaaaaaaaaaaaaaa", nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown dispatch: %v", err)
	}
}

func testFollow(t *testing.T, a, b *Store) {
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	before, err := a.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	ds := dispatches(1210)
	mustFile(t, a, ds[:1200]...)
	var sizes []int
	var got []news.ID
	more := make(chan struct{}, 1)
	done := make(chan error, 1)
	go func() {
		next := before + 1
		done <- b.Follow(ctx, before+1, 100, 20*time.Millisecond, func(rs []news.Record) error {
			for _, r := range rs {
				if r.Seq != next {
					return fmt.Errorf("record %d, want %d", r.Seq, next)
				}
				next++
				got = append(got, r.Dispatch.ID)
			}
			sizes = append(sizes, len(rs))
			switch len(got) {
			case 1200:
				more <- struct{}{}
			case 1210:
				cancel()
			}
			return nil
		})
	}()
	select {
	case <-more:
	case err := <-done:
		t.Fatal(err)
	}
	for i := range 10 {
		mustFile(t, a, ds[1200+i])
	}
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Fatalf("followed %d: %v", len(got), err)
	}
	for i, id := range got {
		if id != ds[i].Origin.ID() {
			t.Fatalf("record %d is %s", i, id)
		}
	}
	if slices.Max(sizes) > 100 || slices.Max(sizes) < 50 {
		t.Errorf("batches of %v", sizes)
	}
	stop := errors.New("stop")
	if err := a.Follow(testContext(t), before+1, 0, time.Millisecond, func([]news.Record) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("the error of fn: %v", err)
	}
}

func testKV(t *testing.T, a, b *Store) {
	ctx := testContext(t)
	bucket := fmt.Sprintf("test-%x", rand.Uint64())
	kv, err := a.KV(ctx, bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.js.DeleteStream(context.Background(), "KV_"+bucket) })
	kv2, err := b.KV(ctx, bucket)
	if err != nil {
		t.Fatal(err)
	}
	if keys, err := kv.Keys(ctx); err != nil || len(keys) != 0 {
		t.Fatalf("keys of an empty bucket: %v, %v", keys, err)
	}
	if _, _, err := kv.Get(ctx, "a"); !errors.Is(err, ErrNotFound) {
		t.Fatalf("get: %v", err)
	}
	key := "guild.123.خبر الصباح >*"
	rev, err := kv.Create(ctx, key, []byte("one"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv2.Create(ctx, key, []byte("one")); !errors.Is(err, ErrExists) {
		t.Fatalf("create again: %v", err)
	}
	if _, err := kv2.Update(ctx, key, []byte("two"), rev+1000); !errors.Is(err, ErrConflict) {
		t.Fatalf("update of another revision: %v", err)
	}
	if _, err := kv2.Update(ctx, "none", []byte("two"), 0); !errors.Is(err, ErrConflict) {
		t.Fatalf("update of nothing: %v", err)
	}
	rev2, err := kv2.Update(ctx, key, []byte("two"), rev)
	if err != nil || rev2 <= rev {
		t.Fatalf("update: %d, %v", rev2, err)
	}
	v, got, err := kv.Get(ctx, key)
	if err != nil || string(v) != "two" || got != rev2 {
		t.Fatalf("get: %q %d %v", v, got, err)
	}
	if keys, err := kv.Keys(ctx); err != nil || !slices.Equal(keys, []string{key}) {
		t.Fatalf("keys: %q, %v", keys, err)
	}
	for range 2 {
		if err := kv2.Delete(ctx, key); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := kv.Get(ctx, key); !errors.Is(err, ErrNotFound) {
		t.Fatalf("get of a deleted key: %v", err)
	}
	if keys, err := kv.Keys(ctx); err != nil || len(keys) != 0 {
		t.Fatalf("keys after deletion: %v, %v", keys, err)
	}
	if _, err := kv.Update(ctx, key, []byte("x"), rev2); !errors.Is(err, ErrConflict) {
		t.Fatalf("update of a deleted key: %v", err)
	}
	if _, err := kv.Create(ctx, key, nil); err != nil {
		t.Fatalf("create after deletion: %v", err)
	}
	if _, err := kv.Create(ctx, "", nil); err == nil {
		t.Error("an empty key was taken")
	}
	if _, err := kv.Create(ctx, "large", make([]byte, 2<<20)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large value: %v", err)
	}
	if _, err := a.KV(ctx, "no.good"); err == nil {
		t.Error("a bad name of a bucket was taken")
	}

	// Of many who create one key one wins, and no count is lost.
	var wg sync.WaitGroup
	won := make(chan int, 8)
	for i := range 8 {
		wg.Go(func() {
			k := []KV{kv, kv2}[i%2]
			if _, err := k.Create(ctx, "count", []byte{0}); err == nil {
				won <- i
			} else if !errors.Is(err, ErrExists) {
				t.Error(err)
			}
			for n := 0; n < 5; {
				v, rev, err := k.Get(ctx, "count")
				if err != nil {
					t.Error(err)
					return
				}
				_, err = k.Update(ctx, "count", []byte{v[0] + 1}, rev)
				if err == nil {
					n++
				} else if !errors.Is(err, ErrConflict) {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if v, _, err := kv.Get(ctx, "count"); len(won) != 1 || err != nil || v[0] != 40 {
		t.Errorf("%d created it, the count is %v (%v), want 1 and 40", len(won), v, err)
	}
}
