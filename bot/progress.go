package bot

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sitrep/commands"
	"sitrep/ingest"
)

// progress tells how the reading of a source's history goes: in one message, which is
// edited. Where it is told is written down, so that after a restart the same message
// goes on.
type progress struct {
	ingest.Backfill
	// oldest is the oldest message that has been read.
	oldest uint64
	// listed says that all archived threads have been found, listedTo how far.
	listed   bool
	listedTo string
	// edited is when the message was last changed, to what it shows now.
	edited time.Time
	shows  string
}

// progressEvery, in paces of half a second, is the least time between two edits.
const progressEvery = 10

// follow makes a channel the one where the progress is told, unless there is one.
func (f *feed) follow(tell string) {
	if tell != "" && f.Backfill.Channel == "" && f.history[historyThreads] != historyDone {
		f.Backfill.Channel, f.dirty, f.urgent = tell, true, true
	}
}

// untold says that there is a message to be kept up to date.
func (f *feed) untold() bool { return f.Backfill.Channel != "" }

// finished says that the history has been read.
func (f *feed) finished() bool {
	return f.place.ID != "" && f.nextHistory() == "" && len(f.behind) == 0
}

// tellProgress brings the message up to date.
func (f *feed) tellProgress(ctx context.Context) {
	if !f.untold() || f.place.ID == "" && f.words == "" {
		return
	}
	reply := f.progressReply()
	now := reply.Title + "\n" + reply.Note
	final := f.finished() && f.words == ""
	if now == f.shows && !final || !final && f.words == "" && time.Since(f.edited) < progressEvery*f.b.pace {
		return
	}
	if now != f.shows {
		err := f.showProgress(ctx, reply)
		switch {
		case refused(err): // somebody deleted it, or the bot may not write there
			f.b.log.Info("discord: the progress of a source is not told any more", "guild", f.guild, "source", f.name, "error", errText(f.b.redact, err))
			final = true
		case err != nil:
			f.b.log.Debug("discord: the progress of a source could not be told", "source", f.name, "error", errText(f.b.redact, err))
			f.edited = time.Now()
			return
		}
		f.shows, f.edited, f.dirty = now, time.Now(), true
	}
	if final {
		f.Backfill.Channel, f.Backfill.Message, f.dirty, f.urgent = "", "", true, true
	}
}

func (f *feed) showProgress(ctx context.Context, reply commands.Reply) error {
	if f.Backfill.Message == "" {
		// The seed stays the same: if the note of it is lost, the message is not doubled.
		seed := "progress " + f.guild + "/" + f.name + "/" + strconv.FormatInt(f.added.UnixNano(), 10)
		id, err := f.b.send(ctx, f.Backfill.Channel, reply, seed, "", "")
		if err == nil {
			f.Backfill.Message, f.urgent = id, true
		}
		return err
	}
	page := f.b.pen(reply.Lang).render(reply, nil)[0]
	req, err := form(http.MethodPatch, "/channels/"+f.Backfill.Channel+"/messages/"+f.Backfill.Message, page.m.edit(), page.files)
	if err != nil {
		return err
	}
	_, err = f.b.do(ctx, req)
	return err
}

func (f *feed) progressReply() commands.Reply {
	p := f.h.printer(f.guild)
	read := p.Say("%d messages read", f.Backfill.Messages)
	r := commands.Reply{Lang: p.Code, Title: p.Say("Reading the history of %s", f.name)}
	switch {
	case f.words != "":
		r.Title = p.Say("The history of %s cannot be read on", f.name)
		r.Note = read + ". " + f.words
	case f.finished():
		r.Title = p.Say("The history of %s has been read", f.name)
		r.Note = p.Say("%s: %s, %s.", read, p.Say("%d dispatches filed", f.Backfill.Filed), p.Say("%d without words", f.Backfill.Wordless))
	case f.oldest > 0:
		r.Note = p.Say("%s, back to %s…", read, p.Day(snowflakeTime(strconv.FormatUint(f.oldest, 10)).UTC()))
	default:
		r.Note = strings.TrimSpace(read + "…")
	}
	return r
}
