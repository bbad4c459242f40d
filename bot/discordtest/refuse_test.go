package discordtest

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// checked skips a test that needs Discord's description of its API; where
// everything is expected to be there, it fails instead.
func checked(t *testing.T, s *Server) {
	t.Helper()
	if s.Checked() {
		return
	}
	if os.Getenv("SITREP_TEST_ALL") == "1" {
		t.Fatal("../shared/discord/openapi.json is absent beside the project, and SITREP_TEST_ALL=1 allows no skip")
	}
	t.Skip("../shared/discord/openapi.json is absent beside the project")
}

// call is a request of the tables. Its path may name what the world of the tables
// holds: {own} and {other} are messages, {slash}, {press}, {typed} and {done}
// interactions, {hook} the webhook of {done}.
type call struct {
	name, method, path string
	body               any    // JSON; a string is sent as it is
	form               string // the Content-Type, if it is not JSON
	token              string // instead of the right one
	status, code       int
	field              string // where the error is, of code 50035
	document           bool   // only the description refuses it
}

// stage is a server with what the tables speak of.
func stage(t *testing.T, o Options) (*client, *strings.Replacer) {
	t.Helper()
	o.Window = time.Minute
	c := newClient(t, o)
	must := func(status int, out m) m {
		t.Helper()
		if status > 299 {
			t.Fatal(out)
		}
		return out
	}
	must(c.do("PUT", "/applications/"+AppID+"/commands", "application/json",
		`[{"name":"status","description":"d","options":[{"type":3,"name":"topic","description":"d","autocomplete":true},{"type":4,"name":"page","description":"d","autocomplete":true}]}]`))
	own := must(c.json("POST", messages, buttons(button("press"))))["id"].(string)
	other := c.s.Say(General, MemberID, "not yours")
	slash, err := c.s.Slash(General, MemberID, "status", nil)
	press, err2 := c.s.Click(General, own, "press", MemberID)
	done, err3 := c.s.Slash(General, MemberID, "status", nil)
	if err != nil || err2 != nil || err3 != nil {
		t.Fatal(err, err2, err3)
	}
	c.s.mu.Lock()
	typed := c.s.interact(typeAutocomplete, General, MemberID, m{"name": "status"}, nil)
	typed.focused = optString
	c.s.mu.Unlock()
	path := func(i *Interaction) string { return "/interactions/" + i.ID + "/" + i.Token + "/callback" }
	must(c.json("POST", path(done), m{"type": 4, "data": m{"content": "x", "allowed_mentions": m{"parse": []any{}}}}))
	c.s.Deny(Desk, 50001)
	return c, strings.NewReplacer("{own}", messages+"/"+own, "{other}", messages+"/"+other, "{slash}", path(slash), "{press}", path(press),
		"{typed}", path(typed), "{done}", path(done), "{hook}", "/webhooks/"+AppID+"/"+done.Token)
}

func (c *client) call(r call, names *strings.Replacer) (int, m) {
	c.t.Helper()
	if r.token != "" {
		c.token, r.token = r.token, c.token
		defer func() { c.token = r.token }()
	}
	path := names.Replace(r.path)
	if r.body == nil {
		return c.do(r.method, path, "", "")
	}
	typ := "application/json"
	if r.form != "" {
		typ = r.form
	}
	if text, ok := r.body.(string); ok {
		return c.do(r.method, path, typ, text)
	}
	return c.do(r.method, path, typ, string(mustJSON(r.body)))
}

// form is a multipart body: a payload and files by field and name.
func form(payload any, files ...[2]string) (body, typ string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if payload != nil {
		_ = w.WriteField("payload_json", string(mustJSON(payload)))
	}
	for _, f := range files {
		part, _ := w.CreateFormFile(f[0], f[1])
		_, _ = part.Write([]byte("data"))
	}
	w.Close()
	return b.String(), w.FormDataContentType()
}

func formCall(name, path string, payload any, files ...[2]string) call {
	body, typ := form(payload, files...)
	return call{name: name, method: "POST", path: path, body: body, form: typ}
}

func (r call) want(status, code int, field string) call {
	r.status, r.code, r.field = status, code, field
	return r
}

func quiet(with m) m {
	b := m{"content": "x", "allowed_mentions": m{"parse": []any{}}}
	for k, v := range with {
		b[k] = v
	}
	return b
}

func answerWith(typ int, data any) m { return m{"type": typ, "data": data} }

func menuWith(with m) m {
	b := m{"type": 3, "custom_id": "pick", "options": []any{m{"label": "One", "value": "1"}, m{"label": "Two", "value": "2"}}}
	for k, v := range with {
		b[k] = v
	}
	return b
}

func inputWith(with m) m {
	b := m{"type": 4, "custom_id": "text", "style": 1, "label": "Text"}
	for k, v := range with {
		b[k] = v
	}
	return b
}

func modalWith(with m) m {
	b := m{"custom_id": "form", "title": "Form", "components": []any{row(inputWith(nil))}}
	for k, v := range with {
		b[k] = v
	}
	return answerWith(callModal, b)
}

func commandWith(with m) []any {
	b := m{"name": "status", "description": "d"}
	for k, v := range with {
		b[k] = v
	}
	return []any{b}
}

