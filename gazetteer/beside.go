package gazetteer

import "strings"

// typeWords are the words of a type, as they stand before and behind a name, folded.
type typeWords struct {
	lead, tail []int32 // their numbers in the trie
	before     string  // the same as text, with the space that parts it from the name
	behind     string
}

// settlementWords are the typeWords of every type that a bare name can be of.
func (t *trie) settlementWords() map[string][]typeWords {
	out := map[string][]typeWords{}
	for kind := range settlements {
		for _, p := range append(append([]string(nil), kinds[kind].latin...), kinds[kind].arabic...) {
			before, behind, _ := strings.Cut(p, "%s")
			w := typeWords{lead: t.number(before), tail: t.number(behind)}
			if len(w.lead) > 0 {
				w.before = Fold(before) + " "
			}
			if len(w.tail) > 0 {
				w.behind = " " + Fold(behind)
			}
			out[kind] = append(out[kind], w)
		}
	}
	return out
}

// number gives words their numbers in the trie, new ones where they are in no name.
func (t *trie) number(words string) (out []int32) {
	for _, w := range strings.Fields(words) {
		out = append(out, t.numbered(Fold(w)))
	}
	return out
}

// longestType is how many words a type has at most: "town of".
const longestType = 3

// widen takes the word of its type into a settlement's name ("Homs city", "مدينة
// حمص"). Where the name alone means something else first, the word decides ("Djibouti city").
func (t *trie) widen(tokens []token, names []found) {
	for i := range names {
		f := &names[i]
		from, to := 0, len(tokens)
		vain := i // from here on names stand before it that mean nothing alone
		for vain > 0 && i-vain < longestType && names[vain-1].pick == nil && !names[vain-1].stop {
			vain--
		}
		if vain > 0 {
			from = names[vain-1].last + 1
		}
		if i+1 < len(names) {
			to = names[i+1].first
		}
		for at := range f.meanings {
			e := &f.ends[at]
			if e.mark != 0 || e.made || e.lead+e.tail > 0 || !settlements[e.entity.Type] {
				continue
			}
			if first, last, ok := t.beside(tokens, from, to, f.first, f.last, e.entity.Type); ok {
				if first < f.first {
					f.start, f.first = tokens[first].start, first
				}
				if last > f.last {
					f.end, f.last = tokens[last].end, last
				}
				f.take(at)
				f.settled = true
				for j := vain; j < i; j++ {
					if names[j].last >= f.first {
						names[j].valid = 0 // it was the word of the type
					}
				}
				break
			}
		}
	}
}

// beside finds the words of a type before and behind the words first to last, within from and to.
func (t *trie) beside(tokens []token, from, to, first, last int, kind string) (begin, end int, ok bool) {
	for _, w := range t.types[kind] {
		begin = first
		if first > from && tokens[first-1].article && tokens[first].join == joined {
			begin--
		}
		if n := len(w.lead); n > 0 && begin-n >= from && runs(tokens[begin-n:begin+1], w.lead) {
			return begin - n, last, true
		}
		if n := len(w.tail); n > 0 && last+n < to && tokens[last+1].join == joined && runs(tokens[last+1:last+n+1], w.tail) {
			return first, last + n, true
		}
	}
	return 0, 0, false
}

// runs reports whether tokens begin with the words and hang together.
func runs(tokens []token, words []int32) bool {
	for i, w := range words {
		if tokens[i].word != w || i+1 < len(tokens) && tokens[i+1].join != joined {
			return false
		}
	}
	return true
}

// typed gives the settlements that were typed with their type: "homs city".
func (g *Gazetteer) typed(folded string) (out []Candidate) {
	seen := map[*Entity]bool{}
	for kind, list := range g.trie.types {
		for _, w := range list {
			rest := folded
			if w.before != "" {
				rest = strings.TrimPrefix(rest, w.before)
			}
			if w.behind != "" {
				rest = strings.TrimSuffix(rest, w.behind)
			}
			if len(rest) == len(folded) {
				continue
			}
			for _, i := range g.forms.byFolded[rest] {
				f := &g.forms.all[i]
				if f.entity.Type != kind || f.weak || seen[f.entity] {
					continue
				}
				seen[f.entity] = true
				out = append(out, Candidate{Entity: f.entity, Score: .97 - .01*float64(f.entity.typedRank()), Exact: true, Matched: f.text})
			}
		}
	}
	return out
}
