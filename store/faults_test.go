package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
)

// filer files new dispatches until it is stopped, and checks what it is told.
type filer struct {
	stop  chan struct{}
	done  chan struct{}
	mu    sync.Mutex
	filed []Filing
	sizes []int
}

// startFiler files batches of several sizes through s.
func startFiler(t *testing.T, s *Store) *filer {
	f := &filer{stop: make(chan struct{}), done: make(chan struct{}), sizes: []int{1, 40, 1, 7}}
	ctx := testContext(t)
	go func() {
		defer close(f.done)
		for n := 0; ; n++ {
			select {
			case <-f.stop:
				return
			default:
			}
			fs, err := s.File(ctx, dispatches(f.sizes[n%len(f.sizes)]))
			if err != nil {
				t.Errorf("file: %v", err)
				return
			}
			for _, x := range fs {
				if x.Outcome != OutcomeFiled {
					t.Errorf("a new dispatch was told as %+v", x)
				}
			}
			f.mu.Lock()
			f.filed = append(f.filed, fs...)
			f.mu.Unlock()
		}
	}()
	return f
}

func (f *filer) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.filed)
}

// waitFor waits until n more dispatches were acknowledged.
func (f *filer) waitFor(t *testing.T, n int) {
	t.Helper()
	want := f.count() + n
	for range 1200 {
		if f.count() >= want {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("only %d of %d dispatches were acknowledged", f.count(), want)
}

// finish stops the filer and checks that the log holds what it was told, once, at
// the numbers that it was told, and that a follower saw the same.
func (f *filer) finish(t *testing.T, s *Store, before uint64, followed *recorder) {
	t.Helper()
	close(f.stop)
	<-f.done
	ctx := testContext(t)
	last, err := s.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at := map[news.ID]uint64{}
	err = s.Each(ctx, before+1, func(r news.Record) error {
		if at[r.Dispatch.ID] != 0 || r.Dispatch.Revision != 1 {
			return fmt.Errorf("%s is there twice: %d and %d, revision %d", r.Dispatch.ID, at[r.Dispatch.ID], r.Seq, r.Dispatch.Revision)
		}
		at[r.Dispatch.ID] = r.Seq
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(at) != len(f.filed) || uint64(len(at)) != last-before {
		t.Errorf("the log holds %d, told were %d, the numbers count %d", len(at), len(f.filed), last-before)
	}
	for _, x := range f.filed {
		if at[x.ID] != x.Seq {
			t.Fatalf("%s was told at %d and is at %d", x.ID, x.Seq, at[x.ID])
		}
	}
	followed.finish(t, last)
}

// recorder follows a log and checks the numbers.
type recorder struct {
	mu     sync.Mutex
	next   uint64
	cancel context.CancelFunc
	done   chan error
}

func startRecorder(t *testing.T, s *Store, from uint64) *recorder {
	ctx, cancel := context.WithCancel(testContext(t))
	r := &recorder{next: from, cancel: cancel, done: make(chan error, 1)}
	go func() {
		r.done <- s.Follow(ctx, from, 100, 5*time.Millisecond, func(rs []news.Record) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			for _, rec := range rs {
				if rec.Seq != r.next {
					return fmt.Errorf("followed record %d, want %d", rec.Seq, r.next)
				}
				r.next++
			}
			return nil
		})
	}()
	return r
}

// finish waits until the recorder has seen the last record.
func (r *recorder) finish(t *testing.T, last uint64) {
	t.Helper()
	defer r.cancel()
	for range 1200 {
		r.mu.Lock()
		next := r.next
		r.mu.Unlock()
		if next == last+1 {
			r.cancel()
			if err := <-r.done; !errors.Is(err, context.Canceled) {
				t.Errorf("the follower: %v", err)
			}
			return
		}
		select {
		case err := <-r.done:
			t.Fatalf("the follower ended: %v", err)
		case <-time.After(25 * time.Millisecond):
		}
	}
	t.Fatalf("the follower has read up to %d of %d", r.next-1, last)
}

// testLeaderDies kills the server that leads the log, while filing.
func testLeaderDies(t *testing.T, s *Store, ps []*process) {
	ctx := testContext(t)
	before, err := s.LastSeq(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rec := startRecorder(t, s, before+1)
	f := startFiler(t, s)
	f.waitFor(t, 100)
	info, err := s.events.info(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if p.name == info.Cluster.Leader {
			began := time.Now()
			p.kill()
			f.waitFor(t, 200)
			t.Logf("200 more were filed %s after the death of the leader %s", time.Since(began).Round(time.Millisecond), p.name)
			p.start(t)
		}
	}
	f.waitFor(t, 200)
	f.finish(t, s, before, rec)
}

// TestServerRestarts kills the only server while filing and starts it again.
func TestServerRestarts(t *testing.T) {
	t.Parallel()
	ps := startServers(t, 1)
	s := mustOpen(t, Options{URL: urls(ps)})
	rec := startRecorder(t, s, 1)
	f := startFiler(t, s)
	for range 3 {
		f.waitFor(t, 100)
		ps[0].kill()
		ps[0].start(t)
	}
	f.waitFor(t, 100)
	f.finish(t, s, 0, rec)
}

// proxy stands between client and server and cuts what passes.
type proxy struct {
	l      net.Listener
	target string
	mu     sync.Mutex
	conns  []net.Conn
	wg     sync.WaitGroup
}

func startProxy(t *testing.T, target string) *proxy {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{l: l, target: target}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			u, err := net.Dial("tcp", target)
			if err != nil {
				c.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, c, u)
			p.mu.Unlock()
			p.wg.Go(func() { io.Copy(u, c); u.(*net.TCPConn).CloseWrite() })
			p.wg.Go(func() { io.Copy(c, u); c.Close() })
		}
	})
	t.Cleanup(func() {
		l.Close()
		p.cut()
		p.wg.Wait()
	})
	return p
}

// cut closes the client's side first: what it has sent arrives at the server, the
// acknowledgement does not come back.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i := 0; i < len(p.conns); i += 2 {
		p.conns[i].Close()
	}
	p.conns = nil
}

