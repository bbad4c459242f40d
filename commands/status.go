package commands

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"sitrep/briefing"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/picture"
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
	t, err := c.resolve(c.arg("topic"))
	if err != nil {
		return Reply{}, err
	}
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	if len(t.entities) == 0 && t.rest.Empty() {
		return Reply{}, usage("status of what? %q holds no word.", clip(t.typed, 60))
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
	reply := Reply{Title: t.title(), AsOf: res.Newest, Note: c.statusNote(t, w, res, beyond)}
	drawn := make(chan []Picture, 1) // while the reports are read
	go func() { drawn <- c.charts(t.title(), w, res.Days) }()
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	reply.Pictures = <-drawn
	if err != nil {
		return Reply{}, err
	}
	stories := chosen(reports)
	for _, s := range stories {
		reply.Items = append(reply.Items, storyItem(s))
		// Where there is little, what there is is told in more of its own words.
		for _, q := range s.Reports[0].More {
			if len(stories) < fewStories {
				reply.Items = append(reply.Items, quoteItem(s.Reports[0], q))
			}
		}
	}
	reply.Fields = c.statusFields(w, res)
	reply.Actions = c.statusActions(t, w, res, reports)
	return reply, nil
}

// find looks for the developments and counts the weeks. since: bounds what is
// shown; the weeks and the chart are compared whole all the same.
func (c *call) find(ctx context.Context, t topic, w window) (index.Result, error) {
	shown := t.search(index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Size: statusHits})
	counted := shown
	counted.Span.From = time.Time{}
	counted.Windows = []query.Span{{From: w.now.Add(-week), To: w.now}, {From: w.now.Add(-2 * week), To: w.now.Add(-week)}}
	counted.Days = chartSpan(w.now)
	if c.arg("since") == "" {
		return c.e.o.Index.Search(ctx, counted)
	}
	counted.Size = 0
	counts, err := c.e.o.Index.Search(ctx, counted)
	if err != nil {
		return index.Result{}, err
	}
	res, err := c.e.o.Index.Search(ctx, shown)
	res.Windows, res.Days = counts.Windows, counts.Days
	return res, err
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
func (c *call) statusNote(t topic, w window, res, beyond index.Result) string {
	var parts []string
	if len(t.entities) == 1 && t.rest.Empty() {
		parts = append(parts, c.describe(t.entities[0], t.typed))
	}
	if w.past {
		parts = append(parts, "As it stood on "+w.moment()+".")
	}
	since := ""
	if c.arg("since") != "" {
		since = " since " + w.day(w.span.From)
	}
	switch {
	case res.Total == 0 && beyond.Total > 0:
		parts = append(parts, "No report in this time. "+c.outside(beyond, w))
	case res.Newest.IsZero() && !beyond.Newest.IsZero():
		parts = append(parts, "No dated report in this time. "+c.outside(beyond, w), undated(res.Undated))
	case res.Total == 0:
		parts = append(parts, fmt.Sprintf("No report%s: nothing that is filed here names it.", since))
		if t.near != nil {
			parts = append(parts, fmt.Sprintf("Did you mean %s?", t.near.Name))
		}
	case res.Newest.IsZero():
		parts = append(parts, undated(res.Undated)+" How old it is cannot be told.")
	case res.Windows[0].Reports == 0:
		parts = append(parts, fmt.Sprintf("No dated report in the 7 days to %s; the last was on %s, %s before.", w.moment(), day(res.Newest), ago(w.now.Sub(res.Newest))))
	}
	if res.Undated > 0 && !res.Newest.IsZero() {
		parts = append(parts, undated(res.Undated))
	}
	if s := futureNote(res); s != "" {
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

// outside tells of reports that lie outside the time asked for.
func (c *call) outside(beyond index.Result, w window) string {
	all := count(beyond.Total, "report", "reports")
	switch {
	case beyond.Newest.IsZero():
		return "What there is carries no date: " + all + "."
	case !w.span.From.IsZero() && beyond.Newest.Before(w.span.From):
		return fmt.Sprintf("The last was on %s, %s before.", day(beyond.Newest), ago(w.now.Sub(beyond.Newest)))
	case w.past && !beyond.Oldest.Before(w.span.To):
		return fmt.Sprintf("The first is of %s.", day(beyond.Oldest))
	}
	return fmt.Sprintf("There are %s outside it, from %s to %s.", all, day(beyond.Oldest), day(beyond.Newest))
}

func undated(n int) string {
	if n == 1 {
		return "1 report is undated."
	}
	return thousands(n) + " reports are undated."
}

// describe says which name was taken: "Badia: a desert in Syria, and what lies in it."
func (c *call) describe(e *gazetteer.Entity, typed string) string {
	s := e.Name
	if !strings.Contains(strings.ToLower(s), strings.ToLower(e.Type)) {
		s += ": " + e.Type
	}
	if in := c.inside(e); in != "" {
		s += " in " + in
	}
	if gazetteer.Fold(typed) != gazetteer.Fold(e.Name) {
		s = fmt.Sprintf("%q is taken for %s", clip(typed, 60), s)
	}
	if len(c.e.o.Names.Covers(e.ID)) > 1 {
		s += ", with what lies in it"
	}
	return s + "."
}

// inside names what covers an entity, the nearest first.
func (c *call) inside(e *gazetteer.Entity) string {
	var in []string
	for _, id := range e.Parents {
		if p, ok := c.e.o.Names.Entity(id); ok && p.Kind == e.Kind {
			in = append(in, p.Name)
		}
	}
	return joinWords(in, "and")
}

func (c *call) statusFields(w window, res index.Result) []Field {
	if res.Total == 0 {
		return nil
	}
	now, before := res.Windows[0], res.Windows[1]
	all := "In all"
	if c.arg("since") != "" {
		all = "Since " + w.day(w.span.From)
	}
	fields := []Field{{"Reports, 7 days", fmt.Sprintf("%s (%s the week before)", bySources(now.Reports, len(now.Sources)), noneOr(before.Reports))},
		{all, bySources(res.Total, len(res.Sources))}}
	if !res.Newest.IsZero() {
		fields = append(fields, Field{"Newest", day(res.Newest)})
	}
	if res.Undated > 0 {
		fields = append(fields, Field{"Undated", thousands(res.Undated)})
	}
	return fields
}

func noneOr(n int) string {
	if n == 0 {
		return "none"
	}
	return thousands(n)
}

// bySources is "4 by 3 sources".
func bySources(n, sources int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%s by %s", thousands(n), count(sources, "source", "sources"))
}

func (c *call) statusActions(t topic, w window, res index.Result, reports []briefing.Report) []Action {
	var out []Action
	for _, o := range t.others[:min(len(t.others), 3)] {
		out = append(out, Action{Label: o.Name + " (" + o.Type + ")", Line: "status " + lineOf(o) + c.typed()})
	}
	if t.near != nil {
		out = append(out, Action{Label: t.near.Name, Line: "status " + c.lineFor(t.near) + c.typed()})
	}
	if res.Total == 0 {
		return append(out, Action{Label: "Search the words", Line: "search " + t.typed + c.typed()})
	}
	if res.Windows[0].Reports == 0 && !res.Newest.IsZero() {
		out = append(out, Action{Label: "As it stood on " + day(res.Newest), Line: "status " + t.line + " until:" + w.upTo(res.Newest)})
	}
	for _, e := range c.related(t, reports, 3) {
		out = append(out, Action{Label: e.Name, Line: "status " + c.lineFor(e) + c.typed()})
	}
	label := "All " + count(res.Total, "report", "reports")
	if res.Total == 1 {
		label = "The report"
	}
	return append(out, Action{Label: label, Line: t.all() + " sort:new" + c.typed()})
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

// chartSpan are the 60 days that a chart compares: 30, and the 30 before.
func chartSpan(now time.Time) query.Span {
	end := now.UTC().Add(24*time.Hour - time.Nanosecond).Truncate(24 * time.Hour)
	return query.Span{From: end.AddDate(0, 0, -2*chartDays), To: end}
}

// chart draws the reports a day of the last 30 days, if there is one to draw.
// charts draws the days, where there is something to draw. A picture that fails
// costs the answer nothing but itself.
func (c *call) charts(title string, w window, days []int) (out []Picture) {
	var err error
	defer c.guard(&err)
	if p, ok := chart(title, w, days); ok {
		out = append(out, p)
	}
	return out
}

func chart(title string, w window, days []int) (Picture, bool) {
	if len(days) < 2*chartDays || sum(days) == 0 {
		return Picture{}, false
	}
	png, err := picture.Chart(picture.ChartData{Title: title, From: chartSpan(w.now).From.AddDate(0, 0, chartDays), Counts: days[chartDays : 2*chartDays], Before: days[:chartDays]})
	if err != nil {
		return Picture{}, false
	}
	return Picture{Alt: png.Alt, Type: "image/png", Width: png.Width, Height: png.Height, Data: png.Data}, true
}

func sum(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// asked turns what the index says of a question into a usage error.
func asked(err error) error {
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return usage("%v.", wrong)
	}
	return err
}
