package index

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"github.com/RoaringBitmap/roaring/v2"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum"
)

// sheafDict is the dictionary of a field. The value of a term is
//
//	document<<1 | 1   where it stands in one document, once
//	place<<1          of its postings otherwise
//
// and postings are their number, and for each how far its document is from the one
// before (the first: from -1), less 1. A counted field has that twice, and one more
// where the frequency is above 1; less 2 it follows then. All are uvarints. Postings of
// all documents in a field that is not counted are their number alone.
type sheafDict struct {
	s        *sheaf
	field    string
	counted  bool
	postings []byte
	fst      *vellum.FST
}

const once = 1

func (d *sheafDict) list(value uint64) (*sheafList, error) {
	if value&once != 0 {
		if value>>1 >= uint64(d.s.docs) {
			return nil, fmt.Errorf("%w: a term of %s is in document %d of %d", errSheaf, d.field, value>>1, d.s.docs)
		}
		return &sheafList{d: d, n: 1, only: uint32(value >> 1)}, nil
	}
	at := value >> 1
	if at >= uint64(len(d.postings)) {
		return nil, fmt.Errorf("%w: the postings of a term of %s", errSheaf, d.field)
	}
	n, k := binary.Uvarint(d.postings[at:])
	if k <= 0 || n == 0 || n > uint64(d.s.docs) {
		return nil, fmt.Errorf("%w: %d postings of a term of %s", errSheaf, n, d.field)
	}
	return &sheafList{d: d, n: int(n), raw: d.postings[int(at)+k:]}, nil
}

// PostingsList gives the postings of a term, but for some documents.
func (d *sheafDict) PostingsList(term []byte, except *roaring.Bitmap, _ segment.PostingsList) (segment.PostingsList, error) {
	if d.fst == nil {
		return &sheafList{}, nil
	}
	value, ok, err := d.fst.Get(term)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errSheaf, err)
	}
	if !ok {
		return &sheafList{}, nil
	}
	l, err := d.list(value)
	if err != nil {
		return nil, err
	}
	if except != nil && !except.IsEmpty() {
		l.except = except
	}
	return l, nil
}

// AutomatonIterator gives the terms that an automaton takes, within bounds.
func (d *sheafDict) AutomatonIterator(a segment.Automaton, from, to []byte) segment.DictionaryIterator {
	if d.fst == nil {
		return &sheafWords{}
	}
	it, err := d.fst.Search(a, from, to)
	if err != nil {
		return &sheafWords{err: err}
	}
	return &sheafWords{d: d, it: it}
}

// Contains reports whether there is a term.
func (d *sheafDict) Contains(key []byte) (bool, error) {
	if d.fst == nil {
		return false, nil
	}
	return d.fst.Contains(key)
}

// Cardinality is the number of terms.
func (d *sheafDict) Cardinality() int {
	if d.fst == nil {
		return 0
	}
	return d.fst.Len()
}

// sheafWords gives the terms of a dictionary.
type sheafWords struct {
	d     *sheafDict
	it    *vellum.FSTIterator
	entry bleveindex.DictEntry
	err   error
}

// Next gives the next term and in how many documents it stands; nil at the end.
func (w *sheafWords) Next() (*bleveindex.DictEntry, error) {
	if w.err == nil && w.it == nil {
		return nil, nil
	}
	if w.err == vellum.ErrIteratorDone { //nolint:errorlint // vellum hands it over as it is
		return nil, nil
	}
	if w.err != nil {
		return nil, fmt.Errorf("%w: %w", errSheaf, w.err)
	}
	term, value := w.it.Current()
	l, err := w.d.list(value)
	if err != nil {
		return nil, err
	}
	w.entry = bleveindex.DictEntry{Term: string(term), Count: uint64(l.n)}
	w.err = w.it.Next()
	return &w.entry, nil
}

// sheafList are the postings of a term.
type sheafList struct {
	noBytes
	d      *sheafDict
	n      int
	only   uint32
	raw    []byte // nil: it is in one document alone
	except *roaring.Bitmap
}

// Count is the number of documents.
func (l *sheafList) Count() uint64 {
	if l.except == nil {
		return uint64(l.n)
	}
	n := uint64(0)
	for it := l.read(); it.step(); {
		n++
	}
	return n
}

// Size is what it takes in memory.
func (l *sheafList) Size() int { return 64 }

func (l *sheafList) read() *sheafPostings {
	it := &sheafPostings{l: l, raw: l.raw, left: l.n, doc: -1}
	it.all = l.raw != nil && !l.d.counted && l.n == l.d.s.docs
	return it
}

