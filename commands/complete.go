package commands

import (
	"context"
	"strings"
	"time"
	"unicode"

	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/lang"
)

// Complete offers what r.Line, as typed so far, can become. A choice's value is
// the whole new line. What is offered is in the reply's language where nothing else
// is begun.
func (e *Engine) Complete(ctx context.Context, r Request, n int) []Choice {
	typed := strings.TrimLeftFunc(strings.ToValidUTF8(r.Line, ""), unicode.IsSpace)
	done := ""
	for _, prefix := range []string{e.settings(r).Prefix, e.o.Prefix} {
		if strings.HasPrefix(typed, prefix) {
			done, typed = prefix, typed[len(prefix):]
			break
		}
	}
	p := e.printer(r)
	list := e.commands
	var cmd *Command
	var path []string
	for {
		word, rest := cutWord(typed)
		found := e.find(list, word)
		if found == nil || rest == "" {
			if cmd == nil || len(cmd.Sub) > 0 {
				return e.commandChoices(p, list, done, word, n)
			}
			break
		}
		if find(list, word) != nil {
			word = found.Name
		}
		cmd, path = found, append(path, found.Name)
		done += word + " "
		typed = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if list = found.Sub; len(list) == 0 {
			break
		}
	}
	return e.argChoices(ctx, r, cmd, path, done, typed, n)
}

// begun is the word that stands for an English one and begins as typed: in the
// language of p, in English, or in any other language. It is empty where none does.
func (e *Engine) begun(p *lang.Printer, english, typed string) string {
	typed = strings.ToLower(typed)
	words := append([]string{p.Word(english), english}, p.Words(english)...)
	for _, code := range e.o.Languages.Languages() {
		words = append(words, e.o.Languages.In(code).Words(english)...)
	}
	for _, w := range words {
		if strings.HasPrefix(w, typed) {
			return w
		}
	}
	return ""
}

func (e *Engine) commandChoices(p *lang.Printer, list []*Command, done, word string, n int) (out []Choice) {
	for _, c := range list {
		if w := e.begun(p, c.Name, word); w != "" && len(out) < n {
			label := done + w
			if w != c.Name {
				label = p.Say("%s (%s)", label, c.Name)
			}
			out = append(out, Choice{Label: p.Say("%s — %s", label, p.Say(c.Summary)), Value: done + w + " "})
		}
	}
	return out
}

// argChoices completes the last word of the arguments: name:value where a named
// one is begun, else the first positional that has choices, else the names.
func (e *Engine) argChoices(ctx context.Context, r Request, cmd *Command, path []string, done, typed string, n int) (out []Choice) {
	last := strings.LastIndexFunc(typed, unicode.IsSpace) + 1
	head, word := typed[:last], typed[last:]
	if name, value, ok := strings.Cut(word, ":"); ok {
		if a := e.argument(cmd, name); a != nil {
			for _, c := range e.CompleteArg(ctx, r, path, a.Name, value, n) {
				out = append(out, Choice{Label: c.Label, Value: done + head + name + ":" + quote(c.Value) + " "})
			}
			return out
		}
	}
	for _, a := range cmd.Args {
		if !a.Named && typed != "" {
			before, whole := head, word
			if a.Kind.rest() {
				before, whole = e.cutTopic(cmd, typed, r.Now)
			}
			for _, c := range e.CompleteArg(ctx, r, path, a.Name, whole, n) {
				out = append(out, Choice{Label: c.Label, Value: done + before + c.Value + " "})
			}
			if len(out) > 0 {
				return out
			}
		}
	}
	p := e.printer(r)
	for _, a := range cmd.Args {
		if w := e.begun(p, a.Name, word); a.Named && len(out) < n && w != "" && !strings.Contains(head, w+":") {
			out = append(out, Choice{Label: p.Say("%s — %s", w+":", p.Say(a.Summary)), Value: done + head + w + ":"})
		}
	}
	return out
}

// cutTopic parts what was typed before a topic (a period, "about") from the topic,
// which may be several words.
func (e *Engine) cutTopic(cmd *Command, typed string, now time.Time) (before, topic string) {
	word, rest := cutWord(typed)
	if a := &cmd.Args[0]; a.Kind == Period && isPeriod(e.value(a, word), now) && rest != "" {
		before, typed = word+" ", strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	if word, rest := cutWord(typed); rest != "" && cmd.Name == "brief" && e.o.Languages.Means(word, "about") {
		before, typed = before+word+" ", strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	return before, typed
}

// CompleteArg offers values for one argument, the likeliest first.
func (e *Engine) CompleteArg(ctx context.Context, r Request, path []string, arg, typed string, n int) (out []Choice) {
	list, cmd := e.commands, (*Command)(nil)
	for _, name := range path {
		if cmd = find(list, name); cmd == nil {
			return nil
		}
		list = cmd.Sub
	}
	if cmd == nil {
		return nil
	}
	typed, p := strings.TrimSpace(typed), e.printer(r)
	for _, a := range cmd.Args {
		if a.Name != arg {
			continue
		}
		for _, v := range a.Choices {
			out = e.offer(out, p, v, typed, n)
		}
		switch a.Kind {
		case Topic:
			for _, ent := range e.likely(ctx, r, typed, n) {
				out = append(out, entityChoice(p, ent))
			}
		case Source:
			out = e.sourceChoices(ctx, r, typed, n)
		case Name:
			for _, name := range names(e.commands) {
				out = e.offer(out, p, name, typed, n)
			}
		case Time:
			for _, v := range []string{"24h", "7d", "30d", "today", "yesterday", "monday"} {
				out = e.offer(out, p, v, typed, n)
			}
		case Period:
			for _, v := range []string{"24h", "7d", "30d", "3mo"} {
				out = e.offer(out, p, v, typed, n)
			}
		case Zone:
			for _, v := range zones() {
				if len(out) < n && strings.Contains(strings.ToLower(v), strings.ToLower(typed)) {
					out = append(out, Choice{Label: v, Value: v})
				}
			}
		default:
			out = append(out, e.savedChoices(ctx, r, a, typed, n-len(out))...)
		}
	}
	return out
}

// entityChoice offers a name with its other script and its type.
func entityChoice(p *lang.Printer, ent *gazetteer.Entity) Choice {
	c := Choice{Label: ent.Name, Value: ent.Name}
	if ent.Arabic != "" && ent.Arabic != ent.Name {
		if p.ArabicNames() {
			c = Choice{Label: p.Say("%s · %s", ent.Arabic, ent.Name), Value: ent.Arabic}
		} else {
			c.Label = p.Say("%s · %s", ent.Name, ent.Arabic)
		}
	}
	c.Label = p.Say("%s · %s", c.Label, p.Say(ent.Type))
	return c
}

func (e *Engine) offer(out []Choice, p *lang.Printer, v, typed string, n int) []Choice {
	if w := e.begun(p, v, typed); w != "" && len(out) < n {
		out = append(out, Choice{Label: w, Value: w})
	}
	return out
}

func (e *Engine) sourceChoices(ctx context.Context, r Request, typed string, n int) (out []Choice) {
	res, err := e.o.Index.Search(ctx, index.Search{Scopes: r.Scopes, Now: r.Now})
	if err != nil {
		e.o.Logger.Warn("completion found no sources", "error", err)
		return nil
	}
	p := e.printer(r)
	for _, s := range ranked(sortedSources(res.Sources), typed) {
		if s != "" && len(out) < n {
			out = append(out, Choice{Label: p.Say("%s · %s", s, p.Say("%d reports", res.Sources[s].Reports)), Value: s})
		}
	}
	return out
}
