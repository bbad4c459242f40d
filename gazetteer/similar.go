package gazetteer

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// similar finds names that look or sound like a typed one: by the groups of three
// letters they share, by their consonants, and of those that come near by either, by
// what it takes to turn one into the other. It is for what people type only: in
// running text it would make Mayadeen of every Madinah.
type similar struct {
	names  []likeName
	byGram map[string][]int32
	// byBones finds names by their consonants, and by these with one of them left out.
	byBones map[string][]int32
	costs   *costs
	pool    sync.Pool // *tally
}

// likeName is a folded name, once however many bear it.
type likeName struct {
	folded, sound, bones string
	weight, grams        int32
	// part is set on a part of a name that people use for the whole: "Rajibah" for "Nahiyat ar-Rajibah".
	part bool
}

// tally counts what names share with a typed one.
type tally struct {
	shared  []uint8
	touched []int32
}

func newSimilar(all []form, byFolded map[string][]int32) *similar {
	s := &similar{byGram: map[string][]int32{}, byBones: map[string][]int32{}, costs: newCosts()}
	for i := range all {
		f := &all[i]
		if f.made || byFolded[f.folded][0] != int32(i) {
			continue // what it is made of is there; it is there already
		}
		s.add(f.folded, f.folded, false)
		for _, part := range parts(f.folded) {
			if byFolded[part] == nil {
				s.add(f.folded, part, true)
			}
		}
	}
	s.pool.New = func() any { return &tally{shared: make([]uint8, len(s.names))} }
	return s
}

// add enters a name under its text or a part of it.
func (s *similar) add(folded, text string, part bool) {
	n := likeName{folded: folded, sound: sound(text), part: part}
	id := int32(len(s.names))
	each(text, func(gram string) {
		n.grams++
		s.byGram[gram] = append(s.byGram[gram], id)
	})
	if n.sound != "" {
		n.bones, n.weight = bones(n.sound), int32(s.costs.weight(n.sound))
		s.byBones[n.bones] = append(s.byBones[n.bones], id)
		without(n.bones, func(b string) { s.byBones[b] = append(s.byBones[b], id) })
	}
	s.names = append(s.names, n)
}

// parts are the parts of a folded name that may stand for it: what follows a word
// like "village", and what stands before the last word.
func parts(folded string) (out []string) {
	if first, rest, more := strings.Cut(folded, " "); more && generic[first] {
		return []string{rest}
	}
	if i := strings.LastIndexByte(folded, ' '); i >= 4 {
		return []string{folded[:i]}
	}
	return nil
}

// generic are words before a name that are often left out, folded.
var generic = foldedSet("Qaryat Qarya Qariyat Nahiyat Makhfar Mahallat Tall Tell Tal Khirbat Khirbet Kherbet Mazraat Mazra'at Manazil Madinat Markaz Hayy Arab Ashirat Bayt Ayn Wadi " +
	"Village Town City Camp Mukhayyam Jazirat Qalat قرية ناحية مدينة بلدة مزرعة خربة تل مخيم حي منطقة محلة مركز")

func foldedSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[Fold(w)] = true
	}
	return m
}

// without gives bones with each of them left out once, the first excepted.
func without(bones string, each func(string)) {
	if len(bones) < 3 {
		return
	}
	for i := 1; i < len(bones); i++ {
		each(bones[:i] + bones[i+1:])
	}
}

const (
	// likeGrams are the names compared in full that share most letters;
	// likeBones those of which the consonants are equal or nearly so.
	likeGrams = 300
	likeBones = 1500
)

// like gives the names that are similar to a folded one, with how much, from 0 to
// below 1. It is at Confident or above only where the consonants are equal and most of the letters.
func (s *similar) like(folded string, keep func(folded string, score float64)) {
	s.find(folded, keep)
	if first, rest, more := strings.Cut(folded, " "); more && generic[first] {
		s.find(rest, func(name string, score float64) { keep(name, partly*score) })
	}
}

func (s *similar) find(folded string, keep func(folded string, score float64)) {
	t := s.pool.Get().(*tally)
	defer s.pool.Put(t)
	grams := int32(0)
	each(folded, func(gram string) {
		grams++
		for _, id := range s.byGram[gram] {
			if t.shared[id] == 0 {
				t.touched = append(t.touched, id)
			}
			t.shared[id]++
		}
	})
	if grams == 0 {
		return
	}
	dice := func(id int32) float64 { return 2 * float64(t.shared[id]) / float64(grams+s.names[id].grams) }
	list := s.most(t, dice)
	typed := likeName{folded: folded, sound: sound(folded)}
	if typed.sound != "" {
		typed.bones, typed.weight = bones(typed.sound), int32(s.costs.weight(typed.sound))
		list = s.boned(typed.bones, list)
	}
	slices.Sort(list)
	for i, id := range list {
		if i > 0 && list[i-1] == id {
			continue
		}
		if score := s.score(&typed, &s.names[id], dice(id)); score > 0 {
			keep(s.names[id].folded, score)
		}
	}
	for _, id := range t.touched {
		t.shared[id] = 0
	}
	t.touched = t.touched[:0]
}

// most are the names that share most groups of letters.
func (s *similar) most(t *tally, dice func(int32) float64) []int32 {
	const least = .2
	var list []int32
	for _, id := range t.touched {
		if dice(id) >= least {
			list = append(list, id)
		}
	}
	if len(list) > likeGrams {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Or(cmp.Compare(dice(b), dice(a)), cmp.Compare(a, b)) })
		list = list[:likeGrams]
	}
	return list
}

// boned adds the names with the same consonants, or one more, less or other.
func (s *similar) boned(bones string, list []int32) []int32 {
	if len(bones) < 2 {
		return list
	}
	limit := len(list) + likeBones
	add := func(ids []int32) { list = append(list, ids[:max(0, min(len(ids), limit-len(list)))]...) }
	add(s.byBones[bones])
	without(bones, func(b string) { add(s.byBones[b]) })
	return list
}

// score likens two names; dice is the share of letter groups that they have in common.
func (s *similar) score(typed, n *likeName, dice float64) float64 {
	if typed.sound == "" || n.sound == "" {
		if n.part {
			return .6 * dice
		}
		return .7 * dice
	}
	sim := 1 - 2*float64(s.costs.distance(typed.sound, n.sound))/float64(typed.weight+n.weight)
	if sim < .4 {
		return 0
	}
	score := .66*sim + .13*dice
	if typed.bones == n.bones {
		score += .055
	} else {
		score = min(score, Confident-.01)
	}
	if n.part {
		score *= partly
	}
	return score
}

// partly is what a likeness counts that leaves a word of the name away.
const partly = .8

// each gives the groups of three letters of a folded name, its edges included.
func each(folded string, gram func(string)) {
	if folded == "" {
		return
	}
	padded := "  " + strings.ReplaceAll(folded, " ", "") + " "
	var buf [80]int
	at := buf[:0]
	for i := range padded {
		at = append(at, i)
	}
	at = append(at, len(padded))
	for i := 0; i+3 < len(at); i++ {
		gram(padded[at[i]:at[i+3]])
	}
}
