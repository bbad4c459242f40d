package index

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// openGenerations finds the generation that answers now, and the one being
// built where that is another. An index of another log, or one that is ahead of
// this one (which was restored from a backup), must not answer at all: it goes.
func (x *Index) openGenerations(ctx context.Context) (serve, next *generation, err error) {
	names := x.generationNames()
	current := ""
	if raw, err := os.ReadFile(filepath.Join(x.opts.Dir, currentFile)); err == nil {
		current = strings.TrimSpace(string(raw))
	}
	last, err := x.opts.Log.LastSeq(ctx)
	if err != nil {
		return nil, nil, err
	}
	for i := len(names) - 1; i >= 0; i-- {
		dir := filepath.Join(x.opts.Dir, names[i])
		if readFile(dir, logFile) != x.logID {
			x.log.Warn("index: built from another log, it is built anew", "dir", dir)
			os.RemoveAll(dir)
			continue
		}
		version := readFile(dir, versionFile)
		if !readable(version) {
			x.log.Warn("index: it was written by another version of sitrep, it is built anew", "dir", dir)
			os.RemoveAll(dir)
			continue
		}
		wanted := version == x.version()
		if names[i] != current && (!wanted || next != nil) {
			os.RemoveAll(dir)
			continue
		}
		g, err := x.openGeneration(ctx, dir)
		if err == nil && g.applied.Load() > last {
			err = errors.Join(fmt.Errorf("%w: it has applied event %d, the log ends at %d", errRebuild, g.applied.Load(), last), g.close())
		}
		if err != nil {
			x.log.Warn("index: damaged, it is built anew from the log", "dir", dir, "error", err)
			os.RemoveAll(dir)
			continue
		}
		switch {
		case names[i] == current && wanted && next == nil:
			return g, g, nil
		case names[i] == current:
			serve = g
		default:
			next = g
		}
	}
	if next == nil {
		if next, err = x.createGeneration(names); err != nil {
			return nil, nil, errors.Join(err, closeAll(serve))
		}
	}
	if serve == nil { // nothing answers yet: what is being built does, as far as it has come
		if err := x.setCurrent(next); err != nil {
			return nil, nil, errors.Join(err, closeAll(next))
		}
		serve = next
	}
	return serve, next, nil
}

func closeAll(gs ...*generation) (err error) {
	for _, g := range gs {
		if g != nil {
			err = errors.Join(err, g.close())
		}
	}
	return err
}

// generationNames lists what is on disk, oldest first, and sweeps what a
// creation that was cut short left behind.
func (x *Index) generationNames() []string {
	entries, _ := os.ReadDir(x.opts.Dir)
	var names []string
	for _, e := range entries {
		switch {
		case strings.HasPrefix(e.Name(), "new-"):
			os.RemoveAll(filepath.Join(x.opts.Dir, e.Name()))
		case e.IsDir() && strings.HasPrefix(e.Name(), "g"):
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names
}

// readFile reads one of a generation's small files; empty where it has none.
func readFile(dir, name string) string {
	raw, _ := os.ReadFile(filepath.Join(dir, name))
	return string(raw)
}

// createGeneration makes an empty index, aside, and renames it.
func (x *Index) createGeneration(names []string) (*generation, error) {
	n := 1
	if len(names) > 0 {
		if _, err := fmt.Sscanf(names[len(names)-1], "g%d", &n); err != nil {
			return nil, fmt.Errorf("index: %s in %s is none of its folders: remove it", names[len(names)-1], x.opts.Dir)
		}
		n++
	}
	tmp, err := os.MkdirTemp(x.opts.Dir, "new-")
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	if err := os.Mkdir(filepath.Join(tmp, partsDir), 0o755); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	for name, text := range map[string]string{versionFile: x.version(), logFile: x.logID} {
		if err := os.WriteFile(filepath.Join(tmp, name), []byte(text), 0o644); err != nil {
			return nil, fmt.Errorf("index: %w", err)
		}
	}
	dir := filepath.Join(x.opts.Dir, fmt.Sprintf("g%04d", n))
	if err := os.Rename(tmp, dir); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return x.openGeneration(x.ctx, dir)
}

// openGeneration opens an index with care: a truncated root.bolt ends the
// process with SIGBUS, which no recover catches, so a marker stands beside it
// while it is opened; other damage panics, or hangs.
func (x *Index) openGeneration(ctx context.Context, dir string) (*generation, error) {
	marker := filepath.Join(dir, openingFile)
	if _, err := os.Stat(marker); err == nil {
		return nil, errors.New("the last attempt to open it did not end")
	}
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		return nil, err
	}
	type opened struct {
		g   *generation
		err error
	}
	done := make(chan opened, 1)
	go func() {
		var o opened
		defer func() {
			if p := recover(); p != nil {
				o = opened{err: fmt.Errorf("panic: %v", p)}
			}
			done <- o
		}()
		o.g, o.err = loadGeneration(dir)
	}()
	select {
	case o := <-done:
		if err := os.Remove(marker); err != nil && o.err == nil {
			o.err = errors.Join(err, o.g.close())
		}
		return o.g, o.err
	case <-time.After(openLimit):
		return nil, fmt.Errorf("it did not open within %s", openLimit)
	case <-ctx.Done():
		// The opener still owns the files; the marker makes the next start rebuild.
		return nil, ctx.Err()
	}
}

// openers open partitions at a time: most of it is waiting for files.
const openers = 8

func loadGeneration(dir string) (*generation, error) {
	g := &generation{dir: dir, parts: map[string]*partition{}}
	entries, err := os.ReadDir(filepath.Join(dir, partsDir))
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	var eg errgroup.Group
	eg.SetLimit(openers)
	for _, e := range entries {
		at := filepath.Join(dir, partsDir, e.Name())
		if strings.HasPrefix(e.Name(), "new-") { // its creation was cut short
			if err := os.RemoveAll(at); err != nil {
				return nil, err
			}
			continue
		}
		eg.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("%s: panic: %v", at, p)
				}
			}()
			p, err := openPartition(at)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			g.parts[p.key] = p
			return nil
		})
	}
	err = eg.Wait()
	if err == nil {
		err = g.loadApplied()
	}
	if err == nil {
		err = g.show()
	}
	if err == nil {
		err = g.checkTexts()
	}
	if err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// checkTexts finds files of texts that were cut short: a power cut can do that.
func (g *generation) checkTexts() error {
	for _, p := range g.seen.parts {
		for _, seg := range p.segments {
			if !p.p.texts.covers(seg.col.lastAt, seg.col.lastMark) {
				return fmt.Errorf("the texts of its partition %s are cut short", p.p.key)
			}
		}
	}
	return nil
}

func (g *generation) loadApplied() error {
	raw := readFile(g.dir, appliedFile)
	if raw == "" {
		return nil
	}
	var r reached
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return fmt.Errorf("%s: %w", appliedFile, err)
	}
	for key, seq := range r.Partitions {
		switch p := g.parts[key]; {
		case p == nil:
			return fmt.Errorf("its partition %s is gone", key)
		case p.applied < seq:
			return fmt.Errorf("its partition %s is at event %d, and was at %d before", key, p.applied, seq)
		}
	}
	g.applied.Store(r.Seq)
	return nil
}

// setCurrent writes durably which generation answers.
func (x *Index) setCurrent(g *generation) error {
	return replaceFile(filepath.Join(x.opts.Dir, currentFile), filepath.Base(g.dir)+"\n")
}

// replaceFile writes a file durably, whole or not at all.
func replaceFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "new-"+filepath.Base(path)+"-")
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}
