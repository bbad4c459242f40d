package bot

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"sitrep/commands"
)

// Interaction and callback types:
// https://docs.discord.com/developers/interactions/receiving-and-responding
const (
	interactionCommand      = 2
	interactionComponent    = 3
	interactionAutocomplete = 4

	callbackMessage      = 4
	callbackDeferred     = 5
	callbackDeferUpdate  = 6
	callbackUpdate       = 7
	callbackAutocomplete = 8

	commandSlash   = 1
	commandMessage = 3

	// deferAfter leaves half of Discord's three seconds for the way.
	deferAfter = 1500 * time.Millisecond
	firstDue   = 3 * time.Second
	// tokenLife is Discord's 15 minutes, less a margin.
	tokenLife = 14 * time.Minute
)

type wireInteraction struct {
	ID          string      `json:"id"`
	Application string      `json:"application_id"`
	Type        int         `json:"type"`
	Token       string      `json:"token"`
	Guild       string      `json:"guild_id"`
	Channel     string      `json:"channel_id"`
	Locale      string      `json:"locale"`
	Member      *wireMember `json:"member"`
	User        *wireUser   `json:"user"`
	Data        struct {
		Name     string       `json:"name"`
		Type     int          `json:"type"`
		CustomID string       `json:"custom_id"`
		Options  []wireOption `json:"options"`
		// Values are what was chosen in a select.
		Values []string `json:"values"`
		// Target is the message that a menu was opened on.
		Target   string `json:"target_id"`
		Resolved struct {
			Messages map[string]wireMessage `json:"messages"`
		} `json:"resolved"`
	} `json:"data"`
}

type wireOption struct {
	Name    string          `json:"name"`
	Type    int             `json:"type"`
	Value   json.RawMessage `json:"value"`
	Focused bool            `json:"focused"`
	Options []wireOption    `json:"options"`
}

// text is an option's value as a person would type it.
func (o wireOption) text() string {
	var s string
	if json.Unmarshal(o.Value, &s) == nil {
		return s
	}
	return strings.TrimSpace(string(o.Value))
}

// who is the person, and their roles in the guild.
func (i *wireInteraction) who() (user string, roles []string) {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User.ID, i.Member.Roles
	}
	if i.User != nil {
		return i.User.ID, nil
	}
	return "", nil
}

// chosen is the path of a slash command with its sub-commands, the values of its
// options, and the option that is being typed, if any.
func (i *wireInteraction) chosen() (path []string, values map[string]string, focused string) {
	path, values = []string{i.Data.Name}, map[string]string{}
	options := i.Data.Options
	for len(options) == 1 && (options[0].Type == optionSub || options[0].Type == optionGroup) {
		path = append(path, options[0].Name)
		options = options[0].Options
	}
	for _, o := range options {
		values[o.Name] = o.text()
		if o.Focused {
			focused = o.Name
		}
	}
	return path, values, focused
}

// request is what a person asks for with an interaction, without its line. Whether
// they manage the guild is told by its own roles: the permissions that come with an
// interaction are those in a channel.
func (b *Bot) request(i wireInteraction) commands.Request {
	user, roles := i.who()
	r := commands.Request{Door: "discord", ID: i.ID, Guild: i.Guild, Channel: i.Channel, User: user, Locale: i.Locale, Scopes: b.scopes(i.Guild)}
	if i.Guild != "" {
		r.Roles, r.Manager = roles, b.guilds.manager(i.Guild, user, roles)
	}
	return r
}

func (b *Bot) onInteraction(i wireInteraction) {
	user, _ := i.who()
	if user == "" || i.ID == "" || !b.seen.first(i.ID) {
		return
	}
	p := &pending{b: b, i: i, came: time.Now(), req: b.request(i)}
	way := "slash"
	switch {
	case i.Type == interactionAutocomplete:
		if b.floods.typing(user, snowflakeTime(i.ID)) {
			b.enqueue("complete "+user, "complete "+user, "", func(ctx context.Context) { b.complete(ctx, i, p.req, p.came) })
		}
		return
	case i.Type == interactionCommand && i.Data.Type <= commandSlash:
		path, values, _ := i.chosen()
		line, err := b.asker.Line(path, values)
		if err != nil {
			b.log.Warn("discord: a slash command does not fit our commands", "path", path, "error", err)
			line = strings.Join(path, " ")
		}
		p.req.Line = line
	case i.Type == interactionCommand && i.Data.Type == commandMessage:
		var ok bool
		if p.refused, ok = b.chooseMenu(i, &p.req); !ok {
			return
		}
		way = "menu"
	case i.Type == interactionComponent:
		var ok bool
		if p.press, ok = readPress(i.Data.CustomID, i.Data.Values); !ok {
			return
		}
		way = "button"
	default:
		return
	}
	if !b.allowInteraction(i, user) {
		return
	}
	p.begin()
	if !b.enqueue(i.Channel, user, way, p.work) {
		p.timer.Stop()
		b.log.Warn("discord: a question was dropped: too many wait", "user", user, "channel", i.Channel)
		b.refuseInteraction(i, user, b.floods.full(user, snowflakeTime(i.ID)))
	}
}

