package query

import (
	"testing"
	"time"
)

func rome(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParseTime(t *testing.T) {
	loc := rome(t)
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC) // Monday; 23:30 in Rome
	day := func(s string) [2]string {
		d, err := time.ParseInLocation("2006-01-02", s, loc)
		if err != nil {
			t.Fatal(err)
		}
		return [2]string{d.Format(time.RFC3339), d.AddDate(0, 0, 1).Format(time.RFC3339)}
	}
	for in, want := range map[string][2]string{
		"2018-12-31":                    day("2018-12-31"),
		"2018-09":                       {"2018-09-01T00:00:00+02:00", "2018-10-01T00:00:00+02:00"},
		"2018":                          {"2018-01-01T00:00:00+01:00", "2019-01-01T00:00:00+01:00"},
		"7d":                            {"2026-11-16T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"two weeks":                     {"2026-11-09T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"past week":                     {"2026-11-16T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"last 36 hours":                 {"2026-11-22T11:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"yesterday":                     day("2026-11-22"),
		"The day before yesterday":      day("2026-11-21"),
		"monday":                        day("2026-11-23"),
		"Sun":                           day("2026-11-22"),
		"last monday":                   day("2026-11-16"),
		"last sunday":                   day("2026-11-22"),
		"last week":                     {"2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00"},
		"this week":                     {"2026-11-23T00:00:00+01:00", "2026-11-30T00:00:00+01:00"},
		"last month":                    {"2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"},
		"this year":                     {"2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00"},
		"last november":                 {"2025-11-01T00:00:00+01:00", "2025-12-01T00:00:00+01:00"},
		"3 days ago":                    day("2026-11-20"),
		"a couple of weeks ago":         day("2026-11-09"),
		"14 months ago":                 day("2025-09-23"),
		"two hours ago":                 {"2026-11-23T21:30:00+01:00", "2026-11-23T21:30:01+01:00"},
		"september":                     {"2026-09-01T00:00:00+02:00", "2026-10-01T00:00:00+02:00"},
		"december":                      {"2025-12-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00"}, // this year's has not begun
		"Dec 2018":                      {"2018-12-01T00:00:00+01:00", "2019-01-01T00:00:00+01:00"},
		"14 September 2018":             day("2018-09-14"),
		"September 14th, 2018":          day("2018-09-14"),
		"the 14th of september":         day("2026-09-14"),
		"25 december":                   day("2025-12-25"),
		"29 february":                   day("2024-02-29"),
		"Fri, 14 Sept 2018":             day("2018-09-14"),
		"14/12/2018":                    day("2018-12-14"),
		"12/14/2018":                    day("2018-12-14"),
		"14.12.2018":                    day("2018-12-14"),
		"5/5/2018":                      day("2018-05-05"),
		"2018/12/14":                    day("2018-12-14"),
		"2018-12-14 09:30":              {"2018-12-14T09:30:00+01:00", "2018-12-14T09:31:00+01:00"},
		"2018-09-14T09:30:00Z":          {"2018-09-14T09:30:00Z", "2018-09-14T09:30:01Z"},
		"Fri, 14 Sep 2018 09:30:00 GMT": {"2018-09-14T09:30:00Z", "2018-09-14T09:30:01Z"},
		"أمس":                           day("2026-11-22"),
		"أول من أمس":                    day("2026-11-21"),
		"يوم الجمعة":                    day("2026-11-20"),
		"الاثنين الماضي":                day("2026-11-16"),
		"الأسبوع الماضي":                {"2026-11-16T00:00:00+01:00", "2026-11-23T00:00:00+01:00"},
		"هذا الشهر":                     {"2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00"},
		"السنة الماضية":                 {"2025-01-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00"},
		"قبل ٣ أيام":                    day("2026-11-20"),
		"قبل ثلاثة أيام":                day("2026-11-20"),
		"منذ يومين":                     day("2026-11-21"),
		"قبل أسبوع":                     day("2026-11-16"),
		"أسبوع":                         {"2026-11-16T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"آخر 3 أيام":                    {"2026-11-20T23:30:00+01:00", "2026-11-23T23:30:00+01:00"},
		"كانون الأول 2018":              {"2018-12-01T00:00:00+01:00", "2019-01-01T00:00:00+01:00"},
		"14 أيلول 2018":                 day("2018-09-14"),
		"١٤ سبتمبر ٢٠١٨":                day("2018-09-14"),
		"شهر آذار":                      {"2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"},
	} {
		got, err := ParseTime(in, now, loc)
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		if f, to := got.From.Format(time.RFC3339), got.To.Format(time.RFC3339); f != want[0] || to != want[1] {
			t.Errorf("%s: %s to %s, want %s to %s", in, f, to, want[0], want[1])
		}
	}
	for _, in := range []string{"", "soon", "0d", "99999999999999999999d", "7", "d", "12", "2018-13", "2018-02-30", "31 february", "february 31 2018", "ball", "marching", "may day",
		"monday hajin", "next friday", "tomorrow", "in 3 days", "recently", "last summer", "the", "of", "ago", "days ago", "last last week", "week ago week", "1/2/2018", "2/1/2018 10:00",
		"32/12/2018", "14/13/2018", "1536883200", "second", "2018 hajin", "14 15 december", "أمس هجين", "قريبا", "قبل", "0 days ago", "this friday", "a couple of", "15 12 2018 1"} {
		if s, err := ParseTime(in, now, loc); err == nil {
			t.Errorf("%q is taken for %v", in, s)
		}
	}
}

// The end of a month is not run over.
func TestMonthsBack(t *testing.T) {
	now := time.Date(2019, 3, 31, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{"1mo": "2019-02-28", "13mo": "2018-02-28", "1y": "2018-03-31", "1 month": "2019-02-28"} {
		if s, err := ParseTime(in, now, time.UTC); err != nil || s.From.Format("2006-01-02") != want {
			t.Errorf("%s: %v (%v), want %s", in, s, err, want)
		}
	}
	if s, err := ParseTime("month ago", now, time.UTC); err == nil {
		t.Errorf("a month of no number is %v", s)
	}
}

func TestIsLength(t *testing.T) {
	for in, want := range map[string]bool{"7d": true, "3 days": true, "past week": true, "أسبوعين": true, "3 days ago": false, "monday": false, "2018": false} {
		if IsLength(in) != want {
			t.Errorf("%s: %v", in, !want)
		}
	}
}

// A phrase that names no year is never taken for what lies ahead, and a span is
// never turned around.
func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"7d", "2018-09", "mon", "99999d", "2018-09-14T09:30:00Z", "last week", "14 dec", "قبل ٣ أيام", "3 days ago", "12/13/2018", "Fri, 14 Sep 2018 09:30:00 GMT"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC)
	loc := rome(f)
	f.Fuzz(func(t *testing.T, s string) {
		sp, err := ParseTime(s, now, loc)
		if err != nil {
			return
		}
		if sp.To.Before(sp.From) {
			t.Fatalf("%q: %v", s, sp)
		}
		if sp.From.After(now) && !hasYear.MatchString(plain(s)) {
			t.Fatalf("%q lies ahead: %v", s, sp)
		}
	})
}
