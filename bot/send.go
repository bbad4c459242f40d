package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/bwmarrin/discordgo"

	"sitrep/commands"
)

// message is what goes out. discordgo's MessageSend has no nonce, and writes
// "parse":null where nothing may be mentioned.
type message struct {
	Content    string                    `json:"content,omitempty"`
	Embeds     []*discordgo.MessageEmbed `json:"embeds,omitempty"`
	Components []row                     `json:"components,omitempty"`
	// Attachments carry the alternative texts of files.
	Attachments []attachment `json:"attachments,omitempty"`
	// Mentions are always {"parse":[]}: nothing that sitrep says pings anyone.
	Mentions mentions   `json:"allowed_mentions"`
	Flags    int        `json:"flags,omitempty"`
	Nonce    string     `json:"nonce,omitempty"`
	Enforce  bool       `json:"enforce_nonce,omitempty"`
	Reply    *reference `json:"message_reference,omitempty"`
}

// edited is a message that takes the place of another one: what it does not have is
// taken away, too. Without the empty lists Discord would keep the pictures and
// buttons of the page before.
type edited struct {
	Content     string                    `json:"content"`
	Embeds      []*discordgo.MessageEmbed `json:"embeds"`
	Components  []row                     `json:"components"`
	Attachments []attachment              `json:"attachments"`
	Mentions    mentions                  `json:"allowed_mentions"`
}

func (m *message) edit() edited {
	e := edited{m.Content, m.Embeds, m.Components, m.Attachments, m.Mentions}
	if e.Components == nil {
		e.Components = []row{}
	}
	if e.Attachments == nil {
		e.Attachments = []attachment{}
	}
	return e
}

type mentions struct {
	Parse []string `json:"parse"`
}

type attachment struct {
	ID          int    `json:"id"`
	Filename    string `json:"filename"`
	Description string `json:"description,omitempty"`
}

type reference struct {
	Message string `json:"message_id"`
	Channel string `json:"channel_id"`
	// Must is false: the answer also comes when the question has been deleted.
	Must bool `json:"fail_if_not_exists"`
}

type file struct {
	name string
	data []byte
}

type callback struct {
	Type int `json:"type"`
	Data any `json:"data,omitempty"`
}

// nonceOf is the nonce of a message: Discord stores one message per nonce, within
// minutes, so a repeated request does no harm. At most 25 characters.
func nonceOf(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:25]
}

// marker is the visible sign, in a footer, of the message that a seed made.
func marker(seed string) string { return "ref " + nonceOf(seed)[:10] }

// Posted looks in the last 100 messages of a channel for the one that Post made
// with this seed, and returns its ID, or "".
func (b *Bot) Posted(ctx context.Context, channelID, nonceSeed string) (string, error) {
	if b.selfID() == "" {
		if err := b.Check(ctx); err != nil {
			return "", err
		}
	}
	var list []struct {
		ID     string   `json:"id"`
		Author wireUser `json:"author"`
		Embeds []struct {
			Footer struct {
				Text string `json:"text"`
			} `json:"footer"`
		} `json:"embeds"`
	}
	if err := b.get(ctx, "/channels/"+channelID+"/messages?limit=100", &list); err != nil {
		return "", err
	}
	for _, m := range list {
		for _, e := range m.Embeds {
			if m.Author.ID == b.selfID() && strings.Contains(e.Footer.Text, marker(nonceSeed)) {
				return m.ID, nil
			}
		}
	}
	return "", nil
}

// sendFitting sends a page; where Discord refuses the form all the same, a plainer
// one goes out: without pictures and buttons, then the words alone.
func (b *Bot) sendFitting(w pen, p rendered, send func(*message, []file) error) error {
	err := send(p.m, p.files)
	for _, plainer := range []func(pen, message) message{withoutExtras, wordsOnly} {
		e, ok := errors.AsType[*APIError](err)
		if !ok || e.Status != http.StatusBadRequest && e.Status != http.StatusRequestEntityTooLarge || e.Code == codeAnswered {
			return err
		}
		b.log.Error("discord: a message was refused: please report this; a plainer one is tried", "error", errText(b.redact, err))
		m := plainer(w, *p.m)
		err = send(&m, nil)
	}
	return err
}

