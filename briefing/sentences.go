// Package briefing chooses what of the dispatches is said: key sentences,
// always verbatim, and the reports of a period, each event once.
package briefing

import (
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

// Sentences cuts a body into sentences at the boundaries of UAX #29, paragraph
// by paragraph. What the standard splits after an abbreviation or an initial
// ("Mr.", "U.S.", "No. 4") is joined again, and so are the lines of wrapped text.
func Sentences(body string) []Sentence {
	var out []Sentence
	at := 0
	for _, par := range strings.SplitAfter(unwrap(body), "\n") {
		first := true
		start, pos := at, at
		for seg := sentences.FromString(par); seg.Next(); {
			pos += len(seg.Value())
			if pos < at+len(par) && abbreviated(body[start:pos]) {
				continue
			}
			if s, ok := trim(body, start, pos); ok {
				s.First = first
				first = false
				out = append(out, s)
			}
			start = pos
		}
		at += len(par)
	}
	return out
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
		if i-line >= wrapWidth && (unicode.IsLetter(next) || unicode.IsNumber(next)) && !endsSentence(body[line:i]) {
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
	return strings.ContainsRune(`.!?؟。:"”»`, last)
}

func trim(body string, start, end int) (Sentence, bool) {
	text := body[start:end]
	lead := len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
	s := Sentence{Start: start + lead, End: start + len(strings.TrimRightFunc(text, unicode.IsSpace))}
	return s, s.End > s.Start && strings.ContainsFunc(body[s.Start:s.End], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) })
}

// abbreviated reports whether the text ends with a full stop that ends no sentence.
func abbreviated(text string) bool {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	if !strings.HasSuffix(text, ".") {
		return false
	}
	word := text[:len(text)-1]
	if i := strings.LastIndexFunc(word, func(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == '"' || r == '“' }); i >= 0 {
		_, size := utf8.DecodeRuneInString(word[i:])
		word = word[i+size:]
	}
	if r, size := utf8.DecodeRuneInString(word); size == len(word) && unicode.IsUpper(r) && size > 0 {
		return true // an initial: J.
	}
	switch word {
	case "Mr", "Mrs", "Ms", "Dr", "Prof", "Gen", "Lt", "Col", "Maj", "Capt", "Sgt", "Brig", "Adm", "Sen", "Rep", "Gov", "Sheikh", "St", "No", "Nos", "vs", "approx", "Jan", "Feb", "Sept", "Oct", "Nov", "Dec", "e.g", "i.e", "U.S", "U.K", "U.N":
		return true
	}
	return false
}
