package discordtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client is a plain HTTP client of the server.
type client struct {
	t     *testing.T
	s     *Server
	token string
}

func newClient(t *testing.T, o Options) *client {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return &client{t, Start(t, o), DefaultToken}
}

func (c *client) do(method, path, contentType, body string) (int, map[string]any) {
	c.t.Helper()
	req, err := http.NewRequest(method, c.s.URL()+"/api/v9"+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+c.token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, _ := io.ReadAll(resp.Body)
	var out map[string]any
	_ = json.Unmarshal(b, &out)
	return resp.StatusCode, out
}

func (c *client) json(method, path string, body any) (int, map[string]any) {
	c.t.Helper()
	return c.do(method, path, "application/json", string(mustJSON(body)))
}

type m = map[string]any

// good is a message that is accepted; with changes it for one test.
func good(with m) m {
	b := m{"content": "hello", "nonce": "n", "enforce_nonce": true, "allowed_mentions": m{"parse": []any{}}}
	for k, v := range with {
		if v == nil {
			delete(b, k)
			continue
		}
		b[k] = v
	}
	return b
}

func embed(with m) m { return good(m{"embeds": []any{with}}) }

func row(parts ...any) m { return m{"type": 1, "components": parts} }

func button(id string) m { return m{"type": 2, "style": 2, "label": "x", "custom_id": id} }

func buttons(parts ...any) m { return good(m{"components": []any{row(parts...)}}) }

func many(n int, v any) []any {
	out := []any{}
	for range n {
		out = append(out, v)
	}
	return out
}

func manyButtons(n int) []any {
	out := []any{}
	for i := range n {
		out = append(out, button(fmt.Sprint(i)))
	}
	return out
}

const messages = "/channels/" + General + "/messages"

func TestMessageRefusals(t *testing.T) {
	x := func(n int) string { return strings.Repeat("x", n) }
	field := func(name, value string) m { return m{"fields": []any{m{"name": name, "value": value}}} }
	tests := []struct {
		name string
		body any
		code int
		want string // a path in the nested errors
	}{
		{"content too long", good(m{"content": x(2001)}), 50035, "content"},
		{"content too long in UTF-16", good(m{"content": strings.Repeat("😀", 1001)}), 50035, "content"},
		{"content not a string", good(m{"content": 5}), 50035, "content"},
		{"empty", good(m{"content": nil}), 50006, ""},
		{"only an empty string", good(m{"content": ""}), 50006, ""},
		{"eleven embeds", good(m{"embeds": many(11, m{"title": "x"})}), 50035, "embeds"},
		{"embeds not a list", good(m{"embeds": "x"}), 50035, "embeds"},
		{"embed not an object", good(m{"embeds": []any{"x"}}), 50035, "embeds.0"},
		{"empty embed", embed(m{}), 50035, "embeds.0"},
		{"title too long", embed(m{"title": x(257)}), 50035, "embeds.0.title"},
		{"description too long", embed(m{"description": x(4097)}), 50035, "embeds.0.description"},
		{"6001 over two embeds", good(m{"embeds": []any{m{"description": x(4000)}, m{"description": x(2001)}}}), 50035, "embeds"},
		{"26 fields", embed(m{"fields": many(26, m{"name": "n", "value": "v"})}), 50035, "embeds.0.fields"},
		{"empty field name", embed(field("", "v")), 50035, "embeds.0.fields.0.name"},
		{"blank field value", embed(field("n", " \n")), 50035, "embeds.0.fields.0.value"},
		{"field name too long", embed(field(x(257), "v")), 50035, "embeds.0.fields.0.name"},
		{"field value too long", embed(field("n", x(1025))), 50035, "embeds.0.fields.0.value"},
		{"footer too long", embed(m{"footer": m{"text": x(2049)}}), 50035, "embeds.0.footer.text"},
		{"author too long", embed(m{"author": m{"name": x(257)}}), 50035, "embeds.0.author.name"},
		{"embed URL of another scheme", embed(m{"title": "x", "url": "javascript:alert(1)"}), 50035, "embeds.0.url"},
		{"image without a file", embed(m{"image": m{"url": "attachment://no.png"}}), 50035, "embeds.0.image.url"},
		{"colour out of range", embed(m{"title": "x", "color": 1 << 24}), 50035, "embeds.0.color"},
		{"bad timestamp", embed(m{"title": "x", "timestamp": "yesterday"}), 50035, "embeds.0.timestamp"},
		{"misspelt embed key", embed(m{"title": "x", "desc": "y"}), 50035, "embeds.0.desc"},
		{"six rows", good(m{"components": many(6, row(button("a")))}), 50035, "components"},
		{"empty row", good(m{"components": []any{row()}}), 50035, "components.0.components"},
		{"six buttons", buttons(manyButtons(6)...), 50035, "components.0.components"},
		{"button outside a row", good(m{"components": []any{button("a")}}), 50035, "components.0.type"},
		{"duplicate custom_id", buttons(button("a"), button("a")), 50035, "components.0.components.1.custom_id"},
		{"missing custom_id", buttons(m{"type": 2, "style": 1, "label": "x"}), 50035, "components.0.components.0.custom_id"},
		{"custom_id too long", buttons(button(x(101))), 50035, "components.0.components.0.custom_id"},
		{"label too long", buttons(m{"type": 2, "style": 1, "label": x(81), "custom_id": "a"}), 50035, "components.0.components.0.label"},
		{"no label", buttons(m{"type": 2, "style": 1, "custom_id": "a"}), 50035, "components.0.components.0"},
		{"no such style", buttons(m{"type": 2, "style": 9, "label": "x", "custom_id": "a"}), 50035, "components.0.components.0.style"},
		{"link button with custom_id", buttons(m{"type": 2, "style": 5, "label": "x", "custom_id": "a", "url": "https://x.org"}), 50035, "components.0.components.0.custom_id"},
		{"select beside a button", buttons(button("a"), m{"type": 3, "custom_id": "b", "options": []any{m{}}}), 50035, "components.0"},
		{"nonce too long", good(m{"nonce": x(26)}), 50035, "nonce"},
		{"no nonce (ours)", good(m{"nonce": nil}), 50035, "nonce"},
		{"nonce not enforced (ours)", good(m{"enforce_nonce": nil}), 50035, "enforce_nonce"},
		{"no allowed_mentions (ours)", good(m{"allowed_mentions": nil}), 50035, "allowed_mentions"},
		{"parse null", good(m{"allowed_mentions": json.RawMessage(`{"parse":null}`)}), 50035, "allowed_mentions.parse"},
		{"parse everyone (ours)", good(m{"allowed_mentions": m{"parse": []any{"everyone"}}}), 50035, "allowed_mentions"},
		{"reply that pings (ours)", good(m{"allowed_mentions": m{"parse": []any{}, "replied_user": true}}), 50035, "allowed_mentions.replied_user"},
		{"reference to no message", good(m{"message_reference": m{"message_id": "600000000000000001"}}), 50035, "message_reference"},
		{"reference is no snowflake", good(m{"message_reference": m{"message_id": "x"}}), 50035, "message_reference.message_id"},
		{"attachment without a file", good(m{"attachments": []any{m{"id": 0, "filename": "a"}}}), 50035, "attachments.0.id"},
		{"unknown key (ours)", good(m{"embed": m{}}), 50035, "embed"},
	}
	c := newClient(t, Options{})
	for i, test := range tests {
		status, out := c.json("POST", messages, test.body)
		if status != 400 || out["code"] != float64(test.code) {
			t.Errorf("%s: %d %v", test.name, status, out)
			continue
		}
		refusals := c.s.Refusals()
		if len(refusals) != i+1 {
			t.Fatalf("%s: not recorded", test.name)
		}
		if test.want == "" {
			continue
		}
		at, _ := out["errors"].(map[string]any)
		for _, key := range strings.Split(test.want, ".") {
			at, _ = at[key].(map[string]any)
		}
		if list, _ := at["_errors"].([]any); len(list) == 0 {
			t.Errorf("%s: no error at %s: %v", test.name, test.want, out)
		}
	}
	if n := len(c.s.Messages(General)); n != 0 {
		t.Errorf("%d messages were stored", n)
	}
	for _, ok := range []m{good(nil), good(m{"content": x(2000), "nonce": "2"}), good(m{"nonce": "3", "embeds": []any{m{"description": x(4000)}, m{"description": x(2000)}}}),
		good(m{"nonce": "4", "components": []any{row(manyButtons(5)...)}})} {
		if status, out := c.json("POST", messages, ok); status != 200 {
			t.Errorf("refused: %v", out)
		}
	}
}

func TestOtherRefusals(t *testing.T) {
	c := newClient(t, Options{})
	c.s.Deny(Desk, 50013)
	opt := func(name string, required bool) m {
		return m{"type": 3, "name": name, "description": "d", "required": required}
	}
	cmd := func(with m) any {
		b := m{"name": "status", "description": "d"}
		for k, v := range with {
			b[k] = v
		}
		return []any{b}
	}
	put := "/applications/" + AppID + "/commands"
	tests := []struct {
		name, method, path, typ string
		body                    any
		status, code            int
	}{
		{"unknown route", "GET", "/nowhere", "", nil, 404, 0},
		{"wrong method", "PUT", "/users/@me", "", nil, 405, 0},
		{"unknown channel", "POST", "/channels/600000000000000001/messages", "application/json", good(nil), 404, 10003},
		{"channel is no snowflake", "POST", "/channels/general/messages", "application/json", good(nil), 400, 50035},
		{"no permission", "POST", "/channels/" + Desk + "/messages", "application/json", good(nil), 403, 50013},
		{"content type", "POST", messages, "text/plain", good(nil), 400, 50035},
		{"no content type", "POST", messages, "", good(nil), 400, 50035},
		{"not JSON", "POST", messages, "application/json", "{", 400, 50109},
		{"unknown message", "GET", messages + "/600000000000000001", "", nil, 404, 10008},
		{"limit 101", "GET", messages + "?limit=101", "", nil, 400, 50035},
		{"after nonsense", "GET", messages + "?after=x", "", nil, 400, 50035},
		{"unknown interaction", "POST", "/interactions/600000000000000001/x/callback", "application/json", m{"type": 5}, 404, 10062},
		{"unknown webhook token", "POST", "/webhooks/" + AppID + "/x", "application/json", good(nil), 401, 50027},
		{"other application", "GET", "/applications/600000000000000001/commands", "", nil, 403, 50001},
		{"commands not a list", "PUT", put, "application/json", m{}, 400, 50035},
		{"upper-case command", "PUT", put, "application/json", cmd(m{"name": "Status"}), 400, 50035},
		{"command with a space", "PUT", put, "application/json", cmd(m{"name": "a b"}), 400, 50035},
		{"command name too long", "PUT", put, "application/json", cmd(m{"name": strings.Repeat("a", 33)}), 400, 50035},
		{"no description", "PUT", put, "application/json", cmd(m{"description": ""}), 400, 50035},
		{"description too long", "PUT", put, "application/json", cmd(m{"description": strings.Repeat("a", 101)}), 400, 50035},
		{"required after optional", "PUT", put, "application/json", cmd(m{"options": []any{opt("a", false), opt("b", true)}}), 400, 50035},
		{"26 options", "PUT", put, "application/json", cmd(m{"options": many(26, opt("a", true))}), 400, 50035},
		{"duplicate option", "PUT", put, "application/json", cmd(m{"options": many(2, opt("a", true))}), 400, 50035},
		{"sub-command beside option", "PUT", put, "application/json", cmd(m{"options": []any{m{"type": 1, "name": "s", "description": "d"}, opt("a", true)}}), 400, 50035},
		{"autocomplete on a channel", "PUT", put, "application/json", cmd(m{"options": []any{m{"type": 7, "name": "s", "description": "d", "autocomplete": true}}}), 400, 50035},
		{"101 commands", "PUT", put, "application/json", many(101, cmd(nil).([]any)[0]), 400, 50035},
		{"permissions as a number", "PUT", put, "application/json", cmd(m{"default_member_permissions": 32}), 400, 50035},
	}
	for _, test := range tests {
		body := ""
		switch b := test.body.(type) {
		case nil:
		case string:
			body = b
		default:
			body = string(mustJSON(b))
		}
		status, out := c.do(test.method, test.path, test.typ, body)
		if code, _ := out["code"].(float64); status != test.status || int(code) != test.code {
			t.Errorf("%s: %d %v", test.name, status, out)
		}
	}
	c.token = "wrong"
	if status, out := c.do("GET", "/users/@me", "", ""); status != 401 || out["message"] != "401: Unauthorized" {
		t.Errorf("wrong token: %d %v", status, out)
	}
}

func TestInteractionRules(t *testing.T) {
	c := newClient(t, Options{})
	if status, out := c.do("PUT", "/applications/"+AppID+"/commands", "application/json", `[{"name":"status","description":"d","options":[{"type":3,"name":"topic","description":"d","required":true,"autocomplete":true}]}]`); status != 200 {
		t.Fatal(out)
	}
	if _, err := c.s.Slash(General, MemberID, "status", nil); err == nil {
		t.Error("a required option was left out")
	}
	use := func() string {
		i, err := c.s.Slash(General, MemberID, "status", map[string]any{"topic": "badia"})
		if err != nil {
			t.Fatal(err)
		}
		return "/interactions/" + i.ID + "/" + i.Token + "/callback"
	}
	want := func(what, path string, body any, status int, code float64) {
		t.Helper()
		got, out := c.json("POST", path, body)
		if n, _ := out["code"].(float64); got != status || n != code {
			t.Errorf("%s: %d %v", what, got, out)
		}
	}
	data := m{"content": "x", "allowed_mentions": m{"parse": []any{}}}
	one := use()
	want("no type", one, m{}, 400, 50035)
	want("autocomplete answer to a command", one, m{"type": 8, "data": m{"choices": []any{}}}, 400, 50035)
	want("pings", one, m{"type": 4, "data": m{"content": "x"}}, 400, 50035)
	want("empty", one, m{"type": 4, "data": m{"allowed_mentions": m{"parse": []any{}}}}, 400, 50006)
	want("answer", one, m{"type": 4, "data": data}, 204, 0)
	want("answered twice", one, m{"type": 4, "data": data}, 400, 40060)
	late := use()
	c.s.mu.Lock()
	for _, i := range c.s.inters {
		i.At = i.At.Add(-c.s.o.Window)
	}
	c.s.mu.Unlock()
	want("late", late, m{"type": 5}, 404, 10062)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = c.s.wait(t.Context(), "interaction", func() bool { return len(c.s.inters) == 3 })
		c.s.mu.Lock()
		var last *Interaction
		for _, i := range c.s.inters {
			if i.typ == typeAutocomplete {
				last = i
			}
		}
		c.s.mu.Unlock()
		path := "/interactions/" + last.ID + "/" + last.Token + "/callback"
		want("26 choices", path, m{"type": 8, "data": m{"choices": many(26, m{"name": "a", "value": "a"})}}, 400, 50035)
		want("choice too long", path, m{"type": 8, "data": m{"choices": []any{m{"name": strings.Repeat("a", 101), "value": "a"}}}}, 400, 50035)
		want("choices", path, m{"type": 8, "data": m{"choices": []any{m{"name": "a", "value": "a"}}}}, 204, 0)
	}()
	choices, err := c.s.Autocomplete(t.Context(), General, MemberID, "status", map[string]any{"topic": "b"}, "topic")
	if err != nil || len(choices) != 1 {
		t.Error(choices, err)
	}
	<-done
}

