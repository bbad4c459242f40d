package commands

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/community"
)

const (
	// maxPrefix is the longest prefix, in characters: it is typed before every command.
	maxPrefix = 5
	// maxRoles is how many roles a setting names; more are a role of their own.
	maxRoles = 20
)

func editPrefix(_ context.Context, c *call) (func(*community.Settings), error) {
	v := strings.TrimSpace(c.arg("value"))
	if n := utf8.RuneCountInString(v); n > maxPrefix {
		return nil, c.mistyped("A prefix has 1 to %d signs, this one has %d: it is typed before every command.", maxPrefix, n)
	}
	for _, r := range v {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsNumber(r):
			return nil, c.mistyped("%s cannot be in a prefix: with a letter or a digit in it, ordinary messages would be taken for commands.", string(r))
		case strings.ContainsRune("@#<>/\\*_~|`:", r):
			return nil, c.mistyped("%s cannot be in a prefix: Discord gives it a meaning of its own (a mention, a slash command, a quotation, bold or crossed out text).", string(r))
		case isQuote(r) || r == '\'':
			return nil, c.mistyped("Quotes cannot be in a prefix: they hold several words together.")
		case !unicode.IsPunct(r) && !unicode.IsSymbol(r):
			return nil, c.mistyped("A prefix has only signs in it, such as ? or !!: no spaces, and nothing that is not seen.")
		}
	}
	return func(s *community.Settings) {
		if s.Prefix = v; v == c.e.o.Prefix {
			s.Prefix = ""
		}
	}, nil
}

func editZone(_ context.Context, c *call) (func(*community.Settings), error) {
	v := strings.TrimSpace(c.arg("zone"))
	loc, err := time.LoadLocation(v)
	if err != nil || v == "" || strings.EqualFold(v, "local") || len(v) > 64 {
		return nil, c.mistyped("%s is no time zone: give an IANA name such as Asia/Damascus or UTC.", clip(v, 40))
	}
	return func(s *community.Settings) {
		if s.Zone = loc.String(); s.Zone == c.e.o.Zone.String() {
			s.Zone = ""
		}
	}, nil
}

func editLanguage(_ context.Context, c *call) (func(*community.Settings), error) {
	v := strings.ToLower(strings.TrimSpace(c.arg("language")))
	for _, code := range c.e.o.Languages.Languages() {
		if v == code || v == strings.ToLower(c.e.o.Languages.In(code).Name()) {
			return func(s *community.Settings) { s.Language = code }, nil
		}
	}
	var known []string
	for _, code := range c.e.o.Languages.Languages() {
		known = append(known, code+" ("+c.e.o.Languages.In(code).Name()+")")
	}
	return nil, c.mistyped("sitrep does not speak %s yet. It speaks %s.", clip(v, 40), c.list("%s and %s", known))
}

func editManagers(_ context.Context, c *call) (func(*community.Settings), error) {
	if c.e.o.Languages.Means(strings.TrimSpace(c.arg("roles")), "none") {
		return func(s *community.Settings) { s.Managers = nil }, nil
	}
	ids, err := c.readRoles(c.arg("roles"))
	if err != nil {
		return nil, err
	}
	return func(s *community.Settings) { s.Managers = ids }, nil
}

func editFiling(_ context.Context, c *call) (func(*community.Settings), error) {
	switch v := c.e.o.Languages.English(strings.TrimSpace(c.arg("who")), community.FilingManagers, community.FilingEveryone); v {
	case community.FilingManagers, community.FilingEveryone:
		return func(s *community.Settings) { s.Filing, s.Filers = v, nil }, nil
	}
	ids, err := c.readRoles(c.arg("who"))
	if err != nil {
		return nil, err
	}
	return func(s *community.Settings) { s.Filing, s.Filers = community.FilingRoles, ids }, nil
}

