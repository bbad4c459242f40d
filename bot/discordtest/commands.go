package discordtest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// What Discord documents of application commands:
// https://docs.discord.com/developers/interactions/application-commands
const (
	maxCommands    = 100
	maxMenus       = 15 // commands of each of the other types
	maxOptions     = 25
	maxDescribe    = 100
	maxCommandText = 8000
	maxArgument    = 6000 // characters of a string option

	commandSlash, commandUser, commandMessage = 1, 2, 3

	optSub, optGroup, optString, optInteger = 1, 2, 3, 4
	optChannel, optNumber                   = 7, 10
)

var commandName = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

func (s *Server) getCommands(r *request) (answer, *problem) {
	if r.args[0] != AppID {
		return answer{}, errNoAccess
	}
	return answer{200, s.listed(r.query["with_localizations"] == "true")}, nil
}

// listed are the commands; their other languages only for who asks for them:
// https://docs.discord.com/developers/interactions/application-commands#retrieving-localized-commands
func (s *Server) listed(local bool) []any {
	out := []any{}
	for _, c := range s.commands {
		if !local {
			c, _ = unlocalized(c).(map[string]any)
		}
		out = append(out, c)
	}
	return out
}

// unlocalized is a copy without the dictionaries of other languages, at any depth.
func unlocalized(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if k != "name_localizations" && k != "description_localizations" {
				out[k] = unlocalized(e)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = unlocalized(e)
		}
		return out
	}
	return v
}

