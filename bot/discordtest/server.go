// Package discordtest is a Discord on loopback for tests: the REST API over HTTP
// and the gateway over a websocket, as far as a bot needs them. It refuses what
// Discord refuses, with Discord's error shape, and some things more; it records
// every call; it can be told to fail. It holds no secret and needs no network.
//
// Limits and shapes follow https://docs.discord.com/developers (API v9 and v10).
package discordtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options say how a server behaves. The zero value is a strict Discord.
type Options struct {
	// Token is the one that is accepted; empty means DefaultToken.
	Token string
	// Heartbeat is the interval that HELLO asks for; zero means Discord's 41.25 s.
	Heartbeat time.Duration
	// Window is the time for the first answer to an interaction; zero means 3 s.
	Window time.Duration
	// NonceWindow is how long enforce_nonce remembers; zero means 3 minutes.
	NonceWindow time.Duration
	// DeniedIntents are answered with close code 4014.
	DeniedIntents int
	// Lax switches our own house rules off: that every send carries
	// allowed_mentions with an empty parse list, that a message carries an
	// enforced nonce, and that no unknown key is sent.
	Lax bool
	// Bucket, if not zero, is how many requests a route may do per BucketTime.
	Bucket     int
	BucketTime time.Duration
	// Guilds is how many guilds there are beside the first two: see Server.Guilds.
	Guilds int
	// Shards and Concurrency are what GET /gateway/bot recommends; zero means 1.
	Shards, Concurrency int
	// IdentifyWindow, if not zero, is the time in which no more than Concurrency
	// clients may identify (Discord's is 5 s); more are answered with op 9.
	IdentifyWindow time.Duration
	// Remaining is how many IDENTIFYs there are until ResetAfter has passed; zero
	// means 1,000, below zero none. One more is answered with close code 4004, as
	// Discord takes the token back. ResetAfter zero means a day.
	Remaining  int
	ResetAfter time.Duration
	// OpenAPI is the path of Discord's description of its API, which every request
	// is checked against; empty means ../shared/discord/openapi.json beside the
	// project, if it is there, and "-" none.
	OpenAPI string
	// Forget keeps no requests, only counts of them (see CallCounts), and of a
	// session's events the last 20,000: for load tests.
	Forget bool
}

// DefaultToken is accepted where Options name none.
const DefaultToken = "discordtest.token.0123456789"

// Server is a running Discord. All methods may be called from any goroutine.
type Server struct {
	o    Options
	doc  *document // nil where there is none
	http *http.Server
	ln   net.Listener
	done chan struct{} // closed when Serve has returned
	wg   sync.WaitGroup
	stop chan struct{} // closed by Close: connections end

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	world
	gateway
	calls    []Call
	counts   map[string]int
	refusals []Refusal
	faults   []*Fault
	routes   map[string]*route
	commands []map[string]any
	puts     int
}

// Call is one HTTP request as it came in. Headers are left out: they carry the token.
type Call struct {
	Method, Path string
	Body         []byte
	Status       int
	At           time.Time
}

// Refusal is a request that was answered with an error of its own doing, not by a Fault.
type Refusal struct {
	Method, Path string
	Status, Code int
	Message      string
	// Errors are the nested errors of code 50035, as "embeds.0.title: CODE: message".
	Errors []string
	Body   []byte
}

func (r Refusal) String() string {
	return fmt.Sprintf("%s %s: %d, code %d: %s %v", r.Method, r.Path, r.Status, r.Code, r.Message, r.Errors)
}

// New starts a server on a free port of the loopback address, with two guilds and
// people in them (see the constants of the world).
func New(o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = DefaultToken
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 41250 * time.Millisecond
	}
	if o.Window == 0 {
		o.Window = 3 * time.Second
	}
	if o.NonceWindow == 0 {
		o.NonceWindow = 3 * time.Minute
	}
	if o.BucketTime == 0 {
		o.BucketTime = time.Second
	}
	if o.ResetAfter == 0 {
		o.ResetAfter = 24 * time.Hour
	}
	if o.Remaining == 0 {
		o.Remaining = 1000
	}
	o.Shards, o.Concurrency = max(o.Shards, 1), max(o.Concurrency, 1)
	doc, err := loadDocument(o.OpenAPI)
	if err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("discordtest: %w", err)
	}
	s := &Server{o: o, doc: doc, ln: ln, done: make(chan struct{}), stop: make(chan struct{}), changed: make(chan struct{}),
		routes: map[string]*route{}, counts: map[string]int{}}
	s.world.init(o.Guilds)
	s.gateway.sessions = map[string]*session{}
	s.http = &http.Server{Handler: http.HandlerFunc(s.serve), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		defer close(s.done)
		_ = s.http.Serve(ln)
	}()
	return s, nil
}

// TB is what Start needs of a test.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Start is New for tests: it fails the test, and closes with it.
func Start(t TB, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Cleanup(s.Close)
	return s
}

// URL is the base address, to stand for https://discord.com.
func (s *Server) URL() string { return "http://" + s.ln.Addr().String() }

// Token is the token that the server accepts.
func (s *Server) Token() string { return s.o.Token }

// Close ends all connections and waits for them.
func (s *Server) Close() {
	s.mu.Lock()
	select {
	case <-s.stop:
	default:
		close(s.stop)
	}
	for _, c := range s.conns {
		_ = c.ws.NetConn().Close()
	}
	s.mu.Unlock()
	_ = s.http.Close()
	<-s.done
	s.wg.Wait()
}

// touch wakes everyone who waits; the caller holds the lock.
func (s *Server) touch() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait blocks until cond, called with the lock held, is true, or ctx ends. The
// cond must not call the server's methods.
func (s *Server) wait(ctx context.Context, what string, cond func() bool) error {
	for {
		s.mu.Lock()
		ok, ch := cond(), s.changed
		s.mu.Unlock()
		if ok {
			return nil
		}
		select {
		case <-ch:
		case <-ctx.Done():
			return fmt.Errorf("discordtest: waiting for %s: %w", what, ctx.Err())
		case <-s.stop:
			return errors.New("discordtest: waiting for " + what + ": the server was closed")
		}
	}
}

// CallCounts are how often each route was called, by its method and its path
// with {id} for every ID and token: "POST /channels/{id}/messages".
func (s *Server) CallCounts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.counts)
}

// Calls are all requests so far; none with Options.Forget.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Refusals are all requests that were refused so far.
func (s *Server) Refusals() []Refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Refusal(nil), s.refusals...)
}
