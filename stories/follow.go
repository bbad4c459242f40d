package stories

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"sitrep/news"
)

// errCaughtUp ends the follower of a book that is ready to answer.
var errCaughtUp = errors.New("caught up")

// run keeps the stories current until Close.
func (v *View) run(next *book) {
	defer v.wg.Done()
	var err error
	for v.ctx.Err() == nil && err == nil {
		err = v.follow(next)
		switch {
		case errors.Is(err, errCaughtUp):
			err = v.swap(next)
			v.progress.Moved()
		case errors.Is(err, errDamaged):
			v.log.Warn("stories: they are grouped anew from the log", "reason", err)
			next, err = v.replace(next)
		}
	}
	v.mu.RLock()
	beside := next != nil && next != v.cur
	v.mu.RUnlock()
	if beside {
		err = errors.Join(err, next.close())
	}
	if v.ctx.Err() == nil {
		v.log.Error("stories: they have stopped following the log; answers group reports by their words meanwhile", "error", err)
		v.progress.Fail(err)
	}
	v.progress.Moved()
}

// follow takes what comes into a book; errCaughtUp where another answers meanwhile, and
// this one has all that the log held.
func (v *View) follow(b *book) error {
	last, err := v.opts.Log.LastSeq(v.ctx)
	if err != nil {
		return err
	}
	if b.applied.Load() > last {
		return fmt.Errorf("%w: it has applied event %d, the log ends at %d", errDamaged, b.applied.Load(), last)
	}
	v.mu.RLock()
	beside := v.cur != b
	v.mu.RUnlock()
	if beside && b.applied.Load() >= last {
		return errCaughtUp
	}
	begin, from := time.Now(), b.applied.Load()
	err = v.opts.Log.Follow(v.ctx, from+1, maxBatch, linger, func(rs []news.Record) error {
		if err := v.apply(b, rs); err != nil {
			return err
		}
		if beside && b.applied.Load() >= last {
			return errCaughtUp
		}
		return nil
	})
	if errors.Is(err, errCaughtUp) {
		v.log.Info("stories: grouped anew", "events", b.applied.Load()-from, "took", time.Since(begin))
	}
	if v.ctx.Err() != nil {
		return nil
	}
	return err
}

// apply takes events into a book, all of them or none.
func (v *View) apply(b *book, rs []news.Record) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("stories: events %d to %d: panic: %v", rs[0].Seq, rs[len(rs)-1].Seq, p)
		}
	}()
	begin := time.Now()
	items, err := v.readAll(rs)
	if err != nil {
		return err
	}
	var merged, parted int
	err = b.update(rs[len(rs)-1].Seq, func(w *work) error {
		g := newGrouper(w)
		for i := range rs {
			ch := g.Apply(&rs[i].Event, items[i])
			merged, parted = merged+len(ch.Merged), parted+len(ch.Parted)
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.metrics.batch(len(rs), rs[len(rs)-1].Seq, merged, parted, time.Since(begin))
	v.progress.Moved()
	return nil
}

// readAll annotates and reads dispatches on every core.
func (v *View) readAll(rs []news.Record) ([]*Item, error) {
	out := make([]*Item, len(rs))
	var eg errgroup.Group
	eg.SetLimit(runtime.GOMAXPROCS(0))
	const chunk = 16
	for lo := 0; lo < len(rs); lo += chunk {
		eg.Go(func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("stories: reading events %d to %d: panic: %v", rs[lo].Seq, rs[min(lo+chunk, len(rs))-1].Seq, p)
				}
			}()
			for i := lo; i < min(lo+chunk, len(rs)); i++ {
				if d := &rs[i].Dispatch; rs[i].Kind != news.Forgotten {
					out[i] = newItem(d, v.opts.Names.Annotate(d.Body), v.opts.Names.Within)
				}
			}
			return nil
		})
	}
	return out, eg.Wait()
}
