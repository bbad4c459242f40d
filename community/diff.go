package community

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The names of the settings, as people type them and the audit log has them.
const (
	NamePrefix   = "prefix"
	NameZone     = "zone"
	NameLanguage = "language"
	NameManagers = "managers"
	NameChannel  = "channel"
	NameFiling   = "filing"
)

// Names are the names of all settings, in the order of their listing.
func Names() []string {
	return []string{NamePrefix, NameZone, NameLanguage, NameManagers, NameChannel, NameFiling}
}

// Value is a setting as one text: role IDs are parted by a space. It is empty
// where the default holds, and for a name that is none.
func (s Settings) Value(name string) string {
	switch name {
	case NamePrefix:
		return s.Prefix
	case NameZone:
		return s.Zone
	case NameLanguage:
		return s.Language
	case NameManagers:
		return strings.Join(s.Managers, " ")
	case NameChannel:
		return s.Channel
	case NameFiling:
		if s.Filing == FilingRoles {
			return strings.Join(s.Filers, " ")
		}
		return s.Filing
	}
	return ""
}

// Reset gives a setting its default back.
func (s *Settings) Reset(name string) {
	switch name {
	case NamePrefix:
		s.Prefix = ""
	case NameZone:
		s.Zone = ""
	case NameLanguage:
		s.Language = ""
	case NameManagers:
		s.Managers = nil
	case NameChannel:
		s.Channel = ""
	case NameFiling:
		s.Filing, s.Filers = "", nil
	}
}

// clone shares nothing with s.
func (s Settings) clone() Settings {
	s.Managers, s.Filers = slices.Clone(s.Managers), slices.Clone(s.Filers)
	return s
}

// differences are the entries for what changed from old to now, without who, when
// and why.
func differences(old, now Settings) (out []Entry) {
	for _, name := range Names() {
		if a, b := old.Value(name), now.Value(name); a != b {
			out = append(out, Entry{What: WhatSettings, Name: name, Old: a, New: b})
		}
	}
	return out
}

// maxNoted is how much of a value or reason an entry holds, in bytes.
const maxNoted = 2000

// short cuts a text to what an entry holds, at the end of a character.
func short(s string) string {
	if len(s) <= maxNoted {
		return s
	}
	cut := maxNoted
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
