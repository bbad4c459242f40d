package index

import (
	"math"

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

// none stands behind the last document of a segment.
const none = math.MaxUint64

// matcher is a set of documents of one segment, read in the order of their numbers.
type matcher interface {
	// next moves to the first document, or to the one behind the current; none at the end.
	next() (uint64, error)
	// advance moves to the first document at or behind doc, and never back.
	advance(doc uint64) (uint64, error)
	// cost bounds the number of documents.
	cost() uint64
}

// opener opens the postings of one segment for one search.
type opener struct {
	seg   *segmentView
	dicts map[string]segment.TermDictionary
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

// list gives the postings of a term, without the deleted documents.
func (o *opener) list(field, term string) (segment.PostingsList, error) {
	d, err := o.dict(field)
	if err != nil {
		return nil, err
	}
	return d.PostingsList([]byte(term), o.seg.dead, nil)
}

// bitmap gives the documents that hold any of the terms.
func (o *opener) bitmap(field string, terms []string) (*roaring.Bitmap, error) {
	var out *roaring.Bitmap
	owned := false
	for _, t := range terms {
		list, err := o.list(field, t)
		if err != nil {
			return nil, err
		}
		if list.Count() == 0 {
			continue
		}
		bm, err := documents(list)
		switch {
		case err != nil:
			return nil, err
		case out == nil:
			out = bm
		case !owned:
			out, owned = roaring.Or(out, bm), true
		default:
			out.Or(bm)
		}
	}
	if out == nil {
		out = roaring.New()
	}
	return out, nil
}

// documents gives the documents of a postings list as a bitmap that must not be changed.
func documents(list segment.PostingsList) (*roaring.Bitmap, error) {
	it := list.Iterator(false, false, false, nil)
	if o, ok := it.(segment.OptimizablePostingsIterator); ok {
		if doc, one := o.DocNum1Hit(); one {
			return roaring.BitmapOf(uint32(doc)), nil
		}
		if bm := o.ActualBitmap(); bm != nil {
			return bm, nil
		}
	}
	out := roaring.New()
	for {
		p, err := it.Next()
		if err != nil || p == nil {
			return out, err
		}
		out.Add(uint32(p.Number()))
	}
}

// set is a matcher over a bitmap.
type set struct {
	bm *roaring.Bitmap
	it roaring.IntPeekable
	at uint64
	on bool
}

func newSet(bm *roaring.Bitmap) *set { return &set{bm: bm, it: bm.Iterator()} }

func (s *set) cost() uint64 { return s.bm.GetCardinality() }

func (s *set) next() (uint64, error) {
	s.on, s.at = true, none
	if s.it.HasNext() {
		s.at = uint64(s.it.Next())
	}
	return s.at, nil
}

func (s *set) advance(doc uint64) (uint64, error) {
	if s.on && s.at >= doc {
		return s.at, nil
	}
	if doc > math.MaxUint32 {
		s.on, s.at = true, none
		return none, nil
	}
	s.it.AdvanceIfNeeded(uint32(doc))
	return s.next()
}

// posting is one term of one field, read in document order.
type posting struct {
	it     segment.PostingsIterator
	n      uint64
	doc    uint64
	freq   float64
	length float64 // of the field, in tokens
	weight float64
	avg    float64 // average length of the field; 0: lengths do not count
}

func (p *posting) take(hit segment.Posting, err error) error {
	if err != nil {
		return err
	}
	if hit == nil {
		p.doc = none
		return nil
	}
	p.doc = hit.Number()
	if p.weight == 0 {
		return nil
	}
	p.freq = float64(hit.Frequency())
	if l, ok := hit.(interface{ NormUint64() uint64 }); ok {
		p.length = float64(l.NormUint64()) // zap keeps the field's length there
	} else {
		p.length = 1 / (hit.Norm() * hit.Norm())
	}
	return nil
}

func (p *posting) next() error { return p.take(p.it.Next()) }

func (p *posting) advance(doc uint64) error {
	if p.doc >= doc {
		return nil
	}
	return p.take(p.it.Advance(doc))
}

// tf is the frequency in the current document, normalized by the field's length
// and weighted: the per-field part of BM25F.
func (p *posting) tf() float64 {
	f := p.weight * p.freq
	if p.avg <= 0 || p.length <= 0 {
		return f
	}
	return f / (1 - b + b*p.length/p.avg)
}

// union is what any of its postings holds. As a term of a question it scores:
// its postings are the fields (and languages) that the term stands in.
type union struct {
	postings []*posting
	idf      float64
	started  bool
	at       uint64
}

// add opens a term of a field as one of the union's postings.
func (u *union) add(o *opener, field, term string, weight, avg float64) error {
	list, err := o.list(field, term)
	if err != nil {
		return err
	}
	if n := list.Count(); n > 0 {
		u.postings = append(u.postings, &posting{it: list.Iterator(weight > 0, weight > 0, false, nil), n: n, weight: weight, avg: avg})
	}
	return nil
}

func (u *union) cost() (n uint64) {
	for _, p := range u.postings {
		n += p.n
	}
	return n
}

func (u *union) next() (uint64, error) {
	if u.started && u.at == none {
		return none, nil
	}
	for _, p := range u.postings {
		if !u.started || p.doc == u.at {
			if err := p.next(); err != nil {
				return none, err
			}
		}
	}
	return u.least(), nil
}

func (u *union) advance(doc uint64) (uint64, error) {
	if u.started && u.at >= doc {
		return u.at, nil
	}
	for _, p := range u.postings {
		var err error
		if !u.started {
			err = p.take(p.it.Advance(doc))
		} else {
			err = p.advance(doc)
		}
		if err != nil {
			return none, err
		}
	}
	return u.least(), nil
}

func (u *union) least() uint64 {
	u.started, u.at = true, none
	for _, p := range u.postings {
		u.at = min(u.at, p.doc)
	}
	return u.at
}

// score is the BM25F score of the term in the document that the union stands at.
func (u *union) score() float64 {
	tf := u.tf()
	return u.idf * tf * (k1 + 1) / (k1 + tf)
}

func (u *union) tf() (sum float64) {
	for _, p := range u.postings {
		if p.doc == u.at {
			sum += p.tf()
		}
	}
	return sum
}

// idf is BM25's, in the form that is never negative (Lucene's).
func idf(docs, df float64) float64 {
	return math.Log(1 + (docs-df+.5)/(df+.5))
}
