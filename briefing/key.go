package briefing

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

// MaxQuote is the length of a quotation, in characters, beyond which it is cut.
const MaxQuote = 320

// Mark is a byte range of a quotation.
type Mark struct{ Start, End int }

// Quote is a sentence of a dispatch, verbatim but for a cut at the end.
type Quote struct {
	Text string
	// Marks are what was asked for, in Text.
	Marks []Mark
	// Hit says that the sentence names what was asked for.
	Hit bool
}

// Wanted is what a quotation should tell of.
type Wanted struct {
	// Entities are gazetteer IDs; a name of any of them counts most.
	Entities map[string]bool
	// Words are lower-case words of the question.
	Words []string
}

// Key quotes the sentence of a dispatch that says most about what is wanted: the
// one that names it, early rather than late, whole rather than dangling. Where
// no sentence names it, that is the first good one. ok is false for a dispatch
// without a sentence.
func Key(d *news.Dispatch, mentions []news.Mention, w Wanted) (q Quote, ok bool) {
	list := Keys(d, mentions, w, 1)
	if len(list) == 0 {
		return Quote{}, false
	}
	return list[0], true
}

// Keys are the n sentences of a dispatch that say most about what is wanted, the
// best first. Behind the first come only those that name it and say something else.
func Keys(d *news.Dispatch, mentions []news.Mention, w Wanted, n int) []Quote {
	body := d.Body
	if strings.TrimSpace(body) == "" {
		body, mentions = d.Title, nil
	}
	type scored struct {
		quote Quote
		score float64
	}
	var all []scored
	for i, s := range Sentences(body) {
		marks, named, words := wantedIn(body, s, mentions, w)
		score := 4*min(float64(named), 1) + .3*float64(named) + 3*min(float64(words), 1) + float64(words) + 1/float64(1+i) + shape(body[s.Start:s.End])
		all = append(all, scored{quote(body, s, marks, named+words > 0), score})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	var out []Quote
	var said []map[string]bool
next:
	for _, c := range all {
		bag := bagOf(c.quote.Text)
		if len(out) == n || len(out) > 0 && !c.quote.Hit {
			break
		}
		if len(out) > 0 && utf8.RuneCountInString(c.quote.Text) < wholeSentence {
			continue
		}
		for _, other := range said {
			if jaccard(bag, other) > sameSentence {
				continue next
			}
		}
		out, said = append(out, c.quote), append(said, bag)
	}
	return out
}

// wholeSentence is the length, in characters, below which a sentence is often a
// fragment that says little beside another.
const wholeSentence = 60

// sameSentence is the share of words that two sentences have in common from
// which the second says nothing new.
const sameSentence = .5

// quote cuts a sentence out, with its marks.
func quote(body string, s Sentence, marks []Mark, hit bool) Quote {
	q := Quote{Text: Cut(strings.ReplaceAll(body[s.Start:s.End], "\n", " "), MaxQuote), Hit: hit}
	for _, m := range marks {
		m = Mark{m.Start - s.Start, m.End - s.Start}
		if m.End <= len(strings.TrimSuffix(q.Text, "…")) {
			q.Marks = append(q.Marks, m)
		}
	}
	return q
}

// wantedIn finds the names and words that are wanted in a sentence.
func wantedIn(body string, s Sentence, mentions []news.Mention, w Wanted) (marks []Mark, named, words int) {
	for _, m := range mentions {
		if m.Start >= s.Start && m.End <= s.End && w.Entities[m.Entity] {
			marks = append(marks, Mark{m.Start, m.End})
			named++
		}
	}
	for _, word := range w.Words {
		if at := indexWord(body[s.Start:s.End], word); at >= 0 {
			marks = append(marks, Mark{s.Start + at, s.Start + at + len(word)})
			words++
		}
	}
	return marks, named, words
}

// indexWord finds a lower-case word at a word's beginning, in text of any case.
// It gives up on text whose length changes with its case.
func indexWord(text, word string) int {
	lower := strings.ToLower(text)
	if len(lower) != len(text) || word == "" {
		return -1
	}
	for from := 0; ; {
		i := strings.Index(lower[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		if i == 0 || !unicode.IsLetter(before) && !unicode.IsNumber(before) {
			return i
		}
		from = i + len(word)
	}
}

// shape judges a sentence by its form: one that leans on what came before, a
// fragment or a very long one says less when it stands alone.
func shape(s string) (score float64) {
	n := utf8.RuneCountInString(s)
	switch {
	case n < 30:
		score -= 1.5
	case n > MaxQuote:
		score -= .5
	}
	first, _, _ := strings.Cut(s, " ")
	switch strings.ToLower(strings.Trim(first, ",.")) {
	case "he", "she", "it", "they", "this", "that", "these", "those", "however", "but", "and", "moreover", "furthermore", "also", "his", "her", "their", "its":
		score -= 1.2
	}
	if last, _ := utf8.DecodeLastRuneInString(s); !strings.ContainsRune(`.!?؟。"”»'’)`, last) {
		score -= .3
	}
	return score
}

// Cut shortens text to at most n characters: at the end of a clause if that
// keeps most of it, otherwise between words, and shows it with an ellipsis.
func Cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	end, count := 0, 0
	for i := range text {
		if count == n-1 {
			end = i
			break
		}
		count++
	}
	head := text[:end]
	if i := strings.LastIndexAny(head, ",;:–—،؛"); i > len(head)*3/5 {
		head = head[:i]
	} else if i := strings.LastIndexFunc(head, unicode.IsSpace); i > 0 {
		head = head[:i]
	}
	return strings.TrimRightFunc(head, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–—،؛-", r) }) + "…"
}
