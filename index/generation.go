package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"
)

// mappingVersion changes whenever document.go or analyze.go puts something else
// into the index; together with the gazetteer's version it says whether an
// index on disk can still be used.
const mappingVersion = "2"

const (
	currentFile = "CURRENT" // in Options.Dir: the name of the generation that answers
	versionFile = "VERSION" // in a generation: what it was built with
	logFile     = "LOG"     // in a generation: the identity of the log it was built from
	openingFile = "OPENING" // in a generation, only while it is being opened
	openLimit   = 2 * time.Minute
)

// generation is one bleve index on disk: Options.Dir/g0001, g0002, …
type generation struct {
	dir     string
	bleve   bleve.Index
	index   bleveindex.Index
	applied atomic.Uint64
	stats   atomic.Pointer[stats]
	columns columns
}

func (g *generation) counts() stats { return *g.stats.Load() }

func (g *generation) close() error { return g.bleve.Close() }

func (x *Index) version() string { return mappingVersion + "-" + x.opts.Names.Version() }

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
		wanted := readFile(dir, versionFile) == x.version()
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

// createGeneration makes an empty index. A kill during creation leaves an index
// that does not open (30 of 107 in a trial), so it is made aside and renamed.
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
	b, err := bleve.NewUsing(filepath.Join(tmp, "bleve"), bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: creating it in %s: %w", tmp, err)
	}
	if err := b.Close(); err != nil {
		return nil, fmt.Errorf("index: creating it in %s: %w", tmp, err)
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
		o.g, o.err = openBleve(dir)
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

func openBleve(dir string) (*generation, error) {
	b, err := bleve.Open(filepath.Join(dir, "bleve"))
	if err != nil {
		return nil, err
	}
	g := &generation{dir: dir, bleve: b}
	if err := g.load(); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	return g, nil
}

// load reads the counts and checks them against what the index holds.
func (g *generation) load() (err error) {
	if g.index, err = g.bleve.Advanced(); err != nil {
		return err
	}
	r, err := g.index.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	applied, st, err := readInternal(r)
	if err != nil {
		return err
	}
	n, err := r.DocCount()
	if err != nil {
		return err
	}
	if int(n) != st.Docs {
		return fmt.Errorf("it holds %d documents, its own count says %d", n, st.Docs)
	}
	g.applied.Store(applied)
	g.stats.Store(&st)
	return nil
}

// setCurrent writes durably which generation answers.
func (x *Index) setCurrent(g *generation) error {
	path := filepath.Join(x.opts.Dir, currentFile)
	f, err := os.CreateTemp(x.opts.Dir, "new-current-")
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	_, err = f.WriteString(filepath.Base(g.dir) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}
