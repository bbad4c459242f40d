package commands

import (
	"cmp"
	"slices"
	"strings"

	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
)

// narrowing is how many sources and how many places a search offers to narrow to.
const narrowing = 4

// narrower are the actions that narrow a search to one of the sources that have
// most of the hits, or to a place that the best hits tell of.
func (c *call) narrower(found pageOfHits, q query.Query, line, behind string) (out []Action) {
	asked := map[string]bool{}
	for _, t := range q.Terms {
		asked[t.Field] = true
	}
	if sources := sortedSources(found.Sources); len(sources) > 1 && !asked["source"] {
		for _, s := range sources[:min(len(sources), narrowing)] {
			if s != "" && !strings.ContainsFunc(s, isQuote) {
				out = append(out, Action{Label: c.say("%s %d", clip(s, 60), found.Sources[s].Reports), Line: line + " source:" + quote(s) + behind, Group: c.say("Only one source")})
			}
		}
	}
	if asked["place"] {
		return out
	}
	places := tally(found.first, news.Place)
	n := 0
	for _, p := range places {
		e, ok := c.e.o.Names.Entity(p.id)
		if !ok || e.Type == "country" || p.n == len(found.first) || n == narrowing || c.covers(q, e) {
			continue
		}
		n++
		out = append(out, Action{Label: c.name(e), Line: line + " " + c.placeTerm(e) + behind, Group: c.say("Only one place")})
	}
	return out
}

// covers reports whether a question names a place, or one within it, already.
func (c *call) covers(q query.Query, e *gazetteer.Entity) bool {
	for _, m := range c.e.o.Names.Annotate(q.Words()) {
		if slices.Contains(c.e.o.Names.Within(m.Entity), e.ID) {
			return true
		}
	}
	return false
}

// placeTerm is a place as a term of a query.
func (c *call) placeTerm(e *gazetteer.Entity) string {
	if list := c.e.o.Names.Resolve(e.Name, 1); len(list) > 0 && list[0].Entity == e && list[0].Exact {
		return string(e.Kind) + ":" + quote(e.Name)
	}
	return lineOf(e)
}

type counted struct {
	id string
	n  int
}

// tally counts in how many texts each name of a kind stands, the most frequent first.
func tally(texts []index.Text, kind news.MentionKind) (out []counted) {
	at := map[string]int{}
	for _, t := range texts {
		seen := map[string]bool{}
		for _, m := range t.Mentions {
			if m.Kind != kind || seen[m.Entity] {
				continue
			}
			seen[m.Entity] = true
			if _, known := at[m.Entity]; !known {
				at[m.Entity] = len(out)
				out = append(out, counted{id: m.Entity})
			}
			out[at[m.Entity]].n++
		}
	}
	slices.SortStableFunc(out, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.id, b.id)) })
	return out
}
