package ingest

import (
	"slices"
	"strings"
	"unicode"
)

// The scripts that more than one language here is written in, by their ISO 15924 codes.
const (
	scriptLatin    = "Latn"
	scriptCyrillic = "Cyrl"
	scriptArabic   = "Arab"
	scriptHebrew   = "Hebr"
	scriptHan      = "Hani"
	scriptKana     = "Jpan"
)

// scripts tells scripts apart. Hangul and Han come with a weight: one of their
// letters says as much as two of an alphabet.
var scripts = []struct {
	name   string
	table  *unicode.RangeTable
	weight int
}{
	{scriptLatin, unicode.Latin, 1}, {scriptArabic, unicode.Arabic, 1}, {scriptCyrillic, unicode.Cyrillic, 1},
	{scriptHebrew, unicode.Hebrew, 1}, {scriptHan, unicode.Han, 2}, {scriptKana, unicode.Hiragana, 2}, {scriptKana, unicode.Katakana, 2},
	{"Kore", unicode.Hangul, 2}, {"Grek", unicode.Greek, 1}, {"Deva", unicode.Devanagari, 1}, {"Armn", unicode.Armenian, 1},
	{"Geor", unicode.Georgian, 1}, {"Thai", unicode.Thai, 1}, {"Beng", unicode.Bengali, 1}, {"Taml", unicode.Tamil, 1},
	{"Telu", unicode.Telugu, 1}, {"Knda", unicode.Kannada, 1}, {"Mlym", unicode.Malayalam, 1}, {"Gujr", unicode.Gujarati, 1},
	{"Guru", unicode.Gurmukhi, 1}, {"Orya", unicode.Oriya, 1}, {"Mymr", unicode.Myanmar, 1}, {"Khmr", unicode.Khmer, 1},
	{"Laoo", unicode.Lao, 1}, {"Sinh", unicode.Sinhala, 1}, {"Ethi", unicode.Ethiopic, 1}, {"Syrc", unicode.Syriac, 1},
	{"Thaa", unicode.Thaana, 1}, {"Tibt", unicode.Tibetan, 1},
}

// scriptLanguage is the language of a script that news is written in by one alone.
var scriptLanguage = map[string]string{
	scriptKana: "ja", "Kore": "ko", "Grek": "el", "Armn": "hy", "Geor": "ka", "Thai": "th", "Beng": "bn", "Taml": "ta", "Telu": "te",
	"Knda": "kn", "Mlym": "ml", "Gujr": "gu", "Guru": "pa", "Orya": "or", "Mymr": "my", "Khmr": "km", "Laoo": "lo", "Sinh": "si",
	"Syrc": "syr", "Thaa": "dv", "Tibt": "bo",
}

// scriptsOf are the scripts of the languages that are not written in Latin
// letters, or not in them alone. A language that is not here is taken for Latin
// where byWords knows it, else for written in anything.
var scriptsOf = map[string]string{
	"ar": scriptArabic, "fa": scriptArabic, "ur": scriptArabic, "ps": scriptArabic, "ckb": scriptArabic, "ug": "Arab Cyrl",
	"sd": "Arab Deva", "ku": "Latn Arab Cyrl", "skr": scriptArabic, "he": scriptHebrew, "yi": scriptHebrew,
	"ru": scriptCyrillic, "uk": scriptCyrillic, "be": "Cyrl Latn", "bg": scriptCyrillic, "mk": scriptCyrillic, "sr": "Cyrl Latn",
	"kk": "Cyrl Latn Arab", "ky": "Cyrl Arab", "tg": "Cyrl Arab", "tt": "Cyrl Latn", "mn": "Cyrl", "az": "Latn Cyrl Arab", "uz": "Latn Cyrl Arab",
	"tk": "Latn Cyrl Arab", "bs": "Latn Cyrl", "zh": scriptHan, "ja": "Jpan Hani", "ko": "Kore Hani", "hi": "Deva", "mr": "Deva", "ne": "Deva",
	"bho": "Deva", "mai": "Deva", "am": "Ethi", "ti": "Ethi", "el": "Grek", "hy": "Armn", "ka": "Geor", "th": "Thai", "bn": "Beng", "ta": "Taml",
	"te": "Telu", "kn": "Knda", "ml": "Mlym", "gu": "Gujr", "pa": "Guru Arab", "or": "Orya", "my": "Mymr", "km": "Khmr", "lo": "Laoo",
	"si": "Sinh", "syr": "Syrc", "aii": "Syrc Latn", "dv": "Thaa", "bo": "Tibt",
}

// writtenIn reports whether a language is written in a script, as far as is known.
func writtenIn(lang, script string) bool {
	if in, ok := scriptsOf[lang]; ok {
		return strings.Contains(in, script)
	}
	return script == scriptLatin || !hasWords(lang)
}

// scriptCount is how much of a text is written in each script.
type scriptCount struct {
	by  [32]int // of scripts, weighted
	sum int
}

func countScripts(text string) (c scriptCount) {
	last := 0 // most letters are of the script of the one before
	for _, r := range text {
		if r < 0x80 {
			if r|0x20 >= 'a' && r|0x20 <= 'z' {
				c.by[0]++
				c.sum++
			}
			continue
		}
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
			continue
		}
		if !unicode.Is(scripts[last].table, r) {
			i := slices.IndexFunc(scripts, func(s struct {
				name   string
				table  *unicode.RangeTable
				weight int
			}) bool {
				return unicode.Is(s.table, r)
			})
			if i < 0 {
				continue
			}
			last = i
		}
		c.by[last] += scripts[last].weight
		c.sum += scripts[last].weight
	}
	return c
}

// mainShare is the share of a text, in percent, that its script must have: a
// text half in one and half in the other is in no language.
const mainShare = 60

// main is the script of a text and how many of its letters are of it (Han and
// Hangul count double); empty where it has none or no main one. A text of Han and
// kana is Japanese.
func (c scriptCount) main() (name string, letters int) {
	by := map[string]int{}
	for i, n := range c.by[:len(scripts)] {
		by[scripts[i].name] += n
	}
	if by[scriptKana]*10 > by[scriptHan] {
		by[scriptKana] += by[scriptHan]
		by[scriptHan] = 0
	}
	for _, s := range scripts {
		if by[s.name] > letters {
			name, letters = s.name, by[s.name]
		}
	}
	if letters*100 < c.sum*mainShare {
		return "", 0
	}
	return name, letters
}
