package discordtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"
)

// Say lets a person write into a channel; it returns the message's ID.
func (s *Server) Say(channel, user, text string) string {
	return s.SayAs(channel, user, text, nil)
}

// SayAs is Say with any further keys of the message object: embeds, attachments,
// type, components, message_snapshots, flags and so on, as they are.
func (s *Server) SayAs(channel, user, text string, more map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.say(channel, user, text, more)
}

func (s *Server) say(channel, user, text string, more map[string]any) string {
	m := &Message{ID: s.snowflake(), Channel: channel, Author: user, Content: text, At: time.Now()}
	if more != nil {
		m.take(more)
	}
	s.post(m)
	return m.ID
}

// take merges raw keys into a message. It keeps a copy: the caller may change his.
func (m *Message) take(more map[string]any) {
	d := json.NewDecoder(bytes.NewReader(mustJSON(more)))
	d.UseNumber()
	own := map[string]any{}
	_ = d.Decode(&own) // what was marshalled just now is an object
	m.fill(own, nil)
	maps.Copy(m.raw, own)
	delete(m.raw, "content")
	if id, ok := own["webhook_id"].(string); ok {
		m.Author = id
	}
}

// Webhook posts as a webhook of that channel and name; it returns the message's ID.
func (s *Server) Webhook(channel, name, text string, embeds []map[string]any) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.hooks[channel+" "+name]
	if id == "" {
		id = s.snowflake()
		s.hooks[channel+" "+name] = id
		u := s.person(id)
		u.Name, u.Bot = name, true
	}
	more := map[string]any{"webhook_id": id}
	if len(embeds) > 0 {
		more["embeds"] = embeds
	}
	return s.say(channel, id, text, more)
}

// Edit changes the text of a message, whoever wrote it, and announces that.
func (s *Server) Edit(channel, id, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.channels[channel].byID[id]
	m.Content, m.edited = text, time.Now()
	m.Edits++
	s.announce("MESSAGE_UPDATE", m, m.json(s, true))
	s.touch()
}

// EditPartial merges keys into a message and announces only these, as Discord
// does when it adds the embeds of links.
func (s *Server) EditPartial(channel, id string, partial map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.channels[channel].byID[id]
	m.raw = maps.Clone(m.raw)
	m.take(partial)
	out := maps.Clone(partial)
	out["id"], out["channel_id"] = id, channel
	if m.Guild != "" {
		out["guild_id"] = m.Guild
	}
	s.announce("MESSAGE_UPDATE", m, out)
	s.touch()
}

// Delete deletes a message, and announces it.
func (s *Server) Delete(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(s.channels[channel].byID[id])
}

func (s *Server) remove(m *Message) {
	s.channels[m.Channel].drop(m)
	if !m.Ephemeral {
		s.announceDelete("MESSAGE_DELETE", m, map[string]any{"id": m.ID, "channel_id": m.Channel})
	}
	s.touch()
}

func (s *Server) announceDelete(event string, m *Message, d map[string]any) {
	if m.Guild != "" {
		d["guild_id"] = m.Guild
	}
	s.announce(event, m, d)
}

// BulkDelete deletes messages at once, and announces that as one event.
func (s *Server) BulkDelete(channel string, ids ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	for _, id := range ids {
		if m := c.byID[id]; m != nil {
			c.drop(m)
		}
	}
	s.announceDelete("MESSAGE_DELETE_BULK", &Message{Guild: c.guild}, map[string]any{"ids": ids, "channel_id": channel})
	s.touch()
}

// Fill gives a channel n old messages of a person, spread evenly from one time to
// another. They are not announced. It returns their IDs.
func (s *Server) Fill(channel, user string, n int, text func(i int) string, from, to time.Time) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channel]
	ids := make([]string, 0, n)
	all := slices.Grow(c.messages, n)
	for i := range n {
		at := from
		if n > 1 {
			at = from.Add(time.Duration(float64(to.Sub(from)) * float64(i) / float64(n-1)))
		}
		v := max(at.UnixMilli()-epoch, 1) << 22
		for c.byID[strconv.FormatInt(v, 10)] != nil {
			v++
		}
		s.lastID = max(s.lastID, v)
		m := &Message{ID: strconv.FormatInt(v, 10), Channel: channel, Guild: c.guild, Author: user, Content: text(i), At: at, n: uint64(v)}
		c.byID[m.ID] = m
		if user == BotID {
			c.replies++
		}
		all = append(all, m)
		ids = append(ids, m.ID)
	}
	slices.SortFunc(all, func(a, b *Message) int { return cmp.Compare(a.n, b.n) })
	c.messages = all
	s.touch()
	return ids
}
