package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"sitrep/briefing"
	"sitrep/index"
	"sitrep/index/query"
)

func timelineCommand() *Command {
	return &Command{
		Name:    "timeline",
		Summary: "What happened when: the event of each day, week, month or year that most was reported of",
		Help: "The time between the first report and the last is cut into stretches of one length, and of each the event is quoted that most sources tell of, with how much else there is. " +
			"The menu looks closer at one of them; since: and until: do too.",
		Examples: []string{"timeline hajin", "timeline daesh since:2018-06 until:2019-03", "timeline baghuz since:2019-02 until:2019-03"},
		Args: []Arg{
			{Name: "topic", Kind: Topic, Required: true, Summary: "a place, an actor, or words"},
			sinceArg(), untilArg(),
		},
		run: runTimeline,
	}
}

const (
	// stretches is how many events a timeline tells at most.
	stretches = 9
	// stretchHits are read of each stretch to choose the event.
	stretchHits = 24
)

// stretch is a day, a week, a month or a year of a timeline.
type stretch struct {
	span    query.Span
	found   index.Result
	stories []briefing.Story
}

func runTimeline(ctx context.Context, c *call) (Reply, error) {
	t, w, err := c.topicAndTime(ctx)
	if err != nil {
		return Reply{}, err
	}
	ask := t.search(index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
	all, err := c.e.o.Index.Search(ctx, ask)
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Timeline: %s", c.title(t)), AsOf: all.Newest}
	if w.past {
		reply.Note = c.say("As it stood on %s.", w.moment())
	}
	if all.Newest.IsZero() {
		reply.Note = join(reply.Note, c.timeless(all))
		reply.Actions = []Action{{Label: c.say("Search the words"), Line: "search " + t.typed + c.typed()}}
		return reply, nil
	}
	unit, list := c.cutTime(all, w)
	if err := c.fill(ctx, t, ask, list); err != nil {
		return Reply{}, err
	}
	c.tellTime(&reply, t, all, unit, list)
	return reply, nil
}

// timeless says that nothing carries a date.
func (c *call) timeless(all index.Result) string {
	if all.Total == 0 {
		return c.say("No report in this time.")
	}
	return join(c.undated(all.Undated), c.futureNote(all))
}

// timeUnit is a length of stretches. Its name is that of one.
type timeUnit struct {
	name  string
	begin func(time.Time) time.Time
	next  func(time.Time) time.Time
}

// timeUnits are the lengths of stretches, the shortest first.
func timeUnits() []timeUnit {
	day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	month := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
	return []timeUnit{
		{"day", day, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
		{"week", func(t time.Time) time.Time { return day(t).AddDate(0, 0, -(int(t.Weekday())+6)%7) }, func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }},
		{"month", month, func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
		{"quarter", func(t time.Time) time.Time { return month(t).AddDate(0, -(int(t.Month())-1)%3, 0) }, func(t time.Time) time.Time { return t.AddDate(0, 3, 0) }},
		{"year", func(t time.Time) time.Time { return time.Date(t.Year(), 1, 1, 0, 0, 0, 0, time.UTC) }, func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
		{"decade", func(t time.Time) time.Time { return time.Date(t.Year()-t.Year()%10, 1, 1, 0, 0, 0, 0, time.UTC) }, func(t time.Time) time.Time { return t.AddDate(10, 0, 0) }},
	}
}

// maxCut bounds the stretches that are looked at: those without a report are not told.
const maxCut = 3 * stretches

// cutTime cuts the time from the oldest to the newest report into stretches of the
// shortest length that does not make too many.
func (c *call) cutTime(all index.Result, w window) (unit timeUnit, out []stretch) {
	newest := all.Newest
	for _, unit = range timeUnits() {
		out = out[:0]
		for at := unit.begin(all.Oldest); !at.After(newest) && len(out) <= maxCut; at = unit.next(at) {
			span := query.Span{From: at, To: unit.next(at)}
			if span.From.Before(w.span.From) {
				span.From = w.span.From
			}
			if end := w.span.To; !end.IsZero() && span.To.After(end) {
				span.To = end
			}
			out = append(out, stretch{span: span})
		}
		if len(out) <= maxCut {
			return unit, out
		}
	}
	return unit, out
}

// fill reads the stretches and groups the reports of each into stories.
func (c *call) fill(ctx context.Context, t topic, ask index.Search, list []stretch) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i := range list {
		g.Go(func() (err error) {
			defer c.guard(&err)
			s := &list[i]
			ask := ask
			ask.Span, ask.Sort, ask.Size, ask.Dating = s.span, index.Best, stretchHits, index.DatedOnly
			if s.found, err = c.e.o.Index.Search(ctx, ask); err != nil {
				return asked(err)
			}
			reports, err := c.reports(ctx, s.found.Hits, c.wanted(t))
			if err != nil {
				return err
			}
			s.stories = briefing.Stories(reports)
			briefing.Rank(s.stories)
			return nil
		})
	}
	return g.Wait()
}

// tellTime puts the stretches into the reply: where there are more than can be told,
// those with most reports.
func (c *call) tellTime(reply *Reply, t topic, all index.Result, unit timeUnit, list []stretch) {
	list = slices.DeleteFunc(list, func(s stretch) bool { return len(s.stories) == 0 })
	loud := slices.Clone(list)
	slices.SortStableFunc(loud, func(a, b stretch) int { return b.dated() - a.dated() })
	told := map[time.Time]bool{}
	for _, s := range loud[:min(len(loud), stretches)] {
		told[s.span.From] = true
	}
	for _, s := range list {
		if !told[s.span.From] {
			continue
		}
		best := s.stories[0]
		it := c.storyItem(best)
		if it.More != "" {
			it.More += "; "
		}
		it.More += c.say("%s: %d reports by %d sources", c.stretchName(unit, s.span.From), s.dated(), datedSources(s.found))
		reply.Items = append(reply.Items, it)
		if unit.name != "day" && s.dated() > len(best.Reports) {
			line := "timeline " + t.line + " since:" + s.span.From.Format(time.DateOnly) + " until:" + s.span.To.Add(-time.Second).Format(time.DateOnly)
			reply.Actions = append(reply.Actions, Action{Label: c.stretchName(unit, s.span.From), Line: line, Group: c.say("Look closer")})
		}
	}
	if len(list) > len(told) {
		reply.Note = join(reply.Note, c.say("Of %d stretches of time with reports, those with most.", len(list)))
	}
	if all.Undated > 0 {
		reply.Note = join(reply.Note, c.undated(all.Undated))
	}
	reply.Note = join(reply.Note, c.futureNote(all))
	reply.Fields = []Field{{c.say("In all"), c.say("%d by %d sources", all.Total-all.Undated-all.Future, datedSources(all))},
		{c.say("From"), c.day(all.Oldest)}, {c.say("To"), c.day(all.Newest)}}
	reply.Actions = append(reply.Actions, Action{Label: c.say("All reports, oldest first"), Line: t.all() + " sort:old" + c.typed()})
	reply.Actions = append(reply.Actions, Action{Label: c.say("Trend"), Line: "trend " + t.line + until(c)})
}

// dated is how many reports of the stretch carry a date.
func (s *stretch) dated() int { return s.found.Total - s.found.Undated - s.found.Future }

// stretchName is "3 Dec 2018", "Week of 3 Dec 2018", "Dec 2018", "2018".
func (c *call) stretchName(unit timeUnit, at time.Time) string {
	at = unit.begin(at)
	switch unit.name {
	case "day":
		return c.day(at)
	case "week":
		return c.say("Week of %s", c.day(at))
	case "month":
		return c.month(at)
	case "quarter":
		return c.say("%s to %s", c.month(at), c.month(at.AddDate(0, 2, 0)))
	case "year":
		return at.Format("2006")
	}
	return c.say("%s to %s", at.Format("2006"), at.AddDate(9, 0, 0).Format("2006"))
}

// month is a month and its year, as a day of it is written.
func (c *call) month(at time.Time) string {
	return strings.TrimSpace(strings.TrimPrefix(c.day(at), "1 "))
}
