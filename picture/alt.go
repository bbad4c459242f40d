package picture

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"

	"sitrep/lang"
)

// maxTitle, in characters, keeps shaping short, and the words of a picture below
// Discord's limit for them (1,024 characters).
const maxTitle = 200

// english is what a chart speaks where it is not told otherwise.
var english = sync.OnceValues(func() (*lang.Printer, error) {
	c, err := lang.New()
	if err != nil {
		return nil, err
	}
	return c.In(lang.English), nil
})

// alt says in words what a chart shows.
func (d *ChartData) alt() string {
	all := d.all()
	if n := len(d.Before); n > 0 {
		if before := sum(d.Before); before == 0 {
			all = d.In.Say("%s; none in the %d days before", all, n)
		} else {
			all = d.In.Say("%s; %d in the %d days before", all, before, n)
		}
	}
	if n := gaps(d.Gaps); n > 0 {
		all = d.In.Say("%s; no coverage on %d days", all, n)
	}
	when := d.dates(d.From, d.From.AddDate(0, 0, len(d.Counts)-1))
	if title := plain(d.Title, maxTitle); title != "" {
		return d.In.Say("%s – reports a day, %s: %s", title, when, all)
	}
	return d.In.Say("Reports a day, %s: %s", when, all)
}

// all is the number of reports, and the day that had most.
func (d *ChartData) all() string {
	all := sum(d.Counts)
	if all == 0 {
		return d.In.Say("none")
	}
	top := slices.Max(d.Counts)
	day := slices.Index(d.Counts, top)
	switch {
	case len(d.Counts) == 1:
		return d.In.Say("%d in all", all)
	case slices.Contains(d.Counts[day+1:], top):
		return d.In.Say("%d in all, at most %d a day", all, top)
	}
	return d.In.Say("%d in all, most on %s (%d)", all, d.In.ShortDay(d.From.AddDate(0, 0, day)), top)
}

// dates is a span of days without repeating what both ends have in common.
func (d *ChartData) dates(first, last time.Time) string {
	from := d.In.Day(first)
	switch {
	case first.Equal(last):
		return from
	case first.Year() != last.Year():
	case first.Month() != last.Month():
		from = d.In.ShortDay(first)
	default:
		from = strconv.Itoa(first.Day())
	}
	return d.In.Say("%s to %s", from, d.In.Day(last))
}

func gaps(days []bool) int {
	n := 0
	for _, gap := range days {
		if gap {
			n++
		}
	}
	return n
}

func sum(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// plain is a text on one line, at most n characters, without control and bidi
// characters, which could make the words after it read as something else.
func plain(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == '\u200c' || r == '\u200d':
			return r
		case !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > n {
		s = strings.TrimSpace(string(r[:n-1])) + "…"
	}
	return s
}
