package ingest

import (
	"bytes"
	"math"
	"mime"
	"net/mail"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"sitrep/news"
)

// mailParser believes the character set that a message names rather than
// guessing one, and leaves HTML to us.
var mailParser = enmime.NewParser(
	enmime.DisableCharacterDetection(true), enmime.DisableTextConversion(true),
	enmime.SkipMalformedParts(true), enmime.MaxStoredPartErrors(10),
	enmime.MinCharsetDetectRunes(math.MaxInt), enmime.SetCustomParseMediaType(mediaType),
)

// mediaType reads ASCII, and text that names no character set, as UTF-8, which
// has ASCII in it. The library would take it for Windows-1252.
func mediaType(ctype string) (mtype string, params map[string]string, invalid []string, err error) {
	if mtype, params, err = mime.ParseMediaType(ctype); err != nil {
		mtype, params = looseMediaType(ctype)
	}
	if set := strings.ToLower(params["charset"]); set == "us-ascii" || set == "" && strings.HasPrefix(mtype, "text/") {
		params["charset"] = "utf-8"
	}
	return mtype, params, nil, nil
}

// looseMediaType takes what it can from a header that breaks the rules, as many do.
func looseMediaType(ctype string) (mtype string, params map[string]string) {
	mtype, rest, _ := strings.Cut(ctype, ";")
	mtype, params = strings.ToLower(strings.TrimSpace(mtype)), map[string]string{}
	if mtype == "" {
		mtype = "text/plain"
	}
	for param := range strings.SplitSeq(rest, ";") {
		if key, value, ok := strings.Cut(param, "="); ok {
			params[strings.ToLower(strings.TrimSpace(key))] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return mtype, params
}

// readMail reads a message: subject, sender, date and its text, or its HTML
// reduced to text. Attachments are not unpacked.
func readMail(in *input, to sink) error {
	data, ok := in.document(to)
	if !ok {
		return nil
	}
	env, err := mailParser.ReadEnvelope(bytes.NewReader(bytes.TrimPrefix(data, bom)))
	if err != nil {
		to.refuse(1, "no message that can be read: %s", strings.TrimPrefix(err.Error(), "Failed to ReadParts: "))
		return nil
	}
	from, date, id := env.GetHeader("From"), env.GetHeader("Date"), strings.Trim(strings.TrimSpace(env.GetHeader("Message-ID")), "<>")
	if from == "" && date == "" && id == "" {
		to.refuse(1, "no message: it has neither From nor Date nor Message-ID")
		return nil
	}
	r := record{line: 1, title: env.GetHeader("Subject"), byline: sender(env), own: in.fileOrigin(), publishedOrUndated: true}
	if id = cleanLine(id); id != "" && len(id) <= maxField {
		r.own = &news.Origin{Kind: news.OriginMail, Item: id}
	}
	if t, err := mail.ParseDate(date); err == nil {
		r.published = t.UTC().Format(time.RFC3339)
	}
	r.body = plainText(env)
	if strings.TrimSpace(r.body) == "" && env.HTML != "" {
		doc, err := parseHTML(env.HTML)
		if err != nil {
			to.refuse(0, "%s", err)
			return nil
		}
		r.body = renderHTML(doc)
	}
	for _, part := range []string{r.title, r.byline, r.body} {
		if _, why := notUTF8([]byte(part), 1); why != "" {
			to.refuse(0, "a text that names no character set and is not UTF-8: save the message again from the mail program")
			return nil
		}
	}
	return to.put(r)
}

// plainText joins the plain parts of a message. A part that names no type is
// plain (RFC 2045, 5.2); the library leaves it out, and puts dashes between the others.
func plainText(env *enmime.Envelope) string {
	parts := env.Root.DepthMatchAll(func(p *enmime.Part) bool {
		return p.FirstChild == nil && p.Disposition != "attachment" && (p.ContentType == "text/plain" || p.ContentType == "")
	})
	var b strings.Builder
	for _, p := range parts {
		b.Write(p.Content)
		b.WriteString("\n\n")
	}
	return b.String()
}

// sender is who a message is from, by name or else by address.
func sender(env *enmime.Envelope) string {
	if list, err := env.AddressList("From"); err == nil && len(list) > 0 {
		return firstOf(list[0].Name, list[0].Address)
	}
	return env.GetHeader("From")
}
