package lang

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold brings the ways of writing one word together: case, the marks that Arabic
// is written with or without, and the letters that are typed for each other.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ى':
			return 'ي'
		case 'ة':
			return 'ه'
		case 'ـ':
			return -1
		case ' ', '-':
			return '_'
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(strings.TrimSpace(s)))
}
