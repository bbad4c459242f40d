package query

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/itlightning/dateparse"
)

// plain is a time as the rules here read it: lower case, ASCII digits, one space
// between words, no sign at its ends, Arabic in English words.
func plain(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return unicode.ToLower(r)
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	return fromArabic(strings.Trim(s, " .,!?؟،"))
}

// clipped keeps an error from repeating a long text.
func clipped(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		return string([]rune(s)[:39]) + "…"
	}
	return s
}

// phrase reads the English words of a calendar. Every word must have its part in
// it: what only begins like a time is none.
func (c calendar) phrase(s string) (Span, bool) {
	words := strings.Fields(s)
	if len(words) > 1 && words[0] == "the" {
		words = words[1:]
	}
	if len(words) == 0 {
		return Span{}, false
	}
	midnight := c.midnight()
	switch strings.Join(words, " ") {
	case "now":
		return Span{c.now, c.now}, true
	case "today":
		return dayOf(midnight), true
	case "yesterday":
		return dayOf(midnight.AddDate(0, 0, -1)), true
	case "day before yesterday":
		return dayOf(midnight.AddDate(0, 0, -2)), true
	}
	if wd, ok := weekday(words[0]); ok && len(words) == 1 {
		return dayOf(midnight.AddDate(0, 0, -((int(c.now.Weekday()-wd) + 7) % 7))), true
	}
	if len(words) == 2 && (words[0] == "last" || words[0] == "previous" || words[0] == "this") {
		return c.whole(words[0] == "this", words[1])
	}
	if n := len(words); n > 2 && words[n-1] == "ago" {
		return c.ago(words[:n-1])
	}
	return c.monthDay(words)
}

func dayOf(midnight time.Time) Span { return Span{midnight, midnight.AddDate(0, 0, 1)} }

// whole is "last week", "this month", "last friday", "last december": the whole
// of it, and for last, never the one that is still running.
func (c calendar) whole(this bool, of string) (Span, bool) {
	midnight, back := c.midnight(), 1
	if this {
		back = 0
	}
	switch unit(of) {
	case "w":
		monday := midnight.AddDate(0, 0, -(int(c.now.Weekday())+6)%7-7*back)
		return Span{monday, monday.AddDate(0, 0, 7)}, true
	case "mo":
		first := c.day(c.now.Year(), c.now.Month()-time.Month(back), 1)
		return Span{first, first.AddDate(0, 1, 0)}, true
	case "y":
		first := c.day(c.now.Year()-back, 1, 1)
		return Span{first, first.AddDate(1, 0, 0)}, true
	}
	if wd, ok := weekday(of); ok && !this {
		return dayOf(midnight.AddDate(0, 0, -((int(c.now.Weekday()-wd)+6)%7 + 1))), true
	}
	if m := month(of); m > 0 && !this {
		y := c.now.Year()
		if m >= c.now.Month() {
			y--
		}
		first := c.day(y, m, 1)
		return Span{first, first.AddDate(0, 1, 0)}, true
	}
	return Span{}, false
}

// ago is "3 hours ago", a moment, and "two weeks ago", the day that it was.
func (c calendar) ago(words []string) (Span, bool) {
	n := number(words[0])
	switch {
	case len(words) == 2:
	case len(words) == 4 && words[0] == "a" && words[1] == "couple" && words[2] == "of":
		n = 2
	default:
		return Span{}, false
	}
	u := unit(words[len(words)-1])
	t, ok := c.back(n, u)
	if u == "h" || u == "min" {
		return Span{t, t.Add(time.Second)}, ok
	}
	return dayOf(c.day(t.Year(), t.Month(), t.Day())), ok
}

