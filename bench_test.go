package main

import (
	"fmt"
	"os"
	"slices"
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
			slices.Sort(times)
			at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
			b.ReportMetric(at(.5), "p50-ms")
			b.ReportMetric(at(.99), "p99-ms")
		})
	}
}
