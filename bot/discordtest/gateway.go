package discordtest

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Gateway opcodes and intents: https://docs.discord.com/developers/topics/opcodes-and-status-codes
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opPresence  = 3
	opVoice     = 4
	opResume    = 6
	opReconnect = 7
	opMembers   = 8
	opInvalid   = 9
	opHello     = 10
	opAck       = 11

	intentGuilds         = 1 << 0
	intentGuildMessages  = 1 << 9
	intentDirectMessages = 1 << 12
	intentMessageContent = 1 << 15
	intentKnown          = 1<<26 - 1

	maxPayload = 4096 // bytes a client may send in one payload
)

type gateway struct {
	sessions map[string]*session
	conns    []*conn
	// Counters for tests.
	identifies, resumes, replays int
	refuseResume                 bool
	mute                         bool
	onResume                     *frame
	ready                        readyForm
	limits                       limits
}

// readyForm is what READY says of guilds.
type readyForm int

const (
	readyGuilds readyForm = iota
	readyNull
	readyAbsent
)

// session outlives its connection, so that RESUME can replay.
type session struct {
	id      string
	intents int
	shard   [2]int
	bare    bool // it was told of no guilds
	seq     int64
	events  []frame
	conn    *conn
}

type frame struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
	S  *int64          `json:"s"`
	T  *string         `json:"t"`
}

type conn struct {
	ws      *websocket.Conn
	mu      sync.Mutex // writes
	session *session
}

func (c *conn) write(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_ = c.ws.WriteJSON(f)
}

func (c *conn) close(code int, text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Now().Add(time.Second))
}

// dispatch hands an event to every session that asked for it and whose shard it
// concerns, connected or not; the caller holds the lock. shape may change the
// data per session's intents.
func (s *Server) dispatch(event string, intent int, data map[string]any, shape func(int, map[string]any) map[string]any) {
	guild, _ := data["guild_id"].(string)
	if id, _ := data["channel_id"].(string); guild == "" && s.channels[id] != nil {
		guild = s.channels[id].guild
	}
	s.dispatchTo(guild, event, intent, data, shape)
}

func (s *Server) dispatchTo(guild, event string, intent int, data map[string]any, shape func(int, map[string]any) map[string]any) {
	for _, ses := range s.sessions {
		if !ses.has(guild) || intent != 0 && ses.intents&intent == 0 {
			continue
		}
		d := data
		if shape != nil {
			d = shape(ses.intents, data)
		}
		s.send(ses, event, d)
	}
}

// has says that the events of a guild go to this session; those of none go to shard 0:
// https://docs.discord.com/developers/events/gateway#sharding
func (ses *session) has(guild string) bool {
	return int(number(guild)>>22%uint64(ses.shard[1])) == ses.shard[0]
}

// keptEvents is how many events of a session stay with Options.Forget.
const keptEvents = 20_000

func (s *Server) send(ses *session, event string, data any) {
	ses.seq++
	seq, name := ses.seq, event
	f := frame{Op: opDispatch, D: mustJSON(data), S: &seq, T: &name}
	if s.o.Forget && len(ses.events) >= 2*keptEvents {
		ses.events = append([]frame(nil), ses.events[keptEvents:]...)
	}
	ses.events = append(ses.events, f)
	if ses.conn != nil && !s.mute {
		ses.conn.write(f)
	}
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s.wg.Add(1)
	defer s.wg.Done()
	c := &conn{ws: ws}
	s.mu.Lock()
	select {
	case <-s.stop:
		s.mu.Unlock()
		_ = ws.Close()
		return
	default:
	}
	s.conns = append(s.conns, c)
	mute := s.mute
	s.mu.Unlock()
	defer s.forget(c)
	if v := r.URL.Query().Get("v"); v != "9" && v != "10" {
		c.close(4012, "Invalid API version.")
		return
	}
	if !mute {
		c.write(frame{Op: opHello, D: mustJSON(map[string]any{"heartbeat_interval": s.o.Heartbeat.Milliseconds()})})
	}
	for {
		_ = ws.SetReadDeadline(time.Now().Add(2*s.o.Heartbeat + 5*time.Second))
		_, b, err := ws.ReadMessage()
		if err != nil {
			s.mu.Lock()
			if ses := c.session; ses != nil && websocket.IsCloseError(err, websocket.CloseNormalClosure, websocket.CloseGoingAway) {
				delete(s.sessions, ses.id) // the client ended it: RESUME is refused
			}
			s.mu.Unlock()
			return
		}
		var f frame
		switch {
		case len(b) > maxPayload:
			c.close(4002, "Error while decoding payload.")
			return
		case json.Unmarshal(b, &f) != nil:
			c.close(4002, "Error while decoding payload.")
			return
		}
		if code, text := s.receive(c, f); code != 0 {
			c.close(code, text)
			return
		}
	}
}

func (s *Server) forget(c *conn) {
	s.mu.Lock()
	if c.session != nil && c.session.conn == c {
		c.session.conn = nil
	}
	for i := range s.conns {
		if s.conns[i] == c {
			s.conns = append(s.conns[:i], s.conns[i+1:]...)
			break
		}
	}
	s.touch()
	s.mu.Unlock()
	_ = c.ws.Close()
}

