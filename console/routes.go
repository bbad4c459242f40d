package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

//go:embed assets
var assets embed.FS

func (c *Console) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.showPage)
	mux.HandleFunc("POST /{$}", c.postPage)
	mux.HandleFunc("POST /turn", c.postTurn)
	mux.HandleFunc("GET /events", c.events)
	mux.HandleFunc("POST /v1/ask", c.apiAsk)
	mux.HandleFunc("GET /v1/complete", c.apiComplete)
	mux.HandleFunc("GET /login", c.loginForm)
	mux.HandleFunc("POST /login", c.login)
	mux.HandleFunc("POST /logout", c.logout)
	mux.HandleFunc("GET /assets/{name}", serveAsset)
	mux.HandleFunc("GET /healthz", c.probe(c.o.Health, "not well"))
	mux.HandleFunc("GET /readyz", c.probe(c.o.Ready, "not ready"))
	if c.o.Gatherer != nil {
		mux.Handle("GET /metrics", promhttp.HandlerFor(c.o.Gatherer, promhttp.HandlerOpts{
			ErrorLog:            c.metricsLog(),
			MaxRequestsInFlight: 4,
			Timeout:             10 * time.Second,
		}))
	}
	return c.guarded(mux)
}

// serveAsset serves the page's script, style and icon. They are looked up anew
// each time and cost a 304, so that no page runs an older program's script.
func serveAsset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if path.Ext(name) == ".html" { // the templates are no files of the site
		http.NotFound(w, r)
		return
	}
	b, err := fs.ReadFile(assets, "assets/"+name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(b)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", assetType(name))
	_, _ = w.Write(b)
}

// assetType does not ask the machine first: its table may map .js to something
// that a browser told not to sniff refuses to run.
func assetType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

// probe answers 200 "ok", or 503 with the reason. Whoever has no token is not
// told the reason.
func (c *Console) probe(check func() error, word string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if c.o.Instance != "" {
			w.Header().Set(InstanceHeader, c.o.Instance)
		}
		if check == nil {
			fmt.Fprintln(w, "ok")
			return
		}
		err := check()
		if err == nil {
			fmt.Fprintln(w, "ok")
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		if !c.gate.admits(r) {
			fmt.Fprintln(w, word)
			return
		}
		fmt.Fprintf(w, "%s: %s\n", word, strings.TrimSpace(err.Error()))
	}
}