func optionWith(with m) []any {
	b := m{"type": 3, "name": "topic", "description": "d"}
	for k, v := range with {
		b[k] = v
	}
	return commandWith(m{"options": []any{b}})
}

// v2 is a message that components make the whole of.
func v2(parts ...any) m {
	return good(m{"content": nil, "flags": flagComponentsV2, "components": parts})
}

func text(n int) m { return m{"type": 10, "content": strings.Repeat("x", n)} }

const (
	commandsPath = "/applications/" + AppID + "/commands"
	nobody       = "600000000000000001"
	part0        = "components.0.components.0"
)

func wrongCalls() []call {
	x := strings.Repeat
	return slices.Concat([]call{
		// Routes, tokens and IDs.
		{name: "no such route", method: "GET", path: "/nowhere", status: 404},
		{name: "no such route below one", method: "GET", path: "/channels/" + General + "/nowhere", status: 404},
		{name: "no such method", method: "DELETE", path: "/users/@me", status: 405},
		{name: "another's token", method: "GET", path: "/users/@me", token: "another", status: 401},
		{name: "another's token to post", method: "POST", path: messages, body: good(nil), token: "another", status: 401},
		{name: "a webhook's token that is none", method: "POST", path: "/webhooks/" + AppID + "/none", body: quiet(nil), status: 401, code: 50027},
		{name: "a webhook of another application", method: "POST", path: "/webhooks/" + nobody + "/none", body: quiet(nil), status: 404, code: 10015},
		{name: "channel that is no ID", method: "GET", path: "/channels/general", status: 400, code: 50035, field: "channel_id"},
		{name: "unknown channel", method: "GET", path: "/channels/" + nobody, status: 404, code: 10003},
		{name: "guild that is no ID", method: "GET", path: "/guilds/home", status: 400, code: 50035, field: "guild_id"},
		{name: "unknown guild", method: "GET", path: "/guilds/" + nobody, status: 404, code: 10004},
		{name: "threads of an unknown guild", method: "GET", path: "/guilds/" + nobody + "/threads/active", status: 404, code: 10004},
		{name: "unknown member", method: "GET", path: "/guilds/" + GuildID + "/members/" + nobody, status: 404, code: 10007},
		{name: "member that is no ID", method: "GET", path: "/guilds/" + GuildID + "/members/someone", status: 400, code: 50035, field: "user_id"},
		{name: "direct channel with nobody", method: "POST", path: "/users/@me/channels", body: m{"recipient_id": nobody}, status: 404, code: 10013},
		{name: "direct channel with a name", method: "POST", path: "/users/@me/channels", body: m{"recipient_id": "someone"}, status: 400, code: 50035, field: "recipient_id"},
		{name: "a list for an object", method: "POST", path: "/users/@me/channels", body: []any{m{}}, status: 400, code: 50035, field: "_"},

		// Reading and typing.
		{name: "read without access", method: "GET", path: "/channels/" + Desk + "/messages", status: 403, code: 50001},
		{name: "a message without access", method: "GET", path: "/channels/" + Desk + "/messages/" + nobody, status: 403, code: 50001},
		{name: "type without access", method: "POST", path: "/channels/" + Desk + "/typing", status: 403, code: 50001},
		{name: "type into nothing", method: "POST", path: "/channels/" + nobody + "/typing", status: 404, code: 10003},
		{name: "limit 0", method: "GET", path: messages + "?limit=0", status: 400, code: 50035, field: "limit"},
		{name: "limit 101", method: "GET", path: messages + "?limit=101", status: 400, code: 50035, field: "limit"},
		{name: "limit all", method: "GET", path: messages + "?limit=all", status: 400, code: 50035, field: "limit"},
		{name: "after a word", method: "GET", path: messages + "?after=yesterday", status: 400, code: 50035, field: "after"},
		{name: "before a word", method: "GET", path: messages + "?before=today", status: 400, code: 50035, field: "before"},
		{name: "message that is no ID", method: "GET", path: messages + "/first", status: 400, code: 50035, field: "message_id"},
		{name: "archived before a word", method: "GET", path: "/channels/" + General + "/threads/archived/public?before=today", status: 400, code: 50035, field: "before"},
		{name: "archived, limit 1", method: "GET", path: "/channels/" + General + "/threads/archived/public?limit=1", status: 400, code: 50035, field: "limit"},

		// Edits and deletions.
		{name: "edit another's message", method: "PATCH", path: "{other}", body: quiet(nil), status: 403, code: 50005},
		{name: "edit no message", method: "PATCH", path: messages + "/" + nobody, body: quiet(nil), status: 404, code: 10008},
		{name: "edit to nothing", method: "PATCH", path: "{own}", body: quiet(m{"content": "", "components": []any{}}), status: 400, code: 50006},
		{name: "edit too long", method: "PATCH", path: "{own}", body: quiet(m{"content": x("x", 2001)}), status: 400, code: 50035, field: "content"},
		{name: "edit with a nonce", method: "PATCH", path: "{own}", body: quiet(m{"nonce": "1"}), status: 400, code: 50035, field: "nonce"},
		{name: "edit that pings", method: "PATCH", path: "{own}", body: m{"content": "x"}, status: 400, code: 50035, field: "allowed_mentions"},
		{name: "edit to ephemeral", method: "PATCH", path: "{own}", body: quiet(m{"flags": 64}), status: 400, code: 50035, field: "flags"},
		{name: "delete another's message", method: "DELETE", path: "{other}", status: 403, code: 50013},
		{name: "delete no message", method: "DELETE", path: messages + "/" + nobody, status: 404, code: 10008},
		{name: "delete what is no ID", method: "DELETE", path: messages + "/x", status: 400, code: 50035, field: "message_id"},

		// Answers to interactions.
		{name: "answer to nothing", method: "POST", path: "/interactions/" + nobody + "/x/callback", body: answerWith(5, nil), status: 404, code: 10062},
		{name: "a second answer", method: "POST", path: "{done}", body: answerWith(4, quiet(nil)), status: 400, code: 40060},
		{name: "no type", method: "POST", path: "{slash}", body: m{"data": quiet(nil)}, status: 400, code: 50035, field: "type"},
		{name: "type 3", method: "POST", path: "{slash}", body: answerWith(3, quiet(nil)), status: 400, code: 50035, field: "type"},
		{name: "data is text", method: "POST", path: "{slash}", body: answerWith(4, "x"), status: 400, code: 50035, field: "data"},
		{name: "empty answer", method: "POST", path: "{slash}", body: answerWith(4, quiet(m{"content": " \n"})), status: 400, code: 50006},
		{name: "answer too long", method: "POST", path: "{slash}", body: answerWith(4, quiet(m{"content": x("x", 2001)})), status: 400, code: 50035, field: "data.content"},
		{name: "answer as a reply", method: "POST", path: "{slash}", body: answerWith(4, quiet(m{"message_reference": m{"message_id": nobody}})), status: 400, code: 50035, field: "data.message_reference"},
		{name: "answer with a nonce", method: "POST", path: "{slash}", body: answerWith(4, quiet(m{"nonce": "1"})), status: 400, code: 50035, field: "data.nonce"},
		{name: "answer with a crosspost flag", method: "POST", path: "{slash}", body: answerWith(4, quiet(m{"flags": 2})), status: 400, code: 50035, field: "data.flags"},
		{name: "deferral with a text", method: "POST", path: "{slash}", body: answerWith(5, m{"content": "x"}), status: 400, code: 50035, field: "data.content"},
		{name: "update of a slash command", method: "POST", path: "{slash}", body: answerWith(7, quiet(nil)), status: 400, code: 50035, field: "type"},
		{name: "choices for a slash command", method: "POST", path: "{slash}", body: answerWith(8, m{"choices": []any{}}), status: 400, code: 50035, field: "type"},
		{name: "a message for an autocomplete", method: "POST", path: "{typed}", body: answerWith(4, quiet(nil)), status: 400, code: 50035, field: "type"},
		{name: "update with 11 embeds", method: "POST", path: "{press}", body: answerWith(7, quiet(m{"embeds": many(11, m{"title": "x"})})), status: 400, code: 50035, field: "data.embeds"},
		{name: "follow-up that is empty", method: "POST", path: "{hook}", body: quiet(m{"content": ""}), status: 400, code: 50006},
		{name: "follow-up too long", method: "POST", path: "{hook}", body: quiet(m{"content": x("x", 2001)}), status: 400, code: 50035, field: "content"},
		{name: "edit of an unknown follow-up", method: "PATCH", path: "{hook}/messages/" + nobody, body: quiet(nil), status: 404, code: 10008},
		{name: "delete an unknown follow-up", method: "DELETE", path: "{hook}/messages/" + nobody, status: 404, code: 10008},

		// Autocomplete.
		{name: "no choices", method: "POST", path: "{typed}", body: answerWith(8, m{}), status: 400, code: 50035, field: "data.choices"},
		{name: "26 choices", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": many(26, m{"name": "a", "value": "a"})}), status: 400, code: 50035, field: "data.choices"},
		{name: "choice without a name", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": []any{m{"value": "a"}}}), status: 400, code: 50035, field: "data.choices.0.name"},
		{name: "choice name too long", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": []any{m{"name": x("a", 101), "value": "a"}}}), status: 400, code: 50035, field: "data.choices.0.name"},
		{name: "choice value too long", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": []any{m{"name": "a", "value": x("a", 101)}}}), status: 400, code: 50035, field: "data.choices.0.value"},
		{name: "a number for a text", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": []any{m{"name": "a", "value": 7}}}), status: 400, code: 50035, field: "data.choices.0.value"},

		// Modals.
		{name: "modal for an autocomplete", method: "POST", path: "{typed}", body: modalWith(nil), status: 400, code: 50035, field: "type"},
		{name: "modal without a title", method: "POST", path: "{slash}", body: modalWith(m{"title": nil}), status: 400, code: 50035, field: "data.title"},
		{name: "modal title too long", method: "POST", path: "{slash}", body: modalWith(m{"title": x("x", 46)}), status: 400, code: 50035, field: "data.title"},
		{name: "modal without custom_id", method: "POST", path: "{slash}", body: modalWith(m{"custom_id": ""}), status: 400, code: 50035, field: "data.custom_id"},
		{name: "modal without rows", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{}}), status: 400, code: 50035, field: "data.components"},
		{name: "modal of six rows", method: "POST", path: "{slash}", body: modalWith(m{"components": many(6, row(inputWith(nil)))}), status: 400, code: 50035, field: "data.components"},
		{name: "two inputs in a row", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(nil), inputWith(m{"custom_id": "b"}))}}), status: 400, code: 50035, field: "data." + "components.0.components"},
		{name: "input label too long", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(m{"label": x("x", 46)}))}}), status: 400, code: 50035, field: "data." + part0 + ".label"},
		{name: "input without custom_id", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(m{"custom_id": nil}))}}), status: 400, code: 50035, field: "data." + part0 + ".custom_id"},
		{name: "same custom_id twice", method: "POST", path: "{slash}", body: modalWith(m{"components": many(2, row(inputWith(nil)))}), status: 400, code: 50035, field: "data.components.1.components.0.custom_id"},
		{name: "input of style 3", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(m{"style": 3}))}}), status: 400, code: 50035, field: "data." + part0 + ".style"},
		{name: "input longer than it may be", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(m{"value": "four", "max_length": 3}))}}), status: 400, code: 50035, field: "data." + part0 + ".value"},
		{name: "input at least more than at most", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(inputWith(m{"min_length": 9, "max_length": 3}))}}), status: 400, code: 50035, field: "data." + part0 + ".min_length"},
		{name: "button in a modal", method: "POST", path: "{slash}", body: modalWith(m{"components": []any{row(button("b"))}}), status: 400, code: 50035, field: "data." + part0 + ".type"},
	}, wrongMessages(), wrongForms(), wrongCommands())
}

