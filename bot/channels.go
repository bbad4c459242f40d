package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"sitrep/commands"
)

// Permission bits: https://docs.discord.com/developers/topics/permissions
const (
	permViewChannel  = 1 << 10
	permSendMessages = 1 << 11
	permReadHistory  = 1 << 16
)

// overwrite is what a channel allows and denies to a role or a member.
type overwrite struct {
	ID    string `json:"id"`
	Allow string `json:"allow"`
	Deny  string `json:"deny"`
}

var _ commands.Channels = (*Bot)(nil)

// Channel looks a channel up. Whether its messages can be read is tried out; whether
// the bot may post there is worked out from roles and overwrites where Discord tells
// the bot its own, and is otherwise assumed. The error is a *commands.Error where the
// channel cannot be seen.
func (b *Bot) Channel(ctx context.Context, id string) (commands.ChannelInfo, error) {
	if snowflake(id) == 0 {
		return commands.ChannelInfo{}, commands.Errorf(commands.CodeNotFound, "%q is no channel of Discord: name it as #channel.", id)
	}
	var c wirePlace
	if err := b.get(ctx, "/channels/"+url.PathEscape(id), &c); err != nil {
		return commands.ChannelInfo{}, toldChannel(err, id)
	}
	info := commands.ChannelInfo{ID: c.ID, Name: c.Name, Guild: c.Guild, CanPost: true}
	if c.thread() {
		info.Parent = c.Parent
		info.CanPost = !c.Thread.Locked
	} else if c.Guild != "" {
		info.CanPost = b.mayPost(ctx, c)
	}
	var err error
	info.CanRead, err = b.readable(ctx, c)
	if err != nil {
		return info, toldChannel(err, id)
	}
	return info, nil
}

// readable tries whether the messages of a channel can be read. A forum has none of
// its own, and its posts are readable where it is.
func (b *Bot) readable(ctx context.Context, c wirePlace) (bool, error) {
	if c.silent() {
		return true, nil
	}
	var page []wireMessage
	err := b.get(ctx, "/channels/"+c.ID+"/messages?limit=1", &page)
	if err == nil && len(page) == 0 && snowflake(c.Last) != 0 {
		// Without Read Message History Discord says that there are none.
		var m wireMessage
		err = b.get(ctx, "/channels/"+c.ID+"/messages/"+c.Last, &m)
		if e, ok := errors.AsType[*APIError](err); ok && e.Code == codeUnknownMessage {
			return true, nil
		}
		if err == nil {
			return false, nil
		}
	}
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

// mayPost works out whether the bot may send messages.
func (b *Bot) mayPost(ctx context.Context, c wirePlace) bool {
	roles := b.memberRoles(ctx, c.Guild, b.selfID())
	if roles == nil {
		return true
	}
	base, known := b.guilds.bits(c.Guild, append([]string{c.Guild}, roles...))
	return !known || permitted(base, c, b.selfID(), roles, permSendMessages)
}

// Sees says whether a member of the guild with these roles may read a channel or thread
// themselves. Of a private thread that is those who are in it. It is false where Discord
// does not tell.
func (b *Bot) Sees(ctx context.Context, id, user string, roles []string) bool {
	var c wirePlace
	if snowflake(id) == 0 || snowflake(user) == 0 || b.get(ctx, "/channels/"+url.PathEscape(id), &c) != nil {
		return false
	}
	if c.Type == channelPrivateThread {
		var member struct{}
		if b.get(ctx, "/channels/"+c.ID+"/thread-members/"+user, &member) != nil {
			return false
		}
	}
	if c.thread() { // what holds of it is its channel's
		parent := c.Parent
		if c = (wirePlace{}); b.get(ctx, "/channels/"+parent, &c) != nil {
			return false
		}
	}
	base, known := b.guilds.bits(c.Guild, append([]string{c.Guild}, roles...))
	return known && (b.guilds.owns(c.Guild, user) || permitted(base, c, user, roles, permViewChannel|permReadHistory))
}

// permitted works out whether somebody has all the wanted permissions in a channel: the
// base is what everyone's and their own roles allow, then come the channel's overwrites for
// everyone, for their roles and for themselves, as Discord reckons.
// https://docs.discord.com/developers/topics/permissions#permission-overwrites
func permitted(base uint64, c wirePlace, user string, roles []string, want uint64) bool {
	if base&permAdministrator != 0 {
		return true
	}
	apply := func(of func(overwrite) bool) {
		var allow, deny uint64
		for _, o := range c.Overwrites {
			if of(o) {
				allow, deny = allow|permissionBits(o.Allow), deny|permissionBits(o.Deny)
			}
		}
		base = base&^deny | allow
	}
	apply(func(o overwrite) bool { return o.ID == c.Guild })
	apply(func(o overwrite) bool { return slices.Contains(roles, o.ID) && o.ID != c.Guild })
	apply(func(o overwrite) bool { return o.ID == user })
	return base&want == want
}

// bits are what roles may do in a guild; known is false before the gateway has told.
func (g *guilds) bits(guild string, roles []string) (bits uint64, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	info := g.by[guild]
	if info == nil {
		return 0, false
	}
	for _, r := range roles {
		bits |= info.roles[r]
	}
	return bits, true
}

// toldChannel says why a channel cannot be looked up.
func toldChannel(err error, id string) error {
	e, ok := errors.AsType[*APIError](err)
	switch {
	case ok && (e.Gone() || e.Status == http.StatusNotFound):
		return commands.Errorf(commands.CodeNotFound, "There is no channel %s that sitrep can see.", id)
	case ok && e.Denied():
		return commands.Errorf(commands.CodeForbidden, "sitrep cannot see the channel %s: give it View Channel and Read Message History there.", id)
	case ok && !e.Temporary():
		return commands.Errorf(commands.CodeUsage, "Discord does not know the channel %s: name it as #channel.", id)
	}
	return fmt.Errorf("channel %s: %w", id, err)
}
