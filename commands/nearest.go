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

// nearest is the word of a list that is at most two edits away, or empty.
func nearest(typed string, list []string) string {
	best, least := "", 3
	for _, w := range list {
		if d := edits(typed, w); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// edits is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours.
func edits(a, b string) int {
	x, y := []rune(clip(a, 40)), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
