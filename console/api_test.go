package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/commands"
)

const asJSON = "application/json"

func TestAPIAsk(t *testing.T) {
	c := testConsole(t, Options{})
	for _, tt := range []struct {
		name, body, contentType string
		status                  int
		code                    string
	}{
		{"an answer", `{"line": "!status badia"}`, asJSON, 200, ""},
		{"with a charset", `{"line": "status badia"}`, "application/json; charset=utf-8", 200, ""},
		{"not found", `{"line": "search Hajin"}`, asJSON, 404, "not_found"},
		{"unknown command", `{"line": "nonsense"}`, asJSON, 400, "unknown_command"},
		{"forbidden", `{"line": "retract x"}`, asJSON, 403, "forbidden"},
		{"unavailable", `{"line": "brief"}`, asJSON, 503, "unavailable"},
		{"internal", `{"line": "shout"}`, asJSON, 500, "internal"},
		{"an empty line is asked", `{"line": ""}`, asJSON, 400, "unknown_command"},
		{"no line", `{}`, asJSON, 400, "usage"},
		{"another field", `{"lime": "x"}`, asJSON, 400, "usage"},
		{"a list", `["x"]`, asJSON, 400, "usage"},
		{"two objects", `{"line": "help"}{"line": "help"}`, asJSON, 400, "usage"},
		{"cut off", `{"line": "he`, asJSON, 400, "usage"},
		{"nothing", ``, asJSON, 400, "usage"},
		{"too large", `{"line": "` + strings.Repeat("x", 64<<10) + `"}`, asJSON, 413, "usage"},
		{"a form", `line=help`, "application/x-www-form-urlencoded", 415, "usage"},
		{"plain text, which a page may send anywhere", `{"line": "help"}`, "text/plain", 415, "usage"},
		{"no type", `{"line": "help"}`, "", 415, "usage"},
	} {
		w := do(c, "POST", "/v1/ask", tt.body, "Content-Type", tt.contentType)
		var r commands.Reply
		if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
			t.Errorf("%s: %v in %s", tt.name, err, w.Body)
			continue
		}
		code := ""
		if r.Error != nil {
			code = r.Error.Code
			if r.Error.Message == "" {
				t.Errorf("%s: an error without words", tt.name)
			}
		}
		if w.Code != tt.status || code != tt.code || w.Header().Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("%s: %d %q (%s)", tt.name, w.Code, code, w.Body)
		}
	}
}

