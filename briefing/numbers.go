package briefing

import (
	"math"
	"unicode"
)

// most is beyond any figure that is compared.
const most = 1_000_000_000

// whole is the value of a number in digits of any script.
func whole(s string) (n int, ok bool) {
	for _, r := range s {
		if !unicode.IsDigit(r) {
			continue
		}
		n = n*10 + digitOf(r)
		if n > most {
			return 0, false
		}
	}
	return n, true
}

// digitOf is the value of a decimal digit: the ten of a script stand in a row.
func digitOf(r rune) int {
	n := 0
	for n < 9 && unicode.IsDigit(r-rune(n)-1) {
		n++
	}
	return n % 10
}

// numberWords are values of single words, folded.
var numberWords = numberTable(map[int]string{
	1: "one واحد واحدة", 2: "two اثنان اثنين اثنتان اثنتين اثنا اثني", 3: "three ثلاثة ثلاث", 4: "four أربعة أربع", 5: "five خمسة خمس", 6: "six ستة ست", 7: "seven سبعة سبع",
	8: "eight ثمانية ثماني ثمان", 9: "nine تسعة تسع", 10: "ten عشرة عشر", 11: "eleven", 12: "twelve", 13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen",
	18: "eighteen", 19: "nineteen", 20: "twenty عشرون عشرين", 30: "thirty ثلاثون ثلاثين", 40: "forty أربعون أربعين", 50: "fifty خمسون خمسين", 60: "sixty ستون ستين",
	70: "seventy سبعون سبعين", 80: "eighty ثمانون ثمانين", 90: "ninety تسعون تسعين", 200: "مئتان مئتين مائتان مائتين", 300: "ثلاثمئة ثلاثمائة", 400: "أربعمئة أربعمائة",
	500: "خمسمئة خمسمائة", 600: "ستمئة ستمائة", 700: "سبعمئة سبعمائة", 800: "ثمانمئة ثمانمائة", 900: "تسعمئة تسعمائة", 2000: "ألفان ألفين ألفا ألفي",
})

// scales multiply what stands before them.
var scales = numberTable(map[int]string{12: "dozen", 100: "hundred مئة مائة", 1000: "thousand ألف آلاف", 1_000_000: "million مليون ملايين"})

func numberTable(of map[int]string) map[string]int {
	out := map[string]int{}
	for n, words := range of {
		for w := range plainSet(words) {
			out[w] = n
		}
	}
	return out
}

// numberAt reads a number that begins at a token: digits, words ("twenty-five",
// "two hundred and ten", "ثلاثة عشر", "خمسة وعشرين"), or both ("13 thousand"). next
// is the token behind it; it is i where there is none.
func numberAt(list []token, i int) (n, next int) {
	t := list[i]
	switch {
	case t.kind == digits:
		v, ok := whole(t.word)
		if !ok {
			return 0, i
		}
		n, next = v, i+1
	case t.kind == wordToken && numberWords[t.word] > 0:
		n, next = numberWords[t.word], i+1
		n, next = tens(list, n, next)
	case t.kind == wordToken && scales[t.word] >= 100 && arabic(t.word):
		n, next = rest(list, scales[t.word], i+1)
		return n, next
	case (t.word == "a" || t.word == "an") && i+1 < len(list) && scales[list[i+1].word] > 0:
		return scales[list[i+1].word], i + 2
	default:
		return 0, i
	}
	for next < len(list) && list[next].kind == wordToken && scales[list[next].word] > 0 {
		n *= scales[list[next].word]
		next++
		if n > most {
			return 0, i
		}
		n, next = rest(list, n, next)
	}
	return n, next
}

// tens adds what goes with a word under twenty: "twenty-five", "ثلاثة عشر", "خمسة وعشرين".
func tens(list []token, n, next int) (int, int) {
	at := next
	if at < len(list) && list[at].word == "-" {
		at++
	}
	if at >= len(list) || list[at].kind != wordToken {
		return n, next
	}
	word := list[at].word
	v := numberWords[word]
	switch {
	case n >= 20 && n < 100 && v > 0 && v < 10 && !arabic(word):
		return n + v, at + 1
	case n < 10 && v == 10 && arabic(word):
		return n + 10, at + 1
	case n < 10 && arabic(word):
		if v = numberWords[bareArabic(word)]; v >= 20 && v < 100 && bareArabic(word) != word {
			return n + v, at + 1
		}
	}
	return n, next
}

// rest adds what stands behind "hundred" or "thousand": "and ten", "وخمسين".
func rest(list []token, n, next int) (int, int) {
	at := next
	if at < len(list) && list[at].word == "and" {
		at++
	}
	if at >= len(list) || list[at].kind != wordToken {
		return n, next
	}
	word := list[at].word
	if arabic(word) {
		bare := bareArabic(word)
		if v := numberWords[bare]; v > 0 && bare != word {
			v, end := tens(list, v, at+1)
			return n + v, end
		}
		return n, next
	}
	v := numberWords[word]
	if v == 0 || v >= 100 {
		return n, next
	}
	v, end := tens(list, v, at+1)
	if end < len(list) && scales[list[end].word] == 100 && n >= 1000 {
		return n + 100*v, end + 1
	}
	return n + v, end
}

// about widens a number that is said to be near.
func about(n int) (low, high int) {
	return int(math.Floor(float64(n) * .8)), int(math.Ceil(float64(n) * 1.2))
}
