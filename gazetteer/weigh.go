package gazetteer

import "sitrep/news"

// What speaks for a meaning of a name. The scores are added up.
const (
	single     = .8  // there is no other
	foremost   = .55 // it is what the tables put first
	secondary  = .45
	neighbour  = .35 // it counts only where a neighbour says so
	otherNamed = .4  // the text names what it lies in, or what lies in it, or it itself by another name
	countryIn  = .2  // the text names a place of the same country, or an actor of it
	nearIn     = .1  // within nearKM of a place that the text names
	mostIn     = .5  // no more than this for all that the text names
	// abroadLess is taken off a small place where the text names other countries only.
	abroadLess = .25
	// namesake is what a city's name counts in that of the division around it.
	namesake = .7
	// leastWeak is what a meaning must have that does not count by itself.
	leastWeak = .7
	// anchors are how many things that a text names for sure are looked at.
	anchors = 32
)

// Reason is one thing that speaks for a meaning.
type Reason struct {
	// Why is "only meaning", "first meaning", "other meaning", "weak meaning", "beside it",
	// "names its area", "names its country", "near", or "other countries", which speaks against it.
	Why string
	// Entity is the ID of what the text names that says so; empty where it is the tables that do.
	Entity string
	Score  float64
}

// Meaning is one thing that a name in a text can mean.
type Meaning struct {
	Entity  *Entity
	Score   float64 // from 0 to 1
	Reasons []Reason
}

// Explanation is a name in a text with all that it can mean there, the likeliest first. The
// first is what Annotate gives, unless Dropped is set: then it gives nothing.
type Explanation struct {
	Start, End int
	Meanings   []Meaning
	// Dropped says why the name does not count: "byline" for where a report was written,
	// "weak" where nothing in the text speaks for any meaning.
	Dropped string
}

type reasons struct{ list []Reason }

func (r *reasons) add(why, id string, score float64) {
	if r != nil {
		r.list = append(r.list, Reason{Why: why, Entity: id, Score: score})
	}
}

// weigh chooses, of several meanings of a name, that which the rest of the text
// speaks for, and says how sure it is. A name means the same all over a text, but where
// its neighbour says otherwise. What a text names is looked at once, so that a name
// that is repeated without end costs no more each time.
func (g *Gazetteer) weigh(names []found) {
	around := g.anchors(names)
	known := choices{}
	for i := range names {
		f := &names[i]
		if f.valid == 0 {
			continue
		}
		if f.settled && f.pick != nil {
			f.score = 1
			continue
		}
		c, ok := known.of(f)
		if !ok {
			c = choice{node: f.node, valid: f.valid, at: -1}
			for at := range f.meanings {
				score, enough := g.speaks(f, at, around, nil)
				if enough && (c.at < 0 || score > c.score+1e-9) {
					c.at, c.score = at, score
				}
			}
			known.keep(c)
		}
		if c.at < 0 {
			f.pick = nil
			continue
		}
		if f.pick != f.ends[c.at].entity {
			f.take(c.at)
		}
		if f.score = c.score; f.vague {
			f.score *= namesake
		}
	}
}

// choice is what a name means in a text.
type choice struct {
	node  int32
	valid uint64
	at    int // the end; -1 for none
	score float64
}

// choices are those that were made: in most texts few, in hostile ones many.
type choices struct {
	few  []choice
	many map[int32]choice // by node; what is valid there differs seldom, and is then weighed again
}

const fewChoices = 32

func (k *choices) of(f *found) (choice, bool) {
	for i := range k.few {
		if c := &k.few[i]; c.node == f.node && c.valid == f.valid {
			return *c, true
		}
	}
	c, ok := k.many[f.node]
	return c, ok && c.valid == f.valid
}

func (k *choices) keep(c choice) {
	if len(k.few) < fewChoices {
		k.few = append(k.few, c)
		return
	}
	if k.many == nil {
		k.many = map[int32]choice{}
	}
	k.many[c.node] = c
}

// anchors are the things that a text names for sure, each once.
func (g *Gazetteer) anchors(names []found) []*Entity {
	var buf [anchors]*Entity
	list := buf[:0]
next:
	for i := range names {
		f := &names[i]
		if f.pick == nil || !f.settled && f.valid&(f.valid-1) != 0 || f.pick.Type == "continent" {
			continue
		}
		for _, e := range list {
			if e == f.pick {
				continue next
			}
		}
		if list = append(list, f.pick); len(list) == anchors {
			break
		}
	}
	return list
}

// speaks gives the score of a meaning, and whether it is enough to count.
func (g *Gazetteer) speaks(f *found, at int, around []*Entity, why *reasons) (score float64, enough bool) {
	end := &f.ends[at]
	e := end.entity
	switch {
	case end.mark&weak != 0:
		score = neighbour
		why.add("weak meaning", "", score)
	case f.valid&(f.valid-1) == 0:
		score = single
		why.add("only meaning", "", score)
	case f.valid&(1<<at-1) == 0 || f.pick == e:
		score = foremost
		why.add("first meaning", "", score)
	default:
		score = secondary
		why.add("other meaning", "", score)
	}
	more, area, foreign := 0., false, 0
	for _, a := range around {
		s, reason := 0., ""
		switch {
		case a == e || e.under(a) || a.under(e):
			s, reason = otherNamed, "names its area"
			area = true
		case e.Country != "" && e.Country == a.Country:
			s, reason = countryIn, "names its country"
			if a.Type == "country" {
				s = otherNamed
			}
		case a.Type != "country" && e.Type != "country" && closeTo(e, a):
			s, reason = nearIn, "near"
		default:
			if a.Country != "" && a.Kind == news.Place {
				foreign++
			}
			continue
		}
		if more > 0 {
			s /= 2
		}
		if s = min(s, mostIn-more); s > 0 {
			more += s
			why.add(reason, a.ID, s)
		}
	}
	if score += more; more == 0 && foreign > 0 && little(e) {
		score -= abroadLess
		why.add("other countries", "", -abroadLess)
	}
	return score, end.mark&weak == 0 || end.mark&beside == 0 && area && score >= leastWeak
}

// little reports whether a place is one that the world hardly knows.
func little(e *Entity) bool {
	return e.Type == "town" || e.Type == "village" || e.Type == "neighbourhood" || e.Type == "camp"
}

// Explain says of every name in a text what it can mean there, and why Annotate takes
// the one it takes.
func (g *Gazetteer) Explain(text string) []Explanation {
	names := g.find(text)
	around := g.anchors(names)
	var out []Explanation
	for i := range names {
		f := &names[i]
		if f.valid == 0 {
			continue
		}
		x := Explanation{Start: f.start, End: f.end}
		enough := false
		for at := range f.meanings {
			var why reasons
			score, ok := g.speaks(f, at, around, &why)
			if f.settled && f.pick == f.ends[at].entity {
				why.add("beside it", "", 1)
				score, ok = 1, true
			}
			enough = enough || ok
			m := Meaning{Entity: f.ends[at].entity, Score: min(score, 1), Reasons: why.list}
			if f.ends[at].entity == f.pick { // it stands first
				x.Meanings = append([]Meaning{m}, x.Meanings...)
			} else {
				x.Meanings = append(x.Meanings, m)
			}
		}
		switch {
		case f.pick == nil && enough:
			x.Dropped = "byline"
		case f.pick == nil:
			x.Dropped = "weak"
		}
		out = append(out, x)
	}
	return out
}
