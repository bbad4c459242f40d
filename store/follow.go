package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"sitrep/news"
)

const (
	howToHeal = "restore the log from a backup or, in a cluster, remove this server's replica so that it is copied anew from the others"
	// prefetchBytes is how much a follower holds in advance: more than the largest
	// message, or it would stall.
	prefetchBytes = 16 << 20
	// handedBytes bounds what a follower is handed at a time, which it may hold twice over
	// in memory.
	handedBytes = 16 << 20
	// heartbeat is how often an idle server says that it is there; a follower that
	// hears nothing for twice as long starts anew where it was.
	heartbeat = 2 * time.Second
	// idleTime is after how long without a record a follower compares itself with
	// the log's end.
	idleTime = 15 * time.Second
	// lagTime is how long a cluster's replica may be behind what was acknowledged
	// before that counts as damage.
	lagTime = 15 * time.Second
)

// Each hands every record from a sequence number (0 or 1: the first) to the log's
// end as of the call to fn, in order, and returns fn's error if it has one. ErrGap
// means that the log is damaged: it says how to heal it.
func (s *Store) Each(ctx context.Context, from uint64, fn func(news.Record) error) error {
	end, err := s.LastSeq(ctx)
	if err != nil {
		return err
	}
	return s.readAll(ctx, "", max(from, 1), end, fn)
}

// readAll hands the records of a subject ("" for all) to fn up to the one numbered
// to, which is known to be there.
func (s *Store) readAll(ctx context.Context, subject string, from, to uint64, fn func(news.Record) error) error {
	var p patience
	var behind time.Time // since when nothing has come
	next := from
	for next <= to {
		last, err := s.events.read(ctx, subject, next, to, func(m message) error {
			if subject == "" && m.seq != next {
				return s.gap(next, m.seq)
			}
			r, err := decode(m)
			if err != nil {
				return s.alarm(err)
			}
			next = m.seq + 1
			return fn(r)
		})
		switch {
		case err == nil && last >= to:
			return nil
		case err == nil:
			// The answering server has no more. Alone it is right; a replica may lag.
			if behind.IsZero() {
				behind = time.Now()
			}
			if !s.events.clustered || time.Since(behind) > lagTime {
				return s.gap(next, to+1)
			}
			err = fmt.Errorf("%w: a replica is at %d of %d", errTryAgain, last, to)
		case !errors.Is(err, errTryAgain):
			return err
		}
		if err := p.wait(ctx, err); err != nil {
			return err
		}
	}
	return nil
}

// Follow hands the records from a sequence number on (0 or 1: the first) to fn, in
// order and in batches: as soon as there are max of them or very much text, or what came
// within linger after the first. It blocks until ctx ends and then returns ctx's error; fn's error
// ends it too. A lost connection is made again without losing or repeating a record.
// ErrGap means that the log is damaged, or older than the follower: it says how to heal it.
func (s *Store) Follow(ctx context.Context, from uint64, max int, linger time.Duration, fn func([]news.Record) error) error {
	f := &follower{store: s, next: from, max: max, linger: linger, idle: idleTime, fn: fn}
	if f.next == 0 {
		f.next = 1
	}
	if f.max <= 0 {
		f.max = maxBatch
	}
	return f.follow(ctx)
}

// follower is one call of Follow. Its goroutine owns it.
type follower struct {
	store  *Store
	next   uint64 // the sequence number to hand over next
	max    int
	linger time.Duration
	idle   time.Duration // as idleTime
	fn     func([]news.Record) error
	failed bool // for good: the error is for the caller
}

// follow runs one consumer after the other until the context ends or one fails for good.
func (f *follower) follow(ctx context.Context) error {
	s := f.store
	var p patience
	for {
		if err := f.check(ctx); err != nil {
			return err
		}
		before := f.next
		err := f.run(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.nc.IsClosed():
			return fmt.Errorf("follow the log: %w", jetstream.ErrConnectionClosed)
		case f.failed:
			return err
		}
		if f.next != before {
			p = patience{}
		}
		if err != nil {
			s.log.Warn("following the log was interrupted: going on", "at", f.next, "err", err)
		}
		if p.forever(ctx, err) != nil {
			return ctx.Err()
		}
	}
}

// fail marks an error as one that no new attempt mends.
func (f *follower) fail(err error) error {
	f.failed = true
	return err
}

