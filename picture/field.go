package picture

import (
	"slices"

	"sitrep/picture/atlas"
)

// field is the map in coarse cells: which area each lies in, and how far from where
// that ends. It tells where a name has most room.
type field struct {
	w, h int
	// owner is the group of each cell, -1 for none.
	owner []int32
	// depth is the number of cells to the end of the group, or of the map.
	depth []int32
}

// cell is the side of a field's cells, in pixels.
const cell = 8.0

// newField asks of each area which group it is in; below 0 is none.
func (s *sheet) newField(group func(area int) int32) *field {
	f := &field{w: int(s.width / cell), h: int(s.height / cell)}
	f.owner = make([]int32, f.w*f.h)
	for i := range f.owner {
		f.owner[i] = -1
	}
	rows := make([][]float64, f.h)
	for i := range s.Base.Areas {
		g := group(i)
		if g < 0 {
			continue
		}
		for _, turn := range s.turns(s.Base.Areas[i].Box) {
			for y := range rows {
				rows[y] = rows[y][:0]
			}
			for _, ring := range s.Base.Areas[i].Rings {
				s.cross(rows, ring, turn)
			}
			f.paint(rows, g)
		}
	}
	f.measure()
	return f
}

// cross notes where a ring crosses the middle of each row.
func (s *sheet) cross(rows [][]float64, ring atlas.Ring, turn float64) {
	s.outline(ring, turn)
	for i, p := range s.line {
		q := s.line[(i+len(s.line)-1)%len(s.line)]
		if p.y > q.y {
			p, q = q, p
		}
		from := max(int(p.y/cell-0.5), 0)
		to := min(int(q.y/cell+1), len(rows)-1)
		for row := from; row <= to; row++ {
			if y := (float64(row) + 0.5) * cell; p.y <= y && y < q.y {
				rows[row] = append(rows[row], (p.x+(q.x-p.x)*(y-p.y)/(q.y-p.y))/cell)
			}
		}
	}
}

// paint gives a group the cells between each two crossings.
func (f *field) paint(rows [][]float64, group int32) {
	for y, xs := range rows {
		slices.Sort(xs)
		for i := 0; i+1 < len(xs); i += 2 {
			from := int(min(max(xs[i]+0.5, 0), float64(f.w)))
			to := int(min(max(xs[i+1]+0.5, 0), float64(f.w)))
			for x := from; x < to; x++ {
				f.owner[y*f.w+x] = group
			}
		}
	}
}

// measure counts the cells to the end of each group: the chessboard distance, in two
// passes (Rosenfeld and Pfaltz 1966).
func (f *field) measure() {
	f.depth = make([]int32, len(f.owner))
	at := func(x, y int, owner int32) int32 {
		if x < 0 || y < 0 || x >= f.w || y >= f.h || f.owner[y*f.w+x] != owner {
			return 0
		}
		return f.depth[y*f.w+x]
	}
	for y := range f.h {
		for x := range f.w {
			o := f.owner[y*f.w+x]
			f.depth[y*f.w+x] = 1 + min(at(x-1, y, o), at(x, y-1, o), at(x-1, y-1, o), at(x+1, y-1, o))
		}
	}
	for y := f.h - 1; y >= 0; y-- {
		for x := f.w - 1; x >= 0; x-- {
			o := f.owner[y*f.w+x]
			i := y*f.w + x
			f.depth[i] = min(f.depth[i], 1+min(at(x+1, y, o), at(x, y+1, o), at(x+1, y+1, o), at(x-1, y+1, o)))
		}
	}
}

// deepest offers places in the largest piece of a group, the ones farthest from its ends
// first, each some cells from the ones before: a name on an island far off is read as
// that of another country.
func (f *field) deepest(group int32, most int) []xy {
	cells := f.piece(group)
	slices.SortStableFunc(cells, func(a, b int) int { return int(f.depth[b] - f.depth[a]) })
	var list []xy
	for _, i := range cells {
		p := xy{(float64(i%f.w) + 0.5) * cell, (float64(i/f.w) + 0.5) * cell}
		if slices.ContainsFunc(list, func(o xy) bool { return max(o.x-p.x, p.x-o.x) < 3*cell && max(o.y-p.y, p.y-o.y) < 3*cell }) {
			continue
		}
		if list = append(list, p); len(list) == most {
			break
		}
	}
	return list
}

// piece is the largest set of a group's cells that hang together, in their order.
func (f *field) piece(group int32) (largest []int) {
	seen := make([]bool, len(f.owner))
	for i, o := range f.owner {
		if o != group || seen[i] {
			continue
		}
		seen[i] = true
		cells := []int{i}
		for k := 0; k < len(cells); k++ {
			x, y := cells[k]%f.w, cells[k]/f.w
			for dy := -1; dy <= 1; dy++ {
				for dx := -1; dx <= 1; dx++ {
					if x+dx < 0 || y+dy < 0 || x+dx >= f.w || y+dy >= f.h {
						continue
					}
					if n := (y+dy)*f.w + x + dx; f.owner[n] == group && !seen[n] {
						seen[n] = true
						cells = append(cells, n)
					}
				}
			}
		}
		if len(cells) > len(largest) {
			largest = cells
		}
	}
	slices.Sort(largest)
	return largest
}

// room is the number of cells of each group.
func (f *field) room() map[int32]int {
	n := map[int32]int{}
	for _, o := range f.owner {
		if o >= 0 {
			n[o]++
		}
	}
	return n
}

// share is the part of a rectangle's middle line that lies in a group.
func (f *field) share(group int32, r rect) float64 {
	y := min(max(int((r.y+r.h/2)/cell), 0), f.h-1)
	in, all := 0, 0
	for x := max(int(r.x/cell), 0); x <= min(int((r.x+r.w)/cell), f.w-1); x++ {
		all++
		if f.owner[y*f.w+x] == group {
			in++
		}
	}
	return float64(in) / float64(max(all, 1))
}
