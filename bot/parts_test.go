package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"sitrep/news"
)

func TestQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		q.start(t.Context(), &wg)
		var mu sync.Mutex
		var order []string
		note := func(s string, d time.Duration) func(context.Context) {
			return func(context.Context) {
				time.Sleep(d)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, s)
			}
		}
		for n := range maxOwned {
			if !q.push("a", "flooder", question, note(fmt.Sprint("a", n), time.Second)) {
				t.Fatal("not taken")
			}
		}
		if q.push("b", "flooder", question, note("too much", 0)) {
			t.Error("a task over the bound was taken")
		}
		if !q.push("b", "other", question, note("b", 0)) || !q.push("b", "other", question, func(context.Context) { panic("oh") }) || !q.push("b", "other", question, note("b2", 0)) {
			t.Error("somebody else was not taken")
		}
		synctest.Wait()
		soFar := func() string {
			mu.Lock()
			defer mu.Unlock()
			return strings.Join(order, " ")
		}
		if got := soFar(); got != "b b2" {
			t.Errorf("somebody else waits behind the flooder: %s", got)
		}
		// In the flooder's own channel, only a few are ahead of others.
		if !q.push("a", "other", question, note("here", 0)) {
			t.Error("somebody else was not taken")
		}
		time.Sleep(3500 * time.Millisecond)
		q.stop() // what runs ends, what waits is left
		wg.Wait()
		if got := soFar(); got != "b b2 a0 a1 a2 here a3" {
			t.Errorf("order: %s", got)
		}
		if q.push("b", "other", question, note("late", 0)) {
			t.Error("taken after stop")
		}
	})
}

// TestQueueShares: one person has two workers at most, work of our own has others,
// and what is parked goes on.
func TestQueueShares(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(slog.New(slog.DiscardHandler))
		var wg sync.WaitGroup
		q.start(t.Context(), &wg)
		var running, most, chores, others, done atomic.Int32
		for n := range 20 {
			q.push(fmt.Sprint("channel ", n), "flooder", question, func(context.Context) {
				most.Store(max(most.Load(), running.Add(1)))
				time.Sleep(time.Second)
				running.Add(-1)
				done.Add(1)
			})
			q.push(fmt.Sprint("unread ", n), fmt.Sprint("unread ", n), chore, func(context.Context) {
				time.Sleep(time.Second)
				chores.Add(1)
			})
			q.push(fmt.Sprint("room ", n), fmt.Sprint("other ", n), question, func(context.Context) { others.Add(1) })
		}
		synctest.Wait()
		if others.Load() != 20 {
			t.Errorf("%d of 20 others were served", others.Load())
		}
		time.Sleep(1500 * time.Millisecond)
		if done.Load() != maxRunning || chores.Load() != choreWorkers {
			t.Errorf("%d of a flooder's tasks and %d chores in a second", done.Load(), chores.Load())
		}
		time.Sleep(time.Minute)
		if most.Load() != maxRunning || done.Load() != 20 || chores.Load() != 20 {
			t.Errorf("%d at once; %d and %d done", most.Load(), done.Load(), chores.Load())
		}
		q.mu.Lock()
		if len(q.lanes)+len(q.owned)+len(q.running)+len(q.parked)+q.waiting != 0 {
			t.Errorf("something is left: %+v", q.lanes)
		}
		q.mu.Unlock()
		q.stop()
		wg.Wait()
	})
}

func TestLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimits()
		const path = "/api/v9/channels/500000000000000001/messages"
		took := func(method, path string) time.Duration {
			start := time.Now()
			if err := l.wait(t.Context(), method, path); err != nil {
				t.Fatal(err)
			}
			return time.Since(start)
		}
		head := http.Header{"X-Ratelimit-Remaining": {"1"}, "X-Ratelimit-Reset-After": {"2.5"}}
		l.learn("POST", path, head, nil)
		if d := took("POST", path); d != 0 {
			t.Errorf("waited %v with one left", d)
		}
		if d := took("GET", path); d != 0 {
			t.Errorf("another route waited %v", d)
		}
		if d := took("POST", path); d != 2500*time.Millisecond {
			t.Errorf("waited %v", d)
		}
		l.learn("POST", path, http.Header{}, &APIError{Status: 429, RetryAfter: time.Second, global: true})
		if d := took("GET", "/api/v9/users/@me"); d != time.Second {
			t.Errorf("a global limit held back %v", d)
		}
		l.learn("POST", path, http.Header{}, &APIError{Status: 429, RetryAfter: time.Second, global: true})
		if d := took("POST", "/api/v9/interactions/1/x/callback"); d != 0 {
			t.Errorf("an interaction waited %v", d)
		}
		time.Sleep(2 * time.Second)
		// It holds back also what waits in line already.
		line := make(chan time.Duration)
		for range requestsPerSecond + 5 {
			go func() { line <- took("GET", "/api/v9/users/@me") }()
		}
		synctest.Wait()
		l.learn("POST", path, http.Header{}, &APIError{Status: 429, RetryAfter: time.Second, global: true})
		held := 0
		for range requestsPerSecond + 5 {
			if d := <-line; d >= time.Second {
				held++
			}
		}
		if held != 5 {
			t.Errorf("a global limit held %d of 5 back that were in line", held)
		}
		l.learn("POST", path, http.Header{}, &APIError{Status: 429, RetryAfter: time.Second, global: true})
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := l.wait(ctx, "POST", path); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		for range badAnswers {
			l.learn("POST", path, http.Header{}, &APIError{Status: 403})
		}
		time.Sleep(time.Minute)
		if err := l.wait(t.Context(), "POST", path); !errors.Is(err, errBreaker) {
			t.Error(err)
		}
		time.Sleep(badWindow)
		if err := l.wait(t.Context(), "POST", path); err != nil {
			t.Error(err)
		}
	})
}

func TestGaps(t *testing.T) {
	b := &shard{b: &Bot{pace: basePace}}
	gap := time.Duration(0)
	for range 20 {
		gap = b.nextGap(gap, time.Second, false)
	}
	if gap < 30*time.Second || gap > time.Minute {
		t.Errorf("the longest pause is %v", gap)
	}
	for range 20 {
		gap = b.nextGap(gap, time.Second, true)
	}
	if gap > 4*time.Second {
		t.Errorf("the longest pause of a standing session is %v", gap)
	}
	if b.nextGap(gap, time.Minute, true) != 0 {
		t.Error("a pause after a connection that held")
	}
}

func TestReadError(t *testing.T) {
	req, _ := http.NewRequest("POST", "https://discord.com/api/v9/interactions/1/secret-token/callback", nil)
	for body, want := range map[string]string{
		`{"message":"Unknown interaction","code":10062}`: "code 10062: Unknown interaction",
		`<html>`: "404: Not Found",
		``:       "404: Not Found",
		`{"message":"x","code":50035,"errors":{"content":{}}}`: `code 50035: x {"content":{}}`,
	} {
		e := readError(req, &http.Response{StatusCode: 404, Header: http.Header{"Retry-After": {"1e300"}}}, []byte(body))
		if !strings.Contains(e.Error(), want) || strings.Contains(e.Error(), "secret") || e.RetryAfter != maxRetryAfter {
			t.Errorf("%s: %v, %v", body, e, e.RetryAfter)
		}
	}
}

// pipeTap is a tap whose server side is given.
func pipeTap(t *testing.T, fromServer []byte, filter func([]byte) (bool, error)) (*tap, *ends) {
	client, server := net.Pipe()
	e := &ends{}
	tap := newTap(client, filter, e.over)
	go func() {
		defer server.Close()
		_, _ = server.Write(fromServer)
	}()
	t.Cleanup(func() { client.Close() })
	return tap, e
}

type ends struct {
	mu    sync.Mutex
	codes []int
}

func (e *ends) over(code int, _ error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.codes = append(e.codes, code)
}

const upgrade = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"