func TestAPISchema(t *testing.T) {
	c := testConsole(t, Options{})
	keys := func(v any) string {
		var ks []string
		for k := range v.(map[string]any) {
			ks = append(ks, k)
		}
		return strings.Join(sorted(ks), " ")
	}
	ask := func(line string) map[string]any {
		body, _ := json.Marshal(map[string]string{"line": line})
		var v map[string]any
		if err := json.Unmarshal(do(c, "POST", "/v1/ask", string(body), "Content-Type", asJSON).Body.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	v := ask("status badia")
	if got := keys(v); got != "actions as_of error fields items note pictures title" {
		t.Errorf("a reply has %s", got)
	}
	items := v["items"].([]any)
	if got := keys(items[0]); got != "cites quote standing text" {
		t.Errorf("an item has %s", got)
	}
	if got := keys(items[0].(map[string]any)["cites"].([]any)[0]); got != "id published source title url" {
		t.Errorf("a citation has %s", got)
	}
	if got := v["as_of"]; got != "2018-12-29T00:00:00Z" {
		t.Errorf("as_of is %v", got)
	}
	if v["error"] != nil {
		t.Errorf("error is %v", v["error"])
	}
	var r commands.Reply
	w := do(c, "POST", "/v1/ask", `{"line":"status badia"}`, "Content-Type", asJSON)
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || !bytes.Equal(r.Pictures[0].Data, drawing()) {
		t.Errorf("the picture did not come through: %v", err)
	}
	none := ask("nonsense")
	for _, list := range []string{"items", "fields", "pictures"} {
		if got, ok := none[list].([]any); !ok || len(got) != 0 {
			t.Errorf("an empty list %s is %v", list, none[list])
		}
	}
	if _, ok := none["as_of"]; ok {
		t.Error("an unknown time is told")
	}
}

func sorted(s []string) []string {
	for i := range s {
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
	return s
}

func TestAPIUnspeakableTime(t *testing.T) {
	c := testConsole(t, Options{Asker: &script{do: func(context.Context, commands.Request) (commands.Reply, bool) {
		return commands.Reply{AsOf: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)}, true
	}}})
	w := do(c, "POST", "/v1/ask", `{"line":"x"}`, "Content-Type", asJSON)
	var r commands.Reply
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil || w.Code != 500 || r.Error == nil || r.Items == nil {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
}

func TestMethods(t *testing.T) {
	c := testConsole(t, Options{Gatherer: prometheus.NewRegistry()})
	for path, allow := range map[string]string{
		"GET /v1/ask": "POST", "PUT /v1/ask": "POST", "DELETE /": "GET, HEAD, POST", "POST /v1/complete": "GET, HEAD",
		"POST /healthz": "GET, HEAD", "POST /metrics": "GET, HEAD", "GET /turn": "POST", "GET /logout": "POST",
	} {
		method, target, _ := strings.Cut(path, " ")
		w := do(c, method, target, "")
		if w.Code != 405 || w.Header().Get("Allow") != allow {
			t.Errorf("%s: %d, Allow: %s", path, w.Code, w.Header().Get("Allow"))
		}
	}
	for _, target := range []string{"/nothing", "/assets/page.html", "/assets/", "/assets/..%2fconsole.go", "/v1/", "/index.html"} {
		if w := do(c, "GET", target, ""); w.Code != 404 {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestComplete(t *testing.T) {
	c := testConsole(t, Options{})
	ask := func(query string) []commands.Choice {
		t.Helper()
		w := do(c, "GET", "/v1/complete?"+query, "")
		var v struct{ Choices []commands.Choice }
		if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if v.Choices == nil {
			t.Errorf("%s: choices are null", query)
		}
		return v.Choices
	}
	want := []commands.Choice{{Label: "Badia", Value: "status badia"}, {Label: "Baghuz", Value: "status baghuz"}}
	if diff := cmp.Diff(want, ask("n=2&line="+url.QueryEscape("status ba"))); diff != "" {
		t.Error(diff)
	}
	if got := ask("line=" + url.QueryEscape("s")); len(got) != 7 {
		t.Errorf("%d choices", len(got))
	}
	ask("line=zzz")
	for _, query := range []string{"n=x", "n=0", "n=-1"} {
		if w := do(c, "GET", "/v1/complete?"+query, ""); w.Code != 400 {
			t.Errorf("%s: %d", query, w.Code)
		}
	}
	if w := do(c, "GET", "/v1/complete?line="+strings.Repeat("x", 9000), ""); w.Code != 413 {
		t.Errorf("a long line: %d", w.Code)
	}
}

// TestBusy fills every place with a question that waits; the next is told to come back.
func TestBusy(t *testing.T) {
	release := make(chan struct{})
	asker := &script{requests: make(chan commands.Request), do: func(context.Context, commands.Request) (commands.Reply, bool) {
		<-release
		return commands.Reply{Title: "late"}, true
	}}
	c := testConsole(t, Options{Asker: asker}, func(l *limits) { l.asks = 2 })
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			if w := do(c, "POST", "/v1/ask", `{"line":"x"}`, "Content-Type", asJSON); w.Code != 200 {
				t.Errorf("status %d", w.Code)
			}
		})
		<-asker.requests
	}
	w := do(c, "POST", "/v1/ask", `{"line":"x"}`, "Content-Type", asJSON)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "unavailable") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	page := pageID("")
	for _, target := range []string{"/", "/turn"} {
		w := postForm(c, target, url.Values{"line": {"x"}, "page": {page}})
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Not available just now") {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if ts, _ := c.pages.turns(page); len(ts) != 0 {
		t.Error("a refusal is held as an answer")
	}
	close(release)
	wg.Wait()
}

func TestProbes(t *testing.T) {
	var ill error
	reg := prometheus.NewRegistry()
	c := testConsole(t, Options{Ready: func() error { return ill }, Gatherer: reg, Registerer: reg})
	for range 2 {
		want, ready := "ok\n", 200
		if ill != nil {
			want, ready = "not ready: index: 40 of 100 dispatches\n", 503
		}
		if w := do(c, "GET", "/readyz", ""); w.Code != ready || w.Body.String() != want {
			t.Errorf("ready: %d %s", w.Code, w.Body)
		}
		if w := do(c, "GET", "/healthz", ""); w.Code != 200 || w.Body.String() != "ok\n" {
			t.Errorf("health: %d %s", w.Code, w.Body)
		}
		ill = errors.New("index: 40 of 100 dispatches")
	}
	do(c, "POST", "/v1/ask", `{"line":"nonsense"}`, "Content-Type", asJSON)
	metrics := do(c, "GET", "/metrics", "").Body.String()
	for _, want := range []string{`sitrep_console_asks_total{result="unknown_command"} 1`, "sitrep_console_ask_seconds_count 1", "sitrep_console_pages 0"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
	if w := do(testConsole(t, Options{}), "GET", "/metrics", ""); w.Code != http.StatusNotFound {
		t.Errorf("metrics of nothing: %d", w.Code)
	}
	if _, err := New(Options{Asker: &script{}, Registerer: reg}); err == nil {
		t.Error("two consoles count into one registry")
	}
}
