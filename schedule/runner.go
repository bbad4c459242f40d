package schedule

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// wakeEvery bounds the sleep of the runner: timers stand still while a machine
	// is suspended and know nothing of a clock that was set.
	wakeEvery = 30 * time.Second
	// wakeSoon is when the runner looks again after the book could not be read.
	wakeSoon = 5 * time.Second
	// NonceWindow is how long after a claim the occurrence may be tried: Discord
	// recognizes a repeated nonce for "the past few minutes" only.
	NonceWindow = 2 * time.Minute
	// takeOver is when another runner picks up a claim whose owner has not
	// finished: half the window, so that there is time left to post.
	takeOver = time.Minute
	// takeOverOld is the same for a claim from before the runner began, which a
	// crash left behind or another process is at work on: most posts take less.
	takeOverOld = 10 * time.Second
	// Grace is how late an occurrence may run after downtime.
	Grace = 6 * time.Hour
	// stopGrace is how long running occurrences may go on when the runner stops.
	stopGrace = 10 * time.Second
	// defaultWorkers is how many occurrences run at once.
	defaultWorkers = 16
)

// Fire does what a schedule's occurrence asks for. It is called again with the
// same schedule and occurrence after an error, or after a crash, so both together
// are its idempotency seed. It returns soon after its context ends. Permanent and
// Disable mark the errors that trying again cannot mend.
type Fire func(ctx context.Context, s Schedule, occurrence time.Time) error

// RunnerOptions are what a Runner needs. Book and Fire are required.
type RunnerOptions struct {
	Book *Book
	Fire Fire
	// Accepts says which schedules this process can run: those whose door it has
	// open. Nil means all. The others are left to a process that can.
	Accepts func(Schedule) bool
	// Workers is how many occurrences run at once; 16 by default.
	Workers    int
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Runner runs the occurrences of a book's schedules. Each is claimed in the book
// by compare-and-set before it runs and settled after, so that neither a restart
// nor a second process on the same bucket runs it again.
type Runner struct {
	book    *Book
	fire    Fire
	accepts func(Schedule) bool
	log     *slog.Logger
	metrics *metrics
	owner   string           // names this process in claims
	now     func() time.Time // the wall clock
	slots   chan struct{}    // one for each worker
	again   chan struct{}    // asks for another look at the book
	running atomic.Bool

	mu   sync.Mutex
	busy map[string]bool // keys of the schedules that run here

	// The Run goroutine's own.
	began time.Time
	specs map[string]Spec // parsed expressions
}

// NewRunner makes a runner; Run starts it. A book has one runner in a process.
func NewRunner(o RunnerOptions) (*Runner, error) {
	if o.Book == nil || o.Fire == nil {
		return nil, errors.New("schedule runner: Book and Fire are required")
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Workers <= 0 {
		o.Workers = defaultWorkers
	}
	return &Runner{
		book: o.Book, fire: o.Fire, accepts: o.Accepts, log: o.Logger, metrics: m,
		owner: rand.Text(),
		// Round drops the monotonic reading, which stands still in a suspend.
		now:   func() time.Time { return time.Now().Round(0) },
		slots: make(chan struct{}, o.Workers),
		again: make(chan struct{}, 1),
		busy:  map[string]bool{},
	}, nil
}

// Run runs the schedules until ctx ends. Occurrences that are running then have
// ten seconds to finish; Run returns nil when all have. It can be called once.
func (r *Runner) Run(ctx context.Context) error {
	if !r.running.CompareAndSwap(false, true) {
		return errors.New("schedule runner: Run was called twice")
	}
	var jobs sync.WaitGroup
	defer jobs.Wait()
	r.began = r.now()
	for ctx.Err() == nil {
		timer := time.NewTimer(r.scan(ctx, &jobs))
		select {
		case <-ctx.Done():
		case <-timer.C:
		case <-r.book.changed:
		case <-r.again:
		}
		timer.Stop()
	}
	return nil
}

// scan looks at every schedule, starts what is due and says how long to sleep.
func (r *Runner) scan(ctx context.Context, jobs *sync.WaitGroup) time.Duration {
	all, err := r.book.All(ctx)
	if err != nil && ctx.Err() == nil {
		r.log.Error("schedules could not all be read", "err", err)
	}
	if all == nil && err != nil {
		return wakeSoon
	}
	r.metrics.schedules.Set(float64(len(all)))
	now := r.now()
	wake := now.Add(wakeEvery)
	specs := make(map[string]Spec, len(all))
	for i := range all {
		s := &all[i]
		spec, err := r.spec(s)
		if err != nil {
			// It was good when it was added: a zone can vanish with an update of the system's.
			r.log.Error("schedule does not run", "guild", s.Guild, "name", s.Name, "err", err)
			continue
		}
		specs[specKey(s)] = spec
		if r.isBusy(s) || r.accepts != nil && !r.accepts(*s) {
			continue
		}
		p := s.plan(spec, now, s.Claimed.Before(r.began))
		if p.act != wait {
			r.start(ctx, jobs, *s, p)
		} else if !p.wake.IsZero() && p.wake.Before(wake) {
			wake = p.wake
		}
	}
	r.specs = specs
	return max(wake.Sub(now), time.Millisecond)
}

// spec parses a schedule's expression, once for as long as it stands in the book.
func (r *Runner) spec(s *Schedule) (Spec, error) {
	if spec, ok := r.specs[specKey(s)]; ok {
		return spec, nil
	}
	return s.Spec()
}

func specKey(s *Schedule) string { return s.Cron + "\x00" + s.Zone }

// start hands a schedule to a goroutine of its own, which waits for a worker's
// slot: one slow schedule keeps no other waiting while there are slots.
func (r *Runner) start(ctx context.Context, jobs *sync.WaitGroup, s Schedule, p plan) {
	k := key(s.Guild, s.Name)
	r.mu.Lock()
	r.busy[k] = true
	r.mu.Unlock()
	jobs.Go(func() {
		select {
		case <-ctx.Done():
			return
		case r.slots <- struct{}{}:
		}
		done := r.job(ctx, s, p)
		<-r.slots
		r.mu.Lock()
		delete(r.busy, k)
		r.mu.Unlock()
		if done {
			// The next occurrence may have come meanwhile.
			select {
			case r.again <- struct{}{}:
			default:
			}
		}
	})
}

func (r *Runner) isBusy(s *Schedule) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.busy[key(s.Guild, s.Name)]
}
