package store

import (
	"fmt"
	"testing"
)

// BenchmarkFile files new dispatches, one at a time and in batches; an operation is one dispatch.
func BenchmarkFile(b *testing.B) {
	for _, size := range []int{1, 100, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := mustOpen(b, Options{Dir: tempState(b)})
			ds := dispatches(b.N)
			b.ResetTimer()
			for len(ds) > 0 {
				n := min(size, len(ds))
				mustFile(b, s, ds[:n]...)
				ds = ds[n:]
			}
		})
	}
}

// BenchmarkImport files 5,424 dispatches in one call, and the same again.
func BenchmarkImport(b *testing.B) {
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "first", true: "again"}[again], func(b *testing.B) {
			s := mustOpen(b, Options{Dir: tempState(b)})
			want := OutcomeFiled
			ds := dispatches(5424)
			if again {
				want = OutcomeUnchanged
				mustFile(b, s, ds...)
			}
			for b.Loop() {
				if !again {
					ds = dispatches(5424)
				}
				for _, f := range mustFile(b, s, ds...) {
					if f.Outcome != want {
						b.Fatal(f)
					}
				}
			}
		})
	}
}

// BenchmarkOpen opens and closes a log of 5,424 dispatches.
func BenchmarkOpen(b *testing.B) {
	dir := tempState(b)
	s := mustOpen(b, Options{Dir: dir})
	mustFile(b, s, dispatches(5424)...)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s := mustOpen(b, Options{Dir: dir})
		if n, err := s.LastSeq(b.Context()); n != 5424 || err != nil {
			b.Fatal(n, err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
