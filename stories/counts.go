package stories

import (
	"encoding/binary"
	"fmt"
)

// counts say in how many dispatches each term stands. They forget: whenever aged
// dispatches have come, everything counts half as much from then on, so that they take
// up no more room however many are filed, and say what is rare in these days' news.
//
// They are kept in memory. On disk there is a copy of them, and every change since.
type counts struct {
	all    int
	in     map[uint32]uint32
	since  int  // changes after the copy
	copied int  // the pieces of the copy
	loaded bool // they are read when they are first needed
}

const (
	// aged is how many dispatches are counted before all counts are halved.
	aged = 200_000
	// copyEvery is after how many changes a new copy is written.
	copyEvery = 4096
	// pieceTerms is how many counts one piece of the copy has.
	pieceTerms = 8192
)

// terms calls each with what counts of an item.
func (it *Item) terms(each func(uint32)) {
	for _, w := range it.Words {
		each(w.Term)
	}
	for _, t := range it.Covers {
		each(t)
	}
}

// bump counts a term once more, or once less.
func (c *counts) bump(t uint32, more bool) {
	switch n := c.in[t]; {
	case more:
		c.in[t] = n + 1
	case n > 1:
		c.in[t] = n - 1
	default:
		delete(c.in, t)
	}
}

// tally counts a dispatch, or takes it back.
func (c *counts) tally(more bool, terms []uint32) {
	if more {
		c.all++
	} else {
		c.all = max(c.all-1, 0)
	}
	for _, t := range terms {
		c.bump(t, more)
	}
	if c.all >= aged {
		c.halve()
	}
}

func (c *counts) halve() {
	c.all /= 2
	for t, n := range c.in {
		if n /= 2; n == 0 {
			delete(c.in, t)
		} else {
			c.in[t] = n
		}
	}
}

// count takes a dispatch into the counts, or out of them, and notes the change.
func (w *work) count(it *Item, more bool) {
	c := &w.b.counts
	note := []byte{0}
	if more {
		note[0] = 1
	}
	var terms []uint32
	it.terms(func(t uint32) {
		terms = append(terms, t)
		note = binary.BigEndian.AppendUint32(note, t)
	})
	c.tally(more, terms)
	w.put(bucketChanges, key32(uint32(c.since)), note)
	if c.since++; c.since >= copyEvery {
		w.copyCounts()
	}
}

// copyCounts writes the counts whole: 8 bytes a term, in pieces. The changes up to
// now are in them.
func (w *work) copyCounts() {
	c := &w.b.counts
	piece, n := binary.BigEndian.AppendUint64(nil, uint64(c.all)), 0
	flush := func() {
		w.put(bucketCounts, key32(uint32(n)), piece)
		piece, n = nil, n+1
	}
	for t, k := range c.in {
		piece = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(piece, t), k)
		if len(piece) >= 8*pieceTerms {
			flush()
		}
	}
	flush()
	for i := n; i < c.copied; i++ {
		w.remove(bucketCounts, key32(uint32(i)))
	}
	w.emptied(bucketChanges)
	c.copied, c.since = n, 0
}

// loadCounts reads the copy and what has changed since.
func (w *work) loadCounts() error {
	c := counts{in: map[uint32]uint32{}, loaded: true}
	pieces := w.tx.Bucket(bucketCounts).Cursor()
	for k, v := pieces.First(); k != nil; k, v = pieces.Next() {
		if c.copied == 0 && len(v) >= 8 {
			c.all, v = int(binary.BigEndian.Uint64(v)), v[8:]
		}
		for ; len(v) >= 8; v = v[8:] {
			c.in[binary.BigEndian.Uint32(v)] = binary.BigEndian.Uint32(v[4:])
		}
		if len(v) > 0 {
			return fmt.Errorf("%w: a copy of its counts", errDamaged)
		}
		c.copied++
	}
	changes := w.tx.Bucket(bucketChanges).Cursor()
	for k, v := changes.First(); k != nil; k, v = changes.Next() {
		if len(v)%4 != 1 {
			return fmt.Errorf("%w: a change of its counts", errDamaged)
		}
		var terms []uint32
		for t := v[1:]; len(t) > 0; t = t[4:] {
			terms = append(terms, binary.BigEndian.Uint32(t))
		}
		c.tally(v[0] == 1, terms)
		c.since++
	}
	w.b.counts = c
	return nil
}

// emptied makes a bucket anew.
func (w *work) emptied(name []byte) {
	if w.fail(w.tx.DeleteBucket(name)) {
		return
	}
	_, err := w.tx.CreateBucket(name)
	w.fail(err)
	delete(w.open, string(name))
}
