package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"testing"
	"time"
)

func TestProf(t *testing.T) {
	dir := os.Getenv("PROF_DIR")
	if dir == "" {
		t.Skip("")
	}
	kind := os.Getenv("PROF_KIND")
	ctx := t.Context()
	o, err := openOurs(ctx, dir+"/sitrep")
	if err != nil {
		t.Fatal(err)
	}
	defer o.close()
	var a archive
	raw, _ := os.ReadFile(os.Getenv("PROF_Q"))
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	time.Sleep(5 * time.Second)
	var ms runtime.MemStats
	for round := range 3 {
		var took []float64
		for _, q := range a.Questions[kind] {
			begin := time.Now()
			if _, err := o.ask(ctx, kind, q); err != nil {
				t.Fatal(err)
			}
			took = append(took, float64(time.Since(begin).Microseconds())/1000)
		}
		sort.Float64s(took)
		n := len(took)
		fmt.Printf("round %d n %d p50 %.2f p90 %.2f p99 %.2f max %.2f\n", round, n, took[n/2], took[n*9/10], took[n*99/100], took[n-1])
	}
	runtime.ReadMemStats(&ms)
	fmt.Printf("heap alloc %d MB sys %d MB total %d MB\n", ms.HeapAlloc>>20, ms.Sys>>20, ms.TotalAlloc>>20)
	runtime.GC()
	debug.FreeOSMemory()
	runtime.ReadMemStats(&ms)
	fmt.Printf("live %d MB\n", ms.HeapAlloc>>20)
}
