package console

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"sitrep/commands"
)

const (
	defaultChoices = 8
	maxChoices     = 25 // as many as Discord's autocomplete shows
	retryAfter     = "1"
)

// apiAsk is POST /v1/ask: {"line": "…"} in, a commands.Reply out. With "hits": N a
// search lists so many hits for a program.
func (c *Console) apiAsk(w http.ResponseWriter, r *http.Request) {
	q, status, why := c.readAsk(w, r)
	if why != "" {
		writeReply(w, status, commands.Reply{Error: &commands.Error{Code: commands.CodeUsage, Message: why}})
		return
	}
	patient(w)
	reply, ok := c.do(r.Context(), q)
	status = statusOf(reply)
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if !ok {
		w.Header().Set("Retry-After", retryAfter)
	}
	writeReply(w, status, reply)
}

// readAsk reads the body, or says what is wrong with it (why) and which status that is.
func (c *Console) readAsk(w http.ResponseWriter, r *http.Request) (q commands.Request, status int, why string) {
	const example = `like {"line": "status badia"}`
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return q, http.StatusUnsupportedMediaType,
			fmt.Sprintf("The body must be JSON: send Content-Type: application/json and a body %s.", example)
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, c.lim.askBody))
	dec.DisallowUnknownFields()
	var body struct {
		Line *string `json:"line"`
		Hits int     `json:"hits"`
	}
	err := dec.Decode(&body)
	if err == nil {
		if _, more := dec.Token(); more != io.EOF {
			err = errors.Join(more, errors.New("there is more after the object"))
		}
	}
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return q, http.StatusRequestEntityTooLarge,
			fmt.Sprintf("The body is over %d bytes, the limit: shorten the line; files go in with `sitrep import`.", large.Limit)
	}
	if err != nil {
		reason := strings.Join(strings.Fields(err.Error()), " ")
		return q, http.StatusBadRequest, fmt.Sprintf("The body could not be read (%s): send one object %s.", reason, example)
	}
	if body.Line == nil {
		return q, http.StatusBadRequest, fmt.Sprintf("The body has no line: send one object %s.", example)
	}
	q = c.request(*body.Line)
	q.Hits = body.Hits
	return q, http.StatusOK, ""
}

// apiComplete is GET /v1/complete?line=…&n=…: completions of a line typed so far,
// as {"choices": [{"label", "value"}]}; a value is the whole new line.
func (c *Console) apiComplete(w http.ResponseWriter, r *http.Request) {
	n := defaultChoices
	if s := r.URL.Query().Get("n"); s != "" {
		v, err := strconv.Atoi(s)
		if err != nil || v < 1 {
			http.Error(w, fmt.Sprintf("n is a whole number from 1 to %d", maxChoices), http.StatusBadRequest)
			return
		}
		n = min(v, maxChoices)
	}
	line := r.URL.Query().Get("line")
	if len(line) > commands.MaxLine {
		http.Error(w, "the line is too long to complete", http.StatusRequestEntityTooLarge)
		return
	}
	if !c.completions.take() {
		w.Header().Set("Retry-After", retryAfter)
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	}
	defer c.completions.free()
	choices := c.o.Asker.Complete(r.Context(), c.request(line), n)
	writeJSON(w, http.StatusOK, map[string]any{"choices": filled(choices)})
}

// writeReply writes a reply in the form that design and clients rely on: every list
// is there, if empty.
func writeReply(w http.ResponseWriter, status int, r commands.Reply) {
	r.Items = filled(r.Items)
	r.Fields = filled(r.Fields)
	r.Pictures = filled(r.Pictures)
	r.Actions = filled(r.Actions)
	writeJSON(w, status, r)
}

func filled[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// writeJSON encodes before it writes: a time that RFC 3339 cannot tell must not
// leave half an answer behind.
func writeJSON(w http.ResponseWriter, status int, v any) {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(v); err != nil {
		b.Reset()
		status = http.StatusInternalServerError
		_ = json.NewEncoder(&b).Encode(commands.Reply{
			Items: []commands.Item{}, Fields: []commands.Field{}, Pictures: []commands.Picture{}, Actions: []commands.Action{},
			Error: &commands.Error{Code: commands.CodeInternal, Message: "The answer could not be written as JSON: " + err.Error()},
		})
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // who asked may have gone
}
