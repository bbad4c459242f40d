package commands

import (
	"context"

	"sitrep/community"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// Settings are a community's own settings, for the doors.
type Settings = community.Settings

// Communities keep the settings of all communities; community.Book is one.
type Communities interface {
	// Settings answers from memory, so it may be asked for every message.
	Settings(guild string) community.Settings
	// Change edits a community's settings by compare-and-set and writes what was
	// changed, by whom and why, into the audit log. Settings shows it at once.
	Change(ctx context.Context, guild, by, reason string, edit func(*community.Settings) error) error
	// Note writes an entry into a community's audit log; Log reads the newest n.
	Note(ctx context.Context, guild string, e community.Entry) error
	Log(ctx context.Context, guild string, n int) ([]community.Entry, error)
}

// Desk changes the log of dispatches on a person's behalf; store.Store is one.
type Desk interface {
	File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error)
	Change(ctx context.Context, id news.ID, edit func(news.Dispatch) (news.Event, error)) (uint64, error)
}

// SourceBook keeps the sources of all communities; ingest.Book is one. What is
// wrong with a source is an *ingest.SourceError, for people.
type SourceBook interface {
	Add(ctx context.Context, s ingest.Source) (ingest.Source, error)
	Get(ctx context.Context, guild, name string) (ingest.Source, error)
	List(ctx context.Context, guild string) ([]ingest.Source, error)
	All(ctx context.Context) ([]ingest.Source, error)
	Remove(ctx context.Context, guild, name string) error
	// Update edits a source by compare-and-set and returns it as it then stands.
	Update(ctx context.Context, guild, name string, edit func(*ingest.Source) error) (ingest.Source, error)
}

// ChannelInfo is what a door knows of one of its channels.
type ChannelInfo struct {
	ID, Name string
	// Guild it is in; empty for a direct message.
	Guild string
	// Parent is the channel that a thread hangs on, or empty.
	Parent string
	// CanRead and CanPost say what the door may do there.
	CanRead, CanPost bool
}

// Channels is what a door can do with channels, for commands that need it; the
// Discord door is one.
type Channels interface {
	// Channel looks a channel up; an *Error that can be told to people where there
	// is none or the door has no access.
	Channel(ctx context.Context, id string) (ChannelInfo, error)
	// Sees says whether a person with these roles may read a channel themselves; false
	// where that cannot be told.
	Sees(ctx context.Context, id, user string, roles []string) bool
	// Sourced tells the door that a channel source was added or changed: it begins to
	// read it, its history first, telling of the progress in the channel tell (nowhere
	// if empty); or, where it is paused, stops. One that was removed comes as paused,
	// and is in the book no more.
	Sourced(s ingest.Source, tell string)
}