func wrongMessages() []call {
	x := strings.Repeat
	post := func(name string, body any, field string) call {
		return call{name: name, method: "POST", path: messages, body: body, status: 400, code: 50035, field: field}
	}
	one := func(part m) m { return buttons(part) }
	calls := []call{
		{name: "no body at all", method: "POST", path: messages, body: m{}, status: 400, code: 50035, field: "allowed_mentions"},
		{name: "half a body", method: "POST", path: messages, body: `{"content":`, status: 400, code: 50109},
		{name: "a text for a body", method: "POST", path: messages, body: `"x"`, status: 400, code: 50109},
		{name: "a body as text", method: "POST", path: messages, body: good(nil), form: "text/plain", status: 400, code: 50035, field: "_misc"},
		{name: "nothing to see", method: "POST", path: messages, body: good(m{"content": "  "}), status: 400, code: 50006},
		{name: "post without access", method: "POST", path: "/channels/" + Desk + "/messages", body: good(nil), status: 403, code: 50001},
		{name: "post into nothing", method: "POST", path: "/channels/" + nobody + "/messages", body: good(nil), status: 404, code: 10003},
		post("a list", []any{good(nil)}, "_"),
		post("2,001 characters", good(m{"content": x("x", 2001)}), "content"),
		post("ephemeral in a channel", good(m{"flags": 64}), "flags"),
		post("flags as text", good(m{"flags": "4"}), "flags"),
		post("nonce of 26", good(m{"nonce": x("n", 26)}), "nonce"),
		post("6,001 over three embeds", good(m{"embeds": []any{m{"description": x("x", 3000)}, m{"description": x("x", 2990)}, m{"title": x("x", 11)}}}), "embeds"),
		post("field without a value", embed(m{"fields": []any{m{"name": "n", "value": ""}}}), "embeds.0.fields.0.value"),
		post("timestamp of another form", embed(m{"title": "x", "timestamp": "03.04.2025"}), "embeds.0.timestamp"),
		post("sticker", good(m{"sticker_ids": []any{m{}}}), "sticker_ids"),
		post("select without options", one(menuWith(m{"options": []any{}})), part0+".options"),
		post("26 options", one(menuWith(m{"options": many(26, m{"label": "a", "value": "a"})})), part0+".options"),
		post("two options of a value", one(menuWith(m{"options": many(2, m{"label": "a", "value": "a"})})), part0+".options.1.value"),
		post("option label of 101", one(menuWith(m{"options": []any{m{"label": x("a", 101), "value": "a"}}})), part0+".options.0.label"),
		post("option value of 101", one(menuWith(m{"options": []any{m{"label": "a", "value": x("a", 101)}}})), part0+".options.0.value"),
		post("option description of 101", one(menuWith(m{"options": []any{m{"label": "a", "value": "a", "description": x("a", 101)}}})), part0+".options.0.description"),
		post("option without a value", one(menuWith(m{"options": []any{m{"label": "a"}}})), part0+".options.0.value"),
		post("placeholder of 151", one(menuWith(m{"placeholder": x("a", 151)})), part0+".placeholder"),
		post("at least three of two", one(menuWith(m{"min_values": 3, "max_values": 3})), part0+".max_values"),
		post("at least more than at most", one(menuWith(m{"min_values": 2, "max_values": 1})), part0+".min_values"),
		post("at most 26", one(menuWith(m{"max_values": 26})), part0+".max_values"),
		post("two chosen of one", one(menuWith(m{"options": []any{m{"label": "a", "value": "a", "default": true}, m{"label": "b", "value": "b", "default": true}}})), part0+".options"),
		post("select without custom_id", one(menuWith(m{"custom_id": nil})), part0+".custom_id"),
		post("select beside a button", buttons(menuWith(nil), button("b")), "components.0"),
		post("same custom_id as a button", good(m{"components": []any{row(button("pick")), row(menuWith(nil))}}), "components.1.components.0.custom_id"),
		post("text input in a message", one(inputWith(nil)), part0+".type"),
		post("text display without the flag", good(m{"components": []any{text(1)}}), "components.0.type"),
		post("41 components", v2(slices.Concat(many(40, text(1)), many(1, row(button("b"))))...), "components"),
		post("42 components, nested", v2(m{"type": 17, "components": many(21, m{"type": 9, "components": []any{text(1)}, "accessory": m{"type": 2, "style": 5, "label": "x", "url": "https://x.org"}})}), "components"),
		post("too much text", v2(text(4000), text(1)), "components"),
		post("content beside components", good(m{"flags": flagComponentsV2, "components": []any{text(1)}}), "content"),
		post("container in a container", v2(m{"type": 17, "components": []any{m{"type": 17, "components": []any{text(1)}}}}), "components.0.components.0.type"),
		post("forward of nothing", good(m{"content": nil, "message_reference": m{"type": 1, "message_id": nobody, "channel_id": General}}), "message_reference"),
	}
	for name, body := range map[string]m{
		"tts as text":               good(m{"tts": "no"}),
		"emoji without a name":      buttons(m{"type": 2, "style": 1, "custom_id": "a", "emoji": m{"id": "5x"}}),
		"disabled as text":          buttons(m{"type": 2, "style": 1, "custom_id": "a", "label": "x", "disabled": "no"}),
		"inline as a number":        embed(m{"fields": []any{m{"name": "n", "value": "v", "inline": 1}}}),
		"separator of spacing 9":    v2(m{"type": 14, "spacing": 9}),
		"gallery without media":     v2(m{"type": 12, "items": []any{m{}}}),
		"section without accessory": v2(m{"type": 9, "components": []any{text(1)}, "accessory": m{"type": 11}}),
	} {
		calls = append(calls, call{name: name, method: "POST", path: messages, body: body, status: 400, code: 50035, document: true})
	}
	return calls
}

