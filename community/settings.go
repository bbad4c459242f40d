// Package community is what one community (a Discord guild, or the local channel)
// has chosen for itself: its settings, and the record of who changed what.
package community

import "slices"

// Settings are a community's own. The zero value is the operator's defaults.
type Settings struct {
	// Prefix begins a command line in a channel.
	Prefix string `json:"prefix,omitempty"`
	// Zone is the IANA time zone in which days begin.
	Zone string `json:"zone,omitempty"`
	// Language is the code of the language of replies, such as "ar".
	Language string `json:"language,omitempty"`
	// Managers are the roles whose members manage sitrep here, besides those who
	// have the Manage Server permission.
	Managers []string `json:"managers,omitempty"`
	// Channel is where schedules post that name no channel, and where notices go.
	Channel string `json:"channel,omitempty"`
	// Filing says who may file dispatches: one of the Filing… constants, or
	// FilingRoles for the members of the roles in Filers.
	Filing string   `json:"filing,omitempty"`
	Filers []string `json:"filers,omitempty"`
}

// Who may file dispatches; managers always may.
const (
	FilingManagers = "managers" // the default
	FilingEveryone = "everyone"
	FilingRoles    = "roles"
)

// Manages says whether one of these roles manages sitrep here.
func (s Settings) Manages(roles []string) bool { return overlap(s.Managers, roles) }

// Files says whether a person who is no manager may file dispatches.
func (s Settings) Files(roles []string) bool {
	switch s.Filing {
	case FilingEveryone:
		return true
	case FilingRoles:
		return overlap(s.Filers, roles)
	}
	return false
}

func overlap(a, b []string) bool {
	return slices.ContainsFunc(a, func(x string) bool { return slices.Contains(b, x) })
}
