// Command start measures sitrep as a process: the import rate, the cold start to
// the first answer, memory and size. It prints a Markdown table.
//
//	go run ./bench/start ../shared/data/current-events-2025.ndjson.gz
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// runs is how often each time is taken; the table has the median.
const runs = 5

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go run ./bench/start FILE")
		os.Exit(2)
	}
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bench/start:", err)
		os.Exit(1)
	}
}

func measure(file string) error {
	dir, err := os.MkdirTemp("", "sitrep-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "sitrep")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	info, err := os.Stat(bin)
	if err != nil {
		return err
	}
	fmt.Println("| what | measured |\n|---|---|")
	fmt.Printf("| binary, static, stripped | %.1f MB |\n", float64(info.Size())/1e6)

	var first, again, cold []time.Duration
	var importRSS, askRSS int64
	state := ""
	for i := range runs {
		state = filepath.Join(dir, fmt.Sprint("state", i))
		took, rss, err := run(bin, "import", file, "--state", state)
		if err != nil {
			return err
		}
		first, importRSS = append(first, took), max(importRSS, rss)
		if took, _, err = run(bin, "import", file, "--state", state); err != nil {
			return err
		}
		again = append(again, took)
	}
	for range runs {
		took, rss, err := run(bin, "ask", "--json", "!status syria", "--state", state)
		if err != nil {
			return err
		}
		cold, askRSS = append(cold, took), max(askRSS, rss)
	}
	fmt.Printf("| import, filed and searchable | %.2f s |\n", median(first).Seconds())
	fmt.Printf("| the same import again, unchanged | %.2f s |\n", median(again).Seconds())
	fmt.Printf("| import, peak RSS | %.0f MB |\n", float64(importRSS)/1024)
	fmt.Printf("| cold start to the answer of `sitrep ask '!status syria'`, whole process | %.0f ms |\n", float64(median(cold).Microseconds())/1000)
	fmt.Printf("| the same, peak RSS | %.0f MB |\n", float64(askRSS)/1024)
	return nil
}

// run runs the program and gives its time and peak RSS in KiB (getrusage's unit on Linux).
func run(bin string, args ...string) (time.Duration, int64, error) {
	cmd := exec.Command(bin, args...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	took := time.Since(begin)
	if err != nil {
		return 0, 0, fmt.Errorf("%v: %w: %s", args, err, out)
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if usage == nil {
		return took, 0, nil
	}
	return took, usage.Maxrss, nil
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
