package commands

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"sitrep/community"
)

func settingsCommand() *Command {
	names := append(community.Names(), "all")
	return &Command{
		Name:    "settings",
		Summary: "What this server has chosen: prefix, time zone, language, managers, who may file",
		Help:    "Each server has its own settings. Anyone may look; managers change them, and every change is noted.",
		Default: "show",
		Sub: []*Command{
			{Name: "show", Summary: "All settings of this server", Examples: []string{"settings"}, run: runSettings},
			{
				Name: community.NamePrefix, Manage: true, Summary: "What a command begins with in a channel", Examples: []string{"settings prefix ?"},
				Args: []Arg{{Name: "value", Kind: Word, Required: true, Summary: "1 to 5 signs that are no letters or digits, such as ? or !!"}},
				run:  setting(community.NamePrefix, editPrefix),
			},
			{
				Name: community.NameZone, Manage: true, Summary: "The time zone in which days begin", Examples: []string{"settings zone Asia/Damascus"},
				Args: []Arg{{Name: "zone", Kind: Zone, Required: true, Summary: "the IANA time zone, such as Asia/Damascus"}},
				run:  setting(community.NameZone, editZone),
			},
			{
				Name: community.NameLanguage, Manage: true, Summary: "The language of replies", Examples: []string{"settings language ar"},
				Args: []Arg{{Name: "language", Kind: Language, Required: true, Summary: "the language's code, such as ar or en"}},
				run:  setting(community.NameLanguage, editLanguage),
			},
			{
				Name: community.NameManagers, Manage: true, Summary: "The roles that manage sitrep here, besides Manage Server", Examples: []string{"settings managers @Editors", "settings managers none"},
				Args: []Arg{{Name: "roles", Kind: Roles, Required: true, Choices: []string{"none"}, Summary: "one or several roles, as mentions or IDs; none takes all away"}},
				run:  setting(community.NameManagers, editManagers),
			},
			{
				Name: community.NameChannel, Manage: true, Summary: "The channel for schedules that name none, and for notices", Examples: []string{"settings channel #sitrep"},
				Args: []Arg{{Name: "channel", Kind: Channel, Required: true, Summary: "a channel of this server, or here"}},
				run:  setting(community.NameChannel, editChannel),
			},
			{
				Name: community.NameFiling, Manage: true, Summary: "Who may file dispatches", Examples: []string{"settings filing everyone", "settings filing @Reporters"},
				Args: []Arg{{Name: "who", Kind: Roles, Required: true, Choices: []string{community.FilingManagers, community.FilingEveryone},
					Summary: "managers, everyone, or roles as mentions or IDs"}},
				run: setting(community.NameFiling, editFiling),
			},
			{
				Name: "reset", Manage: true, Summary: "Give a setting, or all, its default back", Examples: []string{"settings reset prefix", "settings reset all"},
				Args: []Arg{{Name: "setting", Kind: Word, Required: true, Choices: names, Summary: "the setting's name, or all"}},
				run:  runSettingsReset,
			},
			{
				Name: "log", Manage: true, Summary: "Who changed what here", Examples: []string{"settings log", "settings log 25"},
				Args: []Arg{{Name: "count", Kind: Integer, Summary: "how many entries, from 1 to 25; 10 if left out"}},
				run:  runSettingsLog,
			},
		},
	}
}

// communities is the book of settings, or an error that says that there is none.
func (c *call) communities() (Communities, error) {
	if err := c.belongsHere(); err != nil {
		return nil, err
	}
	if c.e.o.Communities == nil {
		return nil, c.unavailable("Settings cannot be kept in this sitrep.")
	}
	return c.e.o.Communities, nil
}

func runSettings(ctx context.Context, c *call) (Reply, error) {
	book, err := c.communities()
	if err != nil {
		return Reply{}, err
	}
	s := book.Settings(c.Request.Guild)
	reply := Reply{Title: c.say("Settings"), Note: c.say("A manager changes one with settings NAME VALUE; settings reset NAME gives the default back.")}
	for _, name := range community.Names() {
		if c.here(name) {
			reply.Fields = append(reply.Fields, Field{c.word(name), c.shown(ctx, s, name)})
		}
	}
	if c.manages() {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Who changed what"), Line: "settings log"})
	}
	reply.Actions = append(reply.Actions, Action{Label: c.say("How to change them"), Line: "help settings"})
	return reply, nil
}

