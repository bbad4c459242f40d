package bot

import (
	"context"
	"net/url"
	"slices"
)

// nextHistory is the channel or thread whose history is read next, historyThreads
// where the archived threads are to be found first, or "" when all has been read.
func (f *feed) nextHistory() string {
	if f.place.ID == "" {
		return ""
	}
	if at, ok := f.history[f.channel]; ok && at != historyDone {
		return f.channel
	}
	for c, at := range f.history {
		if at != historyDone && c != historyThreads {
			return c
		}
	}
	if f.history[historyThreads] != historyDone {
		return historyThreads
	}
	return ""
}

// readHistory reads one page further into the past. History can wait: one page at a
// time is read over all sources, and what comes live goes first.
func (f *feed) readHistory(ctx context.Context) error {
	c := f.nextHistory()
	if c == "" {
		return nil
	}
	select {
	case f.h.aside <- struct{}{}:
		defer func() { <-f.h.aside }()
	case <-f.box.wake:
		f.box.put(func(*inbox) {})
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
	if c == historyThreads {
		return f.findThreads(ctx)
	}
	page, err := f.page(ctx, c, "before", f.history[c])
	if refused(err) && c != f.channel {
		f.forgetThread(c)
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.filePast(ctx, page); err != nil {
		return err
	}
	f.wentBack(c, page)
	return nil
}

// filePast files a page of history and counts it.
func (f *feed) filePast(ctx context.Context, page []wireMessage) error {
	var h haul
	wordless := 0
	for _, m := range page {
		d, v, err := f.judge(m)
		switch {
		case err != nil:
			return err
		case v == isDispatch:
			h.add(m, d)
		case v == isWordless:
			wordless++
		}
	}
	if err := f.file(ctx, &h); err != nil {
		return err
	}
	if f.history[historyThreads] != historyDone { // a thread that was opened since is no history
		f.Backfill.Messages += len(page)
		f.Backfill.Filed += h.fresh + h.known
		f.Backfill.Wordless += wordless
	}
	f.dirty = true
	return nil
}

// wentBack notes how far back a channel or thread has been read.
func (f *feed) wentBack(c string, page []wireMessage) {
	f.dirty = true
	if len(page) < pageSize {
		f.history[c] = historyDone
		if c != f.channel && f.history[historyThreads] == historyDone {
			delete(f.history, c)
		}
	} else {
		f.history[c] = snowflake(page[0].ID)
	}
	if len(page) > 0 {
		if id := snowflake(page[0].ID); f.oldest == 0 || id < f.oldest {
			f.oldest = id
		}
	}
}

// findThreads lists the archived public threads, a page at a time. What it finds is
// read before the next page; a thread that was begun is not begun again.
func (f *feed) findThreads(ctx context.Context) error {
	if f.listed || f.place.thread() {
		f.history[historyThreads] = historyDone
		for c, at := range f.history {
			if c != f.channel && c != historyThreads && at == historyDone {
				delete(f.history, c)
			}
		}
		f.dirty, f.urgent = true, true
		return nil
	}
	path := "/channels/" + f.channel + "/threads/archived/public?limit=100"
	if f.listedTo != "" {
		path += "&before=" + url.QueryEscape(f.listedTo)
	}
	var answer struct {
		Threads []wirePlace `json:"threads"`
		More    bool        `json:"has_more"`
	}
	err := f.h.get(ctx, path, &answer)
	if err != nil && !refused(err) { // a channel that has no threads refuses the question
		return err
	}
	f.listed = !answer.More || len(answer.Threads) == 0
	for _, c := range slices.Backward(answer.Threads) {
		if c.Parent != f.channel {
			continue
		}
		f.h.tree.put(f.guild, c)
		if _, begun := f.cursors[c.ID]; !begun {
			f.behind[c.ID] = true
		}
	}
	if n := len(answer.Threads); n > 0 {
		f.listedTo = answer.Threads[n-1].Thread.At
	}
	return nil
}
