package bot

import (
	"strconv"
	"sync"
	"time"
)

// rememberedIDs are how many messages and interactions are known to be answered.
const rememberedIDs = 20000

// lru remembers the last n strings.
type lru struct {
	mu   sync.Mutex
	have map[string]struct{}
	ring []string
	at   int
}

func newLRU(n int) *lru { return &lru{have: make(map[string]struct{}, n), ring: make([]string, n)} }

// first reports whether s is new, and remembers it.
func (l *lru) first(s string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.have[s]; ok {
		return false
	}
	delete(l.have, l.ring[l.at])
	l.ring[l.at], l.have[s] = s, struct{}{}
	l.at = (l.at + 1) % len(l.ring)
	return true
}

// place is a channel as far as messages were seen in it.
type place struct {
	guild string
	last  uint64 // the newest message's ID
}

// maxPlaces bounds how many channels are remembered: 2,500 guilds of 40 channels.
const maxPlaces = 100000

// places remember the newest message of every channel, so that what was said
// while there was no session can be read back.
type places struct {
	mu sync.Mutex
	by map[string]place
}

func newPlaces() *places { return &places{by: map[string]place{}} }

func (p *places) saw(channel, guild, message string) {
	id := snowflake(message)
	p.mu.Lock()
	defer p.mu.Unlock()
	old, known := p.by[channel]
	if id <= old.last && known || !known && len(p.by) >= maxPlaces {
		return
	}
	p.by[channel] = place{guild, id}
}

// copy is the state of now.
func (p *places) copy() map[string]place {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make(map[string]place, len(p.by))
	for k, v := range p.by {
		out[k] = v
	}
	return out
}

// discordEpoch is the first millisecond of 2015, from which snowflakes count:
// https://docs.discord.com/developers/reference#snowflakes
const discordEpoch = 1420070400000

func snowflake(id string) uint64 {
	n, _ := strconv.ParseUint(id, 10, 64)
	return n
}

// snowflakeAt is the least ID of a moment.
func snowflakeAt(t time.Time) uint64 { return uint64(max(0, t.UnixMilli()-discordEpoch)) << 22 }

// snowflakeTime is when an ID was made.
func snowflakeTime(id string) time.Time {
	return time.UnixMilli(int64(snowflake(id)>>22) + discordEpoch)
}
