package commands

import (
	"context"
	"errors"
	"strings"

	"sitrep/index/query"
)

// misread says where a query cannot be read, with ▸ at the place.
func misread(typed string, err error) error {
	var wrong *query.Error
	if errors.As(err, &wrong) {
		return usage("%q, %v.", wrong.Mark(typed), wrong)
	}
	return err
}

// plainly is an argument without the time that is said in it in plain words and
// without the words of a question; the time is since and until from then on.
func (c *call) plainly(name string) (string, error) {
	typed := c.arg(name)
	rest, since, until := query.Topic(typed)
	if err := c.said(map[string]string{"since": since, "until": until}); err != nil {
		return "", err
	}
	return rest, nil
}

// said takes over the arguments that are said within another one.
func (c *call) said(values map[string]string) error {
	for _, name := range []string{"since", "until", "sort"} {
		switch v := values[name]; {
		case v == "":
		case c.arg(name) != "":
			return c.mistyped("%s is there twice: leave one out.", c.word(name)+":")
		default:
			c.args[name] = v
		}
	}
	return nil
}

// question reads the query of a search, with what its other arguments say.
func (c *call) question(name string) (query.Query, error) {
	typed := c.arg(name)
	q, err := query.Parse(typed)
	if err != nil {
		return q, misread(typed, err)
	}
	if err := c.said(map[string]string{"since": q.Since, "until": q.Until, "sort": q.Sort}); err != nil {
		return q, err
	}
	q.Since, q.Until, q.Sort = c.arg("since"), c.arg("until"), c.arg("sort")
	if q.Empty() && q.Since == "" && q.Until == "" {
		return q, c.wordless(typed)
	}
	return q, nil
}

// signed reads a topic that is more than words and quotations: it has +, -, OR,
// parentheses, fields or *.
func signed(typed string) (query.Query, bool) {
	q, err := query.Beside(typed)
	if err != nil {
		return q, false
	}
	for _, t := range q.Terms {
		if !plainTerm(t) {
			return q, true
		}
	}
	return q, false
}

func plainTerm(t query.Term) bool {
	return t.Mode == query.Should && t.Field == "" && !t.Prefix && t.Any == nil
}

// besides resolves the plain words of a topic, and asks for the rest beside them.
func (c *call) besides(ctx context.Context, t topic, q query.Query) (topic, error) {
	plain, rest := query.Query{}, query.Query{}
	for _, term := range q.Terms {
		if plainTerm(term) {
			plain.Terms = append(plain.Terms, term)
		} else {
			rest.Terms = append(rest.Terms, term)
		}
	}
	out := topic{rest: rest}
	if !plain.Empty() {
		var err error
		if out, err = c.resolve(ctx, plain.String()); err != nil {
			return t, err
		}
		out.rest.Terms = append(out.rest.Terms, rest.Terms...)
	}
	out.typed, out.line, out.others, out.near = t.typed, q.String(), nil, nil
	return out, nil
}

// wordless refuses what holds no word to look for.
func (c *call) wordless(typed string) error {
	return usage("%s of what? %q holds no word: name a place, an actor, words or a time.", strings.Join(c.words, " "), clip(typed, 60))
}

// topicAndTime is what a command about a topic asks of: what is meant by it, and the
// time that it answers about.
func (c *call) topicAndTime(ctx context.Context) (t topic, w window, err error) {
	typed, err := c.plainly("topic")
	if err != nil {
		return t, w, err
	}
	if t, err = c.resolve(ctx, typed); err != nil {
		return t, w, err
	}
	if w, err = c.window(); err == nil && len(t.entities) == 0 && t.rest.Empty() {
		err = c.wordless(t.typed)
	}
	return t, w, err
}
