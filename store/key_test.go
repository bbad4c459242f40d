package store

import (
	"regexp"
	"strings"
	"testing"
)

// natsKey is the form of a key that NATS takes; a dot parts tokens, none of them empty.
var natsKey = regexp.MustCompile(`^[-/_=a-zA-Z0-9]+(\.[-/_=a-zA-Z0-9]+)*$`)

func FuzzKey(f *testing.F) {
	for _, s := range []string{"a", "guild.123.name", "خبر", ".", "..", "a..b", "_kv", "=41", "a=", "a b>*", "\xff\x00"} {
		f.Add(s, "a")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if a == "" || b == "" {
			return
		}
		ea, eb := encodeKey(a), encodeKey(b)
		if got := decodeKey(ea); got != a {
			t.Errorf("%q became %q", a, got)
		}
		if !natsKey.MatchString(ea) || strings.HasPrefix(ea, "_kv") {
			t.Errorf("%q is encoded as %q, which NATS does not take", a, ea)
		}
		if (a == b) != (ea == eb) {
			t.Errorf("%q and %q are encoded as %q and %q", a, b, ea, eb)
		}
	})
}

func TestRedacted(t *testing.T) {
	got := redacted("nats://u:secret@a:1, nats://token@b:2,c:3,:://")
	if strings.Contains(got, "secret") || strings.Contains(got, "token") || !strings.Contains(got, "@a:1") {
		t.Error(got)
	}
}