// receive answers one payload; a code other than 0 closes the connection.
func (s *Server) receive(c *conn, f frame) (int, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.mute {
		return 0, ""
	}
	switch f.Op {
	case opHeartbeat:
		c.write(frame{Op: opAck})
		return 0, ""
	case opIdentify:
		return s.identify(c, f.D)
	case opResume:
		return s.resume(c, f.D)
	case opPresence, opVoice, opMembers:
		if c.session == nil {
			return 4003, "Not authenticated."
		}
		return 0, ""
	}
	return 4001, "Unknown opcode."
}

func (s *Server) identify(c *conn, data json.RawMessage) (int, string) {
	if c.session != nil {
		return 4005, "Already authenticated."
	}
	var d struct {
		Token      string         `json:"token"`
		Intents    *int           `json:"intents"`
		Properties map[string]any `json:"properties"`
		Shard      *[2]int        `json:"shard"`
	}
	if json.Unmarshal(data, &d) != nil || d.Properties == nil {
		return 4002, "Error while decoding payload."
	}
	s.identifies++
	s.touch()
	switch {
	case strings.TrimPrefix(d.Token, "Bot ") != s.o.Token:
		return 4004, "Authentication failed."
	case d.Shard != nil && (d.Shard[1] < 1 || d.Shard[0] < 0 || d.Shard[0] >= d.Shard[1]):
		return 4010, "Invalid shard."
	case d.Intents == nil || *d.Intents < 0 || *d.Intents&^intentKnown != 0:
		return 4013, "Invalid intent(s)."
	case *d.Intents&s.o.DeniedIntents != 0:
		return 4014, "Disallowed intent(s)."
	}
	shard := [2]int{0, 1}
	if d.Shard != nil {
		shard = *d.Shard
	}
	switch ok, spent := s.admit(shard[0]); {
	case !ok:
		c.write(frame{Op: opInvalid, D: json.RawMessage("false")})
		return 0, ""
	case spent:
		return 4004, "Authentication failed."
	}
	ses := &session{id: "session-" + s.snowflake(), intents: *d.Intents, conn: c, shard: shard, bare: s.ready != readyGuilds}
	s.sessions[ses.id] = ses
	c.session = ses
	s.greet(ses)
	return 0, ""
}

// greet sends READY and, where the session is to be told of guilds, GUILD_CREATE.
func (s *Server) greet(ses *session) {
	ready := map[string]any{"v": 9, "session_id": ses.id, "resume_gateway_url": "ws://" + s.ln.Addr().String() + "/resume", "shard": ses.shard,
		"user":        map[string]any{"id": BotID, "username": "sitrep", "discriminator": "0", "bot": true},
		"application": map[string]any{"id": AppID, "flags": 0}}
	switch s.ready {
	case readyGuilds:
		guilds := []map[string]any{}
		for _, id := range s.order {
			if ses.has(id) {
				guilds = append(guilds, map[string]any{"id": id, "unavailable": true})
			}
		}
		ready["guilds"] = guilds
	case readyNull:
		ready["guilds"] = nil
	}
	s.send(ses, "READY", ready)
	if !ses.bare {
		s.tellGuilds(ses)
	}
}

func (s *Server) tellGuilds(ses *session) {
	for _, id := range s.order {
		if ses.intents&intentGuilds != 0 && ses.has(id) {
			s.send(ses, "GUILD_CREATE", s.create(s.guilds[id]))
		}
	}
}

func (s *Server) resume(c *conn, data json.RawMessage) (int, string) {
	var d struct {
		Token     string `json:"token"`
		SessionID string `json:"session_id"`
		Seq       *int64 `json:"seq"`
	}
	if json.Unmarshal(data, &d) != nil || d.Seq == nil {
		return 4002, "Error while decoding payload."
	}
	if strings.TrimPrefix(d.Token, "Bot ") != s.o.Token {
		return 4004, "Authentication failed."
	}
	ses := s.sessions[d.SessionID]
	if ses == nil || s.refuseResume {
		delete(s.sessions, d.SessionID)
		c.write(frame{Op: opInvalid, D: json.RawMessage("false")})
		return 0, ""
	}
	if *d.Seq > ses.seq {
		return 4007, "Invalid seq."
	}
	if len(ses.events) > 0 && *ses.events[0].S > *d.Seq+1 { // what is missing was not kept
		delete(s.sessions, d.SessionID)
		c.write(frame{Op: opInvalid, D: json.RawMessage("false")})
		return 0, ""
	}
	if ses.conn != nil { // a connection that we have not yet seen end
		_ = ses.conn.ws.NetConn().Close()
	}
	c.session = ses
	if f := s.onResume; f != nil {
		s.onResume = nil
		c.write(*f)
		if f.Op == opReconnect || f.Op == opInvalid {
			return 0, ""
		}
	}
	ses.conn = c
	s.resumes++
	for _, f := range ses.events {
		if *f.S > *d.Seq {
			s.replays++
			c.write(f)
		}
	}
	s.send(ses, "RESUMED", map[string]any{})
	s.touch()
	return 0, ""
}
