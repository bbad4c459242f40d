package commands

import (
	"context"
	"sort"
	"strconv"

	"sitrep/briefing"
	"sitrep/index"
	"sitrep/index/query"
)

// pageSize is how many hits a reply shows: with their citations they fit one
// Discord message.
const pageSize = 6

func searchCommand() *Command {
	return &Command{
		Name:    "search",
		Summary: "Find dispatches by words, phrases, names, source and time",
		Help: `The more of the words a dispatch has, the higher it stands; newer ones stand higher than older ones. +word must be there, -word must not, "words in quotes" stand together, ` +
			`hospi* is any word that begins so. OR joins what stands beside it, parentheses hold together: (hajin OR baghuz) -raqqa. ` +
			`source:"Al Jazeera", place:homs, near:hajin<50km, actor:sdf, lang:ar, title:word, standing:disputed narrow it, since:"last week" and until:2018-12 too. ` +
			`A plain question will do as well: what happened in Hajin since Monday?`,
		Examples: []string{"search Hajin", `search "civilians left" place:baghuz sort:new`, "search (hospital* OR clinic) -raqqa until:2019-02", "search shelling near:hajin<30km"},
		Args: []Arg{
			{Name: "query", Kind: Text, Required: true, Summary: "words, +must, -not, \"a phrase\", OR, ( ), word*, place: near: actor: source: lang: title:"},
			{Name: "sort", Kind: Word, Named: true, Choices: []string{"new", "old", "best", "news"}, Summary: "new, old, best, or news (best, newer ones first), which is the default"},
			{Name: "page", Kind: Integer, Named: true, Summary: "which page of the hits, from 1"},
			sinceArg(), untilArg(),
		},
		run: runSearch,
	}
}

func runSearch(ctx context.Context, c *call) (Reply, error) {
	q, err := c.question("query")
	if err != nil {
		return Reply{}, err
	}
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	order, err := sortOrder(c.arg("sort"))
	if err != nil {
		return Reply{}, err
	}
	page, err := c.page()
	if err != nil {
		return Reply{}, err
	}
	ask := index.Search{Query: q, Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Sort: order}
	terms := query.Query{Terms: q.Terms}.String()
	if c.Request.Hits != 0 {
		return c.listing(ctx, ask, terms)
	}
	found, err := c.hitsPage(ctx, ask, page)
	if err != nil {
		return Reply{}, asked(err)
	}
	m, err := c.meant(ctx, terms, q.Words())
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: c.say("Search: %s", clip(c.arg("query"), 100))}
	if q.Question {
		reply.Note = c.say("Read as: %s.", q)
	}
	if found.Total == 0 && m.text != "" {
		// Nothing else matches: what was likely meant is searched for, and said so.
		other, err := query.Parse(m.text)
		if err == nil {
			ask.Query = other
			found, err = c.hitsPage(ctx, ask, page)
		}
		if err != nil {
			return Reply{}, asked(err)
		}
		if m.taken = found.Total > 0; m.taken {
			q.Terms = other.Terms
			reply.Title = c.say("Search: %s", clip(m.text, 100))
		}
	}
	reply.AsOf = found.Newest
	reports, err := c.reports(ctx, found.hits(), c.wantedWords(q))
	if err != nil {
		return Reply{}, err
	}
	for _, r := range reports {
		reply.Items = append(reply.Items, c.foldedItem(item(r), found.group(r.Dispatch.ID)))
	}
	if err := c.searchSummary(ctx, &reply, found, m, page, q, w); err != nil {
		return Reply{}, err
	}
	reply.Actions = append(reply.Actions, c.readings(ctx, query.Query{Terms: q.Terms, Sort: q.Sort}.String())...)
	return reply, nil
}

// sortOrder is an order by its name.
func sortOrder(s string) (index.Sort, error) {
	if s == "" {
		return index.News, nil
	}
	name, ok := query.Order(s)
	if !ok {
		return 0, usage("sort:%s: hits are sorted by new, old, best or news.", clip(s, 20))
	}
	return map[string]index.Sort{"new": index.New, "old": index.Old, "best": index.Best, "news": index.News}[name], nil
}

func (c *call) page() (int, error) {
	v := c.arg("page")
	if v == "" {
		return 1, nil
	}
	n, err := strconv.Atoi(v)
	if last := index.MaxHits / pageSize; err != nil || n < 1 || n > last {
		return 0, usage("page:%s: a page is a number from 1 to %d.", clip(v, 20), last)
	}
	return n, nil
}

