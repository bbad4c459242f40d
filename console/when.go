package console

import (
	"fmt"
	"time"
)

// moment is a time as people read it.
type moment struct {
	Machine string // RFC 3339 in UTC, for the time element
	Day     string // 29 Dec 2018; with the time of day while it is fresh
	Exact   string // 29 Dec 2018, 09:00 UTC
	Ago     string // 7 years ago
}

// momentOf is nil for the zero time.
func momentOf(t, now time.Time) *moment {
	if t.IsZero() {
		return nil
	}
	t, now = t.UTC(), now.UTC()
	m := &moment{
		Machine: t.Format(time.RFC3339),
		Day:     t.Format("2 Jan 2006"),
		Exact:   t.Format("2 Jan 2006, 15:04 UTC"),
		Ago:     ago(t, now),
	}
	// Midnight is what sources give that know only the day.
	if t.Equal(t.Truncate(24 * time.Hour)) {
		m.Exact = m.Day
	} else if d := now.Sub(t); d > -48*time.Hour && d < 7*24*time.Hour {
		m.Day = t.Format("2 Jan 2006 15:04 UTC")
	}
	return m
}

// ago tells a distance in the largest unit of which there are at least two.
func ago(t, now time.Time) string {
	if t.After(now) {
		if t.Sub(now) < 2*time.Minute { // two clocks
			return "just now"
		}
		return "in " + span(now, t)
	}
	if now.Sub(t) < time.Minute {
		return "just now"
	}
	return span(t, now) + " ago"
}

func span(from, to time.Time) string {
	months := monthsBetween(from, to)
	d := to.Sub(from)
	days := int(d / (24 * time.Hour))
	switch {
	case months >= 24:
		return count(months/12, "year")
	case months >= 2:
		return count(months, "month")
	case days >= 21:
		return count(days/7, "week")
	case days >= 2:
		return count(days, "day")
	case d >= 2*time.Hour:
		return count(int(d/time.Hour), "hour")
	}
	return count(int(d/time.Minute), "minute")
}

// monthsBetween counts the whole calendar months from one time to a later one. It
// reckons with dates, not durations: those end at 292 years.
func monthsBetween(from, to time.Time) int {
	n := (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
	if from.AddDate(0, n, 0).After(to) {
		n--
	}
	return n
}

func count(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
