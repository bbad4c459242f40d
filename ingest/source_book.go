package ingest

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

// The errors that callers tell apart with errors.Is; each comes as a SourceError.
var (
	// ErrSourceExists: the guild has a source of that name, or one on that channel.
	ErrSourceExists = errors.New("there is such a source")
	// ErrSourceNotFound: the guild has no source of that name.
	ErrSourceNotFound = errors.New("there is no such source")
	// ErrSourceRefused: the source cannot be kept as it is, or there are too many.
	ErrSourceRefused = errors.New("this source cannot be added")
)

// SourceError is what is wrong with a source, for people.
type SourceError struct {
	kind error
	text string
	args []any
}

func wrongSource(kind error, text string, args ...any) error { return &SourceError{kind, text, args} }

func (e *SourceError) Error() string { return fmt.Sprintf(e.text, e.args...) }

// Text gives the error to who says it in another language: the English format and
// what goes into it.
func (e *SourceError) Text() (string, []any) { return e.text, e.args }

// Unwrap is one of the ErrSource… errors.
func (e *SourceError) Unwrap() error { return e.kind }

// MaxSources keeps one guild from filling the book for all.
const MaxSources = 50

// sourceTries bounds the attempts of a compare-and-set: the reader of a channel
// and a person may change one source in the same moment.
const sourceTries = 20

// SourceKV is the part of a store.KV that the book needs; its errors are the store's.
type SourceKV interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
	Delete(ctx context.Context, key string) error
	Keys(ctx context.Context) ([]string, error)
}

// Book is the sources of all guilds, in the bucket store.BucketSources. It is safe
// for concurrent use, and several processes may share its bucket.
type Book struct{ kv SourceKV }

// NewBook opens the book.
func NewBook(kv SourceKV) *Book { return &Book{kv: kv} }

// inBook is a source as the bucket has it.
type inBook struct {
	Source
	key string
	rev uint64
}

// Add puts a source into the book and gives it back as it stands there (its name
// in its one form, Added now unless set). A name or a channel that the guild has is
// ErrSourceExists; ErrSourceRefused says what is wrong with the source itself.
func (b *Book) Add(ctx context.Context, s Source) (Source, error) {
	if err := s.check(); err != nil {
		return Source{}, err
	}
	if s.Added.IsZero() {
		s.Added = time.Now()
	}
	s.Added = s.Added.UTC().Round(0)
	// What is there is looked at twice. Before, so that what cannot be added is never
	// seen; after, since another may have been added meanwhile: of two the first stays.
	others, err := b.read(ctx, s.Guild)
	if err != nil {
		return Source{}, err
	}
	if err := fits(s, others); err != nil {
		return Source{}, err
	}
	value, err := json.Marshal(&s)
	if err != nil {
		return Source{}, fmt.Errorf("source %s: %w", s.Name, err)
	}
	rev, err := b.kv.Create(ctx, sourceKey(s.Guild, s.Name), value)
	switch {
	case errors.Is(err, store.ErrExists):
		return Source{}, nameTaken(s.Name)
	case err != nil:
		return Source{}, fmt.Errorf("source %s: %w", s.Name, err)
	}
	if others, err = b.read(ctx, s.Guild); err != nil {
		return s, nil // it is there; what could stand against it was not there before
	}
	others = slices.DeleteFunc(others, func(o inBook) bool { return o.born() >= rev })
	if err := fits(s, others); err != nil {
		return Source{}, errors.Join(err, b.kv.Delete(ctx, sourceKey(s.Guild, s.Name)))
	}
	return s, nil
}

// born is the first revision that the source can have had: later changes of it do
// not make it the younger one.
func (k inBook) born() uint64 {
	if k.Source.Born != 0 {
		return k.Source.Born
	}
	return k.rev
}

// fits says why a source cannot stand beside others, or nil.
func fits(s Source, others []inBook) error {
	for _, o := range others {
		switch {
		case o.key == sourceKey(s.Guild, s.Name):
			return nameTaken(s.Name)
		case s.Channel != "" && o.Channel == s.Channel:
			return wrongSource(ErrSourceExists, "This channel is read already, as %s.", o.Name)
		}
	}
	if len(others) >= MaxSources {
		return wrongSource(ErrSourceRefused, "There are %d sources here, and that is the limit: remove one first.", MaxSources)
	}
	return nil
}

