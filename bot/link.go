package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"
)

// link is one gateway session: a discordgo.Session that is opened again as long
// as its session can be resumed, and thrown away when it cannot. discordgo keeps
// the session's ID and sequence to itself, so only reuse allows a RESUME.
type link struct {
	b     *Bot
	shard *shard
	s     *discordgo.Session
	// generation numbers the links of a shard, for the log.
	generation int

	mu     sync.Mutex
	tap    *tap
	down   chan struct{} // closed when the current connection has ended
	ending ending
	begun  bool // an event has come on this connection
	stands bool // READY has come: the next opening is a RESUME
	seq    int64
	// asked says that discordgo has sent an IDENTIFY over the present connection.
	asked bool
	// resumeAt is where Discord wants a RESUME to go; askedAt is where discordgo's
	// idea of the gateway comes from.
	resumeAt, askedAt string
}

// ending says how a connection ended and so what comes next.
type ending struct {
	next next
	code int
	err  error
}

type next int

const (
	resume next = iota // open again: RESUME, or IDENTIFY where there was no READY
	renew              // the session is lost: a new one
	fewer              // a new one without the message content intent
	halt               // an operator must act
)

var (
	// errElsewhere makes discordgo forget the gateway's address, so that it asks for it again.
	errElsewhere = errors.New("the gateway's address has changed")
	errReconnect = errors.New("the gateway asked for a reconnect")
	errInvalid   = errors.New("the gateway says that the session is invalid")
)

// Close codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway
var (
	haltWords = map[int]string{
		4004: tokenWords,
		4010: "invalid shard: shard ID and count do not fit",
		4012: "invalid API version: update sitrep",
		4013: "invalid intents: update sitrep",
		4014: "disallowed intents: switch the intents on at https://discord.com/developers/applications → Bot → Privileged Gateway Intents",
	}
	lostSession = map[int]bool{4003: true, 4005: true, 4007: true, 4009: true}
)

const tokenWords = "Discord refuses the token: copy it anew from https://discord.com/developers/applications → Bot → Reset Token, and set DISCORD_TOKEN or DISCORD_TOKEN_FILE"

// afterClose is what a close code means. content says that the message content
// intent was asked for, without which sitrep can go on.
func afterClose(code int, content bool) ending {
	switch words, fatal := haltWords[code]; {
	case code == 4014 && content:
		return ending{fewer, code, nil}
	case code == 4011:
		return ending{halt, code, errMoreShards}
	case fatal:
		return ending{halt, code, fmt.Errorf("discord gateway, close code %d: %s", code, words)}
	case lostSession[code]:
		return ending{renew, code, nil}
	}
	return ending{resume, code, nil}
}

func (sh *shard) newLink(ctx context.Context) (*link, error) {
	b := sh.b
	s, err := discordgo.New("Bot " + b.token)
	if err != nil {
		return nil, fmt.Errorf("discord session: %w", err)
	}
	l := &link{b: b, shard: sh, s: s}
	s.Client = &http.Client{Transport: linkTransport{l, ctx}, Timeout: restTimeout, CheckRedirect: noRedirect}
	s.Identify.Intents = allIntents
	if b.narrow.Load() {
		s.Identify.Intents &^= discordgo.IntentMessageContent
	}
	s.ShardID, s.ShardCount = sh.id, sh.count
	s.Compress, s.Identify.Compress = false, false // the tap reads plain messages
	s.ShouldReconnectOnError = false               // the supervisor does that
	s.ShouldRetryOnRateLimit, s.MaxRestRetries = false, 0
	s.StateEnabled = false // sitrep keeps what it needs, and State has data races
	// With SyncEvents off, every event is a goroutine and order is lost. Our one
	// handler only files the event in a queue and never calls the session.
	s.SyncEvents = true
	s.LogLevel = discordgo.LogError // the other levels print events, and with them what people write
	s.UserAgent = userAgent
	s.Dialer = &websocket.Dialer{
		HandshakeTimeout:  opening,
		NetDialContext:    l.dialer(ctx, dialPlain),
		NetDialTLSContext: l.dialer(ctx, dialTLS),
	}
	s.AddHandler(func(_ *discordgo.Session, e *discordgo.Event) { b.onEvent(l, e) })
	return l, nil
}

type dialFunc func(ctx context.Context, network, addr string) (net.Conn, error)

// dialer puts a tap on every connection. run ends what is open.
func (l *link) dialer(run context.Context, dial dialFunc) dialFunc {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		l.mu.Lock()
		elsewhere := l.stands && l.resumeAt != l.askedAt || !l.stands && l.askedAt != ""
		l.mu.Unlock()
		if elsewhere {
			return nil, errElsewhere
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(run, cancel)()
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		var t *tap
		t = newTap(conn, l.filter, func(code int, err error) { l.over(t, code, err) })
		l.mu.Lock()
		l.tap = t
		l.mu.Unlock()
		if run.Err() != nil { // abort has come too early to see the tap
			_ = t.Close()
		}
		return t, nil
	}
}

// linkTransport answers GET /gateway itself when a RESUME shall go to the
// address that READY named.
type linkTransport struct {
	l   *link
	run context.Context
}

