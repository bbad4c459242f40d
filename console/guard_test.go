package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const token = "correct horse battery staple"

func TestHosts(t *testing.T) {
	local := testConsole(t, Options{Hosts: []string{"News.example"}})
	named := testConsole(t, Options{Addr: "10.1.2.3:80", Token: token})
	everywhere := testConsole(t, Options{Addr: "0.0.0.0:80", Token: token})
	for _, tt := range []struct {
		c    *Console
		host string
		ok   bool
	}{
		{local, "127.0.0.1:8080", true}, {local, "localhost", true}, {local, "LOCALHOST:1", true}, {local, "[::1]:8080", true}, {local, "news.example", true},
		{local, "evil.example", false}, {local, "evil.example:8080", false}, {local, "127.0.0.1.evil.example", false}, {local, "localhost.evil.example", false},
		{local, "10.1.2.3", false}, {local, "", false}, {local, "localhost@evil.example", false}, {local, "0.0.0.0", false},
		{named, "10.1.2.3", true}, {named, "127.0.0.1", true}, {named, "10.1.2.4", false}, {named, "evil.example", false},
		{everywhere, "192.0.2.9:80", true}, {everywhere, "[2001:db8::5]", true}, {everywhere, "evil.example", false}, {everywhere, "localhost", true},
	} {
		for _, target := range []string{"/healthz", "/", "/v1/ask"} {
			method := http.MethodGet
			if target == "/v1/ask" {
				method = http.MethodPost
			}
			w := do(tt.c, method, target, `{"line":"help"}`, "Host", tt.host, "Content-Type", asJSON, "Authorization", "Bearer "+token)
			if ok := w.Code == 200; ok != tt.ok || !ok && w.Code != http.StatusMisdirectedRequest {
				t.Errorf("%s %s at host %q: %d", method, target, tt.host, w.Code)
			}
		}
	}
}

func TestCrossOrigin(t *testing.T) {
	asker := &script{}
	c := testConsole(t, Options{Asker: asker})
	for _, tt := range []struct {
		name    string
		headers []string
		ok      bool
	}{
		{"a program", nil, true},
		{"our page", []string{"Sec-Fetch-Site", "same-origin", "Origin", "http://127.0.0.1:8080"}, true},
		{"typed by hand", []string{"Sec-Fetch-Site", "none"}, true},
		{"another site", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, false},
		{"another port of this machine", []string{"Sec-Fetch-Site", "same-site", "Origin", "http://127.0.0.1:3000"}, false},
		{"an old browser", []string{"Origin", "https://evil.example"}, false},
		{"a sandboxed frame", []string{"Origin", "null"}, false},
	} {
		for _, target := range []string{"/v1/ask", "/", "/turn", "/login", "/logout"} {
			var code int
			if target == "/v1/ask" {
				code = do(c, "POST", target, `{"line":"help"}`, append(tt.headers, "Content-Type", asJSON)...).Code
			} else {
				code = postForm(c, target, url.Values{"line": {"help"}}, tt.headers...).Code
			}
			if ok := code < 400; ok != tt.ok || !ok && code != 403 {
				t.Errorf("%s to %s: %d", tt.name, target, code)
			}
		}
	}
	// A rebound name is same-origin to the browser: only the host gives it away.
	w := do(c, "POST", "/v1/ask", `{"line":"help"}`, "Content-Type", asJSON,
		"Host", "evil.example:8080", "Origin", "http://evil.example:8080", "Sec-Fetch-Site", "same-origin")
	if w.Code != http.StatusMisdirectedRequest {
		t.Errorf("DNS rebinding: %d %s", w.Code, w.Body)
	}
}

func TestHeaders(t *testing.T) {
	c := testConsole(t, Options{})
	for _, target := range []string{"/", "/healthz", "/assets/page.js", "/nothing", "/login"} {
		h := do(c, "GET", target, "").Result().Header
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: no %s in %s", target, want, csp)
			}
		}
		if strings.Contains(csp, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" ||
			h.Get("X-Frame-Options") != "DENY" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", target, h)
		}
	}
	if cc := do(c, "GET", "/", "").Header().Get("Cache-Control"); cc != "no-store" {
		t.Errorf("the page may be cached: %s", cc)
	}
	w := do(c, "GET", "/assets/style.css", "")
	if w.Header().Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("style is %s", w.Header().Get("Content-Type"))
	}
	if again := do(c, "GET", "/assets/style.css", "", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("an asset that did not change: %d", again.Code)
	}
}

