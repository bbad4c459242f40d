package index

import (
	"errors"

	"sitrep/gazetteer"
	"sitrep/index/query"
)

// maxNear is how many places near: can stand for.
const maxNear = 1024

// Surveyor knows how far places lie from one another; gazetteer.Gazetteer is one.
// An Annotator that is none cannot answer near:.
type Surveyor interface {
	// Near gives the IDs of the places within so many kilometres of the one that a
	// typed name means, itself among them, the nearest first.
	Near(typed string, km float64) ([]string, error)
}

// near asks for a mention of a place that lies close to another. What covers such a
// place does not count: a country is not near.
func (b *planner) near(t query.Term) clause {
	s, ok := b.x.opts.Names.(Surveyor)
	if !ok {
		b.err = query.Wrong("%s: no distances are known here", t)
		return nil
	}
	ids, err := s.Near(t.Text, t.Within.Km())
	switch {
	case errors.Is(err, gazetteer.ErrUnplaced):
		b.err = query.Wrong("%s: where it lies is not known here: name a town beside it", t)
	case err != nil:
		b.err = query.Wrong("%s: no such place is known here: name a town beside it", t)
	case len(ids) > maxNear:
		b.err = query.Wrong("%s: %d places lie within that distance, the limit is %d: choose a smaller one", t, len(ids), maxNear)
	}
	return &filter{fieldEntity, ids}
}