func (t linkTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.l.mu.Lock()
	t.l.askedAt = ""
	if t.l.stands {
		t.l.askedAt = t.l.resumeAt
	}
	at := t.l.askedAt
	t.l.mu.Unlock()
	if at != "" && strings.HasSuffix(req.URL.Path, "/gateway") {
		body, _ := json.Marshal(map[string]string{"url": at})
		return &http.Response{StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
			Body: io.NopCloser(bytes.NewReader(body)), Request: req}, nil
	}
	// discordgo gives this request no context.
	ctx, cancel := context.WithCancel(req.Context())
	stop := context.AfterFunc(t.run, cancel)
	resp, err := t.l.b.transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
		return nil, err
	}
	resp.Body = &endingBody{resp.Body, func() { stop(); cancel() }}
	return resp, nil
}

// endingBody frees what belongs to a request when its answer has been read.
type endingBody struct {
	io.ReadCloser
	end func()
}

func (b *endingBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}

// open connects and returns when the session stands or has failed.
func (l *link) open() error {
	l.mu.Lock()
	l.down, l.ending, l.begun, l.tap, l.asked = make(chan struct{}), ending{}, false, nil, false
	begin := "identify"
	if l.stands {
		begin = "resume"
	}
	l.mu.Unlock()
	l.b.metrics.connections.WithLabelValues(begin).Inc()
	err := l.s.Open()
	if errors.Is(err, errElsewhere) {
		err = l.s.Open()
	}
	return err
}

// filter reads every gateway message before discordgo does; see tap.
func (l *link) filter(msg []byte) (bool, error) {
	var f struct {
		Op int             `json:"op"`
		D  json.RawMessage `json:"d"`
		S  int64           `json:"s"`
		T  string          `json:"t"`
	}
	if err := json.Unmarshal(msg, &f); err != nil {
		return false, fmt.Errorf("the gateway sent no JSON: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch f.Op {
	case 0:
		l.begin(f.T, f.D)
		l.seq = f.S
		return true, nil
	case 1: // discordgo answers this one with a race on its connection
		return false, l.tap.send(fmt.Sprintf(`{"op":1,"d":%d}`, l.seq))
	case 7:
		l.ending = ending{next: resume, err: errReconnect}
		return false, errReconnect
	case 9:
		l.ending = ending{next: renew, err: errInvalid}
		if string(f.D) == "true" {
			l.ending.next = resume
		}
		return false, errInvalid
	case 10:
		var hello struct {
			Interval int64 `json:"heartbeat_interval"`
		}
		if json.Unmarshal(f.D, &hello) != nil || hello.Interval <= 0 || hello.Interval > 10*60*1000 {
			return false, fmt.Errorf("the gateway's HELLO asks for a heartbeat every %s ms", f.D)
		}
		l.heartbeat(time.Duration(hello.Interval) * time.Millisecond)
		if !l.stands {
			l.asked = true // discordgo answers HELLO with IDENTIFY
		}
		return true, nil
	case 11:
		return l.begun, nil
	}
	return false, nil
}

// begin takes note of a connection's events; the lock is held.
func (l *link) begin(event string, data json.RawMessage) {
	if !l.begun {
		l.begun = true
		l.tap.idle.Store(int64(l.tap.patience))
	}
	if event == "READY" {
		var r struct {
			At string `json:"resume_gateway_url"`
		}
		_ = json.Unmarshal(data, &r)
		l.stands, l.resumeAt, l.askedAt = true, r.At, ""
	}
}

// heartbeat sets how long the gateway may be silent: it acknowledges every
// heartbeat, so after two intervals without a word it is gone.
func (l *link) heartbeat(interval time.Duration) { l.tap.patience = 2 * interval }

// abort ends a connection that is being made.
func (l *link) abort() {
	l.mu.Lock()
	t := l.tap
	l.mu.Unlock()
	if t != nil {
		_ = t.Close()
	}
}

// resumable says that the next opening is a RESUME.
func (l *link) resumable() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stands
}

// identified says that the last opening sent an IDENTIFY.
func (l *link) identified() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

// stood says that the last connection brought an event.
func (l *link) stood() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.begun
}

// over notes the end of a connection, unless it is an old one.
func (l *link) over(t *tap, code int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t != l.tap {
		return
	}
	if l.ending.err == nil && l.ending.code == 0 {
		l.ending = afterClose(code, l.s.Identify.Intents&discordgo.IntentMessageContent != 0)
		if l.ending.err == nil {
			l.ending.err = err
		}
	}
	select {
	case <-l.down:
	default:
		close(l.down)
	}
}

// live waits for the end of an open connection, or of ctx, and closes it. With
// ctx the session ends too: Discord then shows the bot as gone at once.
func (l *link) live(ctx context.Context) ending {
	select {
	case <-l.down:
	case <-ctx.Done():
		l.mu.Lock()
		if l.tap != nil {
			l.tap.leave.Store(true)
		}
		l.mu.Unlock()
	}
	return l.shut()
}

// closing is how long discordgo may take to close a session, where it sleeps for
// a second; a fatal code shall end the program within five.
const closing = 4 * time.Second

// shut closes the session, so that it can be opened again. A session that does
// not close in time hangs and is given up.
func (l *link) shut() ending {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = l.s.Close() // waits for a second
	}()
	hung := false
	select {
	case <-closed:
	case <-time.After(closing):
		hung = true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tap != nil {
		_ = l.tap.Conn.Close() // ends discordgo's own goroutines in any case
	}
	if hung && l.ending.next == resume {
		l.ending.next = renew
		l.ending.err = errors.New("discordgo's session hangs")
	}
	return l.ending
}
