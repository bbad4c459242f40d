package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"sitrep/news"
)

// batchBytes bounds an atomic batch: in a cluster it is proposed as a whole.
const batchBytes = 8 << 20

// Outcome says what File did with a dispatch.
type Outcome string

// The outcomes of File.
const (
	OutcomeFiled     Outcome = "filed"
	OutcomeUnchanged Outcome = "unchanged"
	OutcomeRevised   Outcome = "revised"
	OutcomeRefused   Outcome = "refused"
)

// Filing is what became of one dispatch given to File.
type Filing struct {
	ID      news.ID
	Outcome Outcome
	// Seq is the sequence number of the dispatch's last event: the one that File
	// appended or, where it is unchanged, the one that was there. 0 when refused.
	Seq uint64
	// Err says why it was refused; it is nil otherwise.
	Err error
}

// File files dispatches in order and returns a Filing for each, when everything is
// on disk. The ID of each is derived from its origin. One that was not seen before
// is filed: with revision 1, filed now unless Filed is set, reported unless Standing
// is set, for everyone unless Scope is set. The same text again is unchanged; other
// text is a revision, which keeps Filed and the standing, but that a retracted one
// is reported again. One that was forgotten is filed anew with the next revision.
// Of two readings of one origin the second is judged after the first.
//
// A dispatch that cannot be kept is refused, and the rest goes on. While the
// cluster's leader is away File tries again until ctx ends, or for a minute where
// ctx has no deadline. When it fails, a Filing with an empty Outcome is not known
// to be on disk: file it again, which doubles nothing.
func (s *Store) File(ctx context.Context, ds []news.Dispatch) ([]Filing, error) {
	out := make([]Filing, len(ds))
	var batch []reading
	seen := map[news.ID]bool{}
	size := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := s.fileBatch(ctx, batch)
		batch, size = batch[:0], 0
		clear(seen)
		return err
	}
	for i := range ds {
		r := reading{dispatch: clean(ds[i]), filing: &out[i]}
		r.filing.ID = r.dispatch.ID
		if err := s.acceptable(r.dispatch); err != nil {
			r.filing.refuse(err)
			continue
		}
		bytes := len(r.dispatch.Title) + len(r.dispatch.Body)
		if len(batch) == maxBatch || size+bytes > batchBytes || seen[r.dispatch.ID] {
			if err := flush(); err != nil {
				return out, fmt.Errorf("file dispatches: %w", err)
			}
		}
		batch, size, seen[r.dispatch.ID] = append(batch, r), size+bytes, true
	}
	if err := flush(); err != nil {
		return out, fmt.Errorf("file dispatches: %w", err)
	}
	return out, nil
}

// reading is a dispatch on its way into the log.
type reading struct {
	dispatch news.Dispatch
	filing   *Filing
}

func (f *Filing) refuse(err error) { *f = Filing{ID: f.ID, Outcome: OutcomeRefused, Err: err} }

// clean is the dispatch as the log can hold it: times in UTC, and text that is
// valid UTF-8, since JSON would change it on the way and every reading would then
// look like a revision.
func clean(d news.Dispatch) news.Dispatch {
	for _, s := range []*string{&d.Title, &d.Body, &d.Source, &d.URL, &d.Lang, &d.Place,
		(*string)(&d.Scope), (*string)(&d.Standing), &d.Origin.Kind, &d.Origin.Feed, &d.Origin.Item} {
		*s = strings.ToValidUTF8(*s, "\uFFFD")
	}
	d.ID = d.Origin.ID()
	d.Scope = d.Scope.Or(news.ScopeEveryone)
	d.Published, d.Filed = inUTC(d.Published), inUTC(d.Filed)
	return d
}

// inUTC leaves the zero time as it is.
func inUTC(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Round(0)
}

// acceptable says why a dispatch cannot be kept, or nil.
func (s *Store) acceptable(d news.Dispatch) error {
	if d.Origin.IsZero() {
		return errors.New("it has no origin, so a second reading could not be told from it: give it one")
	}
	if n := len(d.Title) + len(d.Body); n > news.MaxBytes {
		return fmt.Errorf("%w: title and body have %d bytes, the limit is %d: shorten or split it", ErrTooLarge, n, news.MaxBytes)
	}
	for _, t := range []time.Time{d.Published, d.Filed} {
		if y := t.Year(); y < 0 || y > 9999 {
			return fmt.Errorf("the year %d cannot be kept: give a date from 0000 to 9999, or none", y)
		}
	}
	if s.small(d) {
		return nil
	}
	_, err := s.encode(news.Event{Kind: news.Revised, At: time.Now().UTC(), Dispatch: d})
	return err
}

