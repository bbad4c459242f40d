package index

import (
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/clipperhouse/uax29/v2/words"
)

// segmenter cuts a text into words at the boundaries of Unicode (UAX #29). In
// scripts that put no space between words, and in Hangul, whose particles are
// written to the word before, it gives each two neighbouring characters: a word
// of three is then found as two pairs in a row. The tables of UAX #29 alone give
// single characters there, and bleve's tokenizer nothing at all for Thai, Lao,
// Khmer and Burmese.
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
	c := cutter{text: text, splitJoiner: s.splitJoiner, out: make(analysis.TokenStream, 0, len(text)/6+1)}
	for seg := words.FromBytes(text); seg.Next(); {
		c.segment(seg.Value(), seg.Start())
	}
	c.flush()
	return c.out
}

// splitWords are the words of a question as every analyzer cuts them.
func splitWords(text string) (out []string) {
	for _, t := range (segmenter{}).Tokenize([]byte(text)) {
		out = append(out, text[t.Start:t.End])
	}
	return out
}

// cutter is one text on its way through a segmenter.
type cutter struct {
	text        []byte
	splitJoiner bool
	out         analysis.TokenStream
	arena       []analysis.Token // tokens are made many at a time
	// starts are where the characters of a run that is given in pairs begin, and
	// end where it ends; without any there is no run.
	starts []int
	end    int
}

// class says how a character is cut.
type class int

const (
	noWord class = iota
	letter
	paired
	hangul
	joined // goes with what stands before it
)

func classOf(r rune) class {
	switch {
	case r == 'ﾞ' || r == 'ﾟ': // voicing marks beside their letter
		return joined
	case r < 0x80:
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return letter
		}
		return noWord
	case r < 0x0e00:
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return letter
		}
	case unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Han, unicode.Hiragana, unicode.Katakana), r == 'ー', r == 'ｰ', r == '々':
		if unicode.IsMark(r) {
			return joined
		}
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return paired
		}
	case unicode.Is(unicode.Hangul, r):
		return hangul
	case unicode.IsLetter(r) || unicode.IsNumber(r):
		return letter
	}
	if unicode.IsMark(r) || unicode.Is(unicode.Cf, r) {
		return joined
	}
	return noWord
}

// segment takes the next stretch between two boundaries.
func (c *cutter) segment(b []byte, at int) {
	if b[0] < 0x80 && plainWord(b) {
		c.flush()
		if classOf(rune(b[0])) == letter {
			c.token(at, at+len(b))
		}
		return
	}
	begin := -1 // of the word of letters that we are in
	word := func(end int) {
		if begin >= 0 {
			c.token(begin, end)
		}
		begin = -1
	}
	if len(c.starts) > 0 && c.end != at {
		c.flush()
	}
	var last class
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		k := classOf(r)
		if r == utf8.RuneError && n == 1 {
			k = noWord
		}
		switch {
		case k == joined && begin >= 0 && r == zwnj && c.splitJoiner:
			word(at + i)
		case k == joined && len(c.starts) > 0:
			c.end = at + i + n
		case k == joined:
		case k == paired || k == hangul:
			word(at + i)
			if len(c.starts) > 0 && (k == hangul) != (last == hangul) && last != noWord {
				c.flush()
			}
			c.starts = append(c.starts, at+i)
			c.end = at + i + n
		case k == letter:
			c.flush()
			if begin < 0 {
				begin = at + i
			}
		case r == '_' || begin < 0:
			word(at + i)
			c.flush()
		}
		if k != joined {
			last = k
		}
		i += n
	}
	word(at + len(b))
	if last == hangul { // a word ends where its segment does
		c.flush()
	}
}

// plainWord reports whether a segment is of ASCII alone and holds nothing to be cut at.
func plainWord(b []byte) bool {
	for _, x := range b {
		if x >= 0x80 || x == '_' {
			return false
		}
	}
	return true
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
	if len(c.arena) == 0 {
		c.arena = make([]analysis.Token, min(max(len(c.text)/8, 4), 256))
	}
	t := &c.arena[0]
	c.arena = c.arena[1:]
	term := c.text[start:end]
	if len(term) > maxTerm {
		cut := maxTerm
		for !utf8.RuneStart(term[cut]) {
			cut--
		}
		term = term[:cut]
	}
	*t = analysis.Token{Start: start, End: end, Term: term, Position: len(c.out) + 1, Type: analysis.AlphaNumeric}
	c.out = append(c.out, t)
}
