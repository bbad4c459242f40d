package index

import (
	"math"
	"sync"
	"sync/atomic"
)

// spelling is what a word is written as in one language: a term of its titles and its
// bodies, or of one of them, or the mentions of a name.
type spelling struct {
	lang string
	of   []variant // one or two
}

// spelt parts the variants of a word: a title's and a body's, of the same terms in
// the same language, belong together.
func spelt(list []variant) (out []spelling) {
	for i := 0; i < len(list); i++ {
		v := list[i]
		s := spelling{lang: v.lang, of: list[i : i+1]}
		if i+1 < len(list) && v.lang != "" && list[i+1].lang == v.lang && v.field == fieldTitle+v.lang && list[i+1].field == fieldBody+v.lang && sameTerms(v, list[i+1]) {
			s.of = list[i : i+2]
			i++
		}
		out = append(out, s)
	}
	return out
}

func sameTerms(a, b variant) bool {
	if a.terms == nil || b.terms == nil {
		return a.terms == nil && b.terms == nil && a.term == b.term
	}
	return len(a.terms) == len(b.terms) && (len(a.terms) == 0 || &a.terms[0] == &b.terms[0])
}

// packed are the postings of a spelling in a segment, read once: two bytes
// for a document, in blocks, so that what a block can score is known before it is
// looked at. Deleted documents are among them.
type packed struct {
	starts []uint32 // where the postings of each block begin, and where the last ends
	docs   []uint8  // the documents' numbers in their blocks
	freqs  []uint8  // frequencies, the first variant's in the upper two bits
	over   map[uint32][2]uint32
	most   []float32 // the greatest normalized frequency in each block,
	avg    [2]float64
	used   atomic.Bool
}

const (
	bodyBits = 6
	bodyMask = 1<<bodyBits - 1
	maxTitle = 1<<(8-bodyBits) - 1
	// tooMany stands where frequencies do not fit: they are in over.
	tooMany = math.MaxUint8
)

// size is about how many bytes it takes in memory.
func (p *packed) size() int64 {
	return int64(len(p.docs)*2 + len(p.starts)*4 + len(p.most)*4 + len(p.over)*32 + 256)
}

// freq are the frequencies of the i-th posting in the variants of a pair; that of a
// single variant is the second.
func (p *packed) freq(i uint32, doc uint32) (first, second uint32) {
	f := p.freqs[i]
	if f == tooMany {
		o := p.over[doc]
		return o[0], o[1]
	}
	return uint32(f >> bodyBits), uint32(f & bodyMask)
}

// add appends a posting.
func (p *packed) add(doc, first, second uint32) {
	p.docs = append(p.docs, uint8(doc%blockDocs))
	f := uint8(tooMany)
	if first <= maxTitle && second <= bodyMask && first<<bodyBits|second != tooMany {
		f = uint8(first<<bodyBits | second)
	} else {
		if p.over == nil {
			p.over = map[uint32][2]uint32{}
		}
		p.over[doc] = [2]uint32{first, second}
	}
	p.freqs = append(p.freqs, f)
}

// occurrence is a document with a frequency.
type occurrence struct{ doc, freq uint32 }

// occurrences reads the postings of a variant; a document's frequency is the sum over
// its terms.
func (v variant) occurrences(o *opener) (out []occurrence, err error) {
	if v.terms == nil {
		return appendOccurrences(nil, o, v.field, v.term)
	}
	if o.sum == nil {
		o.sum = make([]uint32, len(o.seg.col.unix))
	}
	n := 0
	for _, t := range v.terms {
		if o.buf, err = appendOccurrences(o.buf[:0], o, v.field, t); err != nil {
			return nil, err
		}
		for _, x := range o.buf {
			if o.sum[x.doc] == 0 {
				n++
			}
			o.sum[x.doc] += x.freq
		}
	}
	out = make([]occurrence, 0, n)
	for doc, freq := range o.sum {
		if freq > 0 {
			out = append(out, occurrence{uint32(doc), freq})
			o.sum[doc] = 0
		}
	}
	return out, nil
}

func appendOccurrences(out []occurrence, o *opener, field, term string) ([]occurrence, error) {
	l, err := o.list(field, term, nil)
	if err != nil || l.n == 0 {
		return out, err
	}
	if cap(out)-len(out) < l.n {
		out = append(make([]occurrence, 0, len(out)+l.n), out...)
	}
	it := l.read()
	for it.step() {
		out = append(out, occurrence{uint32(it.doc), uint32(min(it.freq, math.MaxUint32))})
	}
	return out, it.err
}

