// Package bot is the Discord door: it turns what people write, choose and press
// there into commands, and replies into messages within Discord's limits. It is
// the only package that imports discordgo.
//
// Prefix lines (!status badia), mentions, direct messages, slash commands with
// autocompletion, menus on messages, selects and buttons all end in one command
// line. There is one way out for messages, which never pings anyone and never
// posts twice.
package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/commands"
	"sitrep/lang"
	"sitrep/news"
)

// Asker answers; *commands.Engine is one.
type Asker interface {
	Do(ctx context.Context, r commands.Request) commands.Reply
	Commands() []*commands.Command
	CompleteArg(ctx context.Context, r commands.Request, path []string, arg, typed string, n int) []commands.Choice
	Line(path []string, values map[string]string) (string, error)
	// Settings are a guild's, with the operator's defaults filled in. It answers from
	// memory, since it is asked for every message.
	Settings(guild string) commands.Settings
	// Languages are what replies are told in.
	Languages() *lang.Catalogue
}

// DefaultAPIURL is Discord.
const DefaultAPIURL = "https://discord.com"

// DefaultPrefix begins a command line in a channel.
const DefaultPrefix = "!"

// Options are what a Bot needs.
type Options struct {
	// Token is the bot's token, with or without "Bot " before it.
	Token string
	// APIURL is the server to talk to, for proxies and Discord-compatible servers;
	// empty means DefaultAPIURL. The gateway's address is what that server says.
	APIURL string
	// Prefix begins a command line; empty means DefaultPrefix.
	Prefix string
	// Language is that of what the bot says of its own accord, where neither the guild
	// nor the person has another; empty means English.
	Language string
	Asker    Asker
	// Lines keep command lines that are too long for a button; nil: they get none.
	Lines Lines
	// Scopes say what may be seen in a guild, or in a direct message (""). Nil
	// means what everyone may see.
	Scopes func(guild string) []news.Scope
	// Shards is the number of gateway sessions; 0 means what Discord recommends.
	Shards int
	// Sources are the channels that are read by themselves, and Filer keeps what they
	// bring; nil: none are read.
	Sources    commands.SourceBook
	Filer      Filer
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// ErrToken says that Discord refuses the token.
var ErrToken = errors.New(tokenWords)

const (
	restTimeout = 60 * time.Second // for one request, with its files
	// answersAtOnce bounds the memory and the processors that answers take.
	answersAtOnce = 8
	userAgent     = "DiscordBot (sitrep, 1)"
	// grace is how long answers that are being made may take when the bot stops:
	// with the second that discordgo takes to close, it ends within five.
	grace = 3 * time.Second
)

// Bot is a Discord bot. Check and Post work without Run.
type Bot struct {
	asker     Asker
	prefix    string
	token     string
	scopes    func(string) []news.Scope
	log       *slog.Logger
	redact    *redactor
	metrics   *metrics
	api       string
	transport *transport
	rest      *discordgo.Session

	self   atomic.Pointer[identity]
	guilds guilds
	seen   *lru
	floods *floods
	words  *lang.Catalogue
	// operators is the language where nobody has chosen one.
	operators string
	lines     Lines
	places    *places
	pace      time.Duration // basePace, but for tests
	asking    chan struct{} // holds an entry for each answer that is being made
	// harvest reads the channels that are sources; nil where none are.
	harvest *harvester

	// narrow says that Discord does not allow the message content intent.
	narrow atomic.Bool
	// shardsWanted is what the operator fixed, or 0.
	shardsWanted int

	mu     sync.Mutex
	shards []*shard
	// budgets, by shard; stood is the last sign of a session and lastIdentify the
	// last IDENTIFY before the shards were started anew.
	budgets             map[int]*budget
	stood, lastIdentify time.Time
	// While Run runs: the queue, and the context of the work, which outlives
	// Run's by the grace.
	queue *queue
	work  context.Context
	wg    sync.WaitGroup
}

// identity is who the bot is.
type identity struct{ user, application string }

// New makes a Bot. It does not connect.
func New(o Options) (*Bot, error) {
	token := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(o.Token)+" ", "Bot "))
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, errors.New("the Discord token is empty or holds characters that no token has: set DISCORD_TOKEN or DISCORD_TOKEN_FILE")
	}
	if o.Asker == nil {
		return nil, errors.New("bot: Options.Asker is missing")
	}
	base, err := url.Parse(or(o.APIURL, DefaultAPIURL))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("DISCORD_API_URL %q: an address like %s is needed", o.APIURL, DefaultAPIURL)
	}
	if o.Shards < 0 || o.Shards > MaxShards {
		return nil, fmt.Errorf("bot: Options.Shards %d: 0, or a number up to %d", o.Shards, MaxShards)
	}
	m, err := newMetrics(o.Registerer)
	if err != nil {
		return nil, err
	}
	b := &Bot{asker: o.Asker, prefix: or(o.Prefix, DefaultPrefix), token: token, scopes: o.Scopes, log: o.Logger, metrics: m,
		api: base.Scheme + "://" + base.Host + base.Path, seen: newLRU(rememberedIDs), floods: newFloods(), places: newPlaces(), pace: basePace,
		asking: make(chan struct{}, answersAtOnce), shardsWanted: o.Shards, budgets: map[int]*budget{}}
	if b.words = o.Asker.Languages(); b.words == nil {
		return nil, errors.New("bot: the Asker has no languages")
	}
	b.lines, b.operators = o.Lines, o.Language
	b.harvest = newHarvester(b, o)
	if b.log == nil {
		b.log = slog.New(slog.DiscardHandler)
	}
	if b.scopes == nil {
		b.scopes = func(string) []news.Scope { return nil }
	}
	b.redact = &redactor{b.log, token}
	libraryLog.Store(b.redact)
	next := http.DefaultTransport.(*http.Transport).Clone()
	next.MaxIdleConnsPerHost = 8
	b.transport = &transport{base: base, next: next, limits: newLimits(), metrics: m, redact: b.redact}
	if b.rest, err = discordgo.New("Bot " + token); err != nil {
		return nil, err
	}
	b.rest.Client = &http.Client{Transport: b.transport, Timeout: restTimeout, CheckRedirect: noRedirect}
	b.rest.LogLevel, b.rest.UserAgent = discordgo.LogError, userAgent
	return b, nil
}

