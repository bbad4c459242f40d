package discordtest

import (
	"encoding/json"
	"time"
)

// Message is a message of a channel.
type Message struct {
	ID, Channel, Guild string
	Author             string
	Content            string
	Embeds             []Embed
	Rows               [][]Button
	Files              []File
	Nonce              string
	// ReplyTo is the message that it refers to.
	ReplyTo string
	// Interaction is the ID of the interaction that it answers.
	Interaction string
	// Loading says that it is a deferred answer that has not come yet.
	Loading bool
	Edits   int
	At      time.Time

	typ int
	raw map[string]any // embeds and components as sent
}

// Embed is an embed as Discord stores it.
type Embed struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Timestamp   string `json:"timestamp"`
	Color       int    `json:"color"`
	Footer      struct {
		Text string `json:"text"`
	} `json:"footer"`
	Image struct {
		URL string `json:"url"`
	} `json:"image"`
	Author struct {
		Name string `json:"name"`
	} `json:"author"`
	Fields []struct {
		Name   string `json:"name"`
		Value  string `json:"value"`
		Inline bool   `json:"inline"`
	} `json:"fields"`
}

// Button is a button of a message.
type Button struct {
	Style    int    `json:"style"`
	Label    string `json:"label"`
	CustomID string `json:"custom_id"`
	URL      string `json:"url"`
}

// File is an attachment.
type File struct {
	Name, Description, Type string
	Data                    []byte
}

// Button finds the button with this label.
func (m Message) Button(label string) (Button, bool) {
	for _, row := range m.Rows {
		for _, b := range row {
			if b.Label == label {
				return b, true
			}
		}
	}
	return Button{}, false
}

// fill takes over what a checked body says.
func (m *Message) fill(body map[string]any, files []File) {
	if v, ok := body["content"]; ok {
		m.Content, _ = v.(string)
	}
	if m.raw == nil {
		m.raw = map[string]any{}
	}
	if v, ok := body["embeds"]; ok {
		m.raw["embeds"] = v
		m.Embeds = nil
		_ = json.Unmarshal(mustJSON(v), &m.Embeds)
	}
	if v, ok := body["components"]; ok {
		m.raw["components"] = v
		var rows []struct {
			Components []Button `json:"components"`
		}
		_ = json.Unmarshal(mustJSON(v), &rows)
		m.Rows = nil
		for _, r := range rows {
			m.Rows = append(m.Rows, r.Components)
		}
	}
	if v, ok := body["nonce"].(string); ok {
		m.Nonce = v
	}
	if ref, ok := body["message_reference"].(map[string]any); ok {
		m.ReplyTo, _ = ref["message_id"].(string)
	}
	if len(files) > 0 {
		m.Files = files
	}
}

// json is the message object; the gateway's form carries guild_id and member.
func (m *Message) json(s *Server, gateway bool) map[string]any {
	u := s.users[m.Author]
	out := map[string]any{"id": m.ID, "channel_id": m.Channel, "type": m.typ, "content": m.Content, "tts": false, "pinned": false,
		"timestamp": m.At.UTC().Format(time.RFC3339Nano), "author": map[string]any{"id": u.ID, "username": "user" + u.ID, "bot": u.Bot},
		"mentions": []any{}, "mention_roles": []any{}, "embeds": []any{}, "components": []any{}, "attachments": []any{}, "mention_everyone": false}
	for k, v := range m.raw {
		out[k] = v
	}
	if m.Nonce != "" {
		out["nonce"] = m.Nonce
	}
	if m.Loading {
		out["flags"] = 1 << 7
	}
	if m.ReplyTo != "" {
		out["message_reference"] = map[string]any{"message_id": m.ReplyTo, "channel_id": m.Channel}
	}
	if gateway && m.Guild != "" {
		out["guild_id"] = m.Guild
		out["member"] = map[string]any{"roles": append([]string{}, s.guilds[m.Guild].members[m.Author]...)}
	}
	return out
}

// post stores a new message and announces it; the caller holds the lock.
func (s *Server) post(m *Message) {
	c := s.channels[m.Channel]
	m.Guild = c.guild
	c.messages = append(c.messages, m)
	intent := intentGuildMessages
	if c.guild == "" {
		intent = intentDirectMessages
	}
	s.dispatch("MESSAGE_CREATE", intent, m.json(s, true), func(intents int, d map[string]any) map[string]any {
		if intents&intentMessageContent != 0 || m.Guild == "" || m.Author == BotID || mentionsBot(m.Content) {
			return d
		}
		hidden := map[string]any{}
		for k, v := range d {
			hidden[k] = v
		}
		hidden["content"] = ""
		return hidden
	})
	s.touch()
}
