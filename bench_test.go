package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/ingest"
)

// BenchmarkAnswer times whole answers in process over the news of 2025:
//
//	go test -run '^$' -bench Answer -benchtime 2000x .
func BenchmarkAnswer(b *testing.B) {
	path := shared(b, "current-events-2025.ndjson.gz")
	p := &program{Settings: Settings{State: b.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(b.Context(), p.quietLogger())
	if err != nil {
		b.Fatal(err)
	}
	defer a.Close()
	if _, err := ingest.Import(b.Context(), ingest.Options{Log: a.store}, []string{path}); err != nil {
		b.Fatal(err)
	}
	if err := a.current(b.Context()); err != nil {
		b.Fatal(err)
	}
	topics := []string{"gaza", "syria", "sdf", "ukraine", "damascus", "flood", "earthquake", "khartoum", "ceasefire talks", "houthis"}
	for _, c := range []struct{ name, line string }{
		{"status", "status %s until:2025-06-30"}, {"status-now", "status %s"}, {"search", "search %s"}, {"search-new", "search %s sort:new"}, {"brief", "brief 7d about %s until:2025-06-30"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var times []time.Duration
			for i := 0; b.Loop(); i++ {
				begin := time.Now()
				r := a.engine.Do(b.Context(), commands.Request{Line: fmt.Sprintf(c.line, topics[i%len(topics)])})
				times = append(times, time.Since(begin))
				if r.Error != nil {
					b.Fatal(r.Error)
				}
			}
			report(b, times)
		})
	}
}

// BenchmarkLarge times answers in process over a generated archive of 100,000
// dispatches, whose names are asked for as often as they are written:
//
//	go test -run '^$' -bench Large -benchtime 1000x .
func BenchmarkLarge(b *testing.B) {
	const n = 100_000
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	begin := time.Now()
	a := archive(b, n, now)
	b.Logf("filed and indexed %d in %s", n, time.Since(begin).Round(time.Second))
	m := maker(a, now)
	ranks := rand.NewZipf(rand.New(rand.NewPCG(1, 1)), 1.2, 3, 800)
	for _, line := range []string{"status %s", "status %s since:30d", "search %s", "brief 24h"} {
		b.Run(strings.ReplaceAll(line, " %s", ""), func(b *testing.B) {
			var times []time.Duration
			for b.Loop() {
				asked := line
				if strings.Contains(line, "%s") {
					asked = fmt.Sprintf(line, `"`+m.Name(int(ranks.Uint64()))+`"`)
				}
				begin := time.Now()
				r := a.engine.Do(b.Context(), commands.Request{Line: asked, Now: now})
				times = append(times, time.Since(begin))
				if r.Error != nil {
					b.Fatal(asked, r.Error)
				}
			}
			report(b, times)
		})
	}
}

// report adds the median and the 99th percentile to a benchmark.
func report(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
}
