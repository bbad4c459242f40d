package commands

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"sitrep/community"
	"sitrep/news"
	"sitrep/store"
)

// maxReason is the longest reason for a mark, in characters.
const maxReason = 500

func markCommand() *Command {
	return &Command{
		Name: "mark", Manage: true,
		Summary:  "Mark a dispatch as disputed or corroborated, or take the mark back",
		Help:     "Every answer that quotes the dispatch shows the mark; who set it and why stays in its history. mark ID reported takes it back.",
		Examples: []string{"mark k3v7q2m5xw4a6bzd disputed The hospital denies it."},
		Args: []Arg{
			{Name: "id", Kind: ID, Required: true, Summary: "the dispatch's ID, as the citations have it"},
			{Name: "standing", Kind: Word, Required: true, Summary: "disputed, corroborated, or reported: neither of the two",
				Choices: []string{string(news.Disputed), string(news.Corroborated), string(news.Reported)}},
			{Name: "reason", Kind: Prose, Required: true, Summary: "why; it stands in the dispatch's history"},
		},
		run: func(ctx context.Context, c *call) (Reply, error) {
			to, err := c.oneOf("standing")
			if err != nil {
				return Reply{}, err
			}
			return c.setStanding(ctx, news.Marked, news.Standing(to), community.WhatMark)
		},
	}
}

func retractCommand() *Command {
	return &Command{
		Name: "retract", Files: true,
		Summary:  "Retract a dispatch: it stays visible, marked as retracted wherever it is quoted",
		Help:     "Managers can retract what was filed in this server; who typed a report can retract that one. The text stays in the history.",
		Examples: []string{"retract k3v7q2m5xw4a6bzd It was another village."},
		Args: []Arg{
			{Name: "id", Kind: ID, Required: true, Summary: "the dispatch's ID, as the citations have it"},
			{Name: "reason", Kind: Prose, Required: true, Summary: "why; it stands in the dispatch's history"},
		},
		run: func(ctx context.Context, c *call) (Reply, error) {
			return c.setStanding(ctx, news.Withdrawn, news.Retracted, community.WhatRetract)
		},
	}
}

// mayRetract reports whether the asker may retract a dispatch: a manager any of
// this community's, others what they typed themselves.
func (c *call) mayRetract(d *news.Dispatch) bool {
	own := d.Origin.Kind == news.OriginDesk && c.Request.User != "" && d.Origin.Feed == c.Request.Guild+"/"+c.Request.User
	return c.changes(d) && (c.manages() || own)
}

// changes reports whether a dispatch is this community's to change. What everyone
// sees is the operator's, at the local channel.
func (c *call) changes(d *news.Dispatch) bool {
	return c.Request.Guild == "" || d.Scope == c.ownScope()
}

// errSame ends a change that changes nothing.
var errSame = errors.New("it stands so already")

// setStanding changes how far a dispatch holds.
func (c *call) setStanding(ctx context.Context, kind news.EventKind, to news.Standing, what string) (Reply, error) {
	desk, err := c.desk()
	if err != nil {
		return Reply{}, err
	}
	id, d, err := c.theDispatch(ctx, c.arg("id"))
	if err != nil {
		return Reply{}, err
	}
	reason := strings.Join(strings.Fields(c.arg("reason")), " ")
	switch n := utf8.RuneCountInString(reason); {
	case n > maxReason:
		return Reply{}, c.mistyped("reason: it has %d characters, the limit is %d: shorten it.", n, maxReason)
	case !c.changes(&d):
		return Reply{}, c.forbidden("Dispatch %s was not filed in this server: other communities see it too, so only the operator of sitrep can mark or retract it, at the local channel.", string(id))
	case what == community.WhatRetract && !c.mayRetract(&d):
		return Reply{}, c.forbidden("You can retract the reports that you typed yourself; dispatch %s is for a manager to retract.", string(id))
	}
	old := d.Standing
	seq, err := desk.Change(ctx, id, func(now news.Dispatch) (news.Event, error) {
		old = now.Standing.Or(news.Reported)
		if old == to {
			return news.Event{}, errSame
		}
		if now.Scope != d.Scope {
			return news.Event{}, store.ErrConflict
		}
		now.Standing = to
		return news.Event{Kind: kind, At: c.Request.Now, By: c.Request.User, Reason: reason, Dispatch: now}, nil
	})
	d.Standing = to
	reply := c.filedItem(&d)
	if errors.Is(err, errSame) {
		reply.Title, reply.Note = c.say("Nothing changed"), c.say("It is %s already.", c.say(string(to)))
		return reply, nil
	}
	if err != nil {
		return Reply{}, err
	}
	c.seen(ctx, seq)
	reply.Title = c.say("Marked: %s", c.say(string(to)))
	if to == news.Retracted {
		reply.Title = c.say("Retracted")
	}
	reply.Note = c.say("It was %s. Every answer that quotes it says so from now on, and show ID says why. mark ID reported REASON takes it back.", c.say(string(old)))
	if to == news.Reported {
		reply.Title = c.say("Mark taken back")
		reply.Note = c.say("It was %s, and is again as it was reported. Both stand in its history.", c.say(string(old)))
	}
	reply.Fields = []Field{{c.say("Reason"), reason}}
	c.note(ctx, &reply, community.Entry{What: what, Name: string(id), Old: string(old), New: string(to), Reason: reason})
	return reply, nil
}

// theDispatch reads the dispatch of a typed ID, if the asker may see it.
func (c *call) theDispatch(ctx context.Context, typed string) (news.ID, news.Dispatch, error) {
	id := news.ID(strings.ToLower(strings.Trim(typed, "`")))
	if !id.Valid() {
		return id, news.Dispatch{}, c.mistyped("%s is no ID: an ID has 16 letters a-z and digits 2-7, as in the citations.", clip(string(id), 40))
	}
	d, err := c.load(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return id, d, c.absent("There is no dispatch %s here: it was never filed, was taken out again, or belongs to another community.", string(id))
	}
	return id, d, err
}

// filedItem quotes the beginning of a dispatch, with buttons.
func (c *call) filedItem(d *news.Dispatch) Reply {
	r := c.filedReply(d, store.OutcomeUnchanged)
	return Reply{AsOf: r.AsOf, Items: r.Items, Actions: r.Actions[:2]}
}
