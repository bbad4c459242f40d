package commands

import (
	"context"
	"errors"
	"fmt"

	"sitrep/lang"
)

// fault is an Error that is said in the language of the reply: its text is English.
type fault struct {
	code, text string
	args       []any
}

func (f *fault) Error() string { return fmt.Sprintf(f.text, f.args...) }

// Text gives the fault to who says it, as a part of another one.
func (f *fault) Text() (string, []any) { return f.text, f.args }

// As makes a fault an *Error, in English, for who asks for one.
func (f *fault) As(target any) bool {
	e, ok := target.(**Error)
	if ok {
		*e = &Error{f.code, f.Error()}
	}
	return ok
}

// Errorf is an error that people are told in the language of the reply: text is the
// English text, a format; code is one of the Code… constants. Doors that answer for
// their channels use it.
func Errorf(code, text string, args ...any) error { return &fault{code, text, args} }

func usage(text string, args ...any) error { return &fault{CodeUsage, text, args} }

func notFound(text string, args ...any) error { return &fault{CodeNotFound, text, args} }

func forbidden(text string, args ...any) error { return &fault{CodeForbidden, text, args} }

// Failed is the reply to what could not be answered: people get a sentence in their
// language, operators get the cause in the log.
func failed(p *lang.Printer, err error) Reply {
	told := &Error{}
	var f *fault
	switch {
	case errors.As(err, &f):
		told.Code, told.Message = f.code, p.Say(f.text, f.args...)
	case errors.As(err, &told):
	case errors.Is(err, context.DeadlineExceeded):
		told.Code, told.Message = CodeUnavailable, p.Say("The answer took too long and was given up: ask for less, or try again in a minute.")
	case errors.Is(err, context.Canceled):
		told.Code, told.Message = CodeUnavailable, p.Say("sitrep is shutting down: ask again in a minute.")
	default:
		told.Code, told.Message = CodeInternal, p.Say("The answer could not be made. The cause is in the operator's log; try again in a minute.")
	}
	return Reply{Title: failedTitle(p, told.Code), Error: told}
}

func failedTitle(p *lang.Printer, code string) string {
	switch code {
	case CodeUnknownCommand:
		return p.Say("Unknown command")
	case CodeNotFound:
		return p.Say("Not found")
	case CodeForbidden:
		return p.Say("Not allowed")
	}
	return p.Say("That did not work")
}
