package index

import (
	"container/heap"
	"math"
	"slices"
	"time"

	"github.com/blevesearch/bleve/v2/analysis"

	"sitrep/index/query"
)

// collector keeps the best hits and counts all of them.
type collector struct {
	s      Search
	half   time.Duration
	snap   *snapshot
	result Result
	top    candidates // the dated hits, or all where dates do not order them
	loose  candidates // the undated hits, in the News order
	days   int

	// What counts are made of, by the numbers of the sources; seconds since 1970.
	bySource []sourceTally
	windows  []windowTally
	from, to int64 // the span; all of time where it is open
	now      int64
	newest   int64
	oldest   int64
	dayFrom  int64
	dayTo    int64
	day      int   // the day of the last hit,
	dayAt    int64 // and where it begins
	counts   bool  // there are windows or days
}

type sourceTally struct {
	reports int
	dated   bool  // it has dated ones,
	newest  int64 // of which this is the newest
}

type windowTally struct {
	from, to int64
	reports  int
	sources  []int
}

type candidate struct {
	key   float64 // what the order goes by: higher is better
	score float64
	row
}

// better is the order of hits: by key, the newer of two equals first.
func (c candidate) better(o candidate) bool {
	if c.key != o.key {
		return c.key > o.key
	}
	if c.unix != o.unix {
		return c.unix > o.unix
	}
	return c.spelled() < o.spelled()
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

func newCollector(snap *snapshot, s Search, half time.Duration) *collector {
	if s.Now.IsZero() {
		s.Now = time.Now()
	}
	c := &collector{s: s, half: half, snap: snap, bySource: make([]sourceTally, len(snap.sources)), now: s.Now.Unix(), newest: math.MinInt64, oldest: math.MaxInt64}
	c.from, c.to = bounds(s.Span)
	for _, w := range s.Windows {
		t := windowTally{sources: make([]int, len(snap.sources))}
		t.from, t.to = bounds(w)
		c.windows = append(c.windows, t)
	}
	if !s.Days.From.IsZero() && s.Days.To.After(s.Days.From) {
		c.days = min(int(math.Ceil(s.Days.To.Sub(s.Days.From).Hours()/24)), 366)
		c.result.Days = make([]int, c.days)
		c.dayFrom, c.dayTo = bounds(s.Days)
		c.dayAt = c.dayFrom
	}
	c.counts = len(c.windows) > 0 || c.days > 0
	return c
}

// bounds are the first second of a span and the first behind it. Times in the
// index are whole seconds, so an end within a second includes that second.
func bounds(s query.Span) (from, to int64) {
	from, to = math.MinInt64, math.MaxInt64
	if !s.From.IsZero() {
		from = ceil(s.From)
	}
	if !s.To.IsZero() {
		to = ceil(s.To)
	}
	return from, to
}

func ceil(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}

// add takes a hit of a search that counts all of them.
func (c *collector) add(seg *segmentView, doc uint64, score float64) {
	unix, dated, source := seg.col.unix[doc], seg.col.dated[doc], seg.col.source[doc]
	if c.counts && dated && unix <= c.now {
		c.spread(unix, source)
	}
	if unix < c.from || unix >= c.to {
		return
	}
	c.count(unix, dated, source)
	c.keep(seg, doc, score)
}

// offer takes a hit of a quick search, which counts nothing.
func (c *collector) offer(seg *segmentView, doc uint64, score float64) {
	c.result.Total++
	unix, dated := seg.col.unix[doc], seg.col.dated[doc]
	if unix < c.from || unix >= c.to {
		return
	}
	if c.keep(seg, doc, score) && dated && unix <= c.now {
		c.newest, c.oldest = max(c.newest, unix), min(c.oldest, unix)
	}
}

// keep keeps a hit if it is among the best so far. It reports whether it is one that
// could be shown.
func (c *collector) keep(seg *segmentView, doc uint64, score float64) bool {
	unix, dated := seg.col.unix[doc], seg.col.dated[doc]
	size := c.s.From + c.s.Size
	if size == 0 || c.s.Dating == DatedOnly && !dated || c.s.Dating == UndatedOnly && dated {
		return false
	}
	kept := &c.top
	if c.s.Sort == News && !dated {
		kept = &c.loose
	}
	key := c.key(unix, dated, score)
	full := len(*kept) == size
	if full && key < (*kept)[0].key {
		return true
	}
	n := candidate{key: key, score: score, row: seg.row(doc)}
	switch {
	case !full:
		heap.Push(kept, n)
	case n.better((*kept)[0]):
		(*kept)[0] = n
		heap.Fix(kept, 0)
	}
	return true
}

// key is what a hit is ordered by.
func (c *collector) key(unix int64, dated bool, score float64) float64 {
	switch c.s.Sort {
	case New:
		return float64(unix) - undatedLast(dated)
	case Old:
		return -float64(unix) - undatedLast(dated)
	case Best:
		return score
	}
	if !dated {
		return math.Log(score + 1e-9)
	}
	return math.Log(score+1e-9) - ageFactor(c.s.Now, unix, c.half)
}

// beyond reports whether nothing in a partition can come among the hits that are
// kept, whose terms score at most best.
func (c *collector) beyond(p *part, best float64) bool {
	if len(c.top) == 0 || len(c.top) < c.s.From+c.s.Size {
		return false
	}
	worst := c.top[0].key
	switch c.s.Sort {
	case New:
		return worst > float64(p.latest)
	case Old:
		return worst > -float64(p.earliest)
	case Best:
		return worst > best
	}
	// How old the undated are is not known before the end.
	return p.undated == 0 && len(c.loose) == 0 && worst > math.Log(best+1e-9)-ageFactor(c.s.Now, p.latest, c.half)
}

// undatedLast takes an undated hit behind all dated ones: when it was filed does
// not say when it happened.
func undatedLast(dated bool) float64 {
	if dated {
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

func (c *collector) count(unix int64, dated bool, source uint16) {
	c.result.Total++
	src := &c.bySource[source]
	src.reports++
	if !dated {
		c.result.Undated++
		return
	}
	if unix > c.now {
		c.result.Future++
		return
	}
	if !src.dated || unix > src.newest {
		src.dated, src.newest = true, unix
	}
	c.newest, c.oldest = max(c.newest, unix), min(c.oldest, unix)
}

// daySeconds is the length of a day that hits are counted by.
const daySeconds = 24 * 3600

// spread counts a dated hit in the windows and days.
func (c *collector) spread(unix int64, source uint16) {
	for i := range c.windows {
		if w := &c.windows[i]; unix >= w.from && unix < w.to {
			w.reports++
			w.sources[source]++
		}
	}
	if c.days == 0 || unix < c.dayFrom || unix >= c.dayTo {
		return
	}
	if unix < c.dayAt || unix >= c.dayAt+daySeconds { // mostly it is the day of the hit before
		c.day = int((unix - c.dayFrom) / daySeconds)
		c.dayAt = c.dayFrom + int64(c.day)*daySeconds
	}
	if c.day < c.days {
		c.result.Days[c.day]++
	}
}

// tally puts the counts into the result, under the names of the sources.
func (c *collector) tally() {
	c.result.Sources = map[string]SourceCount{}
	for n, t := range c.bySource {
		if t.reports > 0 {
			k := SourceCount{Reports: t.reports}
			if t.dated {
				k.Newest = time.Unix(t.newest, 0).UTC()
			}
			c.result.Sources[c.snap.sources[n]] = k
		}
	}
	for _, w := range c.windows {
		out := Window{Reports: w.reports, Sources: map[string]int{}}
		for n, k := range w.sources {
			if k > 0 {
				out.Sources[c.snap.sources[n]] = k
			}
		}
		c.result.Windows = append(c.result.Windows, out)
	}
	if c.oldest < math.MaxInt64 {
		c.result.Newest, c.result.Oldest = time.Unix(c.newest, 0).UTC(), time.Unix(c.oldest, 0).UTC()
	}
}

// finish sorts what was kept and cuts the page out.
func (c *collector) finish() Result {
	c.tally()
	c.merge()
	slices.SortFunc(c.top, func(a, b candidate) int {
		if a.better(b) {
			return -1
		}
		return 1
	})
	for _, n := range c.top[min(c.s.From, len(c.top)):min(c.s.From+c.s.Size, len(c.top))] {
		c.result.Hits = append(c.result.Hits, Hit{ID: n.spelled(), Score: n.score, When: time.Unix(n.unix, 0).UTC(), Dated: n.dated, Source: c.snap.sources[n.source], at: n.at, from: n.from})
	}
	return c.result
}

// positions lays a token stream out for a phrase: a stop word that the analyzer
// dropped leaves a hole, an empty term; of several terms at one place the first counts.
func positions(stream analysis.TokenStream) (terms []string) {
	for _, t := range stream {
		if len(terms) > t.Position-stream[0].Position {
			continue
		}
		for len(terms) > 0 && len(terms) < t.Position-stream[0].Position {
			terms = append(terms, "")
		}
		terms = append(terms, string(t.Term))
	}
	return terms
}