func TestTapFrames(t *testing.T) {
	long := strings.Repeat("x", 70000)
	in := upgrade + "\x81\x04keep" + "\x81\x04drop" + "\x01\x02ke" + "\x89\x01p" + "\x80\x02ep" + "\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70" + long + "\x88\x02\x0f\xa4"
	want := upgrade + "\x81\x04keep" + "\x89\x01p" + "\x01\x02ke\x80\x02ep" + "\x81\x7f\x00\x00\x00\x00\x00\x01\x11\x70" + long + "\x88\x02\x0f\xa4"
	var seen []string
	tap, e := pipeTap(t, []byte(in), func(b []byte) (bool, error) {
		seen = append(seen, string(b))
		return string(b) != "drop", nil
	})
	got, err := io.ReadAll(tap)
	if err != nil || string(got) != want {
		t.Errorf("%v: %d bytes, want %d", err, len(got), len(want))
	}
	if strings.Join(seen, ",") != "keep,drop,keep,"+long {
		t.Errorf("%d messages", len(seen))
	}
	if len(e.codes) != 1 || e.codes[0] != 4004 {
		t.Errorf("ended with %v", e.codes)
	}
	if refused, _ := pipeTap(t, []byte("HTTP/1.1 502 Bad Gateway\r\n\r\nbody"), nil); refused != nil {
		if got, _ := io.ReadAll(refused); !bytes.HasSuffix(got, []byte("body")) {
			t.Errorf("%q", got)
		}
	}
}

func TestTapHoldsClose(t *testing.T) {
	for _, leave := range []bool{false, true} {
		client, server := net.Pipe()
		tap := newTap(client, nil, (&ends{}).over)
		tap.leave.Store(leave)
		go func() {
			_, _ = tap.Write([]byte("\x88\x82\x00\x00\x00\x00\x03\xe8"))
			client.Close()
		}()
		got, _ := io.ReadAll(server)
		if passed := len(got) > 0; passed != leave {
			t.Errorf("leaving: %v, the close frame passed: %v", leave, passed)
		}
		server.Close()
	}
}

func FuzzTap(f *testing.F) {
	f.Add([]byte(upgrade + "\x81\x04keep\x88\x02\x0f\xa4"))
	f.Add([]byte(upgrade + "\x01\x02ke\x80\x02ep\x81\x7e\xff\xff"))
	f.Add([]byte("HTTP/1.1 502 x\n\nabc"))
	f.Add([]byte(upgrade + "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, in []byte) {
		messages := 0
		tap, e := pipeTap(t, in, func(b []byte) (bool, error) {
			messages += len(b)
			return len(b)%2 == 0, nil
		})
		got, err := io.ReadAll(tap)
		if len(got) > len(in) || messages > len(in) {
			t.Errorf("%d bytes of %d", len(got), len(in))
		}
		tap.Close()
		if len(e.codes) != 1 {
			t.Errorf("ended %d times, %v", len(e.codes), err)
		}
	})
}

func FuzzEvents(f *testing.F) {
	f.Add(`{"id":"1","type":2,"token":"t","channel_id":"2","member":{"user":{"id":"3"},"permissions":"32","roles":["4"]},"guild_id":"5","data":{"name":"status","type":1,"options":[{"name":"add","type":1,"options":[{"name":"topic","type":3,"value":"badia","focused":true}]}]}}`)
	f.Add(`{"id":"1","content":"<@9> !status x","author":{"id":"3"},"type":0}`)
	f.Add(`{"id":"1","owner_id":"2","roles":[{"id":"3","permissions":"8","tags":{"bot_id":"9"}}],"channels":[{"id":"4","last_message_id":null}]}`)
	f.Fuzz(func(t *testing.T, data string) {
		b := &Bot{asker: &desk{}, prefix: "!", words: tongues}
		b.self.Store(&identity{"9", "8"})
		var i wireInteraction
		if json.Unmarshal([]byte(data), &i) == nil {
			path, _, _ := i.chosen()
			b.scopes = func(string) []news.Scope { return nil }
			if r := b.request(i); len(path) == 0 || (r.Manager || len(r.Roles) > 0) && i.Guild == "" {
				t.Error("a manager without a guild")
			}
			readPress(i.Data.CustomID, i.Data.Values)
		}
		var g wireGuild
		if json.Unmarshal([]byte(data), &g) == nil {
			b.guilds.set(g, "9")
			b.guilds.manager(g.ID, "1", []string{"3"})
		}
		var m wireMessage
		if json.Unmarshal([]byte(data), &m) == nil {
			line, way := b.line(m)
			if (way == "") != (line == "") {
				t.Errorf("%q came by %q", line, way)
			}
		}
	})
}
