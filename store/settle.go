package store

import (
	"context"
	"crypto/rand"
	"fmt"
)

// maxBatch is the server's limit for an atomic batch; at most 1,024 subjects can be
// looked up in one request.
const maxBatch = 1000

// change is what to write, at most one message a subject and maxBatch in all. Once it
// is on disk, done gets the sequence number of the first message (0 where there is
// none to write); the others follow without a gap.
type change struct {
	writes []write
	done   func(first uint64)
}

// settle brings the given subjects to a new state by compare-and-set. It reads
// them, asks plan what to write, and writes it all or not at all; when another
// writer was faster it reads and asks again, so plan may be called several times.
//
// When an acknowledgement is lost, settle looks for its own write before it tries
// again: nothing is written twice, and done is called on the change that holds.
func (st *stream) settle(ctx context.Context, subjects []string, plan func(map[string]message) (change, error)) error {
	token := rand.Text()
	var (
		p     patience
		doubt change // may have been written: the acknowledgement is missing
	)
	for {
		now, err := st.latest(ctx, subjects)
		if err != nil {
			return err
		}
		if len(doubt.writes) > 0 {
			// After the reading: what is found nowhere now is not in the reading either.
			first, err := st.find(ctx, doubt.writes[0], token)
			if err != nil {
				return err
			}
			if first != 0 {
				doubt.done(first)
				return nil
			}
		}
		c, err := plan(now)
		if err != nil {
			return err
		}
		if len(c.writes) == 0 {
			c.done(0)
			return nil
		}
		first, err := st.append(ctx, c.writes, token)
		switch {
		case err == nil:
			c.done(first)
			return nil
		case conflict(err):
		case transient(err):
			doubt = c
			st.log.Debug("a write was not acknowledged: looking for it", "stream", st.name, "err", err)
		default:
			return closedOr(err)
		}
		if err := p.wait(ctx, err); err != nil {
			return fmt.Errorf("write to %s: %w", st.name, err)
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