// Get is one source, or ErrSourceNotFound.
func (b *Book) Get(ctx context.Context, guild, name string) (Source, error) {
	k, err := b.get(ctx, sourceKey(guild, name))
	if errors.Is(err, store.ErrNotFound) {
		return Source{}, noSource(name)
	}
	return k.Source, err
}

// List is a guild's sources by name. Entries that cannot be read are left out and
// named by the error; the others are returned with it.
func (b *Book) List(ctx context.Context, guild string) ([]Source, error) {
	return plainSources(b.readKeys(ctx, func(key string) bool { return strings.HasPrefix(key, guildKey(guild)) }))
}

// All is the sources of all guilds, by guild and name, as List gives them.
func (b *Book) All(ctx context.Context) ([]Source, error) {
	return plainSources(b.readKeys(ctx, func(string) bool { return true }))
}

// Remove takes a source out; ErrSourceNotFound where there is none. What it brought stays.
func (b *Book) Remove(ctx context.Context, guild, name string) error {
	if _, err := b.Get(ctx, guild, name); errors.Is(err, ErrSourceNotFound) {
		return err
	}
	// One that cannot be read can still be removed.
	if err := b.kv.Delete(ctx, sourceKey(guild, name)); err != nil {
		return fmt.Errorf("source %s: %w", name, err)
	}
	return nil
}

// Update edits a source by compare-and-set and returns it as it then stands: edit
// sees it as it is and is called again where another was faster; its error ends the
// update. Guild, name, kind and channel stay what they are.
func (b *Book) Update(ctx context.Context, guild, name string, edit func(*Source) error) (Source, error) {
	key := sourceKey(guild, name)
	for range sourceTries {
		k, err := b.get(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return Source{}, noSource(name)
		}
		if err != nil {
			return Source{}, err
		}
		s := k.Source
		if err := edit(&s); err != nil {
			return k.Source, err
		}
		s.Guild, s.Name, s.Kind, s.Channel, s.Born = k.Guild, k.Name, k.Kind, k.Channel, k.born()
		value, err := json.Marshal(&s)
		if err != nil {
			return k.Source, fmt.Errorf("source %s: %w", name, err)
		}
		switch _, err := b.kv.Update(ctx, key, value, k.rev); {
		case err == nil:
			return s, nil
		case !errors.Is(err, store.ErrConflict):
			return k.Source, fmt.Errorf("source %s: %w", name, err)
		}
	}
	return Source{}, fmt.Errorf("source %s: changed by others %d times in a row: try again", name, sourceTries)
}

func (b *Book) get(ctx context.Context, key string) (inBook, error) {
	value, rev, err := b.kv.Get(ctx, key)
	if err != nil {
		return inBook{}, fmt.Errorf("source: %w", err)
	}
	k := inBook{key: key, rev: rev}
	if err := json.Unmarshal(value, &k.Source); err != nil {
		return inBook{}, fmt.Errorf("source %q cannot be read (%w): remove it and add it again", key, err)
	}
	return k, nil
}

// read is a guild's sources; ones that cannot be read do not count.
func (b *Book) read(ctx context.Context, guild string) ([]inBook, error) {
	list, _, err := b.readKeys(ctx, func(key string) bool { return strings.HasPrefix(key, guildKey(guild)) })
	return list, err
}

// readKeys are the sources under some keys, and what is wrong with those that
// cannot be read.
func (b *Book) readKeys(ctx context.Context, wanted func(string) bool) (list []inBook, bad []error, err error) {
	keys, err := b.kv.Keys(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("sources: %w", err)
	}
	for _, key := range keys {
		if !wanted(key) {
			continue
		}
		k, err := b.get(ctx, key)
		switch {
		case errors.Is(err, store.ErrNotFound): // removed since
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil:
			bad = append(bad, err)
		default:
			list = append(list, k)
		}
	}
	slices.SortFunc(list, func(a, b inBook) int {
		return cmp.Or(cmp.Compare(a.Guild, b.Guild), cmp.Compare(a.Name, b.Name))
	})
	return list, bad, nil
}

func plainSources(list []inBook, bad []error, err error) ([]Source, error) {
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(list))
	for i, k := range list {
		out[i] = k.Source
	}
	return out, errors.Join(bad...)
}

func nameTaken(name string) error {
	return wrongSource(ErrSourceExists, "There is a source %s already: choose another name, or remove it first.", name)
}

func noSource(name string) error {
	return wrongSource(ErrSourceNotFound, "There is no source %s here: source list shows what there is.", name)
}
