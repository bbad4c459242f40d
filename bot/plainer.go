package bot

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// plainer takes Discord's markup off a text: a dispatch holds plain text, in which
// people, channels and moments have their names.
// https://docs.discord.com/developers/reference#message-formatting
type plainer struct {
	people map[string]string       // by ID
	names  func(key string) string // of channels ("#…") and roles ("&…"); may be nil
	kept   []string
}

// keptFirst is the first of the private characters that stand for what is kept as
// it is while marks are taken off.
const keptFirst, keptLast = 0x100000, 0x10FFFD

// Whole pieces, the first that fits from the left: code, an escaped character, a
// link with other words, one of Discord's references, an address.
var piece = regexp.MustCompile("```(?:[A-Za-z0-9+#-]*\n)?([\\s\\S]+?)```|``(.+?)``|`([^`\n]+)`" +
	`|\\([!-/:-@\[-` + "`" + `{-~])` +
	`|\[([^\[\]\n]+)\]\(\s*(?:<(https?://[^\s<>]+)>|(https?://[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*))(?:\s[^()\n]*)?\)` +
	`|<@!?(\d{15,20})>|<@&(\d{15,20})>|<#(\d{15,20})>|<a?(:\w+:)\d+>|<t:(-?\d{1,12})(?::([tTdDfFsSR]))?>|<(/[^:<>\n]+):\d+>` +
	`|<?(https?://[^\s<>]*[^\s<>*_~|)\].,:;"'!?])>?`)

// marks come in pairs around what they change.
var pairs = []*regexp.Regexp{
	regexp.MustCompile(`\*\*(\S(?:[\s\S]*?\S)?)\*\*`),
	regexp.MustCompile(`__(\S(?:[\s\S]*?\S)?)__`),
	regexp.MustCompile(`~~(\S(?:[\s\S]*?\S)?)~~`),
	regexp.MustCompile(`\|\|(\S(?:[\s\S]*?\S)?)\|\|`),
}

// single marks count at the edges of words only: 2*3*4 and snake_case are none.
var single = regexp.MustCompile(`(^|[^\pL\pN*_])([*_])(\S(?:[^*_\n]*?\S)?)([*_])($|[^\pL\pN*_])`)

var lineMarks = regexp.MustCompile(`(?m)^[ \t]*(?:>>> |> |#{1,3} |-# )+`)

var headingLine = regexp.MustCompile(`^#{1,3} +(\S[^\n]*)(?:\n|$)`)

// cutHeading parts a heading that a text begins with from the rest.
func cutHeading(s string) (head, rest string, ok bool) {
	m := headingLine.FindStringSubmatchIndex(s)
	if m == nil {
		return "", s, false
	}
	return s[m[2]:m[3]], s[m[1]:], true
}

// text is a text without markup.
func (p *plainer) text(s string) string {
	p.kept = p.kept[:0]
	s = strings.Map(func(r rune) rune {
		if r >= keptFirst {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	s = replaceGroups(piece, s, p.piece)
	for _, re := range pairs {
		s = re.ReplaceAllString(s, "$1")
	}
	for range 2 { // neighbours share the space between them
		s = replaceGroups(single, s, func(g []string) string {
			if g[2] != g[4] {
				return g[0]
			}
			return g[1] + g[3] + g[5]
		})
	}
	s = lineMarks.ReplaceAllString(s, "")
	return p.restore(s)
}

// keep puts a piece out of reach of what is taken off later.
func (p *plainer) keep(s string) string {
	if keptFirst+len(p.kept) > keptLast {
		return s
	}
	p.kept = append(p.kept, s)
	return string(rune(keptFirst + len(p.kept) - 1))
}

func (p *plainer) restore(s string) string {
	var out strings.Builder
	for _, r := range s {
		if i := int(r) - keptFirst; i >= 0 && i < len(p.kept) {
			out.WriteString(p.kept[i])
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// piece says what stands for a piece; g are the groups of its expression.
func (p *plainer) piece(g []string) string {
	code, char, words, target := or(or(g[1], g[2]), g[3]), g[4], g[5], or(g[6], g[7])
	user, role, channel, emoji, stamp, style, slash, address := g[8], g[9], g[10], g[11], g[12], g[13], g[14], g[15]
	switch {
	case code != "":
		return p.keep(strings.Trim(code, "\n"))
	case char != "":
		return p.keep(char)
	case words == target && target != "":
		return p.keep(target)
	case target != "":
		return words + p.keep(" ("+target+")")
	case user != "":
		return p.keep("@" + or(p.people[user], "user"))
	case role != "":
		return p.keep("@" + or(p.name("&"+role), "role"))
	case channel != "":
		return p.keep("#" + or(p.name("#"+channel), "channel"))
	case emoji != "":
		return p.keep(emoji)
	case stamp != "":
		return p.keep(isoStamp(stamp, style))
	case slash != "":
		return p.keep(slash)
	}
	return p.keep(address)
}

func (p *plainer) name(key string) string {
	if p.names == nil {
		return ""
	}
	return p.names(key)
}

// isoStamp is a moment as ISO 8601 has it: readers of the log have no clock of
// Discord's that would turn it into theirs.
func isoStamp(stamp, style string) string {
	n, err := strconv.ParseInt(stamp, 10, 64)
	t := time.Unix(n, 0).UTC()
	switch {
	case err != nil || t.Year() < 0 || t.Year() > 9999:
		return "<t:" + stamp + ">"
	case style == "d" || style == "D":
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02T15:04Z")
}

// replaceGroups is ReplaceAllStringFunc with the groups of each match.
func replaceGroups(re *regexp.Regexp, s string, with func(groups []string) string) string {
	var out strings.Builder
	at := 0
	for _, m := range re.FindAllStringSubmatchIndex(s, -1) {
		out.WriteString(s[at:m[0]])
		groups := make([]string, len(m)/2)
		for i := range groups {
			if m[2*i] >= 0 {
				groups[i] = s[m[2*i]:m[2*i+1]]
			}
		}
		out.WriteString(with(groups))
		at = m[1]
	}
	out.WriteString(s[at:])
	return out.String()
}
