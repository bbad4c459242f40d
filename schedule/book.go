package schedule

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitrep/store"
)

var (
	// ErrExists: the guild has a schedule of that name.
	ErrExists = errors.New("there is a schedule of that name")
	// ErrNotFound: the guild has no schedule of that name.
	ErrNotFound = errors.New("there is no schedule of that name")
)

// casTries bounds the attempts of a compare-and-set; only the runners and people
// changing the same schedule in the same moment get in each other's way.
const casTries = 20

// errStale ends an edit that no longer applies.
var errStale = errors.New("the schedule changed meanwhile")

// Book is the schedules of all guilds. It may be used from several goroutines,
// and several processes may share its bucket.
type Book struct {
	kv KV
	// changed wakes the runner of this process; one token is enough.
	changed chan struct{}
}

// NewBook opens the book in the bucket named Bucket.
func NewBook(kv KV) *Book { return &Book{kv: kv, changed: make(chan struct{}, 1)} }

// Add puts a schedule into the book and gives it back as it stands there (name
// and expression in their one form, Created now unless set). It refuses a name
// that the guild has (ErrExists), an expression or zone that Parse refuses, and
// more than MaxPerGuild.
func (b *Book) Add(ctx context.Context, s Schedule) (Schedule, error) {
	if err := s.check(); err != nil {
		return Schedule{}, err
	}
	if s.Created.IsZero() {
		s.Created = time.Now()
	}
	s.Created = s.Created.UTC().Round(0)
	s.Paused, s.Resumed, s.Last, s.LastResult = false, time.Time{}, time.Time{}, ""
	s.Pending, s.Claimed, s.Owner = time.Time{}, time.Time{}, ""
	keys, err := b.kv.Keys(ctx)
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %s: %w", s.Name, err)
	}
	others := slices.DeleteFunc(keys, func(k string) bool { return !strings.HasPrefix(k, guildPrefix(s.Guild)) })
	if slices.Contains(others, key(s.Guild, s.Name)) {
		return Schedule{}, exists(s.Name)
	}
	if len(others) >= MaxPerGuild {
		return Schedule{}, wrong("there are %d schedules, the limit is %d: remove one first", len(others), MaxPerGuild)
	}
	value, err := json.Marshal(&s)
	if err != nil {
		return Schedule{}, fmt.Errorf("schedule %s: %w", s.Name, err)
	}
	switch _, err := b.kv.Create(ctx, key(s.Guild, s.Name), value); {
	case errors.Is(err, store.ErrExists):
		return Schedule{}, exists(s.Name)
	case err != nil:
		return Schedule{}, fmt.Errorf("schedule %s: %w", s.Name, err)
	}
	b.notify()
	return s, nil
}

// Get is one schedule, or ErrNotFound.
func (b *Book) Get(ctx context.Context, guild, name string) (Schedule, error) {
	s, _, err := b.get(ctx, key(guild, name))
	if errors.Is(err, store.ErrNotFound) {
		return Schedule{}, notFound(name)
	}
	return s, err
}

// List is a guild's schedules by name. Entries that cannot be read are left out
// and named by the error; the others are returned with it.
func (b *Book) List(ctx context.Context, guild string) ([]Schedule, error) {
	return b.read(ctx, guildPrefix(guild))
}

// All is the schedules of all guilds, by guild and name, as List gives them.
func (b *Book) All(ctx context.Context) ([]Schedule, error) { return b.read(ctx, "") }

// Remove takes a schedule out; ErrNotFound where there is none. An occurrence
// that is being run is finished.
func (b *Book) Remove(ctx context.Context, guild, name string) error {
	if _, err := b.Get(ctx, guild, name); err != nil && errors.Is(err, ErrNotFound) {
		return err
	}
	// One that cannot be read can still be removed.
	switch err := b.kv.Delete(ctx, key(guild, name)); {
	case errors.Is(err, store.ErrNotFound):
		return notFound(name)
	case err != nil:
		return fmt.Errorf("schedule %s: %w", name, err)
	}
	b.notify()
	return nil
}

// Pause stops a schedule, or lets it go on; what fell into the pause is not made
// up for. It returns the schedule as it then stands.
func (b *Book) Pause(ctx context.Context, guild, name string, on bool) (Schedule, error) {
	s, err := b.update(ctx, guild, name, func(s *Schedule) error {
		if s.Paused && !on {
			s.Resumed = time.Now().UTC().Round(0)
		}
		s.Paused = on
		return nil
	})
	if err == nil {
		b.notify()
	}
	return s, err
}

// update changes a schedule by compare-and-set: edit sees it as it stands and is
// called again where another was faster.
func (b *Book) update(ctx context.Context, guild, name string, edit func(*Schedule) error) (Schedule, error) {
	k := key(guild, name)
	for range casTries {
		s, rev, err := b.get(ctx, k)
		if errors.Is(err, store.ErrNotFound) {
			return Schedule{}, notFound(name)
		}
		if err != nil {
			return Schedule{}, err
		}
		if err := edit(&s); err != nil {
			return s, err
		}
		value, err := json.Marshal(&s)
		if err != nil {
			return s, fmt.Errorf("schedule %s: %w", name, err)
		}
		switch _, err := b.kv.Update(ctx, k, value, rev); {
		case err == nil:
			return s, nil
		case !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrNotFound):
			return s, fmt.Errorf("schedule %s: %w", name, err)
		}
	}
	return Schedule{}, wrong("schedule %s: changed by others %d times in a row: try again", name, casTries)
}

func (b *Book) get(ctx context.Context, k string) (Schedule, uint64, error) {
	var s Schedule
	value, rev, err := b.kv.Get(ctx, k)
	if err != nil {
		return s, 0, fmt.Errorf("schedule %s: %w", k, err)
	}
	if err := json.Unmarshal(value, &s); err != nil {
		return s, 0, fmt.Errorf("schedule %s cannot be read (%w): remove it and add it again", k, err)
	}
	return s, rev, nil
}

func (b *Book) read(ctx context.Context, prefix string) ([]Schedule, error) {
	keys, err := b.kv.Keys(ctx)
	if err != nil {
		return nil, fmt.Errorf("schedules: %w", err)
	}
	var all []Schedule
	var bad []error
	for _, k := range keys {
		if !strings.HasPrefix(k, prefix) {
			continue
		}
		s, _, err := b.get(ctx, k)
		switch {
		case errors.Is(err, store.ErrNotFound): // removed since
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			bad = append(bad, err)
		default:
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b Schedule) int {
		return cmp.Or(cmp.Compare(a.Guild, b.Guild), cmp.Compare(a.Name, b.Name))
	})
	return all, errors.Join(bad...)
}

func (b *Book) notify() {
	select {
	case b.changed <- struct{}{}:
	default:
	}
}

func exists(name string) error {
	return fmt.Errorf("%w: %s: remove it first, or take another name", ErrExists, name)
}

func notFound(name string) error {
	return fmt.Errorf("%w: %s: see schedule list", ErrNotFound, name)
}
