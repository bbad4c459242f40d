package commands

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/index/query"
	"sitrep/lang"
)

// MaxLine is the longest command line, in bytes: Discord's messages end at 2,000
// characters of up to four bytes.
const MaxLine = 8000

// parse finds the command of a line and reads its arguments.
func (e *Engine) parse(r Request) (*call, error) {
	line := strings.TrimSpace(strings.ToValidUTF8(r.Line, "\uFFFD"))
	if len(line) > MaxLine {
		return nil, usage("The line has %d bytes, the limit is %d: shorten it.", len(line), MaxLine)
	}
	c := &call{e: e, p: e.printer(r), Request: r, set: e.settings(r), args: map[string]string{}}
	line = c.cutPrefix(line)
	list := e.commands
	for {
		name, rest := cutWord(line)
		if name == "" && c.command != nil {
			name = c.command.Default
		}
		if name == "" && c.command == nil {
			return nil, usage("Type a command: %s.", c.list("%s or %s", wordsOf(c.p, list)))
		}
		if name == "" {
			return nil, usage("%s what? Add %s.", strings.Join(c.words, " "), c.list("%s or %s", wordsOf(c.p, list)))
		}
		found := e.find(list, name)
		if found == nil {
			return nil, c.unknown(c.words, name, list)
		}
		c.command, c.path, line = found, append(c.path, found.Name), rest
		if find(list, name) != nil {
			name = found.Name
		}
		c.words = append(c.words, name)
		if len(found.Sub) == 0 {
			break
		}
		list = found.Sub
	}
	return c, c.bind(line)
}

// cutPrefix takes off what marks a line as a command line: the community's prefix,
// the operator's, which works everywhere, or a slash.
func (c *call) cutPrefix(line string) string {
	for _, prefix := range []string{c.set.Prefix, c.e.o.Prefix} {
		if rest, ok := strings.CutPrefix(line, prefix); ok {
			line = strings.TrimSpace(rest)
			break
		}
	}
	return strings.TrimPrefix(line, "/")
}

// unknown says that a command is not known, and which may have been meant.
func (c *call) unknown(path []string, name string, list []*Command) error {
	path = slices.Clip(path)
	said := strings.Join(append(path, clip(name, 40)), " ")
	if near := nearest(strings.ToLower(name), slices.Concat(names(list), wordsOf(c.p, list))); near != "" {
		return &fault{CodeUnknownCommand, "There is no command %q. Did you mean %s? `help` lists them all.", []any{said, strings.Join(append(path, near), " ")}}
	}
	return &fault{CodeUnknownCommand, "There is no command %q. There are %s; `help` tells what each does.", []any{said, c.list("%s and %s", wordsOf(c.p, list))}}
}

// bind reads the arguments of a line: name:value anywhere before a command line,
// the others by position.
func (c *call) bind(line string) error {
	pos := 0
	var rest []string
	for {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		arg := c.positional(&pos)
		if line == "" {
			break
		}
		if arg != nil && arg.Kind.verbatim() {
			if rest, ok := c.e.cutName(line, arg.Name); ok {
				c.args[arg.Name] = rest
				return c.complete()
			}
			if name, value, after, ok := c.takeNamed(line); ok {
				c.args[name], line = value, after
				continue
			}
			c.args[arg.Name] = line
			return c.complete()
		}
		word, after := cutToken(line)
		if name, value, after, ok := c.takeNamed(line); ok && !closes(word, rest) {
			c.args[name], line = value, after
			continue
		}
		switch {
		case arg == nil:
			return usage("%q is too much for %s. Usage: %s", clip(word, 40), strings.Join(c.words, " "), c.form(c.command, c.path))
		case arg.Kind.rest():
			rest = append(rest, c.e.field(word))
			line = after
			continue
		case arg.Kind == Period && !arg.Required && !isPeriod(c.e.value(arg, unquote(word)), c.Request.Now):
			if likePeriod(c.e.value(arg, word)) {
				return usage("%q is no period: write 24h, 7d, 2w or 3mo.", clip(word, 40))
			}
			pos++ // an optional period that is not there
			continue
		case arg.Kind == Zone && !arg.Required && !likeZone(unquote(word)):
			pos++ // nor an optional zone
			continue
		}
		c.args[arg.Name] = c.e.value(arg, unquote(word))
		pos++
		line = after
	}
	if arg := c.positional(&pos); arg != nil && len(rest) > 0 {
		c.args[arg.Name] = strings.Join(rest, " ")
	}
	return c.complete()
}

// closes reports whether a word closes a parenthesis that the words before it
// opened: then it belongs to them, as in (hajin since:7d).
func closes(word string, before []string) bool {
	if !strings.HasSuffix(word, ")") {
		return false
	}
	text := strings.Join(before, " ")
	return strings.Count(text, "(") > strings.Count(text, ")")
}

// complete checks that every argument is there that has to be.
func (c *call) complete() error {
	for _, a := range c.command.Args {
		if v, given := c.args[a.Name]; given && !a.Required && strings.TrimSpace(v) == "" {
			return usage("%s: what? Write the value right behind the colon: %s.", c.word(a.Name), c.say(a.Summary))
		}
		if a.Required && strings.TrimSpace(c.args[a.Name]) == "" {
			return usage("%s needs %s: %s. Usage: %s", strings.Join(c.words, " "), c.word(a.Name), c.say(a.Summary), c.form(c.command, c.path))
		}
	}
	return nil
}

// positional is the next argument to be filled by position.
func (c *call) positional(pos *int) *Arg {
	for ; *pos < len(c.command.Args); *pos++ {
		a := &c.command.Args[*pos]
		if _, given := c.args[a.Name]; !a.Named && !given {
			return a
		}
	}
	return nil
}

