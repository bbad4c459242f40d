package commands

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"sitrep/news"
	"sitrep/store"
	"sitrep/stories"
)

func storiesCommand() *Command {
	return &Command{
		Name:     "stories",
		Summary:  "The stories of a time: dispatches on one event, put together, with their sources",
		Help:     "What most independent sources tell stands first: who only passes on or translates a text is not counted. Of the last 7 days where no time is given.",
		Examples: []string{"stories", "stories since:2018-12-01 until:2018-12-31"},
		Args:     []Arg{sinceArg(), untilArg()},
		run:      runStories,
	}
}

const (
	// MaxStories is how many a program can ask for at once.
	MaxStories = 10_000
	// storiesRead are looked at to choose those that are shown.
	storiesRead = 1000
)

// StoryListing is what stories finds, for programs.
type StoryListing struct {
	// Total is the number of stories in the time, listed or not.
	Total   int           `json:"total"`
	Stories []ListedStory `json:"stories"`
}

// ListedStory is one story. Its dispatches are in the order of their time.
type ListedStory struct {
	ID         stories.ID `json:"id"`
	Title      string     `json:"title"`
	Dispatches []news.ID  `json:"dispatches"`
	// Sources are all that brought a dispatch of it, Independent those that brought a
	// text first.
	Sources     []string `json:"sources"`
	Independent []string `json:"independent"`
	// First and Last are when its dispatches were published or, where that is not known, filed.
	First time.Time `json:"first"`
	Last  time.Time `json:"last"`
	// Merged are the stories that went up in it.
	Merged []stories.ID `json:"merged"`
}

func runStories(ctx context.Context, c *call) (Reply, error) {
	if c.e.o.Stories == nil {
		return Reply{}, &Error{CodeUnavailable, c.say("Stories are not available here.")}
	}
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	asked := stories.Asked{Scopes: c.Request.Scopes, From: w.span.From, To: w.now, Most: storiesRead}
	if n := c.Request.Hits; n != 0 {
		if n < 0 || n > MaxStories {
			return Reply{}, usage("%d stories cannot be listed: ask for 1 to %d.", n, MaxStories)
		}
		asked.Most = n
	} else if asked.From.IsZero() {
		asked.From = w.now.Add(-week)
	}
	list, total, err := c.e.o.Stories.Newest(asked)
	if err != nil {
		return Reply{}, err
	}
	if c.Request.Hits != 0 {
		return Reply{Title: c.say("Stories"), Stories: listStories(list, total)}, nil
	}
	return c.storiesReply(ctx, w, asked, list, total)
}

// storiesReply tells people of the stories that most sources tell.
func (c *call) storiesReply(ctx context.Context, w window, asked stories.Asked, list []stories.Story, total int) (Reply, error) {
	reply := Reply{Title: c.say("Stories, %s to %s", w.day(asked.From), w.moment())}
	for _, s := range list {
		if m := s.Members[len(s.Members)-1]; m.Dated && m.When.After(reply.AsOf) {
			reply.AsOf = m.When
		}
	}
	switch {
	case total == 0:
		reply.Note = c.say("No dispatch is of this time.")
	case total > len(list):
		reply.Note = c.say("%d stories; the newest %d were read for it.", total, len(list))
	default:
		reply.Note = c.say("%d stories.", total)
	}
	slices.SortStableFunc(list, func(a, b stories.Story) int {
		return cmp.Or(cmp.Compare(len(b.Sources()), len(a.Sources())), cmp.Compare(b.Texts(), a.Texts()))
	})
	for _, s := range list {
		if len(reply.Items) == briefStories {
			break
		}
		it, err := c.storyLine(ctx, s)
		if errors.Is(err, store.ErrNotFound) {
			continue // it was forgotten meanwhile
		}
		if err != nil {
			return Reply{}, err
		}
		reply.Items = append(reply.Items, it)
	}
	return reply, nil
}

// storyLine tells of a story by the headline of its first dispatch.
func (c *call) storyLine(ctx context.Context, s stories.Story) (Item, error) {
	d, err := c.load(ctx, s.Members[0].ID)
	if err != nil {
		return Item{}, err
	}
	it := Item{Text: d.Headline(storyHeadline), Quote: true, Standing: d.Standing.Or(news.Reported), Cites: []Cite{cite(&d)}}
	for _, m := range s.Members[1:] {
		it.Folded = append(it.Folded, m.ID)
	}
	if len(it.Folded) > 0 {
		it.More = c.say("%d reports by %d independent sources, %s to %s", len(s.Members), len(s.Sources()),
			c.day(s.Members[0].When), c.day(s.Members[len(s.Members)-1].When))
	}
	return it, nil
}

// storyHeadline is the length of a headline, in characters.
const storyHeadline = 200

func listStories(list []stories.Story, total int) *StoryListing {
	out := &StoryListing{Total: total, Stories: make([]ListedStory, 0, len(list))}
	for _, s := range list {
		l := ListedStory{ID: s.ID, Title: s.Members[0].Title, Dispatches: []news.ID{}, Sources: []string{}, Independent: []string{}, Merged: []stories.ID{},
			First: s.Members[0].When, Last: s.Members[len(s.Members)-1].When}
		for _, m := range s.Members {
			l.Dispatches = append(l.Dispatches, m.ID)
			if !slices.Contains(l.Sources, m.Source) {
				l.Sources = append(l.Sources, m.Source)
			}
		}
		l.Independent, l.Merged = append(l.Independent, s.Sources()...), append(l.Merged, s.Merged...)
		out.Stories = append(out.Stories, l)
	}
	return out
}
