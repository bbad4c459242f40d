package index

import (
	"bytes"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// prepare brings a word into the spelling that the filters of a language know:
// lower case, compatibility forms composed, digits of every script as 0 to 9,
// without points, lengthening and invisible characters, and without what is
// elided before it or owned behind it. It does its own lower case, since bleve's
// filter turns İ into invalid UTF-8. The term is changed in a copy.
func prepare(term []byte, lang string) []byte {
	if ascii(term) {
		return withoutApostrophes(bytes.ToLower(term), lang)
	}
	out, ok := spellings().append(make([]byte, 0, len(term)), term)
	if !ok {
		out = appendSpelled(out[:0], term, lang)
	} else if lang == "ar" {
		out = bytes.Map(arabicSpelling, out)
	}
	return withoutApostrophes(out, lang)
}

func appendSpelled(out, term []byte, lang string) []byte {
	if !norm.NFKC.IsNormal(term) {
		term = norm.NFKC.Bytes(term)
	}
	for i := 0; i < len(term); {
		r, n := utf8.DecodeRune(term[i:])
		i += n
		if r == utf8.RuneError && n == 1 {
			continue
		}
		if r = spelled(unicode.ToLower(r), lang); r >= 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// letterTable says what becomes of each letter of the alphabets; others go the
// slow way, and so do words with marks of their own.
type letterTable [0x2000]rune

const slow = -2

// append appends what becomes of a term; false where it has to go the slow way.
func (t *letterTable) append(out, term []byte) ([]byte, bool) {
	for i := 0; i < len(term); {
		r, n := rune(term[i]), 1
		if r >= 0x80 {
			r, n = utf8.DecodeRune(term[i:])
		}
		i += n
		switch {
		case int(r) < len(t):
			if r = t[r]; r == slow {
				return out, false
			}
		case !unchanging(r):
			return out, false
		}
		if r >= 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return out, true
}

// unchanging reports whether a letter of East Asia always stays as it is.
func unchanging(r rune) bool {
	return r >= 0x4e00 && r <= 0x9fff || r >= 0x3400 && r <= 0x4dbf || r >= 0x3041 && r <= 0x3096 || r >= 0x30a1 && r <= 0x30fc || r >= 0xac00 && r <= 0xd7a3
}

// spellings and foldings are made of the slow way, once.
var (
	spellings = sync.OnceValue(func() *letterTable {
		return newTable(func(b []byte) []byte { return appendSpelled(nil, b, "") })
	})
	foldings = sync.OnceValue(func() *letterTable { return newTable(appendFolded) })
	// glances are both in one step.
	glances = sync.OnceValue(func() *letterTable {
		t := *spellings()
		for r, to := range t {
			if to >= 0 && int(to) < len(t) {
				t[r] = foldings()[to]
			}
		}
		return &t
	})
)

func newTable(change func([]byte) []byte) *letterTable {
	t := &letterTable{}
	for r := range t {
		b := change([]byte(string(rune(r))))
		to, n := utf8.DecodeRune(b)
		switch {
		case len(b) == 0 && !(unicode.IsMark(rune(r)) && !unicode.In(rune(r), unicode.Arabic, unicode.Hebrew)):
			t[r] = -1
		case n < len(b), len(b) == 0, unicode.IsMark(rune(r)), unicode.Is(unicode.Hangul, rune(r)), unicode.Is(unicode.Cf, rune(r)):
			t[r] = slow
		default:
			t[r] = to
		}
	}
	return t
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// spelled is a letter as prepare writes it, negative where it is left out.
func spelled(r rune, lang string) rune {
	switch {
	case r < 0x80:
		return r
	case r == '’' || r == '‘' || r == 'ʼ' || r == 'ʾ' || r == 'ʿ' || r == 'ˈ' || r == '´' || r == '׳' || r == '＇':
		return '\''
	case r == '״' || r == '“' || r == '”':
		return '"'
	case r == 0x0307: // what NFKC and lower case leave of İ
		return -1
	case r == 'ـ' || r >= 0x064b && r <= 0x0652 || r == 0x0670 || r >= 0x0656 && r <= 0x065f || r >= 0x06d6 && r <= 0x06dc || r >= 0x06df && r <= 0x06e8 || r >= 0x06ea && r <= 0x06ed:
		return -1
	case r >= 0x0591 && r <= 0x05c7 && unicode.Is(unicode.Mn, r):
		return -1
	case unicode.Is(unicode.Cf, r):
		if r == zwnj && lang == "ckb" {
			return r // there it makes a vowel of a ه
		}
		return -1
	case unicode.Is(unicode.Nd, r):
		return digit(r)
	case lang == "ar":
		return arabicSpelling(r)
	}
	return r
}

// arabicSpelling is an Arabic letter for one that Persian and Urdu keyboards type for it.
func arabicSpelling(r rune) rune {
	switch r {
	case 'ک':
		return 'ك'
	case 'ی':
		return 'ي'
	case 'ہ', 'ھ':
		return 'ه'
	}
	return r
}

// digit is a decimal digit of any script as one of 0 to 9: in Unicode ten of them
// always follow each other.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// elided are the words that lose their vowel before another, in French, Italian
// and Catalan. No other language here has words of them before an apostrophe.
var elided = map[string]bool{
	"l": true, "d": true, "j": true, "m": true, "n": true, "s": true, "t": true, "c": true, "qu": true, "jusqu": true, "lorsqu": true, "puisqu": true,
	"quoiqu": true, "dell": true, "all": true, "nell": true, "sull": true, "dall": true, "un": true, "quell": true,
}

// withoutApostrophes takes what is elided off the front, a possessive 's off the
// end, and the other apostrophes out: Sana'a is Sanaa, під'їзд підїзд, צה"ל צהל.
// In Turkish what follows one is an ending.
func withoutApostrophes(term []byte, lang string) []byte {
	at := bytes.IndexAny(term, `'"`)
	if at < 0 {
		return term
	}
	if term[at] == '\'' && len(term)-at > 2 && elided[string(term[:at])] {
		term = term[at+1:]
	}
	term = bytes.TrimSuffix(term, []byte("'s"))
	if at = bytes.IndexByte(term, '\''); lang == "tr" && at > 1 {
		term = term[:at]
	}
	return bytes.Map(func(r rune) rune {
		if r == '\'' || r == '"' {
			return -1
		}
		return r
	}, term)
}

// foldTerm takes off what people write or leave away, in every script: marks on
// Latin, Greek, Hebrew and Arabic letters and stress on Cyrillic ones; it makes
// one of the letters that are typed for each other. Other scripts keep their
// marks, which make other letters there. Folding twice changes nothing more.
func foldTerm(term []byte) []byte {
	if ascii(term) {
		return term
	}
	if out, ok := foldings().append(make([]byte, 0, len(term)), term); ok {
		return out
	}
	return appendFolded(term)
}

func appendFolded(term []byte) []byte {
	out := make([]byte, 0, len(term))
	var base rune
	for _, r := range string(norm.NFD.Bytes(term)) {
		if unicode.Is(unicode.Mn, r) {
			if keptMark(base, r) {
				out = utf8.AppendRune(out, r)
			}
			continue
		}
		base = r
		if r == 'ß' || r == 'æ' || r == 'œ' {
			out = append(out, pairs[r]...)
		} else if r = folded(r); r >= 0 {
			out = utf8.AppendRune(out, r)
		}
	}
	return norm.NFC.Bytes(out)
}

var pairs = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe"}

// keptMark reports whether a mark makes another letter of the one it stands on.
func keptMark(base, mark rune) bool {
	switch {
	case unicode.In(mark, unicode.Hebrew, unicode.Arabic):
		return false // whatever it stands on
	case unicode.In(base, unicode.Latin, unicode.Greek, unicode.Hebrew, unicode.Arabic), base < 0x80:
		return false
	case unicode.Is(unicode.Cyrillic, base):
		return mark == 0x0306 || mark == 0x0308 && base == 'і' || mark == 0x0301 && (base == 'г' || base == 'к')
	}
	return true
}

// folded is the letter that stands for those that are typed for each other,
// negative for what is left out.
func folded(r rune) rune {
	switch r {
	case 'ı':
		return 'i'
	case 'ł':
		return 'l'
	case 'ø':
		return 'o'
	case 'đ', 'ð':
		return 'd'
	case 'ə':
		return 'e'
	case 'ς':
		return 'σ'
	case 'ґ':
		return 'г'
	case 'ٱ':
		return 'ا'
	case 'ى', 'ی', 'ے', 'ێ', 'ې':
		return 'ي'
	case 'ک', 'ڪ':
		return 'ك'
	case 'ة', 'ە', 'ہ', 'ھ', 'ۃ':
		return 'ه'
	case 'ۆ', 'ۇ', 'ۈ':
		return 'و'
	case 'ڕ', 'ڑ':
		return 'ر'
	case 'ڵ':
		return 'ل'
	case 'ں':
		return 'ن'
	case 'ך':
		return 'כ'
	case 'ם':
		return 'מ'
	case 'ן':
		return 'נ'
	case 'ף':
		return 'פ'
	case 'ץ':
		return 'צ'
	case '’', '‘', 'ʿ', 'ʾ', 'ʼ', '`', '´', '\'', '"', zwnj:
		return -1
	}
	return r
}
