package commands

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"sitrep/briefing"
	"sitrep/index"
	"sitrep/store"
)

// Memory keeps what a channel was told; a bucket of the store is one.
type Memory interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
}

const (
	// recalling is how long an answer waits for what the channel was told before.
	recalling = 300 * time.Millisecond
	// lately is within what time a question asked again is the same one, not a new look.
	lately = time.Minute
)

// told is what a status said last in a channel.
type told struct {
	At    time.Time `json:"at"`
	Total int       `json:"total"`
}

// memoryKey names what is remembered of a question in the place where it was asked.
func (c *call) memoryKey(about string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{c.Request.Door, c.Request.Guild, c.Request.Channel, about}, "\x00")))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:20]))
}

// remembers says that the place has a memory: a channel that people share.
func (c *call) remembers() bool {
	return c.e.o.Memory != nil && c.Request.Door == "discord" && c.Request.Channel != ""
}

// recall reads what is remembered and puts now in its place; false where there was
// nothing. What cannot be remembered costs the answer nothing.
func (c *call) recall(ctx context.Context, key string, was any, now func() any) bool {
	ctx, cancel := context.WithTimeout(ctx, recalling)
	defer cancel()
	raw, rev, err := c.e.o.Memory.Get(ctx, key)
	known := err == nil && json.Unmarshal(raw, was) == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		c.e.o.Logger.Warn("what a channel was told last cannot be read", "error", err)
		return false
	}
	next := now()
	if next == nil {
		return known
	}
	c.remember(ctx, key, rev, next)
	return known
}

// sinceAsked tells what is new since this channel last asked for the status; no
// field where it has not, or where the answer is of the past.
func (c *call) sinceAsked(ctx context.Context, t topic, w window, res index.Result, reports []briefing.Report) []Field {
	if !c.remembers() || w.past || c.arg("since") != "" {
		return nil
	}
	var was told
	known := c.recall(ctx, c.memoryKey("status "+t.line), &was, func() any {
		if w.now.Sub(was.At) < lately && was.Total == res.Total {
			return nil
		}
		return told{At: w.now, Total: res.Total}
	})
	if !known {
		return nil
	}
	name := c.say("Since last asked here, %s", c.p.Moment(was.At.In(c.e.zone(c.set))))
	n := 0
	for _, r := range reports {
		if r.Dispatch.Filed.After(was.At) {
			n++
		}
	}
	switch more := res.Total - was.Total; {
	case res.Total <= len(reports) && n > 0, n > 0 && more <= 0:
		return []Field{{name, c.say("%d new reports", n)}}
	case more > 0:
		return []Field{{name, c.say("%d reports more", more)}}
	}
	return []Field{{name, c.say("nothing new")}}
}
