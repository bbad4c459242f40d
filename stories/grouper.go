package stories

import (
	"cmp"
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
	// headline is the length of a title that is kept, in characters.
	headline = 120
	// bandWeight puts what may be a copy before all else.
	bandWeight = 100
)

// Grouper puts dispatches into stories, within one change of a book.
type Grouper struct {
	w             *work
	weights       weights
	joins, merges float64
}

func newGrouper(w *work) *Grouper {
	return &Grouper{w: w, weights: learnt, joins: joins, merges: merges}
}

// Apply takes in an event of the log; it is the event's dispatch, read. Events of one
// dispatch may come more than once: the last one holds.
func (g *Grouper) Apply(e *news.Event, it *Item) Change {
	d := &e.Dispatch
	at, known := g.w.seat(d.ID)
	m := Member{ID: d.ID, Source: d.Source, Title: d.Headline(headline), Dated: !d.Published.IsZero(), Retracted: d.Standing == news.Retracted}
	switch {
	case e.Kind == news.Forgotten:
		return g.forget(d.ID)
	case known && (e.Kind == news.Withdrawn || e.Kind == news.Marked):
		return Change{Story: g.w.stand(at, d)}
	case known:
		left := g.forget(d.ID)
		ch := g.add(it, m)
		if ch.Parted = left.Parted; ch.Story != left.Left {
			ch.Left = left.Left
		}
		return ch
	}
	return g.add(it, m)
}

// add puts a dispatch that is new into a story.
func (g *Grouper) add(it *Item, m Member) Change {
	g.w.count(it, true)
	terms, bands := g.w.telling(it)
	g.w.shelve(it, slices.Concat(terms, bands))
	return g.joinBy(it, m, terms, bands)
}

// join puts a dispatch that is on the shelf, and in no story, into one.
func (g *Grouper) join(it *Item, m Member) Change {
	terms, bands := g.w.telling(it)
	return g.joinBy(it, m, terms, bands)
}

func (g *Grouper) joinBy(it *Item, m Member, terms, bands []Word) Change {
	w := g.w
	q := Query{Terms: slices.Concat(terms[:min(len(terms), telling)], bands), Scope: it.Scope, When: it.When, Window: window, Most: near + 1}
	around := slices.DeleteFunc(w.near(q), func(o *Item) bool { return o.number == it.number })
	ties := g.ties(it, around[:min(len(around), near)])
	var ch Change
	if len(ties) > 0 && ties[0].sum >= g.joins {
		ch.Story = ties[0].story
		for _, t := range ties[1:] {
			if t.sum >= g.merges {
				keep, gone := w.older(ch.Story, t.story)
				w.merge(keep, gone)
				ch.Story, ch.Merged = keep, append(ch.Merged, gone)
			}
		}
	} else {
		ch.Story = w.begin(it)
	}
	it.Story = ch.Story
	m.When, m.Text = it.When, it.Text
	w.putMember(ch.Story, it.number, m)
	w.place(it, len(ch.Merged) > 0)
	if it.Text != it.ID {
		ch.Copy = it.Text
	}
	return ch
}

// begin makes a story. A dispatch that began one, and left it to others, begins another.
func (w *work) begin(it *Item) ID {
	id := storyID(it.ID, 0)
	for n := 1; w.get(bucketInto, []byte(id)) != nil || w.get(bucketStories, []byte(id)) != nil; n++ {
		id = storyID(it.ID, n)
	}
	w.putHead(id, head{Scope: it.Scope})
	return id
}

// tie is what binds a dispatch to a story.
type tie struct {
	story ID
	sum   float64
}

// ties weighs the stories of what is around, the strongest first. A text counts once.
// The evidence of a story of n texts within the window is the sum of their odds by
// √n, which is the cosine to their centre where the odds are cosines between
// texts that have nothing in common: ten that are a bit alike say more than one.
// What is not dated is only tied to what carries its text: that it was filed on the
// same day as another says nothing of when it happened.
func (g *Grouper) ties(it *Item, around []*Item) []tie {
	type text struct {
		story ID
		id    news.ID
	}
	commonplace := commonplaces(it, around)
	best := map[text]float64{}
	var texts []text
	for _, c := range around {
		if c.Story == "" {
			continue
		}
		p := 0.
		switch {
		case copyOf(it, c, commonplace) || translationOf(it, c):
			if it.Text == it.ID {
				it.Text = c.Text
			}
			p = math.Inf(1)
		case it.Dated && c.Dated:
			p = g.weights.odds(g.w.b.counts.likeness(it, c))
		}
		k := text{g.w.resolve(c.Story), c.Text}
		if _, ok := best[k]; !ok {
			texts = append(texts, k)
		}
		best[k] = max(best[k], p)
	}
	var out []tie
	at := map[ID]int{}
	for _, k := range texts {
		i, ok := at[k.story]
		if !ok {
			i, at[k.story] = len(out), len(out)
			out = append(out, tie{story: k.story})
		}
		out[i].sum += best[k]
	}
	for i := range out {
		out[i].sum /= math.Sqrt(float64(max(1, g.w.texts(out[i].story, it.When, window, near))))
	}
	slices.SortStableFunc(out, func(a, b tie) int { return cmp.Compare(b.sum, a.sum) })
	return out
}
