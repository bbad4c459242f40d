package store

import "strings"

const (
	// maxKey bounds a key; encoded it is three times as long at most, well within
	// what NATS allows for a subject.
	maxKey   = 250
	plainKey = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	upperHex = "0123456789ABCDEF"
)

// encodeKey writes a key with the characters that a NATS key may have. All but
// letters, digits, "-", "_", "/" and inner dots become "=" and two hexadecimal
// digits, so keys of a guild and a name in any script work and stay readable.
func encodeKey(key string) string {
	var b strings.Builder
	for i := range len(key) {
		c := key[i]
		switch {
		case strings.IndexByte(plainKey, c) >= 0, c == '-', c == '/', c == '_' && i > 0:
			b.WriteByte(c)
		case c == '.' && i > 0 && i < len(key)-1 && key[i-1] != '.':
			// A dot parts two tokens, and a token is never empty.
			b.WriteByte(c)
		default:
			b.WriteByte('=')
			b.WriteByte(upperHex[c>>4])
			b.WriteByte(upperHex[c&15])
		}
	}
	return b.String()
}

// decodeKey is the inverse of encodeKey. What encodeKey never writes stays as it is.
func decodeKey(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			hi, lo := strings.IndexByte(upperHex, s[i+1]), strings.IndexByte(upperHex, s[i+2])
			if hi >= 0 && lo >= 0 {
				b.WriteByte(byte(hi<<4 | lo))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
