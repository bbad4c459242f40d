// Package death is the questions of death: command lines that cost an archive as
// much as anybody can make them cost. Each is answered within the limits, or
// refused with a reason that says what to do.
package death

import (
	"strings"
	"time"
)

// The limits of one question, whatever the archive holds.
const (
	Time      = 500 * time.Millisecond
	Allocated = 50 << 20 // bytes
)

// Question is one of them.
type Question struct {
	Name, Line string
	// Refused says that it must be refused, whatever else the language may learn;
	// others may be refused or answered.
	Refused bool
}

// common are sixteen of the words of bench/gen that are in nearly every dispatch.
const common = "said near two people area forces city town village road camp attack attacked shelling convoy aid"

// Questions are all of them. They are of the words and the names of bench/gen.
func Questions() []Question {
	words := strings.Fields(common)
	q := []Question{
		// Wildcards and what other engines take for patterns.
		{Name: "wildcards around a letter", Line: "search *a*"},
		{Name: "regular expression", Line: "search /.*/"},
		{Name: "regular expression that backtracks", Line: "search /(a+)+$/"},
		{Name: "prefix of one letter", Line: "search a*"},
		{Name: "prefix of the commonest letter", Line: "search s*"},
		{Name: "prefix of two letters", Line: "search ba*"},
		{Name: "prefix of three letters", Line: "search att*"},
		{Name: "sixteen prefixes", Line: "search " + strings.Join(ending(syllables[:16], "*"), " ")},
		{Name: "sixteen prefixes, all required", Line: "search " + strings.Join(beginning("+", ending(syllables[:16], "*")), " ")},
		{Name: "sixteen prefixes, oldest first", Line: "search " + strings.Join(ending(syllables[16:], "*"), " ") + " sort:old"},
		{Name: "stars alone", Line: "search *** * ** ***"},
		{Name: "question marks", Line: "search ???? ??"},
		{Name: "distance of letters", Line: "search shelling~2 attacked~9 people~99999999999999999999"},
		{Name: "boosts", Line: "search said^9999999999 near^-1 two^NaN people^1e308"},
		{Name: "distance of words", Line: `search "said people"~1000000`},

		// Common words.
		{Name: "sixteen common words", Line: "search " + common},
		{Name: "sixteen common words, all required", Line: "search " + strings.Join(beginning("+", words), " ")},
		{Name: "sixteen common words, oldest first", Line: "search " + common + " sort:old"},
		{Name: "sixteen common words, last page", Line: "search " + common + " page:166"},
		{Name: "sixteen common words in a status", Line: "status " + common},
		{Name: "sixteen common words of titles", Line: "search " + strings.Join(beginning("title:", words), " ")},
		{Name: "seventeen terms", Line: "search " + common + " water", Refused: true},
		{Name: "fifty common words in one term", Line: "search " + repeated("said-near-two-people-city-", 250)},
		{Name: "fifty common words in one required term", Line: "search +" + repeated("said-near-two-people-city-", 249)},
		{Name: "a hundred letters in one term", Line: "search " + repeated("a-b-c-d-e-", 240)},
		{Name: "one word sixteen times", Line: "search " + repeated("said ", 16*5)},
		{Name: "one word of 256 letters", Line: "search " + repeated("abcdefgh", 256)},
		{Name: "257 letters", Line: "search " + repeated("abcdefgh", 257), Refused: true},
		{Name: "eight thousand bytes", Line: "search " + repeated("said ", 7990), Refused: true},
		{Name: "more than a message holds", Line: "search " + repeated("said ", 100_000), Refused: true},

		// Brackets and alternatives.
		{Name: "120 brackets", Line: "search " + repeated("(", 120) + "said" + repeated(")", 120)},
		{Name: "brackets that do not end", Line: "search " + repeated("(said OR ", 250)},
		{Name: "alternatives", Line: "search " + strings.Join(words[:8], " OR ")},
		{Name: "alternatives within alternatives", Line: "search ((said OR near) (two OR people)) OR ((area OR forces) (city OR town))"},
		{Name: "alternatives of phrases", Line: `search "said near" OR "two people" OR "area forces" OR "city town"`},
		{Name: "operators alone", Line: "search OR OR AND OR NOT OR -"},
		{Name: "alternative to an exclusion", Line: "search said OR -said OR (-near OR -two)"},

		// Phrases.
		{Name: "phrase of one stop word", Line: `search "the the the"`},
		{Name: "phrase of stop words", Line: `search "of the and to in a that on for was with by at from it as were has"`},
		{Name: "phrase of articles of names", Line: `search "al al al"`},
		{Name: "phrase of article and name", Line: `search "al karmah"`},
		{Name: "name with an article", Line: "search Al-Karmah"},
		{Name: "sixteen phrases of articles", Line: "search " + repeated(`"al al" `, 16*8)},
		{Name: "phrase of common words", Line: `search "said near two people"`},
		{Name: "phrase of one word fifty times", Line: `search "` + strings.TrimSpace(repeated("said ", 250)) + `"`},
		{Name: "sixteen phrases of common words", Line: "search " + repeated(`"said near" `, 16*12)},
		{Name: "phrase without an end", Line: `search "said near two`, Refused: true},
		{Name: "many empty phrases", Line: "search " + repeated(`"" `, 255)},

		// Exclusions and filters: they leave nearly everything over.
		{Name: "exclusion alone", Line: "search -said"},
		{Name: "exclusion of what is not there", Line: "search -zzzz sort:old"},
		{Name: "sixteen exclusions", Line: "search " + strings.Join(beginning("-", words), " ")},
		{Name: "excluded phrases", Line: `search -"said near" -"two people" -"al al" -"the the"`},
		{Name: "everything but one language, oldest first", Line: "search -lang:ar sort:old"},
		{Name: "all English, oldest first", Line: "search lang:en sort:old page:166"},
		{Name: "every source", Line: "search source:agency said"},
		{Name: "sources by one letter", Line: "search source:a source:e source:g source:n source:c source:y"},
		{Name: "everything reported", Line: "search standing:reported sort:old"},
		{Name: "the place with the most places in it", Line: "search place:syria sort:old"},
		{Name: "status of the place with the most places in it", Line: "status syria since:0001-01-01"},
		{Name: "sixteen times the same place", Line: "search " + repeated("place:syria ", 16*12)},
		{Name: "places against each other", Line: "search place:syria -place:syria -place:damascus said"},
		{Name: "identities with a star", Line: "search id:* id:a*"},

		// Distances and times.
		{Name: "near, the whole earth", Line: "search near:syria<20038km said"},
		{Name: "near, a huge number", Line: "search near:damascus<99999999999999999999km"},
		{Name: "near, eight times", Line: "search " + repeated("near:syria<20000km ", 8*19)},
		{Name: "since the year 1", Line: "search said since:0001-01-01"},
		{Name: "from the year 1 to the year 9999", Line: "search said since:0001-01-01 until:9999-12-31"},
		{Name: "since a huge number of days", Line: "search said since:99999999999999999999d", Refused: true},
		{Name: "since a hundred thousand years", Line: "status said since:100000y"},
		{Name: "page of a huge number", Line: "search said page:99999999999999999999", Refused: true},
		{Name: "page below the first", Line: "search said page:-1", Refused: true},
		{Name: "numbers", Line: "search 99999999999999999999999 1e308 -1 0x7fffffff NaN Infinity 1.7976931348623157e309"},
		{Name: "a briefing of everything", Line: "brief 100000d"},
		{Name: "a briefing of all time about common words", Line: "brief 100000d about said near two people"},

		// Letters.
		{Name: "flood of right-to-left marks", Line: "search said " + repeated("\u202e", 240)},
		{Name: "flood of zero-width spaces", Line: "search " + repeated("s\u200b", 250)},
		{Name: "flood of zero-width joiners", Line: "search " + repeated("\u200d\u200c", 250)},
		{Name: "flood of emoji", Line: "search " + repeated("😀", 250)},
		{Name: "flood of joined emoji", Line: "search " + repeated("👩\u200d👩\u200d👧\u200d👦", 245)},
		{Name: "255 marks on a letter", Line: "search a" + repeated("\u0301", 255)},
		{Name: "256 marks on a letter", Line: "search a" + repeated("\u0301", 256), Refused: true},
		{Name: "letters that grow when they are composed", Line: "search " + repeated("\ufdfa", 250)},
		{Name: "capital letters that grow", Line: "search " + repeated("İẞŉ", 249)},
		{Name: "256 ideographs", Line: "search " + repeated("中国新闻", 256)},
		{Name: "syllables of Hangul", Line: "search " + repeated("각", 250)},
		{Name: "one Arabic letter", Line: "search " + repeated("و ", 32)},
		{Name: "Arabic letters drawn out", Line: "search م" + repeated("ـ", 250)},
		{Name: "zeros and control characters", Line: "search \x00\x01\x1b[2J\x7f said\x00near"},
		{Name: "letters that are none", Line: "search \xff\xfe\xf0\x28\x8c\x28 said"},
		{Name: "status of nothing but marks", Line: "status " + repeated("\u0301\u200d", 200)},
		{Name: "name to guess at", Line: "status " + repeated("dayr al zawr ", 250)},
		{Name: "names without an end", Line: "status " + repeated("al-", 250)},
	}
	return q
}

// syllables begin very many of the words.
var syllables = strings.Fields("bab bad bal ban bar bas bat bed ben bes cal can car cas con cor dal dan der des dis dor fal fan far fed for gal gan gar had han")

// repeated is a text again and again, cut to n characters.
func repeated(text string, n int) string {
	runes := []rune(text)
	out := make([]rune, n)
	for i := range out {
		out[i] = runes[i%len(runes)]
	}
	return string(out)
}

func beginning(with string, words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = with + w
	}
	return out
}

func ending(words []string, with string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w + with
	}
	return out
}