// documents gives the documents as a bitmap.
func (l *sheafList) documents() (*roaring.Bitmap, error) {
	bm, it := roaring.New(), l.read()
	if it.all && l.except == nil {
		bm.AddRange(0, uint64(l.n))
		return bm, nil
	}
	docs := make([]uint32, 0, l.n)
	for it.step() {
		docs = append(docs, uint32(it.doc))
	}
	bm.AddMany(docs)
	return bm, it.err
}

// Iterator gives them in the order of the documents.
func (l *sheafList) Iterator(_, _, _ bool, _ segment.PostingsIterator) segment.PostingsIterator {
	return l.read()
}

// sheafPostings reads postings.
type sheafPostings struct {
	noBytes
	l    *sheafList
	raw  []byte
	left int
	all  bool // of all documents
	doc  int64
	freq uint64
	err  error
}

// step goes to the next document; false at the end, or where something is wrong.
func (p *sheafPostings) step() bool {
	for p.left > 0 && p.err == nil {
		p.left--
		p.decode()
		if p.err == nil && (p.l.except == nil || !p.l.except.Contains(uint32(p.doc))) {
			return true
		}
	}
	return false
}

func (p *sheafPostings) decode() {
	p.freq = 1
	switch {
	case p.l.raw == nil:
		p.doc = int64(p.l.only)
		return
	case p.all:
		p.doc++
		return
	}
	v := p.number()
	if p.l.d.counted {
		if v&1 != 0 {
			p.freq = p.number() + 2
		}
		v >>= 1
	}
	p.doc += int64(v&math.MaxUint32) + 1
	if p.doc >= int64(p.l.d.s.docs) && p.err == nil {
		p.err = fmt.Errorf("%w: postings of %s", errSheaf, p.l.d.field)
	}
}

func (p *sheafPostings) number() uint64 {
	if len(p.raw) > 0 && p.raw[0] < 0x80 {
		v := p.raw[0]
		p.raw = p.raw[1:]
		return uint64(v)
	}
	v, k := binary.Uvarint(p.raw)
	if k <= 0 {
		p.err = fmt.Errorf("%w: postings of %s", errSheaf, p.l.d.field)
		return 0
	}
	p.raw = p.raw[k:]
	return v
}

// Next gives the next posting; nil at the end.
func (p *sheafPostings) Next() (segment.Posting, error) {
	if !p.step() {
		return nil, p.err
	}
	return p, nil
}

// Advance gives the first posting at or behind a document.
func (p *sheafPostings) Advance(doc uint64) (segment.Posting, error) {
	for p.step() {
		if uint64(p.doc) >= doc {
			return p, nil
		}
	}
	return nil, p.err
}

// The posting that it stands at.

func (p *sheafPostings) Number() uint64                { return uint64(p.doc) }
func (p *sheafPostings) Frequency() uint64             { return p.freq }
func (p *sheafPostings) Locations() []segment.Location { return nil }
func (p *sheafPostings) Size() int                     { return 64 }

// Norm is what bleve makes of the length of a field: it lies in the row.
func (p *sheafPostings) Norm() float64 {
	row, n := p.l.d.s.row(int(p.doc)), uint16(1)
	switch {
	case strings.HasPrefix(p.l.d.field, fieldTitle):
		n = row.title
	case strings.HasPrefix(p.l.d.field, fieldBody):
		n = row.body
	}
	return 1 / math.Sqrt(float64(n))
}

// noBytes counts no bytes.
type noBytes struct{}

func (noBytes) BytesRead() uint64     { return 0 }
func (noBytes) ResetBytesRead(uint64) {}
func (noBytes) BytesWritten() uint64  { return 0 }

// idDict has the IDs as terms, to find documents by.
type idDict struct{ s *sheaf }

// PostingsList gives the document of an ID.
func (d idDict) PostingsList(id []byte, except *roaring.Bitmap, _ segment.PostingsList) (segment.PostingsList, error) {
	doc, ok := d.s.find(string(id))
	if !ok || except != nil && except.Contains(doc) {
		return &sheafList{}, nil
	}
	return &sheafList{d: &sheafDict{s: d.s, field: idField}, n: 1, only: doc}, nil
}

// AutomatonIterator gives none: nobody looks for IDs that are alike.
func (d idDict) AutomatonIterator(segment.Automaton, []byte, []byte) segment.DictionaryIterator {
	return &sheafWords{}
}

// Contains reports whether there is a document.
func (d idDict) Contains(id []byte) (bool, error) {
	_, ok := d.s.find(string(id))
	return ok, nil
}

// Cardinality is the number of documents.
func (d idDict) Cardinality() int { return d.s.docs }
