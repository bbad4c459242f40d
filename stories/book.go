package stories

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
)

// book is one set of stories on disk, with all that is compared with.
type book struct {
	path    string
	db      *bolt.DB
	applied atomic.Uint64

	// What follows belongs to whoever writes: one at a time.
	counts counts
	read   recent
}

// What a book holds.
var (
	bucketMeta    = []byte("meta")    // log, applied, next
	bucketOf      = []byte("of")      // dispatch → seat
	bucketItems   = []byte("items")   // number → item
	bucketNear    = []byte("near")    // day and scope → term → numbers and times
	bucketStories = []byte("stories") // story → head
	bucketMembers = []byte("members") // story, time, number → member
	bucketDays    = []byte("days")    // day, story → how many of its dispatches
	bucketInto    = []byte("into")    // story that went up in another → that one
	bucketCounts  = []byte("counts")  // pieces of the copy of the counts
	bucketChanges = []byte("changes") // what has changed of them since
	allBuckets    = [][]byte{bucketMeta, bucketOf, bucketItems, bucketNear, bucketStories, bucketMembers, bucketDays, bucketInto, bucketCounts, bucketChanges}

	metaLog, metaApplied, metaNext = []byte("log"), []byte("applied"), []byte("next")
)

// lockLimit is how long another process is waited for that still has the file.
const lockLimit = 10 * time.Second

// openBook opens a book or makes an empty one. A file that is cut short faults when it
// is read: such a fault is made a panic here, and a mark stands beside the file until it
// has been looked at, for what ends the process all the same.
func openBook(path string, sync bool) (b *book, err error) {
	mark := path + ".opening"
	if _, err := os.Stat(mark); err == nil {
		return nil, fmt.Errorf("%w: the last attempt to open %s did not end", errDamaged, path)
	}
	if err := os.WriteFile(mark, nil, 0o600); err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s: %v", errDamaged, path, p)
		}
		err = errors.Join(err, os.Remove(mark))
	}()
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockLimit, NoSync: !sync, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errDamaged, path, err)
	}
	b = &book{path: path, db: db, read: newRecent()}
	err = db.Update(func(tx *bolt.Tx) error {
		info, err := os.Stat(path)
		if err == nil && info.Size() < tx.Size() {
			err = fmt.Errorf("%w: %s is cut short", errDamaged, path)
		}
		for _, name := range allBuckets {
			if err == nil {
				_, err = tx.CreateBucketIfNotExists(name)
			}
		}
		if err == nil {
			b.applied.Store(number64(tx.Bucket(bucketMeta).Get(metaApplied)))
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return b, nil
}

func (b *book) close() error {
	if b == nil {
		return nil
	}
	if err := b.db.Close(); err != nil {
		return fmt.Errorf("stories: %w", err)
	}
	return nil
}

// remove closes a book and deletes it.
func (b *book) remove() error { return errors.Join(b.close(), removeBook(b.path)) }

func removeBook(path string) error {
	var errs error
	for _, p := range []string{path, path + ".opening"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = errors.Join(errs, fmt.Errorf("stories: %w", err))
		}
	}
	return errs
}

// update lets fn change the book, up to an event of the log; all of that is on disk
// when it returns, or nothing is.
func (b *book) update(applied uint64, fn func(*work) error) error {
	err := b.db.Update(func(tx *bolt.Tx) error {
		w := newWork(b, tx)
		if !b.counts.loaded {
			if err := w.loadCounts(); err != nil {
				return err
			}
		}
		if err := fn(w); err != nil {
			return err
		}
		w.put(bucketMeta, metaApplied, key64(applied))
		return w.err
	})
	if err != nil {
		b.counts, b.read = counts{}, newRecent() // they hold what was not written
		return err
	}
	b.applied.Store(applied)
	return nil
}

// view lets fn read the book as it is between two updates.
func (b *book) view(fn func(*work) error) error {
	return b.db.View(func(tx *bolt.Tx) error {
		w := newWork(b, tx)
		return errors.Join(fn(w), w.err)
	})
}
