package ingest

import (
	"strings"
	"unicode"
)

// paragraphs gathers the text of marked-up documents: words parted by single
// spaces, lines, and paragraphs with an empty line between them.
type paragraphs struct {
	b     strings.Builder
	space bool // white space is due before the next word
	brk   int  // line ends due before the next word: 1 a line, 2 a paragraph
}

// text adds running text: any white space in it counts as one space.
func (p *paragraphs) text(s string) {
	for s != "" {
		i := strings.IndexFunc(s, unicode.IsSpace)
		if i == 0 {
			p.space = true
			s = strings.TrimLeftFunc(s, unicode.IsSpace)
			continue
		}
		word := s
		if i > 0 {
			word = s[:i]
		}
		p.due()
		p.b.WriteString(word)
		s = s[len(word):]
	}
}

// verbatim adds text whose white space counts.
func (p *paragraphs) verbatim(s string) {
	if strings.TrimSpace(s) == "" {
		p.space = p.space || s != ""
		return
	}
	p.due()
	p.b.WriteString(s)
}

// tab puts white space wider than a space before what follows: the next cell.
func (p *paragraphs) tab() {
	if p.brk == 0 && p.b.Len() > 0 {
		p.b.WriteByte('\t')
		p.space = false
	}
}

// line and paragraph end what was written so far.
func (p *paragraphs) line()      { p.brk = max(p.brk, 1) }
func (p *paragraphs) paragraph() { p.brk = 2 }

// due writes the white space that the next word needs before it.
func (p *paragraphs) due() {
	if p.b.Len() > 0 {
		switch {
		case p.brk > 0:
			p.b.WriteString("\n\n"[:p.brk])
		case p.space:
			p.b.WriteByte(' ')
		}
	}
	p.brk, p.space = 0, false
}

func (p *paragraphs) String() string { return p.b.String() }
