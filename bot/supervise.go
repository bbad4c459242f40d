package bot

import (
	"context"
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
)

// keep keeps the shard's gateway session alive until ctx ends (then nil) or an
// operator must act (then the words for that).
func (s *shard) keep(ctx context.Context) error {
	var l *link
	gap, failed := time.Duration(0), 0
	for {
		if err := sleep(ctx, gap); err != nil {
			return nil
		}
		if l == nil {
			var err error
			if l, err = s.newLink(ctx); err != nil {
				return err
			}
			s.adopt(l)
		}
		began := time.Now()
		end := s.connect(ctx, l)
		if ctx.Err() != nil {
			return nil
		}
		stood := l.stood()
		gap = s.nextGap(gap, time.Since(began), stood)
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
			s.b.withoutContent()
			l = nil
		case renew:
			l = nil
			gap = max(gap, 2*s.b.pace+rand.N(8*s.b.pace)) // 1 to 5 s, as Discord asks after op 9
		}
		s.log.Info("discord: the gateway connection ended", "close_code", end.code, "reason", errText(s.b.redact, end.err), "resume", l != nil && l.resumable(),
			"again_in", gap.Round(time.Millisecond), "generation", s.number())
	}
}

func (s *shard) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generation
}

// withoutContent makes new sessions go without the message content intent. All
// shards learn it one by one; it is said once.
func (b *Bot) withoutContent() {
	if !b.narrow.Swap(true) {
		b.log.Warn("discord: the message content intent is not allowed (close code 4014): sitrep goes on without it. Slash commands, mentions and direct messages work; " +
			"prefix commands in channels do not. Switch it on at https://discord.com/developers/applications → Bot → Message Content Intent, and restart sitrep")
	}
}

// connect opens the link and stays until its connection has ended.
func (s *shard) connect(ctx context.Context, l *link) ending {
	leave := func(bool) {}
	if !l.resumable() {
		var err error
		if leave, err = s.permit(ctx); err != nil { // ctx has ended, or the token is refused
			return ending{halt, 0, err}
		}
	}
	stop := context.AfterFunc(ctx, l.abort)
	err := l.open()
	stop()
	leave(l.identified())
	if err != nil {
		end := l.shut()
		if end.err == nil {
			end.err = err
		}
		return end
	}
	end := l.live(ctx)
	s.setReady(l, false)
	return end
}

// nextGap is the pause before the next connection: none after one that held,
// otherwise doubling, with jitter. Where the session stood it stays short:
// people wait for their answers.
func (s *shard) nextGap(last, held time.Duration, stood bool) time.Duration {
	pace := s.b.pace
	most := lastGap * pace
	if stood {
		most = shortGap * pace
	}
	switch {
	case held >= steady:
		return 0
	case last == 0:
		return pace/2 + rand.N(pace/2)
	}
	last = min(2*last, most)
	return last - rand.N(last/4)
}

func errText(r *redactor, err error) string {
	if err == nil {
		return ""
	}
	return r.clean(err.Error())
}
