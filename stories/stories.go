// Package stories groups dispatches into stories as they arrive: reports of one
// event, or of one chain of events. It counts a text once however many print it.
//
// A Grouper is fed what happened to dispatches in the order of the log; the same
// events in the same order give the same stories. What a dispatch is compared with
// comes from a Shelf, a few at a time, so that a dispatch costs the same however
// many are filed.
package stories

import (
	"slices"
	"time"

	"sitrep/news"
)

// ID names a story for good. It is derived from the dispatch that began it, and
// has the form of a news.ID.
type ID string

// storyID is the ID of the story that a dispatch begins, the nth time it begins one.
func storyID(first news.ID, nth int) ID {
	o := news.Origin{Kind: "story", Item: string(first)}
	for range nth {
		o.Feed += "+"
	}
	return ID(o.ID())
}

// Story is a group of dispatches that may be seen by the same people.
type Story struct {
	ID    ID
	Scope news.Scope
	// Members are its dispatches by the time they count for; of the same time, as they were filed.
	Members []Member
	// Merged are the stories that went up in it, in the order they did.
	Merged []ID
}

// Member is a dispatch of a story.
type Member struct {
	ID     news.ID
	When   time.Time
	Source string
	// Title is the beginning of it, for lists; Dated is false where When is only the time
	// it was filed.
	Title string
	Dated bool
	// Text is the dispatch that brought this one's text first: itself, unless it is a copy or a translation.
	Text news.ID
	// Retracted is set where its source took it back.
	Retracted bool
}

// Change is what an event did to stories. Its zero value says: nothing.
type Change struct {
	// Story is the one that the dispatch is in after the event; empty where it is in none.
	Story ID
	// Left is the one that it was in before, where that is another; it may be gone with it.
	Left ID
	// Copy is the dispatch that brought the text first, where this one only passes it on.
	Copy news.ID
	// Merged are the stories that went up in Story because the dispatch is like both.
	Merged []ID
	// Parted are those that stand for themselves again, since the dispatch that had made
	// them one with another is gone or tells of something else.
	Parted []ID
}

// Texts counts the texts of a story: copies and translations count once.
func (s *Story) Texts() int {
	seen := map[news.ID]bool{}
	for _, m := range s.Members {
		seen[m.Text] = true
	}
	return len(seen)
}

// Sources are the independent sources of a story, in the order of its members:
// those that brought one of its texts first, each once. Who only passes on, or
// translates, what another wrote is none, nor who took a report back.
func (s *Story) Sources() []string {
	var out []string
	seen := map[news.ID]bool{}
	for _, m := range s.Members {
		if m.Retracted || seen[m.Text] {
			continue
		}
		seen[m.Text] = true
		if !slices.Contains(out, m.Source) {
			out = append(out, m.Source)
		}
	}
	return out
}
