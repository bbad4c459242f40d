package index

import (
	"fmt"
	"strings"
	"sync"
	"unicode"

	segment "github.com/blevesearch/scorch_segment_api/v2"
	"github.com/blevesearch/vellum/levenshtein"
)

// The costs of slips: how unlikely each is. A whole one is a letter for any other.
const (
	wholeSlip   = 1
	swapSlip    = .8 // two neighbours swapped
	doubledSlip = .7 // a letter doubled, or one of two missing
	vowelSlip   = .8 // a vowel for another
	firstSlip   = .5 // on top where it is the first letter: those are seldom mistaken
)

// slipCost is the cost of the slips between two words in lower case: the optimal
// string alignment distance, each edit by how likely fingers make it.
func slipCost(typed, meant string) float64 {
	a, b := []rune(typed), []rune(meant)
	d := make([][]float64, len(a)+1)
	for i := range d {
		d[i] = make([]float64, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 && j > 0:
				d[i][j] = d[i][j-1] + extra(b, j-1)
			case j == 0 && i > 0:
				d[i][j] = d[i-1][j] + extra(a, i-1)
			case i > 0:
				d[i][j] = min(d[i-1][j-1]+changed(a, b, i-1, j-1), d[i-1][j]+extra(a, i-1), d[i][j-1]+extra(b, j-1))
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] && a[i-1] != a[i-2] {
					d[i][j] = min(d[i][j], d[i-2][j-2]+swapSlip+first(i-2))
				}
			}
		}
	}
	return d[len(a)][len(b)]
}

func first(i int) float64 {
	if i == 0 {
		return firstSlip
	}
	return 0
}

// changed is the cost of one letter for another.
func changed(a, b []rune, i, j int) float64 {
	switch {
	case a[i] == b[j]:
		return 0
	case isVowel(a[i]) && isVowel(b[j]):
		return vowelSlip + first(i)
	}
	return wholeSlip + first(i)
}

// extra is the cost of the letter at i being too many or missing.
func extra(w []rune, i int) float64 {
	if i > 0 && w[i] == w[i-1] || i+1 < len(w) && w[i] == w[i+1] {
		return doubledSlip
	}
	return wholeSlip + first(i)
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiouyäöüاويىаеиоуыэюя", r) }

// neighbours are the words that are one slip away from a word in lower case: with
// a letter missing, changed or more, or two swapped.
func neighbours(word string) (out []string) {
	r := []rune(word)
	letters := alphabet(r)
	for i := range len(r) + 1 {
		head, tail := string(r[:i]), r[i:]
		if len(tail) > 0 {
			out = append(out, head+string(tail[1:]))
		}
		if len(tail) > 1 && tail[0] != tail[1] {
			out = append(out, head+string(tail[1])+string(tail[0])+string(tail[2:]))
		}
		for _, l := range letters {
			out = append(out, head+string(l)+string(tail))
			if len(tail) > 0 && tail[0] != l {
				out = append(out, head+string(l)+string(tail[1:]))
			}
		}
	}
	return out
}

// alphabet is the letters that may be missing in a word, by its script.
func alphabet(word []rune) []rune {
	switch {
	case len(word) == 0:
		return nil
	case unicode.Is(unicode.Latin, word[0]):
		return []rune("abcdefghijklmnopqrstuvwxyz")
	case unicode.Is(unicode.Arabic, word[0]):
		return []rune("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي")
	case unicode.Is(unicode.Cyrillic, word[0]):
		return []rune("абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ")
	}
	return nil
}

// automata take what is a slip away, or two; making them costs more than using them.
var automata = sync.OnceValues(func() (list [2]*levenshtein.LevenshteinAutomatonBuilder, err error) {
	for i := range list {
		if list[i], err = levenshtein.NewLevenshteinAutomatonBuilder(uint8(i+1), true); err != nil {
			return list, fmt.Errorf("index: %w", err)
		}
	}
	return list, nil
})

// within takes the terms that are a slip away from one, or two where the word that
// it comes from has so many letters.
func within(term string, letters int) (segment.Automaton, error) {
	list, err := automata()
	if err != nil {
		return nil, err
	}
	slips := 1
	if letters >= longWord {
		slips = 2
	}
	return list[slips-1].BuildDfa(term, uint8(slips))
}

// Correct puts the suggested words into a text, wherever the typed ones stand as
// whole words.
func Correct(text string, list []Suggestion) string {
	var b strings.Builder
	for len(text) > 0 {
		n := strings.IndexFunc(text, func(r rune) bool { return !isWordRune(r) && !unicode.IsMark(r) })
		if n < 0 {
			n = len(text)
		}
		word := text[:n]
		for _, s := range list {
			if s.Typed == word {
				word = s.Word
				break
			}
		}
		b.WriteString(word)
		rest := text[n:]
		n = strings.IndexFunc(rest, func(r rune) bool { return isWordRune(r) })
		if n < 0 {
			n = len(rest)
		}
		b.WriteString(rest[:n])
		text = rest[n:]
	}
	return b.String()
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
