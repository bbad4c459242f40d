package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"sitrep/news"
)

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

func TestEditTranscripts(t *testing.T) {
	a, now := samplesHouse(t)
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			var b bytes.Buffer
			for _, line := range e.lines {
				line = strings.ReplaceAll(line, "{bridge}", string(bridge))
				fmt.Fprintf(&b, "> %s\n\n", line)
				r := a.request(line)
				r.Now = now
				printReply(&b, a.engine.Do(t.Context(), r), style{width: 110})
				b.WriteString("\n")
				if err := a.current(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			// What the log dates by itself is of today.
			today := regexp.MustCompile(`\b` + time.Now().UTC().Format("2 Jan 2006") + `(, \d\d:\d\d)?`)
			sameTranscript(t, filepath.Join("testdata", "transcripts", e.name+".txt"), today.ReplaceAllString(b.String(), "TODAY"))
		})
	}
}
