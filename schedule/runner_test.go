package schedule

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// post is one call of Fire.
type post struct {
	name           string
	occurrence, at time.Time
}

// desk collects what was fired.
type desk struct {
	mu    sync.Mutex
	posts []post
	// do, if set, decides what a call gives; try counts the calls of one occurrence from 1.
	do func(ctx context.Context, p post, try int) error
}

func (d *desk) fire(ctx context.Context, s Schedule, occurrence time.Time) error {
	p := post{s.Name, occurrence, time.Now()}
	d.mu.Lock()
	d.posts = append(d.posts, p)
	try := 0
	for _, q := range d.posts {
		if q.name == p.name && q.occurrence.Equal(occurrence) {
			try++
		}
	}
	d.mu.Unlock()
	if d.do == nil {
		return nil
	}
	return d.do(ctx, p, try)
}

func (d *desk) of(name string) []post {
	d.mu.Lock()
	defer d.mu.Unlock()
	var posts []post
	for _, p := range d.posts {
		if p.name == name {
			posts = append(posts, p)
		}
	}
	return posts
}

// launch runs a runner until the returned function is called, which waits for it.
func launch(t *testing.T, o RunnerOptions, setup ...func(*Runner)) (stop func()) {
	t.Helper()
	r, err := NewRunner(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range setup {
		f(r)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
	}()
	return func() { cancel(); <-done }
}

// until sleeps to a time of the bubble's clock, which begins at 2000-01-01T00:00Z.
func until(t *testing.T, at string) {
	t.Helper()
	when, err := time.Parse(time.RFC3339, at)
	if err != nil {
		t.Fatal(err)
	}
	if d := time.Until(when); d > 0 {
		time.Sleep(d)
	}
	synctest.Wait()
}

func named(name, expr string) Schedule {
	s := daily("1", name)
	s.Cron = expr
	return s
}

func mustGet(t *testing.T, b *Book, name string) Schedule {
	t.Helper()
	s, err := b.Get(t.Context(), "1", name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRunnerEveryMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		until(t, "2000-01-01T00:00:20Z")
		mustAdd(t, b, named("tick", "* * * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire, Registerer: prometheus.NewRegistry()})
		until(t, "2000-01-01T00:30:10Z")
		stop()
		posts := d.of("tick")
		if len(posts) != 30 {
			t.Fatalf("%d runs in 30 minutes", len(posts))
		}
		for i, p := range posts {
			want := time.Date(2000, 1, 1, 0, i+1, 0, 0, time.UTC)
			if !p.occurrence.Equal(want) || p.at.Sub(want) > time.Second {
				t.Errorf("run %d of %v was at %v", i, p.occurrence, p.at)
			}
		}
		s := mustGet(t, b, "tick")
		if !s.Last.Equal(posts[29].occurrence) || s.LastResult != "posted" || !s.Pending.IsZero() {
			t.Errorf("in the book: %+v", s)
		}
	})
}

// Daily at 02:30 in Rome, over the change of the clock on 26 March 2000.
func TestRunnerEveryDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		until(t, "2000-03-20T12:00:00Z")
		mustAdd(t, b, named("night", "30 2 * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
		until(t, "2000-04-03T12:00:00Z")
		stop()
		rome := mustParse(t, "@daily", "Europe/Rome").Location()
		posts := d.of("night")
		if len(posts) != 14 {
			t.Fatalf("%d runs in 14 days", len(posts))
		}
		for i, p := range posts {
			local := p.at.In(rome)
			want := "02:30"
			if i == 5 {
				want = "03:00" // 02:30 did not exist
			}
			if local.Day() != (20+i)%31+1 || local.Format("15:04") != want {
				t.Errorf("run %d at %v", i, local)
			}
		}
	})
}

func TestRunnerAfterDowntime(t *testing.T) {
	tests := []struct {
		name, cron, down, up string
		runs                 int
		result               string
	}{
		{"short", "0 7 * * *", "2000-01-10T05:00:00Z", "2000-01-10T10:30:00Z", 1, "posted 4 h 30 m late"},
		{"too long", "0 7 * * *", "2000-01-10T05:00:00Z", "2000-01-10T12:30:00Z", 0, "missed 1 run: sitrep was off for more than 6 h"},
		{"several days", "0 7 * * *", "2000-01-10T05:00:00Z", "2000-01-13T07:00:00Z", 1, "posted 1 h late; 3 runs before it missed"},
		{"many", "* * * * *", "2000-01-10T05:00:30Z", "2000-01-10T05:40:30Z", 1, "posted; 39 runs before it missed"},
		{"very many", "* * * * *", "2000-01-10T05:00:30Z", "2000-01-20T05:40:30Z", 1, "posted; 100 or more runs before it missed"},
		{"years", "0 7 * * *", "2000-01-10T05:00:00Z", "2008-01-10T14:00:00Z", 0, "missed 100 or more runs: sitrep was off for more than 6 h"},
		{"none", "0 7 * * *", "2000-01-10T05:00:00Z", "2000-01-10T05:30:00Z", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, d := NewBook(newMemKV()), &desk{}
				until(t, tt.down)
				mustAdd(t, b, named("x", tt.cron))
				stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
				stop()
				until(t, tt.up)
				stop = launch(t, RunnerOptions{Book: b, Fire: d.fire})
				time.Sleep(5 * time.Second)
				stop()
				s := mustGet(t, b, "x")
				if n := len(d.of("x")); n != tt.runs || s.LastResult != tt.result {
					t.Errorf("%d runs, want %d; result %q, want %q", n, tt.runs, s.LastResult, tt.result)
				}
			})
		})
	}
}

