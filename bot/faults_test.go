package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/bot/discordtest"
	"sitrep/commands"
)

// trials are questions that shall each be answered exactly once.
type trials struct {
	asked []trial
	rooms map[string]bool
}

type trial struct{ channel, id, line string }

var askers = []string{discordtest.MemberID, discordtest.ManagerID, discordtest.OwnerID}

// try asks something that nobody has asked before.
func (r *room) try(channel string) {
	line := fmt.Sprintf("status question-%d", len(r.asked))
	id := r.Say(channel, askers[len(r.asked)%len(askers)], "!"+line)
	if r.rooms == nil {
		r.rooms = map[string]bool{}
	}
	r.rooms[channel] = true
	r.asked = append(r.asked, trial{channel, id, line})
}

// checkTrials waits for all answers and checks that each question has one, which fits.
// A last question in each channel brings out what would have been answered twice.
func (r *room) checkTrials() {
	r.t.Helper()
	if err := r.WaitConnected(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	for channel := range r.rooms {
		n := 0
		for _, q := range r.asked {
			if q.channel == channel {
				n++
			}
		}
		if _, err := r.WaitReplies(r.ctx, channel, n); err != nil {
			got := map[string]int{}
			for _, m := range r.Replies(channel) {
				got[m.ReplyTo]++
			}
			for _, q := range r.asked {
				if q.channel == channel && got[q.id] != 1 {
					r.t.Errorf("%q (%s) has %d answers", q.line, q.id, got[q.id])
				}
			}
			r.t.Fatal(err)
		}
		r.try(channel)
		if _, err := r.WaitReplies(r.ctx, channel, n+1); err != nil {
			r.t.Fatal(err)
		}
	}
	for channel := range r.rooms {
		want := map[string]string{}
		for _, q := range r.asked {
			if q.channel == channel {
				want[q.id] = q.line
			}
		}
		for _, m := range r.Replies(channel) {
			line, ok := want[m.ReplyTo]
			if delete(want, m.ReplyTo); !ok || len(m.Embeds) == 0 || m.Embeds[0].Description != line {
				r.t.Errorf("answered twice, or badly: %+v", m)
			}
		}
		for _, line := range want {
			r.t.Errorf("not answered: %s", line)
		}
	}
}

// identified checks that a bot has kept its budget.
func (r *room) identified(least, atMost int) {
	r.t.Helper()
	at := r.Identifies()
	if len(at) < least || len(at) > atMost {
		r.t.Errorf("%d identifies, want %d to %d", len(at), least, atMost)
	}
	if n := most(at, budgetHour*r.bot.pace); n > identifyBudget {
		r.t.Errorf("%d identifies within an hour", n)
	}
}

// quick makes a room whose clock runs fast: an hour takes 36 seconds.
func quick(t *testing.T, o discordtest.Options, d *desk) *room {
	t.Helper()
	r := prepare(t, o, d)
	r.bot.pace = basePace / 100
	r.start()
	return r
}

// TestBrokenConnections: 200 requests to reconnect and 200 connections that break,
// spread over rooms, since discordgo takes a second to close one.
func TestBrokenConnections(t *testing.T) {
	t.Parallel()
	const rooms, each = 20, 10
	for name, cut := range map[string]func(*room){
		"op 7": func(r *room) { r.Reconnect() },
		"drop": func(r *room) { r.Drop() },
	} {
		for n := range rooms {
			t.Run(fmt.Sprint(name, n), func(t *testing.T) {
				r := quick(t, discordtest.Options{}, nil)
				for k := range each {
					r.try(general)
					cut(r)
					r.try(general)
					if err := r.WaitResumes(r.ctx, k+1); err != nil {
						t.Fatal(err)
					}
				}
				r.checkTrials()
				r.identified(1, 1)
			})
		}
	}
}

// TestInvalidSessions: 50 times op 9, of which the gateway lets 20 be resumed.
func TestInvalidSessions(t *testing.T) {
	t.Parallel()
	const rooms = 10
	for n := range rooms {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r := quick(t, discordtest.Options{}, nil)
			dm := r.DM(discordtest.MemberID)
			r.try(dm)
			resumes, identifies := 0, 1
			for k := range 5 {
				resumable := k%2 == 1
				r.try(general)
				r.Invalidate(resumable)
				r.try(general)
				r.try(discordtest.Desk)
				var err error
				if resumable {
					resumes++
					err = r.WaitResumes(r.ctx, resumes)
				} else {
					identifies++
					err = r.WaitIdentifies(r.ctx, identifies)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			r.checkTrials()
			r.identified(4, 4)
		})
	}
}

// TestInvalidForHours: a gateway that refuses every IDENTIFY, 50 times, gets ten an
// hour of them. It runs alone: its hours are short.
func TestInvalidForHours(t *testing.T) {
	r := prepareAlone(t, discordtest.Options{IdentifyWindow: time.Hour}, nil)
	r.bot.pace = basePace / 3000 // an hour takes 1.2 s
	r.start()
	r.Invalidate(false)
	if err := r.WaitIdentifies(r.ctx, 51); err != nil {
		t.Fatal(err)
	}
	if n := r.TooFast(); n < 50 {
		t.Errorf("%d sessions were refused", n)
	}
	r.identified(51, math.MaxInt) // how many more came before we looked depends on the machine
}

// TestFatal: what an operator must mend ends Run within five seconds, with the
// words for it; and what can be done without goes on.
func TestFatal(t *testing.T) {
	t.Parallel()
	for code, words := range map[int]string{4004: "copy it anew", 4010: "shard", 4012: "update sitrep", 4013: "update sitrep"} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			r := prepare(t, discordtest.Options{}, nil)
			done := make(chan error, 1)
			go func() { done <- r.bot.Run(r.ctx) }()
			if err := r.WaitConnected(r.ctx); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			r.CloseGateway(code)
			err := <-done
			if err == nil || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), r.Token()) {
				t.Errorf("%v", err)
			}
			if d := time.Since(began); d > 5*time.Second {
				t.Errorf("it took %v", d)
			}
			if r.bot.Ready() {
				t.Error("still ready")
			}
		})
	}
	t.Run("4014 for all intents", func(t *testing.T) {
		r := prepare(t, discordtest.Options{DeniedIntents: int(allIntents)}, nil)
		if err := r.bot.Run(r.ctx); err == nil || !strings.Contains(err.Error(), "Privileged Gateway Intents") {
			t.Error(err)
		}
	})
	t.Run("4014 in mid-session", func(t *testing.T) {
		r := quick(t, discordtest.Options{}, nil)
		r.try(general)
		r.replies(general, 1)
		r.CloseGateway(4014)
		if err := r.WaitIdentifies(r.ctx, 2); err != nil {
			t.Fatal(err)
		}
		r.Say(general, discordtest.MemberID, discordtest.Mention+" status again")
		r.replies(general, 2)
		r.Forget()
		r.Drop()
		if err := r.WaitIdentifies(r.ctx, 3); err != nil {
			t.Fatal(err)
		}
		if err := r.WaitConnected(r.ctx); err != nil {
			t.Fatal(err)
		}
		r.Say(general, discordtest.MemberID, discordtest.Mention+" status third")
		r.replies(general, 3)
		if n := strings.Count(r.log.String(), "message content intent is not allowed"); n != 1 {
			t.Errorf("it was said %d times", n)
		}
	})
}

