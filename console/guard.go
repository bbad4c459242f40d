package console

import (
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
)

// contentPolicy lets a page load our own script and style, our own pictures and
// nothing else: no inline script or style, no frame, no form to elsewhere.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guarded puts the guards before the routes, outermost first: headers, the
// host's name, cross-origin requests, the token.
func (c *Console) guarded(h http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.log.Warn("console: refused a request from another site", "origin", r.Header.Get("Origin"), "path", r.URL.Path)
		refuse(w, r, http.StatusForbidden, "This request came from another site and was refused: type it into the page itself.")
	}))
	h = c.withToken(h)
	h = cross.Handler(h)
	h = c.withHost(h)
	return withHeaders(h)
}

func withHeaders(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", contentPolicy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("X-Frame-Options", "DENY")
		head.Set("Referrer-Policy", "no-referrer")
		head.Set("Cross-Origin-Opener-Policy", "same-origin")
		head.Set("Cross-Origin-Resource-Policy", "same-origin")
		head.Set("Cache-Control", "no-store")
		h.ServeHTTP(w, r)
	})
}

// withHost stops DNS rebinding: a hostile name that resolves to this machine is
// same-origin to the browser, so that only the name itself gives it away.
func (c *Console) withHost(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.hosts.allows(r.Host) {
			c.log.Warn("console: refused a request for an unknown host", "host", r.Host, "path", r.URL.Path)
			refuse(w, r, http.StatusMisdirectedRequest,
				"This console does not answer to that host name: open it by its address, or add the name to its hosts.")
			return
		}
		h.ServeHTTP(w, r)
	})
}

// hostList is what a request's Host may be.
type hostList struct {
	names map[string]bool
	// anyIP lets every literal address pass, where the console listens on all of
	// them: a rebinding attack needs a name, so an address is never one.
	anyIP bool
}

func newHostList(host string, more []string) hostList {
	l := hostList{names: map[string]bool{"127.0.0.1": true, "localhost": true, "::1": true}}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		l.anyIP = true
		if name, err := os.Hostname(); err == nil {
			more = append([]string{name}, more...)
		}
	} else {
		more = append([]string{host}, more...)
	}
	for _, h := range more {
		if h != "" {
			l.names[strings.ToLower(h)] = true
		}
	}
	return l
}

// allows reports whether a Host header names us, on whatever port: a container's
// port is often published under another number.
func (l hostList) allows(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if l.names[host] {
		return true
	}
	_, err := netip.ParseAddr(host)
	return l.anyIP && err == nil
}
