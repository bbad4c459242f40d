package ingest

import "time"

// Source is something that is read from by itself: a channel whose posts are filed.
type Source struct {
	// Guild is the community that it belongs to; what it brings is seen there only.
	Guild string `json:"guild"`
	// Name is what people call it, unique within the guild; the dispatches carry it.
	Name string `json:"name"`
	// Kind is one of the Source… constants.
	Kind string `json:"kind"`
	// Channel is the door's ID of the channel, for SourceChannel.
	Channel string    `json:"channel,omitempty"`
	By      string    `json:"by,omitempty"`
	Added   time.Time `json:"added"`
	Paused  bool      `json:"paused,omitempty"`

	// Cursors are, for the channel and each of its threads, the newest message that
	// has been filed; everything up to it is on disk.
	Cursors map[string]string `json:"cursors,omitempty"`
	// History says how far the backfill is, for the channel and each of its threads:
	// the oldest message that has been filed, or HistoryDone.
	History map[string]string `json:"history,omitempty"`
	// Recent are, for the channel and each of its threads, the newest messages that
	// are dispatches, the oldest first: what was deleted while nobody listened is
	// found by them.
	Recent map[string][]string `json:"recent,omitempty"`
	// Backfill is how far the reading of the history has come, for people.
	Backfill Backfill `json:"backfill,omitzero"`
	// Filed counts what it brought; Newest is when its newest dispatch was published.
	Filed  int       `json:"filed,omitempty"`
	Newest time.Time `json:"newest,omitzero"`
	// LastOK is when it was last read without a failure. Failure is what is wrong
	// since FailingSince, for people; empty where nothing is.
	LastOK       time.Time `json:"last_ok,omitzero"`
	Failure      string    `json:"failure,omitempty"`
	FailingSince time.Time `json:"failing_since,omitzero"`

	// Born is the book's own: the revision at which the source was added.
	Born uint64 `json:"born,omitempty"`
}

// Backfill counts the history of a source while it is read.
type Backfill struct {
	// Messages have been read; Filed of them are dispatches, Wordless say nothing
	// that could be filed: notices of the door's, pictures alone.
	Messages int `json:"messages,omitempty"`
	Filed    int `json:"filed,omitempty"`
	Wordless int `json:"wordless,omitempty"`
	// Channel and Message are where the progress is told; empty where it is not.
	Channel string `json:"channel,omitempty"`
	Message string `json:"message,omitempty"`
}

// SourceChannel is a channel of a door.
const SourceChannel = "channel"

// HistoryDone says that all of a channel's history has been filed.
const HistoryDone = "done"
