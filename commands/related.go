package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/briefing"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
)

const (
	// relatedNames and relatedWords are how much of a text is looked for: together
	// they are what a query may have.
	relatedNames = 6
	relatedWords = query.MaxTerms - relatedNames
	// relatedCandidates are looked at for what they share; pageSize of them are shown.
	relatedCandidates = 24
	// relatedText is how much of a text is read, in bytes: what it is about stands early.
	relatedText = 4000
	// rareCandidates bounds the words that are looked up for how rare they are.
	rareCandidates = 40
	// leastShared is how many words a dispatch without a name in common must share.
	leastShared = 3
)

func relatedCommand() *Command {
	return &Command{
		Name:     "related",
		Summary:  "Dispatches about the same places, actors and words as a dispatch or a text",
		Help:     "Give the ID of a dispatch, as the citations have it, or a text. What shares its names and its rare words comes first.",
		Examples: []string{"related k3v7q2m5xw4a6bzd", "related A convoy of aid reached the camp at Rukban"},
		Args: []Arg{
			{Name: "to", Kind: Text, Summary: "a dispatch's ID, or a text"},
			sinceArg(), untilArg(),
		},
		run: runRelated,
	}
}

func runRelated(ctx context.Context, c *call) (Reply, error) {
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	about, err := c.relatedTo(ctx)
	if err != nil {
		return Reply{}, err
	}
	f, err := c.features(ctx, &about)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: c.say("Related to: %s", about.Headline(100))}
	if len(f.terms) == 0 {
		reply.Note = c.say("There is nothing in this text to look for: no name that is known here, and no word that is not in many dispatches.")
		return reply, nil
	}
	q := query.Query{Terms: f.terms}
	res, err := c.e.o.Index.Search(ctx, index.Search{Query: q, Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Sort: index.Best, Size: relatedCandidates, Quick: true})
	if err != nil {
		return Reply{}, asked(err)
	}
	reports, err := c.reports(ctx, slices.DeleteFunc(res.Hits, func(h index.Hit) bool { return h.ID == about.ID }), f.wanted)
	if err != nil {
		return Reply{}, err
	}
	// The search counts a name twice where it is written the same way; what is told in
	// another script is as near.
	slices.SortStableFunc(reports, func(a, b briefing.Report) int { return cmp.Compare(f.likeness(&b), f.likeness(&a)) })
	for _, r := range reports {
		if len(reply.Items) < pageSize && f.shares(&r) {
			reply.Items = append(reply.Items, item(r))
			if r.Dispatch.Published.After(reply.AsOf) {
				reply.AsOf = r.Dispatch.Published
			}
		}
	}
	c.relatedSummary(ctx, &reply, about, f, w)
	return reply, nil
}

// relatedTo is what the answer is about: the dispatch of an ID, the message of a
// menu, or a text.
func (c *call) relatedTo(ctx context.Context) (news.Dispatch, error) {
	typed := strings.TrimSpace(c.arg("to"))
	if typed == "" && c.Request.Subject != nil {
		d := *c.Request.Subject
		if !d.Origin.IsZero() {
			d.ID = d.Origin.ID() // it may be filed: then it is not related to itself
		}
		return d, nil
	}
	if typed == "" {
		return news.Dispatch{}, c.mistyped("related to what? Give a dispatch's ID or a text. Usage: %s", c.form(c.command, c.path))
	}
	if id := news.ID(strings.ToLower(strings.Trim(typed, "`"))); id.Valid() {
		_, d, err := c.theDispatch(ctx, typed)
		// Sixteen letters may be a word as well; with a digit among them they are an ID.
		if err == nil || strings.ContainsAny(typed, "234567") {
			return d, err
		}
	}
	return news.Dispatch{Body: unquote(typed)}, nil
}

// features are what a text is about.
type features struct {
	terms  []query.Term
	wanted briefing.Wanted
	names  []*gazetteer.Entity
	words  []string
}

