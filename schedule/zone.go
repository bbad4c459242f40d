package schedule

import (
	"strings"
	"time"
	_ "time/tzdata" // the zones, for machines and containers that have none
)

// maxZone is the longest zone name, in bytes; the longest that IANA has is 32.
const maxZone = 64

// loadZone takes IANA names only. An abbreviation such as CET or EST names an
// offset without its summer time, or several places at once (IST, CST), so that
// a schedule in it would be an hour off for half the year.
func loadZone(name string) (*time.Location, error) {
	eg := wrong("such as Europe/Rome, Asia/Damascus or UTC")
	switch {
	case name == "":
		return nil, wrong("the time zone is empty: give a name %s", eg)
	case len(name) > maxZone || strings.ContainsFunc(name, notInZone):
		return nil, wrong("time zone %q is no IANA name: give one %s", clip(name), eg)
	case strings.EqualFold(name, "local") || strings.EqualFold(name, "localtime"):
		return nil, wrong("time zone %q would be that of the machine: give a name %s", name, eg)
	case name == "UTC" || name == "GMT":
		// The two abbreviations that mean one thing.
	case !strings.ContainsAny(name, "/abcdefghijklmnopqrstuvwxyz"):
		return nil, wrong("time zone %q is an abbreviation, which has no summer time or several meanings: give a place's name %s", name, eg)
	case name[0] < 'A' || name[0] > 'Z', name == "Factory":
		// Lower-case names are the machine's own files (posix/, right/ with its
		// leap seconds) or a slip.
		return nil, unknownZone(name, eg)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return nil, unknownZone(name, eg)
	}
	return loc, nil
}

// unknownZone guesses the name that was meant from its words with capitals.
func unknownZone(name string, eg error) error {
	up := true
	guess := strings.Map(func(r rune) rune {
		if up && r >= 'a' && r <= 'z' {
			r -= 'a' - 'A'
		} else if !up && r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		up = strings.ContainsRune("/_-", r)
		return r
	}, name)
	if guess != name {
		if _, err := time.LoadLocation(guess); err == nil {
			return wrong("time zone %q is not known: is it %s?", name, guess)
		}
	}
	return wrong("time zone %q is not known: give an IANA name %s", name, eg)
}

// notInZone is true of characters that no IANA name has.
func notInZone(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune("/_-+", r):
		return false
	}
	return true
}