func wrongForms() []call {
	file := [2]string{"files[0]", "map.png"}
	text, typ := form(good(nil), file)
	return []call{
		formCall("form without payload_json", messages, nil, file).want(400, 50109, ""),
		formCall("form whose payload is a list", messages, []any{good(nil)}, file).want(400, 50035, "_"),
		formCall("form that is too long", messages, good(m{"content": strings.Repeat("x", 2001)}), file).want(400, 50035, "content"),
		formCall("attachment that no file is", messages, good(m{"attachments": []any{m{"id": 3, "filename": "a"}}}), file).want(400, 50035, "attachments.0.id"),
		formCall("eleven files", messages, good(nil), slices.Repeat([][2]string{file}, 11)...).want(400, 50035, "files"),
		formCall("two files of a name", messages, good(nil), file, file).want(400, 50035, "files"),
		formCall("description of 1,025", messages, good(m{"attachments": []any{m{"id": 0, "description": strings.Repeat("x", 1025)}}}), file).want(400, 50035, "attachments.0.description"),
		formCall("image that no file is", messages, embed(m{"image": m{"url": "attachment://other.png"}}), file).want(400, 50035, "embeds.0.image.url"),
		formCall("answer whose image no file is", "{slash}", answerWith(4, quiet(m{"embeds": []any{m{"image": m{"url": "attachment://other.png"}}}})), file).want(400, 50035, "data.embeds.0.image.url"),
		{name: "form cut short", method: "POST", path: messages, body: text[:len(text)/2], form: typ, status: 400, code: 50109},
		{name: "form without a boundary", method: "POST", path: messages, body: text, form: "multipart/form-data", status: 400, code: 50109},
	}
}

