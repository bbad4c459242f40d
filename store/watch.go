package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// watcher is one call of Watch. Its goroutine owns it.
type watcher struct {
	b  *bucket
	fn func(key string, value []byte, rev uint64)
	// seen is the newest revision that fn got.
	seen uint64
	// whole says that fn has got all that was there at the beginning.
	whole bool
}

func (b *bucket) Watch(ctx context.Context, fn func(key string, value []byte, rev uint64)) error {
	w := &watcher{b: b, fn: fn}
	var p patience
	for {
		before := w.seen
		err := w.run(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case b.stream.nc.IsClosed():
			return fmt.Errorf("watch %s: %w", b.name, jetstream.ErrConnectionClosed)
		}
		if w.seen != before {
			p = patience{}
		}
		b.stream.log.Warn("watching a bucket was interrupted: going on", "bucket", b.name, "at", w.seen, "err", err)
		if p.forever(ctx, err) != nil {
			return ctx.Err()
		}
	}
}

// run watches with one consumer until something interrupts it. Each run begins
// with the last value of every key: what fn has had is passed over, and what
// changed between two runs comes.
func (w *watcher) run(ctx context.Context) error {
	st := w.b.stream
	info, err := st.info(ctx)
	if err != nil {
		return err
	}
	if info.State.Msgs == 0 {
		w.complete()
	}
	actx, cancel := st.link.attempt(ctx, attemptTime)
	defer cancel()
	cons, err := st.js.OrderedConsumer(actx, st.name, jetstream.OrderedConsumerConfig{
		DeliverPolicy:    jetstream.DeliverLastPerSubjectPolicy,
		FilterSubjects:   []string{"$KV." + w.b.name + ".>"},
		MaxResetAttempts: 1,
	})
	if err != nil {
		return err
	}
	it, err := cons.Messages(jetstream.PullMaxBytes(prefetchBytes), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer func() {
		it.Stop()
		w.forget(ctx, cons)
	}()
	for {
		msg, err := it.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		w.take(message{subject: msg.Subject(), seq: meta.Sequence.Stream, header: msg.Headers(), data: msg.Data()})
		if meta.NumPending == 0 {
			w.complete()
		}
	}
}

// forgetTime bounds the removal of a consumer; the server does it by itself later.
const forgetTime = time.Second

// forget removes a consumer at the end of a watch. An embedded server that is shut
// down with a request of one pending waits 50 ms for nothing, and every short
// command would with it.
func (w *watcher) forget(ctx context.Context, cons jetstream.Consumer) {
	info := cons.CachedInfo()
	if ctx.Err() == nil || info == nil || w.b.stream.nc.IsClosed() {
		return
	}
	ctx, cancel := w.b.stream.link.attempt(context.WithoutCancel(ctx), forgetTime)
	defer cancel()
	if err := w.b.stream.js.DeleteConsumer(ctx, w.b.stream.name, info.Name); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) {
		w.b.stream.log.Debug("a watch's consumer is left to the server", "bucket", w.b.name, "err", err)
	}
}

// take hands one message to fn, unless it is old or tells of a key that was gone
// before the watch began.
func (w *watcher) take(m message) {
	gone := deleted(m)
	if m.seq <= w.seen {
		return
	}
	w.seen = m.seq
	if gone && !w.whole {
		return
	}
	value := m.data
	switch {
	case gone:
		value = nil
	case value == nil:
		value = []byte{}
	}
	w.fn(decodeKey(m.subject[len("$KV."+w.b.name+"."):]), value, m.seq)
}

func (w *watcher) complete() {
	if !w.whole {
		w.whole = true
		w.fn("", nil, 0)
	}
}
