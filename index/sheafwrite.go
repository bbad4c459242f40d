package index

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/vellum"
)

// sheafWriter makes a sheaf: the fields in the order of their names, the terms of each
// in the order of their bytes, then the documents.
type sheafWriter struct {
	b     []byte    // what is not in out yet
	out   io.Writer // nil: everything stays in b
	done  int       // bytes in out
	docs  int
	table []byte
	count int // fields
	fst   *vellum.Builder
	words bytes.Buffer // the FST in the making

	name     string
	counted  bool
	from     int // where the field's postings begin
	postings bool
}

// noSharing leaves it out to look for equal ends of words: it makes the FST a little
// smaller, and takes far longer.
var noSharing = &vellum.BuilderOpts{Encoder: 1, RegistryTableSize: 0, RegistryMRUSize: 1}

// flushBytes is how much a writer holds back from its file.
const flushBytes = 1 << 20

func newSheafWriter(b []byte, out io.Writer, docs int) (w *sheafWriter, err error) {
	w = &sheafWriter{b: b, out: out, docs: docs}
	w.fst, err = vellum.New(&w.words, noSharing)
	return w, err
}

// at is the place of what is written next.
func (w *sheafWriter) at() int { return w.done + len(w.b) }

func (w *sheafWriter) flush(least int) error {
	if w.out == nil || len(w.b) < least {
		return nil
	}
	n, err := w.out.Write(w.b)
	w.done += n
	w.b = w.b[:0]
	return err
}

func (w *sheafWriter) begin(field string, counted bool) {
	w.name, w.counted, w.from, w.postings = field, counted, w.at(), false
}

// term writes a term. freqs are not read where the field is not counted.
func (w *sheafWriter) term(term []byte, docs, freqs []uint32) error {
	w.postings = true
	if len(docs) == 1 && (!w.counted || freqs[0] == 1) {
		return w.insert(term, uint64(docs[0])<<1|once)
	}
	at := w.at() - w.from
	w.b = binary.AppendUvarint(w.b, uint64(len(docs)))
	before := uint32(0)
	for i, doc := range docs {
		gap := uint64(doc - before)
		before = doc + 1
		switch {
		case w.counted && freqs[i] == 1:
			w.b = binary.AppendUvarint(w.b, gap<<1)
		case w.counted:
			w.b = binary.AppendUvarint(binary.AppendUvarint(w.b, gap<<1|1), uint64(freqs[i]-2))
		case len(docs) < w.docs:
			w.b = binary.AppendUvarint(w.b, gap)
		}
	}
	if err := w.flush(flushBytes); err != nil {
		return err
	}
	return w.insert(term, uint64(at)<<1)
}

func (w *sheafWriter) insert(term []byte, value uint64) error {
	if err := w.fst.Insert(term, value); err != nil {
		return fmt.Errorf("index: the terms of %s: %w", w.name, err)
	}
	return nil
}

// end ends a field; one without terms is left out.
func (w *sheafWriter) end() error {
	if !w.postings {
		return nil
	}
	if err := w.fst.Close(); err != nil {
		return fmt.Errorf("index: the terms of %s: %w", w.name, err)
	}
	at := w.at()
	w.b = append(w.b, w.words.Bytes()...)
	kind := uint64(0)
	if w.counted {
		kind = 1
	}
	w.table = appendString(w.table, w.name)
	for _, v := range []uint64{kind, uint64(w.from), uint64(at), uint64(w.at() - at)} {
		w.table = binary.AppendUvarint(w.table, v)
	}
	w.count++
	w.words.Reset()
	return w.fst.Reset(&w.words)
}

// finish writes the documents, and the end.
func (w *sheafWriter) finish(rows []values, ids []string) error {
	var places [6]int
	places[0] = w.at()
	for _, v := range rows {
		w.b = appendRow(w.b, v)
	}
	places[1] = w.at()
	keys, odd := make([][idBytes]byte, len(ids)), map[string]int{}
	for doc, id := range ids {
		var ok bool
		if keys[doc], ok = shortID(id); !ok {
			odd[id] = doc
		}
		w.b = append(w.b, keys[doc][:]...)
	}
	places[2] = w.at()
	for _, doc := range ordered(len(keys), func(x, y uint32) int { return bytes.Compare(keys[x][:], keys[y][:]) }) {
		w.b = binary.LittleEndian.AppendUint32(w.b, doc)
	}
	places[3] = w.at()
	w.b = binary.AppendUvarint(w.b, uint64(len(odd)))
	for _, id := range slices.Sorted(maps.Keys(odd)) {
		w.b = appendString(binary.AppendUvarint(w.b, uint64(odd[id])), id)
	}
	places[4], places[5] = w.at(), w.docs
	table := len(w.b)
	w.b = append(binary.AppendUvarint(w.b, uint64(w.count)), w.table...)
	for _, v := range places {
		w.b = binary.LittleEndian.AppendUint64(w.b, uint64(v))
	}
	w.b = binary.LittleEndian.AppendUint32(w.b, crc32.Checksum(w.b[table:], castagnoli))
	w.b = append(w.b, sheafMagic...)
	return w.flush(0)
}

