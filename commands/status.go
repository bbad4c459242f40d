package commands

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"
	"time"

	"sitrep/briefing"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
)

func statusCommand() *Command {
	return &Command{
		Name:    "status",
		Summary: "What is known now of a place, an actor or a subject, from whom and since when",
		Help: "Quotes the developments that matter, each with its source and date, and says how much was reported in the last 7 days against the week before. " +
			"A place covers what lies in it; any spelling and script will do. Where nothing was reported, it says so.",
		Examples: []string{"status badia", "status sdf since:7d", "status badia until:2018-12-31"},
		Args: []Arg{
			{Name: "topic", Kind: Topic, Required: true, Summary: "a place, an actor, or words"},
			sinceArg(), untilArg(),
		},
		run: runStatus,
	}
}

const (
	week = 7 * 24 * time.Hour
	// statusHits are read to choose the developments from.
	statusHits   = 40
	developments = 5
	fewStories   = 3
	chartDays    = 30
)

func runStatus(ctx context.Context, c *call) (Reply, error) {
	t, w, err := c.topicAndTime(ctx)
	if err != nil {
		return Reply{}, err
	}
	res, err := c.find(ctx, t, w)
	if err != nil {
		return Reply{}, asked(err)
	}
	var beyond index.Result // what there is outside the time that was asked for
	if res.Newest.IsZero() && (w.past || c.arg("since") != "") {
		beyond, err = c.e.o.Index.Search(ctx, t.search(index.Search{Scopes: c.Request.Scopes, Now: c.Request.Now}))
		if err != nil {
			return Reply{}, asked(err)
		}
	}
	var lost silence
	if res.Total == 0 && beyond.Total == 0 {
		if lost, err = c.silent(ctx, t, w); err != nil {
			return Reply{}, asked(err)
		}
	}
	reply := Reply{Title: c.title(t), AsOf: res.Newest, Note: c.statusNote(t, w, res, beyond, lost)}
	drawn := make(chan []Picture, 1) // while the reports are read
	go func() {
		drawn <- c.chart(c.title(t), chartSpan(w.now).From.AddDate(0, 0, chartDays), res.Days, chartDays)
	}()
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	reply.Pictures = <-drawn
	if err != nil {
		return Reply{}, err
	}
	stories := chosen(reports)
	for _, s := range stories {
		reply.Items = append(reply.Items, c.storyItem(s))
		// Where there is little, what there is is told in more of its own words.
		for _, q := range s.Reports[0].More {
			if len(stories) < fewStories {
				reply.Items = append(reply.Items, quoteItem(s.Reports[0], q))
			}
		}
	}
	reply.Items = append(reply.Items, c.figures(reports)...)
	reply.Fields = append(c.statusFields(w, res), c.sinceAsked(ctx, t, w, res, reports)...)
	reply.Actions = c.statusActions(ctx, t, w, res, reports, lost)
	return reply, nil
}

// find looks for the developments and counts the weeks. since: bounds what is
// shown; the weeks and the chart are compared whole all the same.
func (c *call) find(ctx context.Context, t topic, w window) (index.Result, error) {
	return c.e.o.Index.Search(ctx, t.search(index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Size: statusHits,
		Windows: []query.Span{{From: w.now.Add(-week), To: w.now}, {From: w.now.Add(-2 * week), To: w.now.Add(-week)}}, Days: chartSpan(w.now)}))
}

// chosen are the developments to quote: the best stories, newest first, undated last.
func chosen(reports []briefing.Report) []briefing.Story {
	stories := briefing.Stories(reports)
	named := slices.DeleteFunc(slices.Clone(stories), func(s briefing.Story) bool { return !s.Reports[0].Quote.Hit })
	if len(named) > 0 {
		stories = named
	}
	stories = fewUndated(stories)
	stories = stories[:min(len(stories), developments)]
	sort.SliceStable(stories, func(i, j int) bool {
		return stories[i].Reports[0].Dispatch.Published.After(stories[j].Reports[0].Dispatch.Published)
	})
	return stories
}