// features finds the names that a text mentions most and the words in it that are
// rare here.
func (c *call) features(ctx context.Context, d *news.Dispatch) (features, error) {
	f := features{wanted: briefing.Wanted{Entities: map[string]bool{}}}
	text := d.Title + "\n" + d.Body
	if len(text) > relatedText {
		text = strings.ToValidUTF8(text[:relatedText], "")
	}
	type named struct {
		id, as string
		count  int
	}
	var list []*named
	rest := []byte(text)
	for _, m := range c.e.o.Names.Annotate(text) {
		copy(rest[m.Start:m.End], strings.Repeat(" ", m.End-m.Start))
		if i := slices.IndexFunc(list, func(n *named) bool { return n.id == m.Entity }); i >= 0 {
			list[i].count++
		} else {
			list = append(list, &named{m.Entity, text[m.Start:m.End], 1})
		}
	}
	slices.SortStableFunc(list, func(a, b *named) int { return cmp.Compare(b.count, a.count) })
	for _, n := range list[:min(len(list), relatedNames)] {
		e, ok := c.e.o.Names.Entity(n.id)
		if !ok {
			continue
		}
		f.names = append(f.names, e)
		f.wanted.Entities[n.id] = true
		f.terms = append(f.terms, query.Term{Text: n.as})
	}
	rare, err := c.rareWords(ctx, string(rest))
	f.words, f.wanted.Find = rare, index.MatchWords(rare).Find
	for _, word := range rare {
		f.terms = append(f.terms, query.Term{Text: word})
	}
	return f, err
}

// rareWords are the words of a text that few dispatches here have, the rarest
// first. A word of a language's grammar is in many, and so is left out.
func (c *call) rareWords(ctx context.Context, text string) (out []string, err error) {
	type counted struct {
		word string
		n    int
	}
	// What others filed makes no word rare or common here.
	all, err := c.e.o.Index.Count(ctx, index.Search{Scopes: c.Request.Scopes})
	if err != nil {
		return nil, asked(err)
	}
	var list []counted
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		if seen[word] || utf8.RuneCountInString(word) < 3 || len(seen) == rareCandidates {
			continue
		}
		seen[word] = true
		n, err := c.e.o.Index.Count(ctx, index.Search{Query: query.Query{Terms: []query.Term{{Text: word}}}, Scopes: c.Request.Scopes})
		if err != nil {
			return nil, asked(err)
		}
		// One dispatch may be the very one that is asked about; a tenth of all is many.
		if n > 0 && n <= max(3, all/10) {
			list = append(list, counted{word, n})
		}
	}
	slices.SortStableFunc(list, func(a, b counted) int { return cmp.Compare(a.n, b.n) })
	for _, w := range list[:min(len(list), relatedWords)] {
		out = append(out, w.word)
	}
	return out, nil
}

// common counts the names and the rare words that a report has of the text.
func (f features) common(r *briefing.Report) (names, words int) {
	for _, id := range r.Names {
		if f.wanted.Entities[id] {
			names++
		}
	}
	found := map[int]bool{}
	for _, text := range []string{r.Dispatch.Title, r.Dispatch.Body} {
		for _, span := range f.wanted.Find(r.Dispatch.Lang, text) {
			found[span.Term] = true
		}
	}
	return names, len(found)
}

// likeness is how much a report has in common with the text: a name counts as much
// as two words.
func (f features) likeness(r *briefing.Report) int {
	names, words := f.common(r)
	return 2*names + words
}

// shares reports whether that is enough: a name, or several of the rare words.
func (f features) shares(r *briefing.Report) bool {
	names, words := f.common(r)
	return names > 0 || words > 0 && words >= min(leastShared, len(f.words))
}

func (c *call) relatedSummary(ctx context.Context, reply *Reply, about news.Dispatch, f features, w window) {
	if w.past {
		reply.Note = c.say("As it stood on %s.", w.moment()) + " "
	}
	switch {
	case len(reply.Items) == 0:
		reply.Note += c.say("Nothing else that is filed here tells of the same.")
	default:
		reply.Note += c.say("What shares its names and rare words, the most alike first.")
	}
	if len(f.names) > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Names"), c.namesOf(f.names, 900)})
	}
	if len(f.words) > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Words"), c.list("%s, %s", f.words)})
	}
	if about.ID.Valid() && c.arg("to") != "" {
		reply.Actions = append(reply.Actions, Action{Label: c.say("Show"), Line: "show " + string(about.ID)})
	}
	for _, e := range f.names[:min(len(f.names), 3)] {
		reply.Actions = append(reply.Actions, Action{Label: c.name(e), Line: "status " + c.lineFor(ctx, e) + c.typed()})
	}
	reply.Actions = append(reply.Actions, c.doubts(about.Title+"\n"+about.Body[:min(len(about.Body), relatedText)])...)
}
