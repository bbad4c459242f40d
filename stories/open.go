package stories

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// openBooks opens the book that is wanted, made where there is none, and lets one
// answer: that, or one of another version until it is ready.
func (v *View) openBooks(last uint64) (next *book, err error) {
	wanted := v.path(v.version())
	paths, err := filepath.Glob(filepath.Join(v.opts.Dir, "*"+bookFile))
	if err != nil {
		return nil, fmt.Errorf("stories: %w", err)
	}
	var serve *book
	for _, path := range paths {
		readable := strings.HasPrefix(filepath.Base(path), formatVersion+".")
		if path != wanted && (serve != nil || !readable) {
			if err := removeBook(path); err != nil {
				return nil, errors.Join(err, serve.close())
			}
			continue
		}
		b, err := v.openFitting(path, last)
		switch {
		case err != nil:
			return nil, errors.Join(err, serve.close(), next.close())
		case b == nil:
		case path == wanted:
			next = b
		default:
			serve = b
		}
	}
	if next == nil {
		if next, err = v.create(); err != nil {
			return nil, errors.Join(err, serve.close())
		}
	}
	v.cur = serve
	if serve == nil {
		v.cur = next
	} else if next.applied.Load() >= last {
		v.cur = next
		return next, serve.remove()
	}
	return next, nil
}

// openFitting opens a book that is there; nil where it is damaged or of another log,
// and gone with that.
func (v *View) openFitting(path string, last uint64) (*book, error) {
	b, err := openBook(path, true)
	if err == nil {
		err = v.fits(b, last)
	}
	if err == nil {
		return b, nil
	}
	if !errors.Is(err, errDamaged) {
		return nil, errors.Join(err, b.close())
	}
	v.log.Warn("stories: they are grouped anew from the log", "file", path, "reason", err)
	if b != nil {
		return nil, b.remove()
	}
	return nil, removeBook(path)
}

// fits says why a book cannot be a view of the log.
func (v *View) fits(b *book, last uint64) error {
	log := ""
	if err := b.view(func(w *work) error { log = string(w.get(bucketMeta, metaLog)); return nil }); err != nil {
		return err
	}
	if log != v.logID {
		return fmt.Errorf("%w: it was made from another log", errDamaged)
	}
	if at := b.applied.Load(); at > last {
		return fmt.Errorf("%w: it has applied event %d, the log ends at %d", errDamaged, at, last)
	}
	return nil
}

// create makes the book that is wanted, empty.
func (v *View) create() (*book, error) {
	path := v.path(v.version())
	if err := removeBook(path); err != nil {
		return nil, err
	}
	b, err := openBook(path, true)
	if err != nil {
		return nil, err
	}
	err = b.update(0, func(w *work) error {
		w.put(bucketMeta, metaLog, []byte(v.logID))
		return nil
	})
	if err != nil {
		return nil, errors.Join(err, b.remove())
	}
	return b, nil
}

// swap lets a book answer, and removes the one that did.
func (v *View) swap(next *book) error {
	v.mu.Lock() // nobody reads meanwhile: readers hold mu
	defer v.mu.Unlock()
	old := v.cur
	v.cur = next
	if old == nil || old == next {
		return nil
	}
	return old.remove()
}

// replace throws a damaged book away, and gives an empty one.
func (v *View) replace(bad *book) (*book, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	answers := v.cur == bad
	if answers {
		v.cur = nil
	}
	if err := bad.remove(); err != nil && !errors.Is(err, os.ErrClosed) {
		return nil, err
	}
	next, err := v.create()
	if err == nil && answers {
		v.cur = next
	}
	return next, err
}