// TestReadyWithoutGuilds: READY may name no guilds, and none may follow.
func TestReadyWithoutGuilds(t *testing.T) {
	t.Parallel()
	for name, form := range map[string]func(*room){
		"null":   func(r *room) { r.ReadyWithoutGuilds(true) },
		"no key": func(r *room) { r.ReadyWithoutGuildsKey(true) },
	} {
		t.Run(name, func(t *testing.T) {
			r := prepare(t, discordtest.Options{}, nil)
			r.bot.pace = basePace / 100
			form(r)
			r.start()
			r.try(general)
			r.try(r.DM(discordtest.MemberID))
			r.checkTrials()
			r.Forget()
			r.Drop()
			r.try(general)
			r.try(r.DM(discordtest.MemberID))
			r.checkTrials()
			r.identified(2, 2)
		})
	}
}

// TestUnknownComponents: a message with components that nobody knows is a message.
func TestUnknownComponents(t *testing.T) {
	r := quick(t, discordtest.Options{}, nil)
	strange := []any{map[string]any{"type": 99, "id": "no number", "components": []any{map[string]any{"type": 98, "accessory": 5}}}}
	ask := func(text string) { r.SayAs(general, discordtest.MemberID, text, map[string]any{"components": strange}) }
	ask("!status live")
	got := r.replies(general, 1)[0]
	button, ok := got.Button("Timeline")
	if !ok {
		t.Fatalf("no button: %+v", got)
	}
	var rows []any
	for _, row := range got.Rows {
		var buttons []any
		for _, b := range row {
			buttons = append(buttons, map[string]any{"type": 2, "style": b.Style, "label": b.Label, "custom_id": b.CustomID})
		}
		rows = append(rows, map[string]any{"type": 1, "components": buttons})
	}
	r.EditPartial(general, got.ID, map[string]any{"components": append(rows, strange...)})
	i, err := r.Click(general, got.ID, button.CustomID, discordtest.MemberID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Answer(r.ctx, i); err != nil {
		t.Fatal(err)
	}
	r.Forget()
	r.Drop()
	ask("!status read back")
	if got := r.replies(general, 3); got[2].Embeds[0].Description != "status read back" {
		t.Errorf("%+v", got)
	}
}

// routes are the three ways out: each asks one question and waits for its answer.
var routes = map[string]struct {
	method, path string
	ask          func(*room) error
}{
	"message": {"POST", "/messages", func(r *room) error {
		r.try(general)
		_, err := r.WaitReplies(r.ctx, general, len(r.asked))
		return err
	}},
	"callback": {"POST", "/callback", func(r *room) error { return r.slash("quick") }},
	"edit":     {"PATCH", "/messages/@original", func(r *room) error { return r.slash("slow") }},
}

func (r *room) slash(topic string) error {
	i, err := r.Slash(discordtest.Desk, discordtest.MemberID, "status", map[string]any{"topic": topic})
	if err != nil {
		return err
	}
	m, err := r.Answer(r.ctx, i)
	if err == nil && (len(m.Embeds) == 0 || m.Embeds[0].Description != "status "+topic) {
		err = fmt.Errorf("%+v", m)
	}
	return err
}

// slow takes long over a topic of that name, so that its answer replaces a deferral.
func slow() *desk {
	return &desk{answer: func(_ context.Context, q commands.Request) commands.Reply {
		if q.Line == "status slow" {
			time.Sleep(deferAfter + 100*time.Millisecond)
		}
		return commands.Reply{Title: "Answer", Note: q.Line}
	}}
}

const html = "<html><head><title>429 Too Many Requests</title></head><body><h1>error code: 1015</h1></body></html>"

// TestAnswersThatFail: whatever an answer of the API is like, and on whatever way,
// the question is answered once.
func TestAnswersThatFail(t *testing.T) {
	t.Parallel()
	faults := map[string]discordtest.Fault{
		"429 global, JSON":    {Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.3,"global":true}`, Header: map[string]string{"Retry-After": "1", "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}},
		"429 global, HTML":    {Status: 429, Body: html, Header: map[string]string{"Retry-After": "1", "X-RateLimit-Global": "true"}},
		"429 of route, JSON":  {Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.3,"global":false}`, Header: map[string]string{"X-RateLimit-Scope": "user", "X-RateLimit-Bucket": "abc"}},
		"429 of route, HTML":  {Status: 429, Body: html, Header: map[string]string{"Retry-After": "1"}},
		"429 without a word":  {Status: 429, Body: html},
		"500":                 {Status: 500},
		"502, HTML, accepted": {Status: 502, Body: "<html>bad gateway</html>", Accept: true},
		"502 twice":           {Status: 502, Body: "<html>bad gateway</html>", Times: 2},
		"503":                 {Status: 503},
		"504, accepted":       {Status: 504, Accept: true},
		"504":                 {Status: 504},
		"no answer":           {Status: 0},
		"the token in a body": {Status: 500, Body: `{"message":"bad token ` + discordtest.DefaultToken + `"}`},
	}
	for name, fault := range faults {
		for way, route := range routes {
			t.Run(way+", "+name, func(t *testing.T) {
				r := quick(t, discordtest.Options{}, slow())
				fault := fault
				fault.Method, fault.Path = route.method, route.path
				r.Fail(fault)
				if err := route.ask(r); err != nil {
					t.Fatal(err)
				}
				r.try(general)
				r.checkTrials()
				if n := len(r.Replies(discordtest.Desk)); way != "message" && n != 1 {
					t.Errorf("%d answers", n)
				}
				r.onlyAnswered()
			})
		}
	}
}

