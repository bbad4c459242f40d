package commands

import (
	"context"
	"strings"
	"time"
	"unicode"

	"sitrep/index"
)

// Complete offers what r.Line, as typed so far, can become. A choice's value is
// the whole new line.
func (e *Engine) Complete(ctx context.Context, r Request, n int) []Choice {
	typed := strings.TrimLeftFunc(strings.ToValidUTF8(r.Line, ""), unicode.IsSpace)
	prefix := ""
	if rest := e.cutPrefix(r.Guild, typed); rest != typed {
		prefix, typed = typed[:len(typed)-len(rest)], rest
	}
	list, done := e.commands, prefix
	var cmd *Command
	var path []string
	for {
		word, rest := cutWord(typed)
		found := find(list, word)
		if found == nil || rest == "" {
			if cmd == nil || len(cmd.Sub) > 0 {
				return commandChoices(list, done, word, n)
			}
			break
		}
		cmd, path = found, append(path, found.Name)
		done += found.Name + " "
		typed = strings.TrimLeftFunc(rest, unicode.IsSpace)
		if list = found.Sub; len(list) == 0 {
			break
		}
	}
	return e.argChoices(ctx, r, cmd, path, done, typed, n)
}

func commandChoices(list []*Command, done, word string, n int) (out []Choice) {
	for _, c := range list {
		if len(out) < n && strings.HasPrefix(c.Name, strings.ToLower(word)) {
			out = append(out, Choice{Label: done + c.Name + " — " + c.Summary, Value: done + c.Name + " "})
		}
	}
	return out
}

// argChoices completes the last word of the arguments: name:value where a named
// one is begun, else the first positional that has choices, else the names.
func (e *Engine) argChoices(ctx context.Context, r Request, cmd *Command, path []string, done, typed string, n int) (out []Choice) {
	last := strings.LastIndexFunc(typed, unicode.IsSpace) + 1
	head, word := typed[:last], typed[last:]
	for _, a := range cmd.Args {
		if value, ok := strings.CutPrefix(word, a.Name+":"); ok {
			for _, c := range e.CompleteArg(ctx, r, path, a.Name, value, n) {
				out = append(out, Choice{Label: c.Label, Value: done + head + a.Name + ":" + quote(c.Value) + " "})
			}
			return out
		}
	}
	for _, a := range cmd.Args {
		if !a.Named && typed != "" {
			before, whole := head, word
			if a.Kind.rest() {
				before, whole = cutTopic(cmd, typed, r.Now)
			}
			for _, c := range e.CompleteArg(ctx, r, path, a.Name, whole, n) {
				out = append(out, Choice{Label: c.Label, Value: done + before + c.Value + " "})
			}
			if len(out) > 0 {
				return out
			}
		}
	}
	for _, a := range cmd.Args {
		if a.Named && len(out) < n && strings.HasPrefix(a.Name, word) && !strings.Contains(head, a.Name+":") {
			out = append(out, Choice{Label: a.Name + ": — " + a.Summary, Value: done + head + a.Name + ":"})
		}
	}
	return out
}

// cutTopic parts what was typed before a topic (a period, "about") from the topic,
// which may be several words.
func cutTopic(cmd *Command, typed string, now time.Time) (before, topic string) {
	word, rest := cutWord(typed)
	if cmd.Args[0].Kind == Period && isPeriod(word, now) && rest != "" {
		before, typed = word+" ", strings.TrimLeftFunc(rest, unicode.IsSpace)
	}
	if rest, ok := strings.CutPrefix(typed, "about "); ok && cmd.Name == "brief" {
		before, typed = before+"about ", rest
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
	typed = strings.TrimSpace(typed)
	for _, a := range cmd.Args {
		if a.Name != arg {
			continue
		}
		switch a.Kind {
		case Topic:
			for _, ent := range e.likely(ctx, r, typed, n) {
				label := ent.Name
				if ent.Arabic != "" && ent.Arabic != ent.Name {
					label += " · " + ent.Arabic
				}
				out = append(out, Choice{Label: label + " · " + ent.Type, Value: ent.Name})
			}
		case Source:
			out = e.sourceChoices(ctx, r, typed, n)
		case Name:
			for _, name := range names(e.commands) {
				out = offer(out, name, typed, n)
			}
		case Time:
			for _, v := range []string{"24h", "7d", "30d", "today", "yesterday", "monday"} {
				out = offer(out, v, typed, n)
			}
		case Period:
			for _, v := range []string{"24h", "7d", "30d", "3mo"} {
				out = offer(out, v, typed, n)
			}
		case Zone:
			for _, v := range zones() {
				if len(out) < n && strings.Contains(strings.ToLower(v), strings.ToLower(typed)) {
					out = append(out, Choice{Label: v, Value: v})
				}
			}
		default:
			out = e.savedChoices(ctx, r, a, typed, n)
		}
	}
	return out
}

func offer(out []Choice, v, typed string, n int) []Choice {
	if len(out) < n && strings.HasPrefix(v, strings.ToLower(typed)) {
		out = append(out, Choice{Label: v, Value: v})
	}
	return out
}

func (e *Engine) sourceChoices(ctx context.Context, r Request, typed string, n int) (out []Choice) {
	res, err := e.o.Index.Search(ctx, index.Search{Scopes: r.Scopes, Now: r.Now})
	if err != nil {
		e.o.Logger.Warn("completion found no sources", "error", err)
		return nil
	}
	for _, s := range ranked(sortedSources(res.Sources), typed) {
		if s != "" && len(out) < n {
			out = append(out, Choice{Label: s + " · " + count(res.Sources[s].Reports, "report", "reports"), Value: s})
		}
	}
	return out
}
