package gazetteer

import (
	"strings"
	"unicode/utf8"
)

// sound writes a folded name, Latin or Arabic, in one alphabet of sounds, a byte
// each: S is sh, C ch, K kh, G gh, T th, D dh; w and y are the half vowels. So a
// name that is known in one script can be likened to what is typed in the other.
// Names in other scripts have no sound: it is empty.
func sound(folded string) string {
	out := make([]byte, 0, len(folded))
	for i := 0; i < len(folded); {
		c := folded[i]
		if c < utf8.RuneSelf {
			n := 1
			if strings.HasPrefix(folded[i:], "sch") { // German
				c, n = 'S', 3
			} else if i+1 < len(folded) {
				if s, ok := digraphs[[2]byte{c, folded[i+1]}]; ok {
					c, n = s, 2
				}
			}
			if c == 'x' {
				c = 'K' // Kurdish; in other languages these names have no x
			}
			out = append(out, c)
			i += n
			continue
		}
		r, n := utf8.DecodeRuneInString(folded[i:])
		s, ok := arabicSounds[r]
		if !ok {
			return ""
		}
		if s != 0 {
			out = append(out, s)
		}
		i += n
	}
	return string(out)
}

// digraphs are pairs of letters that write one sound. French writes gh as rh, sh as ch.
var digraphs = map[[2]byte]byte{
	{'s', 'h'}: 'S', {'c', 'h'}: 'C', {'k', 'h'}: 'K', {'g', 'h'}: 'G', {'r', 'h'}: 'G', {'t', 'h'}: 'T',
	{'d', 'h'}: 'D', {'d', 'j'}: 'j', {'p', 'h'}: 'f', {'t', 'c'}: 'C', {'z', 'h'}: 'j', {'g', 'u'}: 'g', {'q', 'u'}: 'q', {'s', 'z'}: 'S',
}

var arabicSounds = map[rune]byte{
	'ا': 'a', 'ب': 'b', 'ت': 't', 'ث': 'T', 'ج': 'j', 'ح': 'h', 'خ': 'K', 'د': 'd', 'ذ': 'D', 'ر': 'r', 'ز': 'z', 'س': 's', 'ش': 'S',
	'ص': 's', 'ض': 'd', 'ط': 't', 'ظ': 'z', 'ع': 0, 'غ': 'G', 'ف': 'f', 'ق': 'q', 'ك': 'k', 'ل': 'l', 'م': 'm', 'ن': 'n', 'ه': 'h',
	'و': 'u', 'ي': 'i', 'پ': 'p', 'چ': 'C', 'گ': 'g', 'ژ': 'j', 'ڤ': 'v', 'ێ': 'e', 'ۆ': 'o', 'ڵ': 'l', 'ڕ': 'r', 'ڭ': 'n', 'ۇ': 'u', 'ۈ': 'u',
}

// Costs of turning one name into another, in tenths of a wrong consonant.
const (
	wrong  = 10
	vowel  = 3 // left out or put in
	breath = 3 // an h
	space  = 1
)

