package main

import (
	"slices"

	"sitrep/picture/atlas"
)

// share finds the lines that areas have in common, as TopoJSON does: outlines are
// cut where they part from each other, and pieces that are alike are kept once. So
// neighbours stay neighbours when a piece is simplified, and what lies on both
// sides of it tells what it is.
func share(list []shape) *atlas.Atlas {
	s := sharer{at: map[[2]atlas.Point]int32{}, out: &atlas.Atlas{}}
	joints := joints(list)
	for _, shape := range list {
		area := shape.Area
		for _, ring := range shape.rings {
			var refs atlas.Ring
			for _, piece := range cut(ring, joints) {
				refs = append(refs, s.arc(piece, shape.Country))
			}
			area.Rings = append(area.Rings, refs)
		}
		s.out.Areas = append(s.out.Areas, area)
	}
	s.settle()
	return s.out
}

// joints are the points that have other neighbours in one outline than in another,
// and the ends of what runs along the antimeridian.
func joints(list []shape) map[atlas.Point]bool {
	type pair [2]atlas.Point
	seen := map[atlas.Point]pair{}
	joint := map[atlas.Point]bool{}
	for _, shape := range list {
		for _, ring := range shape.rings {
			n := len(ring) - 1
			for i := range n {
				p := pair{ring[(i+n-1)%n], ring[i+1]}
				before, ok := seen[ring[i]]
				if seam(ring[i]) && (!seam(p[0]) || !seam(p[1])) {
					joint[ring[i]] = true
				}
				if ok && before != p && before != (pair{p[1], p[0]}) {
					joint[ring[i]] = true
				}
				seen[ring[i]] = p
			}
		}
	}
	return joint
}

func seam(p atlas.Point) bool { return p.Lon == 180 || p.Lon == -180 }

// cut parts a ring at its joints. One without any begins at its least point, so that
// the same ring of a neighbour (a hole) is the same piece.
func cut(ring []atlas.Point, joint map[atlas.Point]bool) [][]atlas.Point {
	ring = ring[:len(ring)-1]
	start := slices.IndexFunc(ring, func(p atlas.Point) bool { return joint[p] })
	if start < 0 {
		least := slices.MinFunc(ring, func(a, b atlas.Point) int {
			if a.Lon != b.Lon {
				return sign(a.Lon - b.Lon)
			}
			return sign(a.Lat - b.Lat)
		})
		start = slices.Index(ring, least)
	}
	ring = append(slices.Clone(ring[start:]), ring[:start+1]...)
	var pieces [][]atlas.Point
	from := 0
	for i := 1; i < len(ring); i++ {
		if joint[ring[i]] || i == len(ring)-1 {
			pieces = append(pieces, ring[from:i+1])
			from = i
		}
	}
	return pieces
}

func sign(v float32) int {
	if v < 0 {
		return -1
	}
	return 1
}

// sharer keeps each piece once. Between joints a piece is known by its first step.
type sharer struct {
	at    map[[2]atlas.Point]int32
	sides [][]string // the countries that use each piece
	out   *atlas.Atlas
}

// arc is the reference of a piece: ^i where it is known from the other end.
func (s *sharer) arc(piece []atlas.Point, country string) int32 {
	n := len(piece)
	if i, ok := s.at[[2]atlas.Point{piece[0], piece[1]}]; ok && slices.Equal(s.out.Arcs[i].Points, piece) {
		s.sides[i] = append(s.sides[i], country)
		return i
	}
	back := slices.Clone(piece)
	slices.Reverse(back)
	if i, ok := s.at[[2]atlas.Point{piece[n-1], piece[n-2]}]; ok && slices.Equal(s.out.Arcs[i].Points, back) {
		s.sides[i] = append(s.sides[i], country)
		return ^i
	}
	i := int32(len(s.out.Arcs))
	s.at[[2]atlas.Point{piece[0], piece[1]}] = i
	s.out.Arcs = append(s.out.Arcs, atlas.Arc{Points: slices.Clone(piece)})
	s.sides = append(s.sides, []string{country})
	return i
}

// settle says what each piece is, and simplifies it.
func (s *sharer) settle() {
	for i := range s.out.Arcs {
		arc, sides := &s.out.Arcs[i], s.sides[i]
		switch {
		case len(sides) == 1 && !slices.ContainsFunc(arc.Points, func(p atlas.Point) bool { return !seam(p) }):
			arc.Class = atlas.Seam
		case len(sides) == 1:
			arc.Class = atlas.Coast
		case sides[0] != sides[1]:
			arc.Class = atlas.Border
		default:
			arc.Class = atlas.Province
		}
		if simple := simplify(arc.Points, tolerance); len(simple) >= 4 || arc.Points[0] != arc.Points[len(arc.Points)-1] {
			arc.Points = simple
		}
	}
}
