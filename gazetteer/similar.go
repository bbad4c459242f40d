package gazetteer

import (
	"strings"
	"unicode/utf8"
)

// similar finds names that look like a typed one, by their consonants and by
// the groups of three letters they share. It is for what people type only: in
// running text it would make Mayadeen of every Madinah.
type similar struct {
	forms    []form
	skeleton []string
	grams    []int // number of groups, by form
	byGram   map[string][]int32
	byBones  map[string][]int32
}

func newSimilar(all []form) *similar {
	s := &similar{forms: all, skeleton: make([]string, len(all)), grams: make([]int, len(all)),
		byGram: map[string][]int32{}, byBones: map[string][]int32{}}
	for i := range all {
		if all[i].made {
			continue // what it is made of is there
		}
		s.skeleton[i] = skeleton(all[i].folded)
		s.byBones[s.skeleton[i]] = append(s.byBones[s.skeleton[i]], int32(i))
		g := grams(all[i].folded)
		s.grams[i] = len(g)
		for k := range g {
			s.byGram[k] = append(s.byGram[k], int32(i))
		}
	}
	return s
}

// like gives the entities with a name similar to a folded one. The score is
// below Confident unless the consonants are equal and most of the letters.
func (f *forms) like(folded string) []Candidate {
	s := f.similar
	typed := grams(folded)
	if len(typed) == 0 {
		return nil
	}
	shared := map[int32]int{}
	for k := range typed {
		for _, i := range s.byGram[k] {
			shared[i]++
		}
	}
	bones := skeleton(folded)
	if len(bones) > 1 {
		for _, i := range s.byBones[bones] {
			shared[i] += 0 // in, even where no three letters are shared
		}
	}
	var out []Candidate
	for i, n := range shared {
		dice := 2 * float64(n) / float64(len(typed)+s.grams[i])
		same := len(bones) > 1 && bones == s.skeleton[i]
		if dice < .28 && !same {
			continue
		}
		score := .7 * dice
		if same {
			score = .5 + .38*dice
		}
		form := &s.forms[i]
		if form.weak {
			score -= .05
		}
		score -= .002 * float64(form.entity.typedRank())
		out = append(out, Candidate{Entity: form.entity, Score: score, Matched: form.text})
	}
	return out
}

// grams are the groups of three letters of a folded name, its edges included.
func grams(folded string) map[string]bool {
	if folded == "" {
		return nil
	}
	out := map[string]bool{}
	padded := "  " + strings.ReplaceAll(folded, " ", "") + " "
	var at []int
	for i := range padded {
		at = append(at, i)
	}
	at = append(at, len(padded))
	for i := 0; i+3 < len(at); i++ {
		out[padded[at[i]:at[i+3]]] = true
	}
	return out
}

// sounds writes letters, and pairs of them, that transliterations take for each
// other as one; a vowel becomes nothing.
var sounds = strings.NewReplacer(
	"kh", "h", "gh", "g", "sh", "s", "ch", "s", "dj", "j", "dh", "d", "th", "t", "ph", "f", "tsch", "s", "sch", "s", "q", "k", "c", "k", "g", "g",
	"z", "s", "p", "b", "v", "w", "x", "ks", " ", "", "a", "", "e", "", "i", "", "o", "", "u", "", "y", "", "w", "",
	"ا", "", "و", "", "ي", "", "ذ", "د", "ظ", "ض", "ث", "ت", "ص", "س", "ط", "ت", "ق", "ك",
)

// skeleton is what is left of a folded name without its vowels. The first letter stays,
// so that names that begin otherwise stay apart.
func skeleton(folded string) string {
	folded = strings.ReplaceAll(folded, " ", "")
	if folded == "" {
		return ""
	}
	_, n := utf8.DecodeRuneInString(folded)
	bones := sounds.Replace(folded)
	if bones == "" || strings.ContainsAny(folded[:n], "aeiou") {
		return "-" + bones
	}
	return bones
}
