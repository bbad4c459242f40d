package commands

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sitrep/community"
	"sitrep/ingest"
)

func sourceCommand() *Command {
	named := func() []Arg {
		return []Arg{{Name: "name", Kind: SavedSource, Required: true, Summary: "the source's name"}}
	}
	return &Command{
		Name:    "source",
		Summary: "Channels that sitrep reads by itself: what is posted there is filed",
		Help:    "What a source brings is seen in this server only. A post that is edited is revised, one that is deleted is retracted.",
		Default: "list",
		Sub: []*Command{
			{
				Name: "add", Manage: true,
				Summary:  "Read a channel of this server from now on, its history first",
				Examples: []string{"source add #field-reports", `source add channel:#field-reports name:"Field reports"`},
				Args: []Arg{
					{Name: "channel", Kind: Channel, Required: true, Summary: "the channel to read, or here"},
					{Name: "name", Kind: Word, Named: true, Summary: "what to call it in citations; the channel's name if left out"},
				},
				run: runSourceAdd,
			},
			{Name: "list", Summary: "The channels that are read here, how much they brought, and what fails", Examples: []string{"source list"}, run: runSourceList},
			{Name: "show", Summary: "One source: what it brought, its history, what fails", Args: named(), Examples: []string{"source show field-reports"}, run: runSourceShow},
			{Name: "pause", Manage: true, Summary: "Stop reading a source until it is resumed", Args: named(), Examples: []string{"source pause field-reports"},
				run: func(ctx context.Context, c *call) (Reply, error) { return c.pauseSource(ctx, true) }},
			{Name: "resume", Manage: true, Summary: "Read a paused source again; what was posted meanwhile is filed too", Args: named(), Examples: []string{"source resume field-reports"},
				run: func(ctx context.Context, c *call) (Reply, error) { return c.pauseSource(ctx, false) }},
			{Name: "remove", Manage: true, Summary: "Read a source no more; what it brought stays", Args: named(), Examples: []string{"source remove field-reports"}, run: runSourceRemove},
		},
	}
}

// sources is the book of sources, or an error that says that there is none here.
func (c *call) sources() (SourceBook, error) {
	if err := c.belongsHere(); err != nil {
		return nil, err
	}
	if c.Request.Guild == "" {
		return nil, c.mistyped("Sources are channels of Discord servers, and here is only the local channel: sitrep import files what is in files, and --watch DIR what is put into a folder.")
	}
	if c.e.o.Sources == nil {
		return nil, c.unavailable("Sources cannot be kept in this sitrep.")
	}
	return c.e.o.Sources, nil
}

// sourceProblem is an error of the book in the language of the reply.
func (c *call) sourceProblem(err error) error {
	var told *ingest.SourceError
	if !errors.As(err, &told) {
		return err
	}
	text, args := told.Text()
	if errors.Is(err, ingest.ErrSourceNotFound) {
		return c.absent(text, args...)
	}
	return c.mistyped(text, args...)
}

