package commands

import (
	"time"

	"sitrep/index/query"
	"sitrep/lang"
)

// sinceArg and untilArg hold in every command that answers from dispatches.
func sinceArg() Arg {
	return Arg{Name: "since", Kind: Time, Named: true, Summary: "only what was published since then: 7d, 2018-12-01, monday, last week, 3 days ago"}
}

func untilArg() Arg {
	return Arg{Name: "until", Kind: Time, Named: true, Summary: "the situation as it stood then: 2018-12-31, 2018-12, yesterday, last week"}
}

// window is the time that a command answers about.
type window struct {
	// span bounds what may be shown; an end that was not asked for is open.
	span query.Span
	// now is the moment the answer is given for: the end of until, or the present.
	now time.Time
	// past says that until was given.
	past bool
	// zone is where days begin and end.
	zone *time.Location
	in   *lang.Printer
}

// window reads since and until.
func (c *call) window() (window, error) {
	loc := c.e.zone(c.set)
	w := window{now: c.Request.Now, zone: loc, in: c.p}
	var until query.Span
	if v := c.arg("until"); v != "" {
		sp, err := query.ParseTime(v, c.Request.Now, loc)
		if err != nil {
			return w, usage("until: %v.", err)
		}
		until = sp
		end := sp.To
		if query.IsLength(v) { // until:7d is the situation seven days ago
			end = sp.From
		}
		if sp.From.After(c.Request.Now) {
			return w, usage("until:%s lies in the future: nothing is known of it yet.", quote(clip(v, 40)))
		}
		if end.Before(c.Request.Now) { // today and this month end with the present
			w.span.To, w.now, w.past = end.UTC(), end.UTC(), true
		}
	}
	if v := c.arg("since"); v != "" {
		sp, err := query.ParseTime(v, w.now, loc)
		if err != nil {
			return w, usage("since: %v.", err)
		}
		if v == c.arg("until") && !query.IsLength(v) {
			sp = until // since:yesterday until:yesterday is that one day
		}
		w.span.From = sp.From.UTC()
		if !w.span.From.Before(w.now) {
			return w, usage("since:%s begins after the answer's end, %s: choose an earlier one.", quote(v), w.day(w.now.Add(-time.Second)))
		}
	}
	return w, nil
}

// day is a dispatch's date for people, in UTC: many sources give the day alone,
// as its midnight in UTC, and another zone would move it to the day before.
func (c *call) day(t time.Time) string { return c.p.Day(t.UTC()) }

// day is the date of an end of the window, in the zone that it was typed in.
func (w window) day(t time.Time) string { return w.in.Day(t.In(w.zone)) }

// moment is the end of a window for people: the day alone where it ends with it.
func (w window) moment() string {
	t := w.now.In(w.zone)
	if h, m, s := t.Clock(); w.past && h+m+s == 0 {
		return w.day(t.Add(-time.Second))
	}
	return w.in.Moment(t)
}

// upTo is the until: that takes in a report of this time.
func (w window) upTo(t time.Time) string { return t.In(w.zone).Format("2006-01-02") }

// typed is since and until again, for the line of a button.
func (c *call) typed() string {
	s := ""
	for _, name := range []string{"since", "until"} {
		if v := c.arg(name); v != "" {
			s += " " + name + ":" + quote(v)
		}
	}
	return s
}