// maxUndated of the developments carry no date, where there are enough that do.
const maxUndated = 2

// fewUndated moves the undated stories beyond the first two behind the dated ones.
func fewUndated(stories []briefing.Story) []briefing.Story {
	var first, last []briefing.Story
	undated := 0
	for _, s := range stories {
		if s.Reports[0].Dispatch.Published.IsZero() {
			if undated++; undated > maxUndated {
				last = append(last, s)
				continue
			}
		}
		first = append(first, s)
	}
	return append(first, last...)
}

// statusNote says what was taken for the topic, how far the answer reaches, and
// honestly when there is nothing.
func (c *call) statusNote(t topic, w window, res, beyond index.Result, lost silence) string {
	var parts []string
	if len(t.entities) == 1 && t.rest.Empty() {
		parts = append(parts, c.describe(t.entities[0], t.typed))
	}
	if w.past {
		parts = append(parts, c.say("As it stood on %s.", w.moment()))
	}
	switch {
	case res.Total == 0 && beyond.Total > 0:
		parts = append(parts, c.say("No report in this time."), c.outside(beyond, w))
	case res.Newest.IsZero() && !beyond.Newest.IsZero():
		parts = append(parts, c.say("No dated report in this time."), c.outside(beyond, w), c.undated(res.Undated))
	case res.Total == 0:
		parts = append(parts, c.nothing(t, w, lost))
	case res.Newest.IsZero():
		parts = append(parts, c.undated(res.Undated), c.say("How old it is cannot be told."))
	case res.Windows[0].Reports == 0:
		parts = append(parts, c.say("No dated report in the 7 days to %s; the last was on %s, %s.", w.moment(), c.day(res.Newest), c.ago(w.now.Sub(res.Newest))))
	}
	if res.Undated > 0 && !res.Newest.IsZero() {
		parts = append(parts, c.undated(res.Undated))
	}
	return join(append(parts, c.futureNote(res))...)
}

// nothing says that there is no report at all, and what may have been meant.
func (c *call) nothing(t topic, w window, lost silence) string {
	said := c.say("No report: nothing that is filed here names it.")
	if c.arg("since") != "" {
		said = c.say("No report since %s: nothing that is filed here names it.", w.day(w.span.From))
	}
	if t.near != nil {
		said = join(said, c.say("Did you mean %s?", c.name(t.near)))
	}
	return join(said, c.meantNote(lost.meaning), c.nearNote(lost.near))
}

// outside tells of reports that lie outside the time asked for.
func (c *call) outside(beyond index.Result, w window) string {
	switch {
	case beyond.Newest.IsZero():
		return c.say("What there is carries no date: %d reports.", beyond.Total)
	case !w.span.From.IsZero() && beyond.Newest.Before(w.span.From):
		return c.say("The last was on %s, %s.", c.day(beyond.Newest), c.ago(w.now.Sub(beyond.Newest)))
	case w.past && !beyond.Oldest.Before(w.span.To):
		return c.say("The first is of %s.", c.day(beyond.Oldest))
	}
	return c.say("There are %d reports outside it, from %s to %s.", beyond.Total, c.day(beyond.Oldest), c.day(beyond.Newest))
}

func (c *call) undated(n int) string { return c.say("%d reports are undated.", n) }

// describe says which name was taken: "Badia: desert in Syria, with what lies in it."
func (c *call) describe(e *gazetteer.Entity, typed string) string {
	s, in := c.name(e), c.inside(e)
	kind := c.say(e.Type)
	named := strings.Contains(strings.ToLower(s), strings.ToLower(kind))
	switch {
	case named && in != "":
		s = c.say("%s in %s", s, in)
	case named:
	case in != "":
		s = c.say("%s: %s in %s", s, kind, in)
	default:
		s = c.say("%s: %s", s, kind)
	}
	if f := gazetteer.Fold(typed); f != gazetteer.Fold(c.name(e)) && (c.name(e) == e.Name || f != gazetteer.Fold(e.Name)) {
		s = c.say("%q is taken for %s", clip(typed, 60), s)
	}
	if len(c.e.o.Names.Covers(e.ID)) > 1 {
		return c.say("%s, with what lies in it.", s)
	}
	return c.say("%s.", s)
}

