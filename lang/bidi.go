package lang

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
)

const fsi, pdi = '\u2068', '\u2069'

// isolate wraps a text that a sentence from the right would tear apart: one with
// letters from the left outside of isolates, or one of digits and signs, such as
// 2018-12-31, which would be read 31-12-2018.
func isolate(s string) string {
	if !tears(s) {
		return s
	}
	// What is inside must not end the isolate.
	return string(fsi) + strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s) + string(pdi)
}

// tears reports whether a text has to be isolated.
func tears(s string) bool {
	depth, isolates, letters, digits, signs := 0, false, false, false, false
	for _, r := range s {
		switch {
		case r == fsi:
			depth, isolates = depth+1, true
			continue
		case r == pdi && depth > 0:
			depth--
			continue
		case unicode.Is(unicode.Bidi_Control, r):
			return true // an isolate that is not ours, or worse
		case depth > 0:
			continue
		}
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			return true
		case bidi.R, bidi.AL:
			letters = true
		case bidi.EN, bidi.AN:
			digits = true
		case bidi.CS, bidi.WS: // "1,204" and "09:30" stay in order
		default:
			signs = true
		}
	}
	return depth > 0 || digits && signs && !letters && !isolates
}

// runs are what is written from the left in a text of ours: code in `…`, words in
// Latin letters; and verbs and variables, which are left alone.
var runs = regexp.MustCompile("(`[^`]*`)" + `|%(?:\[\d\])?[a-z%]|\$\{\w+\}|([A-Za-z][A-Za-z0-9.:/_'-]*(?: [A-Za-z][A-Za-z0-9./_'-]*)*)`)

// isolateRuns isolates what is written from the left in a text of a language that
// is written from the right.
func isolateRuns(s string) string {
	return runs.ReplaceAllStringFunc(s, func(m string) string {
		if m[0] == '%' || m[0] == '$' {
			return m
		}
		end := strings.TrimRight(m, ".:-") // the end of a sentence is not of the word
		return string(fsi) + end + string(pdi) + m[len(end):]
	})
}