func wrongCommands() []call {
	x := strings.Repeat
	put := func(name string, body any, field string) call {
		return call{name: name, method: "PUT", path: commandsPath, body: body, status: 400, code: 50035, field: field}
	}
	menus := func(n, typ int) []any {
		var out []any
		for i := range n {
			out = append(out, m{"name": "File " + x("x", i), "type": typ})
		}
		return out
	}
	long := []any{}
	for i := range 25 {
		long = append(long, m{"type": 3, "name": x("o", i+1), "description": x("d", 100), "choices": []any{m{"name": x("n", 100), "value": x("v", 100)}, m{"name": "n", "value": x("v", 100)}}})
	}
	only := func(name string, body any) call {
		return call{name: name, method: "PUT", path: commandsPath, body: body, status: 400, code: 50035, document: true}
	}
	return []call{
		{name: "commands of another", method: "PUT", path: "/applications/" + nobody + "/commands", body: commandWith(nil), status: 403, code: 50001},
		put("one command, no list", m{"name": "status", "description": "d"}, "_"),
		put("command in capitals", commandWith(m{"name": "STATUS"}), "0.name"),
		put("command with a full stop", commandWith(m{"name": "sta.tus"}), "0.name"),
		put("command of 33", commandWith(m{"name": x("a", 33)}), "0.name"),
		put("command without a name", commandWith(m{"name": nil}), "0.name"),
		put("two commands of a name", slices.Concat(commandWith(nil), commandWith(nil)), "1.name"),
		put("description of 101", commandWith(m{"description": x("d", 101)}), "0.description"),
		put("no description", commandWith(m{"description": nil}), "0.description"),
		put("unknown locale", commandWith(m{"name_localizations": m{"ku": "rewş"}}), "0.name_localizations.ku"),
		put("locale of another form", commandWith(m{"description_localizations": m{"ar-SY": "حالة"}}), "0.description_localizations.ar-SY"),
		put("localized name in capitals", commandWith(m{"name_localizations": m{"de": "Lage"}}), "0.name_localizations.de"),
		put("localized name with a space", commandWith(m{"name_localizations": m{"ar": "آخر الأخبار"}}), "0.name_localizations.ar"),
		put("localized name of 33", commandWith(m{"name_localizations": m{"de": x("a", 33)}}), "0.name_localizations.de"),
		put("localized description of 101", commandWith(m{"description_localizations": m{"de": x("a", 101)}}), "0.description_localizations.de"),
		put("empty localized description", commandWith(m{"description_localizations": m{"de": ""}}), "0.description_localizations.de"),
		put("permissions in words", commandWith(m{"default_member_permissions": "MANAGE_GUILD"}), "0.default_member_permissions"),
		put("type 9", commandWith(m{"type": 9}), "0.type"),
		put("message command with a description", []any{m{"name": "File this", "type": 3, "description": "d"}}, "0.description"),
		put("message command with options", []any{m{"name": "File this", "type": 3, "options": []any{m{"type": 3, "name": "a", "description": "d"}}}}, "0.options"),
		put("user command of 33", []any{m{"name": x("a", 33), "type": 2}}, "0.name"),
		put("16 message commands", menus(16, 3), "_"),
		put("16 user commands", menus(16, 2), "_"),
		put("required after optional", commandWith(m{"options": []any{m{"type": 3, "name": "a", "description": "d"}, m{"type": 3, "name": "b", "description": "d", "required": true}}}), "0.options.1"),
		put("option in capitals", optionWith(m{"name": "Topic"}), "0.options.0.name"),
		put("option without a description", optionWith(m{"description": nil}), "0.options.0.description"),
		put("option of type 12", optionWith(m{"type": 12}), "0.options.0.type"),
		put("choices and autocomplete", optionWith(m{"autocomplete": true, "choices": []any{m{"name": "a", "value": "a"}}}), "0.options.0"),
		put("autocomplete of a user", optionWith(m{"type": 6, "autocomplete": true}), "0.options.0.autocomplete"),
		put("26 choices of an option", optionWith(m{"choices": many(26, m{"name": "a", "value": "a"})}), "0.options.0.choices"),
		put("two choices of a name", optionWith(m{"choices": many(2, m{"name": "a", "value": "a"})}), "0.options.0.choices.1.name"),
		put("text as a number's choice", optionWith(m{"type": 4, "choices": []any{m{"name": "a", "value": "a"}}}), "0.options.0.choices.0.value"),
		put("lengths of a number", optionWith(m{"type": 4, "max_length": 5}), "0.options.0.max_length"),
		put("max_length 6,001", optionWith(m{"max_length": 6001}), "0.options.0.max_length"),
		put("group in a group", commandWith(m{"options": []any{m{"type": 2, "name": "a", "description": "d", "options": []any{m{"type": 2, "name": "b", "description": "d"}}}}}), "0.options.0.options.0.type"),
		put("option in a group", commandWith(m{"options": []any{m{"type": 2, "name": "a", "description": "d", "options": []any{m{"type": 3, "name": "b", "description": "d"}}}}}), "0.options.0.options"),
		put("more than 8,000 characters", commandWith(m{"options": long}), "0"),
		only("context 9", commandWith(m{"contexts": []any{9}})),
		only("no contexts", commandWith(m{"contexts": []any{}})),
		only("the same context twice", commandWith(m{"contexts": []any{0, 0}})),
		only("integration type 5", commandWith(m{"integration_types": []any{5}})),
		only("required as text", optionWith(m{"required": "yes"})),
		only("channel type 99", optionWith(m{"type": 7, "channel_types": []any{99}})),
	}
}

