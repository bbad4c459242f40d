package discordtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// watcher is a plain gateway client that keeps all events.
type watcher struct {
	t      *testing.T
	ws     *websocket.Conn
	mu     sync.Mutex
	frames []frame
	done   chan struct{}
}

func watch(t *testing.T, s *Server, first string) *watcher {
	t.Helper()
	ws, resp, err := websocket.DefaultDialer.Dial(strings.Replace(s.URL(), "http", "ws", 1)+"/gateway/?v=9", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	w := &watcher{t: t, ws: ws, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		for {
			var f frame
			if ws.ReadJSON(&f) != nil {
				return
			}
			w.mu.Lock()
			w.frames = append(w.frames, f)
			w.mu.Unlock()
		}
	}()
	t.Cleanup(func() { ws.Close(); <-w.done })
	if err := ws.WriteMessage(websocket.TextMessage, []byte(first)); err != nil {
		t.Fatal(err)
	}
	return w
}

func identify(shard, count, intents int) string {
	return fmt.Sprintf(`{"op":2,"d":{"token":"Bot %s","intents":%d,"properties":{},"shard":[%d,%d]}}`, DefaultToken, intents, shard, count)
}

const allIntents = intentGuilds | intentGuildMessages | intentDirectMessages | intentMessageContent

// ready waits for the session.
func (w *watcher) ready() *watcher {
	w.t.Helper()
	w.event("READY", 0)
	return w
}

// event waits for the n-th event of a name (from 0) and gives its data.
func (w *watcher) event(name string, n int) m {
	w.t.Helper()
	var d m
	w.until(name, func() bool {
		if all := w.events(name); len(all) > n {
			d = all[n]
		}
		return d != nil
	})
	return d
}

func (w *watcher) until(what string, cond func() bool) {
	w.t.Helper()
	for end := time.Now().Add(5 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("no %s", what)
		}
	}
}

func (w *watcher) events(name string) []m {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []m
	for _, f := range w.frames {
		if f.T != nil && *f.T == name {
			var d m
			_ = json.Unmarshal(f.D, &d)
			out = append(out, d)
		}
	}
	return out
}

func (w *watcher) ops(op int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := 0
	for _, f := range w.frames {
		if f.Op == op {
			n++
		}
	}
	return n
}

func (c *client) list(path string) []m {
	c.t.Helper()
	req, _ := http.NewRequest("GET", c.s.URL()+"/api/v9"+path, nil)
	req.Header.Set("Authorization", "Bot "+c.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var out []m
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		c.t.Fatal(err)
	}
	return out
}

func TestShards(t *testing.T) {
	c := newClient(t, Options{Guilds: 6, Shards: 2, Concurrency: 4, Remaining: 7})
	_, got := c.do("GET", "/gateway/bot", "", "")
	limit := got["session_start_limit"].(m)
	if got["shards"] != 2.0 || limit["max_concurrency"] != 4.0 || limit["remaining"] != 7.0 {
		t.Error(got)
	}
	a, b := watch(t, c.s, identify(0, 2, allIntents)), watch(t, c.s, identify(1, 2, allIntents))
	for n, w := range []*watcher{a, b} {
		for _, g := range w.event("READY", 0)["guilds"].([]any) {
			if id := g.(m)["id"].(string); int(number(id)>>22%2) != n {
				t.Errorf("guild %s at shard %d", id, n)
			}
		}
	}
	guilds := c.s.Guilds()
	if len(guilds) != 8 {
		t.Fatal(guilds)
	}
	for _, g := range guilds {
		c.s.Say(c.s.Channels(g)[0], MemberID, g)
	}
	c.s.Say(c.s.DM(MemberID), MemberID, "dm")
	last := func(w *watcher) []string {
		var out []string
		for _, d := range w.events("MESSAGE_CREATE") {
			out = append(out, d["content"].(string))
		}
		return out
	}
	a.until("all events", func() bool { return len(last(a))+len(last(b)) == 9 })
	for n, texts := range [][]string{last(a), last(b)} {
		for _, text := range texts {
			if text == "dm" && n != 0 || text != "dm" && int(number(text)>>22%2) != n {
				t.Errorf("shard %d got %s", n, text)
			}
		}
		if len(texts) < 3 {
			t.Errorf("shard %d got only %v", n, texts)
		}
	}
	if n := c.s.Connected(); !n[0] || !n[1] || len(c.s.IdentifiesOf(1)) != 1 || len(c.s.Identifies()) != 2 {
		t.Error(n)
	}
	_, got = c.do("GET", "/gateway/bot", "", "")
	if got["session_start_limit"].(m)["remaining"] != 5.0 {
		t.Error(got)
	}
}

