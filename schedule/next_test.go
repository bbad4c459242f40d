package schedule

import (
	"archive/zip"
	"go/build"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// zones have every kind of change: at midnight, across midnight, of half an hour,
// by date, by government, and none.
var zones = []string{
	"UTC", "Africa/Cairo", "Africa/Casablanca", "Africa/El_Aaiun", "Africa/Johannesburg", "Africa/Khartoum", "Africa/Lagos", "Africa/Tripoli",
	"America/Anchorage", "America/Asuncion", "America/Bogota", "America/Caracas", "America/Godthab", "America/Havana", "America/Miquelon",
	"America/New_York", "America/Nuuk", "America/Phoenix", "America/Santiago", "America/Sao_Paulo", "America/Scoresbysund", "America/St_Johns",
	"Antarctica/Troll", "Asia/Amman", "Asia/Baghdad", "Asia/Beirut", "Asia/Damascus", "Asia/Gaza", "Asia/Hebron", "Asia/Jerusalem", "Asia/Kabul",
	"Asia/Kathmandu", "Asia/Riyadh", "Asia/Tehran", "Asia/Tokyo", "Atlantic/Azores", "Australia/Adelaide", "Australia/Lord_Howe",
	"Australia/Sydney", "Europe/Chisinau", "Europe/Dublin", "Europe/Istanbul", "Europe/Kyiv", "Europe/London", "Europe/Moscow", "Europe/Rome",
	"Pacific/Apia", "Pacific/Auckland", "Pacific/Chatham", "Pacific/Easter", "Pacific/Kiritimati", "Pacific/Norfolk", "Pacific/Pago_Pago",
}

func mustParse(t testing.TB, expr, zone string) Spec {
	t.Helper()
	s, err := Parse(expr, zone)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEveryLocalDayHasOneRun(t *testing.T) {
	if len(zones) < 40 {
		t.Fatal("too few zones")
	}
	for _, zone := range zones {
		for _, expr := range []string{"30 2 * * *", "0 0 * * *", "0 7 * * *"} {
			oneRunADay(t, expr, zone, 2026, 2027)
		}
	}
}

// All the zones that Go ships, over one year.
func TestEveryLocalDayHasOneRunInAllZones(t *testing.T) {
	file := filepath.Join(build.Default.GOROOT, "lib", "time", "zoneinfo.zip")
	z, err := zip.OpenReader(file)
	if err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatal(err)
		}
		t.Skip("no list of zones: ", err)
	}
	defer z.Close()
	n := 0
	for _, f := range z.File {
		if _, err := loadZone(f.Name); err != nil {
			continue // a folder, or an abbreviation
		}
		n++
		oneRunADay(t, "30 2 * * *", f.Name, 2026, 2026)
		oneRunADay(t, "0 0 * * *", f.Name, 2026, 2026)
	}
	if n < 500 {
		t.Errorf("only %d zones", n)
	}
}

