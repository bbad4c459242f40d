package discordtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Slash lets a person use a slash command as Discord's client would: path is its
// name and sub-commands ("schedule add"), options its values. A command that is
// not registered, a missing required option and an unknown one are errors.
func (s *Server) Slash(channel, user, path string, options map[string]any) (*Interaction, error) {
	return s.slash(typeCommand, channel, user, path, options, "")
}

// Autocomplete lets a person type into an option: focused names it.
func (s *Server) Autocomplete(ctx context.Context, channel, user, path string, options map[string]any, focused string) ([]Choice, error) {
	i, err := s.slash(typeAutocomplete, channel, user, path, options, focused)
	if err != nil {
		return nil, err
	}
	err = s.wait(ctx, "choices for "+path, func() bool { return i.callback == callAutocomplete })
	s.mu.Lock()
	defer s.mu.Unlock()
	return i.choices, err
}

func (s *Server) slash(typ int, channel, user, path string, options map[string]any, focused string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := strings.Fields(path)
	var cmd map[string]any
	for _, c := range s.commands {
		if c["name"] == words[0] && fmt.Sprint(c["type"]) == "1" {
			cmd = c
		}
	}
	if cmd == nil {
		return nil, fmt.Errorf("discordtest: no command %q is registered", words[0])
	}
	data := map[string]any{"id": cmd["id"], "name": words[0], "type": 1}
	at, level := cmd, data
	for _, w := range words[1:] {
		var sub map[string]any
		for _, o := range asList(at["options"]) {
			if o["name"] == w && isSub(o) {
				sub = o
			}
		}
		if sub == nil {
			return nil, fmt.Errorf("discordtest: %q has no sub-command %q", path, w)
		}
		next := map[string]any{"name": w, "type": sub["type"]}
		level["options"] = []any{next}
		at, level = sub, next
	}
	values, err := optionValues(at, typ, options, focused)
	if err != nil {
		return nil, fmt.Errorf("discordtest: %s: %w", path, err)
	}
	level["options"] = values
	i := s.interact(typ, channel, user, data, nil)
	for _, o := range asList(at["options"]) {
		if n, ok := o["type"].(float64); ok && o["name"] == focused {
			i.focused = int(n)
		}
	}
	return i, nil
}

func optionValues(cmd map[string]any, typ int, options map[string]any, focused string) ([]any, error) {
	values, used := []any{}, 0
	for _, o := range asList(cmd["options"]) {
		name := o["name"].(string)
		if isSub(o) {
			return nil, errors.New("it has sub-commands")
		}
		v, ok := options[name]
		if !ok {
			if o["required"] == true && typ == typeCommand {
				return nil, fmt.Errorf("option %q is required", name)
			}
			continue
		}
		used++
		e := map[string]any{"name": name, "type": o["type"], "value": v}
		if name == focused {
			if o["autocomplete"] != true {
				return nil, fmt.Errorf("option %q has no autocomplete", name)
			}
			e["focused"] = true
		}
		values = append(values, e)
	}
	if used != len(options) {
		return nil, fmt.Errorf("one of the options %v does not exist", options)
	}
	return values, nil
}

func isSub(option map[string]any) bool {
	t, _ := option["type"].(float64)
	return t == optSub || t == optGroup
}

func asList(v any) []map[string]any {
	var out []map[string]any
	_ = json.Unmarshal(mustJSON(v), &out)
	return out
}

// Click lets a person press the button with this custom_id on a message.
func (s *Server) Click(channel, message, customID, user string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(s.channels[channel], message)
	if m == nil {
		return nil, fmt.Errorf("discordtest: no message %s", message)
	}
	for _, row := range m.Rows {
		for _, b := range row {
			if b.CustomID == customID && !b.Disabled {
				return s.interact(typeComponent, channel, user, map[string]any{"component_type": partButton, "custom_id": customID}, m), nil
			}
		}
	}
	return nil, fmt.Errorf("discordtest: message %s has no button %q", message, customID)
}

// Select lets a person choose values in the string select with this custom_id.
func (s *Server) Select(channel, message, customID, user string, values ...string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(s.channels[channel], message)
	if m == nil {
		return nil, fmt.Errorf("discordtest: no message %s", message)
	}
	i := slices.IndexFunc(m.Menus, func(menu Menu) bool { return menu.CustomID == customID && !menu.Disabled })
	if i < 0 {
		return nil, fmt.Errorf("discordtest: message %s has no select %q", message, customID)
	}
	menu := m.Menus[i]
	least, most := 1, 1
	if menu.MinValues != nil {
		least = *menu.MinValues
	}
	if menu.MaxValues != nil {
		most = *menu.MaxValues
	}
	if len(values) < least || len(values) > most {
		return nil, fmt.Errorf("discordtest: the select %q takes %d to %d values, not %d", customID, least, most, len(values))
	}
	for n, v := range values {
		if !slices.ContainsFunc(menu.Options, func(o MenuOption) bool { return o.Value == v }) || slices.Contains(values[:n], v) {
			return nil, fmt.Errorf("discordtest: the select %q has no option %q to choose", customID, v)
		}
	}
	return s.interact(typeComponent, channel, user, map[string]any{"component_type": partSelect, "custom_id": customID,
		"values": append([]string{}, values...)}, m), nil
}

// MessageMenu lets a person use a message command (of the menu "Apps") on a message.
func (s *Server) MessageMenu(channel, message, user, name string) (*Interaction, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(s.channels[channel], message)
	if m == nil {
		return nil, fmt.Errorf("discordtest: no message %s", message)
	}
	for _, c := range s.commands {
		if c["name"] == name && fmt.Sprint(c["type"]) == "3" {
			return s.interact(typeCommand, channel, user, map[string]any{"id": c["id"], "name": name, "type": 3, "target_id": m.ID,
				"resolved": map[string]any{"messages": map[string]any{m.ID: m.json(s, false)}}}, nil), nil
		}
	}
	return nil, fmt.Errorf("discordtest: no message command %q is registered", name)
}
