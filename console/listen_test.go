package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"sitrep/commands"
)

func get(t *testing.T, address string) *http.Response {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestPortTaken(t *testing.T) {
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c := testConsole(t, Options{Addr: other.Addr().String()})
	addr, taken, err := c.Listen()
	if err != nil || !taken || addr == other.Addr().String() {
		t.Fatalf("Listen: %s, %v, %v", addr, taken, err)
	}
	if _, _, err := c.Listen(); err == nil {
		t.Error("listening twice")
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- c.Serve(ctx) }()
	res := get(t, "http://"+addr+"/healthz")
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if string(body) != "ok\n" {
		t.Errorf("on %s: %d %s", addr, res.StatusCode, body)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}

	exact := testConsole(t, Options{Addr: other.Addr().String(), Exact: true})
	_, _, err = exact.Listen()
	if !errors.Is(err, syscall.EADDRINUSE) || !strings.Contains(err.Error(), other.Addr().String()) || !strings.Contains(err.Error(), "choose another") {
		t.Errorf("a taken port that was asked for: %v", err)
	}
	if err := exact.Serve(t.Context()); err == nil {
		t.Error("Serve runs without a port")
	}
}

func TestBadAddress(t *testing.T) {
	c := testConsole(t, Options{Addr: "127.0.0.1:99999"})
	if _, _, err := c.Listen(); err == nil || !strings.Contains(err.Error(), "127.0.0.1:99999") {
		t.Errorf("Listen: %v", err)
	}
}

// TestSlowAnswer holds an answer longer than the read timeout, which must not
// cancel it: net/http takes a read that times out for a client that went.
func TestSlowAnswer(t *testing.T) {
	asker := &script{do: func(ctx context.Context, r commands.Request) (commands.Reply, bool) {
		select {
		case <-ctx.Done():
			return commands.Reply{Error: &commands.Error{Code: commands.CodeInternal, Message: "cancelled"}}, true
		case <-time.After(500 * time.Millisecond):
			return commands.Reply{Title: "Slow"}, true
		}
	}}
	c := testConsole(t, Options{Addr: "127.0.0.1:0", Asker: asker}, func(l *limits) { l.read = 100 * time.Millisecond })
	base, _ := serve(t, c)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for _, tt := range [][3]string{
		{"/v1/ask", asJSON, `{"line":"slow"}`},
		{"/turn", "application/x-www-form-urlencoded", "line=slow"},
	} {
		res, err := client.Post(base+tt[0], tt[1], strings.NewReader(tt[2]))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.StatusCode != 200 || !strings.Contains(string(body), "Slow") {
			t.Errorf("%s: %d %s", tt[0], res.StatusCode, body)
		}
	}
}

// TestAskHasATimeLimit gives an answer no more than its time.
func TestAskHasATimeLimit(t *testing.T) {
	asker := &script{do: func(ctx context.Context, r commands.Request) (commands.Reply, bool) {
		<-ctx.Done()
		return commands.Reply{Error: &commands.Error{Code: commands.CodeUnavailable, Message: ctx.Err().Error()}}, true
	}}
	c := testConsole(t, Options{Asker: asker}, func(l *limits) { l.ask = 10 * time.Millisecond })
	if w := do(c, "POST", "/v1/ask", `{"line":"x"}`, "Content-Type", asJSON); w.Code != 503 || !strings.Contains(w.Body.String(), "deadline") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestShutdown lets an answer finish and then cuts off one that does not.
func TestShutdown(t *testing.T) {
	for _, tt := range []struct {
		name string
		wait time.Duration // how long the answer takes from the shutdown on
		ok   bool
	}{{"in time", 50 * time.Millisecond, true}, {"too late", time.Hour, false}} {
		t.Run(tt.name, func(t *testing.T) {
			asker := &script{requests: make(chan commands.Request), do: func(ctx context.Context, r commands.Request) (commands.Reply, bool) {
				select {
				case <-ctx.Done():
				case <-time.After(tt.wait):
				}
				return commands.Reply{Title: "done"}, true
			}}
			c := testConsole(t, Options{Addr: "127.0.0.1:0", Asker: asker}, func(l *limits) { l.shutdown = 400 * time.Millisecond })
			base, stop := serve(t, c)
			answered := make(chan error, 1)
			go func() {
				client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
				res, err := client.Post(base+"/v1/ask", asJSON, strings.NewReader(`{"line":"x"}`))
				if err == nil {
					res.Body.Close()
					if res.StatusCode != 200 {
						err = fmt.Errorf("status %d", res.StatusCode)
					}
				}
				answered <- err
			}()
			<-asker.requests
			stop()
			if err := <-answered; (err == nil) != tt.ok {
				t.Errorf("the answer: %v", err)
			}
		})
	}
}

// TestHeaderLimit sends more header than is taken.
func TestHeaderLimit(t *testing.T) {
	c := testConsole(t, Options{Addr: "127.0.0.1:0"})
	base, _ := serve(t, c)
	req, _ := http.NewRequest("GET", base+"/", nil)
	req.Header.Set("X-Long", strings.Repeat("x", 100<<10))
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return // the connection was closed while we were still sending: refused too
	}
	res.Body.Close()
	if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
}
