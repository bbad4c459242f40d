package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sitrep/news"
)

// Change appends an event on a known dispatch: edit gets the dispatch as it stands
// and returns the event with the dispatch as it is to stand. ID, origin and filing
// date are kept whatever edit says; At is filled where it is zero. When another
// writer was faster, edit is called again with what that one wrote. An error of
// edit is returned as it is, and nothing is written.
func (s *Store) Change(ctx context.Context, id news.ID, edit func(news.Dispatch) (news.Event, error)) (uint64, error) {
	if !id.Valid() {
		return 0, noDispatch(id)
	}
	subject := subjectOf(id)
	var seq uint64
	err := s.events.settle(ctx, []string{subject}, func(now map[string]message) (change, error) {
		m, ok := now[subject]
		if !ok {
			return change{}, noDispatch(id)
		}
		have, err := decode(m)
		if err != nil {
			return change{}, err
		}
		ev, err := edit(have.Dispatch)
		if err != nil {
			return change{}, err
		}
		if ev.Kind == "" {
			return change{}, errors.New("change a dispatch: the event has no kind")
		}
		filed := have.Dispatch.Filed
		ev.Dispatch.Origin = have.Dispatch.Origin
		ev.Dispatch = clean(ev.Dispatch)
		ev.Dispatch.ID, ev.Dispatch.Filed = id, filed
		if ev.At.IsZero() {
			ev.At = time.Now()
		}
		ev.At = inUTC(ev.At)
		data, err := s.encode(ev)
		if err != nil {
			return change{}, err
		}
		return change{[]write{{subject: subject, after: have.Seq, data: data}}, func(first uint64) {
			seq = first
			s.metrics.event(ev.Kind)
		}}, nil
	})
	return seq, err
}

// Get is the last event of a dispatch, which holds the dispatch as it stands.
func (s *Store) Get(ctx context.Context, id news.ID) (news.Record, error) {
	if !id.Valid() {
		return news.Record{}, noDispatch(id)
	}
	now, err := s.events.latest(ctx, []string{subjectOf(id)})
	if err != nil {
		return news.Record{}, fmt.Errorf("read dispatch %s: %w", id, err)
	}
	m, ok := now[subjectOf(id)]
	if !ok {
		return news.Record{}, noDispatch(id)
	}
	return decode(m)
}

// History is every event of a dispatch, the oldest first.
func (s *Store) History(ctx context.Context, id news.ID) ([]news.Record, error) {
	last, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	var out []news.Record
	err = s.readAll(ctx, subjectOf(id), 1, last.Seq, func(r news.Record) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

func noDispatch(id news.ID) error {
	return fmt.Errorf("dispatch %q: %w: look at its ID again", string(id), ErrNotFound)
}
