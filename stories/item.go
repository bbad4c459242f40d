package stories

import (
	"cmp"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/gazetteer"
	"sitrep/news"
)

// Item is what is kept of a dispatch to compare others with: hashes, no text.
type Item struct {
	ID   news.ID
	When time.Time
	// Dated is false where When is only the time it was filed: what it tells of may be
	// years older.
	Dated bool
	// Scope and Lang are the dispatch's.
	Scope news.Scope
	Lang  string
	// Story and Text are where it was put: its story by then, and who brought its text first.
	Story ID
	Text  news.ID
	// Words are its terms with what each counts, by hash; Names the hashes of the
	// entities it names, Covers those of the entities and of what they lie in.
	Words         []Word
	Names, Covers []uint32
	// Numbers are the figures it gives, sorted; Print is what tells copies of its text.
	Numbers []uint32
	Print   Print

	number uint32 // the place among all that were put
}

// Word is a term with what it counts: in a dispatch 1 + ln of how often it stands there.
type Word struct {
	Term  uint32
	Count float64
}

// stem is how many letters of a word count, so that endings do not part "Ukraine"
// and "Ukrainian" in any language that inflects at the end.
const stem = 5

// longest is how many words of a text are read: more tell no better which it is like.
const longest = 2000

// newItem reads a dispatch, whose body has these names; within gives what an entity
// lies in, itself among it.
func newItem(d *news.Dispatch, names []news.Mention, within func(string) []string) *Item {
	it := &Item{ID: d.ID, When: d.When(), Dated: !d.Published.IsZero(), Scope: d.Scope.Or(news.ScopeEveryone), Lang: d.Lang, Text: d.ID}
	count := map[uint32]int{}
	words := strings.Fields(gazetteer.Fold(d.Title + "\n" + d.Body))
	for _, w := range words[:min(len(words), longest)] {
		if utf8.RuneCountInString(w) > 1 {
			count[hash("", cut(w))]++
		}
	}
	once := map[uint32]bool{}
	for _, w := range addressWords(d.URL) {
		once[hash("", cut(w))] = true
	}
	for t := range once {
		count[t]++
	}
	for t, n := range count {
		it.Words = append(it.Words, Word{t, weight(n)})
	}
	slices.SortFunc(it.Words, func(a, b Word) int { return cmp.Compare(a.Term, b.Term) })
	for _, m := range names {
		it.Names = append(it.Names, hash("=", m.Entity))
		for _, id := range within(m.Entity) {
			it.Covers = append(it.Covers, hash("=", id))
		}
	}
	it.Names, it.Covers = sorted(it.Names), sorted(it.Covers)
	it.read(d, names)
	return it
}

// weight is what a term counts that stands n times in a dispatch.
func weight(n int) float64 { return 1 + math.Log(float64(n)) }

// addressWords are the words of an address's path: many papers write the headline
// there, in other words than the report's.
func addressWords(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	words := strings.FieldsFunc(strings.ToLower(u.Path), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 3 })
}

func cut(w string) string {
	n := 0
	for i := range w {
		if n == stem {
			return w[:i]
		}
		n++
	}
	return w
}

func hash(kind, s string) uint32 {
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	h := uint64(offset)
	for _, part := range [2]string{kind, s} {
		for i := range len(part) {
			h = (h ^ uint64(part[i])) * prime
		}
	}
	return uint32(mix(h))
}

// sorted sorts hashes in place and keeps each once.
func sorted(h []uint32) []uint32 {
	slices.Sort(h)
	return slices.Compact(h)
}
