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

// put files a member where its time belongs.
func (s *Story) put(m Member) {
	i := len(s.Members)
	for i > 0 && s.Members[i-1].When.After(m.When) {
		i--
	}
	s.Members = slices.Insert(s.Members, i, m)
}

// drop takes a dispatch out. Copies of its text are from then on copies of the next oldest.
func (s *Story) drop(id news.ID) {
	s.Members = slices.DeleteFunc(s.Members, func(m Member) bool { return m.ID == id })
	next := news.ID("")
	for i := range s.Members {
		if m := &s.Members[i]; m.Text == id {
			if next == "" {
				next = m.ID
			}
			m.Text = next
		}
	}
}

// texts counts the texts of the members within span of a time, up to most.
func (s *Story) texts(at time.Time, span time.Duration, most int) int {
	seen := map[news.ID]bool{}
	for i := len(s.Members) - 1; i >= 0 && len(seen) < most; i-- {
		m := &s.Members[i]
		if at.Sub(m.When) > span {
			break
		}
		if m.When.Sub(at) <= span {
			seen[m.Text] = true
		}
	}
	return len(seen)
}
