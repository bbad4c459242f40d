package stories

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
	"sitrep/store"
)

// Log is the truth that stories are a view of; store.Store is one.
type Log interface {
	Follow(ctx context.Context, from uint64, max int, linger time.Duration, fn func([]news.Record) error) error
	LastSeq(ctx context.Context) (uint64, error)
	// Identity tells this log from any other.
	Identity(ctx context.Context) (string, error)
}

// Annotator finds names in text; gazetteer.Gazetteer is one.
type Annotator interface {
	Annotate(text string) []news.Mention
	Within(id string) []string
	Version() string
}

// Options are what a View is made of.
type Options struct {
	// Dir is the View's own directory.
	Dir        string
	Log        Log
	Names      Annotator
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

const (
	// formatVersion changes whenever a book could not be read that was written before.
	formatVersion = "1"
	// groupingVersion changes whenever the same dispatches would be grouped in another
	// way: together with the names' version it says whether a book can still be used.
	groupingVersion = "1"

	// maxBatch and linger are how many events are taken in at a time, and how long is
	// waited for more of them.
	maxBatch = 500
	linger   = 250 * time.Millisecond
)

// ErrClosed is what a question to a closed View returns.
var ErrClosed = errors.New("stories: they are closed")

// View keeps the stories of all dispatches, and follows the log. Like the index it can
// be deleted at any time: it comes back.
//
// Events are taken in in the order of the log. A View that is built anew from a whole
// log has the same stories as one that was there all the time; from a log that has
// been compacted to the last event of each dispatch, those whose first event is gone
// come later than they did, so that a story may have another ID, and a few dispatches
// another story.
type View struct {
	opts    Options
	log     *slog.Logger
	metrics *metrics
	logID   string

	mu  sync.RWMutex // guards cur: closing a book waits for who reads it
	cur *book        // that which answers

	progress store.Progress

	ctx  context.Context
	stop context.CancelFunc
	wg   sync.WaitGroup
}

// Open opens the stories in Options.Dir, or begins them, and follows the log. Stories of
// another version go on answering while they are grouped anew beside; what is damaged,
// or of another log, is removed and grouped anew.
func Open(ctx context.Context, o Options) (*View, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	v := &View{opts: o, log: o.Logger, metrics: newMetrics(o.Registerer), progress: store.Progress{Name: "stories"}}
	var err error
	if v.logID, err = o.Log.Identity(ctx); err != nil {
		return nil, err
	}
	last, err := o.Log.LastSeq(ctx)
	if err != nil {
		return nil, err
	}
	next, err := v.openBooks(last)
	if err != nil {
		return nil, err
	}
	v.ctx, v.stop = context.WithCancel(context.WithoutCancel(ctx))
	v.wg.Add(1)
	go v.run(next)
	return v, nil
}

// Remove deletes the stories in dir, so that the next Open groups them from the log.
// No process may have them open.
func Remove(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("stories: %w", err)
	}
	return nil
}

// Close stops following, and waits for who reads.
func (v *View) Close() error {
	v.stop()
	v.wg.Wait()
	v.mu.Lock()
	defer v.mu.Unlock()
	cur := v.cur
	v.cur = nil
	return cur.close()
}

// Applied is the number of the last event that is in the stories.
func (v *View) Applied() uint64 {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.cur == nil {
		return 0
	}
	return v.cur.applied.Load()
}

// Wait blocks until an event of the log is in the stories.
func (v *View) Wait(ctx context.Context, seq uint64) error {
	return v.progress.Wait(ctx, seq, v.Applied, v.ctx.Done(), ErrClosed)
}

// version names the file of the book that is wanted.
func (v *View) version() string {
	return formatVersion + "." + groupingVersion + "-" + v.opts.Names.Version()
}

const bookFile = ".stories"

func (v *View) path(version string) string { return filepath.Join(v.opts.Dir, version+bookFile) }
