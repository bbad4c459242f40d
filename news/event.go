package news

import "time"

// EventKind says what happened to a dispatch.
type EventKind string

// The kinds of event that the log holds.
const (
	Filed     EventKind = "filed"
	Revised   EventKind = "revised"
	Withdrawn EventKind = "retracted" // by its source; it stays visible, marked
	Marked    EventKind = "marked"    // its standing was changed by a person
	Forgotten EventKind = "forgotten" // taken out again: found by nothing but its history
)

// Event is one entry of the log: what happened, and the dispatch as it stands
// after it, so that the last event of a dispatch is all there is to know of it.
type Event struct {
	Kind     EventKind `json:"kind"`
	At       time.Time `json:"at"`
	By       string    `json:"by,omitempty"`
	Reason   string    `json:"reason,omitempty"`
	Dispatch Dispatch  `json:"dispatch"`
}

// Record is an event with its place in the log.
type Record struct {
	// Seq is the log's sequence number, from 1, without gaps.
	Seq uint64
	Event
}
