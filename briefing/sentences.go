// Package briefing chooses what of the dispatches is said: key sentences,
// always verbatim, the reports of a period, each event once, and the figures in
// which reports of one event differ.
package briefing

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/sentences"
)

// Sentence is a stretch of a body, by byte offsets, without the white space around it.
type Sentence struct {
	Start, End int
	// First says that it begins a paragraph.
	First bool
}

// Sentences cuts a body, which is in a language (BCP 47, empty where unknown),
// into sentences at the boundaries of UAX #29, paragraph by paragraph. What the
// standard splits after an abbreviation, an initial or a number that counts
// ("Mr.", "U.S.", "No. 4", "1."), inside a short quotation, or before "he asked"
// is joined again, and so are the lines of wrapped text. A footnote's number
// stays with its sentence.
func Sentences(lang, body string) []Sentence {
	var out []Sentence
	at := 0
	for _, par := range strings.SplitAfter(unwrap(body), "\n") {
		first := true
		start, pos := at, at
		end := at + len(par)
		inside := quotations(par)
		for edge := range boundaries(par) {
			pos = max(pos, at+edge)
			stop := footnote(body, pos, end)
			if stop < end && stop > start && (joined(lang, body[start:stop], body[stop:end]) || inside.holds(stop-at)) {
				continue
			}
			pos = stop
			if s, ok := trim(body, start, stop); ok {
				s.First = first
				first = false
				out = append(out, s)
			}
			start = max(start, stop)
		}
		at = end
	}
	return out
}

// boundaries are where sentences of a paragraph may end: by the standard, and
// before a number, where it sees none if a small letter follows: "It fell. 13 men left."
func boundaries(par string) iter.Seq[int] {
	return func(yield func(int) bool) {
		at := 0
		for seg := sentences.FromString(par); seg.Next(); {
			for text := par[at:seg.End()]; ; {
				i := strings.Index(text, ". ")
				if i < 0 {
					break
				}
				text = text[i+2:]
				if r, _ := utf8.DecodeRuneInString(text); unicode.IsNumber(r) && !yield(seg.End()-len(text)) {
					return
				}
			}
			if at = seg.End(); !yield(at) {
				return
			}
		}
	}
}

// footnote moves a boundary from within "left.[1] The" to behind the note, and
// from before a sign that ends a quotation, "left. »", to behind it.
func footnote(body string, pos, end int) int {
	if r, size := utf8.DecodeRuneInString(body[pos:end]); size > 0 && closes(r) != 0 && !opens(r) {
		return pos + size
	}
	if pos == 0 || body[pos-1] != '[' {
		return pos
	}
	digits := 0
	for pos+digits < end && body[pos+digits] >= '0' && body[pos+digits] <= '9' {
		digits++
	}
	if digits == 0 || pos+digits == end || body[pos+digits] != ']' {
		return pos - 1
	}
	return pos + digits + 1
}

// maxQuotation is the length, in bytes, of a quotation in which no sentence ends
// for itself.
const maxQuotation = 400

// ranges are stretches of a text in order, which do not overlap.
type ranges struct{ list []Mark }

// holds reports whether a place lies inside one. Places are asked for in order.
func (r *ranges) holds(at int) bool {
	for len(r.list) > 0 && r.list[0].End <= at {
		r.list = r.list[1:]
	}
	return len(r.list) > 0 && r.list[0].Start < at
}

// quotations are the short quotations and brackets of a paragraph.
func quotations(par string) ranges {
	type open struct {
		at   int
		sign rune
	}
	var out []Mark
	var stack []open
	plain := strings.Count(par, `"`)%2 == 0 // the same sign opens and closes
	for i, r := range par {
		switch closer := closes(r); {
		case r == '"' && plain:
			if n := len(stack); n == 0 || stack[n-1].sign != '"' {
				stack = append(stack, open{i, r})
				continue
			}
		case closer == 0 && opens(r):
			stack = append(stack, open{i, r})
			continue
		case closer == 0:
			continue
		}
		n := len(stack)
		if n == 0 || r != '"' && !pair(stack[n-1].sign, r) {
			if opens(r) { // “ closes what „ opened, and opens elsewhere
				stack = append(stack, open{i, r})
			}
			continue
		}
		from := stack[n-1].at
		stack = stack[:n-1]
		if i-from > maxQuotation {
			continue
		}
		for len(out) > 0 && out[len(out)-1].Start > from { // those within it
			out = out[:len(out)-1]
		}
		out = append(out, Mark{from, i + utf8.RuneLen(r)})
	}
	return ranges{out}
}

// The signs that stand around what is quoted.
const openers, closers = "“«„「『([", "””»“」』)]"

func opens(r rune) bool { return !plainSign(r) && strings.ContainsRune(openers, r) }

func closes(r rune) rune {
	if !plainSign(r) && strings.ContainsRune(closers, r) {
		return r
	}
	return 0
}

// plainSign reports, for nearly every character of a text, that it is none of them.
func plainSign(r rune) bool {
	return r < utf8.RuneSelf && r != '"' && r != '(' && r != ')' && r != '[' && r != ']'
}

// pair reports whether a sign is ended by another.
func pair(opener, closer rune) bool {
	switch opener {
	case '“':
		return closer == '”'
	case '„':
		return closer == '“' || closer == '”'
	case '«':
		return closer == '»'
	case '「':
		return closer == '」'
	case '『':
		return closer == '』'
	case '(':
		return closer == ')'
	case '[':
		return closer == ']'
	}
	return false
}

// wrapWidth is the length of a line, in bytes, from which a line break behind it
// is taken for one that only wraps the text.
const wrapWidth = 50

// unwrap turns line breaks that only wrap a paragraph into spaces, byte for byte.
func unwrap(body string) string {
	var out []byte
	line := 0 // where the current line begins
	for i := range len(body) {
		if body[i] != '\n' {
			continue
		}
		next, _ := utf8.DecodeRuneInString(body[i+1:])
		if i-line >= wrapWidth && (unicode.IsLetter(next) || unicode.IsNumber(next)) && !endsSentence(body[line:i]) && !tabular(body[line:i]) {
			if out == nil {
				out = []byte(body)
			}
			out[i] = ' '
		}
		line = i + 1
	}
	if out == nil {
		return body
	}
	return string(out)
}

func endsSentence(line string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(line, unicode.IsSpace))
	return strings.ContainsRune(`.!?؟۔。।:"”»`, last)
}

func trim(body string, start, end int) (Sentence, bool) {
	text := body[start:end]
	lead := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	s := Sentence{Start: start + lead, End: start + len(strings.TrimRightFunc(text, unicode.IsSpace))}
	return s, s.End > s.Start && strings.ContainsFunc(body[s.Start:s.End], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}
