package gazetteer

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// matcher judges what a run of words that spells a name may mean where it stands.
type matcher struct {
	text   string
	tokens []token
	first  int // the word it begins with
	start  int // where the name begins, past particles written onto it
	shift  int
	comma  bool // a comma stands inside
}

// at judges the name that ends with the word at last. Not valid means that no
// meaning fits; valid without a pick, that one would if a neighbour says so.
func (m *matcher) at(last int, ends []end) (f found, valid bool) {
	if len(ends) == 0 {
		return found{}, false
	}
	f = found{start: m.start, end: m.tokens[last].end, first: m.first, last: last, ends: ends}
	artStart, withArticle := m.article()
	so := uint64(0) // those that are written exactly so
	for i := range ends[:min(len(ends), 64)] {
		e := &ends[i]
		if m.comma && e.mark&exact == 0 {
			continue
		}
		if e.mark&exact != 0 && !m.exactly(e.raw, artStart, withArticle, f.end) {
			continue
		}
		if e.mark&capital != 0 && !m.capitals(m.first+e.lead, last-e.tail) {
			continue
		}
		if e.entity == nil {
			f.stop, f.valid, f.pick = true, 0, nil
			return f, true
		}
		if m.first == last && (m.shouted(last) || m.currency(last) || m.person(last, e)) {
			continue
		}
		f.valid |= 1 << i
		if e.mark&exact != 0 && e.mark&weak == 0 {
			so |= 1 << i
		}
		if e.mark&weak != 0 || f.pick != nil {
			continue
		}
		f.take(i)
		if !e.made && e.lead+e.tail > 0 {
			f.first, f.last = m.first+e.lead, last-e.tail
			f.start, f.end = m.tokens[f.first].start, m.tokens[f.last].end
		} else if withArticle || e.mark&exact != 0 && artStart < m.start && m.exactlyFrom(e.raw, artStart, f.end) {
			f.start = artStart
		}
	}
	if so != 0 {
		f.valid = so // no other meaning is written so
	}
	f.last = last // the search goes on after the whole run
	return f, f.valid != 0
}

// article finds an article before the name: where it begins (the name's own
// beginning where there is none), and whether it belongs to it for sure. "As Homs" begins a sentence, "as-Suwayda" and "al Hol" do not.
func (m *matcher) article() (start int, sure bool) {
	if m.first == 0 || m.start != m.tokens[m.first].start {
		return m.start, false
	}
	a := m.tokens[m.first-1]
	if !a.article || m.tokens[m.first].join != joined {
		return m.start, false
	}
	switch between := m.text[a.end:m.start]; {
	case between == "-":
		return a.start, true
	case between != " ":
		return m.start, false
	}
	w := strings.ToLower(m.text[a.start:a.end])
	return a.start, w == "al" || w == "el"
}

// exactly reports whether the text to end, from the article where there is one
// or from the name proper, is spelt as raw. An article that belongs to the name for sure cannot be left out.
func (m *matcher) exactly(raw string, artStart int, withArticle bool, end int) bool {
	return artStart < m.start && m.exactlyFrom(raw, artStart, end) || !withArticle && m.exactlyFrom(raw, m.start, end)
}

func (m *matcher) exactlyFrom(raw string, start, end int) bool {
	if strings.HasSuffix(raw, "'s") { // the possessive that the scanner leaves out belongs to this one
		if after := rawKey(m.text[end:min(end+len("’s"), len(m.text))]); strings.HasPrefix(after, "'s") {
			raw = strings.TrimSuffix(raw, "'s")
		}
	}
	s := m.text[start:end]
	if m.shift == 1 {
		s = "ال" + strings.TrimPrefix(strings.TrimPrefix(s, "ل"), "ل")
	}
	return s == raw || rawKey(s) == raw
}

