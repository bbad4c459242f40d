package bot

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/commands"
	"sitrep/news"
)

// draft is a statement of an answer as far as it does not depend on the room.
type draft struct {
	before []string // drawn lines above the text, on each of its parts
	text   string   // clean, with highlights; not drawn
	draw   func(string) string
	cites  []string // drawn lines, which are never cut
	size   int      // of the text, in units
	quote  bool
	// list says that it is a line of a list, head that it stands before the items:
	// no empty line parts it from the one before of its kind.
	list, head bool
}

// roomRepeated is how long citations may be together to stand with each part of a
// text; of longer ones only the first does, and all stand with the last part.
const roomRepeated = 600

func (w pen) item(it commands.Item) draft {
	d := draft{quote: it.Quote, list: !it.Quote && len(it.Cites) == 0}
	marks := it.Marks
	if it.Quote {
		d.draw = quoted
	} else {
		d.draw = func(s string) string { return w.ownLines(s, "• ") }
		if strings.Contains(it.Text, "`") {
			marks = nil // bold inside code would show its stars
		}
	}
	switch it.Standing {
	case news.Disputed:
		d.before = []string{w.own("", "⚠️ **"+w.say("Disputed")+"**")}
	case news.Retracted:
		d.before = []string{w.own("", "⛔ **"+w.say("Retracted")+"**")}
	}
	d.text = squeeze(cleanMarked(marked(it.Text, marks), !it.Quote))
	if !it.Quote {
		d.text = balanceLines(d.text)
	}
	d.size = units(stripMarks(d.text))
	for _, c := range it.Cites {
		d.cites = append(d.cites, w.cite(c))
	}
	if it.More != "" {
		d.cites = append(d.cites, w.ownLines(ownLine(it.More), "— "))
	}
	return d
}

// headOf are the lines before the items: the error, the as-of line, the note.
func (w pen) headOf(r commands.Reply, picturesLeft int) (out []draft) {
	add := func(s string) {
		d := draft{head: true, text: squeeze(ownText(s)), draw: func(s string) string { return w.ownLines(s, "") }}
		if d.size = units(d.text); d.draw(d.text) != "" {
			out = append(out, d)
		}
	}
	if r.Error != nil {
		add(r.Error.Message)
	}
	if !r.AsOf.IsZero() {
		line := w.say("As of %s (%s)", stamp(r.AsOf, 'f'), stamp(r.AsOf, 'R'))
		if w.p.RightToLeft() {
			line = rightMark + line
		}
		out = append(out, draft{head: true, before: []string{line}, draw: quoted})
	}
	add(r.Note)
	if picturesLeft > 0 {
		add(w.say("Pictures left out, since Discord takes 10 MiB each: %d", picturesLeft))
	}
	return out
}

// gap is what stands between two drafts.
func (d *draft) gap(before *draft) string {
	if before != nil && (d.head && before.head || d.list && before.list) {
		return "\n"
	}
	return "\n\n"
}

// block draws the whole. Where limit is not 0 the text may be shortened to it, which
// an ellipsis shows.
func (d *draft) block(limit int) string {
	text := d.text
	if limit > 0 {
		text = fit(text, limit, d.draw)
	}
	return joinLines(d.before, d.draw(text), d.cites)
}

func joinLines(before []string, text string, cites []string) string {
	parts := slices.Clone(before)
	if text != "" {
		parts = append(parts, text)
	}
	return strings.Join(append(parts, cites...), "\n")
}

// done says that nothing is left of a draft that was split.
func (d *draft) done() bool { return d.text == "" && len(d.cites) == 0 }

// split takes a part of at most n units off the beginning; "" where that is too
// little room. Citations are whole, and stand with each part of their text.
func (d *draft) split(n int) (block string, rest draft) {
	rest = *d
	with := d.repeated()
	text := ""
	if d.text != "" {
		room := n - units(joinLines(d.before, "", with)) - 2
		text, rest.text = cutAt(d.text, room, d.draw)
		if text == "" {
			return "", *d
		}
		if rest.text != "" {
			rest.size = units(stripMarks(rest.text))
			return joinLines(d.before, d.draw(text), with), rest
		}
	}
	// The text is complete: as many citations as there is room for.
	for k := len(d.cites); k > 0; k-- {
		if block = joinLines(d.before, d.draw(text), d.cites[:k]); units(block) <= n {
			rest.cites, rest.before = d.cites[k:], nil
			return block, rest
		}
	}
	if block = joinLines(d.before, d.draw(text), nil); len(d.cites) == 0 && units(block) <= n {
		rest.before = nil
		return block, rest
	}
	return "", *d
}

// force is split where the first grapheme alone is too long.
func (d *draft) force(n int) (block string, rest draft) {
	rest = *d
	with := d.repeated()
	text, tail := runeCut(d.text, n-units(joinLines(d.before, "", with))-2, d.draw)
	rest.text, rest.size = strings.TrimSpace(tail), units(stripMarks(tail))
	return joinLines(d.before, d.draw(text), with), rest
}

// repeated are the citations that stand with each part of a text.
func (d *draft) repeated() []string {
	if len(d.cites) > 1 && units(strings.Join(d.cites, "\n")) > roomRepeated {
		return d.cites[:1]
	}
	return d.cites
}

// marked puts the marks into the text itself, which is freed of private
// characters first; marks that overlap, or split a character, are left out.
func marked(s string, marks []commands.Mark) string {
	s = bound(s)
	var out strings.Builder
	at := 0
	for _, m := range marks {
		if m.Start < at || m.End <= m.Start || m.End > len(s) || !boundary(s, m.Start) || !boundary(s, m.End) {
			continue
		}
		out.WriteString(dropPrivate(s[at:m.Start]))
		out.WriteRune(markOpen)
		out.WriteString(dropPrivate(s[m.Start:m.End]))
		out.WriteRune(markClose)
		at = m.End
	}
	out.WriteString(dropPrivate(s[at:]))
	return out.String()
}

// boundary says that a highlight may begin or end here: not inside a character
// or before a mark that belongs to the letter before.
func boundary(s string, i int) bool {
	if i == len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	return utf8.RuneStart(s[i]) && before != zwj && !unicode.In(r, unicode.M, unicode.Cf, unicode.Sk)
}
