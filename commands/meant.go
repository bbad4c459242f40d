package commands

import (
	"cmp"
	"context"
	"slices"

	"sitrep/gazetteer"
	"sitrep/index"
)

// meaning is what was likely meant by a text with words that no dispatch holds.
type meaning struct {
	words []index.Suggestion
	// text is the whole with the words corrected; empty where there is nothing to correct.
	text string
	// taken says that it was asked instead, since nothing matched what was typed.
	taken bool
}

// meant looks for misspelt words. A word that any dispatch here holds is never
// touched.
func (c *call) meant(ctx context.Context, typed, words string) (m meaning, err error) {
	if m.words, err = c.e.o.Index.Suggest(ctx, words, c.Request.Scopes); err != nil || len(m.words) == 0 {
		return meaning{}, err
	}
	if m.text = index.Correct(typed, m.words); m.text == typed {
		return meaning{}, nil
	}
	return m, nil
}

// meantNote says what no dispatch holds, and what was done about it.
func (c *call) meantNote(m meaning) string {
	if m.text == "" {
		return ""
	}
	var typed, meant []string
	for _, s := range m.words {
		typed, meant = append(typed, s.Typed), append(meant, s.Word)
	}
	none := c.say("No dispatch here holds %s.", c.list("%s or %s", quotedList(typed)))
	if m.taken {
		return join(none, c.say("This is what was found for %s.", c.list("%s and %s", quotedList(meant))))
	}
	return join(none, c.say("Did you mean %s?", clip(m.text, 60)))
}

func quotedList(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = "“" + w + "”"
	}
	return out
}

// silence is what leads on from a status of which nothing is told: words that were
// likely meant, and names nearby. Neither is answered by itself, since "nothing is
// known of it" is an answer.
type silence struct {
	meaning
	near []*gazetteer.Entity
}

func (c *call) silent(ctx context.Context, t topic, w window) (s silence, err error) {
	if t.near == nil && !t.rest.Empty() {
		if s.meaning, err = c.meant(ctx, t.typed, t.rest.Words()); err != nil || s.text != "" {
			return s, err
		}
	}
	var about *gazetteer.Entity
	if len(t.entities) > 0 {
		about = t.entities[0]
	}
	s.near, err = c.nearNames(ctx, t.typed, about, index.Search{Scopes: c.Request.Scopes, Span: w.span, Now: w.now})
	s.near = slices.DeleteFunc(s.near, func(e *gazetteer.Entity) bool { return e == t.near })
	return s, err
}

func (c *call) silenceActions(ctx context.Context, s silence) (out []Action) {
	if s.text != "" {
		out = append(out, Action{Label: c.say("Did you mean %s?", clip(s.text, 60)), Line: "status " + s.text + c.typed()})
	}
	for _, e := range s.near {
		out = append(out, Action{Label: c.name(e), Line: "status " + c.lineFor(ctx, e) + c.typed()})
	}
	return out
}

const (
	// nearNamed is how many names are suggested where there is nothing, of
	// nearCandidates that are counted.
	nearNamed      = 3
	nearCandidates = 12
	// alike is how like a name has to be to be one of them.
	alike = .5
	// nearKm is how far a neighbour lies at most.
	nearKm = 100
)

// nearNames are names that dispatches here do tell of, where they tell nothing of
// what was asked: what covers or surrounds a place, or else what is called alike.
func (c *call) nearNames(ctx context.Context, typed string, about *gazetteer.Entity, s index.Search) (out []*gazetteer.Entity, err error) {
	if about == nil {
		if list := c.e.o.Names.Annotate(typed); len(list) > 0 {
			about, _ = c.e.o.Names.Entity(list[0].Entity)
		}
	}
	var list []*gazetteer.Entity
	if about != nil {
		list = c.around(about)
	} else {
		for _, cand := range c.e.o.Names.Resolve(typed, nearCandidates) {
			if cand.Score >= alike {
				list = append(list, cand.Entity)
			}
		}
	}
	for _, e := range list {
		n, err := c.e.o.Index.Count(ctx, index.Search{Entities: []string{e.ID}, Scopes: s.Scopes, Span: s.Span})
		if err != nil {
			return nil, err
		}
		if n > 0 {
			out = append(out, e)
		}
		if len(out) == nearNamed {
			break
		}
	}
	return out, nil
}

// around are the places nearest to one, then those that it lies in, countries left out.
func (c *call) around(e *gazetteer.Entity) []*gazetteer.Entity {
	type placed struct {
		*gazetteer.Entity
		km float64
	}
	var list []placed
	covered := c.e.o.Names.Within(e.ID)
	for _, o := range c.e.o.Names.Entities() {
		if !e.Located || !o.Located || o == e || slices.Contains(covered, o.ID) {
			continue
		}
		if km := gazetteer.Distance(e, o); km <= nearKm {
			list = append(list, placed{o, km})
		}
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Or(cmp.Compare(a.km, b.km), cmp.Compare(a.ID, b.ID)) })
	var out []*gazetteer.Entity
	for _, p := range list[:min(len(list), nearCandidates)] {
		out = append(out, p.Entity)
	}
	for _, id := range covered {
		if o, ok := c.e.o.Names.Entity(id); ok && o != e && o.Type != "country" {
			out = append(out, o)
		}
	}
	return out
}

// nearNote names them.
func (c *call) nearNote(list []*gazetteer.Entity) string {
	if len(list) == 0 {
		return ""
	}
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = c.name(e)
	}
	return c.say("Near it, there are dispatches about %s.", c.list("%s and %s", names))
}
