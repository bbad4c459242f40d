package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"sitrep/bot"
	"sitrep/commands"
	"sitrep/console"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/schedule"
	"sitrep/store"
)

// RunCmd is the bot and the local channel.
type RunCmd struct {
	Watch        string   `help:"File what is put into this folder." placeholder:"DIR" type:"path" env:"SITREP_WATCH"`
	Console      string   `help:"Address of the local channel; the next free port is taken if it is not given. Default 127.0.0.1:8080." placeholder:"ADDR" env:"SITREP_CONSOLE"`
	ConsoleHosts []string `help:"Further names under which the local channel is reached, behind a proxy." placeholder:"HOST" env:"SITREP_CONSOLE_HOSTS"`
	DiscordAPI   string   `name:"discord-api-url" help:"Discord's HTTP API; another for a proxy or a compatible server." default:"https://discord.com" env:"DISCORD_API_URL,SITREP_DISCORD_API_URL" placeholder:"URL"`
	Shards       string   `help:"Gateway sessions with Discord: auto for as many as it recommends, or a number." default:"auto" env:"SITREP_SHARDS" placeholder:"auto|N"`
	NoPrompt     bool     `help:"No prompt, even on a terminal." env:"SITREP_NO_PROMPT"`
}

// defaultConsole is the local channel's address where none is given.
const defaultConsole = "127.0.0.1:8080"

// checkLimit bounds the first word with Discord, so that a wrong token ends the
// program within five seconds.
const checkLimit = 4 * time.Second

// Run serves until ctx ends.
func (cmd *RunCmd) Run(ctx context.Context, p *program) (err error) {
	screen := newScreen(p, !cmd.NoPrompt)
	log := p.logger(screen)
	shards, err := bot.ParseShards(cmd.Shards)
	if err != nil {
		return &usageError{"--shards: " + err.Error()}
	}
	a, err := p.open(ctx, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()

	discord, err := cmd.discord(ctx, a, shards)
	if err != nil {
		return err
	}
	tried, err := a.trial(ctx)
	if err != nil {
		return err
	}
	a.settle(ctx)
	instance := rand.Text()
	page, url, err := cmd.page(a, discord, instance)
	if err != nil {
		return err
	}
	if err := p.leaveAddress(address{URL: url, Token: cmd.consoleToken(p), Instance: instance}); err != nil {
		return err
	}
	defer os.Remove(p.addressFile())
	runner, err := schedule.NewRunner(schedule.RunnerOptions{Book: a.book, Logger: log, Registerer: a.registry, Fire: a.fire(discord, page),
		Accepts: func(s schedule.Schedule) bool { return s.Door == schedule.DoorConsole || discord != nil }})
	if err != nil {
		return err
	}
	screen.welcome(a, url, tried, discord != nil)

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return ended("the local channel", page.Serve(ctx)) })
	g.Go(func() error { return ended("the schedules", runner.Run(ctx)) })
	if discord != nil {
		g.Go(func() error { return ended("Discord", discord.Run(ctx)) })
	}
	if cmd.Watch != "" {
		g.Go(func() error {
			return ended("the watched folder", ingest.Watch(ctx, ingest.Options{Log: a.store, Logger: log, Registerer: a.registry}, cmd.Watch))
		})
	}
	if screen.prompting() {
		g.Go(func() error { return screen.prompt(ctx, stop, a) })
	}
	err = g.Wait()
	if ctx.Err() != nil && (err == nil || errors.Is(err, context.Canceled)) {
		return nil
	}
	return err
}

// ended names the part of the program that an error comes from.
func ended(part string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("%s: %w", part, err)
}

// discord is the bot, or nil without a token. A token that Discord refuses ends
// the program here.
func (cmd *RunCmd) discord(ctx context.Context, a *app, shards int) (*bot.Bot, error) {
	if a.p.token == "" {
		return nil, nil
	}
	kv, err := a.store.KVFor(ctx, store.BucketButtons, store.ButtonsAge)
	if err != nil {
		return nil, err
	}
	b, err := bot.New(bot.Options{Token: a.p.token, APIURL: cmd.DiscordAPI, Prefix: a.p.Prefix, Asker: a.engine, Lines: bot.StoredLines(kv, store.ErrNotFound, store.ErrExists),
		Scopes: guildScopes, Shards: shards, Sources: a.sources, Filer: filer{a.store, a.log}, Language: a.p.Language, Logger: a.log, Registerer: a.registry})
	if err != nil {
		return nil, err
	}
	a.engine.Attach(b)
	ctx, cancel := context.WithTimeout(ctx, checkLimit)
	defer cancel()
	switch err := b.Check(ctx); {
	case errors.Is(err, bot.ErrToken):
		b.Close()
		return nil, err
	case err != nil:
		a.log.Warn("Discord cannot be reached; the local channel works meanwhile, and it is tried again", "error", err)
	}
	return b, nil
}

