package commands

import (
	"context"
	"time"

	"sitrep/news"
)

// Reply is the one answer type: each door renders it within its own limits.
// Its JSON is what `ask --json` and POST /v1/ask return.
type Reply struct {
	Title string `json:"title"`
	// AsOf is when the newest report that the answer rests on was published;
	// zero (absent) where no report is dated.
	AsOf time.Time `json:"as_of,omitzero"`
	// Note is said under the title: which place was taken, silence, what is undated.
	Note     string    `json:"note"`
	Items    []Item    `json:"items"`
	Fields   []Field   `json:"fields"`
	Pictures []Picture `json:"pictures"`
	Actions  []Action  `json:"actions"`
	Error    *Error    `json:"error"`
	// Listing is the answer to a search by a program (Request.Hits); nil otherwise.
	Listing *Listing `json:"listing,omitempty"`
	// Stories are the answer to a program that asked for stories; nil otherwise.
	Stories *StoryListing `json:"stories,omitempty"`
	// Lang is the language that the reply is told in, "en" by default. Quotations
	// stay in their own.
	Lang string `json:"lang,omitempty"`
	// Private says that only who asked shall see it, where the door can do that.
	Private bool `json:"-"`
	// Posted, where not nil, is to be called when the answer to a schedule was posted: what
	// it told counts as told from then on.
	Posted func(context.Context) `json:"-"`
}

// Item is one statement of an answer: a quotation or a count.
type Item struct {
	// Text is plain: no markup, no highlights. Doors escape it.
	Text string `json:"text"`
	// Quote says that Text is verbatim in the first cited dispatch, up to white
	// space and an ellipsis (…) at a cut.
	Quote    bool          `json:"quote"`
	Standing news.Standing `json:"standing,omitempty"`
	Cites    []Cite        `json:"cites"`
	// Folded are dispatches that carry the same text, or tell of the same, and are not
	// shown for themselves; More says so. Doors show it behind the citations.
	Folded []news.ID `json:"folded,omitempty"`
	More   string    `json:"more,omitempty"`
	// Marks are byte ranges of Text to highlight: what the question asked for.
	Marks []Mark `json:"-"`
}

// Mark is a byte range of an item's text.
type Mark struct{ Start, End int }

// Cite is the dispatch that an item comes from. A door never cuts it.
type Cite struct {
	ID     news.ID `json:"id"`
	Title  string  `json:"title"`
	Source string  `json:"source"`
	URL    string  `json:"url"`
	// Published is zero (absent) where the date is not known: doors then say
	// "undated, filed …".
	Published time.Time `json:"published,omitzero"`
	Filed     time.Time `json:"filed,omitzero"`
}

// Field is a short named value: a count, a span.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Picture is a PNG with the words that stand for it.
type Picture struct {
	Alt    string `json:"alt"`
	Type   string `json:"type"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	Data   []byte `json:"data"`
}

// Action is a button: its line is what a person could have typed (without prefix).
type Action struct {
	Label string `json:"label"`
	Line  string `json:"line"`
	// Turn says that the answer to the line takes the place of this one: another
	// page of it.
	Turn bool `json:"turn,omitempty"`
	// Group, where not empty, names the list that the action is one of; a door that
	// has them shows a group as one menu with this placeholder.
	Group string `json:"group,omitempty"`
}

// Error is what went wrong, for people.
type Error struct {
	// Code is one of the Code… constants.
	Code string `json:"code"`
	// Message says what, why, and what to do.
	Message string `json:"message"`
}

// The error codes.
const (
	CodeUnknownCommand = "unknown_command"
	CodeUsage          = "usage"
	CodeNotFound       = "not_found"
	CodeForbidden      = "forbidden"
	CodeUnavailable    = "unavailable"
	CodeInternal       = "internal"
)

// Error makes *Error an error, so that a command can return it.
func (e *Error) Error() string { return e.Message }
