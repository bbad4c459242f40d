package community

import "time"

// Entry is one line of a community's audit log.
type Entry struct {
	At time.Time `json:"at"`
	// By is the ID of who did it.
	By string `json:"by"`
	// What was done: "settings", "schedule", "source", "file", "mark", "retract".
	What string `json:"what"`
	// Name is the setting, schedule, source or dispatch that it was done to.
	Name string `json:"name,omitempty"`
	// Old and New are the values before and after.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Reason is why, as the person said.
	Reason string `json:"reason,omitempty"`
}
