package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"sitrep/commands"
	"sitrep/console"
)

// AskCmd answers one line.
type AskCmd struct {
	JSON bool     `help:"Print the reply as JSON."`
	Line []string `arg:"" help:"The command line, as typed in a channel: '!status badia'."`
}

// askLimit is how long an answer may take, catching up with the log included.
const askLimit = 5 * time.Minute

// Run asks the sitrep that has the state folder open, if one has; otherwise it
// opens the folder itself.
func (cmd *AskCmd) Run(ctx context.Context, p *program) error {
	line := strings.Join(cmd.Line, " ")
	if strings.TrimSpace(line) == "" {
		return &usageError{"ask needs a command line, as in: sitrep ask '!status badia'"}
	}
	reply, err := p.ask(ctx, asked{Line: line})
	if err != nil {
		return err
	}
	return cmd.print(p, reply)
}

func (cmd *AskCmd) print(p *program, reply commands.Reply) error {
	if cmd.JSON {
		enc := json.NewEncoder(p.std.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", " ")
		return enc.Encode(reply)
	}
	words, err := p.languages()
	if err != nil {
		return err
	}
	printReply(p.std.Out, reply, styleOf(p.std.Out, words))
	if reply.Error != nil {
		return errTold
	}
	return nil
}

func (p *program) askHere(ctx context.Context, q asked) (reply commands.Reply, err error) {
	a, err := p.open(ctx, p.quietLogger())
	if err != nil {
		return reply, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if _, err := a.trial(ctx); err != nil {
		return reply, err
	}
	if err := a.current(ctx); err != nil {
		return reply, err
	}
	r := a.request(q.Line)
	r.Hits = q.Hits
	return a.engine.Do(ctx, r), nil
}

// errNotRunning says that no sitrep answers for the state folder.
var errNotRunning = errors.New("no sitrep is running on this state folder")

// address is what a running sitrep leaves in its state folder.
type address struct {
	URL   string `json:"url"`
	Token string `json:"token,omitempty"`
	// Instance is what the process answers to: another may have its port by now.
	Instance string `json:"instance"`
}

func (p *program) running() (address, error) {
	var at address
	raw, err := os.ReadFile(p.addressFile())
	if err != nil || json.Unmarshal(raw, &at) != nil || at.URL == "" {
		return at, errNotRunning
	}
	return at, nil
}

func (p *program) askRunning(ctx context.Context, q asked) (reply commands.Reply, err error) {
	at, err := p.running()
	if err != nil {
		return reply, err
	}
	if err := p.probe(ctx, at); errors.Is(err, errNotRunning) {
		return reply, err // the token is not for whoever has the port now
	}
	body, err := json.Marshal(q)
	if err != nil {
		return reply, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.URL+"/v1/ask", bytes.NewReader(body))
	if err != nil {
		return reply, errNotRunning
	}
	req.Header.Set("Content-Type", "application/json")
	if at.Token != "" {
		req.Header.Set("Authorization", "Bearer "+at.Token)
	}
	res, err := localClient().Do(req)
	if err != nil {
		return reply, fmt.Errorf("the running sitrep at %s does not answer: %w", at.URL, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 32<<20))
	if err != nil {
		return reply, fmt.Errorf("the running sitrep at %s: %w", at.URL, err)
	}
	if err := json.Unmarshal(raw, &reply); err != nil || reply.Title == "" && reply.Error == nil {
		return reply, fmt.Errorf("the running sitrep at %s gave no reply: %.200s", at.URL, raw)
	}
	return reply, nil
}

// localClient speaks to this machine only, and past any proxy.
func localClient() *http.Client {
	return &http.Client{Timeout: time.Minute, Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true}}
}

// probe asks the process that left its address whether it is well. errNotRunning
// says that it is not there: it was killed, or another has its port now.
func (p *program) probe(ctx context.Context, at address) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.URL+"/healthz", nil)
	if err != nil {
		return errNotRunning
	}
	res, err := localClient().Do(req)
	if err != nil {
		return errNotRunning
	}
	defer res.Body.Close()
	if res.Header.Get(console.InstanceHeader) != at.Instance || at.Instance == "" {
		return errNotRunning
	}
	if res.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10))
		return fmt.Errorf("it is not well: %s", strings.TrimSpace(string(why)))
	}
	return nil
}
