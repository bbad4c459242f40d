package commands

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"sitrep/community"
	"sitrep/schedule"
)

func scheduleCommand() *Command {
	return &Command{
		Name:    "schedule",
		Default: "list",
		Summary: "Post a command's answer at set times: a briefing every morning",
		Help:    "A schedule holds a cron expression, a time zone and a command line. Whatever can be typed can be scheduled.",
		Sub: []*Command{
			{
				Name: "add", Manage: true,
				Summary:  "Add a schedule: name, cron expression, zone, and the command line to run",
				Help:     "The cron expression has five fields (minute hour day month weekday) and stands in quotes; the zone is an IANA name, and the one of settings zone where none is given. It posts to the channel of settings channel, or to this one, where no other is named.",
				Examples: []string{`schedule add morning "0 7 * * *" Asia/Damascus brief 24h`, `schedule add weekly "30 8 * * MON" Europe/Rome channel:#sitrep brief 7d about daesh`},
				Args: []Arg{
					{Name: "name", Kind: Word, Required: true, Summary: "what to call it: letters, digits, - and _"},
					{Name: "cron", Kind: Word, Required: true, Summary: "when, in quotes: \"minute hour day month weekday\", or @daily"},
					{Name: "zone", Kind: Zone, Summary: "the IANA time zone, such as Asia/Damascus; if left out, that of settings zone"},
					{Name: "channel", Kind: Channel, Named: true, Summary: "where to post; if left out, the one of settings channel, or this one"},
					{Name: "line", Kind: Line, Required: true, Summary: "the command line to run, such as brief 24h"},
				},
				run: runScheduleAdd,
			},
			{Name: "list", Summary: "The schedules here, and when each runs next", Examples: []string{"schedule list"}, run: runScheduleList},
			{
				Name: "remove", Manage: true, Summary: "Remove a schedule", Examples: []string{"schedule remove morning"},
				Args: []Arg{{Name: "name", Kind: SavedSchedule, Required: true, Summary: "the schedule's name"}},
				run:  runScheduleRemove,
			},
		},
	}
}

func runScheduleAdd(ctx context.Context, c *call) (Reply, error) {
	if err := c.belongs(); err != nil {
		return Reply{}, err
	}
	zone := cmp.Or(c.arg("zone"), c.set.Zone)
	spec, err := schedule.Parse(c.arg("cron"), zone)
	if err != nil {
		return Reply{}, usage("%v", err)
	}
	line := strings.TrimSpace(c.arg("line"))
	sub, err := c.e.parse(Request{Line: line, Now: c.Request.Now, Guild: c.Request.Guild, Locale: c.Request.Locale})
	if err != nil {
		return Reply{}, usage("The line to run does not work: %v", err)
	}
	if sub.path[0] == "schedule" || sub.command.Manage || sub.command.Files {
		return Reply{}, usage("A schedule only asks, it changes nothing: give it a line that answers, such as brief 24h.")
	}
	channel, err := c.channel(ctx)
	if err != nil {
		return Reply{}, err
	}
	s := schedule.Schedule{Name: c.arg("name"), Guild: c.Request.Guild, Channel: channel, Door: c.postsTo(),
		Cron: c.arg("cron"), Zone: zone, Line: line, By: c.Request.User, Created: c.Request.Now}
	if s, err = c.e.o.Schedules.Add(ctx, s); err != nil {
		if errors.Is(err, schedule.ErrExists) {
			return Reply{}, usage("There is a schedule %s already: remove it first, or choose another name.", clip(c.arg("name"), 40))
		}
		return Reply{}, usage("%v", err)
	}
	var next []string
	for _, t := range spec.NextN(c.Request.Now, 3) {
		next = append(next, c.inZone(t, s.Zone))
	}
	reply := Reply{Title: c.say("Schedule %s added", s.Name), Note: c.say("It posts to %s.", c.place(s)),
		Fields:  []Field{{c.say("Runs"), line}, {c.say("When"), c.say("%s, %s", s.Cron, s.Zone)}, {c.say("Next"), strings.Join(next, "\n")}},
		Actions: []Action{{Label: c.say("All schedules"), Line: "schedule list"}}}
	c.note(ctx, &reply, community.Entry{What: community.WhatSchedule, Name: s.Name, New: scheduleText(s)})
	return reply, nil
}

