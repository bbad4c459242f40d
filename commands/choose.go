package commands

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/gazetteer"
)

// oneOf is the value of an argument that is one of its Choices and nothing else.
func (c *call) oneOf(name string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(c.arg(name)))
	a := c.e.argument(c.command, name)
	if !slices.Contains(a.Choices, v) {
		words := make([]string, len(a.Choices))
		for i, v := range a.Choices {
			words[i] = c.word(v)
		}
		return "", c.mistyped("%s:%s: it can be %s.", c.word(name), clip(v, 40), c.list("%s or %s", words))
	}
	return v, nil
}

// cutName takes "name:" off the beginning of a line, in whichever language.
func (e *Engine) cutName(line, name string) (rest string, ok bool) {
	if i := strings.IndexByte(line, ':'); i > 0 && e.o.Languages.Means(line[:i], name) {
		return strings.TrimLeftFunc(line[i+1:], unicode.IsSpace), true
	}
	return "", false
}

// guarded writes a verbatim value so that its beginning is not read as a named
// argument: with its own name before it.
func (e *Engine) guarded(cmd *Command, own Arg, v string) string {
	for _, a := range cmd.Args {
		if _, ok := e.cutName(v, a.Name); ok {
			return own.Name + ":" + v
		}
	}
	return v
}

// savedChoices completes the kinds whose values the community has made itself, and
// languages.
func (e *Engine) savedChoices(ctx context.Context, r Request, a Arg, typed string, n int) []Choice {
	var names []string
	switch {
	case r.direct() && a.Kind != Language: // what the empty guild has saved is the local channel's
	case a.Kind == SavedSource && e.o.Sources != nil:
		list, err := e.o.Sources.List(ctx, r.Guild)
		if err != nil {
			e.o.Logger.Warn("completion found no sources", "error", err)
		}
		for _, s := range list {
			names = append(names, s.Name)
		}
	case a.Kind == SavedSchedule && e.o.Schedules != nil:
		list, err := e.o.Schedules.List(ctx, r.Guild)
		if err != nil {
			e.o.Logger.Warn("completion found no schedules", "error", err)
		}
		for _, s := range list {
			names = append(names, s.Name)
		}
	case a.Kind == Language:
		names = e.o.Languages.Languages()
	}
	var out []Choice
	for _, name := range ranked(names, typed) {
		if len(out) == n {
			break
		}
		label := name
		if a.Kind == Language {
			label += " · " + e.o.Languages.In(name).Name()
		}
		out = append(out, Choice{Label: label, Value: name})
	}
	return out
}

// ranked are the names that fit what was typed, without regard to case, marks and
// spelling: those that begin with it, then those with a word that does, then those
// that have it anywhere.
func ranked(names []string, typed string) []string {
	type hit struct {
		name string
		cost int
	}
	var hits []hit
	for _, name := range names {
		if cost, ok := fit(name, typed); ok {
			hits = append(hits, hit{name, cost})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.cost, b.cost) })
	out := make([]string, len(hits))
	for i, h := range hits {
		out[i] = h.name
	}
	return out
}

// fit says how well a name fits what was typed of it, 0 best.
func fit(name, typed string) (cost int, ok bool) {
	lower, begun := strings.ToLower(name), strings.ToLower(strings.TrimSpace(typed))
	folded, foldedBegun := gazetteer.Fold(name), gazetteer.Fold(typed)
	switch {
	case begun == "" || lower == begun:
		return 0, true
	case strings.HasPrefix(lower, begun):
		return 1, true
	case foldedBegun == "": // only marks were typed
		return 0, strings.Contains(lower, begun)
	case strings.HasPrefix(folded, foldedBegun):
		return 2, true
	case strings.Contains(" "+folded, " "+foldedBegun):
		return 3, true
	case strings.Contains(lower, begun), utf8.RuneCountInString(foldedBegun) > 2 && strings.Contains(folded, foldedBegun):
		return 4, true
	}
	return 0, false
}
