package discordtest

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// Message flags and component types:
// https://docs.discord.com/developers/resources/message#message-object-message-flags
const (
	flagSuppressEmbeds = 1 << 2
	flagEphemeral      = 1 << 6
	flagLoading        = 1 << 7
	flagSilent         = 1 << 12
	flagComponentsV2   = 1 << 15

	partRow    = 1
	partButton = 2
	partSelect = 3
	partInput  = 4
)

// Message is a message of a channel.
type Message struct {
	ID, Channel, Guild string
	Author             string
	Content            string
	Embeds             []Embed
	// Rows are the rows of buttons, Menus the string selects.
	Rows  [][]Button
	Menus []Menu
	Files []File
	Nonce string
	// ReplyTo is the message that it refers to.
	ReplyTo string
	// Interaction is the ID of the interaction that it answers.
	Interaction string
	// Loading says that it is a deferred answer that has not come yet.
	Loading bool
	// Ephemeral says that only the person of the interaction sees it.
	Ephemeral bool
	Edits     int
	At        time.Time

	n      uint64 // the value of ID
	typ    int
	flags  int
	edited time.Time
	raw    map[string]any // embeds, components and any other key as sent
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
	Disabled bool   `json:"disabled"`
}

// Menu is a string select of a message.
type Menu struct {
	CustomID    string       `json:"custom_id"`
	Placeholder string       `json:"placeholder"`
	Options     []MenuOption `json:"options"`
	MinValues   *int         `json:"min_values"`
	MaxValues   *int         `json:"max_values"`
	Disabled    bool         `json:"disabled"`
}

// MenuOption is an option of a Menu.
type MenuOption struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description"`
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
		m.parts(v)
	}
	if n, ok := body["flags"].(json.Number); ok {
		flags, _ := n.Int64()
		m.flags = int(flags)
		m.Ephemeral = m.Ephemeral || m.flags&flagEphemeral != 0
	}
	if v, ok := body["nonce"].(string); ok {
		m.Nonce = v
	}
	if ref, ok := body["message_reference"].(map[string]any); ok {
		m.ReplyTo, _ = ref["message_id"].(string)
	}
	// An edit that names its attachments keeps no others.
	if _, named := body["attachments"]; named || len(files) > 0 {
		m.Files = files
	}
}

// parts reads buttons and selects out of components.
func (m *Message) parts(components any) {
	var rows []struct {
		Components []json.RawMessage `json:"components"`
	}
	_ = json.Unmarshal(mustJSON(components), &rows)
	m.Rows, m.Menus = nil, nil
	for _, r := range rows {
		var buttons []Button
		for _, raw := range r.Components {
			var kind struct {
				Type int `json:"type"`
			}
			var b Button
			var menu Menu
			switch _ = json.Unmarshal(raw, &kind); {
			case kind.Type == partButton && json.Unmarshal(raw, &b) == nil:
				buttons = append(buttons, b)
			case kind.Type == partSelect && json.Unmarshal(raw, &menu) == nil:
				m.Menus = append(m.Menus, menu)
			}
		}
		if buttons != nil {
			m.Rows = append(m.Rows, buttons)
		}
	}
}

// empty says that there is nothing to see in it.
func (m *Message) empty() bool {
	parts, _ := m.raw["components"].([]any)
	return m.Content == "" && len(m.Embeds) == 0 && len(parts) == 0 && len(m.Files) == 0 && m.raw["message_snapshots"] == nil
}

// json is the message object; the gateway's form carries guild_id and member.
func (m *Message) json(s *Server, gateway bool) map[string]any {
	u := s.person(m.Author)
	out := map[string]any{"id": m.ID, "channel_id": m.Channel, "type": m.typ, "content": m.Content, "tts": false, "pinned": false,
		"timestamp": m.At.UTC().Format(time.RFC3339Nano), "edited_timestamp": nil,
		"author":   map[string]any{"id": u.ID, "username": u.Name, "bot": u.Bot},
		"mentions": []any{}, "mention_roles": []any{}, "embeds": []any{}, "components": []any{}, "attachments": m.attachments(), "mention_everyone": false}
	if !m.edited.IsZero() {
		out["edited_timestamp"] = m.edited.UTC().Format(time.RFC3339Nano)
	}
	if m.Nonce != "" {
		out["nonce"] = m.Nonce
	}
	if m.ReplyTo != "" {
		out["message_reference"] = map[string]any{"message_id": m.ReplyTo, "channel_id": m.Channel}
	}
	flags := m.flags
	if m.Loading {
		flags |= flagLoading
	}
	if m.Ephemeral {
		flags |= flagEphemeral
	}
	if flags != 0 {
		out["flags"] = flags
	}
	maps.Copy(out, m.raw)
	if gateway && m.Guild != "" {
		out["guild_id"] = m.Guild
		if g := s.guilds[m.Guild]; g != nil && m.raw["webhook_id"] == nil {
			out["member"] = map[string]any{"roles": append([]string{}, g.members[m.Author]...)}
		}
	}
	return out
}

func (m *Message) attachments() []any {
	out := []any{}
	for i, f := range m.Files {
		out = append(out, map[string]any{"id": strconv.FormatUint(m.n+uint64(i)+1, 10), "filename": f.Name, "description": f.Description,
			"content_type": f.Type, "size": len(f.Data), "url": "https://cdn.discordapp.com/attachments/" + f.Name})
	}
	return out
}

// post stores a new message and announces it; the caller holds the lock.
func (s *Server) post(m *Message) {
	c := s.channels[m.Channel]
	m.Guild = c.guild
	c.keep(m)
	if m.Author == BotID {
		s.sent++
		if !m.Loading {
			c.replies++
		}
	}
	if !c.archived.IsZero() {
		c.archived = time.Time{}
		s.dispatch("THREAD_UPDATE", intentGuilds, c.json(), nil)
	}
	if !m.Ephemeral {
		s.announce("MESSAGE_CREATE", m, m.json(s, true))
	}
	s.touch()
}

// announce dispatches an event of a message, to each session what it may see of it.
func (s *Server) announce(event string, m *Message, data map[string]any) {
	intent := intentGuildMessages
	if m.Guild == "" {
		intent = intentDirectMessages
	}
	s.dispatchTo(m.Guild, event, intent, data, func(intents int, d map[string]any) map[string]any { return s.veil(^intents, m, d) })
}

// veil takes out what an application without the message-content intent does
// not get, over the gateway or by reading:
// https://docs.discord.com/developers/events/gateway#message-content-intent
func (s *Server) veil(denied int, m *Message, d map[string]any) map[string]any {
	if denied&intentMessageContent == 0 || m.Guild == "" || m.Author == BotID || mentionsBot(m.Content) {
		return d
	}
	d = maps.Clone(d)
	for _, key := range []string{"embeds", "attachments", "components"} {
		if _, ok := d[key]; ok {
			d[key] = []any{}
		}
	}
	if _, ok := d["content"]; ok {
		d["content"] = ""
	}
	delete(d, "poll")
	return d
}