func TestTokenIsNeeded(t *testing.T) {
	for _, tt := range []struct {
		addr, token string
		ok          bool
	}{
		{"127.0.0.1:0", "", true}, {"127.8.9.1:0", "", true}, {"[::1]:0", "", true}, {"localhost:0", "", true}, {"[::ffff:127.0.0.1]:0", "", true}, {"", "", true},
		{"0.0.0.0:0", "", false}, {":8080", "", false}, {"[::]:0", "", false}, {"10.0.0.1:80", "", false}, {"news.example:80", "", false}, {"localhost.evil.example:80", "", false},
		{"0.0.0.0:0", "short", false}, {"127.0.0.1:0", "short", false}, {"0.0.0.0:0", token, true}, {"127.0.0.1:0", token, true},
		{"8080", "", false}, {"127.0.0.1", "", false},
	} {
		_, err := New(Options{Addr: tt.addr, Token: tt.token, Asker: &script{}})
		if (err == nil) != tt.ok {
			t.Errorf("%q with token %q: %v", tt.addr, tt.token, err)
		}
		if err != nil && tt.token == "" && strings.Contains(err.Error(), "needs a token") && !strings.Contains(err.Error(), "openssl") {
			t.Errorf("%v: does not say what to do", err)
		}
	}
	if _, err := New(Options{}); err == nil {
		t.Error("a console without an Asker")
	}
}

func TestLogin(t *testing.T) {
	ill := func() error { return http.ErrServerClosed }
	c := testConsole(t, Options{Token: token, Health: ill, Gatherer: prometheus.NewRegistry()})
	if w := do(c, "GET", "/", ""); w.Code != 303 || w.Header().Get("Location") != "/login" {
		t.Errorf("the page without a login: %d to %s", w.Code, w.Header().Get("Location"))
	}
	for _, target := range []string{"/metrics", "/events", "/v1/complete?line=s", "/?page=x&x"} {
		if w := do(c, "GET", target, ""); w.Code != 401 && w.Code != 303 {
			t.Errorf("%s without a login: %d", target, w.Code)
		}
	}
	w := do(c, "POST", "/v1/ask", `{"line":"help"}`, "Content-Type", asJSON)
	if w.Code != 401 || !strings.Contains(w.Body.String(), `"forbidden"`) || w.Header().Get("WWW-Authenticate") == "" {
		t.Errorf("asking without a login: %d %s", w.Code, w.Body)
	}
	if w := do(c, "GET", "/healthz", ""); w.Code != 503 || strings.Contains(w.Body.String(), "Server closed") {
		t.Errorf("a stranger's health probe: %d %s", w.Code, w.Body)
	}
	if w := do(c, "GET", "/healthz", "", "Authorization", "bearer "+token); !strings.Contains(w.Body.String(), "Server closed") {
		t.Errorf("the operator's health probe: %s", w.Body)
	}
	for value, want := range map[string]int{"Bearer " + token: 200, "Bearer wrong": 401, "Bearer ": 401, token: 401, "Basic " + token: 401} {
		if w := do(c, "POST", "/v1/ask", `{"line":"help"}`, "Content-Type", asJSON, "Authorization", value); w.Code != want {
			t.Errorf("Authorization %q: %d", value, w.Code)
		}
	}
	if w := postForm(c, "/login", url.Values{"token": {"wrong"}}); w.Code != 403 || len(w.Result().Cookies()) != 0 {
		t.Errorf("a wrong token: %d", w.Code)
	}
	w = postForm(c, "/login", url.Values{"token": {token + "\n"}})
	cookies := w.Result().Cookies()
	if w.Code != 303 || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode || cookies[0].Secure {
		t.Fatalf("the login: %d, %v", w.Code, cookies)
	}
	if strings.Contains(cookies[0].Value, token) {
		t.Error("the cookie holds the token")
	}
	if w := do(c, "GET", "/", "", "Cookie", cookies[0].Name+"="+cookies[0].Value); w.Code != 200 || !strings.Contains(w.Body.String(), "Log out") {
		t.Errorf("the page with a login: %d", w.Code)
	}
	if w := postForm(c, "/login", url.Values{"token": {token}}, "X-Forwarded-Proto", "https"); !w.Result().Cookies()[0].Secure {
		t.Error("the cookie of an encrypted page may travel in the clear")
	}
	if w := postForm(c, "/logout", nil, "Cookie", cookies[0].Name+"="+cookies[0].Value); w.Result().Cookies()[0].MaxAge >= 0 {
		t.Error("logging out leaves the cookie")
	}
}

func TestLoginStamp(t *testing.T) {
	g, now := newGate(token), time.Now()
	stamp := g.stamp(now.Add(time.Hour))
	if !g.holds(stamp, now) {
		t.Error("a fresh login does not hold")
	}
	if g.holds(stamp, now.Add(2*time.Hour)) {
		t.Error("a login holds for ever")
	}
	if newGate(token+"2").holds(stamp, now) {
		t.Error("a login outlives its token")
	}
	for _, s := range []string{"", ".", "9999999999", "9999999999.", "9" + stamp, stamp + "00", "9999999999." + strings.Repeat("00", 32), "x." + stamp} {
		if g.holds(s, now) {
			t.Errorf("%q holds", s)
		}
	}
}
