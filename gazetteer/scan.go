package gazetteer

import (
	"unicode"
	"unicode/utf8"
)

// scanner cuts a text into words: letters, digits and their marks, with
// apostrophes inside. "U.S." is one word, "Syria's" is "Syria". Bytes that are not UTF-8 part words.
type scanner struct {
	text       string
	pos        int
	start, end int // of the word found last
}

// next finds the next word and reports whether there is one.
func (s *scanner) next() bool {
	for s.pos < len(s.text) {
		r, n := decode(s.text, s.pos)
		if isWord(r) {
			break
		}
		s.pos += n
	}
	if s.pos >= len(s.text) {
		return false
	}
	s.start = s.pos
	i, letters := s.pos, 0
	for {
		r, n := decode(s.text, i)
		if isWord(r) {
			letters++
		} else if isApostrophe(r) {
			next, m := decode(s.text, i+n)
			if !isWord(next) {
				break
			}
			if (next == 's' || next == 'S') && s.endsAt(i+n+m) {
				s.end, s.pos = i, i+n+m
				return true
			}
		} else if !isJoiner(r) {
			break
		}
		i += n
	}
	if letters == 1 {
		i = s.initials(i)
	}
	s.end, s.pos = i, i
	return true
}

// endsAt reports whether no word goes on at i.
func (s *scanner) endsAt(i int) bool {
	r, _ := decode(s.text, i)
	return !isWord(r) && !isJoiner(r) && !isApostrophe(r)
}

// initials extends a word of one letter that ends at i over further letters
// parted by full stops, as in "U.S.", and gives the new end.
func (s *scanner) initials(i int) int {
	end := i
	for end < len(s.text) && s.text[end] == '.' {
		r, n := decode(s.text, end+1)
		if !unicode.IsLetter(r) || !isWord(r) || !s.endsAt(end+1+n) {
			break
		}
		end += 1 + n
	}
	if end > i && end < len(s.text) && s.text[end] == '.' {
		end++
	}
	return end
}

// decode gives the rune at i and its length; at or past the end a space of length 0,
// for bytes that are not UTF-8 a space of length 1.
func decode(t string, i int) (rune, int) {
	if i >= len(t) {
		return ' ', 0
	}
	if c := t[i]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	r, n := utf8.DecodeRuneInString(t[i:])
	if r == utf8.RuneError && n == 1 {
		return ' ', 1
	}
	return r, n
}

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) && !isApostrophe(r) || unicode.IsDigit(r)
}

// isJoiner reports whether r belongs to the word it stands in without being a
// letter: marks, zero-width joiners, direction marks.
func isJoiner(r rune) bool {
	if r < utf8.RuneSelf {
		return false
	}
	return unicode.IsMark(r) || r == '\u200c' || r == '\u200d' || r == '\u200e' || r == '\u200f' || r == '\u00ad'
}
