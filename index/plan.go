package index

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	bleveindex "github.com/blevesearch/bleve_index_api"
	"github.com/clipperhouse/uax29/v2/words"

	"sitrep/index/query"
	"sitrep/news"
)

// planner turns a question into postings. It keeps the first error, so that the
// steps read in a row.
type planner struct {
	x   *Index
	ctx context.Context
	r   bleveindex.IndexReader
	st  stats
	p   *plan
	err error
}

func (x *Index) plan(ctx context.Context, r bleveindex.IndexReader, st stats, s Search) (*plan, error) {
	b := &planner{x: x, ctx: ctx, r: r, st: st, p: &plan{}}
	var scopes []string
	for _, sc := range s.Scopes {
		scopes = append(scopes, string(sc))
	}
	b.require(fieldScope, scopes)
	if len(s.Entities) > 0 {
		b.require(fieldWithin, s.Entities)
		b.optional(b.entityTerm(s.Entities))
	}
	b.days(s.reach())
	b.terms(s)
	if b.err != nil {
		return nil, errors.Join(b.err, b.p.close())
	}
	return b.p, nil
}

// union opens the postings of several terms of one field as a filter.
func (b *planner) union(field string, terms []string) *union {
	u := &union{}
	for _, t := range terms {
		if b.err != nil {
			break
		}
		var p *posting
		if p, b.err = openPosting(b.ctx, b.r, field, t, false); b.err == nil {
			u.postings = append(u.postings, p)
		}
	}
	return u
}

func (b *planner) require(field string, terms []string) {
	u := b.union(field, terms)
	b.p.required = append(b.p.required, u)
	if u.cost() == 0 {
		b.p.nothing = true
	}
}

func (b *planner) optional(u *union) {
	if u != nil {
		b.p.optional = append(b.p.optional, u)
	}
}

// entityTerm scores the direct mentions of what was asked for.
func (b *planner) entityTerm(ids []string) *union {
	u := &union{}
	for _, id := range ids {
		if b.err != nil {
			return u
		}
		var p *posting
		if p, b.err = openPosting(b.ctx, b.r, fieldEntity, id, true); b.err == nil {
			p.weight = bodyWeight
			u.postings = append(u.postings, p)
		}
	}
	u.idf = idf(float64(b.st.Docs), float64(u.cost()))
	return u
}

// reach is the span of everything that is shown or counted.
func (s Search) reach() query.Span {
	all := s.Span
	for _, sp := range append(slices.Clone(s.Windows), s.Days) {
		if sp == (query.Span{}) {
			continue
		}
		if !all.From.IsZero() && (sp.From.IsZero() || sp.From.Before(all.From)) {
			all.From = sp.From
		}
		if !all.To.IsZero() && (sp.To.IsZero() || sp.To.After(all.To)) {
			all.To = sp.To
		}
	}
	return all
}

// longestDayList is the longest span that is narrowed by days; a longer one is
// narrowed by months, and one of more than ten years only as hits are read.
const longestDayList = 62

// days narrows the postings to the days of a span. The exact ends are checked
// as hits are read.
func (b *planner) days(sp query.Span) {
	if sp.From.IsZero() || sp.To.IsZero() || b.err != nil {
		return
	}
	layout, months, days := "2006-01-02", 0, 1
	from, to := sp.From.UTC().Truncate(24*time.Hour), sp.To.UTC()
	if to.Sub(from) > longestDayList*24*time.Hour {
		layout, months, days = "2006-01", 1, 0
		from = time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC)
	}
	if to.Sub(from) > 10*366*24*time.Hour {
		return
	}
	var terms []string
	for t := from; t.Before(to); t = t.AddDate(0, months, days) {
		terms = append(terms, t.Format(layout))
	}
	b.require(fieldDay, terms)
}

func (b *planner) terms(s Search) {
	must := false
	var free []string
	for _, t := range s.Query.Terms {
		if b.err != nil {
			return
		}
		switch {
		case t.Field != "" && t.Field != "title":
			b.filter(t)
			continue
		case t.Phrase || t.Mode == query.Not || t.Field != "":
			b.text(t)
			must = must || t.Mode != query.Not
		case t.Mode == query.Must || s.Every:
			must = b.word(t.Text, true) || must
		default:
			b.word(t.Text, false)
		}
		if t.Mode != query.Not {
			free = append(free, t.Text)
		}
	}
	wanted := len(b.p.optional)
	if len(s.Entities) > 0 {
		wanted--
	}
	// A word that is a name counts in every spelling and script.
	for _, m := range mentioned(b.x.opts.Names, strings.Join(free, " ")) {
		b.optional(b.entityTerm([]string{m}))
		wanted++
	}
	b.p.needAny = wanted > 0 && !must && len(s.Entities) == 0
	if len(free) > 0 && wanted <= 0 && !must && len(s.Entities) == 0 {
		b.p.nothing = true // only words that no analyzer keeps
	}
}

