package store

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
	"github.com/synadia-io/orbit.go/jetstreamext"
)

const (
	// maxBatch is the server's limit for an atomic batch; at most 1,024 subjects can
	// be looked up in one request.
	maxBatch = 1000
	// headerRoom is what the headers of a write may take of the server's max_payload.
	headerRoom = 1 << 10
	// tokenHeader marks a write, so that its author knows it again after an
	// acknowledgement was lost.
	tokenHeader = "Sitrep-Write"
)

// write is a message to append, on condition that its subject's last message is
// the one numbered after (0: the subject is new).
type write struct {
	subject string
	after   uint64
	header  map[string]string
	data    []byte
}

// settle brings the given subjects to a new state by compare-and-set. It reads
// them, asks plan what to write, and writes it all or not at all; when another
// writer was faster it reads and asks again. When an acknowledgement is lost it
// looks for its own write before it tries again, so the outcome is told truly and
// nothing is written twice.
//
// plan may be called several times; at most maxBatch writes, one a subject, can be
// asked for. settle returns the writes of the plan that holds and the sequence
// number of the first; the others follow without a gap.
func (st *stream) settle(ctx context.Context, subjects []string, plan func(map[string]message) ([]write, error)) ([]write, uint64, error) {
	token := nuid.Next()
	var (
		p     patience
		doubt []write // may have been written: the acknowledgement is missing
	)
	for {
		if len(doubt) > 0 {
			first, err := st.find(ctx, doubt[0], token)
			if err != nil || first != 0 {
				return doubt, first, err
			}
		}
		now, err := st.latest(ctx, subjects)
		if err != nil {
			return nil, 0, err
		}
		writes, err := plan(now)
		if err != nil || len(writes) == 0 {
			return nil, 0, err
		}
		first, err := st.append(ctx, writes, token)
		switch {
		case err == nil:
			return writes, first, nil
		case conflict(err):
		case transient(err):
			doubt = writes
			st.log.Debug("a write was not acknowledged: looking for it", "stream", st.name, "err", err)
		default:
			return nil, 0, closedOr(err)
		}
		if err := p.wait(ctx, err); err != nil {
			return nil, 0, fmt.Errorf("write to %s: %w", st.name, err)
		}
	}
}

// find looks for a write of ours among the messages of its subject that follow the
// one it was to follow: 0 when it is not there.
func (st *stream) find(ctx context.Context, w write, token string) (uint64, error) {
	now, err := st.latest(ctx, []string{w.subject})
	if err != nil {
		return 0, err
	}
	last := now[w.subject]
	if last.seq <= w.after {
		return 0, nil
	}
	if last.header.Get(tokenHeader) == token {
		return last.seq, nil
	}
	var found uint64
	err = st.retry(ctx, "read", func(ctx context.Context) error {
		got, err := st.read(ctx, w.subject, w.after+1, last.seq, func(m message) error {
			if m.header.Get(tokenHeader) == token {
				found = m.seq
			}
			return nil
		})
		if err == nil && got < last.seq {
			return fmt.Errorf("%w: a replica is at %d of %d", errTryAgain, got, last.seq)
		}
		return err
	})
	return found, err
}

// append publishes writes in one atomic batch and waits until they are on disk. A
// batch shares one sync, so it is much faster than its parts.
func (st *stream) append(ctx context.Context, writes []write, token string) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, attemptTime)
	defer cancel()
	began := time.Now()
	msgs := make([]*nats.Msg, len(writes))
	for i, w := range writes {
		m := nats.NewMsg(w.subject)
		m.Data = w.data
		m.Header.Set(tokenHeader, token)
		m.Header.Set(jetstream.ExpectedStreamHeader, st.name)
		m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, fmt.Sprint(w.after))
		for k, v := range w.header {
			m.Header.Set(k, v)
		}
		msgs[i] = m
	}
	var last uint64
	if len(msgs) == 1 {
		ack, err := st.js.PublishMsg(ctx, msgs[0])
		if err != nil {
			return 0, err
		}
		last = ack.Sequence
	} else {
		ack, err := jetstreamext.PublishMsgBatch(ctx, st.js, msgs)
		if err != nil {
			return 0, err
		}
		last = ack.Sequence
	}
	st.metrics.appended(time.Since(began))
	return last - uint64(len(msgs)) + 1, nil
}

// room is the largest message that the server takes from us, without headers.
func (st *stream) room() int {
	n := int(st.nc.MaxPayload())
	if n <= 0 {
		n = 1 << 20
	}
	return n - headerRoom
}
