package bot

import (
	"context"
	"net/http"
	"regexp"
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
	// typingAfter is when somebody who waits is shown that the bot is at work.
	typingAfter = time.Second
)

// onMessage files a message that asks something. back says that it was read back.
func (b *Bot) onMessage(m wireMessage, back bool) {
	b.places.saw(m.Channel, m.Guild, m.ID)
	if m.Author == nil || m.Author.Bot || m.Webhook != "" || m.Author.ID == b.selfID() || m.Type != typeDefault && m.Type != typeReply {
		return
	}
	line, way := b.line(m)
	if way == "" || back && time.Since(snowflakeTime(m.ID)) > oldestQuestion || !b.seen.first(m.ID) || !b.allowMessage(m) {
		return
	}
	if !b.enqueue(m.Channel, m.Author.ID, way, func(ctx context.Context) { b.answerMessage(ctx, m, line, back) }) {
		b.dropMessage(m)
	}
}

func (b *Bot) answerMessage(ctx context.Context, m wireMessage, line string, back bool) {
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	req := commands.Request{Line: line, Door: "discord", Guild: m.Guild, Channel: m.Channel, User: m.Author.ID, Scopes: b.scopes(m.Guild)}
	if m.Guild != "" {
		var roles []string
		switch {
		case m.Member != nil:
			roles = m.Member.Roles
		case back:
			roles = b.memberRoles(ctx, m.Guild, m.Author.ID)
		}
		req.Manager = b.guilds.manager(m.Guild, m.Author.ID, roles)
	}
	typing := time.AfterFunc(typingAfter, func() {
		b.spawn("typing", func(ctx context.Context) {
			_, _ = b.do(ctx, request{method: http.MethodPost, path: "/channels/" + m.Channel + "/typing", once: true})
		})
	})
	reply := b.ask(ctx, req)
	typing.Stop()
	_, err := b.send(ctx, m.Channel, reply, "reply "+m.ID, m.ID, "")
	b.answered("reply", m.Channel, err)
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
			reply = commands.Reply{Error: &commands.Error{Code: commands.CodeInternal, Message: "This went wrong inside sitrep. The operator finds more in the log."}}
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
	text := strings.TrimSpace(channelMention.ReplaceAllString(m.Content, "$1"))
	if rest, ok := b.afterPrefix(text); ok {
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
	if rest, ok := b.afterPrefix(text); ok {
		return rest, way
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return "help", way
	}
	if name := strings.ToLower(words[0]); b.known[name] {
		return name + text[len(words[0]):], way
	}
	return "search " + text, way
}

// channelMention is how a channel stands in a message; commands take its ID.
var channelMention = regexp.MustCompile(`<#(\d{15,20})>`)

// afterPrefix cuts the prefix off. A letter must follow: "!!!" is no command.
func (b *Bot) afterPrefix(text string) (string, bool) {
	rest, ok := strings.CutPrefix(text, b.prefix)
	if !ok {
		return "", false
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
