// Command discord measures the way of a question through the whole program: from
// the gateway frame to the REST request that answers it, with an archive of N
// dispatches filed, against a local Discord in this process. Discord's own time,
// after the request has arrived, does not count. It prints a Markdown table.
//
//	go run ./bench/discord -n 100000 -questions 1000
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"sitrep/bench/gen"
	"sitrep/bot/discordtest"
	"sitrep/gazetteer"
)

func main() {
	n := flag.Int("n", 100_000, "dispatches to file")
	questions := flag.Int("questions", 1000, "questions to ask of each kind")
	keep := flag.String("keep", "", "keep the archive in this `folder`, and use the one that is there")
	flag.Parse()
	if err := measure(*n, *questions, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "bench/discord:", err)
		os.Exit(1)
	}
}

// years that the archive spans, up to now.
const years = 2

func measure(n, questions int, keep string) error {
	dir, err := os.MkdirTemp("", "sitrep-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	bin, file, state := filepath.Join(dir, "sitrep"), filepath.Join(dir, "archive.ndjson"), filepath.Join(dir, "state")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	names, err := gazetteer.New()
	if err != nil {
		return err
	}
	now := time.Now().UTC().Truncate(time.Hour)
	m := gen.New(1, names, now.AddDate(-years, 0, 0), now.Sub(now.AddDate(-years, 0, 0)))
	if err := write(file, m, n); err != nil {
		return err
	}
	if keep != "" {
		state = keep
	}
	begin := time.Now()
	if out, err := exec.Command(bin, "import", file, "--state", state).CombinedOutput(); err != nil {
		return fmt.Errorf("import: %w: %s", err, out)
	}
	fmt.Fprintf(os.Stderr, "filed %d in %s\n", n, time.Since(begin).Round(time.Second))
	srv, err := discordtest.New(discordtest.Options{Forget: true, OpenAPI: "-"})
	if err != nil {
		return err
	}
	defer srv.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	run := exec.CommandContext(ctx, bin, "run", "--state", state, "--console", "127.0.0.1:0", "--discord-api-url", srv.URL(), "--log-level", "error")
	run.Env = append(os.Environ(), "DISCORD_TOKEN="+srv.Token())
	run.Stdout, run.Stderr, run.WaitDelay = io.Discard, os.Stderr, 10*time.Second
	run.Cancel = func() error { return run.Process.Signal(syscall.SIGTERM) }
	if err := run.Start(); err != nil {
		return err
	}
	defer run.Wait() //nolint:errcheck // ended by the signal
	defer cancel()
	if _, err := srv.WaitCommands(ctx, 1); err != nil {
		return err
	}
	return ask(ctx, srv, m, n, questions)
}

func write(file string, m *gen.Maker, n int) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	enc := json.NewEncoder(f)
	for i := range n {
		d := m.Dispatch(i, n)
		err := enc.Encode(map[string]any{"id": d.Origin.Item, "title": d.Title, "body": d.Body, "source": d.Source, "url": d.URL, "lang": d.Lang, "published": d.Published})
		if err != nil {
			return err
		}
	}
	return nil
}

// ask puts the questions one after the other, each from another person and in
// turn in many channels, so that what is measured is an answer and not a queue.
func ask(ctx context.Context, srv *discordtest.Server, m *gen.Maker, n, questions int) error {
	var rooms []string
	for range 20 {
		rooms = append(rooms, srv.Channels(srv.AddGuild())[0])
	}
	fmt.Printf("| over %d dispatches | p50 | p90 | p99 | worst |\n|---|---|---|---|---|\n", n)
	asked := 0
	for _, line := range []string{"!status %s", "!status %s since:30d", "!search %s", "!brief 24h"} {
		r := rand.New(rand.NewPCG(2, 2))
		ranks := rand.NewZipf(r, 1.2, 3, 800)
		var times []time.Duration
		for range questions {
			text := strings.ReplaceAll(line, "%s", `"`+m.Name(int(ranks.Uint64()))+`"`)
			asked++
			room := rooms[asked%len(rooms)]
			user := fmt.Sprint(700000000000000000 + asked)
			have := len(srv.Replies(room))
			begin := time.Now()
			srv.SayAs(room, discordtest.MemberID, text, map[string]any{"author": map[string]any{"id": user, "username": "u" + user}})
			wait, cancel := context.WithTimeout(ctx, time.Minute)
			list, err := srv.WaitReplies(wait, room, have+1)
			cancel()
			if err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
			times = append(times, list[have].At.Sub(begin))
		}
		slices.Sort(times)
		at := func(q float64) string {
			return fmt.Sprintf("%.1f ms", float64(times[int(q*float64(len(times)-1))].Microseconds())/1000)
		}
		fmt.Printf("| `%s` | %s | %s | %s | %s |\n", strings.ReplaceAll(line, "%s", "NAME"), at(.5), at(.9), at(.99), at(1))
	}
	return nil
}
