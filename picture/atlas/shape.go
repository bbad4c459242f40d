package atlas

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

// position is longitude, latitude and, passed over, height.
type position []float64

// point checks a position.
func (p position) point() (Point, error) {
	if len(p) < 2 {
		return Point{}, fmt.Errorf("a position of %d numbers: longitude and latitude are needed", len(p))
	}
	lon, lat := p[0], p[1]
	if math.Abs(lon) > 180 || math.Abs(lat) > 90 {
		return Point{}, fmt.Errorf("the position %g, %g is not longitude and latitude in degrees (WGS 84)", lon, lat)
	}
	return Point{float32(lon), float32(lat)}, nil
}

// points checks positions, of which one after the other may not be the same.
func (r *reader) points(list []position) ([]Point, error) {
	if r.vertices += len(list); r.vertices > r.most {
		return nil, fmt.Errorf("more than %d positions up to here: simplify the file, or cut it to the region", r.most)
	}
	out := make([]Point, 0, len(list))
	for _, c := range list {
		p, err := c.point()
		if err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1] != p {
			out = append(out, p)
		}
	}
	return out, nil
}

// line adds a river, or a thin line.
func (r *reader) line(list []position, props map[string]json.RawMessage) error {
	points, err := r.points(list)
	if err != nil {
		return err
	}
	if len(points) < 2 {
		return errors.New("a line of fewer than two positions")
	}
	_, waterway := props["waterway"]
	class := texts(props, "featurecla")
	if waterway || len(class) == 1 && strings.HasPrefix(strings.ToLower(class[0]), "river") {
		l := Line{Rank: 2, Points: points}
		if names := texts(props, "name:en", "name_en", "name"); len(names) > 0 {
			l.Name = names[0]
		}
		if names := texts(props, "name:ar", "name_ar"); len(names) > 0 {
			l.Arabic = names[0]
		}
		r.Rivers = append(r.Rivers, l)
		return nil
	}
	r.Arcs = append(r.Arcs, Arc{Class: Road, Points: points})
	return nil
}

// polygon adds an outer ring and its holes, each turned the way it has to run.
func (r *reader) polygon(rings [][]position, area *Area) error {
	for i, list := range rings {
		points, err := r.points(list)
		if err != nil {
			return err
		}
		if n := len(points); n > 1 && points[0] != points[n-1] {
			points = append(points, points[0]) // some programs leave it open
		}
		if len(points) < 4 {
			if i == 0 {
				return errors.New("a polygon of fewer than three positions")
			}
			continue
		}
		if hole := i > 0; clockwise(points) != hole {
			slices.Reverse(points)
		}
		area.Rings = append(area.Rings, Ring{int32(len(r.Arcs))})
		r.Arcs = append(r.Arcs, Arc{Class: Province, Points: points})
	}
	return nil
}

// clockwise is the sign of the ring's area, by the shoelace formula.
func clockwise(ring []Point) bool {
	sum := 0.0
	for i := range len(ring) - 1 {
		p, q := ring[i], ring[i+1]
		sum += float64(q.Lon-p.Lon) * (float64(q.Lat) + float64(p.Lat))
	}
	return sum > 0
}
