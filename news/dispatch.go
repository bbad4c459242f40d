// Package news holds the nouns that every other package shares: a dispatch,
// where it came from, who may see it, how far it can be trusted, and the events
// that change it. It imports none of sitrep's packages.
package news

import (
	"strings"
	"time"
	"unicode/utf8"
)

// MaxBytes is the largest dispatch that can be filed, title and body together.
// The log's messages end at 1 MiB (NATS' default max_payload); JSON escaping
// and the event around the dispatch need the rest.
const MaxBytes = 600 << 10

// Dispatch is one report: a news item, a field report, a channel post.
type Dispatch struct {
	// ID is derived from Origin, so that a second reading is the same dispatch.
	ID ID `json:"id"`
	// Title may be empty: many posts have none.
	Title string `json:"title,omitempty"`
	// Body is plain text in UTF-8; an empty line parts two paragraphs.
	Body string `json:"body"`
	// Source is the name of who reports, as people know it ("Reuters").
	Source string `json:"source,omitempty"`
	// Author is who wrote it, where the source is a place in which several do: a
	// person or a webhook of a channel. Names in it are not what it tells of.
	Author string `json:"author,omitempty"`
	// URL is the http or https address of the original, or empty.
	URL string `json:"url,omitempty"`
	// Lang is the BCP 47 primary language subtag ("en", "ar"), empty where unknown.
	Lang string `json:"lang,omitempty"`
	// Published is when the source published it, in UTC; zero where unknown. It is never invented.
	Published time.Time `json:"published,omitzero"`
	// Filed is when sitrep first acknowledged it, in UTC.
	Filed time.Time `json:"filed,omitzero"`
	// Place is where its author says it belongs (front matter), as written; may be empty.
	Place string `json:"place,omitempty"`
	// Scope says who may see it.
	Scope Scope `json:"scope,omitempty"`
	// Origin says where it was read.
	Origin Origin `json:"origin,omitzero"`
	// Standing says how far it holds.
	Standing Standing `json:"standing,omitempty"`
	// Revision counts the texts it has had, from 1.
	Revision int `json:"revision,omitempty"`
}

// When is the time a dispatch counts for: when it was published or, where that
// is not known, when it was filed.
func (d *Dispatch) When() time.Time {
	if d.Published.IsZero() {
		return d.Filed
	}
	return d.Published
}

// Byline is the source and, where several write in it, who of them wrote this.
func (d *Dispatch) Byline() string {
	if d.Author == "" || d.Author == d.Source {
		return d.Source
	}
	if d.Source == "" {
		return d.Author
	}
	return d.Source + " (" + d.Author + ")"
}

// Headline is the title or, where there is none, the beginning of the body, at
// most n runes long, for lists. It is for showing only: a cut ends with an ellipsis.
func (d *Dispatch) Headline(n int) string {
	s := strings.TrimSpace(d.Title)
	if s == "" {
		s, _, _ = strings.Cut(strings.TrimSpace(d.Body), "\n")
	}
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	cut := string(r)
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–-") + "…"
}

// SameText reports whether two readings of one origin say the same, so that the
// second changes nothing. What the reader itself adds (Filed, Revision,
// Standing) does not count, nor what its author is called by now.
func (d *Dispatch) SameText(o *Dispatch) bool {
	return d.Title == o.Title && d.Body == o.Body && d.Source == o.Source && d.URL == o.URL &&
		d.Lang == o.Lang && d.Place == o.Place && d.Scope == o.Scope && d.Published.Equal(o.Published)
}
