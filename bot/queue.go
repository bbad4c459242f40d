package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// queue does tasks with a fixed number of workers. Tasks of one lane (a channel)
// are done one after the other, in order; who floods a lane or asks too much at
// once waits or is dropped, and nobody else.
type queue struct {
	log *slog.Logger

	mu      sync.Mutex
	lanes   map[string][]task
	byOwner map[string]int
	waiting int
	closed  bool
	turns   chan string // lanes that have work and no worker
}

type task struct {
	owner string
	do    func(context.Context)
}

const (
	workers   = 8
	maxQueued = 1000
	maxOwned  = 10 // tasks of one person that wait at a time
)

func newQueue(log *slog.Logger) *queue {
	return &queue{log: log, lanes: map[string][]task{}, byOwner: map[string]int{}, turns: make(chan string, maxQueued+workers)}
}

// push files a task; false means that it was not taken. It never blocks.
func (q *queue) push(lane, owner string, do func(context.Context)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || q.waiting >= maxQueued || q.byOwner[owner] >= maxOwned {
		return false
	}
	q.waiting++
	q.byOwner[owner]++
	tasks, busy := q.lanes[lane]
	q.lanes[lane] = append(tasks, task{owner, do})
	if !busy {
		q.turns <- lane
	}
	return true
}

// start begins the work; ctx is what tasks run under, wg waits for the workers.
func (q *queue) start(ctx context.Context, wg *sync.WaitGroup) {
	for range workers {
		wg.Go(func() {
			for lane := range q.turns {
				q.turn(ctx, lane)
			}
		})
	}
}

// turn does the first task of a lane.
func (q *queue) turn(ctx context.Context, lane string) {
	q.mu.Lock()
	if q.closed { // what waits is left undone
		q.mu.Unlock()
		return
	}
	t := q.lanes[lane][0]
	q.mu.Unlock()
	q.run(ctx, t)
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting--
	if q.byOwner[t.owner]--; q.byOwner[t.owner] == 0 {
		delete(q.byOwner, t.owner)
	}
	if q.lanes[lane] = q.lanes[lane][1:]; len(q.lanes[lane]) == 0 {
		delete(q.lanes, lane)
	} else if !q.closed {
		q.turns <- lane
	}
}

func (q *queue) run(ctx context.Context, t task) {
	defer func() {
		if r := recover(); r != nil {
			q.log.Error("discord: a task failed: please report this", "panic", fmt.Sprint(r), "stack", stack())
		}
	}()
	t.do(ctx)
}

// stop ends the workers when what they do now is done.
func (q *queue) stop() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.closed = true
		close(q.turns)
	}
}

func stack() string { return cutBytes(string(debug.Stack()), 4000) }
