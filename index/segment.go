package index

import (
	"iter"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// segmenter cuts a text into words, about where UAX #29 does, but several times
// faster. In scripts that put no space between words, and in Hangul, whose
// particles are written to the word before, it gives each two neighbouring
// characters: a word of three is then found as two pairs in a row. UAX #29 alone
// gives single characters there, and bleve's tokenizer nothing at all for Thai,
// Lao, Khmer and Burmese.
type segmenter struct {
	// splitJoiner says that a zero-width non-joiner parts words, as in Persian.
	splitJoiner bool
}

// maxTerm is the longest term in bytes; of a longer one the beginning is kept,
// which bounds what filters do with text that is no language.
const maxTerm = 128

const zwnj = '\u200c'

// Tokenize gives the words with their places in the text.
func (s segmenter) Tokenize(text []byte) analysis.TokenStream {
	out := make(analysis.TokenStream, 0, len(text)/6+1)
	var arena []analysis.Token // tokens are made many at a time
	for t := range s.words(text) {
		if len(arena) == 0 {
			arena = make([]analysis.Token, min(max(len(text)/8, 4), 256))
		}
		arena[0] = t
		out = append(out, &arena[0])
		arena = arena[1:]
	}
	return out
}

// words gives the words one after the other.
func (s segmenter) words(text []byte) iter.Seq[analysis.Token] {
	return func(yield func(analysis.Token) bool) {
		c := cutter{text: text, splitJoiner: s.splitJoiner, yield: yield, begin: -1}
		c.cut()
	}
}

// splitWords are the words of a question as every analyzer cuts them.
func splitWords(text string) (out []string) {
	for t := range (segmenter{}).words([]byte(text)) {
		out = append(out, text[t.Start:t.End])
	}
	return out
}

// class says how a character is cut.
type class uint8

const (
	noWord class = iota
	letter
	hebrew // a letter that may have a quotation mark before the next: צה"ל
	number
	paired
	hangul
	joined // goes with what stands before it
	inner  // belongs to a word where it stands between letters, or between digits
)

func (k class) alphabetic() bool { return k == letter || k == hebrew }

// classes are those of the alphabets, looked up.
var classes = sync.OnceValue(func() *[0x3100]class {
	t := &[0x3100]class{}
	for r := range t {
		t[r] = classOf(rune(r))
	}
	return t
})

func classOf(r rune) class {
	switch r {
	case '\'', '’', '‘', '׳', '.', ',', '"', '״', '·', '٫', '٬':
		return inner
	case 'ﾞ', 'ﾟ': // voicing marks beside their letter
		return joined
	case 'ー', 'ｰ', '々':
		return paired
	}
	switch {
	case unicode.IsMark(r) || unicode.Is(unicode.Cf, r):
		return joined
	case unicode.Is(unicode.Hangul, r) && unicode.IsLetter(r):
		return hangul
	case unicode.Is(unicode.Nd, r):
		return number
	case !unicode.IsLetter(r) && !unicode.IsNumber(r):
		return noWord
	case r >= 0x0e00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return paired
	case unicode.Is(unicode.Hebrew, r):
		return hebrew
	}
	return letter
}

// cutter is one text on its way through a segmenter.
type cutter struct {
	text        []byte
	splitJoiner bool
	yield       func(analysis.Token) bool
	position    int
	done        bool
	// begin is where the word of letters begins that we are in, negative outside.
	begin int
	// starts are where the characters of a run that is given in pairs begin, kind
	// of which class they are, and end where it ends; without any there is no run.
	starts []int
	kind   class
	end    int
}

func (c *cutter) cut() {
	table := classes()
	last := noWord // of the letter before
	for i, n := 0, 0; i < len(c.text) && !c.done; i += n {
		r := rune(c.text[i])
		if n = 1; r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(c.text[i:])
		}
		var k class
		switch {
		case r == utf8.RuneError && n == 1:
		case int(r) < len(table):
			k = table[r]
		case r >= 0x3400 && r <= 0x4dbf || r >= 0x4e00 && r <= 0x9fff:
			k = paired
		case r >= 0xac00 && r <= 0xd7a3:
			k = hangul
		default:
			k = classOf(r)
		}
		switch k {
		case letter, hebrew, number:
			c.flush()
			if c.begin < 0 {
				c.begin = i
			}
		case joined:
			switch {
			case c.begin >= 0 && r == zwnj && c.splitJoiner:
				c.word(i)
			case len(c.starts) > 0:
				c.end = i + n
			}
			continue
		case paired, hangul:
			c.word(i)
			if c.kind != k || c.end != i {
				c.flush()
			}
			c.starts, c.kind, c.end = append(c.starts, i), k, i+n
		case inner:
			if c.begin >= 0 && c.goesOn(table, last, r, i+n) {
				continue
			}
			fallthrough
		default:
			c.word(i)
			c.flush()
		}
		last = k
	}
	c.word(len(c.text))
	c.flush()
}

// goesOn reports whether a word goes on behind a sign that stands in it.
func (c *cutter) goesOn(table *[0x3100]class, last class, sign rune, at int) bool {
	r, _ := utf8.DecodeRune(c.text[at:])
	if int(r) >= len(table) {
		return false
	}
	next := table[r]
	switch sign {
	case ',', '٫', '٬':
		return last == number && next == number
	case '"', '״':
		return last == hebrew && next == hebrew
	case '.':
		return last == number && next == number || last.alphabetic() && next.alphabetic()
	}
	return last.alphabetic() && next.alphabetic()
}

// word gives the word of letters that ends here, if we are in one.
func (c *cutter) word(end int) {
	if c.begin >= 0 {
		c.token(c.begin, end)
		c.begin = -1
	}
}

// flush gives the pairs of the run that ends here.
func (c *cutter) flush() {
	n := len(c.starts)
	for i := range n {
		switch {
		case n == 1, i == n-2:
			c.token(c.starts[i], c.end)
		case i < n-2:
			c.token(c.starts[i], c.starts[i+2])
		}
	}
	c.starts = c.starts[:0]
}

func (c *cutter) token(start, end int) {
	if c.done {
		return
	}
	term := c.text[start:end]
	if len(term) > maxTerm {
		cut := maxTerm
		for cut > 0 && !utf8.RuneStart(term[cut]) {
			cut--
		}
		term = term[:cut]
	}
	c.position++
	c.done = !c.yield(analysis.Token{Start: start, End: end, Term: term, Position: c.position, Type: analysis.AlphaNumeric})
}
