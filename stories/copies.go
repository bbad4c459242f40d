package stories

import (
	"cmp"
	"slices"
	"time"
)

const (
	// copied is the share of the shorter text's shingles that a copy has, too: of three
	// paragraphs less the first about that much is left.
	copied = .5
	// fewShingles make a text that must be the same to the last word.
	fewShingles = 6
	// boiler is how many other texts hold what is taken for a header or a footer.
	boiler = 2
	// copyTime is how far apart two prints of a text, or it and its translation, may be.
	copyTime = 48 * time.Hour
	// translated is the share of names and of numbers that a translation keeps.
	translated = .6
)

// copyOf reports whether a and b carry one text, but for commonplaces: most of the
// shorter's shingles and of its names and numbers, and in no slot another fact. A
// report of another event in the same wording has another number or name between the
// same words; one under the same header and footer has names and numbers of its own.
func copyOf(a, b *Item, commonplace map[uint32]bool) bool {
	if a.When.Sub(b.When).Abs() > copyTime {
		return false
	}
	x, y := a.Print.Shingles, b.Print.Shingles
	if min(len(x), len(y)) < fewShingles {
		return len(x) > 0 && slices.Equal(x, y)
	}
	nx, ny := without(x, commonplace), without(y, commonplace)
	shared := 0
	walk(x, y, func(s uint32) {
		if !commonplace[s] {
			shared++
		}
	})
	least := min(nx, ny)
	return least >= fewShingles && float64(shared) >= copied*float64(least) &&
		sameFacts(a, b) && !contradict(a.Print.Slots, b.Print.Slots)
}

// sameFacts reports whether most of the names and numbers of the one that has fewer
// are the other's, too.
func sameFacts(a, b *Item) bool {
	both := common(a.Names, b.Names) + common(a.Numbers, b.Numbers)
	fewer := min(len(a.Names)+len(a.Numbers), len(b.Names)+len(b.Numbers))
	return 2*both > fewer || fewer == 0
}

// commonplaces are the shingles that several texts hold among those that a
// dispatch is compared with: who writes, where to subscribe.
func commonplaces(it *Item, near []*Item) map[uint32]bool {
	in := map[uint32]map[string]bool{}
	for _, c := range near {
		walk(it.Print.Shingles, c.Print.Shingles, func(s uint32) {
			if in[s] == nil {
				in[s] = map[string]bool{}
			}
			in[s][string(c.Text)] = true
		})
	}
	out := map[uint32]bool{}
	for s, texts := range in {
		if len(texts) > boiler {
			out[s] = true
		}
	}
	return out
}

// contradict reports whether two texts differ in a fact: between the same words each
// has one that the other has nowhere. What stands in a paragraph that only one of
// them has contradicts nothing.
func contradict(a, b []Slot) bool {
	inA, inB := facts(a), facts(b)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i].Around, b[j].Around); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			m, n := slot(a, i), slot(b, j)
			if alone(a[i:m], inB) && alone(b[j:n], inA) {
				return true
			}
			i, j = m, n
		}
	}
	return false
}

func facts(slots []Slot) map[uint32]bool {
	out := make(map[uint32]bool, len(slots))
	for _, s := range slots {
		out[s.Fact] = true
	}
	return out
}

// slot is where the slots with the same context as the one at i end.
func slot(slots []Slot, i int) int {
	n := i + 1
	for n < len(slots) && slots[n].Around == slots[i].Around {
		n++
	}
	return n
}

func alone(slots []Slot, other map[uint32]bool) bool {
	return slices.ContainsFunc(slots, func(s Slot) bool { return !other[s.Fact] })
}

// translationOf reports whether two dispatches in different languages name the same
// and give the same numbers, close in time: at least two names and a number.
func translationOf(a, b *Item) bool {
	if a.Lang == "" || b.Lang == "" || a.Lang == b.Lang || a.When.Sub(b.When).Abs() > copyTime {
		return false
	}
	names, numbers := common(a.Names, b.Names), common(a.Numbers, b.Numbers)
	return names >= 2 && numbers >= 1 &&
		jaccard(names, a.Names, b.Names) >= translated && jaccard(numbers, a.Numbers, b.Numbers) >= translated
}

// jaccard is what is common of two sets, by what is in either.
func jaccard(both int, a, b []uint32) float64 {
	return float64(both) / float64(len(a)+len(b)-both)
}

func common(a, b []uint32) (n int) {
	walk(a, b, func(uint32) { n++ })
	return n
}

func without(a []uint32, out map[uint32]bool) (n int) {
	for _, s := range a {
		if !out[s] {
			n++
		}
	}
	return n
}

// walk calls each with what two sorted sets have in common.
func walk(a, b []uint32, each func(uint32)) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := cmp.Compare(a[i], b[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			each(a[i])
			i++
			j++
		}
	}
}
