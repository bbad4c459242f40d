package commands

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"sitrep/briefing"
	"sitrep/community"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// deskSource is who reports where a person files without naming a source.
const deskSource = "desk"

const (
	// maxTold is the longest title or source that a person can give, in characters.
	maxTold = 200
	// aheadTime is how far a clock may be ahead before a date lies in the future.
	aheadTime = 24 * time.Hour
)

func fileCommand() *Command {
	return &Command{
		Name: "file", Files: true,
		Summary: "File a report: it is kept, and found and quoted from now on",
		Help: "The report is seen in this server only. Its date is the one you give; without one it is undated, since a date is never made up. " +
			"What stands before the report can be title: source: url: published: and lang:. If the report itself begins with such a word, write text: before it.",
		Examples: []string{"file The bridge at Hajin is closed since this morning.", `file source:"Radio Fresh" Fighters left Hajin at night.`},
		Args: []Arg{
			{Name: "title", Kind: Word, Named: true, Summary: "its headline, in quotes"},
			{Name: "source", Kind: Word, Named: true, Summary: "who reports it, as people know them; desk if left out"},
			{Name: "url", Kind: Word, Named: true, Summary: "the address of the original"},
			{Name: "published", Kind: Time, Named: true, Summary: "when its source published it: 2018-12-14, or 2018-12-14T09:30:00Z, today, yesterday"},
			{Name: "lang", Kind: Word, Named: true, Summary: "its language, such as ar; found out if left out"},
			{Name: "text", Kind: Prose, Summary: "the report, as its source has it"},
		},
		run: runFile,
	}
}

// desk is what changes the log, or an error that says that there is none.
func (c *call) desk() (Desk, error) {
	if c.e.o.Desk == nil {
		return nil, c.unavailable("Nothing can be filed or changed in this sitrep.")
	}
	return c.e.o.Desk, nil
}

func runFile(ctx context.Context, c *call) (Reply, error) {
	desk, err := c.desk()
	if err != nil {
		return Reply{}, err
	}
	d, err := c.reported()
	if err != nil {
		return Reply{}, err
	}
	if reply, there, err := c.filedAlready(ctx, d); there || err != nil {
		return reply, err
	}
	out, err := desk.File(ctx, []news.Dispatch{d})
	if err != nil {
		return Reply{}, err
	}
	f := out[0]
	switch {
	case f.Outcome == store.OutcomeRefused && errors.Is(f.Err, store.ErrTooLarge):
		return Reply{}, c.mistyped("The report is too long: a dispatch has at most %d bytes. File it in parts.", news.MaxBytes)
	case f.Outcome == store.OutcomeRefused:
		return Reply{}, c.mistyped("The report cannot be filed: %s.", f.Err.Error())
	}
	c.seen(ctx, f.Seq)
	have, err := c.load(ctx, f.ID)
	if err != nil {
		return Reply{}, err
	}
	reply := c.filedReply(&have, f.Outcome)
	if f.Outcome != store.OutcomeUnchanged {
		c.note(ctx, &reply, community.Entry{What: community.WhatFile, Name: string(f.ID), New: have.Headline(120)})
	}
	return reply, nil
}

// seenTime is how long a change waits for the answers to show it.
const seenTime = 2 * time.Second

// seen waits until answers show what was changed, so that nobody who is told of it is
// answered as before. Where the index is far behind, that is said of every answer.
func (c *call) seen(ctx context.Context, seq uint64) {
	ctx, cancel := context.WithTimeout(ctx, seenTime)
	defer cancel()
	if err := c.e.o.Index.Wait(ctx, seq); err != nil {
		c.e.o.Logger.Warn("a change is not in the answers yet", "event", seq, "error", err)
	}
}

// filedAlready answers for a message that is in the log with this very text: its
// source, which may have filed it by itself, is not taken from it. What the person
// says of it beyond the text is a reason to file it again.
func (c *call) filedAlready(ctx context.Context, d news.Dispatch) (Reply, bool, error) {
	for _, name := range []string{"title", "source", "url", "published", "lang", "text"} {
		if c.arg(name) != "" {
			return Reply{}, false, nil
		}
	}
	have, err := c.load(ctx, d.Origin.ID())
	if errors.Is(err, store.ErrNotFound) {
		return Reply{}, false, nil
	}
	if err != nil || have.Body != d.Body {
		return Reply{}, false, err
	}
	return c.filedReply(&have, store.OutcomeUnchanged), true, nil
}

// reported is the dispatch that the person tells of.
func (c *call) reported() (news.Dispatch, error) {
	var d news.Dispatch
	if c.Request.Subject != nil {
		d = *c.Request.Subject
	}
	if v := c.arg("text"); v != "" {
		d.Body = v
	}
	d.Body = ingest.Clean(d.Body)
	for _, f := range []struct {
		name string
		to   *string
	}{{"title", &d.Title}, {"source", &d.Source}} {
		if v := c.arg(f.name); v != "" {
			*f.to = v
		}
		*f.to = strings.Join(strings.Fields(ingest.Clean(*f.to)), " ")
		if n := utf8.RuneCountInString(*f.to); n > maxTold {
			return d, c.mistyped("%s: it has %d characters, the limit is %d: shorten it.", f.name, n, maxTold)
		}
	}
	if strings.TrimSpace(d.Body) == "" {
		if c.Request.Subject != nil {
			return d, c.mistyped("There is no text in this message to file: what an attachment or a picture says has to be typed, with file TEXT.")
		}
		return d, c.mistyped("file what? Write the report behind it. Usage: %s", c.form(c.command, c.path))
	}
	if d.Source == "" {
		d.Source = deskSource
	}
	if v := strings.TrimSpace(c.arg("url")); v != "" {
		if d.URL = strings.Trim(v, "<>"); !ingest.WebAddress(d.URL) {
			return d, c.mistyped("url:%s is no http or https address.", clip(v, 60))
		}
	}
	if v := c.arg("published"); v != "" {
		t, err := c.publishedAt(v)
		if err != nil {
			return d, err
		}
		d.Published = t
	}
	if v := c.arg("lang"); v != "" {
		if d.Lang = ingest.LanguageCode(v); d.Lang == "" {
			return d, c.mistyped("lang:%s is no language: write its code, such as ar or en, or leave it away.", clip(v, 40))
		}
	}
	d.Lang = ingest.LanguageOf(d.Lang, d.Title, d.Body)
	// Who may see it and how far it holds is not for the message to say.
	d.Scope, d.Standing, d.Filed, d.Revision = c.ownScope(), "", c.Request.Now, 0
	if d.Origin.IsZero() {
		d.Origin = c.typedOrigin(d.Body)
	}
	return d, nil
}

