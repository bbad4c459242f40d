package briefing

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"sitrep/news"
	"sitrep/snippet"
)

// MaxQuote is the length of a quotation, in characters, beyond which it is cut.
const MaxQuote = 320

// Mark is a byte range of a quotation.
type Mark struct{ Start, End int }

// Quote is a sentence of a dispatch, verbatim but for the ellipses where a long one was cut.
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
	// Find gives the places, in order, of the question's words in a text of a
	// language; nil: there are none. index.Matcher has it.
	Find func(lang, text string) []snippet.Span
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
		at    Sentence
		found []snippet.Span
		hit   bool
		score float64
	}
	var all []scored
	found := w.spans(d.Lang, body, mentions)
	for i, s := range Sentences(body) {
		var here []snippet.Span
		here, found = inside(found, s)
		named, words := count(here)
		score := 4*min(float64(named), 1) + .3*float64(named) + 3*min(float64(words), 1) + float64(words) + 1/float64(1+i) + shape(body[s.Start:s.End])
		all = append(all, scored{s, here, named+words > 0, score})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].score > all[j].score })
	var out []Quote
	var said []map[string]bool
next:
	for _, c := range all {
		if len(out) == n || len(out) > 0 && !c.hit {
			break
		}
		q := quote(body, c.at, c.found)
		bag := bagOf(q.Text)
		if q.Text == "" || len(out) > 0 && utf8.RuneCountInString(q.Text) < wholeSentence {
			continue
		}
		for _, other := range said {
			if jaccard(bag, other) > sameSentence {
				continue next
			}
		}
		out, said = append(out, q), append(said, bag)
	}
	return out
}

// wholeSentence is the length, in characters, below which a sentence is often a
// fragment that says little beside another.
const wholeSentence = 60

// sameSentence is the share of words that two sentences have in common from
// which the second says nothing new.
const sameSentence = .5

// quote cuts a sentence out, with its marks; of a long one it is the window that
// shows most.
func quote(body string, s Sentence, found []snippet.Span) Quote {
	spans := make([]snippet.Span, len(found))
	for i, f := range found {
		spans[i] = snippet.Span{Start: f.Start - s.Start, End: f.End - s.Start, Term: f.Term}
	}
	best := snippet.Best(body[s.Start:s.End], spans, MaxQuote)
	q := Quote{Text: best.Text, Hit: len(found) > 0}
	for _, m := range best.Marks {
		q.Marks = append(q.Marks, Mark(m))
	}
	return q
}

// spans are what is wanted in a body, in order. Names have negative terms, words
// those that Find gives them.
func (w *Wanted) spans(lang, body string, mentions []news.Mention) (out []snippet.Span) {
	if w.Find != nil {
		out = w.Find(lang, body)
	}
	ids := map[string]int{}
	words := len(out)
	for _, m := range mentions {
		if !w.Entities[m.Entity] {
			continue
		}
		if ids[m.Entity] == 0 {
			ids[m.Entity] = -1 - len(ids)
		}
		out = append(out, snippet.Span{Start: m.Start, End: m.End, Term: ids[m.Entity]})
	}
	if len(out) > words {
		slices.SortStableFunc(out, func(a, b snippet.Span) int { return a.Start - b.Start })
	}
	return out
}

// inside takes the spans of a sentence off the front of those that are left.
func inside(spans []snippet.Span, s Sentence) (here, left []snippet.Span) {
	for len(spans) > 0 && spans[0].Start < s.Start {
		spans = spans[1:]
	}
	n := 0
	for n < len(spans) && spans[n].End <= s.End {
		n++
	}
	return spans[:n], spans[n:]
}

// count tells how often a sentence has wanted names, and how many different words.
func count(spans []snippet.Span) (named, words int) {
	seen := map[int]bool{}
	for _, s := range spans {
		switch {
		case s.Term < 0:
			named++
		case !seen[s.Term]:
			seen[s.Term] = true
			words++
		}
	}
	return named, words
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
