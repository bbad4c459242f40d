package stories

import (
	"math"
	"slices"
	"time"

	"sitrep/news"
)

const (
	// window is how far apart in time two dispatches may be that tie a story: a chain
	// of events with a longer silence in it is told as two.
	window = 3 * 24 * time.Hour
	// joins is the evidence from which a dispatch joins a story, merges that from which
	// it joins two stories to one. Both are chosen on January to June 2025.
	joins, merges = .44, .64
	// near is how many dispatches one is compared with, telling how many of its words,
	// the heaviest, and names these are looked for by.
	near, telling = 64, 24
	// bandWeight puts what may be a copy before all else.
	bandWeight = 100
)

// Grouper puts dispatches into stories. It is not safe for concurrent use.
type Grouper struct {
	shelf         Shelf
	counts        counts
	stories       map[ID]*Story
	into          map[ID]ID // the story that a merged one went up in
	weights       weights
	joins, merges float64
}

// New is a Grouper that has seen nothing and compares with what is on the shelf.
func New(shelf Shelf) *Grouper {
	return &Grouper{shelf: shelf, counts: counts{In: map[uint64]int{}}, stories: map[ID]*Story{}, into: map[ID]ID{}, weights: learnt, joins: joins, merges: merges}
}

// Apply takes in an event of the log, whose dispatch has these names in its body.
// Events of one dispatch may come more than once: the last one holds.
func (g *Grouper) Apply(e *news.Event, names []news.Mention) Change {
	old, known := g.shelf.Get(e.Dispatch.ID)
	switch {
	case e.Kind == news.Forgotten:
		return g.forget(e.Dispatch.ID)
	case known && (e.Kind == news.Withdrawn || e.Kind == news.Marked):
		g.stand(old, &e.Dispatch)
		return Change{Story: g.Resolve(old.Story)}
	case known:
		left := g.forget(e.Dispatch.ID).Left
		ch := g.add(&e.Dispatch, names)
		if ch.Story != left {
			ch.Left = left
		}
		return ch
	}
	return g.add(&e.Dispatch, names)
}

// Resolve is the story that one has gone up in, itself where it stands.
func (g *Grouper) Resolve(id ID) ID {
	for {
		next, ok := g.into[id]
		if !ok {
			return id
		}
		id = next
	}
}

// Story gives a story, or that which it went up in. It must not be changed.
func (g *Grouper) Story(id ID) (*Story, bool) {
	s, ok := g.stories[g.Resolve(id)]
	return s, ok
}

// Of gives the story that a dispatch is in.
func (g *Grouper) Of(id news.ID) (*Story, bool) {
	it, ok := g.shelf.Get(id)
	if !ok {
		return nil, false
	}
	return g.Story(it.Story)
}

// add puts a dispatch that is in no story into one.
func (g *Grouper) add(d *news.Dispatch, names []news.Mention) Change {
	it := newItem(d, names)
	g.counts.add(it, 1)
	around := g.shelf.Near(g.query(it))
	ties := g.ties(it, around)
	var ch Change
	var s *Story
	if len(ties) > 0 && ties[0].sum >= g.joins {
		s = ties[0].story
		for _, t := range ties[1:] {
			if t.sum >= g.merges {
				keep, gone := older(s, t.story)
				g.merge(keep, gone)
				s, ch.Merged = keep, append(ch.Merged, gone.ID)
			}
		}
	} else {
		s = g.begin(it)
	}
	it.Story = s.ID
	s.put(Member{ID: it.ID, When: it.When, Source: d.Source, Text: it.Text, Retracted: d.Standing == news.Retracted})
	g.shelf.Put(it)
	ch.Story = s.ID
	if it.Text != it.ID {
		ch.Copy = it.Text
	}
	return ch
}

// begin makes a story. A dispatch that began one, and left it to others, begins another.
func (g *Grouper) begin(it *Item) *Story {
	id := storyID(it.ID, 0)
	for n := 1; g.taken(id); n++ {
		id = storyID(it.ID, n)
	}
	s := &Story{ID: id, Scope: it.Scope}
	g.stories[id] = s
	return s
}

func (g *Grouper) taken(id ID) bool {
	_, merged := g.into[id]
	return merged || g.stories[id] != nil
}

// query asks for what a dispatch may be like.
func (g *Grouper) query(it *Item) Query {
	q := Query{Scope: it.Scope, Since: it.When.Add(-window), Until: it.When.Add(window), Most: near}
	for _, w := range it.Words {
		q.Terms = append(q.Terms, Word{w.Term, w.Count * g.counts.rarity(w.Term)})
	}
	for _, t := range it.Names {
		q.Terms = append(q.Terms, Word{t, g.counts.rarity(t)})
	}
	slices.SortStableFunc(q.Terms, func(a, b Word) int {
		switch {
		case a.Count > b.Count:
			return -1
		case a.Count < b.Count:
			return 1
		}
		return compare(a.Term, b.Term)
	})
	q.Terms = q.Terms[:min(len(q.Terms), telling)]
	for _, b := range it.Print.Bands {
		q.Terms = append(q.Terms, Word{b, bandWeight})
	}
	return q
}

// tie is what binds a dispatch to a story.
type tie struct {
	story *Story
	sum   float64
}

// ties weighs the stories of what is around, the strongest first. A text counts once.
// The evidence of a story of n texts within the window is the sum of their odds by
// √n, which is the cosine to their centre where the odds are cosines between
// texts that have nothing in common: ten that are a bit alike say more than one.
func (g *Grouper) ties(it *Item, around []*Item) []tie {
	type text struct {
		story *Story
		id    news.ID
	}
	commonplace := commonplaces(it, around)
	best := map[text]float64{}
	var texts []text
	for _, c := range around {
		s, ok := g.Story(c.Story)
		if !ok {
			continue
		}
		p := 0.
		if copyOf(it, c, commonplace) || translationOf(it, c) {
			if it.Text == it.ID {
				it.Text = c.Text
			}
			p = math.Inf(1)
		} else {
			p = g.weights.odds(g.counts.likeness(it, c))
		}
		k := text{s, c.Text}
		if _, ok := best[k]; !ok {
			texts = append(texts, k)
		}
		best[k] = max(best[k], p)
	}
	var out []tie
	at := map[*Story]int{}
	for _, k := range texts {
		i, ok := at[k.story]
		if !ok {
			i, at[k.story] = len(out), len(out)
			out = append(out, tie{story: k.story})
		}
		out[i].sum += best[k]
	}
	for i := range out {
		out[i].sum /= math.Sqrt(float64(max(1, out[i].story.texts(it.When, window, near))))
	}
	slices.SortStableFunc(out, func(a, b tie) int {
		switch {
		case a.sum > b.sum:
			return -1
		case a.sum < b.sum:
			return 1
		}
		return 0
	})
	return out
}
