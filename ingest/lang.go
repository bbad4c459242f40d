package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
	"golang.org/x/text/language"
)

// detectBytes is how much of a text its language is read from: more costs time
// and changes the finding no more.
const detectBytes = 2000

// normalLang is the primary subtag of a language as people write it: "en-GB" →
// "en", "ara" → "ar"; empty where it is none that BCP 47 knows.
func normalLang(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return ""
	}
	tag, err := language.All.Parse(s)
	if err != nil {
		return ""
	}
	base, confidence := tag.Base()
	if confidence != language.Exact {
		return ""
	}
	return base.String()
}

// LanguageCode is normalLang for the other rooms: the primary subtag of a language
// as people write it, empty where BCP 47 knows none such.
func LanguageCode(s string) string { return normalLang(s) }

// Language is the primary subtag of the language that a text is written in,
// empty where that is not sure. It is the same for the same text, always: a
// language that changed by itself would be a revision.
func Language(title, body string) string {
	text := title + "\n" + body
	if len(text) > detectBytes {
		cut := detectBytes
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	if plainlyEnglish(text) {
		return "en"
	}
	info := whatlanggo.Detect(text)
	switch {
	case info.Script == unicode.Arabic && lettersOf(text, "ةيك", "پچژگکیھہےڕڵێۆەٹڈڑںۍېټډړښڼ"):
		return "ar"
	case info.Script == unicode.Cyrillic && lettersOf(text, "ыэ", "іїєґўјљњћђѓќџәғқңөұүһҳҷӣӯ"):
		return "ru"
	case !info.IsReliable() || letters(text) < fewest(info.Script):
		return ""
	}
	if code := info.Lang.Iso6391(); code != "" {
		return code
	}
	return normalLang(info.Lang.Iso6393())
}

// fewest is how many letters it takes to tell a script's languages apart: one
// is enough where there is but one.
func fewest(script *unicode.RangeTable) int {
	switch script {
	case unicode.Latin, unicode.Cyrillic, unicode.Arabic, unicode.Devanagari, unicode.Hebrew, unicode.Ethiopic:
		return 24
	case unicode.Han:
		return 12 // a short Japanese headline can do without kana
	}
	return 1
}

func letters(s string) (n int) {
	for _, r := range s {
		if unicode.IsLetter(r) {
			n++
		}
	}
	return n
}

// englishWords are words that English text cannot do without.
var englishWords = map[string]bool{
	"the": true, "of": true, "and": true, "that": true, "with": true, "from": true, "which": true, "were": true, "was": true,
	"their": true, "has": true, "have": true, "are": true, "is": true, "by": true, "at": true, "after": true, "for": true,
	"in": true, "to": true, "on": true, "as": true, "who": true, "it": true, "its": true, "an": true,
}

// plainlyEnglish reports whether a fifth of the words are of those, three
// different ones among them and "the" or "and" one of these, all in lower case
// (a title quoted in another language has capitals). It spares most texts the
// statistics, which take half a millisecond each and find some short English
// news to be Tagalog.
func plainlyEnglish(text string) bool {
	words, hits := 0, 0
	different := map[string]bool{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		words++
		if englishWords[word] {
			hits++
			different[word] = true
		}
	}
	return len(different) >= 3 && hits*5 >= words && (different["the"] || different["and"])
}

// lettersOf reports whether a text has one of the letters some and none of the
// letters others. It tells Arabic from Persian, Urdu, Kurdish and Pashto, and
// Russian from its neighbours, in texts too short for statistics.
func lettersOf(text, some, others string) bool {
	return strings.ContainsAny(text, some) && !strings.ContainsAny(strings.ToLower(text), others)
}
