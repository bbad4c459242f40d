package index

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// spelledWord is what an analyzer makes of a word as it is written: the same every
// time, since no filter looks at what stands beside it. It fills one line of a
// processor's cache.
type spelledWord struct {
	word  [longestCached]byte
	n     uint8
	trace uint16  // of the first term
	first *string // nil where there is none
	more  []*string
}

// longestCached is the longest word that is remembered, in bytes.
const longestCached = 27

// wordCache keeps what an analyzer made of words lately: texts repeat most of theirs.
// A word has two places; one that comes to the first moves what is there to the second.
type wordCache struct {
	once  sync.Once
	seed  maphash.Seed
	slots []atomic.Pointer[spelledWord]
}

// cachedWords is how many words a cache has room for: some 10 MB where it is full.
const cachedWords = 1 << 16

// at is the first place of a word; the second is beside it.
func (c *wordCache) at(word []byte) uint64 {
	c.once.Do(func() {
		c.seed, c.slots = maphash.MakeSeed(), make([]atomic.Pointer[spelledWord], cachedWords)
	})
	return maphash.Bytes(c.seed, word) % cachedWords
}

func (w *spelledWord) is(word []byte) bool {
	return w != nil && string(w.word[:w.n]) == string(word)
}

func (a *analyzer) spelled(word []byte) *spelledWord {
	if len(word) > longestCached {
		return a.spell(word)
	}
	at := a.cache.at(word)
	old := a.cache.slots[at].Load()
	if old.is(word) {
		return old
	}
	if w := a.cache.slots[at^1].Load(); w.is(word) {
		return w
	}
	w := a.spell(word)
	a.cache.slots[at].Store(w)
	a.cache.slots[at^1].Store(old)
	return w
}

func (a *analyzer) spell(word []byte) *spelledWord {
	w := &spelledWord{n: uint8(min(len(word), longestCached))}
	copy(w.word[:], word)
	for i, t := range a.analyze(append([]byte(nil), word...)) {
		term := string(t.Term)
		if i == 0 {
			w.first, w.trace = &term, trace(t.Term)
		} else {
			w.more = append(w.more, &term)
		}
	}
	return w
}

// analyzedText are the terms of a text, and the traces of those that come first at
// their places.
type analyzedText struct {
	terms  []*string // the same term is often at the same place
	traces []uint16
}

// read analyzes a text for the index. It gives the terms that tokens gives.
func (a *analyzer) read(text string) (t analyzedText) {
	t.terms = make([]*string, 0, len(text)/6+1)
	t.traces = make([]uint16, 0, len(text)/6+1)
	at := 0
	for word := range a.cut.words([]byte(text)) {
		w := a.spelled(word.Term)
		if w.first == nil {
			continue
		}
		if at > 0 {
			for range min(word.Position-at-1, maxHole) {
				t.traces = append(t.traces, 0)
			}
		}
		at = word.Position
		t.terms, t.traces = append(t.terms, w.first), append(t.traces, w.trace)
		if w.more != nil {
			t.terms = append(t.terms, w.more...)
		}
	}
	return t
}
