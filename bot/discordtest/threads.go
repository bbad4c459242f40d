package discordtest

import (
	"cmp"
	"slices"
	"strconv"
	"time"
)

// AddChannel adds a text channel to the first guild and returns its ID. It is not announced.
func (s *Server) AddChannel() string { return s.AddChannelTo(GuildID) }

// AddChannelTo adds a text channel to a guild and returns its ID. It is not announced.
func (s *Server) AddChannelTo(guild string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newChannel(s.snowflake(), guild, chanText).id
}

// AddForum adds a forum to the first guild, announces it and returns its ID.
func (s *Server) AddForum() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newChannel(s.snowflake(), GuildID, chanForum)
	s.dispatch("CHANNEL_CREATE", intentGuilds, c.json(), nil)
	return c.id
}

// AddThread opens a public thread in a text channel or a forum, announces it and
// returns its ID.
func (s *Server) AddThread(parent string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newChannel(s.snowflake(), s.channels[parent].guild, chanThread)
	c.parent = parent
	out := c.json()
	out["newly_created"] = true
	s.dispatch("THREAD_CREATE", intentGuilds, out, nil)
	return c.id
}

// ArchiveThread archives a thread, and announces it. The next message in it
// opens it again.
func (s *Server) ArchiveThread(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	c.archived = time.Now().UTC()
	for _, o := range s.channels { // paging goes by this time
		if o != c && !o.archived.IsZero() && !o.archived.Before(c.archived) {
			c.archived = o.archived.Add(time.Microsecond)
		}
	}
	s.dispatch("THREAD_UPDATE", intentGuilds, c.json(), nil)
}

// NameChannel gives a channel or a thread another name, and announces it.
func (s *Server) NameChannel(id, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	c.name = name
	s.dispatch(c.event("UPDATE"), intentGuilds, c.json(), nil)
}

func (c *channel) event(what string) string {
	if c.typ == chanThread {
		return "THREAD_" + what
	}
	return "CHANNEL_" + what
}

// DeleteChannel deletes a channel with its messages and threads, or a thread,
// and announces it.
func (s *Server) DeleteChannel(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	g := s.guilds[c.guild]
	g.channels = slices.DeleteFunc(g.channels, func(other string) bool {
		gone := other == id || s.channels[other].parent == id
		if gone {
			delete(s.channels, other)
		}
		return gone
	})
	out := c.json()
	if c.typ == chanThread {
		out = map[string]any{"id": c.id, "guild_id": c.guild, "parent_id": c.parent, "type": c.typ}
	}
	s.dispatch(c.event("DELETE"), intentGuilds, out, nil)
	s.touch()
}

func (s *Server) activeThreads(r *request) (answer, *problem) {
	g, p := s.guildOf(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, map[string]any{"threads": s.create(g)["threads"], "members": []any{}}}, nil
}

func (s *Server) archivedThreads(r *request) (answer, *problem) {
	c, p := s.open(r)
	switch {
	case p != nil:
		return answer{}, p
	case c.typ != chanText && c.typ != chanForum:
		return answer{}, errChannelType
	}
	limit := 50
	if v, ok := r.query["limit"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil || n < 2 || n > 100 {
			return answer{}, invalidForm([]issue{{"limit", "NUMBER_TYPE_MAX", "int value should be between 2 and 100."}})
		}
		limit = n
	}
	var before time.Time
	if v, ok := r.query["before"]; ok {
		var err error
		if before, err = time.Parse(time.RFC3339Nano, v); err != nil {
			return answer{}, invalidForm([]issue{{"before", "DATE_TIME_TYPE_PARSE", "Could not parse " + v + ". Should be ISO8601."}})
		}
	}
	var found []*channel
	for _, id := range s.guilds[c.guild].channels {
		t := s.channels[id]
		if t.parent == c.id && !t.archived.IsZero() && (before.IsZero() || t.archived.Before(before)) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, b *channel) int { return cmp.Compare(b.archived.UnixNano(), a.archived.UnixNano()) })
	more := len(found) > limit
	if more {
		found = found[:limit]
	}
	out := []any{}
	for _, t := range found {
		out = append(out, t.json())
	}
	return answer{200, map[string]any{"threads": out, "members": []any{}, "has_more": more}}, nil
}
