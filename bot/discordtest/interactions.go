package discordtest

import (
	"encoding/json"
	"fmt"
	"time"
)

// Interaction types and callback types:
// https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	typeCommand      = 2
	typeComponent    = 3
	typeAutocomplete = 4
	typeModal        = 5

	callMessage       = 4
	callDeferred      = 5
	callDeferUpdate   = 6
	callUpdate        = 7
	callAutocomplete  = 8
	callModal         = 9
	maxChoices        = 25
	maxChoice         = 100
	interactionMinute = 15 * time.Minute // a token's life
)

// Interaction is something that a person did which waits for an answer.
type Interaction struct {
	ID, Token, Channel, User string
	At                       time.Time

	typ      int
	callback int // the type of the first answer; 0 while there is none
	answered time.Time
	on       *Message // the message that a component belongs to
	message  *Message // the answer, or the message that a component belongs to
	changed  bool     // the message of a deferred update has been changed
	focused  int      // the type of the option that is being typed
	choices  []Choice
	modal    *Modal
}

// complete says that the answer is there for good.
func (i *Interaction) complete() bool {
	switch i.callback {
	case callMessage, callDeferred, callUpdate:
		return !i.message.Loading
	case callDeferUpdate:
		return i.changed
	}
	return false
}

// Choice is one suggestion of an autocomplete answer.
type Choice struct {
	Name  string
	Value any
}

// interact creates an interaction and hands it to the bot; the caller holds the lock.
func (s *Server) interact(typ int, channel, user string, data map[string]any, on *Message) *Interaction {
	c := s.channels[channel]
	id := s.snowflake()
	i := &Interaction{ID: id, Token: "interaction-token-" + id, Channel: channel, User: user, At: time.Now(), typ: typ}
	s.inters[id], s.tokens[i.Token] = i, i
	who := s.person(user)
	u := map[string]any{"id": user, "username": who.Name}
	d := map[string]any{"id": id, "application_id": AppID, "type": typ, "token": i.Token, "version": 1, "data": data,
		"channel_id": channel, "channel": c.json(), "locale": who.locale, "entitlements": []any{}, "app_permissions": "0"}
	if g := s.guilds[c.guild]; g != nil {
		d["guild_id"], d["guild_locale"], d["context"] = g.id, g.locale, 0
		d["member"] = map[string]any{"user": u, "roles": append([]string{}, g.members[user]...), "permissions": fmt.Sprint(g.permissions(user))}
	} else {
		d["user"], d["context"] = u, 1
	}
	if on != nil {
		d["message"] = on.json(s, false)
		i.on, i.message = on, on
	}
	s.dispatch("INTERACTION_CREATE", 0, d, nil)
	s.touch() // who waits for it wakes
	return i
}

func (s *Server) callback(r *request) (answer, *problem) {
	i := s.inters[r.args[0]]
	switch {
	case i == nil || i.Token != r.args[1]:
		return answer{}, errUnknownInter
	case i.callback != 0:
		return answer{}, errAnswered
	case time.Since(i.At) > s.o.Window:
		return answer{}, errUnknownInter
	}
	if p := s.checkCallback(r, i); p != nil {
		return answer{}, p
	}
	n, _ := r.body["type"].(json.Number).Int64()
	typ := int(n)
	data, _ := r.body["data"].(map[string]any)
	if p := s.take(r, i, typ, data); p != nil {
		return answer{}, p
	}
	i.callback, i.answered = typ, time.Now()
	s.touch()
	if r.query["with_response"] != "true" {
		return answer{204, nil}, nil
	}
	out := map[string]any{"interaction": map[string]any{"id": i.ID, "type": i.typ}, "resource": map[string]any{"type": typ}}
	if i.message != nil {
		out["resource"] = map[string]any{"type": typ, "message": i.message.json(s, false)}
	}
	return answer{200, out}, nil
}

func (s *Server) rulesCallback(r *request) *problem {
	i := s.inters[r.args[0]]
	if i == nil {
		return errUnknownInter
	}
	return s.checkCallback(r, i)
}

// checkCallback checks the body of a first answer.
func (s *Server) checkCallback(r *request, i *Interaction) *problem {
	c := &check{}
	typ := int(c.integer(r.body, "", "type", 1, 12, true))
	data, _ := c.object(r.body, "", "data")
	if !s.o.Lax {
		c.keys(r.body, "", "type", "data")
	}
	typed := i.typ == typeAutocomplete
	allowed := map[int]bool{callMessage: !typed, callDeferred: !typed, callDeferUpdate: i.on != nil, callUpdate: i.on != nil,
		callAutocomplete: typed, callModal: i.typ == typeCommand || i.typ == typeComponent}
	if len(c.issues) == 0 && !allowed[typ] {
		c.add("type", "INTERACTION_CALLBACK_TYPE_INVALID", "A callback of type %d does not answer an interaction of type %d.", typ, i.typ)
	}
	if len(c.issues) > 0 {
		return invalidForm(c.issues)
	}
	var p *problem
	switch typ {
	case callMessage:
		_, p = s.checkMessage(r, data, ".data", inAnswer)
	case callDeferred:
		_, p = s.checkMessage(&request{}, data, ".data", inDefer)
	case callDeferUpdate:
		c.keys(data, ".data")
	case callUpdate:
		_, p = s.checkMessage(r, data, ".data", inEdit)
	case callAutocomplete:
		c.choices(data, i.focused)
	case callModal:
		c.modal(data, ".data")
	}
	if len(c.issues) > 0 {
		return invalidForm(c.issues)
	}
	return p
}

