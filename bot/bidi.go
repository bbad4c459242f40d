package bot

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

// Discord lays a line out by its first strong letter, or from the left. So a line of
// our own in a language that is written from the right begins with a mark that says
// so (RLM), and what could reorder its surroundings stands in isolates (FSI … PDI).
// https://www.unicode.org/reports/tr9/

// rightMark is RLM, a right-to-left letter that is not seen.
const rightMark = "\u200F"

// maxIsolates is how deep isolates may be nested: a foreign word in a line of ours,
// and a name in that.
const maxIsolates = 8

// rightToLeft says that a text has letters that are written from the right.
func rightToLeft(s string) bool {
	for i := 0; i < len(s); {
		p, n := bidi.LookupString(s[i:])
		if c := p.Class(); c == bidi.R || c == bidi.AL {
			return true
		}
		i += max(n, 1)
	}
	return false
}

// isolate wraps a text with right-to-left letters, so that it cannot reorder what
// stands around it.
func isolate(s string) string {
	if rightToLeft(s) {
		return firstIsolate + s + popIsolate
	}
	return s
}

// dropIsolates takes all isolates off.
func dropIsolates(s string) string {
	return strings.Map(func(r rune) rune {
		if r == fsi || r == pdi {
			return -1
		}
		return r
	}, s)
}

// balance takes those isolates off a line that are not opened or not closed in it,
// are nested too deep, or hold nothing.
func balance(s string) string {
	if !strings.ContainsAny(s, firstIsolate+popIsolate) {
		return s
	}
	type opened struct {
		at   int // where it stands in out, -1 where it was left out
		seen int // what had been seen before it
	}
	var open []opened
	out := []rune{}
	seen := 0
	for _, r := range s {
		switch {
		case r == fsi && len(open) >= maxIsolates:
			open = append(open, opened{-1, seen})
		case r == fsi:
			open = append(open, opened{len(out), seen})
			out = append(out, r)
		case r == pdi && len(open) == 0:
		case r == pdi:
			last := open[len(open)-1]
			open = open[:len(open)-1]
			switch {
			case last.at < 0:
			case last.seen == seen:
				out = append(out[:last.at], out[last.at+1:]...)
			default:
				out = append(out, r)
			}
		default:
			if !unicode.IsSpace(r) {
				seen++
			}
			out = append(out, r)
		}
	}
	for i := len(open) - 1; i >= 0; i-- {
		if at := open[i].at; at >= 0 {
			out = append(out[:at], out[at+1:]...)
		}
	}
	return string(out)
}

// balanceLines is balance for each line of a text: an isolate ends with its line.
func balanceLines(s string) string {
	if !strings.ContainsAny(s, firstIsolate+popIsolate) {
		return s
	}
	list := strings.Split(s, "\n")
	for i := range list {
		list[i] = balance(list[i])
	}
	return strings.Join(list, "\n")
}