// onlyAnswered forgives one kind of refusal: that of an answer which had come, only
// its receipt had not.
func (r *room) onlyAnswered() {
	r.t.Helper()
	r.forgive = true
	for _, f := range r.Refusals() {
		if f.Code != codeAnswered {
			r.t.Errorf("refused: %s", f)
		}
	}
	if strings.Contains(r.log.String(), "could not be sent") {
		r.t.Error("an answer was given up")
	}
}

// TestGlobalLimit: a global 429 holds back every route but interactions; one of a
// route only that.
func TestGlobalLimit(t *testing.T) {
	t.Parallel()
	for name, global := range map[string]bool{"global": true, "route": false} {
		t.Run(name, func(t *testing.T) {
			const wait = 4 * time.Second
			r := quick(t, discordtest.Options{}, nil)
			r.Fail(discordtest.Fault{Method: "POST", Path: general + "/messages", Status: 429, Header: map[string]string{"Retry-After": "4"},
				Body: fmt.Sprintf(`{"message":"You are being rate limited.","retry_after":4,"global":%v}`, global)})
			r.try(general)
			var hit time.Time
			for hit.IsZero() && r.ctx.Err() == nil {
				for _, c := range r.Calls() {
					if c.Status == 429 {
						hit = c.At
					}
				}
				time.Sleep(5 * time.Millisecond)
			}
			for !r.held(general) && r.ctx.Err() == nil { // until the bot has read it
				time.Sleep(5 * time.Millisecond)
			}
			r.try(discordtest.Desk)
			// In a channel of its own: in Desk it would wait for its turn.
			i, err := r.Slash(discordtest.General2, discordtest.Member2ID, "status", map[string]any{"topic": "quick"})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.Answer(r.ctx, i); err != nil {
				t.Fatal(err)
			}
			if d := time.Since(hit); d > wait/2 {
				t.Errorf("an interaction waited %v", d)
			}
			if _, err := r.WaitReplies(r.ctx, general, 1); err != nil {
				t.Fatal(err)
			}
			if _, err := r.WaitReplies(r.ctx, discordtest.Desk, 1); err != nil {
				t.Fatal(err)
			}
			for _, c := range r.Calls() {
				if !c.At.After(hit) || strings.Contains(c.Path, "/callback") {
					continue
				}
				d, here := c.At.Sub(hit), strings.Contains(c.Path, general)
				if (here || global) && d < wait-20*time.Millisecond || !here && !global && d > wait/2 {
					t.Errorf("%s %s came %v after the 429", c.Method, c.Path, d)
				}
			}
		})
	}
}

