package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// gap is the time between two sessions: a session that could be resumed has
// none, since Discord replays its events.
type gap struct {
	first bool // the first session has nothing before it
	since time.Time
	seen  map[string]place
}

const (
	// oldestQuestion is how old a question may be to be answered after a gap.
	oldestQuestion = time.Hour
	// overlap covers events that were under way when the connection ended; what
	// was answered is not answered again.
	overlap  = 10 * time.Second
	pageSize = 100 // Discord's maximum
	// readBackTime bounds the reading of one channel, where Discord's limits make it wait.
	readBackTime = 5 * time.Minute
	// maxPages bounds what is read of one channel: 5,000 messages, 83 a minute over
	// the oldest hour.
	maxPages = 50
)

// onGuildChannels compares the newest message of each channel with what was
// seen before the gap, and reads back where there is more.
func (s *shard) onGuildChannels(w wireGuild) {
	s.mu.Lock()
	g := s.gap
	s.mu.Unlock()
	if g == nil || g.first {
		return
	}
	// What was said before the bot joined was not said to it.
	joined := snowflakeAt(w.joined())
	for _, c := range slices.Concat(w.Channels, w.Threads) {
		if after := max(joined, g.after(c.ID)); snowflake(c.Last) > after {
			s.b.readBack(c.ID, w.ID, after)
		}
	}
}

// after is the message after which to read.
func (g *gap) after(channel string) uint64 {
	oldest := snowflakeAt(time.Now().Add(-oldestQuestion))
	if p, ok := g.seen[channel]; ok && p.last > 0 {
		return max(oldest, p.last)
	}
	return max(oldest, snowflakeAt(g.since.Add(-overlap)))
}

// readBack answers what was asked in a channel after a message. It takes its turn
// in the channel's lane.
func (b *Bot) readBack(channel, guild string, after uint64) {
	b.chore(channel, "read back "+channel, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, readBackTime)
		defer cancel()
		for range maxPages {
			var page []wireMessage
			path := fmt.Sprintf("/channels/%s/messages?limit=%d&after=%s", channel, pageSize, strconv.FormatUint(after, 10))
			if err := b.get(ctx, path, &page); err != nil {
				b.log.Warn("discord: messages since the last session cannot be read", "channel", channel, "error", errText(b.redact, err))
				return
			}
			// They come newest first.
			for _, m := range slices.Backward(page) {
				m.Guild = guild
				after = max(after, snowflake(m.ID))
				b.onMessage(m, true)
			}
			if len(page) < pageSize {
				return
			}
		}
		b.log.Warn("discord: a channel had more messages since the last session than are read back", "channel", channel, "read", maxPages*pageSize)
	})
}

// memberRoles asks for the roles of a person: messages read back have none.
func (b *Bot) memberRoles(ctx context.Context, guild, user string) []string {
	var m wireMember
	if err := b.get(ctx, "/guilds/"+guild+"/members/"+user, &m); err != nil {
		b.log.Debug("discord: roles cannot be read", "guild", guild, "error", errText(b.redact, err))
		return nil
	}
	return m.Roles
}