// pack reads a spelling's postings in a segment; nil where it is nowhere.
func (s *spelling) pack(o *opener) (*packed, error) {
	var first, second []occurrence
	var err error
	if len(s.of) == 2 {
		if first, err = s.of[0].occurrences(o); err != nil {
			return nil, err
		}
	}
	if second, err = s.of[len(s.of)-1].occurrences(o); err != nil {
		return nil, err
	}
	n := len(second) + len(first)
	if n == 0 {
		return nil, nil
	}
	col := o.seg.col
	p := &packed{starts: make([]uint32, 0, len(col.blocks)+1), docs: make([]uint8, 0, n), freqs: make([]uint8, 0, n), most: make([]float32, len(col.blocks))}
	for i, v := range s.of {
		p.avg[2-len(s.of)+i] = v.avg
	}
	x := s.scoring(p)
	for len(first) > 0 || len(second) > 0 {
		doc := uint32(math.MaxUint32)
		if len(first) > 0 {
			doc = first[0].doc
		}
		if len(second) > 0 {
			doc = min(doc, second[0].doc)
		}
		var f, g uint32
		if len(first) > 0 && first[0].doc == doc {
			f, first = first[0].freq, first[1:]
		}
		if len(second) > 0 && second[0].doc == doc {
			g, second = second[0].freq, second[1:]
		}
		at := doc / blockDocs
		for len(p.starts) <= int(at) {
			p.starts = append(p.starts, uint32(len(p.docs)))
		}
		p.add(doc, f, g)
		// Rounded up, so that a bound is never below what it bounds.
		p.most[at] = max(p.most[at], math.Nextafter32(float32(x.sum(0, f, g, col.tokens[doc])), math.MaxFloat32))
	}
	for len(p.starts) <= len(col.blocks) {
		p.starts = append(p.starts, uint32(len(p.docs)))
	}
	return p, nil
}

// packKey names a spelling of one term.
type packKey struct{ first, second, term string }

// packed gives the postings of a spelling in the opener's segment; nil where it is
// nowhere.
func (o *opener) packed(s *spelling) (*packed, error) {
	last := s.of[len(s.of)-1]
	if last.terms != nil {
		return s.pack(o)
	}
	key := packKey{second: last.field, term: last.term}
	if len(s.of) == 2 {
		key.first = s.of[0].field
	}
	col := o.seg.col
	col.mu.Lock()
	p, ok := col.packs[key]
	col.mu.Unlock()
	if ok {
		if p != nil && !p.used.Load() {
			p.used.Store(true)
		}
		return p, nil
	}
	p, err := s.pack(o)
	if err == nil {
		col.kept.keep(col, key, p)
	}
	return p, err
}

// packs are the packed postings of a generation, of all its segments. They are kept
// within a limit: those that were not asked for lately leave first.
type packs struct {
	mu    sync.Mutex
	queue []keptPack // the oldest first
	bytes int64
}

type keptPack struct {
	col *column
	key packKey
	p   *packed
}

const (
	// maxPacked bounds the packed postings in memory, in bytes.
	maxPacked = 128 << 20
	// noPack is what a term that is nowhere takes.
	noPack = 128
)

func sizeOf(p *packed) int64 {
	if p == nil {
		return noPack
	}
	return p.size()
}

// full reports whether so much is kept that nothing should be packed ahead of a question.
func (k *packs) full() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.bytes > maxPacked/2
}

func (k *packs) keep(col *column, key packKey, p *packed) {
	k.mu.Lock()
	defer k.mu.Unlock()
	col.mu.Lock()
	_, twice := col.packs[key]
	if twice || col.gone {
		col.mu.Unlock()
		return
	}
	col.packs[key] = p
	col.mu.Unlock()
	k.queue = append(k.queue, keptPack{col, key, p})
	k.bytes += sizeOf(p)
	for k.bytes > maxPacked && len(k.queue) > 1 {
		k.evict()
	}
}

// evict drops the oldest, or gives it another round where it was asked for since.
func (k *packs) evict() {
	x := k.queue[0]
	k.queue[0] = keptPack{}
	k.queue = k.queue[1:]
	if x.p != nil && x.p.used.Swap(false) && !x.col.gone {
		k.queue = append(k.queue, x)
		return
	}
	x.col.mu.Lock()
	delete(x.col.packs, x.key)
	x.col.mu.Unlock()
	k.bytes -= sizeOf(x.p)
}

// drop forgets what was kept of segments that are gone.
func (k *packs) drop(gone []*column) {
	if len(gone) == 0 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, col := range gone {
		col.mu.Lock()
		col.gone = true
		clear(col.packs)
		col.mu.Unlock()
	}
	kept := make([]keptPack, 0, len(k.queue))
	for _, x := range k.queue {
		if x.col.gone {
			k.bytes -= sizeOf(x.p)
		} else {
			kept = append(kept, x)
		}
	}
	k.queue = kept
}
