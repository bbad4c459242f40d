package commands

import (
	"context"
	"fmt"
	"strings"
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
	if name := strings.TrimPrefix(c.arg("command"), c.e.o.Prefix); name != "" {
		return c.helpOn(name, c.arg("sub"))
	}
	reply := Reply{Title: "What can be asked",
		Note: fmt.Sprintf("Type a command behind %s, or ask in a mention. since: and until: hold in every one that answers from dispatches: %sstatus badia until:2018-12-31 is the situation as it stood then.", c.e.o.Prefix, c.e.o.Prefix)}
	for _, cmd := range c.e.commands {
		if len(cmd.Sub) == 0 {
			reply.Fields = append(reply.Fields, Field{strings.TrimPrefix(cmd.Usage([]string{cmd.Name}, c.e.o.Prefix), "Usage: "), cmd.Summary})
			continue
		}
		reply.Fields = append(reply.Fields, Field{c.e.o.Prefix + cmd.Name + " " + strings.Join(names(cmd.Sub), "|"), cmd.Summary})
	}
	for _, cmd := range c.e.commands {
		if cmd.Name != "help" {
			reply.Actions = append(reply.Actions, Action{Label: "help " + cmd.Name, Line: "help " + cmd.Name, Group: "Commands"})
		}
	}
	return reply, nil
}

func (c *call) helpOn(name, sub string) (Reply, error) {
	cmd := find(c.e.commands, name)
	if cmd == nil {
		return Reply{}, unknown(nil, name, c.e.commands)
	}
	path := []string{cmd.Name}
	if sub != "" {
		s := find(cmd.Sub, sub)
		if s == nil {
			return Reply{}, unknown(path, sub, cmd.Sub)
		}
		cmd, path = s, append(path, s.Name)
	}
	reply := Reply{Title: strings.Join(path, " "), Note: cmd.Summary + ". " + cmd.Help}
	if len(cmd.Sub) == 0 {
		reply.Fields = append(reply.Fields, Field{"How to type it", strings.TrimPrefix(cmd.Usage(path, c.e.o.Prefix), "Usage: ")})
	}
	for _, s := range cmd.Sub {
		reply.Fields = append(reply.Fields, Field{strings.TrimPrefix(s.Usage(append(path, s.Name), c.e.o.Prefix), "Usage: "), s.Summary})
		reply.Actions = append(reply.Actions, Action{Label: "help " + cmd.Name + " " + s.Name, Line: "help " + cmd.Name + " " + s.Name})
	}
	for _, a := range cmd.Args {
		reply.Fields = append(reply.Fields, Field{a.Name, a.Summary})
	}
	for _, ex := range cmd.Examples {
		if !cmd.Manage && len(reply.Actions) < 5 {
			reply.Actions = append(reply.Actions, Action{Label: clip(ex, 60), Line: ex})
		}
	}
	if cmd.Manage && len(cmd.Examples) > 0 {
		reply.Fields = append(reply.Fields, Field{"Examples", strings.Join(cmd.Examples, "\n")})
	}
	return reply, nil
}
