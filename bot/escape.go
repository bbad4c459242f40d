package bot

import (
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/idna"
)

// Discord's markdown: https://support.discord.com/hc/en-us/articles/210298617
// Whatever comes from outside is shown as it was written: it makes no link, no
// mention, no heading, no emoji and no time stamp.

var (
	// escaper covers what has a meaning anywhere in a line.
	escaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, `~`, `\~`, "`", "\\`", `|`, `\|`, `[`, `\[`, `]`, `\]`,
		`<`, `\<`, `>`, `\>`, `://`, `\://`)
	// lineStart is what has a meaning at the beginning of a line: headings, lists, quotes.
	lineStart = regexp.MustCompile(`^(\s*)([-+#]|\d+[.)])`)
	// invites become visible but dead: discord[.]gg/…
	invites = regexp.MustCompile(`(?i)(discord(?:app)?|dsc)\s*\.\s*(gg|com\s*/\s*invite|io|li|me)`)
	// masses are the words that ping everyone; the sign before them is replaced.
	masses = regexp.MustCompile(`(?i)@(everyone|here)`)
)

// escapeLine escapes one line of a clean text.
func escapeLine(s string) string {
	s = escaper.Replace(disarm(s))
	return lineStart.ReplaceAllStringFunc(s, func(m string) string { return m[:len(m)-1] + `\` + m[len(m)-1:] })
}

// disarm takes the effect from invites and mass mentions. It is for every text,
// also where no markdown is read.
func disarm(s string) string {
	if strings.Contains(s, "@") {
		s = masses.ReplaceAllString(s, "＠$1")
	}
	if strings.Contains(s, ".") && strings.ContainsAny(s, "dD") { // expressions are slow
		s = invites.ReplaceAllString(s, "$1[.]$2")
	}
	return s
}

// code is a piece of our own texts that shows what to type. Nothing in it has a
// meaning to Discord, so it is safe around anybody's words.
var code = regexp.MustCompile("`[^`\\\\]{1,200}`")

// prose escapes a line of our own, in which code stays code. What isolates a word in
// code is put around the code: nobody shall copy it with the word.
func prose(s string) string {
	var out strings.Builder
	at := 0
	for _, m := range code.FindAllStringIndex(s, -1) {
		if before := s[at:m[0]]; at == 0 {
			out.WriteString(escapeLine(before))
		} else {
			out.WriteString(escaper.Replace(disarm(before)))
		}
		piece := disarm(s[m[0]:m[1]])
		if bare := dropIsolates(piece); bare != piece {
			piece = firstIsolate + bare + popIsolate
		}
		out.WriteString(piece)
		at = m[1]
	}
	if at == 0 {
		return escapeLine(s)
	}
	return out.String() + escaper.Replace(disarm(s[at:]))
}

func stripMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if r == markOpen || r == markClose {
			return -1
		}
		return r
	}, s)
}

// highlight turns marks into bold, which starts and ends within the line. open
// says that a mark is open from the line before; so does the second result.
func highlight(s string, open bool) (string, bool) {
	var out, inside strings.Builder
	flush := func() {
		if text := strings.TrimSpace(inside.String()); text != "" {
			lead, trail, _ := strings.Cut(inside.String(), text)
			out.WriteString(lead + "**" + text + "**" + trail)
		} else {
			out.WriteString(inside.String())
		}
		inside.Reset()
	}
	for _, r := range s {
		switch {
		case r == markOpen:
			open = true
		case r == markClose:
			if open {
				flush()
			}
			open = false
		case open:
			inside.WriteRune(r)
		default:
			out.WriteRune(r)
		}
	}
	if open {
		flush()
	}
	return out.String(), open
}

// maxLink is the longest address that becomes a link: a longer one leaves no room for news.
const maxLink = 1000

// hostLink is the markdown of a link that shows its host. An address that is not http
// or https, or has no sound host, is no link; where it has a host, that is shown.
func hostLink(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	host, ok := asciiHost(u.Hostname())
	if !ok {
		return ""
	}
	shown := escapeLine(host)
	bracketed := host
	if strings.Contains(host, ":") {
		bracketed = "[" + host + "]"
	}
	if port := u.Port(); port != "" {
		bracketed += ":" + port
	}
	u.User = nil // https://bank.example@evil.example shows the wrong one of the two
	u.Host = bracketed
	target := percent(u.String())
	if masses.MatchString(target) {
		target = strings.ReplaceAll(target, "@", "%40")
	}
	if units(target) > maxLink {
		return shown
	}
	if invites.MatchString(target) {
		return escapeLine(disarm(host))
	}
	return "[" + shown + "](" + target + ")"
}

// asciiHost is a host in its ASCII form, in which look-alike letters show.
func asciiHost(host string) (string, bool) {
	if a, err := netip.ParseAddr(host); err == nil {
		return a.WithZone("").String(), true
	}
	// Names with underscores exist, though not by the strict rules.
	ascii, err := idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(false)).ToASCII(host)
	if err != nil || ascii == "" || len(ascii) > 253 || strings.Trim(ascii, "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
		return "", false
	}
	return ascii, true
}

// percent encodes what could end a link's target, or is not ASCII.
func percent(s string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("()<>\"\\^`{|}*", c) >= 0 {
			out.WriteByte('%')
			out.WriteByte(hex[c>>4])
			out.WriteByte(hex[c&15])
			continue
		}
		out.WriteByte(c)
	}
	return out.String()
}
