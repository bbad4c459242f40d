// Package snippet cuts out of a text the window that shows most of what was looked
// for, verbatim, in every script. It knows neither the index nor where a text
// comes from: what matched is given as spans.
package snippet

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Ellipsis stands where something was cut off.
const Ellipsis = "…"

// Span is a byte range of a text that matched, and which of the things looked for
// it is: what shows two of them is better than what shows one twice.
type Span struct{ Start, End, Term int }

// Mark is a byte range of a snippet.
type Mark struct{ Start, End int }

// Snippet is a stretch of a text, verbatim but that line breaks are spaces and an
// ellipsis stands where a sentence was cut.
type Snippet struct {
	Text string
	// Marks are what matched, in order, without overlap, never inside a character.
	Marks []Mark
	// Start and End are where it stands in the text.
	Start, End int
	// Lead and Tail say that an ellipsis stands before it, or behind it.
	Lead, Tail bool
}

// Best is the window of at most n characters (code points, the ellipses counted)
// that shows most of the spans, cut where a sentence, a clause or a word ends. It
// is the whole text where that fits. Spans may come in any order. It takes time
// in proportion to the text, whatever stands in it.
func Best(text string, spans []Span, n int) Snippet {
	spans = tidy(text, spans)
	start, end := 0, len(text)
	if longer(text, n) {
		start, end = window(text, spans, n)
	}
	start, end = balanced(text, spans, start, end)
	return cutOut(text, spans, start, end)
}

// Head is Best for a window that has to begin where the text does.
func Head(text string, spans []Span, n int) Snippet {
	spans = tidy(text, spans)
	end := len(text)
	if longer(text, n) {
		end = wholeBefore(text, endOf(text, 0, 0, n-1), 0)
	}
	start, end := balanced(text, spans, 0, end)
	return cutOut(text, spans, start, end)
}

// Between is what stands between two places, which are moved onto whole
// characters.
func Between(text string, spans []Span, start, end int) Snippet {
	spans = tidy(text, spans)
	start = wholeAfter(text, max(start, 0), 0)
	end = max(start, wholeBefore(text, min(end, len(text)), start))
	start, end = balanced(text, spans, start, end)
	return cutOut(text, spans, start, end)
}

// cutOut makes the snippet of what stands between two places.
func cutOut(text string, spans []Span, start, end int) Snippet {
	start, end = trim(text, start, end)
	s := Snippet{Start: start, End: end, Lead: !sentenceBefore(text, start), Tail: !blank(text[end:]) && !sentenceAfter(text, end)}
	var b strings.Builder
	b.Grow(end - start + 2*len(Ellipsis))
	if s.Lead {
		b.WriteString(Ellipsis)
	}
	shift := b.Len() - start
	b.WriteString(oneLine(text[start:end]))
	if s.Tail {
		b.WriteString(Ellipsis)
	}
	for _, sp := range spans {
		sp.Start, sp.End = max(sp.Start, start), min(sp.End, end)
		if sp.Start < sp.End {
			s.Marks = append(s.Marks, Mark{sp.Start + shift, sp.End + shift})
		}
	}
	s.Text = b.String()
	return s
}

// oneLine makes line breaks spaces, byte for byte.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' {
			return ' '
		}
		return r
	}, s)
}

// longer reports whether a text has more than n characters, without reading on
// when it has.
func longer(text string, n int) bool {
	return len(text) > n && skip(text, 0, n) < len(text)
}

// skip is the place n characters behind another.
func skip(text string, at, n int) int {
	for ; n > 0 && at < len(text); n-- {
		if text[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

// back is the place n characters before another.
func back(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

// tidy sorts spans, widens them to whole characters, in cursive scripts to whole
// words (a highlight inside one tears its letters apart), and joins those that overlap.
func tidy(text string, spans []Span) []Span {
	if len(spans) == 0 {
		return nil
	}
	sorted := slices.Clone(spans)
	slices.SortStableFunc(sorted, func(a, b Span) int { return a.Start - b.Start })
	out := sorted[:0]
	last := 0
	for _, s := range sorted {
		s.Start, s.End = max(s.Start, 0), min(s.End, len(text))
		if s.Start >= s.End {
			continue
		}
		if s.End <= last && len(out) > 0 {
			continue // within the one before
		}
		joined := s.Start < last
		s.Start = wholeStart(text, max(s.Start, last), last)
		s.End = wholeEnd(text, s.End, s.Start)
		if joined {
			out[len(out)-1].End = s.End
		} else {
			out = append(out, s)
		}
		last = s.End
	}
	return out
}

// window chooses where to begin and to end. At least two characters are kept for
// the ellipses.
func window(text string, spans []Span, n int) (start, end int) {
	room := max(n-2, 0)
	first, last := densest(text, spans, room)
	if first < 0 {
		return 0, wholeBefore(text, endOf(text, 0, 0, n-1), 0)
	}
	from, to := spans[first].Start, spans[last].End
	used := utf8.RuneCountInString(text[from:min(to, skip(text, from, room))])
	start = startOf(text, from, room-used)
	if start == 0 {
		room++ // no ellipsis before
	}
	start = wholeAfter(text, start, 0)
	return start, wholeBefore(text, endOf(text, start, to, room), start)
}

// densest finds the spans, in a row, that show most in room characters: the most
// different terms, then the most spans, then the earliest. first is negative where
// there is none.
func densest(text string, spans []Span, room int) (first, last int) {
	first, last = -1, -1
	best := 0
	at := make([]int, len(spans)) // characters before each span, and to its end
	ends := make([]int, len(spans))
	chars, pos := 0, 0
	for i, s := range spans {
		chars += utf8.RuneCountInString(text[pos:s.Start])
		at[i] = chars
		chars += utf8.RuneCountInString(text[s.Start:s.End])
		ends[i] = chars
		pos = s.End
	}
	seen := map[int]int{}
	i := 0
	for j, s := range spans {
		seen[s.Term]++
		for i < j && ends[j]-at[i] > room {
			if seen[spans[i].Term]--; seen[spans[i].Term] == 0 {
				delete(seen, spans[i].Term)
			}
			i++
		}
		if score := 1000*len(seen) + min(j-i, 999) + 1; score > best {
			best, first, last = score, i, j
		}
	}
	return first, last
}
