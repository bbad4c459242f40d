package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/bwmarrin/discordgo"
)

const (
	allIntents = discordgo.IntentGuilds | discordgo.IntentGuildMessages | discordgo.IntentDirectMessages | discordgo.IntentMessageContent

	// steady is how long a connection must have held for the backoff to start anew.
	steady = 30 * time.Second
	// basePace is the first pause, from which all other ones derive.
	basePace = 500 * time.Millisecond
	shortGap = 8   // times the pace: the longest pause where the session stood
	lastGap  = 120 // and where it did not
	// resumeTries failed openings in a row give a session up.
	resumeTries = 4
	// identifyBudget an hour is far from the 1,000 a day at which Discord resets the token.
	identifyBudget = 30
)

// supervise keeps one gateway session alive until ctx ends (then nil) or an
// operator must act (then the words for that).
func (b *Bot) supervise(ctx context.Context) error {
	intents := allIntents
	var identified []time.Time
	var l *link
	gap, failed := time.Duration(0), 0
	for {
		if err := sleep(ctx, gap); err != nil {
			return nil
		}
		if l == nil {
			var err error
			if l, err = b.newLink(ctx, intents); err != nil {
				return fmt.Errorf("discord session: %w", err)
			}
			b.adopt(l)
		}
		if !l.resumable() {
			if identified = b.budget(ctx, identified); ctx.Err() != nil {
				return nil
			}
		}
		began := time.Now()
		end := b.connect(ctx, l)
		if ctx.Err() != nil {
			return nil
		}
		stood := l.stood()
		gap = b.nextGap(gap, time.Since(began), stood)
		if failed++; stood {
			failed = 0
		}
		if failed >= resumeTries && l.resumable() && end.next == resume {
			end.next = renew
		}
		switch end.next {
		case halt:
			return end.err
		case fewer:
			b.log.Warn("discord: the message content intent is not allowed: sitrep goes on without it. Slash commands, mentions and direct messages work; "+
				"prefix commands in channels do not. Switch it on at https://discord.com/developers/applications → Bot → Message Content Intent", "close_code", end.code)
			intents &^= discordgo.IntentMessageContent
			l = nil
		case renew:
			l = nil
			gap = max(gap, 2*b.pace+rand.N(8*b.pace)) // 1 to 5 s, as Discord asks after op 9
		}
		b.log.Info("discord: the gateway connection ended", "close_code", end.code, "reason", errText(b.redact, end.err), "resume", l != nil && l.resumable(), "again_in", gap.Round(time.Millisecond))
	}
}

// connect opens the link and stays until its connection has ended.
func (b *Bot) connect(ctx context.Context, l *link) ending {
	stop := context.AfterFunc(ctx, l.abort)
	err := l.open()
	stop()
	if err != nil {
		end := l.shut()
		if end.err == nil {
			end.err = err
		}
		return end
	}
	end := l.live(ctx)
	b.setReady(l, false)
	return end
}

// nextGap is the pause before the next connection: none after one that held,
// otherwise doubling, with jitter. Where the session stood it stays short:
// people wait for their answers.
func (b *Bot) nextGap(last, held time.Duration, stood bool) time.Duration {
	most := lastGap * b.pace
	if stood {
		most = shortGap * b.pace
	}
	switch {
	case held >= steady:
		return 0
	case last == 0:
		return b.pace/2 + rand.N(b.pace/2)
	}
	last = min(2*last, most)
	return last - rand.N(last/4)
}

// budget waits until another IDENTIFY may go, and counts it.
func (b *Bot) budget(ctx context.Context, past []time.Time) []time.Time {
	for len(past) > 0 && time.Since(past[0]) > time.Hour {
		past = past[1:]
	}
	if len(past) >= identifyBudget {
		wait := time.Until(past[0].Add(time.Hour))
		b.log.Warn("discord: too many new sessions in an hour: waiting, since Discord resets the token of a bot that identifies 1,000 times a day", "wait", wait.Round(time.Second))
		_ = sleep(ctx, wait)
	}
	return append(past, time.Now())
}

func errText(r *redactor, err error) string {
	if err == nil {
		return ""
	}
	return r.clean(err.Error())
}