func TestIdentifyLimits(t *testing.T) {
	s := Start(t, Options{IdentifyWindow: 200 * time.Millisecond, Concurrency: 2, Remaining: 3, ResetAfter: time.Hour})
	watch(t, s, identify(0, 4, 1)).event("READY", 0)
	watch(t, s, identify(1, 4, 1)).event("READY", 0) // another bucket
	w := watch(t, s, identify(2, 4, 1))
	w.until("op 9", func() bool { return w.ops(opInvalid) == 1 })
	if s.TooFast() != 1 || len(w.events("READY")) != 0 {
		t.Error(s.TooFast())
	}
	time.Sleep(200 * time.Millisecond)
	if err := w.ws.WriteMessage(websocket.TextMessage, []byte(identify(2, 4, 1))); err != nil {
		t.Fatal(err)
	}
	w.event("READY", 0)
	spent := watch(t, s, identify(3, 4, 1))
	<-spent.done // closed with 4004: none was left
	if len(s.Identifies()) != 5 || s.TooFast() != 1 || s.Connected()[3] {
		t.Error(s.Identifies(), s.TooFast())
	}
	// Without a window there is no such limit.
	s = Start(t, Options{})
	for range 5 {
		watch(t, s, identify(0, 1, 1)).event("READY", 0)
	}
	if s.TooFast() != 0 {
		t.Error(s.TooFast())
	}
}

func TestReadyWithoutGuilds(t *testing.T) {
	s := Start(t, Options{})
	s.ReadyWithoutGuilds(true)
	w := watch(t, s, identify(0, 1, allIntents)).ready()
	if v, ok := w.event("READY", 0)["guilds"]; v != nil || !ok {
		t.Error(v, ok)
	}
	s.ReadyWithoutGuildsKey(true)
	other := watch(t, s, identify(0, 1, allIntents)).ready()
	if _, ok := other.event("READY", 0)["guilds"]; ok {
		t.Error("the key is there")
	}
	s.Say(General, MemberID, "x")
	w.event("MESSAGE_CREATE", 0)
	if n := len(w.events("GUILD_CREATE")); n != 0 {
		t.Error(n)
	}
	s.ReadyWithoutGuilds(false)
	w.event("GUILD_CREATE", 1)
	other.event("GUILD_CREATE", 1)
	if v := watch(t, s, identify(0, 1, allIntents)).event("READY", 0)["guilds"]; len(v.([]any)) != 2 {
		t.Error(v)
	}
}

