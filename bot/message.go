package bot

import (
	"context"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/commands"
)

// Message types that people write: https://docs.discord.com/developers/resources/message#message-object-message-types
const (
	typeDefault = 0
	typeReply   = 19
)

const (
	// answerTime bounds the making of one answer.
	answerTime = 2 * time.Minute
	// typingAfter is when somebody who waits is shown that the bot is at work, and
	// typingEvery how often again: Discord shows it for ten seconds.
	typingAfter = time.Second
	typingEvery = 8 * time.Second
)

// onMessage files a message that asks something. back says that it was read back.
func (b *Bot) onMessage(m wireMessage, back bool) {
	b.places.saw(m.Channel, m.Guild, m.ID)
	if m.Author == nil || m.Author.Bot || m.Webhook != "" || m.Author.ID == b.selfID() || m.Type != typeDefault && m.Type != typeReply {
		return
	}
	line, way := b.line(m)
	if way == "" || back && time.Since(snowflakeTime(m.ID)) > oldestQuestion || !b.seen.first(m.ID) || !b.allowMessage(m, back) {
		return
	}
	if !b.enqueue(m.Channel, m.Author.ID, way, func(ctx context.Context) { b.answerMessage(ctx, m, line, back) }) {
		b.dropMessage(m)
	}
}

func (b *Bot) answerMessage(ctx context.Context, m wireMessage, line string, back bool) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	req := commands.Request{Line: line, Door: "discord", ID: m.ID, Guild: m.Guild, Channel: m.Channel, User: m.Author.ID, Scopes: b.scopes(m.Guild)}
	if m.Guild != "" {
		switch {
		case m.Member != nil:
			req.Roles = m.Member.Roles
		case back:
			req.Roles = b.memberRoles(ctx, m.Guild, m.Author.ID)
		}
		req.Manager = b.guilds.manager(m.Guild, m.Author.ID, req.Roles)
	}
	typed := b.typing(ctx, m.Channel)
	reply := b.ask(ctx, req)
	typed()
	b.answered("reply", m.Channel, b.reply(ctx, m, req, reply))
}

// reply answers a message.
func (b *Bot) reply(ctx context.Context, m wireMessage, req commands.Request, reply commands.Reply) error {
	w, pages := b.answerPages(ctx, req, reply, 1)
	for i, p := range pages {
		p.m.Nonce, p.m.Enforce = nonceOf(PartSeed("reply "+m.ID, i+1)), true
		if i == 0 {
			p.m.Reply = &reference{Message: m.ID, Channel: m.Channel}
		}
		if _, err := b.post(ctx, m.Channel, w, p); err != nil {
			return err
		}
	}
	return nil
}

// typing shows in a channel that the bot is at work until the function that it returns
// is called, but not for answers that are there at once.
func (b *Bot) typing(ctx context.Context, channel string) (done func()) {
	ctx, cancel := context.WithCancel(ctx)
	b.spawn("typing", func(work context.Context) {
		stop := context.AfterFunc(work, cancel)
		defer stop()
		for pause := typingAfter; sleep(ctx, pause) == nil; pause = typingEvery {
			_, _ = b.do(ctx, request{method: http.MethodPost, path: "/channels/" + channel + "/typing", once: true})
		}
	})
	return cancel
}

// ask has a question answered when it is its turn; whatever happens there is a reply.
func (b *Bot) ask(ctx context.Context, r commands.Request) (reply commands.Reply) {
	select {
	case b.asking <- struct{}{}:
		defer func() { <-b.asking }()
	case <-ctx.Done():
	}
	defer func() {
		if p := recover(); p != nil {
			b.log.Error("discord: a command failed: please report this", "line", r.Line, "panic", p, "stack", stack())
			lang := b.language(r.Guild, r.Locale)
			reply = commands.Reply{Error: &commands.Error{Code: commands.CodeInternal, Message: b.words.In(lang).Say("This went wrong inside sitrep. The operator finds more in the log.")}, Lang: lang}
		}
	}()
	return b.asker.Do(ctx, r)
}

// answered counts and logs how an answer went.
func (b *Bot) answered(what, channel string, err error) {
	if err == nil {
		b.metrics.answers.WithLabelValues("sent").Inc()
		return
	}
	b.metrics.answers.WithLabelValues("failed").Inc()
	b.log.Warn("discord: an answer could not be sent", "kind", what, "channel", channel, "error", errText(b.redact, err))
}

// line finds the command line in a message, without prefix, and the way that it
// came: "prefix", "mention" or "direct"; "" means that the bot was not asked.
func (b *Bot) line(m wireMessage) (line, way string) {
	text := strings.TrimSpace(m.Content)
	prefix := b.settings(m.Guild).Prefix
	if rest, ok := afterPrefix(text, prefix); ok && (m.Guild == "" || b.meant(rest, prefix)) {
		return rest, "prefix"
	}
	rest, mentioned := b.afterMention(text, m.Guild)
	switch {
	case mentioned:
		way, text = "mention", rest
	case m.Guild == "" && text != "":
		way = "direct"
	default:
		return "", ""
	}
	if rest, ok := afterPrefix(text, prefix); ok {
		return rest, way
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return "help", way
	}
	if name := strings.ToLower(words[0]); b.isCommand(name) {
		return name + text[len(words[0]):], way
	}
	return "search " + text, way
}

// meant says whether a line behind the prefix is for this bot. The default prefix is
// that of many bots: what is no command here, nor nearly one, is for another of them
// ("!play song"), and an answer to it would be noise. A prefix that the managers of a
// guild have chosen is for this bot alone.
func (b *Bot) meant(line, prefix string) bool {
	if prefix != b.prefix {
		return true
	}
	word := strings.ToLower(strings.Fields(line)[0])
	return b.isCommand(word) || commands.Nearest(word, b.commandWords()) != ""
}

// commandWords are the names of the commands in all languages.
func (b *Bot) commandWords() (out []string) {
	for _, c := range b.asker.Commands() {
		out = append(out, c.Name)
		for _, p := range b.foreign() {
			out = append(out, p.Words(c.Name)...)
		}
	}
	return out
}

// afterPrefix cuts the prefix off. A letter must follow: "!!!" is no command. A prefix
// that is a word is followed by a space.
func afterPrefix(text, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok || prefix == "" {
		return "", false
	}
	if last, _ := utf8.DecodeLastRuneInString(prefix); unicode.In(last, unicode.L, unicode.N) {
		bare := strings.TrimLeftFunc(rest, unicode.IsSpace)
		if bare == rest {
			return "", false
		}
		rest = bare
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return rest, unicode.IsLetter(r)
}

// afterMention cuts a mention of the bot, or of its own role, off the beginning.
func (b *Bot) afterMention(text, guild string) (string, bool) {
	self := b.selfID()
	if self == "" {
		return "", false
	}
	forms := []string{"<@" + self + ">", "<@!" + self + ">"}
	if role := b.guilds.ownRole(guild); role != "" {
		forms = append(forms, "<@&"+role+">")
	}
	for _, f := range forms {
		if rest, ok := strings.CutPrefix(text, f); ok {
			return strings.TrimSpace(strings.TrimLeft(rest, " ,:")), true
		}
	}
	return "", false
}
