package stories

import (
	"bytes"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"sitrep/news"
)

// work is one reading or change of a book. The first error stays in err, and nothing
// is changed behind it.
type work struct {
	b    *book
	tx   *bolt.Tx
	open map[string]*bolt.Bucket
	err  error
}

func newWork(b *book, tx *bolt.Tx) *work { return &work{b: b, tx: tx, open: map[string]*bolt.Bucket{}} }

// fail notes an error, and reports whether there is one.
func (w *work) fail(err error) bool {
	if err != nil && w.err == nil {
		w.err = err
	}
	return err != nil
}

// full is how much of a page is filled before it is split: less than all of it, since
// more comes in between.
const full = .85

func (w *work) bucket(name []byte) *bolt.Bucket {
	k := w.open[string(name)]
	if k == nil {
		k = w.tx.Bucket(name)
		k.FillPercent = full
		if bytes.Equal(name, bucketItems) || bytes.Equal(name, bucketChanges) {
			k.FillPercent = 1 // they only grow at their end
		}
		w.open[string(name)] = k
	}
	return k
}

func (w *work) get(name, key []byte) []byte { return w.bucket(name).Get(key) }

func (w *work) put(name, key, value []byte) {
	if w.err == nil {
		w.fail(w.bucket(name).Put(key, value))
	}
}

func (w *work) remove(name, key []byte) {
	if w.err == nil {
		w.fail(w.bucket(name).Delete(key))
	}
}

func key64(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func number64(b []byte) uint64 {
	if len(b) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

// recent are the items that were looked at last, up to two generations of a size:
// most dispatches are compared with the same few thousand.
type recent struct {
	young, old map[uint32]*Item
}

const recentItems = 2048

func newRecent() recent { return recent{map[uint32]*Item{}, map[uint32]*Item{}} }

func (r *recent) get(n uint32) *Item {
	it := r.young[n]
	if it == nil {
		if it = r.old[n]; it != nil {
			r.put(it)
		}
	}
	return it
}

func (r *recent) put(it *Item) {
	if len(r.young) >= recentItems {
		r.old, r.young = r.young, map[uint32]*Item{}
	}
	r.young[it.number] = it
}

func (r *recent) drop(n uint32) {
	delete(r.young, n)
	delete(r.old, n)
}

// seat gives where a dispatch was put.
func (w *work) seat(id news.ID) (seat, bool) {
	raw := w.get(bucketOf, []byte(id))
	if raw == nil {
		return seat{}, false
	}
	s, err := decodeSeat(raw)
	return s, !w.fail(err)
}

// item reads an item by its number. What changes of it is read anew.
func (w *work) item(n uint32) *Item {
	it := w.b.read.get(n)
	if it == nil {
		raw := w.get(bucketItems, key32(n))
		if raw == nil {
			w.fail(errDamaged)
			return nil
		}
		var err error
		if it, err = decodeItem(raw); w.fail(err) {
			return nil
		}
		it.number = n
		w.b.read.put(it)
	}
	s, ok := w.seat(it.ID)
	if !ok || s.number != n {
		w.fail(errDamaged)
		return nil
	}
	it.Story, it.Text = s.story, s.text
	return it
}

// shelve keeps an item that is new, and finds it by what it holds.
func (w *work) shelve(it *Item, terms []Word) {
	n := uint32(number64(w.get(bucketMeta, metaNext)))
	it.number = n
	w.put(bucketMeta, metaNext, key64(uint64(n)+1))
	w.put(bucketItems, key32(n), it.encode())
	w.b.read.put(it)
	w.put(bucketOf, []byte(it.ID), seat{number: n, text: it.ID}.encode())
	w.post(it, terms)
}

// unshelve forgets an item.
func (w *work) unshelve(it *Item) {
	w.remove(bucketItems, key32(it.number))
	w.remove(bucketOf, []byte(it.ID))
	w.b.read.drop(it.number)
	w.unpost(it)
}

// place notes where an item was put.
func (w *work) place(it *Item, bridge bool) {
	w.put(bucketOf, []byte(it.ID), seat{it.number, it.Story, it.Text, bridge}.encode())
}
