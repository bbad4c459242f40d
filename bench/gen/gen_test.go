package gen

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sitrep/gazetteer"
)

// The same seed makes the same archive, and its dispatches are as long as said.
func TestDispatch(t *testing.T) {
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	a, b := New(7, g, from, 24*time.Hour), New(7, g, from, 24*time.Hour)
	words := 0
	for i := range 200 {
		x, y := a.Dispatch(i, 200), b.Dispatch(i, 200)
		if diff := cmp.Diff(x, y); diff != "" {
			t.Fatal(diff)
		}
		if x.Published.Before(from) || x.Published.After(from.Add(24*time.Hour)) {
			t.Error(x.Published)
		}
		words += len(strings.Fields(x.Body))
	}
	if mean := words / 200; mean < Words-20 || mean > Words+40 {
		t.Errorf("%d words a dispatch", mean)
	}
}
