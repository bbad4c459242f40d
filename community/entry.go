package community

import "time"

// Entry is one line of a community's audit log.
type Entry struct {
	At time.Time `json:"at"`
	// By is the ID of who did it.
	By string `json:"by"`
	// What was done: one of the What… constants.
	What string `json:"what"`
	// Name is the setting, schedule, source or dispatch that it was done to.
	Name string `json:"name,omitempty"`
	// Old and New are the values before and after; empty where there was or is none.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
	// Reason is why, as the person said.
	Reason string `json:"reason,omitempty"`
}

// What can be done that is written into the audit log.
const (
	WhatSettings = "settings"
	WhatSchedule = "schedule"
	WhatSource   = "source"
	WhatFile     = "file"
	WhatMark     = "mark"
	WhatRetract  = "retract"
)
