package index

import (
	"bytes"
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// sheaves makes scorch write sheaves. An index in scorch's own format is not read any
// more: it is built anew (formatVersion).
type sheaves struct{}

var useSheaves = sync.OnceFunc(func() { scorch.RegisterSegmentPlugin(sheaves{}, true) })

// Type names the format.
func (sheaves) Type() string { return "sheaf" }

// Version is that of the format.
func (sheaves) Version() uint32 { return 1 }

// New makes a sheaf of the documents of a batch.
func (sheaves) New(results []bleveindex.Document) (segment.Segment, uint64, error) {
	docs := make([]*filed, len(results))
	for i, r := range results {
		d, ok := r.(*filed)
		if !ok {
			return nil, 0, fmt.Errorf("index: a document is a %T", r)
		}
		docs[i] = d
	}
	b, err := buildSheaf(docs)
	if err != nil {
		return nil, 0, err
	}
	s, err := openSheaf(b)
	return s, uint64(len(b)), err
}

// NewUsing is New.
func (p sheaves) NewUsing(results []bleveindex.Document, _ map[string]any) (segment.Segment, uint64, error) {
	return p.New(results)
}

// Open opens the sheaf of a path.
func (sheaves) Open(path string) (segment.Segment, error) {
	s, err := openSheafFile(path)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// OpenUsing is Open.
func (p sheaves) OpenUsing(path string, _ map[string]any) (segment.Segment, error) {
	return p.Open(path)
}

// MergeUsing is Merge.
func (p sheaves) MergeUsing(segments []segment.Segment, drops []*roaring.Bitmap, path string, closed chan struct{}, r segment.StatsReporter, _ map[string]any) ([][]uint64, uint64, error) {
	return p.Merge(segments, drops, path, closed, r)
}

// dropped is the new number of a document that is dropped.
const dropped = math.MaxUint64

// Merge makes one sheaf of several, in the order of the texts, and says which numbers
// the documents have in it.
func (sheaves) Merge(segments []segment.Segment, drops []*roaring.Bitmap, path string, closed chan struct{}, r segment.StatsReporter) ([][]uint64, uint64, error) {
	m := &merging{closed: closed}
	for _, seg := range segments {
		switch s := seg.(type) {
		case *sheaf:
			m.from = append(m.from, s)
		case *sheafFile:
			m.from = append(m.from, s.sheaf)
		default:
			return nil, 0, fmt.Errorf("index: a segment is a %T", seg)
		}
	}
	m.number(drops)
	var size uint64
	err := writeSheaf(path, func(out io.Writer) (err error) {
		size, err = m.merge(out)
		return err
	})
	if m.ended() {
		err = segment.ErrClosed // scorch takes it for no failure as it stands alone
	}
	if err != nil {
		return nil, 0, err
	}
	if r != nil {
		r.ReportBytesWritten(size)
	}
	return m.numbers, size, nil
}

// merging is a merge.
type merging struct {
	from    []*sheaf
	numbers [][]uint64 // of each sheaf's documents, the new ones
	rank    []int      // of each sheaf, among those with documents that stay
	rows    []values
	ids     []string
	closed  chan struct{}
	docs    []uint32
	freqs   []uint32
}

// number gives the documents their new numbers.
func (m *merging) number(drops []*roaring.Bitmap) {
	m.numbers, m.rank = make([][]uint64, len(m.from)), make([]int, len(m.from))
	order := make([]int, len(m.from))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(m.from[x].begin(), m.from[y].begin()) })
	for rank, i := range order {
		s := m.from[i]
		m.rank[i] = rank
		m.numbers[i] = make([]uint64, s.docs)
		for doc := range s.docs {
			if drops[i] != nil && drops[i].Contains(uint32(doc)) {
				m.numbers[i][doc] = dropped
				continue
			}
			m.numbers[i][doc] = uint64(len(m.rows))
			m.rows, m.ids = append(m.rows, s.row(doc)), append(m.ids, s.id(doc))
		}
	}
}

func (m *merging) merge(out io.Writer) (uint64, error) {
	fields := map[string]bool{} // counted
	for _, s := range m.from {
		for _, d := range s.dicts {
			fields[d.field] = d.counted
		}
	}
	w, err := newSheafWriter(make([]byte, 0, flushBytes), out, len(m.rows))
	if err != nil {
		return 0, err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := m.field(w, name, fields[name]); err != nil {
			return 0, err
		}
	}
	err = w.finish(m.rows, m.ids)
	return uint64(w.done), err
}

// mergedDict is a dictionary that is merged, at one of its terms.
type mergedDict struct {
	d     *sheafDict
	it    *vellum.FSTIterator
	to    []uint64
	rank  int
	term  []byte
	value uint64
}

// mergedDicts are the dictionaries, the one with the first term on top.
type mergedDicts []*mergedDict

func (h mergedDicts) Len() int { return len(h) }
func (h mergedDicts) Less(i, j int) bool {
	c := bytes.Compare(h[i].term, h[j].term)
	return c < 0 || c == 0 && h[i].rank < h[j].rank
}
func (h mergedDicts) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *mergedDicts) Push(x any)   { *h = append(*h, x.(*mergedDict)) }
func (h *mergedDicts) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}

// field merges the terms of a field.
func (m *merging) field(w *sheafWriter, name string, counted bool) error {
	var h mergedDicts
	for i, s := range m.from {
		d := s.dicts[name]
		if d == nil {
			continue
		}
		it, err := d.fst.Iterator(nil, nil)
		if errors.Is(err, vellum.ErrIteratorDone) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errSheaf, err)
		}
		e := &mergedDict{d: d, it: it, to: m.numbers[i], rank: m.rank[i]}
		e.term, e.value = it.Current()
		h = append(h, e)
	}
	heap.Init(&h)
	w.begin(name, counted)
	var term []byte
	for n := 0; len(h) > 0; n++ {
		if n%checkTerms == 0 && m.ended() {
			return segment.ErrClosed
		}
		term = append(term[:0], h[0].term...)
		m.docs, m.freqs = m.docs[:0], m.freqs[:0]
		for len(h) > 0 && bytes.Equal(h[0].term, term) {
			if err := m.take(&h); err != nil {
				return err
			}
		}
		if len(m.docs) == 0 {
			continue
		}
		if err := w.term(term, m.docs, m.freqs); err != nil {
			return err
		}
	}
	return w.end()
}

// take reads the postings of the first dictionary's term and moves it on.
func (m *merging) take(h *mergedDicts) error {
	e := (*h)[0]
	l, err := e.d.list(e.value)
	if err != nil {
		return err
	}
	p := l.read()
	for p.step() {
		if to := e.to[p.doc]; to != dropped {
			m.docs, m.freqs = append(m.docs, uint32(to)), append(m.freqs, uint32(p.freq))
		}
	}
	if p.err != nil {
		return p.err
	}
	switch err := e.it.Next(); {
	case err == nil:
		e.term, e.value = e.it.Current()
		heap.Fix(h, 0)
	case errors.Is(err, vellum.ErrIteratorDone):
		heap.Pop(h)
	default:
		return fmt.Errorf("%w: %w", errSheaf, err)
	}
	return nil
}

func (m *merging) ended() bool {
	select {
	case <-m.closed:
		return true
	default:
		return false
	}
}