// wantedWords is what the quotation of a hit should show.
func (c *call) wantedWords(q query.Query) briefing.Wanted {
	w := briefing.Wanted{Entities: map[string]bool{}, Find: index.NewMatcher(q).Find}
	for _, t := range q.Wanted() {
		if t.Field == "near" {
			if near, err := c.e.o.Names.Near(t.Text, t.Within.Km()); err == nil {
				for _, id := range near {
					w.Entities[id] = true
				}
			}
			continue
		}
		if t.Narrows() && t.Field != "place" && t.Field != "actor" {
			continue
		}
		for _, m := range c.e.o.Names.Annotate(t.Text) {
			for _, id := range c.e.o.Names.Covers(m.Entity) {
				w.Entities[id] = true
			}
		}
	}
	for _, m := range c.e.o.Names.Annotate(q.Words()) {
		w.Entities[m.Entity] = true
	}
	return w
}

// searchSummary says what was found, and leads on from it.
func (c *call) searchSummary(ctx context.Context, reply *Reply, found pageOfHits, m meaning, page int, q query.Query, w window) error {
	if w.past {
		reply.Note = join(reply.Note, c.say("As it stood on %s.", w.moment()))
	}
	again := "search " + q.String()
	terms, rest := query.Query{Terms: q.Terms}.String(), query.Query{Since: q.Since, Until: q.Until, Sort: q.Sort}.String()
	if rest != "" {
		rest = " " + rest
	}
	reply.Note = join(reply.Note, c.meantNote(m))
	if m.text != "" && !m.taken {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Did you mean %s?", clip(m.text, 60)), Line: "search " + m.text + rest})
	}
	switch {
	case found.Total == 0:
		reply.Note = join(reply.Note, c.say("No dispatch matches. Fewer words find more; names are found in every spelling and script."))
		near, err := c.nearNames(ctx, q.Words(), nil, index.Search{Query: q, Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
		reply.Note = join(reply.Note, c.nearNote(near))
		for _, e := range near {
			reply.Actions = append(reply.Actions, Action{Label: c.name(e), Line: "search " + c.lineFor(ctx, e) + rest})
		}
		return err
	case len(reply.Items) == 0 && found.pages > 0:
		reply.Note = join(reply.Note, c.say("There are only %d pages.", found.pages))
		reply.Actions = append(reply.Actions, Action{Label: c.say("First page"), Line: again, Turn: true})
		return nil
	default:
		reply.Note = join(reply.Note, c.say("%d to %d of %d dispatches.", found.before+1, found.before+found.here, found.Total))
	}
	reply.Fields = append(reply.Fields, Field{c.say("Sources"), c.topSources(found.Sources, 3)})
	if page > 1 {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Previous page"), Line: again + " page:" + strconv.Itoa(page-1), Turn: true})
	}
	if found.more {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Next page"), Line: again + " page:" + strconv.Itoa(page+1), Turn: true})
	}
	if q.Sort == "" && found.Total > 1 {
		newest := q
		newest.Sort = "new"
		reply.Actions = append(reply.Actions, Action{Label: c.say("Newest first"), Line: "search " + newest.String()})
	}
	if page == 1 && found.Total > pageSize {
		reply.Actions = append(reply.Actions, c.narrower(found, q, "search "+terms, rest)...)
	}
	return nil
}

// topSources is "Reuters 12, BBC 7, sample 3 and 4 more".
func (c *call) topSources(by map[string]index.SourceCount, n int) string {
	list := sortedSources(by)
	var parts []string
	for _, s := range list[:min(n, len(list))] {
		parts = append(parts, c.say("%s %d", c.source(s), by[s].Reports))
	}
	out := c.list("%s, %s", parts)
	if more := len(list) - n; more > 0 {
		out = c.say("%[2]s and %[1]d more", more, out)
	}
	return out
}

// sortedSources are the sources by their number of reports, then by name.
func sortedSources(by map[string]index.SourceCount) []string {
	list := make([]string, 0, len(by))
	for s := range by {
		list = append(list, s)
	}
	sort.Slice(list, func(i, j int) bool {
		if a, b := by[list[i]].Reports, by[list[j]].Reports; a != b {
			return a > b
		}
		return list[i] < list[j]
	})
	return list
}

// source is a source's name.
func (c *call) source(name string) string {
	if name == "" {
		return c.say("(no source)")
	}
	return name
}