// check compares the follower with the log's end. It finds a log that is older
// than its reader, which would otherwise skip what is filed until it has caught up.
func (f *follower) check(ctx context.Context) error {
	var p patience
	began := time.Now()
	for {
		last, err := f.store.LastSeq(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && !transient(err) {
			return err
		}
		if err == nil && f.next <= last+1 {
			return nil
		}
		if err == nil {
			err = fmt.Errorf("%w: it ends at record %d, but its reader has read up to %d: the log is older than what was made from it: remove the index, it comes back from the log",
				ErrGap, last, f.next-1)
			if !f.store.events.clustered || time.Since(began) > lagTime {
				return f.store.alarm(err)
			}
		}
		if p.forever(ctx, err) != nil {
			return ctx.Err()
		}
	}
}

// run follows with one ordered consumer until something interrupts it.
func (f *follower) run(ctx context.Context) error {
	s := f.store
	actx, cancel := s.link.attempt(ctx, attemptTime)
	defer cancel()
	cons, err := s.js.OrderedConsumer(actx, dispatchStream, jetstream.OrderedConsumerConfig{
		DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
		OptStartSeq:       f.next,
		InactiveThreshold: time.Minute,
		MaxResetAttempts:  1,
	})
	if err != nil {
		return err
	}
	it, err := cons.Messages(jetstream.PullMaxBytes(prefetchBytes), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer it.Stop()
	for {
		batch, err := f.collect(ctx, it)
		if len(batch) > 0 {
			if err := f.fn(batch); err != nil {
				return f.fail(err)
			}
			f.next = batch[len(batch)-1].Seq + 1
		}
		if err != nil {
			return err
		}
	}
}

// collect waits for a record and then for more of them, up to max or linger. It may
// return records together with an error that came after them.
func (f *follower) collect(ctx context.Context, it jetstream.MessagesContext) ([]news.Record, error) {
	idle, cancel := context.WithTimeout(ctx, f.idle)
	defer cancel()
	first, err := f.take(it, idle, f.next)
	if err != nil {
		if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
			return nil, f.atEnd(ctx)
		}
		return nil, err
	}
	batch := []news.Record{first}
	more, cancel := context.WithTimeout(ctx, f.linger)
	defer cancel()
	for size := bulk(first); len(batch) < f.max && size < handedBytes; {
		r, err := f.take(it, more, f.next+uint64(len(batch)))
		switch {
		case err == nil:
			batch, size = append(batch, r), size+bulk(r)
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, context.DeadlineExceeded):
			return batch, nil
		default:
			return batch, err
		}
	}
	return batch, nil
}

// bulk is about how many bytes a record has.
func bulk(r news.Record) int { return len(r.Dispatch.Title) + len(r.Dispatch.Body) }

// take waits for the next record, which must have the sequence number want.
func (f *follower) take(it jetstream.MessagesContext, ctx context.Context, want uint64) (news.Record, error) {
	msg, err := it.Next(jetstream.NextContext(ctx))
	if err != nil {
		return news.Record{}, err
	}
	meta, err := msg.Metadata()
	if err != nil {
		return news.Record{}, err
	}
	if got := meta.Sequence.Stream; got != want {
		return news.Record{}, f.fail(f.store.gap(want, got))
	}
	r, err := decode(message{subject: msg.Subject(), seq: want, data: msg.Data()})
	if err != nil {
		return r, f.fail(f.store.alarm(err))
	}
	return r, nil
}

// atEnd is asked when nothing has come for a while: that is right at the end of the
// log. Behind it, the records that should have come are read directly: if they are
// there the consumer has stalled and is made anew, and if not they are lost.
func (f *follower) atEnd(ctx context.Context) error {
	last, err := f.store.LastSeq(ctx)
	if err != nil || last < f.next {
		return err
	}
	err = f.store.readAll(ctx, "", f.next, f.next, func(news.Record) error { return nil })
	if errors.Is(err, ErrGap) {
		return f.fail(err)
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("%w: nothing came for %s although the log goes on to %d", errTryAgain, f.idle, last)
}

// gap is the alarm for records that are missing from want up to before got.
func (s *Store) gap(want, got uint64) error {
	return s.alarm(fmt.Errorf("%w: %d records are missing from number %d on: %s", ErrGap, got-want, want, howToHeal))
}

// alarm writes an error about a damaged log to our log and returns it.
func (s *Store) alarm(err error) error {
	s.log.Error("ALARM: the log of dispatches is damaged", "err", err)
	return err
}