// A claim that a crash left behind.
func TestRunnerAfterCrash(t *testing.T) {
	tests := []struct {
		name   string
		age    time.Duration
		runs   int
		result string
	}{
		{"young", 30 * time.Second, 1, "posted"},
		{"at the edge", NonceWindow - time.Second, 1, "posted"},
		{"old", NonceWindow, 0, "may not have been posted: sitrep stopped while it was posting"},
		{"from the future", -time.Hour, 0, "may not have been posted: sitrep stopped while it was posting"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, d := NewBook(newMemKV()), &desk{}
				mustAdd(t, b, named("x", "0 7 * * *"))
				until(t, "2000-01-01T06:03:00Z")
				seven := time.Date(2000, 1, 1, 6, 0, 0, 0, time.UTC)
				if _, err := b.update(t.Context(), "1", "x", func(s *Schedule) error {
					s.Pending, s.Claimed, s.Owner = seven, time.Now().Add(-tt.age), "the one that crashed"
					return nil
				}); err != nil {
					t.Fatal(err)
				}
				stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
				time.Sleep(time.Millisecond)
				synctest.Wait()
				stop()
				posts := d.of("x")
				if len(posts) != tt.runs || tt.runs == 1 && !posts[0].occurrence.Equal(seven) {
					t.Errorf("runs: %v, want %d", posts, tt.runs)
				}
				s := mustGet(t, b, "x")
				if !s.Pending.IsZero() || !s.Last.Equal(seven) || !strings.HasPrefix(s.LastResult, tt.result) {
					t.Errorf("in the book: %+v, want %q", s, tt.result)
				}
			})
		})
	}
}

// However often a claim is taken up, its window counts from the first time.
func TestRunnerWindowCountsFromTheFirstClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		d.do = func(ctx context.Context, _ post, _ int) error {
			<-ctx.Done()
			return ctx.Err()
		}
		mustAdd(t, b, named("x", "0 7 * * *"))
		for _, at := range []string{"2000-01-01T05:59:00Z", "2000-01-01T06:00:40Z", "2000-01-01T06:01:30Z"} {
			until(t, at)
			stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
			time.Sleep(65 * time.Second)
			stop() // ten seconds later
		}
		posts := d.of("x")
		if len(posts) != 3 {
			t.Fatalf("%d tries, want 3", len(posts))
		}
		if s := mustGet(t, b, "x"); !s.Pending.IsZero() || !strings.Contains(s.LastResult, "longer than 2 m") {
			t.Errorf("in the book: %+v", s)
		}
	})
}

