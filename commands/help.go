package commands

import (
	"context"
	"strings"

	"sitrep/lang"
)

func helpCommand() *Command {
	return &Command{
		Name:     "help",
		Summary:  "What can be asked, and how each command is typed",
		Examples: []string{"help", "help search"},
		Args:     []Arg{{Name: "command", Kind: Name, Summary: "the command to explain"}, {Name: "sub", Kind: Word, Summary: "its sub-command"}},
		run:      runHelp,
	}
}

func runHelp(_ context.Context, c *call) (Reply, error) {
	if name := c.cutPrefix(c.arg("command")); name != "" {
		return c.helpOn(name, c.arg("sub"))
	}
	reply := Reply{Title: c.say("What can be asked"),
		Note: c.say("Type a command behind %s, or ask in a mention. since: and until: hold in every one that answers from dispatches: %s is the situation as it stood then.",
			c.set.Prefix, c.set.Prefix+"status badia until:2018-12-31")}
	for _, cmd := range c.e.commands {
		reply.Fields = append(reply.Fields, c.helpField(cmd, []string{cmd.Name}))
	}
	for _, cmd := range c.e.commands {
		if cmd.Name != "help" {
			a := c.helpAction(cmd.Name)
			a.Group = c.say("Commands")
			reply.Actions = append(reply.Actions, a)
		}
	}
	return reply, nil
}

// helpField is how a command is typed, and what it is for; in another language the
// English way of typing it stands beside.
func (c *call) helpField(cmd *Command, path []string) Field {
	f := Field{c.form(cmd, path), c.say(cmd.Summary)}
	english := form(cmd, path, c.set.Prefix)
	if len(cmd.Sub) > 0 {
		f.Name = c.set.Prefix + c.word(cmd.Name) + " " + strings.Join(wordsOf(c.p, cmd.Sub), "|")
		english = c.set.Prefix + cmd.Name + " " + strings.Join(names(cmd.Sub), "|")
	}
	if c.p.Code != lang.English {
		f.Value += "\n" + c.say("In English: %s", english)
	}
	return f
}

func (c *call) helpAction(path ...string) Action {
	words := make([]string, len(path))
	for i, w := range path {
		words[i] = c.word(w)
	}
	return Action{Label: strings.Join(append([]string{c.word("help")}, words...), " "), Line: "help " + strings.Join(path, " ")}
}

func (c *call) helpOn(name, sub string) (Reply, error) {
	cmd := c.e.find(c.e.commands, name)
	if cmd == nil {
		return Reply{}, c.unknown(nil, name, c.e.commands)
	}
	path := []string{cmd.Name}
	title := c.word(cmd.Name)
	if sub != "" {
		s := c.e.find(cmd.Sub, sub)
		if s == nil {
			return Reply{}, c.unknown([]string{name}, sub, cmd.Sub)
		}
		cmd, path, title = s, append(path, s.Name), title+" "+c.word(s.Name)
	}
	reply := Reply{Title: title, Note: c.say("%s.", c.say(cmd.Summary))}
	if cmd.Help != "" {
		reply.Note = join(reply.Note, c.say(cmd.Help))
	}
	if len(cmd.Sub) == 0 {
		f := c.helpField(cmd, path)
		_, english, _ := strings.Cut(f.Value, "\n")
		reply.Fields = append(reply.Fields, Field{c.say("How to type it"), strings.TrimSpace(f.Name + "\n" + english)})
	}
	for _, s := range cmd.Sub {
		reply.Fields = append(reply.Fields, c.helpField(s, append(path, s.Name)))
		reply.Actions = append(reply.Actions, c.helpAction(cmd.Name, s.Name))
	}
	for _, a := range cmd.Args {
		reply.Fields = append(reply.Fields, c.helpArg(a))
	}
	changes := cmd.Manage || cmd.Files // its examples are to be read, not to be clicked
	for _, ex := range cmd.Examples {
		if !changes && len(reply.Actions) < 5 {
			reply.Actions = append(reply.Actions, Action{Label: clip(ex, 60), Line: ex})
		}
	}
	if changes && len(cmd.Examples) > 0 {
		reply.Fields = append(reply.Fields, Field{c.say("Examples"), strings.Join(cmd.Examples, "\n")})
	}
	return reply, nil
}

// helpArg is an argument and what it is for.
func (c *call) helpArg(a Arg) Field {
	f := Field{c.word(a.Name), c.say(a.Summary)}
	if f.Name != a.Name {
		f.Name = c.say("%s (%s)", f.Name, a.Name)
	}
	return f
}
