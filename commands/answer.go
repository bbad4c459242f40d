package commands

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"sitrep/briefing"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
	"sitrep/store"
)

// topic is what a question is about, resolved.
type topic struct {
	typed string
	// line is how it is typed in the line of a button.
	line string
	// entities are what the words name; empty where they name nothing that is known.
	entities []*gazetteer.Entity
	// others are further meanings of the same words, or further names close to them.
	others []*gazetteer.Entity
	// near is a name close to what was typed, to suggest; nil where there is none.
	near *gazetteer.Entity
	// rest are the words that are no names.
	rest query.Query
}

// byID finds what can mean one thing only: place:#raqqa is the city, where Raqqa
// alone could be the governorate.
func (c *call) byID(typed string) (*gazetteer.Entity, bool) {
	kind, id, found := strings.Cut(typed, ":#")
	if !found {
		return nil, false
	}
	e, ok := c.e.o.Names.Entity(strings.ToLower(id))
	return e, ok && strings.EqualFold(kind, string(e.Kind))
}

func lineOf(e *gazetteer.Entity) string { return string(e.Kind) + ":#" + e.ID }

// lineFor is the name where typing it means this very thing, else its ID.
func (c *call) lineFor(ctx context.Context, e *gazetteer.Entity) string {
	if list := c.meanings(ctx, e.Name, nil, 1); len(list) > 0 && list[0].Entity == e {
		return quote(e.Name)
	}
	return lineOf(e)
}

// all is the line that searches for what the topic's answer counts.
func (t topic) all() string {
	if len(t.entities) == 1 && t.rest.Empty() {
		return "search " + lineOf(t.entities[0])
	}
	return "search " + t.typed
}

// Scores of gazetteer.Resolve: from sure on a spelling is taken for the name,
// from likely on it is suggested.
const (
	sure   = .8
	likely = .6
)

// resolve finds out what is meant.
func (c *call) resolve(ctx context.Context, typed string) (topic, error) {
	typed = strings.TrimSpace(typed)
	t := topic{typed: strings.TrimSpace(unquote(typed))}
	if e, ok := c.byID(t.typed); ok {
		t.typed, t.entities = e.Name, []*gazetteer.Entity{e}
		t.line = lineOf(e)
		return t, nil
	}
	if q, ok := signed(typed); ok {
		return c.besides(ctx, t, q)
	}
	t.line = quote(t.typed)
	list := c.meanings(ctx, t.typed, nil, candidates)
	for i, cand := range list {
		switch {
		case i == 0 && (cand.Exact || cand.Score >= sure):
			t.entities = []*gazetteer.Entity{cand.Entity}
		case len(t.entities) > 0 && (cand.Exact || cand.Score >= sure || c.instead(list[0], cand)):
			t.others = append(t.others, cand.Entity)
		case i == 0 && cand.Score >= likely:
			t.near = cand.Entity
		case t.near != nil && cand.Score >= likely && !c.lies(t.near, cand.Entity) && !c.lies(cand.Entity, t.near):
			t.others = append(t.others, cand.Entity)
		}
	}
	if len(t.entities) > 0 {
		return t, nil
	}
	if t.typed != typed && len(c.e.o.Names.Annotate(t.typed)) > 0 {
		typed = t.typed // names in quotes are names, not a phrase
	}
	rest := typed
	mentions := c.e.o.Names.Annotate(typed)
	for i := len(mentions) - 1; i >= 0; i-- {
		m := mentions[i]
		e, ok := c.e.o.Names.Entity(m.Entity)
		// Typed, a name means the widest that bears it, as it does alone.
		var beside []string
		for _, o := range mentions {
			if o != m {
				beside = append(beside, o.Entity)
			}
		}
		if list := c.meanings(ctx, typed[m.Start:m.End], beside, 1); len(list) > 0 && list[0].Exact {
			e, ok = list[0].Entity, true
		}
		if ok && !slices.Contains(t.entities, e) {
			t.entities = append([]*gazetteer.Entity{e}, t.entities...)
		}
		rest = rest[:m.Start] + " " + rest[m.End:]
	}
	var err error
	if t.rest, err = query.Beside(rest); err != nil {
		return t, misread(typed, err)
	}
	return t, nil
}

