package picture

import (
	"sitrep/picture/atlas"
)

// wide is how many times the extent of all places a region may have and still be
// shown whole. Of a larger one the part around the places is shaded.
const wide = 30.0

// Where there are several places, a region is shown as far as it lies around them: only
// one that is not much larger than their extent widens the map.
const several, notWide = 5, 1.5

// extent is what the map has to show: all places, and the regions with them. It
// takes the short way around the globe.
func (m *mapping) extent() atlas.Box {
	var spans []span
	box := atlas.Nowhere()
	for _, p := range m.Places {
		spans = append(spans, span{p.Lon, p.Lon})
		box = box.Add(p.Lon, p.Lat)
	}
	size := 0.0
	if len(spans) > 0 {
		s := shortest(spans)
		size = max(s.east-s.west, 1) * max(box.North-box.South, 1)
	}
	limit := wide
	if len(m.Places) >= several {
		limit = notWide
	}
	for _, found := range m.found {
		parts, b := m.parts(found)
		if len(parts) == 0 {
			continue
		}
		s := shortest(parts)
		if size > 0 && (s.east-s.west)*(b.North-b.South) > limit*size {
			continue
		}
		spans = append(spans, s)
		box = box.Union(b)
	}
	if len(spans) == 0 { // nothing that the base map knows
		return atlas.Box{West: -180, South: -60, East: 180, North: 80}
	}
	s := shortest(spans)
	return atlas.Box{West: s.west, East: s.east, South: box.South, North: box.North}
}

// parts are the extents of a region's larger outlines: far islands make no map of the
// world of it.
func (m *mapping) parts(areas []int) ([]span, atlas.Box) {
	var boxes []atlas.Box
	large := 0.0
	for _, i := range areas {
		for _, ring := range m.Base.Areas[i].Rings {
			b := atlas.Nowhere()
			for _, ref := range ring {
				b = b.Union(m.Base.Arcs[max(ref, ^ref)].Box)
			}
			boxes = append(boxes, b)
			large = max(large, (b.East-b.West)*(b.North-b.South))
		}
	}
	var spans []span
	all := atlas.Nowhere()
	for _, b := range boxes {
		if (b.East-b.West)*(b.North-b.South) >= large/20 {
			spans = append(spans, span{b.West, b.East})
			all = all.Union(b)
		}
	}
	return spans, all
}
