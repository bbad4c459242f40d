package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// attemptTime bounds one request to the server. A request to a leader that died
	// is not answered, so it is also how long a call sticks to it.
	attemptTime = 3 * time.Second
	// giveUpTime bounds the attempts of one call whose context has no end. A
	// leader's death stops a cluster 5 to 9 seconds.
	giveUpTime = time.Minute
)

// errTryAgain marks a failure that another attempt is expected to mend.
var errTryAgain = errors.New("not settled yet")

// The server's error codes that mean "in a moment", beside those with HTTP status 503.
const (
	codeBatchIncomplete = 10176 // a part of the batch was lost with a leader
	codeAtomicInflight  = 10210
	codeBatchInflight   = 10211
)

// transient reports whether an error may pass by itself: a leader away, a
// connection that is being made again, an answer that did not come. The end of a
// single attempt's context counts; that of the caller's is looked at before.
func transient(err error) bool {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case codeBatchIncomplete, codeAtomicInflight, codeBatchInflight:
			return true
		case jetstream.JSErrCodeJetStreamNotEnabled, jetstream.JSErrCodeJetStreamNotEnabledForAccount:
			return false
		}
		return api.Code == 503
	}
	for _, e := range []error{
		errTryAgain, context.DeadlineExceeded, context.Canceled, nats.ErrTimeout, nats.ErrNoResponders, nats.ErrDisconnected,
		nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting, nats.ErrStaleConnection, nats.ErrNoServers,
		jetstream.ErrNoStreamResponse, jetstream.ErrNoHeartbeat, jetstream.ErrConsumerDeleted, jetstream.ErrConsumerNotFound,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// conflict reports whether a write was refused because its subject has moved on.
func conflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}

// patience paces the attempts of one call.
type patience struct {
	began time.Time
	pause time.Duration
}

// wait sleeps before the next attempt, twice as long each time up to half a second
// (after a conflict: 30 ms, since the other one is through), with jitter so that
// two writers do not stay in step. It fails with the
// reason when the context ends or the time is up.
func (p *patience) wait(ctx context.Context, reason error) error {
	if p.began.IsZero() {
		p.began, p.pause = time.Now(), 2*time.Millisecond
	}
	_, bounded := ctx.Deadline()
	if !bounded && time.Since(p.began) > giveUpTime {
		return fmt.Errorf("given up after %s: %w", giveUpTime, reason)
	}
	most := 500 * time.Millisecond
	if conflict(reason) {
		most = 30 * time.Millisecond
	}
	pause := min(p.pause, most)
	p.pause = min(2*pause, most)
	t := time.NewTimer(pause/2 + rand.N(pause))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("%w (the last reason: %w)", ctx.Err(), reason)
	case <-t.C:
		return nil
	}
}

// forever is wait for a caller that never gives up before its context ends.
func (p *patience) forever(ctx context.Context, reason error) error {
	p.began, p.pause = time.Now(), max(p.pause, 50*time.Millisecond)
	return p.wait(ctx, reason)
}

// retry does an idempotent request until it succeeds or fails for good.
func (st *stream) retry(ctx context.Context, what string, do func(context.Context) error) error {
	var p patience
	for {
		actx, cancel := st.link.attempt(ctx, attemptTime)
		err := do(actx)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case !transient(err):
			return closedOr(err)
		}
		st.log.Debug("trying again", "what", what, "stream", st.name, "err", err)
		if err := p.wait(ctx, err); err != nil {
			return fmt.Errorf("%s %s: %w", what, st.name, err)
		}
	}
}

// closedOr names the error of a call that outlived its store.
func closedOr(err error) error {
	if errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, jetstream.ErrConnectionClosed) {
		return fmt.Errorf("the store is closed: %w", err)
	}
	return err
}