func TestFilesNoncesFaults(t *testing.T) {
	c := newClient(t, Options{})
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("payload_json", string(mustJSON(good(m{"embeds": []any{m{"image": m{"url": "attachment://map.png"}}},
		"attachments": []any{m{"id": 0, "filename": "map.png", "description": "A map"}}}))))
	f, _ := w.CreateFormFile("files[0]", "map.png")
	_, _ = f.Write([]byte("PNG"))
	w.Close()
	if status, out := c.do("POST", messages, w.FormDataContentType(), form.String()); status != 200 {
		t.Fatal(out)
	}
	got := c.s.Messages(General)
	if len(got) != 1 || got[0].Files[0].Description != "A map" || string(got[0].Files[0].Data) != "PNG" {
		t.Errorf("%+v", got)
	}
	// The nonce makes a second post the first one.
	_, out := c.json("POST", messages, good(nil))
	if out["id"] != got[0].ID || len(c.s.Messages(General)) != 1 {
		t.Error("posted twice", out)
	}
	c.s.Fail(Fault{Method: "POST", Path: messages, Status: 502, Accept: true})
	if status, _ := c.json("POST", messages, good(m{"nonce": "2"})); status != 502 || len(c.s.Messages(General)) != 2 {
		t.Error("the fault did not carry the request out", status)
	}
	c.s.Fail(Fault{Path: "/users", Status: 429, Body: "<html>", Header: map[string]string{"Retry-After": "1"}, Times: 2})
	for i, want := range []int{429, 429, 200} {
		if status, _ := c.do("GET", "/users/@me", "", ""); status != want {
			t.Errorf("try %d: %d", i, status)
		}
	}
	if n := len(c.s.Refusals()); n != 0 {
		t.Errorf("%d refusals", n)
	}
}

