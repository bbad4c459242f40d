package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// stream is one JetStream stream, read by subject and written by compare-and-set.
// The log and every bucket are one each.
type stream struct {
	name      string
	nc        *nats.Conn
	link      *link
	js        jetstream.JetStream
	log       *slog.Logger
	metrics   *metrics
	clustered bool
}

// message is one stored message.
type message struct {
	subject string
	seq     uint64
	header  nats.Header
	data    []byte
}

// info asks the stream's leader for its state.
func (st *stream) info(ctx context.Context) (*jetstream.StreamInfo, error) {
	var info *jetstream.StreamInfo
	err := st.retry(ctx, "ask for the state of", func(ctx context.Context) error {
		h, err := st.js.Stream(ctx, st.name)
		if err != nil {
			return err
		}
		info = h.CachedInfo()
		return nil
	})
	return info, err
}

// lastSeq is the stream's last sequence number.
func (st *stream) lastSeq(ctx context.Context) (uint64, error) {
	info, err := st.info(ctx)
	if err != nil {
		return 0, err
	}
	return info.State.LastSeq, nil
}

// latest finds the last message of each subject; those without one are missing
// from the map. In a cluster a replica may lag behind what has been acknowledged,
// so one subject is asked of the leader, and many of any replica that is at least
// as far as the leader was when the call began.
func (st *stream) latest(ctx context.Context, subjects []string) (map[string]message, error) {
	if len(subjects) == 1 {
		return st.latestOne(ctx, subjects[0])
	}
	var least uint64
	if st.clustered {
		var err error
		if least, err = st.lastSeq(ctx); err != nil {
			return nil, err
		}
	}
	found := make(map[string]message, len(subjects))
	for len(subjects) > 0 {
		n := min(len(subjects), maxBatch)
		if err := st.latestMany(ctx, subjects[:n], least, found); err != nil {
			return nil, err
		}
		subjects = subjects[n:]
	}
	return found, nil
}

// storedMessage is the server's answer to a request for one message by its leader.
type storedMessage struct {
	Error   *jetstream.APIError `json:"error"`
	Message *struct {
		Subject string    `json:"subject"`
		Seq     uint64    `json:"seq"`
		Header  []byte    `json:"hdrs"`
		Data    []byte    `json:"data"`
		Time    time.Time `json:"time"`
	} `json:"message"`
}

// latestOne asks the leader for the last message of a subject.
func (st *stream) latestOne(ctx context.Context, subject string) (map[string]message, error) {
	found := map[string]message{}
	m, ok, err := st.ask(ctx, map[string]any{"last_by_subj": subject})
	if ok {
		found[m.subject] = m
	}
	return found, err
}

// ask asks the leader for one message: the last of a subject, or the one of a
// number. It says whether there is one.
func (st *stream) ask(ctx context.Context, which map[string]any) (msg message, ok bool, err error) {
	req, err := json.Marshal(which)
	if err != nil {
		return msg, false, err
	}
	err = st.retry(ctx, "read", func(ctx context.Context) error {
		resp, err := st.nc.RequestWithContext(ctx, "$JS.API.STREAM.MSG.GET."+st.name, req)
		if err != nil {
			return err
		}
		var m storedMessage
		if err := json.Unmarshal(resp.Data, &m); err != nil {
			return fmt.Errorf("the server's answer: %w", err)
		}
		if m.Error != nil {
			if m.Error.ErrorCode == jetstream.JSErrCodeMessageNotFound {
				return nil
			}
			return m.Error
		}
		if m.Message == nil {
			return errors.New("the server's answer has no message")
		}
		msg = message{subject: m.Message.Subject, seq: m.Message.Seq, data: m.Message.Data}
		if len(m.Message.Header) > 0 {
			if msg.header, err = nats.DecodeHeadersMsg(m.Message.Header); err != nil {
				return fmt.Errorf("the headers of message %d: %w", msg.seq, err)
			}
		}
		ok = true
		return nil
	})
	return msg, ok, err
}

// latestMany adds the last message of each of up to maxBatch subjects to found. The
// answering replica must have reached the sequence number least.
func (st *stream) latestMany(ctx context.Context, subjects []string, least uint64, found map[string]message) error {
	req := directRequest{MultiLast: subjects, MaxBytes: directBytes}
	return st.retry(ctx, "read", func(ctx context.Context) error {
		for {
			end, err := st.direct(ctx, req, func(m message) error {
				found[m.subject] = m
				req.Seq = m.seq + 1
				return nil
			})
			switch {
			case err != nil:
				return err
			case end.none:
				return nil // nothing there: whoever writes on that ground says so and is checked
			case end.upTo < least:
				return fmt.Errorf("%w: a replica is at %d of %d", errTryAgain, end.upTo, least)
			case end.pending == 0:
				return nil
			}
		}
	})
}

// read hands the messages of a subject ("" for all) from a sequence number up to
// another, in order, to fn. It reports the last sequence number it has handed over.
func (st *stream) read(ctx context.Context, subject string, from, to uint64, fn func(message) error) (uint64, error) {
	var failed error
	last := from - 1
	for last < to {
		before := last
		req := directRequest{Seq: last + 1, NextBySubject: subject, Batch: maxBatch, MaxBytes: directBytes}
		actx, cancel := st.link.attempt(ctx, attemptTime)
		_, err := st.direct(actx, req, func(m message) error {
			if failed != nil || m.seq <= last || m.seq > to {
				return nil
			}
			if failed = fn(m); failed == nil {
				last = m.seq
			}
			return failed
		})
		cancel()
		switch {
		case failed != nil:
			return last, failed
		case ctx.Err() != nil:
			return last, ctx.Err()
		case err != nil && transient(err):
			return last, fmt.Errorf("%w: %w", errTryAgain, err)
		case err != nil:
			return last, closedOr(err)
		case last == before:
			return last, nil
		}
	}
	return last, nil
}
