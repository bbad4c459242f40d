package commands

import (
	"cmp"
	"context"
	"slices"
	"time"

	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
)

// Listing is what a search finds, for programs.
type Listing struct {
	Question string `json:"question"`
	// Corrected is the question that was asked instead, where nothing matched and a
	// word was misspelt.
	Corrected string `json:"corrected,omitempty"`
	// Total is the number of dispatches that match, shown or not.
	Total  int      `json:"total"`
	Hits   []Listed `json:"hits"`
	Facets Facets   `json:"facets"`
}

// Listed is one hit.
type Listed struct {
	ID    news.ID `json:"id"`
	Score float64 `json:"score"`
	// When is when it was published or, where Dated is false, only filed.
	When   time.Time `json:"when"`
	Dated  bool      `json:"dated"`
	Source string    `json:"source"`
	Title  string    `json:"title"`
	URL    string    `json:"url"`
	// Snippet is the sentence of it that tells most of what was asked, verbatim.
	Snippet string `json:"snippet"`
}

// Facets count dispatches. Sources and days are counted over all that match, days
// over the dated of the last 366 days before the newest; places and actors over the
// Counted hits that are listed.
type Facets struct {
	Sources []FacetCount `json:"sources"`
	Days    []FacetCount `json:"days"`
	Counted int          `json:"counted"`
	Places  []FacetCount `json:"places"`
	Actors  []FacetCount `json:"actors"`
}

// FacetCount is a value and how many dispatches have it.
type FacetCount struct {
	// ID is the gazetteer's, of a place or an actor.
	ID    string `json:"id,omitempty"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// listedFacets is how many places and how many actors are counted out.
const listedFacets = 50

// listing answers a search for a program.
func (c *call) listing(ctx context.Context, s index.Search, typed string) (Reply, error) {
	if c.Request.Hits < 0 || c.Request.Hits > index.MaxHits {
		return Reply{}, usage("%d hits cannot be listed: ask for 1 to %d.", c.Request.Hits, index.MaxHits)
	}
	s.Size = c.Request.Hits
	l := &Listing{Question: typed}
	res, err := c.e.o.Index.Search(ctx, s)
	if err != nil {
		return Reply{}, asked(err)
	}
	if res.Total == 0 {
		m, err := c.meant(ctx, typed, s.Query.Words())
		if err != nil {
			return Reply{}, err
		}
		if q, wrong := query.Parse(m.text); wrong == nil && m.text != "" {
			s.Query = q
			if res, err = c.e.o.Index.Search(ctx, s); err != nil {
				return Reply{}, asked(err)
			}
			if res.Total > 0 {
				l.Corrected = m.text
			}
		}
	}
	l.Total = res.Total
	texts, err := c.texts(ctx, res.Hits)
	if err != nil {
		return Reply{}, err
	}
	reports, err := c.reports(ctx, res.Hits, c.wantedWords(s.Query))
	if err != nil {
		return Reply{}, err
	}
	snippets := map[news.ID]string{}
	for _, r := range reports {
		snippets[r.Dispatch.ID] = r.Quote.Text
	}
	l.Hits = []Listed{}
	for i, h := range res.Hits {
		if d := texts[i].Dispatch; d.ID == h.ID { // else it was forgotten meanwhile
			l.Hits = append(l.Hits, Listed{ID: h.ID, Score: h.Score, When: h.When, Dated: h.Dated, Source: h.Source, Title: d.Title, URL: d.URL, Snippet: snippets[h.ID]})
		}
	}
	l.Facets.Sources = []FacetCount{}
	for _, name := range sortedSources(res.Sources) {
		l.Facets.Sources = append(l.Facets.Sources, FacetCount{Name: name, Count: res.Sources[name].Reports})
	}
	if l.Facets.Days, err = c.dayFacets(ctx, s, res); err != nil {
		return Reply{}, asked(err)
	}
	l.Facets.Counted = len(l.Hits)
	l.Facets.Places, l.Facets.Actors = c.nameFacets(texts, news.Place), c.nameFacets(texts, news.Actor)
	return Reply{Title: c.say("Search: %s", clip(typed, 100)), AsOf: res.Newest, Listing: l}, nil
}

// dayFacets are the days with dated hits, of at most a year before the newest.
func (c *call) dayFacets(ctx context.Context, s index.Search, res index.Result) ([]FacetCount, error) {
	out := []FacetCount{}
	if res.Newest.IsZero() {
		return out, nil
	}
	const day = 24 * time.Hour
	to := res.Newest.Truncate(day).Add(day)
	from := res.Oldest.Truncate(day)
	if first := to.Add(-366 * day); from.Before(first) {
		from = first
	}
	s.Size, s.Days = 0, query.Span{From: from, To: to}
	// What lies outside the span of the question is not of its hits.
	if s.Span.From.After(from) {
		s.Days.From = s.Span.From
	}
	if !s.Span.To.IsZero() && s.Span.To.Before(to) {
		s.Days.To = s.Span.To
	}
	by, err := c.e.o.Index.Search(ctx, s)
	for i, n := range by.Days {
		if n > 0 {
			out = append(out, FacetCount{Name: s.Days.From.Add(time.Duration(i) * day).UTC().Format(time.DateOnly), Count: n})
		}
	}
	return out, err
}

func (c *call) nameFacets(texts []index.Text, kind news.MentionKind) []FacetCount {
	out := []FacetCount{}
	for _, t := range tally(texts, kind) {
		e, ok := c.e.o.Names.Entity(t.id)
		if ok && len(out) < listedFacets {
			out = append(out, FacetCount{ID: t.id, Name: e.Name, Count: t.n})
		}
	}
	slices.SortStableFunc(out, func(a, b FacetCount) int { return cmp.Compare(b.Count, a.Count) })
	return out
}
