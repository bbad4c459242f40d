package bot

import (
	"sitrep/commands"
)

// menuItem is an entry of the menu "Apps" on a message. Choosing it runs a line about
// that message.
type menuItem struct {
	name string // at most 32 characters, in English: what Discord sends
	line string // a command's name
}

var menuItems = []menuItem{
	{"File as dispatch", "file"},
	{"Find related", "related"},
}

// menus are the entries whose commands there are.
func (b *Bot) menus() (out []menuItem) {
	for _, m := range menuItems {
		if b.command(m.line) != nil {
			out = append(out, m)
		}
	}
	return out
}

// chooseMenu fills in the line and subject of a request that came from a message's
// menu. Where the message cannot be taken it gives the reply that says why.
func (b *Bot) chooseMenu(i wireInteraction, req *commands.Request) (refused *commands.Reply, ok bool) {
	for _, item := range b.menus() {
		if item.name != i.Data.Name {
			continue
		}
		req.Line = item.line
		m, found := i.Data.Resolved.Messages[i.Data.Target]
		if !found {
			return nil, false
		}
		m.Guild = i.Guild
		if m.Channel == "" {
			m.Channel = i.Channel
		}
		if m.Author != nil && m.Author.ID == b.selfID() && item.line == "file" {
			return b.refuse(i, commands.CodeUsage, "This is an answer of sitrep's own. What it quotes has been filed before: `show` and the ID in a citation show it whole."), true
		}
		d, said := dispatchOf(m, func(key string) string { return b.guilds.name(i.Guild, key) })
		if !said {
			return b.refuse(i, commands.CodeUsage, "There are no words in this message to work with: a picture or a notice of Discord's alone is no dispatch."), true
		}
		req.Subject = &d
		return nil, true
	}
	return nil, false
}

// refuse is a reply of the door's own, for the person alone; text is English.
func (b *Bot) refuse(i wireInteraction, code, text string) *commands.Reply {
	tongue := b.language(i.Guild, i.Locale)
	w := b.pen(tongue)
	r := &commands.Reply{Lang: tongue, Private: true, Error: &commands.Error{Code: code, Message: w.say(text)}}
	if code == commands.CodeUsage {
		r.Title = w.say("That does not work with this message")
	}
	return r
}