// takeNamed reads name:value at the beginning of a line, if the command has an
// argument of that name.
func (c *call) takeNamed(line string) (name, value, after string, ok bool) {
	i := strings.IndexByte(line, ':')
	if i <= 0 {
		return "", "", "", false
	}
	a := c.e.argument(c.command, line[:i])
	if a == nil {
		return "", "", "", false
	}
	// A space behind the colon is a slip that phones make: the value follows it.
	word, after := cutToken(strings.TrimLeftFunc(line[i+1:], unicode.IsSpace))
	if a.Kind == Time {
		word, after = cutTime(word, after)
	}
	return a.Name, c.e.value(a, unquote(word)), after, true
}

// likePeriod reports whether a word was meant as a period: a number and a unit.
func likePeriod(s string) bool {
	i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	if i <= 0 {
		return false
	}
	switch strings.ToLower(s[i:]) {
	case "h", "d", "w", "m", "mo", "y":
		return true
	}
	return false
}

// likeZone reports whether a word was meant as a time zone: it has the form of most, or
// is one. A slash at its beginning is one that stands before a command.
func likeZone(s string) bool {
	if strings.IndexByte(s, '/') > 0 {
		return true
	}
	_, err := time.LoadLocation(s)
	return err == nil && s != ""
}

func isPeriod(s string, now time.Time) bool {
	_, err := query.ParsePeriod(s, now)
	return err == nil
}

// cutWord takes the first word off a line.
func cutWord(line string) (word, rest string) {
	line = strings.TrimLeftFunc(line, unicode.IsSpace)
	i := strings.IndexFunc(line, unicode.IsSpace)
	if i < 0 {
		return line, ""
	}
	return line[:i], line[i:]
}

// cutToken takes the first word off a line, a quotation as one, with its quotes.
// Typographic quotes, which phones put in by themselves, count.
func cutToken(line string) (word, rest string) {
	inside := false
	for i, r := range line {
		switch {
		case isQuote(r):
			inside = !inside
		case unicode.IsSpace(r) && !inside:
			return line[:i], line[i:]
		}
	}
	return line, ""
}

// cutTime takes the words behind a time with it that belong to it: since:last week.
func cutTime(word, after string) (string, string) {
	words := strings.Fields(after)
	n := query.CutTime(append([]string{word}, words...))
	for i := 1; i < n; i++ {
		var next string
		next, after = cutWord(after)
		word += " " + next
	}
	return word, after
}

func isQuote(r rune) bool { return r == '"' || r == '“' || r == '”' || r == '„' }

// unquote takes the quotes off a word that has them on both ends.
func unquote(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	last, m := utf8.DecodeLastRuneInString(s)
	if len(s) >= n+m && isQuote(first) && isQuote(last) && n+m <= len(s) && len(s) > n {
		return s[n : len(s)-m]
	}
	return s
}

// Line writes a command line from values, as a slash command or a form has them.
// Parsing it gives the values back.
func (e *Engine) Line(path []string, values map[string]string) (string, error) {
	list, cmd := e.commands, (*Command)(nil)
	for _, name := range path {
		if cmd = find(list, name); cmd == nil {
			return "", notFound("There is no command %q.", name)
		}
		list = cmd.Sub
	}
	if cmd == nil || len(cmd.Sub) > 0 {
		return "", usage("%s is no whole command.", strings.Join(path, " "))
	}
	parts := append([]string{}, path...)
	var last string
	for _, a := range cmd.Args {
		v := strings.TrimSpace(values[a.Name])
		switch {
		case v == "":
		case a.Kind.verbatim():
			last = e.guarded(cmd, a, v)
		case !a.Named && a.Kind.rest():
			last = v
		default:
			parts = append(parts, a.Name+":"+quote(v))
		}
	}
	if last != "" {
		parts = append(parts, last)
	}
	return strings.Join(parts, " "), nil
}

func quote(v string) string {
	if strings.ContainsFunc(v, unicode.IsSpace) {
		return `"` + strings.Map(func(r rune) rune {
			if isQuote(r) {
				return -1
			}
			return r
		}, v) + `"`
	}
	return v
}

// form is how a command is typed, in the words of the reply's language.
func (c *call) form(cmd *Command, path []string) string {
	if c.p.Code == lang.English {
		return form(cmd, path, c.set.Prefix)
	}
	words := make([]string, len(path))
	for i, w := range path {
		words[i] = c.word(w)
	}
	parts := []string{c.set.Prefix + strings.Join(words, " ")}
	for _, a := range cmd.Args {
		form := "‹" + c.word(a.Name) + "›"
		if a.Named {
			form = c.word(a.Name) + ":" + form
		}
		if !a.Required {
			form = "[" + form + "]"
		}
		parts = append(parts, form)
	}
	return strings.Join(parts, " ")
}

// form is how a command is typed, in English.
func form(cmd *Command, path []string, prefix string) string {
	parts := []string{prefix + strings.Join(path, " ")}
	for _, a := range cmd.Args {
		form := strings.ToUpper(a.Name)
		if a.Named {
			form = a.Name + ":" + form
		}
		if !a.Required {
			form = "[" + form + "]"
		}
		parts = append(parts, form)
	}
	return strings.Join(parts, " ")
}

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// list is "a, b and c"; last is how the last two are joined.
func (c *call) list(last string, items []string) string {
	if len(items) == 0 {
		return ""
	}
	out := items[0]
	for i, item := range items[1:] {
		if i+2 == len(items) {
			return c.say(last, out, item)
		}
		out = c.say("%s, %s", out, item)
	}
	return out
}
