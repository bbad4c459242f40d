package bot

import (
	"context"
	"encoding/json"
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
	callbackAutocomplete = 8

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

// who is the person, and whether they manage the guild. In a direct message
// nobody manages anything.
func (i *wireInteraction) who() (user string, manager bool) {
	if i.Member != nil && i.Member.User != nil {
		return i.Member.User.ID, i.Guild != "" && manages(permissionBits(i.Member.Permissions))
	}
	if i.User != nil {
		return i.User.ID, false
	}
	return "", false
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

func (b *Bot) onInteraction(i wireInteraction) {
	user, manager := i.who()
	if user == "" || i.ID == "" || !b.seen.first(i.ID) {
		return
	}
	came := time.Now()
	req := commands.Request{Door: "discord", Guild: i.Guild, Channel: i.Channel, User: user, Manager: manager, Scopes: b.scopes(i.Guild)}
	way := "slash"
	switch {
	case i.Type == interactionAutocomplete:
		if !b.floods.typing(user, snowflakeTime(i.ID)) {
			return
		}
		b.enqueue("complete "+user, "complete "+user, "", func(ctx context.Context) { b.complete(ctx, i, req, came) })
		return
	case i.Type == interactionCommand && i.Data.Type <= 1:
		path, values, _ := i.chosen()
		line, err := b.asker.Line(path, values)
		if err != nil {
			b.log.Warn("discord: a slash command does not fit our commands", "path", path, "error", err)
			line = strings.Join(path, " ")
		}
		req.Line = line
	case i.Type == interactionComponent && strings.HasPrefix(i.Data.CustomID, buttonPrefix):
		req.Line, way = strings.TrimPrefix(i.Data.CustomID, buttonPrefix), "button"
	default:
		return
	}
	if !b.allowInteraction(i, user) {
		return
	}
	p := b.newPending(i, came)
	if !b.enqueue(i.Channel, user, way, func(ctx context.Context) { b.answerInteraction(ctx, p, req) }) {
		p.timer.Stop()
		b.log.Warn("discord: a question was dropped: too many wait", "user", user, "channel", i.Channel)
		b.refuseInteraction(i, user, b.floods.full(user, snowflakeTime(i.ID)))
	}
}

func (b *Bot) answerInteraction(ctx context.Context, p *pending, req commands.Request) {
	ask, cancel := context.WithTimeout(ctx, answerTime)
	reply := b.ask(ask, req)
	cancel()
	ctx, cancel = context.WithDeadline(ctx, p.came.Add(tokenLife))
	defer cancel()
	b.answered("interaction", req.Channel, p.answer(ctx, reply))
}

// pending is an interaction that waits for its answer. Unless that is there in
// time, a deferral goes out first, and the answer then replaces it.
type pending struct {
	b     *Bot
	i     wireInteraction
	came  time.Time
	timer *time.Timer

	mu       sync.Mutex // held while anything is sent
	tried    bool       // a deferral was sent,
	deferred bool       // and taken
	done     bool
}

func (b *Bot) newPending(i wireInteraction, came time.Time) *pending {
	p := &pending{b: b, i: i, came: came}
	// The timer counts from the arrival: time in the queue is waiting time, too.
	p.timer = time.AfterFunc(deferAfter, func() { b.spawn("deferral", p.postpone) })
	return p
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
	err := p.b.callback(ctx, p.i, callback{Type: callbackDeferred}, nil)
	p.tried = true
	if p.deferred = err == nil || answeredAlready(err); !p.deferred {
		p.b.log.Warn("discord: an interaction could not be deferred", "error", errText(p.b.redact, err))
	}
}

// answer sends the reply: as the first answer, or in the place of the deferral.
func (p *pending) answer(ctx context.Context, r commands.Reply) error {
	p.timer.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done = true
	return p.b.sendFitting(r, "", func(m *message, files []file) error {
		if !p.deferred {
			err := p.b.callback(ctx, p.i, callback{Type: callbackMessage, Data: m}, files)
			if !answeredAlready(err) {
				return err
			}
			if !p.tried {
				return nil // this answer had come, only its receipt had not
			}
		}
		return p.b.editAnswer(ctx, p.i, m, files)
	})
}
