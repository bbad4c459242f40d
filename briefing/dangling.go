package briefing

import (
	"strings"
	"unicode"
)

// dangling reports whether a sentence of a language begins with a word that
// stands for something said before it ("he", "the latter", "وهو"): alone it would
// be read as about something else. "This week" stands for itself.
func dangling(lang, s string) bool {
	words := leading(s, 6)
	for len(words) > 1 && connectives[words[0]] {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	first, second := words[0], ""
	if len(words) > 1 {
		second = words[1]
	}
	if arabic(first) {
		return arabicDangling(s, first, second)
	}
	of, ok := pronouns[lang]
	if !ok {
		of = pronouns[guessed(first)]
	}
	switch {
	case of[first]:
		return !times[second]
	case first == "there" || first == "here":
		return strings.HasPrefix(strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })[len(first):], ",")
	case attributed[first]: // "selon lui", "по его словам"
		return personal[second]
	case first == "the" && (second == "latter" || second == "former"), first == "ce" && second == "dernier", first == "cette" && second == "dernière", first == "these" && second == "last":
		return true
	}
	return false
}

// leaning reports whether a sentence begins with a word that ties it to the one before.
func leaning(s string) bool {
	words := leading(s, 1)
	return len(words) > 0 && connectives[words[0]]
}

// leading are the first n words of a sentence, in small letters, behind dashes
// and quotation marks, and as far as they are written with an apostrophe only
// their first part: "they're".
func leading(s string, n int) (out []string) {
	for len(out) < n {
		s = strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
		end := strings.IndexFunc(s, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) && r != '-' && r != 'ـ'
		})
		if end < 0 {
			end = len(s)
		}
		if end == 0 {
			return out
		}
		out = append(out, lowered(s[:end]))
		s = s[end:]
	}
	return out
}

// guessed is a language written with the letters of a word, of which pronouns are
// known.
func guessed(word string) string {
	switch r := firstLetter(word); {
	case unicode.Is(unicode.Cyrillic, r):
		return "ru"
	case unicode.Is(unicode.Hebrew, r):
		return "he"
	}
	return "en"
}

// pronouns stand for what was said before, by language.
var pronouns = map[string]map[string]bool{
	"en": wordSet("he she it they this that these those his her hers its their theirs him them himself herself itself themselves both such neither"),
	"fr": wordSet("il elle ils elles ce cet cette ces cela ceci ça celui-ci celle-ci ceux-ci celles-ci celui celle ceux son sa ses leur leurs lui eux"),
	"ru": wordSet("он она оно они это этот эта эти этого этой этих этому этим тот та те того той тех его её ее их ему ей им него неё них"),
	"tr": wordSet("o onlar bu şu bunlar şunlar bunun onun onların bunu onu buna ona burada orada kendisi kendileri ikisi"),
	"he": wordSet("הוא היא הם הן זה זאת זו אלה אלו"),
	"de": wordSet("er sie es dies dieser diese dieses jener jene sein seine ihr ihre ihm ihnen"),
	"es": wordSet("él ella ello ellos ellas este esta esto estos estas ese esa eso esos esas aquel aquella su sus"),
}

// attributed are words that name who says it, and personal those that do not.
var (
	attributed = wordSet("according selon d'après по")
	personal   = wordSet("lui elle eux elles его её ее их ним ней him her them")
)

// distant reports whether a sentence speaks early on of someone that it has not
// named: a little is lost when it stands alone.
func distant(s string) bool {
	for _, w := range leading(s, 8) {
		if subjects[w] {
			return true
		}
	}
	return false
}

// subjects are the pronouns that say who does what.
var subjects = wordSet("he she they il elle ils elles он она они onlar kendisi kendileri")

// times stand behind "this" for a time that the date of the report tells.
var times = wordSet(`week weekend month year morning afternoon evening night summer winter spring autumn time
	semaine mois année matin soir nuit été hiver неделя неделе месяц год утро утром ночь ночью вечером hafta ay yıl sabah akşam gece gün semana mes año mañana noche woche monat jahr morgen nacht`)

// connectives tie a sentence to the one before.
var connectives = wordSet(`however but and moreover furthermore also meanwhile then later afterwards therefore thus consequently instead nevertheless nonetheless still yet so besides
	mais et cependant toutefois puis ensuite ainsi donc но и однако также затем поэтому ama fakat ancak ayrıca sonra ve`)

func arabic(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) == 0
}

// arabicDangling is dangling for Arabic, where "and", "so" are written to the
// front of the word, and a verb may be without the name of who did it.
func arabicDangling(s, first, second string) bool {
	bare := bareArabic(first)
	if first == "و" || first == "ف" { // written apart
		bare, second = second, ""
	}
	if arabicPronouns[first] || arabicPronouns[bare] {
		return !arabicTimes[second]
	}
	if arabicVerbsOfSaying[bare] && (second == "أن" || second == "إن" || second == "أنه" || second == "أنها" || second == "إنه" || second == "إنها" || second == "بأن" || second == "قائلا") {
		return true // "and added that …", without who
	}
	words := leading(s, 3)
	return bare == "كما" && arabicVerbsOfSaying[second] && len(words) > 2 && strings.HasPrefix(words[2], "أن")
}

// bareArabic takes "and", "so" off a word.
func bareArabic(word string) string {
	for _, front := range []string{"و", "ف"} {
		if rest, ok := strings.CutPrefix(word, front); ok && len([]rune(rest)) > 1 {
			return rest
		}
	}
	return word
}

var arabicPronouns = wordSet(`هو هي هم هن هما هذا هذه هذان هاتان ذلك تلك هؤلاء أولئك ذاك بذلك لذلك منها منهم منه فيها فيه فيهم عليها عليه عليهم إليها إليه لها له لهم
	بينهم بينها عنها عنه بهم بها به كذلك الأخير الأخيرة`)

var arabicVerbsOfSaying = wordSet(`أضاف أضافت قال قالت ذكر ذكرت أكد أكدت أوضح أوضحت تابع تابعت أشار أشارت بين بينت لفت لفتت نوه نوهت صرح صرحت زعم زعمت نفى نفت اعتبر اعتبرت`)

var arabicTimes = wordSet(`الأسبوع الشهر العام السنة الصباح المساء الليلة اليوم الصيف الشتاء المرة`)