// Each of many wrong requests is refused, with the status, the code and the place
// that Discord gives: by the rules alone, and with Discord's own description too.
func TestWrongRequests(t *testing.T) {
	calls := wrongCalls()
	if len(calls) < 60 {
		t.Fatalf("only %d", len(calls))
	}
	for name, o := range map[string]Options{"rules": {OpenAPI: noDocument}, "description": {}} {
		t.Run(name, func(t *testing.T) {
			c, names := stage(t, o)
			if name == "description" {
				checked(t, c.s)
			} else if c.s.Checked() {
				t.Fatal("it has the description")
			}
			before, refused := len(c.s.Messages(General)), 0
			for _, r := range calls {
				if r.document && !c.s.Checked() {
					continue
				}
				refused++
				status, out := c.call(r, names)
				if code, _ := out["code"].(float64); status != r.status || int(code) != r.code {
					t.Errorf("%s: %d %v", r.name, status, out)
				}
				if r.field != "" && !errorAt(out, r.field) {
					t.Errorf("%s: no error at %s: %v", r.name, r.field, out)
				}
			}
			if n := len(c.s.Refusals()); n != refused {
				t.Errorf("%d refusals, want %d", n, refused)
			}
			if n := len(c.s.Messages(General)); n != before {
				t.Errorf("%d messages came of it", n-before)
			}
			if cmds, _ := c.s.WaitCommands(t.Context(), 1); len(cmds) != 1 {
				t.Errorf("commands: %v", cmds)
			}
		})
	}
}