func withoutExtras(_ pen, m message) message {
	m.Components, m.Attachments = nil, nil
	var embeds []*discordgo.MessageEmbed
	for _, e := range m.Embeds {
		bare := *e
		if bare.Image = nil; bare.Title != "" || bare.Description != "" || len(bare.Fields) > 0 {
			embeds = append(embeds, &bare)
		}
	}
	m.Embeds = embeds
	return m
}

func wordsOnly(w pen, m message) message {
	m = withoutExtras(w, m)
	words := &discordgo.MessageEmbed{Color: colourError, Title: w.own("", w.errorTitle(commands.CodeInternal)),
		Description: w.own("", w.say("Discord refused the answer. The operator finds more in the log."))}
	if len(m.Embeds) > 0 {
		words.Footer = m.Embeds[0].Footer // Posted looks there
	}
	m.Embeds = []*discordgo.MessageEmbed{words}
	return m
}

// callback answers an interaction for the first time.
func (b *Bot) callback(ctx context.Context, i wireInteraction, c callback, files []file) error {
	req, err := form(http.MethodPost, "/interactions/"+i.ID+"/"+i.Token+"/callback", c, files)
	if err != nil {
		return err
	}
	_, err = b.do(ctx, req)
	return err
}

// answeredAlready says that Discord has taken an answer before: one of ours, whose
// receipt was lost.
func answeredAlready(err error) bool {
	e, ok := errors.AsType[*APIError](err)
	return ok && e.Code == codeAnswered
}

// hook is the path under which the answers to an interaction are.
func (b *Bot) hook(i wireInteraction) string {
	app := i.Application
	if app == "" {
		app = b.self.Load().application
	}
	return "/webhooks/" + app + "/" + i.Token
}

// editAnswer puts a page in the place of the deferral, or of the message that a
// button belongs to.
func (b *Bot) editAnswer(ctx context.Context, i wireInteraction, m *message, files []file) error {
	req, err := form(http.MethodPatch, b.hook(i)+"/messages/@original", m.edit(), files)
	if err != nil {
		return err
	}
	_, err = b.do(ctx, req)
	return err
}

// dropAnswer takes the deferral away.
func (b *Bot) dropAnswer(ctx context.Context, i wireInteraction) error {
	_, err := b.do(ctx, request{method: http.MethodDelete, path: b.hook(i) + "/messages/@original"})
	if e, ok := errors.AsType[*APIError](err); ok && e.Code == codeUnknownMessage {
		return nil
	}
	return err
}

// followUp adds a message to an answer. There are no nonces here, so it is tried again
// only where Discord says that it has not taken it.
func (b *Bot) followUp(ctx context.Context, i wireInteraction, m *message, files []file) error {
	req, err := form(http.MethodPost, b.hook(i), m, files)
	if err != nil {
		return err
	}
	req.once = true
	_, err = b.do(ctx, req)
	return err
}

// form makes a request of a body: JSON, or multipart where there are files.
func form(method, path string, body any, files []file) (request, error) {
	if len(files) == 0 {
		return request{method: method, path: path, body: body}, nil
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return request{}, fmt.Errorf("%s %s: %w", method, publicPath(path), err)
	}
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	part := func(disposition, typ string, data []byte) {
		p, _ := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {typ}})
		_, _ = p.Write(data) // a buffer takes everything
	}
	part(`form-data; name="payload_json"`, "application/json", payload)
	for n, f := range files {
		part(fmt.Sprintf(`form-data; name="files[%d]"; filename="%s"`, n, f.name), "image/png", f.data)
	}
	if err := w.Close(); err != nil {
		return request{}, err
	}
	return request{method: method, path: path, raw: buf.Bytes(), contentType: w.FormDataContentType()}, nil
}
