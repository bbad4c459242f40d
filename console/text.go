package console

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"

	"sitrep/commands"
)

// maxAccents is how many combining marks a letter keeps. Vowelled Arabic and
// pointed Hebrew need up to four; more only draw over the neighbours.
const maxAccents = 6

// hidden are characters that show nothing and can change how the rest reads: bidi
// controls, zero-width and other invisible ones, line and paragraph separators.
var hidden = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00AD, Hi: 0x00AD, Stride: 1}, // soft hyphen
		{Lo: 0x034F, Hi: 0x034F, Stride: 1}, // combining grapheme joiner
		{Lo: 0x061C, Hi: 0x061C, Stride: 1}, // Arabic letter mark
		{Lo: 0x115F, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17B4, Hi: 0x17B5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180B, Hi: 0x180F, Stride: 1}, // Mongolian selectors
		{Lo: 0x200B, Hi: 0x200B, Stride: 1}, // zero-width space
		{Lo: 0x200E, Hi: 0x200F, Stride: 1}, // left-to-right and right-to-left mark
		{Lo: 0x202A, Hi: 0x202E, Stride: 1}, // embeddings and overrides
		{Lo: 0x2060, Hi: 0x206F, Stride: 1}, // word joiner, isolates, deprecated controls
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xFEFF, Hi: 0xFEFF, Stride: 1}, // byte order mark
		{Lo: 0xFFA0, Hi: 0xFFA0, Stride: 1}, // half-width Hangul filler
		{Lo: 0xFFF0, Hi: 0xFFFB, Stride: 1}, // unassigned, annotation
	},
	R32: []unicode.Range32{
		{Lo: 0x1D173, Hi: 0x1D17A, Stride: 1}, // musical controls
		{Lo: 0xE0000, Hi: 0xE0FFF, Stride: 1}, // tags, variation selectors supplement
	},
}

const (
	zwnj = '\u200C'
	zwj  = '\u200D'
	fsi  = "\u2068"
	pdi  = "\u2069"
)

// clean makes a text from outside safe to look at: valid UTF-8 in NFC, without
// controls and invisible characters. Joiners stay between letters (Persian, emoji)
// and line breaks stay.
func clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	var b strings.Builder
	b.Grow(len(s))
	var before rune // the last rune written
	accents := 0
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t':
		case r == '\r' || r == '\u2028' || r == '\u2029' || r == '\u0085':
			if r == '\r' && strings.HasPrefix(s[i+1:], "\n") {
				continue
			}
			r = '\n'
		case r == zwnj || r == zwj:
			after, _ := utf8.DecodeRuneInString(s[i+utf8.RuneLen(r):])
			if !joins(before) || !joins(after) {
				continue
			}
		case unicode.IsControl(r) || unicode.Is(hidden, r):
			continue
		}
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if accents++; accents > maxAccents {
				continue
			}
		} else {
			accents = 0
		}
		b.WriteRune(r)
		before = r
	}
	return b.String()
}

// joins reports whether a joiner may stand beside r: letters and their marks, and
// the symbols and selectors of emoji.
func joins(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.In(r, unicode.So, unicode.Sk))
}

// cleanLine is clean on one line.
func cleanLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// isolate is for a text from outside in an attribute, where no element can keep its
// direction to itself.
func isolate(s string) string {
	if s = cleanLine(s); s == "" {
		return ""
	}
	return fsi + s + pdi
}

// rightToLeft reports whether a text's first letter with a direction is written from
// right to left: the rule of dir="auto" (Unicode Bidirectional Algorithm, P2 and P3).
func rightToLeft(s string) bool {
	for len(s) > 0 {
		p, n := bidi.LookupString(s)
		if n == 0 {
			return false
		}
		switch p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
		s = s[n:]
	}
	return false
}

// piece is a stretch of text: plain, highlighted, apart (it has a direction of its own
// within the sentence) or what is typed.
type piece struct {
	Text              string
	Mark, Apart, Code bool
}

// paragraph is a block with a direction of its own.
type paragraph []piece

// paragraphs cuts a text at empty lines and highlights its marks. Marks may be in any
// order, overlap or lie outside: what is left of them is whole characters of the text.
func paragraphs(text string, marks []commands.Mark) []paragraph {
	marks = tidyMarks(text, marks)
	var ps []paragraph
	for _, span := range blocks(text) {
		var p paragraph
		put := func(from, to int, mark bool) {
			if s := clean(text[from:to]); s != "" {
				p = append(p, piece{Text: s, Mark: mark})
			}
		}
		at := span.Start
		for _, m := range marks {
			from, to := max(m.Start, at), min(m.End, span.End)
			if from >= to {
				continue
			}
			put(at, from, false)
			put(from, to, true)
			at = to
		}
		put(at, span.End, false)
		if len(p) > 0 {
			ps = append(ps, p)
		}
	}
	return ps
}

// blocks are the byte ranges between empty lines, without the white space around.
func blocks(text string) []commands.Mark {
	var bs []commands.Mark
	start, end := -1, -1 // of the block so far; -1: none
	at := 0
	for line := range strings.Lines(text) {
		if t := strings.TrimSpace(line); t == "" {
			if start >= 0 {
				bs = append(bs, commands.Mark{Start: start, End: end})
			}
			start = -1
		} else {
			if start < 0 {
				start = at + strings.Index(line, t)
			}
			end = at + strings.Index(line, t) + len(t)
		}
		at += len(line)
	}
	if start >= 0 {
		bs = append(bs, commands.Mark{Start: start, End: end})
	}
	return bs
}

// tidyMarks gives the marks in order, apart from each other, on character boundaries
// and within the text.
func tidyMarks(text string, marks []commands.Mark) []commands.Mark {
	ms := make([]commands.Mark, 0, len(marks))
	for _, m := range marks {
		m.Start, m.End = max(m.Start, 0), min(m.End, len(text))
		for m.Start < m.End && !utf8.RuneStart(text[m.Start]) {
			m.Start++
		}
		for m.End > m.Start && m.End < len(text) && !utf8.RuneStart(text[m.End]) {
			m.End--
		}
		if m.Start < m.End {
			ms = append(ms, m)
		}
	}
	slices.SortFunc(ms, func(a, b commands.Mark) int { return a.Start - b.Start })
	out := ms[:0]
	for _, m := range ms {
		if n := len(out); n > 0 && m.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, m.End)
			continue
		}
		out = append(out, m)
	}
	return out
}

// link is an address that may be followed, and the host that is shown for it.
type link struct{ URL, Host string }

// linkTo accepts http and https addresses with a host and without a user name (which
// is there to look like the host). A host outside ASCII is shown in its ASCII form,
// so that look-alike letters show.
func linkTo(address string) *link {
	address = strings.TrimSpace(address)
	if address == "" || address != clean(address) || strings.ContainsAny(address, " \t\n\\") {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Hostname() == "" {
		return nil
	}
	if u.Scheme != "http" && u.Scheme != "https" { // Parse lower-cases it
		return nil
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip, err := netip.ParseAddr(host); err == nil {
		if ip.Zone() != "" { // an address of one machine's own network card
			return nil
		}
		host = ip.String()
	} else if host, err = idna.Lookup.ToASCII(host); err != nil || host == "" {
		return nil
	}
	u.Host = host
	if strings.Contains(host, ":") {
		u.Host = "[" + host + "]"
	}
	if port != "" {
		u.Host += ":" + port
	}
	return &link{URL: u.String(), Host: strings.TrimPrefix(host, "www.")}
}