// near lists sounds that transliterations take for each other, and what that costs.
var near = []struct {
	a, b string
	cost int8
}{
	{"a", "e", 1}, {"a", "i", 2}, {"a", "o", 2}, {"a", "u", 2}, {"e", "i", 1}, {"e", "o", 3}, {"e", "u", 3}, {"i", "o", 3}, {"i", "u", 2}, {"o", "u", 1},
	{"y", "i", 1}, {"y", "e", 2}, {"y", "aou", 3}, {"w", "u", 1}, {"w", "o", 1}, {"w", "aei", 3}, {"w", "y", 4},
	{"k", "q", 1}, {"kq", "c", 1}, {"kq", "g", 3}, {"kq", "K", 4}, {"kq", "G", 4}, {"kq", "C", 5}, {"g", "G", 2}, {"G", "K", 4}, {"G", "r", 3}, {"G", "q", 3}, {"h", "K", 3}, {"h", "G", 6},
	{"K", "C", 3}, {"s", "S", 3}, {"s", "C", 4}, {"S", "C", 1}, {"C", "j", 3}, {"S", "j", 5}, {"c", "j", 2}, {"c", "sSC", 4}, {"s", "z", 3}, {"z", "D", 2}, {"z", "d", 4}, {"z", "j", 4}, {"z", "T", 4},
	{"d", "D", 1}, {"t", "T", 1}, {"s", "T", 3}, {"d", "t", 4}, {"D", "T", 3}, {"j", "g", 3}, {"j", "d", 6}, {"j", "y", 5}, {"j", "i", 6},
	{"b", "p", 2}, {"f", "v", 2}, {"f", "p", 4}, {"v", "w", 1}, {"v", "u", 3}, {"b", "v", 3}, {"b", "w", 6}, {"v", "o", 5}, {"m", "n", 5}, {"l", "r", 6}, {"n", "l", 7},
}

// costs is near as a table by sound, with what putting one in or leaving one out costs.
type costs struct {
	change [128][128]int8
	put    [128]int8
}

func newCosts() *costs {
	c := &costs{}
	for a := range c.change {
		c.put[a] = wrong
		for b := range c.change {
			if a != b {
				c.change[a][b] = wrong
			}
		}
	}
	for _, v := range "aeiouwy" {
		c.put[v] = vowel
		for b := range c.change {
			if b != int(v) {
				c.change[v][b], c.change[b][v] = wrong+vowel, wrong+vowel
			}
		}
	}
	c.put['h'], c.put[' '] = breath, space
	for _, p := range near {
		for _, a := range p.a {
			for _, b := range p.b {
				c.change[a][b], c.change[b][a] = p.cost, p.cost
			}
		}
	}
	return c
}

// weight is what a name costs that is put in whole.
func (c *costs) weight(s string) (n int) {
	for i := range len(s) {
		n += int(c.put[s[i]&127])
	}
	return n
}

// longestSound bounds what distance compares: no name is longer, and it takes the square of it.
const longestSound = 64

// distance is the least cost of turning one name into the other.
func (c *costs) distance(a, b string) int {
	a, b = a[:min(len(a), longestSound)], b[:min(len(b), longestSound)]
	var row [longestSound + 1]int
	for j := range len(b) {
		row[j+1] = row[j] + int(c.put[b[j]&127])
	}
	for i := range len(a) {
		x := a[i] & 127
		before, change, put := row[0], &c.change[x], int(c.put[x])
		row[0] += put
		for j := range len(b) {
			y := b[j] & 127
			best := min(before+int(change[y]), row[j+1]+put, row[j]+int(c.put[y]))
			before, row[j+1] = row[j+1], best
		}
	}
	return row[len(b)]
}

// bones are the consonants of a sound, those written as one that are taken for each
// other. A first vowel stays, as one sign for all, so that names that begin otherwise stay apart.
func bones(sound string) string {
	out := make([]byte, 0, len(sound))
	for i := range len(sound) {
		c := boneOf[sound[i]&127]
		if c == 0 && i == 0 {
			c = '-'
		}
		if c != 0 && (len(out) == 0 || out[len(out)-1] != c) {
			out = append(out, c)
		}
	}
	return string(out)
}

var boneOf = [128]byte{
	'b': 'b', 'p': 'b', 'f': 'f', 'v': 'f', 'k': 'k', 'q': 'k', 'c': 'k', 'g': 'g', 'G': 'g', 'K': 'h', 'h': 'h', 's': 's', 'S': 's', 'C': 's',
	'z': 's', 'j': 'j', 'd': 'd', 'D': 'd', 't': 't', 'T': 't', 'm': 'm', 'n': 'n', 'l': 'l', 'r': 'r',
	'0': '0', '1': '1', '2': '2', '3': '3', '4': '4', '5': '5', '6': '6', '7': '7', '8': '8', '9': '9',
}
