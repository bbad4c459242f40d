package bot

import (
	"context"
	"sync"
	"time"

	"sitrep/commands"
)

// Questions are rationed by token buckets: one for each person and one for each
// guild. The person's is asked first, so that a flooder does not eat the guild's.
// A bucket's clock is Discord's, the time in the ID of a message or interaction: a
// replay after a gap comes at once, but was not asked at once.
const (
	// userBurst and userEvery: nobody reads faster than an answer in two seconds,
	// and five at once are a glance around (status, timeline, map, sources, help).
	userBurst = 5
	userEvery = 2 * time.Second
	// guildBurst and guildEvery: a fifth of the requests that Discord allows all
	// guilds together, so one guild cannot hold up the others.
	guildBurst = 40
	guildEvery = 100 * time.Millisecond
	// typeBurst and typeEvery are for autocompletion: a person types ten letters a
	// second at most.
	typeBurst = 40
	typeEvery = 100 * time.Millisecond
	// refusalBurst and refusalEvery: a slash command over the limit is told so, since
	// it shows as failed otherwise; beyond these it is left unanswered.
	refusalBurst = 3
	refusalEvery = 10 * time.Second

	// floodOver ends a flood, and a new notice may come, although it goes on.
	floodOver = time.Minute
	// sweepAt is how many buckets there are before full ones are looked for.
	sweepAt = 1000
	// maxNoticed bounds the channels of a guild-wide flood that get a notice.
	maxNoticed = 50
)

// bucket holds what may be asked now.
type bucket struct {
	left  float64
	at    time.Time // of left, on Discord's clock
	rate  ration
	noted map[string]time.Time // notices of this flood, by channel, or "" for a person's
}

// ration says how a bucket fills.
type ration struct {
	burst float64
	every time.Duration
}

// fill brings the bucket up to a moment; time does not run backwards. A bucket
// that is full has no flood.
func (k *bucket) fill(at time.Time) {
	if at.After(k.at) {
		k.left = min(k.rate.burst, k.left+float64(at.Sub(k.at))/float64(k.rate.every))
		k.at = at
	}
	if k.left >= k.rate.burst {
		k.noted = nil
	}
}

func (k *bucket) wait() time.Duration {
	return time.Duration((1 - k.left) * float64(k.rate.every))
}

// notice says whether a notice is due there, and notes that.
func (k *bucket) notice(channel string, at time.Time) bool {
	if last, ok := k.noted[channel]; ok && at.Sub(last) < floodOver || len(k.noted) >= maxNoticed {
		return false
	}
	if k.noted == nil {
		k.noted = map[string]time.Time{}
	}
	k.noted[channel] = at
	return true
}

// floods are the buckets of everyone.
type floods struct {
	user, guild ration

	mu    sync.Mutex
	by    map[string]*bucket
	sweep int // how many buckets there are when full ones are forgotten next
}

func newFloods() *floods {
	return &floods{user: ration{userBurst, userEvery}, guild: ration{guildBurst, guildEvery}, by: map[string]*bucket{}, sweep: sweepAt}
}

// verdict is what becomes of a question.
type verdict struct {
	ok     bool
	notice bool // over the limit, and the person is to be told
	wait   time.Duration
}

// question takes a token of a person's bucket and one of the guild's, where there
// is one. at is when it was asked, on Discord's clock.
func (f *floods) question(user, guild, channel string, at time.Time) verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	mine := f.bucket("user "+user, f.user, at)
	if mine.left < 1 {
		return verdict{notice: mine.notice("", at), wait: mine.wait()}
	}
	if guild != "" {
		theirs := f.bucket("guild "+guild, f.guild, at)
		if theirs.left < 1 {
			return verdict{notice: theirs.notice(channel, at), wait: theirs.wait()}
		}
		theirs.left--
	}
	mine.left--
	return verdict{ok: true}
}

// typing takes a token for an autocompletion.
func (f *floods) typing(user string, at time.Time) bool {
	return f.take("type "+user, ration{typeBurst, typeEvery}, at)
}

// refusal takes a token for telling a person that an interaction is over the limit.
func (f *floods) refusal(user string, at time.Time) bool {
	return f.take("refuse "+user, ration{refusalBurst, refusalEvery}, at)
}

func (f *floods) take(key string, r ration, at time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.bucket(key, r, at)
	if k.left < 1 {
		return false
	}
	k.left--
	return true
}

