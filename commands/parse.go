package commands

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"sitrep/index/query"
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
	line = strings.TrimSpace(e.cutPrefix(r.Guild, line))
	line = strings.TrimPrefix(line, "/")
	c := &call{e: e, p: e.printer(r), Request: r, args: map[string]string{}}
	list := e.commands
	for {
		name, rest := cutWord(line)
		if name == "" && c.command != nil {
			name = c.command.Default
		}
		if name == "" && c.command == nil {
			return nil, usage("Type a command: %s.", joinWords(names(list), "or"))
		}
		if name == "" {
			return nil, usage("%s what? Add %s.", strings.Join(c.path, " "), joinWords(names(list), "or"))
		}
		found := find(list, name)
		if found == nil {
			return nil, unknown(c.path, name, list)
		}
		c.command, c.path, line = found, append(c.path, found.Name), rest
		if len(found.Sub) == 0 {
			break
		}
		list = found.Sub
	}
	return c, c.bind(line)
}

func unknown(path []string, name string, list []*Command) *Error {
	said := strings.Join(append(path, clip(name, 40)), " ")
	if near := nearest(strings.ToLower(name), names(list)); near != "" {
		return &Error{CodeUnknownCommand, fmt.Sprintf("There is no command %q. Did you mean %s? `help` lists them all.", said, strings.Join(append(path, near), " "))}
	}
	return &Error{CodeUnknownCommand, fmt.Sprintf("There is no command %q. There are %s; `help` tells what each does.", said, joinWords(names(list), "and"))}
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
			if rest, ok := cutName(line, arg.Name); ok {
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
		if name, value, after, ok := c.takeNamed(line); ok {
			c.args[name], line = value, after
			continue
		}
		word, after := cutToken(line)
		switch {
		case arg == nil:
			return usage("%q is too much for %s. %s", clip(word, 40), strings.Join(c.path, " "), c.command.Usage(c.path, c.prefix()))
		case arg.Kind.rest():
			rest = append(rest, word)
			line = after
			continue
		case arg.Kind == Period && !arg.Required && !isPeriod(unquote(word), c.Request.Now):
			if likePeriod(word) {
				return usage("%q is no period: write 24h, 7d, 2w or 3mo.", clip(word, 40))
			}
			pos++ // an optional period that is not there
			continue
		}
		c.args[arg.Name] = unquote(word)
		pos++
		line = after
	}
	if arg := c.positional(&pos); arg != nil && len(rest) > 0 {
		c.args[arg.Name] = strings.Join(rest, " ")
	}
	return c.complete()
}

// complete checks that every argument is there that has to be.
func (c *call) complete() error {
	for _, a := range c.command.Args {
		if v, given := c.args[a.Name]; given && !a.Required && strings.TrimSpace(v) == "" {
			return usage("%s: what? Write the value right behind the colon: %s.", a.Name, a.Summary)
		}
		if err := c.choose(a); err != nil {
			return err
		}
		if a.Required && strings.TrimSpace(c.args[a.Name]) == "" {
			return usage("%s needs %s: %s. %s", strings.Join(c.path, " "), a.Name, a.Summary, c.command.Usage(c.path, c.prefix()))
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
	for _, a := range c.command.Args {
		if strings.EqualFold(a.Name, line[:i]) {
			// A space behind the colon is a slip that phones make: the value follows it.
			word, after := cutToken(strings.TrimLeftFunc(line[i+1:], unicode.IsSpace))
			return a.Name, unquote(word), after, true
		}
	}
	return "", "", "", false
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
			return "", unknown(nil, name, list)
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
			last = guarded(cmd, a, v)
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

// Usage is how a command is typed.
func (c *Command) Usage(path []string, prefix string) string {
	parts := []string{prefix + strings.Join(path, " ")}
	for _, a := range c.Args {
		form := strings.ToUpper(a.Name)
		if a.Named {
			form = a.Name + ":" + form
		}
		if !a.Required {
			form = "[" + form + "]"
		}
		parts = append(parts, form)
	}
	return "Usage: " + strings.Join(parts, " ")
}

func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// joinWords is "a, b and c".
func joinWords(list []string, and string) string {
	if len(list) < 2 {
		return strings.Join(list, "")
	}
	return strings.Join(list[:len(list)-1], ", ") + " " + and + " " + list[len(list)-1]
}

// nearest is the word of a list that is at most two edits away, or empty.
func nearest(typed string, list []string) string {
	best, least := "", 3
	for _, w := range list {
		if d := edits(typed, w); d < least && d < len(w) {
			best, least = w, d
		}
	}
	return best
}

// edits is the optimal string alignment distance: insertions, deletions,
// substitutions and swaps of neighbours.
func edits(a, b string) int {
	x, y := []rune(clip(a, 40)), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}
