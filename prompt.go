package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/term"

	"sitrep/commands"
)

// screen is where `run` writes for people: plain lines, or a terminal with a
// prompt that the log does not tear apart.
type screen struct {
	p     *program
	in    *os.File
	mu    sync.Mutex
	out   io.Writer // what the log goes to
	term  *term.Terminal
	lists chan string // completions to show
}

// newScreen finds out whether a prompt can be shown.
func newScreen(p *program, prompt bool) *screen {
	s := &screen{p: p, out: p.std.Err, lists: make(chan string, 1)}
	in, ok := p.std.In.(*os.File)
	out, ok2 := p.std.Out.(*os.File)
	if prompt && ok && ok2 && term.IsTerminal(int(in.Fd())) && term.IsTerminal(int(out.Fd())) {
		s.in = in
	}
	return s
}

func (s *screen) prompting() bool { return s.in != nil }

// Write is the log's way to the screen.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.term == nil {
		return s.out.Write(b)
	}
	_, err := s.term.Write(bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")))
	return len(b), err
}

// welcome says where the local channel is and what to try.
func (s *screen) welcome(a *app, url string, tried, discord bool) {
	w := s.p.std.Out
	fmt.Fprintf(w, "sitrep: the local channel is at %s\n", url)
	switch {
	case discord:
	case tried:
		fmt.Fprintln(w, "sitrep: no Discord token: this is a trial, with sample dispatches of 2018 and 2019. Try !status badia until:2018-12-31")
	default:
		fmt.Fprintln(w, "sitrep: no Discord token: Discord is off. Set DISCORD_TOKEN to turn it on.")
	}
}

// prompt reads command lines until the terminal ends, which ends the program.
// Reading a terminal cannot be cut short, so the goroutine that reads is left to
// the end of the process once ctx is over; it touches nothing then.
func (s *screen) prompt(ctx context.Context, stop context.CancelFunc, a *app) error {
	fd := int(s.in.Fd())
	state, err := term.MakeRaw(fd)
	if err != nil {
		return nil // no prompt, but everything else
	}
	defer func() { _ = term.Restore(fd, state) }()
	t := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{s.in, s.p.std.Out}, "sitrep> ")
	if w, h, err := term.GetSize(fd); err == nil {
		_ = t.SetSize(w, h)
	}
	t.AutoCompleteCallback = func(line string, pos int, key rune) (string, int, bool) {
		return s.complete(ctx, a, line, pos, key)
	}
	s.mu.Lock()
	s.term = t
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.term = nil
		s.mu.Unlock()
		fmt.Fprint(s.p.std.Out, "\r\n")
	}()
	lines := make(chan string)
	go func() {
		defer close(lines)
		for {
			line, err := t.ReadLine()
			if err != nil && !errors.Is(err, term.ErrPasteIndicator) {
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case list := <-s.lists:
			_, _ = s.Write([]byte(list))
		case line, ok := <-lines:
			if !ok || line == "exit" || line == "quit" {
				stop()
				return nil
			}
			if strings.TrimSpace(line) == "" {
				continue
			}
			var b bytes.Buffer
			printReply(&b, a.engine.Do(ctx, a.request(line)), coloured(fd, a.engine.Languages()))
			_, _ = s.Write(b.Bytes())
		}
	}
}

func (a *app) request(line string) commands.Request {
	return commands.Request{Line: line, Door: "terminal", Channel: "terminal", User: "operator", Manager: true, Scopes: a.p.scopes()}
}

// complete fills in what all completions have in common, at Tab; a second
// possibility is shown as a list.
func (s *screen) complete(ctx context.Context, a *app, line string, pos int, key rune) (string, int, bool) {
	if key != '\t' || pos != len(line) {
		return "", 0, false
	}
	list := a.engine.Complete(ctx, a.request(line), 12)
	if len(list) == 0 {
		return line, pos, true
	}
	common := list[0].Value
	for _, c := range list[1:] {
		for !strings.HasPrefix(c.Value, common) {
			_, last := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-last]
		}
	}
	if len(common) <= len(line) && len(list) > 1 {
		var b strings.Builder
		for _, c := range list {
			fmt.Fprintf(&b, "  %s\n", clean(c.Label))
		}
		select { // the terminal is locked while it asks for completions: prompt writes them
		case s.lists <- b.String():
		default:
		}
		return line, pos, true
	}
	if !strings.HasPrefix(strings.ToLower(common), strings.ToLower(line)) && len(list) > 1 {
		return line, pos, true
	}
	return common, len(common), true
}

// quietLogger is the log of the short commands: only what went wrong.
func (p *program) quietLogger() *slog.Logger {
	if p.LogLevel != "debug" {
		q := *p
		q.LogLevel = "warn"
		return q.logger(p.std.Err)
	}
	return p.logger(p.std.Err)
}
