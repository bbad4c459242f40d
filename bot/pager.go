package bot

import (
	"context"
	"slices"
	"strings"

	"sitrep/commands"
)

// answerPages makes what is sent in answer to a request: one page, with arrows if
// there are more, or all pages one after the other where the line must not be run
// again to turn them, or cannot be kept.
//
// Turning runs the line anew, with what is known then: pages hold no state.
func (b *Bot) answerPages(ctx context.Context, req commands.Request, reply commands.Reply, page int) (pen, []rendered) {
	w := b.pen(reply.Lang)
	pages := w.render(reply, nil)
	if len(pages) > 1 && b.again(req) {
		if target := b.target(ctx, req.Line, roomTarget); target != "" {
			at := min(max(page, 1), len(pages), maxPage)
			p := pages[at-1]
			p.m.Components = b.controls(ctx, w, reply.Actions, turner{target, at, len(pages)})
			return w, []rendered{p}
		}
	}
	pages = w.capped(pages, nil)
	pages[len(pages)-1].m.Components = b.controls(ctx, w, reply.Actions, turner{})
	return w, pages
}

// again says that a request's line can be run again to show another page of its
// answer: it does not change anything, and is not about a message that was pointed at.
func (b *Bot) again(req commands.Request) bool {
	return req.Subject == nil && !changes(b.command(req.Line))
}

// changes says that a command, or a part of it, may change something: only some may run
// it then.
func changes(c *commands.Command) bool {
	return c != nil && (c.Manage || c.Files || slices.ContainsFunc(c.Sub, changes))
}

// command finds the command of a line, in any language, as far as it can be told.
func (b *Bot) command(line string) (found *commands.Command) {
	list := b.asker.Commands()
	for _, word := range strings.Fields(line) {
		i := slices.IndexFunc(list, func(c *commands.Command) bool { return b.named(c.Name, word) })
		if i < 0 {
			return found
		}
		found = list[i]
		list = found.Sub
	}
	return found
}

// named says that a word means a command's name, in one of the languages.
func (b *Bot) named(name, word string) bool { return b.words.Means(word, name) }

// isCommand says that a word begins a command line, in one of the languages.
func (b *Bot) isCommand(word string) bool {
	return slices.ContainsFunc(b.asker.Commands(), func(c *commands.Command) bool { return b.named(c.Name, word) })
}

// language is the code of the language for what the door itself says: the community's,
// else the client's, else the operator's.
func (b *Bot) language(guild, locale string) string {
	if s := b.settings(guild); s.Language != "" {
		return s.Language
	}
	if b.words.Has(locale) {
		return locale
	}
	return b.operators
}

// settings are a guild's own. A direct message has none but the operator's: those of
// the empty guild are the local channel's.
func (b *Bot) settings(guild string) commands.Settings {
	if guild == "" {
		return commands.Settings{Prefix: b.prefix}
	}
	return b.asker.Settings(guild)
}
