package ingest

import (
	"strings"
	"unicode/utf8"
)

// titleRunes is the longest first line that is taken for a title; a longer one
// is a paragraph.
const titleRunes = 300

// readText reads a plain text: the first line is the title, then paragraphs. A
// text of one line has no title: what it says is its body, so that it can be quoted.
func readText(in *input, to sink) error {
	text, ok := in.text(to)
	if !ok {
		return nil
	}
	r := record{line: 1, own: in.fileOrigin()}
	r.title, r.body = splitTitle(text)
	return to.put(r)
}

func splitTitle(text string) (title, body string) {
	text = Clean(text)
	first, rest, _ := strings.Cut(text, "\n")
	if strings.TrimSpace(rest) == "" || utf8.RuneCountInString(first) > titleRunes {
		return "", text
	}
	return first, strings.TrimLeft(rest, "\n")
}