// publishedAt reads a date. A day alone is its midnight in UTC, as everywhere.
func (c *call) publishedAt(v string) (time.Time, error) {
	v = strings.TrimSpace(v)
	today := c.Request.Now.In(c.e.zone(c.set))
	var t time.Time
	var err error
	switch strings.ToLower(v) {
	case "today":
		t, err = time.Parse(time.DateOnly, today.Format(time.DateOnly))
	case "yesterday":
		t, err = time.Parse(time.DateOnly, today.AddDate(0, 0, -1).Format(time.DateOnly))
	default:
		if t, err = time.Parse(time.RFC3339Nano, v); err != nil {
			t, err = time.Parse(time.DateOnly, v)
		}
	}
	switch {
	case err != nil || t.Year() < 1000:
		return t, c.mistyped("published:%s is no date: write 2018-12-14 or 2018-12-14T09:30:00Z, or leave it away: then the report is undated.", clip(v, 40))
	case t.After(c.Request.Now.Add(aheadTime)):
		return t, c.mistyped("published:%s lies in the future.", clip(v, 40))
	}
	return t.UTC(), nil
}

// ownScope is who sees what is filed here: at the local channel everyone, as for
// what is imported.
func (c *call) ownScope() news.Scope {
	if c.Request.Guild == "" {
		return news.ScopeEveryone
	}
	return news.GuildScope(c.Request.Guild)
}

// typedOrigin is the origin of what a person typed: a second delivery of the same
// message is the same dispatch. Where the door numbers nothing, the same text of
// the same person on the same day is.
func (c *call) typedOrigin(body string) news.Origin {
	r := c.Request
	o := news.Origin{Kind: news.OriginDesk, Feed: r.Guild + "/" + r.User, Item: r.ID}
	if o.Item == "" {
		sum := sha256.Sum256([]byte(body))
		o.Item = r.Now.UTC().Format(time.DateOnly) + " " + hex.EncodeToString(sum[:12])
	}
	return o
}

// filedReply tells what became of a report.
func (c *call) filedReply(d *news.Dispatch, outcome store.Outcome) Reply {
	reply := Reply{AsOf: d.Published}
	switch outcome {
	case store.OutcomeUnchanged:
		reply.Title, reply.Note = c.say("Filed already"), c.say("This report is here already, and nothing has changed.")
	case store.OutcomeRevised:
		reply.Title, reply.Note = c.say("Revised"), c.say("This report was here already; its new text holds now, and the old one stays in its history.")
	default:
		reply.Title, reply.Note = c.say("Filed"), c.say("It is kept, seen in this server only, and found from now on.")
		if c.Request.Guild == "" {
			reply.Note = c.say("It is kept, and found from now on.")
		}
	}
	if d.Published.IsZero() {
		reply.Note += " " + c.say("It is undated: no date was given.")
	}
	mentions := c.e.o.Names.Annotate(d.Body)
	if q, ok := briefing.Key(d, mentions, briefing.Wanted{}); ok {
		reply.Items = []Item{{Text: q.Text, Quote: true, Standing: d.Standing.Or(news.Reported), Cites: []Cite{cite(d)}}}
	}
	reply.Fields = append(reply.Fields, Field{c.say("ID"), string(d.ID)})
	if list := c.named(d); len(list) > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Names"), c.namesOf(list, 900)})
	} else {
		reply.Fields = append(reply.Fields, Field{c.say("Names"), c.say("none that are known here")})
	}
	if d.Lang != "" {
		reply.Fields = append(reply.Fields, Field{c.say("Language"), c.language(d.Lang)})
	}
	reply.Actions = []Action{{Label: c.say("Show"), Line: "show " + string(d.ID)}, {Label: c.say("Find related"), Line: "related " + string(d.ID)}}
	if c.mayRetract(d) {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Retract"), Line: "retract " + string(d.ID) + " " + c.say("filed by mistake")})
	}
	return reply
}

// note writes what was done into the audit log. It is done by then, so a failure
// is told beside it.
func (c *call) note(ctx context.Context, reply *Reply, e community.Entry) {
	if c.e.o.Communities == nil {
		return
	}
	e.At, e.By = c.Request.Now, c.Request.User
	if err := c.e.o.Communities.Note(ctx, c.Request.Guild, e); err != nil {
		c.e.o.Logger.Error("the audit log could not be written", "guild", c.Request.Guild, "what", e.What, "name", e.Name, "by", e.By, "error", err)
		reply.Note = strings.TrimSpace(reply.Note + " " + c.say("It could not be written into the log of changes; the operator's log has it."))
	}
}