// TestCutConnections cuts the connection at random moments. A write whose
// acknowledgement was lost is told as what it was, and stands once.
func TestCutConnections(t *testing.T) {
	t.Parallel()
	ps := startServers(t, 1)
	p := startProxy(t, strings.TrimPrefix(ps[0].url, "nats://"))
	s := mustOpen(t, Options{URL: "nats://" + p.l.Addr().String()})
	rec := startRecorder(t, s, 1)
	f := startFiler(t, s)
	kv, err := s.KV(testContext(t), "test")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 {
		time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond)
		p.cut()
		if _, err := kv.Create(testContext(t), fmt.Sprint(i), []byte("mine")); err != nil {
			t.Errorf("create %d, which nobody else creates: %v", i, err)
		}
		f.waitFor(t, 20)
	}
	f.finish(t, s, 0, rec)
}

// TestGap takes records out of the log behind the store's back.
func TestGap(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	for name, damage := range map[string]func(jetstream.Stream) error{
		"in the middle": func(st jetstream.Stream) error { return st.DeleteMsg(ctx, 20) },
		"at the start":  func(st jetstream.Stream) error { return st.Purge(ctx, jetstream.WithPurgeSequence(10)) },
		"at the end":    func(st jetstream.Stream) error { return st.DeleteMsg(ctx, 50) },
		"everything":    func(st jetstream.Stream) error { return st.Purge(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mustOpen(t, Options{Dir: tempState(t)})
			mustFile(t, s, dispatches(50)...)
			st, err := s.js.Stream(ctx, dispatchStream)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(st); err != nil {
				t.Fatal(err)
			}
			err = s.Each(ctx, 1, func(news.Record) error { return nil })
			if !errors.Is(err, ErrGap) || !strings.Contains(err.Error(), "restore the log from a backup") {
				t.Errorf("Each: %v", err)
			}
			f := &follower{store: s, next: 1, max: 10, idle: 200 * time.Millisecond, fn: func([]news.Record) error { return nil }}
			if err := f.follow(ctx); !errors.Is(err, ErrGap) {
				t.Errorf("Follow: %v", err)
			}
		})
	}
}

// TestIdleFollower waits at the end of a log that is whole for longer than it takes to compare.
func TestIdleFollower(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Dir: tempState(t)})
	mustFile(t, s, dispatches(5)...)
	ctx, cancel := context.WithCancel(testContext(t))
	defer cancel()
	var got []uint64
	f := &follower{store: s, next: 4, max: 10, idle: 20 * time.Millisecond, fn: func(rs []news.Record) error {
		for _, r := range rs {
			if got = append(got, r.Seq); r.Seq == 6 {
				cancel()
			}
		}
		return nil
	}}
	timer := time.AfterFunc(150*time.Millisecond, func() { s.File(ctx, dispatches(1)) })
	defer timer.Stop()
	if err := f.follow(ctx); !errors.Is(err, context.Canceled) || fmt.Sprint(got) != "[4 5 6]" {
		t.Errorf("got %v: %v", got, err)
	}
}

func TestLogOlderThanReader(t *testing.T) {
	t.Parallel()
	s := mustOpen(t, Options{Dir: tempState(t)})
	mustFile(t, s, dispatches(5)...)
	err := s.Follow(testContext(t), 7, 10, time.Millisecond, func([]news.Record) error { return nil })
	if !errors.Is(err, ErrGap) || !strings.Contains(err.Error(), "older") {
		t.Errorf("Follow: %v", err)
	}
}

