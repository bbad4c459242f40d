package bot

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// APIError is an error answer of Discord's REST API.
// Codes: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json
type APIError struct {
	// Status is the HTTP status, Code Discord's own code, 0 where there is none.
	Status, Code int
	// Message is what Discord says; Detail its nested errors, as JSON.
	Message, Detail string
	// Route is the method and path, without any token.
	Route string
	// RetryAfter is how long Discord wants us to wait; zero where it does not say.
	RetryAfter time.Duration
	global     bool
}

// Discord's codes that change what is done next.
const (
	codeUnknownChannel     = 10003
	codeUnknownMessage     = 10008
	codeUnknownInteraction = 10062
	codeAnswered           = 40060
	codeInvalidForm        = 50035
)

func (e *APIError) Error() string {
	s := fmt.Sprintf("Discord answered %s with %d", e.Route, e.Status)
	if e.Code != 0 {
		s += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Message != "" {
		s += ": " + e.Message
	}
	if e.Detail != "" {
		s += " " + e.Detail
	}
	return s
}

// Gone says that the channel does not exist any more.
func (e *APIError) Gone() bool { return e.Code == codeUnknownChannel }

// Denied says that the bot lacks a permission there.
func (e *APIError) Denied() bool { return e.Status == http.StatusForbidden }

// Temporary says that the same request may succeed later.
func (e *APIError) Temporary() bool {
	return e.Status >= 500 || e.Status == http.StatusTooManyRequests
}

// readError makes an APIError of an answer: its body may be JSON, HTML or nothing.
func readError(req *http.Request, resp *http.Response, body []byte) *APIError {
	e := &APIError{Status: resp.StatusCode, Route: req.Method + " " + publicPath(req.URL.Path)}
	var j struct {
		Message    string          `json:"message"`
		Code       int             `json:"code"`
		Errors     json.RawMessage `json:"errors"`
		RetryAfter float64         `json:"retry_after"`
		Global     bool            `json:"global"`
	}
	if json.Unmarshal(body, &j) == nil {
		e.Message, e.Code, e.Detail, e.global = j.Message, j.Code, cutBytes(string(j.Errors), 500), j.Global
		e.RetryAfter = seconds(j.RetryAfter)
	}
	if e.Message == "" {
		e.Message = http.StatusText(resp.StatusCode)
	}
	if v, err := strconv.ParseFloat(resp.Header.Get("Retry-After"), 64); err == nil {
		e.RetryAfter = max(e.RetryAfter, seconds(v))
	}
	return e
}

// maxRetryAfter bounds what a server may make us wait in one go.
const maxRetryAfter = time.Hour

func seconds(s float64) time.Duration {
	if !(s > 0) {
		return 0
	}
	return time.Duration(min(s, maxRetryAfter.Seconds()) * float64(time.Second))
}

func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}

var secretPath = regexp.MustCompile(`^(.*/(?:interactions|webhooks)/[^/]+/)[^/]+`)

// publicPath hides the interaction token that a path carries.
func publicPath(path string) string { return secretPath.ReplaceAllString(path, "${1}…") }
