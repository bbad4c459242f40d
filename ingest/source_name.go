package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

const (
	// MaxSourceName is the longest name of a source, in characters.
	MaxSourceName = 64
	// maxSourceID is the longest ID of a guild or channel, in bytes; Discord's have 20.
	maxSourceID = 64
	// maxNameKey is how much of a key a name may take, in bytes: the store takes 250
	// in all.
	maxNameKey = 160
)

// SourceName is a name in the one form that the book has it in: composed letters,
// single spaces. ErrSourceRefused says what is wrong with it.
func SourceName(name string) (string, error) {
	if !utf8.ValidString(name) {
		return "", wrongSource(ErrSourceRefused, "The name is not UTF-8.")
	}
	name = strings.Join(strings.Fields(norm.NFC.String(name)), " ")
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxSourceName {
		return "", wrongSource(ErrSourceRefused, "A name has 1 to %d characters, this one has %d.", MaxSourceName, n)
	}
	said := false
	for _, r := range name {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			said = true
		case strings.ContainsRune("\"“”„`", r):
			return "", wrongSource(ErrSourceRefused, "A name has no quotes in it: where it has spaces, commands put it between quotes.")
		case r == '\u200c', r == '\u200d': // within words of Persian and Indian scripts
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			return "", wrongSource(ErrSourceRefused, "A name has no invisible characters in it; this one has %s.", fmt.Sprintf("%U", r))
		}
	}
	if !said {
		return "", wrongSource(ErrSourceRefused, "A name needs a letter or a digit.")
	}
	return name, nil
}

// check refuses what cannot be kept, and puts the name into its one form.
func (s *Source) check() (err error) {
	if s.Name, err = SourceName(s.Name); err != nil {
		return err
	}
	switch {
	case s.Kind != SourceChannel:
		return wrongSource(ErrSourceRefused, "There is no kind of source %s.", s.Kind)
	case s.Channel == "":
		return wrongSource(ErrSourceRefused, "The source names no channel.")
	case len(s.Guild) > maxSourceID || len(s.Channel) > maxSourceID || strings.Contains(s.Guild, "/"):
		return wrongSource(ErrSourceRefused, "%s and %s cannot be the IDs of a server and a channel.", s.Guild, s.Channel)
	}
	return nil
}

// sourceKey is where a source stands: guild/name, without regard to upper and
// lower case. A name that is too long for a key stands there as its hash, behind a
// character that no name has.
func sourceKey(guild, name string) string {
	folded := norm.NFC.String(cases.Fold().String(norm.NFC.String(strings.Join(strings.Fields(name), " "))))
	if len(folded) > maxNameKey {
		sum := sha256.Sum256([]byte(folded))
		folded = "\x00" + hex.EncodeToString(sum[:])
	}
	return guildKey(guild) + folded
}

// guildKey begins the keys of a guild, and of no other.
func guildKey(guild string) string { return guild + "/" }
