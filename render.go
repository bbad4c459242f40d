package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"golang.org/x/term"

	"sitrep/commands"
	"sitrep/news"
)

// style is how a reply looks in the terminal.
type style struct {
	width             int
	bold, dim, accent string
	reset             string
}

// styleOf colours a terminal and leaves everything else plain.
func styleOf(w io.Writer) style {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return style{width: 100}
	}
	return coloured(int(f.Fd()))
}

func coloured(fd int) style {
	s := style{width: 100, bold: "\x1b[1m", dim: "\x1b[2m", accent: "\x1b[36m", reset: "\x1b[0m"}
	if w, _, err := term.GetSize(fd); err == nil && w > 20 {
		s.width = min(w, 110)
	}
	return s
}

// printReply writes a reply as a person reads it in a terminal.
func printReply(w io.Writer, r commands.Reply, s style) {
	if r.Title != "" {
		fmt.Fprintf(w, "%s%s%s", s.bold, clean(r.Title), s.reset)
		if !r.AsOf.IsZero() {
			fmt.Fprintf(w, "%s  as of %s%s", s.dim, date(r.AsOf), s.reset)
		}
		fmt.Fprintln(w)
	}
	if r.Error != nil {
		wrap(w, clean(r.Error.Message), "", s.width)
		return
	}
	if r.Note != "" {
		wrap(w, clean(r.Note), "", s.width)
	}
	for _, it := range r.Items {
		fmt.Fprintln(w)
		printItem(w, it, s)
	}
	if len(r.Fields) > 0 {
		fmt.Fprintln(w)
	}
	for _, f := range r.Fields {
		for i, line := range strings.Split(f.Value, "\n") {
			name := clean(f.Name) + ":"
			if i > 0 {
				name = ""
			}
			wrap(w, name+" "+clean(line), "  ", s.width)
		}
	}
	for _, p := range r.Pictures {
		fmt.Fprintf(w, "%s", s.dim)
		wrap(w, "["+clean(p.Alt)+"]", "  ", s.width)
		fmt.Fprintf(w, "%s", s.reset)
	}
	if len(r.Actions) > 0 {
		fmt.Fprintf(w, "\n%sAsk further:%s\n", s.dim, s.reset)
	}
	for _, a := range r.Actions {
		fmt.Fprintf(w, "  %s%s%s\n", s.accent, clean(a.Line), s.reset)
	}
}

func printItem(w io.Writer, it commands.Item, s style) {
	text := clean(it.Text)
	if it.Quote {
		text = "“" + text + "”"
	}
	if it.Standing == news.Disputed || it.Standing == news.Retracted {
		text = strings.ToUpper(string(it.Standing)) + ": " + text
	}
	wrap(w, text, "  ", s.width)
	for _, c := range it.Cites {
		fmt.Fprintf(w, "    %s— %s%s\n", s.dim, citation(c), s.reset)
	}
}

// citation is who said it, when, where, and the dispatch's ID. It is never cut.
func citation(c commands.Cite) string {
	parts := []string{}
	if c.Source != "" {
		parts = append(parts, clean(c.Source))
	}
	if c.Published.IsZero() {
		parts = append(parts, "undated, filed "+date(c.Filed))
	} else {
		parts = append(parts, date(c.Published))
	}
	if c.URL != "" {
		parts = append(parts, clean(c.URL))
	}
	return strings.Join(append(parts, string(c.ID)), ", ")
}

func date(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

// clean takes out what would steer the terminal or turn the reading order
// around: text from outside is data here too.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C, r == 0xFEFF:
			return -1
		}
		return r
	}, s)
}

// wrap writes text in lines of at most width characters.
func wrap(w io.Writer, text, indent string, width int) {
	line, n := indent, len(indent)
	for _, word := range strings.Fields(text) {
		k := len([]rune(word))
		if n > len(indent) && n+1+k > width {
			fmt.Fprintln(w, line)
			line, n = indent, len(indent)
		}
		if n > len(indent) {
			line += " "
			n++
		}
		line += word
		n += k
	}
	fmt.Fprintln(w, line)
}
