package stories

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"sitrep/news"
)

// head is what is kept of a story beside its members.
type head struct {
	Scope  news.Scope `json:"scope"`
	Merged []ID       `json:"merged,omitempty"`
}

// memberKey is the length of the key of a member: story, time, number. They lie in the
// order of Story.Members.
const memberKey = news.IDLen + timeSize + 4

func keyOf(s ID, when time.Time, number uint32) []byte {
	return binary.BigEndian.AppendUint32(timeKey([]byte(s), when), number)
}

// resolve is the story that one has gone up in, itself where it stands.
func (w *work) resolve(id ID) ID {
	for {
		next := w.get(bucketInto, []byte(id))
		if next == nil {
			return id
		}
		id = ID(next)
	}
}

func (w *work) head(id ID) (head, bool) {
	raw := w.get(bucketStories, []byte(id))
	if raw == nil {
		return head{}, false
	}
	var h head
	return h, !w.fail(json.Unmarshal(raw, &h))
}

func (w *work) putHead(id ID, h head) {
	raw, err := json.Marshal(h)
	if !w.fail(err) {
		w.put(bucketStories, []byte(id), raw)
	}
}

// story reads a story whole, or that which it went up in.
func (w *work) story(id ID) (*Story, bool) {
	id = w.resolve(id)
	h, ok := w.head(id)
	if !ok {
		return nil, false
	}
	s := &Story{ID: id, Scope: h.Scope, Merged: h.Merged}
	w.each(id, func(_ uint32, m Member) { s.Members = append(s.Members, m) })
	return s, true
}

// each hands the members of a story to fn, with their numbers. fn must not change them.
func (w *work) each(id ID, fn func(uint32, Member)) {
	c := w.bucket(bucketMembers).Cursor()
	for k, v := c.Seek([]byte(id)); bytes.HasPrefix(k, []byte(id)); k, v = c.Next() {
		m, err := decodeMember(k, v)
		if w.fail(err) {
			return
		}
		fn(binary.BigEndian.Uint32(k[news.IDLen+timeSize:]), m)
	}
}

// began is when the oldest member of a story was.
func (w *work) began(id ID) (t time.Time) {
	c := w.bucket(bucketMembers).Cursor()
	if k, _ := c.Seek([]byte(id)); bytes.HasPrefix(k, []byte(id)) && len(k) == memberKey {
		t = readTime(k[news.IDLen:])
	}
	return t
}

// texts counts the texts of the members within span of a time, up to most.
func (w *work) texts(id ID, at time.Time, span time.Duration, most int) int {
	seen := map[string]bool{}
	c := w.bucket(bucketMembers).Cursor()
	k, v := c.Seek(keyOf(id, at.Add(-span), 0))
	end := keyOf(id, at.Add(span), ^uint32(0))
	for looked := 0; k != nil && bytes.Compare(k, end) <= 0 && len(seen) < most && looked < 4*most; looked++ {
		if len(v) > 1+2*news.IDLen {
			seen[string(v[1+news.IDLen:1+2*news.IDLen])] = true
		}
		k, v = c.Next()
	}
	return len(seen)
}

// putMember files a member; dropMember takes one out.
func (w *work) putMember(id ID, number uint32, m Member) {
	w.put(bucketMembers, keyOf(id, m.When, number), m.encode())
	w.day(id, m.When, 1)
}

func (w *work) dropMember(id ID, number uint32, when time.Time) {
	w.remove(bucketMembers, keyOf(id, when, number))
	w.day(id, when, -1)
}

// day counts the dispatches of a story on a day.
func (w *work) day(id ID, when time.Time, by int) {
	day, _ := dayOf(when)
	key := append(key32(day), id...)
	n := by
	if raw := w.get(bucketDays, key); len(raw) == 4 {
		n += int(binary.BigEndian.Uint32(raw))
	}
	if n <= 0 {
		w.remove(bucketDays, key)
		return
	}
	w.put(bucketDays, key, key32(uint32(n)))
}

// numbered is a member with the number of its item.
type numbered struct {
	number uint32
	Member
}

// members are those of a story in the order of their time.
func (w *work) members(id ID) (out []numbered) {
	w.each(id, func(n uint32, m Member) { out = append(out, numbered{n, m}) })
	return out
}

// byNumber puts members into the order in which they were filed.
func byNumber(ms []numbered) {
	slices.SortFunc(ms, func(a, b numbered) int { return int(int64(a.number) - int64(b.number)) })
}
