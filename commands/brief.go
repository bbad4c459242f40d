package commands

import (
	"context"
	"slices"
	"sort"
	"strconv"
	"strings"

	"sitrep/briefing"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
)

func briefCommand() *Command {
	return &Command{
		Name:     "brief",
		Summary:  "The briefing: what was reported in a period, each event once, with its sources",
		Help:     "The last 24 hours where no period is given. What more sources report stands first. Where nothing was reported, it says so, and what was known last.",
		Examples: []string{"brief", "brief 7d until:2019-03-23", "brief 30d about daesh until:2018-12-31"},
		Args: []Arg{
			{Name: "period", Kind: Period, Summary: "how far back: 24h (the default), 7d, 2w, 3mo"},
			{Name: "about", Kind: Topic, Summary: "a place, an actor, or words"},
			sinceArg(), untilArg(),
		},
		run: runBrief,
	}
}

const (
	defaultPeriod = "24h"
	// briefHits are read to group into stories; briefStories are told.
	briefHits    = 200
	briefStories = 7
	quietStories = 3
	// briefHalves is how often the period of a briefing halves the weight of a story.
	briefHalves = 4
	// undatedStories of those that carry no date follow the others.
	undatedStories = 2
)

func runBrief(ctx context.Context, c *call) (Reply, error) {
	about, err := c.briefAbout()
	if err != nil {
		return Reply{}, err
	}
	w, period, err := c.briefWindow()
	if err != nil {
		return Reply{}, err
	}
	var t topic
	if word, rest := cutWord(about); c.e.o.Languages.Means(word, "about") {
		if about = strings.TrimSpace(rest); about == "" {
			return Reply{}, usage("brief about what? Name a place, an actor or words.")
		}
	}
	if about != "" {
		if t, err = c.resolve(ctx, about); err != nil {
			return Reply{}, err
		}
	}
	ask := index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Sort: index.New, Size: briefHits, Dating: index.DatedOnly}
	res, err := c.e.o.Index.Search(ctx, t.search(ask))
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Briefing, %s", period.text), AsOf: res.Newest}
	if about != "" {
		reply.Title = c.say("Briefing on %s, %s", c.title(t), period.text)
	}
	if w.past {
		reply.Note = c.say("To %s.", w.moment())
	}
	if res.Newest.IsZero() {
		if reply, err = c.quiet(ctx, reply, t, w, period); err != nil {
			return Reply{}, err
		}
	} else if err := c.busy(ctx, &reply, t, w, period, res); err != nil {
		return Reply{}, err
	}
	if res.Undated > 0 {
		ask.Dating = index.UndatedOnly
		if err := c.addUndated(ctx, &reply, t, ask); err != nil {
			return Reply{}, err
		}
	}
	reply.Note = join(reply.Note, c.futureNote(res))
	reply.Actions = append(reply.Actions, c.choices(t, func(e *gazetteer.Entity) string {
		return strings.TrimSpace("brief "+c.arg("period")) + " about " + lineOf(e) + c.typed()
	})...)
	return reply, nil
}

// briefAbout is what a briefing is asked about, without the time that is said in it:
// "brief last week", "brief about daesh since monday".
func (c *call) briefAbout() (string, error) {
	about, err := c.plainly("about")
	if about = strings.TrimSpace(about); err != nil || !query.WholeTime(about) || c.arg("since")+c.arg("until")+c.arg("period") != "" {
		return about, err
	}
	c.args["since"] = about
	if !query.IsLength(about) {
		c.args["until"] = about
	}
	return "", nil
}