func TestRunnerErrors(t *testing.T) {
	tests := []struct {
		name   string
		do     func(try int) error
		tries  []time.Duration
		result string
		paused bool
	}{
		{"passing", func(try int) error {
			if try < 4 {
				return errors.New("502")
			}
			return nil
		}, []time.Duration{0, time.Second, 6 * time.Second, 31 * time.Second}, "posted", false},
		{"lasting", func(int) error { return errors.New("502\nbad gateway") },
			[]time.Duration{0, time.Second, 6 * time.Second, 31 * time.Second}, "failed after 4 tries: 502 bad gateway", false},
		{"permanent", func(int) error { return fmt.Errorf("post: %w", Permanent(errors.New("50013"))) },
			[]time.Duration{0}, "failed: post: 50013", false},
		{"disabling", func(int) error { return Disable(errors.New("10003 unknown channel")) },
			[]time.Duration{0}, "failed: 10003 unknown channel", true},
		{"panic", func(try int) error {
			if try == 1 {
				panic("oh")
			}
			return nil
		}, []time.Duration{0, time.Second}, "posted", false},
		{"long", func(int) error { return Permanent(errors.New(strings.Repeat("ä", 500))) },
			[]time.Duration{0}, "failed: " + strings.Repeat("ä", 299) + "…", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, d := NewBook(newMemKV()), &desk{}
				d.do = func(_ context.Context, _ post, try int) error { return tt.do(try) }
				mustAdd(t, b, named("x", "0 7 * * *"))
				stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
				until(t, "2000-01-01T06:30:00Z")
				stop()
				var tries []time.Duration
				for _, p := range d.of("x") {
					tries = append(tries, p.at.Sub(p.occurrence))
				}
				s := mustGet(t, b, "x")
				if !slices.Equal(tries, tt.tries) || s.LastResult != tt.result || s.Paused != tt.paused || !s.Pending.IsZero() {
					t.Errorf("tries %v, want %v; in the book: %+v", tries, tt.tries, s)
				}
			})
		})
	}
}

// One that hangs is cut off at the end of the window and keeps nobody waiting.
func TestRunnerSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		d.do = func(ctx context.Context, p post, _ int) error {
			if p.name == "slow" {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		}
		mustAdd(t, b, named("slow", "0 7 * * *"))
		mustAdd(t, b, named("tick", "* * * * *"))
		for i := range 10 {
			mustAdd(t, b, named(fmt.Sprint("d", i), "0 7 * * *"))
		}
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire, Workers: 4})
		until(t, "2000-01-01T06:10:00Z")
		stop()
		for _, p := range d.posts {
			if p.at.Sub(p.occurrence) > time.Second {
				t.Errorf("%s of %v ran at %v", p.name, p.occurrence, p.at)
			}
		}
		if n := len(d.of("tick")); n < 370 {
			t.Errorf("tick ran %d times in 370 minutes", n)
		}
		s := mustGet(t, b, "slow")
		if n := len(d.of("slow")); n != 1 || !strings.HasPrefix(s.LastResult, "failed: it took longer than 2 m") {
			t.Errorf("slow ran %d times, result %q", n, s.LastResult)
		}
	})
}

// An occurrence that comes while the one before still runs begins when that is done.
func TestRunnerOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		d.do = func(_ context.Context, _ post, try int) error {
			time.Sleep(70 * time.Second)
			return nil
		}
		mustAdd(t, b, named("x", "* * * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
		until(t, "2000-01-01T00:04:00Z")
		stop()
		for i, p := range d.of("x") {
			want := time.Date(2000, 1, 1, 0, 1, 0, 0, time.UTC).Add(time.Duration(i) * 70 * time.Second)
			if i > 2 || p.at.Sub(want) > time.Second {
				t.Errorf("run %d of %v at %v, want %v", i, p.occurrence, p.at, want)
			}
		}
	})
}

