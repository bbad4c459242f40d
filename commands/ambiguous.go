package commands

import (
	"context"
	"slices"
	"strings"
	"time"

	"sitrep/gazetteer"
	"sitrep/news"
)

const (
	// maxOthers are the further meanings of a name that are offered as buttons.
	maxOthers = 3
	// candidates are looked at to find them.
	candidates = 8
	// mentionsTime bounds the counting of how often names come up: an order of
	// candidates is not worth waiting for.
	mentionsTime = 300 * time.Millisecond
	// unsure is how near the scores of two meanings of a name in a text are where the other
	// one is offered.
	unsure = .3
)

// meanings are what a typed name may mean, the best first: by its spelling, by what
// dispatches that the asker may see name most, and by what else is named in the question.
// At most n are given.
func (c *call) meanings(ctx context.Context, typed string, beside []string, n int) []gazetteer.Candidate {
	h := gazetteer.Hints{Beside: beside}
	h.Popularity = func(ids []string) map[string]int {
		ctx, cancel := context.WithTimeout(ctx, mentionsTime)
		defer cancel()
		counts, err := c.e.o.Index.Mentions(ctx, c.Request.Scopes, ids)
		if err != nil {
			c.e.o.Logger.Warn("names were not counted", "error", err)
			return nil
		}
		return counts
	}
	return c.e.o.Names.ResolveIn(typed, n, h)
}

// instead reports whether a name that is only similar is worth offering beside the one
// that was typed: nothing is filed here of that, but of this.
func (c *call) instead(typed, similar gazetteer.Candidate) bool {
	return typed.Mentions == 0 && similar.Mentions > 0 && similar.Score >= likely &&
		!c.lies(typed.Entity, similar.Entity) && !c.lies(similar.Entity, typed.Entity)
}

// label tells a place or an actor from the others that it is shown beside: "Susah,
// Deir ez-Zor" and "Sousse, Tunisia"; "Homs (city)" where it lies in the other.
func (c *call) label(e *gazetteer.Entity, others ...*gazetteer.Entity) string {
	name := c.bare(e)
	for _, o := range others {
		if o != e && gazetteer.Fold(c.bare(o)) == gazetteer.Fold(name) && (e.Kind != o.Kind || c.lies(e, o) || c.lies(o, e)) {
			return c.say("%s (%s)", name, c.say(e.Type))
		}
	}
	in := c.apart(e, others)
	if in == nil {
		return c.say("%s (%s)", name, c.say(e.Type))
	}
	if strings.HasSuffix(name, " "+c.bare(in)) {
		return name // it says so itself
	}
	return c.say("%s, %s", name, c.bare(in))
}

// apart is what covers an entity and none of the others: its governorate, else its
// country, else another region; nil where there is nothing of that kind.
func (c *call) apart(e *gazetteer.Entity, others []*gazetteer.Entity) *gazetteer.Entity {
	for _, types := range [][]string{{"governorate", "state"}, {"country", "territory"}, {"region"}} {
		for _, id := range c.e.o.Names.Within(e.ID)[1:] {
			p, ok := c.e.o.Names.Entity(id)
			if !ok || !slices.Contains(types, p.Type) || gazetteer.Fold(c.bare(p)) == gazetteer.Fold(c.bare(e)) {
				continue
			}
			if !slices.ContainsFunc(others, func(o *gazetteer.Entity) bool { return o != e && c.lies(o, p) }) {
				return p
			}
		}
	}
	return nil
}

func (c *call) lies(e, in *gazetteer.Entity) bool {
	return e != in && slices.Contains(c.e.o.Names.Within(e.ID), in.ID)
}

// divisionWords are what the tables write beside the names of divisions.
var divisionWords = []string{" Governorate", " District", "محافظة ", "ناحية ", "قضاء ", "منطقة ", "ولاية "}

