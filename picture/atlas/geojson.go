package atlas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What a file may hold. A governorate map in full detail is some 20 MB.
const (
	MaxBytes    = 64 << 20
	MaxFeatures = 50_000
	MaxVertices = 2_000_000
	// maxNesting of collections within collections; there is no use for more.
	maxNesting = 8
)

// limits are what a file may hold.
type limits struct{ bytes, features, vertices int }

// FileError says what is wrong with a user's file, and where.
type FileError struct {
	// File is what the user calls it.
	File string
	// Feature counts from 1; 0 is the file as a whole.
	Feature int
	Err     error
}

func (e *FileError) Error() string {
	if e.Feature > 0 {
		return fmt.Sprintf("base map %s: feature %d: %v", e.File, e.Feature, e.Err)
	}
	return fmt.Sprintf("base map %s: %v", e.File, e.Err)
}

// Unwrap gives the reason.
func (e *FileError) Unwrap() error { return e.Err }

// credit is an attribution on one line, of a length that a picture has room for.
func credit(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > maxCredit {
		s = string(r[:maxCredit-1]) + "…"
	}
	return s
}

// maxCredit is the longest attribution, in characters.
const maxCredit = 80

// feature is one as GeoJSON has it (RFC 7946).
type feature struct {
	Type       string                     `json:"type"`
	Geometry   json.RawMessage            `json:"geometry"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// Read reads a base map from GeoJSON (RFC 7946), a FeatureCollection. name is what
// errors call it; all errors are a *FileError.
//
// Polygons are areas: their country is read from the properties iso_a2,
// ISO3166-1-Alpha-2, country or iso_3166_2 (SY, SY-DY), their names from name,
// name_en, shapeName and name:ar. Lines are rivers where waterway is there or
// featurecla begins with River; others are drawn as thin lines. Points are passed
// over. attribution of the collection is credited.
func Read(from io.Reader, name string) (*Atlas, error) {
	a, n, err := read(from, limits{MaxBytes, MaxFeatures, MaxVertices})
	if err != nil {
		return nil, &FileError{File: name, Feature: n, Err: err}
	}
	return a, nil
}

func read(from io.Reader, most limits) (*Atlas, int, error) {
	data, err := io.ReadAll(io.LimitReader(from, int64(most.bytes)+1))
	switch {
	case err != nil:
		return nil, 0, err
	case len(data) > most.bytes:
		return nil, 0, fmt.Errorf("larger than %d MB: simplify it, or cut it to the region", most.bytes>>20)
	}
	var file struct {
		Type        string            `json:"type"`
		Features    []json.RawMessage `json:"features"`
		Attribution string            `json:"attribution"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &file); err != nil {
		return nil, 0, fmt.Errorf("not GeoJSON: %w", err)
	}
	switch {
	case file.Type != "FeatureCollection":
		return nil, 0, fmt.Errorf("its type is %.40q: give a FeatureCollection", file.Type)
	case len(file.Features) == 0:
		return nil, 0, errors.New("it has no features")
	case len(file.Features) > most.features:
		return nil, 0, fmt.Errorf("it has %d features: at most %d are read", len(file.Features), most.features)
	}
	r := reader{Atlas: &Atlas{Credit: credit(file.Attribution)}, most: most.vertices}
	for i, raw := range file.Features {
		if err := r.feature(raw); err != nil {
			return nil, i + 1, err
		}
	}
	if len(r.Arcs)+len(r.Rivers) == 0 {
		return nil, 0, errors.New("it has no polygon and no line")
	}
	r.measure()
	return r.Atlas, 0, nil
}

// reader makes an atlas of features.
type reader struct {
	*Atlas
	vertices, most int
}

func (r *reader) feature(raw json.RawMessage) error {
	var f feature
	if err := json.Unmarshal(raw, &f); err != nil {
		return fmt.Errorf("cannot be read: %w", err)
	}
	if f.Type != "Feature" {
		return fmt.Errorf("its type is %.40q, not Feature", f.Type)
	}
	if len(f.Geometry) == 0 || string(f.Geometry) == "null" {
		return nil // GeoJSON allows one that is nowhere
	}
	area := Area{Country: country(f.Properties), Names: texts(f.Properties, "name", "name_en", "NAME_1", "shapeName", "woe_name", "gn_name", "name:ar", "name_ar")}
	if err := r.geometry(f.Geometry, f.Properties, &area, 0); err != nil {
		return err
	}
	if len(area.Rings) > 0 {
		r.Areas = append(r.Areas, area)
	}
	return nil
}

func (r *reader) geometry(raw json.RawMessage, props map[string]json.RawMessage, area *Area, depth int) error {
	var g struct {
		Type        string            `json:"type"`
		Coordinates json.RawMessage   `json:"coordinates"`
		Geometries  []json.RawMessage `json:"geometries"`
	}
	if err := json.Unmarshal(raw, &g); err != nil {
		return fmt.Errorf("its geometry cannot be read: %w", err)
	}
	switch g.Type {
	case "Point", "MultiPoint":
		return nil
	case "LineString":
		return coordinates(g.Coordinates, g.Type, func(c []position) error { return r.line(c, props) })
	case "MultiLineString":
		return coordinates(g.Coordinates, g.Type, func(c [][]position) error { return each(c, func(l []position) error { return r.line(l, props) }) })
	case "Polygon":
		return coordinates(g.Coordinates, g.Type, func(c [][]position) error { return r.polygon(c, area) })
	case "MultiPolygon":
		return coordinates(g.Coordinates, g.Type, func(c [][][]position) error {
			return each(c, func(p [][]position) error { return r.polygon(p, area) })
		})
	case "GeometryCollection":
		if depth == maxNesting {
			return fmt.Errorf("collections within collections more than %d deep", maxNesting)
		}
		return each(g.Geometries, func(inner json.RawMessage) error { return r.geometry(inner, props, area, depth+1) })
	}
	return fmt.Errorf("its geometry is a %.40q, which GeoJSON does not know", g.Type)
}

func coordinates[T any](raw json.RawMessage, kind string, use func(T) error) error {
	var c T
	if err := json.Unmarshal(raw, &c); err != nil {
		return fmt.Errorf("the coordinates of its %s cannot be read: %w", kind, err)
	}
	return use(c)
}

func each[T any](list []T, do func(T) error) error {
	for _, v := range list {
		if err := do(v); err != nil {
			return err
		}
	}
	return nil
}

// country reads the code of a country, from what the usual files call it.
func country(props map[string]json.RawMessage) string {
	for _, s := range texts(props, "iso_a2", "ISO_A2", "ISO3166-1-Alpha-2", "ISO3166-1", "iso_3166_2", "ISO3166-2", "country", "country_code") {
		code, _, _ := strings.Cut(strings.ToUpper(s), "-")
		if len(code) == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z' {
			return code
		}
	}
	return ""
}

// maxText is the longest name that is kept, in bytes.
const maxText = 200

// texts are the properties that are texts, each once.
func texts(props map[string]json.RawMessage, keys ...string) []string {
	var list []string
	seen := map[string]bool{"": true}
	for _, key := range keys {
		var s string
		if json.Unmarshal(props[key], &s) == nil && len(s) <= maxText && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	return list
}