// Two processes that live: not even the nonce is needed.
func TestRunnerTwoProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kv, d := newMemKV(), &desk{}
		d.do = func(context.Context, post, int) error {
			time.Sleep(3 * time.Second)
			return nil
		}
		for i := range 5 {
			mustAdd(t, NewBook(kv), named(fmt.Sprint("s", i), "* * * * *"))
		}
		a := launch(t, RunnerOptions{Book: NewBook(kv), Fire: d.fire})
		b := launch(t, RunnerOptions{Book: NewBook(kv), Fire: d.fire})
		until(t, "2000-01-01T01:00:30Z")
		a()
		b()
		seen := map[string]int{}
		for _, p := range d.posts {
			seen[p.name+p.occurrence.String()]++
		}
		if len(d.posts) != 300 || len(seen) != 300 {
			t.Errorf("%d runs of %d occurrences, want 300 of 300", len(d.posts), len(seen))
		}
	})
}

// More that hang than there are workers: the rest waits for the window, and comes.
func TestRunnerAllWorkersHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		d.do = func(ctx context.Context, p post, _ int) error {
			if strings.HasPrefix(p.name, "a") {
				<-ctx.Done()
			}
			return ctx.Err()
		}
		for i := range 5 {
			mustAdd(t, b, named(fmt.Sprint("a", i), "0 7 * * *"))
		}
		mustAdd(t, b, named("z", "0 7 * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire, Workers: 2})
		until(t, "2000-01-01T07:00:00Z")
		stop()
		if posts := d.of("z"); len(posts) != 1 {
			t.Errorf("z ran %d times", len(posts))
		}
		if s := mustGet(t, b, "z"); !strings.HasPrefix(s.LastResult, "posted") {
			t.Errorf("result %q", s.LastResult)
		}
	})
}

func TestRunnerTakesUpChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kv := newMemKV()
		b, other, d := NewBook(kv), NewBook(kv), &desk{}
		until(t, "2000-01-01T00:00:20Z") // so that no wake falls on a minute
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
		until(t, "2000-01-01T00:00:59Z")
		mustAdd(t, b, named("here", "* * * * *"))
		until(t, "2000-01-01T00:01:20Z")
		mustAdd(t, other, named("there", "* * * * *")) // in another process: nothing tells the runner
		until(t, "2000-01-01T00:02:30Z")
		if err := other.Remove(t.Context(), "1", "here"); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Pause(t.Context(), "1", "there", true); err != nil {
			t.Fatal(err)
		}
		until(t, "2000-01-01T00:10:30Z")
		if _, err := b.Pause(t.Context(), "1", "there", false); err != nil {
			t.Fatal(err)
		}
		until(t, "2000-01-01T00:12:30Z")
		stop()
		if n := len(d.of("here")); n != 2 {
			t.Errorf("here ran %d times, want 2", n)
		}
		for _, p := range d.posts {
			if p.at.Sub(p.occurrence) > time.Second {
				t.Errorf("%s of %v ran at %v", p.name, p.occurrence, p.at)
			}
		}
		if n := len(d.of("there")); n != 1+2 {
			t.Errorf("there ran %d times, want 3", n)
		}
	})
}

// The wall clock jumps while the timers know nothing of it: after a suspend an
// occurrence comes at the next wake, and a clock put back repeats none.
func TestRunnerClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		var offset atomic.Int64
		wall := func(r *Runner) {
			r.now = func() time.Time { return time.Now().Round(0).Add(time.Duration(offset.Load())) }
		}
		mustAdd(t, b, named("x", "0 7 * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire}, wall)
		until(t, "2000-01-01T01:00:10Z")
		offset.Store(int64(5 * time.Hour)) // 06:00:10
		time.Sleep(wakeEvery)
		synctest.Wait()
		if n := len(d.of("x")); n != 1 {
			t.Errorf("%d runs within %s of the jump", n, wakeEvery)
		}
		offset.Store(0)
		until(t, "2000-01-01T12:00:00Z")
		if n := len(d.of("x")); n != 1 {
			t.Errorf("%d runs after the clock was put back", n)
		}
		until(t, "2000-01-02T12:00:00Z")
		stop()
		if n := len(d.of("x")); n != 2 {
			t.Errorf("%d runs by the next day", n)
		}
	})
}

