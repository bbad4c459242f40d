package discordtest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Server) getGateway(r *request) (answer, *problem) {
	out := map[string]any{"url": "ws://" + s.ln.Addr().String() + "/gateway"}
	if r.path == "/gateway/bot" {
		left, reset := s.budget()
		out["shards"] = s.o.Shards
		out["session_start_limit"] = map[string]any{"total": 1000, "remaining": left,
			"reset_after": reset.Milliseconds(), "max_concurrency": s.o.Concurrency}
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
	if p := snowflakes([]string{"recipient_id"}, []string{id}); p != nil {
		return answer{}, p
	}
	if s.users[id] == nil {
		return answer{}, errUnknownUser
	}
	return answer{200, s.dmWith(id).json()}, nil
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
	case c.denied != 0 && (r.method != "GET" || strings.Contains(r.path, "/messages")):
		return nil, errNoPermission
	}
	return c, nil
}

func (s *Server) getChannel(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, c.json()}, nil
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
	for key, id := range map[string]string{"after": after, "before": before} {
		if id != "" && id != "0" && !validID(id) {
			return answer{}, invalidForm([]issue{{key, "NUMBER_TYPE_COERCE", "Value \"" + id + "\" is not snowflake."}})
		}
	}
	if c.typ == chanForum {
		return answer{}, errChannelType
	}
	// With after, Discord takes the oldest ones that follow; it always answers newest first.
	found := c.messages
	if hasBefore {
		found = found[:c.at(number(before))]
	}
	if hasAfter {
		found = found[min(c.at(number(after)+1), len(found)):]
	}
	found = seen(found, limit, hasAfter)
	if c.noHistory {
		found = nil
	}
	out := []any{}
	for _, m := range slices.Backward(found) {
		out = append(out, s.veil(s.o.DeniedIntents, m, m.json(s, false)))
	}
	return answer{200, out}, nil
}

// seen are at most limit messages, from the front or from the back, without
// those that only one person sees.
func seen(all []*Message, limit int, front bool) []*Message {
	var out []*Message
	for i := range all {
		m := all[i]
		if !front {
			m = all[len(all)-1-i]
		}
		if m.Ephemeral {
			continue
		}
		if out = append(out, m); len(out) == limit {
			break
		}
	}
	if !front {
		slices.Reverse(out)
	}
	return out
}

func (s *Server) postMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	if c.typ == chanForum {
		return answer{}, errNotText
	}
	files, p := s.checkMessage(r, r.body, "", inChannel)
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
	s.refer(c, m, r.body)
	if nonce != "" {
		s.nonces[nonce] = m
	}
	s.post(m)
	return answer{200, m.json(s, false)}, nil
}

// isForward says that a body forwards another message.
func isForward(body map[string]any) bool {
	ref, _ := body["message_reference"].(map[string]any)
	return fmt.Sprint(ref["type"]) == "1"
}

func (s *Server) checkReference(c *channel, body map[string]any) *problem {
	v, ok := body["message_reference"]
	if !ok || v == nil {
		return nil
	}
	ref, ok := v.(map[string]any)
	if !ok {
		return invalidForm([]issue{{"message_reference", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"}})
	}
	id, _ := ref["message_id"].(string)
	from, _ := ref["channel_id"].(string)
	forward := isForward(body)
	switch {
	case !validID(id):
		return invalidForm([]issue{{"message_reference.message_id", "NUMBER_TYPE_COERCE", "Value \"" + id + "\" is not snowflake."}})
	case forward && s.public(s.channels[from], id) == nil:
		return invalidForm([]issue{{"message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "A forward names a channel and a message in it."}})
	case forward && body["content"] != nil:
		return invalidForm([]issue{{"message_reference", "MESSAGE_FORWARD_NO_CONTENT", "A forward has no content of its own."}})
	case forward:
		return nil
	case from != "" && from != c.id:
		return invalidForm([]issue{{"message_reference", "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply to a message in a different channel"}})
	case s.message(c, id) == nil && ref["fail_if_not_exists"] != false:
		return invalidForm([]issue{{"message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message"}})
	}
	return nil
}

// refer makes a message a reply or a forward, as its checked body says.
func (s *Server) refer(c *channel, m *Message, body map[string]any) {
	switch {
	case isForward(body):
		ref := body["message_reference"].(map[string]any)
		from, _ := ref["channel_id"].(string)
		old := s.channels[from].byID[m.ReplyTo]
		m.raw["message_reference"] = ref
		m.raw["message_snapshots"] = []any{map[string]any{"message": old.json(s, false)}}
		m.ReplyTo = ""
	case m.ReplyTo != "" && s.message(c, m.ReplyTo) == nil:
		m.ReplyTo = ""
	case m.ReplyTo != "":
		m.typ = 19
	}
}

func (s *Server) message(c *channel, id string) *Message {
	if c == nil {
		return nil
	}
	return c.byID[id]
}

// public is a message that everyone in the channel sees, or nil.
func (s *Server) public(c *channel, id string) *Message {
	if m := s.message(c, id); m != nil && !m.Ephemeral {
		return m
	}
	return nil
}

func (s *Server) rulesPost(r *request) *problem {
	_, p := s.checkMessage(r, r.body, "", inChannel)
	if c := s.channels[r.args[0]]; p == nil && c != nil {
		p = s.checkReference(c, r.body)
	}
	return p
}

func (s *Server) rulesEdit(r *request) *problem {
	_, p := s.checkMessage(r, r.body, "", inEdit)
	return p
}

func (s *Server) getMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	m := s.public(c, r.args[1])
	switch {
	case m == nil && c.gone[r.args[1]]:
		// To ask whether it is still there is no fault of the bot's.
		return answer{errUnknownMessage.status, errUnknownMessage.json()}, nil
	case m == nil:
		return answer{}, errUnknownMessage
	}
	return answer{200, s.veil(s.o.DeniedIntents, m, m.json(s, false))}, nil
}

func (s *Server) patchMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	m := s.public(c, r.args[1])
	switch {
	case m == nil:
		return answer{}, errUnknownMessage
	case m.Author != BotID:
		return answer{}, errNotYours
	}
	return s.edit(r, m)
}

func (s *Server) deleteMessage(r *request) (answer, *problem) {
	c, p := s.open(r)
	if p != nil {
		return answer{}, p
	}
	m := s.public(c, r.args[1])
	switch {
	case m == nil:
		return answer{}, errUnknownMessage
	case m.Author != BotID && c.guild == "":
		return answer{}, errOnDM
	case m.Author != BotID:
		return answer{}, errNoPermission
	}
	s.remove(m)
	return answer{204, nil}, nil
}

func (s *Server) edit(r *request, m *Message) (answer, *problem) {
	files, p := s.checkMessage(r, r.body, "", inEdit)
	if p != nil {
		return answer{}, p
	}
	after := *m
	after.raw = maps.Clone(m.raw)
	after.fill(r.body, files)
	if after.empty() {
		return answer{}, errEmpty
	}
	after.Edits++
	if c := s.channels[m.Channel]; m.Loading && c != nil {
		c.replies++
	}
	after.Loading, after.edited = false, time.Now()
	*m = after
	if !m.Ephemeral {
		s.announce("MESSAGE_UPDATE", m, m.json(s, true))
	}
	s.touch()
	return answer{200, m.json(s, false)}, nil
}
