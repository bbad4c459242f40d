package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"

	"sitrep/commands"
	"sitrep/lang"
	"sitrep/news"
)

// style is how a reply looks in the terminal.
type style struct {
	width int
	// words are the languages that replies are in.
	words             *lang.Catalogue
	bold, dim, accent string
	reset             string
}

// styleOf colours a terminal and leaves everything else plain.
func styleOf(w io.Writer, words *lang.Catalogue) style {
	f, ok := w.(interface{ Fd() uintptr })
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return style{width: 100, words: words}
	}
	return coloured(int(f.Fd()), words)
}

func coloured(fd int, words *lang.Catalogue) style {
	s := style{width: 100, words: words, bold: "\x1b[1m", dim: "\x1b[2m", accent: "\x1b[36m", reset: "\x1b[0m"}
	if w, _, err := term.GetSize(fd); err == nil && w > 20 {
		s.width = min(w, 110)
	}
	return s
}

// printReply writes a reply as a person reads it in a terminal.
func printReply(w io.Writer, r commands.Reply, s style) {
	in := s.words.In(r.Lang)
	if r.Title != "" {
		fmt.Fprintf(w, "%s%s%s", s.bold, clean(r.Title), s.reset)
		if !r.AsOf.IsZero() {
			fmt.Fprintf(w, "%s  %s%s", s.dim, clean(in.Say("as of %s", in.Day(r.AsOf.UTC()))), s.reset)
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
		printItem(w, it, s, in)
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
	printActions(w, r.Actions, s, in)
}

// printActions lists the lines that lead on; those of a group share theirs.
func printActions(w io.Writer, list []commands.Action, s style, in *lang.Printer) {
	if len(list) > 0 {
		fmt.Fprintf(w, "\n%s%s%s\n", s.dim, clean(in.Say("Ask further:")), s.reset)
	}
	for i := 0; i < len(list); {
		group, line := list[i].Group, "  "+clean(list[i].Line)
		for i++; group != "" && i < len(list) && list[i].Group == group; i++ {
			next := clean(list[i].Line)
			if utf8.RuneCountInString(line+next)+3 > s.width {
				fmt.Fprintf(w, "%s%s,%s\n", s.accent, line, s.reset)
				line = "  " + next
				continue
			}
			line += ", " + next
		}
		fmt.Fprintf(w, "%s%s%s\n", s.accent, line, s.reset)
	}
}

func printItem(w io.Writer, it commands.Item, s style, in *lang.Printer) {
	text := clean(it.Text)
	if it.Quote {
		text = "“" + text + "”"
	}
	if it.Standing == news.Disputed || it.Standing == news.Retracted {
		text = strings.ToUpper(in.Say(string(it.Standing))) + ": " + text
	}
	wrap(w, text, "  ", s.width)
	for _, c := range it.Cites {
		fmt.Fprintf(w, "    %s— %s%s\n", s.dim, citation(c, in), s.reset)
	}
	if it.More != "" {
		fmt.Fprint(w, s.dim)
		wrap(w, clean(it.More), "      ", s.width)
		fmt.Fprint(w, s.reset)
	}
}

// citation is who said it, when, where, and the dispatch's ID. It is never cut.
func citation(c commands.Cite, in *lang.Printer) string {
	parts := []string{}
	if c.Source != "" {
		parts = append(parts, clean(c.Source))
	}
	if c.Published.IsZero() {
		parts = append(parts, clean(in.Say("undated, filed %s", in.Day(c.Filed.UTC()))))
	} else {
		parts = append(parts, in.Day(c.Published.UTC()))
	}
	if c.URL != "" {
		parts = append(parts, clean(c.URL))
	}
	return strings.Join(append(parts, string(c.ID)), ", ")
}

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
