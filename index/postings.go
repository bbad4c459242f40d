package index

import (
	"bytes"
	"context"
	"errors"
	"math"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"github.com/blevesearch/bleve/v2/search"
	"github.com/blevesearch/bleve/v2/search/searcher"
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

// posting is one term of one field, read in document order.
type posting struct {
	reader bleveindex.TermFieldReader
	doc    *bleveindex.TermFieldDoc // the current one, nil at the end
	buf    bleveindex.TermFieldDoc
	weight float64
	avg    float64 // average length of the field; 0: lengths do not count
}

func openPosting(ctx context.Context, r bleveindex.IndexReader, field, term string, scored bool) (*posting, error) {
	tfr, err := r.TermFieldReader(ctx, []byte(term), field, scored, scored, false)
	if err != nil {
		return nil, err
	}
	return &posting{reader: tfr}, nil
}

func (p *posting) next() (err error) {
	p.doc, err = p.reader.Next(p.buf.Reset())
	return err
}

func (p *posting) advance(id bleveindex.IndexInternalID) (err error) {
	if p.doc != nil && bytes.Compare(p.doc.ID, id) >= 0 {
		return nil
	}
	p.doc, err = p.reader.Advance(id, p.buf.Reset())
	return err
}

// tf is the frequency in the current document, normalized by the field's length
// and weighted: the per-field part of BM25F.
func (p *posting) tf() float64 {
	f := p.weight * float64(p.doc.Freq)
	if p.avg <= 0 || p.doc.Norm <= 0 {
		return f
	}
	length := 1 / (p.doc.Norm * p.doc.Norm) // bleve keeps 1/√length
	return f / (1 - b + b*length/p.avg)
}

// matcher is a set of documents read in order.
type matcher interface {
	// next moves to the first document, or to the one behind the current; nil at the end.
	next() (bleveindex.IndexInternalID, error)
	// advance moves to the first document at or behind id.
	advance(id bleveindex.IndexInternalID) (bleveindex.IndexInternalID, error)
	// cost bounds the number of documents.
	cost() uint64
	close() error
}

// union is what any of its postings holds. As a term of a question it scores:
// its postings are the fields (and languages) that the term stands in.
type union struct {
	postings []*posting
	idf      float64
	started  bool
	at       bleveindex.IndexInternalID
}

func (u *union) cost() (n uint64) {
	for _, p := range u.postings {
		n += p.reader.Count()
	}
	return n
}

func (u *union) close() (err error) {
	for _, p := range u.postings {
		err = errors.Join(err, p.reader.Close())
	}
	return err
}

func (u *union) next() (bleveindex.IndexInternalID, error) {
	for _, p := range u.postings {
		if !u.started || (p.doc != nil && bytes.Equal(p.doc.ID, u.at)) {
			if err := p.next(); err != nil {
				return nil, err
			}
		}
	}
	u.started = true
	return u.least(), nil
}

func (u *union) advance(id bleveindex.IndexInternalID) (bleveindex.IndexInternalID, error) {
	if u.started && (u.at == nil || bytes.Compare(u.at, id) >= 0) {
		return u.at, nil
	}
	for _, p := range u.postings {
		if u.started && p.doc == nil {
			continue // at its end
		}
		if err := p.advance(id); err != nil {
			return nil, err
		}
	}
	u.started = true
	return u.least(), nil
}

func (u *union) least() bleveindex.IndexInternalID {
	var min bleveindex.IndexInternalID
	for _, p := range u.postings {
		if p.doc != nil && (min == nil || bytes.Compare(p.doc.ID, min) < 0) {
			min = p.doc.ID
		}
	}
	if min == nil {
		u.at = nil
	} else {
		u.at = append(u.at[:0], min...) // the posting's own buffer moves on
	}
	return u.at
}

// score is the BM25F score of the term in the document that the union stands at.
func (u *union) score() float64 {
	var tf float64
	for _, p := range u.postings {
		if p.doc != nil && bytes.Equal(p.doc.ID, u.at) {
			tf += p.tf()
		}
	}
	return u.idf * tf * (k1 + 1) / (k1 + tf)
}

// idf is BM25's, in the form that is never negative (Lucene's).
func idf(docs, df float64) float64 {
	return math.Log(1 + (docs-df+.5)/(df+.5))
}

// phrases matches documents that hold a phrase in any of the fields.
type phrases struct {
	searchers []search.Searcher
	at        []bleveindex.IndexInternalID
	ctx       *search.SearchContext
	started   bool
}

func openPhrases(ctx context.Context, r bleveindex.IndexReader, fields map[string][]string) (*phrases, error) {
	p := &phrases{ctx: &search.SearchContext{DocumentMatchPool: search.NewDocumentMatchPool(4*len(fields)+64, 0), IndexReader: r}}
	for field, terms := range fields {
		s, err := searcher.NewPhraseSearcher(ctx, r, terms, 0, false, field, 1, search.SearcherOptions{})
		if err != nil {
			return nil, errors.Join(err, p.close())
		}
		p.searchers = append(p.searchers, s)
		p.at = append(p.at, nil)
	}
	return p, nil
}

func (p *phrases) cost() (n uint64) {
	for _, s := range p.searchers {
		n += s.Count()
	}
	return n
}

func (p *phrases) close() (err error) {
	for _, s := range p.searchers {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (p *phrases) next() (bleveindex.IndexInternalID, error) {
	least := p.least()
	return p.move(func(i int) (*search.DocumentMatch, error, bool) {
		if p.started && (p.at[i] == nil || !bytes.Equal(p.at[i], least)) {
			return nil, nil, false
		}
		m, err := p.searchers[i].Next(p.ctx)
		return m, err, true
	})
}

func (p *phrases) advance(id bleveindex.IndexInternalID) (bleveindex.IndexInternalID, error) {
	return p.move(func(i int) (*search.DocumentMatch, error, bool) {
		if p.started && (p.at[i] == nil || bytes.Compare(p.at[i], id) >= 0) {
			return nil, nil, false
		}
		m, err := p.searchers[i].Advance(p.ctx, id)
		return m, err, true
	})
}

func (p *phrases) move(step func(int) (*search.DocumentMatch, error, bool)) (bleveindex.IndexInternalID, error) {
	for i := range p.searchers {
		m, err, moved := step(i)
		switch {
		case err != nil:
			return nil, err
		case !moved:
		case m == nil:
			p.at[i] = nil
		default:
			p.at[i] = bytes.Clone(m.IndexInternalID)
			p.ctx.DocumentMatchPool.Put(m)
		}
	}
	p.started = true
	return p.least(), nil
}

func (p *phrases) least() (min bleveindex.IndexInternalID) {
	for _, id := range p.at {
		if id != nil && (min == nil || bytes.Compare(id, min) < 0) {
			min = id
		}
	}
	return min
}
