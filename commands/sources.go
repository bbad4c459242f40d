package commands

import (
	"context"
	"strings"

	"sitrep/index"
)

func sourcesCommand() *Command {
	return &Command{
		Name:     "sources",
		Summary:  "Who reports: each source, how much it brought, and how old its newest report is",
		Help:     "Counts what you may see here. With a name it counts that source alone.",
		Examples: []string{"sources", "sources since:30d", `sources "Al Jazeera"`},
		Args: []Arg{
			{Name: "name", Kind: Source, Summary: "a source's name, or a part of it"},
			sinceArg(), untilArg(),
		},
		run: runSources,
	}
}

// maxSources are listed; Discord's embeds end at 25 fields.
const maxSources = 20

func runSources(ctx context.Context, c *call) (Reply, error) {
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	res, err := c.e.o.Index.Search(ctx, index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Sources")}
	typed := unquote(strings.TrimSpace(c.arg("name")))
	list := sortedSources(res.Sources)
	if typed != "" {
		var some []string
		for _, s := range list {
			if strings.Contains(strings.ToLower(s), strings.ToLower(typed)) {
				some = append(some, s)
			}
		}
		if list = some; len(list) == 0 {
			return Reply{}, notFound("No source is called %q here. `sources` lists them.", clip(typed, 60))
		}
	}
	for _, s := range list[:min(len(list), maxSources)] {
		n := res.Sources[s]
		if n.Newest.After(reply.AsOf) {
			reply.AsOf = n.Newest
		}
		value := c.say("%d reports, undated", n.Reports)
		switch age := w.now.Sub(n.Newest); {
		case n.Newest.IsZero():
		case age > 0:
			value = c.say("%d reports, the newest of %s (%s)", n.Reports, c.day(n.Newest), c.ago(age))
		default:
			value = c.say("%d reports, the newest of %s", n.Reports, c.day(n.Newest))
		}
		reply.Fields = append(reply.Fields, Field{c.source(s), value})
	}
	switch {
	case len(list) == 0:
		reply.Note = c.say("Nothing is filed here yet. `sitrep import FILE` files dispatches, `--watch DIR` files what is put into a folder.")
	case len(list) > maxSources:
		reply.Note = c.say("The %d that brought most, of %d sources; %d reports in all.", maxSources, len(list), total(res, list))
	default:
		reply.Note = c.say("%d sources, %d reports in all.", len(list), total(res, list))
	}
	if w.past {
		reply.Note = join(c.say("As it stood on %s.", w.moment()), reply.Note)
	}
	return reply, nil
}

func total(res index.Result, list []string) (n int) {
	for _, s := range list {
		n += res.Sources[s].Reports
	}
	return n
}
