package eval

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// The figures of a ranking reckoned by hand, grades 3, 2 and 1 and one not found.
func TestMeasure(t *testing.T) {
	f, ok := Measure([]string{"x", "b", "b", "a", "y"}, map[string]int{"a": 3, "b": 2, "c": 1, "x": 0, "n": -1})
	ideal := 3 + 2/math.Log2(3) + 1/math.Log2(4)
	want := Figures{NDCG: (2/math.Log2(3) + 3/math.Log2(4)) / ideal, MAP: (1./2 + 2./3) / 3, Precision: .2, Recall: 2. / 3, MRR: .5}
	if !ok || math.Abs(f.NDCG-want.NDCG) > 1e-12 || math.Abs(f.MAP-want.MAP) > 1e-12 || f.Precision != want.Precision || f.Recall != want.Recall || f.MRR != want.MRR {
		t.Errorf("%+v, want %+v", f, want)
	}
	if _, ok := Measure([]string{"x"}, map[string]int{"x": 0}); ok {
		t.Error("nothing is relevant, yet it was measured")
	}
	if f, ok := Measure(nil, map[string]int{"x": 1}); !ok || f != (Figures{}) {
		t.Errorf("nothing found: %+v", f)
	}
	var many []string
	for i := range 200 {
		many = append(many, strings.Repeat("x", i+2))
	}
	if f, _ := Measure(append(many, "late"), map[string]int{"late": 1}); f.Recall != 0 || f.MRR != 1./201 || f.NDCG != 0 {
		t.Errorf("%+v", f)
	}
	if m := Mean([]Figures{{NDCG: 1}, {MRR: .5}}); m.NDCG != .5 || m.MRR != .25 {
		t.Errorf("%+v", m)
	}
}

// A slip is one slip, in a word of four letters or more, and the same for the same seed.
func TestTypo(t *testing.T) {
	kinds := map[int]int{}
	for seed := range uint64(400) {
		const text = "the aid قافلة reached us"
		got := Typo(text, rand.New(rand.NewPCG(seed, 0)))
		if got == text || !utf8.ValidString(got) || got != Typo(text, rand.New(rand.NewPCG(seed, 0))) {
			t.Fatalf("seed %d: %q", seed, got)
		}
		if !strings.HasPrefix(got, "the aid ") || !strings.HasSuffix(got, " us") {
			t.Fatalf("a short word was touched: %q", got)
		}
		kinds[utf8.RuneCountInString(got)-utf8.RuneCountInString(text)]++
	}
	if kinds[-1] < 50 || kinds[0] < 100 || kinds[1] < 50 {
		t.Errorf("letters more or less: %v", kinds)
	}
	if got := Typo("a be it", rand.New(rand.NewPCG(1, 0))); got != "a be it" {
		t.Errorf("%q", got)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("1\ta question\r\n2\tanother", "1 0 a 1\n")
	f.Add("\uFEFF", "x\x00 0 \t 1")
	f.Fuzz(func(t *testing.T, topics, judged string) {
		list, err := ReadTopics("t", strings.NewReader(topics))
		if err == nil && len(list) == 0 {
			t.Error("no topic and no error")
		}
		for _, q := range list {
			Typo(q.Text, rand.New(rand.NewPCG(1, 2)))
		}
		if j, err := ReadJudgements("j", strings.NewReader(judged)); err == nil && len(j) == 0 {
			t.Error("no judgement and no error")
		}
	})
}
