package discordtest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// problem is an error answer in Discord's shape:
// https://docs.discord.com/developers/reference#error-messages
type problem struct {
	status, code int
	message      string
	issues       []issue
}

// Discord's JSON error codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
var (
	errUnauthorized   = &problem{status: 401, message: "401: Unauthorized"}
	errNotFound       = &problem{status: 404, message: "404: Not Found"}
	errMethod         = &problem{status: 405, message: "405: Method Not Allowed"}
	errBadJSON        = &problem{status: 400, code: 50109, message: "The request body contains invalid JSON."}
	errUnknownChannel = &problem{status: 404, code: 10003, message: "Unknown Channel"}
	errUnknownGuild   = &problem{status: 404, code: 10004, message: "Unknown Guild"}
	errUnknownMember  = &problem{status: 404, code: 10007, message: "Unknown Member"}
	errUnknownMessage = &problem{status: 404, code: 10008, message: "Unknown Message"}
	errUnknownUser    = &problem{status: 404, code: 10013, message: "Unknown User"}
	errUnknownHook    = &problem{status: 404, code: 10015, message: "Unknown Webhook"}
	errUnknownInter   = &problem{status: 404, code: 10062, message: "Unknown interaction"}
	errAnswered       = &problem{status: 400, code: 40060, message: "Interaction has already been acknowledged."}
	errTooLarge       = &problem{status: 413, code: 40005, message: "Request entity too large"}
	errNoAccess       = &problem{status: 403, code: 50001, message: "Missing Access"}
	errNotYours       = &problem{status: 403, code: 50005, message: "Cannot edit a message authored by another user"}
	errEmpty          = &problem{status: 400, code: 50006, message: "Cannot send an empty message"}
	errOnDM           = &problem{status: 403, code: 50003, message: "Cannot execute action on a DM channel"}
	errNotText        = &problem{status: 400, code: 50008, message: "Cannot send messages in a non-text channel"}
	errChannelType    = &problem{status: 400, code: 50024, message: "Cannot execute action on this channel type"}
	errNoPermission   = &problem{status: 403, code: 50013, message: "Missing Permissions"}
	errHookToken      = &problem{status: 401, code: 50027, message: "Invalid Webhook Token"}
)

const codeInvalidForm = 50035

func invalidForm(issues []issue) *problem {
	return &problem{status: 400, code: codeInvalidForm, message: "Invalid Form Body", issues: issues}
}

func (p *problem) json() map[string]any {
	out := map[string]any{"message": p.message, "code": p.code}
	if len(p.issues) > 0 {
		out["errors"] = nest(p.issues)
	}
	return out
}

// request is a call on its way through the server.
type request struct {
	method, path string
	query        map[string]string
	rawQuery     string
	body         map[string]any   // an object
	list         []map[string]any // or an array of objects
	files        []upload
	header       http.Header
	args         []string // what the route's pattern matched
}

type upload struct {
	field, name, typ string
	data             []byte
}

type answer struct {
	status int
	body   any
}

type handler func(s *Server, r *request) (answer, *problem)

type endpoint struct {
	method string
	path   *regexp.Regexp
	open   bool // needs no token: its path carries one
	do     handler
	rules  func(s *Server, r *request) *problem // what do would say of the body; nil if nothing
}

func at(method, path string, open bool, do handler, rules ...func(s *Server, r *request) *problem) endpoint {
	path = strings.ReplaceAll(path, "{id}", `([^/]+)`)
	e := endpoint{method: method, path: regexp.MustCompile("^" + path + "$"), open: open, do: do}
	if len(rules) > 0 {
		e.rules = rules[0]
	}
	return e
}

var endpoints = []endpoint{
	at("GET", "/gateway", true, (*Server).getGateway),
	at("GET", "/gateway/bot", false, (*Server).getGateway),
	at("GET", "/users/@me", false, (*Server).getMe),
	at("GET", "/applications/@me", false, (*Server).getApplication),
	at("POST", "/users/@me/channels", false, (*Server).openDM),
	at("GET", "/guilds/{id}", false, (*Server).getGuild),
	at("GET", "/guilds/{id}/channels", false, (*Server).getGuildChannels),
	at("GET", "/guilds/{id}/roles", false, (*Server).getRoles),
	at("GET", "/guilds/{id}/threads/active", false, (*Server).activeThreads),
	at("GET", "/guilds/{id}/members/{id}", false, (*Server).getMember),
	at("GET", "/channels/{id}", false, (*Server).getChannel),
	at("POST", "/channels/{id}/typing", false, (*Server).typing),
	at("GET", "/channels/{id}/threads/archived/public", false, (*Server).archivedThreads),
	at("GET", "/channels/{id}/messages", false, (*Server).getMessages),
	at("POST", "/channels/{id}/messages", false, (*Server).postMessage, (*Server).rulesPost),
	at("GET", "/channels/{id}/messages/{id}", false, (*Server).getMessage),
	at("PATCH", "/channels/{id}/messages/{id}", false, (*Server).patchMessage, (*Server).rulesEdit),
	at("DELETE", "/channels/{id}/messages/{id}", false, (*Server).deleteMessage),
	at("POST", "/interactions/{id}/{id}/callback", true, (*Server).callback, (*Server).rulesCallback),
	at("POST", "/webhooks/{id}/{id}", true, (*Server).followUp, (*Server).rulesAnswer),
	at("GET", "/webhooks/{id}/{id}/messages/{id}", true, (*Server).getAnswer),
	at("PATCH", "/webhooks/{id}/{id}/messages/{id}", true, (*Server).patchAnswer, (*Server).rulesEdit),
	at("DELETE", "/webhooks/{id}/{id}/messages/{id}", true, (*Server).deleteAnswer),
	at("GET", "/applications/{id}/commands", false, (*Server).getCommands),
	at("PUT", "/applications/{id}/commands", false, (*Server).putCommands, (*Server).rulesCommands),
}

