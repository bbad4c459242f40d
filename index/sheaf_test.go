package index

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	bleveindex "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// someDocuments makes documents with words that are frequent, rare and in all of them.
func someDocuments(r *rand.Rand, from, n int) (list []*filed) {
	for i := range n {
		at := int64(from+i) * 1000
		d := &filed{id: fmt.Sprintf("odd-%d", from+i), row: values{unix: r.Int64N(1<<36) - 1<<35, at: at, trace: at / 3, dated: i%3 == 0, tokens: tokens{uint16(i), 300}}}
		if i%7 > 0 {
			var id [idBytes]byte
			binary.BigEndian.PutUint64(id[:], r.Uint64())
			d.id = idCode.EncodeToString(id[:])
		}
		words := make([]string, 40)
		var terms []*string
		for k := range words {
			words[k] = fmt.Sprintf("w%d", int(r.ExpFloat64()*float64(1+k*k)))
			terms = append(terms, &words[k])
		}
		d.addTerms(fieldBody+"en", terms)
		if i%5 == 0 {
			d.addTerms(fieldTitle+"en", terms[:3])
		}
		d.addWords(fieldScope, false, "everyone")
		d.addWords(fieldWithin, false, words[0], words[1], words[0])
		list = append(list, d)
	}
	return list
}

// spelledOut is all that documents say, in the order of their texts.
func spelledOut(list []*filed) []string {
	list = slices.SortedFunc(slices.Values(list), func(x, y *filed) int { return cmp.Compare(x.row.at, y.row.at) })
	var out []string
	for doc, d := range list {
		out = append(out, fmt.Sprint(doc, d.id, d.row))
		for _, f := range d.fields {
			counts := map[string]int{}
			for _, t := range f.terms {
				counts[*t]++
			}
			for _, w := range f.words {
				counts[w] = 1
			}
			for t, n := range counts {
				out = append(out, fmt.Sprint(f.name, t, doc, n))
			}
		}
	}
	slices.Sort(out)
	return out
}

// readOut is the same, read from a segment.
func readOut(t *testing.T, seg segment.Segment, except *roaring.Bitmap) []string {
	t.Helper()
	var out []string
	for doc := range seg.Count() {
		if except != nil && except.Contains(uint32(doc)) {
			continue
		}
		id := ""
		err := seg.VisitStoredFields(doc, func(field string, _ byte, value []byte, _ []uint64) bool {
			if field == idField {
				id = string(value)
			} else if v, ok := decodeRow(value); ok {
				out = append(out, fmt.Sprint(doc, id, v))
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := seg.DocNumbers([]string{id, "none"}); err != nil || got.GetCardinality() != 1 || !got.Contains(uint32(doc)) {
			t.Fatalf("%s is document %v, not %d: %v", id, got, doc, err)
		}
	}
	for _, field := range seg.Fields()[1:] {
		d, err := seg.Dictionary(field)
		if err != nil {
			t.Fatal(err)
		}
		it := d.AutomatonIterator(nil, nil, nil)
		for e, err := it.Next(); e != nil || err != nil; e, err = it.Next() {
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, readTerm(t, d, field, e, except)...)
		}
	}
	slices.Sort(out)
	return out
}

func readTerm(t *testing.T, d segment.TermDictionary, field string, e *bleveindex.DictEntry, except *roaring.Bitmap) (out []string) {
	t.Helper()
	l, err := d.PostingsList([]byte(e.Term), except, nil)
	if err != nil {
		t.Fatal(err)
	}
	postings, last := l.Iterator(true, true, true, nil), uint64(0)
	for p, err := postings.Next(); p != nil || err != nil; p, err = postings.Next() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, fmt.Sprint(field, e.Term, p.Number(), p.Frequency()))
		last = p.Number()
	}
	if len(out) != int(l.Count()) || except == nil && len(out) != int(e.Count) {
		t.Fatalf("%s %s: %d postings, counted %d and %d", field, e.Term, len(out), l.Count(), e.Count)
	}
	bm, err := l.(*sheafList).documents()
	if err != nil || int(bm.GetCardinality()) != len(out) || len(out) > 0 && bm.Maximum() != uint32(last) {
		t.Fatalf("%s %s: as a bitmap %v, not %v: %v", field, e.Term, bm, out, err)
	}
	if p, err := l.Iterator(true, true, true, nil).Advance(last); len(out) > 0 && (err != nil || p == nil || p.Number() != last) {
		t.Fatalf("%s %s: no way to document %d: %v, %v", field, e.Term, last, p, err)
	}
	return out
}

