package commands

import (
	"context"
	"slices"
	"time"

	"sitrep/briefing"
	"sitrep/index"
	"sitrep/index/query"
)

func trendCommand() *Command {
	return &Command{
		Name:    "trend",
		Summary: "How much is reported, day by day, against the period before",
		Help: "Of the last 30 days where no since: is given, up to 180 days. The event of the busiest day is quoted. " +
			"How much is reported says how much is written, not how much happened: the sources tell which.",
		Examples: []string{"trend badia", "trend sdf since:90d", "trend hajin since:2018-11 until:2018-12"},
		Args: []Arg{
			{Name: "topic", Kind: Topic, Required: true, Summary: "a place, an actor, or words"},
			sinceArg(), untilArg(),
		},
		run: runTrend,
	}
}

const (
	trendDays = 30
	// maxTrend is the longest period: with the one before, a year.
	maxTrend = 180
	dayLong  = 24 * time.Hour
)

func runTrend(ctx context.Context, c *call) (Reply, error) {
	t, w, err := c.topicAndTime(ctx)
	if err != nil {
		return Reply{}, err
	}
	now, before, err := c.trendSpans(w)
	if err != nil {
		return Reply{}, err
	}
	ask := t.search(index.Search{Scopes: c.Request.Scopes, Span: now, Now: w.now, Windows: []query.Span{now, before}, Days: query.Span{From: before.From, To: now.To}})
	res, err := c.e.o.Index.Search(ctx, ask)
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Trend: %s", c.title(t)), AsOf: res.Newest}
	if w.past {
		reply.Note = c.say("As it stood on %s.", w.moment())
	}
	days := daysIn(now)
	c.tellTrend(&reply, res, now, days)
	if res.Windows[0].Reports > 0 {
		if err := c.busiest(ctx, &reply, t, ask, now, res.Days[days:]); err != nil {
			return Reply{}, err
		}
	}
	reply.Pictures = c.chart(c.title(t), now.From, res.Days, days)
	reply.Actions = []Action{{Label: c.say("Timeline"), Line: "timeline " + t.line + c.typed()}, {Label: c.say("Status"), Line: "status " + t.line + until(c)}}
	if 2*days <= maxTrend {
		reply.Actions = append(reply.Actions, Action{Label: c.say("%d days", 2*days), Line: "trend " + t.line + " since:" + now.To.AddDate(0, 0, -2*days).Format(time.DateOnly) + until(c)})
	}
	return reply, nil
}

func daysIn(s query.Span) int { return int(s.To.Sub(s.From) / dayLong) }

// trendSpans are the period and the one before it, in whole days of UTC: many sources
// give the day alone.
func (c *call) trendSpans(w window) (now, before query.Span, err error) {
	end := w.now.UTC().Add(dayLong - time.Nanosecond).Truncate(dayLong)
	from := end.AddDate(0, 0, -trendDays)
	if !w.span.From.IsZero() {
		from = w.span.From.UTC().Truncate(dayLong)
	}
	days := daysIn(query.Span{From: from, To: end})
	if days > maxTrend {
		return now, before, usage("since:%s is %d days back: a trend compares up to %d days; the timeline tells of longer ones.", clip(c.arg("since"), 40), days, maxTrend)
	}
	return query.Span{From: from, To: end}, query.Span{From: from.AddDate(0, 0, -days), To: from}, nil
}

// tellTrend says the numbers.
func (c *call) tellTrend(reply *Reply, res index.Result, now query.Span, days int) {
	n, k := res.Windows[0], res.Windows[1]
	said := c.say("%d reports by %d sources in the %d days to %s; %d in the %d days before.", n.Reports, len(n.Sources), days, c.day(now.To.Add(-time.Second)), k.Reports, days)
	switch {
	case n.Reports == 0 && k.Reports == 0:
		said = c.say("No dated report in the %d days to %s, and none in the %d days before.", days, c.day(now.To.Add(-time.Second)), days)
	case n.Reports == 0:
		said = c.say("No dated report in the %d days to %s; %d in the %d days before.", days, c.day(now.To.Add(-time.Second)), k.Reports, days)
	}
	reply.Items = append(reply.Items, Item{Text: said})
	silent := 0
	for _, d := range res.Days[days : 2*days] {
		if d == 0 {
			silent++
		}
	}
	if n.Reports > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Days without a report"), c.say("%d of %d", silent, days)}, Field{c.say("Sources"), c.topSources(bySource(n), 5)})
	}
	if gone := missing(k, n); len(gone) > 0 && n.Reports > 0 {
		reply.Note = join(reply.Note, c.say("Silent since the period before: %s.", c.list("%s, %s", c.few(gone))))
	}
	if res.Undated > 0 {
		reply.Note = join(reply.Note, c.undated(res.Undated))
	}
}

// bySource are the sources of a window.
func bySource(w index.Window) map[string]index.SourceCount {
	out := map[string]index.SourceCount{}
	for s, n := range w.Sources {
		out[s] = index.SourceCount{Reports: n}
	}
	return out
}

// missing are the sources that reported before and do not now, the loudest first.
func missing(before, now index.Window) (out []string) {
	for _, s := range sortedSources(bySource(before)) {
		if now.Sources[s] == 0 {
			out = append(out, s)
		}
	}
	return out
}

// few are the first names of a list, with how many more there are.
func (c *call) few(list []string) (out []string) {
	for _, s := range list[:min(len(list), 3)] {
		out = append(out, c.source(s))
	}
	if more := len(list) - len(out); more > 0 {
		out = append(out, c.say("%d more", more))
	}
	return out
}

// busiest quotes the event of the day that most was reported of.
func (c *call) busiest(ctx context.Context, reply *Reply, t topic, ask index.Search, now query.Span, days []int) error {
	most := slices.Max(days)
	day := now.From.AddDate(0, 0, slices.Index(days, most))
	ask.Windows, ask.Days = nil, query.Span{}
	ask.Span, ask.Sort, ask.Size, ask.Dating = query.Span{From: day, To: day.Add(dayLong)}, index.Best, stretchHits, index.DatedOnly
	res, err := c.e.o.Index.Search(ctx, ask)
	if err != nil {
		return asked(err)
	}
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	if err != nil || len(reports) == 0 {
		return err
	}
	stories := briefing.Stories(reports)
	briefing.Rank(stories)
	reply.Items = append(reply.Items, Item{Text: c.say("Most was reported of %s: %d reports.", c.day(day), most)}, c.storyItem(stories[0]))
	return nil
}
