package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"sitrep/commands"
)

// maxPosts is how many messages a reply may take in a channel where nobody turns
// pages: more would bury what others say there.
const maxPosts = 10

// Part is one message of a reply, as it is posted. Its JSON can be kept and posted
// later: it does not change any more.
type Part struct {
	// Nonce makes repeated posts within some minutes one message.
	Nonce string `json:"nonce"`
	// Marker stands in the message's footer: Posted finds it by that.
	Marker string          `json:"marker,omitempty"`
	Lang   string          `json:"lang,omitempty"`
	Body   json.RawMessage `json:"body"`
	Files  []PartFile      `json:"files,omitempty"`
}

// PartFile is a picture of a part.
type PartFile struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// PartSeed is the seed of the n-th message, from 1, of a reply that is posted with a seed.
func PartSeed(seed string, n int) string {
	if n <= 1 {
		return seed
	}
	return fmt.Sprintf("%s\x00%d", seed, n)
}

// Parts makes the messages of a reply for a channel: one, or as many as it takes.
// The nonces and markers come from the seed.
func (b *Bot) Parts(ctx context.Context, r commands.Reply, seed string) ([]Part, error) {
	return b.parts(ctx, r, seed, "", func(page int) string { return marker(PartSeed(seed, page)) })
}

func (b *Bot) parts(ctx context.Context, r commands.Reply, seed, to string, mark func(int) string) ([]Part, error) {
	w := b.pen(r.Lang)
	pages := w.capped(w.render(r, mark), mark)
	pages[len(pages)-1].m.Components = b.controls(ctx, w, r.Actions, turner{})
	out := make([]Part, len(pages))
	for i, p := range pages {
		seed := PartSeed(seed, i+1)
		p.m.Nonce, p.m.Enforce = nonceOf(seed), true
		if to != "" && i == 0 {
			p.m.Reply = &reference{Message: to}
		}
		body, err := json.Marshal(p.m)
		if err != nil {
			return nil, fmt.Errorf("a message cannot be written: %w", err)
		}
		out[i] = Part{Nonce: p.m.Nonce, Lang: r.Lang, Body: body}
		if mark != nil {
			out[i].Marker = mark(i + 1)
		}
		for _, f := range p.files {
			out[i].Files = append(out[i].Files, PartFile{f.name, f.data})
		}
	}
	return out, nil
}

// PostPart sends a part to a channel and returns the message's ID. The error is an
// *APIError where Discord refused.
func (b *Bot) PostPart(ctx context.Context, channelID string, p Part) (id string, err error) {
	page := rendered{m: &message{}}
	if err := json.Unmarshal(p.Body, page.m); err != nil {
		return "", fmt.Errorf("a kept message cannot be read: %w", err)
	}
	page.m.Mentions = mentions{Parse: []string{}}
	if page.m.Reply != nil {
		page.m.Reply.Channel = channelID
	}
	for _, f := range p.Files {
		page.files = append(page.files, file{f.Name, f.Data})
	}
	return b.post(ctx, channelID, b.pen(p.Lang), page)
}

// post sends a page to a channel.
func (b *Bot) post(ctx context.Context, channel string, w pen, p rendered) (id string, err error) {
	err = b.sendFitting(w, p, func(m *message, files []file) error {
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

// Post sends a reply to a channel, in several messages where one does not hold it.
// The nonces come from the seed: within some minutes, the same seed is the same
// messages, however often they are posted. Posted tells later than that. The error
// is an *APIError where Discord refused; what was sent before stands.
func (b *Bot) Post(ctx context.Context, channelID string, r commands.Reply, nonceSeed string) error {
	parts, err := b.Parts(ctx, r, nonceSeed)
	if err != nil {
		return err
	}
	_, err = b.postAll(ctx, channelID, parts)
	return err
}

// send posts a reply of our own accord and returns the first message's ID. to is the
// message that it answers, or "".
func (b *Bot) send(ctx context.Context, channel string, r commands.Reply, seed, to, footer string) (id string, err error) {
	var mark func(int) string
	if footer != "" {
		mark = func(int) string { return footer }
	}
	parts, err := b.parts(ctx, r, seed, to, mark)
	if err != nil {
		return "", err
	}
	return b.postAll(ctx, channel, parts)
}

func (b *Bot) postAll(ctx context.Context, channel string, parts []Part) (first string, err error) {
	for i, p := range parts {
		id, err := b.PostPart(ctx, channel, p)
		if i == 0 {
			first = id
		}
		if err != nil {
			return first, err
		}
	}
	return first, nil
}
