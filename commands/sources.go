package commands

import (
	"context"
	"fmt"
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
	reply := Reply{Title: "Sources"}
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
		value := count(n.Reports, "report", "reports") + ", undated"
		if !n.Newest.IsZero() {
			value = fmt.Sprintf("%s, the newest of %s", count(n.Reports, "report", "reports"), day(n.Newest))
			if age := w.now.Sub(n.Newest); age > 0 {
				value += fmt.Sprintf(" (%s before)", ago(age))
			}
		}
		reply.Fields = append(reply.Fields, Field{nameOf(s), value})
	}
	switch {
	case len(list) == 0:
		reply.Note = "Nothing is filed here yet. `sitrep import FILE` files dispatches, `--watch DIR` files what is put into a folder."
	case len(list) > maxSources:
		reply.Note = fmt.Sprintf("The %d that brought most, of %s; %s in all.", maxSources, count(len(list), "source", "sources"), count(res.Total, "report", "reports"))
	default:
		reply.Note = fmt.Sprintf("%s, %s in all.", count(len(list), "source", "sources"), count(total(res, list), "report", "reports"))
	}
	if w.past {
		reply.Note = "As it stood on " + w.moment() + ". " + reply.Note
	}
	return reply, nil
}

func total(res index.Result, list []string) (n int) {
	for _, s := range list {
		n += res.Sources[s].Reports
	}
	return n
}
