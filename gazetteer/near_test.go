package gazetteer

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestNear(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	near, err := g.Near("Hajin", 50)
	if err != nil {
		t.Fatal(err)
	}
	if near[0] != "hajin" || !slices.Contains(near, "baghuz") && !slices.Contains(near, "al-baghuz") {
		t.Errorf("near Hajin: %v", near)
	}
	for i, id := range near {
		e, _ := g.Entity(id)
		if !e.Located || !spots[e.Type] {
			t.Errorf("%s is a %s", id, e.Type)
		}
		center, _ := g.Entity("hajin")
		if d := Distance(center, e); d > 50 {
			t.Errorf("%s lies %.0f km off", id, d)
		} else if i > 0 {
			before, _ := g.Entity(near[i-1])
			if Distance(center, before) > d {
				t.Errorf("%s stands behind %s", id, before.ID)
			}
		}
	}
	wide, err := g.Near("هجين", 200)
	if err != nil || len(wide) <= len(near) || !slices.Equal(wide[:len(near)], near) {
		t.Errorf("200 km around: %v %v", wide, err)
	}
	// Homs is a governorate and a city: distances go from the city.
	homs, err := g.Near("Homs", 1)
	if e, _ := g.Entity(homs[0]); err != nil || e.Type != "city" {
		t.Errorf("Homs is %v (%v)", homs, err)
	}
	if _, err := g.Near("Atlantis", 50); !errors.Is(err, ErrUnknown) {
		t.Error(err)
	}
	if _, err := g.Near("SDF", 50); !errors.Is(err, ErrUnknown) {
		t.Errorf("an actor lies nowhere: %v", err)
	}
	if byID, err := g.Near("#hajin", 50); err != nil || !slices.Equal(byID, near) {
		t.Errorf("by its ID: %v %v", byID, err)
	}
}

// Damascus and Aleppo are some 310 km apart in a straight line.
func TestDistance(t *testing.T) {
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	a, okA := g.Entity("damascus")
	b, okB := g.Entity("aleppo")
	if !okA || !okB {
		t.Fatal("the table has no Damascus or no Aleppo")
	}
	if d := Distance(a, b); math.Abs(d-310) > 15 {
		t.Errorf("%.1f km", d)
	}
	if d := Distance(a, a); d != 0 {
		t.Errorf("%g km from itself", d)
	}
}
