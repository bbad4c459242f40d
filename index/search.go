package index

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"sitrep/index/query"
	"sitrep/news"
)

// Sort is an order of hits.
type Sort int

// The orders.
const (
	News Sort = iota // relevance, halved for every half-life of age
	Best             // relevance alone
	New              // newest first
	Old              // oldest first
)

// Dating says which hits are kept, by whether they carry a date. All are counted.
type Dating int

// The datings.
const (
	Any Dating = iota
	DatedOnly
	UndatedOnly
)

// MaxHits bounds From + Size of a search.
const MaxHits = 1000

// Search is a question to the index.
type Search struct {
	Query query.Query
	// Entities are gazetteer IDs: a hit names at least one, or what lies in it.
	Entities []string
	// Scopes are what the asker may see; a search without any finds nothing.
	Scopes []news.Scope
	// Span bounds Dispatch.When.
	Span   query.Span
	Sort   Sort
	Dating Dating
	// Every asks for every word, not just for any.
	Every bool
	// From and Size cut the page out of the hits.
	From, Size int
	// Now is what ages are counted from in the News order; what is dated later
	// is not the newest report.
	Now time.Time
	// Windows are spans to count the hits in, also where Span does not reach.
	Windows []query.Span
	// Days asks for the hits a day, over this span, also where Span does not reach.
	Days query.Span
	// Quick finds the same hits without counting: it passes over what cannot come
	// onto the page. It has no effect where Windows or Days are asked for, or no page.
	Quick bool
}

// Hit is a dispatch that was found.
type Hit struct {
	ID     news.ID
	Score  float64
	When   time.Time
	Dated  bool // When is when it was published, not only when it was filed
	Source string

	at   int64 // the place of its text
	from *partition
}

// Window is what was counted in a span. Undated dispatches do not count: they
// may tell of any time.
type Window struct {
	Reports int
	Sources map[string]int
}

// Result is what was found.
type Result struct {
	Total int
	// Partial says that the counts are not made, since the search was quick: Total is
	// the number of hits that were looked at.
	Partial bool
	Undated int
	// Future counts the hits that are dated later than Now.
	Future int
	// Newest and Oldest are the times of the newest and the oldest dated hit, those
	// of the future left out; zero where there is none.
	Newest, Oldest time.Time
	Hits           []Hit
	Windows        []Window
	// Days are the dated hits a day of Search.Days.
	Days []int
	// Sources tells of all hits by source.
	Sources map[string]SourceCount
}

// SourceCount is what one source brought.
type SourceCount struct {
	Reports int
	// Newest is the newest dated report's time; zero where none is dated.
	Newest time.Time
}

// Search runs a question. It returns a *query.Error or an error that can be
// shown for what cannot be asked, and ctx's error if that ends first.
func (x *Index) Search(ctx context.Context, s Search) (res Result, err error) {
	begin := time.Now()
	if s.Size < 0 || s.From < 0 || s.From+s.Size > MaxHits {
		return Result{}, query.Wrong("page %d to %d: at most %d hits can be paged through: narrow the question", s.From, s.From+s.Size, MaxHits)
	}
	snap := x.snapshot()
	if snap == nil {
		return Result{}, ErrClosed
	}
	defer func() { err = errors.Join(err, snap.release()) }()
	p, err := x.plan(ctx, snap, s)
	if err != nil {
		return Result{}, err
	}
	res, err = p.run(newCollector(snap, s, x.opts.HalfLife))
	x.metrics.searches.Observe(time.Since(begin).Seconds())
	return res, err
}

// snapshot gives the newest state of the index that answers, to be released; nil
// where it is closed.
func (x *Index) snapshot() *snapshot {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return nil
	}
	return x.cur.snapshot()
}

// run walks the partitions, the newest first.
func (b *planner) run(c *collector) (Result, error) {
	if b.q.nothing || len(b.q.required) == 0 {
		return c.finish(), nil
	}
	from, to := bounds(c.s.reach())
	parts := b.snap.parts
	if c.s.Sort == Old {
		parts = slices.Clone(parts)
		slices.SortFunc(parts, func(a, b *part) int { return cmp.Compare(a.earliest, b.earliest) })
	}
	parts = slices.DeleteFunc(slices.Clone(parts), func(p *part) bool { return p.latest < from || p.earliest >= to })
	if c.s.Quick && c.s.Size > 0 && len(c.s.Windows) == 0 && c.days == 0 {
		return b.quick(c, parts, from, to)
	}
	for _, p := range parts {
		for _, seg := range p.segments {
			if err := b.walk(c, seg, from, to); err != nil {
				return c.result, err
			}
		}
	}
	return c.finish(), nil
}

// walk collects what a segment holds.
func (b *planner) walk(c *collector, seg *segmentView, from, to int64) error {
	if seg.col.latest < from || seg.col.earliest >= to {
		return nil
	}
	w, err := b.open(seg, from, to)
	if err != nil || w == nil {
		return err
	}
	return w.collect(b.ctx, from, to, func(doc uint64, score float64) { c.add(seg, doc, score) })
}

// ageFactor is what the News order takes off the logarithm of a score.
func ageFactor(now time.Time, unix int64, halfLife time.Duration) float64 {
	age := float64(now.Unix() - unix)
	return math.Ln2 * max(age, 0) / halfLife.Seconds()
}
