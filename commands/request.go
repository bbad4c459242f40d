package commands

import (
	"time"

	"sitrep/news"
)

// Request is what a person did at a door.
type Request struct {
	// Line is the command line as typed, with or without the prefix.
	Line string
	// Door is where it was asked: "discord", "console", "terminal", "schedule".
	Door string
	// Guild, Channel and User are the door's IDs; empty where it has none.
	Guild, Channel, User string
	// Manager says that the person may change settings, sources and schedules here.
	Manager bool
	// Scopes are what the asker may see. Empty means only news.ScopeEveryone.
	Scopes []news.Scope
	// Now is when it was asked; zero means the present.
	Now time.Time
	// Scheduled says that nobody is waiting: a quiet period is told in one line.
	Scheduled bool
}
