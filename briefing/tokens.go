package briefing

import (
	"unicode"
	"unicode/utf8"
)

// token is a word, a number or a sign of a sentence.
type token struct {
	start, end int
	// word is how it is compared: folded; of a sign, the sign itself.
	word string
	kind tokenKind
}

type tokenKind uint8

const (
	sign tokenKind = iota
	wordToken
	// digits are a whole number written in digits.
	digits
	// other is a number that counts nothing: a time, a date, a fraction, a name with
	// digits in it ("M5", "7th", "14:05", "3.5").
	other
)

// tokens cuts a sentence. A hyphen parts words, but not a number from what it is
// part of.
func tokens(s string) (out []token) {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case unicode.IsSpace(r) || unicode.Is(unicode.Cf, r):
			i += size
			continue
		case unicode.IsLetter(r):
			end := i + run(s[i:], func(r rune) bool {
				return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r == 'ـ' || r == '\'' || r == '’'
			})
			t := token{i, end, plain(s[i:end]), wordToken}
			if next, more := utf8.DecodeRuneInString(s[end:]); next == '-' && nextIs(s[end+more:], unicode.IsNumber) { // F-16
				end += more + run(s[end+more:], unicode.IsNumber)
				t.end, t.kind = end, other
			} else if containsNumber(s[i:end]) {
				t.kind = other
			}
			out = append(out, t)
			i = t.end
		case unicode.IsNumber(r):
			t := numeral(s, i)
			out = append(out, t)
			i = t.end
		default:
			out = append(out, token{i, i + size, s[i : i+size], sign})
			i += size
		}
	}
	return out
}

func containsNumber(s string) bool {
	for _, r := range s {
		if unicode.IsNumber(r) {
			return true
		}
	}
	return false
}

// run is how many bytes of a text, from its beginning, are of such characters.
func run(s string, of func(rune) bool) int {
	for i, r := range s {
		if !of(r) {
			return i
		}
	}
	return len(s)
}

func nextIs(s string, of func(rune) bool) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && of(r)
}

// numeral reads what begins with a digit: digits in groups of three are one number;
// what letters, a point and more digits, or the signs of times, dates and
// shares cling to is no whole number.
func numeral(s string, at int) token {
	t := token{start: at, kind: digits}
	end := at + run(s[at:], unicode.IsNumber)
	for {
		next, size := utf8.DecodeRuneInString(s[end:])
		more := run(s[end+size:], unicode.IsNumber)
		if size == 0 || more == 0 {
			break
		}
		switch next {
		case ',', '٬', '.', '\u00a0', '\u202f':
			if runes := utf8.RuneCountInString(s[end+size : end+size+more]); runes != 3 || next == '.' {
				t.kind = other
			}
		case '/', ':', '٫', '\'', '’':
			t.kind = other
		default:
			more = 0
		}
		if more == 0 {
			break
		}
		end += size + more
	}
	next, size := utf8.DecodeRuneInString(s[end:])
	switch {
	case size > 0 && (unicode.IsLetter(next) || unicode.IsMark(next)): // 7th, 5km
		end += run(s[end:], func(r rune) bool { return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) })
		t.kind = other
	case next == '-' && nextIs(s[end+size:], unicode.IsLetter): // 55-kilometre
		t.kind = other
	case next == '%' || next == '٪' || next == '°' || next == '$' || next == '€':
		t.kind = other
	}
	if before, _ := utf8.DecodeLastRuneInString(s[:at]); at > 0 && (before == '$' || before == '€' || before == '£' || before == '#' || before == '.' || before == '/') {
		t.kind = other
	}
	t.end, t.word = end, s[at:end]
	return t
}
