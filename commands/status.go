package commands

import (
	"context"
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
	res, err := c.e.o.Index.Search(ctx, t.search(index.Search{
		Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Size: statusHits,
		Windows: []query.Span{{From: w.now.Add(-week), To: w.now}, {From: w.now.Add(-2 * week), To: w.now.Add(-week)}},
		Days:    chartSpan(w.now),
	}))
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: t.title(), AsOf: res.Newest, Note: c.statusNote(t, w, res)}
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	if err != nil {
		return Reply{}, err
	}
	for _, s := range chosen(reports) {
		reply.Items = append(reply.Items, storyItem(s))
	}
	reply.Fields = statusFields(res)
	if p, ok := chart(t.title(), w, res.Days); ok {
		reply.Pictures = append(reply.Pictures, p)
	}
	reply.Actions = c.statusActions(t, w, res, reports)
	return reply, nil
}

// chosen are the developments to quote: the best stories, newest first, undated last.
func chosen(reports []briefing.Report) []briefing.Story {
	stories := briefing.Stories(reports)
	named := slices.DeleteFunc(slices.Clone(stories), func(s briefing.Story) bool { return !s.Reports[0].Quote.Hit })
	if len(named) > 0 {
		stories = named
	}
	stories = stories[:min(len(stories), developments)]
	sort.SliceStable(stories, func(i, j int) bool {
		return stories[i].Reports[0].Dispatch.Published.After(stories[j].Reports[0].Dispatch.Published)
	})
	return stories
}

// statusNote says what was taken for the topic, how far the answer reaches, and
// honestly when there is nothing.
func (c *call) statusNote(t topic, w window, res index.Result) string {
	var parts []string
	if len(t.entities) == 1 && t.rest.Empty() {
		parts = append(parts, c.describe(t.entities[0], t.typed))
	}
	if w.past {
		parts = append(parts, "As it stood on "+w.moment()+".")
	}
	since := ""
	if c.arg("since") != "" {
		since = " since " + day(w.span.From)
	}
	switch {
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
	return strings.Join(parts, " ")
}

func undated(n int) string {
	if n == 1 {
		return "1 report is undated."
	}
	return thousands(n) + " reports are undated."
}

// describe says which name was taken: "Badia: a desert in Syria, and what lies in it."
func (c *call) describe(e *gazetteer.Entity, typed string) string {
	what := e.Type
	if in := c.inside(e); in != "" {
		what += " in " + in
	}
	s := fmt.Sprintf("%s: %s", e.Name, what)
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

func statusFields(res index.Result) []Field {
	if res.Total == 0 {
		return nil
	}
	now, before := res.Windows[0], res.Windows[1]
	fields := []Field{{"Reports, 7 days", fmt.Sprintf("%s (%s the week before)", bySources(now.Reports, len(now.Sources)), thousands(before.Reports))},
		{"In all", bySources(res.Total, len(res.Sources))}}
	if !res.Newest.IsZero() {
		fields = append(fields, Field{"Newest", day(res.Newest)})
	}
	if res.Undated > 0 {
		fields = append(fields, Field{"Undated", thousands(res.Undated)})
	}
	return fields
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
		out = append(out, Action{o.Name + " (" + o.Type + ")", "status " + quote(o.Name) + c.typed()})
	}
	if t.near != nil {
		out = append(out, Action{t.near.Name, "status " + quote(t.near.Name) + c.typed()})
	}
	if res.Total == 0 {
		return append(out, Action{"Search the words", "search " + t.typed})
	}
	if res.Windows[0].Reports == 0 && !res.Newest.IsZero() {
		at := res.Newest.Format("2006-01-02")
		out = append(out, Action{"As it stood on " + day(res.Newest), "status " + quote(t.typed) + " until:" + at})
	}
	for _, e := range c.related(t, reports, 3) {
		out = append(out, Action{e.Name, "status " + quote(e.Name) + c.typed()})
	}
	return append(out, Action{"All " + count(res.Total, "report", "reports"), "search " + quote(t.typed) + " sort:new" + c.typed()})
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
	if _, ok := err.(*query.Error); ok {
		return usage("%v.", err)
	}
	return err
}
