package picture

import (
	"math"
	"slices"

	"sitrep/picture/atlas"
)

// earth is the Earth's mean radius in kilometres (IUGG).
const earth = 6371.0088

// projection lays the globe flat: degrees to radii of the globe, x eastward from
// the meridian of Greenwich and y northward from the equator.
type projection func(lon, lat float64) (x, y float64)

// mercator keeps shapes and directions, as the maps that people know from their
// phones do. It is for all but the whole world.
func mercator(lon, lat float64) (x, y float64) {
	const most = 85
	phi := min(max(lat, -most), most) * math.Pi / 180
	return lon * math.Pi / 180, math.Log(math.Tan(math.Pi/4 + phi/2))
}

// unmercator is the latitude of a height.
func unmercator(y float64) float64 { return (2*math.Atan(math.Exp(y)) - math.Pi/2) * 180 / math.Pi }

// equalEarth keeps areas: the projection of Šavrič, Patterson and Jenny (2018), for
// the whole world.
func equalEarth(lon, lat float64) (x, y float64) {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	m := math.Sqrt(3) / 2
	t := math.Asin(m * math.Sin(lat*math.Pi/180))
	t2 := t * t
	t6 := t2 * t2 * t2
	y = t * (a1 + a2*t2 + t6*(a3+a4*t2))
	x = lon * math.Pi / 180 * math.Cos(t) / (m * (a1 + 3*a2*t2 + t6*(7*a3+9*a4*t2)))
	return x, y
}

// view is a window on the world: what part of it, and where that is in a drawing.
type view struct {
	project       projection
	width, height float64
	// scale is pixels a radius of the globe; x0 and y0 are what is at the top left.
	scale, x0, y0 float64
	// box is what is to be seen, in degrees; its longitudes may go beyond 180.
	box   atlas.Box
	world bool
}

// The least extent of a map in degrees (some 40 km), and what is left free around
// what it shows, as a part of it.
const (
	leastExtent = 0.4
	around      = 0.1
)

// newView shows a box in a part of a drawing, or all the world where the box is a
// great part of it.
func newView(box atlas.Box, part rect, width, height float64) view {
	if box.East-box.West > 150 || box.North-box.South > 110 || box.North > 80 || box.South < -70 {
		return worldView(width, height)
	}
	v := view{project: mercator, width: width, height: height}
	lon, lat := (box.West+box.East)/2, (box.South+box.North)/2
	box = box.Add(lon-leastExtent/2, lat-leastExtent/2).Add(lon+leastExtent/2, lat+leastExtent/2)
	west, south := mercator(box.West, box.South)
	east, north := mercator(box.East, box.North)
	v.scale = min(part.w/(east-west), part.h/(north-south)) / (1 + 2*around)
	v.x0 = (west+east)/2 - (part.x+part.w/2)/v.scale
	v.y0 = (south+north)/2 + (part.y+part.h/2)/v.scale
	v.box = atlas.Box{West: v.x0 * 180 / math.Pi, East: (v.x0 + width/v.scale) * 180 / math.Pi,
		North: unmercator(v.y0), South: unmercator(v.y0 - height/v.scale)}
	if v.box.East-v.box.West > 330 {
		return worldView(width, height)
	}
	return v
}

// worldView shows the globe, Greenwich in the middle.
func worldView(width, height float64) view {
	v := view{project: equalEarth, width: width, height: height, world: true,
		box: atlas.Box{West: -180, South: -90, East: 180, North: 90}}
	half, _ := equalEarth(180, 0)
	_, south := equalEarth(0, -78)
	_, north := equalEarth(0, 90)
	v.scale = min(width/(2*half), height/(north-south)) * 0.98
	v.x0 = -width / 2 / v.scale
	v.y0 = (north+south)/2 + height/2/v.scale
	return v
}

// at is where a place is in the drawing.
func (v *view) at(lon, lat float64) (x, y float64) {
	x, y = v.project(lon, lat)
	return (x - v.x0) * v.scale, (v.y0 - y) * v.scale
}

// near is a longitude, turned by whole circles so that it is seen where it can be.
func (v *view) near(lon float64) float64 {
	for lon < v.box.West {
		lon += 360
	}
	for lon-360 >= v.box.West {
		lon -= 360
	}
	return lon
}

// degree is the pixels of a degree of longitude at the equator.
func (v *view) degree() float64 { return v.scale * math.Pi / 180 }

// kilometre is the pixels of one, in the middle of the map.
func (v *view) kilometre() float64 {
	_, lat := v.middle()
	return v.scale / (earth * math.Cos(lat*math.Pi/180))
}

func (v *view) middle() (lon, lat float64) {
	return (v.box.West + v.box.East) / 2, unmercator(v.y0 - v.height/2/v.scale)
}

// span is a part of a circle of latitude, from west to east.
type span struct{ west, east float64 }

// shortest is the shortest part of the circle that covers all spans: what is left
// when the widest gap between them is taken away.
func shortest(spans []span) span {
	if len(spans) == 0 {
		return span{}
	}
	spans = slices.Clone(spans)
	slices.SortFunc(spans, func(a, b span) int {
		if a.west < b.west || a.west == b.west && a.east < b.east {
			return -1
		}
		return 1
	})
	end, widest, from := spans[0].east, -1.0, spans[0].west
	last := spans[0].east
	for _, s := range spans {
		last = max(last, s.east)
	}
	for _, s := range spans[1:] {
		if gap := s.west - end; gap > widest && gap > 0 {
			widest, from = gap, s.west
		}
		end = max(end, s.east)
	}
	if gap := spans[0].west + 360 - last; gap >= widest {
		return span{spans[0].west, last}
	}
	east := from
	for _, s := range spans {
		if s.west < from {
			s.east += 360
		}
		east = max(east, s.east)
	}
	return span{from, east}
}
