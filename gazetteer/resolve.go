package gazetteer

import (
	"cmp"
	"slices"
	"strings"
)

// Confident is the score from which a candidate may be taken without asking.
const Confident = .8

// Candidate is something that a typed name may mean.
type Candidate struct {
	Entity *Entity
	// Score is from 0 to 1; from Confident on it may be taken without asking.
	Score float64
	// Exact is set where the folded forms are equal.
	Exact bool
	// Matched is the name of the entity that the typed one was likened to.
	Matched string
	// Mentions is how many dispatches name it, where Hints.Popularity told.
	Mentions int
}

// form is one name of one entity, for what people type.
type form struct {
	folded, text string
	lower        string // text in lower case
	entity       *Entity
	weak         bool // the name belongs to another first
	made         bool // the entity's type made it of another of its names
}

// forms holds all names for Resolve and Complete.
type forms struct {
	all      []form
	byFolded map[string][]int32
	seen     map[formKey]bool
	similar  *similar
}

type formKey struct{ folded, id string }

func newForms() *forms {
	return &forms{byFolded: map[string][]int32{}, seen: map[formKey]bool{}}
}

func (f *forms) add(folded, text string, e *Entity, weak, made bool) {
	if folded == "" || f.seen[formKey{folded, e.ID}] {
		return
	}
	f.seen[formKey{folded, e.ID}] = true
	f.byFolded[folded] = append(f.byFolded[folded], int32(len(f.all)))
	f.all = append(f.all, form{folded: folded, text: text, lower: strings.ToLower(text), entity: e, weak: weak, made: made})
}

func (f *forms) finish() {
	f.seen = nil
	f.similar = newSimilar(f.all, f.byFolded)
}

// Hints are what is known beside the typed name, to rank what it may mean.
type Hints struct {
	// Popularity tells how many dispatches name each of these IDs, or what lies in it.
	// It is called once at most, and only where the spelling leaves a choice. Nil: not known.
	Popularity func(ids []string) map[string]int
	// Beside are the IDs of what else the question names: a place that lies in one of
	// them, covers it, or is near it is more likely meant.
	Beside []string
}

// Resolve gives what a typed name may mean, the best first, at most n. Names
// equal after folding come first, a governorate before its city; "Tripoli,
// Lebanon" asks for the one that lies there. After them come similar names, with a lower score and Exact unset.
func (g *Gazetteer) Resolve(typed string, n int) []Candidate { return g.ResolveIn(typed, n, Hints{}) }

// ResolveIn is Resolve with what else is known of the question.
func (g *Gazetteer) ResolveIn(typed string, n int, h Hints) []Candidate {
	if n <= 0 {
		return nil
	}
	best := map[*Entity]Candidate{}
	typed = clip(typed)
	folded := Fold(typed)
	for _, c := range g.equal(typed, folded) {
		if o, ok := best[c.Entity]; !ok || c.Score > o.Score {
			best[c.Entity] = c
		}
	}
	if len(best) == 0 {
		for _, c := range g.typed(folded) {
			best[c.Entity] = c
		}
	}
	if i := strings.LastIndexAny(typed, ",،"); i > 0 && len(best) == 0 {
		_, size := decode(typed, i)
		for _, c := range g.located(typed[:i], typed[i+size:]) {
			best[c.Entity] = c
		}
	}
	if len(best) < n {
		for e, c := range g.forms.like(folded) {
			if _, exact := best[e]; !exact {
				best[e] = c
			}
		}
	}
	out := make([]Candidate, 0, len(best))
	for _, c := range best {
		out = append(out, c)
	}
	slices.SortFunc(out, better)
	out = out[:min(max(n, hinted), len(out))]
	if g.hint(out, h) {
		slices.SortStableFunc(out, better)
	}
	return out[:min(n, len(out))]
}

