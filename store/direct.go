package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// directBytes bounds what one direct request brings: well under the 64 MiB at
// which the server takes a client for a slow consumer.
const directBytes = 8 << 20

// directRequest asks a stream's replicas for several messages at once (NATS
// ADR-31): those from a sequence number on, or the last one of each subject.
type directRequest struct {
	Seq           uint64   `json:"seq,omitempty"`
	NextBySubject string   `json:"next_by_subj,omitempty"`
	Batch         int      `json:"batch,omitempty"`
	MaxBytes      int      `json:"max_bytes,omitempty"`
	MultiLast     []string `json:"multi_last,omitempty"`
}

// directEnd is what the server said after the messages.
type directEnd struct {
	none    bool   // there was no message
	pending uint64 // how many more there are
	upTo    uint64 // for the last of each subject: how far the answering replica is
}

// direct sends a request and hands each message to fn. It returns without error
// only when the server has said that it is through: an answer that stops halfway
// (its server died) is an error, never a short answer.
func (st *stream) direct(ctx context.Context, req directRequest, fn func(message) error) (directEnd, error) {
	var end directEnd
	body, err := json.Marshal(req)
	if err != nil {
		return end, err
	}
	inbox := st.nc.NewRespInbox()
	sub, err := st.nc.SubscribeSync(inbox)
	if err != nil {
		return end, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := st.nc.PublishRequest("$JS.API.DIRECT.GET."+st.name, inbox, body); err != nil {
		return end, err
	}
	for {
		msg, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return end, err
		}
		if status := msg.Header.Get("Status"); status != "" && len(msg.Data) == 0 {
			return directStatus(status, msg)
		}
		m := message{subject: msg.Header.Get(jetstream.SubjectHeader), header: msg.Header, data: msg.Data}
		if m.seq, err = strconv.ParseUint(msg.Header.Get(jetstream.SequenceHeader), 10, 64); err != nil {
			return end, fmt.Errorf("the server's answer has no sequence number: it takes NATS 2.12 or newer")
		}
		if err := fn(m); err != nil {
			return end, err
		}
	}
}

// directStatus reads the message that ends an answer.
func directStatus(status string, msg *nats.Msg) (directEnd, error) {
	switch status {
	case "204":
		pending, _ := strconv.ParseUint(msg.Header.Get("Nats-Num-Pending"), 10, 64)
		upTo, _ := strconv.ParseUint(msg.Header.Get("Nats-UpTo-Sequence"), 10, 64)
		return directEnd{pending: pending, upTo: upTo}, nil
	case "404":
		return directEnd{none: true}, nil
	case "503":
		return directEnd{}, nats.ErrNoResponders
	}
	return directEnd{}, fmt.Errorf("the server's answer: %s %s", status, msg.Header.Get("Description"))
}
