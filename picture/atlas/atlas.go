// Package atlas is what lies under a map: outlines of countries and provinces,
// rivers, and the names that the outlines are found by. It knows no drawing.
//
// The embedded world is made by make/ from Natural Earth (public domain,
// naturalearthdata.com), simplified to some kilometres: it shows where something
// is, and proves no border. A finer one is read from GeoJSON (Read).
package atlas

import (
	"math"
	"slices"
)

// Point is a place in degrees (WGS 84).
type Point struct{ Lon, Lat float32 }

// Box is an extent in degrees. West is at most East: one that crosses the
// antimeridian goes on beyond 180.
type Box struct{ West, South, East, North float64 }

// Nowhere is the box of nothing: it grows with what is added.
func Nowhere() Box {
	return Box{West: math.Inf(1), South: math.Inf(1), East: math.Inf(-1), North: math.Inf(-1)}
}

// Add is the box that also covers a point.
func (b Box) Add(lon, lat float64) Box {
	return Box{West: min(b.West, lon), South: min(b.South, lat), East: max(b.East, lon), North: max(b.North, lat)}
}

// Union is the box that covers both.
func (b Box) Union(o Box) Box {
	return Box{West: min(b.West, o.West), South: min(b.South, o.South), East: max(b.East, o.East), North: max(b.North, o.North)}
}

// Meets says that the boxes have a point in common.
func (b Box) Meets(o Box) bool {
	return b.West <= o.East && o.West <= b.East && b.South <= o.North && o.South <= b.North
}

// Has says that a point lies in the box.
func (b Box) Has(lon, lat float64) bool {
	return b.West <= lon && lon <= b.East && b.South <= lat && lat <= b.North
}

// Empty says that nothing was added to the box.
func (b Box) Empty() bool { return b.West > b.East }

// Shift is the box moved eastward.
func (b Box) Shift(degrees float64) Box {
	b.West += degrees
	b.East += degrees
	return b
}

// Class says what a line is.
type Class uint8

// The classes of lines. Their numbers are in the embedded file.
const (
	Coast    Class = iota
	Border         // between two countries
	Province       // between two parts of one country
	Disputed       // claimed, or a line of control
	River
	Road // any other line of a user's file
	Seam // where the data is cut at the antimeridian, and nothing ends
	classes
)

// Arc is a line, or a piece of an outline that the areas on both its sides share.
type Arc struct {
	Class  Class
	Points []Point
	Box    Box
}

// Ring is a closed outline: arcs, one after the other. ^i is arc i from its end to
// its start.
type Ring []int32

// Area is a country that is not divided, or a part of one. Outer rings run against
// the clock and holes with it, so that what adjoins can be filled in one go.
type Area struct {
	// Country is the ISO 3166-1 alpha-2 code, empty where there is none.
	Country string
	// Names are its spellings, the usual one first.
	Names []string
	Rings []Ring
	Box   Box
}

// Line is a line with a name.
type Line struct {
	Name, Arabic string
	// Rank is 1 for the greatest, which a map of the world shows, up to 3.
	Rank   int
	Points []Point
	Box    Box
}

// Atlas is a set of areas and lines. It is never changed once it is made.
type Atlas struct {
	Arcs   []Arc
	Areas  []Area
	Rivers []Line
	// Credit is whom to thank for the data.
	Credit string
}

// Outline adds a ring's points to those given; the first is not repeated at the end.
func (a *Atlas) Outline(points []Point, r Ring) []Point {
	for _, ref := range r {
		if ref >= 0 {
			p := a.Arcs[ref].Points
			points = append(points, p[:len(p)-1]...)
			continue
		}
		p := a.Arcs[^ref].Points
		for i := len(p) - 1; i > 0; i-- {
			points = append(points, p[i])
		}
	}
	return points
}

// With lays another atlas over this one. It replaces the areas of each country that
// it covers, and lies on those of one that it has a part of.
func (a *Atlas) With(over *Atlas) *Atlas {
	out := &Atlas{Credit: a.Credit, Rivers: slices.Concat(a.Rivers, over.Rivers)}
	if over.Credit != "" {
		out.Credit += ", " + over.Credit
	}
	replaced := a.coveredBy(over)
	used, inner := make([]bool, len(a.Arcs)), make([]bool, len(a.Arcs))
	for _, area := range a.Areas {
		if replaced[area.Country] {
			mark(inner, area)
			continue
		}
		out.Areas = append(out.Areas, area)
		mark(used, area)
	}
	for i, arc := range a.Arcs {
		if inner[i] && !used[i] {
			arc = Arc{Class: arc.Class, Box: Nowhere()}
		}
		out.Arcs = append(out.Arcs, arc)
	}
	out.Arcs = append(out.Arcs, over.Arcs...)
	for _, area := range over.Areas {
		out.Areas = append(out.Areas, area.shift(int32(len(a.Arcs))))
	}
	return out
}

// covers is the part of a country's extent that another atlas must have to replace it.
const covers = 0.85

// coveredBy are the countries of which another atlas has all, as far as extents tell.
func (a *Atlas) coveredBy(over *Atlas) map[string]bool {
	own, other := a.extents(), over.extents()
	list := map[string]bool{}
	for code, b := range own {
		o, ok := other[code]
		w := min(b.East, o.East) - max(b.West, o.West)
		h := min(b.North, o.North) - max(b.South, o.South)
		if ok && code != "" && w > 0 && h > 0 && w*h >= covers*(b.East-b.West)*(b.North-b.South) {
			list[code] = true
		}
	}
	return list
}

// extents are those of the countries.
func (a *Atlas) extents() map[string]Box {
	list := map[string]Box{}
	for _, area := range a.Areas {
		b, ok := list[area.Country]
		if !ok {
			b = Nowhere()
		}
		list[area.Country] = b.Union(area.Box)
	}
	return list
}

// shift is the area with references to arcs that stand so much later.
func (a Area) shift(by int32) Area {
	rings := make([]Ring, len(a.Rings))
	for i, r := range a.Rings {
		for _, ref := range r {
			if ref < 0 {
				ref -= by
			} else {
				ref += by
			}
			rings[i] = append(rings[i], ref)
		}
	}
	a.Rings = rings
	return a
}

func mark(used []bool, area Area) {
	for _, r := range area.Rings {
		for _, ref := range r {
			if ref < 0 {
				ref = ^ref
			}
			used[ref] = true
		}
	}
}

// boxOf is the extent of points.
func boxOf(points []Point) Box {
	b := Nowhere()
	for _, p := range points {
		b = b.Add(float64(p.Lon), float64(p.Lat))
	}
	return b
}

// measure fills in the boxes of arcs, areas and rivers.
func (a *Atlas) measure() {
	for i := range a.Arcs {
		a.Arcs[i].Box = boxOf(a.Arcs[i].Points)
	}
	for i := range a.Rivers {
		a.Rivers[i].Box = boxOf(a.Rivers[i].Points)
	}
	for i := range a.Areas {
		b := Nowhere()
		for _, r := range a.Areas[i].Rings {
			for _, ref := range r {
				if ref < 0 {
					ref = ^ref
				}
				b = b.Union(a.Arcs[ref].Box)
			}
		}
		a.Areas[i].Box = b
	}
}
