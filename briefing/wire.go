package briefing

import (
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"

	"sitrep/news"
)

// Wire is a dispatch made ready to be compared: whether two sources pass on one
// text.
type Wire struct {
	words    []string
	shingles []uint64 // hashes of three words in a row, sorted, each once
	facts    map[string]bool
	by       map[string]bool // the words of its source's name
	when     time.Time       // zero where it is not dated
	standing news.Standing
}

const (
	// sameWire is the share of the shorter text's word triples that the longer has,
	// too, halfWire how much shorter it may be: a roundup that holds a report is
	// another text.
	sameWire = .8
	halfWire = .5
	// fewWords make a text in which every word counts.
	fewWords = 8
	// wordsFor is how many words a text has for each that the other may lack.
	wordsFor = 60
	// wireTime is how far apart two prints of a text may be, briefTime of one of a few words.
	wireTime  = 48 * time.Hour
	briefTime = 6 * time.Hour
)

// NewWire reads a dispatch, whose body has these names.
func NewWire(d *news.Dispatch, names []news.Mention) *Wire {
	w := &Wire{facts: map[string]bool{}, by: map[string]bool{}, when: d.Published, standing: d.Standing.Or(news.Reported)}
	for _, word := range strings.FieldsFunc(strings.ToLower(d.Byline()), notInWord) {
		w.by[word] = true
	}
	first, from := true, -1 // the next word begins a sentence; where a word has begun
	for i, r := range d.Body + "\n" {
		switch {
		case !notInWord(r):
			if from < 0 {
				from = i
			}
			continue
		case from >= 0:
			w.add(d.Body[from:i], first)
			first, from = false, -1
		}
		first = first || strings.ContainsRune(".!?:\n\"“”«»؟۔。", r)
	}
	for _, m := range names {
		w.facts["="+m.Entity] = true
	}
	w.shingles = shingles(w.words)
	return w
}

func notInWord(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

// add takes a word in. Two reports of one thing agree in their numbers, names and
// denials; a name has a capital within a sentence.
func (w *Wire) add(word string, first bool) {
	lower := strings.ToLower(word)
	w.words = append(w.words, lower)
	r := []rune(word)[0]
	switch {
	case strings.ContainsFunc(word, unicode.IsNumber), telling[lower], unicode.IsUpper(r) && !first:
		if !w.by[lower] {
			w.facts[lower] = true
		}
	}
}

// telling are words that make another report of the same wording.
var telling = wordSet(`one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
	twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions dozen dozens scores several
	first second third fourth fifth last another again no not never none denied denies without failed
	monday tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning evening night north south east west northern southern eastern western
	واحد واحدة اثنان اثنين ثلاثة ثلاث أربعة أربع خمسة خمس ستة ست سبعة سبع ثمانية ثماني تسعة تسع عشرة عشر عشرون عشرين ثلاثون ثلاثين مئة مائة مئات ألف آلاف عشرات
	لا لم لن ليس نفى نفت ينفي دون الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد أمس اليوم غدا شمال جنوب شرق غرب`)

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

func shingles(words []string) []uint64 {
	out := make([]uint64, 0, len(words))
	for i := 0; i+3 <= len(words); i++ {
		h := fnv.New64a()
		for _, w := range words[i : i+3] {
			_, _ = h.Write([]byte(w))
			_, _ = h.Write([]byte{0})
		}
		out = append(out, h.Sum64())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Same reports whether two dispatches carry one text: nearly the same words, close
// in time, with the same standing, and no number, name or denial in the shorter
// that the longer lacks. A report of another event in the same wording differs in
// one of these.
func (w *Wire) Same(o *Wire) bool {
	short, long := w, o
	if len(short.words) > len(long.words) {
		short, long = long, short
	}
	limit := wireTime
	if len(short.words) < fewWords {
		limit = briefTime
	}
	switch {
	case len(short.words) == 0, w.standing != o.standing,
		!w.when.IsZero() && !o.when.IsZero() && w.when.Sub(o.when).Abs() > limit,
		float64(len(short.words)) < halfWire*float64(len(long.words)):
		return false
	case len(short.words) < fewWords:
		return slices.Equal(short.words, long.words)
	case both(short.shingles, long.shingles) < sameWire*float64(len(short.shingles)):
		return false
	}
	return short.within(long)
}

// both counts what two sorted lists have in common.
func both(a, b []uint64) (n float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n++
			i++
			j++
		}
	}
	return n
}

// within reports whether a text says nothing that the longer one does not.
func (w *Wire) within(long *Wire) bool {
	for f := range w.facts {
		if !long.facts[f] && !long.by[f] {
			return false
		}
	}
	has := make(map[string]bool, len(long.words))
	for _, word := range long.words {
		has[word] = true
	}
	missing := 0
	seen := map[string]bool{}
	for _, word := range w.words {
		if !has[word] && !seen[word] && !w.by[word] && len([]rune(word)) > 3 {
			seen[word] = true
			missing++
		}
	}
	if missing > len(w.words)/wordsFor {
		return false
	}
	// Of texts as long as each other, neither may tell what the other does not.
	if 10*len(w.words) < 9*len(long.words) {
		return true
	}
	for f := range long.facts {
		if !w.facts[f] && !w.by[f] {
			return false
		}
	}
	return true
}