// While the book is out of reach nothing is fired that could not be claimed, and
// what was fired is recorded when it is back.
func TestRunnerOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kv := newMemKV()
		b, d := NewBook(kv), &desk{}
		down := func(string, string) error { return errors.New("no servers") }
		mustAdd(t, b, named("x", "*/10 * * * *"))
		d.do = func(_ context.Context, p post, _ int) error {
			if p.occurrence.Minute() == 20 {
				kv.setFails(down)
			}
			return nil
		}
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
		until(t, "2000-01-01T00:09:00Z")
		kv.setFails(down)
		until(t, "2000-01-01T00:14:00Z")
		if n := len(d.of("x")); n != 0 {
			t.Errorf("%d runs without a claim", n)
		}
		kv.setFails(nil)
		until(t, "2000-01-01T00:15:00Z")
		if s := mustGet(t, b, "x"); s.LastResult != "posted 4 m late" {
			t.Errorf("result %q", s.LastResult)
		}
		until(t, "2000-01-01T00:21:00Z")
		kv.setFails(nil)
		until(t, "2000-01-01T00:29:00Z")
		stop()
		if s := mustGet(t, b, "x"); s.LastResult != "posted" || s.Last.Minute() != 20 || len(d.of("x")) != 2 {
			t.Errorf("%d runs, in the book %+v", len(d.of("x")), s)
		}
	})
}

func TestRunnerStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, d := NewBook(newMemKV()), &desk{}
		d.do = func(ctx context.Context, p post, try int) error {
			work := 5 * time.Second
			if p.name == "hangs" && try == 1 {
				work = time.Hour
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(work):
				return nil
			}
		}
		mustAdd(t, b, named("works", "0 7 * * *"))
		mustAdd(t, b, named("hangs", "0 7 * * *"))
		stop := launch(t, RunnerOptions{Book: b, Fire: d.fire})
		until(t, "2000-01-01T06:00:01Z")
		before := time.Now()
		stop()
		if took := time.Since(before); took != stopGrace {
			t.Errorf("stopping took %s", took)
		}
		if s := mustGet(t, b, "works"); s.LastResult != "posted" {
			t.Errorf("what was running was not finished: %+v", s)
		}
		if s := mustGet(t, b, "hangs"); s.Pending.IsZero() {
			t.Errorf("what was cut off is not left for the next start: %+v", s)
		}
		stop = launch(t, RunnerOptions{Book: b, Fire: d.fire})
		time.Sleep(10 * time.Second)
		stop()
		if s := mustGet(t, b, "hangs"); s.LastResult != "posted" || len(d.of("hangs")) != 2 || len(d.of("works")) != 1 {
			t.Errorf("after the restart: %+v", s)
		}
	})
}

func TestRunnerOptions(t *testing.T) {
	if _, err := NewRunner(RunnerOptions{}); err == nil {
		t.Error("a runner without a book")
	}
	reg := prometheus.NewRegistry()
	o := RunnerOptions{Book: NewBook(newMemKV()), Fire: (&desk{}).fire, Registerer: reg}
	r, err := NewRunner(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewRunner(o); err == nil {
		t.Error("metrics registered twice")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Run(ctx); err != nil {
		t.Error(err)
	}
	if err := r.Run(ctx); err == nil {
		t.Error("Run ran twice")
	}
}

// Several processes on one bucket, killed at any step of the way and started
// again within the window: each occurrence is seen in the channel exactly once.
// The channel shows a nonce once for as long as it remembers it.
func TestRunnerManyProcessesAndCrashes(t *testing.T) {
	const processes, schedules, span = 3, 5, 3 * time.Hour
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kv := newMemKV()
				for i := range schedules {
					mustAdd(t, NewBook(kv), named(fmt.Sprint("s", i), "*/5 * * * *"))
				}
				ch := &channel{shown: map[string][]time.Time{}}
				end := time.Now().Add(span)
				var wg sync.WaitGroup
				var crashes atomic.Int32
				for i := range processes {
					rnd := rand.New(rand.NewPCG(seed, uint64(i)))
					wg.Go(func() {
						for time.Now().Before(end) {
							life := 1 + rnd.IntN(60)
							crashes.Add(1)
							runAndCrash(t, kv, ch, rnd, life, end)
							time.Sleep(time.Duration(rnd.IntN(20)) * time.Second)
						}
					})
				}
				wg.Wait()
				// What a crash left claimed is finished by one that lives.
				stop := launch(t, RunnerOptions{Book: NewBook(kv), Fire: ch.fire})
				time.Sleep(time.Second)
				stop()
				ch.check(t, schedules*int(span/(5*time.Minute)))
				if crashes.Load() < 30 {
					t.Errorf("only %d crashes", crashes.Load())
				}
			})
		})
	}
}

