package schedule

import (
	"sort"
	"time"
)

// maxOffset is more than any zone is away from UTC (IANA's widest is 15:56).
const maxOffset = 16 * time.Hour

// Next is the first occurrence after the given instant, in UTC; zero where there
// is none within five years.
//
// An expression that names its hours is a time on the wall: every local day that
// has it gets it, and gets it once. Where the clock is put forward over it, it
// runs at the moment of the change; where it comes twice, at the first. An
// expression for every hour, and @every, follow elapsed time instead, so that
// "*/10 * * * *" is ten minutes whatever the clock does. @every counts from
// 1970-01-01T00:00Z, so that its occurrences do not depend on who asks when.
func (s Spec) Next(after time.Time) time.Time {
	switch {
	case s.every > 0:
		return s.nextEvery(after)
	case s.wall == nil:
		return time.Time{}
	case s.hourly:
		return s.nextElapsed(after)
	}
	return s.nextOnWall(after)
}

// NextN is the next n occurrences, fewer where there are fewer.
func (s Spec) NextN(after time.Time, n int) []time.Time {
	var times []time.Time
	for len(times) < n {
		if after = s.Next(after); after.IsZero() {
			break
		}
		times = append(times, after)
	}
	return times
}

// newest is the last occurrence in (from, to], or zero. It asks Next about twenty
// times however many occurrences there are.
func (s Spec) newest(from, to time.Time) time.Time {
	due := func(t time.Time) bool {
		next := s.Next(t)
		return !next.IsZero() && !next.After(to)
	}
	if !to.After(from) || !due(from) {
		return time.Time{}
	}
	// Occurrences are on whole seconds. At the first second with nothing due
	// after it, the second itself is the newest.
	from = from.Truncate(time.Second)
	n := int(to.Sub(from)/time.Second) + 1
	i := sort.Search(n, func(i int) bool { return !due(from.Add(time.Duration(i) * time.Second)) })
	return from.Add(time.Duration(i) * time.Second).UTC()
}

// count is the number of occurrences in (from, to], at most max.
func (s Spec) count(from, to time.Time, max int) int {
	n := 0
	for t := s.Next(from); n < max && !t.IsZero() && !t.After(to); t = s.Next(t) {
		n++
	}
	return n
}

func (s Spec) nextEvery(after time.Time) time.Time {
	period := int64(s.every / time.Second)
	unix := after.Unix()
	n := unix / period
	if unix%period < 0 {
		n--
	}
	return time.Unix((n+1)*period, 0).UTC()
}

// nextElapsed walks the zone's periods of constant offset: within one, the wall
// clock and the instants run alike.
func (s Spec) nextElapsed(after time.Time) time.Time {
	for {
		local := after.In(s.loc)
		_, offset := local.Zone()
		_, end := local.ZoneBounds()
		wall := s.wall.Next(onWall(local))
		if wall.IsZero() {
			return time.Time{}
		}
		t := wall.Add(-time.Duration(offset) * time.Second)
		if end.IsZero() || t.Before(end) {
			return t
		}
		// The first instant of the next period counts: ask from just before it,
		// on the wall of that period.
		_, offset = end.Zone()
		wall = s.wall.Next(onWall(end).Add(-time.Nanosecond))
		if wall.IsZero() {
			return time.Time{}
		}
		t = wall.Add(-time.Duration(offset) * time.Second)
		if _, stop := end.ZoneBounds(); stop.IsZero() || t.Before(stop) {
			return t
		}
		after = end
	}
}

// nextOnWall asks cron on the wall clock, where every day has 24 hours, and maps
// what it says to instants. Several wall times can map to one instant (those of
// a gap), and some to instants that have passed (those of the second copy of an
// hour): Next goes on until it is after the given instant.
func (s Spec) nextOnWall(after time.Time) time.Time {
	wall := onWall(after.In(s.loc))
	for {
		if wall = s.wall.Next(wall); wall.IsZero() {
			return time.Time{}
		}
		if !dayExists(wall, s.loc) {
			continue
		}
		if t := firstShown(wall, s.loc); t.After(after) {
			return t
		}
	}
}

// onWall is the local clock's face as a time in UTC.
func onWall(local time.Time) time.Time {
	y, m, d := local.Date()
	return time.Date(y, m, d, local.Hour(), local.Minute(), local.Second(), local.Nanosecond(), time.UTC)
}

// firstShown is the first instant at which the zone's clock shows the wall time
// or a later one: its first copy where it comes twice, the moment of the change
// where it is skipped. It never decreases with wall.
func firstShown(wall time.Time, loc *time.Location) time.Time {
	t := wall.Add(-maxOffset).In(loc)
	for {
		start, end := t.ZoneBounds()
		_, offset := t.Zone()
		shown := wall.Add(-time.Duration(offset) * time.Second)
		if shown.Before(start) {
			shown = start
		}
		if end.IsZero() || shown.Before(end) {
			return shown.UTC()
		}
		t = end
	}
}

// dayExists is false for a day that the zone left out, as Samoa did 30 December 2011.
func dayExists(wall time.Time, loc *time.Location) bool {
	y, m, d := wall.Date()
	if day := time.Date(y, m, d, 12, 0, 0, 0, loc); day.Day() == d {
		return true
	}
	midnight := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	return firstShown(midnight, loc).Before(firstShown(midnight.AddDate(0, 0, 1), loc))
}
