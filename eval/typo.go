package eval

import (
	"math/rand/v2"
	"unicode"
)

// typoLetters is the shortest word that a slip is put into.
const typoLetters = 4

// Typo puts one slip into a question, as fingers make them: a letter too many,
// one missing, two swapped, or one for another, in one of its words of four
// letters or more. The question comes back as it is where no word is that long.
// The same rng gives the same slip.
func Typo(text string, rng *rand.Rand) string {
	r := []rune(text)
	var words [][2]int
	for i := 0; i < len(r); {
		j := i
		for j < len(r) && unicode.IsLetter(r[j]) {
			j++
		}
		if j-i >= typoLetters {
			words = append(words, [2]int{i, j})
		}
		i = j + 1
	}
	if len(words) == 0 {
		return text
	}
	w := words[rng.IntN(len(words))]
	alphabet := alphabetOf(r[w[0]])
	at := w[0] + rng.IntN(w[1]-w[0])
	letter := alphabet[rng.IntN(len(alphabet))]
	head, tail := r[:at:at], r[at:]
	switch rng.IntN(4) {
	case 0:
		return string(head) + string(letter) + string(tail)
	case 1:
		return string(head) + string(tail[1:])
	case 2:
		at = min(at, w[1]-2)
		for i := 0; r[at] == r[at+1] && i < w[1]-w[0]; i++ { // swapping equal letters is no slip
			if at++; at == w[1]-1 {
				at = w[0]
			}
		}
		return string(r[:at]) + string(r[at+1]) + string(r[at]) + string(r[at+2:])
	}
	for letter == unicode.ToLower(tail[0]) {
		letter = alphabet[rng.IntN(len(alphabet))]
	}
	return string(head) + string(letter) + string(tail[1:])
}

// alphabetOf is the letters that a finger may hit beside one.
func alphabetOf(r rune) []rune {
	switch {
	case unicode.Is(unicode.Arabic, r):
		return []rune("ابتثجحخدذرزسشصضطظعغفقكلمنهوي")
	case unicode.Is(unicode.Cyrillic, r):
		return []rune("абвгдежзийклмнопрстуфхцчшщъыьэюя")
	}
	return []rune("abcdefghijklmnopqrstuvwxyz")
}
