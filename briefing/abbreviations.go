package briefing

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end with a full stop that ends no sentence, in the languages of
// dispatches. They are written as they stand before the last stop.
var abbreviations = wordSet(`Mr Mrs Ms Dr Prof Gen Lt Col Maj Capt Cpt Sgt Brig Adm Cmdr Cpl Pvt Sen Rep Gov Pres Hon Rev Sheikh St Mt Ft
	vs approx Jan Feb Sept Oct Nov Dec e.g i.e cf al
	Mme Mlle MM Mgr av env
	г гг ул им т т.е т.к т.н др тыс чел руб полк ген лейт кап подп обл р-н акад проф
	Doç Av Org Korg Tümg Tuğg Alb Yrb Bnb Yzb Üstğm Tğm vb bkz
	أ.د`)

// numbered are abbreviations only before a number.
var numbered = wordSet(`No Nos Nr Art art Sec p pp Vol vol Fig fig ст п пп с № nr sayılı Apr Mar Jun Jul Aug`)

// maybeLast are abbreviations that a sentence ends with as well: what follows tells.
var maybeLast = wordSet(`U.S U.K U.N E.U U.A.E D.C a.m p.m A.M P.M`)

// beginners are words that begin a sentence rather than a name.
var beginners = wordSet(`the a an it he she they this that these those we i there in on at by for from with but and or when after before while if as however
	meanwhile its his her their our no not some many most all both each several officials residents witnesses`)

// ordinals are languages that write a stop behind a number that counts: 5. Kolordu.
var ordinals = wordSet(`tr az de fi cs sk hu pl sr hr no da et lv`)

// joined reports whether no sentence ends between a text and what follows it.
func joined(lang, text, after string) bool {
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	next := strings.TrimLeftFunc(after, unicode.IsSpace)
	last, size := utf8.DecodeLastRuneInString(text)
	if strings.ContainsRune(`”"»’'」』…`, last) {
		first, _ := utf8.DecodeRuneInString(next)
		return unicode.IsLower(first) || first == 'と' // “Why?” he asked.
	}
	return last == '.' && abbreviated(lang, text[:len(text)-size], next)
}

// abbreviated reports whether a full stop behind a text and before another ends
// no sentence.
func abbreviated(lang, text, next string) bool {
	word := text
	if i := strings.LastIndexFunc(word, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`("“«„[-–—`, r) }); i >= 0 {
		_, size := utf8.DecodeRuneInString(word[i:])
		word = word[i+size:]
	}
	follows, _, _ := strings.Cut(next, " ")
	follows = strings.ToLower(strings.TrimRight(follows, ",:;"))
	begins := beginners[follows] || pronouns[lang][follows]
	digit := strings.IndexFunc(next, unicode.IsNumber) == 0
	r, size := utf8.DecodeRuneInString(word)
	switch {
	case size == 0:
		return false
	case size == len(word) && unicode.IsLetter(r):
		return !unicode.IsLower(r) && !begins || abbreviations[word] && !begins || numbered[word] && digit // an initial: J., د.
	case abbreviations[word]:
		return !begins
	case numbered[word]:
		return digit
	case maybeLast[word]:
		return !begins
	case strings.TrimFunc(word, unicode.IsNumber) == "":
		// "1. First point", or "the 5. Kolordu" where numbers are written so.
		return len(word) == len(text) || ordinals[lang] && len(word) < 4
	}
	return initials(word) && !begins
}

// initials reports whether a word is letters with stops between them: J.-C, А.С.
func initials(word string) bool {
	letters := 0
	for part := range strings.SplitSeq(word, ".") {
		part = strings.TrimPrefix(part, "-")
		r, size := utf8.DecodeRuneInString(part)
		if size == 0 || size != len(part) || !unicode.IsLetter(r) || unicode.IsLower(r) {
			return false
		}
		letters++
	}
	return letters > 1
}
