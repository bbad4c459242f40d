package bot

import (
	"context"
	"time"

	"sitrep/ingest"
)

// feed is one channel source while it is read. One goroutine owns all but its inbox.
type feed struct {
	h                    *harvester
	b                    *Bot
	guild, name, channel string
	added                time.Time
	box                  inbox
	cancel               context.CancelFunc
	done                 chan struct{}

	reached
	trouble
	progress
	// place is the channel as Discord tells of it; its ID is empty until it has been
	// looked up, and nothing is read before.
	place wirePlace
	// posts are what the gateway told and is not yet filed; behind are the channels
	// and threads to be read from their cursor on, which finds their new messages.
	posts  []post
	behind map[string]bool
	// began is when the feed was made: it waits a while for the gateway, which tells
	// the names that its texts are written with.
	began time.Time
}

const (
	// Times in paces, of half a second.
	waitGuild = 60 // for the gateway to tell of the guild
	saveEvery = 6  // how often is written down how far it has come
	gather    = 2  // while posts come fast, how long they are gathered

	batchSize = 100 // dispatches that are filed at once
)

func newFeed(h *harvester, s ingest.Source) *feed {
	f := &feed{h: h, b: h.b, guild: s.Guild, name: s.Name, channel: s.Channel, added: s.Added, done: make(chan struct{}),
		behind: map[string]bool{}, began: time.Now()}
	f.box.wake = make(chan struct{}, 1)
	f.box.again, f.box.all = map[string]bool{}, true
	f.reached.load(s)
	f.trouble = trouble{words: s.Failure, since: s.FailingSince, told: s.Failure != ""}
	f.progress.Backfill = s.Backfill
	return f
}

// run reads the source until ctx ends.
func (f *feed) run(ctx context.Context) {
	for ctx.Err() == nil {
		timer := time.NewTimer(f.safely(ctx))
		select {
		case <-f.box.wake:
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	_ = f.save(ctx) // it has told the log; without, some is read twice
}

// safely is a turn whose panic ends nothing but itself.
func (f *feed) safely(ctx context.Context) (wait time.Duration) {
	wait = waitGuild * f.b.pace
	defer f.b.guard("the source " + f.name)
	return f.turn(ctx)
}

// turn does what is due and says how long there is nothing to do.
func (f *feed) turn(ctx context.Context) time.Duration {
	if wait := f.notYet(); wait > 0 {
		return wait
	}
	err := f.work(ctx)
	switch {
	case ctx.Err() != nil:
		return 0
	case err != nil:
		f.fail(ctx, err)
	default:
		f.mend()
	}
	f.tellProgress(ctx)
	if f.dirty && (f.urgent || time.Since(f.saved) >= saveEvery*f.b.pace) {
		_ = f.save(ctx) // it has told the log, and is tried again
	}
	switch {
	case err != nil:
		return max(time.Until(f.retryAt), 0)
	case f.nextHistory() != "" || len(f.behind) > 0:
		return 0
	case f.untold() && !f.dirty:
		return progressEvery * f.b.pace
	case f.dirty:
		return max(time.Until(f.saved.Add(saveEvery*f.b.pace)), f.b.pace/10)
	}
	return time.Hour
}

// notYet is how long to wait before anything is done: the guild must be there, and a
// source that fails waits for its time.
func (f *feed) notYet() time.Duration {
	f.box.mu.Lock()
	defer f.box.mu.Unlock()
	if f.box.gone != "" {
		return 0
	}
	if wait := time.Until(f.began.Add(waitGuild * f.b.pace)); !f.box.there && wait > 0 {
		return wait
	}
	if wait := time.Until(f.retryAt); wait > 0 && !f.box.retry {
		return wait
	}
	// Posts are noted before they are filed: together, where they come fast.
	if wait := time.Until(f.saved.Add(gather * f.b.pace)); wait > 0 && len(f.box.list) > 0 && len(f.box.list) < batchSize {
		return wait
	}
	return 0
}

// work files what came, reads what was missed, and then a page of the history.
func (f *feed) work(ctx context.Context) error {
	t := f.box.take()
	f.follow(t.tell)
	f.posts = append(f.posts, t.list...)
	for c := range t.again {
		f.behind[c] = true
	}
	if len(f.posts) > maxNotes {
		f.posts, t.all = f.posts[:maxNotes], true
	}
	if t.gone != "" {
		f.place = wirePlace{}
		return t.gone
	}
	if t.all {
		f.place = wirePlace{}
	}
	if f.place.ID == "" {
		if err := f.look(ctx); err != nil {
			return err
		}
	}
	if err := f.filePosts(ctx); err != nil {
		return err
	}
	if err := f.catchUp(ctx); err != nil {
		return err
	}
	return f.readHistory(ctx)
}

// look finds out where the channel is, and what of it is to be read again: all that
// was ever read, and its threads.
func (f *feed) look(ctx context.Context) error {
	var c wirePlace
	if err := f.h.get(ctx, "/channels/"+f.channel, &c); err != nil {
		return err
	}
	// Nothing of another guild is ever filed for this one.
	if c.Guild != f.guild || c.ID != f.channel {
		return errElsewhereGuild
	}
	f.h.tree.put(f.guild, c)
	for id := range f.cursors {
		f.behind[id] = true
	}
	if _, begun := f.history[historyThreads]; !begun {
		f.history[historyThreads] = 0 // so that the history does not look whole before it is
	}
	if !c.silent() {
		f.behind[f.channel] = true
	}
	if !c.thread() {
		if err := f.activeThreads(ctx); err != nil {
			return err
		}
	}
	f.place, f.dirty = c, true // that it was read is noted
	return nil
}

// activeThreads are all read again.
func (f *feed) activeThreads(ctx context.Context) error {
	var answer struct {
		Threads []wirePlace `json:"threads"`
	}
	err := f.h.get(ctx, "/guilds/"+f.guild+"/threads/active", &answer)
	if err != nil && !refused(err) { // where it is refused, events have told of them
		return err
	}
	for _, c := range answer.Threads {
		f.h.tree.put(f.guild, c)
	}
	for _, id := range f.h.tree.threads(f.guild, f.channel) {
		f.behind[id] = true
	}
	return nil
}
