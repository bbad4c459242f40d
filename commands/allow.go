package commands

import (
	"strings"

	"sitrep/schedule"
)

// direct reports whether the request comes from a direct message, where nobody
// manages anything.
func (r Request) direct() bool { return r.Door == schedule.DoorDiscord && r.Guild == "" }

// manages reports whether the asker manages sitrep here: by what the door knows of
// them, or by one of the community's manager roles.
func (c *call) manages() bool {
	r := c.Request
	return !r.direct() && (r.Manager || c.set.Manages(r.Roles))
}

// files reports whether the asker may file dispatches here.
func (c *call) files() bool {
	r := c.Request
	return c.manages() || !r.direct() && !r.Scheduled && c.set.Files(r.Roles)
}

// allowed says why the asker may not run the command, or nil.
func (c *call) allowed() error {
	name := strings.Join(c.words, " ")
	switch {
	case !c.command.Manage && !c.command.Files:
		return nil
	case c.Request.direct():
		return c.forbidden("%s belongs to a server: ask in one of its channels. In direct messages nobody manages anything.", name)
	case c.command.Manage && !c.manages():
		return c.forbidden("%s is for managers: you need the Manage Server permission here, or a role that settings managers names.", name)
	case c.command.Files && !c.files():
		return c.forbidden("%s is for those who may file here: settings filing says who they are, and a manager can change it.", name)
	}
	return nil
}

// belongsHere refuses what is a server's own in a direct message.
func (c *call) belongsHere() error {
	if c.Request.direct() {
		return c.forbidden("%s belongs to a server: ask in one of its channels. In direct messages nobody manages anything.", strings.Join(c.words, " "))
	}
	return nil
}

// The errors of this call, in the language of the reply.
func (c *call) forbidden(text string, args ...any) *Error {
	return &Error{CodeForbidden, c.say(text, args...)}
}

func (c *call) mistyped(text string, args ...any) *Error {
	return &Error{CodeUsage, c.say(text, args...)}
}

func (c *call) absent(text string, args ...any) *Error {
	return &Error{CodeNotFound, c.say(text, args...)}
}

func (c *call) unavailable(text string, args ...any) *Error {
	return &Error{CodeUnavailable, c.say(text, args...)}
}
