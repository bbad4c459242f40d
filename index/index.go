// Package index is the searchable view of the log, in bleve: the mapping, the
// follower that keeps it current, and the searches. It can be deleted at any
// time and comes back. It is the only importer of bleve.
package index

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
	"sitrep/store"
)

// Log is the truth that the index is a view of; store.Store is one.
type Log interface {
	// Follow hands records over; they may be kept.
	Follow(ctx context.Context, from uint64, max int, linger time.Duration, fn func([]news.Record) error) error
	LastSeq(ctx context.Context) (uint64, error)
	// Identity tells this log from any other.
	Identity(ctx context.Context) (string, error)
	// Subjects is the number of dispatches the log has ever held.
	Subjects(ctx context.Context) (uint64, error)
}

// Options are what an index is made of.
type Options struct {
	// Dir is the index's own directory.
	Dir   string
	Log   Log
	Names Annotator
	// Lookup gives the gazetteer IDs that a typed name means, for place: and actor:;
	// nil: only what Names finds in it.
	Lookup func(typed string) []string
	// HalfLife is how long it takes news to count half as much in the default order.
	HalfLife   time.Duration
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

const (
	// maxBatch and linger make the group commit: as many documents as are there,
	// but never waiting longer than this for more.
	maxBatch = 4000
	linger   = 250 * time.Millisecond
	// defaultHalfLife is the recency decay of news where nothing else is set.
	defaultHalfLife = 14 * 24 * time.Hour
)

// ErrClosed is what a search on a closed index returns.
var ErrClosed = errors.New("index: it is closed")

// Index answers questions from the current generation and keeps it current.
type Index struct {
	opts      Options
	log       *slog.Logger
	analyzers *analyzers
	codec     *codec
	metrics   *metrics

	logID string       // the log's identity: an index of another log never answers
	mu    sync.RWMutex // guards cur: a swap waits for the searches in flight
	cur   *generation

	progress store.Progress

	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// Open opens the index in Options.Dir, makes one where there is none, and starts
// to follow the log. An index of another version goes on answering while a new
// one is built beside it; a damaged one is built anew.
func Open(ctx context.Context, o Options) (*Index, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.HalfLife <= 0 {
		o.HalfLife = defaultHalfLife
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	an, err := shared()
	if err != nil {
		return nil, err
	}
	packer, err := newCodec()
	if err != nil {
		return nil, err
	}
	x := &Index{opts: o, log: o.Logger, analyzers: an, codec: packer, progress: store.Progress{Name: "index"}, metrics: newMetrics(o.Registerer)}
	x.ctx, x.stop = context.WithCancel(context.WithoutCancel(ctx))
	if x.logID, err = o.Log.Identity(ctx); err != nil {
		x.stop()
		return nil, err
	}
	serve, next, err := x.openGenerations(ctx)
	if err != nil {
		x.stop()
		return nil, err
	}
	x.cur = serve
	x.wg.Add(2)
	go x.run(next)
	go x.refresh()
	return x, nil
}

// refreshEvery is how often segments that bleve has merged are looked for.
const refreshEvery = 2 * time.Second

// refresh lets searches read what bleve has merged since the last batch.
func (x *Index) refresh() {
	defer x.wg.Done()
	tick := time.NewTicker(refreshEvery)
	defer tick.Stop()
	for {
		select {
		case <-x.ctx.Done():
			return
		case <-tick.C:
		}
		x.mu.RLock()
		g := x.cur
		err := g.refresh()
		x.mu.RUnlock()
		if err == nil {
			err = g.settle(x.ctx)
		}
		if err == nil {
			err = x.warm(x.ctx, g)
		}
		if err != nil && x.ctx.Err() == nil {
			x.log.Warn("index: merged segments are not read yet", "error", err)
		}
	}
}

// Close stops following and closes the files. Searches in flight are waited for.
func (x *Index) Close() error {
	x.stop()
	x.wg.Wait()
	x.mu.Lock()
	cur := x.cur
	x.cur = nil
	x.mu.Unlock()
	return closeAll(cur) // unlocked: a search in flight may still ask for a text
}

// Applied is the sequence number of the last event that searches see.
func (x *Index) Applied() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return 0
	}
	return x.cur.applied.Load()
}

// Docs is the number of dispatches that searches see.
func (x *Index) Docs() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return 0
	}
	return x.cur.counts().Docs
}

// Wait blocks until searches see the event with this sequence number, so that
// whoever filed something finds it.
func (x *Index) Wait(ctx context.Context, seq uint64) error {
	return x.progress.Wait(ctx, seq, x.Applied, x.ctx.Done(), ErrClosed)
}

// Healthy is nil while the follower runs, or says why it ended.
func (x *Index) Healthy() error { return x.progress.Err() }