func errorAt(out m, field string) bool {
	at, _ := out["errors"].(m)
	for _, key := range strings.Split(field, ".") {
		at, _ = at[key].(m)
	}
	list, _ := at["_errors"].([]any)
	return len(list) > 0
}

func rightCalls() []call {
	ok := func(method, path string, body any) call {
		return call{name: method + " " + path, method: method, path: path, body: body, status: 200}
	}
	n := 0
	post := func(name string, body m) call {
		n++
		body["nonce"] = "right-" + strings.Repeat("x", n%19) + string(rune('a'+n/19))
		return call{name: name, method: "POST", path: messages, body: body, status: 200}
	}
	x := strings.Repeat
	file := formCall("a map", messages, embed(m{"image": m{"url": "attachment://map.png"}, "description": "d"}), [2]string{"files[0]", "map.png"}).want(200, 0, "")
	long := formCall("ten files", messages, good(m{"nonce": "ten", "attachments": []any{m{"id": "9", "filename": "z.txt", "description": x("d", 1024)}}}), func() (out [][2]string) {
		for i := range 10 {
			out = append(out, [2]string{"files[" + string(rune('0'+i)) + "]", "f.txt"})
		}
		return
	}()...).want(200, 0, "")
	return []call{
		ok("GET", "/gateway", nil), ok("GET", "/gateway/bot", nil), ok("GET", "/users/@me", nil), ok("GET", "/applications/@me", nil),
		ok("GET", "/guilds/"+Guild2ID, nil), ok("GET", "/guilds/"+GuildID+"/channels", nil), ok("GET", "/guilds/"+GuildID+"/roles", nil),
		ok("GET", "/guilds/"+GuildID+"/threads/active", nil), ok("GET", "/guilds/"+GuildID+"/members/"+MemberID, nil),
		ok("GET", "/channels/"+General, nil), ok("GET", "/channels/"+General+"/threads/archived/public?limit=2&before=2026-01-02T03:04:05.6Z", nil),
		ok("GET", messages+"?limit=1&before=900000000000000000", nil), ok("GET", messages+"?after=0&limit=100", nil), ok("GET", "{other}", nil),
		ok("POST", "/users/@me/channels", m{"recipient_id": OwnerID}),
		{name: "typing", method: "POST", path: "/channels/" + General + "/typing", status: 204},
		post("2,000 characters", good(m{"content": x("x", 2000)})),
		post("6,000 over two embeds", good(m{"embeds": []any{m{"description": x("x", 4096)}, m{"description": x("x", 1904)}}})),
		post("all of an embed", embed(m{"title": x("t", 256), "url": "https://example.org/a?b=c#d", "color": 0xFFFFFF, "timestamp": "2026-01-02T03:04:05Z",
			"footer": m{"text": "f"}, "author": m{"name": "a"}, "fields": many(25, m{"name": "n", "value": "v", "inline": true})})),
		post("five rows of five", good(m{"components": func() (rows []any) {
			for i := range 5 {
				var parts []any
				for j := range 5 {
					parts = append(parts, button(string(rune('a'+5*i+j))))
				}
				rows = append(rows, row(parts...))
			}
			return
		}()})),
		post("link button", buttons(m{"type": 2, "style": 5, "label": "Source", "url": "https://example.org/"})),
		post("emoji button", buttons(m{"type": 2, "style": 2, "custom_id": "a", "emoji": m{"name": "🗺️"}})),
		post("select of 25", buttons(menuWith(m{"placeholder": x("p", 150), "min_values": 0, "max_values": 2, "options": func() (out []any) {
			for i := range 25 {
				out = append(out, m{"label": x("l", 100), "value": x("v", i+1), "description": x("d", 100), "default": i < 2})
			}
			return
		}()}))),
		post("channel select", buttons(m{"type": 8, "custom_id": "where", "channel_types": []any{0, 5}})),
		post("reply", good(m{"message_reference": m{"message_id": nobody, "fail_if_not_exists": false}})),
		post("silent, without embeds", good(m{"flags": flagSilent | flagSuppressEmbeds})),
		post("components alone", v2(text(10), m{"type": 14, "divider": true, "spacing": 2}, m{"type": 17, "accent_color": 1, "components": []any{text(5), row(button("b"))}})),
		file, long,
		ok("PATCH", "{own}", quiet(m{"components": []any{}})),
		{name: "DELETE {own}", method: "DELETE", path: "{own}", status: 204},
		{name: "choices", method: "POST", path: "{typed}", body: answerWith(8, m{"choices": many(25, m{"name": x("n", 100), "value": x("v", 100), "name_localizations": m{"ar": "اسم"}})}), status: 204},
		{name: "modal", method: "POST", path: "{slash}", body: modalWith(m{"title": x("t", 45), "components": []any{row(inputWith(m{"style": 2, "label": x("l", 45),
			"value": "abc", "min_length": 2, "max_length": 4000, "required": false, "placeholder": x("p", 100)}))}}), status: 204},
		{name: "deferred update", method: "POST", path: "{press}", body: m{"type": 6}, status: 204},
		ok("POST", "{hook}", quiet(m{"flags": 64})),
		ok("PATCH", "{hook}/messages/@original", quiet(nil)), ok("GET", "{hook}/messages/@original", nil),
		{name: "delete an answer", method: "DELETE", path: "{hook}/messages/@original", status: 204},
		ok("PUT", commandsPath, slices.Concat(commandWith(m{"default_member_permissions": "32", "contexts": []any{0, 1}, "integration_types": []any{0}, "name_localizations": m{"ar": "حالة", "de": "lage"},
			"description_localizations": m{"ar": "ما حدث"}, "options": []any{m{"type": 3, "name": "topic", "description": "d", "required": true, "autocomplete": true},
				m{"type": 4, "name": "page", "description": "d", "min_value": 1, "max_value": 99}, m{"type": 3, "name": "since", "description": "d", "max_length": 100,
					"choices": []any{m{"name": "A day", "value": "1d"}}}, m{"type": 7, "name": "channel", "description": "d", "channel_types": []any{0, 5, 15}}}}),
			[]any{m{"name": "schedule", "description": "d", "default_member_permissions": nil, "options": []any{m{"type": 2, "name": "group", "description": "d", "options": []any{m{"type": 1, "name": "add", "description": "d"}}},
				m{"type": 1, "name": "list", "description": "d", "options": []any{}}}}, m{"name": "File this report", "type": 3, "name_localizations": m{"ar": "احفظ هذا الخبر"}}, m{"name": "Who is this?", "type": 2}})),
		ok("GET", commandsPath, nil), ok("PUT", commandsPath, []any{}),
	}
}

