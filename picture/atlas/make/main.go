// Command make builds the embedded base map, ../world.bin.
//
// Its source is Natural Earth 1:10m, states and provinces and disputed boundary
// lines (public domain, naturalearthdata.com), as QGIS ships it, already simplified:
// world_map.gpkg in Debian's package qgis-common. ogr2ogr turns its layers into
// GeoJSON:
//
//	ogr2ogr -f GeoJSON -lco COORDINATE_PRECISION=5 provinces.geojson world_map.gpkg states_provinces
//	ogr2ogr -f GeoJSON -lco COORDINATE_PRECISION=5 disputed.geojson world_map.gpkg disputed_borders
//	go run ./picture/atlas/make provinces.geojson disputed.geojson picture/atlas/world.bin
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"

	"sitrep/picture/atlas"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: make PROVINCES.geojson DISPUTED.geojson OUT")
	}
	if err := build(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func build(provinces, disputed, out string) error {
	from, err := read(provinces)
	if err != nil {
		return err
	}
	claims, err := read(disputed)
	if err != nil {
		return err
	}
	a := share(shapes(from))
	for _, arc := range claims.Arcs {
		if line := simplify(snap(arc.Points), tolerance); len(line) > 1 {
			a.Arcs = append(a.Arcs, atlas.Arc{Class: atlas.Disputed, Points: line})
		}
	}
	var b bytes.Buffer
	if err := a.Encode(&b); err != nil {
		return err
	}
	points, classes := 0, map[atlas.Class]int{}
	for _, arc := range a.Arcs {
		points += len(arc.Points)
		classes[arc.Class]++
	}
	fmt.Printf("%d areas, %d arcs %v, %d points, %d bytes\n", len(a.Areas), len(a.Arcs), classes, points, b.Len())
	return os.WriteFile(out, b.Bytes(), 0o644)
}

func read(name string) (*atlas.Atlas, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return atlas.Read(f, name)
}
