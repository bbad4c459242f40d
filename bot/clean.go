package bot

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/unicode/norm"
)

// Text from outside can carry characters that hide, reorder or pile up. clean
// takes them out; what a reader sees stays as it was written.

const (
	// markOpen and markClose frame what is highlighted, inside our own texts only.
	markOpen, markClose = '\uE000', '\uE001'

	// maxMarks is how many combining marks may sit on one letter: no script needs more.
	maxMarks = 6

	firstIsolate = "\u2068" // FSI
	popIsolate   = "\u2069" // PDI
	fsi, pdi     = '\u2068', '\u2069'
	zwnj, zwj    = '\u200C', '\u200D'
)

// units counts UTF-16 code units. There are never fewer of them than code points,
// so what is short enough by this count is so by both that Discord uses.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// clean strips a text and normalizes it (NFC). Line breaks stay, as "\n".
func clean(s string) string { return cleanMarked(dropPrivate(bound(s)), false) }

// maxRaw bounds, in bytes, what is looked at of one text: a dispatch has at most
// 600 KiB (news.MaxBytes).
const maxRaw = 640 << 10

// bound cuts a text to maxRaw, at a space where there is one near.
func bound(s string) string {
	if len(s) <= maxRaw {
		return s
	}
	end := maxRaw
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	if space := strings.LastIndexFunc(s[:end], unicode.IsSpace); space > end/2 {
		end = space
	}
	return s[:end] + "…"
}

// plainText is clean, in one line.
func plainText(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

func dropPrivate(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Co, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// cleanMarked is clean for a text that may hold markOpen and markClose. own says that
// the text is ours, in which isolates (FSI … PDI) stand around foreign words: those
// stay. Who draws the text sees to it that they are balanced.
func cleanMarked(s string, own bool) string {
	s = norm.NFC.String(strings.ReplaceAll(s, "\r\n", "\n"))
	runes := []rune(s)
	var out strings.Builder
	marks := 0
	last := rune(' ')
	for i, r := range runes {
		isolate := own && (r == fsi || r == pdi)
		if !isolate {
			r = replace(r)
		}
		switch {
		case r < 0:
			continue
		case isolate:
		case r == zwj || r == zwnj:
			if i+1 >= len(runes) || !joins(last, r, runes[i+1]) {
				continue
			}
		case unicode.Is(unicode.Variation_Selector, r):
			if r > '\uFE0F' || unicode.IsSpace(last) || unicode.Is(unicode.Variation_Selector, last) {
				continue
			}
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		out.WriteRune(r)
		if r != markOpen && r != markClose && !isolate {
			last = r
		}
	}
	return norm.NFC.String(out.String())
}

// replace maps a rune to what stands for it, or to -1 where nothing shall.
func replace(r rune) rune {
	switch {
	case r >= ' ' && r <= '~':
		return r
	case r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029':
		return '\n'
	case r == '\t':
		return ' '
	case r == zwj || r == zwnj || r == markOpen || r == markClose:
		return r
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // format characters that are seen
		return r
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Noncharacter_Code_Point, unicode.Other_Default_Ignorable_Code_Point):
		return -1
	}
	return r
}

// joins says whether a joiner has its place between two runes: inside a word, or
// ZWJ inside an emoji.
func joins(a, joiner, b rune) bool {
	word := func(r rune) bool { return unicode.In(r, unicode.L, unicode.M) }
	if word(a) && word(b) {
		return true
	}
	return joiner == zwj && unicode.In(a, unicode.So, unicode.Sk, unicode.Variation_Selector) && unicode.Is(unicode.So, b)
}

// squeeze makes white space single and drops empty lines.
func squeeze(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// cut shortens a plain text to n units, at a word where that is near, and never
// inside a grapheme. A cut ends with an ellipsis.
func cut(s string, n int) string {
	return fit(s, n, func(s string) string { return s })
}

// fit shortens s until draw(s) has at most n units; a cut ends with an ellipsis.
// The result is not drawn. Where nothing fits it is empty.
func fit(s string, n int, draw func(string) string) string {
	fits := func(s string) bool { return units(draw(s)) <= n }
	// Drawing adds and hardly ever takes away: what is far too long is not drawn.
	if len(s) <= 8*n+64 && fits(s) {
		return s
	}
	ends := boundaries(s, n)
	low, high := 0, len(ends)-1 // ends[low] is known to fit, or is 0
	for low < high {
		mid := (low + high + 1) / 2
		if fits(ellipsis(s[:ends[mid]])) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	short := s[:ends[low]]
	if space := strings.LastIndexFunc(short, unicode.IsSpace); space > len(short)*2/3 && !unicode.IsSpace(firstRune(s[len(short):])) {
		short = short[:space]
	}
	if short = ellipsis(short); fits(short) {
		return short
	}
	return ""
}

// boundaries are the ends of the graphemes of s, from 0, as far as n units reach.
func boundaries(s string, n int) []int {
	ends, used := []int{0}, 0
	for g := graphemes.FromString(s); g.Next(); {
		used += units(g.Value())
		if used > n {
			break
		}
		ends = append(ends, g.End())
	}
	return ends
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func ellipsis(s string) string {
	return strings.TrimRight(s, " \n,;:–-…") + "…"
}
