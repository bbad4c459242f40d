package bot

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Discord's request limits: 50 requests a second in all, buckets per route by
// header, and a ban after 10,000 answers of 401, 403 or 429 in 10 minutes.
// https://docs.discord.com/developers/topics/rate-limits
const (
	requestsPerSecond = 45
	badAnswers        = 2000 // we stop long before the ban
	badWindow         = 10 * time.Minute
)

var errBreaker = errors.New("too many requests were refused (401, 403 or 429) in the last 10 minutes: " +
	"sitrep pauses before Discord bans it; look for the first refusals in the log")

// limits holds requests back. It replaces discordgo's limiter, which sleeps
// without regard for the context, ignores global limits on other routes, and
// keeps a bucket for every interaction for ever.
type limits struct {
	all *rate.Limiter

	mu     sync.Mutex
	until  time.Time // a global 429 holds everything back until then
	routes map[string]*routeLimit
	bad    []time.Time // ring of the last refusals
	at     int
}

type routeLimit struct {
	left  int
	reset time.Time
}

func newLimits() *limits {
	return &limits{all: rate.NewLimiter(requestsPerSecond, requestsPerSecond), routes: map[string]*routeLimit{}, bad: make([]time.Time, badAnswers)}
}

var ids = regexp.MustCompile(`/\d{15,20}`)
var major = regexp.MustCompile(`/(channels|guilds|webhooks)/\d{15,20}(/[^/]{40,})?`)

// routeKey is the route with its major parameter: what Discord counts together.
func routeKey(method, path string) string {
	return method + " " + major.FindString(path) + " " + ids.ReplaceAllString(path, "/*")
}

// exempt are interaction callbacks: no limit holds for them, and three seconds
// leave no time to wait.
func exempt(path string) bool { return strings.Contains(path, "/interactions/") }

// wait blocks until a request may go, or ctx ends.
func (l *limits) wait(ctx context.Context, method, path string) error {
	if exempt(path) {
		return nil
	}
	key := routeKey(method, path)
	for {
		pause, err := l.take(key, time.Now())
		if err != nil {
			return err
		}
		if pause <= 0 {
			if err := l.all.Wait(ctx); err != nil {
				return err
			}
			if pause = l.held(time.Now()); pause <= 0 { // a limit may have been met meanwhile
				return nil
			}
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

func (l *limits) take(key string, now time.Time) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if oldest := l.bad[l.at]; now.Sub(oldest) < badWindow {
		return 0, errBreaker
	}
	if now.Before(l.until) {
		return l.until.Sub(now), nil
	}
	r := l.routes[key]
	if r == nil || !now.Before(r.reset) {
		return 0, nil
	}
	if r.left <= 0 {
		return r.reset.Sub(now), nil
	}
	r.left--
	return 0, nil
}

// held is how long a global limit holds everything back.
func (l *limits) held(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until.Sub(now)
}

// learn takes the limits from an answer; e is nil unless it was an error.
func (l *limits) learn(method, path string, h http.Header, e *APIError) {
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if e != nil && (e.Status == 401 || e.Status == 403 || e.Status == 429) {
		l.bad[l.at] = now
		l.at = (l.at + 1) % len(l.bad)
	}
	if exempt(path) {
		return
	}
	key := routeKey(method, path)
	if e != nil && e.Status == http.StatusTooManyRequests {
		wait := max(e.RetryAfter, 250*time.Millisecond)
		if e.global || h.Get("X-RateLimit-Global") != "" || h.Get("X-RateLimit-Scope") == "global" {
			l.until = now.Add(wait)
		} else {
			l.routes[key] = &routeLimit{reset: now.Add(wait)}
		}
		return
	}
	left, err1 := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	after, err2 := strconv.ParseFloat(h.Get("X-RateLimit-Reset-After"), 64)
	if err1 != nil || err2 != nil {
		return
	}
	if len(l.routes) > 1000 {
		for k, r := range l.routes {
			if now.After(r.reset) {
				delete(l.routes, k)
			}
		}
	}
	l.routes[key] = &routeLimit{left: left, reset: now.Add(seconds(after))}
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
