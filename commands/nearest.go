package commands

import "unicode/utf8"

// Nearest is the word of a list that somebody who typed another one surely meant: one
// slip away or, where it has six letters or more, two. It is empty where none is that
// near. It is stricter than what suggests a command to somebody who asked for help.
func Nearest(typed string, list []string) string {
	best, least := "", 3
	for _, w := range list {
		most := 1
		if utf8.RuneCountInString(w) > 5 {
			most = 2
		}
		if d := edits(typed, w); d <= most && d < least {
			best, least = w, d
		}
	}
	return best
}
