package console

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// hiddenField reads a hidden field of the page's form.
func hiddenField(t *testing.T, page, name string) string {
	t.Helper()
	m := regexp.MustCompile(`<input type="hidden" name="`+name+`" value="([^"]*)">`).FindAllStringSubmatch(page, -1)
	if len(m) != 2 || m[0][1] != m[1][1] {
		t.Fatalf("field %s: %v", name, m)
	}
	return m[0][1]
}

func TestPageWithoutScript(t *testing.T) {
	asker := &script{requests: make(chan commands.Request, 9)}
	c := testConsole(t, Options{Asker: asker, Scopes: []news.Scope{news.ScopeEveryone, news.ScopeTrial}, Notice: "Trial: sample dispatches", Version: "0.1"})
	w := do(c, "GET", "/", "")
	first := w.Body.String()
	for _, want := range []string{"Trial: sample dispatches", "sitrep 0.1", `value="status badia until:2018-12-31"`, `value="brief 7d until:2019-03-23"`, `value="search Hajin"`, `<option value="timeline">`} {
		if w.Code != 200 || !strings.Contains(first, want) {
			t.Errorf("the first page (%d) has no %s", w.Code, want)
		}
	}
	form := url.Values{"page": {hiddenField(t, first, "page")}, "turn": {hiddenField(t, first, "turn")}, "line": {"  !status badia "}}
	second := postForm(c, "/", form).Body.String()
	r := <-asker.requests
	if r.Line != "!status badia" || r.Door != Door || !r.Manager || len(r.Scopes) != 2 || r.Now.IsZero() {
		t.Errorf("the request is %+v", r)
	}
	for _, want := range []string{"<bdi>!status badia</bdi>", ">as of 29 Dec 2018, 7 years ago</time>", "<mark>البادية</mark>", "undated, filed", `<span id="latest">`, `value="show mzxw6ytboi2gs3th"`} {
		if !strings.Contains(second, want) {
			t.Errorf("the answer has no %s", want)
		}
	}
	if strings.Contains(second, `class="welcome"`) {
		t.Error("the welcome stays")
	}

	t.Run("a form sent again does not ask again", func(t *testing.T) {
		again := postForm(c, "/", form).Body.String()
		if strings.Count(again, `class="asked"`) != 1 || len(asker.requests) != 0 {
			t.Error("it was asked twice")
		}
	})
	t.Run("the history grows", func(t *testing.T) {
		form := url.Values{"page": form["page"], "turn": {hiddenField(t, second, "turn")}, "line": {"help"}}
		third := postForm(c, "/", form).Body.String()
		<-asker.requests
		if strings.Count(third, `class="asked"`) != 2 || strings.Index(third, "!status badia") > strings.Index(third, "What can be asked") {
			t.Error("the two answers are not there in order")
		}
		back := do(c, "GET", "/?page="+form.Get("page"), "").Body.String()
		if strings.Count(back, `class="asked"`) != 2 {
			t.Error("the page cannot be opened again")
		}
	})
	t.Run("another page sees nothing of it", func(t *testing.T) {
		if strings.Contains(do(c, "GET", "/", "").Body.String(), `class="asked"`) {
			t.Error("it does")
		}
	})
	t.Run("an empty line asks nothing", func(t *testing.T) {
		w := postForm(c, "/", url.Values{"line": {" "}})
		if w.Code != 200 || len(asker.requests) != 0 {
			t.Errorf("%d, %d requests", w.Code, len(asker.requests))
		}
	})
	t.Run("a form too large", func(t *testing.T) {
		if w := postForm(c, "/", url.Values{"line": {strings.Repeat("x", 40<<10)}}); w.Code != 413 {
			t.Errorf("status %d", w.Code)
		}
	})
}

func TestTurn(t *testing.T) {
	c := testConsole(t, Options{})
	w := postForm(c, "/turn", url.Values{"page": {"BAD ID"}, "turn": {"0"}, "line": {"nonsense"}})
	body := w.Body.String()
	if w.Code != 200 || !strings.HasPrefix(body, "<article") || !strings.Contains(body, "No such command") {
		t.Errorf("%d: %s", w.Code, body)
	}
	page := w.Header().Get("Sitrep-Page")
	if len(page) != 26 || w.Header().Get("Sitrep-Turn") != "1" {
		t.Errorf("page %q, turn %q", page, w.Header().Get("Sitrep-Turn"))
	}
	if !strings.Contains(do(c, "GET", "/?page="+page, "").Body.String(), "No such command") {
		t.Error("the turn is not in the page's history")
	}
}

