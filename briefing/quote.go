package briefing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/snippet"
)

// MaxQuote is the length of a quotation, in characters, beyond which it is cut.
const MaxQuote = 320

// Mark is a byte range of a quotation.
type Mark struct{ Start, End int }

// Quote is a sentence of a dispatch, verbatim but for the ellipses where a long
// one was cut, and for line breaks, which are spaces. Where a sentence leans on
// the one before it, that one is quoted with it.
type Quote struct {
	Text string
	// Start and End are where it stands, in bytes: in the body or, where that is
	// empty, in the title.
	Start, End int
	// Marks are what was asked for, in Text.
	Marks []Mark
	// Hit says that the sentence names what was asked for.
	Hit bool

	score float64
}

// quote cuts a candidate out, with its marks; of a long one it is the window that
// shows most.
func (p *passage) quote(c candidate) Quote {
	text := p.body[c.start:c.end]
	spans := make([]snippet.Span, len(c.found))
	for i, f := range c.found {
		spans[i] = snippet.Span{Start: f.Start - c.start, End: f.End - c.start, Term: f.Term}
	}
	const room = MaxQuote - 2 // for the ellipses of a quotation within
	best := snippet.Best(text, spans, room)
	if best.Start > 0 && dangling(p.lang, text[best.Start:best.End]) {
		if head := snippet.Head(text, spans, room); len(spans) == 0 || len(head.Marks) > 0 {
			best = head
		} else {
			best = p.begun(text, spans, best)
		}
	}
	q := Quote{Text: best.Text, Start: c.start + best.Start, End: c.start + best.End, Hit: c.hit, score: c.score}
	for _, m := range best.Marks {
		q.Marks = append(q.Marks, Mark(m))
	}
	p.open(&q, best)
	return q
}

// begun moves the beginning of a cut on, word by word, until it is not one that
// stands for something before it.
func (p *passage) begun(text string, spans []snippet.Span, s snippet.Snippet) snippet.Snippet {
	for start := s.Start; ; {
		space := strings.IndexFunc(text[start:s.End], unicode.IsSpace)
		if space < 0 {
			return s
		}
		for start += space; start < s.End; {
			r, size := utf8.DecodeRuneInString(text[start:])
			if !unicode.IsSpace(r) {
				break
			}
			start += size
		}
		if !dangling(p.lang, text[start:s.End]) {
			return snippet.Between(text, spans, start, s.End)
		}
	}
}

// open puts an ellipsis where a quotation within goes on beyond the cut, so that
// nobody takes the rest for said by another.
func (p *passage) open(q *Quote, s snippet.Snippet) {
	before, behind := unclosed(p.body[q.Start:q.End])
	if before != 0 && !s.Lead && strings.ContainsFunc(p.body[:q.Start], func(r rune) bool { return pair(r, before) }) {
		q.Text = snippet.Ellipsis + q.Text
		for i := range q.Marks {
			q.Marks[i].Start += len(snippet.Ellipsis)
			q.Marks[i].End += len(snippet.Ellipsis)
		}
	}
	if behind != 0 && !s.Tail && strings.ContainsFunc(p.body[q.End:], func(r rune) bool { return pair(behind, r) }) {
		q.Text += snippet.Ellipsis
	}
}

// unclosed are a sign in a text that ends what began before it, and one that
// begins what ends behind it; 0 where there is none. Brackets do not count: "1)"
// is one of a list.
func unclosed(text string) (before, behind rune) {
	var stack []rune
	for _, r := range text {
		switch {
		case r == ')' || r == '(' || r == ']' || r == '[':
		case closes(r) != 0 && len(stack) > 0 && pair(stack[len(stack)-1], r):
			stack = stack[:len(stack)-1]
		case opens(r):
			stack = append(stack, r)
		case closes(r) != 0 && before == 0:
			before = r
		}
	}
	if len(stack) > 0 {
		behind = stack[len(stack)-1]
	}
	return before, behind
}
