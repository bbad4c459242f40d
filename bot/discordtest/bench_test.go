package discordtest

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
)

// BenchmarkPost is what a post costs the server, so that a load test measures the
// bot: by the rules alone, and with Discord's description.
func BenchmarkPost(b *testing.B) {
	for name, path := range map[string]string{"rules": noDocument, "description": ""} {
		b.Run(name, func(b *testing.B) {
			s, err := New(Options{Forget: true, OpenAPI: path})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			h := http.Header{"Authorization": {"Bot " + DefaultToken}, "Content-Type": {"application/json"}}
			for i := 0; b.Loop(); i++ {
				body := mustJSON(good(m{"nonce": fmt.Sprint(i), "embeds": many(3, m{"title": "t", "fields": many(5, m{"name": "n", "value": "v"})}),
					"components": []any{row(manyButtons(5)...), row(menuWith(nil))}}))
				r := &http.Request{Method: "POST", URL: &url.URL{Path: messages}, Header: h}
				if _, p := s.handle(r, messages, body); p != nil {
					b.Fatal(p.issues)
				}
			}
		})
	}
}
