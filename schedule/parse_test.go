package schedule

import (
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for expr, want := range map[string]string{
		"0 7 * * *":                           "0 7 * * *",
		"  0\t7  * * * ":                      "0 7 * * *",
		"*/15 * * * *":                        "*/15 * * * *",
		"0 9 * * sun":                         "0 9 * * sun",
		"30 18 1,15 JAN-MAR ?":                "30 18 1,15 JAN-MAR ?",
		"@daily":                              "@daily",
		"@Weekly":                             "@weekly",
		"@every 1h30m":                        "@every 1h30m",
		"0 0 29 2 *":                          "0 0 29 2 *",
		"0 0 31 12 *":                         "0 0 31 12 *",
		"59 23 * * 6":                         "59 23 * * 6",
		strings.Repeat("0", 150) + " 7 * * *": strings.Repeat("0", 150) + " 7 * * *",
	} {
		s, err := Parse(expr, "Asia/Damascus")
		if err != nil || s.String() != want {
			t.Errorf("Parse(%q) = %q, %v, want %q", expr, s, err, want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ expr, zone, says string }{
		{"", "UTC", "empty"},
		{"   ", "UTC", "empty"},
		{"0 7 * *", "UTC", "4 fields"},
		{"0 0 7 * * *", "UTC", "no seconds"},
		{"60 7 * * *", "UTC", `"60" is no minute`},
		{"0 24 * * *", "UTC", `"24" is no hour`},
		{"0 7 0 * *", "UTC", `"0" is no day of month`},
		{"0 7 * 13 *", "UTC", `"13" is no month`},
		{"0 7 * * 7", "UTC", "Sunday is 0"},
		{"0 7 * * MON-SUN", "UTC", "day of week"},
		{"0 7 * * FOO", "UTC", "SUN-SAT"},
		{"5-1 7 * * *", "UTC", "minute"},
		{"*/0 7 * * *", "UTC", "minute"},
		{"1-2-3 7 * * *", "UTC", "minute"},
		{", 7 * * *", "UTC", "minute is empty"},
		{"0 7 * * ,", "UTC", "day of week is empty"},
		{"0 0 31 2 *", "UTC", "never fires"},
		{"0 0 31 4,6,9,11 *", "UTC", "never fires"},
		{"@reboot", "UTC", "@daily"},
		{"@every", "UTC", "@every"},
		{"@every 30s", "UTC", "at least one minute"},
		{"@every 61500ms", "UTC", "whole seconds"},
		{"@every -2h", "UTC", "at least one minute"},
		{"@every x", "UTC", "@every"},
		{"@every 90000h", "UTC", "four years"},
		{"TZ=Europe/Rome 0 7 * * *", "UTC", "field of its own"},
		{"CRON_TZ=Europe/Rome 0 7 * * *", "UTC", "field of its own"},
		{"TZ=x", "UTC", "field of its own"},
		{"tz=x", "UTC", "field of its own"},
		{"0 7 * * *\n", "UTC", "character"},
		{"0 ٧ * * *", "UTC", "character"},
		{strings.Repeat("0", 201), "UTC", "limit is 200"},
		{"0 7 * * *", "", "empty"},
		{"0 7 * * *", "Local", "machine"},
		{"0 7 * * *", "localtime", "machine"},
		{"0 7 * * *", "CET", "abbreviation"},
		{"0 7 * * *", "EST5EDT", "abbreviation"},
		{"0 7 * * *", "Europe/Roma", "not known"},
		{"0 7 * * *", "europe/rome", "is it Europe/Rome?"},
		{"0 7 * * *", "AMERICA/NEW_YORK", "is it America/New_York?"},
		{"0 7 * * *", "right/Europe/Rome", "not known"},
		{"0 7 * * *", "Factory", "not known"},
		{"0 7 * * *", "../etc/passwd", "no IANA name"},
		{"0 7 * * *", "Europe/../Europe/Rome", "no IANA name"},
		{"0 7 * * *", "UTC+3", "abbreviation"},
		{"0 7 * * *", strings.Repeat("A", 65), "no IANA name"},
	}
	for _, tt := range tests {
		s, err := Parse(tt.expr, tt.zone)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("Parse(%q, %q) = %v, error %v; want one that says %q", tt.expr, tt.zone, s, err, tt.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, expr := range []string{"0 7 * * *", "*/5 1-3,7 29 2 ?", "@every 1h", "@daily", "TZ=", "0 0 31 2 *", ",", "1/99999999999999 * * * *", "* * * * sun-sat/2"} {
		f.Add(expr, "Africa/Cairo")
	}
	f.Add("0 0 * * *", "America/Godthab")
	f.Add("0 0 * * *", "right/UTC")
	f.Fuzz(func(t *testing.T, expr, zone string) {
		s, err := Parse(expr, zone)
		if err != nil {
			if s.String() != "" || !s.Next(time.Now()).IsZero() {
				t.Fatalf("an error and a Spec: %v", s)
			}
			return
		}
		again, err := Parse(s.String(), zone)
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q becomes %q, which becomes %q, %v", expr, s, again, err)
		}
		from := time.Date(2026, 3, 20, 1, 2, 3, 4, time.UTC)
		last := from
		for _, at := range s.NextN(from, 5) {
			if !at.After(last) {
				t.Fatalf("%q in %s: %v does not come after %v", s, zone, at, last)
			}
			last = at
		}
		if got := s.newest(from, last); last.After(from) && !got.Equal(last) {
			t.Fatalf("%q in %s: the newest until %v is %v", s, zone, last, got)
		}
	})
}