// capitals reports whether each word of the name begins with a capital letter,
// in a script that has them. Small words inside ("of", "and") may be small.
func (m *matcher) capitals(first, last int) bool {
	for i := first; i <= last && i < len(m.tokens); i++ {
		w := m.text[m.tokens[i].start:m.tokens[i].end]
		if r, _ := utf8.DecodeRuneInString(w); unicode.IsLower(r) && !m.tokens[i].article && !small[w] {
			return false
		}
	}
	return true
}

var small = map[string]bool{"of": true, "and": true, "de": true, "du": true, "la": true, "es": true}

// verbs are the acronyms that are common words when a whole line is in capitals.
var verbs = map[string]bool{"US": true, "IS": true, "WHO": true, "AU": true, "CAR": true, "SAF": true}

// shouted reports whether the word at i is in capitals only because all around it is.
func (m *matcher) shouted(i int) bool {
	if !verbs[m.text[m.tokens[i].start:m.tokens[i].end]] {
		return false
	}
	loud, words := 0, 0
	for _, j := range []int{i - 2, i - 1, i + 1, i + 2} {
		if j < 0 || j >= len(m.tokens) {
			continue
		}
		w := m.text[m.tokens[j].start:m.tokens[j].end]
		if len(w) < 3 || verbs[w] {
			continue
		}
		words++
		if strings.ToUpper(w) == w && strings.ToLower(w) != w {
			loud++
		}
	}
	return words > 0 && loud == words
}

// currency reports whether the word at i is part of a sum of money ("US$5 million").
func (m *matcher) currency(i int) bool {
	end := m.tokens[i].end
	return end < len(m.text) && m.text[end] == '$'
}

// person reports whether the word at i, a place's name, is part of a person's
// here: after a given name ("Michael Jordan"), before a family name ("Paris Johnson").
func (m *matcher) person(i int, e *end) bool {
	if _, place := kinds[e.entity.Type]; !place || e.made {
		return false
	}
	word := func(j int) string { return m.text[m.tokens[j].start:m.tokens[j].end] }
	if r, _ := utf8.DecodeRuneInString(word(i)); !unicode.IsUpper(r) {
		return false
	}
	if i > 0 && m.tokens[i].join == joined && m.text[m.tokens[i-1].end:m.tokens[i].start] == " " && givenNames[word(i-1)] {
		return true
	}
	if i+1 >= len(m.tokens) || m.text[m.tokens[i].end:m.tokens[i+1].start] != " " || e.mark&capital == 0 {
		return false
	}
	next := word(i + 1)
	if r, _ := utf8.DecodeRuneInString(next); alsoGiven[word(i)] && unicode.IsUpper(r) && !cityWords[next] {
		return true
	}
	return familyNames[next]
}

// compare lets a name's neighbour decide what it means: in "A, B" and "A (B)" a
// meaning of A that lies in one of B wins ("Tripoli, Lebanon", "Atlanta, Georgia").
// Where A is known not to lie there, it is another place of that name ("Paris, Texas").
func (g *Gazetteer) compare(text string, names []found) {
	for i := 0; i+1 < len(names); i++ {
		a, b := &names[i], &names[i+1]
		if b.start < a.end {
			continue
		}
		between := text[a.end:b.start]
		switch between {
		case ", ", " (", "، ", " in ", " (in ", " في ":
		default:
			continue
		}
		if a.pick != nil && b.pick != nil && a.pick.under(b.pick) {
			a.settled, b.settled = true, true
			continue
		}
		if !g.settle(a, b) && between == ", " && g.elsewhere(text, names, i) {
			a.pick, a.valid = nil, 0
		}
	}
}

// settle picks the first meanings of a and b of which one lies in the other.
func (g *Gazetteer) settle(a, b *found) bool {
	for y := range b.meanings {
		for x := range a.meanings {
			if a.ends[x].entity.under(b.ends[y].entity) {
				a.take(x)
				b.take(y)
				a.settled, b.settled = true, true
				return true
			}
		}
	}
	return false
}
