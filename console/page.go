package console

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sitrep/commands"
)

// pageView is what page.html shows.
type pageView struct {
	Version, Notice string
	Page            string // the page's ID, in its forms
	Turn            int    // the number of its next turn
	LastPost        int64
	Feed            []entry
	Dropped         int
	Fresh           bool // nothing asked yet: the welcome
	Examples        []string
	Commands        []*commands.Command
	CanLeave        bool // there is a login to leave
}

// entry is one turn or post of the feed.
type entry struct {
	HTML   template.HTML
	Latest bool
}

// showPage is GET /. A page that was open before is found by its ID.
func (c *Console) showPage(w http.ResponseWriter, r *http.Request) {
	id := pageID(r.URL.Query().Get("page"))
	c.writePage(w, http.StatusOK, "page.html", c.pageView(id, ""))
}

// postPage is POST /: the page without JavaScript. It runs the line and shows the
// page again with its history.
func (c *Console) postPage(w http.ResponseWriter, r *http.Request) {
	a, err := c.take(w, r)
	if err != nil {
		http.Error(w, err.Error(), a.status)
		return
	}
	if !a.kept && a.status != http.StatusOK {
		w.Header().Set("Retry-After", retryAfter)
	}
	extra := a.html
	if a.kept {
		extra = ""
	}
	c.writePage(w, a.status, "page.html", c.pageView(a.page, extra))
}

// postTurn is POST /turn: the same for the script, which wants only the new turn.
func (c *Console) postTurn(w http.ResponseWriter, r *http.Request) {
	a, err := c.take(w, r)
	if err != nil {
		http.Error(w, err.Error(), a.status)
		return
	}
	if a.status != http.StatusOK {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Sitrep-Page", a.page)
	w.Header().Set("Sitrep-Turn", strconv.Itoa(a.next))
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.html)) // who asked may have gone
}

// answer is what became of a form.
type answer struct {
	status int
	page   string
	next   int
	html   template.HTML
	kept   bool // html is in the page's history
}

// take reads a form and has its line answered. A form that was sent before (a reload, a
// double click) is not run again: its turn is there already.
func (c *Console) take(w http.ResponseWriter, r *http.Request) (answer, error) {
	a := answer{status: http.StatusBadRequest}
	if err := c.parseForm(w, r); err != nil {
		if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
			a.status = http.StatusRequestEntityTooLarge
			return a, fmt.Errorf("the form is over %d bytes, the limit: shorten the line; files go in with `sitrep import`", large.Limit)
		}
		return a, fmt.Errorf("the form could not be read: %w", err)
	}
	patient(w)
	line := strings.TrimSpace(r.PostForm.Get("line"))
	a.page = pageID(r.PostForm.Get("page"))
	a.status = http.StatusOK
	if line == "" {
		a.kept = true
		return a, nil
	}
	p := c.pages.open(a.page)
	select {
	case p.asking <- struct{}{}:
		defer func() { <-p.asking }()
	case <-r.Context().Done():
		a.status = http.StatusServiceUnavailable
		return a, errors.New("the page went away before its turn came")
	}
	if n, err := strconv.Atoi(r.PostForm.Get("turn")); err == nil {
		if t, ok := c.pages.turn(p, n, line); ok {
			a.html, a.kept, a.next = t.html, true, c.pages.next(p)
			return a, nil
		}
	}
	reply, ok := c.ask(r.Context(), line)
	now := time.Now()
	html, err := c.view.turn(line, reply, now)
	if err != nil {
		c.log.Error("console: an answer could not be shown", "line", line, "err", err)
		a.status = http.StatusInternalServerError
		return a, errors.New("the answer could not be shown: the program's log says why")
	}
	a.html = html
	if a.kept = ok; ok {
		c.pages.add(p, turn{now, line, html})
	} else {
		a.status = http.StatusServiceUnavailable
	}
	a.next = c.pages.next(p)
	return a, nil
}

func (c *Console) parseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, c.lim.formBody)
	return r.ParseForm()
}

// pageView gathers a page's turns and the scheduled posts by time. extra is an answer
// that is not part of the history.
func (c *Console) pageView(id string, extra template.HTML) pageView {
	turns, dropped := c.pages.turns(id)
	posts, last, _ := c.posts.after(0)
	v := pageView{
		Version: c.o.Version, Notice: c.o.Notice,
		Page: id, Turn: dropped + len(turns), LastPost: last, Dropped: dropped,
		Fresh: len(turns) == 0, Examples: c.o.Examples,
		Commands: c.o.Asker.Commands(), CanLeave: !c.gate.open(),
	}
	for len(turns) > 0 || len(posts) > 0 {
		if len(turns) == 0 || len(posts) > 0 && posts[0].at.Before(turns[0].at) {
			v.Feed = append(v.Feed, entry{HTML: posts[0].html})
			posts = posts[1:]
			continue
		}
		v.Feed = append(v.Feed, entry{HTML: turns[0].html})
		turns = turns[1:]
	}
	if extra != "" {
		v.Feed = append(v.Feed, entry{HTML: extra})
	}
	if n := len(v.Feed); n > 0 {
		v.Feed[n-1].Latest = true
	}
	return v
}

// pageID is the ID that a page gave, or a new one: 26 characters that nobody guesses.
func pageID(given string) string {
	fresh := rand.Text()
	if len(given) != len(fresh) || strings.Trim(given, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		return fresh
	}
	return given
}

func (c *Console) writePage(w http.ResponseWriter, status int, name string, v any) {
	var b bytes.Buffer
	if err := c.view.page(&b, name, v); err != nil {
		c.log.Error("console: the page could not be made", "page", name, "err", err)
		http.Error(w, "the page could not be made: the program's log says why", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who asked may have gone
}
