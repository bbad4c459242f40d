package ingest

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Clean brings a text into the one form that the log holds: lines end with \n
// and without spaces, at most one empty line stands between two others, no
// control characters but \n and \t, Unicode's composed form (NFC). Everything
// else stays as it was written, so that a quotation is verbatim up to white
// space. Clean(Clean(s)) == Clean(s).
func Clean(s string) string {
	s = norm.NFC.String(strings.Map(control, strings.ReplaceAll(s, "\r\n", "\n")))
	var b strings.Builder
	b.Grow(len(s))
	empty := false
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		if line == "" {
			empty = true
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			if empty {
				b.WriteByte('\n')
			}
		}
		empty = false
		b.WriteString(line)
	}
	return b.String()
}

// control maps what separates lines and words to \n and a space, and drops the
// other control characters. What separated two words must go on doing so.
func control(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case r == '\r' || r == '\v' || r == '\f' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return '\n'
	case r >= 0x1c && r <= 0x1f:
		return ' '
	case unicode.IsControl(r):
		return -1
	}
	return r
}

// cleanLine is Clean for what fits on one line: a title, a name, an address.
func cleanLine(s string) string {
	return strings.Join(strings.Fields(Clean(s)), " ")
}

// bom is the byte order mark that some programs put before UTF-8.
var bom = []byte("\xef\xbb\xbf")

// The refusals of a text in another encoding all say what to do.
const saveAsUTF8 = "save it as UTF-8"

// notUTF8 says why b, which begins at line first of its file, cannot be read as
// UTF-8 text, and at which line; the reason is empty where it can.
func notUTF8(b []byte, first int) (line int, reason string) {
	if enc := wideEncoding(b); enc != "" {
		return first, enc + ", not UTF-8: " + saveAsUTF8
	}
	if utf8.Valid(b) {
		return 0, ""
	}
	i := 0
	for i < len(b) {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	line = first + bytes.Count(b[:i], []byte{'\n'})
	return line, fmt.Sprintf("not UTF-8: byte 0x%02X at line %d: %s", b[i], line, saveAsUTF8)
}

// wideEncoding names the encoding of a text whose beginning shows that its
// characters are wider than a byte. UTF-16 without a mark shows in its NUL
// bytes: text in UTF-8 has none.
func wideEncoding(b []byte) string {
	if markedWide(b) {
		return "UTF-16"
	}
	if head := b[:min(len(b), 4096)]; bytes.Count(head, []byte{0}) > len(head)/8 {
		return "UTF-16 or not a text at all"
	}
	return ""
}

// markedWide reports whether b begins with the byte order mark of UTF-16 or
// little-endian UTF-32.
func markedWide(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0xFF, 0xFE}) || bytes.HasPrefix(b, []byte{0xFE, 0xFF})
}
