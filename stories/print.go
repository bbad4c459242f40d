package stories

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"sitrep/news"
)

// Print is what tells the copies of a text: its shingles, their MinHash in bands,
// and what stands in each slot for a fact.
type Print struct {
	// Shingles are the hashes of three words in a row, sorted, each once.
	Shingles []uint32
	// Bands are hashes of parts of the MinHash signature: two texts that share a
	// share j of their shingles have a band in common with the odds 1-(1-j²)^24.
	Bands []uint32
	// Slots say what number or name stands between which words, by context.
	Slots []Slot
}

// Slot is a place for a fact in a text.
type Slot struct {
	// Around hashes the two words before and the one after, facts of them hidden; Fact what stands there.
	Around, Fact uint32
}

// Broder, "On the resemblance and containment of documents" (1997), for MinHash;
// Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", 3.4, for the bands:
// half of the pairs are found where j is about (1/24)^(1/2) = .2, which a text of
// thirty words keeps under a header and a footer of as many.
const (
	shingle = 3
	bands   = 24
	rows    = 2
)

// token is a word of a running text.
type token struct {
	word string
	fact bool // a number or a name
}

// read takes in what the copies and translations of a dispatch are known by.
func (it *Item) read(d *news.Dispatch, names []news.Mention) {
	words := tokens(d.Body, names)
	words = words[:min(len(words), longest)]
	for i, w := range words {
		if n, ok := number(w.word); ok {
			it.Numbers = append(it.Numbers, hash("#", n))
		}
		if i+shingle <= len(words) {
			it.Print.Shingles = append(it.Print.Shingles, hash3(words[i].word, words[i+1].word, words[i+2].word))
		}
		if around := around(words, i); w.fact && around != 0 {
			it.Print.Slots = append(it.Print.Slots, Slot{around, hash("", w.word)})
		}
	}
	it.Numbers = sorted(it.Numbers)
	it.Print.Shingles = sorted(it.Print.Shingles)
	it.Print.Bands = minHash(it.Print.Shingles)
	slices.SortFunc(it.Print.Slots, func(a, b Slot) int {
		if c := cmp.Compare(a.Around, b.Around); c != 0 {
			return c
		}
		return cmp.Compare(a.Fact, b.Fact)
	})
	it.Print.Slots = slices.Compact(it.Print.Slots)
}

// around hashes what stands around a word, 0 where that is mostly facts or the
// text's edge: too little to tell one place in a text from another.
func around(words []token, i int) uint32 {
	plain := 0
	var near [3]string
	for k, j := range [3]int{i - 2, i - 1, i + 1} {
		switch {
		case j < 0 || j >= len(words):
		case words[j].fact:
			near[k] = "#"
		default:
			near[k] = words[j].word
			plain++
		}
	}
	if plain < 2 {
		return 0
	}
	return hash3(near[0], near[1], near[2])
}

// tokens cuts a text into words without quotes, dashes and other punctuation. What
// a mention covers is a fact, and so is a word with a capital within a sentence.
func tokens(text string, names []news.Mention) []token {
	var out []token
	from, first := -1, true
	names = slices.SortedStableFunc(slices.Values(names), func(a, b news.Mention) int { return a.Start - b.Start })
	named := func(at int) bool { // asked in the order of the text
		for len(names) > 0 && names[0].End <= at {
			names = names[1:]
		}
		return len(names) > 0 && names[0].Start <= at
	}
	for i, r := range text + "\n" {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if from < 0 {
				from = i
			}
			continue
		case from >= 0:
			w := text[from:i]
			_, counted := number(w)
			big := !first && unicode.IsUpper([]rune(w)[0])
			out = append(out, token{strings.ToLower(w), counted || big || named(from)})
			from, first = -1, false
		}
		first = first || strings.ContainsRune(".!?:\n\"“”«»؟۔。", r)
	}
	return out
}

// minHash gives the bands of a set of shingles; none of an empty one.
func minHash(shingles []uint32) []uint32 {
	if len(shingles) == 0 {
		return nil
	}
	out := make([]uint32, bands)
	for b := range out {
		h := uint64(b) // the band itself is hashed in: its value counts in its own place only
		for r := range rows {
			least := uint64(math.MaxUint64)
			for _, s := range shingles {
				least = min(least, mix(uint64(s)^mix(uint64(b*rows+r+1))))
			}
			h = mix(h ^ least)
		}
		out[b] = uint32(h)
	}
	return out
}

// mix spreads the bits of a number: the finalizer of SplitMix64 (Steele, Lea, Flood, 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func hash3(a, b, c string) uint32 { return hash(a, "\x00"+b+"\x00"+c) }
