package gazetteer

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// trie finds names in a text word by word. Its words are folded; the article is
// not among them.
type trie struct {
	words map[string]int32
	// maybe has a bit for each word, by its hash: most words of a text are none of a
	// name, which is seen here sooner than in the map.
	maybe []uint64
	seed  maphash.Seed
	next  map[edge]int32
	ends  [][]end // by node; the root is 0
	types map[string][]typeWords
}

type edge struct{ node, word int32 }

// end is one meaning of the name that ends at a node.
type end struct {
	entity *Entity // nil: the name means nothing and only stops a shorter match
	mark   mark
	// raw is the spelling that an exact name wants, as rawKey gives it.
	raw string
	// lead and tail count the words around the name proper ("in", "village of").
	lead, tail int
	// made is set on a name that the type of its entity made of another ("Homs
	// city"): the words around it are part of what is marked in the text.
	made bool
}

func newTrie() *trie {
	return &trie{words: map[string]int32{}, maybe: make([]uint64, maybeBits/64), seed: maphash.MakeSeed(), next: map[edge]int32{}, ends: make([][]end, 1)}
}

// maybeBits is some ten times the number of words.
const maybeBits = 1 << 20

// word is the number of a folded word, 0 where no name has it.
func (t *trie) word(folded []byte) int32 {
	if h := maphash.Bytes(t.seed, folded) % maybeBits; t.maybe[h/64]>>(h%64)&1 == 0 {
		return 0
	}
	return t.words[string(folded)]
}

// numbered is the number of a folded word, a new one where no name had it.
func (t *trie) numbered(word string) int32 {
	n, ok := t.words[word]
	if !ok {
		n = int32(len(t.words)) + 1
		t.words[word] = n
		h := maphash.String(t.seed, word) % maybeBits
		t.maybe[h/64] |= 1 << (h % 64)
	}
	return n
}

// insert adds a name; folded is its folded form.
func (t *trie) insert(folded string, e end) {
	node := int32(0)
	for word := range strings.SplitSeq(folded, " ") {
		w := t.numbered(word)
		child, ok := t.next[edge{node, w}]
		if !ok {
			child = int32(len(t.ends))
			t.next[edge{node, w}] = child
			t.ends = append(t.ends, nil)
		}
		node = child
	}
	for _, o := range t.ends[node] {
		if o.entity == e.entity && o.mark == e.mark && o.raw == e.raw {
			return
		}
	}
	t.ends[node] = append(t.ends[node], e)
}

// finish orders the meanings of each name, the best first.
func (t *trie) finish() {
	rank := func(e end) int {
		r := 0
		if e.entity != nil {
			r = 1 + e.entity.textRank()
		}
		if e.made {
			r += 20
		}
		if e.mark&exact == 0 {
			r += 40 // who is written exactly so comes first
		}
		return r
	}
	people := func(e end) int {
		if e.entity == nil {
			return 0
		}
		return e.entity.Population
	}
	for _, ends := range t.ends {
		slices.SortStableFunc(ends, func(a, b end) int { return cmp.Or(rank(a)-rank(b), people(b)-people(a)) })
	}
	t.types = t.settlementWords()
}

// rawKey makes a spelling comparable that must be exact: white space and hyphens
// are one space, the article at its beginning is small, apostrophes are straight.
func rawKey(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r):
			space = true
			continue
		case isApostrophe(r):
			r = '\''
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	s = b.String()
	if first, _, more := strings.Cut(s, " "); more && articles[strings.ToLower(first)] {
		return strings.ToLower(first) + s[len(first):]
	}
	return s
}

// isArabic reports whether a word begins with a letter of the Arabic script.
func isArabic(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= 0x600 && unicode.Is(unicode.Arabic, r)
}
