package index

import "math"

// A quick search looks at blocks of documents, those that can bring the best hits
// first, and passes over what cannot come onto the page: block-max pruning, after
// Ding and Suel, "Faster top-k document retrieval using block-max indexes" (2011).
// bleve's postings carry no maxima: they are worked out where postings are packed.
const blockDocs = 256

// blockTimes are the bounds of the times in a block.
type blockTimes struct {
	earliest, latest int64
	undated          bool
}

func (c *column) readBlocks() {
	c.blocks = make([]blockTimes, (len(c.unix)+blockDocs-1)/blockDocs)
	for i := range c.blocks {
		t := blockTimes{earliest: math.MaxInt64, latest: math.MinInt64}
		for k := i * blockDocs; k < min((i+1)*blockDocs, len(c.unix)); k++ {
			t.earliest, t.latest = min(t.earliest, c.unix[k]), max(t.latest, c.unix[k])
			t.undated = t.undated || !c.dated[k]
		}
		c.blocks[i] = t
	}
}

// bound works out what the blocks can score; less than zero where nothing in a block
// can match.
func (w *walk) bound() {
	w.most = make([]float64, len(w.seg.col.blocks))
	w.done = make(blockBits, len(w.most)/64+1)
	for _, s := range w.optional {
		for i, v := range s.most {
			w.most[i] += v
		}
	}
	if w.needAny {
		for i, v := range w.most {
			if v == 0 {
				w.most[i] = -1
			}
		}
	}
	for _, s := range w.must {
		for i, v := range s.most {
			if w.most[i] += v; v == 0 {
				w.most[i] = math.Inf(-1)
			}
		}
	}
}
