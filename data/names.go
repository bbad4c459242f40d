package data

import _ "embed"

//go:embed places.tsv
var places []byte

//go:embed actors.tsv
var actors []byte

// Places is the table of places, tab-separated; its header says what the columns hold.
func Places() []byte { return places }

// Actors is the table of armed groups, organisations and people, tab-separated;
// its header says what the columns hold.
func Actors() []byte { return actors }
