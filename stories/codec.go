package stories

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"sitrep/news"
)

// errDamaged says that what is kept is not what was written.
var errDamaged = errors.New("stories: what is kept is damaged")

// An item on disk: strings and numbers with their lengths before them, hashes of 4
// bytes. What changes of it, where it was put, lies apart.

func key32(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }

// timeKey writes a time so that keys sort by it: seconds since the year 1, then nanoseconds.
func timeKey(b []byte, t time.Time) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(t.Unix()-time.Time{}.Unix()))
	return binary.BigEndian.AppendUint32(b, uint32(t.Nanosecond()))
}

const timeSize = 12

func readTime(b []byte) time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(b))+time.Time{}.Unix(), int64(binary.BigEndian.Uint32(b[8:]))).UTC()
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendHashes(b []byte, hs []uint32) []byte {
	b = binary.AppendUvarint(b, uint64(len(hs)))
	for _, h := range hs {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return b
}

// encode writes all of an item that does not change.
func (it *Item) encode() []byte {
	b := make([]byte, 0, 128+5*len(it.Words)+4*(len(it.Print.Shingles)+2*len(it.Print.Slots)+bands))
	dated := byte(0)
	if it.Dated {
		dated = 1
	}
	b = appendText(append(timeKey(b, it.When), dated), string(it.ID))
	b = appendText(appendText(b, string(it.Scope)), it.Lang)
	b = binary.AppendUvarint(b, uint64(len(it.Words)))
	for _, w := range it.Words {
		b = binary.BigEndian.AppendUint32(b, w.Term)
		b = binary.AppendUvarint(b, uint64(math.Round(math.Exp(w.Count-1))))
	}
	for _, hs := range [][]uint32{it.Names, it.Covers, it.Numbers, it.Print.Shingles, it.Print.Bands} {
		b = appendHashes(b, hs)
	}
	b = binary.AppendUvarint(b, uint64(len(it.Print.Slots)))
	for _, s := range it.Print.Slots {
		b = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b, s.Around), s.Fact)
	}
	return b
}

// decoder reads what encode wrote; bad is set where that is damaged.
type decoder struct {
	b   []byte
	bad bool
}

// take cuts n elements of a size off the front.
func (d *decoder) take(n, size int) []byte {
	if n < 0 || n > len(d.b)/size {
		d.bad = true
		return nil
	}
	out := d.b[:n*size]
	d.b = d.b[n*size:]
	return out
}

func (d *decoder) number() int {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || n > math.MaxInt32 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[size:]
	return int(n)
}

func (d *decoder) text() string { return string(d.take(d.number(), 1)) }

func (d *decoder) hashes() []uint32 {
	raw := d.take(d.number(), 4)
	if len(raw) == 0 {
		return nil
	}
	out := make([]uint32, len(raw)/4)
	for i := range out {
		out[i] = binary.BigEndian.Uint32(raw[4*i:])
	}
	return out
}

func (d *decoder) words() (out []Word) {
	n := d.number()
	if n > len(d.b)/5 {
		d.bad = true
		return nil
	}
	out = make([]Word, n)
	for i := range out {
		raw := d.take(1, 4)
		if raw == nil {
			return nil
		}
		out[i] = Word{binary.BigEndian.Uint32(raw), weight(d.number())}
	}
	return out
}

func decodeItem(b []byte) (*Item, error) {
	d := &decoder{b: b}
	it := &Item{}
	if when := d.take(1, timeSize+1); when != nil {
		it.When, it.Dated = readTime(when), when[timeSize] == 1
	}
	it.ID = news.ID(d.text())
	it.Text = it.ID
	it.Scope, it.Lang = news.Scope(d.text()), d.text()
	it.Words = d.words()
	for _, to := range []*[]uint32{&it.Names, &it.Covers, &it.Numbers, &it.Print.Shingles, &it.Print.Bands} {
		*to = d.hashes()
	}
	slots := d.take(d.number(), 8)
	for ; len(slots) > 0; slots = slots[8:] {
		it.Print.Slots = append(it.Print.Slots, Slot{binary.BigEndian.Uint32(slots), binary.BigEndian.Uint32(slots[4:])})
	}
	if d.bad || len(d.b) > 0 {
		return nil, errDamaged
	}
	return it, nil
}

// seat is where a dispatch was put: what changes of an item. Its story is empty while
// a story is grouped anew.
type seat struct {
	number uint32
	story  ID
	text   news.ID
	bridge bool // it made two stories one
}

func (s seat) encode() []byte {
	b := key32(s.number)
	if s.bridge {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	if s.story == "" {
		return append(append(b, make([]byte, news.IDLen)...), s.text...)
	}
	return append(append(b, s.story...), s.text...)
}

func decodeSeat(b []byte) (seat, error) {
	if len(b) != 5+2*news.IDLen {
		return seat{}, errDamaged
	}
	s := seat{number: binary.BigEndian.Uint32(b), text: news.ID(b[5+news.IDLen:]), bridge: b[4] == 1}
	if b[5] != 0 {
		s.story = ID(b[5 : 5+news.IDLen])
	}
	return s, nil
}

// encode writes a member, but for its time, which is in its key.
func (m *Member) encode() []byte {
	b := []byte{0}
	if m.Retracted {
		b[0] |= memberRetracted
	}
	if m.Dated {
		b[0] |= memberDated
	}
	b = append(append(b, m.ID...), m.Text...)
	return append(appendText(b, m.Source), m.Title...)
}

// The flags of a member.
const (
	memberRetracted = 1 << iota
	memberDated
)

func decodeMember(key, b []byte) (Member, error) {
	if len(key) != memberKey || len(b) < 1+2*news.IDLen {
		return Member{}, errDamaged
	}
	d := &decoder{b: b[1+2*news.IDLen:]}
	m := Member{ID: news.ID(b[1 : 1+news.IDLen]), Text: news.ID(b[1+news.IDLen : 1+2*news.IDLen]), Source: d.text(),
		When: readTime(key[news.IDLen:]), Retracted: b[0]&memberRetracted != 0, Dated: b[0]&memberDated != 0}
	if d.bad {
		return Member{}, errDamaged
	}
	m.Title = string(d.b)
	return m, nil
}