// guildScopes are what a question from a guild may see.
func guildScopes(guild string) []news.Scope {
	if guild == "" {
		return []news.Scope{news.ScopeEveryone}
	}
	return []news.Scope{news.ScopeEveryone, news.GuildScope(guild)}
}

func (cmd *RunCmd) consoleToken(p *program) string {
	t, _ := p.env("SITREP_CONSOLE_TOKEN")
	return t
}

// page opens the local channel's port.
func (cmd *RunCmd) page(a *app, discord *bot.Bot, instance string) (*console.Console, string, error) {
	o := console.Options{Addr: cmd.Console, Exact: cmd.Console != "", Hosts: cmd.ConsoleHosts, Token: cmd.consoleToken(a.p),
		Asker: a.engine, Scopes: a.p.scopes(), Gatherer: a.registry, Registerer: a.registry, Logger: a.log, Version: programVersion(), Instance: instance,
		Ready: func() error { return a.ready(discord) }, Health: a.index.Healthy}
	if o.Addr == "" {
		o.Addr = defaultConsole
	}
	if a.p.token == "" {
		o.Notice = "Trial: no Discord token"
	} else {
		o.Examples = []string{"brief 24h", "sources", "help"}
	}
	page, err := console.New(o)
	if err != nil {
		return nil, "", err
	}
	addr, taken, err := page.Listen()
	if err != nil {
		return nil, "", err
	}
	if taken {
		a.log.Warn("the local channel's port is taken by another program; it took the next free one", "wanted", o.Addr, "took", addr)
	}
	return page, "http://" + addr, nil
}

// ready is nil once searches see what was in the log, and Discord, if it is on,
// has been reached.
func (a *app) ready(discord *bot.Bot) error {
	if err := a.index.Healthy(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	last, err := a.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	if at := a.index.Applied(); at < last {
		return fmt.Errorf("the index is at event %d of %d", at, last)
	}
	if discord != nil && !discord.Ready() {
		return errors.New("the gateway of Discord has not been reached yet")
	}
	return nil
}

// fire runs a schedule's line and posts the answer where it belongs.
func (a *app) fire(discord *bot.Bot, page *console.Console) schedule.Fire {
	return func(ctx context.Context, s schedule.Schedule, at time.Time) error {
		r := commands.Request{Line: s.Line, Door: "schedule", Guild: s.Guild, Channel: s.Channel, User: s.By, Now: at, Scopes: a.p.scopes(), Scheduled: true}
		toDiscord := s.Door == schedule.DoorDiscord
		if toDiscord {
			r.Scopes = guildScopes(s.Guild)
		}
		reply := a.engine.Do(ctx, r)
		if e := reply.Error; e != nil && (e.Code == commands.CodeInternal || e.Code == commands.CodeUnavailable) {
			return errors.New(e.Message) // tried again; what a person has to mend is posted
		}
		if !toDiscord {
			page.Post(reply, s.Line)
			wasPosted(ctx, reply)
			return nil
		}
		// A manager could name a channel of another server: what one guild filed must
		// not be posted in another.
		switch guild, err := discord.GuildOf(ctx, s.Channel); {
		case err != nil:
			return final(err)
		case guild != s.Guild:
			return schedule.Disable(fmt.Errorf("channel %s is not in this server: remove the schedule, and add it with a channel of this server", s.Channel))
		}
		seed := s.Guild + "/" + s.Name + "/" + at.UTC().Format(time.RFC3339)
		if err := discord.Post(ctx, s.Channel, reply, seed); err != nil {
			return final(err)
		}
		wasPosted(ctx, reply)
		return nil
	}
}

// wasPosted lets what was posted count as told.
func wasPosted(ctx context.Context, r commands.Reply) {
	if r.Posted != nil {
		r.Posted(ctx)
	}
}

// final marks the errors of a post that trying again cannot mend.
func final(err error) error {
	var refused *bot.APIError
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Gone():
		return schedule.Disable(err)
	case !refused.Temporary():
		return schedule.Permanent(err)
	}
	return err
}

// leaveAddress writes where this sitrep can be asked.
func (p *program) leaveAddress(at address) error {
	raw, err := json.Marshal(at)
	if err != nil {
		return err
	}
	return os.WriteFile(p.addressFile(), raw, 0o600)
}
