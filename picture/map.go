package picture

import (
	"fmt"
	"image"
	"math"

	"git.sr.ht/~sbinet/gg"

	"sitrep/lang"
	"sitrep/picture/atlas"
)

// The default size of a map, in pixels, and what one may hold.
const (
	MapWidth  = 800
	MapHeight = 560
	minMap    = 240
	// maxPlaces is more than any table of places has in one country.
	maxPlaces  = 50_000
	maxRegions = 500
	maxNames   = 2_000
)

// Place is a point on the map with a number of reports.
type Place struct {
	Name string
	// Lat and Lon are in degrees (WGS 84).
	Lat, Lon float64
	// Count is its number of reports. A place without any is a small dot, and labelled last.
	Count int
}

// Region is what reports name as a whole: a country or a province. It is shaded and
// never given a point.
type Region struct {
	Name string
	// Country is its ISO 3166-1 alpha-2 code, or that of the country it is part of.
	Country string
	// Province says that it is a part of the country.
	Province bool
	// Known are the names that it may have in the base map, in Latin letters; Name is
	// tried too.
	Known []string
	// Inside is any point in it, by which a province is found where no name is the
	// base map's; nil where none is known. It is not drawn.
	Inside *Point
	Count  int
}

// Point is a place on the Earth, in degrees (WGS 84).
type Point struct{ Lat, Lon float64 }

// Name is written faintly where there is room, to say what lies there: a province,
// a sea, a town without reports.
type Name struct {
	Text     string
	Lat, Lon float64
}

// MapData is what a map shows.
type MapData struct {
	// Title may be in any script; one that cannot be drawn is only in the words.
	Title   string
	Places  []Place
	Regions []Region
	// Names are written beside those of countries. Where there are none, provinces have
	// the base map's, in languages that are written in Latin letters.
	Names []Name
	// Base is what lies below; nil is the embedded world. A user's own file goes over it:
	//
	//	world, err := atlas.World()
	//	own, err := atlas.Read(file, name)
	//	base := world.With(own)
	Base *atlas.Atlas
	// In is the language of the words; nil is English.
	In *lang.Printer
	// Dark is for a dark background.
	Dark bool
	// Width and Height are in pixels; 0 is the default.
	Width, Height int
}

// check refuses what cannot be drawn, and fills in the defaults.
func (d *MapData) check() error {
	switch {
	case len(d.Places) > maxPlaces:
		return fmt.Errorf("map of %d places: at most %d", len(d.Places), maxPlaces)
	case len(d.Regions) > maxRegions:
		return fmt.Errorf("map of %d regions: at most %d", len(d.Regions), maxRegions)
	case len(d.Names) > maxNames:
		return fmt.Errorf("map with %d names: at most %d", len(d.Names), maxNames)
	case len(d.Places)+len(d.Regions) == 0:
		return fmt.Errorf("map of nothing: give a place or a region")
	}
	for _, p := range d.Places {
		if err := checkPlace(p.Name, p.Lat, p.Lon, p.Count); err != nil {
			return err
		}
	}
	for _, r := range d.Regions {
		inside := Point{}
		if r.Inside != nil {
			inside = *r.Inside
		}
		if err := checkPlace(r.Name, inside.Lat, inside.Lon, r.Count); err != nil {
			return err
		}
	}
	for _, n := range d.Names {
		if err := checkPlace(n.Text, n.Lat, n.Lon, 0); err != nil {
			return err
		}
	}
	return d.defaults()
}

func checkPlace(name string, lat, lon float64, count int) error {
	switch {
	case !(math.Abs(lat) <= 90) || !(math.Abs(lon) <= 180): // not a number is neither
		return fmt.Errorf("map with %.60q at %g, %g: give degrees of latitude and longitude", name, lat, lon)
	case count < 0 || count > 1e9:
		return fmt.Errorf("map with %d reports of %.60q: give 0 to 1e9", count, name)
	}
	return nil
}

