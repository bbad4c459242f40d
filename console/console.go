// Package console is the local channel: a web page that looks and behaves like
// a chat channel, the JSON door POST /v1/ask, and the operator's /healthz,
// /readyz and /metrics. It turns what a person typed into a commands.Request
// and a commands.Reply into HTML or JSON; it knows nothing of what is asked.
package console

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/commands"
	"sitrep/news"
)

// What a request of this door carries (commands.Request).
const (
	Door    = "console" // Request.Door
	Channel = "console" // Request.Channel: there is one channel here
	User    = "local"   // Request.User: whoever reaches the page
)

// InstanceHeader carries Options.Instance.
const InstanceHeader = "Sitrep-Instance"

// MinToken is the shortest token that is taken, in bytes: guessing one of this
// length over a network is hopeless, so that no lock-out is needed.
const MinToken = 16

// Asker answers command lines: commands.Engine, or a test's own.
type Asker interface {
	Do(ctx context.Context, r commands.Request) commands.Reply
	Commands() []*commands.Command
	// Complete gives at most n completions of r.Line as typed so far; a choice's
	// value is the whole new line.
	Complete(ctx context.Context, r commands.Request, n int) []commands.Choice
}

// Options say what the console serves and to whom.
type Options struct {
	// Addr is host:port; empty means 127.0.0.1:8080, port 0 any free one.
	Addr string
	// Exact says that the port was asked for by name: a taken one is then an
	// error instead of a reason to try the next.
	Exact bool
	// Hosts are names under which the console is reached besides loopback and
	// Addr's own host: behind a proxy, in a cluster. Without port.
	Hosts []string
	// Token lets people in. An address that is not loopback needs one of at least
	// MinToken bytes; on loopback it may be empty.
	Token string

	Asker  Asker
	Scopes []news.Scope
	// Ready and Health say why the program is not ready to answer, or not well.
	// Nil means that it always is.
	Ready, Health func() error
	// Gatherer is what /metrics shows; nil: there is no /metrics.
	Gatherer prometheus.Gatherer

	// Instance, where set, is told by /healthz in the header InstanceHeader, so that
	// whoever kept the address knows this process from another that has its port.
	Instance string
	// Version and Notice stand at the head of the page ("Trial: sample dispatches").
	Version, Notice string
	// Examples are the command lines that the welcome offers; nil means four about
	// the sample dispatches.
	Examples []string

	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

var defaultExamples = []string{
	"status badia until:2018-12-31",
	"brief 7d until:2019-03-23",
	"search Hajin",
	"help",
}

// limits are what the console grants a caller. They are a struct so that tests can
// reach them within a second.
type limits struct {
	readHeader, read, write, idle time.Duration
	ask                           time.Duration // one command line
	heartbeat                     time.Duration // between two signs of life of an event stream
	shutdown                      time.Duration
	header                        int // bytes
	askBody, formBody             int64
	asks, completions, streams    int // at once
	pages, pageTurns              int
	pageBytes, allPages           int // bytes of HTML held
	pageAge                       time.Duration
	posts, postBytes              int
}

var defaultLimits = limits{
	readHeader: 5 * time.Second,
	read:       10 * time.Second,
	write:      60 * time.Second,
	idle:       2 * time.Minute,
	ask:        45 * time.Second,
	heartbeat:  25 * time.Second,
	shutdown:   5 * time.Second,
	// Cookies of every program on localhost come along, whatever its port.
	header:      64 << 10,
	askBody:     64 << 10, // a line of 8,000 bytes, each letter escaped (\u0628)
	formBody:    32 << 10, // an 8 KB line in Arabic is 24 KB when percent-encoded
	asks:        16,
	completions: 16,
	streams:     64,
	pages:       200,
	pageTurns:   60,
	pageBytes:   4 << 20,
	allPages:    64 << 20,
	pageAge:     12 * time.Hour,
	posts:       50,
	postBytes:   16 << 20,
}

// Console is the local channel.
type Console struct {
	o     Options
	lim   limits
	log   *slog.Logger
	hosts hostList
	gate  gate
	view  *renderer
	pages *book
	posts *board
	count *meters

	asks, completions, streams slots

	handler http.Handler

	mu       sync.Mutex
	listener net.Listener
	done     chan struct{} // closed when the server stops: event streams end
	stop     sync.Once
}

// New checks the options and builds the console. It does not listen yet.
func New(o Options) (*Console, error) { return newConsole(o, defaultLimits) }

func newConsole(o Options, lim limits) (*Console, error) {
	if o.Asker == nil {
		return nil, errors.New("console: no Asker: nothing would answer")
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:8080"
	}
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("console address %q: %w: give host:port, like 127.0.0.1:8080", o.Addr, err)
	}
	if err := checkToken(host, o.Addr, o.Token); err != nil {
		return nil, err
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Examples == nil {
		o.Examples = defaultExamples
	}
	view, err := newRenderer()
	if err != nil {
		return nil, err
	}
	c := &Console{
		o:           o,
		lim:         lim,
		log:         o.Logger,
		hosts:       newHostList(host, o.Hosts),
		gate:        newGate(o.Token),
		view:        view,
		pages:       newBook(lim),
		posts:       newBoard(lim),
		asks:        make(slots, lim.asks),
		completions: make(slots, lim.completions),
		streams:     make(slots, lim.streams),
		done:        make(chan struct{}),
	}
	if c.count, err = newMeters(o.Registerer, c); err != nil {
		return nil, err
	}
	c.handler = c.routes()
	return c, nil
}

// checkToken refuses an address that strangers can reach without a token.
func checkToken(host, addr, token string) error {
	if token != "" && len(token) < MinToken {
		return fmt.Errorf("console token: %d bytes, at least %d are needed: make one with `openssl rand -hex 16`",
			len(token), MinToken)
	}
	if token == "" && !loopback(host) {
		return fmt.Errorf("console address %s can be reached from other machines and needs a token of at least %d bytes: "+
			"set one (`openssl rand -hex 16` makes one), or listen on 127.0.0.1", addr, MinToken)
	}
	return nil
}

// Handler is the whole console as an http.Handler, its guards included.
func (c *Console) Handler() http.Handler { return c.handler }

// slots bound how many of a kind run at once.
type slots chan struct{}

func (s slots) take() bool {
	select {
	case s <- struct{}{}:
		return true
	default:
		return false
	}
}

func (s slots) free() { <-s }