// here reports whether a setting means anything here: the local channel has no
// roles and no other channels.
func (c *call) here(name string) bool {
	switch name {
	case community.NameManagers, community.NameChannel, community.NameFiling:
		return c.Request.Guild != ""
	}
	return true
}

// setting makes the run of a command that changes one setting. edit reads the
// arguments and says how; its error is for the person.
func setting(name string, edit func(context.Context, *call) (func(*community.Settings), error)) func(context.Context, *call) (Reply, error) {
	return func(ctx context.Context, c *call) (Reply, error) {
		book, err := c.communities()
		if err != nil {
			return Reply{}, err
		}
		if !c.here(name) {
			return Reply{}, c.mistyped("%s is a setting of Discord servers: at the local channel whoever is at this machine manages everything, and there is only this channel.", c.word(name))
		}
		apply, err := edit(ctx, c)
		if err != nil {
			return Reply{}, err
		}
		var old, now community.Settings
		err = book.Change(ctx, c.Request.Guild, c.Request.User, "", func(s *community.Settings) error {
			old = *s
			apply(s)
			now = *s
			return nil
		})
		if err != nil && !errors.Is(err, community.ErrUnnoted) {
			return Reply{}, err
		}
		c.set, c.p = c.e.Settings(c.Request.Guild), c.e.printer(c.Request) // the language may be another now
		return c.unnoted(c.changed(ctx, name, old, now), err), nil
	}
}

// changed tells of one setting before and after.
func (c *call) changed(ctx context.Context, name string, old, now community.Settings) Reply {
	reply := Reply{Title: c.say("Settings: %s", c.word(name)), Actions: []Action{{Label: c.say("All settings"), Line: "settings show"}}}
	before, after := c.shown(ctx, old, name), c.shown(ctx, now, name)
	if old.Value(name) == now.Value(name) {
		reply.Note = c.say("It is %s already.", after)
		return reply
	}
	reply.Note = c.say("It was %s and is now %s. Every manager can change it back.", before, after)
	undo := "settings reset " + name
	if v := old.Value(name); v != "" {
		undo = "settings " + name + " " + v
	}
	reply.Actions = append([]Action{{Label: c.say("Change it back"), Line: undo}}, reply.Actions...)
	return reply
}

// shown is a setting's value for people, the default where none is set.
func (c *call) shown(ctx context.Context, s community.Settings, name string) string {
	v := s.Value(name)
	switch name {
	case community.NamePrefix:
		return c.orDefault(v, c.e.o.Prefix)
	case community.NameZone:
		return c.orDefault(v, c.e.o.Zone.String())
	case community.NameLanguage:
		switch {
		case v != "":
		case c.Request.Guild == "":
			return c.orDefault("", c.e.o.Languages.In(c.e.o.Language).Name())
		default:
			return c.say("that of each person's own Discord, where sitrep has it (the default)")
		}
		return c.e.o.Languages.In(v).Name() + " (" + v + ")"
	case community.NameManagers:
		if v == "" {
			return c.say("those with the Manage Server permission (the default)")
		}
		return c.say("those with the Manage Server permission, and %s", c.roles(s.Managers))
	case community.NameChannel:
		if v == "" {
			return c.say("the one where a schedule is added (the default)")
		}
		return c.channelName(ctx, v)
	case community.NameFiling:
		switch {
		case s.Filing == community.FilingEveryone:
			return c.say("everyone")
		case s.Filing == community.FilingRoles:
			return c.say("managers, and %s", c.roles(s.Filers))
		case v == "":
			return c.say("managers (the default)")
		}
		return c.say("managers")
	}
	return v
}

func (c *call) orDefault(v, byDefault string) string {
	if v == "" {
		return c.say("%s (the default)", byDefault)
	}
	return v
}

func (c *call) roles(ids []string) string {
	if len(ids) == 1 {
		return c.say("role %s", ids[0])
	}
	return c.say("roles %s", c.list("%s and %s", ids))
}

