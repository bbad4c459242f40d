package discordtest

import (
	"maps"
	"slices"
	"strconv"
	"time"
)

func (s *Server) getGateway(r *request) (answer, *problem) {
	out := map[string]any{"url": "ws://" + s.ln.Addr().String() + "/gateway"}
	if r.path == "/gateway/bot" {
		out["shards"] = 1
		out["session_start_limit"] = map[string]any{"total": 1000, "remaining": 1000 - s.identifies, "reset_after": 86400000, "max_concurrency": 1}
	}
	return answer{200, out}, nil
}

func (s *Server) getMe(*request) (answer, *problem) {
	return answer{200, map[string]any{"id": BotID, "username": "sitrep", "discriminator": "0", "bot": true}}, nil
}

func (s *Server) getApplication(*request) (answer, *problem) {
	return answer{200, map[string]any{"id": AppID, "name": "sitrep", "flags": 0}}, nil
}

func (s *Server) openDM(r *request) (answer, *problem) {
	id, _ := r.body["recipient_id"].(string)
	if s.users[id] == nil {
		return answer{}, errUnknownUser
	}
	c := s.dmWith(id)
	return answer{200, map[string]any{"id": c.id, "type": 1, "recipients": []any{map[string]any{"id": id, "username": "user" + id}}}}, nil
}

func (s *Server) getGuild(r *request) (answer, *problem) {
	if p := snowflakes([]string{"guild_id"}, r.args); p != nil {
		return answer{}, p
	}
	g := s.guilds[r.args[0]]
	if g == nil {
		return answer{}, errUnknownGuild
	}
	return answer{200, s.create(g)}, nil
}

func (s *Server) getMember(r *request) (answer, *problem) {
	if p := snowflakes([]string{"guild_id", "user_id"}, r.args); p != nil {
		return answer{}, p
	}
	g := s.guilds[r.args[0]]
	if g == nil {
		return answer{}, errUnknownGuild
	}
	roles, ok := g.members[r.args[1]]
	if !ok {
		return answer{}, errUnknownMember
	}
	return answer{200, map[string]any{"user": s.users[r.args[1]], "roles": append([]string{}, roles...)}}, nil
}

// open finds a channel that the bot may use.
func (s *Server) open(r *request) (*channel, *problem) {
	if p := snowflakes([]string{"channel_id", "message_id"}, r.args); p != nil {
		return nil, p
	}
	c := s.channels[r.args[0]]
	switch {
	case c == nil || c.denied == errUnknownChannel.code:
		return nil, errUnknownChannel
	case c.denied == errNoAccess.code:
		return nil, errNoAccess
	case c.denied != 0 && r.method != "GET":
		return nil, errNoPermission
	}
	return c, nil
}

func (s *Server) getChannel(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	out := map[string]any{"id": c.id, "type": 0}
	if c.guild != "" {
		out["guild_id"] = c.guild
	} else {
		out["type"] = 1
	}
	return answer{200, out}, nil
}

func (s *Server) typing(r *request) (answer, *problem) {
	_, p := s.open(r)
	return answer{204, nil}, p
}

func (s *Server) getMessages(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	limit := 50
	if v, ok := r.query["limit"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			return answer{}, invalidForm([]issue{{"limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100."}})
		}
		limit = n
	}
	after, hasAfter := r.query["after"]
	before, hasBefore := r.query["before"]
	for _, id := range []string{after, before} {
		if id != "" && id != "0" && !validID(id) {
			return answer{}, invalidForm([]issue{{"after", "NUMBER_TYPE_COERCE", "Value \"" + id + "\" is not snowflake."}})
		}
	}
	// With after, Discord takes the oldest ones that follow; it always answers newest first.
	var found []*Message
	for _, m := range c.messages {
		if (!hasAfter || later(m.ID, after)) && (!hasBefore || later(before, m.ID)) {
			found = append(found, m)
		}
	}
	if len(found) > limit {
		if hasAfter {
			found = found[:limit]
		} else {
			found = found[len(found)-limit:]
		}
	}
	out := []any{}
	for _, m := range slices.Backward(found) {
		out = append(out, m.json(s, false))
	}
	return answer{200, out}, nil
}

// later compares snowflakes.
func later(a, b string) bool {
	x, _ := strconv.ParseUint(a, 10, 64)
	y, _ := strconv.ParseUint(b, 10, 64)
	return x > y
}

func (s *Server) postMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	files, p := s.checkMessage(r, r.body, "", false, true)
	if p == nil {
		p = s.checkReference(c, r.body)
	}
	if p != nil {
		return answer{}, p
	}
	nonce, _ := r.body["nonce"].(string)
	if old := s.nonces[nonce]; nonce != "" && r.body["enforce_nonce"] == true && old != nil && time.Since(old.At) < s.o.NonceWindow {
		return answer{200, old.json(s, false)}, nil
	}
	m := &Message{ID: s.snowflake(), Channel: c.id, Author: BotID, At: time.Now()}
	m.fill(r.body, files)
	if m.ReplyTo != "" {
		m.typ = 19
		if s.message(c, m.ReplyTo) == nil {
			m.typ, m.ReplyTo = 0, ""
		}
	}
	if nonce != "" {
		s.nonces[nonce] = m
	}
	s.post(m)
	return answer{200, m.json(s, false)}, nil
}

func (s *Server) checkReference(c *channel, body map[string]any) *problem {
	v, ok := body["message_reference"]
	if !ok {
		return nil
	}
	ref, ok := v.(map[string]any)
	if !ok {
		return invalidForm([]issue{{"message_reference", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"}})
	}
	id, _ := ref["message_id"].(string)
	switch {
	case !validID(id):
		return invalidForm([]issue{{"message_reference.message_id", "NUMBER_TYPE_COERCE", "Value \"" + id + "\" is not snowflake."}})
	case ref["channel_id"] != nil && ref["channel_id"] != c.id:
		return invalidForm([]issue{{"message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply to a message in a different channel"}})
	case s.message(c, id) == nil && ref["fail_if_not_exists"] != false:
		return invalidForm([]issue{{"message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"}})
	}
	return nil
}

func (s *Server) message(c *channel, id string) *Message {
	for _, m := range c.messages {
		if m.ID == id {
			return m
		}
	}
	return nil
}

func (s *Server) getMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	m := s.message(c, r.args[1])
	if m == nil {
		return answer{}, errUnknownMessage
	}
	return answer{200, m.json(s, false)}, nil
}

func (s *Server) patchMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	m := s.message(c, r.args[1])
	switch {
	case m == nil:
		return answer{}, errUnknownMessage
	case m.Author != BotID:
		return answer{}, errNotYours
	}
	return s.edit(r, m)
}

func (s *Server) edit(r *request, m *Message) (answer, *problem) {
	files, p := s.checkMessage(r, r.body, "", true, false)
	if p != nil {
		return answer{}, p
	}
	after := *m
	after.raw = maps.Clone(m.raw)
	after.fill(r.body, files)
	if after.Content == "" && len(after.Embeds) == 0 && len(after.Rows) == 0 && len(after.Files) == 0 {
		return answer{}, errEmpty
	}
	after.Edits++
	after.Loading = false
	*m = after
	s.dispatch("MESSAGE_UPDATE", intentGuildMessages|intentDirectMessages, m.json(s, true), nil)
	s.touch()
	return answer{200, m.json(s, false)}, nil
}
