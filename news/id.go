package news

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// IDLen is the number of characters of an ID: 80 bits in base32.
const IDLen = 16

// ID names a dispatch: 16 characters of a-z and 2-7.
type ID string

// Valid reports whether the ID has the form that Origin.ID gives.
func (id ID) Valid() bool {
	if len(id) != IDLen {
		return false
	}
	for i := range len(id) {
		if c := id[i]; (c < 'a' || c > 'z') && (c < '2' || c > '7') {
			return false
		}
	}
	return true
}

// Origin says where a dispatch was read; two readings with the same origin are
// the same dispatch.
type Origin struct {
	// Kind is one of the Origin… constants.
	Kind string `json:"kind"`
	// Feed is the collection it came in: a data set's name, a feed's address, guild/channel.
	Feed string `json:"feed,omitempty"`
	// Item is its name within the feed: a record's id, a file's path, a GUID, a message ID.
	Item string `json:"item,omitempty"`
}

// The kinds of origin.
const (
	OriginFile    = "file"    // one file, one dispatch: Item is its path
	OriginRecord  = "record"  // a record of a .json, .ndjson or .csv file: Feed is the data set, Item the record's id
	OriginMail    = "mail"    // a message: Item is its Message-ID
	OriginURL     = "url"     // a saved page: Item is its address
	OriginSample  = "sample"  // the samples in data/
	OriginDiscord = "discord" // Feed is guild/channel, Item the message ID
	OriginDesk    = "desk"    // typed by a person: Feed is guild/user, Item the door's ID of what they typed it in
)

// IsZero reports whether nothing is known of the origin.
func (o Origin) IsZero() bool { return o == Origin{} }

// ID derives the dispatch's ID: the first 80 bits of the SHA-256 of the three
// parts, in lower-case base32. Among a million dispatches the odds of any two
// colliding are about 4 in 10^13.
func (o Origin) ID() ID {
	sum := sha256.Sum256([]byte(o.Kind + "\x00" + o.Feed + "\x00" + o.Item))
	return ID(strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10])))
}