// take carries out a first answer that was checked.
func (s *Server) take(r *request, i *Interaction, typ int, data map[string]any) *problem {
	c := &check{}
	switch typ {
	case callMessage:
		m := s.answerMessage(i)
		m.fill(data, c.files(r, data, ".data"))
		s.post(m)
	case callDeferred:
		m := s.answerMessage(i)
		m.fill(data, nil)
		m.Loading = true
		s.post(m)
	case callUpdate:
		if s.message(s.channels[i.Channel], i.on.ID) == nil {
			return errUnknownMessage
		}
		_, p := s.edit(&request{body: data, files: r.files}, i.on)
		return p
	case callAutocomplete:
		i.choices = c.choices(data, i.focused)
	case callModal:
		i.modal = c.modal(data, ".data")
	}
	return nil
}

func (s *Server) answerMessage(i *Interaction) *Message {
	m := &Message{ID: s.snowflake(), Channel: i.Channel, Author: BotID, At: time.Now(), Interaction: i.ID, typ: 20}
	i.message = m
	return m
}

// choices checks the suggestions of an autocomplete answer for an option of that type.
func (c *check) choices(data map[string]any, option int) []Choice {
	choices := []Choice{}
	for n, o := range c.list(data, ".data", "choices", 0, maxChoices) {
		p := fmt.Sprintf(".data.choices.%d", n)
		choices = append(choices, c.choice(o, p, option))
	}
	if data["choices"] == nil {
		c.add("data.choices", "BASE_TYPE_REQUIRED", "This field is required")
	}
	return choices
}

// hook finds the interaction of a webhook path.
func (s *Server) hook(r *request) (*Interaction, *problem) {
	if r.args[0] != AppID {
		return nil, errUnknownHook
	}
	i := s.tokens[r.args[1]]
	switch {
	case i == nil:
		return nil, errHookToken
	case i.callback == 0 || time.Since(i.At) > interactionMinute:
		return nil, errUnknownHook
	}
	return i, nil
}

func (s *Server) rulesAnswer(r *request) *problem {
	_, p := s.checkMessage(r, r.body, "", inAnswer)
	return p
}

func (s *Server) followUp(r *request) (answer, *problem) {
	i, p := s.hook(r)
	if p != nil {
		return answer{}, p
	}
	pending := i.callback == callDeferred && i.message.Loading
	if _, gone := s.still(i.message); pending && gone == nil { // the first one becomes what was deferred
		return s.edit(r, i.message)
	}
	files, p := s.checkMessage(r, r.body, "", inAnswer)
	if p != nil {
		return answer{}, p
	}
	m := &Message{ID: s.snowflake(), Channel: i.Channel, Author: BotID, At: time.Now(), Interaction: i.ID}
	m.fill(r.body, files)
	s.post(m)
	if pending || i.callback == callDeferUpdate && !i.changed {
		i.message, i.changed = m, true
	}
	return answer{200, m.json(s, false)}, nil
}

func (s *Server) answerOf(r *request) (*Message, *problem) {
	i, p := s.hook(r)
	switch {
	case p != nil:
		return nil, p
	case r.args[2] == "@original" && i.callback == callDeferUpdate:
		return s.still(i.on)
	case r.args[2] == "@original" && i.message != nil:
		return s.still(i.message)
	}
	if m := s.message(s.channels[i.Channel], r.args[2]); m != nil && m.Interaction == i.ID {
		return m, nil
	}
	return nil, errUnknownMessage
}

// still gives a message unless it was deleted.
func (s *Server) still(m *Message) (*Message, *problem) {
	if s.message(s.channels[m.Channel], m.ID) == nil {
		return nil, errUnknownMessage
	}
	return m, nil
}

func (s *Server) getAnswer(r *request) (answer, *problem) {
	m, p := s.answerOf(r)
	if p != nil {
		return answer{}, p
	}
	return answer{200, m.json(s, false)}, nil
}

func (s *Server) patchAnswer(r *request) (answer, *problem) {
	m, p := s.answerOf(r)
	if p != nil {
		return answer{}, p
	}
	a, p := s.edit(r, m)
	if i := s.tokens[r.args[1]]; p == nil && m == i.on {
		i.message, i.changed = m, true
	}
	return a, p
}

func (s *Server) deleteAnswer(r *request) (answer, *problem) {
	m, p := s.answerOf(r)
	if p != nil {
		return answer{}, p
	}
	s.remove(m)
	return answer{204, nil}, nil
}