// busy tells the stories of a period that has dated reports.
func (c *call) busy(ctx context.Context, reply *Reply, t topic, w window, period period, res index.Result) error {
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	if err != nil {
		return err
	}
	reports = slices.DeleteFunc(reports, func(r briefing.Report) bool { return r.Dispatch.Published.After(w.now) })
	stories := briefing.Stories(reports)
	briefing.RankNews(stories, w.now, w.now.Sub(w.span.From)/briefHalves)
	reply.Items = append(reply.Items, Item{Text: c.lead(res, reports, period)})
	fresh := c.novel(ctx, t, w, stories)
	stories, reply.Posted = fresh.stories, fresh.posted
	for _, s := range stories[:min(len(stories), briefStories)] {
		it := c.storyItem(s)
		if fresh.updates[storyKey(&s)] {
			it.More = join(c.say("Update: %d sources tell of it now.", len(s.Sources)), it.More)
		}
		reply.Items = append(reply.Items, it)
	}
	if fresh.told > 0 {
		reply.Note = join(reply.Note, c.say("%d stories of earlier briefings have nothing new.", fresh.told))
	}
	reply.Fields = []Field{{c.say("Sources"), c.topSources(res.Sources, 5)}}
	reply.Actions = c.briefActions(ctx, t, stories, reports, w)
	if n := res.Total - res.Undated; n > briefHits {
		reply.Note = join(reply.Note, c.say("The newest %d of %d dispatches were read for it.", briefHits, n))
	}
	return nil
}

// addUndated tells what was filed in the period without a date, apart from the rest.
func (c *call) addUndated(ctx context.Context, reply *Reply, t topic, ask index.Search) error {
	res, err := c.e.o.Index.Search(ctx, t.search(ask))
	if err != nil {
		return asked(err)
	}
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	if err != nil {
		return err
	}
	reply.Items = append(reply.Items, Item{Text: c.say("Filed in this time without a date, so that how old it is cannot be told: %d reports.", res.Undated)})
	stories := briefing.Stories(reports)
	for _, s := range stories[:min(len(stories), undatedStories)] {
		reply.Items = append(reply.Items, c.storyItem(s))
	}
	return nil
}

// briefWindow is the period of a briefing: since where it is given, else the
// period back from now or until.
func (c *call) briefWindow() (window, period, error) {
	w, err := c.window()
	if err != nil {
		return w, period{}, err
	}
	if c.arg("since") != "" {
		return w, period{text: c.say("%s to %s", w.day(w.span.From), w.moment())}, nil
	}
	typed := c.arg("period")
	if typed == "" {
		typed = defaultPeriod
	}
	sp, err := query.ParsePeriod(typed, w.now)
	if err != nil {
		return w, period{}, usage("%v.", err)
	}
	w.span.From = sp.From
	return w, period{c.spelled(typed), true}, nil
}

// period is the time of a briefing in words: "last 7 days", or with a beginning and
// an end.
type period struct {
	text string
	last bool
}

// spelled writes a period out: 7d is "last 7 days", 24h "last 24 hours".
func (c *call) spelled(typed string) string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	switch typed {
	case "day", "today":
		typed = "1d"
	case "week":
		typed = "1w"
	case "month":
		typed = "1mo"
	}
	number := strings.TrimRight(typed, "hdwmoy")
	n, _ := strconv.Atoi(number) // ParsePeriod has read it
	switch typed[len(number):] {
	case "h":
		return c.say("last %d hours", n)
	case "d":
		return c.say("last %d days", n)
	case "w":
		return c.say("last %d weeks", n)
	case "y":
		return c.say("last %d years", n)
	}
	return c.say("last %d months", n)
}

// lead is the first line: counts, and the names that came up most. What rests on
// the reports themselves is only said where all of them were read.
func (c *call) lead(res index.Result, reports []briefing.Report, period period) string {
	n, sources := res.Total-res.Undated-res.Future, datedSources(res)
	names := ""
	if len(reports) == n {
		names = c.list("%s, %s", c.top(reports, 4))
	}
	switch {
	case period.last && names == "":
		return c.say("%d reports by %d sources in the %s.", n, sources, period.text)
	case period.last:
		return c.say("%d reports by %d sources in the %s; named most: %s.", n, sources, period.text, names)
	case names == "":
		return c.say("%d reports by %d sources from %s.", n, sources, period.text)
	}
	return c.say("%d reports by %d sources from %s; named most: %s.", n, sources, period.text, names)
}