var apiPath = regexp.MustCompile(`^/api/v(9|10)(/.*)$`)

// maxBody is the largest request that is read: 25 MiB and a little.
const maxBody = 26 << 20

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if p := strings.TrimSuffix(r.URL.Path, "/"); p == "/gateway" || p == "/resume" {
		s.serveGateway(w, r)
		return
	}
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return
	}
	path := r.URL.Path
	if m := apiPath.FindStringSubmatch(path); m != nil {
		path = m[2]
	} else {
		path = "/outside" + path
	}
	f, faulty := s.fault(r.Method, path)
	if faulty && f.Delay > 0 {
		select {
		case <-time.After(f.Delay):
		case <-r.Context().Done():
			return
		case <-s.stop:
			return
		}
	}
	lost := faulty && (f.Status != 0 || f.Delay == 0 || f.Accept)
	var a answer
	var p *problem
	if !lost || f.Accept {
		a, p = s.handle(r, path, raw)
	}
	status := a.status
	if p != nil {
		status = p.status
	}
	if lost {
		status = f.Status
	}
	s.record(Call{r.Method, path, raw, status, time.Now()}, p)
	switch {
	case lost && f.Status == 0:
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	case lost:
		f.write(w)
	case p != nil:
		writeJSON(w, p.status, p.json())
	default:
		writeJSON(w, a.status, a.body)
	}
}

func (f Fault) write(w http.ResponseWriter) {
	for k, v := range f.Header {
		w.Header().Set(k, v)
	}
	if f.Body == "" {
		writeJSON(w, f.Status, map[string]any{"message": http.StatusText(f.Status), "code": f.Code})
		return
	}
	w.WriteHeader(f.Status)
	_, _ = io.WriteString(w, f.Body)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if status == http.StatusTooManyRequests {
		if m, ok := body.(map[string]any); ok {
			w.Header().Set("Retry-After", fmt.Sprint(m["retry_after"]))
		}
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func (s *Server) record(c Call, p *problem) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[c.Method+" "+pattern(c.Path)]++
	if s.o.Forget {
		c.Body = nil
	} else {
		s.calls = append(s.calls, c)
	}
	if p != nil && p.status != http.StatusTooManyRequests {
		r := Refusal{Method: c.Method, Path: c.Path, Status: p.status, Code: p.code, Message: p.message, Body: c.Body}
		for _, i := range p.issues {
			r.Errors = append(r.Errors, i.String())
		}
		s.refusals = append(s.refusals, r)
	}
	s.touch()
}

var anyID = regexp.MustCompile(`/[^/]*[0-9]{5,}[^/]*`)

// pattern is a path with its IDs and tokens taken out.
func pattern(path string) string { return anyID.ReplaceAllString(path, "/{id}") }

func (s *Server) handle(r *http.Request, path string, raw []byte) (answer, *problem) {
	req := &request{method: r.Method, path: path, header: r.Header, query: map[string]string{}, rawQuery: r.URL.RawQuery}
	for k := range r.URL.Query() {
		req.query[k] = r.URL.Query().Get(k)
	}
	known := false
	for _, e := range endpoints {
		m := e.path.FindStringSubmatch(path)
		if m == nil {
			continue
		}
		known = true
		if e.method != r.Method {
			continue
		}
		req.args = m[1:]
		if !e.open && r.Header.Get("Authorization") != "Bot "+s.o.Token {
			return answer{}, errUnauthorized
		}
		if p := s.limited(req); p != nil {
			return answer{}, p
		}
		if p := req.read(raw); p != nil {
			return answer{}, p
		}
		if req.list != nil && !strings.HasSuffix(path, "/commands") {
			return answer{}, invalidForm([]issue{{"_", "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType"}})
		}
		issues := s.described(r.Context(), req)
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(issues) > 0 {
			return answer{}, s.refuse(e, req, issues)
		}
		return e.do(s, req)
	}
	if known {
		return answer{}, errMethod
	}
	return answer{}, errNotFound
}

// route is the rate-limit bucket of a route and its major parameter.
type route struct {
	left  int
	reset time.Time
}

var majors = regexp.MustCompile(`^/(channels|guilds|webhooks)/[^/]+|^/[^/]+`)

func (s *Server) limited(r *request) *problem {
	if s.o.Bucket == 0 || strings.HasPrefix(r.path, "/interactions/") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.method + " " + majors.FindString(r.path)
	b := s.routes[key]
	if b == nil || time.Now().After(b.reset) {
		b = &route{left: s.o.Bucket, reset: time.Now().Add(s.o.BucketTime)}
		s.routes[key] = b
	}
	if b.left == 0 {
		return &problem{status: 429, message: "You are being rate limited."}
	}
	b.left--
	return nil
}

func validID(id string) bool {
	n, err := strconv.ParseUint(id, 10, 63)
	return err == nil && n > 1<<22 && len(id) <= 20
}

// snowflakes refuses arguments that are no IDs, as Discord does before it looks.
func snowflakes(names []string, ids []string) *problem {
	for i, id := range ids {
		if !validID(id) {
			return invalidForm([]issue{{names[i], "NUMBER_TYPE_COERCE", fmt.Sprintf("Value %q is not snowflake.", id)}})
		}
	}
	return nil
}
