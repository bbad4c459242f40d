package query

import (
	"strconv"
	"strings"
	"time"
)

// Span is a stretch of time, from From up to but not including To. A zero end is open.
type Span struct{ From, To time.Time }

// Contains reports whether t lies in the span.
func (s Span) Contains(t time.Time) bool {
	return (s.From.IsZero() || !t.Before(s.From)) && (s.To.IsZero() || t.Before(s.To))
}

// ParseTime reads a date or a length of time back from now, and gives the span
// that the words cover: a year (2018), a month (2018-09), a day (2018-09-14,
// today, yesterday, monday), a moment (2018-09-14T09:30:00Z), or, for 36h, 7d,
// 2w and 3mo, the time from then to now. Days begin at midnight in loc.
func ParseTime(s string, now time.Time, loc *time.Location) (Span, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	now = now.In(loc)
	for _, f := range []struct {
		layout  string
		y, m, d int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(f.layout, s, loc); err == nil && len(s) == len(f.layout) {
			return Span{t, t.AddDate(f.y, f.m, f.d)}, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, strings.ToUpper(s)); err == nil {
		return Span{t, t.Add(time.Second)}, nil
	}
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, loc)
	switch s {
	case "now":
		return Span{now, now}, nil
	case "today":
		return Span{midnight, midnight.AddDate(0, 0, 1)}, nil
	case "yesterday":
		return Span{midnight.AddDate(0, 0, -1), midnight}, nil
	}
	for wd := time.Sunday; wd <= time.Saturday; wd++ {
		name := strings.ToLower(wd.String())
		if s == name || s == name[:3] {
			back := (int(now.Weekday()-wd) + 7) % 7
			day := midnight.AddDate(0, 0, -back)
			return Span{day, day.AddDate(0, 0, 1)}, nil
		}
	}
	if from, err := back(s, now); err == nil {
		return Span{from, now}, nil
	}
	return Span{}, Wrong("%q is no time: write a date (2018-12-31, 2018-12), a length back from now (36h, 7d, 2w, 3mo), today, yesterday or a weekday", s)
}

// ParsePeriod reads a length of time back from now: 24h, 7d, 2w, 3mo, or the
// words day, week, month.
func ParsePeriod(s string, now time.Time) (Span, error) {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case "day", "today":
		s = "24h"
	case "week":
		s = "7d"
	case "month":
		s = "30d"
	}
	from, err := back(s, now)
	if err != nil {
		return Span{}, Wrong("%q is no period: write 24h, 7d, 2w or 3mo", s)
	}
	return Span{from, now}, nil
}

// maxBack keeps a typed number from leaving the calendar.
const maxBack = 100_000

func back(s string, now time.Time) (time.Time, error) {
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i <= 0 {
		return now, strconv.ErrSyntax
	}
	n, err := strconv.Atoi(s[:i])
	if err != nil || n == 0 || n > maxBack {
		return now, strconv.ErrRange
	}
	switch s[i:] {
	case "h":
		return now.Add(-time.Duration(n) * time.Hour), nil
	case "d":
		return now.AddDate(0, 0, -n), nil
	case "w":
		return now.AddDate(0, 0, -7*n), nil
	case "mo", "m":
		return now.AddDate(0, -n, 0), nil
	case "y":
		return now.AddDate(-n, 0, 0), nil
	}
	return now, strconv.ErrSyntax
}
