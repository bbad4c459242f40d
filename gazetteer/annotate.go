package gazetteer

import (
	"math/bits"
	"sync"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

// token is a word of a text that is being annotated.
type token struct {
	start, end int
	word       int32 // its number in the trie; 0 for a word of no name
	article    bool
	join       join // how it hangs together with the word before
}

// join says what stands between two words.
type join uint8

const (
	apart  join = iota // a full stop, a bracket: no name goes across
	joined             // a space, a hyphen, one line's end
	comma              // only a name that is written with one goes across
)

// found is a name found in a text, with all that it can mean.
type found struct {
	start, end  int // bytes
	first, last int // words, last included
	node        int32
	ends        []end   // all that the name can mean, anywhere
	valid       uint64  // which of them it can mean here, by bits
	pick        *Entity // nil: nothing, unless a neighbour says so
	at          int     // the one of ends that was picked
	settled     bool    // what stands right beside it says so
	vague       bool    // it stands for what lies around it, or is named after it
	stop        bool    // what looks like a name and is none
	score       float64
}

// take picks a meaning.
func (f *found) take(i int) { f.pick, f.at = f.ends[i].entity, i }

// meanings gives the places in ends of what the name can mean here.
func (f *found) meanings(yield func(int) bool) {
	for v := f.valid; v != 0; v &= v - 1 {
		if !yield(bits.TrailingZeros64(v)) {
			return
		}
	}
}

// Annotate finds the names of places and actors in a text. Only whole words
// count, in exactly a folded form of the tables; the longest name wins; of several
// meanings that which the rest of the text speaks for. What it
// gives is in the order of the text and does not overlap. Positions are bytes,
// whatever the text holds.
func (g *Gazetteer) Annotate(text string) []news.Mention {
	names := g.find(text)
	n := 0
	for i := range names {
		if names[i].pick != nil {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]news.Mention, 0, n)
	for i := range names {
		if f := &names[i]; f.pick != nil {
			out = append(out, f.mention())
		}
	}
	return out
}

func (f *found) mention() news.Mention {
	return news.Mention{Kind: f.pick.Kind, Entity: f.pick.ID, Start: f.start, End: f.end, Score: min(f.score, 1)}
}

// find is every name of a text with what it means there.
func (g *Gazetteer) find(text string) []found {
	buf, _ := tokenBufs.Get().(*[]token)
	*buf = g.trie.tokens((*buf)[:0], text)
	defer tokenBufs.Put(buf)
	tokens := *buf
	names := make([]found, 0, len(tokens)/8+2)
	for i := 0; i < len(tokens); {
		f, ok := g.trie.match(text, tokens, i)
		if !ok {
			i++
			continue
		}
		names = append(names, f)
		i = f.last + 1
	}
	g.trie.widen(tokens, names)
	abroad(text, tokens, names)
	g.compare(text, names)
	g.longer(text, tokens, names)
	g.weigh(names)
	g.bylines(text, names)
	return names
}

// tokenBufs are for the words of texts; nothing keeps them.
var tokenBufs = sync.Pool{New: func() any { return &[]token{} }}

// tokens cuts a text into words and looks each up. It appends them.
func (t *trie) tokens(out []token, text string) []token {
	buf := make([]byte, 0, 64)
	sc := scanner{text: text}
	prev := 0
	for sc.next() {
		tok := token{start: sc.start, end: sc.end}
		buf = foldWord(buf[:0], text[sc.start:sc.end])
		if len(buf) == 0 {
			continue
		}
		tok.word = t.word(buf)
		tok.article = len(buf) <= 3 && articles[string(buf)]
		if len(out) > 0 {
			tok.join = gap(text[prev:sc.start], out[len(out)-1].end-out[len(out)-1].start)
		}
		prev = sc.pos // past a possessive
		out = append(out, tok)
	}
	return out
}

// gap says how two words hang together by what stands between them; before is
// the length of the first. After a short one a full stop may be part of the name ("St. Petersburg").
func gap(s string, before int) join {
	if s == " " || s == "-" {
		return joined
	}
	lines, kind := 0, joined
	for i := 0; i < len(s); {
		r, n := decode(s, i)
		if n == 1 && s[i] >= utf8.RuneSelf {
			return apart // not UTF-8
		}
		switch {
		case r == '\n':
			if lines++; lines > 1 {
				return apart
			}
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), isApostrophe(r), r == '&', isJoiner(r):
		case r == '.' && i == 0 && before <= 2:
		case r == ',' || r == '،':
			kind = comma
		default:
			return apart
		}
		i += n
	}
	return kind
}

// match finds the longest name that begins with the word at i.
func (t *trie) match(text string, tokens []token, i int) (found, bool) {
	if tokens[i].word != 0 {
		if f, ok := t.walk(text, tokens, i, tokens[i].word, tokens[i].start, 0); ok {
			return f, true
		}
	}
	if w := text[tokens[i].start:tokens[i].end]; isArabic(w) {
		var buf [64]byte
		for _, p := range prefixes(w) {
			word := t.word(foldWord(buf[:0], p.rest))
			if word == 0 {
				continue
			}
			if f, ok := t.walk(text, tokens, i, word, tokens[i].start+p.cut, p.shift); ok {
				return f, true
			}
		}
	}
	return found{}, false
}

// walk follows the trie from the word at i, which counts as word and begins at start.
func (t *trie) walk(text string, tokens []token, i int, word int32, start, shift int) (best found, ok bool) {
	node, exists := t.next[edge{0, word}]
	if !exists || tokens[i].article {
		return found{}, false
	}
	m := matcher{text: text, tokens: tokens, first: i, start: start, shift: shift}
	for j := i; ; {
		if f, valid := m.at(j, t.ends[node]); valid {
			f.node = node
			if f.pick != nil || f.stop || !ok {
				best, ok = f, true
			}
		}
		j++
		for j < len(tokens) && tokens[j].article && tokens[j].join == joined {
			if _, named := t.next[edge{node, tokens[j].word}]; named {
				break
			}
			j++
		}
		if j >= len(tokens) || tokens[j].join == apart {
			return best, ok
		}
		if tokens[j].join == comma {
			m.comma = true
		}
		if node, exists = t.next[edge{node, tokens[j].word}]; !exists || tokens[j].word == 0 {
			return best, ok
		}
	}
}

// prefix is a reading of an Arabic word without the particles written onto it.
type prefix struct {
	rest  string
	cut   int // bytes of particles before the name
	shift int // 1 where the name's article has lost its alef ("للرقة")
}

// prefixes gives the readings of an Arabic word without "and", "so", "in", "for", "like".
func prefixes(w string) []prefix {
	var out []prefix
	try := func(cut int) {
		rest := w[cut:]
		if len(rest) > 4 && rest[:4] == "لل" {
			out = append(out, prefix{rest: "ال" + rest[4:], cut: cut, shift: 1})
		}
		if utf8.RuneCountInString(rest) >= 3 {
			out = append(out, prefix{rest: rest, cut: cut})
		}
	}
	first, n := utf8.DecodeRuneInString(w)
	switch first {
	case 'و', 'ف':
		try(n)
		second, m := utf8.DecodeRuneInString(w[n:])
		switch second {
		case 'ب', 'ل', 'ك':
			try(n + m)
		}
	case 'ب', 'ل', 'ك':
		if len(w) > 4 && w[:4] == "لل" {
			out = append(out, prefix{rest: "ال" + w[4:], shift: 1})
		}
		try(n)
	}
	return out
}