func runSourceAdd(ctx context.Context, c *call) (Reply, error) {
	book, err := c.sources()
	if err != nil {
		return Reply{}, err
	}
	info, err := c.channelHere(ctx, c.arg("channel"))
	if err != nil {
		return Reply{}, err
	}
	if !info.CanRead {
		return Reply{}, c.mistyped("sitrep cannot read #%s: give it the permissions View Channel and Read Message History there, and add it again.", info.Name)
	}
	// What a source brings everyone here can ask for: nobody opens a room that is closed
	// to them.
	if !c.e.door().Sees(ctx, info.ID, c.Request.User, c.Request.Roles) {
		return Reply{}, c.forbidden("You cannot read #%s yourself, and what a source brings is seen by everyone in this server: a manager who can read it has to add it.", info.Name)
	}
	list, err := book.List(ctx, c.Request.Guild)
	if err != nil {
		c.e.o.Logger.Warn("a source cannot be read", "error", err)
	}
	if i := slices.IndexFunc(list, func(s ingest.Source) bool { return info.Parent != "" && s.Channel == info.Parent }); i >= 0 {
		return Reply{}, c.mistyped("#%s is a thread of a channel that is read already, as %s, its threads with it.", info.Name, list[i].Name)
	}
	name := strings.TrimSpace(c.arg("name"))
	if name == "" {
		name = info.Name
	}
	s, err := book.Add(ctx, ingest.Source{Guild: c.Request.Guild, Name: name, Kind: ingest.SourceChannel, Channel: info.ID, By: c.Request.User, Added: c.Request.Now})
	if err != nil {
		return Reply{}, c.sourceProblem(err)
	}
	reply := Reply{Title: c.say("Source %s added", s.Name),
		Note:    c.say("Every post in #%s is filed from now on, and its history now: this channel is told how far that is. What it brings is seen in this server only.", info.Name),
		Actions: []Action{{Label: c.say("How far it is"), Line: "source show " + s.Name}, {Label: c.say("All sources"), Line: "source list"}}}
	c.note(ctx, &reply, community.Entry{What: community.WhatSource, Name: s.Name, New: "#" + info.Name + " " + info.ID})
	if door := c.e.door(); door != nil {
		door.Sourced(s, c.Request.Channel)
	}
	return reply, nil
}

// maxListed sources are listed; Discord's embeds end at 25 fields.
const maxListed = 25

func runSourceList(ctx context.Context, c *call) (Reply, error) {
	book, err := c.sources()
	if err != nil {
		return Reply{}, err
	}
	list, err := book.List(ctx, c.Request.Guild)
	reply := Reply{Title: c.say("Channels that are read"), Note: c.say("%d sources. The command sources tells of everyone who reports.", len(list))}
	if err != nil {
		c.e.o.Logger.Warn("a source cannot be read", "error", err)
		reply.Note += " " + c.say("Some cannot be read any more; the operator's log says which.")
	}
	if len(list) == 0 && err == nil {
		reply.Note = c.say("None yet. source add #channel files what is posted there, its history first; managers can do that.")
	}
	if len(list) > maxListed {
		reply.Note += " " + c.say("These are the first %d; source show NAME tells of the others.", maxListed)
	}
	for _, s := range list[:min(len(list), maxListed)] {
		reply.Fields = append(reply.Fields, Field{s.Name, strings.Join(c.sourceLines(ctx, s), "\n")})
		if s.Newest.After(reply.AsOf) {
			reply.AsOf = s.Newest
		}
	}
	return reply, nil
}

func runSourceShow(ctx context.Context, c *call) (Reply, error) {
	book, err := c.sources()
	if err != nil {
		return Reply{}, err
	}
	s, err := book.Get(ctx, c.Request.Guild, c.savedName())
	if err != nil {
		return Reply{}, c.sourceProblem(err)
	}
	reply := Reply{Title: c.say("Source %s", s.Name), AsOf: s.Newest, Note: strings.Join(c.sourceLines(ctx, s), "\n")}
	reply.Fields = append(reply.Fields, Field{c.say("Added"), c.say("%s, by %s", c.p.Moment(s.Added.In(c.e.zone(c.set))), s.By)})
	if !s.LastOK.IsZero() {
		reply.Fields = append(reply.Fields, Field{c.say("Last read"), c.p.Moment(s.LastOK.In(c.e.zone(c.set)))})
	}
	reply.Actions = []Action{{Label: c.say("What it brought"), Line: "search source:" + quote(s.Name) + " sort:new"}}
	switch {
	case !c.manages():
	case s.Paused:
		reply.Actions = append(reply.Actions, Action{Label: c.say("Resume"), Line: "source resume " + s.Name})
	default:
		reply.Actions = append(reply.Actions, Action{Label: c.say("Pause"), Line: "source pause " + s.Name})
	}
	return reply, nil
}

// savedName is the name argument without quotes that people put around several words.
func (c *call) savedName() string { return unquote(strings.TrimSpace(c.arg("name"))) }

