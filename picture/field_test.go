package picture

import "testing"

// A name stands on the largest piece of an area, wherever there is more room.
func TestNamesStandOnTheLargestPiece(t *testing.T) {
	f := &field{w: 12, h: 6, owner: make([]int32, 72)}
	for i := range f.owner {
		f.owner[i] = -1
	}
	paint := func(x0, y0, x1, y1 int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				f.owner[y*f.w+x] = 7
			}
		}
	}
	paint(0, 0, 7, 2)  // long and narrow, 14 cells
	paint(9, 3, 12, 6) // 9 cells, and deeper
	f.measure()
	for _, p := range f.deepest(7, 20) {
		if p.y > 2*cell {
			t.Errorf("a name is offered at %+v, on the smaller piece", p)
		}
	}
	if len(f.piece(7)) != 14 || len(f.piece(3)) != 0 {
		t.Errorf("pieces of %d and %d cells", len(f.piece(7)), len(f.piece(3)))
	}
}
