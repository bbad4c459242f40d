// Command search runs the same questions over the same archive in sitrep and in
// other engines, side by side, and prints Markdown tables. An engine that is not
// installed is left out with a note: SQLite's FTS5 needs nothing but Go, Xapian
// Debian's python3-xapian, Lucene Debian's liblucene8-java and default-jdk-headless.
//
//	go run ./bench/search -n 100000 -keep /var/tmp/bench
//
// Each engine is a process of its own. It times its answers itself, so that what
// the pipe costs does not count, and the questions go around the engines one by
// one, so that noise of the machine hits all alike.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

type options struct {
	n, questions, warm, rounds int
	seed                       uint64
	keep                       string
	engines, kinds             string
	death                      bool
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == oursCommand {
		if err := serveOurs(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench/search: sitrep:", err)
			os.Exit(1)
		}
		return
	}
	var o options
	flag.IntVar(&o.n, "n", 100_000, "items of the archive")
	flag.IntVar(&o.questions, "questions", 500, "questions of each kind")
	flag.IntVar(&o.warm, "warm", 200, "questions of each kind that are asked before and not counted")
	flag.IntVar(&o.rounds, "rounds", 1, "how often all questions are asked; the best time of each counts, for machines that others use")
	flag.Uint64Var(&o.seed, "seed", 1, "of the archive and the questions")
	flag.StringVar(&o.keep, "keep", "", "keep archives and indexes in this `folder`, and use those that are there")
	flag.StringVar(&o.engines, "engines", "", "only these, with commas: sitrep, fts5, xapian, lucene")
	flag.StringVar(&o.kinds, "kinds", "", "only these kinds of questions, with commas")
	flag.BoolVar(&o.death, "death", false, "instead: the questions of death, in sitrep alone")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench/search:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	if o.n < 1000 || o.questions < 1 || o.warm < 0 || o.rounds < 1 {
		return fmt.Errorf("-n %d -questions %d -warm %d -rounds %d: at least 1000 items, one question and one round", o.n, o.questions, o.warm, o.rounds)
	}
	dir := o.keep
	if dir == "" {
		tmp, err := os.MkdirTemp("", "sitrep-bench-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		dir = tmp
	}
	a, err := openArchive(dir, o)
	if err != nil {
		return err
	}
	list, err := engines(ctx, a, splitList(o.engines))
	if err != nil {
		return err
	}
	if o.death {
		return measureDeath(ctx, a, list[0])
	}
	for _, e := range list {
		if err := e.build(ctx, a); err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
	}
	m := &measurement{options: o, archive: a, engines: list}
	if err := m.take(ctx); err != nil {
		return err
	}
	m.print(os.Stdout)
	return nil
}

func splitList(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}
