package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"sitrep/commands"
	"sitrep/index"
	"sitrep/store"
)

// SearchCmd lists what a search finds, for programs.
type SearchCmd struct {
	JSON     bool     `help:"Print one JSON object: total, hits, facets."`
	K        int      `name:"k" help:"How many hits, 1 to 1000." default:"10"`
	Question []string `arg:"" help:"What is searched, as behind !search: 'hospital -raqqa since:2018-12 sort:best'."`
}

// Run asks the sitrep that has the state folder open, or opens it itself. The exit
// status is 1 if the question cannot be answered; finding nothing is an answer.
func (cmd *SearchCmd) Run(ctx context.Context, p *program) error {
	question := strings.TrimSpace(strings.Join(cmd.Question, " "))
	if question == "" {
		return &usageError{"search needs a question, as in: sitrep search 'hospital since:7d'"}
	}
	if cmd.K < 1 || cmd.K > index.MaxHits {
		return &usageError{fmt.Sprintf("--k %d: give a number from 1 to %d", cmd.K, index.MaxHits)}
	}
	reply, err := p.ask(ctx, asked{Line: "search " + question, Hits: cmd.K})
	if err != nil {
		return err
	}
	if reply.Error != nil {
		if cmd.JSON {
			if err := printJSON(p.std.Out, map[string]any{"error": reply.Error}); err != nil {
				return err
			}
			return errTold
		}
		return errors.New(reply.Error.Message)
	}
	if reply.Listing == nil {
		return errors.New("the running sitrep is of another version: it gave no listing")
	}
	if cmd.JSON {
		return printJSON(p.std.Out, reply.Listing)
	}
	printListing(p.std.Out, reply.Listing)
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(v)
}

// printListing writes a line a hit.
func printListing(w io.Writer, l *commands.Listing) {
	if l.Corrected != "" {
		fmt.Fprintf(w, "Nothing matches %s; searched instead: %s\n", clean(l.Question), clean(l.Corrected))
	}
	fmt.Fprintf(w, "%d of %d dispatches\n", len(l.Hits), l.Total)
	for _, h := range l.Hits {
		when := h.When.Format(time.DateOnly)
		if !h.Dated {
			when = "undated   "
		}
		text := h.Title
		if text == "" {
			text = h.Snippet
		}
		fmt.Fprintf(w, "%s  %s  %8.3f  %s  %s\n", h.ID, when, h.Score, clean(h.Source), clean(text))
	}
}

// WhyCmd explains a place in a search.
type WhyCmd struct {
	JSON     bool   `help:"Print the reply as JSON."`
	Question string `arg:"" help:"The search, as behind !search."`
	ID       string `arg:"" help:"A dispatch's ID, as the citations have it."`
}

// Run asks as AskCmd does.
func (cmd *WhyCmd) Run(ctx context.Context, p *program) error {
	reply, err := p.ask(ctx, asked{Line: "why " + cmd.ID + " " + cmd.Question})
	if err != nil {
		return err
	}
	return (&AskCmd{JSON: cmd.JSON}).print(p, reply)
}

// asked is what POST /v1/ask takes.
type asked struct {
	Line string `json:"line"`
	Hits int    `json:"hits,omitempty"`
}

// ask has a line answered: by the sitrep that has the state folder open, if one
// has; otherwise it opens the folder itself.
func (p *program) ask(ctx context.Context, q asked) (commands.Reply, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	reply, err := p.askRunning(ctx, q)
	if errors.Is(err, errNotRunning) {
		reply, err = p.askHere(ctx, q)
		if errors.Is(err, store.ErrLocked) { // one has just started
			if again, err2 := p.askRunning(ctx, q); err2 == nil {
				reply, err = again, nil
			}
		}
	}
	return reply, err
}
