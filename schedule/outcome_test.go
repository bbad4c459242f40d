package schedule

import (
	"errors"
	"testing"
	"time"
)

// What result writes is read again, whatever it is put together from.
func TestOutcome(t *testing.T) {
	at := time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)
	var r *Runner
	for want, got := range map[string]string{
		"posted":           r.result(Schedule{Claimed: at}, plan{occurrence: at}, 1, nil),
		"posted 6 h late":  r.result(Schedule{Claimed: at.Add(6 * time.Hour)}, plan{occurrence: at}, 1, nil),
		"posted 45 m late": r.result(Schedule{Claimed: at.Add(45 * time.Minute)}, plan{occurrence: at}, 1, nil),
		"posted 1 h 5 m late; 3 runs before it missed":                  r.result(Schedule{Claimed: at.Add(65 * time.Minute)}, plan{occurrence: at, missed: 3}, 1, nil),
		"failed: no permission":                                         r.result(Schedule{}, plan{}, 1, errors.New("no permission")),
		"failed after 4 tries: a; b":                                    r.result(Schedule{}, plan{}, 4, errors.New("a; b")),
		"missed 2 runs: sitrep was off for more than 6 h":               "missed 2 runs: sitrep was off for more than 6 h",
		"may not have been posted: sitrep stopped while it was posting": "may not have been posted: sitrep stopped while it was posting",
	} {
		s := Schedule{LastResult: got}
		err := s.Outcome()
		var e *Error
		if got != want || err.Error() != want || !errors.As(err, &e) || e.text == "%s" {
			t.Errorf("%q is told as %q (%#v), want %q", got, err, e, want)
		}
	}
	if s := (Schedule{LastResult: "something else"}); s.Outcome().Error() != "something else" {
		t.Error(s.Outcome())
	}
}
