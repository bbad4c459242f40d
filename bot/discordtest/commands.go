package discordtest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What Discord documents of application commands:
// https://docs.discord.com/developers/interactions/application-commands
const (
	maxCommands    = 100
	maxOptions     = 25
	maxDescribe    = 100
	maxCommandText = 8000

	optSub, optGroup, optString, optInteger = 1, 2, 3, 4
)

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func (s *Server) getCommands(r *request) (answer, *problem) {
	if r.args[0] != AppID {
		return answer{}, errNoAccess
	}
	out := []any{}
	for _, c := range s.commands {
		out = append(out, c)
	}
	return answer{200, out}, nil
}

func (s *Server) putCommands(r *request) (answer, *problem) {
	if r.args[0] != AppID {
		return answer{}, errNoAccess
	}
	if r.list == nil {
		return answer{}, invalidForm([]issue{{"_", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"}})
	}
	c := &check{}
	if len(r.list) > maxCommands {
		c.add("_", "APPLICATION_COMMANDS_MAX", "Maximum number of application commands reached (%d).", maxCommands)
	}
	names := map[string]bool{}
	for i, cmd := range r.list {
		c.command(cmd, fmt.Sprint(".", i))
		name := fmt.Sprint(cmd["name"])
		if names[name] {
			c.add(fmt.Sprint(".", i, ".name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		names[name] = true
	}
	if len(c.issues) > 0 {
		return answer{}, invalidForm(c.issues)
	}
	s.commands, s.puts = nil, s.puts+1
	for _, cmd := range r.list {
		// Discord gives back more than it was given.
		out := map[string]any{"type": 1, "nsfw": false, "default_member_permissions": nil, "dm_permission": true, "integration_types": []int{0}}
		for k, v := range cmd {
			out[k] = v
		}
		out["id"], out["application_id"], out["version"] = s.snowflake(), AppID, s.snowflake()
		s.commands = append(s.commands, out)
	}
	s.touch()
	return s.getCommands(r)
}

func (c *check) command(cmd map[string]any, p string) {
	c.keys(cmd, p, "name", "type", "description", "options", "default_member_permissions", "contexts", "integration_types", "nsfw",
		"name_localizations", "description_localizations", "dm_permission")
	if cmd["type"] != nil && c.integer(cmd, p, "type", 1, 3, true) != 1 {
		c.str(cmd, p, "name", 1, 32, true)
		return
	}
	text := c.named(cmd, p) + c.options(cmd, p, 0)
	if text > maxCommandText {
		c.add(p, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandText)
	}
	if v := cmd["default_member_permissions"]; v != nil {
		if bits, ok := v.(string); !ok || bits == "" || strings.Trim(bits, "0123456789") != "" {
			c.add(p+".default_member_permissions", "STRING_TYPE_CONVERT", "Must be a string of digits.")
		}
	}
}

// named checks name and description and returns how much text they are.
func (c *check) named(m map[string]any, p string) int {
	name := c.str(m, p, "name", 1, 32, true)
	if name != "" && (!commandName.MatchString(name) || name != strings.ToLower(name)) {
		c.add(p+".name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	return utf8.RuneCountInString(name + c.str(m, p, "description", 1, maxDescribe, true))
}

// options checks the options of a command (depth 0), a group (1) or a sub-command (2).
func (c *check) options(m map[string]any, p string, depth int) int {
	text, optional, subs := 0, false, 0
	names := map[string]bool{}
	options := c.list(m, p, "options", 0, maxOptions)
	for i, o := range options {
		op := fmt.Sprintf("%s.options.%d", p, i)
		c.keys(o, op, "type", "name", "description", "required", "options", "choices", "autocomplete", "min_value", "max_value",
			"min_length", "max_length", "channel_types", "name_localizations", "description_localizations")
		text += c.named(o, op)
		name := fmt.Sprint(o["name"])
		if names[name] {
			c.add(op+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names[name] = true
		switch typ := c.integer(o, op, "type", 1, 11, true); typ {
		case optSub, optGroup:
			subs++
			if int(typ) == optGroup && depth > 0 || depth > 1 {
				c.add(op+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option nested too deep")
			}
			next := 2
			if typ == optGroup {
				next = 1
			}
			text += c.options(o, op, next)
			continue
		case optString, optInteger:
			if o["autocomplete"] == true && o["choices"] != nil {
				c.add(op, "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE", "Either choices or autocomplete")
			}
		default:
			if o["autocomplete"] == true {
				c.add(op+".autocomplete", "APPLICATION_COMMAND_AUTOCOMPLETE_INVALID", "This type has no autocomplete")
			}
		}
		if o["required"] == true && optional {
			c.add(op, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || o["required"] != true
		c.list(o, op, "choices", 0, 25)
	}
	if subs > 0 && subs < len(options) {
		c.add(p+".options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	return text
}