// sourceLines tell how a source is doing.
func (c *call) sourceLines(ctx context.Context, s ingest.Source) []string {
	first := c.channelName(ctx, s.Channel) + ", "
	switch {
	case s.Filed == 0:
		first += c.say("nothing filed yet")
	case s.Newest.IsZero():
		first += c.say("%d filed", s.Filed)
	default:
		first += c.say("%d filed", s.Filed) + ", " + c.say("the newest of %s", c.p.Day(s.Newest.UTC()))
	}
	lines := []string{first, c.history(s)}
	if s.Paused {
		lines = append(lines, c.say("Paused: it is not read."))
	}
	if s.Failure != "" {
		lines = append(lines, c.say("It fails since %s: %s", c.p.Moment(s.FailingSince.In(c.e.zone(c.set))), s.Failure))
	}
	return lines
}

// history says how far the reading of what was there before is: the channel and
// each of its threads are read by themselves.
func (c *call) history(s ingest.Source) string {
	done := 0
	for _, at := range s.History {
		if at == ingest.HistoryDone {
			done++
		}
	}
	switch {
	case len(s.History) == 0:
		return c.say("History: not begun")
	case done == len(s.History):
		return c.say("History: read whole")
	}
	return c.say("History: being read, %s of %s channels and threads whole", c.say("%d", done), c.say("%d", len(s.History)))
}

// pauseSource stops a source, or lets it go on.
func (c *call) pauseSource(ctx context.Context, on bool) (Reply, error) {
	book, err := c.sources()
	if err != nil {
		return Reply{}, err
	}
	before := false
	s, err := book.Update(ctx, c.Request.Guild, c.savedName(), func(s *ingest.Source) error {
		before, s.Paused = s.Paused, on
		return nil
	})
	if err != nil {
		return Reply{}, c.sourceProblem(err)
	}
	reply := Reply{Title: c.say("Source %s resumed", s.Name), Note: c.say("It is read again; what was posted meanwhile is filed too."),
		Actions: []Action{{Label: c.say("All sources"), Line: "source list"}}}
	state := []string{"paused", "read"}
	if on {
		reply.Title, reply.Note = c.say("Source %s paused", s.Name), c.say("It is not read until it is resumed. What it brought stays.")
		reply.Actions = append([]Action{{Label: c.say("Resume"), Line: "source resume " + s.Name}}, reply.Actions...)
		slices.Reverse(state)
	}
	if before == on {
		reply.Note = c.say("It was so already.")
		return reply, nil
	}
	c.note(ctx, &reply, community.Entry{What: community.WhatSource, Name: s.Name, Old: state[0], New: state[1]})
	if door := c.e.door(); door != nil {
		door.Sourced(s, "")
	}
	return reply, nil
}

func runSourceRemove(ctx context.Context, c *call) (Reply, error) {
	book, err := c.sources()
	if err != nil {
		return Reply{}, err
	}
	s, err := book.Get(ctx, c.Request.Guild, c.savedName())
	if err != nil && errors.Is(err, ingest.ErrSourceNotFound) {
		return Reply{}, c.sourceProblem(err)
	}
	if err != nil { // one that cannot be read can still be removed
		s = ingest.Source{Guild: c.Request.Guild, Name: c.savedName(), Kind: ingest.SourceChannel}
	}
	if err := book.Remove(ctx, s.Guild, s.Name); err != nil {
		return Reply{}, c.sourceProblem(err)
	}
	reply := Reply{Title: c.say("Source %s removed", s.Name),
		Note:    c.say("It is read no more. What it brought stays, and is quoted as before: retract ID takes single reports back, and only the operator of sitrep can take out all of it, with %s.", "sitrep forget --source "+quote(s.Name)),
		Actions: []Action{{Label: c.say("What it brought"), Line: "search source:" + quote(s.Name) + " sort:new"}, {Label: c.say("All sources"), Line: "source list"}}}
	c.note(ctx, &reply, community.Entry{What: community.WhatSource, Name: s.Name, Old: strings.TrimSpace("channel " + s.Channel)})
	if door := c.e.door(); door != nil {
		s.Paused = true
		door.Sourced(s, "")
	}
	return reply, nil
}
