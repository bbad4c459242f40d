package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"sitrep/bench/death"
	"sitrep/commands"
)

// asked is how often each question of death is asked; the median counts.
const asked = 3

// deadly is what one question cost.
type deadly struct {
	death.Question
	took, cpu time.Duration // cpu: of all cores, so that a busy machine does not show
	allocated uint64
	refusal   string
}

// within holds the time against the limit; where the machine is busy with other
// things, what this process used of it.
func (d deadly) within() bool {
	return min(d.took, d.cpu) <= death.Time && d.allocated <= death.Allocated
}

// measureDeath asks the questions of death in this process, the dearest first in
// its table.
func measureDeath(ctx context.Context, a *archive, e *engine) (err error) {
	if e.name != "sitrep" {
		return errors.New("the questions of death are for sitrep: leave -engines away")
	}
	if err := e.build(ctx, a); err != nil {
		return err
	}
	o, err := openOurs(ctx, e.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.close()) }()
	var list []deadly
	for _, q := range death.Questions() {
		list = append(list, o.dare(ctx, q))
	}
	slices.SortFunc(list, func(a, b deadly) int { return int(b.took - a.took) })
	fmt.Printf("%d questions of death over %d items; %d cores, load %s, %s; medians of %d; limits %s and %d MB\n\n| question | ms | CPU ms | MB allocated | |\n|---|---|---|---|---|\n",
		len(list), a.n, runtime.NumCPU(), load(), time.Now().UTC().Format("2006-01-02 15:04 UTC"), asked, death.Time, death.Allocated>>20)
	broken := 0
	for _, d := range list {
		said := ""
		switch {
		case !d.within():
			said, broken = "**over the limit**", broken+1
		case d.refusal != "":
			said = "refused: " + d.refusal
		case d.Refused:
			said, broken = "**answered, but it should be refused**", broken+1
		}
		fmt.Printf("| %s | %s | %s | %.1f | %s |\n", d.Name, ms(d.took), ms(d.cpu), float64(d.allocated)/(1<<20), strings.ReplaceAll(said, "|", `\|`))
	}
	fmt.Fprintf(os.Stderr, "%d of %d break a limit\n", broken, len(list))
	return nil
}

// dare asks one question.
func (o *ours) dare(ctx context.Context, q death.Question) deadly {
	d := deadly{Question: q}
	var took, cpu []time.Duration
	var allocated []uint64
	for range asked {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin, used := time.Now(), cpuTime()
		r := o.engine.Do(ctx, commands.Request{Line: q.Line, Now: now})
		took, cpu = append(took, time.Since(begin)), append(cpu, cpuTime()-used)
		runtime.ReadMemStats(&after)
		allocated = append(allocated, after.TotalAlloc-before.TotalAlloc)
		if r.Error != nil {
			d.refusal = clip(strings.Join(strings.Fields(r.Error.Code+": "+r.Error.Message), " "), 120)
		}
	}
	d.took, d.cpu, d.allocated = quantile(took, .5), quantile(cpu, .5), quantile(allocated, .5)
	return d
}

// cpuTime is what this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
