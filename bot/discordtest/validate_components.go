package discordtest

import "fmt"

// What Discord documents of components:
// https://docs.discord.com/developers/components/reference
const (
	maxRows        = 5
	maxButtons     = 5
	maxLabel       = 80
	maxCustomID    = 100
	maxSelect      = 25
	maxOption      = 100 // of a select: label, value and description
	maxPlaceholder = 150
	maxParts       = 40   // all components of a message, nested ones too
	maxDisplayed   = 4000 // all the text of components

	partSection   = 9
	partText      = 10
	partThumbnail = 11
	partGallery   = 12
	partFile      = 13
	partSeparator = 14
	partContainer = 17
)

// layout is what all components of one message share.
type layout struct {
	ids         map[string]bool
	parts, text int
}

// components checks the components of a message; with v2 (the flag of that
// name) they make the whole of it. It counts those at the top.
func (c *check) components(body map[string]any, path string, v2 bool) int {
	l := &layout{ids: map[string]bool{}}
	most := maxRows
	if v2 {
		most = maxParts
		for _, key := range []string{"content", "embeds", "sticker_ids"} {
			if v := body[key]; v != nil && v != "" {
				c.add(path+"."+key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "The '%s' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", key)
			}
		}
	}
	parts := c.list(body, path, "components", 0, most)
	for i, part := range parts {
		c.part(part, fmt.Sprintf("%s.components.%d", path, i), l, v2, true)
	}
	if l.parts > maxParts {
		c.add(path+".components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The maximum number of total components was exceeded: %d of %d.", l.parts, maxParts)
	}
	if l.text > maxDisplayed {
		c.add(path+".components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The text exceeds %d characters.", maxDisplayed)
	}
	return len(parts)
}

// part checks a component that is not in a row; only one at the top may hold others.
func (c *check) part(part map[string]any, p string, l *layout, v2, top bool) {
	l.parts++
	typ := c.integer(part, p, "type", 1, partContainer, true)
	if typ == partRow {
		c.row(part, p, l)
		return
	}
	if !v2 || typ == partContainer && !top {
		c.add(p+".type", "UNION_TYPE_CHOICES", "A component of type %d may not stand here.", typ)
		return
	}
	switch typ {
	case partText:
		l.text += length(c.str(part, p, "content", 1, maxDisplayed, true))
	case partSection:
		for i, text := range c.list(part, p, "components", 1, 3) {
			tp := fmt.Sprintf("%s.components.%d", p, i)
			l.parts++
			if c.integer(text, tp, "type", partText, partText, true) == partText {
				l.text += length(c.str(text, tp, "content", 1, maxDisplayed, true))
			}
		}
		if a, ok := c.object(part, p, "accessory"); ok {
			l.parts++
			if c.integer(a, p+".accessory", "type", partButton, partThumbnail, true) == partButton {
				c.button(a, p+".accessory", l.ids)
			}
		} else {
			c.add(p+".accessory", "BASE_TYPE_REQUIRED", "This field is required")
		}
	case partGallery:
		c.list(part, p, "items", 1, 10)
	case partFile, partSeparator:
	case partContainer:
		for i, inner := range c.list(part, p, "components", 1, maxParts) {
			c.part(inner, fmt.Sprintf("%s.components.%d", p, i), l, v2, false)
		}
	default:
		c.add(p+".type", "UNION_TYPE_CHOICES", "A component of type %d may not stand here.", typ)
	}
}

func (c *check) row(row map[string]any, p string, l *layout) {
	c.keys(row, p, "type", "id", "components")
	parts := c.list(row, p, "components", 1, maxButtons)
	selects := 0
	for j, part := range parts {
		l.parts++
		pp := fmt.Sprintf("%s.components.%d", p, j)
		switch typ := c.integer(part, pp, "type", partButton, 8, true); typ {
		case partButton:
			c.button(part, pp, l.ids)
		case partSelect, 5, 6, 7, 8:
			selects++
			c.menu(part, pp, l.ids, typ == partSelect)
		case partInput:
			c.add(pp+".type", "UNION_TYPE_CHOICES", "Text inputs belong into modals.")
		}
	}
	if selects > 0 && len(parts) > 1 {
		c.add(p, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
	}
}

// menu checks a select: of strings, whose options it lists, or of people, roles and channels.
func (c *check) menu(m map[string]any, p string, ids map[string]bool, strings bool) {
	c.keys(m, p, "type", "id", "custom_id", "placeholder", "min_values", "max_values", "disabled", "options", "channel_types", "default_values")
	c.customID(m, p, ids)
	c.str(m, p, "placeholder", 0, maxPlaceholder, false)
	least, most := int64(1), int64(1)
	if m["min_values"] != nil {
		least = c.integer(m, p, "min_values", 0, maxSelect, false)
	}
	if m["max_values"] != nil {
		most = c.integer(m, p, "max_values", 1, maxSelect, false)
	}
	if least > most {
		c.add(p+".min_values", "SELECT_COMPONENT_MIN_MORE_THAN_MAX", "min_values %d is above max_values %d.", least, most)
	}
	if !strings {
		return
	}
	options := c.list(m, p, "options", 1, maxSelect)
	if n := int64(len(options)); most > n || least > n {
		c.add(p+".max_values", "SELECT_COMPONENT_VALUES_MORE_THAN_OPTIONS", "%d to %d values of %d options.", least, most, n)
	}
	values, chosen := map[string]bool{}, int64(0)
	for i, o := range options {
		op := fmt.Sprintf("%s.options.%d", p, i)
		c.keys(o, op, "label", "value", "description", "emoji", "default")
		c.str(o, op, "label", 1, maxOption, true)
		c.str(o, op, "description", 0, maxOption, false)
		v := c.str(o, op, "value", 1, maxOption, true)
		if v != "" && values[v] {
			c.add(op+".value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		values[v] = true
		if o["default"] == true {
			chosen++
		}
	}
	if chosen > most {
		c.add(p+".options", "SELECT_COMPONENT_DEFAULTS_MORE_THAN_MAX", "%d options are chosen beforehand, of at most %d.", chosen, most)
	}
}

func (c *check) customID(m map[string]any, p string, seen map[string]bool) {
	id := c.str(m, p, "custom_id", 1, maxCustomID, true)
	if id != "" && seen[id] {
		c.add(p+".custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	seen[id] = true
}

func (c *check) button(b map[string]any, p string, seen map[string]bool) {
	c.keys(b, p, "type", "id", "style", "label", "emoji", "custom_id", "url", "disabled")
	style := c.integer(b, p, "style", 1, 5, true)
	label := c.str(b, p, "label", 0, maxLabel, false)
	if label == "" && b["emoji"] == nil {
		c.add(p, "BUTTON_COMPONENT_INVALID", "A button must have a label or an emoji.")
	}
	if style == 5 {
		if b["custom_id"] != nil {
			c.add(p+".custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A link button has no custom id.")
		}
		if c.str(b, p, "url", 1, 512, true) != "" {
			c.link(b, p, "url", nil)
		}
		return
	}
	if b["url"] != nil {
		c.add(p+".url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "Only a link button has a URL.")
	}
	c.customID(b, p, seen)
}
