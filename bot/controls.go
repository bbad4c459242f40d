package bot

import (
	"context"
	"fmt"

	"sitrep/commands"
)

// row is a row of controls: https://docs.discord.com/developers/components/reference
type row struct {
	Type       int       `json:"type"`
	Components []control `json:"components"`
}

// control is a button or a select.
type control struct {
	Type        int      `json:"type"`
	Style       int      `json:"style,omitempty"`
	Label       string   `json:"label,omitempty"`
	CustomID    string   `json:"custom_id"`
	Disabled    bool     `json:"disabled,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	Options     []option `json:"options,omitempty"`
}

type option struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Component types and the grey style of a button.
const (
	partRow     = 1
	partButton  = 2
	partSelect  = 3
	styleButton = 2
)

// turner is what the arrows of an answer need: the line that it answers, and where
// its reader stands.
type turner struct {
	target      string
	page, pages int
}

// controls are the rows under a message: the arrows where the answer has pages, a
// select for each group of actions, and buttons for the others; what has no room as
// a button stands in a select, too.
func (b *Bot) controls(ctx context.Context, w pen, actions []commands.Action, t turner) []row {
	var rows []row
	seen := map[string]bool{}
	if t.pages > 1 && t.target != "" {
		arrow := func(label string, page int) control {
			id := turnID(page, t.target)
			seen[id] = true
			return control{Type: partButton, Style: styleButton, Label: w.plainLine(label, maxLabel), CustomID: id, Disabled: page < 1 || page > t.pages}
		}
		rows = append(rows, row{partRow, []control{arrow(w.say("◀ Previous"), t.page-1), arrow(w.say("Next ▶"), t.page+1)}})
	}
	var single []commands.Action
	var groups []string
	by := map[string][]commands.Action{}
	for _, a := range actions {
		if a.Group == "" {
			single = append(single, a)
			continue
		}
		if by[a.Group] == nil {
			groups = append(groups, a.Group)
		}
		by[a.Group] = append(by[a.Group], a)
	}
	buttons := b.buttons(ctx, w, single, seen)
	// Groups have the first claim, since one row holds a whole list.
	free := (maxRows - len(rows) - len(groups)) * maxRowButtons
	if over := len(buttons); over > max(free, 0) {
		free = max(0, free-maxRowButtons)
		by[""], groups = single[kept(single, buttons, free):], append(groups, "")
		buttons = buttons[:free]
	}
	for len(buttons) > 0 {
		n := min(len(buttons), maxRowButtons)
		line := row{Type: partRow}
		for _, button := range buttons[:n] {
			line.Components = append(line.Components, button.control)
		}
		rows, buttons = append(rows, line), buttons[n:]
	}
	menu := 0
	for _, g := range groups {
		options := b.options(ctx, w, by[g])
		for len(options) > 0 && len(rows) < maxRows {
			n := min(len(options), maxSelect)
			rows = append(rows, row{partRow, []control{{Type: partSelect, CustomID: fmt.Sprint(menuPrefix, menu),
				Placeholder: w.plainLine(or(g, w.say("More")), maxPlaceholder), Options: options[:n]}}})
			options = options[n:]
			menu++
		}
	}
	return rows
}

// numbered is a button and the place of its action in the list.
type numbered struct {
	control
	at int
}

// kept is where the actions begin that have no room among the first n buttons.
func kept(actions []commands.Action, buttons []numbered, n int) int {
	if n < len(buttons) {
		return buttons[n].at
	}
	return len(actions)
}

// buttons are those for actions that can have one.
func (b *Bot) buttons(ctx context.Context, w pen, actions []commands.Action, seen map[string]bool) (out []numbered) {
	for i, a := range actions {
		label := or(w.plainLine(a.Label, maxLabel), w.plainLine(a.Line, maxLabel))
		id := b.actionID(ctx, a, newPrefix)
		if label == "" || id == "" || seen[id] {
			continue
		}
		seen[id] = true
		out = append(out, numbered{control{Type: partButton, Style: styleButton, Label: label, CustomID: id}, i})
	}
	return out
}

// options are those of a select.
func (b *Bot) options(ctx context.Context, w pen, actions []commands.Action) (out []option) {
	seen := map[string]bool{}
	for _, a := range actions {
		label := or(w.plainLine(a.Label, maxOption), w.plainLine(a.Line, maxOption))
		id := b.actionID(ctx, a, "")
		if label == "" || id == "" || seen[id] {
			continue
		}
		seen[id] = true
		out = append(out, option{label, id})
	}
	return out
}

// actionID is the custom_id or option of an action; fresh begins one whose answer is
// a new message. "" means that there can be none.
func (b *Bot) actionID(ctx context.Context, a commands.Action, fresh string) string {
	form := fresh
	if a.Turn {
		form = turnID(1, "")
	}
	if target := b.target(ctx, a.Line, maxCustomID-units(form)); target != "" {
		return form + target
	}
	return ""
}