func (d *MapData) defaults() error {
	if d.Width == 0 {
		d.Width = MapWidth
	}
	if d.Height == 0 {
		d.Height = MapHeight
	}
	if d.Width < minWidth || d.Height < minMap || d.Width > maxSide || d.Height > maxSide {
		return fmt.Errorf("map of %d × %d pixels: give %d × %d to %d × %d", d.Width, d.Height, minWidth, minMap, maxSide, maxSide)
	}
	var err error
	if d.In == nil {
		if d.In, err = english(); err != nil {
			return fmt.Errorf("map: %w", err)
		}
	}
	if d.Base == nil {
		if d.Base, err = atlas.World(); err != nil {
			return fmt.Errorf("map: %w", err)
		}
	}
	return nil
}

// Map draws a bubble for each place, as large as its reports are many, and shades
// the regions that reports name as a whole. Where places are too close to be told
// apart, an inset shows them larger. Borders are those of the base map; what is
// claimed by others too is dashed.
func Map(d MapData) (PNG, error) {
	if err := d.check(); err != nil {
		return PNG{}, err
	}
	t, err := newTypesetter()
	if err != nil {
		return PNG{}, fmt.Errorf("map: the fonts: %w", err)
	}
	m := newMapping(d, t)
	m.draw()
	data, err := encode(m.page.Image())
	if err != nil {
		return PNG{}, fmt.Errorf("map: %w", err)
	}
	return PNG{Data: data, Width: d.Width, Height: d.Height, Alt: m.alt()}, nil
}

// mapping is one drawing: the data, the page, and the window in it.
type mapping struct {
	MapData
	page   *gg.Context
	text   *typesetter
	colors mapPalette
	// unit is a pixel of the default size.
	unit float64
	// top and bottom bound the map on the page.
	top, bottom int
	// found are the base map's areas of each region; without any it is not on the map.
	found [][]int
	layout
}

// layout is what is drawn where.
type layout struct {
	// main is the whole map, inset a part of it that is shown larger, or nil.
	main, inset *sheet
	// insetAt is where the inset lies in the map.
	insetAt rect
	// largest is the radius of the bubble of the place with most reports, in units.
	largest float64
}

// Heights in units: the title with the legend, and the line below the map.
const (
	headHeight = 96.0
	footHeight = 32.0
)

func newMapping(d MapData, t *typesetter) *mapping {
	m := &mapping{MapData: d, page: gg.NewContext(d.Width, d.Height), text: t, colors: lightMap}
	if d.Dark {
		m.colors = darkMap
	}
	m.unit = min(float64(d.Width)/MapWidth, float64(d.Height)/MapHeight)
	m.largest = m.scope()
	m.top, m.bottom = int(headHeight*m.unit), d.Height-int(footHeight*m.unit)
	for _, r := range d.Regions {
		m.found = append(m.found, areas(d.Base, r))
	}
	m.main = m.newSheet(m.view(m.padded(float64(d.Width), float64(m.bottom-m.top))))
	return m
}

// most is the number of reports of the place that has most, at least 1.
func (m *mapping) most() int {
	most := 1
	for _, p := range m.Places {
		most = max(most, p.Count)
	}
	return most
}

// scope is the radius that the largest bubble may have, in units: a map of single
// reports has no great bubbles.
func (m *mapping) scope() float64 { return min(mostBubble, 8*math.Sqrt(float64(m.most()))) }

// view shows all that there is, in a part of the map.
func (m *mapping) view(part rect) view {
	return newView(m.extent(), part, float64(m.Width), float64(m.bottom-m.top))
}

// draw lays the window on the page, and the words around it.
func (m *mapping) draw() {
	m.page.SetColor(m.colors.background)
	m.page.Clear()
	m.main.arrange()
	m.zoom()
	m.main.paint()
	at := image.Pt(0, m.top)
	copyImage(m.page, m.main.dc, at)
	if m.inset != nil {
		m.inset.paint()
		m.frame()
	}
	m.heading()
	m.footer()
}

// areas finds a region in the base map.
func areas(base *atlas.Atlas, r Region) []int {
	if !r.Province {
		return base.Country(r.Country)
	}
	if i, ok := base.Province(r.Country, append([]string{r.Name}, r.Known...)...); ok {
		return []int{i}
	}
	if r.Inside != nil {
		if i, ok := base.At(r.Inside.Lon, r.Inside.Lat); ok && (r.Country == "" || base.Areas[i].Country == r.Country) {
			return []int{i}
		}
	}
	return nil
}
