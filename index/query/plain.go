package query

import (
	"strings"
	"unicode"
)

// The bounds of a plain question. A program asks whole paragraphs, which nobody
// types: each distinct word costs the reading of its postings.
const (
	MaxPlainBytes = 16 << 10
	MaxPlainWords = 256
)

// Plain reads a text as words and nothing else: no sign in it is an operator, no
// word a field, and every word is optional. It is how a program asks a question
// that nobody typed. cut says that the text was longer than a question may be,
// and its end was left out. A word that comes up again counts again.
func Plain(text string) (q Query, cut bool) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) > MaxPlainBytes {
		text, cut = strings.ToValidUTF8(text[:MaxPlainBytes], ""), true
	}
	seen := map[string]bool{}
	// What joins words within a line of print parts them here; what stands within
	// a word (it's, 10:30, U.S.) is left to the analyzers.
	for _, word := range strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`"“”„‟«»()[]{}<>|/\`, r)
	}) {
		word = strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
		if word == "" {
			continue
		}
		key := strings.ToLower(word)
		if !seen[key] && len(seen) == MaxPlainWords {
			cut = true
			continue
		}
		seen[key] = true
		q.Terms = append(q.Terms, Term{Text: word})
	}
	return q, cut
}
