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
	// ID is the door's ID of the message or interaction that the line came in, so that
	// a second delivery of it changes nothing twice; empty where the door has none.
	ID string
	// Manager says that the door knows the person as one who manages the place (in
	// Discord: the Manage Server permission). The engine adds those who have one of
	// the community's manager roles.
	Manager bool
	// Roles are the IDs of the person's roles in the guild.
	Roles []string
	// Locale is the language of the person's client, such as "ar" or "en-US". It
	// holds where the community has not chosen one; empty where it is not known.
	Locale string
	// Subject is the message that the command is about, where it was chosen from a
	// menu on one: what is said there, as a dispatch with its origin. Nil otherwise.
	Subject *news.Dispatch
	// Scopes are what the asker may see. Empty means only news.ScopeEveryone.
	Scopes []news.Scope
	// Now is when it was asked; zero means the present.
	Now time.Time
	// Hits, where not 0, asks a search for a listing of so many hits instead of a page, or
	// stories for so many of them: a program asks. At most index.MaxHits, or MaxStories.
	Hits int
	// Scheduled says that nobody is waiting: a quiet period is told in one line.
	Scheduled bool
}
