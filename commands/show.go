package commands

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"sitrep/gazetteer"
	"sitrep/lang"
	"sitrep/news"
	"sitrep/store"
)

func showCommand() *Command {
	return &Command{
		Name:     "show",
		Summary:  "A dispatch whole: its text, source, date, standing, names and revisions",
		Help:     "Every quotation carries the ID of the dispatch it comes from; show gives the whole of it.",
		Examples: []string{"show k3v7q2m5xw4a6bzd"},
		Args: []Arg{
			{Name: "id", Kind: ID, Required: true, Summary: "the dispatch's ID: 16 letters and digits, as the citations have it"},
			sinceArg(), untilArg(),
		},
		run: runShow,
	}
}

func runShow(ctx context.Context, c *call) (Reply, error) {
	id := news.ID(strings.ToLower(strings.Trim(c.arg("id"), "`")))
	if !id.Valid() {
		return Reply{}, usage("%q is no ID: an ID has 16 letters a-z and digits 2-7, as in the citations.", clip(string(id), 40))
	}
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	d, err := c.load(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return Reply{}, notFound("There is no dispatch %s here: it was never filed, was taken out again, or belongs to another community.", id)
	}
	if err != nil {
		return Reply{}, err
	}
	if !w.span.Contains(d.When()) {
		return Reply{}, notFound("Dispatch %s is of %s, outside the time asked for (%s).", id, c.day(d.When()), strings.TrimSpace(c.typed()))
	}
	text := d.Body
	if strings.TrimSpace(text) == "" {
		text = d.Title
	}
	reply := Reply{Title: d.Headline(200), AsOf: d.Published,
		Items: []Item{{Text: text, Quote: true, Standing: d.Standing.Or(news.Reported), Cites: []Cite{cite(&d)}}}}
	reply.Fields, err = c.showFields(ctx, &d)
	if d.Published.IsZero() {
		reply.Note = c.say("Undated: its source gives no date. It was filed on %s.", c.day(d.Filed))
	}
	for _, e := range c.named(&d) {
		if len(reply.Actions) < 5 {
			reply.Actions = append(reply.Actions, Action{Label: c.name(e), Line: "status " + quote(e.Name)})
		}
	}
	return reply, err
}

func (c *call) showFields(ctx context.Context, d *news.Dispatch) ([]Field, error) {
	fields := []Field{{c.say("Source"), c.source(d.Source)}, {c.say("Standing"), c.say(string(d.Standing.Or(news.Reported)))}}
	if !d.Published.IsZero() {
		fields = append(fields, Field{c.say("Published"), c.p.Moment(d.Published.UTC())})
	}
	fields = append(fields, Field{c.say("Filed"), c.p.Moment(d.Filed.UTC())})
	if d.Lang != "" {
		fields = append(fields, Field{c.say("Language"), c.language(d.Lang)})
	}
	if list := c.named(d); len(list) > 0 {
		fields = append(fields, Field{c.say("Names"), c.namesOf(list, 900)})
	}
	history, err := c.e.o.Log.History(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	if len(history) > 1 {
		var lines []string
		for _, h := range history[max(0, len(history)-8):] {
			line := c.say("%s %s", c.day(h.At), c.say(string(h.Kind)))
			if h.Reason != "" {
				line = c.say("%s: %s", line, clip(h.Reason, 80))
			}
			lines = append(lines, line)
		}
		fields = append(fields, Field{c.say("History (%d)", len(history)), strings.Join(lines, "\n")})
	}
	return fields, nil
}

// named are the places and actors that a dispatch names, in the order of the text.
func (c *call) named(d *news.Dispatch) (out []*gazetteer.Entity) {
	seen := map[string]bool{}
	for _, text := range []string{d.Title, d.Body} {
		for _, m := range c.e.o.Names.Annotate(text) {
			if e, ok := c.e.o.Names.Entity(m.Entity); ok && !seen[e.ID] {
				seen[e.ID] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// namesOf lists names, as many as fit into n characters.
func (c *call) namesOf(list []*gazetteer.Entity, n int) string {
	out := ""
	for i, e := range list {
		next := c.name(e)
		if i > 0 {
			next = c.say("%s, %s", out, next)
		}
		if utf8.RuneCountInString(next) > n {
			return out + "…"
		}
		out = next
	}
	return out
}

// language is a dispatch's language: its code, and in other languages than English,
// whose readers need not know it, its name.
func (c *call) language(code string) string {
	if c.p.Code == lang.English {
		return code
	}
	return c.p.Language(code)
}
