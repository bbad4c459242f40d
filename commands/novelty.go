package commands

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"sitrep/briefing"
	"sitrep/store"
)

// briefed is what a channel's scheduled briefings have told.
type briefed struct {
	At time.Time `json:"at"`
	// Told are stories with how many independent sources told of them.
	Told map[string]int `json:"told"`
}

// maxBriefed bounds the stories that are remembered of a channel.
const maxBriefed = 200

// storyKey names a story from one briefing to the next.
func storyKey(s *briefing.Story) string {
	if id := s.Reports[0].Story; id != "" {
		return id
	}
	return string(s.Reports[0].Dispatch.ID)
}

// novelty is what is new in a briefing to a channel that had others.
type novelty struct {
	stories []briefing.Story
	updates map[string]bool // those told before, of which more sources tell now
	told    int             // how many have nothing new and are left out
	posted  func(context.Context)
}

// novel leaves the stories out that this channel's scheduled briefings have told, unless
// more independent sources tell of them now. Who asks is told all: only what comes by
// itself must not repeat itself. What is told counts once it is posted.
func (c *call) novel(ctx context.Context, t topic, w window, stories []briefing.Story) novelty {
	n := novelty{stories: stories}
	if c.e.o.Memory == nil || !c.Request.Scheduled || c.Request.Channel == "" || w.past {
		return n
	}
	key := c.memoryKey("brief " + t.line)
	read, cancel := context.WithTimeout(ctx, recalling)
	defer cancel()
	raw, rev, err := c.e.o.Memory.Get(read, key)
	var was briefed
	if err == nil {
		err = json.Unmarshal(raw, &was)
	}
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		c.e.o.Logger.Warn("what a channel was told last cannot be read: all is told", "error", err)
		return n
	}
	n.stories, n.updates = nil, map[string]bool{}
	now := briefed{At: w.now, Told: map[string]int{}}
	for i := range stories {
		s := &stories[i]
		name := storyKey(s)
		sources, known := was.Told[name]
		if known && len(s.Sources) <= sources {
			n.told++
			now.Told[name] = sources
			continue
		}
		n.updates[name] = known
		if len(n.stories) < briefStories {
			now.Told[name] = len(s.Sources)
		}
		n.stories = append(n.stories, *s)
	}
	for name, sources := range was.Told { // what is out of sight may come back
		if _, again := now.Told[name]; !again && len(now.Told) < maxBriefed {
			now.Told[name] = sources
		}
	}
	n.posted = func(ctx context.Context) { c.remember(ctx, key, rev, now) }
	return n
}

// remember writes what was told in place of what was remembered.
func (c *call) remember(ctx context.Context, key string, rev uint64, v any) {
	js, err := json.Marshal(v)
	if err == nil && rev > 0 {
		_, err = c.e.o.Memory.Update(ctx, key, js, rev)
	} else if err == nil {
		_, err = c.e.o.Memory.Create(ctx, key, js)
	}
	if err != nil && !errors.Is(err, store.ErrConflict) && !errors.Is(err, store.ErrExists) { // somebody told it at the same moment
		c.e.o.Logger.Warn("what a channel was told cannot be kept", "error", err)
	}
}
