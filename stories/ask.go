package stories

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"sitrep/news"
)

// Place is where a dispatch stands among the stories.
type Place struct {
	// Story is the one that it is in.
	Story ID
	// Text is the dispatch that brought its text first: itself, unless it passes on or
	// translates what another wrote.
	Text news.ID
}

// read lets fn read the stories as they are.
func (v *View) read(fn func(*work) error) error {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.cur == nil {
		return ErrClosed
	}
	return v.cur.view(fn)
}

// Places gives where dispatches stand. What is not grouped yet is left out.
func (v *View) Places(ids []news.ID) (map[news.ID]Place, error) {
	out := make(map[news.ID]Place, len(ids))
	err := v.read(func(w *work) error {
		for _, id := range ids {
			if at, ok := w.seat(id); ok && at.story != "" {
				out[id] = Place{w.resolve(at.story), at.text}
			}
		}
		return nil
	})
	return out, err
}

// Story gives a story, or the one that it went up in; false where there is none.
func (v *View) Story(id ID) (s *Story, ok bool, err error) {
	err = v.read(func(w *work) error {
		s, ok = w.story(id)
		return nil
	})
	return s, ok, err
}

// Asked says which stories are wanted.
type Asked struct {
	// Scopes are what the asker may see.
	Scopes []news.Scope
	// From and To bound the time of a dispatch that a story must have; To is excluded, and
	// zero is no bound.
	From, To time.Time
	// Most is how many are wanted.
	Most int
}

// Newest gives the stories with a dispatch in a time: whose last one in it is the newest
// comes first. Of a story all is given that is not later. Total counts all of them.
func (v *View) Newest(a Asked) (list []Story, total int, err error) {
	err = v.read(func(w *work) error {
		type dated struct {
			id   ID
			last time.Time
		}
		var all []dated
		for _, id := range w.active(a.From, a.To) {
			h, ok := w.head(id)
			if !ok || !slices.Contains(a.Scopes, h.Scope) {
				continue
			}
			if last, ok := w.lastIn(id, a.From, a.To); ok {
				all = append(all, dated{id, last})
			}
		}
		slices.SortFunc(all, func(a, b dated) int {
			if c := b.last.Compare(a.last); c != 0 {
				return c
			}
			return bytes.Compare([]byte(a.id), []byte(b.id))
		})
		total = len(all)
		for _, d := range all[:min(len(all), a.Most)] {
			s, ok := w.story(d.id)
			if ok && !a.To.IsZero() {
				s.Members = slices.DeleteFunc(s.Members, func(m Member) bool { return !m.When.Before(a.To) })
			}
			if ok && len(s.Members) > 0 {
				list = append(list, *s)
			}
		}
		return nil
	})
	return list, total, err
}

// active are the stories with a dispatch on one of the days of a time.
func (w *work) active(from, to time.Time) (out []ID) {
	first, _ := dayOf(from)
	last := ^uint32(0)
	if !to.IsZero() {
		last, _ = dayOf(to)
	}
	seen := map[ID]bool{}
	c := w.bucket(bucketDays).Cursor()
	for k, _ := c.Seek(key32(first)); len(k) == 4+news.IDLen && binary.BigEndian.Uint32(k) <= last; k, _ = c.Next() {
		if id := ID(k[4:]); !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}

// lastIn is when the newest member within a time was; false where there is none.
func (w *work) lastIn(id ID, from, to time.Time) (last time.Time, ok bool) {
	c := w.bucket(bucketMembers).Cursor()
	end := append([]byte(id), 0xff)
	if !to.IsZero() {
		end = keyOf(id, to, 0)
	}
	k, _ := c.Seek(end)
	if k == nil {
		k, _ = c.Last()
	} else {
		k, _ = c.Prev()
	}
	if !bytes.HasPrefix(k, []byte(id)) || len(k) != memberKey {
		return last, false
	}
	last = readTime(k[news.IDLen:])
	return last, !last.Before(from)
}
