package news

// MentionKind tells places from actors.
type MentionKind string

// The kinds of things that a text can name.
const (
	Place MentionKind = "place"
	Actor MentionKind = "actor"
)

// Mention is a name found in a text.
type Mention struct {
	Kind MentionKind
	// Entity is the gazetteer's ID of what is named ("badia", "islamic-state").
	Entity string
	// Start and End are byte offsets into the text: text[Start:End] is the name as written.
	Start, End int
	// Score is how sure it is that this is meant, from 0 to 1: 1 where what stands beside the name says so.
	Score float64
}