func runSettingsReset(ctx context.Context, c *call) (Reply, error) {
	book, err := c.communities()
	if err != nil {
		return Reply{}, err
	}
	one, err := c.oneOf("setting")
	if err != nil {
		return Reply{}, err
	}
	names := []string{one}
	if one == "all" {
		names = community.Names()
	}
	var old, now community.Settings
	err = book.Change(ctx, c.Request.Guild, c.Request.User, "", func(s *community.Settings) error {
		old = *s
		for _, name := range names {
			s.Reset(name)
		}
		now = *s
		return nil
	})
	if err != nil && !errors.Is(err, community.ErrUnnoted) {
		return Reply{}, err
	}
	c.set, c.p = c.e.Settings(c.Request.Guild), c.e.printer(c.Request)
	if len(names) == 1 {
		return c.unnoted(c.changed(ctx, names[0], old, now), err), nil
	}
	reply := Reply{Title: c.say("Settings: all"), Note: c.say("All settings have their defaults already."), Actions: []Action{{Label: c.say("All settings"), Line: "settings show"}}}
	for _, name := range names {
		if old.Value(name) != now.Value(name) {
			reply.Note = c.say("All settings have their defaults again. This is what they were; a manager can set them anew.")
			reply.Fields = append(reply.Fields, Field{c.word(name), c.shown(ctx, old, name)})
		}
	}
	return c.unnoted(reply, err), nil
}

// unnoted adds to the reply on a change that the log of changes lacks it.
func (c *call) unnoted(reply Reply, err error) Reply {
	if err != nil {
		c.e.o.Logger.Error("the audit log could not be written", "guild", c.Request.Guild, "by", c.Request.User, "line", c.Request.Line, "error", err)
		reply.Note = join(reply.Note, c.say("It could not be written into the log of changes; the operator's log has it."))
	}
	return reply
}

// The lengths of the log that is shown: Discord's embeds end at 25 fields.
const (
	logEntries    = 10
	maxLogEntries = 25
)

func runSettingsLog(ctx context.Context, c *call) (Reply, error) {
	book, err := c.communities()
	if err != nil {
		return Reply{}, err
	}
	n := logEntries
	if v := c.arg("count"); v != "" {
		if n, err = strconv.Atoi(v); err != nil || n < 1 || n > maxLogEntries {
			return Reply{}, c.mistyped("count:%s: from 1 to %d entries can be shown.", clip(v, 20), maxLogEntries)
		}
	}
	entries, err := book.Log(ctx, c.Request.Guild, n)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: c.say("Who changed what"), Private: true, Note: c.say("The newest first. Entries are kept for 400 days.")}
	if len(entries) == 0 {
		reply.Note = c.say("Nothing has been changed here in the last 400 days.")
	}
	for _, e := range entries {
		at := c.p.Moment(e.At.In(c.e.zone(c.set)))
		reply.Fields = append(reply.Fields, Field{at, c.entry(e)})
	}
	return reply, nil
}

// entry is an entry of the audit log for people.
func (c *call) entry(e community.Entry) string {
	old, now, name := clip(e.Old, 150), clip(e.New, 150), e.Name
	switch e.What {
	case community.WhatSettings:
		old, now, name = c.orNone(old), c.orNone(now), c.word(name)
	case community.WhatMark, community.WhatRetract:
		old, now = c.say(old), c.say(now)
	}
	first := strings.TrimSpace(c.word(e.What) + " " + name)
	switch {
	case old != "" && now != "":
		first = c.say("%s: from %s to %s", first, old, now)
	case now != "":
		first = c.say("%s: now %s", first, now)
	case old != "":
		first = c.say("%s: was %s", first, old)
	}
	lines := []string{first}
	if e.Reason != "" {
		lines = append(lines, c.say("because: %s", clip(e.Reason, 200)))
	}
	if e.By != "" {
		lines = append(lines, c.say("by %s", clip(e.By, 40)))
	}
	return strings.Join(lines, "\n")
}

func (c *call) orNone(v string) string {
	if v == "" {
		return c.say("the default")
	}
	return v
}