// held says that the bot sends nothing to the channel for now.
func (r *room) held(channel string) bool {
	pause, _ := r.bot.transport.limits.take(routeKey("POST", "/api/v9/channels/"+channel+"/messages"), time.Now())
	return pause > 0
}

// TestResetAfterAccept: 200 messages and 50 interactions whose answers are taken,
// and the receipts lost: each is there once.
func TestResetAfterAccept(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		t.Run(fmt.Sprint("messages", n), func(t *testing.T) {
			r := quick(t, discordtest.Options{}, nil)
			r.Fail(discordtest.Fault{Method: "POST", Path: "/messages", Status: 0, Accept: true, Times: 50, Every: 2})
			for range 51 {
				r.try(general)
			}
			r.checkTrials()
			lost := 0
			for _, c := range r.Calls() {
				if c.Status == 0 {
					lost++
				}
			}
			if lost != 50 {
				t.Errorf("%d receipts were lost", lost)
			}
		})
	}
	for n := range 2 {
		t.Run(fmt.Sprint("interactions", n), func(t *testing.T) {
			r := quick(t, discordtest.Options{}, nil)
			r.Fail(discordtest.Fault{Method: "POST", Path: "/callback", Status: 0, Accept: true, Times: 25, Every: 2})
			for n := range 25 {
				if err := r.slash(fmt.Sprint("topic-", n)); err != nil {
					t.Fatal(err)
				}
			}
			if n := len(r.Replies(discordtest.Desk)); n != 25 {
				t.Errorf("%d answers", n)
			}
			r.onlyAnswered()
		})
	}
}

