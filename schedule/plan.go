package schedule

import (
	"fmt"
	"time"
)

// maxMissed is how far missed occurrences are counted.
const maxMissed = 100

// act is what a schedule needs now.
type act int

const (
	wait   act = iota // nothing before plan.wake
	begin             // claim plan.occurrence and run it
	resume            // run plan.occurrence again, whose claim was left behind
	miss              // record plan.occurrence and those before it as missed
	lose              // record that plan.occurrence was claimed and nobody knows the rest
)

// plan is what to do with a schedule, worked out from what the book says.
type plan struct {
	act        act
	occurrence time.Time
	missed     int       // occurrences that will not run, at most maxMissed
	wake       time.Time // when to look again; zero: nothing is to come
}

// plan decides. old says that a claim found here was made before this runner
// began, and so in all likelihood by one that has ended.
func (s *Schedule) plan(spec Spec, now time.Time, old bool) plan {
	if !s.Pending.IsZero() {
		return s.planPending(now, old)
	}
	if s.Paused {
		return plan{}
	}
	from := s.from()
	newest := spec.newest(from, now)
	switch {
	case newest.IsZero():
		if from.Before(now) {
			from = now
		}
		return plan{wake: spec.Next(from)}
	case now.Sub(newest) > Grace:
		return plan{act: miss, occurrence: newest, missed: spec.count(from, newest, maxMissed)}
	}
	return plan{act: begin, occurrence: newest, missed: spec.count(from, newest.Add(-time.Second), maxMissed)}
}

// planPending decides about a claim. One that is too old to be tried again is
// given up, and so is one from the future: the clock was set back, and the nonce's
// age cannot be known.
func (s *Schedule) planPending(now time.Time, old bool) plan {
	age, after := now.Sub(s.Claimed), takeOver
	if old {
		after = takeOverOld
	}
	switch {
	case age >= NonceWindow || age <= -NonceWindow:
		return plan{act: lose, occurrence: s.Pending}
	case age >= after:
		return plan{act: resume, occurrence: s.Pending}
	}
	return plan{wake: s.Claimed.Add(after)}
}

// sameState is whether a schedule is still as it was when the plan was made.
func sameState(a, b *Schedule) bool {
	return a.Cron == b.Cron && a.Zone == b.Zone && a.Paused == b.Paused && a.Owner == b.Owner &&
		a.Created.Equal(b.Created) && a.Resumed.Equal(b.Resumed) && a.Last.Equal(b.Last) &&
		a.Pending.Equal(b.Pending) && a.Claimed.Equal(b.Claimed)
}

// missedText says how many runs were missed.
func missedText(n int) string {
	switch {
	case n == 1:
		return "1 run"
	case n >= maxMissed:
		return fmt.Sprintf("%d or more runs", maxMissed)
	}
	return fmt.Sprintf("%d runs", n)
}