// noRedirect makes a redirect an error: Discord's API has none, and the token
// shall not follow one.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// Check asks Discord who the bot is. A refused token is ErrToken at once; what
// could pass is tried again until ctx ends.
func (b *Bot) Check(ctx context.Context) error {
	var me struct {
		ID string `json:"id"`
	}
	err := b.get(ctx, "/users/@me", &me)
	if e, ok := errors.AsType[*APIError](err); ok && e.Status == http.StatusUnauthorized {
		return ErrToken
	}
	if err != nil {
		return fmt.Errorf("Discord at %s cannot be asked: %w", b.api, err)
	}
	if b.self.Load() == nil {
		b.self.Store(&identity{user: me.ID})
	}
	return nil
}

// Run connects, answers, and returns when ctx ends (nil) or when an operator
// must act (the error says how). Everything that it started has ended then.
func (b *Bot) Run(ctx context.Context) error {
	defer b.Close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := b.arrive(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	work, endWork := context.WithCancel(context.WithoutCancel(ctx))
	defer endWork()
	q := newQueue(b.log)
	q.start(work, &b.wg)
	b.mu.Lock()
	b.work, b.queue = work, q
	b.mu.Unlock()
	b.harvest.start(ctx, &b.wg)
	err := b.serve(ctx)
	cancel()
	b.mu.Lock()
	b.work, b.queue = nil, nil // late events find nobody
	b.mu.Unlock()
	q.stop()
	timer := time.AfterFunc(grace, endWork)
	defer timer.Stop()
	b.wg.Wait()
	return err
}

// arrive checks the token; while Discord cannot be reached it waits.
func (b *Bot) arrive(ctx context.Context) error {
	for pause := 2 * b.pace; ; pause = min(2*pause, lastGap*b.pace) {
		try, cancel := context.WithTimeout(ctx, 30*time.Second)
		err := b.Check(try)
		cancel()
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrToken):
			return err
		}
		b.log.Warn("discord: no connection", "error", errText(b.redact, err), "again_in", pause)
		if sleep(ctx, pause) != nil {
			return nil
		}
	}
}

// Close gives connections back that are kept for the next request. The bot can be
// used again.
func (b *Bot) Close() { b.rest.Client.CloseIdleConnections() }

// spawn does something beside the queue; Run waits for it. It reports whether
// the bot still works.
func (b *Bot) spawn(what string, fn func(ctx context.Context)) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	ctx := b.work
	if ctx == nil {
		return false
	}
	b.wg.Go(func() {
		defer b.guard(what)
		fn(ctx)
	})
	return true
}

// enqueue files a person's work in a channel's lane; way is how a question came,
// for counting.
func (b *Bot) enqueue(lane, user, way string, do func(context.Context)) bool {
	return b.file(lane, user, way, question, do)
}

// chore files work of our own in a lane.
func (b *Bot) chore(lane, owner string, do func(context.Context)) bool {
	return b.file(lane, owner, "", chore, do)
}

func (b *Bot) file(lane, user, way string, k kind, do func(context.Context)) bool {
	b.mu.Lock()
	q := b.queue
	b.mu.Unlock()
	if q == nil {
		return false
	}
	if way != "" {
		b.metrics.asked.WithLabelValues(way).Inc()
	}
	if !q.push(lane, user, k, do) {
		b.metrics.dropped.Inc()
		return false
	}
	return true
}

// guard ends a panic, which in one question must not end the program.
func (b *Bot) guard(what string) {
	if r := recover(); r != nil {
		b.log.Error("discord: a handler failed: please report this", "in", what, "panic", b.redact.clean(fmt.Sprint(r)), "stack", stack())
	}
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}