// Right requests pass, or refusing would prove nothing.
func TestRightRequests(t *testing.T) {
	for name, o := range map[string]Options{"rules": {OpenAPI: noDocument}, "description": {}} {
		t.Run(name, func(t *testing.T) {
			c, names := stage(t, o)
			if name == "description" {
				checked(t, c.s)
			}
			for _, r := range rightCalls() {
				if status, out := c.call(r, names); status != r.status {
					t.Errorf("%s: %d %v", r.name, status, out)
				}
			}
			if all := c.s.Refusals(); len(all) > 0 {
				t.Error(all)
			}
		})
	}
}

// The description itself refuses what it is there to refuse, and knows every route.
func TestDescription(t *testing.T) {
	c, names := stage(t, Options{})
	checked(t, c.s)
	refused := 0
	for _, r := range wrongCalls() {
		req := &request{method: r.method, path: names.Replace(r.path)}
		req.path, req.rawQuery, _ = strings.Cut(req.path, "?")
		if r.form != "" || r.body != nil && req.decode(mustJSON(r.body)) != nil {
			continue
		}
		issues := c.s.doc.check(t.Context(), req)
		if len(issues) > 0 {
			refused++
		}
		if r.document && len(issues) == 0 {
			t.Errorf("%s: not refused", r.name)
		}
	}
	if refused < 70 {
		t.Errorf("it refuses %d of the wrong requests", refused)
	}
	for _, e := range endpoints {
		path := strings.Trim(strings.ReplaceAll(e.path.String(), "([^/]+)", nobody), "^$")
		if p, _ := c.s.doc.find(path); p.item == nil || p.item.GetOperation(e.method) == nil {
			t.Errorf("it does not know %s %s", e.method, path)
		}
	}
	if _, err := New(Options{OpenAPI: "no such file"}); err == nil {
		t.Error("a file that was named and is absent")
	}
	var d m
	if json.Unmarshal(mustJSON(c.s.doc.spec.Info), &d) != nil || d["title"] == nil {
		t.Error(d)
	}
}

// A forward carries the message on.
func TestForward(t *testing.T) {
	c, _ := stage(t, Options{})
	id := c.s.Say(General2, Member2ID, "from elsewhere")
	status, out := c.json("POST", messages, good(m{"nonce": "forward", "content": nil, "message_reference": m{"type": 1, "message_id": id, "channel_id": General2}}))
	if status != 200 {
		t.Fatal(out)
	}
	snap := out["message_snapshots"].([]any)[0].(m)["message"].(m)
	if snap["content"] != "from elsewhere" || out["message_reference"].(m)["channel_id"] != General2 {
		t.Error(out)
	}
}

// Where the description is absent, the server does with its rules.
func TestNoDescription(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(dir+"/go.mod", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	if s := Start(t, Options{}); s.Checked() {
		t.Error("checked by nothing")
	}
}
