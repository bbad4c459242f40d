package console

import (
	"context"
	"net/http"
	"time"

	"sitrep/commands"
)

// request is what the door says of whoever types. They are the operator: the
// console is reached from this machine or with its token.
func (c *Console) request(line string) commands.Request {
	return commands.Request{
		Line:    line,
		Door:    Door,
		Channel: Channel,
		User:    User,
		Manager: true,
		Scopes:  c.o.Scopes,
		Now:     time.Now(),
	}
}

// ask has one line answered. It reports false, with a reply that says so, when
// too many are being answered already.
func (c *Console) ask(ctx context.Context, line string) (commands.Reply, bool) {
	return c.do(ctx, c.request(line))
}

// do is ask for a request.
func (c *Console) do(ctx context.Context, q commands.Request) (commands.Reply, bool) {
	if !c.asks.take() {
		c.count.busy()
		return commands.Reply{Error: &commands.Error{
			Code:    commands.CodeUnavailable,
			Message: "Too many questions are being answered at once: ask again in a second.",
		}}, false
	}
	defer c.asks.free()
	ctx, cancel := context.WithTimeout(ctx, c.lim.ask)
	defer cancel()
	start := time.Now()
	r := c.o.Asker.Do(ctx, q)
	took := time.Since(start)
	c.count.answered(r, took)
	c.log.Debug("console: answered", "line", q.Line, "took", took, "error", r.Error != nil)
	return r, true
}

// statusOf is the HTTP status of an answer; 0 for a code that the contract does
// not know.
func statusOf(r commands.Reply) int {
	if r.Error == nil {
		return http.StatusOK
	}
	switch r.Error.Code {
	case commands.CodeNotFound:
		return http.StatusNotFound
	case commands.CodeUsage, commands.CodeUnknownCommand:
		return http.StatusBadRequest
	case commands.CodeForbidden:
		return http.StatusForbidden
	case commands.CodeUnavailable:
		return http.StatusServiceUnavailable
	case commands.CodeInternal:
		return http.StatusInternalServerError
	}
	return 0
}
