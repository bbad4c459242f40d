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

// LanguageOf is the language of a text that somebody says is written in given:
// given itself as long as its letters allow it, else what the text shows. A text
// in Latin letters of which nothing is sure stays what it was said to be, since
// every language is also written in them.
func LanguageOf(given, title, body string) string {
	code := normalLang(given)
	if code == "" {
		return Language(title, body)
	}
	said := countScripts(sample(title, body))
	script, letters := said.main()
	if letters < plainLetters || script == "" || writtenIn(code, script) {
		if code == "ku" && script == scriptArabic {
			return "ckb" // what Kurdish in Arabic letters is, unless it says so itself
		}
		return code
	}
	if found := Language(title, body); found != "" || script != scriptLatin {
		return found
	}
	return code
}

// plainLetters is how many letters it takes for a script to speak against the
// language that a text is said to be in.
const plainLetters = 6

// Language is the primary subtag of the language that a text is written in,
// empty where that is not sure. It is the same for the same text, always: a
// language that changed by itself would be a revision.
func Language(title, body string) string {
	text := sample(title, body)
	said := countScripts(text)
	script, letters := said.main()
	switch script {
	case "":
		return ""
	case scriptHan:
		return hanLanguage(text, letters)
	case scriptHebrew:
		if strings.ContainsAny(text, "װױײﬞ") {
			return "yi"
		}
		return "he"
	case scriptLatin, scriptCyrillic, scriptArabic, "Deva", "Ethi":
	default:
		return scriptLanguage[script] // the only one that is written in it
	}
	if script == scriptLatin && plainlyEnglish(text) {
		return "en"
	}
	word, sure := byWords(text, script)
	switch {
	case script == scriptLatin && strings.Count(text, "ə") >= 2:
		return "az" // whose words are mostly Turkish
	case script == scriptLatin && sure:
		return word // before letters that may be those of a foreign name
	}
	if code := byLetters(script, text); code != "" {
		return code
	}
	if sure && !excluded(word, text) {
		return word
	}
	return byTrigrams(text, script, letters, word)
}

// sample is the part of a text that its language is read from, without what is
// written in no language: addresses, mentions, tags.
func sample(title, body string) string {
	text := title + "\n" + body
	if len(text) > detectBytes {
		cut := detectBytes
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut]
	}
	if !strings.ContainsAny(text, "@#:/<") {
		return text
	}
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		if strings.Contains(word, "://") || strings.ContainsAny(word[:1], "@#<") || strings.HasPrefix(word, "www.") || strings.HasPrefix(word, ":") {
			continue
		}
		b.WriteString(word)
		b.WriteByte(' ')
	}
	return b.String()
}

// Trigrams are believed from so many letters on, or, where the words point the
// same way, from fewer and with less than full confidence.
const (
	trigramLetters  = 24
	agreeLetters    = 10
	agreeConfidence = .2
)

// byTrigrams asks whatlanggo, which compares the most frequent trigrams of a
// text with those of the languages of its script. It is sure of itself too early:
// what it finds in a language whose function words are known must show one.
func byTrigrams(text, script string, letters int, word string) string {
	info := whatlanggo.Detect(text)
	code := info.Lang.Iso6391()
	if code == "" {
		code = normalLang(info.Lang.Iso6393())
	}
	if code == "nn" || code == "nb" {
		code = "no" // as BCP 47 has it
	}
	switch {
	case code == "" || !writtenIn(code, script) || excluded(code, text):
		return ""
	case word == code && info.Confidence > agreeConfidence && letters >= agreeLetters:
		return code
	case !info.IsReliable() || letters < trigramLetters:
		return ""
	case word != "" && word != code, word == "" && hasWords(code):
		return ""
	}
	return code
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
