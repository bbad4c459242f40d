package query

import "fmt"

// Error says where a query stops making sense and what was expected there.
type Error struct {
	Pos int // in characters, from 1; 0 where it is not the form that is wrong
	// Want is an English text, a format for Args.
	Want string
	Args []any
}

func (e *Error) Error() string {
	said := fmt.Sprintf(e.Want, e.Args...)
	if e.Pos == 0 {
		return said
	}
	return fmt.Sprintf("at character %d: %s", e.Pos, said)
}

// Text gives the error to who says it in another language.
func (e *Error) Text() (string, []any) {
	if e.Pos == 0 {
		return e.Want, e.Args
	}
	return "at character %d: %s", []any{e.Pos, &Error{Want: e.Want, Args: e.Args}}
}

// Mark puts ▸ into the query at the place that an error tells of, and cuts what
// is far from it off. Without a place the query comes back, cut to its beginning.
func (e *Error) Mark(typed string) string {
	const before, after = 40, 30
	r := []rune(typed)
	if e.Pos == 0 || e.Pos > len(r)+1 {
		if len(r) > before+after {
			return string(r[:before+after-1]) + "…"
		}
		return typed
	}
	head, tail := r[:e.Pos-1], r[e.Pos-1:]
	first, last := "", ""
	if len(head) > before {
		head, first = head[len(head)-before:], "…"
	}
	if len(tail) > after {
		tail, last = tail[:after], "…"
	}
	return first + string(head) + "▸" + string(tail) + last
}

// Wrong is an error in what is asked for, not in how it is written.
func Wrong(text string, args ...any) *Error { return wrongAt(0, text, args...) }

func wrongAt(pos int, text string, args ...any) *Error {
	return &Error{Pos: pos, Want: text, Args: args}
}