// name is what a reader of the reply's language calls a place or an actor.
func (c *call) name(e *gazetteer.Entity) string {
	if c.p.ArabicNames() && e.Arabic != "" {
		return e.Arabic
	}
	return e.Name
}

// title is the topic as a headline.
func (c *call) title(t topic) string {
	if len(t.entities) == 1 && t.rest.Empty() {
		return c.name(t.entities[0])
	}
	return clip(t.typed, 100)
}

// search asks for the topic: every name, or what lies in it, and every word.
func (t topic) search(s index.Search) index.Search {
	s.Query, s.Every = t.rest, true
	if len(t.entities) == 1 {
		s.Entities = []string{t.entities[0].ID}
	}
	for _, e := range t.entities[min(1, len(t.entities)):] { // several names: all of them
		s.Query.Terms = append(s.Query.Terms, query.Term{Mode: query.Must, Field: string(e.Kind), Text: "#" + e.ID})
	}
	if len(t.entities) > 1 {
		s.Entities = []string{t.entities[0].ID}
	}
	return s
}

// wanted is what a quotation about the topic should tell of.
func (c *call) wanted(t topic) briefing.Wanted {
	w := briefing.Wanted{Entities: map[string]bool{}, Find: index.NewMatcher(t.rest).Find}
	for _, e := range t.entities {
		for _, id := range c.e.o.Names.Covers(e.ID) {
			w.Entities[id] = true
		}
	}
	return w
}

// quotesEach is how many sentences of one dispatch an answer may quote.
const quotesEach = 3

