package console

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sitrep/commands"
)

const (
	cookieName = "sitrep_console"
	// cookieAge is how long a login holds.
	cookieAge = 30 * 24 * time.Hour
)

// gate knows the token. Its cookies are signed with it and hold nothing else, so
// that they outlive a restart and end when the token is changed.
type gate struct{ token string }

func newGate(token string) gate { return gate{token} }

func (g gate) open() bool { return g.token == "" }

// right compares in constant time, whatever the length.
func (g gate) right(token string) bool {
	a, b := sha256.Sum256([]byte(g.token)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// stamp is a cookie's value: until when it holds, and the proof.
func (g gate) stamp(until time.Time) string {
	s := strconv.FormatInt(until.Unix(), 10)
	return s + "." + hex.EncodeToString(g.proof(s))
}

func (g gate) proof(s string) []byte {
	m := hmac.New(sha256.New, []byte(g.token))
	m.Write([]byte("sitrep console login until " + s))
	return m.Sum(nil)
}

func (g gate) holds(stamp string, now time.Time) bool {
	s, proof, _ := strings.Cut(stamp, ".")
	given, err := hex.DecodeString(proof)
	if err != nil || !hmac.Equal(given, g.proof(s)) {
		return false
	}
	until, err := strconv.ParseInt(s, 10, 64)
	return err == nil && now.Unix() < until
}

// admits reports whether a request carries the token or a login.
func (g gate) admits(r *http.Request) bool {
	if g.open() {
		return true
	}
	if scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return g.right(strings.TrimSpace(token))
	}
	cookie, err := r.Cookie(cookieName)
	return err == nil && g.holds(cookie.Value, time.Now())
}

// withToken asks for the token everywhere but at the login, its style, and the
// two probes, which then say no reasons.
func (c *Console) withToken(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.URL.Path
		free := p == "/login" || p == "/healthz" || p == "/readyz" || strings.HasPrefix(p, "/assets/")
		switch {
		case free || c.gate.admits(r):
			h.ServeHTTP(w, r)
		case r.Method == http.MethodGet && p == "/":
			http.Redirect(w, r, "/login", http.StatusSeeOther)
		default:
			w.Header().Set("WWW-Authenticate", `Bearer realm="sitrep"`)
			refuse(w, r, http.StatusUnauthorized,
				"A token is needed: log in on the page, or send the header `Authorization: Bearer TOKEN`.")
		}
	})
}

func (c *Console) loginForm(w http.ResponseWriter, r *http.Request) {
	if c.gate.admits(r) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	c.showLogin(w, http.StatusOK, "")
}

func (c *Console) login(w http.ResponseWriter, r *http.Request) {
	if err := c.parseForm(w, r); err != nil {
		c.showLogin(w, http.StatusBadRequest, "That form could not be read: try again.")
		return
	}
	if !c.gate.open() && !c.gate.right(strings.TrimSpace(r.PostForm.Get("token"))) {
		c.log.Warn("console: a wrong token at the login", "from", r.RemoteAddr)
		c.showLogin(w, http.StatusForbidden, "That is not the token: it is the one that sitrep was started with.")
		return
	}
	until := time.Now().Add(cookieAge)
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: c.gate.stamp(until), Path: "/", Expires: until,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: encrypted(r),
	})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

func (c *Console) logout(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Path: "/", MaxAge: -1,
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: encrypted(r),
	})
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// encrypted reports whether the person came by https, to us or to a proxy before us.
func encrypted(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

func (c *Console) showLogin(w http.ResponseWriter, status int, complaint string) {
	c.writePage(w, status, "login.html", struct{ Complaint string }{complaint})
}

// refuse answers a request that a guard stopped: as a reply where JSON is spoken,
// as plain text elsewhere.
func refuse(w http.ResponseWriter, r *http.Request, status int, why string) {
	if strings.HasPrefix(r.URL.Path, "/v1/") {
		writeReply(w, status, commands.Reply{Error: &commands.Error{Code: commands.CodeForbidden, Message: why}})
		return
	}
	http.Error(w, why, status)
}
