package schedule

import "fmt"

// Error is what is wrong with a schedule, for the person who typed it.
type Error struct {
	text string
	args []any
}

// wrong is an Error; text is English, a format for the arguments.
func wrong(text string, args ...any) error { return &Error{text, args} }

func (e *Error) Error() string { return fmt.Sprintf(e.text, e.args...) }

// Text gives the error to who says it in another language.
func (e *Error) Text() (string, []any) { return e.text, e.args }

// Unwrap gives the errors among the arguments.
func (e *Error) Unwrap() (list []error) {
	for _, a := range e.args {
		if err, ok := a.(error); ok {
			list = append(list, err)
		}
	}
	return list
}
