package console

import (
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"

	"sitrep/commands"
)

// post is a scheduled answer, as HTML.
type post struct {
	id   int64
	at   time.Time
	html template.HTML
}

// board holds the latest posts and wakes those who wait for the next.
type board struct {
	lim    limits
	mu     sync.Mutex
	posts  []post
	bytes  int
	lastID int64
	more   chan struct{} // closed and replaced at each post
}

// newBoard starts the IDs at the time in milliseconds, so that a page which
// outlives a restart does not take new posts for ones it has.
func newBoard(lim limits) *board {
	return &board{lim: lim, lastID: time.Now().UnixMilli(), more: make(chan struct{})}
}

// add keeps a post; render makes its HTML from its ID.
func (b *board) add(at time.Time, render func(id int64) (template.HTML, error)) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	html, err := render(b.lastID + 1)
	if err != nil {
		return err
	}
	b.lastID++
	b.posts = append(b.posts, post{b.lastID, at, html})
	b.bytes += len(html)
	for len(b.posts) > 1 && (len(b.posts) > b.lim.posts || b.bytes > b.lim.postBytes) {
		b.bytes -= len(b.posts[0].html)
		b.posts[0] = post{}
		b.posts = b.posts[1:]
	}
	close(b.more)
	b.more = make(chan struct{})
	return nil
}

// after gives the posts later than an ID, the latest ID, and a channel that closes
// when there are more.
func (b *board) after(id int64) ([]post, int64, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, p := range b.posts {
		if p.id > id {
			return append([]post(nil), b.posts[i:]...), b.lastID, b.more
		}
	}
	return nil, b.lastID, b.more
}

// Post shows a scheduled answer in the channel: at once on open pages, and on those
// opened later while it is among the last 50. line is the command that was scheduled.
func (c *Console) Post(r commands.Reply, line string) {
	now := time.Now()
	err := c.posts.add(now, func(id int64) (template.HTML, error) { return c.view.post(id, line, r, now) })
	if err != nil {
		c.log.Error("console: a scheduled answer could not be shown", "line", line, "err", err)
	}
}

// events is GET /events?after=ID: posts as server-sent events, from the one after ID
// (or after Last-Event-ID, where a browser comes back) until the client goes.
func (c *Console) events(w http.ResponseWriter, r *http.Request) {
	if !c.streams.take() {
		w.Header().Set("Retry-After", "30")
		http.Error(w, "too many pages are listening: close some", http.StatusServiceUnavailable)
		return
	}
	defer c.streams.free()
	patient(w)
	w.Header().Set("Content-Type", "text/event-stream")
	rc := http.NewResponseController(w)
	send := func(format string, args ...any) error {
		// A page that does not read is let go; one that does may stay for days.
		if err := rc.SetWriteDeadline(time.Now().Add(c.lim.write)); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, format, args...); err != nil {
			return err
		}
		return rc.Flush()
	}
	if send("retry: 3000\n\n") != nil {
		return
	}
	beat := time.NewTicker(c.lim.heartbeat)
	defer beat.Stop()
	last := c.eventsFrom(r)
	for {
		posts, _, more := c.posts.after(last)
		for _, p := range posts {
			last = p.id
			html, err := json.Marshal(p.html) // one line, as an event's data must be
			if err != nil || send("id: %d\nevent: post\ndata: %s\n\n", p.id, html) != nil {
				return
			}
		}
		select {
		case <-more:
		case <-beat.C:
			if send(": here\n\n") != nil {
				return
			}
		case <-r.Context().Done():
			return
		case <-c.done:
			return
		}
	}
}

// eventsFrom is the ID after which a client wants posts; without one, from now on.
func (c *Console) eventsFrom(r *http.Request) int64 {
	for _, s := range []string{r.Header.Get("Last-Event-ID"), r.URL.Query().Get("after")} {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil {
			return id
		}
	}
	_, last, _ := c.posts.after(0)
	return last
}
