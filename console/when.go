package console

import (
	"time"

	"sitrep/lang"
)

// moment is a time as people read it.
type moment struct {
	Machine string // RFC 3339 in UTC, for the time element
	Day     string // 29 Dec 2018; with the time of day while it is fresh
	Exact   string // 29 Dec 2018, 09:00 UTC
	Ago     string // 7 years ago
}

// momentOf is a time in the language of in; nil for the zero time.
func momentOf(t, now time.Time, in *lang.Printer) *moment {
	if t.IsZero() {
		return nil
	}
	t, now = t.UTC(), now.UTC()
	m := &moment{
		Machine: t.Format(time.RFC3339),
		Day:     in.Day(t),
		Exact:   in.Moment(t),
		Ago:     ago(t, now, in),
	}
	// Midnight is what sources give that know only the day.
	if t.Equal(t.Truncate(24 * time.Hour)) {
		m.Exact = m.Day
	} else if d := now.Sub(t); d > -48*time.Hour && d < 7*24*time.Hour {
		m.Day = m.Exact
	}
	return m
}

// ago tells a distance in the largest unit of which there are at least two.
func ago(t, now time.Time, in *lang.Printer) string {
	if t.After(now) {
		if t.Sub(now) < 2*time.Minute { // two clocks
			return in.Say("just now")
		}
		return in.Say("in %s", span(now, t, in))
	}
	if now.Sub(t) < time.Minute {
		return in.Say("just now")
	}
	return in.Say("%s ago", span(t, now, in))
}

func span(from, to time.Time, in *lang.Printer) string {
	months := monthsBetween(from, to)
	d := to.Sub(from)
	days := int(d / (24 * time.Hour))
	switch {
	case months >= 24:
		return in.Say("%d years", months/12)
	case months >= 2:
		return in.Say("%d months", months)
	case days >= 21:
		return in.Say("%d weeks", days/7)
	case days >= 2:
		return in.Say("%d days", days)
	case d >= 2*time.Hour:
		return in.Say("%d hours", int(d/time.Hour))
	}
	return in.Say("%d minutes", int(d/time.Minute))
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
