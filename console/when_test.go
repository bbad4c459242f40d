package console

import (
	"testing"
	"time"

	"sitrep/lang"
)

func TestMoment(t *testing.T) {
	words, err := lang.New()
	if err != nil {
		t.Fatal(err)
	}
	in := words.In("en")
	for _, tt := range []struct {
		at       time.Time
		day, ago string
	}{
		{day(2018, 12, 29), "29 Dec 2018", "7 years ago"},
		{time.Date(2018, 12, 30, 9, 0, 0, 0, time.UTC), "30 Dec 2018", "7 years ago"},
		{testNow.Add(-20 * time.Second), "3 Mar 2026, 14:04 UTC", "just now"},
		{testNow.Add(-time.Minute), "3 Mar 2026, 14:04 UTC", "1 minute ago"},
		{testNow.Add(-119 * time.Minute), "3 Mar 2026, 12:06 UTC", "119 minutes ago"},
		{testNow.Add(-5 * time.Hour), "3 Mar 2026, 09:05 UTC", "5 hours ago"},
		{testNow.Add(-49 * time.Hour), "1 Mar 2026, 13:05 UTC", "2 days ago"},
		{day(2026, 3, 1), "1 Mar 2026", "2 days ago"},
		{day(2026, 2, 1), "1 Feb 2026", "4 weeks ago"},
		{day(2026, 1, 3), "3 Jan 2026", "2 months ago"},
		{day(2024, 3, 4), "4 Mar 2024", "23 months ago"},
		{day(2024, 3, 3), "3 Mar 2024", "2 years ago"},
		{day(1500, 1, 1), "1 Jan 1500", "526 years ago"},
		{testNow.Add(time.Minute), "3 Mar 2026, 14:06 UTC", "just now"},
		{testNow.AddDate(0, 0, 3), "6 Mar 2026", "in 3 days"},
		{time.Date(2026, 3, 3, 20, 0, 0, 0, time.FixedZone("", 3*3600)), "3 Mar 2026, 17:00 UTC", "in 2 hours"},
	} {
		m := momentOf(tt.at, testNow, in)
		if m.Day != tt.day || m.Ago != tt.ago {
			t.Errorf("%v: %q, %q; want %q, %q", tt.at, m.Day, m.Ago, tt.day, tt.ago)
		}
	}
	if m := momentOf(time.Time{}, testNow, in); m != nil {
		t.Errorf("the zero time is shown as %+v", m)
	}
}
