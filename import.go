package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"sitrep/ingest"
	"sitrep/store"
)

// ImportCmd files dispatches.
type ImportCmd struct {
	Source  string   `help:"Name the source of everything that is read." placeholder:"NAME"`
	MaxFile int64    `help:"Largest file that is read whole, in bytes." default:"67108864" env:"SITREP_MAX_FILE"`
	Paths   []string `arg:"" name:"path" help:"Files (.txt .md .html .json .ndjson .csv .eml, also .gz), folders, or - for standard input."`
}

// Run files what it can and tells what it could not. The exit status is 1 if
// something was refused.
func (cmd *ImportCmd) Run(ctx context.Context, p *program) (err error) {
	a, err := p.open(ctx, p.quietLogger())
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("%w; or put the files into the folder that it watches (run --watch)", err)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	begin := time.Now()
	bar := newBar(p)
	report, err := ingest.Import(ctx, ingest.Options{Log: a.store, Source: cmd.Source, MaxFile: cmd.MaxFile, Logger: p.quietLogger(), Registerer: a.registry, Progress: bar.filed, Stdin: p.std.In}, cmd.Paths)
	bar.end()
	if err != nil {
		_ = report.Write(p.std.Out)
		return fmt.Errorf("%w: what the table counts is filed; run the same import again for the rest", err)
	}
	filed := time.Since(begin)
	if err := a.indexed(ctx, p); err != nil {
		return err
	}
	searchable := time.Since(begin)
	if err := a.grouped(ctx, p); err != nil {
		return err
	}
	if err := report.Write(p.std.Out); err != nil {
		return err
	}
	if n := report.Filed + report.Revised; n > 0 {
		fmt.Fprintf(p.std.Out, "Filed in %s, searchable in %s.\n", filed.Round(10*time.Millisecond), searchable.Round(10*time.Millisecond))
	}
	if report.RefusedCount() > 0 {
		return errTold
	}
	return nil
}

// indexed waits for the index, with a bar of its own.
func (a *app) indexed(ctx context.Context, p *program) error {
	return a.follows(ctx, p, "Indexing", a.index)
}

// grouped waits for the stories. Without them answers group reports by their words.
func (a *app) grouped(ctx context.Context, p *program) error {
	if err := a.follows(ctx, p, "Grouping", a.stories); err != nil && ctx.Err() != nil {
		return err
	}
	return nil
}

// view is what follows the log.
type view interface {
	Applied() uint64
	Wait(ctx context.Context, seq uint64) error
}

// follows waits until a view has all that is in the log.
func (a *app) follows(ctx context.Context, p *program, what string, v view) error {
	last, err := a.store.LastSeq(ctx)
	if err != nil || v.Applied() >= last {
		return err
	}
	bar := newBar(p)
	defer bar.end()
	done := make(chan error, 1)
	go func() { done <- v.Wait(ctx, last) }()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-tick.C:
			bar.set(what, int64(v.Applied()), int64(last))
		}
	}
}

// bar is a progress bar on a terminal, and nothing elsewhere.
type bar struct {
	p    *program
	b    *progressbar.ProgressBar
	show bool
}

func newBar(p *program) *bar {
	f, ok := p.std.Err.(interface{ Fd() uintptr })
	return &bar{p: p, show: ok && term.IsTerminal(int(f.Fd()))}
}

func (b *bar) set(what string, done, of int64) {
	if !b.show {
		return
	}
	if b.b == nil {
		b.b = progressbar.NewOptions64(of, progressbar.OptionSetWriter(b.p.std.Err), progressbar.OptionSetDescription(what),
			progressbar.OptionSetWidth(30), progressbar.OptionThrottle(60*time.Millisecond), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetPredictTime(true), progressbar.OptionSetTheme(progressbar.ThemeUnicode))
	}
	b.b.ChangeMax64(of)
	b.b.Describe(what)
	_ = b.b.Set64(min(done, of)) // a bar that cannot be drawn is no reason to stop
}

func (b *bar) filed(pr ingest.Progress) {
	b.set(fmt.Sprintf("Filing (%d new, %d refused)", pr.Filed, pr.Refused), pr.Done, pr.Total)
}

func (b *bar) end() {
	if b.b != nil {
		_ = b.b.Finish()
	}
}
