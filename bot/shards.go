package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// MaxShards bounds the number of shards; Discord wants one for 2,500 guilds at most.
const MaxShards = 1000

// ParseShards reads a number of shards as an operator gives it: "auto", which is
// 0, or a number from 1 to MaxShards.
func ParseShards(text string) (int, error) {
	if text == "auto" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > MaxShards {
		return 0, fmt.Errorf("%q shards: give auto, which takes the number that Discord recommends, or a number from 1 to %d", text, MaxShards)
	}
	return n, nil
}

// shard is one share of the guilds: those for which (guild_id >> 22) % count is
// id; direct messages are shard 0's. It has one gateway session at a time.
type shard struct {
	b         *Bot
	id, count int
	log       *slog.Logger
	budget    *budget
	gate      *gate

	mu         sync.Mutex
	link       *link // the present generation
	generation int   // its number
	ready      bool
	last       time.Time // the last event or sign of a session
	began      bool      // there was a session before
	gap        *gap      // what had been seen before the present session
}

// errMoreShards says that Discord wants more shards than there are.
var errMoreShards = errors.New("the bot is in so many guilds that Discord requires more shards")

// serve keeps all shards' sessions alive until ctx ends (nil) or an operator must
// act (the words for that).
func (b *Bot) serve(ctx context.Context) error {
	least := 1
	for {
		info, err := b.askStart(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			return err
		}
		count := b.shardsWanted
		if count == 0 {
			count = min(max(info.Shards, least), MaxShards)
		}
		err = b.serveShards(ctx, count, newGate(b, info))
		switch {
		case ctx.Err() != nil:
			return nil
		case !errors.Is(err, errMoreShards):
			return err
		case b.shardsWanted != 0:
			return fmt.Errorf("%w than --shards %d: set --shards auto, or a greater number", err, b.shardsWanted)
		case count == MaxShards:
			return fmt.Errorf("%w than %d, which is the most that sitrep opens", err, MaxShards)
		}
		least = count + 1
		b.log.Warn("discord: more shards are required (close code 4011): all sessions start anew with as many as Discord recommends", "shards", count)
	}
}

// serveShards runs that many shards until one ends.
func (b *Bot) serveShards(ctx context.Context, count int, g *gate) error {
	b.mu.Lock()
	b.shards = nil
	for id := range count {
		if b.budgets[id] == nil { // it outlives a change of the number of shards
			b.budgets[id] = &budget{pace: b.pace}
		}
		s := &shard{b: b, id: id, count: count, log: b.log, budget: b.budgets[id], gate: g, last: b.stood, began: !b.stood.IsZero()}
		if count > 1 {
			s.log = b.log.With("shard", id)
		}
		b.shards = append(b.shards, s)
	}
	shards := b.shards
	b.mu.Unlock()
	if count > 1 {
		b.log.Info("discord: shards", "shards", count, "at_once", len(g.keys))
	}
	run, ctx := errgroup.WithContext(ctx)
	for _, s := range shards {
		run.Go(func() error { return s.keep(ctx) })
	}
	err := run.Wait()
	b.mu.Lock()
	for _, s := range shards {
		s.mu.Lock()
		if s.last.After(b.stood) {
			b.stood = s.last
		}
		for _, at := range s.budget.past {
			if at.After(b.lastIdentify) {
				b.lastIdentify = at
			}
		}
		s.mu.Unlock()
	}
	b.shards = nil
	b.mu.Unlock()
	b.showReady()
	return err
}

// Ready says that the gateway sessions of all shards stand.
func (b *Bot) Ready() bool {
	n, of := b.standing()
	return of > 0 && n == of
}

// standing is how many shards' sessions stand, of how many.
func (b *Bot) standing() (n, of int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.countReady(), len(b.shards)
}

// countReady is called with the Bot's lock held.
func (b *Bot) countReady() (n int) {
	for _, s := range b.shards {
		s.mu.Lock()
		if s.ready {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

func (b *Bot) showReady() {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, all := b.countReady(), 0.0
	if n > 0 && n == len(b.shards) {
		all = 1
	}
	b.metrics.ready.Set(all)
	b.metrics.shards.Set(float64(len(b.shards)))
	b.metrics.shardsReady.Set(float64(n))
}

// adopt makes a link the shard's present one and numbers it.
func (s *shard) adopt(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
	s.link, l.generation = l, s.generation
}

// current says that a link is the present one: what others say of the state does
// not count. Questions that come over them are answered; each is answered once.
func (s *shard) current(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.link == l
}

// setReady notes whether the session stands, unless another link has taken over.
func (s *shard) setReady(l *link, on bool) {
	s.mu.Lock()
	if s.link == l {
		if s.ready = on; on {
			s.last = time.Now()
		}
	}
	s.mu.Unlock()
	s.b.showReady()
}

// alive notes that the session stood at this moment.
func (s *shard) alive() {
	s.mu.Lock()
	s.last = time.Now()
	s.mu.Unlock()
}

// onReady begins a new session: slash commands are looked after, and what was
// said since the session before is read back.
func (s *shard) onReady(l *link, r wireReady) {
	s.b.self.Store(&identity{r.User.ID, or(r.Application.ID, r.User.ID)})
	s.mu.Lock()
	g := &gap{since: s.last, seen: s.b.places.copy(), first: !s.began}
	s.gap, s.began = g, true
	s.mu.Unlock()
	s.setReady(l, true)
	s.log.Info("discord: connected", "user", r.User.ID, "generation", l.generation)
	if s.id == 0 {
		s.b.spawn("slash commands", s.b.register)
	}
	if !g.first {
		s.readBackUnannounced(g, len(r.Guilds) == 0)
	}
	if len(r.Guilds) == 0 {
		s.b.harvest.readOn(func(guild string) bool { return shardOf(guild, s.count) == s.id })
	}
}

// readBackUnannounced reads back the channels of which no event will say what is
// new there: direct messages, and, where READY names no guilds, all that have been
// heard of within a day.
func (s *shard) readBackUnannounced(g *gap, guilds bool) {
	lately := snowflakeAt(time.Now().Add(-24 * time.Hour))
	for channel, p := range g.seen {
		if p.guild == "" && s.id == 0 || p.guild != "" && guilds && p.last >= lately && shardOf(p.guild, s.count) == s.id {
			s.b.readBack(channel, p.guild, g.after(channel))
		}
	}
}

// shardOf is the shard of a guild, and of what belongs to none:
// https://docs.discord.com/developers/events/gateway#sharding
func shardOf(guild string, count int) int { return int(snowflake(guild) >> 22 % uint64(count)) }
