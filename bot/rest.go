package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bwmarrin/discordgo"
)

// transport carries discordgo's requests to the configured server. It is where
// limits are kept and errors are made: an answer of 300 or more becomes an
// *APIError here, because discordgo's own error carries the request, and with
// it the token, and its reading of 429 and 502 fails on HTML and sleeps.
type transport struct {
	base    *url.URL
	next    http.RoundTripper
	limits  *limits
	metrics *metrics
	redact  *redactor
}

// maxAnswer bounds what is read of an error answer.
const maxAnswer = 64 << 10

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	path := req.URL.Path
	if err := t.limits.wait(req.Context(), req.Method, path); err != nil {
		return nil, err
	}
	out := req.Clone(req.Context())
	out.URL.Scheme, out.URL.Host, out.Host = t.base.Scheme, t.base.Host, ""
	out.URL.Path = strings.TrimSuffix(t.base.Path, "/") + path
	out.URL.RawPath = ""
	resp, err := t.next.RoundTrip(out)
	if err != nil {
		t.metrics.requests.WithLabelValues("network").Inc()
		return nil, err
	}
	t.metrics.requests.WithLabelValues(fmt.Sprintf("%dxx", resp.StatusCode/100)).Inc()
	if resp.StatusCode < 300 {
		t.limits.learn(req.Method, path, resp.Header, nil)
		return resp, nil
	}
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	_ = resp.Body.Close()
	e := readError(req, resp, body)
	e.Message, e.Detail = t.redact.clean(e.Message), t.redact.clean(e.Detail) // a server may say the token back
	t.limits.learn(req.Method, path, resp.Header, e)
	return nil, e
}

// CloseIdleConnections lets http.Client reach what is below.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// request is one REST call.
type request struct {
	method, path string
	body         any    // marshalled as JSON, unless
	raw          []byte // there is a body already,
	contentType  string // of this type
	// once says that a repetition could do something twice: only what was held back
	// by a rate limit is sent again.
	once bool
}

const (
	maxTries  = 8
	lastPause = 60 // times the pace
)

// do carries a request out, again and again while that can help and ctx holds.
// The same body goes out each time: with its nonce a message comes once.
func (b *Bot) do(ctx context.Context, r request) ([]byte, error) {
	raw, typ := r.raw, r.contentType
	if raw == nil && r.body != nil {
		var err error
		if raw, err = json.Marshal(r.body); err != nil {
			return nil, fmt.Errorf("%s %s: %w", r.method, publicPath(r.path), err)
		}
		typ = "application/json"
	}
	pause := b.pace
	for try := 1; ; try++ {
		answer, err := b.try(ctx, r.method, r.path, typ, raw)
		if err == nil || r.once && !limited(err) || try == maxTries || ctx.Err() != nil || !retryable(err) {
			return answer, err
		}
		wait := pause + rand.N(pause/2)
		if e, ok := errors.AsType[*APIError](err); ok && e.RetryAfter > 0 {
			wait = e.RetryAfter
		}
		pause = min(2*pause, lastPause*b.pace)
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return nil, err // the last error says more than the context's would
		}
		if sleep(ctx, wait) != nil {
			return nil, err
		}
	}
}

// limited says that Discord has not looked at the request.
func limited(err error) bool {
	e, ok := errors.AsType[*APIError](err)
	return ok && e.Status == http.StatusTooManyRequests
}

func retryable(err error) bool {
	if e, ok := errors.AsType[*APIError](err); ok {
		return e.Temporary()
	}
	return !errors.Is(err, errBreaker)
}

// try does it once. Every call has a bucket of its own: limits holds back.
func (b *Bot) try(ctx context.Context, method, path, typ string, raw []byte) ([]byte, error) {
	bucket := discordgo.NewRatelimiter().LockBucket(path)
	answer, err := b.rest.RequestWithLockedBucket(method, strings.TrimSuffix(discordgo.EndpointAPI, "/")+path, typ, raw, bucket, 0,
		discordgo.WithContext(ctx), discordgo.WithRestRetries(0), discordgo.WithRetryOnRatelimit(false))
	return answer, plain(err, method, path)
}

// plain takes the address off a network error, since a path can carry a token.
func plain(err error, method, path string) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return e
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err
	}
	return fmt.Errorf("%s %s: %w", method, publicPath(path), err)
}

// get reads a JSON answer into out.
func (b *Bot) get(ctx context.Context, path string, out any) error {
	body, err := b.do(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("GET %s: %w", publicPath(path), err)
	}
	return nil
}