// bare is a name without what tells it from others: "Tripoli" for "Tripoli (Lebanon)".
func (c *call) bare(e *gazetteer.Entity) string {
	name, _, _ := strings.Cut(c.name(e), " (")
	for _, w := range divisionWords {
		name = strings.TrimPrefix(strings.TrimSuffix(name, w), w)
	}
	return name
}

// choices are buttons for the further meanings of a topic; line makes the command
// line for one of them.
func (c *call) choices(t topic, line func(*gazetteer.Entity) string) (out []Action) {
	all := append(slices.Clone(t.entities), t.others...)
	if t.near != nil {
		all = append(all, t.near)
	}
	shown := t.others
	if t.near != nil {
		shown = append([]*gazetteer.Entity{t.near}, shown...)
	}
	for _, o := range shown[:min(len(shown), maxOthers)] {
		out = append(out, Action{Label: c.label(o, all...), Line: line(o)})
	}
	return out
}

// readings are buttons for what else the names in a query may mean, if anything. Each
// asks the same with one name told apart.
func (c *call) readings(ctx context.Context, typed string) (out []Action) {
	mentions := c.e.o.Names.Annotate(typed)
	if len(mentions) == 0 { // one name, written as no text would write it
		mentions = []news.Mention{{Start: 0, End: len(typed)}}
	}
	for _, m := range mentions {
		before, name, after, ok := cutName(typed, m.Start, m.End)
		if !ok {
			continue
		}
		var beside []string
		for _, o := range mentions {
			if o != m && o.Entity != "" {
				beside = append(beside, o.Entity)
			}
		}
		var same []*gazetteer.Entity
		for _, cand := range c.meanings(ctx, name, beside, candidates) {
			// What covers the other, or lies in it, is no other reading: the search covers it.
			if e := cand.Entity; cand.Exact && !slices.ContainsFunc(same, func(o *gazetteer.Entity) bool { return c.lies(e, o) || c.lies(o, e) }) {
				same = append(same, e)
			}
		}
		for _, e := range same {
			if len(same) > 1 && len(out) <= maxOthers {
				out = append(out, Action{Label: c.label(e, same...), Line: "search " + before + lineOf(e) + after + c.typed()})
			}
		}
	}
	return out
}

// cutName cuts a query around a name, with the quotes and the field that belong to it.
// What is excluded, or stands in a longer quotation, is not to be told apart.
func cutName(typed string, start, end int) (before, name, after string, ok bool) {
	before, name, after = typed[:start], typed[start:end], typed[end:]
	quoted := strings.HasSuffix(before, `"`)
	if quoted != strings.HasPrefix(after, `"`) || strings.Count(before, `"`)%2 == 1 && !quoted {
		return "", "", "", false
	}
	if quoted {
		before, after = strings.TrimSuffix(before, `"`), strings.TrimPrefix(after, `"`)
	}
	before = strings.TrimSuffix(strings.TrimSuffix(before, "place:"), "actor:")
	if strings.HasSuffix(before, "-") || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "#") || before != "" && !strings.HasSuffix(before, " ") && !strings.HasSuffix(before, "+") && !strings.HasSuffix(before, "(") {
		return "", "", "", false
	}
	return before, name, after, strings.TrimSpace(name) != ""
}

// doubts are buttons for what else the names in a text may mean, where the text does not say.
func (c *call) doubts(text string) (out []Action) {
	for _, x := range c.e.o.Names.Explain(text) {
		if x.Dropped != "" || len(x.Meanings) < 2 {
			continue
		}
		all := make([]*gazetteer.Entity, len(x.Meanings))
		for i, m := range x.Meanings {
			all[i] = m.Entity
		}
		for _, m := range x.Meanings[1:] {
			a := Action{Label: c.label(m.Entity, all...), Line: "status " + lineOf(m.Entity) + c.typed()}
			if x.Meanings[0].Score-m.Score <= unsure && len(out) < maxOthers && !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}
