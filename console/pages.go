package console

import (
	"container/list"
	"html/template"
	"sync"
	"time"
)

// turn is one question with its answer, as HTML.
type turn struct {
	at   time.Time
	line string
	html template.HTML
}

// page is what one open page has asked. Its fields are the book's to lock.
type page struct {
	id      string
	turns   []turn
	dropped int // turns that were let go: turns[0] is number dropped
	bytes   int
	used    time.Time
	place   *list.Element
	// asking holds one token: a page's questions are answered one after another, so
	// that a form sent twice finds the first one's answer.
	asking chan struct{}
}

// book holds the histories of open pages, bounded in number, size and time.
type book struct {
	lim   limits
	mu    sync.Mutex
	pages map[string]*page
	order *list.List // of *page, the latest used first
	bytes int
}

func newBook(lim limits) *book {
	return &book{lim: lim, pages: map[string]*page{}, order: list.New()}
}

// open finds or starts the page with this ID.
func (b *book) open(id string) *page {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	p := b.pages[id]
	if p == nil {
		p = &page{id: id, asking: make(chan struct{}, 1)}
		p.place = b.order.PushFront(p)
		b.pages[id] = p
	}
	p.used = now
	b.order.MoveToFront(p.place)
	b.shrink(now)
	return p
}

// turns is a copy of a page's history, and how many earlier turns were let go.
// An unknown page has none.
func (b *book) turns(id string) (ts []turn, dropped int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.pages[id]
	if p == nil {
		return nil, 0
	}
	p.used = time.Now()
	b.order.MoveToFront(p.place)
	return append(ts, p.turns...), p.dropped
}

// next is the number that the page's next turn will have.
func (b *book) next(p *page) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return p.dropped + len(p.turns)
}

// turn finds turn n of a page, if it asked that line.
func (b *book) turn(p *page, n int, line string) (turn, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := n - p.dropped
	if i < 0 || i >= len(p.turns) || p.turns[i].line != line {
		return turn{}, false
	}
	return p.turns[i], true
}

// add appends a turn and lets the oldest go where the page has grown too large;
// the newest always stays.
func (b *book) add(p *page, t turn) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p.turns = append(p.turns, t)
	grown := len(t.html) + len(t.line)
	for len(p.turns) > 1 && (len(p.turns) > b.lim.pageTurns || p.bytes+grown > b.lim.pageBytes) {
		grown -= len(p.turns[0].html) + len(p.turns[0].line)
		p.turns[0] = turn{}
		p.turns = p.turns[1:]
		p.dropped++
	}
	p.bytes += grown
	if b.pages[p.id] == p { // it may have been closed while the answer was worked out
		b.bytes += grown
		b.shrink(time.Now())
	}
}

// shrink closes the pages least recently used while there are too many, they are too
// large together, or they have been idle too long. The latest stays.
func (b *book) shrink(now time.Time) {
	for b.order.Len() > 1 {
		p := b.order.Back().Value.(*page)
		if len(b.pages) <= b.lim.pages && b.bytes <= b.lim.allPages && now.Sub(p.used) <= b.lim.pageAge {
			return
		}
		b.order.Remove(p.place)
		delete(b.pages, p.id)
		b.bytes -= p.bytes
	}
}

func (b *book) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.pages)
}
