package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// bucketHistory is how many values of a key are kept, the last included.
	bucketHistory = 5
	// kvOperation is the header by which every NATS client marks a deleted key.
	kvOperation = "KV-Operation"
	kvDelete    = "DEL"
	kvPurge     = "PURGE"
)

// KV is a bucket of named values. A value is only ever changed by compare-and-set,
// so what Get returned decides nothing by itself: Create and Update do. Keys are any
// non-empty text of up to 250 bytes.
type KV interface {
	// Get is the value of a key and its revision. ErrNotFound where there is none.
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	// Create sets a key that has no value and returns its revision. ErrExists where it has one.
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	// Update replaces the value that has the revision rev and returns the new one.
	// ErrConflict where the key has another revision, or none.
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
	// Delete removes a key; one that is not there is no error.
	Delete(ctx context.Context, key string) error
	// Keys are the keys that have a value, in no particular order.
	Keys(ctx context.Context) ([]string, error)
	// Watch hands every key that has a value to fn, then an empty key as the sign that
	// these were all, then every change as it comes, by whichever process: the value
	// and its revision, a nil value for a key that was deleted. A bucket's revisions
	// only grow, and of changes that follow each other fast only the last may come.
	// What goes by age goes unsaid. It blocks until ctx ends and then returns ctx's
	// error; a lost connection is made again. fn is called from one goroutine.
	Watch(ctx context.Context, fn func(key string, value []byte, rev uint64)) error
}

// The buckets, each with a history of five values a key.
const (
	BucketSettings  = "settings"
	BucketSchedules = "schedules"
	BucketSources   = "sources"
	BucketWatches   = "watches"
	// BucketButtons holds command lines that are too long for a button itself, by a
	// hash of them; open it with KVFor and ButtonsAge.
	BucketButtons = "buttons"
	// BucketMemory holds what channels were told last; open it with KVFor and MemoryAge.
	BucketMemory = "memory"
	// BucketLedger holds what was posted: <schedule>.<occurrence>.<part>.
	BucketLedger = "LEDGER"
)

// MemoryAge is how long it is remembered what a channel was told.
const MemoryAge = 90 * 24 * time.Hour

// ButtonsAge is how long a button whose line is in BucketButtons works.
const ButtonsAge = 180 * 24 * time.Hour

// bucket is a KV in a stream. It speaks the key-value layout of NATS itself
// (subject, headers), so `nats kv` reads it, but writes through settle: an
// acknowledgement lost on the way does not turn a success into ErrExists.
type bucket struct {
	name   string
	stream *stream
	kv     jetstream.KeyValue
}

var _ KV = (*bucket)(nil)

// KV opens a bucket, creating it where there is none. A name has letters, digits,
// "-" and "_".
func (s *Store) KV(ctx context.Context, name string) (KV, error) { return s.KVFor(ctx, name, 0) }

// KVFor is KV for a bucket whose values go by themselves when they are older than
// maxAge; 0 keeps them. Every process must open a bucket with the same age.
func (s *Store) KVFor(ctx context.Context, name string, maxAge time.Duration) (KV, error) {
	if !validBucket(name) {
		return nil, fmt.Errorf("bucket %q: a name has 1 to 64 letters, digits, - and _", name)
	}
	s.mu.Lock()
	b := s.buckets[name]
	s.mu.Unlock()
	if b != nil {
		return b, nil
	}
	st, err := s.openStream(ctx, bucketConfig(name, s.replicas, maxAge), false)
	if err != nil {
		return nil, err
	}
	b = &bucket{name: name, stream: st}
	err = st.retry(ctx, "open", func(ctx context.Context) (err error) {
		b.kv, err = s.js.KeyValue(ctx, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("open the bucket %s: %w", name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if have := s.buckets[name]; have != nil {
		return have, nil // another goroutine was faster
	}
	s.buckets[name] = b
	return b, nil
}

func (b *bucket) Get(ctx context.Context, key string) ([]byte, uint64, error) {
	subject, err := b.subject(key)
	if err != nil {
		return nil, 0, err
	}
	now, err := b.stream.latest(ctx, []string{subject})
	if err != nil {
		return nil, 0, fmt.Errorf("%s: read %q: %w", b.name, key, err)
	}
	m, ok := now[subject]
	if !ok || deleted(m) {
		return nil, 0, fmt.Errorf("%s: key %q: %w", b.name, key, ErrNotFound)
	}
	return m.data, m.seq, nil
}

func (b *bucket) Create(ctx context.Context, key string, v []byte) (uint64, error) {
	return b.set(ctx, key, v, func(m message, ok bool) (uint64, error) {
		if ok && !deleted(m) {
			return 0, ErrExists
		}
		return m.seq, nil
	})
}

func (b *bucket) Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error) {
	return b.set(ctx, key, v, func(m message, ok bool) (uint64, error) {
		if !ok || deleted(m) || m.seq != rev {
			return 0, ErrConflict
		}
		return rev, nil
	})
}

// set writes a value after the message that may decides on.
func (b *bucket) set(ctx context.Context, key string, v []byte, may func(message, bool) (uint64, error)) (uint64, error) {
	subject, err := b.subject(key)
	if err != nil {
		return 0, err
	}
	if most := b.stream.room(); len(v) > most {
		return 0, fmt.Errorf("%s: key %q: %w: %d bytes, the limit is %d", b.name, key, ErrTooLarge, len(v), most)
	}
	var seq uint64
	err = b.stream.settle(ctx, []string{subject}, func(now map[string]message) (change, error) {
		m, ok := now[subject]
		after, err := may(m, ok)
		if err != nil {
			return change{}, err
		}
		return change{[]write{{subject: subject, after: after, data: v}}, func(first uint64) { seq = first }}, nil
	})
	if err != nil {
		return 0, fmt.Errorf("%s: key %q: %w", b.name, key, err)
	}
	return seq, nil
}

func (b *bucket) Delete(ctx context.Context, key string) error {
	subject, err := b.subject(key)
	if err != nil {
		return err
	}
	err = b.stream.settle(ctx, []string{subject}, func(now map[string]message) (change, error) {
		c := change{done: func(uint64) {}}
		if m, ok := now[subject]; ok && !deleted(m) {
			c.writes = []write{{subject: subject, after: m.seq, header: map[string]string{kvOperation: kvDelete}}}
		}
		return c, nil
	})
	if err != nil {
		return fmt.Errorf("%s: delete %q: %w", b.name, key, err)
	}
	return nil
}

func (b *bucket) Keys(ctx context.Context) ([]string, error) {
	var names []string
	err := b.stream.retry(ctx, "list the keys of", func(ctx context.Context) (err error) {
		names, err = b.kv.Keys(ctx)
		return err
	})
	if errors.Is(err, jetstream.ErrNoKeysFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: list the keys: %w", b.name, err)
	}
	keys := make([]string, len(names))
	for i, n := range names {
		keys[i] = decodeKey(n)
	}
	return keys, nil
}

// subject is the subject that holds a key.
func (b *bucket) subject(key string) (string, error) {
	if key == "" || len(key) > maxKey {
		return "", fmt.Errorf("%s: key %.40q…: a key has 1 to %d bytes", b.name, key, maxKey)
	}
	return "$KV." + b.name + "." + encodeKey(key), nil
}

// deleted reports whether a message marks its key as deleted.
func deleted(m message) bool {
	op := m.header.Get(kvOperation)
	return op == kvDelete || op == kvPurge
}

func validBucket(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, plainKey+"-_") == ""
}