// inside names what covers an entity, the nearest first.
func (c *call) inside(e *gazetteer.Entity) string {
	var in []string
	for _, id := range e.Parents {
		if p, ok := c.e.o.Names.Entity(id); ok && p.Kind == e.Kind {
			in = append(in, c.name(p))
		}
	}
	return c.list("%s and %s", in)
}

func (c *call) statusFields(w window, res index.Result) []Field {
	if res.Total == 0 {
		return nil
	}
	now, before := res.Windows[0], res.Windows[1]
	all := c.say("In all")
	if c.arg("since") != "" {
		all = c.say("Since %s", w.day(w.span.From))
	}
	fields := []Field{{c.say("Reports, 7 days"), c.weeks(now.Reports, len(now.Sources), before.Reports)},
		{all, c.say("%d by %d sources", res.Total, len(res.Sources))}}
	if !res.Newest.IsZero() {
		fields = append(fields, Field{c.say("Newest"), c.day(res.Newest)})
	}
	if res.Undated > 0 {
		fields = append(fields, Field{c.say("Undated"), c.say("%d", res.Undated)})
	}
	return fields
}

// weeks is "4 by 3 sources (2 the week before)".
func (c *call) weeks(n, sources, before int) string {
	switch {
	case n == 0 && before == 0:
		return c.say("none (none the week before)")
	case n == 0:
		return c.say("none (%d the week before)", before)
	case before == 0:
		return c.say("%d by %d sources (none the week before)", n, sources)
	}
	return c.say("%d by %d sources (%d the week before)", n, sources, before)
}

func (c *call) statusActions(ctx context.Context, t topic, w window, res index.Result, reports []briefing.Report, lost silence) []Action {
	var out []Action
	out = append(out, c.choices(t, func(e *gazetteer.Entity) string { return "status " + lineOf(e) + c.typed() })...)
	if res.Total == 0 {
		out = append(out, c.silenceActions(ctx, lost)...)
		return append(out, Action{Label: c.say("Search the words"), Line: "search " + t.typed + c.typed()})
	}
	if res.Windows[0].Reports == 0 && !res.Newest.IsZero() {
		out = append(out, Action{Label: c.say("As it stood on %s", c.day(res.Newest)), Line: "status " + t.line + " until:" + w.upTo(res.Newest)})
	}
	out = append(out, Action{Label: c.say("Map"), Line: "map " + t.line + c.typed()}, Action{Label: c.say("Timeline"), Line: "timeline " + t.line + c.typed()})
	for _, e := range c.related(t, reports, 3) {
		out = append(out, Action{Label: c.name(e), Line: "status " + c.lineFor(ctx, e) + c.typed()})
	}
	return append(out, Action{Label: c.say("All %d reports", res.Total), Line: t.all() + " sort:new" + c.typed()})
}

// related are the names that the reports mention most beside the topic.
func (c *call) related(t topic, reports []briefing.Report, n int) []*gazetteer.Entity {
	skip := map[string]bool{}
	for _, e := range t.entities {
		for _, id := range c.e.o.Names.Within(e.ID) {
			skip[id] = true
		}
	}
	counts := map[string]int{}
	var order []string
	for _, r := range reports {
		for _, id := range r.Names {
			if counts[id]++; counts[id] == 1 && !skip[id] {
				order = append(order, id)
			}
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return counts[order[i]] > counts[order[j]] })
	var out []*gazetteer.Entity
	for _, id := range order {
		e, ok := c.e.o.Names.Entity(id)
		if ok && e.Type != "country" && counts[id] > 1 {
			out = append(out, e)
		}
		if len(out) == n {
			break
		}
	}
	return out
}

// asked turns what the index says of a question into a usage error.
func asked(err error) error {
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return usage("%v.", wrong)
	}
	return err
}
