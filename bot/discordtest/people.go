package discordtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

func mentionsBot(text string) bool {
	return strings.Contains(text, "<@"+BotID+">") || strings.Contains(text, "<@!"+BotID+">")
}

// Mention is the text of a mention of the bot.
const Mention = "<@" + BotID + ">"

// Say lets a person write into a channel; it returns the message's ID.
func (s *Server) Say(channel, user, text string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &Message{ID: s.snowflake(), Channel: channel, Author: user, Content: text, At: time.Now()}
	s.post(m)
	return m.ID
}

// Repeat hands a message to the bot once more, as a gateway sometimes does.
func (s *Server) Repeat(channel, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.message(s.channels[channel], id); m != nil {
		s.dispatch("MESSAGE_CREATE", 0, m.json(s, true), nil)
	}
}

// Dispatch hands any event to the bot: data is JSON.
func (s *Server) Dispatch(event, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var d map[string]any
	if err := json.Unmarshal([]byte(data), &d); err != nil {
		panic(err)
	}
	s.dispatch(event, 0, d, nil)
}

// Slash lets a person use a slash command as Discord's client would: path is its
// name and sub-commands ("schedule add"), options its values. A command that is
// not registered, a missing required option and an unknown one are errors.
func (s *Server) Slash(channel, user, path string, options map[string]any) (*Interaction, error) {
	return s.slash(typeCommand, channel, user, path, options, "")
}

// Autocomplete lets a person type into an option: focused names it.
func (s *Server) Autocomplete(ctx context.Context, channel, user, path string, options map[string]any, focused string) ([]Choice, error) {
	i, err := s.slash(typeAutocomplete, channel, user, path, options, focused)
	if err != nil {
		return nil, err
	}
	err = s.wait(ctx, "choices for "+path, func() bool { return i.callback == callAutocomplete })
	s.mu.Lock()
	defer s.mu.Unlock()
	return i.choices, err
}

func (s *Server) slash(typ int, channel, user, path string, options map[string]any, focused string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Fields(path)
	var cmd map[string]any
	for _, c := range s.commands {
		if c["name"] == words[0] {
			cmd = c
		}
	}
	if cmd == nil {
		return nil, fmt.Errorf("discordtest: no command %q is registered", words[0])
	}
	data := map[string]any{"id": cmd["id"], "name": words[0], "type": 1}
	at, level := cmd, data
	for _, w := range words[1:] {
		var sub map[string]any
		for _, o := range asList(at["options"]) {
			if o["name"] == w && isSub(o) {
				sub = o
			}
		}
		if sub == nil {
			return nil, fmt.Errorf("discordtest: %q has no sub-command %q", path, w)
		}
		next := map[string]any{"name": w, "type": sub["type"]}
		level["options"] = []any{next}
		at, level = sub, next
	}
	values, err := optionValues(at, typ, options, focused)
	if err != nil {
		return nil, fmt.Errorf("discordtest: %s: %w", path, err)
	}
	level["options"] = values
	return s.interact(typ, channel, user, data, nil), nil
}

func optionValues(cmd map[string]any, typ int, options map[string]any, focused string) ([]any, error) {
	values, used := []any{}, 0
	for _, o := range asList(cmd["options"]) {
		name := o["name"].(string)
		if isSub(o) {
			return nil, errors.New("it has sub-commands")
		}
		v, ok := options[name]
		if !ok {
			if o["required"] == true && typ == typeCommand {
				return nil, fmt.Errorf("option %q is required", name)
			}
			continue
		}
		used++
		e := map[string]any{"name": name, "type": o["type"], "value": v}
		if name == focused {
			if o["autocomplete"] != true {
				return nil, fmt.Errorf("option %q has no autocomplete", name)
			}
			e["focused"] = true
		}
		values = append(values, e)
	}
	if used != len(options) {
		return nil, fmt.Errorf("one of the options %v does not exist", options)
	}
	return values, nil
}

func isSub(option map[string]any) bool {
	t, _ := option["type"].(float64)
	return t == optSub || t == optGroup
}

func asList(v any) []map[string]any {
	var out []map[string]any
	_ = json.Unmarshal(mustJSON(v), &out)
	return out
}

// Click lets a person press the button with this custom_id on a message.
func (s *Server) Click(channel, message, customID, user string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(s.channels[channel], message)
	if m == nil {
		return nil, fmt.Errorf("discordtest: no message %s", message)
	}
	for _, row := range m.Rows {
		if slices.ContainsFunc(row, func(b Button) bool { return b.CustomID == customID }) {
			return s.interact(typeComponent, channel, user, map[string]any{"component_type": 2, "custom_id": customID}, m), nil
		}
	}
	return nil, fmt.Errorf("discordtest: message %s has no button %q", message, customID)
}

// Answer waits for the answer to an interaction: the message that it became,
// complete if the answer was deferred.
func (s *Server) Answer(ctx context.Context, i *Interaction) (Message, error) {
	err := s.wait(ctx, "an answer to interaction "+i.ID, func() bool {
		return i.callback != 0 && i.message != nil && !i.message.Loading
	})
	if err != nil {
		return Message{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return *i.message, nil
}

// Deferred says whether the interaction's first answer was a deferral, and how
// long after the interaction the first answer came.
func (s *Server) Deferred(i *Interaction) (bool, time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return i.callback == callDeferred, i.answered.Sub(i.At)
}

// Messages are the messages of a channel, oldest first.
func (s *Server) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if c := s.channels[channel]; c != nil {
		for _, m := range c.messages {
			out = append(out, *m)
		}
	}
	return out
}

// Replies are the bot's own messages of a channel, oldest first.
func (s *Server) Replies(channel string) []Message {
	return slices.DeleteFunc(s.Messages(channel), func(m Message) bool { return m.Author != BotID })
}

// WaitReplies waits until the bot has written n messages into a channel.
func (s *Server) WaitReplies(ctx context.Context, channel string, n int) ([]Message, error) {
	err := s.wait(ctx, fmt.Sprintf("%d messages of the bot in %s", n, channel), func() bool {
		have := 0
		for _, m := range s.channels[channel].messages {
			if m.Author == BotID && !m.Loading {
				have++
			}
		}
		return have >= n
	})
	return s.Replies(channel), err
}

// WaitCommands waits until commands have been registered n times.
func (s *Server) WaitCommands(ctx context.Context, n int) ([]map[string]any, error) {
	err := s.wait(ctx, "slash commands", func() bool { return s.puts >= n })
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands), err
}
