package index

import (
	"container/heap"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// collector keeps the best hits and counts all of them.
type collector struct {
	s      Search
	half   time.Duration
	values bleveindex.DocValueReader
	result Result
	top    candidates // the dated hits, or all where dates do not order them
	loose  candidates // the undated hits, in the News order
	days   int

	// what visit reads of the current document
	unix   int64
	dated  bool
	id     news.ID
	source string
}

type candidate struct {
	key    float64 // what the order goes by: higher is better
	score  float64
	unix   int64
	dated  bool
	source string
	id     news.ID
}

// better is the order of hits: by key, the newer of two equals first.
func (c candidate) better(o candidate) bool {
	if c.key != o.key {
		return c.key > o.key
	}
	if c.unix != o.unix {
		return c.unix > o.unix
	}
	return c.id < o.id
}

// candidates is a heap whose root is the worst that is kept.
type candidates []candidate

func (h candidates) Len() int           { return len(h) }
func (h candidates) Less(i, j int) bool { return h[j].better(h[i]) }
func (h candidates) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *candidates) Push(x any)        { *h = append(*h, x.(candidate)) }
func (h *candidates) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

func newCollector(r bleveindex.IndexReader, s Search, half time.Duration) (*collector, error) {
	values, err := r.DocValueReader([]string{fieldWhen, fieldSource})
	if err != nil {
		return nil, err
	}
	if s.Now.IsZero() {
		s.Now = time.Now()
	}
	c := &collector{s: s, half: half, values: values}
	c.result.Sources = map[string]SourceCount{}
	for range s.Windows {
		c.result.Windows = append(c.result.Windows, Window{Sources: map[string]int{}})
	}
	if !s.Days.From.IsZero() && s.Days.To.After(s.Days.From) {
		c.days = min(int(math.Ceil(s.Days.To.Sub(s.Days.From).Hours()/24)), 366)
		c.result.Days = make([]int, c.days)
	}
	return c, nil
}

func (c *collector) visit(field string, term []byte) {
	switch field {
	case fieldWhen:
		if unix, dated, id, ok := decodeWhen(term); ok {
			c.unix, c.dated, c.id = unix, dated, id
		}
	case fieldSource:
		c.source = string(term)
	}
}

func (c *collector) add(id bleveindex.IndexInternalID, score float64) error {
	c.unix, c.dated, c.id, c.source = 0, false, "", ""
	if err := c.values.VisitDocValues(id, c.visit); err != nil {
		return err
	}
	when := time.Unix(c.unix, 0)
	if !c.s.Span.Contains(when) {
		return nil
	}
	c.count(when)
	if c.s.From+c.s.Size == 0 || c.s.Dating == DatedOnly && !c.dated || c.s.Dating == UndatedOnly && c.dated {
		return nil
	}
	n := candidate{score: score, unix: c.unix, dated: c.dated, source: c.source, id: c.id}
	kept := &c.top
	switch {
	case c.s.Sort == New:
		n.key = float64(c.unix) - c.undatedLast()
	case c.s.Sort == Old:
		n.key = -float64(c.unix) - c.undatedLast()
	case c.s.Sort == Best:
		n.key = score
	case c.dated:
		n.key = math.Log(score+1e-9) - ageFactor(c.s.Now, c.unix, c.half)
	default:
		n.key = math.Log(score + 1e-9)
		kept = &c.loose
	}
	if len(*kept) == c.s.From+c.s.Size {
		if !n.better((*kept)[0]) {
			return nil
		}
		heap.Pop(kept)
	}
	heap.Push(kept, n)
	return nil
}

// undatedLast takes an undated hit behind all dated ones: when it was filed does
// not say when it happened.
func (c *collector) undatedLast() float64 {
	if c.dated {
		return 0
	}
	return 1 << 40
}

// merge puts the undated hits among the dated ones. How old they are is not
// known: they count as one half-life older than the newest dated hit, so that a
// report filed today without a date does not pass for today's news.
func (c *collector) merge() {
	if len(c.loose) == 0 {
		return
	}
	less := math.Ln2
	if !c.result.Newest.IsZero() {
		less += ageFactor(c.s.Now, c.result.Newest.Unix(), c.half)
	}
	for _, n := range c.loose {
		n.key -= less
		c.top = append(c.top, n)
	}
}

func (c *collector) count(when time.Time) {
	c.result.Total++
	src := c.result.Sources[c.source]
	src.Reports++
	if c.dated && when.After(src.Newest) && !when.After(c.s.Now) {
		src.Newest = when.UTC()
	}
	c.result.Sources[c.source] = src
	if !c.dated {
		c.result.Undated++
		return
	}
	if when.After(c.s.Now) {
		c.result.Future++
		return
	}
	if when.After(c.result.Newest) {
		c.result.Newest = when.UTC()
	}
	if c.result.Oldest.IsZero() || when.Before(c.result.Oldest) {
		c.result.Oldest = when.UTC()
	}
	for i, w := range c.s.Windows {
		if w.Contains(when) {
			c.result.Windows[i].Reports++
			c.result.Windows[i].Sources[c.source]++
		}
	}
	if c.days > 0 && c.s.Days.Contains(when) {
		if d := int(when.Sub(c.s.Days.From).Hours() / 24); d < c.days {
			c.result.Days[d]++
		}
	}
}

// finish sorts what was kept and cuts the page out.
func (c *collector) finish() Result {
	c.merge()
	slices.SortFunc(c.top, func(a, b candidate) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	for _, n := range c.top[min(c.s.From, len(c.top)):min(c.s.From+c.s.Size, len(c.top))] {
		c.result.Hits = append(c.result.Hits, Hit{ID: n.id, Score: n.score, When: time.Unix(n.unix, 0).UTC(), Dated: n.dated, Source: n.source})
	}
	return c.result
}

// positions lays a token stream out for a phrase: a stop word that the analyzer
// dropped leaves a hole, an empty term.
func positions(stream analysis.TokenStream) (terms []string) {
	for _, t := range stream {
		for len(terms) > 0 && len(terms) < t.Position-stream[0].Position {
			terms = append(terms, "")
		}
		terms = append(terms, string(t.Term))
	}
	return terms
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// sources are the names of sources that a typed name means: the ones that are
// the same but for case and marks, or else those that contain it.
func (b *planner) sources(typed string) ([]string, error) {
	fold := func(s string) string { return strings.ToLower(string(foldTerm([]byte(s)))) }
	want := fold(typed)
	dict, err := b.r.FieldDict(fieldSource)
	if err != nil {
		return nil, err
	}
	defer dict.Close()
	var same, within []string
	for e, err := dict.Next(); e != nil || err != nil; e, err = dict.Next() {
		if err != nil {
			return nil, err
		}
		switch f := fold(e.Term); {
		case f == want:
			same = append(same, e.Term)
		case strings.Contains(f, want):
			within = append(within, e.Term)
		}
	}
	if len(same) > 0 {
		return same, nil
	}
	return within, nil
}
