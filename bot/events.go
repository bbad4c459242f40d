package bot

import (
	"encoding/json"
	"strings"

	"github.com/bwmarrin/discordgo"
)

// The parts of events that we read. discordgo's own structs come without an
// author or data where they meet a component that they do not know, so the
// raw event is read instead.

type wireUser struct {
	ID       string `json:"id"`
	Bot      bool   `json:"bot"`
	Username string `json:"username"`
	// Global is the name that a person shows everywhere; empty where they have none.
	Global string `json:"global_name"`
}

type wireMember struct {
	User        *wireUser `json:"user"`
	Roles       []string  `json:"roles"`
	Permissions string    `json:"permissions"`
}

type wireMessage struct {
	ID      string      `json:"id"`
	Channel string      `json:"channel_id"`
	Guild   string      `json:"guild_id"`
	Type    int         `json:"type"`
	Author  *wireUser   `json:"author"`
	Webhook string      `json:"webhook_id"`
	Member  *wireMember `json:"member"`
	wireSaid
}

type wireReady struct {
	User        wireUser          `json:"user"`
	Guilds      []json.RawMessage `json:"guilds"`
	Application struct {
		ID string `json:"id"`
	} `json:"application"`
}

// onEvent is discordgo's one handler. It runs between two reads of the gateway,
// so it only takes notes and files work; it must not call the session.
func (b *Bot) onEvent(l *link, e *discordgo.Event) {
	defer b.guard("event " + e.Type)
	current := l.shard.current(l)
	if current && e.Type != "READY" { // which asks how long there was no session
		l.shard.alive()
	}
	if current || strings.HasPrefix(e.Type, "MESSAGE_") {
		defer b.onHarvestEvent(e) // after the names of a guild have been learnt
	}
	switch e.Type {
	case "MESSAGE_CREATE":
		var m wireMessage
		if decode(e, &m) {
			b.onMessage(m, false)
		}
	case "INTERACTION_CREATE":
		var i wireInteraction
		if decode(e, &i) {
			b.onInteraction(i)
		}
	default:
		if current {
			b.onStateEvent(l, e)
		}
	}
}

// onStateEvent takes what the present session says of itself and of its guilds.
func (b *Bot) onStateEvent(l *link, e *discordgo.Event) {
	switch e.Type {
	case "READY":
		var r wireReady
		if decode(e, &r) {
			l.shard.onReady(l, r)
		}
	case "RESUMED":
		l.shard.setReady(l, true)
		l.shard.log.Info("discord: resumed", "generation", l.generation)
	default:
		b.onGuildEvent(l, e)
	}
}

func (b *Bot) onGuildEvent(l *link, e *discordgo.Event) {
	self := b.selfID()
	switch e.Type {
	case "GUILD_CREATE", "GUILD_UPDATE":
		var g wireGuild
		if !decode(e, &g) || g.Unavailable {
			return
		}
		b.guilds.set(g, self)
		if e.Type == "GUILD_CREATE" {
			l.shard.onGuildChannels(g)
		}
	case "GUILD_DELETE":
		var g wireGuild
		if decode(e, &g) && !g.Unavailable {
			b.guilds.delete(g.ID)
		}
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE":
		var r struct {
			Guild string   `json:"guild_id"`
			Role  wireRole `json:"role"`
			ID    string   `json:"role_id"`
		}
		if !decode(e, &r) {
			return
		}
		if e.Type == "GUILD_ROLE_DELETE" {
			b.guilds.deleteRole(r.Guild, r.ID)
		} else {
			b.guilds.setRole(r.Guild, r.Role, self)
		}
	}
}

func decode(e *discordgo.Event, out any) bool { return json.Unmarshal(e.RawData, out) == nil }

func (b *Bot) selfID() string {
	if me := b.self.Load(); me != nil {
		return me.user
	}
	return ""
}