// readRoles reads roles as Discord writes their mentions (<@&ID>), or as plain IDs.
func (c *call) readRoles(text string) (ids []string, err error) {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || r == ',' || r == '،' || isQuote(r) }) {
		id, isRole := strings.CutPrefix(word, "<@&")
		id = strings.TrimSuffix(id, ">")
		switch {
		case !isRole && strings.HasPrefix(word, "<@"):
			return nil, c.mistyped("%s is a person: give a role, and put the person into it.", clip(word, 40))
		case id == c.Request.Guild || strings.EqualFold(word, "@everyone") || strings.EqualFold(word, "@here"):
			return nil, c.mistyped("%s is no role that can be named here: everyone on the server has it.", clip(word, 40))
		case !isSnowflake(id):
			return nil, c.mistyped("%s is no role: mention it (@ and its name, chosen from the list as you type) or give its ID.", clip(word, 40))
		case !slices.Contains(ids, id):
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, c.mistyped("No role is named: mention one (@ and its name, chosen from the list as you type) or give its ID.")
	}
	if len(ids) > maxRoles {
		return nil, c.mistyped("%d roles are too many, the limit is %d: give one role to all of them.", len(ids), maxRoles)
	}
	return ids, nil
}

// isSnowflake reports whether a text has the form of a Discord ID: a number of 64
// bits, of which the smallest in use has 17 digits.
func isSnowflake(id string) bool {
	return len(id) >= 15 && len(id) <= 20 && strings.Trim(id, "0123456789") == "" && id[0] != '0'
}

func editChannel(ctx context.Context, c *call) (func(*community.Settings), error) {
	info, err := c.postable(ctx, c.arg("channel"))
	if err != nil {
		return nil, err
	}
	return func(s *community.Settings) { s.Channel = info.ID }, nil
}

// door is the door whose channels can be named, or nil.
func (e *Engine) door() Channels {
	if c := e.channels.Load(); c != nil {
		return *c
	}
	return nil
}

// channelHere looks up a channel of this very server: what one guild filed or
// chose has nothing to do with another's channels.
func (c *call) channelHere(ctx context.Context, typed string) (ChannelInfo, error) {
	id := strings.TrimSpace(typed)
	if mention, ok := strings.CutPrefix(id, "<#"); ok {
		id = strings.TrimSuffix(mention, ">")
	}
	if strings.EqualFold(id, "here") {
		id = c.Request.Channel
	}
	door := c.e.door()
	switch {
	case c.Request.Guild == "":
		return ChannelInfo{}, c.mistyped("There is only the local channel here.")
	case door == nil:
		return ChannelInfo{}, c.unavailable("Discord is not connected, so that channel cannot be looked at: try again in a minute.")
	case !isSnowflake(id):
		return ChannelInfo{}, c.mistyped("%s is no channel: choose it from the list as you type #, or give its ID.", clip(typed, 40))
	}
	info, err := door.Channel(ctx, id)
	if err != nil {
		return ChannelInfo{}, err
	}
	if info.Guild != c.Request.Guild {
		return ChannelInfo{}, c.mistyped("Channel %s is not in this server: name one that is.", id)
	}
	return info, nil
}

// postable looks up a channel of this very server that sitrep may post in.
func (c *call) postable(ctx context.Context, typed string) (ChannelInfo, error) {
	info, err := c.channelHere(ctx, typed)
	if err == nil && !info.CanPost {
		err = c.mistyped("sitrep may not post in #%s: give it the permissions View Channel, Send Messages and Embed Links there, or choose another channel.", info.Name)
	}
	return info, err
}

// channelName is a channel for people: its name where the door knows it here.
func (c *call) channelName(ctx context.Context, id string) string {
	if door := c.e.door(); door != nil {
		if info, err := door.Channel(ctx, id); err == nil && info.Guild == c.Request.Guild && info.Name != "" {
			return "#" + info.Name
		}
	}
	return c.say("channel %s", id)
}
