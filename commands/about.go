package commands

import (
	"context"

	"sitrep/index"
)

func aboutCommand() *Command {
	return &Command{
		Name:     "about",
		Summary:  "What this bot is, how much is filed here, and whose data it uses",
		Examples: []string{"about"},
		Args:     []Arg{sinceArg(), untilArg()},
		run:      runAbout,
	}
}

func runAbout(ctx context.Context, c *call) (Reply, error) {
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	res, err := c.e.o.Index.Search(ctx, index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("sitrep %s", c.e.o.Version), AsOf: res.Newest,
		Note: c.say("Keeps the dispatches of a community and answers from them. Every sentence of an answer is a quotation or a count, with the dispatch it comes from; nothing is made up.")}
	if c.e.o.Trial {
		reply.Note = join(reply.Note, c.say("This is a trial: without a Discord token, samples are shown beside what you file. \"sitrep forget --source sample\" takes them out."))
	}
	reply.Fields = []Field{
		{c.say("Dispatches"), c.say("%d by %d sources", res.Total, len(res.Sources))},
		{c.say("Licence"), "Apache-2.0"},
		{c.say("Places"), "Who's On First (CC0), GeoNames (CC BY 4.0)"},
	}
	if !res.Newest.IsZero() {
		reply.Fields = append(reply.Fields, Field{c.say("Newest"), c.day(res.Newest)})
	}
	if res.Undated > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Undated"), c.say("%d", res.Undated)})
	}
	reply.Actions = []Action{{Label: c.say("Help"), Line: "help"}, {Label: c.say("Sources"), Line: "sources"}, {Label: c.say("Briefing"), Line: "brief"}}
	return reply, nil
}
