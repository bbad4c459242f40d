package commands

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The kinds that a community's own commands brought.
func TestParseKinds(t *testing.T) {
	e := engine(t)
	for line, want := range map[string]map[string]string{
		"!settings":                       {},
		"!schedule":                       {},
		"!source remove the  news room":   {"name": "the news room"},
		"!settings managers <@&1>, <@&2>": {"roles": "<@&1>, <@&2>"},
		"!settings reset ALL":             {"setting": "all"},
		"!settings filing Reporters":      {"who": "Reporters"},
		"!mark aaaaaaaaaaaaaaaa Disputed  he says:\n\nno \"way":     {"id": "aaaaaaaaaaaaaaaa", "standing": "disputed", "reason": "he says:\n\nno \"way"},
		"!file source:\"Radio Fresh\" One.\n\nTwo source:x  three.": {"source": "Radio Fresh", "text": "One.\n\nTwo source:x  three."},
		"!file text:source: the mayor":                              {"text": "source: the mayor"},
		"!file lang:ar text: title:x":                               {"lang": "ar", "text": "title:x"},
		`!schedule add m "0 7 * * *" UTC line:brief 24h since:7d`:   {"name": "m", "cron": "0 7 * * *", "zone": "UTC", "line": "brief 24h since:7d"},
		"!related k3v7q2m5xw4a6bzd since:7d":                        {"to": "k3v7q2m5xw4a6bzd", "since": "7d"},
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
	for line, want := range map[string]string{
		"!settings frobnicate": "There is no command",
	} {
		if _, err := e.parse(Request{Line: line, Now: time.Now()}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}

func TestRanked(t *testing.T) {
	names := []string{"Daily Brief", "brief", "غرفة الأخبار", "Émile", "a-brief", "Al-Jazeera", "x brief"}
	for typed, want := range map[string][]string{
		"brief":   {"brief", "Daily Brief", "a-brief", "x brief"},
		"BRI":     {"brief", "Daily Brief", "a-brief", "x brief"},
		"emi":     {"Émile"},
		"جزيره":   nil,
		"الاخبار": {"غرفة الأخبار"},
		"غرفه":    {"غرفة الأخبار"},
		"jaz":     {"Al-Jazeera"},
		"!!":      nil,
		"":        names,
	} {
		if got := ranked(names, typed); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}

// What is written from values is read back as the same, whatever the text begins with.
func FuzzProse(f *testing.F) {
	for _, s := range []string{"plain", "source:x y", "text:text: x", "TITLE: a", "a\n\nb", `"`, "lang:", "”"} {
		f.Add(s)
	}
	e := engine(f)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
		if text == "" || len(text) > MaxLine/2 {
			return
		}
		line, err := e.Line([]string{"file"}, map[string]string{"text": text, "lang": "ar"})
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.parse(Request{Line: line, Now: time.Now()})
		if err != nil || c.args["text"] != text || c.args["lang"] != "ar" {
			t.Errorf("%q becomes %q: %v, %v", text, line, c.args, err)
		}
	})
}
