package news

// Scope says who may see a dispatch. Every search carries the asker's scopes as
// a filter that no query can widen.
type Scope string

const (
	// ScopeEveryone is a dispatch that anyone may see.
	ScopeEveryone Scope = "everyone"
	// ScopeTrial is a sample, shown only while there is no Discord token.
	ScopeTrial Scope = "trial"
)

// GuildScope is what one guild filed: nobody outside it sees it.
func GuildScope(guildID string) Scope { return Scope("guild:" + guildID) }

// Or is the scope itself, or o where it is empty.
func (s Scope) Or(o Scope) Scope {
	if s == "" {
		return o
	}
	return s
}

// Standing says how far a dispatch holds.
type Standing string

// The standings, from the first report to the end.
const (
	Reported     Standing = "reported"
	Corroborated Standing = "corroborated"
	Disputed     Standing = "disputed"
	Retracted    Standing = "retracted"
)

// Or is the standing itself, or o where it is empty.
func (s Standing) Or(o Standing) Standing {
	if s == "" {
		return o
	}
	return s
}
