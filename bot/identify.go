package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Discord counts IDENTIFYs: it resets the token of a bot that sends 1,000 a day,
// and wants those of one rate-limit key (shard_id % max_concurrency) five seconds
// apart. A RESUME is free.
// https://docs.discord.com/developers/events/gateway#session-start-limit-object
const (
	// identifyBudget is how many IDENTIFYs a shard sends in any hour: 240 a day, a
	// quarter of what Discord allows, and three shards may be in trouble at once.
	identifyBudget = 10
	// All times derive from the pace, so that a test's hour is short. At basePace:
	budgetHour    = 7200 // an hour
	identifyApart = 10   // five seconds between two IDENTIFYs
	budgetMargin  = 20   // ten seconds, for what the way to Discord takes
	// startReserve is how many of the day's session starts are left to others: to
	// the operator who tries another version, and to what is counted late.
	startReserve = 10
	// maxStartWait bounds what one answer of Discord's may make us wait.
	maxStartWait = 24 * time.Hour
)

// budget spreads the IDENTIFYs of one shard. The pause since the last one doubles
// with every other of the past hour, from 5 s to 21 minutes: short trouble costs
// seconds, and long trouble never spends the hour at once. Ten an hour are the
// bound in any case. A session that has held for longer than the pause is followed
// by the next without one.
type budget struct {
	pace time.Duration
	past []time.Time // of the last hour, oldest first
}

// due is when the next IDENTIFY may go.
func (g *budget) due(now time.Time) time.Time {
	hour := (budgetHour + budgetMargin) * g.pace
	for len(g.past) > 0 && now.Sub(g.past[0]) >= hour {
		g.past = g.past[1:]
	}
	n := len(g.past)
	if n == 0 {
		return now
	}
	at := g.past[n-1].Add(identifyApart * g.pace << min(n-1, identifyBudget))
	if n >= identifyBudget {
		if full := g.past[n-identifyBudget].Add(hour); full.After(at) {
			at = full
		}
	}
	if at.Before(now) {
		return now
	}
	return at
}

func (g *budget) note(at time.Time) { g.past = append(g.past, at) }

// startInfo is the answer of GET /gateway/bot; a compatible server may leave the
// limit out, and then there is none.
type startInfo struct {
	Shards int `json:"shards"`
	Limit  *struct {
		Total       int   `json:"total"`
		Remaining   int   `json:"remaining"`
		ResetAfter  int64 `json:"reset_after"` // milliseconds
		Concurrency int   `json:"max_concurrency"`
	} `json:"session_start_limit"`
}

// askStart asks Discord how sessions may be started, until it says so or ctx ends.
func (b *Bot) askStart(ctx context.Context) (startInfo, error) {
	for pause := 2 * b.pace; ; pause = min(2*pause, lastGap*b.pace) {
		info, err := b.startOnce(ctx)
		if err == nil || errors.Is(err, ErrToken) || ctx.Err() != nil {
			return info, err
		}
		b.log.Warn("discord: it does not say how many sessions may be started", "error", errText(b.redact, err), "again_in", pause)
		if err := sleep(ctx, pause); err != nil {
			return info, err
		}
	}
}

func (b *Bot) startOnce(ctx context.Context) (info startInfo, err error) {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	err = b.get(ctx, "/gateway/bot", &info)
	if e, ok := errors.AsType[*APIError](err); ok {
		switch e.Status {
		case http.StatusUnauthorized:
			err = ErrToken
		case http.StatusNotFound: // a compatible server that has no shards
			err = nil
		}
	}
	return info, err
}

// gate lets the IDENTIFYs of all shards through.
type gate struct {
	b     *Bot
	keys  []*gateKey // by rate-limit key
	asks  chan struct{}
	mu    sync.Mutex
	left  int // session starts that are left, as far as we know
	asked time.Time
}

// gateKey is one of Discord's rate-limit keys: one shard at a time is in turn.
type gateKey struct {
	turn chan struct{}
	next time.Time // the earliest next IDENTIFY; belongs to who is in turn
}

func newGate(b *Bot, info startInfo) *gate {
	g := &gate{b: b, asks: make(chan struct{}, 1)}
	n := 1
	if info.Limit != nil {
		n = min(max(n, info.Limit.Concurrency), MaxShards)
	}
	for range n {
		g.keys = append(g.keys, &gateKey{turn: make(chan struct{}, 1), next: b.lastIdentify.Add(identifyApart * b.pace)})
	}
	g.learn(info)
	return g
}

func (g *gate) learn(info startInfo) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left, g.asked = 1<<30, time.Now()
	if info.Limit != nil {
		g.left = info.Limit.Remaining
	}
}

// enter waits until the shard may IDENTIFY. The caller calls leave when the
// attempt is over, and says whether an IDENTIFY was sent. The next one's pause
// counts from that call: Discord has had the last one by then, however long its
// way was.
func (g *gate) enter(ctx context.Context, id int, log *slog.Logger) (leave func(sent bool), err error) {
	key := g.keys[id%len(g.keys)]
	select {
	case key.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() {
		if err != nil {
			<-key.turn
		}
	}()
	if err := g.starts(ctx, log); err != nil {
		return nil, err
	}
	if err := sleep(ctx, time.Until(key.next)); err != nil {
		return nil, err
	}
	return func(sent bool) {
		if sent {
			key.next = time.Now().Add(identifyApart * g.b.pace)
			g.mu.Lock()
			g.left--
			g.mu.Unlock()
		}
		<-key.turn
	}, nil
}

// starts waits while too few session starts are left. What Discord said an hour
// ago is asked anew: other processes with the same token start sessions, too.
func (g *gate) starts(ctx context.Context, log *slog.Logger) error {
	select {
	case g.asks <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-g.asks }()
	for {
		g.mu.Lock()
		few, old := g.left <= startReserve, time.Since(g.asked) > budgetHour*g.b.pace
		g.mu.Unlock()
		if !few && !old {
			return nil
		}
		info, err := g.b.startOnce(ctx)
		switch {
		case errors.Is(err, ErrToken) || ctx.Err() != nil:
			return errors.Join(err, ctx.Err())
		case err != nil && !few:
			return nil // it had enough when it last answered
		case err != nil:
			if err := sleep(ctx, lastGap*g.b.pace); err != nil {
				return err
			}
			continue
		}
		g.learn(info)
		if l := info.Limit; l == nil || l.Remaining > startReserve || l.Remaining >= l.Total {
			return nil
		}
		wait := min(max(time.Duration(info.Limit.ResetAfter)*time.Millisecond, identifyApart*g.b.pace), maxStartWait)
		log.Warn("discord: too few session starts are left for today: sitrep waits until Discord counts anew, since it resets the token of a bot that uses them up. "+
			"Look whether this or another program with this token starts again and again", "left", info.Limit.Remaining, "of", info.Limit.Total, "wait", wait.Round(time.Second))
		if err := sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// permit waits until the shard may IDENTIFY; see gate.enter.
func (s *shard) permit(ctx context.Context) (func(sent bool), error) {
	if wait := time.Until(s.budget.due(time.Now())); wait > 0 {
		if wait > lastGap*s.b.pace {
			s.log.Warn("discord: many new sessions within an hour: waiting, since Discord resets the token of a bot that starts 1,000 a day", "wait", wait.Round(time.Second))
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	leave, err := s.gate.enter(ctx, s.id, s.log)
	if err != nil {
		return nil, fmt.Errorf("discord session: %w", err)
	}
	return func(sent bool) {
		leave(sent)
		if sent {
			s.budget.note(time.Now())
		}
	}, nil
}
