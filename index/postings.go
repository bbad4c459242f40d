package index

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// BM25's parameters, as in Robertson and Zaragoza, "The Probabilistic Relevance
// Framework: BM25 and Beyond" (2009), and the weight of a title's words against
// a body's, tuned on the Cranfield and CISI collections.
const (
	k1          = 1.2
	b           = .75
	titleWeight = 4
	bodyWeight  = 1
)

// idf is BM25's, in the form that is never negative (Lucene's).
func idf(docs, df float64) float64 {
	return math.Log(1 + (docs-df+.5)/(df+.5))
}

// blockSet is a set of documents of one block.
type blockSet [blockDocs / 64]uint64

func (s *blockSet) empty() bool { return s[0]|s[1]|s[2]|s[3] == 0 }

func (s *blockSet) and(o *blockSet) {
	for i := range s {
		s[i] &= o[i]
	}
}

func (s *blockSet) andNot(o *blockSet) {
	for i := range s {
		s[i] &^= o[i]
	}
}

func (s *blockSet) or(o *blockSet) {
	for i := range s {
		s[i] |= o[i]
	}
}

func (s *blockSet) has(d int) bool { return s[d>>6]&(1<<(d&63)) != 0 }

func (s *blockSet) len() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) + bits.OnesCount64(s[2]) + bits.OnesCount64(s[3])
}

// each calls f for every document, in order.
func (s *blockSet) each(f func(d int)) {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			f(i<<6 + bits.TrailingZeros64(word))
		}
	}
}

// eachBack calls f for every document, the last first.
func (s *blockSet) eachBack(f func(d int)) {
	for i := len(s) - 1; i >= 0; i-- {
		for word := s[i]; word != 0; {
			d := 63 - bits.LeadingZeros64(word)
			f(i<<6 + d)
			word &^= 1 << d
		}
	}
}

// matcher is what a clause matches in a segment.
type matcher interface {
	// within gives the documents of a block that can match; where the matcher is
	// exact, those that do.
	within(n int) blockSet
	exact() bool
	// holds reports whether a document of those matches.
	holds(doc uint64) (bool, error)
}

// matches reports whether a matcher matches a document.
func matches(m matcher, doc uint64) (bool, error) {
	in := m.within(int(doc / blockDocs))
	if !in.has(int(doc%blockDocs)) || m.exact() {
		return in.has(int(doc % blockDocs)), nil
	}
	return m.holds(doc)
}

// set is a matcher over a bitmap.
type set struct {
	bm    *roaring.Bitmap
	dense []uint64
}

func newSet(bm *roaring.Bitmap) *set { return &set{bm: bm} }

func (s *set) exact() bool                    { return true }
func (s *set) holds(doc uint64) (bool, error) { return s.bm.Contains(uint32(doc)), nil }

func (s *set) within(n int) blockSet {
	if s.dense == nil {
		s.dense = dense(s.bm)
	}
	return blockOf(s.dense, n)
}

// dense are the bits of a bitmap, in whole blocks.
func dense(bm *roaring.Bitmap) []uint64 {
	if bm.IsEmpty() {
		return []uint64{}
	}
	out := make([]uint64, (int(bm.Maximum())/blockDocs+1)*len(blockSet{}))
	bm.WriteDenseTo(out)
	return out
}

func blockOf(dense []uint64, n int) (s blockSet) {
	if at := n * len(s); at < len(dense) {
		copy(s[:], dense[at:])
	}
	return s
}

// opener opens the postings of one segment for one search.
type opener struct {
	seg   *segmentView
	dicts map[string]segment.TermDictionary
	sum   []uint32 // by document, zero between uses
	buf   []occurrence
}

func newOpener(seg *segmentView) *opener {
	return &opener{seg: seg, dicts: map[string]segment.TermDictionary{}}
}

func (o *opener) dict(field string) (segment.TermDictionary, error) {
	d, ok := o.dicts[field]
	if !ok {
		var err error
		if d, err = o.seg.seg.Dictionary(field); err != nil {
			return nil, err
		}
		o.dicts[field] = d
	}
	return d, nil
}

// list gives the postings of a term, but for some documents.
func (o *opener) list(field, term string, except *roaring.Bitmap) (*sheafList, error) {
	d, err := o.dict(field)
	if err != nil {
		return nil, err
	}
	list, err := d.PostingsList([]byte(term), except, nil)
	if err != nil {
		return nil, err
	}
	l, ok := list.(*sheafList)
	if !ok {
		return nil, fmt.Errorf("%w: %T are postings of another format", errSheaf, list)
	}
	return l, nil
}

// bitmap gives the documents that hold any of the terms.
func (o *opener) bitmap(field string, terms []string) (*roaring.Bitmap, error) {
	out := roaring.New()
	for _, t := range terms {
		list, err := o.list(field, t, o.seg.dead)
		if err != nil {
			return nil, err
		}
		bm, err := list.documents()
		if err != nil {
			return nil, err
		}
		if out.IsEmpty() {
			out = bm
		} else {
			out.Or(bm)
		}
	}
	return out, nil
}

// scoped is bitmap for scopes, which every search asks for: what was looked up in the
// segment is kept. Deleted documents may be among them.
func (o *opener) scoped(field string, terms []string) (*roaring.Bitmap, error) {
	col := o.seg.col
	var all []*roaring.Bitmap
	for _, t := range terms {
		col.mu.Lock()
		bm := col.scopes[t]
		col.mu.Unlock()
		if bm == nil {
			list, err := o.list(field, t, nil)
			if err != nil {
				return nil, err
			}
			if bm, err = list.documents(); err != nil {
				return nil, err
			}
			bm.RunOptimize()
			col.mu.Lock()
			if len(col.scopes) >= maxScopes {
				clear(col.scopes)
			}
			col.scopes[t] = bm
			col.mu.Unlock()
		}
		if !bm.IsEmpty() {
			all = append(all, bm)
		}
	}
	switch len(all) {
	case 0:
		return roaring.New(), nil
	case 1:
		return all[0], nil
	}
	return roaring.FastOr(all...), nil
}

// maxScopes bounds the scopes whose documents a segment keeps.
const maxScopes = 64