// channel is a chat channel that recognizes a nonce for NonceWindow.
type channel struct {
	mu    sync.Mutex
	shown map[string][]time.Time
}

func (c *channel) fire(_ context.Context, s Schedule, occurrence time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	nonce := s.Name + occurrence.Format(" 15:04")
	if at := c.shown[nonce]; len(at) == 0 || time.Since(at[len(at)-1]) > NonceWindow {
		c.shown[nonce] = append(at, time.Now())
	}
	return nil
}

func (c *channel) check(t *testing.T, want int) {
	if len(c.shown) != want {
		t.Errorf("%d occurrences are shown, want %d", len(c.shown), want)
	}
	for nonce, at := range c.shown {
		if len(at) != 1 {
			t.Errorf("%s is shown %d times: %v", nonce, len(at), at)
		}
	}
}

// runAndCrash runs a process whose every step fails from the given step on, as
// if it had ended there: before or after the step took effect.
func runAndCrash(t *testing.T, kv *memKV, ch *channel, rnd *rand.Rand, life int, end time.Time) {
	dead := make(chan struct{})
	p := &mortal{kv: kv, left: life, late: rnd.IntN(2) == 0, dead: dead}
	stop := launch(t, RunnerOptions{Book: NewBook(p), Fire: func(ctx context.Context, s Schedule, occurrence time.Time) error {
		var err error
		if step := p.step(func() { err = ch.fire(ctx, s, occurrence) }); step != nil {
			return step
		}
		return err
	}})
	select {
	case <-dead:
	case <-time.After(time.Until(end)):
	}
	stop()
}

var errDead = errors.New("the process has ended")

// mortal is the view of the world of a process that ends at a certain step.
type mortal struct {
	kv   *memKV
	mu   sync.Mutex
	left int
	late bool // the last step takes effect, but its answer is not seen
	dead chan struct{}
}

func (m *mortal) step(do func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.left--
	if m.left > 0 || m.left == 0 && m.late {
		do()
	}
	if m.left > 0 {
		return nil
	}
	if m.left == 0 {
		close(m.dead)
	}
	return errDead
}

func (m *mortal) Get(ctx context.Context, key string) (v []byte, rev uint64, err error) {
	step := m.step(func() { v, rev, err = m.kv.Get(ctx, key) })
	return v, rev, cmp.Or(step, err)
}

func (m *mortal) Create(ctx context.Context, key string, data []byte) (rev uint64, err error) {
	step := m.step(func() { rev, err = m.kv.Create(ctx, key, data) })
	return rev, cmp.Or(step, err)
}

func (m *mortal) Update(ctx context.Context, key string, data []byte, old uint64) (rev uint64, err error) {
	step := m.step(func() { rev, err = m.kv.Update(ctx, key, data, old) })
	return rev, cmp.Or(step, err)
}

func (m *mortal) Delete(ctx context.Context, key string) (err error) {
	step := m.step(func() { err = m.kv.Delete(ctx, key) })
	return cmp.Or(step, err)
}

func (m *mortal) Keys(ctx context.Context) (keys []string, err error) {
	step := m.step(func() { keys, err = m.kv.Keys(ctx) })
	return keys, cmp.Or(step, err)
}
