package bot

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// cutAt parts a clean text so that the head has at most n units when it is drawn.
// It cuts at the end of a paragraph, of a sentence or of a word, whichever leaves
// most meaning together; within a word only where a single one is too long, and
// then between graphemes. A highlight that is cut goes on in the tail. The head is
// empty where not even one grapheme fits.
func cutAt(s string, n int, draw func(string) string) (head, tail string) {
	size := func(s string) int { return units(draw(s)) }
	ends := boundaries(s, n)
	last := len(ends) - 1
	if ends[last] == len(s) && size(s) <= n {
		return s, ""
	}
	low := longestFit(last, n, func(i int) int { return size(s[:ends[i]]) })
	end := ends[low]
	for ; end > 0; end = ends[low] {
		at := edge(s, end)
		if head = strings.TrimSpace(s[:at]); size(head) <= n {
			end = at
			break
		}
		low--
	}
	head, tail = strings.TrimSpace(s[:end]), strings.TrimSpace(s[end:])
	if openMark(head) {
		head, tail = head+string(markClose), string(markOpen)+tail
	}
	if stripMarks(head) == "" {
		return "", s
	}
	return head, tail
}

// longestFit is the largest i up to last for which size(i) is at most n, or 0; size
// grows with i, nearly evenly, so a good guess spares most of the steps.
func longestFit(last, n int, size func(int) int) int {
	low, high := 0, last
	for guess := last; low < high; {
		if got := size(guess); got <= n {
			low = guess
			guess += max(1, (high-guess)/2)
		} else {
			high = guess - 1
			guess = guess * n / got
		}
		guess = min(max(guess, low+1), high)
	}
	return low
}

// edge is the best place to cut a text at or before end.
func edge(s string, end int) int {
	if end == len(s) || unicode.IsSpace(firstRune(s[end:])) {
		return end
	}
	before := s[:end]
	if i := strings.LastIndexByte(before, '\n'); i > end/2 {
		return i
	}
	for at := end; ; {
		i := strings.LastIndexFunc(s[:at], unicode.IsSpace)
		if i <= end/2 {
			break
		}
		if sentenceEnd(s[:i]) {
			return i
		}
		at = i
	}
	if i := strings.LastIndexFunc(before, unicode.IsSpace); i > end/4 {
		return i
	}
	return end
}

// sentenceEnd says that a text ends like a sentence.
func sentenceEnd(s string) bool {
	s = strings.TrimRight(s, "\"'”’»)]"+string(markClose))
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…؟۔。", r)
}

// openMark says that a highlight is open at the end of a text.
func openMark(s string) bool {
	return strings.LastIndex(s, string(markOpen)) > strings.LastIndex(s, string(markClose))
}

// runeCut parts a text whose first grapheme alone is too long: chains of joined
// emoji have no longest length. It cuts between code points.
func runeCut(s string, n int, draw func(string) string) (head, tail string) {
	var ends []int
	for i := range s {
		if i > 8*n+64 {
			break
		}
		if i > 0 {
			ends = append(ends, i)
		}
	}
	_, first := utf8.DecodeRuneInString(s)
	at := sort.Search(len(ends), func(i int) bool { return units(draw(s[:ends[i]])) > n })
	if at == 0 {
		return s[:first], s[first:]
	}
	return s[:ends[at-1]], s[ends[at-1]:]
}
