package lang

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

// Printer says things in one language. It is safe for concurrent use.
type Printer struct {
	// Code is the language's BCP 47 code: "ar".
	Code    string
	tag     language.Tag
	file    file
	folded  map[string][]string // the words, as they are compared
	printer *message.Printer
}

// Sayable is what is said in the language of the reader when it is an argument of
// Say: an error of a room that knows no languages, which gives its English text and
// the text's arguments.
type Sayable interface {
	Text() (text string, args []any)
}

// Name is the language's own name.
func (p *Printer) Name() string { return p.file.Name }

// RightToLeft says that the language is written from the right.
func (p *Printer) RightToLeft() bool { return p.file.RightToLeft }

// ArabicNames says that places and actors are called by their Arabic names.
func (p *Printer) ArabicNames() bool { return p.file.ArabicNames }

// DiscordLocales are the locales of Discord's clients that the language is for,
// as Discord writes them: "en-US", "en-GB".
func (p *Printer) DiscordLocales() []string { return slices.Clone(p.file.Discord) }

// Say is fmt.Sprintf in the language: text is the English text, a format. %d groups
// digits and picks the plural form: write years and IDs with %s. In a language that
// is written from the right, arguments that are written from the left are isolated
// (FSI … PDI), so that they do not reorder the sentence.
func (p *Printer) Say(text string, args ...any) string {
	args = slices.Clone(args)
	for i, a := range args {
		if s, ok := a.(Sayable); ok {
			text, inner := s.Text()
			args[i] = said(p.direct(p.Say(text, inner...)))
			continue
		}
		if !p.file.RightToLeft {
			continue
		}
		switch a := a.(type) {
		case string:
			args[i] = said(isolate(a))
		case error:
			args[i] = said(isolate(a.Error()))
		case fmt.Stringer:
			args[i] = said(isolate(a.String()))
		default:
			if v := reflect.ValueOf(a); v.Kind() == reflect.String { // an ID
				args[i] = said(isolate(v.String()))
			}
		}
	}
	return p.printer.Sprintf(text, args...)
}

// direct keeps an argument in order in a sentence from the right.
func (p *Printer) direct(s string) string {
	if p.file.RightToLeft {
		return isolate(s)
	}
	return s
}

// said is an argument that is already in its final form: %q sets it in quotes and
// escapes nothing, for the marks in it are ours.
type said string

// Format implements fmt.Formatter.
func (s said) Format(f fmt.State, verb rune) {
	quote := ""
	if verb == 'q' {
		quote = `"`
	}
	_, _ = fmt.Fprint(f, quote, string(s), quote)
}

// Word is the language's word for an English one (a command's or argument's name),
// or the English word.
func (p *Printer) Word(english string) string {
	if w, _, _ := strings.Cut(p.file.Words[english], "|"); w != "" {
		return w
	}
	return english
}

// Words are all the words that may be typed for an English one, the language's own
// first, without the English one; none where the language has none.
func (p *Printer) Words(english string) []string {
	if w := p.file.Words[english]; w != "" {
		return strings.Split(w, "|")
	}
	return nil
}

// Language is what the language calls another one: "en" is الإنجليزية in Arabic; the
// code itself where it is no language.
func (p *Printer) Language(code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := display.Languages(p.tag).Name(tag); name != "" {
		return name
	}
	return code
}

func (p *Printer) means(folded, english string) bool {
	return slices.Contains(p.folded[english], folded)
}

// Day is a date as people write it: 2 Jan 2006.
func (p *Printer) Day(t time.Time) string {
	return fmt.Sprintf("%s %04d", p.ShortDay(t), t.Year())
}

// ShortDay is Day without the year.
func (p *Printer) ShortDay(t time.Time) string {
	return fmt.Sprintf("%d %s", t.Day(), p.file.Months[t.Month()-1])
}

// Moment is a date with its time and zone: 2 Jan 2006, 15:04 MST.
func (p *Printer) Moment(t time.Time) string {
	if p.file.RightToLeft {
		return p.Day(t) + t.Format("، 15:04 ") + isolate(t.Format("MST"))
	}
	return p.Day(t) + t.Format(", 15:04 MST")
}

// WeekdayMoment is Moment with the day of the week before it.
func (p *Printer) WeekdayMoment(t time.Time) string {
	return p.file.Weekdays[t.Weekday()] + " " + p.Moment(t)
}

// AllWords are the English words that the language has words for, in alphabetical order.
func (p *Printer) AllWords() []string { return slices.Sorted(maps.Keys(p.file.Words)) }