func oneRunADay(t *testing.T, expr, zone string, first, last int) {
	t.Helper()
	s := mustParse(t, expr, zone)
	runs := map[string]int{}
	at := time.Date(first-1, 12, 31, 12, 0, 0, 0, s.loc)
	for at.Before(time.Date(last+1, 1, 2, 0, 0, 0, 0, s.loc)) {
		at = s.Next(at)
		runs[at.In(s.loc).Format(time.DateOnly)]++
	}
	for day := time.Date(first, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() <= last; day = day.AddDate(0, 0, 1) {
		if n := runs[day.Format(time.DateOnly)]; n != 1 {
			t.Errorf("%s in %s: %d runs on %s", expr, zone, n, day.Format(time.DateOnly))
		}
	}
}

func TestNext(t *testing.T) {
	tests := []struct{ name, expr, zone, after, want string }{
		{"plain", "0 7 * * *", "Europe/Rome", "2026-01-10T05:59:59Z", "2026-01-10T06:00:00Z"},
		{"strictly after", "0 7 * * *", "Europe/Rome", "2026-01-10T06:00:00Z", "2026-01-11T06:00:00Z"},
		{"summer", "0 7 * * *", "Europe/Rome", "2026-07-10T00:00:00Z", "2026-07-10T05:00:00Z"},
		{"gap: the moment of the change", "30 2 * * *", "Europe/Rome", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
		{"after the gap", "30 2 * * *", "Europe/Rome", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		{"several in the gap are one", "*/10 2 * * *", "Europe/Rome", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		{"twice: the first", "30 2 * * *", "Europe/Rome", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"},
		{"twice: not the second", "30 2 * * *", "Europe/Rome", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
		{"between the copies", "30 2 * * *", "Europe/Rome", "2026-10-25T01:10:00Z", "2026-10-26T01:30:00Z"},
		{"the Sunday of the change has a 09:00", "0 9 * * SUN", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-29T06:00:00Z"},
		{"midnight is skipped", "0 0 * * *", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z"},
		{"a Friday in Cairo", "0 9 * * FRI", "Africa/Cairo", "2026-04-23T12:00:00Z", "2026-04-24T06:00:00Z"},
		{"a gap that ends the day", "30 23 * * *", "America/Godthab", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		{"and the day after", "30 23 * * *", "America/Godthab", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
		{"half an hour", "15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z"},
		{"01:30 is not 02:30", "30 1 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:00:00Z"},
		{"a day left out", "0 7 * * *", "Pacific/Apia", "2011-12-29T17:00:00Z", "2011-12-30T17:00:00Z"},
		{"every hour goes on", "0 * * * *", "Europe/Rome", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z"},
		{"every hour runs in both copies", "0 * * * *", "Europe/Rome", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		{"every hour, second copy over", "0 * * * *", "Europe/Rome", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"},
		{"every hour of a Sunday without midnight", "0 * * * SUN", "Asia/Beirut", "2026-03-28T12:00:00Z", "2026-03-28T22:00:00Z"},
		{"half past, over the half hour", "30 * * * *", "Australia/Lord_Howe", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"},
		{"0-23 is every hour too", "0 0-23 * * *", "Europe/Rome", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z"},
		{"every counts from 1970", "@every 6h", "Asia/Tehran", "2026-05-05T13:14:15Z", "2026-05-05T18:00:00Z"},
		{"every, strictly after", "@every 6h", "Asia/Tehran", "2026-05-05T18:00:00Z", "2026-05-06T00:00:00Z"},
		{"every, before 1970", "@every 6h", "UTC", "1969-12-31T23:00:00Z", "1970-01-01T00:00:00Z"},
		{"leap day", "0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"},
		{"either day", "0 0 13 * FRI", "UTC", "2026-01-02T00:00:00Z", "2026-01-09T00:00:00Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustParse(t, tt.expr, tt.zone)
			after, err := time.Parse(time.RFC3339, tt.after)
			if err != nil {
				t.Fatal(err)
			}
			got := s.Next(after)
			if got.Format(time.RFC3339) != tt.want || got.Location() != time.UTC {
				t.Errorf("%s in %s after %s: %v, want %s", tt.expr, tt.zone, tt.after, got, tt.want)
			}
		})
	}
}

// What runs in every hour is what a clock shows, minute for minute.
func TestNextElapsedAgainstEveryMinute(t *testing.T) {
	for _, zone := range []string{"Asia/Beirut", "Australia/Lord_Howe", "America/Godthab", "Europe/Rome", "Africa/Casablanca"} {
		s := mustParse(t, "*/20 * * * SUN", zone)
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		next := s.Next(start)
		for at := start.Add(time.Minute); at.Year() < 2027; at = at.Add(time.Minute) {
			local := at.In(s.loc)
			if local.Weekday() != time.Sunday || local.Minute()%20 != 0 {
				continue
			}
			if !at.Equal(next) {
				t.Fatalf("%s: %v is next, want %v", zone, next.In(s.loc), local)
			}
			next = s.Next(next)
		}
	}
}

// newest and count agree with walking.
func TestNewest(t *testing.T) {
	for _, expr := range []string{"0 7 * * *", "*/7 * * * *", "* 0-2 * * *", "@every 90m", "30 2 * * *"} {
		s := mustParse(t, expr, "Europe/Rome")
		from := time.Date(2026, 3, 28, 20, 0, 0, 1, time.UTC)
		for span := time.Minute; span < 60*time.Hour; span = span*3/2 + time.Millisecond {
			to := from.Add(span)
			var want time.Time
			n := 0
			for at := s.Next(from); !at.After(to); at = s.Next(at) {
				want = at
				n++
			}
			if got := s.newest(from, to); !got.Equal(want) {
				t.Errorf("%s: newest in %s is %v, want %v", expr, span, got, want)
			}
			if got := s.count(from, to, 1000); got != n {
				t.Errorf("%s: count in %s is %d, want %d", expr, span, got, n)
			}
		}
	}
	s := mustParse(t, "* * * * *", "UTC")
	now := time.Now()
	if n := s.count(now.Add(-24*time.Hour), now, maxMissed); n != maxMissed {
		t.Errorf("counted %d, want no more than %d", n, maxMissed)
	}
	if at := s.newest(now, now.Add(-time.Hour)); !at.IsZero() {
		t.Errorf("newest in an empty span is %v", at)
	}
}

func TestNextN(t *testing.T) {
	s := mustParse(t, "0 7 * * *", "Europe/Rome")
	times := s.NextN(time.Date(2026, 3, 27, 12, 0, 0, 0, time.UTC), 3)
	want := []string{"2026-03-28T06:00:00Z", "2026-03-29T05:00:00Z", "2026-03-30T05:00:00Z"}
	if len(times) != len(want) {
		t.Fatalf("got %v", times)
	}
	for i, at := range times {
		if at.Format(time.RFC3339) != want[i] {
			t.Errorf("run %d is %v, want %s", i, at, want[i])
		}
	}
	if got := (Spec{}).NextN(time.Now(), 3); len(got) != 0 {
		t.Errorf("the zero Spec fires: %v", got)
	}
}
