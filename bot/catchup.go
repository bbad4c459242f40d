package bot

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"sitrep/news"
)

// originOf is where a message of a guild was read; dispatchOf gives the same.
func originOf(guild, channel string, id uint64) news.Origin {
	return news.Origin{Kind: news.OriginDiscord, Feed: guild + "/" + channel, Item: strconv.FormatUint(id, 10)}
}

// catchUp reads what was posted, changed and deleted where the gateway could not be
// listened to.
func (f *feed) catchUp(ctx context.Context) error {
	for _, c := range slices.Sorted(maps.Keys(f.behind)) {
		err := f.catchUpOn(ctx, c)
		if refused(err) && c != f.channel {
			f.forgetThread(c) // deleted, or not for the bot to see
			continue
		}
		if err != nil {
			return err
		}
		delete(f.behind, c)
	}
	return nil
}

// catchUpOn reads a channel or thread on, from the oldest message that is remembered:
// what was changed since is a revision, what is not there any more was deleted.
func (f *feed) catchUpOn(ctx context.Context, c string) error {
	cursor, begun := f.cursors[c]
	if !begun {
		return f.begin(ctx, c)
	}
	// Events come in the order of their IDs only by and large.
	fresh := cursor - min(cursor, uint64(overlap.Milliseconds())<<22)
	after := fresh
	if r := f.recent[c]; len(r) > 0 && r[0] <= after {
		after = r[0] - 1
	}
	for {
		page, err := f.page(ctx, c, "after", after)
		if err != nil {
			return err
		}
		if err := f.filePage(ctx, c, page, fresh); err != nil {
			return err
		}
		end := uint64(math.MaxUint64)
		if len(page) == pageSize {
			end = snowflake(page[len(page)-1].ID)
		}
		// Also beyond the cursor: after a kill, some were noted and filed there.
		if err := f.missing(ctx, c, page, after, end); err != nil {
			return err
		}
		if len(page) < pageSize {
			break
		}
		after = end
	}
	if c == f.channel {
		return f.checkHistory(ctx)
	}
	return nil
}

// begin reads the newest messages of a channel or thread for the first time.
func (f *feed) begin(ctx context.Context, c string) error {
	page, err := f.page(ctx, c, "", 0)
	if err != nil {
		return err
	}
	if err := f.filePast(ctx, page); err != nil {
		return err
	}
	if len(page) == 0 && c == f.channel {
		if err := f.checkHistory(ctx); err != nil {
			return err
		}
	}
	f.pass(c, snowflake(c)) // before everything in it
	for _, m := range page {
		f.pass(c, snowflake(m.ID))
	}
	if f.wentBack(c, page); f.Backfill.Channel != "" {
		f.urgent = true
	}
	return nil
}

// checkHistory tells an empty channel from one whose messages the bot may not read:
// of that Discord says nothing but that there are none.
func (f *feed) checkHistory(ctx context.Context) error {
	last := snowflake(f.place.Last)
	if last == 0 || last <= f.cursors[f.channel] {
		return nil
	}
	_, there, err := f.message(ctx, f.channel, f.place.Last)
	switch {
	case there || refused(err):
		return errNoHistory
	case err != nil:
		return err
	}
	f.pass(f.channel, last) // the newest one was deleted
	return nil
}

// page is a page of messages, the oldest first.
func (f *feed) page(ctx context.Context, c, side string, id uint64) ([]wireMessage, error) {
	var page []wireMessage
	if err := f.h.get(ctx, messagesPath(c, side, id), &page); err != nil {
		return nil, err
	}
	for i := range page {
		page[i].Guild, page[i].Channel = f.guild, c
	}
	slices.SortFunc(page, func(a, b wireMessage) int { return cmp.Compare(snowflake(a.ID), snowflake(b.ID)) })
	return page, nil
}

// messagesPath is a page of a channel's messages: the newest, or those on one side
// of a message.
func messagesPath(channel, side string, id uint64) string {
	if side == "" {
		return fmt.Sprintf("/channels/%s/messages?limit=%d", channel, pageSize)
	}
	return fmt.Sprintf("/channels/%s/messages?limit=%d&%s=%d", channel, pageSize, side, id)
}

// filePage files what is new in a page, and what was edited. What is as it was is
// left alone: if somebody took it out of sitrep, it stays out.
func (f *feed) filePage(ctx context.Context, c string, page []wireMessage, fresh uint64) error {
	var h haul
	for _, m := range page {
		id := snowflake(m.ID)
		d, v, err := f.judge(m)
		switch {
		case err != nil && id > fresh:
			if fileErr := f.file(ctx, &h); fileErr != nil {
				return fileErr
			}
			return err
		case err == nil && v == isDispatch && (id > fresh || m.Edited != ""):
			h.add(m, d)
		case err == nil && v == isTakenBack && f.known(c, id):
			if err := f.retract(ctx, c, id, reasonDeleted); err != nil {
				return err
			}
		}
		h.pass(c, id)
	}
	return f.file(ctx, &h)
}

// missing retracts the dispatches whose messages lie between two IDs, and are not in
// the page that Discord gave for them. Each is asked for once more, by itself: that a
// page lacks a message does not prove that it was deleted.
func (f *feed) missing(ctx context.Context, c string, page []wireMessage, after, end uint64) error {
	there := map[uint64]bool{}
	for _, m := range page {
		there[snowflake(m.ID)] = true
	}
	for _, id := range slices.Clone(f.recent[c]) {
		if id <= after || id > end || there[id] {
			continue
		}
		_, is, err := f.message(ctx, c, strconv.FormatUint(id, 10))
		switch {
		case refused(err):
			return nil // the channel is not to be read: that says nothing of its messages
		case err != nil:
			return err
		case is:
			continue
		}
		if err := f.retract(ctx, c, id, reasonDeleted); err != nil {
			return err
		}
	}
	return nil
}
