package discordtest

import (
	"slices"
	"strconv"
	"time"
)

// json is the channel object.
func (c *channel) json() map[string]any {
	out := map[string]any{"id": c.id, "type": c.typ, "last_message_id": c.last()}
	if c.dm != "" {
		out["recipients"] = []any{map[string]any{"id": c.dm, "username": "user" + c.dm}}
		return out
	}
	out["guild_id"], out["name"], out["parent_id"], out["permission_overwrites"] = c.guild, c.name, nil, []any{}
	if c.parent != "" {
		out["parent_id"] = c.parent
	}
	if c.typ == chanThread {
		made := time.UnixMilli(int64(number(c.id)>>22) + epoch).UTC()
		changed := made
		if !c.archived.IsZero() {
			changed = c.archived
		}
		out["owner_id"], out["message_count"], out["member_count"] = OwnerID, len(c.messages), 1
		out["thread_metadata"] = map[string]any{"archived": !c.archived.IsZero(), "auto_archive_duration": 1440, "locked": false,
			"archive_timestamp": changed.Format(time.RFC3339Nano), "create_timestamp": made.Format(time.RFC3339Nano)}
	}
	return out
}

// header is the guild object without what only GUILD_CREATE has.
func (g *guild) header() map[string]any {
	return map[string]any{"id": g.id, "name": g.name, "owner_id": g.owner, "roles": g.roles, "preferred_locale": g.locale}
}

// create is the GUILD_CREATE payload.
func (w *world) create(g *guild) map[string]any {
	chans, threads := []map[string]any{}, []map[string]any{}
	for _, id := range g.channels {
		switch c := w.channels[id]; {
		case c.typ != chanThread:
			chans = append(chans, c.json())
		case c.archived.IsZero():
			threads = append(threads, c.json())
		}
	}
	out := g.header()
	out["channels"], out["threads"], out["members"], out["member_count"] = chans, threads, []any{}, len(g.members)
	out["large"], out["unavailable"] = false, false
	return out
}

func (s *Server) guildOf(r *request) (*guild, *problem) {
	if p := snowflakes([]string{"guild_id", "user_id"}, r.args); p != nil {
		return nil, p
	}
	g := s.guilds[r.args[0]]
	if g == nil {
		return nil, errUnknownGuild
	}
	return g, nil
}

func (s *Server) getGuild(r *request) (answer, *problem) {
	g, p := s.guildOf(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, g.header()}, nil
}

func (s *Server) getGuildChannels(r *request) (answer, *problem) {
	g, p := s.guildOf(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, s.create(g)["channels"]}, nil
}

func (s *Server) getRoles(r *request) (answer, *problem) {
	g, p := s.guildOf(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, g.roles}, nil
}

func (s *Server) getMember(r *request) (answer, *problem) {
	g, p := s.guildOf(r)
	if p != nil {
		return answer{}, p
	}
	roles, ok := g.members[r.args[1]]
	if !ok {
		return answer{}, errUnknownMember
	}
	return answer{200, map[string]any{"user": s.person(r.args[1]), "roles": append([]string{}, roles...)}}, nil
}

// DM is the ID of the direct channel with a person.
func (s *Server) DM(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dmWith(user).id
}

// Guilds are the IDs of all guilds, in the order in which they were made.
func (s *Server) Guilds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.order)
}

// Channels are the IDs of a guild's channels, threads among them.
func (s *Server) Channels(guild string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.guilds[guild].channels)
}

// AddGuild lets the bot join a new guild of the owner, with one text channel, and
// announces it; it returns the guild's ID.
func (s *Server) AddGuild() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.snowflake()
	s.newGuild(id, OwnerID, s.snowflake(), MemberID)
	s.newChannel(s.snowflake(), id, chanText)
	s.dispatchTo(id, "GUILD_CREATE", intentGuilds, s.create(s.guilds[id]), nil)
	return id
}

// RemoveGuild takes the bot out of a guild, and announces it.
func (s *Server) RemoveGuild(guild string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range s.guilds[guild].channels {
		delete(s.channels, id)
	}
	delete(s.guilds, guild)
	s.order = slices.DeleteFunc(s.order, func(id string) bool { return id == guild })
	s.dispatchTo(guild, "GUILD_DELETE", intentGuilds, map[string]any{"id": guild}, nil)
}

// Deny makes a channel answer with 403 and this code: 50001 (no access) to
// everything, 50013 (no permission) to writing and to reading messages; 0 lifts
// it, 10003 makes the channel unknown (404).
func (s *Server) Deny(channel string, code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].denied = code
}

// HideHistory takes Read Message History away, or gives it back: reading the
// messages of the channel then gives none.
func (s *Server) HideHistory(channel string, on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels[channel].noHistory = on
}

// SetRoles gives a member other roles, silently: the bot learns them with the next message.
func (s *Server) SetRoles(user string, roles ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.guilds[GuildID].members[user] = roles
}

// SetPermissions changes what the desk role may do, and announces it.
func (s *Server) SetPermissions(bits int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[GuildID]
	for i := range g.roles {
		if g.roles[i].ID == RoleID {
			g.roles[i].Permissions = strconv.Itoa(bits)
			s.dispatch("GUILD_ROLE_UPDATE", intentGuilds, map[string]any{"guild_id": g.id, "role": g.roles[i]}, nil)
		}
	}
}

// UserLocale sets the language of a person's client, as interactions tell it.
func (s *Server) UserLocale(user, locale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.person(user).locale = locale
}

// GuildLocale sets a guild's preferred locale, and announces it.
func (s *Server) GuildLocale(guild, locale string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guild]
	g.locale = locale
	s.dispatchTo(guild, "GUILD_UPDATE", intentGuilds, g.header(), nil)
}
