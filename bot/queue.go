package bot

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// queue does tasks with a fixed number of workers. Tasks of one lane (a channel)
// are done one after the other, in order; only what one person has more than a
// few of in a lane waits for their own earlier ones first, and lets others by. Who
// asks too much at once is dropped, and nobody else.
type queue struct {
	log *slog.Logger

	mu      sync.Mutex
	lanes   map[string]*lane
	owned   map[string]int      // tasks that wait or run, by owner
	waiting int                 // in all, without chores
	running map[string]int      // by owner
	parked  map[string][]string // lanes whose first task waits for others of its owner
	closed  bool
	pools   [2]pool
}

// lane is a channel's tasks.
type lane struct {
	tasks []task
	// behind are the tasks of people who have ahead of them in the lane already.
	behind map[string][]task
	ahead  map[string]int
}

// pool is a group of workers and the lanes that have work for them.
type pool struct {
	turns []string
	some  *sync.Cond
}

type task struct {
	owner string
	kind  kind
	do    func(context.Context)
}

type kind int

const (
	question kind = iota
	// chore is work of our own, such as reading back: there is at most one for a
	// channel or a person, so nothing bounds it, and it has workers of its own, so
	// that no question waits for it except in its own channel.
	chore
)

const (
	// workers mostly wait: for an answer that is being made (see answersAtOnce), or
	// for a channel where Discord takes five messages in five seconds.
	workers      = 32
	choreWorkers = 2
	// maxRunning are the tasks of one person that workers do at a time, in different
	// channels: nobody takes all workers.
	maxRunning = 2
	// maxQueued bounds the memory of what waits: a question is at most some 16 KB.
	maxQueued = 4000
	// maxOwned are the tasks of one person that wait at a time: what flood control
	// lets through in a minute and a half of a resumed session's replay.
	maxOwned = 50
	// maxAhead are those among them that others in the channel wait for.
	maxAhead = 3
)

func newQueue(log *slog.Logger) *queue {
	q := &queue{log: log, lanes: map[string]*lane{}, owned: map[string]int{}, running: map[string]int{}, parked: map[string][]string{}}
	for i := range q.pools {
		q.pools[i].some = sync.NewCond(&q.mu)
	}
	return q
}

// push files a task; false means that it was not taken. It never blocks.
func (q *queue) push(name, owner string, k kind, do func(context.Context)) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || k == question && (q.waiting >= maxQueued || q.owned[owner] >= maxOwned) {
		return false
	}
	if k == question {
		q.waiting++
		q.owned[owner]++
	}
	l, t := q.lanes[name], task{owner, k, do}
	if l == nil {
		l = &lane{behind: map[string][]task{}, ahead: map[string]int{}}
		q.lanes[name] = l
	}
	if l.ahead[owner] >= maxAhead {
		l.behind[owner] = append(l.behind[owner], t)
		return true
	}
	l.ahead[owner]++
	if l.tasks = append(l.tasks, t); len(l.tasks) == 1 {
		q.ask(name, k)
	}
	return true
}

// ask gives a lane its turn with the workers for its first task; the lock is held.
func (q *queue) ask(name string, k kind) {
	p := &q.pools[k]
	p.turns = append(p.turns, name)
	p.some.Signal()
}

// start begins the work; ctx is what tasks run under, wg waits for the workers.
func (q *queue) start(ctx context.Context, wg *sync.WaitGroup) {
	for k, n := range map[kind]int{question: workers, chore: choreWorkers} {
		for range n {
			wg.Go(func() {
				for q.turn(ctx, &q.pools[k]) {
				}
			})
		}
	}
}

// turn waits for a lane and does its first task; false means that work has ended
// and what waits is left undone.
func (q *queue) turn(ctx context.Context, p *pool) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(p.turns) == 0 && !q.closed {
		p.some.Wait()
	}
	if q.closed {
		return false
	}
	name := p.turns[0]
	if p.turns = p.turns[1:]; len(p.turns) == 0 {
		p.turns = nil // what it has grown to is given back
	}
	l := q.lanes[name]
	t := l.tasks[0]
	if q.running[t.owner] >= maxRunning {
		q.parked[t.owner] = append(q.parked[t.owner], name)
		return true
	}
	q.running[t.owner]++
	q.mu.Unlock()
	q.run(ctx, t)
	q.mu.Lock()
	q.unpark(t.owner)
	q.done(name, l, t)
	return true
}

// unpark notes that a task has ended, and gives a lane its turn that waited for it.
func (q *queue) unpark(owner string) {
	if q.running[owner]--; q.running[owner] == 0 {
		delete(q.running, owner)
	}
	if lanes := q.parked[owner]; len(lanes) > 0 {
		q.ask(lanes[0], q.lanes[lanes[0]].tasks[0].kind)
		if q.parked[owner] = lanes[1:]; len(lanes) == 1 {
			delete(q.parked, owner)
		}
	}
}

// done takes the first task off its lane, and lets one of the same person's move
// up that has waited behind.
func (q *queue) done(name string, l *lane, t task) {
	if t.kind == question {
		q.waiting--
		if q.owned[t.owner]--; q.owned[t.owner] == 0 {
			delete(q.owned, t.owner)
		}
	}
	l.tasks[0] = task{}
	l.tasks = l.tasks[1:]
	if more := l.behind[t.owner]; len(more) > 0 {
		l.tasks = append(l.tasks, more[0])
		if l.behind[t.owner] = more[1:]; len(more) == 1 {
			delete(l.behind, t.owner)
		}
	} else if l.ahead[t.owner]--; l.ahead[t.owner] == 0 {
		delete(l.ahead, t.owner)
	}
	if len(l.tasks) == 0 {
		delete(q.lanes, name)
		return
	}
	q.ask(name, l.tasks[0].kind)
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
	q.closed = true
	for i := range q.pools {
		q.pools[i].some.Broadcast()
	}
}

func stack() string { return cutBytes(string(debug.Stack()), 4000) }
