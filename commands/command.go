package commands

import "context"

// Kind is the type of an argument: it says how the argument is read from a line, which
// slash option stands for it, and what completes it.
type Kind int

// The kinds of argument.
const (
	Word          Kind = iota // one word, or several in quotes
	Text                      // the rest of the line, without the named arguments in it
	Line                      // the rest of the line as it stands: a command line
	Topic                     // as Text: a place, an actor or words; completes on names
	Source                    // as Text: a source's name; completes on sources
	Time                      // a date or a span back from now: 2018-12-31, 2018-12, 7d, yesterday
	Period                    // a length of time: 24h, 7d, 2w
	Integer                   // a whole number
	ID                        // a dispatch's ID
	Name                      // a command's name
	Zone                      // an IANA time zone
	Channel                   // a channel of the door, "here" by default
	Prose                     // the rest of the line as it stands, line breaks too: a report, a reason
	Roles                     // as Text: one or several roles of the guild, by mention or ID
	Language                  // a language that replies can be told in: "ar"
	SavedSource               // as Text: the name of a source that was added; completes on them
	SavedSchedule             // the name of a schedule; completes on them
)

// rest reports whether an argument of this kind takes the words to the end of the
// line that are no named arguments.
func (k Kind) rest() bool {
	switch k {
	case Text, Topic, Source, Roles, SavedSource:
		return true
	}
	return false
}

// verbatim reports whether an argument of this kind is the rest of the line as it
// stands, named arguments in it and all.
func (k Kind) verbatim() bool { return k == Line || k == Prose }

// Arg is one argument of a command, declared once: the line parser, the slash
// schema, the help text and the completion all derive from it.
type Arg struct {
	// Name is lower-case; a named argument is typed name:value.
	Name string
	Kind Kind
	// Summary is at most 100 characters (Discord's limit for an option's description).
	Summary string
	// Choices, where given, are the only values that it takes, in lower case and in the
	// words of every language; they are completed. Of kind Roles it takes them beside
	// roles.
	Choices  []string
	Required bool
	// Named arguments are only taken as name:value, anywhere in the line;
	// the others also by position.
	Named bool
}

// Command is one thing that can be asked.
type Command struct {
	// Name is lower-case, at most 32 characters.
	Name string
	// Summary is one sentence of at most 100 characters.
	Summary string
	// Help says more; Examples are lines without prefix.
	Help     string
	Examples []string
	Args     []Arg
	// Sub are the sub-commands; a command with some is not run itself.
	Sub []*Command
	// Default names the sub-command that is meant where none is typed; empty: none is.
	Default string
	// Manage says that only managers may run it, Files that only those may who may
	// file dispatches, managers among them.
	Manage, Files bool
	run           func(context.Context, *call) (Reply, error)
}

// Choice is one completion of a line: what is shown, and the argument's value.
type Choice struct {
	Label string `json:"label"`
	Value string `json:"value"`
}
