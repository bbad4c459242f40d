package index

import (
	"math"
	"strings"
)

// A quick search looks at blocks of documents, those that can bring the best hits
// first, and passes over what cannot come onto the page: block-max pruning, after
// Ding and Suel, "Faster top-k document retrieval using block-max indexes" (2011).
// bleve's postings carry no maxima, so they are worked out once for each term that
// is frequent in a segment, and kept beside its column.
const (
	blockDocs = 256
	// frequent is from how many documents on the maxima of a word are kept.
	frequent = 32
	// maxImpacts bounds the words of a segment whose maxima are kept: 4 bytes a block each.
	maxImpacts = 1 << 10
)

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

// impact is the greatest normalized frequency of a word in each block, for fields of
// the average lengths that there were.
type impact struct {
	most []float32
	avg  []float64 // of the word's variants
}

// byLanguage parts the variants of a word by their language: a document has one.
func (w *word) byLanguage() (out [][]variant) {
	for i, v := range w.variants {
		if i == 0 || v.lang != w.variants[i-1].lang {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], v)
	}
	return out
}

// impactOf gives what the variants of a word in one language weigh together in each
// block at most; nil where they are nowhere.
func impactOf(o *opener, variants []variant) (*impact, error) {
	col := o.seg.col
	var b strings.Builder
	for _, v := range variants {
		for _, term := range append(v.spelled(), v.field) {
			b.WriteString(term)
			b.WriteByte(0)
		}
	}
	key := b.String()
	col.mu.Lock()
	im := col.impacts[key]
	col.mu.Unlock()
	if im != nil {
		return im, nil
	}
	u, err := (&word{variants: variants}).union(o)
	if err != nil || len(u.postings) == 0 {
		return nil, err
	}
	im = &impact{most: make([]float32, len(col.blocks))}
	for _, v := range variants {
		im.avg = append(im.avg, v.avg)
	}
	for {
		doc, err := u.next()
		if err != nil {
			return nil, err
		}
		if doc == none {
			break
		}
		// Rounded up, so that a bound is never below what it bounds.
		at := doc / blockDocs
		im.most[at] = max(im.most[at], math.Nextafter32(float32(u.tf()), math.MaxFloat32))
	}
	if u.cost() < frequent {
		return im, nil
	}
	col.mu.Lock()
	defer col.mu.Unlock()
	if len(col.impacts) >= maxImpacts {
		clear(col.impacts)
	}
	col.impacts[key] = im
	return im, nil
}

// bounds gives what the word scores in each block at most; 0 where it is nowhere.
func (w *word) bounds(o *opener) (out []float64, err error) {
	out = make([]float64, len(o.seg.col.blocks)) // frequencies at first
	for _, variants := range w.byLanguage() {
		if lang := variants[0].lang; lang != "" && !holdsLang(o.seg.part, lang) {
			continue
		}
		im, err := impactOf(o, variants)
		if err != nil {
			return nil, err
		}
		if im == nil {
			continue
		}
		scale := 1.0
		for i, v := range variants {
			if im.avg[i] > 0 { // longer ones on average: these count for shorter now
				scale = max(scale, v.avg/im.avg[i])
			}
		}
		for i, most := range im.most {
			out[i] = max(out[i], scale*float64(most))
		}
	}
	for i, tf := range out {
		if tf > 0 {
			out[i] = w.idf * (k1 + 1) / (1 + k1/tf)
		}
	}
	return out, nil
}

// blockBounds are what the blocks of a segment can score; less than zero where
// nothing in a block can match. each are the optional words' shares.
func (b *planner) blockBounds(seg *segmentView) (sum []float64, each [][]float64, err error) {
	o := b.opener(seg)
	sum = make([]float64, len(seg.col.blocks))
	for _, w := range b.q.optional {
		share, err := w.bounds(o)
		if err != nil {
			return nil, nil, err
		}
		each = append(each, share)
		for i, v := range share {
			sum[i] += v
		}
	}
	if b.q.needAny {
		for i, v := range sum {
			if v == 0 {
				sum[i] = -1
			}
		}
	}
	for _, c := range b.q.required {
		w, ok := c.(*word)
		if !ok {
			continue
		}
		share, err := w.bounds(o)
		if err != nil {
			return nil, nil, err
		}
		for i, v := range share {
			if sum[i] += v; v == 0 {
				sum[i] = math.Inf(-1)
			}
		}
	}
	return sum, each, nil
}
