package console

import "strings"

// Texts of our own come with isolates (FSI … PDI) around what is written in the other
// direction, and with `…` around what is typed. In HTML these are elements, so that the
// rule for texts from outside holds here too: no character of theirs turns the page.

// ownLine is a text of ours on one line.
func ownLine(s string) paragraph { return owned(strings.Join(strings.Fields(s), " ")) }

// ownText is a text of ours in paragraphs.
func ownText(s string) (out []paragraph) {
	for _, b := range blocks(s) {
		if p := owned(s[b.Start:b.End]); len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// owned are the pieces of a text of ours.
func owned(s string) (out paragraph) {
	depth, from := 0, 0
	for i, r := range s {
		switch {
		case r >= '\u2066' && r <= '\u2068': // the isolates
			if depth++; depth == 1 {
				out = append(out, typed(s[from:i], false)...)
				from = i
			}
		case r == '\u2069' && depth > 0:
			if depth--; depth == 0 {
				out = append(out, typed(s[from:i], true)...)
				from = i
			}
		}
	}
	return append(out, typed(s[from:], depth > 0)...)
}

// typed parts what stands in `…` from the rest.
func typed(s string, apart bool) (out paragraph) {
	parts := strings.Split(s, "`")
	if len(parts)%2 == 0 { // the last has no end: it is a sign like others
		last := len(parts) - 1
		parts = append(parts[:last-1], parts[last-1]+"`"+parts[last])
	}
	for i, part := range parts {
		if part = clean(part); part != "" {
			code := i%2 == 1
			out = append(out, piece{Text: part, Code: code, Apart: apart && !code})
		}
	}
	return out
}