// scheduleText is a schedule as the audit log has it.
func scheduleText(s schedule.Schedule) string {
	return strings.TrimSpace(s.Cron + ", " + s.Zone + ", " + s.Line + ", " + s.Channel)
}

// postsTo is the door that a schedule made at this one posts to.
func (c *call) postsTo() string {
	if c.Request.Door == schedule.DoorDiscord {
		return schedule.DoorDiscord
	}
	return schedule.DoorConsole
}

// channel reads the channel argument: a mention, an ID, or "here". What this server
// filed is not for another's channels.
func (c *call) channel(ctx context.Context) (string, error) {
	v := strings.Trim(c.arg("channel"), "<#>")
	if own := c.set.Channel; v == "" && own != "" && c.postsTo() == schedule.DoorDiscord {
		return own, nil
	}
	if v == "" || strings.EqualFold(v, "here") {
		return c.Request.Channel, nil
	}
	if c.postsTo() == schedule.DoorConsole {
		return "", usage("channel:%s: there is only the local channel here: leave channel: away.", clip(v, 40))
	}
	info, err := c.postable(ctx, v)
	return info.ID, err
}

func (c *call) place(s schedule.Schedule) string {
	switch {
	case s.Door == schedule.DoorConsole:
		return c.say("the local channel")
	case s.Channel == c.Request.Channel:
		return c.say("this channel")
	}
	return c.say("channel %s", s.Channel)
}

// belongs refuses schedules where there is no server that they could belong to.
func (c *call) belongs() error {
	if c.Request.Door == schedule.DoorDiscord && c.Request.Guild == "" {
		return forbidden("Schedules belong to a server: ask in one of its channels.")
	}
	return nil
}

func runScheduleList(ctx context.Context, c *call) (Reply, error) {
	if err := c.belongs(); err != nil {
		return Reply{}, err
	}
	list, err := c.e.o.Schedules.List(ctx, c.Request.Guild)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: c.say("Schedules"), Note: c.say("%d schedules. Times are the schedule's own.", len(list))}
	if len(list) == 0 {
		reply.Note = c.say("None yet. %s posts a briefing every morning at seven.", `schedule add morning "0 7 * * *" Asia/Damascus brief 24h`)
	}
	for _, s := range list[:min(len(list), 25)] {
		reply.Fields = append(reply.Fields, Field{s.Name, c.told(s)})
	}
	return reply, nil
}

// told is a schedule in a few lines: what it runs, when, and what became of it.
func (c *call) told(s schedule.Schedule) string {
	lines := []string{s.Line, c.say("%s, %s, to %s", s.Cron, s.Zone, c.place(s))}
	next, err := s.Next(c.Request.Now)
	switch {
	case err != nil:
		lines = append(lines, c.say("It does not run: %v", err))
	case s.Paused:
		lines = append(lines, c.say("Paused"))
	case !next.IsZero():
		lines = append(lines, c.say("Next %s", c.inZone(next, s.Zone)))
	}
	if !s.Last.IsZero() {
		lines = append(lines, c.say("Last %s: %s", c.inZone(s.Last, s.Zone), s.Outcome()))
	}
	return strings.Join(lines, "\n")
}

func runScheduleRemove(ctx context.Context, c *call) (Reply, error) {
	if err := c.belongs(); err != nil {
		return Reply{}, err
	}
	name := c.arg("name")
	was := ""
	if list, err := c.e.o.Schedules.List(ctx, c.Request.Guild); err == nil {
		for _, s := range list {
			if strings.EqualFold(s.Name, name) {
				was = scheduleText(s)
			}
		}
	}
	err := c.e.o.Schedules.Remove(ctx, c.Request.Guild, name)
	if errors.Is(err, schedule.ErrNotFound) {
		return Reply{}, notFound("There is no schedule %s here. `schedule list` shows what there is.", clip(name, 40))
	}
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: c.say("Schedule %s removed", name), Note: c.say("It posts nothing any more."), Actions: []Action{{Label: c.say("All schedules"), Line: "schedule list"}}}
	c.note(ctx, &reply, community.Entry{What: community.WhatSchedule, Name: name, Old: was})
	return reply, nil
}

// inZone is a time on the zone's clock.
func (c *call) inZone(t time.Time, zone string) string {
	if loc, err := time.LoadLocation(zone); err == nil {
		t = t.In(loc)
	}
	return c.p.WeekdayMoment(t)
}
