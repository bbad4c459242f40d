package bot

import (
	"context"
	"errors"
	"net/http"
	"time"

	"sitrep/commands"
)

// trouble is what keeps a source from being read.
type trouble struct {
	// words say it to people; empty while nothing is wrong.
	words string
	since time.Time
	// told says that the guild was given notice.
	told bool
	// tries in a row have failed; retryAt is when it is tried again.
	tries   int
	retryAt time.Time
}

// gone is why a channel cannot be read any more.
type gone string

func (g gone) Error() string { return string(g) }

const (
	errDeleted        gone = "The channel was deleted. Remove the source, or add another channel."
	errLeft           gone = "sitrep is not in the server any more. Invite it again."
	errElsewhereGuild gone = "The channel is not in this server. Remove the source, and add a channel of this server."
	errWithheld       gone = "Discord withholds what people write in channels: the operator has to switch on the message content intent."
	errNoHistory      gone = "sitrep may not read what was written in the channel: give it View Channel and Read Message History there."
)

const (
	// tryAgain and tryLast, in paces of half a second, are the first and the longest
	// wait of a source that fails.
	tryAgain = 10
	tryLast  = 7200
	// sure is how many tries show that messages are hidden.
	sure = 3
	// patient is how many tries a failure may be one of the network's.
	patient = 4
)

// refused says that Discord will give the same answer until somebody acts.
func refused(err error) bool {
	e, ok := errors.AsType[*APIError](err)
	return ok && !e.Temporary()
}

// reason says an error to the people of a guild, or "" where it is not theirs to mend.
func (f *feed) reason(err error) string {
	say := f.h.printer(f.guild).Say
	if why, ok := errors.AsType[gone](err); ok {
		return say(string(why))
	}
	e, ok := errors.AsType[*APIError](err)
	switch {
	case ok && e.Gone():
		return say(string(errDeleted))
	case ok && (e.Denied() || e.Status == http.StatusNotFound):
		return say(string(errNoHistory))
	case ok && f.tries >= patient:
		return say("Discord does not let the channel be read: %s", e.Error())
	}
	return ""
}

// fail notes an error: it is tried again, later and later.
func (f *feed) fail(ctx context.Context, err error) {
	f.tries++
	wait := min(tryAgain*f.b.pace<<min(f.tries-1, 16), tryLast*f.b.pace)
	why, ok := errors.AsType[gone](err)
	// One empty page may be a hiccup of Discord's.
	unsure := why == errNoHistory && f.tries < sure
	if !unsure && (ok || refused(err)) {
		if wait = tryLast * f.b.pace; f.tries < patient && why == "" {
			wait = waitGuild * f.b.pace << f.tries
		}
	}
	f.retryAt = time.Now().Add(wait)
	f.b.log.Warn("discord: a channel source cannot be read: it is tried again", "guild", f.guild, "source", f.name, "channel", f.channel, "error", errText(f.b.redact, err), "again_in", wait)
	words := f.reason(err)
	if words == "" || words == f.words || unsure {
		return
	}
	if f.words == "" {
		f.since = time.Now().UTC()
	}
	f.words, f.dirty, f.urgent = words, true, true
	if !f.told {
		f.told = true
		f.notice(ctx)
	}
}

// mend notes that all is well.
func (f *feed) mend() {
	f.tries, f.retryAt = 0, time.Time{}
	if f.words != "" {
		f.words, f.since, f.told = "", time.Time{}, false
		f.dirty, f.urgent = true, true
	}
	if f.dirty {
		f.lastOK = time.Now()
	}
}

// notice tells the guild once, where it has its notices.
func (f *feed) notice(ctx context.Context) {
	channel := f.b.asker.Settings(f.guild).Channel
	if channel == "" {
		return
	}
	p := f.h.printer(f.guild)
	reply := commands.Reply{Title: p.Say("The source %s cannot be read", f.name), Note: f.words, Lang: p.Code}
	seed := "source " + f.guild + "/" + f.name + "/" + f.since.Format(time.RFC3339Nano)
	if _, err := f.b.send(ctx, channel, reply, seed, "", ""); err != nil {
		f.b.log.Warn("discord: a notice could not be sent", "guild", f.guild, "channel", channel, "error", errText(f.b.redact, err))
	}
}
