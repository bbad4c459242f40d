package snippet

import (
	"strings"
	"unicode"
)

// conjoins reports whether a text begins with a word that begins a clause, so that
// a cut before it leaves a whole one.
func conjoins(text string) bool {
	end := strings.IndexFunc(text, unicode.IsSpace)
	if end <= 0 || end > longestConjunction {
		return false
	}
	return conjunctions[text[:end]]
}

// longestConjunction is the length of the longest of them, in bytes.
const longestConjunction = 14

// conjunctions begin a clause, in the languages of dispatches.
var conjunctions = wordSet(`and but or which who whose where while when after before because although whereas until
	حيث بينما فيما التي الذي الذين عندما حين لكن ولكن كما وقال وقالت وأضاف وأضافت وذلك
	et mais qui dont où tandis alors lorsque car parce и а но который которая которое которые где когда пока чтобы ve ama fakat ancak çünkü`)

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}
