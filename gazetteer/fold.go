package gazetteer

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// foldVersion goes into Version: raise it with every change to what Fold gives
// or to what Annotate takes for a name, so that indexes are built anew.
const foldVersion = 2

// articles are the forms of the Arabic article in Latin script, and "the".
// Fold leaves them out wherever they stand as a word of their own.
var articles = map[string]bool{
	"al": true, "el": true, "as": true, "es": true, "ash": true, "esh": true, "ad": true, "ed": true,
	"adh": true, "edh": true, "ar": true, "er": true, "an": true, "en": true, "at": true, "et": true,
	"ath": true, "eth": true, "az": true, "ez": true, "the": true,
}

// Fold brings the spellings of one name together: "Dayr az-Zawr" and "Deir
// al-Zaur" become "dair zaur", "الرقّة" and "الرقه" become "رقه". It drops case, diacritics,
// apostrophes, punctuation and the article, writes doubled letters once, unifies the
// vowel pairs that transliterations vary in (ou and oo, ee, ay and ei, aw and au), a final -ah or -eh, and
// the Arabic letters that are written for each other. Words are parted by one space.
// Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	var out []byte
	last := []byte(nil)
	sc := scanner{text: s}
	for sc.next() {
		n := len(out)
		if n > 0 {
			out = append(out, ' ')
		}
		w := len(out)
		out = foldWord(out, s[sc.start:sc.end])
		if word := out[w:]; len(word) == 0 || articles[string(word)] {
			last = append(last[:0], word...)
			out = out[:n]
		}
	}
	if len(out) == 0 {
		out = last // nothing but articles: the last of them is the name
	}
	return string(out)
}

// foldWord appends the folded form of one word, as scanner cuts it, to dst.
// A word of nothing but marks appends nothing.
func foldWord(dst []byte, word string) []byte {
	start := len(dst)
	ascii := true
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= utf8.RuneSelf:
			ascii = false
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			dst = append(dst, c)
		}
		if !ascii {
			dst = foldRunes(dst[:start], word)
			break
		}
	}
	w := dst[start:]
	for again := true; again; {
		w, again = foldLatin(w)
		if v := foldArticle(w); len(v) < len(w) {
			w, again = v, true
		}
	}
	return dst[:start+len(w)]
}

// foldRunes appends the letters and digits of a word without marks, in lower
// case, with variants of one letter unified.
func foldRunes(dst []byte, word string) []byte {
	if !plainArabic(word) { // most Arabic words need no decomposition
		word = norm.NFKD.String(strings.ToValidUTF8(word, ""))
	}
	for _, r := range word {
		r = unicode.ToLower(r)
		switch r {
		case 'ء', 'ـ': // a hamza on the line comes and goes; tatweel only stretches
			continue
		case 'ى', 'ی', 'ې':
			r = 'ي'
		case 'ة', 'ہ', 'ھ', 'ە', 'ۀ':
			r = 'ه'
		case 'ک', 'ڪ':
			r = 'ك'
		case 'ٱ', 'أ', 'إ', 'آ':
			r = 'ا'
		case 'ؤ':
			r = 'و'
		case 'ئ':
			r = 'ي'
		case 'ı':
			r = 'i'
		case 'ø':
			r = 'o'
		case 'ł':
			r = 'l'
		case 'đ', 'ð':
			r = 'd'
		case 'æ':
			dst = append(dst, 'a')
			r = 'e'
		case 'œ':
			dst = append(dst, 'o')
			r = 'e'
		case 'ß':
			dst = append(dst, 's')
			r = 's'
		case 'þ':
			dst = append(dst, 't')
			r = 'h'
		}
		switch {
		case '٠' <= r && r <= '٩':
			r += '0' - '٠'
		case '۰' <= r && r <= '۹':
			r += '0' - '۰'
		case isApostrophe(r) || !unicode.IsLetter(r) && !unicode.IsDigit(r):
			continue
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// plainArabic reports whether a word is of the basic Arabic letters and vowel signs alone.
func plainArabic(word string) bool {
	for _, r := range word {
		if r < 'ء' || r > 'ْ' {
			return false
		}
	}
	return true
}

// foldLatin unifies in place how transliterations write one sound, and reports
// whether it changed anything: one change can make room for another.
func foldLatin(w []byte) (folded []byte, changed bool) {
	out := w[:0]
	for i := 0; i < len(w); i++ {
		c := w[i]
		var prev byte
		if len(out) > 0 {
			prev = out[len(out)-1]
		}
		switch {
		case c >= utf8.RuneSelf:
		case prev == 'o' && (c == 'o' || c == 'u'):
			out[len(out)-1] = 'u'
			continue
		case prev == 'e' && c == 'e':
			out[len(out)-1] = 'i'
			continue
		case (prev == 'a' || prev == 'e') && (c == 'i' || c == 'y'):
			changed = changed || prev != 'a' || c != 'i'
			out[len(out)-1] = 'a'
			c = 'i'
		case (prev == 'a' || prev == 'o') && c == 'w' || prev == 'a' && c == 'u':
			changed = changed || prev != 'a' || c != 'u'
			out[len(out)-1] = 'a'
			c = 'u'
		case prev == 'i' && c == 'y' && i+1 < len(w) && (w[i+1] == 'a' || w[i+1] == 'e'):
			continue
		case prev == c && 'a' <= c && c <= 'z':
			continue
		}
		out = append(out, c)
	}
	if n := len(out); n > 3 && out[n-1] == 'h' && (out[n-2] == 'a' || out[n-2] == 'e') {
		out[n-2] = 'a'
		out = out[:n-1]
	}
	return out, changed || len(out) < len(w)
}

var (
	arabicArticle = []byte("ال")
	allah         = []byte("الله")
)

// foldArticle takes the Arabic article off a word that leaves at least two letters.
func foldArticle(w []byte) []byte {
	if bytes.HasPrefix(w, arabicArticle) && len(w) >= len(arabicArticle)+4 && !bytes.Equal(w, allah) {
		return append(w[:0], w[len(arabicArticle):]...)
	}
	return w
}

// isApostrophe reports whether r is one of the marks that stand for ayn, hamza
// or an elision, inside a word.
func isApostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', '‛', '`', '´', '′', 'ʼ', 'ʻ', 'ʽ', 'ʾ', 'ʿ', 'ˈ', '＇', 'ꞌ':
		return true
	}
	return false
}