// TestForeignRecord puts something into the log that is no event.
func TestForeignRecord(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	s := mustOpen(t, Options{Dir: tempState(t)})
	d := dispatches(1)[0]
	if _, err := s.js.Publish(ctx, subjectOf(d.Origin.ID()), []byte("{")); err != nil {
		t.Fatal(err)
	}
	none := func(news.Record) error { return nil }
	if err := s.Each(ctx, 0, none); !errors.Is(err, ErrGap) {
		t.Errorf("Each: %v", err)
	}
	if err := s.Follow(ctx, 0, 0, 0, func([]news.Record) error { return nil }); !errors.Is(err, ErrGap) {
		t.Errorf("Follow: %v", err)
	}
	if _, err := s.File(ctx, []news.Dispatch{d}); !errors.Is(err, ErrGap) {
		t.Errorf("File: %v", err)
	}
}

// TestFlippedBit changes one bit of the log's file while it is closed. What is read
// afterwards is either whole or a gap is told; it is never silently short.
func TestFlippedBit(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	dir := tempState(t)
	s := mustOpen(t, Options{Dir: dir})
	const n = 400
	mustFile(t, s, dispatches(n)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	blocks, err := filepath.Glob(filepath.Join(dir, storeFolder, "jetstream", "*", "streams", dispatchStream, "msgs", "*.blk"))
	if err != nil || len(blocks) == 0 {
		t.Fatalf("no blocks: %v", err)
	}
	b, err := os.ReadFile(blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)/2] ^= 1
	if err := os.WriteFile(blocks[0], b, 0o600); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, Options{Dir: dir})
	read := 0
	err = s.Each(ctx, 1, func(news.Record) error { read++; return nil })
	t.Logf("read %d of %d: %v", read, n, err)
	if !errors.Is(err, ErrGap) {
		t.Errorf("read %d of %d: %v", read, n, err)
	}
}

func TestDeadline(t *testing.T) {
	t.Parallel()
	ps := startServers(t, 1)
	s := mustOpen(t, Options{URL: urls(ps)})
	mustFile(t, s, dispatches(1)...)
	ps[0].kill()
	ctx, cancel := context.WithTimeout(testContext(t), 300*time.Millisecond)
	defer cancel()
	fs, err := s.File(ctx, dispatches(2))
	if !errors.Is(err, context.DeadlineExceeded) || fs[0].Outcome != "" {
		t.Errorf("File with the server away: %+v, %v", fs, err)
	}
	if _, err := s.LastSeq(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("LastSeq with the server away: %v", err)
	}
}

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	blocked := t.TempDir()
	if err := os.WriteFile(filepath.Join(blocked, storeFolder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"nothing":        {Options{}, "neither a state directory nor a NATS address"},
		"replicas":       {Options{Dir: t.TempDir(), Replicas: 9}, "9 replicas"},
		"a file":         {Options{Dir: file}, "another --state"},
		"a file inside":  {Options{Dir: blocked}, "start the store in"},
		"nobody listens": {Options{URL: "nats://user:hunter2@127.0.0.1:1"}, "unset NATS_URL"},
	} {
		_, err := Open(ctx, c.o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q in it", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error tells the password: %v", name, err)
		}
	}
}

func TestClosed(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	s := mustOpen(t, Options{Dir: tempState(t)})
	following := make(chan error, 1)
	go func() {
		following <- s.Follow(ctx, 1, 1, time.Millisecond, func([]news.Record) error { return nil })
	}()
	time.Sleep(50 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-following; !errors.Is(err, jetstream.ErrConnectionClosed) {
		t.Errorf("Follow: %v", err)
	}
	if _, err := s.File(ctx, dispatches(1)); !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("File: %v", err)
	}
	if _, err := s.File(ctx, dispatches(3)); !errors.Is(err, nats.ErrConnectionClosed) {
		t.Errorf("File: %v", err)
	}
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	reg := prometheus.NewRegistry()
	dir := tempState(t)
	for round := range 2 {
		s := mustOpen(t, Options{Dir: dir, Registerer: reg})
		ds := dispatches(3)
		mustFile(t, s, ds...)
		ds[0].Body = "Other."
		mustFile(t, s, ds...)
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]float64{}
		for _, f := range families {
			for _, m := range f.Metric {
				name := f.GetName()
				for _, l := range m.Label {
					name += " " + l.GetValue()
				}
				got[name] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
			}
		}
		want := map[string]float64{
			"sitrep_store_events_total filed":   3,
			"sitrep_store_events_total revised": 1,
			"sitrep_store_append_seconds":       2,
			"sitrep_store_stream_messages":      float64(4 * (round + 1)),
		}
		if !maps.Equal(got, want) {
			t.Errorf("metrics %v, want %v", got, want)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
