package bot

import (
	"context"
	"errors"
	"time"

	"sitrep/news"
)

// kindOfPost is what a message is to a source.
type kindOfPost int

const (
	isDispatch  kindOfPost = iota
	isWordless             // it says nothing that could be filed
	isOurs                 // the bot's own, or a question to it
	isTakenBack            // it stands in the channel, but says that it was deleted elsewhere
)

// flagSourceDeleted marks a message that was published from another channel and
// deleted there.
const flagSourceDeleted = 1 << 3

// The reasons of retractions, as the log keeps them.
const (
	reasonDeleted = "deleted in the channel"
	reasonEmptied = "its words were taken out in the channel"
)

// judge makes a dispatch of a message of the source. The error says that what it
// says cannot be known.
func (f *feed) judge(m wireMessage) (d news.Dispatch, v kindOfPost, err error) {
	m.Guild = f.guild
	if m.Author == nil {
		return d, isWordless, nil
	}
	person := m.Webhook == "" && !m.Author.Bot
	if m.Author.ID == f.b.selfID() {
		return d, isOurs, nil
	}
	if person {
		if _, way := f.b.line(m); way != "" {
			return d, isOurs, nil
		}
	}
	if m.Flags&flagSourceDeleted != 0 {
		return d, isTakenBack, nil
	}
	d, ok := dispatchOf(m, func(key string) string { return f.b.guilds.name(f.guild, key) })
	if !ok {
		if f.b.narrow.Load() && m.Content == "" && len(m.Embeds)+len(m.Attachments)+len(m.Snapshots) == 0 {
			return d, isWordless, errWithheld
		}
		return d, isWordless, nil
	}
	d.Source, d.Author, d.Scope = f.name, d.Source, news.GuildScope(f.guild)
	return d, isDispatch, nil
}

// haul is dispatches on their way into the log, and what is noted when they are there.
type haul struct {
	list  []news.Dispatch
	ids   []uint64 // of their messages
	of    []string // their channels
	upTo  map[string]uint64
	known int // they were there before, or are refused
	fresh int
}

func (h *haul) add(m wireMessage, d news.Dispatch) {
	h.list, h.ids, h.of = append(h.list, d), append(h.ids, snowflake(m.ID)), append(h.of, m.Channel)
}

// pass notes that a channel has been seen to up to a message.
func (h *haul) pass(channel string, id uint64) {
	if h.upTo == nil {
		h.upTo = map[string]uint64{}
	}
	h.upTo[channel] = max(h.upTo[channel], id)
}

// file files a haul: its messages are noted first, and only when all of it is on disk
// the cursors move.
func (f *feed) file(ctx context.Context, h *haul) error {
	for from := 0; from < len(h.list); from += batchSize {
		to := min(from+batchSize, len(h.list))
		note := false
		for i := from; i < to; i++ {
			note = f.keep(h.of[i], h.ids[i]) || note
		}
		if note {
			if err := f.save(ctx); err != nil {
				return err
			}
		}
		got, err := f.h.filer.File(ctx, h.list[from:to])
		if err != nil {
			return err
		}
		if got.Refused > 0 {
			f.b.log.Warn("discord: posts of a source could not be kept", "guild", f.guild, "source", f.name, "posts", got.Refused)
		}
		h.fresh += got.New
		h.known += got.Known
		f.filed += got.New
		for i := from; i < to; i++ {
			if at := h.list[i].Published; at.After(f.newest) {
				f.newest = at
			}
		}
	}
	for c, id := range h.upTo {
		f.pass(c, id)
	}
	if len(h.list) > 0 || len(h.upTo) > 0 {
		f.lastOK = time.Now()
	}
	if f.dirty && time.Since(f.saved) >= saveEvery*f.b.pace {
		_ = f.save(ctx) // it has told the log, and is tried again
	}
	return nil
}

// filePosts does what the gateway told, in its order.
func (f *feed) filePosts(ctx context.Context) error {
	for len(f.posts) > 0 {
		n, err := f.someToFile(ctx)
		if n == 0 && err == nil {
			n, err = 1, f.amend(ctx, f.posts[0])
		}
		if err != nil {
			return err
		}
		f.posts = f.posts[n:]
	}
	f.posts = nil
	return nil
}

// someToFile files the new and changed messages that are next, and returns how many
// posts they were.
func (f *feed) someToFile(ctx context.Context) (n int, err error) {
	var h haul
	for _, p := range f.posts {
		if p.kind != postNew && p.kind != postChanged || len(h.list) == batchSize {
			break
		}
		id := snowflake(p.m.ID)
		cursor, begun := f.cursors[p.m.Channel]
		if p.kind == postNew && (f.behind[p.m.Channel] || !begun || id <= cursor && f.known(p.m.Channel, id)) {
			if !begun && p.m.Channel != "" {
				f.behind[p.m.Channel] = true // read from its beginning
			}
			n++
			continue
		}
		d, v, err := f.judge(p.m)
		if err != nil && n == 0 {
			return 0, err
		}
		if err != nil {
			break // what came before is filed first
		}
		if p.kind == postChanged && v != isDispatch && v != isOurs {
			break
		}
		if v == isDispatch {
			h.add(p.m, d)
		}
		if p.kind == postNew {
			h.pass(p.m.Channel, id)
		}
		n++
	}
	return n, f.file(ctx, &h)
}

// amend does what became of one message.
func (f *feed) amend(ctx context.Context, p post) error {
	switch p.kind {
	case postThreadGone:
		for _, id := range append([]uint64(nil), f.recent[p.m.Channel]...) {
			if err := f.retract(ctx, p.m.Channel, id, reasonDeleted); err != nil {
				return err
			}
		}
		f.forgetThread(p.m.Channel)
		return nil
	case postGone:
		return f.retract(ctx, p.m.Channel, snowflake(p.m.ID), reasonDeleted)
	case postPartly:
		m, there, err := f.message(ctx, p.m.Channel, p.m.ID)
		if err != nil || !there {
			return err // of a deletion the gateway tells by itself
		}
		p.m = m
	}
	d, v, err := f.judge(p.m)
	switch {
	case err != nil:
		return err
	case v == isDispatch:
		h := haul{}
		h.add(p.m, d)
		return f.file(ctx, &h)
	case v == isTakenBack:
		return f.retract(ctx, p.m.Channel, snowflake(p.m.ID), reasonDeleted)
	case v == isWordless && len(p.m.Attachments)+len(p.m.Embeds) > 0:
		// What stands beside the words is there, so they are not merely withheld.
		return f.retract(ctx, p.m.Channel, snowflake(p.m.ID), reasonEmptied)
	}
	return nil
}

func (f *feed) retract(ctx context.Context, channel string, id uint64, reason string) error {
	if err := f.h.filer.Retract(ctx, originOf(f.guild, channel, id).ID(), reason); err != nil {
		return err
	}
	f.lose(channel, id)
	return nil
}

// message reads one message; there is false where Discord says that it does not exist.
func (f *feed) message(ctx context.Context, channel, id string) (m wireMessage, there bool, err error) {
	err = f.h.get(ctx, "/channels/"+channel+"/messages/"+id, &m)
	if e, ok := errors.AsType[*APIError](err); ok && e.Code == codeUnknownMessage {
		return m, false, nil
	}
	m.Channel, m.Guild = channel, f.guild
	return m, err == nil, err
}

func (f *feed) forgetThread(channel string) {
	delete(f.cursors, channel)
	delete(f.recent, channel)
	delete(f.history, channel)
	delete(f.behind, channel)
	f.dirty = true
}
