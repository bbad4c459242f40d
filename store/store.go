// Package store keeps what sitrep must not lose: the log of dispatches and the
// small key-value buckets around it. Both live in NATS JetStream, which runs
// inside this process without a network listener or, with Options.URL, outside
// it as a server or a cluster; the code on this side is the same.
//
// The log is one stream with a subject for each dispatch. Every write says which
// event it follows, so two writers never both win and a repeated write never
// doubles. A write is acknowledged when it has been synced to the disk.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
)

const (
	// dispatchStream is the log. Its subjects are dispatch.<news.ID>.
	dispatchStream = "DISPATCH"
	dispatchPrefix = "dispatch."
	// storeFolder holds the embedded server's files within Options.Dir.
	storeFolder = "store"
)

// The errors that callers tell apart with errors.Is.
var (
	// ErrNotFound: there is no such dispatch, or no such key.
	ErrNotFound = errors.New("not found")
	// ErrExists: Create found the key taken.
	ErrExists = errors.New("exists already")
	// ErrConflict: Update found another revision than the one it was to replace.
	ErrConflict = errors.New("changed by someone else")
	// ErrLocked: another process has the state directory.
	ErrLocked = errors.New("state directory in use")
	// ErrGap: the log's sequence numbers are not contiguous, or a record cannot be read.
	ErrGap = errors.New("the log has a gap")
	// ErrTooLarge: a dispatch or a value is larger than the log can hold.
	ErrTooLarge = errors.New("too large")
)

// Options says where the log is kept.
type Options struct {
	// Dir is the state directory. The embedded server keeps its files in its
	// folder "store"; with URL it is only locked (the index lives there), and may be empty.
	Dir string
	// URL is the address of an external NATS server or cluster (nats://host:4222,
	// several with commas). Empty means the embedded server.
	URL string
	// Replicas is the number of copies of a stream in a cluster: 1 to 5, 0 for 3.
	// An embedded or single server keeps one.
	Replicas int
	// Logger may be nil.
	Logger *slog.Logger
	// Registerer, where given, gets the store's metrics until Close.
	Registerer prometheus.Registerer
}

// Store is an open log with its key-value buckets. It is safe for concurrent use.
type Store struct {
	log      *slog.Logger
	lock     *dirLock
	srv      *server.Server // nil with an external server
	nc       *nats.Conn
	link     *link
	js       jetstream.JetStream
	replicas int
	metrics  *metrics
	events   *stream

	mu      sync.Mutex
	buckets map[string]*bucket
	audit   *stream // nil until it is used

	closing  sync.Once
	closeErr error
}

// Open opens the log, creating it where there is none. It takes the state
// directory's lock first: ErrLocked says which process has it.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Dir == "" && o.URL == "" {
		return nil, errors.New("open the store: neither a state directory nor a NATS address: give --state or NATS_URL")
	}
	if o.Replicas < 0 || o.Replicas > 5 {
		return nil, fmt.Errorf("open the store: %d replicas: from 1 to 5 are possible", o.Replicas)
	}
	log := o.Logger
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	s := &Store{log: log, buckets: map[string]*bucket{}}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// open does the steps of Open in order; Close takes back those that were done.
func (s *Store) open(ctx context.Context, o Options) (err error) {
	if o.Dir != "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return fmt.Errorf("state directory %s: %w: create it, or give another --state", o.Dir, err)
		}
		if s.lock, err = lockDir(o.Dir); err != nil {
			return err
		}
	}
	if o.URL == "" {
		s.srv, err = startServer(filepath.Join(o.Dir, storeFolder), s.log)
		if err != nil {
			return err
		}
	}
	s.link = newLink()
	if s.nc, err = connect(o.URL, s.srv, s.link, s.log); err != nil {
		return err
	}
	if s.js, err = jetstream.New(s.nc, jetstream.WithDefaultTimeout(attemptTime)); err != nil {
		return fmt.Errorf("open the store: %w", err)
	}
	s.replicas = 1
	if s.nc.ConnectedClusterName() != "" {
		s.replicas = o.Replicas
		if s.replicas == 0 {
			s.replicas = 3
		}
	}
	s.metrics = newMetrics()
	if s.events, err = s.openStream(ctx, dispatchConfig(s.replicas), o.Replicas != 0); err != nil {
		return err
	}
	s.metrics.messages = s.countMessages
	return s.metrics.register(o.Registerer)
}

// Close ends the connection, stops the embedded server in good order and gives
// the lock back. Calls under way fail. It may be called more than once.
func (s *Store) Close() error {
	s.closing.Do(func() {
		s.metrics.unregister()
		if s.nc != nil {
			s.nc.Close()
		}
		if s.srv != nil {
			s.srv.Shutdown()
			s.srv.WaitForShutdown()
		}
		s.closeErr = s.lock.release()
	})
	return s.closeErr
}

// LastSeq is the sequence number of the log's last record, 0 when it is empty.
func (s *Store) LastSeq(ctx context.Context) (uint64, error) {
	return s.events.lastSeq(ctx)
}

// countMessages is the number of records, for the metrics: a scrape waits a second at most.
func (s *Store) countMessages() (uint64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	info, err := s.events.info(ctx)
	if err != nil {
		return 0, err
	}
	return info.State.Msgs, nil
}

// subjectOf is the subject that holds a dispatch's events.
func subjectOf(id news.ID) string { return dispatchPrefix + string(id) }