// mentioned are the gazetteer's entities that a text names, each once.
func mentioned(names Annotator, text string) (ids []string) {
	seen := map[string]bool{}
	for _, m := range names.Annotate(text) {
		if !seen[m.Entity] {
			seen[m.Entity] = true
			ids = append(ids, m.Entity)
		}
	}
	return ids
}

// word adds the terms of a word, a union over the languages each. It reports
// whether one of them is now required.
func (b *planner) word(text string, must bool) (required bool) {
	for _, w := range splitWords(text) {
		u, common := b.termOf(w, []string{fieldTitle, fieldBody})
		if u == nil {
			continue
		}
		if must && !common {
			b.p.required = append(b.p.required, u)
			b.p.scored = append(b.p.scored, u)
			required = true
		} else {
			b.p.optional = append(b.p.optional, u)
		}
	}
	return required
}

// termOf opens a word in every language that the index holds. common says that
// some language's analyzer drops it as a stop word; nil, that all do.
func (b *planner) termOf(word string, fields []string) (u *union, common bool) {
	u = &union{}
	var df float64
	n := max(float64(b.st.Docs), 1)
	for _, lang := range b.langs() {
		terms := b.x.analyzers.terms(lang, word)
		if len(terms) == 0 {
			common = true
		}
		for _, t := range terms {
			var most uint64
			for _, f := range fields {
				p, err := openPosting(b.ctx, b.r, f+lang, t, true)
				if err != nil {
					b.err = err
					return u, common
				}
				p.weight, p.avg = bodyWeight, float64(b.st.Body)/n
				if f == fieldTitle {
					p.weight, p.avg = titleWeight, float64(b.st.Title)/n
				}
				most = max(most, p.reader.Count())
				u.postings = append(u.postings, p)
			}
			df += float64(most)
		}
	}
	if len(u.postings) == 0 {
		return nil, common
	}
	u.idf = idf(n, min(df, n))
	return u, common
}

// langs are the analyzers whose documents the index holds.
func (b *planner) langs() (out []string) {
	for _, name := range b.x.analyzers.names {
		if b.st.Langs[name] > 0 {
			out = append(out, name)
		}
	}
	return out
}

// text adds a phrase, an excluded word, or a word of the title.
func (b *planner) text(t query.Term) {
	fields := []string{fieldTitle, fieldBody}
	if t.Field == "title" {
		fields = fields[:1]
	}
	m, err := b.phrase(t.Text, fields)
	if err != nil {
		b.err = err
		return
	}
	if t.Mode == query.Not {
		if len(m.searchers) > 0 {
			b.p.excluded = append(b.p.excluded, m)
		}
		return
	}
	if len(m.searchers) == 0 {
		return // only words that every analyzer drops: it asks for nothing
	}
	b.p.required = append(b.p.required, m)
	for _, w := range splitWords(t.Text) {
		u, _ := b.termOf(w, fields)
		b.optional(u)
	}
}

func (b *planner) phrase(text string, fields []string) (*phrases, error) {
	in := map[string][]string{}
	for _, lang := range b.langs() {
		terms := positions(b.x.analyzers.tokens(lang, text))
		if len(terms) == 0 {
			continue
		}
		for _, f := range fields {
			in[f+lang] = terms
		}
	}
	return openPhrases(b.ctx, b.r, in)
}

// filter adds a field that does not rank.
func (b *planner) filter(t query.Term) {
	var u *union
	switch t.Field {
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
			return
		}
		u = b.union(fieldWithin, ids)
	case "source":
		names, err := b.sources(t.Text)
		if err != nil {
			b.err = err
			return
		}
		u = b.union(fieldSource, names)
	case "lang":
		u = b.union(fieldLang, []string{ownAnalyzer(strings.ToLower(t.Text))})
	case "standing":
		u = b.union(fieldStand, []string{strings.ToLower(t.Text)})
		if _, ok := standings[news.Standing(strings.ToLower(t.Text))]; !ok && b.err == nil {
			b.err = query.Wrong("%s: there is no such standing: it is reported, corroborated, disputed or retracted", t)
		}
	case "id":
		u = b.union("_id", []string{strings.ToLower(t.Text)})
	}
	if t.Mode == query.Not {
		b.p.excluded = append(b.p.excluded, u)
		return
	}
	b.p.required = append(b.p.required, u)
}

var standings = map[news.Standing]struct{}{news.Reported: {}, news.Corroborated: {}, news.Disputed: {}, news.Retracted: {}}

// splitWords cuts text at the word boundaries of Unicode (UAX #29) and drops
// what is no word.
func splitWords(text string) (out []string) {
	for seg := words.FromString(text); seg.Next(); {
		if w := seg.Value(); strings.ContainsFunc(w, isWordRune) {
			out = append(out, w)
		}
	}
	return out
}
