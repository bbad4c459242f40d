package discordtest

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// FuzzBody: whatever a client sends, the server judges it and lives.
func FuzzBody(f *testing.F) {
	f.Add(`{"content":"x","embeds":[{"title":"t","fields":[{"name":"a","value":"b"}],"footer":{"text":"f"},"image":{"url":"attachment://a"}}],"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a","label":"b"}]}]}`)
	f.Add(`[{"name":"status","description":"d","options":[{"type":2,"name":"a","description":"b","options":[{"type":1,"name":"c","description":"d"}]}]}]`)
	f.Add(`{"allowed_mentions":{"parse":null},"nonce":5,"attachments":[{"id":0}],"message_reference":7}`)
	f.Fuzz(func(t *testing.T, body string) {
		r := &request{}
		if r.decode([]byte(body)) != nil {
			return
		}
		s := &Server{}
		s.world.init(0)
		if r.body != nil {
			_, _ = s.checkMessage(r, r.body, "", inChannel)
			_ = s.checkReference(s.channels[General], r.body)
		}
		c := &check{}
		for _, cmd := range r.list {
			c.command(cmd, ".0")
		}
		nest(c.issues)
	})
}

// FuzzRequest: any request to any route is judged, with an answer that is JSON,
// and leaves a world that still works.
func FuzzRequest(f *testing.F) {
	for i, e := range endpoints {
		path := strings.Trim(strings.ReplaceAll(e.path.String(), "([^/]+)", General), "^$")
		f.Add(byte(i), path, "limit=5&before=2026-01-02T03:04:05Z&after=0", "application/json", `{"content":"x","type":4,"data":{"components":[{"type":1,"components":[{"type":3,"custom_id":"a","options":[{"label":"a","value":"a"}]}]}]}}`)
	}
	f.Add(byte(0), messages, "", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n{}\r\n--x--")
	f.Add(byte(1), commandsPath, "", "application/json", `[{"name":"a","type":3},{"name":"b","description":"d","name_localizations":{"ar":"x"},"options":[{"type":3,"choices":[{"name":"a","value":1}]}]}]`)
	s, err := New(Options{Window: time.Hour, Forget: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	methods := []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	f.Fuzz(func(t *testing.T, method byte, path, query, typ, body string) {
		s.mu.Lock()
		i := s.interact(typeCommand, General, MemberID, map[string]any{"name": "x"}, nil)
		s.mu.Unlock()
		if rest, ok := strings.CutPrefix(path, "/interactions/"); ok && strings.HasSuffix(rest, "/callback") {
			path = "/interactions/" + i.ID + "/" + i.Token + "/callback"
		}
		r := &http.Request{Method: methods[int(method)%len(methods)], URL: &url.URL{Path: path, RawQuery: query},
			Header: http.Header{"Authorization": {"Bot " + DefaultToken}, "Content-Type": {typ}}}
		a, p := s.handle(r.WithContext(t.Context()), path, []byte(body))
		if p != nil {
			if p.status < 400 {
				t.Errorf("a problem of status %d", p.status)
			}
			mustJSON(p.json())
			return
		}
		if a.status/100 != 2 {
			t.Errorf("status %d", a.status)
		}
		mustJSON(a.body)
	})
}
