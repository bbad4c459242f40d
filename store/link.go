package store

import (
	"context"
	"sync"
	"time"
)

// link knows when the connection breaks. The client goes on waiting for answers that
// can no longer come; an attempt made through the link ends with the connection.
type link struct {
	mu   sync.Mutex
	up   context.Context
	down context.CancelFunc
}

func newLink() *link {
	l := &link{}
	l.up, l.down = context.WithCancel(context.Background())
	return l
}

// lost ends the attempts under way.
func (l *link) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down()
	l.up, l.down = context.WithCancel(context.Background())
}

// attempt is ctx for one request: it ends after limit, and when the connection breaks.
func (l *link) attempt(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	l.mu.Lock()
	up := l.up
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	stop := context.AfterFunc(up, cancel)
	return ctx, func() {
		stop()
		cancel()
	}
}
