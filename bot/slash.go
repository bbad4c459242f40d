package bot

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitrep/commands"
)

// Option types and limits of application commands:
// https://docs.discord.com/developers/interactions/application-commands
const (
	optionSub     = 1
	optionGroup   = 2
	optionString  = 3
	optionInteger = 4
	optionChannel = 7

	maxSlash        = 100
	maxOptions      = 25
	maxSlashName    = 32
	maxSlashSummary = 100
	maxSlashText    = 8000
	maxChoices      = 25
	maxChoice       = 100
)

// slashCommand is a command as we register it. Discord gives back more keys;
// reading its answer into this drops them, so that both compare.
type slashCommand struct {
	Name string `json:"name"`
	// Type is 1 for a slash command, 3 for an entry of a message's menu, which has
	// neither description nor options.
	Type         int               `json:"type"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description,omitempty"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Options      []slashOption     `json:"options,omitempty"`
	// Permissions is a number in a string: who sees the command at all.
	Permissions *string `json:"default_member_permissions"`
	// Contexts are where it can be used: 0 in guilds, 1 in direct messages.
	Contexts []int `json:"contexts,omitempty"`
}

type slashOption struct {
	Type         int               `json:"type"`
	Name         string            `json:"name"`
	Names        map[string]string `json:"name_localizations,omitempty"`
	Description  string            `json:"description"`
	Descriptions map[string]string `json:"description_localizations,omitempty"`
	Required     bool              `json:"required,omitempty"`
	Autocomplete bool              `json:"autocomplete,omitempty"`
	Options      []slashOption     `json:"options,omitempty"`
}

var slashName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

// completes are the kinds of argument that have completions.
var completes = map[commands.Kind]bool{commands.Topic: true, commands.Source: true, commands.Name: true, commands.Zone: true, commands.Time: true,
	commands.Period: true, commands.Language: true, commands.SavedSource: true, commands.SavedSchedule: true}

// schema derives the slash commands from the command table, in all languages that
// Discord has. What Discord would refuse is left out and named, so that one bad entry
// does not cost all commands.
func (b *Bot) schema(table []*commands.Command) (out []slashCommand, left []string) {
	for _, c := range table {
		s := slashCommand{Name: c.Name, Type: commandSlash, Description: summary(c.Summary, c.Name), Contexts: []int{0, 1}}
		s.Names, s.Descriptions = b.localNames(c.Name), b.localSummaries(c.Summary)
		var ok bool
		if s.Options, ok = b.slashOptions(c, 0); !ok || !slashName.MatchString(c.Name) || c.Name != strings.ToLower(c.Name) ||
			s.size() > maxSlashText || len(out) == maxSlash {
			left = append(left, c.Name)
			continue
		}
		if managed(c) {
			bits := strconv.Itoa(permManageGuild)
			s.Permissions, s.Contexts = &bits, []int{0}
		}
		out = append(out, s)
	}
	distinct(out, func(s *slashCommand) map[string]string { return s.Names })
	return out, left
}

// managed says that only managers may run any part of a command.
func managed(c *commands.Command) bool {
	if c.Manage || len(c.Sub) == 0 {
		return c.Manage
	}
	return !slices.ContainsFunc(c.Sub, func(s *commands.Command) bool { return !managed(s) })
}

// slashOptions are a command's sub-commands or arguments; false where they do not
// fit: too many, nested too deep, or badly named.
func (b *Bot) slashOptions(c *commands.Command, depth int) ([]slashOption, bool) {
	var out []slashOption
	for _, sub := range c.Sub {
		o := slashOption{Type: optionSub, Name: sub.Name, Description: summary(sub.Summary, sub.Name)}
		o.Names, o.Descriptions = b.localNames(sub.Name), b.localSummaries(sub.Summary)
		if len(sub.Sub) > 0 {
			o.Type = optionGroup
		}
		var ok bool
		if o.Options, ok = b.slashOptions(sub, depth+1); !ok || depth > 1 {
			return nil, false
		}
		out = append(out, o)
	}
	if len(c.Sub) == 0 {
		for _, a := range c.Args {
			out = append(out, b.slashArg(a))
		}
		slices.SortStableFunc(out, func(a, b slashOption) int { return order(b.Required) - order(a.Required) })
	}
	for _, o := range out {
		if !slashName.MatchString(o.Name) || o.Name != strings.ToLower(o.Name) {
			return nil, false
		}
	}
	distinct(out, func(o *slashOption) map[string]string { return o.Names })
	return out, len(out) <= maxOptions
}

func order(required bool) int {
	if required {
		return 1
	}
	return 0
}

func (b *Bot) slashArg(a commands.Arg) slashOption {
	o := slashOption{Type: optionString, Name: a.Name, Description: summary(a.Summary, a.Name), Required: a.Required, Autocomplete: completes[a.Kind] || len(a.Choices) > 0}
	o.Names, o.Descriptions = b.localNames(a.Name), b.localSummaries(a.Summary)
	switch a.Kind {
	case commands.Integer:
		o.Type = optionInteger
	case commands.Channel:
		o.Type = optionChannel
	}
	return o
}

func summary(s, name string) string {
	return cut(strings.TrimSpace(or(s, name)), maxSlashSummary)
}

// complete answers an autocompletion: a late answer is none.
func (b *Bot) complete(ctx context.Context, i wireInteraction, req commands.Request, came time.Time) {
	ctx, cancel := context.WithDeadline(ctx, came.Add(firstDue))
	defer cancel()
	path, values, focused := i.chosen()
	w := b.pen(b.language(req.Guild, req.Locale))
	out := []choice{}
	if focused != "" {
		for _, c := range b.asker.CompleteArg(ctx, req, path, focused, values[focused], maxChoices) {
			if len(out) < maxChoices && c.Value != "" && units(c.Value) <= maxChoice {
				out = append(out, choice{or(w.plainLine(c.Label, maxChoice), c.Value), c.Value})
			}
		}
	}
	if err := b.callback(ctx, i, callback{Type: callbackAutocomplete, Data: choices{out}}, nil); err != nil {
		b.log.Debug("discord: an autocompletion came too late", "error", errText(b.redact, err))
	}
}

type choice struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type choices struct {
	Choices []choice `json:"choices"`
}