const (
	// longestEscape is what JSON makes of a byte at the most, aroundText what it has
	// beside the texts: names, times and numbers.
	longestEscape = 6
	aroundText    = 4 << 10
)

// small reports whether a dispatch fits into a message however it is encoded: for most
// that saves it being encoded twice.
func (s *Store) small(d news.Dispatch) bool {
	n := 0
	for _, text := range []string{d.Title, d.Body, d.Source, d.Author, d.URL, d.Lang, d.Place, string(d.Scope), string(d.Standing), d.Origin.Kind, d.Origin.Feed, d.Origin.Item} {
		n += len(text)
	}
	return longestEscape*n+aroundText <= s.events.room()
}

// encode is the event as the log holds it.
func (s *Store) encode(ev news.Event) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // it would make markup six times as long
	if err := enc.Encode(ev); err != nil {
		return nil, err
	}
	data := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if most := s.events.room(); len(data) > most {
		return nil, fmt.Errorf("%w: with everything around it it has %d bytes, the log takes %d: shorten or split it", ErrTooLarge, len(data), most)
	}
	return data, nil
}

// decode reads a message of the log.
func decode(m message) (news.Record, error) {
	r := news.Record{Seq: m.seq}
	if err := json.Unmarshal(m.data, &r.Event); err != nil {
		return r, fmt.Errorf("%w: record %d (%s) cannot be read: %w: %s", ErrGap, m.seq, m.subject, err, howToHeal)
	}
	return r, nil
}

// fileBatch files up to maxBatch readings of as many origins.
func (s *Store) fileBatch(ctx context.Context, batch []reading) error {
	subjects := make([]string, len(batch))
	for i, r := range batch {
		subjects[i] = subjectOf(r.dispatch.ID)
	}
	return s.events.settle(ctx, subjects, func(now map[string]message) (change, error) {
		var (
			filings = make([]Filing, len(batch))
			writes  []write
			kinds   []news.EventKind
			where   []int // of each write: its index in the batch
		)
		for i, r := range batch {
			f, ev, err := judge(r.dispatch, subjects[i], now)
			if err != nil {
				return change{}, err
			}
			if ev != nil {
				data, err := s.encode(*ev)
				if err != nil {
					f.refuse(err)
				} else {
					writes = append(writes, write{subject: subjects[i], after: f.Seq, data: data})
					kinds, where = append(kinds, ev.Kind), append(where, i)
				}
			}
			filings[i] = f
		}
		return change{writes, func(first uint64) {
			for i, at := range where {
				filings[at].Seq = first + uint64(i)
				s.metrics.event(kinds[i])
			}
			for i, r := range batch {
				*r.filing = filings[i]
			}
		}}, nil
	})
}

// judge compares a reading with what the log has of its origin. It returns the
// event to append, or nil where nothing changed; Seq of the filing is the sequence
// number of the event before.
func judge(d news.Dispatch, subject string, now map[string]message) (Filing, *news.Event, error) {
	f := Filing{ID: d.ID, Outcome: OutcomeFiled}
	at := time.Now().UTC().Round(0)
	ev := &news.Event{Kind: news.Filed, At: at}
	d.Revision = 1
	if m, ok := now[subject]; ok {
		have, err := decode(m)
		if err != nil {
			return f, nil, err
		}
		f.Seq = have.Seq
		d.Revision = have.Dispatch.Revision + 1
		if have.Kind != news.Forgotten {
			if have.Dispatch.SameText(&d) {
				f.Outcome = OutcomeUnchanged
				return f, nil, nil
			}
			f.Outcome, ev.Kind = OutcomeRevised, news.Revised
			d.Filed, d.Standing = have.Dispatch.Filed, have.Dispatch.Standing
			if d.Standing == news.Retracted {
				d.Standing = news.Reported
			}
		}
	}
	if d.Filed.IsZero() {
		d.Filed = at
	}
	d.Standing = d.Standing.Or(news.Reported)
	ev.Dispatch = d
	return f, ev, nil
}