// reports loads hits and finds the key sentence of each. A dispatch that the
// asker may not see, or that was forgotten since, is left out.
func (c *call) reports(ctx context.Context, hits []index.Hit, w briefing.Wanted) ([]briefing.Report, error) {
	found := make([]*briefing.Report, len(hits))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i, h := range hits {
		g.Go(func() (err error) {
			defer c.guard(&err)
			found[i], err = c.report(ctx, h, w)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	out := make([]briefing.Report, 0, len(hits))
	for _, r := range found {
		if r != nil {
			out = append(out, *r)
		}
	}
	briefing.Agree(out)
	c.tellStories(out)
	return out, nil
}

// tellStories says of reports which story each is of. Where that cannot be told, their words
// do: an answer does not fail for it.
func (c *call) tellStories(reports []briefing.Report) {
	if c.e.o.Stories == nil || len(reports) == 0 {
		return
	}
	ids := make([]news.ID, len(reports))
	for i := range reports {
		ids[i] = reports[i].Dispatch.ID
	}
	places, err := c.e.o.Stories.Places(ids)
	if err != nil {
		c.e.o.Logger.Warn("the stories of reports cannot be told; they are grouped by their words", "error", err)
		return
	}
	for i := range reports {
		p := places[ids[i]]
		reports[i].Text = p.Text
		// Of what is not dated only copies are known: its words tell more.
		if p.Text != ids[i] || !reports[i].Dispatch.Published.IsZero() {
			reports[i].Story = string(p.Story)
		}
	}
}

// readers read dispatches for one answer at a time: an answer is short work for
// a few cores, and many answers share them.
const readers = 4

// guard turns a panic of a goroutine into its error: in one answer it must not end
// the program.
func (c *call) guard(err *error) {
	if p := recover(); p != nil {
		c.e.o.Logger.Error("a part of an answer ended in a panic", "line", c.Request.Line, "panic", p, "stack", string(debug.Stack()))
		*err = fmt.Errorf("a part of the answer ended in a panic: %v", p)
	}
}

// report loads one hit; nil where there is nothing to quote, or nothing to see.
func (c *call) report(ctx context.Context, h index.Hit, w briefing.Wanted) (*briefing.Report, error) {
	text, err := c.text(ctx, h)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	d, mentions := text.Dispatch, text.Mentions
	quotes := briefing.Keys(&d, mentions, w, quotesEach)
	if len(quotes) == 0 {
		return nil, nil
	}
	r := &briefing.Report{Dispatch: d, Quote: quotes[0], More: quotes[1:], Mentions: mentions}
	for _, m := range mentions {
		if !slices.Contains(r.Names, m.Entity) {
			r.Names = append(r.Names, m.Entity)
		}
	}
	return r, nil
}

// text reads a hit: as the search saw it, or from the log where that is not there any more.
func (c *call) text(ctx context.Context, h index.Hit) (index.Text, error) {
	if t, ok := c.e.o.Index.Text(h); ok && c.sees(&t.Dispatch) {
		return t, nil
	}
	d, err := c.load(ctx, h.ID)
	if err != nil {
		return index.Text{}, err
	}
	return index.Text{Dispatch: d, Mentions: c.e.o.Names.Annotate(d.Body)}, nil
}

// sees reports whether the asker may see a dispatch.
func (c *call) sees(d *news.Dispatch) bool {
	return slices.Contains(c.Request.Scopes, d.Scope.Or(news.ScopeEveryone))
}

// load reads a dispatch that the asker may see.
func (c *call) load(ctx context.Context, id news.ID) (news.Dispatch, error) {
	rec, err := c.e.o.Log.Get(ctx, id)
	if err != nil {
		return news.Dispatch{}, err
	}
	if rec.Kind == news.Forgotten || !c.sees(&rec.Dispatch) {
		return news.Dispatch{}, store.ErrNotFound
	}
	return rec.Dispatch, nil
}

// item quotes a report.
func item(r briefing.Report) Item { return quoteItem(r, r.Quote) }

func quoteItem(r briefing.Report, q briefing.Quote) Item {
	it := Item{Text: q.Text, Quote: true, Standing: r.Dispatch.Standing.Or(news.Reported), Cites: []Cite{cite(&r.Dispatch)}}
	for _, m := range q.Marks {
		it.Marks = append(it.Marks, Mark(m))
	}
	return it
}

// storyItem quotes a story once. Reports that hold the same sentence are cited with it,
// and how many others tell of it is said behind.
func (c *call) storyItem(s briefing.Story) Item {
	it := item(s.Reports[0])
	said := strings.TrimPrefix(strings.TrimSuffix(squash(it.Text), "…"), "…")
	for _, r := range s.Reports[1:] {
		if len(it.Cites) < 4 && strings.Contains(squash(r.Dispatch.Body), said) {
			it.Cites = append(it.Cites, cite(&r.Dispatch))
		} else {
			it.Folded = append(it.Folded, r.Dispatch.ID)
		}
	}
	if n := len(it.Folded); n > 0 {
		it.More = c.say("and %d more reports of it", n)
	}
	return it
}

func squash(s string) string { return strings.Join(strings.Fields(s), " ") }

func cite(d *news.Dispatch) Cite {
	return Cite{ID: d.ID, Title: d.Title, Source: d.Byline(), URL: d.URL, Published: d.Published, Filed: d.Filed}
}

// futureNote tells of reports that are dated later than the answer's present.
func (c *call) futureNote(res index.Result) string {
	if res.Future == 0 {
		return ""
	}
	return c.say("%d reports are dated later than now and not counted.", res.Future)
}

// ago tells how long before the answer something was, rounded down.
func (c *call) ago(d time.Duration) string {
	days := int(d.Hours() / 24)
	switch {
	case d < time.Hour:
		return c.say("%d minutes before", max(int(d.Minutes()), 1))
	case d < 48*time.Hour:
		return c.say("%d hours before", int(d.Hours()))
	case days < 90:
		return c.say("%d days before", days)
	case days < 730:
		return c.say("%d months before", days/30)
	}
	return c.say("%d years before", days/365)
}
