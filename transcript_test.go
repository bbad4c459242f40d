package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/data"
	"sitrep/news"
)

var update = flag.Bool("update", false, "write the golden transcripts anew")

// transcripts are what the channel shows, for the samples, on a day in 2026.
var transcripts = map[string][]string{
	"status": {"!status badia until:2018-12-31", "!status البادية until:2018-12-31", "!status sdf until:2019-03-23 since:2019-03-16", "!status badia", "!status atlantis", "!status baguz"},
	"brief":  {"!brief 7d until:2019-03-23", "!brief 30d about daesh until:2018-12-31", "!brief"},
	"search": {"!search Hajin until:2018-12-31", `!search "al-Hol camp" sort:new`, "!search rukban aid page:2 sort:old", "!search xyzzy", "!search place:nowhere", "!search standing:false", `!search source:sample lang:ar +الباغوز`, "!search offensive until:2018-13", `!search "open`},
	"show":   {"!show", "!show aaaaaaaaaaaaaaaa", "!sources", "!sources until:2018-10", "!about"},
	"help":   {"!help", "!help status", "!help schedule", "!help schedule add", "!statsu badia", "!frobnicate", "!"},
	"schedule": {"!schedule list", `!schedule add morning "0 7 * * *" Asia/Damascus brief 24h`, `!schedule add morning "0 7 * * *" Asia/Damascus brief 24h`,
		`!schedule add bad "0 7 * *" Asia/Damascus brief`, `!schedule add bad "0 7 * * *" CET brief`, `!schedule add bad "0 7 * * *" UTC frobnicate`, "!schedule list", "!schedule remove morning", "!schedule remove morning"},
}

// edits are transcripts of what changes something, one after the other in a state
// of their own.
var edits = []struct {
	name  string
	lines []string
}{
	{"file", []string{"!file", "!file The bridge at Hajin is closed since this morning.", "!file The bridge at Hajin is closed since this morning.",
		`!file source:"Radio Fresh" published:2026-11-20 title:"Night move" lang:en Fighters left Hajin at night.`,
		"!file published:tomorrow Fighters left.", "!file url:hajin Fighters left.", "!search bridge sort:new", "!help file"}},
	{"related", []string{"!related", "!related {bridge}", "!related A convoy of aid reached the camp at Rukban until:2018-12-31", "!related xyzzy", "!related aaaaaaaaaaaaaaa2"}},
	{"mark", []string{"!mark", "!mark {bridge} wrong Nobody saw it.", "!mark {bridge} disputed", "!mark {bridge} disputed The mayor says that it is open.", "!mark {bridge} disputed Again.",
		`!search "bridge at Hajin"`, "!mark {bridge} reported The mayor was wrong.", "!retract {bridge} It was another bridge.", "!show {bridge}", "!mark aaaaaaaaaaaaaaaa disputed x"}},
	{"settings", []string{"!settings", "!settings zone Asia/Damascus", "!settings zone Mars/Base", "!settings prefix ab", "!settings prefix ?", "?settings prefix ?", "?settings language xx",
		"?settings managers @Editors", "?settings reset prefix", "!settings reset all", "!settings reset all", "!settings reset colour", "!settings log", "!help settings"}},
	{"source", []string{"!source", "!source add #field", "!help source add"}},
}

// bridge is the ID of the report that the transcripts file: it comes from who typed
// it, the day and the text.
var bridge = news.Origin{Kind: news.OriginDesk, Feed: "/operator", Item: "2026-11-23 df07dea2274999a88badd7d1"}.ID()

// asked is the moment at which a transcript asks.
var asked = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

// sampled is a house with the samples, filed an hour ago.
func sampled(t *testing.T) *app {
	t.Helper()
	a := house(t, "UTC")
	samples, err := data.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for i := range samples {
		samples[i].Filed = asked.Add(-time.Hour)
	}
	if _, err := a.store.File(t.Context(), samples); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestTranscripts(t *testing.T) {
	a := sampled(t)
	for name, lines := range transcripts {
		t.Run(name, func(t *testing.T) { golden(t, name, a.transcript(t, lines)) })
	}
}

func TestEditTranscripts(t *testing.T) {
	a := sampled(t)
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			// What the log dates by itself is of today.
			today := regexp.MustCompile(`\b` + time.Now().UTC().Format("2 Jan 2006") + `(, \d\d:\d\d)?`)
			golden(t, e.name, today.ReplaceAllString(a.transcript(t, e.lines), "TODAY"))
		})
	}
}

// transcript is what the terminal shows for some lines.
func (a *app) transcript(t *testing.T, lines []string) string {
	t.Helper()
	var b bytes.Buffer
	for _, line := range lines {
		line = strings.ReplaceAll(line, "{bridge}", string(bridge))
		fmt.Fprintf(&b, "> %s\n\n", line)
		r := a.request(line)
		r.Now = asked
		printReply(&b, a.engine.Do(t.Context(), r), style{width: 110})
		b.WriteString("\n")
		if err := a.current(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return strings.ReplaceAll(b.String(), programVersion(), "VERSION")
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "transcripts", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s has changed (-update renews it):\n%s", file, d)
	}
}

// Every text in a terminal is data: nothing from outside steers it.
func TestCleanTerminal(t *testing.T) {
	if got := clean("a\x1b[31mb\u202ec\u200fd\x07\ne"); got != "a[31mbcd e" {
		t.Errorf("%q", got)
	}
}