func TestGatewayCodes(t *testing.T) {
	c := newClient(t, Options{DeniedIntents: intentMessageContent})
	identify := func(token string, intents int) string {
		return fmt.Sprintf(`{"op":2,"d":{"token":%q,"intents":%d,"properties":{}}}`, token, intents)
	}
	tests := []struct {
		name, query, send string
		code              int
	}{
		{"wrong token", "?v=9", identify("Bot no", 1), 4004},
		{"denied intent", "?v=9", identify("Bot "+DefaultToken, intentMessageContent), 4014},
		{"invalid intent", "?v=9", identify("Bot "+DefaultToken, 1<<30), 4013},
		{"version", "?v=5", "", 4012},
		{"no version", "", "", 4012},
		{"opcode", "?v=9", `{"op":99}`, 4001},
		{"not JSON", "?v=9", `{`, 4002},
		{"too long", "?v=9", `{"op":1,"d":"` + strings.Repeat("x", 4096) + `"}`, 4002},
		{"not identified", "?v=9", `{"op":3,"d":{}}`, 4003},
		{"resume with a wrong token", "?v=9", `{"op":6,"d":{"token":"x","session_id":"x","seq":1}}`, 4004},
	}
	for _, test := range tests {
		ws, resp, err := websocket.DefaultDialer.Dial(strings.Replace(c.s.URL(), "http", "ws", 1)+"/gateway/"+test.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if test.send != "" {
			_ = ws.WriteMessage(websocket.TextMessage, []byte(test.send))
		}
		_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
		for err == nil {
			_, _, err = ws.ReadMessage()
		}
		if !websocket.IsCloseError(err, test.code) {
			t.Errorf("%s: %v", test.name, err)
		}
		ws.Close()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.s.WaitConnected(ctx); err == nil {
		t.Error("connected")
	}
}
