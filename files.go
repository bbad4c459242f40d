package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sitrep/index"
	"sitrep/news"
	"sitrep/store"
	"sitrep/stories"
)

// ExportCmd writes what is filed.
type ExportCmd struct {
	Source string `help:"Only this source's dispatches." placeholder:"NAME"`
}

// exported is a line of an export: the dispatch, and the id it was imported with.
type exported struct {
	news.Dispatch
	OriginID string `json:"origin_id,omitempty"`
}

// Run writes each dispatch once, as it stands, in the order in which they last
// changed. It needs no index.
func (cmd *ExportCmd) Run(ctx context.Context, p *program) (err error) {
	log, err := p.openLog(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	last := map[news.ID]uint64{}
	err = log.Each(ctx, 1, func(r news.Record) error {
		last[r.Dispatch.ID] = r.Seq
		return nil
	})
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(p.std.Out, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err = log.Each(ctx, 1, func(r news.Record) error {
		d := r.Dispatch
		if last[d.ID] != r.Seq || r.Kind == news.Forgotten || cmd.Source != "" && !strings.EqualFold(d.Source, cmd.Source) {
			return nil
		}
		return enc.Encode(exported{d, d.Origin.Item})
	})
	return errors.Join(err, out.Flush())
}

// openLog opens the log alone.
func (p *program) openLog(ctx context.Context) (*store.Store, error) {
	return store.Open(ctx, store.Options{Dir: p.State, URL: p.NATSURL, Replicas: p.Replicas, Logger: p.quietLogger()})
}

// ForgetCmd takes a source out.
type ForgetCmd struct {
	Source string `help:"The source's name, exactly." required:"" placeholder:"NAME"`
	Reason string `help:"Why; it stands in the log." default:"taken out by the operator"`
}

// Run appends an event for every dispatch of the source. The log keeps the text;
// no answer shows it any more.
func (cmd *ForgetCmd) Run(ctx context.Context, p *program) (err error) {
	a, err := p.open(ctx, p.quietLogger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	of := map[news.ID]bool{}
	others := map[string]int{}
	err = a.store.Each(ctx, 1, func(r news.Record) error {
		of[r.Dispatch.ID] = r.Dispatch.Source == cmd.Source && r.Kind != news.Forgotten
		others[r.Dispatch.Source]++
		return nil
	})
	if err != nil {
		return err
	}
	n, last := 0, uint64(0)
	for id, wanted := range of {
		if !wanted {
			continue
		}
		last, err = a.store.Change(ctx, id, func(d news.Dispatch) (news.Event, error) {
			return news.Event{Kind: news.Forgotten, At: time.Now().UTC(), By: "operator", Reason: cmd.Reason, Dispatch: d}, nil
		})
		if err != nil {
			return fmt.Errorf("after %d of them: %w: run it again", n, err)
		}
		n++
	}
	if n == 0 {
		return fmt.Errorf("there is nothing from a source called %q: `sitrep ask '!sources'` lists them", cmd.Source)
	}
	if err := a.upTo(ctx, last); err != nil {
		return err
	}
	fmt.Fprintf(p.std.Out, "%d dispatches of %s are forgotten. Importing their files again files them anew, and so does a watched folder that still holds them.\n", n, cmd.Source)
	return a.current(ctx)
}

// ReindexCmd builds the index anew.
type ReindexCmd struct{}

// Run throws the index and the stories away and waits for the new ones.
func (cmd *ReindexCmd) Run(ctx context.Context, p *program) (err error) {
	log, err := p.openLog(ctx) // holds the lock: no other sitrep has the index open
	if err != nil {
		return err
	}
	if err := errors.Join(index.Remove(p.indexDir()), stories.Remove(p.storiesDir()), log.Close()); err != nil {
		return err
	}
	begin := time.Now()
	a, err := p.open(ctx, p.quietLogger())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.current(ctx); err != nil {
		return err
	}
	fmt.Fprintf(p.std.Out, "%d dispatches indexed in %s.\n", a.index.Docs(), time.Since(begin).Round(10*time.Millisecond))
	return nil
}

// HealthCmd is the container's health check.
type HealthCmd struct{}

// Run asks the running sitrep's /healthz.
func (cmd *HealthCmd) Run(ctx context.Context, p *program) error {
	at, err := p.running()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if err := p.probe(ctx, at); err != nil {
		return err
	}
	fmt.Fprintln(p.std.Out, "ok")
	return nil
}