// pending is an interaction that waits for its answer. Unless that is there in
// time, a deferral goes out first, and the answer then replaces it.
type pending struct {
	b       *Bot
	i       wireInteraction
	came    time.Time
	req     commands.Request
	press   press           // of a button or a select
	refused *commands.Reply // the answer, where the line is not to be run
	timer   *time.Timer

	mu       sync.Mutex // held while anything is sent
	tried    bool       // a deferral was sent,
	deferred bool       // and taken
	done     bool
}

func (p *pending) begin() {
	// The timer counts from the arrival: time in the queue is waiting time, too.
	p.timer = time.AfterFunc(deferAfter, func() { p.b.spawn("deferral", p.postpone) })
}

// work has the interaction answered.
func (p *pending) work(ctx context.Context) {
	ask, cancel := context.WithTimeout(ctx, answerTime)
	reply := p.reply(ask)
	cancel()
	ctx, cancel = context.WithDeadline(ctx, p.came.Add(tokenLife))
	defer cancel()
	p.b.answered("interaction", p.req.Channel, p.answer(ctx, reply))
}

func (p *pending) reply(ctx context.Context) commands.Reply {
	if p.refused != nil {
		return *p.refused
	}
	if p.press.target != "" {
		line, err := p.b.pressed(ctx, p.press)
		switch {
		case errors.Is(err, ErrNoLine):
			return *p.b.refuse(p.i, commands.CodeNotFound, "This button is too old: what it stood for is not kept any more. Type the command again.")
		case err != nil:
			p.b.log.Warn("discord: a button's line cannot be read", "error", p.b.redact.clean(err.Error()))
			return *p.b.refuse(p.i, commands.CodeUnavailable, "What this button stands for cannot be read at the moment: try again in a minute.")
		}
		p.req.Line = line
	}
	return p.b.ask(ctx, p.req)
}

// postpone sends the deferral.
func (p *pending) postpone(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.done {
		return
	}
	ctx, cancel := context.WithDeadline(ctx, p.came.Add(firstDue))
	defer cancel()
	c := callback{Type: callbackDeferred}
	if p.press.turn {
		c.Type = callbackDeferUpdate
	}
	err := p.b.callback(ctx, p.i, c, nil)
	p.tried = true
	if p.deferred = err == nil || answeredAlready(err); !p.deferred {
		p.b.log.Warn("discord: an interaction could not be deferred", "error", errText(p.b.redact, err))
	}
}

// answer sends the reply: as the first answer, or in the place of the deferral. What
// only the asker shall see is shown to them alone; so is an error in the place of
// another page, since the message stays as it is for the others.
func (p *pending) answer(ctx context.Context, r commands.Reply) error {
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = true
	private := r.Private || r.Error != nil && p.press.turn
	turn := p.press.turn && !private
	w, pages := p.b.answerPages(ctx, p.req, r, max(1, p.press.page))
	for _, page := range pages {
		if private {
			page.m.Flags = flagEphemeral
		}
	}
	err := p.b.sendFitting(w, pages[0], func(m *message, files []file) error {
		if !p.deferred {
			c := callback{Type: callbackMessage, Data: m}
			if turn {
				c = callback{Type: callbackUpdate, Data: m.edit()}
			}
			err := p.b.callback(ctx, p.i, c, files)
			if !answeredAlready(err) {
				return err
			}
			if !p.tried {
				return nil // this answer had come, only its receipt had not
			}
		}
		return p.replace(ctx, m, files, private)
	})
	for _, page := range pages[1:] {
		if err != nil {
			return err
		}
		err = p.b.sendFitting(w, page, func(m *message, files []file) error { return p.b.followUp(ctx, p.i, m, files) })
	}
	return err
}

// replace puts the answer where the deferral is. A deferral that everyone sees cannot
// become an answer for one person: it goes, and the answer comes after it.
func (p *pending) replace(ctx context.Context, m *message, files []file, private bool) error {
	if !private {
		return p.b.editAnswer(ctx, p.i, m, files)
	}
	if !p.press.turn {
		if err := p.b.dropAnswer(ctx, p.i); err != nil {
			return err
		}
	}
	return p.b.followUp(ctx, p.i, m, files)
}
