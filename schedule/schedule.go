package schedule

import (
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The doors that a schedule posts to.
const (
	DoorDiscord = "discord"
	DoorConsole = "console"
)

// Limits of a schedule's fields.
const (
	MaxName = 32   // characters of a name, as Discord's command names have
	MaxLine = 1000 // bytes of a command line
	maxID   = 64   // bytes of a door's ID; Discord's have 20
	// MaxPerGuild keeps one guild from filling the book for all.
	MaxPerGuild = 50
)

// Schedule is a command line that runs by itself.
type Schedule struct {
	// Name is unique in its guild, upper and lower case alike.
	Name string `json:"name"`
	// Guild is empty for the console's own, and Channel may be.
	Guild   string `json:"guild,omitempty"`
	Channel string `json:"channel,omitempty"`
	// Door is DoorDiscord or DoorConsole.
	Door string `json:"door"`
	// Cron and Zone are what Parse takes.
	Cron string `json:"cron"`
	Zone string `json:"zone"`
	// Line is a command line as typed.
	Line string `json:"line"`
	// By is who added it, as the door names people.
	By string `json:"by,omitempty"`
	// Created is when it was added; occurrences before do not count.
	Created time.Time `json:"created"`
	// Paused says that it does not run; Resumed is when it last began again:
	// occurrences before do not count either.
	Paused  bool      `json:"paused,omitempty"`
	Resumed time.Time `json:"resumed,omitzero"`

	// Last is the last occurrence that is done with (posted, failed or missed), in UTC.
	Last time.Time `json:"last,omitzero"`
	// LastResult says in words what became of it.
	LastResult string `json:"last_result,omitempty"`

	// Pending is the occurrence that is being run, zero if none: it was claimed
	// at Claimed by the runner Owner.
	Pending time.Time `json:"pending,omitzero"`
	Claimed time.Time `json:"claimed,omitzero"`
	Owner   string    `json:"owner,omitempty"`
}

// Spec parses the schedule's expression.
func (s *Schedule) Spec() (Spec, error) { return Parse(s.Cron, s.Zone) }

// Next is its first occurrence after the given instant; zero where it is paused.
func (s *Schedule) Next(after time.Time) (time.Time, error) {
	if s.Paused {
		return time.Time{}, nil
	}
	spec, err := s.Spec()
	if err != nil {
		return time.Time{}, err
	}
	if from := s.from(); from.After(after) {
		after = from
	}
	return spec.Next(after), nil
}

// from is the instant up to which everything is done with.
func (s *Schedule) from() time.Time {
	from := s.Created
	for _, t := range []time.Time{s.Resumed, s.Last} {
		if t.After(from) {
			from = t
		}
	}
	return from
}

// settle records what became of the occurrence.
func (s *Schedule) settle(occurrence time.Time, result string) {
	s.Last, s.LastResult = occurrence, result
	s.Pending, s.Claimed, s.Owner = time.Time{}, time.Time{}, ""
}

// check refuses what cannot run, and puts Name and Cron into their one form.
func (s *Schedule) check() error {
	s.Name = norm.NFC.String(s.Name)
	if err := checkName(s.Name); err != nil {
		return err
	}
	if s.Door != DoorDiscord && s.Door != DoorConsole {
		return wrong("schedule %s: the door is %q, it can be %q or %q", s.Name, s.Door, DoorDiscord, DoorConsole)
	}
	if s.Channel == "" && s.Door == DoorDiscord {
		return wrong("schedule %s has no channel: say where it posts", s.Name)
	}
	if len(s.Guild) > maxID || len(s.Channel) > maxID {
		return wrong("schedule %s: a guild's or channel's ID is longer than %d bytes", s.Name, maxID)
	}
	s.Line = strings.TrimSpace(s.Line)
	switch {
	case s.Line == "":
		return wrong("schedule %s has no command line: say what it runs, for example brief 24h", s.Name)
	case len(s.Line) > MaxLine:
		return wrong("schedule %s: the command line is %d bytes long, the limit is %d", s.Name, len(s.Line), MaxLine)
	case !utf8.ValidString(s.Line) || strings.ContainsFunc(s.Line, unicode.IsControl):
		return wrong("schedule %s: the command line has line breaks or control characters in it: write it on one line", s.Name)
	}
	spec, err := s.Spec()
	if err != nil {
		return wrong("schedule %s: %v", s.Name, err)
	}
	s.Cron = spec.String()
	return nil
}

func checkName(name string) error {
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxName {
		return wrong("a schedule's name has 1 to %d characters, this one has %d: name it for example morning", MaxName, n)
	}
	for _, r := range name {
		if r == utf8.RuneError || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_' {
			return wrong("schedule name %q: %q cannot be in it, only letters, digits, - and _: name it for example morning-brief", name, string(r))
		}
	}
	return nil
}

// Permanent wraps an error that trying again cannot mend (no permission, an
// invalid body): the runner records it at once.
func Permanent(err error) error { return &fireError{err: err} }

// Disable wraps an error that will be the same next time (the channel is gone):
// the runner records it and pauses the schedule.
func Disable(err error) error { return &fireError{err: err, pause: true} }

type fireError struct {
	err   error
	pause bool
}

func (e *fireError) Error() string { return e.err.Error() }
func (e *fireError) Unwrap() error { return e.err }

// finality says whether an error ends the tries, and whether it pauses the schedule.
func finality(err error) (final, pause bool) {
	var e *fireError
	if !errors.As(err, &e) {
		return false, false
	}
	return true, e.pause
}
