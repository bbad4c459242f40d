package stories

import (
	"maps"
	"slices"
	"strings"
)

// State is all that a Grouper knows, but for what lies on its shelf. It can be
// written as JSON; the log, replayed, gives it as well.
type State struct {
	// All counts the dispatches that were seen, In those that hold each term.
	All int            `json:"all"`
	In  map[uint64]int `json:"in"`
	// Stories are those that stand, by their IDs; Into says what merged ones went up in.
	Stories []Story   `json:"stories"`
	Into    map[ID]ID `json:"into"`
}

// State copies what the Grouper knows by now.
func (g *Grouper) State() State {
	st := State{All: g.counts.All, In: maps.Clone(g.counts.In), Into: maps.Clone(g.into)}
	for _, s := range g.stories {
		c := *s
		c.Members, c.Merged = slices.Clone(s.Members), slices.Clone(s.Merged)
		st.Stories = append(st.Stories, c)
	}
	slices.SortFunc(st.Stories, func(a, b Story) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return st
}

// Resume is a Grouper that goes on from a state, with the shelf as it was then. The
// state is the Grouper's own from then on.
func Resume(shelf Shelf, st State) *Grouper {
	g := New(shelf)
	g.counts.All = st.All
	if st.In != nil {
		g.counts.In = st.In
	}
	if st.Into != nil {
		g.into = st.Into
	}
	for i := range st.Stories {
		s := st.Stories[i]
		g.stories[s.ID] = &s
	}
	return g
}
