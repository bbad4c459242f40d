package briefing

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain writes a word for comparing: in small letters, Arabic without its marks
// and lengthenings and with the letters as one that are typed for each other.
func plain(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ة':
			return 'ه'
		case 'ى', 'ی':
			return 'ي'
		case 'ک':
			return 'ك'
		case 'ـ', '\u0307', '\u0670':
			return -1
		case '’':
			return '\''
		}
		if r >= 'ً' && r <= 'ْ' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// plainSet is wordSet of words written plain.
func plainSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[plain(w)] = true
	}
	return out
}