// TestCanary: the token is in nothing that comes out of a bot: not in errors, not
// in metrics, and (see newRoom) not in the log at any level.
func TestCanary(t *testing.T) {
	r := prepare(t, discordtest.Options{}, nil)
	registry := prometheus.NewRegistry()
	var err error
	pace := r.bot.pace
	if r.bot, err = New(Options{Token: r.Token(), APIURL: r.URL(), Asker: r.desk, Logger: r.bot.log, Registerer: registry}); err != nil {
		t.Fatal(err)
	}
	r.bot.pace = pace
	r.start()
	body := `{"message":"who is ` + r.Token() + `","errors":{"a":"` + r.Token() + `"},"code":5}`
	var said []string
	for _, f := range []discordtest.Fault{{Status: 400, Body: body}, {Status: 401, Body: body}, {Status: 403, Body: body}, {Status: 500, Body: body}, {Status: 502, Body: "<html>" + r.Token()}, {Status: 0}} {
		f.Times = -1
		f.Path = "/channels/"
		r.Fail(f)
		ctx, cancel := context.WithTimeout(r.ctx, 300*time.Millisecond)
		err := r.bot.Post(ctx, general, commands.Reply{Title: "x"}, "seed")
		said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
		_, err = r.bot.GuildOf(ctx, general)
		said = append(said, fmt.Sprintf("%v %+v %#v", err, err, err))
		cancel()
		r.Heal()
	}
	r.Fail(discordtest.Fault{Path: "/messages", Status: 400, Body: body, Times: 3})
	r.Fail(discordtest.Fault{Path: "/commands", Status: 400, Body: body})
	r.Forget()
	r.Drop()
	r.Say(general, discordtest.MemberID, "!status badia")
	if err := r.WaitIdentifies(r.ctx, 2); err != nil {
		t.Fatal(err)
	}
	for !strings.Contains(r.log.String(), "could not be sent") && !strings.Contains(r.log.String(), "cannot be read") {
		time.Sleep(10 * time.Millisecond)
		if r.ctx.Err() != nil {
			t.Fatal("no fault was met")
		}
	}
	families, err := registry.Gather()
	if err != nil || len(families) == 0 {
		t.Fatal(err)
	}
	metrics, err := json.Marshal(families)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append(said, string(metrics)) {
		if strings.Contains(s, r.Token()) {
			t.Errorf("the token is in %s", s)
		}
	}
}

// TestOldGenerations: what a link says that is not the present one changes nothing,
// and a question that comes over both is answered once.
func TestOldGenerations(t *testing.T) {
	r := quick(t, discordtest.Options{}, nil)
	r.try(general)
	r.checkTrials()
	s := r.bot.shards[0]
	s.mu.Lock()
	old := s.link
	s.mu.Unlock()
	r.Forget()
	r.Drop()
	r.try(general)
	r.checkTrials()
	s.mu.Lock()
	present, gap := s.link, s.gap
	s.mu.Unlock()
	if present == old || present.generation != old.generation+1 {
		t.Fatalf("generation %d after %d", present.generation, old.generation)
	}
	puts, seen := r.CallCounts(), r.bot.guilds.manager(discordtest.GuildID, discordtest.OwnerID, nil)
	for event, data := range map[string]string{
		"READY":        `{"user":{"id":"1"},"application":{"id":"2"},"guilds":[]}`,
		"RESUMED":      `{}`,
		"GUILD_DELETE": `{"id":"` + discordtest.GuildID + `"}`,
		"GUILD_CREATE": `{"id":"` + discordtest.GuildID + `","owner_id":"1"}`,
	} {
		r.bot.onEvent(old, wire(event, data))
	}
	old.over(nil, 4004, nil)
	var wg sync.WaitGroup
	again := fmt.Sprintf(`{"id":"%s","channel_id":"%s","guild_id":"%s","author":{"id":"%s"},"content":"!status x"}`, r.asked[0].id, general, discordtest.GuildID, discordtest.MemberID)
	for _, l := range []*link{old, present} {
		wg.Go(func() { r.bot.onEvent(l, wire("MESSAGE_CREATE", again)) })
	}
	wg.Wait()
	s.mu.Lock()
	if s.gap != gap || !s.ready || s.link != present {
		t.Error("an old link changed the state")
	}
	s.mu.Unlock()
	if r.bot.selfID() != discordtest.BotID || r.bot.guilds.manager(discordtest.GuildID, discordtest.OwnerID, nil) != seen || !r.bot.Ready() {
		t.Error("an old link changed what is known")
	}
	r.checkTrials()
	if n := r.CallCounts()["GET /applications/{id}/commands"]; n != puts["GET /applications/{id}/commands"] {
		t.Error("an old READY registered commands")
	}
}

func wire(event, data string) *discordgo.Event {
	return &discordgo.Event{Type: event, RawData: json.RawMessage(data)}
}

// slowUntil answers nothing before release is closed.
func slowUntil(release chan struct{}) *desk {
	return &desk{answer: func(ctx context.Context, q commands.Request) commands.Reply {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return commands.Reply{Title: "Answer", Note: q.Line}
	}}
}