// better is the order of candidates. Of equal ones a place with more people, and of
// unknown ones that with more names, is more likely meant.
func better(a, b Candidate) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Entity.typedRank(), b.Entity.typedRank()),
		cmp.Compare(b.Entity.Population, a.Entity.Population), cmp.Compare(len(b.Entity.Aliases), len(a.Entity.Aliases)), cmp.Compare(a.Entity.ID, b.Entity.ID))
}

// clip keeps what is typed within reason: no name is longer than 100 characters.
func clip(s string) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, " "))
	n := 0
	for i := range s {
		if n++; n > 100 {
			return s[:i]
		}
	}
	return s
}

// equal gives the entities that bear the typed name itself.
func (g *Gazetteer) equal(typed, folded string) []Candidate {
	var out []Candidate
	for _, i := range g.forms.byFolded[folded] {
		f := &g.forms.all[i]
		c := Candidate{Entity: f.entity, Score: .97 - .01*float64(f.entity.typedRank()), Exact: true, Matched: f.text}
		if f.weak {
			c.Score -= .08
		}
		switch { // of two that fold to the same, the one written so
		case rawKey(f.lower) == rawKey(strings.ToLower(typed)):
			c.Score += .03
		case plain(f.text) == plain(typed):
			c.Score += .015
		}
		out = append(out, c)
	}
	return out
}

// plain is a name's letters in lower case without marks, article or punctuation, otherwise as written.
func plain(s string) string {
	var b strings.Builder
	sc := scanner{text: s}
	for sc.next() {
		if w := string(foldRunes(nil, s[sc.start:sc.end])); !articles[w] {
			b.WriteString(w)
		}
	}
	return b.String()
}

// located gives the entities called name that lie in one called in.
func (g *Gazetteer) located(name, in string) []Candidate {
	var out []Candidate
	around := g.equal(in, Fold(in))
	for _, c := range g.equal(name, Fold(name)) {
		if slices.ContainsFunc(around, func(a Candidate) bool { return c.Entity.under(a.Entity) }) {
			out = append(out, c)
		}
	}
	return out
}

// like gives the entities with a name similar to a folded one.
func (f *forms) like(folded string) map[*Entity]Candidate {
	best := map[*Entity]Candidate{}
	f.similar.like(folded, func(name string, score float64) {
		for _, i := range f.byFolded[name] {
			form := &f.all[i]
			c := Candidate{Entity: form.entity, Score: score - .002*float64(form.entity.typedRank()), Matched: form.text}
			if form.weak {
				c.Score -= .05
			}
			if c.Score > best[c.Entity].Score {
				best[c.Entity] = c
			}
		}
	})
	return best
}

// Complete gives the entities of which a name begins with what is typed so far,
// the likeliest first, at most n.
func (g *Gazetteer) Complete(prefix string, n int) []*Entity {
	prefix = clip(prefix)
	folded, lower := Fold(prefix), strings.ToLower(prefix)
	if folded == "" || n <= 0 {
		return nil
	}
	type hit struct {
		entity *Entity
		cost   int
	}
	best := map[*Entity]int{}
	for i := range g.forms.all {
		f := &g.forms.all[i]
		var cost int
		switch {
		case f.folded == folded:
			cost = 0
		case strings.HasPrefix(f.folded, folded) || strings.HasPrefix(f.lower, lower):
			cost = 100 + len(f.folded)
		case len(folded) > 2 && strings.Contains(f.folded, " "+folded):
			cost = 300 + len(f.folded)
		default:
			continue
		}
		cost = cost*10 + f.entity.typedRank()
		if f.weak {
			cost += 500
		}
		if o, ok := best[f.entity]; !ok || cost < o {
			best[f.entity] = cost
		}
	}
	hits := make([]hit, 0, len(best))
	for e, c := range best {
		hits = append(hits, hit{e, c})
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(a.entity.ID, b.entity.ID)) })
	out := make([]*Entity, 0, min(n, len(hits)))
	for _, h := range hits[:min(n, len(hits))] {
		out = append(out, h.entity)
	}
	return out
}
