package store

import (
	"context"
	"fmt"
	"sync"
)

// Progress is how far something that follows the log has come, for those who wait for
// it: an index, or any other view.
type Progress struct {
	// Name is what errors begin with.
	Name string

	mu      sync.Mutex
	changed chan struct{} // closed and renewed whenever the view moves
	err     error         // why it has ended
}

// Moved wakes whoever waits.
func (p *Progress) Moved() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed != nil {
		close(p.changed)
		p.changed = nil
	}
}

// Fail says why the view follows the log no more.
func (p *Progress) Fail(err error) {
	p.mu.Lock()
	p.err = fmt.Errorf("%s: the log is not followed any more: %w", p.Name, err)
	p.mu.Unlock()
	p.Moved()
}

// Err is nil while the view follows the log, or says why it ended.
func (p *Progress) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// next is closed when the view moves, from now on.
func (p *Progress) next() (<-chan struct{}, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.changed == nil {
		p.changed = make(chan struct{})
	}
	return p.changed, p.err
}

// Wait blocks until the view has applied an event. It returns the error that ended the
// view, closed where done ends first, or ctx's error. applied is asked again each time
// the view moves.
func (p *Progress) Wait(ctx context.Context, seq uint64, applied func() uint64, done <-chan struct{}, closed error) error {
	for {
		changed, err := p.next()
		switch {
		case applied() >= seq:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-changed:
		case <-done:
			return closed
		case <-ctx.Done():
			return fmt.Errorf("%s: waiting for event %d: %w", p.Name, seq, ctx.Err())
		}
	}
}
