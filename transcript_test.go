package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/data"
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

func TestTranscripts(t *testing.T) {
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	samples, err := data.Samples()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for i := range samples {
		samples[i].Filed = now.Add(-time.Hour)
	}
	if _, err := a.store.File(t.Context(), samples); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, lines := range transcripts {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			for _, line := range lines {
				fmt.Fprintf(&b, "> %s\n\n", line)
				r := a.request(line)
				r.Now = now
				printReply(&b, a.engine.Do(t.Context(), r), style{width: 110})
				b.WriteString("\n")
			}
			got := strings.ReplaceAll(b.String(), programVersion(), "VERSION")
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
		})
	}
}

// Every text in a terminal is data: nothing from outside steers it.
func TestCleanTerminal(t *testing.T) {
	if got := clean("a\x1b[31mb\u202ec\u200fd\x07\ne"); got != "a[31mbcd e" {
		t.Errorf("%q", got)
	}
}
