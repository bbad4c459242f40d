package stories

import (
	"strings"
	"unicode"
)

// counted are the numbers that reports write out, in English and Arabic.
var counted = map[string]string{
	"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11", "twelve": "12",
	"اثنان": "2", "اثنين": "2", "ثلاثة": "3", "ثلاث": "3", "أربعة": "4", "أربع": "4", "خمسة": "5", "خمس": "5", "ستة": "6", "ست": "6",
	"سبعة": "7", "سبع": "7", "ثمانية": "8", "ثماني": "8", "تسعة": "9", "تسع": "9", "عشرة": "10", "عشر": "10",
}

// number reads a word as a number: its digits in Latin form, whatever the script.
func number(word string) (string, bool) {
	if n, ok := counted[strings.ToLower(word)]; ok {
		return n, true
	}
	var b strings.Builder
	for _, r := range word {
		if unicode.IsDigit(r) {
			b.WriteRune('0' + digit(r))
		}
	}
	return b.String(), b.Len() > 0
}

// digit is the value of a decimal digit: those of a script stand in a row of ten.
func digit(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.IsDigit(r-n-1) {
		n++
	}
	return n
}
