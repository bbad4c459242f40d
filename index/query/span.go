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

// ParseTime reads a time as people write it and gives the span that the words
// cover. It reads years, months, days and moments (2018, 2018-09, 2018-09-14,
// 2018-09-14T09:30:00Z), lengths back from now (36h, 7d, 2w, 3mo, "two weeks"),
// and phrases in English and Arabic: today, yesterday, monday, "last week",
// "3 days ago", "september 2018", أمس, الأسبوع الماضي. Days begin at midnight in
// loc, weeks on Monday. What tells of no year or day means the latest one that
// has begun by now; only a date with its year can lie in the future. Words that
// it does not know make the whole no time.
func ParseTime(s string, now time.Time, loc *time.Location) (Span, error) {
	c := calendar{now: now.In(loc), loc: loc}
	said := plain(s)
	for _, read := range []func(string) (Span, bool){c.date, c.moment, c.numeric, c.phrase} {
		if sp, ok := read(said); ok {
			return sp, nil
		}
	}
	if sp, ok := c.length(said); ok {
		return sp, nil
	}
	if twoWays(said) {
		return Span{}, Wrong("%q can be read in two ways: write it as year-month-day, as in 2018-12-31", clipped(s))
	}
	if sp, ok := c.pasted(strings.Join(strings.Fields(s), " ")); ok {
		return sp, nil
	}
	return Span{}, Wrong("%q is no time: write a date (2018-12-31, 2018-12), a length back from now (36h, 7d, 2w, 3mo), today, yesterday, a weekday, last week or 3 days ago", clipped(s))
}

// IsLength reports whether a time is a length back from now, such as 7d: as an
// end, it means the moment that long ago, and not the present.
func IsLength(s string) bool {
	_, ok := calendar{now: someDay, loc: time.UTC}.length(plain(s))
	return ok
}

// someDay is a present for where it does not matter which.
var someDay = time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC)

// ParsePeriod reads a length of time back from now: 24h, 7d, 2w, 3mo, "2 weeks",
// or the words day, week, month.
func ParsePeriod(s string, now time.Time) (Span, error) {
	said := plain(s)
	switch said {
	case "today":
		said = "24h"
	case "month":
		said = "30d"
	}
	sp, ok := calendar{now: now, loc: now.Location()}.length(said)
	if !ok {
		return Span{}, Wrong("%q is no period: write 24h, 7d, 2w or 3mo", clipped(s))
	}
	return sp, nil
}

// calendar reads times against a present, in a zone.
type calendar struct {
	now time.Time
	loc *time.Location
}

func (c calendar) midnight() time.Time { return c.day(c.now.Year(), c.now.Month(), c.now.Day()) }

func (c calendar) day(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, c.loc)
}

// date reads 2018-12-31, 2018-12 and 2018.
func (c calendar) date(s string) (Span, bool) {
	for _, f := range []struct {
		layout  string
		y, m, d int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.ParseInLocation(f.layout, s, c.loc); err == nil && len(s) == len(f.layout) {
			return Span{t, t.AddDate(f.y, f.m, f.d)}, true
		}
	}
	return Span{}, false
}

// moment reads RFC 3339.
func (c calendar) moment(s string) (Span, bool) {
	t, err := time.Parse(time.RFC3339, strings.ToUpper(s))
	return Span{t, t.Add(time.Second)}, err == nil
}

// maxBack keeps a typed number from leaving the calendar.
const maxBack = 100_000

// length reads 7d, "7 days", "two weeks", "week", "past month": a length back from now.
func (c calendar) length(s string) (Span, bool) {
	words := strings.Fields(s)
	if len(words) > 1 && (words[0] == "past" || words[0] == "last" && len(words) > 2) {
		words = words[1:]
	}
	var n int
	var u string
	switch {
	case len(words) == 1 && len(words[0]) > 2 && unit(words[0]) != "":
		n, u = 1, words[0] // "past week", and what was أسبوع
	case len(words) == 1:
		i := strings.IndexFunc(words[0], func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return Span{}, false
		}
		n, u = number(words[0][:i]), words[0][i:]
	case len(words) == 2:
		n, u = number(words[0]), words[1]
	}
	from, ok := c.back(n, unit(u))
	return Span{from, c.now}, ok
}

// back is the moment n units before now.
func (c calendar) back(n int, unit string) (time.Time, bool) {
	if n <= 0 || n > maxBack {
		return c.now, false
	}
	switch unit {
	case "min":
		return c.now.Add(-time.Duration(n) * time.Minute), true
	case "h":
		return c.now.Add(-time.Duration(n) * time.Hour), true
	case "d":
		return c.now.AddDate(0, 0, -n), true
	case "w":
		return c.now.AddDate(0, 0, -7*n), true
	case "mo":
		return monthsBack(c.now, n), true
	case "y":
		return monthsBack(c.now, 12*n), true
	}
	return c.now, false
}

// monthsBack is the same day n months earlier, or that month's last day where it
// has no such day: time.AddDate would run over into the next month.
func monthsBack(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month()-time.Month(n), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// unit is the short form of a unit of time, empty for any other word.
func unit(word string) string {
	switch word {
	case "min", "mins", "minute", "minutes":
		return "min"
	case "h", "hour", "hours":
		return "h"
	case "d", "day", "days":
		return "d"
	case "w", "week", "weeks":
		return "w"
	case "m", "mo", "month", "months":
		return "mo"
	case "y", "year", "years":
		return "y"
	}
	return ""
}

// number reads digits and the small numbers' words; 0 is no number.
func number(word string) int {
	switch word {
	case "a", "an":
		return 1
	}
	for i, w := range [...]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"} {
		if w == word {
			return i + 1
		}
	}
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 {
		return 0
	}
	return n
}
