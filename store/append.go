package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// The headers of an atomic batch (NATS ADR-50): its name, the place within it, and
// on the last message the wish to have it all.
const (
	batchIDHeader     = "Nats-Batch-Id"
	batchSeqHeader    = "Nats-Batch-Sequence"
	batchCommitHeader = "Nats-Batch-Commit"
)

const (
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

// append publishes writes and waits until they are on disk: one message by itself,
// several in one atomic batch, which shares one sync and so is much faster than its
// parts. It returns the sequence number of the first.
//
// The batch is made here and not with orbit.go's jetstreamext, since that waits for
// the answer to the first message without a context.
func (st *stream) append(ctx context.Context, writes []write, token string) (uint64, error) {
	size := 0
	for _, w := range writes {
		size += len(w.data)
	}
	// A large batch on a slow disk may take longer.
	ctx, cancel := st.link.attempt(ctx, attemptTime+time.Duration(size>>20)*time.Second)
	defer cancel()
	began := time.Now()
	batch := rand.Text()
	for i, w := range writes {
		m := w.message(st.name, token)
		if len(writes) > 1 {
			m.Header.Set(batchIDHeader, batch)
			m.Header.Set(batchSeqHeader, strconv.Itoa(i+1))
		}
		first, last := i == 0, i == len(writes)-1
		if last && !first {
			m.Header.Set(batchCommitHeader, "1")
		}
		// The answer to the first tells whether the server takes batches at all.
		if !first && !last {
			if err := st.nc.PublishMsg(m); err != nil {
				return 0, err
			}
			continue
		}
		resp, err := st.nc.RequestMsgWithContext(ctx, m)
		if err != nil {
			return 0, err
		}
		seq, err := acknowledged(resp, last)
		if err != nil {
			return 0, err
		}
		if last {
			st.metrics.appended(time.Since(began))
			return seq - uint64(i), nil
		}
	}
	return 0, errors.New("nothing to write")
}

// message is the write as it is published.
func (w write) message(stream, token string) *nats.Msg {
	m := nats.NewMsg(w.subject)
	m.Data = w.data
	m.Header.Set(tokenHeader, token)
	m.Header.Set(jetstream.ExpectedStreamHeader, stream)
	m.Header.Set(jetstream.ExpectedLastSubjSeqHeader, strconv.FormatUint(w.after, 10))
	for k, v := range w.header {
		m.Header.Set(k, v)
	}
	return m
}

// acknowledged reads the server's answer to a message: the sequence number of the
// last or, within a batch, only that there is no error.
func acknowledged(resp *nats.Msg, last bool) (uint64, error) {
	if !last && len(resp.Data) == 0 {
		return 0, nil
	}
	var ack struct {
		Error *jetstream.APIError `json:"error"`
		Seq   uint64              `json:"seq"`
	}
	if err := json.Unmarshal(resp.Data, &ack); err != nil {
		return 0, fmt.Errorf("the server's acknowledgement: %w", err)
	}
	if ack.Error != nil {
		return 0, ack.Error
	}
	if ack.Seq == 0 {
		return 0, errors.New("the server's acknowledgement has no sequence number")
	}
	return ack.Seq, nil
}

// room is the largest message that the server takes from us, without headers.
func (st *stream) room() int {
	n := int(st.nc.MaxPayload())
	if n <= 0 {
		n = 1 << 20
	}
	return n - headerRoom
}
