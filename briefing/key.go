package briefing

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
	"sitrep/snippet"
)

// Wanted is what a quotation should tell of.
type Wanted struct {
	// Entities are gazetteer IDs; a name of any of them counts most.
	Entities map[string]bool
	// Find gives the places, in order, of the question's words in a text of a
	// language; nil: there are none. index.Matcher has it.
	Find func(lang, text string) []snippet.Span
}

// Key quotes the sentence of a dispatch that says most about what is wanted: the
// one that names it, central and early rather than late, whole rather than
// dangling. Where no sentence names it, that is the first good one. ok is false
// for a dispatch without a sentence.
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
	p := &passage{lang: d.Lang, body: d.Body}
	if strings.TrimSpace(p.body) == "" {
		p.body, mentions = d.Title, nil
	}
	var out []Quote
	var said []map[string]bool
next:
	for _, c := range p.candidates(d.Title, w.spans(d.Lang, p.body, mentions)) {
		if len(out) == n || len(out) > 0 && !c.hit {
			break
		}
		q := p.quote(c)
		bag := bagOf(q.Text)
		if q.Text == "" || len(out) > 0 && utf8.RuneCountInString(q.Text) < wholeSentence {
			continue
		}
		for i, other := range said {
			if jaccard(bag, other) > sameSentence || q.Start < out[i].End && out[i].Start < q.End {
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

// passage is the text that is quoted from.
type passage struct {
	lang, body string
}

// candidate is a sentence that may be quoted, with those before it that say of
// whom it tells.
type candidate struct {
	start, end int // in the body
	found      []snippet.Span
	hit        bool
	score      float64
}

const (
	// referents are how many sentences may be quoted before one that leans on them.
	referents = 2
	// leansOn is what it costs a sentence that others have to be quoted with it.
	leansOn = 2.5
	// lostReferent is what it costs that they are not there.
	lostReferent = 4
)

// candidates are the sentences that can be quoted, the best first. Where all
// belong to the page or lean on what is not there, the first is all there is.
func (p *passage) candidates(title string, found []snippet.Span) []candidate {
	list := p.sentences()
	said := make([][]string, min(len(list), centralSentences))
	for i := range said {
		said[i] = terms(p.body[list[i].Start:list[i].End])
	}
	middle := central(title, said)
	out := make([]candidate, 0, len(list))
	for i, s := range list {
		from, whole := p.referent(list, i)
		if !whole && i > 0 {
			continue
		}
		own := inside(found, s.Start, s.End)
		c := candidate{start: list[from].Start, end: s.End, found: own, hit: len(own) > 0}
		c.score = worth(own) + 1.2/float64(1+i) + p.shape(s)
		if i < len(middle) {
			c.score += middle[i]
		}
		switch {
		case !whole:
			c.score -= lostReferent
		case from < i:
			c.score -= leansOn
			c.found = inside(found, c.start, c.end)
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	return out
}

// told is a sentence that belongs to the report, and its number among all.
type told struct {
	Sentence
	number int
	// line says that it is a line without a stop among sentences that have one: a
	// heading, or of the page.
	line   bool
	folded string // as it is compared
}

// sentences are those of the report, without those of the page around it. Where
// there is nothing else, the first of the page is kept.
func (p *passage) sentences() (out []told) {
	all := Sentences(p.lang, p.body)
	sentences := false
	for i, s := range all {
		folded, page := ofPage(p.body[s.Start:s.End])
		if page {
			continue
		}
		line := s.First && (i+1 == len(all) || all[i+1].First) && !stopped(p.body[s.Start:s.End])
		out = append(out, told{s, i, line, folded})
		sentences = sentences || !line
	}
	for i := range out {
		out[i].line = out[i].line && sentences
	}
	if len(out) == 0 && len(all) > 0 {
		out = append(out, told{Sentence: all[0]})
	}
	return out
}

// referent is the sentence to begin with so that it is told of whom another
// tells; whole is false where there is none near.
func (p *passage) referent(list []told, i int) (from int, whole bool) {
	for from = i; ; from-- {
		s := list[from]
		if !dangling(p.lang, p.body[s.Start:s.End]) {
			return from, true
		}
		if from == 0 || i-from == referents || list[from-1].number != s.number-1 {
			return i, false
		}
	}
}

// inside are the spans between two places.
func inside(spans []snippet.Span, start, end int) []snippet.Span {
	from, _ := slices.BinarySearchFunc(spans, start, func(s snippet.Span, at int) int { return cmp.Compare(s.Start, at) })
	n := from
	for n < len(spans) && spans[n].End <= end {
		n++
	}
	return spans[from:n]
}

// asked is what a sentence is worth that tells of what was asked for at all.
const asked = 6

// worth judges what is wanted in a sentence: that it names it, how often, and how
// many different words of the question it has.
func worth(spans []snippet.Span) float64 {
	seen := map[int]bool{}
	named, words := 0, 0
	for _, s := range spans {
		switch {
		case s.Term < 0:
			named++
		case !seen[s.Term]:
			seen[s.Term] = true
			words++
		}
	}
	if named+words == 0 {
		return 0
	}
	return asked + 4*min(float64(named), 1) + .3*min(float64(named), 4) + 3*min(float64(words), 1) + 1.5*float64(words)
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

// shape judges a sentence by its form: one that leans on what came before, a
// question, a fragment or a very long one says less when it stands alone.
func (p *passage) shape(of told) (score float64) {
	s := p.body[of.Start:of.End]
	n := utf8.RuneCountInString(s)
	switch {
	case n < 30 && !unicode.In(firstLetter(s), unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		score -= 1.5
	case n > MaxQuote:
		score -= .5
	}
	switch {
	case leaning(s):
		score -= 1.2
	case opens(firstRune(s)) || s[0] == '"':
		score -= 1 // of whom, and where, is told around it
	case distant(s):
		score -= .8
	}
	if containsNumber(s) { // a day, a figure
		score += .3
	}
	if sayingNothing.in(of.folded) {
		score -= 2
	}
	switch last, _ := utf8.DecodeLastRuneInString(s); {
	case of.line:
		score -= 2.5
	case strings.ContainsRune(`?؟？`, last):
		score -= 1.5
	case !stopped(s):
		score -= .3
	}
	return score
}

// stopped reports whether a sentence ends with a sign that ends one.
func stopped(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(`.!?؟？。！।॥۔…"”»’')]』」`, last)
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func firstLetter(s string) rune {
	for _, r := range s {
		if unicode.IsLetter(r) {
			return r
		}
	}
	return 0
}

// sayingNothing are parts of sentences that report that nothing was said.
var sayingNothing = newParts("did not comment", "no comment", "declined to comment", "not immediately respond", "did not respond", "could not be reached", "could not immediately", "could not be independently", "could not independently", "not immediately clear",
	"لم يعلق", "لم تعلق", "لم يصدر تعليق", "لم يتسن", "n'a pas commenté", "n'ont pas commenté", "отказался от комментариев", "не прокомментировал", "yorum yapmadı", "açıklama yapılmadı")