func TestThreads(t *testing.T) {
	c := newClient(t, Options{})
	w := watch(t, c.s, identify(0, 1, allIntents)).ready()
	forum := c.s.AddForum()
	if d := w.event("CHANNEL_CREATE", 0); d["type"] != 15.0 || d["id"] != forum {
		t.Error(d)
	}
	thread, post := c.s.AddThread(General), c.s.AddThread(forum)
	if d := w.event("THREAD_CREATE", 1); d["id"] != post || d["parent_id"] != forum || d["type"] != 11.0 || d["guild_id"] != GuildID {
		t.Error(d)
	}
	if _, got := c.do("GET", "/channels/"+thread, "", ""); got["parent_id"] != General || got["type"] != 11.0 || got["guild_id"] != GuildID || got["name"] == "" {
		t.Error(got)
	}
	if n := len(c.list("/guilds/" + GuildID + "/channels")); n != 3 {
		t.Errorf("%d channels", n)
	}
	if n := len(c.list("/guilds/" + GuildID + "/roles")); n != 3 {
		t.Errorf("%d roles", n)
	}
	if status, got := c.json("POST", "/channels/"+forum+"/messages", good(nil)); status != 400 || got["code"] != 50008.0 {
		t.Error("a message in a forum", got)
	}
	if status, got := c.json("POST", "/channels/"+post+"/messages", good(nil)); status != 200 {
		t.Error(got)
	}
	active := func() []any {
		_, got := c.do("GET", "/guilds/"+GuildID+"/threads/active", "", "")
		return got["threads"].([]any)
	}
	if n := len(active()); n != 2 {
		t.Errorf("%d active", n)
	}
	all := []string{thread}
	for range 4 {
		all = append(all, c.s.AddThread(General))
	}
	for _, id := range all {
		c.s.ArchiveThread(id)
	}
	var paged []string
	for before := ""; ; {
		q := "?limit=2"
		if before != "" {
			q += "&before=" + url.QueryEscape(before)
		}
		_, got := c.do("GET", "/channels/"+General+"/threads/archived/public"+q, "", "")
		for _, v := range got["threads"].([]any) {
			paged = append(paged, v.(m)["id"].(string))
			before = v.(m)["thread_metadata"].(m)["archive_timestamp"].(string)
		}
		if got["has_more"] != true {
			break
		}
	}
	slices.Reverse(all)
	if !slices.Equal(paged, all) {
		t.Error(paged, all)
	}
	c.s.Say(thread, MemberID, "awake")
	w.until("the thread to open", func() bool {
		all := w.events("THREAD_UPDATE")
		return len(all) > 0 && all[len(all)-1]["thread_metadata"].(m)["archived"] == false
	})
	if n := len(active()); n != 2 {
		t.Errorf("%d active", n)
	}
	c.s.NameChannel(General, "news")
	if d := w.event("CHANNEL_UPDATE", 0); d["name"] != "news" {
		t.Error(d)
	}
	c.s.DeleteChannel(post)
	if d := w.event("THREAD_DELETE", 0); d["id"] != post || d["parent_id"] != forum {
		t.Error(d)
	}
	c.s.DeleteChannel(General)
	if d := w.event("CHANNEL_DELETE", 0); d["id"] != General {
		t.Error(d)
	}
	for _, id := range []string{General, post, thread} {
		if status, _ := c.do("GET", "/channels/"+id, "", ""); status != 404 {
			t.Errorf("%s: %d", id, status)
		}
	}
	c.s.RemoveGuild(Guild2ID)
	if d := w.event("GUILD_DELETE", 0); d["id"] != Guild2ID {
		t.Error(d)
	}
}

