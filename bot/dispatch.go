package bot

import (
	"slices"
	"strings"
	"time"

	"sitrep/ingest"
	"sitrep/news"
)

// wireSaid is what a message says. Forwarded messages carry theirs in snapshots.
// https://docs.discord.com/developers/resources/message#message-object
type wireSaid struct {
	Content     string           `json:"content"`
	Embeds      []wireEmbed      `json:"embeds"`
	Attachments []wireAttachment `json:"attachments"`
	// Mentions are the people that the content names by their IDs.
	Mentions  []wireUser     `json:"mentions"`
	Snapshots []wireSnapshot `json:"message_snapshots"`
	// Timestamp is when it was posted, as RFC 3339.
	Timestamp string `json:"timestamp"`
	// Edited is empty where the author has not changed the message. Discord also
	// changes messages by itself: it adds the previews of links.
	Edited string `json:"edited_timestamp"`
	Flags  int    `json:"flags"`
}

type wireSnapshot struct {
	Message wireSaid `json:"message"`
}

type wireEmbed struct {
	// Type is "rich" for a card that a webhook or a bot wrote; Discord gives the
	// previews of links other ones.
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
	Author      struct {
		Name string `json:"name"`
	} `json:"author"`
	Footer struct {
		Text string `json:"text"`
	} `json:"footer"`
	Fields []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"fields"`
}

type wireAttachment struct {
	Filename string `json:"filename"`
	// Description is the alternative text that its author gave it.
	Description string `json:"description"`
}

// Message types and flags that decide whether a message says something.
const (
	typeSlashAnswer = 20
	typeMenuAnswer  = 23

	flagLoading = 1 << 7 // an answer that has yet to come
)

// dispatchOf makes a dispatch of a message of a guild: what is said there, in plain
// text, by whom and when. False means that it says nothing that could be filed: no
// words, a notice of Discord's, seen by one person only, or outside a guild. names
// tells what a channel ("#" and its ID) or a role ("&" and its ID) is called, or "";
// it may be nil.
//
// The author's nickname in the guild is not read: messages that are read back come
// without it, and a second reading shall be the same dispatch.
func dispatchOf(m wireMessage, names func(key string) string) (news.Dispatch, bool) {
	switch m.Type {
	case typeDefault, typeReply, typeSlashAnswer, typeMenuAnswer:
	default:
		return news.Dispatch{}, false
	}
	if m.Guild == "" || m.ID == "" || m.Channel == "" || m.Flags&(flagEphemeral|flagLoading) != 0 {
		return news.Dispatch{}, false
	}
	d := news.Dispatch{
		URL:    messageURL(m.Guild, m.Channel, m.ID),
		Scope:  news.GuildScope(m.Guild),
		Origin: news.Origin{Kind: news.OriginDiscord, Feed: m.Guild + "/" + m.Channel, Item: m.ID},
	}
	if m.Author != nil {
		d.Source = strings.Join(strings.Fields(ingest.Clean(or(m.Author.Global, m.Author.Username))), " ")
	}
	var parts []string
	m.Embeds = slices.DeleteFunc(slices.Clone(m.Embeds), m.preview)
	d.Title, parts = said(m.wireSaid, names)
	for _, s := range m.Snapshots {
		title, forwarded := said(s.Message, names)
		if d.Title == "" && len(parts) == 0 {
			d.Title = title
		} else if title != "" {
			parts = append(parts, title)
		}
		parts = append(parts, forwarded...)
	}
	d.Title, d.Body = strings.Join(strings.Fields(ingest.Clean(d.Title)), " "), ingest.Clean(strings.Join(parts, "\n\n"))
	if d.Body == "" { // a heading alone is a message, too
		d.Title, d.Body = "", d.Title
	}
	if d.Body == "" || len(d.Title)+len(d.Body) > news.MaxBytes {
		return news.Dispatch{}, false
	}
	d.Lang = ingest.Language(d.Title, d.Body)
	if at, err := time.Parse(time.RFC3339, m.Timestamp); err == nil {
		d.Published = at.UTC()
	} else {
		d.Published = snowflakeTime(m.ID).UTC() // the same moment
	}
	d.ID = d.Origin.ID()
	return d, true
}

// preview says that an embed is Discord's preview of a link: somebody else's words,
// which come after the message and may change by themselves. People cannot write
// other ones.
func (m *wireMessage) preview(e wireEmbed) bool {
	person := m.Webhook == "" && m.Author != nil && !m.Author.Bot
	return person || e.Type != "" && e.Type != "rich"
}

// messageURL is the address at which Discord shows a message.
func messageURL(guild, channel, id string) string {
	return "https://discord.com/channels/" + guild + "/" + channel + "/" + id
}

// said is the text of a message in plain paragraphs, and its title: a heading that
// it begins with or, where the message is but a card, the card's. What is attached
// is named where its author says what it shows, so that a picture alone is no text.
func said(m wireSaid, names func(string) string) (title string, parts []string) {
	p := &plainer{names: names, people: map[string]string{}}
	for _, u := range m.Mentions {
		p.people[u.ID] = or(u.Global, u.Username)
	}
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			parts = append(parts, s)
		}
	}
	content := strings.TrimSpace(m.Content)
	if head, rest, ok := cutHeading(content); ok {
		title, content = p.text(head), rest
	}
	add(p.text(content))
	for _, e := range m.Embeds {
		if head := p.text(e.Title); title == "" && len(parts) == 0 {
			title = head
		} else {
			add(head)
		}
		add(p.text(e.Author.Name))
		add(p.text(e.Description))
		for _, f := range e.Fields {
			name, value := p.text(f.Name), p.text(f.Value)
			add(strings.Trim(name+": "+value, " :\u200B"))
		}
		add(p.text(e.Footer.Text))
		if e.URL != "" && !strings.Contains(m.Content, e.URL) {
			add(e.URL)
		}
	}
	for _, a := range m.Attachments {
		if what := strings.TrimSpace(a.Description); what != "" {
			add(a.Filename + ": " + what)
		}
	}
	return title, parts
}
