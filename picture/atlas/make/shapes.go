package main

import (
	"math"
	"slices"

	"sitrep/picture/atlas"
)

// tolerance is how far a point may lie from the line it is left out of, in degrees.
const tolerance = 0.008

// smallest is the extent, in degrees, below which an island is left out where its
// province has a larger one.
const smallest = 0.04

// belongs puts areas without a code, or with another one than the member states of
// the United Nations give them (A/RES/68/262 for Crimea), with their country.
var belongs = map[string]string{
	"Crimea": "UA", "Sevastopol": "UA", "Somaliland": "SO", "Northern Cyprus": "CY", "Baykonur lease in Qyzylorda": "KZ",
}

// shape is an area of points on the grid.
type shape struct {
	atlas.Area
	rings [][]atlas.Point // closed: the last point is the first
}

// shapes takes the areas apart, without Antarctica, whose coast nobody here needs.
func shapes(from *atlas.Atlas) []shape {
	var list []shape
	for _, area := range from.Areas {
		if area.Country == "AQ" || len(area.Names) == 0 && area.Country == "" {
			continue
		}
		if len(area.Names) > 0 && belongs[area.Names[0]] != "" {
			area.Country = belongs[area.Names[0]]
		}
		s := shape{Area: atlas.Area{Country: area.Country, Names: area.Names}}
		var large float64
		for _, r := range area.Rings {
			ring := snap(from.Outline(nil, r))
			if ring = closed(ring); len(ring) < 4 {
				continue
			}
			s.rings = append(s.rings, ring)
			large = max(large, extent(ring))
		}
		s.rings = slices.DeleteFunc(s.rings, func(r []atlas.Point) bool { return extent(r) < min(smallest, large) })
		if len(s.rings) > 0 {
			list = append(list, s)
		}
	}
	return list
}

// snap puts points on the grid; what the source cut off at 179.9 goes to 180.
func snap(points []atlas.Point) []atlas.Point {
	out := make([]atlas.Point, 0, len(points))
	for _, p := range points {
		if math.Abs(float64(p.Lon)) > 179.89 {
			p.Lon = float32(math.Copysign(180, float64(p.Lon)))
		}
		p = atlas.Point{Lon: onGrid(p.Lon), Lat: onGrid(p.Lat)}
		if n := len(out); n == 0 || out[n-1] != p {
			out = append(out, p)
		}
	}
	return out
}

func onGrid(v float32) float32 {
	return float32(math.Round(float64(v)/atlas.Step) * atlas.Step)
}

// closed repeats the first point at the end, once.
func closed(ring []atlas.Point) []atlas.Point {
	if len(ring) > 0 && ring[0] != ring[len(ring)-1] {
		ring = append(ring, ring[0])
	}
	return ring
}

func extent(ring []atlas.Point) float64 {
	b := atlas.Nowhere()
	for _, p := range ring {
		b = b.Add(float64(p.Lon), float64(p.Lat))
	}
	return max(b.East-b.West, b.North-b.South)
}

// simplify is the algorithm of Douglas and Peucker (1973): ends stay, and what lies
// farther than the tolerance from the line between them. A closed line is first
// parted at the point farthest from its start.
func simplify(p []atlas.Point, tolerance float64) []atlas.Point {
	if len(p) < 3 {
		return p
	}
	far, most := 0, -1.0
	for i := 1; i < len(p)-1; i++ {
		if d := distance(p[i], p[0], p[len(p)-1]); d > most {
			far, most = i, d
		}
	}
	if most <= tolerance && p[0] != p[len(p)-1] {
		return []atlas.Point{p[0], p[len(p)-1]}
	}
	left := simplify(p[:far+1], tolerance)
	return append(slices.Clone(left), simplify(p[far:], tolerance)[1:]...)
}

// distance is that of a point from a segment, in degrees of latitude.
func distance(p, a, b atlas.Point) float64 {
	k := math.Cos(float64(p.Lat) * math.Pi / 180)
	px, py := float64(p.Lon-a.Lon)*k, float64(p.Lat-a.Lat)
	bx, by := float64(b.Lon-a.Lon)*k, float64(b.Lat-a.Lat)
	if l := bx*bx + by*by; l > 0 {
		t := min(max((px*bx+py*by)/l, 0), 1)
		px, py = px-t*bx, py-t*by
	}
	return math.Hypot(px, py)
}
