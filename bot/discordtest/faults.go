package discordtest

import (
	"context"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// Fault makes requests fail.
type Fault struct {
	// Method and Path say which requests: an equal method and a path that
	// contains Path; empty matches all.
	Method, Path string
	// Times is how often; 0 means once, below 0 for ever.
	Times int
	// Status is answered, with Body or, where that is empty, Discord's error shape.
	// Status 0 ends the connection without an answer.
	Status, Code int
	Body         string
	Header       map[string]string
	// Accept carries the request out first, so that only its answer is lost.
	Accept bool
	// Delay comes before the answer; a fault with Delay alone only slows down.
	Delay time.Duration
	// Every, if above 1, is how often it strikes: every n-th request that it matches.
	Every int

	matched int
}

// Fail adds a fault. Faults are used in the order in which they were added.
func (s *Server) Fail(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.Times == 0 {
		f.Times = 1
	}
	s.faults = append(s.faults, &f)
}

// Heal takes all faults away.
func (s *Server) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

func (s *Server) fault(method, path string) (Fault, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Times != 0 && (f.Method == "" || f.Method == method) && strings.Contains(path, f.Path) {
			if f.matched++; f.Every > 1 && f.matched%f.Every != 0 {
				continue
			}
			if f.Times > 0 {
				f.Times--
			}
			return *f, true
		}
	}
	return Fault{}, false
}

func (s *Server) eachConn(fn func(*conn)) {
	s.mu.Lock()
	conns := append([]*conn(nil), s.conns...)
	s.mu.Unlock()
	for _, c := range conns {
		fn(c)
	}
}

// Drop cuts the gateway's connections without a word. Sessions stay resumable,
// and events from this moment on wait for the RESUME.
func (s *Server) Drop() { s.drop(func(*session) bool { return true }) }

// DropShard is Drop for the connections of one shard.
func (s *Server) DropShard(shard int) {
	s.drop(func(ses *session) bool { return ses != nil && ses.shard[0] == shard })
}

func (s *Server) drop(which func(*session) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if !which(c.session) {
			continue
		}
		if c.session != nil {
			c.session.conn = nil
		}
		_ = c.ws.NetConn().Close()
	}
}

// Reconnect sends op 7: the client shall connect again and RESUME. Events from
// this moment on wait for that.
func (s *Server) Reconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if c.session != nil {
			c.session.conn = nil
		}
		c.write(frame{Op: opReconnect})
	}
}

// Invalidate sends op 9. Unless resumable, the sessions are gone, and with
// them the events until the next IDENTIFY.
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := "false"
	if resumable {
		d = "true"
	}
	for _, c := range s.conns {
		if !resumable && c.session != nil {
			delete(s.sessions, c.session.id)
		}
		if c.session != nil {
			c.session.conn = nil
		}
		c.write(frame{Op: opInvalid, D: []byte(d)})
	}
}

// CloseGateway closes the gateway's connections with a close code. The codes
// 4003, 4004, 4007 and 4009 to 4014 end the sessions too.
func (s *Server) CloseGateway(code int) {
	s.mu.Lock()
	for id := range s.sessions {
		if code == 4003 || code == 4004 || code == 4007 || code >= 4009 {
			delete(s.sessions, id)
		}
	}
	for _, c := range s.conns {
		if c.session != nil {
			c.session.conn = nil
		}
	}
	s.mu.Unlock()
	s.eachConn(func(c *conn) {
		c.close(code, "closed by the test")
		_ = c.ws.NetConn().SetReadDeadline(time.Now().Add(3 * time.Second))
	})
}

// Mute makes the gateway accept connections and say nothing at all, not even
// HELLO or an ACK, until it is called with false.
func (s *Server) Mute(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mute = on
}

// ReadyWithoutGuilds makes READY say that guilds are null, and no GUILD_CREATE
// follow until it is called with false: then they come.
func (s *Server) ReadyWithoutGuilds(on bool) { s.readyForm(on, readyNull) }

// ReadyWithoutGuildsKey is ReadyWithoutGuilds with no such key in READY at all.
func (s *Server) ReadyWithoutGuildsKey(on bool) { s.readyForm(on, readyAbsent) }

func (s *Server) readyForm(on bool, form readyForm) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if on {
		s.ready = form
		return
	}
	s.ready = readyGuilds
	for _, ses := range s.sessions {
		if ses.bare {
			ses.bare = false
			s.tellGuilds(ses)
		}
	}
}

// AskHeartbeat sends op 1.
func (s *Server) AskHeartbeat() { s.eachConn(func(c *conn) { c.write(frame{Op: opHeartbeat}) }) }

// SendRaw sends any payload: op, and d as JSON.
func (s *Server) SendRaw(op int, d string) {
	s.eachConn(func(c *conn) { c.write(frame{Op: op, D: []byte(d)}) })
}

// SendText sends a text message as it is, and detaches the session: the client
// will have to RESUME.
func (s *Server) SendText(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.conns {
		if c.session != nil {
			c.session.conn = nil
		}
		c.mu.Lock()
		_ = c.ws.WriteMessage(websocket.TextMessage, []byte(text))
		c.mu.Unlock()
	}
}

// OnResume makes the next RESUME answered with this payload first. After op 7 and
// op 9 nothing follows on that connection, and the session stays resumable.
func (s *Server) OnResume(op int, d string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onResume = &frame{Op: op, D: []byte(d)}
}

// RefuseResume makes every RESUME fail with op 9.
func (s *Server) RefuseResume(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuseResume = on
}

// Forget ends all sessions, so that the next RESUME fails and what is said until
// the next IDENTIFY is not replayed.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
}

// Counts are how often a client has identified, resumed, and how many events
// were replayed to it.
func (s *Server) Counts() (identifies, resumes, replays int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.identifies, s.resumes, s.replays
}

// WaitConnected blocks until a client is in a session that is connected.
func (s *Server) WaitConnected(ctx context.Context) error {
	return s.wait(ctx, "a connected session", func() bool {
		for _, ses := range s.sessions {
			if ses.conn != nil {
				return true
			}
		}
		return false
	})
}

// WaitIdentifies blocks until clients have identified n times.
func (s *Server) WaitIdentifies(ctx context.Context, n int) error {
	return s.wait(ctx, "an identify", func() bool { return s.identifies >= n })
}

// WaitResumes blocks until clients have resumed n times.
func (s *Server) WaitResumes(ctx context.Context, n int) error {
	return s.wait(ctx, "a resume", func() bool { return s.resumes >= n })
}