// datedSources counts the sources that brought a dated report.
func datedSources(res index.Result) (n int) {
	for _, s := range res.Sources {
		if !s.Newest.IsZero() {
			n++
		}
	}
	return n
}

// top are the names most reports mention, with the number of reports.
func (c *call) top(reports []briefing.Report, n int) (out []string) {
	counts := map[string]int{}
	for _, r := range reports {
		for _, id := range r.Names {
			if e, ok := c.e.o.Names.Entity(id); ok && e.Type != "country" {
				counts[c.name(e)]++
			}
		}
	}
	list := make([]string, 0, len(counts))
	for name, k := range counts {
		if k > 1 {
			list = append(list, name)
		}
	}
	sort.Slice(list, func(i, j int) bool {
		if a, b := counts[list[i]], counts[list[j]]; a != b {
			return a > b
		}
		return list[i] < list[j]
	})
	for _, name := range list[:min(n, len(list))] {
		out = append(out, c.say("%s (%d)", name, counts[name]))
	}
	return out
}

// quiet is the briefing of a period without reports. A person who asks is shown
// what was known last; a scheduled one is a line, or it would repeat itself daily.
func (c *call) quiet(ctx context.Context, reply Reply, t topic, w window, period period) (Reply, error) {
	said := c.say("No dated report from %s.", period.text)
	if period.last {
		said = c.say("No dated report in the %s.", period.text)
	}
	res, err := c.e.o.Index.Search(ctx, t.search(index.Search{Scopes: c.Request.Scopes, Span: query.Span{To: w.span.To}, Now: w.now, Size: statusHits, Dating: index.DatedOnly}))
	if err != nil {
		return Reply{}, asked(err)
	}
	switch {
	case res.Total == 0:
		reply.Note = join(reply.Note, said, c.say("Nothing was reported before, either."))
		return reply, nil
	case res.Newest.IsZero():
		said = join(said, c.say("None that is filed carries a date."))
	default:
		said = join(said, c.say("The last was on %s, %s.", c.day(res.Newest), c.ago(w.now.Sub(res.Newest))))
		line := "brief 7d"
		if t.typed != "" {
			line += " about " + t.line
		}
		reply.Actions = append(reply.Actions, Action{Label: c.say("The 7 days to %s", c.day(res.Newest)), Line: line + " until:" + w.upTo(res.Newest)})
	}
	reply.AsOf = res.Newest
	reply.Note = join(reply.Note, said)
	if c.Request.Scheduled {
		return reply, nil
	}
	reports, err := c.reports(ctx, res.Hits, c.wanted(t))
	if err != nil {
		return Reply{}, err
	}
	stories := briefing.Stories(reports)
	for _, s := range stories[:min(len(stories), quietStories)] {
		reply.Items = append(reply.Items, c.storyItem(s))
	}
	if len(reply.Items) > 0 {
		reply.Note = join(reply.Note, c.say("What was known last:"))
	}
	return reply, nil
}

func (c *call) briefActions(ctx context.Context, t topic, stories []briefing.Story, reports []briefing.Report, w window) []Action {
	var out []Action
	for _, e := range c.related(t, reports, 4) {
		out = append(out, Action{Label: c.name(e), Line: "status " + c.lineFor(ctx, e) + c.typed()})
	}
	if len(stories) > briefStories && t.typed != "" {
		out = append(out, Action{Label: c.say("All reports"), Line: t.all() + " sort:new since:" + w.upTo(w.span.From) + until(c)})
	}
	return out
}

func until(c *call) string {
	if v := c.arg("until"); v != "" {
		return " until:" + quote(v)
	}
	return ""
}
