package index

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// spelledWord is what an analyzer makes of a word as it is written: the same every
// time, since no filter looks at what stands beside it.
type spelledWord struct {
	word  string
	terms []string
	trace uint16 // of the first term
}

// wordCache keeps what an analyzer made of words lately: texts repeat most of theirs.
// A word has one place, and the last that came there holds it.
type wordCache struct {
	once  sync.Once
	seed  maphash.Seed
	slots []atomic.Pointer[spelledWord]
}

// cachedWords is how many words a cache has room for: some 10 MB where it is full.
const cachedWords = 1 << 16

func (c *wordCache) slot(word []byte) *atomic.Pointer[spelledWord] {
	c.once.Do(func() {
		c.seed, c.slots = maphash.MakeSeed(), make([]atomic.Pointer[spelledWord], cachedWords)
	})
	return &c.slots[maphash.Bytes(c.seed, word)%cachedWords]
}

func (a *analyzer) spelled(word []byte) *spelledWord {
	slot := a.cache.slot(word)
	if w := slot.Load(); w != nil && w.word == string(word) {
		return w
	}
	w := &spelledWord{word: string(word)}
	for _, t := range a.analyze([]byte(w.word)) {
		w.terms = append(w.terms, string(t.Term))
	}
	if len(w.terms) > 0 {
		w.trace = trace([]byte(w.terms[0]))
	}
	slot.Store(w)
	return w
}

// analyzedText are the terms of a text, and the traces of those that come first at
// their places.
type analyzedText struct {
	terms  []string
	traces []uint16
}

// read analyzes a text for the index. It gives the terms that tokens gives.
func (a *analyzer) read(text string) (t analyzedText) {
	t.terms = make([]string, 0, len(text)/8+1)
	t.traces = make([]uint16, 0, len(text)/6+1)
	at := 0
	for word := range a.cut.words([]byte(text)) {
		w := a.spelled(word.Term)
		if len(w.terms) == 0 {
			continue
		}
		if at > 0 {
			for range min(word.Position-at-1, maxHole) {
				t.traces = append(t.traces, 0)
			}
		}
		at = word.Position
		t.terms, t.traces = append(t.terms, w.terms...), append(t.traces, w.trace)
	}
	return t
}