// TestSentTwiceAtOnce sends one form from several connections: it is asked once.
func TestSentTwiceAtOnce(t *testing.T) {
	var asked sync.Map
	n := 0
	asker := &script{do: func(_ context.Context, r commands.Request) (commands.Reply, bool) {
		n++ // unguarded: the race detector sees it if two run at once
		asked.Store(n, r.Line)
		time.Sleep(20 * time.Millisecond)
		return commands.Reply{Title: "once"}, true
	}}
	c := testConsole(t, Options{Asker: asker})
	form := url.Values{"page": {pageID("")}, "turn": {"0"}, "line": {"file something"}}
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			if w := postForm(c, "/turn", form); !strings.Contains(w.Body.String(), "once") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		})
	}
	wg.Wait()
	if n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lim := limits{pages: 3, pageTurns: 4, pageBytes: 1000, allPages: 2000, pageAge: time.Hour}
		b := newBook(lim)
		held := func(id string) int { ts, _ := b.turns(id); return len(ts) }
		add := func(id string, size int) {
			b.add(b.open(id), turn{at: time.Now(), line: "x", html: template.HTML(strings.Repeat("x", size-1))})
		}
		for range 10 {
			add("a", 100)
		}
		if ts, dropped := b.turns("a"); len(ts) != 4 || dropped != 6 {
			t.Errorf("%d turns, %d dropped", len(ts), dropped)
		}
		if _, ok := b.turn(b.open("a"), 6, "x"); !ok {
			t.Error("turn 6 is not the oldest that is held")
		}
		add("a", 990)
		if held("a") != 1 {
			t.Errorf("%d turns beside one that fills the page", held("a"))
		}
		add("a", 5000) // larger than everything: it is shown all the same
		if held("a") != 1 {
			t.Errorf("%d turns", held("a"))
		}
		add("b", 100)
		if b.count() != 1 || held("a") != 0 {
			t.Errorf("%d pages, the first of them far too large", b.count())
		}
		add("c", 100)
		add("d", 100)
		if held("b") != 1 { // and now it is the latest used
			t.Error("b is gone")
		}
		add("e", 100)
		if b.count() != 3 || held("c") != 0 || held("b") != 1 {
			t.Errorf("%d pages; the least recently used one should have gone", b.count())
		}
		time.Sleep(time.Hour + time.Second)
		add("f", 100)
		if b.count() != 1 {
			t.Errorf("%d pages after an hour", b.count())
		}
		if b.bytes != 100 {
			t.Errorf("%d bytes counted, 100 are held", b.bytes)
		}
	})
}

func TestPostsAreKept(t *testing.T) {
	c := testConsole(t, Options{})
	for i := range 60 {
		c.Post(commands.Reply{Title: fmt.Sprintf("Briefing %d.", i)}, "brief 24h")
	}
	page := do(c, "GET", "/", "").Body.String()
	if n := strings.Count(page, `class="turn post"`); n != 50 {
		t.Errorf("%d posts are on a new page, not 50", n)
	}
	if strings.Contains(page, "Briefing 9.") || !strings.Contains(page, "Briefing 10.") || !strings.Contains(page, "Briefing 59.") {
		t.Error("they are not the last 50")
	}
	if !strings.Contains(page, `class="line">brief 24h<`) {
		t.Error("a post does not say what was scheduled")
	}
}

func TestPostsComeLive(t *testing.T) {
	c := testConsole(t, Options{Addr: "127.0.0.1:0"}, func(l *limits) {
		l.read, l.write, l.heartbeat = 300*time.Millisecond, 300*time.Millisecond, 50*time.Millisecond
	})
	c.Post(commands.Reply{Title: "Before"}, "brief")
	base, stop := serve(t, c)
	res := get(t, base+"/events?after=0")
	defer res.Body.Close()
	if ct := res.Header.Get("Content-Type"); ct != "text/event-stream" {
		t.Fatalf("%d %s", res.StatusCode, ct)
	}
	lines := bufio.NewScanner(res.Body)
	next := func() (id, title string) {
		for lines.Scan() {
			if s, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				id = s
			}
			if s, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				var html string
				if err := json.Unmarshal([]byte(s), &html); err != nil {
					t.Fatal(err)
				}
				return id, regexp.MustCompile(`<h2 dir="auto">(.*)</h2>`).FindStringSubmatch(html)[1]
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return
	}
	before, title := next()
	if title != "Before" {
		t.Errorf("first comes %q", title)
	}
	// Longer than the server's read and write timeouts, which must not end a stream.
	time.Sleep(700 * time.Millisecond)
	c.Post(commands.Reply{Title: "After"}, "brief")
	if _, title := next(); title != "After" {
		t.Errorf("then comes %q", title)
	}
	// A browser that comes back gets what it missed, and only that.
	req, _ := http.NewRequest("GET", base+"/events?after=0", nil)
	req.Header.Set("Last-Event-ID", before)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res2, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res2.Body.Close()
	lines = bufio.NewScanner(res2.Body)
	if _, title := next(); title != "After" {
		t.Errorf("after coming back comes %q", title)
	}
	stop() // ends both streams
	for lines.Scan() {
	}
}

func TestStreamsAreBounded(t *testing.T) {
	c := testConsole(t, Options{}, func(l *limits) { l.streams = 0 })
	if w := do(c, "GET", "/events", ""); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("status %d", w.Code)
	}
}
