package picture

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// maxTitle, in characters, keeps shaping short, and the words of a picture below
// Discord's limit for them (1,024 characters).
const maxTitle = 200

// alt says in words what a chart shows.
func (d *ChartData) alt() string {
	var b strings.Builder
	what := "Reports a day"
	if title := plain(d.Title, maxTitle); title != "" {
		b.WriteString(title + " – ")
		what = "reports a day"
	}
	fmt.Fprintf(&b, "%s, %s: ", what, dates(d.From, d.From.AddDate(0, 0, len(d.Counts)-1)))
	all := sum(d.Counts)
	if all == 0 {
		b.WriteString("none")
	} else {
		fmt.Fprintf(&b, "%s in all", thousands(all))
		top := slices.Max(d.Counts)
		day := slices.Index(d.Counts, top)
		switch {
		case len(d.Counts) == 1:
		case slices.Contains(d.Counts[day+1:], top):
			fmt.Fprintf(&b, ", at most %s a day", thousands(top))
		default:
			fmt.Fprintf(&b, ", most on %s (%s)", d.From.AddDate(0, 0, day).Format("2 Jan"), thousands(top))
		}
	}
	if d.Before != nil {
		fmt.Fprintf(&b, "; %s in %s before", count(sum(d.Before)), span(len(d.Before)))
	}
	return b.String()
}

// dates is a span of days without repeating what both ends have in common.
func dates(first, last time.Time) string {
	const full = "2 Jan 2006"
	switch {
	case first.Equal(last):
		return first.Format(full)
	case first.Year() != last.Year():
		return first.Format(full) + " to " + last.Format(full)
	case first.Month() != last.Month():
		return first.Format("2 Jan") + " to " + last.Format(full)
	}
	return first.Format("2") + " to " + last.Format(full)
}

func count(n int) string {
	if n == 0 {
		return "none"
	}
	return thousands(n)
}

// span names a number of days.
func span(days int) string {
	if days == 1 {
		return "the day"
	}
	return fmt.Sprintf("the %d days", days)
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
