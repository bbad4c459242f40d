package commands

import (
	"context"
	"math"
	"strconv"
	"strings"

	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
)

func whyCommand() *Command {
	return &Command{
		Name:     "why",
		Summary:  "Why a search finds a dispatch where it does, word by word, or not at all",
		Help:     "Shows what each word of the search adds to the dispatch's score: how rare it is, how often it stands in title and text against their length, and what age takes off.",
		Examples: []string{"why k3v7q2m5xw4a6bzd convoy Rukban"},
		Args: []Arg{
			{Name: "id", Kind: ID, Required: true, Summary: "a dispatch's ID, as the citations have it"},
			{Name: "query", Kind: Text, Required: true, Summary: "the search, as it was typed"},
			{Name: "sort", Kind: Word, Named: true, Choices: []string{"best", "news"}, Summary: "best, or news (best, newer ones first), which is the default"},
			sinceArg(), untilArg(),
		},
		run: runWhy,
	}
}

func runWhy(ctx context.Context, c *call) (Reply, error) {
	_, d, err := c.theDispatch(ctx, c.arg("id"))
	if err != nil {
		return Reply{}, err
	}
	typed := c.arg("query")
	q, err := query.Parse(typed)
	if err != nil {
		return Reply{}, usage("%q, %v.", clip(typed, 60), err)
	}
	w, err := c.window()
	if err != nil {
		return Reply{}, err
	}
	order, err := sortOrder(c.arg("sort"))
	if err != nil {
		return Reply{}, err
	}
	s := index.Search{Query: q, Scopes: c.Request.Scopes, Span: w.span, Now: w.now, Sort: order, Size: index.MaxHits}
	e, err := c.e.o.Index.Explain(ctx, s, d.ID)
	if err != nil {
		return Reply{}, asked(err)
	}
	res, err := c.e.o.Index.Search(ctx, s)
	if err != nil {
		return Reply{}, asked(err)
	}
	reply := Reply{Title: c.say("Why: %s", d.Headline(100)), Note: c.whyNote(e, s, res, d.ID, typed)}
	for _, word := range e.Words {
		reply.Items = append(reply.Items, Item{Text: c.wordScore(word)})
	}
	reply.Actions = []Action{{Label: c.say("Show"), Line: "show " + string(d.ID)}, {Label: c.say("Search: %s", clip(typed, 40)), Line: "search " + typed + c.typed()}}
	return reply, nil
}

// whyNote says where the dispatch stands, or why it is not found.
func (c *call) whyNote(e index.Explanation, s index.Search, res index.Result, id news.ID, typed string) string {
	if !e.Held {
		return c.say("The index does not hold it yet: ask again in a moment.")
	}
	if !e.Matches {
		parts := []string{c.say("The search %q does not find it.", clip(typed, 60))}
		if len(e.Lacks) > 0 {
			parts = append(parts, c.say("It lacks what has to be there: %s.", c.list("%s and %s", e.Lacks)))
		}
		if e.Excluded {
			parts = append(parts, c.say("It has what must not be there."))
		}
		if e.Outside {
			parts = append(parts, c.say("It is not of this time."))
		}
		if e.Wordless {
			parts = append(parts, c.say("It has none of the words."))
		}
		return join(parts...)
	}
	for i, h := range res.Hits {
		if h.ID != id {
			continue
		}
		said := c.say("Place %d of %d: score %s, the sum of its words.", i+1, res.Total, decimal(h.Score))
		if s.Sort == index.News {
			if halved := math.Log2((h.Score + 1e-9) / c.e.o.Index.Worth(h, s, res)); halved > 0 {
				said = join(said, c.say("Age halves it %s times.", decimal(halved)))
			}
		}
		return said
	}
	return c.say("Behind the first %d of %d: score %s, the sum of its words.", index.MaxHits, res.Total, decimal(e.Score))
}

// wordScore tells how one word's score comes about.
func (c *call) wordScore(w index.WordScore) string {
	name := w.Word
	if e, ok := c.e.o.Names.Entity(w.Entity); ok {
		name = c.name(e)
	}
	var parts []string
	for _, p := range w.Parts {
		n := strconv.Itoa(p.Freq)
		switch p.Field {
		case "title":
			parts = append(parts, c.say("%s× in the title (%s words, usually %s)", n, decimal(p.Length), decimal(p.Average)))
		case "body":
			parts = append(parts, c.say("%s× in the text (%s words, usually %s)", n, decimal(p.Length), decimal(p.Average)))
		default:
			parts = append(parts, c.say("%s× as a name, in whatever spelling", n))
		}
	}
	return c.say("%s: %s. Rarity %s, frequency %s: %s.", name, decimal(w.Score), decimal(w.IDF), decimal(w.TF), c.list("%s and %s", parts))
}

// decimal writes a number with three digits that count.
func decimal(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e6 {
		return strconv.Itoa(int(f))
	}
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', max(0, 3-1-int(math.Floor(math.Log10(math.Max(math.Abs(f), 1e-3))))), 64), ".")
}
