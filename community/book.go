package community

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"sitrep/store"
)

// KV is the part of a store.KV that the book needs; its errors are the store's.
type KV interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
	Watch(ctx context.Context, fn func(key string, value []byte, rev uint64)) error
}

// Log is the audit log; store.Store is one.
type Log interface {
	Audit(ctx context.Context, guild string, data []byte) error
	AuditLog(ctx context.Context, guild string, n int) ([][]byte, error)
}

const (
	// keyPrefix begins every key: the local community's ID is empty, a key may not be.
	keyPrefix = "g"
	// casTries bounds the attempts of a compare-and-set.
	casTries = 20
	// loadTime bounds the first reading of all settings.
	loadTime = 30 * time.Second
	// noteTime bounds the writing of an entry whose request has ended meanwhile.
	noteTime = 30 * time.Second
)

// Book is the settings of all communities, held in memory. Several processes may
// share its bucket: each sees a change of another as soon as the store tells it. It is safe
// for concurrent use.
type Book struct {
	kv  KV
	log Log
	out *slog.Logger

	mu   sync.RWMutex
	have map[string]standing // by guild

	stop context.CancelFunc
	done chan struct{}
}

// standing is a community's settings at a revision.
type standing struct {
	settings Settings
	rev      uint64
}

// ErrUnnoted says that a change holds, but that the audit log could not be written.
var ErrUnnoted = errors.New("the change holds, but it could not be noted")

// NewBook reads all settings and watches them until Close. The logger may be nil.
func NewBook(ctx context.Context, kv KV, log Log, logger *slog.Logger) (*Book, error) {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	b := &Book{kv: kv, log: log, out: logger, have: map[string]standing{}, done: make(chan struct{})}
	own, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	loaded, failed := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(b.done)
		err := b.kv.Watch(own, func(key string, value []byte, rev uint64) {
			if key == "" {
				close(loaded)
				return
			}
			b.told(key, value, rev)
		})
		if own.Err() == nil {
			logger.Error("the settings of communities are not watched any more: a change by another process is not seen until a restart", "error", err)
		}
		failed <- err
	}()
	ctx, cancel := context.WithTimeout(ctx, loadTime)
	defer cancel()
	var err error
	select {
	case <-loaded:
		return b, nil
	case err = <-failed:
	case <-ctx.Done():
		err = ctx.Err()
	}
	return nil, errors.Join(fmt.Errorf("read the settings of communities: %w", err), b.Close())
}

// Close ends the watch and waits for it. What was read can still be asked for.
func (b *Book) Close() error {
	b.stop()
	<-b.done
	return nil
}

// told takes over what the store says of a key.
func (b *Book) told(key string, value []byte, rev uint64) {
	guild, ok := strings.CutPrefix(key, keyPrefix)
	if !ok {
		return
	}
	s, err := read(guild, value)
	if err != nil {
		b.out.Error("settings cannot be read; the defaults hold", "error", err)
	}
	b.keep(guild, s, rev)
}

// keep holds settings, unless newer ones are known.
func (b *Book) keep(guild string, s Settings, rev uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rev > b.have[guild].rev {
		b.have[guild] = standing{s, rev}
	}
}

func read(guild string, value []byte) (s Settings, err error) {
	if len(value) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(value, &s); err != nil {
		return Settings{}, fmt.Errorf("settings of community %q: %w", guild, err)
	}
	return s, nil
}

// Settings are a community's own, from memory. The zero value is that of one that
// has chosen nothing.
func (b *Book) Settings(guild string) Settings {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.have[guild].settings.clone()
}

// Change edits a community's settings by compare-and-set; edit is called again
// where another was faster, and its error ends the change. Every setting that
// differs afterwards gets an entry in the audit log: who, before, after and the
// reason, which may be empty. Settings shows the change as soon as Change returns. With
// ErrUnnoted it holds all the same.
func (b *Book) Change(ctx context.Context, guild, by, reason string, edit func(*Settings) error) error {
	for range casTries {
		value, rev, err := b.kv.Get(ctx, keyPrefix+guild)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("change settings: %w", err)
		}
		old, err := read(guild, value)
		if err != nil {
			return fmt.Errorf("change settings: %w", err)
		}
		now := old.clone()
		if err := edit(&now); err != nil {
			return err
		}
		entries := differences(old, now)
		if len(entries) == 0 {
			return nil
		}
		switch rev, err = b.write(ctx, guild, now, rev); {
		case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrExists):
			continue
		case err != nil:
			return fmt.Errorf("change settings: %w", err)
		}
		b.keep(guild, now, rev)
		return b.noteAll(ctx, guild, by, reason, entries)
	}
	return fmt.Errorf("change settings: others changed them %d times in a row: try again", casTries)
}

func (b *Book) write(ctx context.Context, guild string, s Settings, rev uint64) (uint64, error) {
	value, err := json.Marshal(s)
	if err != nil {
		return 0, err
	}
	if rev == 0 {
		return b.kv.Create(ctx, keyPrefix+guild, value)
	}
	return b.kv.Update(ctx, keyPrefix+guild, value, rev)
}

// noteAll writes what was changed. The change stands already, so the end of the
// request does not end the writing.
func (b *Book) noteAll(ctx context.Context, guild, by, reason string, entries []Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer cancel()
	at := time.Now()
	for _, e := range entries {
		e.At, e.By, e.Reason = at, by, reason
		if err := b.Note(ctx, guild, e); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrUnnoted, e.Name, err)
		}
	}
	return nil
}

// Note writes an entry into a community's audit log, exactly once. Without a time
// it is of now.
func (b *Book) Note(ctx context.Context, guild string, e Entry) error {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	e.At = e.At.UTC().Round(0)
	for _, s := range []*string{&e.Old, &e.New, &e.Reason} {
		*s = short(*s)
	}
	value, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return b.log.Audit(ctx, guild, value)
}

// Log is the newest n entries of a community's audit log, the newest first. One
// that cannot be read stands there as such.
func (b *Book) Log(ctx context.Context, guild string, n int) ([]Entry, error) {
	raw, err := b.log.AuditLog(ctx, guild, n)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, len(raw))
	for i, value := range raw {
		if err := json.Unmarshal(value, &out[i]); err != nil {
			out[i] = Entry{What: "unreadable", Reason: err.Error()}
		}
	}
	return out, nil
}
