package commands

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"sitrep/briefing"
	"sitrep/index"
	"sitrep/news"
	"sitrep/store"
)

const (
	// foldHits are looked at together for texts that several sources carry. Pages are
	// cut from whole lots of so many, so that which page is asked for changes none.
	foldHits = 8 * pageSize
	// firstHits are those among which no source shall have more than oneSource,
	// where others have hits that are nearly as good.
	firstHits  = 5
	oneSource  = 2
	nearlyGood = .9
	// foldedNames are how many further sources are named.
	foldedNames = 3
)

// folded is a hit with the others that carry its text.
type folded struct {
	index.Hit
	text index.Text
	also []index.Hit
}

// pageOfHits is a page of a search: each text once.
type pageOfHits struct {
	index.Result
	groups []folded
	// before is how many dispatches stand on the pages before, here how many on this one.
	before, here int
	more         bool
	pages        int // how many there are, where that is known; else 0
	first        []index.Text
}

// page gives a page of a search, from 1. Total and all other counts are those of
// the dispatches, folded or not.
func (c *call) hitsPage(ctx context.Context, s index.Search, page int) (pageOfHits, error) {
	end := page * pageSize
	for lots := (end + foldHits) / foldHits; ; lots++ {
		s.From, s.Size = 0, min(lots*foldHits, index.MaxHits)
		res, err := c.e.o.Index.Search(ctx, s)
		if err != nil {
			return pageOfHits{}, err
		}
		texts, err := c.texts(ctx, res.Hits)
		if err != nil {
			return pageOfHits{}, err
		}
		var groups []folded
		for i := 0; i < len(res.Hits); i += foldHits {
			till := min(i+foldHits, len(res.Hits))
			groups = append(groups, fold(res.Hits[i:till], texts[i:till])...)
		}
		done := s.Size >= min(res.Total, index.MaxHits)
		if len(groups) <= end && !done {
			continue // folding left too few: one lot more
		}
		c.spreadSources(groups, s, res)
		p := pageOfHits{Result: res, more: len(groups) > end, first: texts[:min(len(texts), foldHits)]}
		if done {
			p.pages = (len(groups) + pageSize - 1) / pageSize
		}
		for i, g := range groups[:min(end, len(groups))] {
			if i < end-pageSize {
				p.before += 1 + len(g.also)
				continue
			}
			p.here += 1 + len(g.also)
			p.groups = append(p.groups, g)
		}
		return p, nil
	}
}

// texts reads hits; where there is nothing to see, or nothing any more, the text is empty.
func (c *call) texts(ctx context.Context, hits []index.Hit) ([]index.Text, error) {
	out := make([]index.Text, len(hits))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for i, h := range hits {
		g.Go(func() (err error) {
			defer c.guard(&err)
			out[i], err = c.text(ctx, h)
			if errors.Is(err, store.ErrNotFound) {
				err = nil
			}
			return err
		})
	}
	return out, g.Wait()
}

// fold puts the hits of one lot together that carry one text; the best of them leads.
func fold(hits []index.Hit, texts []index.Text) (out []folded) {
	var wires []*briefing.Wire
	for i, h := range hits {
		w := briefing.NewWire(&texts[i].Dispatch, texts[i].Mentions)
		if at := slices.IndexFunc(wires, w.Same); at >= 0 {
			out[at].also = append(out[at].also, h)
			continue
		}
		out, wires = append(out, folded{Hit: h, text: texts[i]}), append(wires, w)
	}
	return out
}

// spreadSources moves hits of other sources up among the first, where one source
// would have more than two of them and the others are nearly as good. It only
// reorders the first lot, the same on whatever page. An order by time stays.
func (c *call) spreadSources(groups []folded, s index.Search, res index.Result) {
	if s.Sort != index.Best && s.Sort != index.News {
		return
	}
	lot := groups[:min(len(groups), foldHits)]
	taken := map[string]int{}
	for i := 0; i < min(firstHits, len(lot)); i++ {
		at := i
		if taken[lot[i].Source] >= oneSource {
			least := nearlyGood * c.e.o.Index.Worth(lot[i].Hit, s, res)
			at = i + slices.IndexFunc(lot[i:], func(g folded) bool {
				return taken[g.Source] < oneSource && c.e.o.Index.Worth(g.Hit, s, res) >= least
			})
			at = max(at, i)
		}
		g := lot[at]
		copy(lot[i+1:at+1], lot[i:at])
		lot[i] = g
		taken[g.Source]++
	}
}

// foldedItem quotes the hit that leads, and says who else carries its text.
func (c *call) foldedItem(it Item, g folded) Item {
	if len(g.also) == 0 {
		return it
	}
	var names []string
	for _, h := range g.also {
		it.Folded = append(it.Folded, h.ID)
		if name := clip(c.source(h.Source), 40); h.Source != g.Source && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	switch more := len(names); {
	case more == 0:
		it.More = c.say("and %d more dispatches with this text", len(g.also))
	case more > foldedNames:
		it.More = c.say("and %d more sources: %s and others", more, c.list("%s, %s", names[:foldedNames]))
	default:
		it.More = c.say("and %d more sources: %s", more, c.list("%s and %s", names))
	}
	return it
}

// hits are those of the page that lead.
func (p *pageOfHits) hits() []index.Hit {
	out := make([]index.Hit, len(p.groups))
	for i, g := range p.groups {
		out[i] = g.Hit
	}
	return out
}

// group is the one whose leader has an ID.
func (p *pageOfHits) group(id news.ID) folded {
	for _, g := range p.groups {
		if g.ID == id {
			return g
		}
	}
	return folded{}
}
