package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"sitrep/news"
)

// maxField is the longest field, in bytes, beside title and body.
const maxField = 4 << 10

// ReasonEmpty is why a record without text is refused.
const ReasonEmpty = "neither title nor body: there is nothing to file"

// record is one dispatch as a file gives it, before anything is checked.
type record struct {
	// line is where it begins in its file, from 1.
	line int
	// lineOf gives the line of a field where the reader knows it better; may be nil.
	lineOf func(field string) int

	id, originID       string
	title, body        string
	source, url        string
	published, filed   string
	lang, place        string
	standing, scope    string
	given              *news.Origin // an export's origin: kept as it is
	own                *news.Origin // who the file is, where the record has no id
	byline             string       // whom the file names as its source: site, sender
	langHint           string       // what the file claims, where the text does not tell
	publishedOrUndated bool         // an unreadable date means undated: nobody can mend a page or a mail
}

// fieldError is a fault of one field.
type fieldError struct{ field, reason string }

func (e *fieldError) Error() string { return e.reason }

func faulty(field, format string, args ...any) error {
	return &fieldError{field, fmt.Sprintf(format, args...)}
}

// dispatch checks a record and makes it a dispatch. An error is a fieldError.
func (o *Options) dispatch(in *input, r *record) (news.Dispatch, error) {
	d := news.Dispatch{
		Title: cleanLine(r.title), Body: Clean(r.body), URL: cleanLine(r.url),
		Place: cleanLine(r.place), Scope: o.Scope,
	}
	if d.Title == "" && d.Body == "" {
		return d, faulty("body", "%s", ReasonEmpty)
	}
	if n := len(d.Title) + len(d.Body); n > news.MaxBytes {
		return d, faulty("body", "%s of text, a dispatch holds %s: split it", bytesText(int64(n)), bytesText(news.MaxBytes))
	}
	d.Source = firstOf(cleanLine(o.Source), cleanLine(r.source), cleanLine(r.byline))
	if err := r.times(&d); err != nil {
		return d, err
	}
	if d.URL != "" && !webAddress(d.URL) {
		return d, faulty("url", "url %s is no http or https address", quoted(d.URL))
	}
	if err := o.trust(&d, r); err != nil {
		return d, err
	}
	origin, err := r.identity(in, &d)
	if err != nil {
		return d, err
	}
	d.Origin = origin
	if o.foreign() {
		d.Origin.Feed = string(o.Scope) + "/" + d.Origin.Feed
	}
	d.ID = d.Origin.ID()
	for _, f := range []struct{ name, value string }{
		{"source", d.Source}, {"url", d.URL}, {"place", d.Place}, {"origin", d.Origin.Kind + d.Origin.Feed + d.Origin.Item},
	} {
		if len(f.value) > maxField {
			return d, faulty(f.name, "%s is %s bytes long, the limit is %s: shorten it", f.name, thousands(len(f.value)), thousands(maxField))
		}
	}
	if r.given != nil {
		d.Lang = normalLang(r.lang)
		return d, nil // an export says all there is to know, and an empty field too
	}
	d.Source = firstOf(d.Source, cleanLine(in.stem))
	if d.Lang = LanguageOf(r.lang, d.Title, d.Body); d.Lang == "" {
		d.Lang = LanguageOf(r.langHint, d.Title, d.Body)
	}
	return d, nil
}

// foreign reports whether the files come from a guild, not from whoever runs
// sitrep. Then their records cannot say who sees them, how far they hold or
// when they were filed, and their identities are the guild's own: nobody takes
// over another's dispatch by naming its origin.
func (o *Options) foreign() bool { return strings.HasPrefix(string(o.Scope), "guild:") }

// trust takes over what a record says of itself beyond its text.
func (o *Options) trust(d *news.Dispatch, r *record) error {
	if o.foreign() {
		d.Filed, r.given = time.Time{}, nil
		return nil
	}
	switch s := news.Standing(r.standing); s {
	case "", news.Reported, news.Corroborated, news.Disputed, news.Retracted:
		d.Standing = s
	default:
		return faulty("standing", "standing %s is none of reported, corroborated, disputed, retracted", quoted(r.standing))
	}
	if o.Scope != "" || r.scope == "" {
		return nil
	}
	switch s := news.Scope(r.scope); {
	case s == news.ScopeEveryone, s == news.ScopeTrial, guildID(r.scope) != "":
		d.Scope = s
	default:
		return faulty("scope", "scope %s is none of everyone, trial, guild:NUMBER", quoted(r.scope))
	}
	return nil
}

// guildID is the number in "guild:NUMBER", empty in everything else.
func guildID(scope string) string {
	id, ok := strings.CutPrefix(scope, "guild:")
	if !ok || strings.Trim(id, "0123456789") != "" {
		return ""
	}
	return id
}

// times reads the dates. One that cannot be read is refused: a date is never invented.
func (r *record) times(d *news.Dispatch) (err error) {
	if d.Published, err = parseTime("published", r.published); err != nil {
		if !r.publishedOrUndated {
			return err
		}
		d.Published = time.Time{}
	}
	d.Filed, err = parseTime("filed", r.filed)
	return err
}

// parseTime reads RFC 3339, or a day as midnight UTC. Nothing gives the zero time.
func parseTime(field, s string) (time.Time, error) {
	if s = strings.TrimSpace(s); s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return time.Time{}, faulty(field, "%s %s is no date: write 2018-12-29T09:00:00Z or 2018-12-29", field, quoted(s))
	}
	t = t.UTC()
	if y := t.Year(); y < 1000 || y > 9999 {
		return time.Time{}, faulty(field, "%s %s is in the year %d, which no dispatch is from", field, quoted(s), y)
	}
	return t, nil
}

// identity is the origin, from which the ID is derived: an export's own; or the
// record's id within its data set; or the file; or the address and title; or
// the text itself.
func (r *record) identity(in *input, d *news.Dispatch) (news.Origin, error) {
	id := cleanLine(firstOf(r.originID, r.id))
	dataset := strings.ToLower(in.stem)
	switch {
	case r.given != nil:
		o := *r.given
		if o.Kind == "" || o.Feed == "" && o.Item == "" {
			return o, faulty("origin", "origin names no kind, or neither feed nor item")
		}
		if r.id != "" && news.ID(r.id) != o.ID() {
			return o, faulty("id", "id %s is not the one of its origin, %s: leave out one of the two", quoted(r.id), o.ID())
		}
		return o, nil
	case id != "":
		return news.Origin{Kind: news.OriginRecord, Feed: dataset, Item: id}, nil
	case r.own != nil:
		return *r.own, nil
	case d.URL != "":
		return news.Origin{Kind: news.OriginRecord, Feed: "url", Item: d.URL + "\n" + d.Title}, nil
	}
	published := ""
	if !d.Published.IsZero() {
		published = d.Published.Format(time.RFC3339Nano)
	}
	sum := sha256.Sum256([]byte(d.Title + "\x00" + published + "\x00" + d.Body))
	return news.Origin{Kind: news.OriginRecord, Feed: dataset, Item: "sha256:" + hex.EncodeToString(sum[:16])}, nil
}

// WebAddress reports whether s can be the URL of a dispatch: http or https, with a
// host, and no longer than a field may be.
func WebAddress(s string) bool { return len(s) <= maxField && webAddress(s) }

// webAddress reports whether s is an http or https address with a host.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// quoted shows what stood in a file, cut to a length that a message can bear.
func quoted(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:59]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