// full is a notice that is due because too much of a person's waits.
func (f *floods) full(user string, at time.Time) verdict {
	f.mu.Lock()
	defer f.mu.Unlock()
	k := f.bucket("user "+user, f.user, at)
	return verdict{notice: k.notice("", at), wait: max(k.wait(), userEvery)}
}

// bucket finds or makes a bucket and fills it; the lock is held. Full buckets are
// forgotten when there are many, so their number follows that of the people who
// have asked in the last seconds.
func (f *floods) bucket(key string, r ration, at time.Time) *bucket {
	if now := time.Now(); at.After(now) {
		at = now // a wrong ID does not fill a bucket for ever
	}
	k := f.by[key]
	if k == nil {
		if len(f.by) >= f.sweep {
			for old, k := range f.by {
				if k.fill(at); k.left >= k.rate.burst {
					delete(f.by, old)
				}
			}
			f.sweep = max(sweepAt, 2*len(f.by))
		}
		k = &bucket{left: r.burst, at: at, rate: r}
		f.by[key] = k
	}
	k.fill(at)
	return k
}

// floodWords is what a person is told who asks too fast. locale is the language of
// their client, where it is known.
func (b *Bot) floodWords(guild, locale string, wait time.Duration) string {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	return b.words.In(b.language(guild, locale)).Say("You ask faster than I can answer: I go on in %d seconds.", seconds)
}

// allowMessage says whether a message's question may go on to the queue. back says that
// it was read back: that goes channel by channel, beside what is asked now, so that each
// channel's past has a clock, and with it buckets, of its own.
func (b *Bot) allowMessage(m wireMessage, back bool) bool {
	user, guild := m.Author.ID, m.Guild
	if back {
		user += " in " + m.Channel
	}
	if back && guild != "" {
		guild += " in " + m.Channel
	}
	v := b.floods.question(user, guild, m.Channel, snowflakeTime(m.ID))
	if !v.ok {
		b.refuseMessage(m, v)
	}
	return v.ok
}

// refuseMessage counts a message that gets no answer, and tells its author unless
// they have been told.
func (b *Bot) refuseMessage(m wireMessage, v verdict) {
	b.metrics.flooded.Inc()
	if !v.notice {
		return
	}
	b.log.Info("discord: somebody asks too fast", "user", m.Author.ID, "channel", m.Channel)
	b.chore("notice "+m.Author.ID, "notice "+m.Author.ID, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, answerTime)
		defer cancel()
		_, err := b.send(ctx, m.Channel, commands.Reply{Note: b.floodWords(m.Guild, "", v.wait), Lang: b.language(m.Guild, "")}, "flood "+m.ID, m.ID, "")
		b.answered("notice", m.Channel, err)
	})
}

// dropMessage is for a question that the queue did not take.
func (b *Bot) dropMessage(m wireMessage) {
	b.log.Warn("discord: a question was dropped: too many wait", "user", m.Author.ID, "channel", m.Channel)
	b.refuseMessage(m, b.floods.full(m.Author.ID, snowflakeTime(m.ID)))
}

// allowInteraction says whether a slash command or button may go on to the queue.
func (b *Bot) allowInteraction(i wireInteraction, user string) bool {
	v := b.floods.question(user, i.Guild, i.Channel, snowflakeTime(i.ID))
	if !v.ok {
		b.refuseInteraction(i, user, v)
	}
	return v.ok
}

// refuseInteraction tells a person, and nobody else, that an interaction is over
// the limit. Each gets this answer, since Discord shows it as failed otherwise,
// but only as long as that is little work: after some it stays unanswered.
func (b *Bot) refuseInteraction(i wireInteraction, user string, v verdict) {
	b.metrics.flooded.Inc()
	if !b.floods.refusal(user, snowflakeTime(i.ID)) {
		return
	}
	b.chore("notice "+user, "notice "+user, func(ctx context.Context) {
		ctx, cancel := context.WithTimeout(ctx, firstDue)
		defer cancel()
		m := b.pen(b.language(i.Guild, i.Locale)).render(commands.Reply{Note: b.floodWords(i.Guild, i.Locale, v.wait)}, nil)[0].m
		m.Flags = flagEphemeral
		err := b.callback(ctx, i, callback{Type: callbackMessage, Data: m}, nil)
		if !answeredAlready(err) {
			b.answered("notice", i.Channel, err)
		}
	})
}

// flagEphemeral shows an answer to the person who asked alone:
// https://docs.discord.com/developers/resources/message#message-object-message-flags
const flagEphemeral = 1 << 6
