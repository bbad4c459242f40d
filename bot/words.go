package bot

import (
	"fmt"
	"strings"
	"time"

	"sitrep/commands"
	"sitrep/lang"
)

// pen writes a message in the language of a reply.
type pen struct{ p *lang.Printer }

// pen writes in the language of a code such as "ar"; English where there is none.
func (b *Bot) pen(code string) pen { return pen{b.words.In(code)} }

// say is fmt.Sprintf in the language; the text is English.
func (w pen) say(text string, args ...any) string { return w.p.Say(text, args...) }

// own draws one line of our own, escaped and in one direction.
func (w pen) own(prefix, s string) string {
	s = balance(s)
	switch {
	case strings.TrimSpace(stripMarks(s)) == "":
		return ""
	case !w.p.RightToLeft():
		return prefix + isolate(s)
	case rightToLeft(s): // also where it begins with a name from elsewhere
		return rightMark + prefix + firstIsolate + rightMark + s + popIsolate
	}
	return rightMark + prefix + firstIsolate + s + popIsolate
}

// part is a piece of a line of our own that must not mix with its neighbours.
func (w pen) part(s string) string {
	if s != "" && w.p.RightToLeft() {
		return firstIsolate + s + popIsolate
	}
	return isolate(s)
}

// plainLine is one line of our own where no markdown is read: a label, a footer.
func (w pen) plainLine(s string, n int) string {
	draw := func(s string) string { return w.own("", disarm(s)) }
	return draw(fit(ownLine(s), n, draw))
}

// markdownLine is one line of our own in at most n units.
func (w pen) markdownLine(s string, n int) string {
	draw := func(s string) string { return w.own("", prose(s)) }
	return draw(fit(ownLine(s), n, draw))
}

// ownText is clean for a text of our own, in which isolates stay where they are
// balanced.
func ownText(s string) string { return balanceLines(cleanMarked(dropPrivate(bound(s)), true)) }

// ownLine is ownText in one line.
func ownLine(s string) string { return strings.Join(strings.Fields(ownText(s)), " ") }

// ownLines draws a clean text of our own line by line with a prefix.
func (w pen) ownLines(s, prefix string) string {
	return eachLine(s, func(line string) string { return w.own(prefix, line) }, prose)
}

// quoted draws a clean text from outside as a quotation, each line in the direction
// of its first letter.
func quoted(s string) string {
	return eachLine(s, func(line string) string { return "> " + isolate(line) }, escapeLine)
}

// eachLine escapes a clean text, which may hold highlights, and draws its lines.
func eachLine(s string, draw, escape func(string) string) string {
	if bare := stripMarks(s); disarm(bare) != bare {
		s = bare // a highlight could hide what must be disarmed
	}
	var out []string
	bold := false
	for _, line := range strings.Split(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if stripMarks(line) == "" {
			continue
		}
		line, bold = highlight(escape(line), bold)
		if line = draw(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// stamp is a time that every reader sees in their own zone and language: 'D' is
// the date, 'f' date and time, 'R' how long ago.
// https://docs.discord.com/developers/reference#message-formatting-timestamp-styles
func stamp(t time.Time, style byte) string { return fmt.Sprintf("<t:%d:%c>", t.Unix(), style) }

// roomSource bounds the name of a source in a citation.
const roomSource = 120

// cite is the line that says where a statement comes from.
func (w pen) cite(c commands.Cite) string {
	source := escapeLine(fit(plainText(c.Source), roomSource, escapeLine))
	if source == "" {
		source = w.say("unknown source")
	}
	if !w.p.RightToLeft() {
		source = isolate(source)
	}
	switch {
	case !c.Published.IsZero():
		source = w.say("%s, %s (%s)", source, stamp(c.Published, 'D'), stamp(c.Published, 'R'))
	case !c.Filed.IsZero():
		source = w.say("%s, undated, filed %s", source, stamp(c.Filed, 'D'))
	default:
		source = w.say("%s, undated", source)
	}
	parts := []string{source}
	if l := hostLink(c.URL); l != "" {
		parts = append(parts, w.part(l))
	}
	if c.ID.Valid() {
		parts = append(parts, w.part("`"+string(c.ID)+"`"))
	}
	line := "— " + strings.Join(parts, " · ")
	if w.p.RightToLeft() {
		line = rightMark + line
	}
	return line
}

// errorTitle is the title of an error that brings none.
func (w pen) errorTitle(code string) string {
	switch code {
	case commands.CodeUnknownCommand:
		return w.say("Unknown command")
	case commands.CodeUsage:
		return w.say("Not understood")
	case commands.CodeNotFound:
		return w.say("Not found")
	case commands.CodeForbidden:
		return w.say("Not allowed")
	case commands.CodeUnavailable:
		return w.say("Not available at the moment")
	}
	return w.say("Something went wrong")
}
