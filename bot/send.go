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
	Content    string                       `json:"content,omitempty"`
	Embeds     []*discordgo.MessageEmbed    `json:"embeds,omitempty"`
	Components []discordgo.MessageComponent `json:"components,omitempty"`
	// Attachments carry the alternative texts of files.
	Attachments []attachment `json:"attachments,omitempty"`
	// Mentions are always {"parse":[]}: nothing that sitrep says pings anyone.
	Mentions mentions   `json:"allowed_mentions"`
	Nonce    string     `json:"nonce,omitempty"`
	Enforce  bool       `json:"enforce_nonce,omitempty"`
	Reply    *reference `json:"message_reference,omitempty"`
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

// Post sends a reply to a channel. The nonce comes from the seed: within some
// minutes, the same seed is the same message, however often it is posted. Posted
// tells later than that. The error is an *APIError where Discord refused.
func (b *Bot) Post(ctx context.Context, channelID string, r commands.Reply, nonceSeed string) error {
	_, err := b.send(ctx, channelID, r, nonceSeed, "", marker(nonceSeed))
	return err
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

// send posts a reply and returns the message's ID. to is the message that it
// answers, or "".
func (b *Bot) send(ctx context.Context, channel string, r commands.Reply, seed, to, footer string) (id string, err error) {
	err = b.sendFitting(r, footer, func(m *message, files []file) error {
		m.Nonce, m.Enforce = nonceOf(seed), true
		if to != "" {
			m.Reply = &reference{Message: to, Channel: channel}
		}
		req, err := form(http.MethodPost, "/channels/"+channel+"/messages", m, files)
		if err != nil {
			return err
		}
		body, err := b.do(ctx, req)
		if err == nil {
			var sent struct {
				ID string `json:"id"`
			}
			err = json.Unmarshal(body, &sent)
			id = sent.ID
		}
		return err
	})
	return id, err
}

// sendFitting renders and sends a reply; where Discord refuses the form all the
// same, a plainer one goes out: without pictures and buttons, then the words alone.
func (b *Bot) sendFitting(r commands.Reply, footer string, send func(*message, []file) error) error {
	m, files := render(r, footer)
	err := send(m, files)
	for _, plainer := range []func(commands.Reply) commands.Reply{withoutExtras, wordsOnly} {
		e, ok := errors.AsType[*APIError](err)
		if !ok || e.Status != http.StatusBadRequest && e.Status != http.StatusRequestEntityTooLarge || e.Code == codeAnswered {
			return err
		}
		b.log.Error("discord: a message was refused: please report this; a plainer one is tried", "error", errText(b.redact, err))
		m, _ = render(plainer(r), footer)
		err = send(m, nil)
	}
	return err
}

func withoutExtras(r commands.Reply) commands.Reply {
	r.Pictures, r.Actions = nil, nil
	return r
}

func wordsOnly(commands.Reply) commands.Reply {
	return commands.Reply{Error: &commands.Error{Code: commands.CodeInternal, Message: "Discord refused the answer. The operator finds more in the log."}}
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

// editAnswer puts the answer in the place of the deferral.
func (b *Bot) editAnswer(ctx context.Context, i wireInteraction, m *message, files []file) error {
	app := i.Application
	if app == "" {
		app = b.self.Load().application
	}
	req, err := form(http.MethodPatch, "/webhooks/"+app+"/"+i.Token+"/messages/@original", m, files)
	if err != nil {
		return err
	}
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
