package snippet

import (
	"slices"
	"unicode/utf8"
)

// The controls that set directions (UAX #9).
const (
	lre, rle, pdf, lro, rlo = '\u202a', '\u202b', '\u202c', '\u202d', '\u202e'
	lri, rli, fsi, pdi      = '\u2066', '\u2067', '\u2068', '\u2069'
)

// balanced narrows a window until none of its direction controls is without its
// partner: an override whose end was cut off would turn what a door writes behind
// the snippet. Of what lies between such controls the part with most spans is
// kept, or the longest. Text without them, that is nearly every text, stays as it is.
func balanced(text string, spans []Span, start, end int) (int, int) {
	for {
		lone := unpaired(text[start:end])
		if len(lone) == 0 {
			return start, end
		}
		from, _ := slices.BinarySearchFunc(spans, start, func(s Span, at int) int { return s.Start - at })
		to, _ := slices.BinarySearchFunc(spans, end, func(s Span, at int) int { return s.Start - at })
		bestStart, bestEnd, best := start, start, -1
		at := start
		for _, l := range append(lone, end-start) {
			stop := start + l
			score := stop - at
			for _, s := range spans[from:to] {
				if s.Start >= at && s.End <= stop {
					score += len(text)
				}
			}
			if score > best {
				bestStart, bestEnd, best = at, stop, score
			}
			at = min(stop+len(string(lre)), end)
		}
		start, end = wholeAfter(text, bestStart, start), wholeBefore(text, bestEnd, start)
		if start >= end {
			return start, start
		}
	}
}

// unpaired are the places of the direction controls of a text that have no
// partner in it.
func unpaired(text string) (lone []int) {
	type open struct {
		at      int
		isolate bool
	}
	var stack []open
	for i := 0; i < len(text); {
		if text[i] != 0xe2 { // what all of them begin with
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch r {
		case lre, rle, lro, rlo:
			stack = append(stack, open{i, false})
		case lri, rli, fsi:
			stack = append(stack, open{i, true})
		case pdf:
			if n := len(stack); n > 0 && !stack[n-1].isolate {
				stack = stack[:n-1]
			} else {
				lone = append(lone, i)
			}
		case pdi:
			n := len(stack)
			for n > 0 && !stack[n-1].isolate {
				n--
			}
			if n == 0 {
				lone = append(lone, i)
				break
			}
			for _, o := range stack[n:] { // embeddings that the end of the isolate ends
				lone = append(lone, o.at)
			}
			stack = stack[:n-1]
		}
		i += size
	}
	for _, o := range stack {
		lone = append(lone, o.at)
	}
	slices.Sort(lone)
	return lone
}