func TestPeople(t *testing.T) {
	c := newClient(t, Options{})
	w := watch(t, c.s, identify(0, 1, allIntents)).ready()
	blind := watch(t, c.s, identify(0, 1, allIntents&^intentMessageContent)).ready()
	c.s.SayAs(General, MemberID, "x", m{"embeds": []m{{"title": "t"}}, "type": 19, "flags": 4, "components": []m{{"type": 99, "future": true}},
		"attachments": []m{{"id": "1", "filename": "a.txt"}}, "message_snapshots": []m{{"message": m{"content": "old"}}}})
	d := w.event("MESSAGE_CREATE", 0)
	if d["type"] != 19.0 || d["flags"] != 4.0 || d["components"].([]any)[0].(m)["type"] != 99.0 || len(d["attachments"].([]any)) != 1 ||
		d["message_snapshots"] == nil || d["content"] != "x" || d["member"] == nil {
		t.Error(d)
	}
	if d := blind.event("MESSAGE_CREATE", 0); d["content"] != "" || len(d["embeds"].([]any)) != 0 || len(d["components"].([]any)) != 0 || len(d["attachments"].([]any)) != 0 {
		t.Error("content without the intent", d)
	}
	id := c.s.Webhook(Desk, "Wire", "text", []map[string]any{{"description": "e"}})
	c.s.Webhook(Desk, "Wire", "text 2", nil)
	d, again := w.event("MESSAGE_CREATE", 1), w.event("MESSAGE_CREATE", 2)
	author := d["author"].(m)
	if d["id"] != id || author["id"] != d["webhook_id"] || author["bot"] != true || author["username"] != "Wire" || d["member"] != nil ||
		again["webhook_id"] != d["webhook_id"] {
		t.Error(d, again)
	}
	c.s.Edit(Desk, id, "edited")
	if d := w.event("MESSAGE_UPDATE", 0); d["content"] != "edited" || d["edited_timestamp"] == nil || d["author"] == nil {
		t.Error(d)
	}
	c.s.EditPartial(Desk, id, m{"embeds": []m{{"title": "preview"}}})
	if d := w.event("MESSAGE_UPDATE", 1); d["content"] != nil || d["author"] != nil || len(d["embeds"].([]any)) != 1 || d["guild_id"] != GuildID {
		t.Error(d)
	}
	if got := c.s.Messages(Desk)[0]; got.Content != "edited" || got.Embeds[0].Title != "preview" || got.Author != author["id"] {
		t.Errorf("%+v", got)
	}
	c.s.Delete(Desk, id)
	if d := w.event("MESSAGE_DELETE", 0); d["id"] != id || d["channel_id"] != Desk || d["guild_id"] != GuildID {
		t.Error(d)
	}
	one, two := c.s.Say(Desk, MemberID, "1"), c.s.Say(Desk, MemberID, "2")
	c.s.BulkDelete(Desk, one, two)
	if d := w.event("MESSAGE_DELETE_BULK", 0); len(d["ids"].([]any)) != 2 {
		t.Error(d)
	}
	if n := len(c.s.Messages(Desk)); n != 1 {
		t.Errorf("%d left", n)
	}
}

func TestFillAndPaging(t *testing.T) {
	c := newClient(t, Options{})
	c.s.Say(General, MemberID, "now")
	from := time.Now().Add(-48 * time.Hour)
	ids := c.s.Fill(General, MemberID, 250, func(i int) string { return fmt.Sprint(i) }, from, from.Add(24*time.Hour))
	if at := time.UnixMilli(int64(number(ids[249])>>22) + epoch); at.Sub(from.Add(24*time.Hour)).Abs() > time.Second {
		t.Error(at)
	}
	var got []string
	for after := "0"; ; {
		page := c.list(messages + "?limit=100&after=" + after)
		if len(page) == 0 {
			break
		}
		for _, d := range slices.Backward(page) {
			got = append(got, d["content"].(string))
		}
		after = page[0]["id"].(string)
	}
	if len(got) != 251 || got[0] != "0" || got[249] != "249" || got[250] != "now" {
		t.Error(len(got))
	}
	page := c.list(messages + "?limit=3&before=" + ids[10])
	if len(page) != 3 || page[0]["id"] != ids[9] || page[2]["id"] != ids[7] {
		t.Error(page)
	}
	c.s.HideHistory(General, true)
	if n := len(c.list(messages)); n != 0 {
		t.Error(n)
	}
	c.s.HideHistory(General, false)
	for _, code := range []int{50001, 50013} {
		c.s.Deny(General, code)
		if status, out := c.do("GET", messages, "", ""); status != 403 || out["code"] != float64(code) {
			t.Error(status, out)
		}
	}
}

// With Options.Forget, calls are counted only, and a session's events bounded.
func TestForgetting(t *testing.T) {
	c := newClient(t, Options{Forget: true})
	s := c.s
	w := watch(t, s, identify(0, 1, allIntents))
	session := w.event("READY", 0)["session_id"].(string)
	s.Drop()
	<-w.done
	for range 2*keptEvents + 10 {
		s.Say(General, MemberID, "x")
	}
	for range 3 {
		c.list(messages)
	}
	if len(s.Calls()) != 0 || s.CallCounts()["GET /channels/{id}/messages"] != 3 {
		t.Error(len(s.Calls()), s.CallCounts())
	}
	s.mu.Lock()
	if kept := len(s.sessions[session].events); kept < keptEvents || kept > 2*keptEvents {
		t.Errorf("%d events are kept", kept)
	}
	s.mu.Unlock()
	// What was not kept cannot be replayed.
	again := watch(t, s, fmt.Sprintf(`{"op":6,"d":{"token":"Bot %s","session_id":%q,"seq":3}}`, DefaultToken, session))
	again.until("op 9", func() bool { return again.ops(opInvalid) == 1 })
}

