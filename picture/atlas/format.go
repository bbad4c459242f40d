package atlas

import (
	"bytes"
	"compress/gzip"
	_ "embed" // the world
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"sync"
)

// Step is the grid that outlines are kept on, in degrees: half a kilometre.
const Step = 0.005

// magic begins a file of this format. A later form has another number.
const magic = "sitrep atlas 1\n"

// What a file may hold, many times more than the world has: a damaged one must not
// take all memory.
const (
	maxArcs   = 1 << 18
	maxPoints = 1 << 22
	maxNames  = 1 << 16
	maxFile   = 1 << 25 // bytes, unpacked
)

//go:embed world.bin
var worldFile []byte

// World is the embedded atlas: made once, shared, read-only.
var World = sync.OnceValues(func() (*Atlas, error) {
	a, err := Decode(bytes.NewReader(worldFile))
	if err != nil {
		return nil, fmt.Errorf("the embedded base map: %w", err)
	}
	a.Rivers = rivers()
	a.Credit = "Natural Earth"
	a.measure()
	return a, nil
})

// Encode writes areas and arcs, not rivers: points on the grid as differences in
// varints, all of it compressed by gzip.
func (a *Atlas) Encode(to io.Writer) error {
	zip, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	b := []byte(magic)
	b = binary.AppendUvarint(b, uint64(len(a.Arcs)))
	for _, arc := range a.Arcs {
		b = append(b, byte(arc.Class))
		b = binary.AppendUvarint(b, uint64(len(arc.Points)))
		var x, y int64
		for _, p := range arc.Points {
			px, py := grid(p.Lon), grid(p.Lat)
			b = binary.AppendVarint(binary.AppendVarint(b, px-x), py-y)
			x, y = px, py
		}
	}
	b = binary.AppendUvarint(b, uint64(len(a.Areas)))
	last := int64(0)
	for _, area := range a.Areas {
		b = appendText(b, area.Country)
		b = binary.AppendUvarint(b, uint64(len(area.Names)))
		for _, name := range area.Names {
			b = appendText(b, name)
		}
		b = binary.AppendUvarint(b, uint64(len(area.Rings)))
		for _, ring := range area.Rings {
			b = binary.AppendUvarint(b, uint64(len(ring)))
			for _, ref := range ring {
				b = binary.AppendVarint(b, int64(ref)-last)
				last = int64(ref)
			}
		}
	}
	if _, err := zip.Write(b); err != nil {
		return err
	}
	return zip.Close()
}

func grid(degrees float32) int64 { return int64(math.Round(float64(degrees) / Step)) }

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
