package snippet

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// A cut looks for a better place at most so far, in characters, before or behind
// where it has to be.
const (
	sentenceReach = 160
	wordReach     = 40
)

// startOf chooses where the window begins: at the text's beginning or a sentence's
// where that leaves most of the spare characters for what follows, else at a
// clause or a word a little before the first match.
func startOf(text string, from, spare int) int {
	if spare <= 0 {
		return whole(text, from)
	}
	word, clause := -1, -1
	at := from
	lead := min(spare*2/3, sentenceReach)
	for i := 0; i < lead && at > 0; i++ {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		switch {
		case endsSentence(r) && begins(text, at):
			return pastSpace(text, at, from)
		case clause < 0 && i <= wordReach && clauseMark(r):
			clause = pastSpace(text, at, from)
		case i <= wordReach && unicode.IsSpace(r):
			word = pastSpace(text, at, from)
		}
		at -= size
	}
	switch {
	case blank(text[:at]):
		return 0
	case clause >= 0:
		return clause
	case word >= 0:
		return word
	}
	return whole(text, back(text, from, min(lead, wordReach/2)))
}

// endOf chooses where a window ends that begins at start, must show what stands
// before must, and has room for so many characters: where a sentence ends if that
// keeps most of the room, else a clause, else between words.
func endOf(text string, start, must, room int) int {
	limit := skip(text, start, room)
	if limit == len(text) {
		return limit
	}
	least := max(must, skip(text, start, room*3/5))
	if must > limit {
		return wholeBefore(text, limit, start)
	}
	sentence, clause, word := -1, -1, -1
	for at, i := limit, 0; at > least && sentence < 0 && i < sentenceReach; i++ {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		switch {
		case endsSentence(r) && begins(text, at):
			sentence = at
		case clause < 0 && (clauseMark(r) && !within(text, at) || unicode.IsSpace(r) && conjoins(text[at:])):
			clause = at - size
		case word < 0 && unicode.IsSpace(r):
			word = at - size
		}
		at -= size
	}
	next, _ := utf8.DecodeRuneInString(text[limit:])
	switch {
	case sentence >= 0:
		return sentence
	case clause >= 0:
		return clause
	case word < 0 && unicode.IsSpace(next):
		return limit
	case word >= 0:
		return word
	}
	// Words may end further ahead where what has to be shown reaches far.
	for at, i := limit, 0; at > must && at > start && i < wordReach; i++ {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if at -= size; unicode.IsSpace(r) {
			return at
		}
	}
	return wholeBefore(text, limit, start)
}

// within reports whether the sign before a place stands inside a number or a name: 1,204.
func within(text string, at int) bool {
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsLetter(r) && r < 0x0600 || unicode.IsNumber(r)
}

func endsSentence(r rune) bool {
	switch r {
	case '.', '!', '?', '؟', '۔', '。', '！', '？', '…', '।', '॥', '።', '\n':
		return true
	}
	return false
}

func clauseMark(r rune) bool {
	switch r {
	case ',', ';', ':', '–', '—', '،', '؛', '、', '，', '；', '：':
		return true
	}
	return false
}

// begins reports whether a sentence can begin at a place: after white space, or at
// once behind a sign that brings its own.
func begins(text string, at int) bool {
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	if at == len(text) || last == '\n' || last == '。' || last == '！' || last == '？' {
		return true
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	return unicode.IsSpace(r)
}

// pastSpace is the place behind the white space at another, not behind limit.
func pastSpace(text string, at, limit int) int {
	for at < limit {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !unicode.IsSpace(r) || joins(text, at+size) {
			break
		}
		at += size
	}
	return at
}

// joins reports whether the character at a place goes with the one before it.
func joins(text string, at int) bool {
	r, size := utf8.DecodeRuneInString(text[at:])
	return size > 0 && r >= 0x0300 && (unicode.IsMark(r) || r == 'ำ' || r == 'ຳ' ||
		r == '\u200c' || r == '\u200d' || r >= 0xe0020 && r <= 0xe007f || r >= 0x1f3fb && r <= 0x1f3ff)
}

// blank reports whether nothing of a text would be missed. It reads no more than it must.
func blank(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) {
			return false
		}
	}
	return true
}

// trim takes white space off both ends, and signs that lead nowhere off a cut end.
// A cut beginning loses marks that have no letter to stand on: they would be set
// on the ellipsis.
func trim(text string, start, end int) (int, int) {
	start = pastSpace(text, start, end)
	for !blank(text[:start]) && start < end && joins(text, start) {
		_, size := utf8.DecodeRuneInString(text[start:])
		start = wholeAfter(text, start+size, start)
	}
	cut := !blank(text[end:])
	for end > start {
		r, size := utf8.DecodeLastRuneInString(text[start:end])
		if !unicode.IsSpace(r) && !(cut && (clauseMark(r) || r == '-')) || wholeBefore(text, end-size, start) != end-size {
			break
		}
		end -= size
	}
	return start, max(start, end)
}

