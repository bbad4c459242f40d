// Package gazetteer knows places and actors by their names in Latin and Arabic
// script, finds them in running text and resolves what people type. Its tables
// are data/places.tsv and data/actors.tsv; a Gazetteer is safe for concurrent use.
package gazetteer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"sitrep/data"
	"sitrep/news"
)

// Entity is a place or an actor. What the Gazetteer hands out must not be changed.
type Entity struct {
	// ID names it for good: "deir-ez-zor", "islamic-state".
	ID   string
	Kind news.MentionKind
	// Type is country, governorate, district, city, desert, group, person and so on.
	Type         string
	Name, Arabic string
	// Aliases are its other names, in any script.
	Aliases []string
	// Parents are the IDs of the places it lies in, from the nearest: there may be several.
	Parents []string
	// Country is the ISO 3166-1 alpha-2 code; empty for what is in none or in many.
	Country string
	// Lat and Lon are in degrees (WGS 84); they hold only where Located is set.
	Lat, Lon float64
	Located  bool
	// Population is how many people live there; 0 where that is not known.
	Population int

	up []*Entity // all that covers it
}

// Gazetteer holds the tables and what is derived from them. It does not change after New.
type Gazetteer struct {
	version  string
	entities []*Entity
	byID     map[string]*Entity
	within   map[string][]string
	covers   map[string][]string
	trie     *trie
	forms    *forms
}

// New reads the embedded tables.
func New() (*Gazetteer, error) { return load(data.Places(), data.Actors()) }

func load(places, actors []byte) (*Gazetteer, error) {
	rows, err := parsePlaces(places)
	if err != nil {
		return nil, fmt.Errorf("gazetteer: %w", err)
	}
	more, err := parseActors(actors)
	if err != nil {
		return nil, fmt.Errorf("gazetteer: %w", err)
	}
	rows = append(rows, more...)
	g := &Gazetteer{byID: make(map[string]*Entity, len(rows)), version: version(places, actors)}
	byRow := make(map[string]*row, len(rows))
	for i := range rows {
		r := &rows[i]
		if byRow[r.ID] != nil {
			return nil, fmt.Errorf("gazetteer: two rows have the id %q", r.ID)
		}
		byRow[r.ID] = r
		if r.Type != none {
			g.byID[r.ID] = &r.Entity
			g.entities = append(g.entities, &r.Entity)
		}
	}
	if err := g.relate(); err != nil {
		return nil, fmt.Errorf("gazetteer: %w", err)
	}
	g.trie = newTrie()
	g.forms = newForms()
	for i := range rows {
		r := &rows[i]
		var seat *row
		if r.seat != "" {
			if seat = byRow[r.seat]; seat == nil {
				return nil, fmt.Errorf("gazetteer: the seat %q of %q is not in the table", r.seat, r.ID)
			}
		}
		g.add(r, seat)
	}
	g.trie.finish()
	g.forms.finish()
	return g, nil
}

func version(tables ...[]byte) string {
	h := sha256.New()
	fmt.Fprintf(h, "fold %d\n", foldVersion)
	for _, t := range tables {
		fmt.Fprintf(h, "%d\n", len(t))
		h.Write(t)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Version is a hash of the tables and of how names are folded: with another
// version, text that was annotated before must be annotated anew.
func (g *Gazetteer) Version() string { return g.version }

// Entity looks an ID up.
func (g *Gazetteer) Entity(id string) (*Entity, bool) {
	e, ok := g.byID[id]
	return e, ok
}

// Entities lists everything in the tables, in their order.
func (g *Gazetteer) Entities() []*Entity { return slices.Clone(g.entities) }

// Within gives the entity and everything that covers it, from the nearest;
// nothing for an unknown ID.
func (g *Gazetteer) Within(id string) []string { return slices.Clone(g.within[id]) }

// Covers gives the entity and everything that lies in it, in the order of the
// tables; nothing for an unknown ID.
func (g *Gazetteer) Covers(id string) []string { return slices.Clone(g.covers[id]) }

// relate works out within and covers from the parents.
func (g *Gazetteer) relate() error {
	g.within = make(map[string][]string, len(g.entities))
	g.covers = make(map[string][]string, len(g.entities))
	for _, e := range g.entities {
		all := []string{e.ID}
		for i := 0; i < len(all); i++ { // breadth first: all grows while it is walked
			for _, p := range g.byID[all[i]].Parents {
				if g.byID[p] == nil {
					return fmt.Errorf("the parent %q of %q is not in the table", p, all[i])
				}
				if p == e.ID {
					return fmt.Errorf("%q lies in itself, by way of %q", e.ID, all[i])
				}
				if !slices.Contains(all, p) {
					all = append(all, p)
				}
			}
		}
		g.within[e.ID] = all
		for _, id := range all[1:] {
			e.up = append(e.up, g.byID[id])
		}
	}
	for _, e := range g.entities {
		for _, w := range g.within[e.ID] {
			if w != e.ID {
				g.covers[w] = append(g.covers[w], e.ID)
			}
		}
	}
	for _, e := range g.entities {
		g.covers[e.ID] = append([]string{e.ID}, g.covers[e.ID]...)
	}
	return nil
}

// under reports whether a place lies in another.
func (e *Entity) under(o *Entity) bool { return slices.Contains(e.up, o) }
