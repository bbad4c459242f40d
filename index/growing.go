package index

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"github.com/blevesearch/mmap-go"
)

// growing is a file that only grows. What was in it some time ago is mapped into
// memory, for those who look at much of it: a read costs a call of the system each.
type growing struct {
	f      *os.File
	end    atomic.Int64
	mapped atomic.Pointer[mmap.MMap]

	mu   sync.Mutex // of adding and mapping
	late *[]byte    // added, but not in the file yet: it is read when it has been synced
	maps []mmap.MMap
}

func openFile(path string) (*growing, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("index: %w", err), f.Close())
	}
	g := &growing{f: f}
	g.end.Store(info.Size())
	return g, nil
}

// close must not be called while somebody reads.
func (f *growing) close() (err error) {
	for _, m := range f.maps {
		err = errors.Join(err, m.Unmap())
	}
	return errors.Join(err, f.f.Close())
}

// lateBytes is how much is added before it is written: a call of the system for each
// text would cost more than the text.
const lateBytes = 128 << 10

// lateBufs hold it: between batches nothing needs one.
var lateBufs = sync.Pool{New: func() any {
	b := make([]byte, 0, 2*lateBytes)
	return &b
}}

// add appends and says where that begins. It is in the file after the next sync.
func (f *growing) add(b []byte) (at int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.late == nil {
		f.late, _ = lateBufs.Get().(*[]byte)
	}
	at = f.end.Load() + int64(len(*f.late))
	*f.late = append(*f.late, b...)
	if len(*f.late) < lateBytes {
		return at, nil
	}
	return at, f.write()
}

// write writes what was added. The caller holds mu.
func (f *growing) write() error {
	if f.late == nil {
		return nil
	}
	if _, err := f.f.WriteAt(*f.late, f.end.Load()); err != nil {
		return fmt.Errorf("index: keeping a text: %w", err)
	}
	f.end.Add(int64(len(*f.late)))
	*f.late = (*f.late)[:0]
	lateBufs.Put(f.late)
	f.late = nil
	return nil
}

// sync brings what was added to the disk.
func (f *growing) sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.write(); err != nil {
		return err
	}
	if err := f.f.Sync(); err != nil {
		return fmt.Errorf("index: keeping texts: %w", err)
	}
	return nil
}

func (f *growing) size() int64 { return f.end.Load() }

// blank overwrites with zeros.
func (f *growing) blank(at, n int64) error {
	if at < 0 || n < 0 || at+n > f.size() {
		return errText
	}
	if _, err := f.f.WriteAt(make([]byte, n), at); err != nil {
		return fmt.Errorf("index: blanking a text: %w", err)
	}
	return nil
}

// leastMap is how much more there must be than is mapped to map it anew: the maps
// that were are kept to the end, since somebody may read them.
const leastMap = 1 << 20

// at gives n bytes at a place: mapped ones, or what it reads into buf.
func (f *growing) at(at int64, n int, buf *[]byte) ([]byte, error) {
	end := at + int64(n)
	if at < 0 || n < 0 || end > f.size() {
		return nil, errText
	}
	m := f.mapped.Load()
	if m == nil || end > int64(len(*m)) {
		if m = f.remap(m); m == nil || end > int64(len(*m)) {
			return f.read(at, n, buf)
		}
	}
	return (*m)[at:end], nil
}

// remap maps what there is now, where that is worth it. seen is the map that was too
// short.
func (f *growing) remap(seen *mmap.MMap) *mmap.MMap {
	var had int64
	if seen != nil {
		had = int64(len(*seen))
	}
	if f.size() < had+max(had, leastMap) {
		return seen
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.mapped.Load(); now != seen {
		return now
	}
	m, err := mmap.MapRegion(f.f, int(f.size()), mmap.RDONLY, 0, 0)
	if err != nil { // it is only slower without
		return seen
	}
	f.maps = append(f.maps, m)
	f.mapped.Store(&m)
	return &m
}

func (f *growing) read(at int64, n int, buf *[]byte) ([]byte, error) {
	if cap(*buf) < n {
		*buf = make([]byte, max(n, usual))
	}
	b := (*buf)[:n]
	if _, err := f.f.ReadAt(b, at); err != nil {
		return nil, fmt.Errorf("%w: %w", errText, err)
	}
	return b, nil
}
