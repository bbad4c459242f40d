package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sitrep/dates"
	"sitrep/gazetteer"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// AnnotateCmd tells what texts name.
type AnnotateCmd struct {
	JSON    bool     `help:"Print one JSON object a dispatch, a line each."`
	MaxFile int64    `help:"Largest file that is read whole, in bytes." default:"67108864" env:"SITREP_MAX_FILE"`
	Paths   []string `arg:"" name:"path" help:"Files and folders in the formats that import reads, or - for standard input."`
}

// Run reads as import does, and files nothing. The exit status is 1 if something was
// refused.
func (cmd *AnnotateCmd) Run(ctx context.Context, p *program) error {
	names, err := gazetteer.New()
	if err != nil {
		return err
	}
	to := &annotator{names: names, out: p.std.Out, json: cmd.JSON}
	report, err := ingest.Import(ctx, ingest.Options{Log: to, MaxFile: cmd.MaxFile, Logger: p.quietLogger(), Stdin: p.std.In}, cmd.Paths)
	if err != nil {
		return err
	}
	for _, r := range report.Refused {
		fmt.Fprintln(p.std.Err, r)
	}
	if report.RefusedCount() > 0 {
		return errTold
	}
	return nil
}

// annotated is a dispatch with what it names. Offsets are bytes of its title or body, as
// they stand here: import tidies white space.
type annotated struct {
	ID        news.ID        `json:"id"`
	Title     string         `json:"title,omitempty"`
	Body      string         `json:"body"`
	Lang      string         `json:"lang"`
	Published time.Time      `json:"published,omitzero"`
	Mentions  []mentioned    `json:"mentions"`
	Actors    []namedActor   `json:"actors"`
	Dates     []datedMention `json:"dates"`
}

// span is a part of a title or a body.
type span struct {
	In    string `json:"in"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

// mentioned is a name in a text, and what it means.
type mentioned struct {
	span
	Kind    news.MentionKind `json:"kind"`
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	Type    string           `json:"type"`
	Country string           `json:"country,omitempty"`
	// Lat and Lon are absent where no coordinates are known.
	Lat   *float64 `json:"lat,omitempty"`
	Lon   *float64 `json:"lon,omitempty"`
	Score float64  `json:"score"`
}

// namedActor is an actor that a dispatch names, however often.
type namedActor struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// datedMention is a date in a text.
type datedMention struct {
	span
	// Date is a day, or a month without one; empty where the text leaves something out
	// and it is not known when it was published.
	Date string `json:"date,omitempty"`
	// Relative says that Date was worked out from when the dispatch was published.
	Relative bool `json:"relative"`
}

// annotator is a log for imports that keeps nothing: it prints what is filed.
type annotator struct {
	names *gazetteer.Gazetteer
	out   io.Writer
	json  bool
}

var _ ingest.Filer = (*annotator)(nil)

// File prints dispatches.
func (a *annotator) File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error) {
	out := make([]store.Filing, len(ds))
	for i := range ds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		got := a.annotate(&ds[i])
		var err error
		if a.json {
			enc := json.NewEncoder(a.out)
			enc.SetEscapeHTML(false)
			err = enc.Encode(got)
		} else {
			_, err = io.WriteString(a.out, got.table())
		}
		if err != nil {
			return nil, err
		}
		out[i] = store.Filing{ID: ds[i].ID, Outcome: store.OutcomeFiled}
	}
	return out, nil
}

func (a *annotator) annotate(d *news.Dispatch) annotated {
	out := annotated{ID: d.ID, Title: d.Title, Body: d.Body, Lang: d.Lang, Published: d.Published, Mentions: []mentioned{}, Actors: []namedActor{}, Dates: []datedMention{}}
	for _, part := range []struct{ name, text string }{{"title", d.Title}, {"body", d.Body}} {
		at := func(start, end int) span { return span{part.name, start, end, part.text[start:end]} }
		for _, m := range a.names.Annotate(part.text) {
			if e, ok := a.names.Entity(m.Entity); ok {
				out.mention(at(m.Start, m.End), e, m.Score)
			}
		}
		for _, t := range dates.Find(part.text, d.Published) {
			form := time.DateOnly
			if t.Month {
				form = "2006-01"
			}
			found := datedMention{span: at(t.Start, t.End), Relative: t.Relative}
			if !t.Day.IsZero() {
				found.Date = t.Day.Format(form)
			}
			out.Dates = append(out.Dates, found)
		}
	}
	return out
}

func (d *annotated) mention(at span, e *gazetteer.Entity, score float64) {
	m := mentioned{span: at, Kind: e.Kind, ID: e.ID, Name: e.Name, Type: e.Type, Country: e.Country, Score: score}
	if e.Located {
		m.Lat, m.Lon = &e.Lat, &e.Lon
	}
	d.Mentions = append(d.Mentions, m)
	if e.Kind != news.Actor {
		return
	}
	i := slices.IndexFunc(d.Actors, func(o namedActor) bool { return o.ID == e.ID })
	if i < 0 {
		i = len(d.Actors)
		d.Actors = append(d.Actors, namedActor{ID: e.ID, Name: e.Name})
	}
	d.Actors[i].Count++
}

// table is what people read.
func (d *annotated) table() string {
	var b strings.Builder
	language := d.Lang
	if language == "" {
		language = "language not known"
	}
	title := (&news.Dispatch{Title: d.Title, Body: d.Body}).Headline(100)
	fmt.Fprintf(&b, "%s  %s  %s\n", d.ID, language, clean(title))
	for _, m := range d.Mentions {
		where := ""
		if m.Lat != nil {
			where = fmt.Sprintf("  %.4f, %.4f", *m.Lat, *m.Lon)
		}
		fmt.Fprintf(&b, "  %-5s %6d  %s → %s (%s, %s) %.2f%s\n", m.In, m.Start, clean(m.Text), m.Name, m.Kind, m.ID, m.Score, where)
	}
	for _, t := range d.Dates {
		date := t.Date
		switch {
		case date == "":
			date = "not known: the dispatch is undated"
		case t.Relative:
			date += ", from when it was published"
		}
		fmt.Fprintf(&b, "  %-5s %6d  %s → date: %s\n", t.In, t.Start, clean(t.Text), date)
	}
	return b.String()
}
