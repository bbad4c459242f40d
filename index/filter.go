package index

import (
	"strings"

	"sitrep/index/query"
	"sitrep/news"
)

// filter adds a field that does not rank.
func (b *planner) filter(t query.Term) {
	f := b.filterOf(t)
	if t.Mode == query.Not {
		b.q.excluded = append(b.q.excluded, f)
		return
	}
	b.q.required = append(b.q.required, f)
}

// filterOf is what matches where a field has a value.
func (b *planner) filterOf(t query.Term) clause {
	f := &filter{}
	text := strings.ToLower(t.Text)
	switch t.Field {
	case "near":
		return b.near(t)
	case "place", "actor":
		var ids []string
		if b.x.opts.Lookup != nil {
			ids = b.x.opts.Lookup(t.Text)
		}
		if len(ids) == 0 {
			ids = mentioned(b.x.opts.Names, t.Text)
		}
		if len(ids) == 0 {
			b.err = query.Wrong("%s: no such name is known here: leave the %s: away to search for the word", t, t.Field)
			return f
		}
		f = &filter{fieldWithin, ids}
	case "source":
		f = &filter{fieldSource, b.sources(t.Text)}
	case "lang":
		f = &filter{fieldLang, []string{ownAnalyzer(text)}}
	case "standing":
		if _, ok := standings[news.Standing(text)]; !ok {
			b.err = query.Wrong("%s: there is no such standing: it is reported, corroborated, disputed or retracted", t)
			return f
		}
		f = &filter{fieldStand, []string{text}}
	case "id":
		f = &filter{"_id", []string{text}}
	}
	return f
}

// sources are the names of sources that a typed name means: the ones that are
// the same but for case and marks, or else those that contain it.
func (b *planner) sources(typed string) (within []string) {
	fold := func(s string) string { return strings.ToLower(string(foldTerm([]byte(s)))) }
	want := fold(typed)
	var same []string
	for _, name := range b.snap.sources {
		switch f := fold(name); {
		case name == "":
		case f == want:
			same = append(same, name)
		case strings.Contains(f, want):
			within = append(within, name)
		}
	}
	if len(same) > 0 {
		return same
	}
	return within
}

var standings = map[news.Standing]struct{}{news.Reported: {}, news.Corroborated: {}, news.Disputed: {}, news.Retracted: {}}
