package discordtest

import (
	"context"
	"fmt"
	"time"
)

// What Discord documents of modals:
// https://docs.discord.com/developers/interactions/receiving-and-responding#modal
const (
	maxModalTitle = 45
	maxInputLabel = 45
	maxInput      = 4000
	maxInputHint  = 100
)

// Modal is a form that the bot opened for a person.
type Modal struct {
	CustomID, Title string
	Inputs          []Input
}

// Input is a text input of a Modal.
type Input struct {
	CustomID, Label, Value, Placeholder string
	// Long says that it has more than one line.
	Long     bool
	Required bool
	// Min and Max are lengths.
	Min, Max int
}

func (c *check) modal(data map[string]any, p string) *Modal {
	c.keys(data, p, "custom_id", "title", "components")
	m := &Modal{CustomID: c.str(data, p, "custom_id", 1, maxCustomID, true), Title: c.str(data, p, "title", 1, maxModalTitle, true)}
	ids := map[string]bool{}
	for i, row := range c.list(data, p, "components", 1, maxRows) {
		rp := fmt.Sprintf("%s.components.%d", p, i)
		if c.integer(row, rp, "type", partRow, partRow, true) != partRow {
			continue
		}
		for j, part := range c.list(row, rp, "components", 1, 1) {
			m.Inputs = append(m.Inputs, c.input(part, fmt.Sprintf("%s.components.%d", rp, j), ids))
		}
	}
	return m
}

func (c *check) input(part map[string]any, p string, ids map[string]bool) Input {
	c.keys(part, p, "type", "custom_id", "style", "label", "min_length", "max_length", "required", "value", "placeholder")
	if c.integer(part, p, "type", partInput, partInput, true) != partInput {
		return Input{}
	}
	c.customID(part, p, ids)
	in := Input{Required: part["required"] != false, Max: maxInput}
	in.CustomID, _ = part["custom_id"].(string)
	in.Long = c.integer(part, p, "style", 1, 2, true) == 2
	in.Label = c.str(part, p, "label", 1, maxInputLabel, true)
	in.Placeholder = c.str(part, p, "placeholder", 0, maxInputHint, false)
	in.Value = c.str(part, p, "value", 0, maxInput, false)
	in.Min = int(c.integer(part, p, "min_length", 0, maxInput, false))
	if part["max_length"] != nil {
		in.Max = int(c.integer(part, p, "max_length", 1, maxInput, false))
	}
	if in.Min > in.Max {
		c.add(p+".min_length", "TEXT_INPUT_MIN_GREATER_THAN_MAX", "Must be less than or equal to max_length.")
	}
	if n := length(in.Value); n > in.Max || n > 0 && n < in.Min {
		c.add(p+".value", "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", in.Min, in.Max)
	}
	return in
}

// Form waits for the modal with which the bot answers an interaction.
func (s *Server) Form(ctx context.Context, i *Interaction) (Modal, error) {
	if err := s.wait(ctx, "a modal", func() bool { return i.modal != nil }); err != nil {
		return Modal{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return *i.modal, nil
}

// Submit waits for the modal with which the bot answers an interaction (no
// longer than the window for a first answer) and lets the person fill it in:
// values go by custom_id; a field that is not named keeps its value.
func (s *Server) Submit(i *Interaction, values map[string]string) (*Interaction, error) {
	ctx, cancel := context.WithTimeout(context.Background(), s.o.Window+time.Second)
	defer cancel()
	m, err := s.Form(ctx, i)
	if err != nil {
		return nil, err
	}
	rows, used := []any{}, 0
	for _, in := range m.Inputs {
		v, ok := values[in.CustomID]
		if ok {
			used++
		} else {
			v = in.Value
		}
		switch n := length(v); {
		case n == 0 && in.Required:
			return nil, fmt.Errorf("discordtest: the field %q is required", in.CustomID)
		case n > 0 && n < in.Min || n > in.Max:
			return nil, fmt.Errorf("discordtest: the field %q takes %d to %d characters, not %d", in.CustomID, in.Min, in.Max, n)
		}
		rows = append(rows, map[string]any{"type": partRow, "components": []any{
			map[string]any{"type": partInput, "custom_id": in.CustomID, "value": v}}})
	}
	if used != len(values) {
		return nil, fmt.Errorf("discordtest: one of the fields %v does not exist", values)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data := map[string]any{"custom_id": m.CustomID, "components": rows}
	return s.interact(typeModal, i.Channel, i.User, data, i.on), nil
}
