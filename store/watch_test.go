package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// seen is what a watch has told so far.
type seen struct {
	mu     sync.Mutex
	values map[string]string
	last   uint64
	whole  bool
	faults []string
	stop   func() error
}

// startWatch watches a bucket until the test ends.
func startWatch(t *testing.T, kv KV) *seen {
	t.Helper()
	s := &seen{values: map[string]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- kv.Watch(ctx, func(key string, value []byte, rev uint64) {
			s.mu.Lock()
			defer s.mu.Unlock()
			switch {
			case key == "":
				if s.whole {
					s.faults = append(s.faults, "told twice that all was told")
				}
				s.whole = true
				return
			case value == nil && !s.whole:
				s.faults = append(s.faults, "told of a deletion from before the watch")
			case rev <= s.last:
				s.faults = append(s.faults, fmt.Sprintf("revision %d after %d", rev, s.last))
			}
			s.last = rev
			if value == nil {
				delete(s.values, key)
			} else {
				s.values[key] = string(value)
			}
		})
	}()
	s.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	t.Cleanup(func() {
		if err := s.stop(); !errors.Is(err, context.Canceled) {
			t.Errorf("a watch ended with %v", err)
		}
		for _, f := range s.faults {
			t.Error(f)
		}
	})
	return s
}

func (s *seen) waitFor(t *testing.T, want map[string]string) {
	t.Helper()
	for range 600 {
		s.mu.Lock()
		got, whole := maps.Clone(s.values), s.whole
		s.mu.Unlock()
		if whole && maps.Equal(got, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t.Fatalf("the watch saw %v (all: %t), want %v", s.values, s.whole, want)
}

func testWatch(t *testing.T, a, b *Store) {
	ctx := testContext(t)
	bucket := fmt.Sprintf("watch-%x", rand.Uint64())
	kv, err := a.KV(ctx, bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.js.DeleteStream(context.Background(), "KV_"+bucket) })
	kv2, err := b.KV(ctx, bucket)
	if err != nil {
		t.Fatal(err)
	}
	early := startWatch(t, kv2)
	early.waitFor(t, map[string]string{})
	rev := must(t, kv.Create, "مفتاح one", "1")
	must(t, kv.Create, "gone", "1")
	if err := kv.Delete(ctx, "gone"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"مفتاح one": "1"}
	early.waitFor(t, want)
	late := startWatch(t, kv)
	late.waitFor(t, want)
	if _, err := kv2.Update(ctx, "مفتاح one", []byte("2"), rev); err != nil {
		t.Fatal(err)
	}
	must(t, kv2.Create, "gone", "again")
	must(t, kv2.Create, "empty", "")
	want = map[string]string{"مفتاح one": "2", "gone": "again", "empty": ""}
	early.waitFor(t, want)
	late.waitFor(t, want)
	if err := kv.Delete(ctx, "gone"); err != nil {
		t.Fatal(err)
	}
	delete(want, "gone")
	early.waitFor(t, want)
	late.waitFor(t, want)
}

func must(t *testing.T, create func(context.Context, string, []byte) (uint64, error), key, value string) uint64 {
	t.Helper()
	rev, err := create(testContext(t), key, []byte(value))
	if err != nil {
		t.Fatal(err)
	}
	return rev
}

// What is in a bucket with an age goes by itself, and its key is free again.
func testAge(t *testing.T, a *Store) {
	ctx := testContext(t)
	bucket := fmt.Sprintf("age-%x", rand.Uint64())
	kv, err := a.KVFor(ctx, bucket, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.js.DeleteStream(context.Background(), "KV_"+bucket) })
	must(t, kv.Create, "k", "v")
	if _, _, err := kv.Get(ctx, "k"); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		if _, _, err = kv.Get(ctx, "k"); err != nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if !errors.Is(err, ErrNotFound) {
		t.Fatalf("it is there past its age: %v", err)
	}
	must(t, kv.Create, "k", "again")
}

func testAudit(t *testing.T, a, b *Store) {
	ctx := testContext(t)
	guild := fmt.Sprintf("%d.*", rand.Uint64())
	log := func(s *Store, guild string, n int, want ...string) {
		t.Helper()
		got, err := s.AuditLog(ctx, guild, n)
		var texts []string
		for _, e := range got {
			texts = append(texts, string(e))
		}
		if err != nil || strings.Join(texts, " ") != strings.Join(want, " ") {
			t.Fatalf("the log of %s is %q (%v), want %q", guild, texts, err, want)
		}
	}
	log(a, guild, 5)
	for i := range 4 {
		if err := []*Store{a, b}[i%2].Audit(ctx, guild, []byte(fmt.Sprint("e", i))); err != nil {
			t.Fatal(err)
		}
		if err := a.Audit(ctx, guild+"x", []byte("of another")); err != nil {
			t.Fatal(err)
		}
	}
	log(b, guild, 9, "e3", "e2", "e1", "e0")
	log(b, guild, 2, "e3", "e2")
	log(a, guild, 0)
	log(a, guild+"xx", 9)

	// Of many who write at once none is lost or doubled.
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := []*Store{a, b}[i%2].Audit(ctx, guild, []byte(fmt.Sprint("w", i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := a.AuditLog(ctx, guild, 100)
	count := map[string]int{}
	for _, e := range got {
		count[string(e)]++
	}
	if err != nil || len(got) != 24 || len(count) != 24 {
		t.Errorf("%d entries, %d different (%v), want 24", len(got), len(count), err)
	}
	if err := a.Audit(ctx, guild, make([]byte, 2<<20)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a large entry: %v", err)
	}
	if err := a.Audit(ctx, strings.Repeat("x", 300), nil); err == nil {
		t.Error("a long ID was taken")
	}
	if err := a.Audit(ctx, "", []byte("local")); err != nil {
		t.Error(err)
	}
}

// A connection that breaks again and again: the watch misses nothing, and each
// entry of the audit log stands once although its acknowledgement was lost.
func TestCutWatchAndAudit(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	ps := startServers(t, 1)
	p := startProxy(t, strings.TrimPrefix(ps[0].url, "nats://"))
	s := mustOpen(t, Options{URL: "nats://" + p.l.Addr().String()})
	kv, err := s.KV(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	w := startWatch(t, kv)
	want := map[string]string{}
	const n = 30
	for i := range n {
		time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
		if i%3 == 0 {
			p.cut()
		}
		key := fmt.Sprint("k", i%7)
		if want[key] == "" {
			must(t, kv.Create, key, "x")
			want[key] = "x"
		} else if err := kv.Delete(ctx, key); err != nil {
			t.Fatal(err)
		} else {
			delete(want, key)
		}
		if err := s.Audit(ctx, "1", []byte(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	w.waitFor(t, want)
	got, err := s.AuditLog(ctx, "1", 1000)
	if err != nil || len(got) != n {
		t.Fatalf("%d entries (%v), want %d", len(got), err, n)
	}
	for i, e := range got {
		if string(e) != fmt.Sprint(n-1-i) {
			t.Fatalf("entry %d is %s", i, e)
		}
	}
}
