package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"sitrep/commands"
)

// StoriesCmd lists stories.
type StoriesCmd struct {
	JSON  bool   `help:"Print one JSON object a story, a line each."`
	Since string `help:"Only stories with a dispatch since then: 7d, 2018-12-01, monday." placeholder:"TIME"`
	Until string `help:"The stories as they stood then: 2018-12-31, 2018-12, yesterday." placeholder:"TIME"`
	K     int    `name:"k" help:"How many, the newest, 1 to 10000." default:"1000"`
}

// Run asks the sitrep that has the state folder open, or opens it itself.
func (cmd *StoriesCmd) Run(ctx context.Context, p *program) error {
	if cmd.K < 1 || cmd.K > commands.MaxStories {
		return &usageError{fmt.Sprintf("--k %d: give a number from 1 to %d", cmd.K, commands.MaxStories)}
	}
	line := "stories"
	for _, bound := range [][2]string{{"since", cmd.Since}, {"until", cmd.Until}} {
		if bound[1] != "" {
			line += fmt.Sprintf(` %s:"%s"`, bound[0], strings.ReplaceAll(bound[1], `"`, ""))
		}
	}
	reply, err := p.ask(ctx, asked{Line: line, Hits: cmd.K})
	if err != nil {
		return err
	}
	switch {
	case reply.Error != nil:
		return errors.New(reply.Error.Message)
	case reply.Stories == nil:
		return errors.New("the running sitrep is of another version: it gave no stories")
	}
	list := reply.Stories
	if !cmd.JSON {
		err = printStories(p.std.Out, list)
	} else {
		enc := json.NewEncoder(p.std.Out)
		enc.SetEscapeHTML(false)
		for _, s := range list.Stories {
			if err = enc.Encode(s); err != nil {
				break
			}
		}
	}
	if left := list.Total - len(list.Stories); err == nil && left > 0 {
		fmt.Fprintf(p.std.Err, "%d more, older ones: narrow --since and --until, or raise --k\n", left)
	}
	return err
}

// printStories writes a line a story.
func printStories(w io.Writer, l *commands.StoryListing) error {
	fmt.Fprintf(w, "%d of %d stories\n", len(l.Stories), l.Total)
	if len(l.Stories) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tDays\tReports\tSources\tTitle")
	for _, s := range l.Stories {
		days := s.First.Format(time.DateOnly)
		if last := s.Last.Format(time.DateOnly); last != days {
			days += " to " + last
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\n", s.ID, days, len(s.Dispatches), len(s.Independent), clean(s.Title))
	}
	return t.Flush()
}
