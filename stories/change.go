package stories

import "sitrep/news"

// older tells which of two stories keeps its ID when they merge: that with the
// older dispatch in it, and of the same time the one with the lower ID.
func older(a, b *Story) (keep, gone *Story) {
	x, y := a.Members[0].When, b.Members[0].When
	if y.Before(x) || y.Equal(x) && b.ID < a.ID {
		return b, a
	}
	return a, b
}

// merge puts all of one story into another, for good.
func (g *Grouper) merge(keep, gone *Story) {
	for _, m := range gone.Members {
		keep.put(m)
	}
	keep.Merged = append(append(keep.Merged, gone.Merged...), gone.ID)
	g.into[gone.ID] = keep.ID
	delete(g.stories, gone.ID)
}

// forget takes a dispatch out of its story. What it tied together stays together.
func (g *Grouper) forget(id news.ID) Change {
	it, ok := g.shelf.Get(id)
	if !ok {
		return Change{}
	}
	g.counts.add(it, -1)
	g.shelf.Drop(id)
	s, ok := g.Story(it.Story)
	if !ok {
		return Change{}
	}
	s.drop(id)
	for _, m := range s.Members {
		if o, ok := g.shelf.Get(m.ID); ok {
			o.Text = m.Text
		}
	}
	if len(s.Members) == 0 {
		delete(g.stories, s.ID)
	}
	return Change{Left: s.ID}
}

// stand takes over whether a dispatch was taken back.
func (g *Grouper) stand(it *Item, d *news.Dispatch) {
	if s, ok := g.Story(it.Story); ok {
		for i := range s.Members {
			if m := &s.Members[i]; m.ID == it.ID {
				m.Retracted = d.Standing == news.Retracted
			}
		}
	}
}