func newSheaf(t *testing.T, list []*filed) segment.Segment {
	t.Helper()
	var docs []bleveindex.Document
	for _, d := range list {
		docs = append(docs, d)
	}
	s, _, err := sheaves{}.New(docs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSheafHoldsWhatWasFiled(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 300} {
		list := someDocuments(r, 0, n)
		rand.Shuffle(n, func(i, j int) { list[i], list[j] = list[j], list[i] })
		s := newSheaf(t, list)
		want := spelledOut(list)
		if got := readOut(t, s, nil); !slices.Equal(got, want) {
			t.Fatalf("%d documents: read %d lines, not %d", n, len(got), len(want))
		}
		path := filepath.Join(t.TempDir(), "1.zap")
		if err := s.(segment.UnpersistedSegment).Persist(path); err != nil {
			t.Fatal(err)
		}
		f, err := sheaves{}.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := readOut(t, f, nil); !slices.Equal(got, want) {
			t.Errorf("%d documents: read %d lines from the file, not %d", n, len(got), len(want))
		}
		if d, err := f.Dictionary("nowhere"); err != nil || d.Cardinality() != 0 {
			t.Errorf("a field that is not there: %v, %v", d, err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestSheavesMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	var parts []segment.Segment
	var drops []*roaring.Bitmap
	var kept []*filed
	for _, from := range []int{700, 0, 300} { // not in the order of the texts
		list := someDocuments(r, from, 200)
		gone := roaring.New()
		for i, d := range list {
			if i%9 == 0 {
				gone.Add(uint32(i))
			} else {
				kept = append(kept, d)
			}
		}
		parts, drops = append(parts, newSheaf(t, list)), append(drops, gone)
	}
	path := filepath.Join(t.TempDir(), "1.zap")
	numbers, _, err := sheaves{}.Merge(parts, drops, path, make(chan struct{}), nil)
	if err != nil {
		t.Fatal(err)
	}
	f, err := sheaves{}.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, want := readOut(t, f, nil), spelledOut(kept); !slices.Equal(got, want) {
		t.Errorf("read %d lines, not %d", len(got), len(want))
	}
	for i, part := range parts {
		for doc, to := range numbers[i] {
			if (to == dropped) != drops[i].Contains(uint32(doc)) {
				t.Fatalf("document %d of part %d becomes %d", doc, i, to)
			}
			if to == dropped {
				continue
			}
			was, _ := part.DocID(uint64(doc))
			if is, _ := f.DocID(to); string(is) != string(was) {
				t.Fatalf("document %d of part %d, %s, becomes %d, %s", doc, i, was, to, is)
			}
		}
	}
	closed := make(chan struct{})
	close(closed)
	if _, _, err := (sheaves{}).Merge(parts, drops, path+"x", closed, nil); err != segment.ErrClosed { //nolint:errorlint // so scorch asks
		t.Errorf("a merge that is cut short: %v", err)
	}
	if _, err := os.Stat(path + "x"); err == nil {
		t.Error("it leaves a file")
	}
}

func TestSheafIsDamaged(t *testing.T) {
	b, err := buildSheaf(someDocuments(rand.New(rand.NewPCG(3, 3)), 0, 20))
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(b) {
		if _, err := openSheaf(b[:n]); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for a segment", n, len(b))
		}
	}
	table := int(binary.LittleEndian.Uint64(b[len(b)-sheafFooter+32:]))
	for i := table; i < len(b); i++ {
		bad := slices.Clone(b)
		bad[i] ^= 0x10
		if _, err := openSheaf(bad); err == nil {
			t.Errorf("byte %d of %d is another, and nobody sees it", i, len(b))
		}
	}
	for i := range table { // postings that are wrong end, or say so
		bad := slices.Clone(b)
		bad[i] ^= 0xff
		s, err := openSheaf(bad)
		if err != nil {
			continue
		}
		for _, d := range s.dicts {
			for at := range d.postings {
				if l, err := d.list(uint64(at) << 1); err == nil {
					for p := l.read(); p.step(); {
						if p.doc >= int64(s.docs) {
							t.Fatalf("document %d of %d", p.doc, s.docs)
						}
					}
				}
			}
		}
	}
}

// TestReadGivesWhatTokensGives holds the words that are remembered against the way
// that questions are analyzed.
func TestReadGivesWhatTokensGives(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "ingest", "testdata", "languages.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	an, err := newAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	text := string(raw) + " L'été, d'autres; the ATTACKERS' attack's Kobanê'den صوامع الحبوب بالقرب 北京市東京 한국어를 " + strings.Repeat("langesWort", 20)
	for _, name := range an.names {
		for range 2 { // what is new, and what is remembered
			for line := range strings.Lines(text) {
				stream := an.tokens(name, line)
				got := an.byName[name].read(line)
				var terms []string
				for _, term := range got.terms {
					terms = append(terms, *term)
				}
				var want []string
				for _, tok := range stream {
					want = append(want, string(tok.Term))
				}
				if !slices.Equal(terms, want) {
					t.Fatalf("%s: %q gives %q, not %q", name, line, terms, want)
				}
				if want := tracesOf(stream); !slices.Equal(got.traces, want) {
					t.Fatalf("%s: %q has traces %v, not %v", name, line, got.traces, want)
				}
			}
		}
	}
}

func tracesOf(stream analysis.TokenStream) (out []uint16) {
	at := 0
	for _, t := range stream {
		if t.Position <= at && at > 0 {
			continue // beside another term, as in a compound
		}
		if at > 0 {
			out = append(out, make([]uint16, min(t.Position-at-1, maxHole))...)
		}
		at = t.Position
		out = append(out, trace(t.Term))
	}
	return out
}

func TestPartitionSettles(t *testing.T) {
	p, err := createPartition(t.TempDir(), "2018-12")
	if err != nil {
		t.Fatal(err)
	}
	g := &generation{parts: map[string]*partition{p.key: p}}
	defer func() {
		if err := p.close(); err != nil {
			t.Error(err)
		}
	}()
	list := someDocuments(rand.New(rand.NewPCG(4, 4)), 0, 60)
	for i := range 6 {
		c := p.begin(uint64(i + 1))
		for _, d := range list[10*i:][:10] {
			c.batch.Update(d)
			c.stats.add("en", 0, 0, 1)
		}
		if err := p.commit(c); err != nil {
			t.Fatal(err)
		}
	}
	for deadline := time.Now().Add(10 * time.Second); p.littered; time.Sleep(10 * time.Millisecond) {
		p.changed = time.Time{}
		if err := g.settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d segments, %d files", len(p.segments()), p.files())
		}
	}
	if n := len(p.segments()); n != 1 || p.files() != 1 {
		t.Fatalf("%d segments, %d files", n, p.files())
	}
	if got, want := readOut(t, p.segments()[0].Segment(), nil), spelledOut(list); !slices.Equal(got, want) {
		t.Errorf("read %d lines, not %d", len(got), len(want))
	}
	if got := slices.Sorted(maps.Keys(g.parts)); len(got) != 1 || g.unsettled(time.Now()) != nil {
		t.Errorf("%v is not settled", got)
	}
}
