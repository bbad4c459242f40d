package atlas

import (
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// Decode reads what Encode wrote. What is damaged is an error, never a panic.
func Decode(from io.Reader) (*Atlas, error) {
	zip, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(zip, maxFile))
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(string(data), magic) {
		return nil, errors.New("not an atlas of this form")
	}
	d := decoder{data: data[len(magic):]}
	a := &Atlas{}
	for range d.count(maxArcs) {
		a.Arcs = append(a.Arcs, d.arc())
		if d.err != nil {
			return nil, d.err
		}
	}
	for range d.count(maxArcs) {
		a.Areas = append(a.Areas, d.area(len(a.Arcs)))
		if d.err != nil {
			return nil, d.err
		}
	}
	if d.err != nil {
		return nil, d.err
	}
	a.measure()
	return a, nil
}

// decoder keeps the first error, after which it reads nothing.
type decoder struct {
	data   []byte
	err    error
	points int
	// last is the arc that was referred to last.
	last int64
}

var errDamaged = errors.New("damaged")

func (d *decoder) count(limit int) int {
	n, size := binary.Uvarint(d.data)
	if size <= 0 || n > uint64(limit) || n > uint64(len(d.data)) { // each takes a byte at least
		d.err = errDamaged
	}
	if d.err != nil {
		return 0
	}
	d.data = d.data[size:]
	return int(n)
}

func (d *decoder) number() int64 {
	n, size := binary.Varint(d.data)
	if size <= 0 {
		d.err = errDamaged
	}
	if d.err != nil {
		return 0
	}
	d.data = d.data[size:]
	return n
}

func (d *decoder) arc() Arc {
	if len(d.data) == 0 || Class(d.data[0]) >= classes {
		d.err = errDamaged
		return Arc{}
	}
	arc := Arc{Class: Class(d.data[0])}
	d.data = d.data[1:]
	n := d.count(maxPoints - d.points)
	d.points += n
	if n < 2 {
		d.err = errDamaged
		return Arc{}
	}
	arc.Points = make([]Point, 0, n)
	var x, y int64
	for range n {
		x, y = x+d.number(), y+d.number()
		if x < -180/Step || x > 180/Step || y < -90/Step || y > 90/Step {
			d.err = errDamaged
		}
		if d.err != nil {
			return Arc{}
		}
		arc.Points = append(arc.Points, Point{float32(float64(x) * Step), float32(float64(y) * Step)})
	}
	return arc
}

func (d *decoder) area(arcs int) Area {
	area := Area{Country: d.text()}
	for range d.count(maxNames) {
		area.Names = append(area.Names, d.text())
	}
	for range d.count(maxArcs) {
		var ring Ring
		for range d.count(maxArcs) {
			ref := d.last + d.number()
			if ref >= int64(arcs) || ref < -int64(arcs) {
				d.err = errDamaged
			}
			if d.err != nil {
				return Area{}
			}
			d.last = ref
			ring = append(ring, int32(ref))
		}
		area.Rings = append(area.Rings, ring)
	}
	return area
}

func (d *decoder) text() string {
	n := d.count(1 << 10)
	s := string(d.data[:n])
	d.data = d.data[n:]
	return s
}
