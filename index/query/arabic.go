package query

import (
	"strings"
	"unicode"
)

// arabicWords gives the words of Arabic times, folded, in English. A dual is its
// number and its unit; "ago", "last" and "final" are put where English has them.
var arabicWords = map[string]string{
	"الان": "now", "اليوم": "today", "امس": "yesterday", "البارحه": "yesterday",
	"الاحد": "sunday", "الاثنين": "monday", "الثلاثاء": "tuesday", "الاربعاء": "wednesday", "الخميس": "thursday", "الجمعه": "friday", "السبت": "saturday",
	"دقيقه": "minute", "دقائق": "minutes", "دقيقتين": "2 minutes", "ساعه": "hour", "ساعات": "hours", "ساعتين": "2 hours",
	"يوم": "day", "يوما": "days", "ايام": "days", "يومين": "2 days", "اسبوع": "week", "اسبوعا": "weeks", "اسابيع": "weeks", "اسبوعين": "2 weeks",
	"شهر": "month", "شهرا": "months", "اشهر": "months", "شهور": "months", "شهرين": "2 months",
	"سنه": "year", "سنوات": "years", "سنين": "years", "سنتين": "2 years", "عام": "year", "عاما": "years", "اعوام": "years", "عامين": "2 years",
	"الاسبوع": "week", "الشهر": "month", "السنه": "year", "العام": "year",
	"الماضي": "last", "الماضيه": "last", "الفائت": "last", "الفائته": "last", "المنصرم": "last", "المنصرمه": "last",
	"هذا": "this", "هذه": "this", "الحالي": "current", "الحاليه": "current", "الجاري": "current", "الجاريه": "current",
	"قبل": "ago", "منذ": "ago", "اخر": "final", "خلال": "",
	"واحد": "1", "واحده": "1", "اثنين": "2", "ثلاثه": "3", "ثلاث": "3", "اربعه": "4", "اربع": "4", "خمسه": "5", "خمس": "5", "سته": "6", "ست": "6",
	"سبعه": "7", "سبع": "7", "ثمانيه": "8", "ثماني": "8", "تسعه": "9", "تسع": "9", "عشره": "10", "عشر": "10",
	"يناير": "january", "فبراير": "february", "مارس": "march", "ابريل": "april", "مايو": "may", "يونيو": "june", "يوليو": "july",
	"اغسطس": "august", "سبتمبر": "september", "اكتوبر": "october", "نوفمبر": "november", "ديسمبر": "december",
	"شباط": "february", "اذار": "march", "نيسان": "april", "ايار": "may", "حزيران": "june", "تموز": "july", "اب": "august", "ايلول": "september",
}

// arabicPairs are the times of two words and more; they go first.
var arabicPairs = strings.NewReplacer(" اول من امس ", " day-before-yesterday ", " اول امس ", " day-before-yesterday ", " امس الاول ", " day-before-yesterday ",
	" كانون الثاني ", " january ", " تشرين الاول ", " october ", " تشرين الثاني ", " november ", " كانون الاول ", " december ")

// foldArabic takes off what is written or left out at will: vowel marks, the
// lengthening stroke, hamza on alif, the dots of ta marbuta and of final ya.
func foldArabic(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ـ', unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Arabic, r), r >= '\u064b' && r <= '\u0652':
			return -1
		case r == 'أ', r == 'إ', r == 'آ':
			return 'ا'
		case r == 'ة':
			return 'ه'
		case r == 'ى':
			return 'ي'
		}
		return r
	}, s)
}

// fromArabic says a time in English words: قبل 3 أيام is "3 days ago". What holds
// no Arabic, or a word that is no part of a time, comes back as it is.
func fromArabic(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
		return s
	}
	var words []string
	for _, w := range strings.Fields(arabicPairs.Replace(" " + foldArabic(s) + " ")) {
		english, known := arabicWords[w]
		switch {
		case known:
			words = append(words, strings.Fields(english)...)
		case strings.IndexFunc(w, func(r rune) bool { return r > unicode.MaxASCII }) < 0:
			words = append(words, w) // a number, or a month of arabicPairs
		default:
			return s
		}
	}
	return strings.ReplaceAll(strings.Join(englishOrder(words), " "), "-before-", " before ")
}

// englishOrder puts the words of an Arabic time where English has them.
func englishOrder(words []string) []string {
	if len(words) > 1 && words[0] == "day" && unit(words[1]) == "" && number(words[1]) == 0 {
		words = words[1:] // يوم الجمعة
	}
	if len(words) > 1 && words[0] == "month" && month(words[1]) > 0 {
		words = words[1:] // شهر آذار
	}
	n := len(words)
	switch {
	case n == 0:
	case words[0] == "ago" && n == 2 && unit(words[1]) != "":
		return []string{"1", words[1], "ago"}
	case words[0] == "ago" && n == 3:
		return append(words[1:], "ago")
	case words[0] == "final" && n == 2:
		return []string{"past", words[1]}
	case words[0] == "final" && n == 3:
		return []string{"past", words[1], words[2]}
	case n == 2 && words[1] == "last":
		return []string{"last", words[0]}
	case n == 2 && words[1] == "current":
		return []string{"this", words[0]}
	}
	return words
}
