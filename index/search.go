package index

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"

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
}

// Hit is a dispatch that was found.
type Hit struct {
	ID     news.ID
	Score  float64
	When   time.Time
	Dated  bool // When is when it was published, not only when it was filed
	Source string
}

// Window is what was counted in a span. Undated dispatches do not count: they
// may tell of any time.
type Window struct {
	Reports int
	Sources map[string]int
}

// Result is what was found.
type Result struct {
	Total   int
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
func (x *Index) Search(ctx context.Context, s Search) (Result, error) {
	begin := time.Now()
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil {
		return Result{}, ErrClosed
	}
	if s.Size < 0 || s.From < 0 || s.From+s.Size > MaxHits {
		return Result{}, query.Wrong("page %d to %d: at most %d hits can be paged through: narrow the question", s.From, s.From+s.Size, MaxHits)
	}
	r, err := x.cur.index.Reader()
	if err != nil {
		return Result{}, err
	}
	defer r.Close()
	p, err := x.plan(ctx, r, x.cur.counts(), s)
	if err != nil {
		return Result{}, err
	}
	v, err := x.cur.columns.of(r)
	if err != nil {
		return Result{}, errors.Join(err, p.close())
	}
	res, err := p.collect(ctx, newCollector(v, s, x.opts.HalfLife))
	x.metrics.searches.Observe(time.Since(begin).Seconds())
	return res, errors.Join(err, p.close())
}

// plan is a question ready to run: what every hit must match, what scores, what
// excludes.
type plan struct {
	required []matcher // each must match
	optional []*union  // score where they match
	scored   []*union  // members of required that score as well
	excluded []matcher
	needAny  bool // at least one optional must match
	nothing  bool // nothing can match
}

func (p *plan) close() (err error) {
	for _, m := range p.required {
		err = errors.Join(err, m.close())
	}
	for _, m := range p.optional {
		err = errors.Join(err, m.close())
	}
	for _, m := range p.excluded {
		err = errors.Join(err, m.close())
	}
	return err
}

// lead gives the candidates in order: from the required matcher that holds
// least, or from the optional terms where they hold less and one must match.
func (p *plan) lead() matcher {
	slices.SortFunc(p.required, func(a, b matcher) int { return cmp.Compare(a.cost(), b.cost()) })
	if p.needAny {
		var sum uint64
		for _, u := range p.optional {
			sum += u.cost()
		}
		if len(p.required) == 0 || sum < p.required[0].cost() {
			return anyOf(p.optional)
		}
	}
	return p.required[0]
}

// anyOf reads several terms as one set, moving the terms themselves.
type anyOf []*union

func (a anyOf) cost() uint64 { return 0 }
func (a anyOf) close() error { return nil }

func (a anyOf) next() (bleveindex.IndexInternalID, error) {
	at := a.least()
	for _, u := range a {
		if !u.started || bytes.Equal(u.at, at) {
			if _, err := u.next(); err != nil {
				return nil, err
			}
		}
	}
	return a.least(), nil
}

func (a anyOf) advance(id bleveindex.IndexInternalID) (bleveindex.IndexInternalID, error) {
	for _, u := range a {
		if _, err := u.advance(id); err != nil {
			return nil, err
		}
	}
	return a.least(), nil
}

func (a anyOf) least() bleveindex.IndexInternalID {
	var min bleveindex.IndexInternalID
	for _, u := range a {
		if u.started && u.at != nil && (min == nil || bytes.Compare(u.at, min) < 0) {
			min = u.at
		}
	}
	return bytes.Clone(min)
}

// collect walks the candidates, scores them, counts them, and keeps the best.
func (p *plan) collect(ctx context.Context, c *collector) (Result, error) {
	if p.nothing || len(p.required) == 0 {
		return c.finish(), nil
	}
	lead := p.lead()
	id, err := lead.next()
	for n := 0; id != nil && err == nil; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return c.result, fmt.Errorf("index: the search was cut short: %w", ctx.Err())
		}
		var at bleveindex.IndexInternalID
		if at, err = p.align(id); err != nil {
			break
		}
		if at == nil {
			id = nil
		} else if !bytes.Equal(at, id) {
			id, err = lead.advance(bytes.Clone(at))
			continue
		} else {
			var score float64
			var ok bool
			if score, ok, err = p.score(id); err == nil && ok {
				c.add(id, score)
			}
			if err == nil {
				id, err = lead.next()
			}
		}
	}
	if err != nil {
		return c.result, err
	}
	return c.finish(), nil
}

// align moves every required matcher to the candidate. It gives the candidate
// back if all hold it, a later document that may be the next one, or nil at the end.
func (p *plan) align(id bleveindex.IndexInternalID) (bleveindex.IndexInternalID, error) {
	for _, m := range p.required {
		at, err := m.advance(id)
		if err != nil || at == nil || !bytes.Equal(at, id) {
			return at, err
		}
	}
	return id, nil
}

// score sums the terms of a candidate that all required matchers hold. ok is
// false if it is excluded, or lacks every optional term where one is needed.
func (p *plan) score(id bleveindex.IndexInternalID) (sum float64, ok bool, err error) {
	for _, m := range p.excluded {
		at, err := m.advance(id)
		if err != nil || bytes.Equal(at, id) && at != nil {
			return 0, false, err
		}
	}
	found := !p.needAny
	for _, u := range p.optional {
		at, err := u.advance(id)
		if err != nil {
			return 0, false, err
		}
		if at != nil && bytes.Equal(at, id) {
			found = true
			sum += u.score()
		}
	}
	for _, u := range p.scored {
		sum += u.score()
	}
	return sum, found, nil
}

// ageFactor is what the News order takes off the logarithm of a score.
func ageFactor(now time.Time, unix int64, halfLife time.Duration) float64 {
	age := float64(now.Unix() - unix)
	return math.Ln2 * max(age, 0) / halfLife.Seconds()
}