// ordered are the numbers from 0 up in some order.
func ordered(n int, compare func(x, y uint32) int) []uint32 {
	order := make([]uint32, n)
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, compare)
	return order
}

// tally counts the terms of a field in the documents of a batch.
type tally struct {
	terms   map[string]uint32  // to their numbers here
	seen    map[*string]uint32 // the same, by where they are: that is faster
	words   []string
	last    []uint32 // of each term its last occurrence, 1 up
	numbers []uint32 // of each term in how many documents it is
	found   []tallied
}

type tallied struct{ term, doc, freq uint32 }

var tallies = sync.Pool{New: func() any { return &tally{terms: map[string]uint32{}, seen: map[*string]uint32{}} }}

func (t *tally) reset() {
	clear(t.terms)
	clear(t.seen)
	clear(t.words)
	t.words, t.last, t.numbers, t.found = t.words[:0], t.last[:0], t.numbers[:0], t.found[:0]
}

// number is that of a term.
func (t *tally) number(term string) uint32 {
	n, ok := t.terms[term]
	if !ok {
		n = uint32(len(t.words))
		t.terms[term] = n
		t.words, t.last, t.numbers = append(t.words, term), append(t.last, 0), append(t.numbers, 0)
	}
	return n
}

// add counts what a field has in a document; documents come in order.
func (t *tally) add(f *filedField, doc uint32) {
	for _, term := range f.terms {
		n, ok := t.seen[term]
		if !ok {
			n = t.number(*term)
			t.seen[term] = n
		}
		t.count(n, doc)
	}
	for _, word := range f.words {
		t.count(t.number(word), doc)
	}
}

func (t *tally) count(n, doc uint32) {
	if at := t.last[n]; at > 0 && t.found[at-1].doc == doc {
		t.found[at-1].freq++
		return
	}
	t.found = append(t.found, tallied{n, doc, 1})
	t.last[n] = uint32(len(t.found))
	t.numbers[n]++
}

// write gives the terms to a writer.
func (t *tally) write(w *sheafWriter) error {
	order := ordered(len(t.words), func(x, y uint32) int { return strings.Compare(t.words[x], t.words[y]) })
	begin, at := t.last, uint32(0) // each term's postings begin there, and end
	for n, k := range t.numbers {
		begin[n] = at
		at += k
	}
	docs, freqs := make([]uint32, at), make([]uint32, at)
	for _, f := range t.found {
		docs[begin[f.term]], freqs[begin[f.term]] = f.doc, f.freq
		begin[f.term]++
	}
	var term []byte
	for _, n := range order {
		term = append(term[:0], t.words[n]...)
		to := begin[n]
		from := to - t.numbers[n]
		if err := w.term(term, docs[from:to], freqs[from:to]); err != nil {
			return err
		}
	}
	return nil
}

// buildSheaf makes a sheaf of the documents of a batch.
func buildSheaf(docs []*filed) ([]byte, error) {
	slices.SortFunc(docs, func(x, y *filed) int { return cmp.Compare(x.row.at, y.row.at) })
	rows, ids := make([]values, len(docs)), make([]string, len(docs))
	by, counted, most := map[string]*tally{}, map[string]bool{}, map[string]int{}
	for i, d := range docs {
		rows[i], ids[i] = d.row, d.id
		for _, f := range d.fields {
			counted[f.name] = f.counted
			most[f.name] += len(f.terms) + len(f.words)
		}
	}
	for name, n := range most {
		by[name], _ = tallies.Get().(*tally)
		by[name].found = slices.Grow(by[name].found, n)
	}
	for i, d := range docs {
		for k := range d.fields {
			by[d.fields[k].name].add(&d.fields[k], uint32(i))
		}
	}
	w, err := newSheafWriter(make([]byte, 0, len(docs)<<10), nil, len(docs))
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		w.begin(name, counted[name])
		if err := by[name].write(w); err != nil {
			return nil, err
		}
		if err := w.end(); err != nil {
			return nil, err
		}
		by[name].reset()
		tallies.Put(by[name])
	}
	err = w.finish(rows, ids)
	return w.b, err
}
