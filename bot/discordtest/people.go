package discordtest

import (
	"context"
	"encoding/json"
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

// Answer waits for the answer to an interaction: the message that it became,
// complete if the answer was deferred.
func (s *Server) Answer(ctx context.Context, i *Interaction) (Message, error) {
	err := s.wait(ctx, "an answer to interaction "+i.ID, func() bool {
		return i.complete()
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
	return s.pick(channel, func(*Message) bool { return true })
}

func (s *Server) pick(channel string, want func(*Message) bool) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if c := s.channels[channel]; c != nil {
		for _, m := range c.messages {
			if want(m) {
				out = append(out, *m)
			}
		}
	}
	return out
}

// Replies are the bot's own messages of a channel, oldest first.
func (s *Server) Replies(channel string) []Message {
	return s.pick(channel, func(m *Message) bool { return m.Author == BotID })
}

// Sent is how many messages the bot has posted in all channels together.
func (s *Server) Sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent
}

// WaitReplies waits until the bot has written n messages into a channel.
func (s *Server) WaitReplies(ctx context.Context, channel string, n int) ([]Message, error) {
	err := s.wait(ctx, fmt.Sprintf("%d messages of the bot in %s", n, channel), func() bool {
		c := s.channels[channel]
		return c != nil && c.replies >= n
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
