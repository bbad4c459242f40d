package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"sitrep/news"
)

// errCaughtUp ends the follower of a generation that is built and ready to answer.
var errCaughtUp = errors.New("caught up")

// errRebuild says that the generation cannot be a view of this log.
var errRebuild = errors.New("the index does not fit the log")

// run keeps the index current until Close: it follows the log into the
// generation that is wanted, which is another than the one that answers after a
// change of mapping or gazetteer, and swaps the two when it has caught up.
func (x *Index) run(next *generation) {
	defer x.wg.Done()
	var err error
	for x.ctx.Err() == nil {
		err = x.follow(next)
		switch {
		case errors.Is(err, errCaughtUp):
			err = x.swap(next)
		case errors.Is(err, errRebuild):
			x.log.Warn("index: it is built anew beside the one that answers", "reason", err)
			next, err = x.replace(next)
		}
		if err != nil {
			break
		}
	}
	if next != nil && next != x.cur {
		err = errors.Join(err, next.close())
	}
	if x.ctx.Err() == nil {
		x.log.Error("index: it has stopped following the log", "error", err)
		x.progress.Fail(err)
	}
	x.progress.Moved()
}

func (x *Index) follow(g *generation) error {
	last, err := x.opts.Log.LastSeq(x.ctx)
	if err != nil {
		return err
	}
	if err := x.check(x.ctx, g, last); err != nil {
		return err
	}
	building := g != x.cur
	if building && g.applied.Load() >= last {
		return errCaughtUp
	}
	start, from := time.Now(), g.applied.Load()
	ctx, cancel := context.WithCancel(x.ctx)
	defer cancel()
	ready, applied := make(chan *run), make(chan error, 1)
	go func() {
		var err error
		for r := range ready {
			if err == nil {
				if err = x.apply(g, r); err != nil {
					cancel() // nothing may come after it
				}
			}
		}
		applied <- err
	}()
	err = x.opts.Log.Follow(ctx, from+1, maxBatch, linger, func(rs []news.Record) error {
		r, err := x.buildAll(rs)
		if err != nil {
			return err
		}
		select {
		case ready <- r: // the next is built while this is written
		case <-ctx.Done():
			return ctx.Err()
		}
		if building && r.seq >= last {
			return errCaughtUp
		}
		return nil
	})
	close(ready)
	if failed := <-applied; failed != nil {
		err = failed
	}
	if building {
		x.log.Info("index: built", "events", g.applied.Load()-from, "took", time.Since(start))
	}
	if x.ctx.Err() != nil {
		return nil
	}
	return err
}

// check compares the generation with the log, before it follows.
func (x *Index) check(ctx context.Context, g *generation, last uint64) error {
	applied, st := g.applied.Load(), g.counts()
	if applied > last {
		return fmt.Errorf("%w: it has applied event %d, the log ends at %d", errRebuild, applied, last)
	}
	if applied < last || applied == 0 {
		return nil
	}
	n, err := x.opts.Log.Subjects(ctx)
	if err != nil {
		return err
	}
	// The log may have grown since LastSeq was read: only a surplus here is a fault for sure.
	if now, err := x.opts.Log.LastSeq(ctx); err != nil || now != last {
		return err
	}
	if uint64(st.Docs+st.Gone) != n {
		return fmt.Errorf("%w: it knows %d dispatches, the log %d", errRebuild, st.Docs+st.Gone, n)
	}
	return nil
}

// swap lets the generation that was built answer, and removes the old one.
func (x *Index) swap(next *generation) error {
	if err := x.setCurrent(next); err != nil {
		return err
	}
	x.mu.Lock()
	old := x.cur
	x.cur = next
	x.mu.Unlock()
	x.progress.Moved()
	if old == nil || old == next {
		return nil
	}
	err := old.close()
	return errors.Join(err, os.RemoveAll(old.dir))
}

// replace throws a generation away that does not fit, and gives an empty one to
// fill. The one that answers goes on answering until then.
func (x *Index) replace(bad *generation) (*generation, error) {
	next, err := x.createGeneration(x.generationNames())
	if err != nil || bad == x.cur {
		return next, err
	}
	return next, errors.Join(bad.close(), os.RemoveAll(bad.dir))
}

// Remove deletes the index in dir, so that the next Open builds it from the log.
// No process may have it open.
func Remove(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// run are events that are filed together, analyzed.
type run struct {
	records []news.Record
	entries []entry         // of the last event of each dispatch: only that state counts
	first   map[news.ID]int // where each dispatch comes up first
	last    map[news.ID]int // and last
	seq     uint64          // of the last event
	begin   time.Time
}

// apply puts events into the index. Each partition gets one batch, with the sequence
// number of the last event; when all have it, the generation's number moves. After a
// crash in between, what a partition has already is skipped.
func (x *Index) apply(g *generation, r *run) error {
	w := &writer{x: x, g: g, seq: r.seq, changes: map[*partition]*change{}, readers: map[*partition]bleveindex.IndexReader{}}
	g.write.Lock()
	defer g.write.Unlock()
	if g.parts == nil {
		return ErrClosed
	}
	for i := range r.records {
		id := r.records[i].Dispatch.ID
		if r.last[id] != i {
			continue
		}
		first := &r.records[r.first[id]]
		fresh := first.Kind == news.Filed && first.Dispatch.Revision <= 1
		if err := w.put(&r.records[i], &r.entries[i], fresh); err != nil {
			return errors.Join(err, w.closeReaders())
		}
	}
	if err := errors.Join(w.closeReaders(), w.commit()); err != nil {
		return err
	}
	if err := g.writeApplied(w.seq); err != nil {
		return err
	}
	if err := g.show(); err != nil {
		return err
	}
	g.applied.Store(w.seq) // now that searches see it
	x.metrics.batch(len(r.records), w.seq, g.counts().Docs, time.Since(r.begin))
	x.progress.Moved()
	return nil
}

// buildAll analyzes and annotates on every core.
func (x *Index) buildAll(rs []news.Record) (*run, error) {
	r := &run{records: rs, entries: make([]entry, len(rs)), first: map[news.ID]int{}, last: map[news.ID]int{}, seq: rs[len(rs)-1].Seq, begin: time.Now()}
	for i := range rs {
		id := rs[i].Dispatch.ID
		if _, ok := r.first[id]; !ok {
			r.first[id] = i
		}
		r.last[id] = i
	}
	var eg errgroup.Group
	eg.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 16
	for lo := 0; lo < len(rs); lo += chunk {
		eg.Go(func() error { return x.buildSome(r, lo, min(lo+chunk, len(rs))) })
	}
	return r, eg.Wait()
}

func (x *Index) buildSome(r *run, from, to int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("index: analyzing events %d to %d: panic: %v", r.records[from].Seq, r.records[to-1].Seq, p)
		}
	}()
	for i := from; i < to; i++ {
		d := &r.records[i].Dispatch
		if r.last[d.ID] != i {
			continue
		}
		if r.records[i].Kind == news.Forgotten {
			r.entries[i].part = partitionOf(d)
		} else if r.entries[i], err = x.build(d); err != nil {
			return err
		}
	}
	return nil
}
