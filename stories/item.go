package stories

import (
	"hash/fnv"
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
	// Scope and Lang are the dispatch's.
	Scope news.Scope
	Lang  string
	// Story and Text are where it was put: its story by then, and who brought its text first.
	Story ID
	Text  news.ID
	// Words are its terms with what each counts, by hash; Names the hashes of the entities it names.
	Words []Word
	Names []uint64
	// Numbers are the figures it gives, sorted; Print is what tells copies of its text.
	Numbers []uint64
	Print   Print
}

// Word is a term of a dispatch: 1 + ln of how often it stands there.
type Word struct {
	Term  uint64
	Count float64
}

// stem is how many letters of a word count, so that endings do not part "Ukraine"
// and "Ukrainian" in any language that inflects at the end.
const stem = 5

// newItem reads a dispatch, whose body has these names.
func newItem(d *news.Dispatch, names []news.Mention) *Item {
	it := &Item{ID: d.ID, When: d.When(), Scope: d.Scope.Or(news.ScopeEveryone), Lang: d.Lang, Text: d.ID}
	count := map[uint64]int{}
	for _, w := range strings.Fields(gazetteer.Fold(d.Title + "\n" + d.Body)) {
		if utf8.RuneCountInString(w) > 1 {
			count[hash("", cut(w))]++
		}
	}
	once := map[uint64]bool{}
	for _, w := range addressWords(d.URL) {
		once[hash("", cut(w))] = true
	}
	for t := range once {
		count[t]++
	}
	for t, n := range count {
		it.Words = append(it.Words, Word{t, 1 + math.Log(float64(n))})
	}
	slices.SortFunc(it.Words, func(a, b Word) int { return compare(a.Term, b.Term) })
	for _, m := range names {
		it.Names = append(it.Names, hash("=", m.Entity))
	}
	it.Names = sorted(it.Names)
	it.read(d, names)
	return it
}

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

func hash(kind, s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(kind))
	_, _ = h.Write([]byte(s))
	return h.Sum64()
}

func compare(a, b uint64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// sorted sorts hashes in place and keeps each once.
func sorted(h []uint64) []uint64 {
	slices.Sort(h)
	return slices.Compact(h)
}