func (s *Server) putCommands(r *request) (answer, *problem) {
	if r.args[0] != AppID {
		return answer{}, errNoAccess
	}
	if p := s.rulesCommands(r); p != nil {
		return answer{}, p
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
	return answer{200, s.listed(true)}, nil
}

func (s *Server) rulesCommands(r *request) *problem {
	if r.list == nil {
		return invalidForm([]issue{{"_", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"}})
	}
	c := &check{}
	names, count := map[string]bool{}, map[int64]int{}
	for i, cmd := range r.list {
		p := fmt.Sprint(".", i)
		typ := c.command(cmd, p)
		count[typ]++
		name := fmt.Sprint(typ, cmd["name"])
		if names[name] {
			c.add(p+".name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		names[name] = true
	}
	for typ, n := range count {
		most := maxMenus
		if typ == commandSlash {
			most = maxCommands
		}
		if n > most {
			c.add("_", "APPLICATION_COMMANDS_MAX", "Maximum number of application commands of type %d reached (%d).", typ, most)
		}
	}
	if len(c.issues) > 0 {
		return invalidForm(c.issues)
	}
	return nil
}

// command checks one command and gives its type.
func (c *check) command(cmd map[string]any, p string) int64 {
	c.keys(cmd, p, "id", "name", "type", "description", "options", "default_member_permissions", "contexts", "integration_types", "nsfw",
		"name_localizations", "description_localizations", "dm_permission")
	if v := cmd["default_member_permissions"]; v != nil {
		if bits, ok := v.(string); !ok || !digits(bits) {
			c.add(p+".default_member_permissions", "STRING_TYPE_CONVERT", "Must be a string of digits.")
		}
	}
	typ := int64(commandSlash)
	if cmd["type"] != nil {
		typ = c.integer(cmd, p, "type", commandSlash, commandMessage, true)
	}
	if typ != commandSlash {
		c.menuCommand(cmd, p)
		return typ
	}
	if text := c.named(cmd, p) + c.options(cmd, p, 0); text > maxCommandText {
		c.add(p, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandText)
	}
	return typ
}

// menuCommand checks a user or message command: a name of any letters, and
// nothing to describe or to fill in.
func (c *check) menuCommand(cmd map[string]any, p string) {
	c.str(cmd, p, "name", 1, 32, true)
	c.localized(cmd, p, "name", 32, false)
	if d := cmd["description"]; d != nil && d != "" {
		c.add(p+".description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menu commands cannot have description")
	}
	for _, key := range []string{"options", "description_localizations"} {
		if cmd[key] != nil {
			c.add(p+"."+key, "APPLICATION_COMMAND_INVALID_OPTIONS", "Context menu commands cannot have %s", key)
		}
	}
}

// named checks name and description and returns how much text they are, at the longest.
func (c *check) named(m map[string]any, p string) int {
	name := c.str(m, p, "name", 1, 32, true)
	if name != "" && !validName(name) {
		c.add(p+".name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
	}
	description := c.str(m, p, "description", 1, maxDescribe, true)
	return max(utf8.RuneCountInString(name), c.localized(m, p, "name", 32, true)) +
		max(utf8.RuneCountInString(description), c.localized(m, p, "description", maxDescribe, false))
}

func validName(name string) bool {
	return commandName.MatchString(name) && name == strings.ToLower(name)
}

// localized checks the translations of a name or description: https://docs.discord.com/developers/reference#locales
// It returns the length of the longest.
func (c *check) localized(m map[string]any, p, key string, max int, pattern bool) int {
	p += "." + key + "_localizations"
	o, _ := c.object(m, strings.TrimSuffix(p, "."+key+"_localizations"), key+"_localizations")
	longest := 0
	for locale := range o {
		text := c.str(o, p, locale, 1, max, true)
		if n := utf8.RuneCountInString(text); n > longest {
			longest = n
		}
		if !slices.Contains(locales, locale) {
			c.add(p+"."+locale, "BASE_TYPE_CHOICES", "Discord knows no locale %q.", locale)
		}
		if pattern && text != "" && !validName(text) {
			c.add(p+"."+locale, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
	return longest
}

var locales = strings.Fields(`ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru
	sv-SE th tr uk vi zh-CN zh-TW`)

// options checks the options of a command (depth 0), a group (1) or a sub-command (2).
func (c *check) options(m map[string]any, p string, depth int) int {
	text, optional, subs := 0, false, 0
	names := map[string]bool{}
	options := c.list(m, p, "options", 0, maxOptions)
	for i, o := range options {
		op := fmt.Sprintf("%s.options.%d", p, i)
		text += c.named(o, op)
		name := fmt.Sprint(o["name"])
		if names[name] {
			c.add(op+".name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names[name] = true
		typ := c.integer(o, op, "type", 1, 11, true)
		if typ == optSub || typ == optGroup {
			subs++
			text += c.sub(o, op, typ, depth)
			continue
		}
		text += c.option(o, op, typ)
		if o["required"] == true && optional {
			c.add(op, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
		}
		optional = optional || o["required"] != true
	}
	if subs > 0 && subs < len(options) || depth == 1 && subs < len(options) {
		c.add(p+".options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	return text
}

func (c *check) sub(o map[string]any, p string, typ int64, depth int) int {
	c.keys(o, p, "type", "name", "description", "options", "name_localizations", "description_localizations")
	if typ == optGroup && depth > 0 || depth > 1 {
		c.add(p+".type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option nested too deep")
		return 0
	}
	if typ == optGroup {
		return c.options(o, p, 1)
	}
	return c.options(o, p, 2)
}

// option checks what is not a sub-command, and returns the length of its choices.
func (c *check) option(o map[string]any, p string, typ int64) int {
	known := []string{"type", "name", "description", "required", "name_localizations", "description_localizations"}
	switch typ {
	case optString:
		known = append(known, "autocomplete", "choices", "min_length", "max_length")
		least, most := c.integer(o, p, "min_length", 0, maxArgument, false), c.integer(o, p, "max_length", 1, maxArgument, false)
		if o["max_length"] != nil && least > most {
			c.add(p+".min_length", "APPLICATION_COMMAND_OPTIONS_LENGTH_INVALID", "min_length %d is above max_length %d.", least, most)
		}
	case optInteger, optNumber:
		known = append(known, "autocomplete", "choices", "min_value", "max_value")
	case optChannel:
		known = append(known, "channel_types")
	}
	c.keys(o, p, known...)
	if o["autocomplete"] == true && o["choices"] != nil {
		c.add(p, "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE", "Either choices or autocomplete")
	}
	text, names := 0, map[string]bool{}
	for i, choice := range c.list(o, p, "choices", 0, maxChoices) {
		cp := fmt.Sprintf("%s.choices.%d", p, i)
		got := c.choice(choice, cp, int(typ))
		if names[got.Name] {
			c.add(cp+".name", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice name already exists")
		}
		names[got.Name] = true
		text += utf8.RuneCountInString(got.Name) + utf8.RuneCountInString(fmt.Sprint(got.Value))
	}
	return text
}

// choice checks a choice of an option, or a suggestion for it.
func (c *check) choice(o map[string]any, p string, option int) Choice {
	c.keys(o, p, "name", "value", "name_localizations")
	name := c.str(o, p, "name", 1, maxChoice, true)
	c.localized(o, p, "name", maxChoice, false)
	if n, ok := o["value"].(json.Number); ok && option != optString {
		if _, err := n.Int64(); err != nil && option == optInteger {
			c.add(p+".value", "NUMBER_TYPE_COERCE", "Value %q is not int.", n)
		}
		return Choice{name, n}
	}
	if option == optInteger || option == optNumber {
		c.add(p+".value", "NUMBER_TYPE_COERCE", "Value \"%v\" is not a number.", o["value"])
	}
	return Choice{name, c.str(o, p, "value", 1, maxChoice, true)}
}
