package discordtest

import "testing"

// FuzzBody: whatever a client sends, the server judges it and lives.
func FuzzBody(f *testing.F) {
	f.Add(`{"content":"x","embeds":[{"title":"t","fields":[{"name":"a","value":"b"}],"footer":{"text":"f"},"image":{"url":"attachment://a"}}],"components":[{"type":1,"components":[{"type":2,"style":1,"custom_id":"a","label":"b"}]}]}`)
	f.Add(`[{"name":"status","description":"d","options":[{"type":2,"name":"a","description":"b","options":[{"type":1,"name":"c","description":"d"}]}]}]`)
	f.Add(`{"allowed_mentions":{"parse":null},"nonce":5,"attachments":[{"id":0}],"message_reference":7}`)
	f.Fuzz(func(t *testing.T, body string) {
		r := &request{}
		if r.decode([]byte(body)) != nil {
			return
		}
		s := &Server{}
		s.world.init(0)
		if r.body != nil {
			_, _ = s.checkMessage(r, r.body, "", false, true)
			_ = s.checkReference(s.channels[General], r.body)
			_ = (&Interaction{}).choose(r.body)
		}
		c := &check{}
		for _, cmd := range r.list {
			c.command(cmd, ".0")
		}
		nest(c.issues)
	})
}
