package main

import (
	"context"
	"errors"
	"log/slog"

	"sitrep/bot"
	"sitrep/news"
	"sitrep/store"
)

// filer keeps in the log what the channel sources bring.
type filer struct {
	store *store.Store
	log   *slog.Logger
}

var _ bot.Filer = filer{}

// File files dispatches and counts what became of them.
func (f filer) File(ctx context.Context, list []news.Dispatch) (out bot.Filed, err error) {
	filings, err := f.store.File(ctx, list)
	if err != nil {
		return out, err
	}
	for i, filing := range filings {
		switch filing.Outcome {
		case store.OutcomeFiled:
			out.New++
		case store.OutcomeRefused:
			out.Refused++
			f.log.Warn("a post of a channel source was refused", "origin", list[i].Origin, "reason", filing.Err)
		default:
			out.Known++
		}
	}
	return out, nil
}

// errNothingToDo ends a change that would change nothing.
var errNothingToDo = errors.New("nothing to do")

// Retract marks a dispatch as retracted by its source. One that is not in the log, was
// forgotten or is retracted already stays as it is.
func (f filer) Retract(ctx context.Context, id news.ID, reason string) error {
	rec, err := f.store.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if rec.Kind == news.Forgotten {
		return nil // a retraction would bring it back
	}
	_, err = f.store.Change(ctx, id, func(d news.Dispatch) (news.Event, error) {
		if d.Standing == news.Retracted {
			return news.Event{}, errNothingToDo
		}
		d.Standing = news.Retracted
		return news.Event{Kind: news.Withdrawn, Reason: reason, Dispatch: d}, nil
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}