// edge reports whether two characters never join, whatever stands around them:
// letters of plain alphabets, and anything beside an ASCII character. It knows
// less than UAX #29, which it only saves from reading from the beginning.
func edge(before, r rune) bool {
	switch {
	case before == utf8.RuneError || r == utf8.RuneError:
		return false
	case r >= ' ' && r < 0x7f: // only a sign that embraces what follows could join
		return before >= ' ' && before < 0x7f || plain(before) || before >= 0x0900 && before < 0x0d00 && !unicode.Is(unicode.Cf, before)
	case before >= ' ' && before < 0x7f:
		return plain(r) || unicode.Is(unicode.Lo, r) && r != 'ำ' && r != 'ຳ'
	}
	return plain(before) && plain(r)
}

func plain(r rune) bool {
	switch {
	case r < 0x80:
		return r >= ' ' && r != 0x7f
	case r >= 0x0900 && r <= 0x0dff, r >= 0x0e00 && r <= 0x109f, r >= 0x1700 && r <= 0x1cff, r >= 0xa800 && r <= 0xabff, r >= 0x11000 && r <= 0x11fff:
		return false // conjuncts, vowels that stand beside their letter, signs before it
	case r >= 0x1100 && r <= 0x11ff, r >= 0xa960 && r <= 0xa97f, r >= 0xac00 && r <= 0xd7ff:
		return false // Hangul composes
	}
	return unicode.IsLetter(r)
}

// anchor is an edge between characters at or before a place, not before least,
// which is one.
func anchor(text string, at, least int) int {
	for at > least && at < len(text) && !utf8.RuneStart(text[at]) {
		at--
	}
	if at >= len(text) {
		return len(text)
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	for at > least {
		before, size := utf8.DecodeLastRuneInString(text[:at])
		if edge(before, r) {
			return at
		}
		r, at = before, at-size
	}
	return least
}

// wholeBefore is the last edge between characters (grapheme clusters of UAX #29)
// at or before a place. least is an edge before it.
func wholeBefore(text string, at, least int) int {
	if at >= len(text) {
		return len(text)
	}
	edge := anchor(text, at, least)
	if edge == at {
		return at
	}
	for g := graphemes.FromString(text[edge:]); g.Next(); {
		if edge+len(g.Value()) > at {
			break
		}
		edge += len(g.Value())
	}
	return edge
}

// wholeAfter is the first edge at or behind a place.
func wholeAfter(text string, at, least int) int {
	edge := anchor(text, at, least)
	if edge == at || at >= len(text) {
		return min(at, len(text))
	}
	for g := graphemes.FromString(text[edge:]); edge < at && g.Next(); {
		edge += len(g.Value())
	}
	return edge
}

// whole is wholeBefore for a place of which no edge before is known.
func whole(text string, at int) int { return wholeBefore(text, at, 0) }

// wholeStart and wholeEnd widen a span to whole characters and, in cursive
// scripts, whole words. last is an edge that the start must not go before, start one
// before the end.
func wholeStart(text string, at, last int) int {
	for at > last {
		r, _ := utf8.DecodeRuneInString(text[at:])
		before, size := utf8.DecodeLastRuneInString(text[:at])
		if !cursive(r) || !cursive(before) {
			break
		}
		at -= size
	}
	return wholeBefore(text, at, last)
}

func wholeEnd(text string, at, start int) int {
	for at < len(text) && at > 0 {
		r, size := utf8.DecodeRuneInString(text[at:])
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if !cursive(r) || !cursive(before) {
			break
		}
		at += size
	}
	return wholeAfter(text, at, start)
}

// cursive reports whether a letter (or a mark on one) joins its neighbours.
func cursive(r rune) bool {
	if r < 0x0300 {
		return false
	}
	return unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Mn) && !unicode.IsPunct(r) && !unicode.IsNumber(r) || r == 'ـ'
}

// sentenceBefore and sentenceAfter report whether a place stands where a sentence
// begins, or ends: nothing is missed there that an ellipsis would have to tell of.
func sentenceBefore(text string, at int) bool {
	for at > 0 {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		switch {
		case endsSentence(r):
			return true
		case !unicode.IsSpace(r):
			return false
		}
		at -= size
	}
	return true
}

func sentenceAfter(text string, at int) bool {
	last, _ := utf8.DecodeLastRuneInString(text[:at])
	return at == len(text) || text[at] == '\n' || endsSentence(last) && begins(text, at)
}
