package query

import (
	"strings"
	"testing"
	"time"
)

// What is as long as a query can be is read at once, whatever it is made of.
func TestParseIsQuick(t *testing.T) {
	for _, piece := range []string{"since 1 ", "1 ", "last ", "from 2018 to ", "in the ", "a? ", "(", "((a) ", "-", "-(-", "a OR ", "\"a\" ", "منذ 1 ", "the 14 of ", "12:30 ", "2018-1-1 ", "near:a<1km ", "*", "a:", "since:", "|"} {
		for _, s := range []string{strings.Repeat(piece, MaxRunes/len([]rune(piece))), "what is " + strings.Repeat(piece, (MaxRunes-10)/len([]rune(piece))) + "?"} {
			best := time.Hour
			for range 3 {
				begin := time.Now()
				_, _ = Parse(s)
				Plain(s)
				best = min(best, time.Since(begin))
			}
			if best > time.Second {
				t.Errorf("%.20q… takes %v", s, best)
			}
			t.Logf("%v %.20q", best, s)
		}
	}
}