// A message is found as fast among 40,000 as among 400.
func TestManyMessages(t *testing.T) {
	cost := func(n int) time.Duration {
		s := Start(t, Options{Forget: true})
		now := time.Now()
		ids := s.Fill(General, MemberID, n, func(int) string { return "x" }, now.Add(-time.Hour), now)
		best := time.Hour
		for range 5 {
			start := time.Now()
			for _, id := range ids[n-400:] {
				s.Edit(General, id, "y")
			}
			for range 400 {
				s.Delete(General, s.Say(General, BotID, "z"))
				if _, err := s.WaitReplies(t.Context(), Desk, 0); err != nil {
					t.Fatal(err)
				}
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	if few, lots := cost(400), cost(40_000); lots > 20*few {
		t.Errorf("%v among few, %v among many", few, lots)
	} else {
		t.Logf("%v among few, %v among many", few, lots)
	}
}

func TestMenusAndModals(t *testing.T) {
	c := newClient(t, Options{})
	w := watch(t, c.s, identify(0, 1, allIntents)).ready()
	if status, out := c.do("PUT", "/applications/"+AppID+"/commands", "application/json",
		`[{"name":"status","description":"d"},{"name":"File this","type":3}]`); status != 200 {
		t.Fatal(out)
	}
	c.s.UserLocale(MemberID, "ar")
	c.s.GuildLocale(GuildID, "fr")
	respond := func(i *Interaction, typ int, data m) (int, m) {
		return c.json("POST", "/interactions/"+i.ID+"/"+i.Token+"/callback", m{"type": typ, "data": data})
	}
	must := func(i *Interaction, err error) *Interaction {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return i
	}
	quiet := m{"parse": []any{}}
	said := c.s.Say(General, MemberID, "a dispatch")
	i := must(c.s.MessageMenu(General, said, MemberID, "File this"))
	d := w.event("INTERACTION_CREATE", 0)
	data := d["data"].(m)
	if d["locale"] != "ar" || d["guild_locale"] != "fr" || d["type"] != 2.0 || data["type"] != 3.0 || data["target_id"] != said ||
		data["resolved"].(m)["messages"].(m)[said].(m)["content"] != "a dispatch" {
		t.Error(d)
	}
	if _, err := c.s.MessageMenu(General, said, MemberID, "status"); err == nil {
		t.Error("a slash command on a message")
	}
	if _, err := c.s.Slash(General, MemberID, "File", nil); err == nil {
		t.Error("a message command as a slash command")
	}
	// An ephemeral answer with a select.
	menu := m{"type": 3, "custom_id": "pick", "placeholder": "which", "options": []any{
		m{"label": "One", "value": "1", "description": "first"}, m{"label": "Two", "value": "2"}}}
	if status, out := respond(i, callMessage, m{"content": "which?", "flags": 64, "allowed_mentions": quiet, "components": []any{row(menu), row(button("b"))}}); status != 204 {
		t.Fatal(out)
	}
	got, err := c.s.Answer(t.Context(), i)
	if err != nil || !got.Ephemeral || len(got.Menus) != 1 || len(got.Rows) != 1 || got.Menus[0].Placeholder != "which" || got.Menus[0].Options[0] != (MenuOption{"One", "1", "first"}) {
		t.Fatalf("%+v %v", got, err)
	}
	if n := len(c.list(messages)); n != 1 {
		t.Errorf("others see %d messages", n)
	}
	if n := len(w.events("MESSAGE_CREATE")); n != 1 {
		t.Errorf("an ephemeral message was announced")
	}
	for _, bad := range [][]string{{"3"}, {}, {"1", "2"}} {
		if _, err := c.s.Select(General, got.ID, "pick", MemberID, bad...); err == nil {
			t.Error(bad)
		}
	}
	i = must(c.s.Select(General, got.ID, "pick", MemberID, "2"))
	if d := w.event("INTERACTION_CREATE", 1)["data"].(m); d["component_type"] != 3.0 || d["values"].([]any)[0] != "2" {
		t.Error(d)
	}
	// Type 7 edits the message of the component.
	if status, out := respond(i, callUpdate, m{"content": "two", "allowed_mentions": quiet, "components": []any{}}); status != 204 {
		t.Fatal(out)
	}
	if after, _ := c.s.Answer(t.Context(), i); after.ID != got.ID || after.Content != "two" || after.Menus != nil || !after.Ephemeral {
		t.Errorf("%+v", after)
	}
	// Type 6 and PATCH @original do, too.
	_, out := c.json("POST", messages, buttons(button("b")))
	id := out["id"].(string)
	i = must(c.s.Click(General, id, "b", MemberID))
	if status, out := respond(i, callDeferUpdate, nil); status != 204 {
		t.Fatal(out)
	}
	if status, out := c.json("PATCH", "/webhooks/"+AppID+"/"+i.Token+"/messages/@original", m{"content": "changed", "allowed_mentions": quiet}); status != 200 || out["id"] != id {
		t.Fatal(out)
	}
	if after, err := c.s.Answer(t.Context(), i); err != nil || after.ID != id || after.Content != "changed" {
		t.Errorf("%+v %v", after, err)
	}
	// A modal, and its submission.
	input := m{"type": 4, "custom_id": "text", "style": 2, "label": "Dispatch", "max_length": 5}
	i = must(c.s.Click(General, id, "b", MemberID))
	if status, out := respond(i, callModal, m{"custom_id": "form", "title": "File", "components": []any{row(input)}}); status != 204 {
		t.Fatal(out)
	}
	for _, bad := range []map[string]string{{}, {"text": "123456"}, {"text": "x", "other": "y"}} {
		if _, err := c.s.Submit(i, bad); err == nil {
			t.Error(bad)
		}
	}
	sub := must(c.s.Submit(i, map[string]string{"text": "abc"}))
	d = w.event("INTERACTION_CREATE", 4)
	in := d["data"].(m)["components"].([]any)[0].(m)["components"].([]any)[0].(m)
	if d["type"] != 5.0 || in["value"] != "abc" || d["data"].(m)["custom_id"] != "form" || d["message"].(m)["id"] != id {
		t.Error(d)
	}
	if status, out := respond(sub, callModal, m{"custom_id": "form", "title": "File", "components": []any{row(input)}}); status != 400 {
		t.Error("a modal answers a modal", out)
	}
	// A follow-up to a deferred answer becomes that answer.
	if status, out := respond(sub, callDeferred, m{"flags": 64}); status != 204 {
		t.Fatal(out)
	}
	if status, out := c.json("POST", "/webhooks/"+AppID+"/"+sub.Token, m{"content": "filed", "allowed_mentions": quiet}); status != 200 {
		t.Fatal(out)
	}
	if got, err := c.s.Answer(t.Context(), sub); err != nil || got.Content != "filed" || !got.Ephemeral {
		t.Errorf("%+v %v", got, err)
	}
	if status, _ := c.do("DELETE", "/webhooks/"+AppID+"/"+sub.Token+"/messages/@original", "", ""); status != 204 {
		t.Error(status)
	}
	if status, out := c.do("GET", "/webhooks/"+AppID+"/"+sub.Token+"/messages/@original", "", ""); status != 404 || out["code"] != 10008.0 {
		t.Error(status, out)
	}
	// A file in a callback.
	i = must(c.s.Slash(General, MemberID, "status", nil))
	var form bytes.Buffer
	mw := multipart.NewWriter(&form)
	_ = mw.WriteField("payload_json", string(mustJSON(m{"type": 4, "data": m{"allowed_mentions": quiet, "attachments": []any{m{"id": 0, "filename": "map.png", "description": "A map"}}}})))
	f, _ := mw.CreateFormFile("files[0]", "map.png")
	_, _ = f.Write([]byte("PNG"))
	mw.Close()
	if status, out := c.do("POST", "/interactions/"+i.ID+"/"+i.Token+"/callback?with_response=true", mw.FormDataContentType(), form.String()); status != 200 || out["resource"] == nil {
		t.Fatal(status, out)
	}
	if got, err := c.s.Answer(t.Context(), i); err != nil || len(got.Files) != 1 || got.Files[0].Description != "A map" {
		t.Errorf("%+v %v", got, err)
	}
	if s := c.s.Sent(); s != 4 { // the two ephemeral ones, the one with the button, the map
		t.Error(s)
	}
}

func TestEveryNth(t *testing.T) {
	c := newClient(t, Options{})
	c.s.Fail(Fault{Method: "GET", Path: "/users", Status: 503, Every: 3, Times: 2})
	var got []int
	for range 10 {
		status, _ := c.do("GET", "/users/@me", "", "")
		got = append(got, status)
	}
	if !slices.Equal(got, []int{200, 200, 503, 200, 200, 503, 200, 200, 200, 200}) {
		t.Error(got)
	}
}

func TestDeletes(t *testing.T) {
	c := newClient(t, Options{})
	_, out := c.json("POST", messages, good(nil))
	own := messages + "/" + out["id"].(string)
	others := messages + "/" + c.s.Say(General, MemberID, "x")
	dm := c.s.DM(MemberID)
	direct := "/channels/" + dm + "/messages/" + c.s.Say(dm, MemberID, "x")
	for _, test := range []struct {
		path         string
		status, code int
	}{{own, 204, 0}, {own, 404, 10008}, {others, 403, 50013}, {direct, 403, 50003}} {
		status, out := c.do("DELETE", test.path, "", "")
		if code, _ := out["code"].(float64); status != test.status || int(code) != test.code {
			t.Errorf("%s: %d %v", test.path, status, out)
		}
	}
	if got, err := c.s.WaitReplies(t.Context(), General, 0); err != nil || len(got) != 0 {
		t.Error(got, err)
	}
}

// Components that no client knows yet do not stand in the way of those it knows.
func TestUnknownComponents(t *testing.T) {
	c := newClient(t, Options{})
	w := watch(t, c.s, identify(0, 1, allIntents)).ready()
	id := c.s.SayAs(General, BotID, "x", m{"components": []m{{"type": 99, "future": true}, row(button("b"))}})
	if _, err := c.s.Click(General, id, "b", MemberID); err != nil {
		t.Fatal(err)
	}
	if parts := w.event("INTERACTION_CREATE", 0)["message"].(m)["components"].([]any); parts[0].(m)["type"] != 99.0 {
		t.Error(parts)
	}
	c.s.Dispatch("MESSAGE_CREATE", `{"id":"1","channel_id":"`+General2+`","components":[{"type":99}]}`)
	if d := w.event("MESSAGE_CREATE", 1); d["channel_id"] != General2 {
		t.Error(d)
	}
}

// An application that was denied the message-content intent does not read contents over REST either.
func TestDeniedContent(t *testing.T) {
	c := newClient(t, Options{DeniedIntents: intentMessageContent})
	c.s.SayAs(General, MemberID, "hidden", m{"embeds": []m{{"title": "t"}}})
	c.s.Say(General, MemberID, Mention+" shown")
	got := c.list(messages)
	if got[0]["content"] != Mention+" shown" || got[1]["content"] != "" || len(got[1]["embeds"].([]any)) != 0 {
		t.Error(got)
	}
}

func TestGuildsComeAndShardsGo(t *testing.T) {
	s := Start(t, Options{})
	a, b := watch(t, s, identify(0, 2, allIntents)).ready(), watch(t, s, identify(1, 2, allIntents)).ready()
	id := s.AddGuild()
	w := []*watcher{a, b}[number(id)>>22%2]
	w.until("the new guild", func() bool {
		return slices.ContainsFunc(w.events("GUILD_CREATE"), func(d m) bool { return d["id"] == id })
	})
	s.DropShard(1)
	<-b.done
	if up := s.Connected(); !up[0] || up[1] {
		t.Error(up)
	}
}