// monthDay is a month by its name, with or without a day and a year. Without a
// year it is the latest that has begun.
func (c calendar) monthDay(words []string) (Span, bool) {
	var m time.Month
	day, year, named := 0, 0, false
	for i, w := range words {
		w = strings.TrimSuffix(w, ",")
		ordinal := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(w, "st"), "nd"), "rd"), "th")
		n, err := strconv.Atoi(ordinal)
		_, isDay := weekday(w)
		switch {
		case m == 0 && month(w) > 0:
			m = month(w)
		case err == nil && day == 0 && n >= 1 && n <= 31 && len(ordinal) <= 2:
			day = n
		case err == nil && year == 0 && len(w) == 4 && n >= 1000:
			year = n
		case w == "of" && day > 0 && m == 0, w == "the" && m > 0 && day == 0 && i < len(words)-1:
		case isDay && m == 0 && day == 0 && !named:
			named = true // which day of the week it was is for the reader
		default:
			return Span{}, false
		}
	}
	if m == 0 || named && day == 0 {
		return Span{}, false
	}
	at := func(y int) time.Time { return c.day(y, m, max(day, 1)) }
	from := at(year)
	if year == 0 {
		// A 29 February is that of the latest leap year: within eight years there is one.
		for y := c.now.Year(); y > c.now.Year()-9; y-- {
			if from = at(y); !from.After(c.now) && from.Month() == m {
				break
			}
		}
	}
	if from.Month() != m {
		return Span{}, false // 31 February
	}
	if day == 0 {
		return Span{from, from.AddDate(0, 1, 0)}, true
	}
	return dayOf(from), true
}

func weekday(word string) (time.Weekday, bool) {
	word = strings.TrimSuffix(word, ",")
	for wd := time.Sunday; wd <= time.Saturday; wd++ {
		name := strings.ToLower(wd.String())
		if word == name || word == name[:3] || len(word) > 3 && len(word) < 6 && strings.HasPrefix(name, word) {
			return wd, true
		}
	}
	return 0, false
}

func month(word string) time.Month {
	for m := time.January; m <= time.December; m++ {
		name := strings.ToLower(m.String())
		if word == name || word == name[:3] || word == "sept" && m == time.September {
			return m
		}
	}
	return 0
}

var slashed = regexp.MustCompile(`^(\d{1,2})([./-])(\d{1,2})([./-])(\d{4})$`)

// numeric reads a date that ends with its year, 14/12/2018 or 14.12.2018, where
// only one of its numbers can be the month, or both are the same.
func (c calendar) numeric(s string) (Span, bool) {
	f := slashed.FindStringSubmatch(s)
	if f == nil || f[2] != f[4] {
		return Span{}, false
	}
	a, b, y := number(f[1]), number(f[3]), number(f[5])
	if a > 12 {
		a, b = b, a
	}
	if a < 1 || a > 12 || b <= 12 && a != b {
		return Span{}, false
	}
	t := c.day(y, time.Month(a), b)
	return dayOf(t), int(t.Month()) == a
}

// twoWays reports whether a numeric date is one in America and another elsewhere.
func twoWays(s string) bool {
	f := slashed.FindStringSubmatch(s)
	return f != nil && f[2] == f[4] && number(f[1]) <= 12 && number(f[3]) <= 12 && number(f[1])*number(f[3]) > 0
}

var (
	hasYear  = regexp.MustCompile(`(^|\D)\d{4}(\D|$)`)
	hasClock = regexp.MustCompile(`\d:\d\d(:\d\d)?`)
)

// pasted reads a date with its year as programs write it, for who copies one
// from a log or a mail. What has no year or could be read in two ways is none.
func (c calendar) pasted(s string) (Span, bool) {
	if len(s) < 8 || len(s) > 40 || !hasYear.MatchString(s) {
		return Span{}, false
	}
	t, err := dateparse.ParseIn(s, c.loc)
	if err != nil || t.Year() < 1000 || t.Year() > 9999 {
		return Span{}, false
	}
	if _, err := dateparse.ParseStrict(s); err != nil {
		return Span{}, false
	}
	switch clock := hasClock.FindStringSubmatch(s); {
	case clock == nil:
		return dayOf(c.day(t.Year(), t.Month(), t.Day())), true
	case clock[1] == "":
		return Span{t, t.Add(time.Minute)}, true
	}
	return Span{t, t.Add(time.Second)}, true
}
