package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	e := engine(t)
	for line, want := range map[string]map[string]string{
		`!status badia`:                                     {"topic": "badia"},
		`status "deir ez-zor"`:                              {"topic": `"deir ez-zor"`},
		`!status syrian  desert until:2018-12-31`:           {"topic": "syrian desert", "until": "2018-12-31"},
		`! status since:7d abu kamal`:                       {"topic": "abu kamal", "since": "7d"},
		`/status badia until:"2018-12-31"`:                  {"topic": "badia", "until": "2018-12-31"},
		`!search "until:2018" source:"Al Jazeera" sort:new`: {"query": `"until:2018" source:"Al Jazeera"`, "sort": "new"},
		`!brief`:                           {},
		`!brief 30d about daesh`:           {"period": "30d", "about": "about daesh"},
		`!brief about daesh until:2018-12`: {"about": "about daesh", "until": "2018-12"},
		`!brief week`:                      {"period": "week"},
		`!status raqqa until: 2018-12-31`:  {"topic": "raqqa", "until": "2018-12-31"},
		`!STATUS Badia`:                    {"topic": "Badia"},
		`!schedule add m "0 7 * * *" Asia/Damascus brief 24h`:                      {"name": "m", "cron": "0 7 * * *", "zone": "Asia/Damascus", "line": "brief 24h"},
		`!schedule add m “0 7 * * *” zone:UTC channel:<#12> status badia since:7d`: {"name": "m", "cron": "0 7 * * *", "zone": "UTC", "channel": "<#12>", "line": "status badia since:7d"},
	} {
		c, err := e.parse(Request{Line: line, Now: time.Now()})
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if d := cmp.Diff(want, c.args); d != "" {
			t.Errorf("%s: %s", line, d)
		}
	}
}

func TestParseErrors(t *testing.T) {
	e := engine(t)
	for line, want := range map[string]string{
		``:                         "Type a command",
		`!`:                        "Type a command",
		`!statsu badia`:            "Did you mean status",
		`!frobnicate`:              "There is no command",
		`!status`:                  "needs topic",
		`!schedule ad x`:           "Did you mean schedule add",
		`!show a b`:                "too much for show",
		`!brief 0d`:                "no period",
		`!brief 999999999y`:        "no period",
		`!status raqqa until:`:     "until: what?",
		strings.Repeat("a", 10000): "shorten",
	} {
		_, err := e.parse(Request{Line: line, Now: time.Now()})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, want %q", line, err, want)
		}
	}
}

// What a slash command's values are written into is read back as the same values.
func TestLine(t *testing.T) {
	e := engine(t)
	for _, c := range []struct {
		path   []string
		values map[string]string
	}{
		{[]string{"status"}, map[string]string{"topic": "abu kamal", "until": "2018-12-31"}},
		{[]string{"search"}, map[string]string{"query": `"a b" -c source:"Al Jazeera"`, "sort": "new", "page": "2"}},
		{[]string{"brief"}, map[string]string{"about": "daesh"}},
		{[]string{"brief"}, map[string]string{"period": "7d", "about": "البادية"}},
		{[]string{"schedule", "add"}, map[string]string{"name": "m", "cron": "0 7 * * *", "zone": "UTC", "channel": "<#1>", "line": "brief since:7d"}},
		{[]string{"schedule", "remove"}, map[string]string{"name": "m"}},
		{[]string{"help"}, nil},
	} {
		line, err := e.Line(c.path, c.values)
		if err != nil {
			t.Fatal(err)
		}
		got, err := e.parse(Request{Line: line, Now: time.Now()})
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		if c.values == nil {
			c.values = map[string]string{}
		}
		if d := cmp.Diff(c.values, got.args); d != "" {
			t.Errorf("%s: %s", line, d)
		}
	}
	if _, err := e.Line([]string{"schedule"}, nil); err == nil {
		t.Error("half a command was written")
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`!status badia`, `!search "a`, `!schedule add m "0 7 * * *" UTC brief`, `!brief 7d about x since:1d`, "!show \xff", `! "`, `!status “`} {
		f.Add(s)
	}
	e := engine(f)
	f.Fuzz(func(t *testing.T, line string) {
		c, err := e.parse(Request{Line: line, Now: time.Now()})
		if err == nil && c.command.run == nil {
			t.Fatalf("%q gives a command that cannot run", line)
		}
	})
}

// The declarations keep Discord's limits, which the slash schema derives from them.
func TestTable(t *testing.T) {
	var check func(list []*Command)
	check = func(list []*Command) {
		for _, c := range list {
			if len(c.Name) > 32 || c.Name != strings.ToLower(c.Name) || len([]rune(c.Summary)) > 100 || c.Summary == "" {
				t.Errorf("%s: name or summary", c.Name)
			}
			optional := false
			for _, a := range c.Args {
				if len([]rune(a.Summary)) > 100 || a.Summary == "" || a.Name != strings.ToLower(a.Name) {
					t.Errorf("%s %s: name or summary", c.Name, a.Name)
				}
				optional = optional || !a.Required && !a.Named && a.Kind != Zone // a zone is told from what follows it
				if optional && a.Required && !a.Named {
					t.Errorf("%s: %s is required behind an optional one", c.Name, a.Name)
				}
			}
			for _, ex := range c.Examples {
				if _, err := engine(t).parse(Request{Line: ex, Now: time.Now()}); err != nil {
					t.Errorf("example %q: %v", ex, err)
				}
			}
			if (c.run == nil) == (len(c.Sub) == 0) {
				t.Errorf("%s: it has to run or to have sub-commands", c.Name)
			}
			check(c.Sub)
		}
	}
	check(table())
}

func TestZonesAreIANA(t *testing.T) {
	for _, z := range zones() {
		if _, err := time.LoadLocation(z); err != nil {
			t.Error(err)
		}
	}
}

// engine is an Engine that can only parse.
func engine(t testing.TB) *Engine {
	t.Helper()
	e, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}
