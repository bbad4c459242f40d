package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// ambiguous are questions that name what may be several things.
var ambiguous = []string{"!status susah", "!status sousse", "!status السوسة", "!status tripoli", "!status tripoli, lebanon", "!status georgia", "!status homs",
	"!status derezor", "!search tripoli", "!search place:tripoli ceasefire", "!search -tripoli ceasefire", `!search "held tripoli"`, "!search homs",
	"!brief 7d about tripoli until:2019-03-23", "!related Soldiers came to Tripoli and to Georgia", "!related Soldiers came from Beirut to Tripoli in Lebanon"}

// TestAmbiguousNames: whatever a name may mean stands on a button that tells it from
// the others, in both languages. No more than four are offered.
func TestAmbiguousNames(t *testing.T) {
	a, now := samplesHouse(t)
	for _, locale := range []string{"en", "ar"} {
		t.Run(locale, func(t *testing.T) {
			var b bytes.Buffer
			for _, line := range ambiguous {
				r := a.request(line)
				r.Now, r.Locale = now, locale
				reply := a.engine.Do(t.Context(), r)
				labels := map[string]bool{}
				fmt.Fprintf(&b, "> %s\n# %s\n", line, reply.Title)
				for _, act := range reply.Actions {
					if labels[act.Label] {
						t.Errorf("%s: two buttons say %q", line, act.Label)
					}
					labels[act.Label] = true
					fmt.Fprintf(&b, "→ %s | %s\n", act.Label, act.Line)
				}
				b.WriteString("\n")
			}
			got := strings.NewReplacer("\u2068", "⟨", "\u2069", "⟩").Replace(b.String())
			sameTranscript(t, filepath.Join("testdata", "names-"+locale+".txt"), got)
		})
	}
}

// namesHouse has these dispatches, filed the day before.
func namesHouse(t *testing.T, list ...news.Dispatch) *app {
	t.Helper()
	for i := range list {
		list[i].Origin = news.Origin{Kind: news.OriginRecord, Feed: "test", Item: fmt.Sprint(i)}
		list[i].ID = list[i].Origin.ID()
		list[i].Source, list[i].Filed = "test", time.Date(2026, 11, 22, 0, 0, i, 0, time.UTC)
		list[i].Published = list[i].Filed
	}
	return house(t, "UTC", list...)
}

func asks(t *testing.T, a *app, line string) commands.Reply {
	t.Helper()
	r := a.request(line)
	r.Now = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	reply := a.engine.Do(t.Context(), r)
	if reply.Error != nil {
		t.Fatalf("%s: %s", line, reply.Error.Message)
	}
	return reply
}

// TestPopularMeaning: of two places with one name that is taken of which more is filed
// here. What others filed does not count.
func TestPopularMeaning(t *testing.T) {
	var list []news.Dispatch
	for i := range 120 {
		list = append(list, news.Dispatch{Body: fmt.Sprintf("Shots were heard in Tripoli, Lebanon, on day %d.", i)})
	}
	list = append(list, news.Dispatch{Body: "The port of Tripoli, Libya, reopened."})
	a := namesHouse(t, list...)
	if reply := asks(t, a, "!status tripoli"); !strings.Contains(reply.Title, "Lebanon") {
		t.Errorf("with 120 dispatches against one, Tripoli is %q", reply.Title)
	} else if !slices.ContainsFunc(reply.Actions, func(x commands.Action) bool { return x.Label == "Tripoli, Libya" }) {
		t.Errorf("the other one is not offered: %+v", reply.Actions)
	}
	for i := range list {
		list[i].Scope = news.GuildScope("1")
	}
	b := namesHouse(t, list...)
	if reply := asks(t, b, "!status tripoli"); strings.Contains(reply.Title, "Lebanon") {
		t.Errorf("what another server filed made %q of Tripoli", reply.Title)
	}
}

// TestAcrossScripts: a question in one script finds what is told in the other, through
// the names in it, in whatever spelling.
func TestAcrossScripts(t *testing.T) {
	a := namesHouse(t,
		news.Dispatch{Lang: "ar", Body: "قصفت الطائرات محيط مدينة البوكمال فجر اليوم."},
		news.Dispatch{Lang: "en", Body: "Aircraft struck the outskirts of Mayadin at dawn."},
		news.Dispatch{Lang: "ar", Body: "قال سكان إن قوات سوريا الديمقراطية دخلت هجين."},
		news.Dispatch{Lang: "en", Body: "Nothing was heard of the price of bread."},
	)
	for line, want := range map[string]string{
		"!search Abu Kamal":                "البوكمال",
		"!search albukamal":                "البوكمال",
		"!status Al-Bukamal":               "البوكمال",
		"!search place:boukamal":           "البوكمال",
		"!search الميادين":                 "Mayadin",
		"!status الميادين":                 "Mayadin",
		"!search place:الميادين":           "Mayadin",
		"!search SDF Hajin":                "هجين",
		"!status Syrian Democratic Forces": "هجين",
		"!status deir ezzor":               "البوكمال", // it lies there
		"!status دير الزور":                "Mayadin",
		"!related A report on Hajin":       "هجين",
	} {
		reply := asks(t, a, line)
		if !slices.ContainsFunc(reply.Items, func(it commands.Item) bool { return strings.Contains(it.Text, want) }) {
			t.Errorf("%s finds %+v, not %s", line, reply.Items, want)
		}
		if slices.ContainsFunc(reply.Items, func(it commands.Item) bool { return strings.Contains(it.Text, "bread") }) {
			t.Errorf("%s finds what does not name it", line)
		}
	}
}
