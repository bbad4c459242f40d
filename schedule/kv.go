package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"golang.org/x/text/unicode/norm"

	"sitrep/store"
)

// Bucket is the key-value bucket that the book stands in.
const Bucket = store.BucketSchedules

// maxPart is the longest half of a key, in bytes: the store takes 250 in all.
const maxPart = 100

// KV is the part of store.KV that the book needs; its errors are the store's.
type KV interface {
	Get(ctx context.Context, key string) ([]byte, uint64, error)
	Create(ctx context.Context, key string, v []byte) (uint64, error)
	Update(ctx context.Context, key string, v []byte, rev uint64) (uint64, error)
	Delete(ctx context.Context, key string) error
	Keys(ctx context.Context) ([]string, error)
}

// key is where a schedule stands: g<guild>.n<name>, the name in lower case, so
// that "Morning" and "morning" are one.
func key(guild, name string) string {
	return guildPrefix(guild) + "n" + escape(strings.ToLower(norm.NFC.String(name)))
}

// guildPrefix begins the keys of a guild, and of no other.
func guildPrefix(guild string) string { return "g" + escape(guild) + "." }

// escape keeps a-z, 0-9 and - and writes every other byte as _ and two hex
// digits, so that no two strings become one and every key-value store takes the
// result. What gets too long (32 letters of Chinese) becomes _h and its SHA-256.
func escape(s string) string {
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'_', digits[c>>4], digits[c&15]})
		}
	}
	if b.Len() > maxPart {
		sum := sha256.Sum256([]byte(s))
		return "_h" + hex.EncodeToString(sum[:])
	}
	return b.String()
}
