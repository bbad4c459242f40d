// Package data holds what the program carries in itself, read-only: the tables of
// places and actors, and the sample dispatches. Credits are in its README.
package data

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"sitrep/news"
)

// sampleSource is the name of the source that every sample carries: it is how a
// reader tells a sample from a report.
const sampleSource = "sample"

//go:embed samples.ndjson
var samplesNDJSON []byte

// sample is one line of samples.ndjson.
type sample struct {
	ID        string    `json:"id"`
	Title     string    `json:"title"`
	Body      string    `json:"body"`
	Lang      string    `json:"lang"`
	Published time.Time `json:"published"` // absent where only the month is sure
	Place     string    `json:"place"`
}

// Samples returns the embedded sample dispatches, in the order of the file. Each
// call returns dispatches of its own. They are for trying the program without a
// token, therefore their scope is the trial; Filed is left to the log.
func Samples() ([]news.Dispatch, error) { return readSamples(bytes.NewReader(samplesNDJSON)) }

// readSamples reads one JSON object after the other. Unknown fields, and missing
// ones that the answers need, are errors: a typing mistake must not pass.
func readSamples(r io.Reader) ([]news.Dispatch, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var ds []news.Dispatch
	for n := 1; ; n++ {
		var s sample
		if err := dec.Decode(&s); errors.Is(err, io.EOF) {
			return ds, nil
		} else if err != nil {
			return nil, fmt.Errorf("samples.ndjson:%d: %w: correct the line", n, err)
		}
		if s.ID == "" || s.Title == "" || s.Body == "" || s.Lang == "" {
			return nil, fmt.Errorf("samples.ndjson:%d: id, title, body or lang is missing: add it", n)
		}
		ds = append(ds, s.dispatch())
	}
}

func (s sample) dispatch() news.Dispatch {
	origin := news.Origin{Kind: news.OriginSample, Feed: "samples", Item: s.ID}
	d := news.Dispatch{
		ID:     origin.ID(),
		Title:  s.Title,
		Body:   s.Body,
		Source: sampleSource,
		Lang:   s.Lang,
		Place:  s.Place,
		Scope:  news.ScopeTrial,
		Origin: origin,
	}
	if !s.Published.IsZero() {
		d.Published = s.Published.UTC()
	}
	return d
}
