package lang

import "testing"

func TestSay(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		code string
		n    int
		want string
	}{{"en", 1, "1 report"}, {"en-US", 1234, "1,234 reports"}, {"fr", 0, "0 reports"},
		{"ar", 0, "لا تقارير"}, {"ar", 1, "تقرير واحد"}, {"ar-SY", 2, "تقريران"}, {"ar", 3, "3 تقارير"}, {"ar", 11, "11 تقريرًا"}, {"ar", 100, "100 تقرير"}, {"ar", 1234, "1,234 تقريرًا"}} {
		if got := c.In(x.code).Say("%d reports", x.n); got != x.want {
			t.Errorf("%s, %d: %q, want %q", x.code, x.n, got, x.want)
		}
	}
	if got := c.In("en").Say("no such key %s", "x"); got != "no such key x" {
		t.Error(got)
	}
	if got := c.In("ar").Say("no such key %s", "x\u2069y"); got != "no such key \u2068xy\u2069" {
		t.Errorf("%q", got)
	}
}
