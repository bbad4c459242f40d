package bot

import (
	"math/rand/v2"
	"testing"
	"time"
)

// most is how many of the moments lie in one window of that length, at most.
func most(moments []time.Time, window time.Duration) (n int) {
	for i := range moments {
		in := 0
		for _, at := range moments[i:] {
			if at.Sub(moments[i]) <= window {
				in++
			}
		}
		n = max(n, in)
	}
	return n
}

// TestBudget: whatever ends the sessions, there are at most ten IDENTIFYs in any
// hour, and short trouble is over within seconds.
func TestBudget(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]func() time.Duration{
		"refused at once": func() time.Duration { return 0 },
		"a minute":        func() time.Duration { return time.Minute },
		"any time":        func() time.Duration { return rand.N(15 * time.Minute) },
		"five minutes":    func() time.Duration { return 5 * time.Minute },
		"half an hour":    func() time.Duration { return 30 * time.Minute },
	} {
		g := &budget{pace: basePace}
		now := time.Now()
		var sent []time.Time
		longest := time.Duration(0)
		for len(sent) < 200 {
			at := g.due(now)
			longest = max(longest, at.Sub(now))
			g.note(at)
			sent = append(sent, at)
			now = at.Add(held())
		}
		if n := most(sent, time.Hour); n > identifyBudget {
			t.Errorf("%s: %d identifies within an hour", name, n)
		}
		if longest > 55*time.Minute || name == "half an hour" && longest > 0 {
			t.Errorf("%s: the longest pause is %v", name, longest)
		}
		if d := sent[4].Sub(sent[0]); name == "refused at once" && d > 90*time.Second {
			t.Errorf("the fifth try came after %v", d)
		}
	}
}
