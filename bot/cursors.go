package bot

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"sitrep/ingest"
)

// reached is how far a source has been read. The cursors are written down from time
// to time: what was filed since then is read a second time after a crash, and is the
// same dispatches.
type reached struct {
	// cursors are, by channel and thread, the newest message that has been seen to.
	// recent are the newest that are dispatches, the oldest first: they are written
	// down before they are filed, so that whatever is deleted later is known.
	cursors map[string]uint64
	recent  map[string][]uint64
	// history is how far back each has been read: the oldest message, or historyDone.
	history map[string]uint64
	filed   int // since it was last written down
	newest  time.Time
	lastOK  time.Time

	// dirty says that there is something to write down, urgent that it should not wait.
	dirty, urgent bool
	saved         time.Time
}

const (
	// historyDone stands in reached.history for ingest.HistoryDone: no message is as old.
	historyDone = 1
	// historyThreads is the key under which the archived threads are noted as found.
	historyThreads = "threads"
	// recentEach are remembered of a channel, recentAll of a source; threadsKept are
	// the threads whose cursors are: an older one is read anew when it is used again.
	recentEach  = 100
	recentAll   = 2000
	threadsKept = 2000
)

func (r *reached) load(s ingest.Source) {
	r.cursors, r.recent, r.history = map[string]uint64{}, map[string][]uint64{}, map[string]uint64{}
	for c, id := range s.Cursors {
		r.cursors[c] = snowflake(id)
	}
	for c, ids := range s.Recent {
		for _, id := range ids {
			r.recent[c] = append(r.recent[c], snowflake(id))
		}
	}
	for c, id := range s.History {
		if r.history[c] = snowflake(id); id == ingest.HistoryDone {
			r.history[c] = historyDone
		}
	}
	r.newest, r.lastOK = s.Newest, s.LastOK
}

// pass moves a cursor on; it never goes back.
func (r *reached) pass(channel string, id uint64) {
	if old, ok := r.cursors[channel]; !ok || id > old {
		r.cursors[channel], r.dirty = id, true
	}
}

// keep remembers a message as a dispatch, and says whether that has to be noted: one
// that is older than all that are remembered is not.
func (r *reached) keep(channel string, id uint64) bool {
	list := r.recent[channel]
	at, found := slices.BinarySearch(list, id)
	if found || at == 0 && len(list) == recentEach {
		return false
	}
	if list = slices.Insert(list, at, id); len(list) > recentEach {
		list = slices.Clone(list[1:])
	}
	r.recent[channel], r.dirty = list, true
	return true
}

// lose forgets a message that is no dispatch any more.
func (r *reached) lose(channel string, id uint64) {
	if at, found := slices.BinarySearch(r.recent[channel], id); found {
		r.recent[channel], r.dirty = slices.Delete(r.recent[channel], at, at+1), true
	}
}

func (r *reached) known(channel string, id uint64) bool {
	_, found := slices.BinarySearch(r.recent[channel], id)
	return found
}

// prune forgets the threads that have been silent for longest. own stays.
func (r *reached) prune(own string) {
	if over := len(r.cursors) - threadsKept; over > 0 {
		threads := make([]string, 0, len(r.cursors))
		for c := range r.cursors {
			if c != own {
				threads = append(threads, c)
			}
		}
		slices.SortFunc(threads, func(a, b string) int { return cmp.Compare(r.cursors[a], r.cursors[b]) })
		for _, c := range threads[:over] {
			delete(r.cursors, c)
			delete(r.recent, c)
		}
	}
	total := 0
	for _, ids := range r.recent {
		total += len(ids)
	}
	for share := recentEach; total > recentAll && share > 1; {
		share /= 2
		total = 0
		for c, ids := range r.recent {
			if over := len(ids) - share; c != own && over > 0 {
				r.recent[c] = slices.Clone(ids[over:])
			}
			total += len(r.recent[c])
		}
	}
}

var errReplaced = errors.New("the source is another one by now")

// save writes down how far the source has been read, and what is wrong with it. The
// error is for those who may not go on without.
func (f *feed) save(ctx context.Context) error {
	f.saved = time.Now()
	if !f.dirty {
		return nil
	}
	f.prune(f.channel)
	_, err := f.h.book.Update(ctx, f.guild, f.name, func(s *ingest.Source) error {
		if !s.Added.Equal(f.added) || s.Channel != f.channel {
			return errReplaced
		}
		f.write(s)
		return nil
	})
	switch {
	case err == nil:
		f.dirty, f.urgent, f.filed = false, false, 0
	case errors.Is(err, errReplaced) || errors.Is(err, ingest.ErrSourceNotFound):
		f.dirty, f.urgent = false, false // the harvester stops it soon
	default:
		f.b.log.Warn("discord: how far a source has been read could not be written down: it is tried again", "guild", f.guild, "source", f.name, "error", err)
	}
	return err
}

func (f *feed) write(s *ingest.Source) {
	s.Cursors, s.Recent, s.History = map[string]string{}, map[string][]string{}, map[string]string{}
	for c, id := range f.cursors {
		s.Cursors[c] = strconv.FormatUint(id, 10)
	}
	for c, ids := range f.recent {
		for _, id := range ids {
			s.Recent[c] = append(s.Recent[c], strconv.FormatUint(id, 10))
		}
	}
	for c, id := range f.history {
		if s.History[c] = strconv.FormatUint(id, 10); id == historyDone {
			s.History[c] = ingest.HistoryDone
		}
	}
	s.Backfill = f.Backfill
	s.Filed += f.filed
	if f.newest.After(s.Newest) {
		s.Newest = f.newest
	}
	s.LastOK, s.Failure, s.FailingSince = f.lastOK.UTC(), f.words, f.since
}
