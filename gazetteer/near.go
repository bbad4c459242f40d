package gazetteer

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"sitrep/news"
)

// The reasons why distances from a place cannot be told.
var (
	ErrUnknown  = errors.New("no such place is known")
	ErrUnplaced = errors.New("where the place lies is not known")
)

// spots are the types whose coordinates tell where they lie. Those of a country or a
// river are one point of many.
var spots = map[string]bool{"city": true, "town": true, "village": true, "neighbourhood": true, "camp": true, "site": true, "mountain": true}

// Near gives the IDs of the places within so many kilometres of the one that a
// typed name means, itself among them, the nearest first and then by ID. A name
// that a town and what covers it share means the town. Areas are left out, since
// the coordinates of an area do not tell how far it reaches.
func (g *Gazetteer) Near(typed string, km float64) ([]string, error) {
	center, err := g.center(typed)
	if err != nil {
		return nil, err
	}
	type place struct {
		id string
		km float64
	}
	found := []place{{center.ID, 0}}
	for _, e := range g.entities {
		if e == center || !e.Located || !spots[e.Type] {
			continue
		}
		if d := Distance(center, e); d <= km {
			found = append(found, place{e.ID, d})
		}
	}
	slices.SortFunc(found[1:], func(a, b place) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.id, b.id)) })
	ids := make([]string, len(found))
	for i, p := range found {
		ids[i] = p.id
	}
	return ids, nil
}

// center is the place that a typed name means for a distance.
func (g *Gazetteer) center(typed string) (*Entity, error) {
	var list []*Entity
	if id, ok := strings.CutPrefix(typed, "#"); ok {
		if e, ok := g.byID[strings.ToLower(id)]; ok {
			list = append(list, e)
		}
	} else {
		for _, c := range g.Resolve(typed, 10) {
			if c.Exact {
				list = append(list, c.Entity)
			}
		}
	}
	list = slices.DeleteFunc(list, func(e *Entity) bool { return e.Kind != news.Place })
	if len(list) == 0 {
		return nil, ErrUnknown
	}
	for _, e := range list {
		if e.Located && spots[e.Type] {
			return e, nil
		}
	}
	for _, e := range list {
		if e.Located {
			return e, nil
		}
	}
	return nil, ErrUnplaced
}

// earthRadius is the Earth's mean radius in km (IUGG).
const earthRadius = 6371.0088

// Distance is the length of the great circle between two located places, in km.
func Distance(a, b *Entity) float64 {
	const rad = math.Pi / 180
	x, y := math.Sin((a.Lat-b.Lat)*rad/2), math.Sin((a.Lon-b.Lon)*rad/2)
	return 2 * earthRadius * math.Asin(math.Sqrt(min(1, x*x+math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*y*y)))
}
