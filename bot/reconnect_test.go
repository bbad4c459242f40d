package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sitrep/bot/discordtest"
	"sitrep/commands"
)

const general = discordtest.General

// said asks something that shall be answered exactly once.
func (r *room) said(text string) { r.Say(general, discordtest.MemberID, text) }

// settle waits until a further question has been answered: whatever would have
// been answered twice has been by then.
func (r *room) settle(n int) []discordtest.Message {
	r.t.Helper()
	if _, err := r.WaitReplies(r.ctx, general, n); err != nil {
		r.t.Fatal(err)
	}
	if err := r.WaitConnected(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	r.said("!status settle")
	return r.replies(general, n+1)
}

func TestResume(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*room){
		"drop":             func(r *room) { r.Drop() },
		"op 7":             func(r *room) { r.Reconnect() },
		"op 9 resumable":   func(r *room) { r.Invalidate(true) },
		"close code 4000":  func(r *room) { r.CloseGateway(4000) },
		"close code 1001":  func(r *room) { r.CloseGateway(1001) },
		"a frame not JSON": func(r *room) { r.SendText("{") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, discordtest.Options{}, nil)
			r.said("!status before")
			r.replies(general, 1)
			cut(r)
			r.said("!status meanwhile")
			got := r.settle(2)
			if got[1].Embeds[0].Description != "status meanwhile" {
				t.Errorf("%+v", got[1])
			}
			if identifies, resumes, _ := r.Counts(); identifies != 1 || resumes != 1 {
				t.Errorf("%d identifies, %d resumes", identifies, resumes)
			}
		})
	}
}

func TestResumeTwice(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	for n := range 2 {
		r.Drop()
		r.said("!status gap")
		if err := r.WaitResumes(r.ctx, n+1); err != nil {
			t.Fatal(err)
		}
		r.replies(general, n+1)
	}
}

// TestReadBack: a session that is lost has no replay; what was said meanwhile is
// read back, also in channels where nothing had been seen before.
func TestReadBack(t *testing.T) {
	t.Parallel()
	for name, cut := range map[string]func(*room){
		"forgotten":       func(r *room) { r.Forget(); r.Drop() },
		"op 9":            func(r *room) { r.Invalidate(false) },
		"resume refused":  func(r *room) { r.RefuseResume(true); r.Drop() },
		"close code 4009": func(r *room) { r.CloseGateway(4009) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, discordtest.Options{}, nil)
			dm := r.DM(discordtest.MemberID)
			r.said("!status before")
			r.replies(general, 1)
			r.Say(dm, discordtest.MemberID, "status before")
			r.replies(dm, 1)
			cut(r)
			if name == "resume refused" {
				r.Forget()
			}
			r.said("!status meanwhile")
			r.said("no question")
			r.Say(dm, discordtest.MemberID, "status meanwhile")
			r.Say(discordtest.Desk, discordtest.ManagerID, "!settings")
			r.replies(general, 2)
			r.replies(dm, 2)
			r.replies(discordtest.Desk, 1)
			r.settle(2)
			for _, q := range r.desk.requests() {
				if q.Line == "settings" && (!q.Manager || q.Guild != discordtest.GuildID) {
					t.Errorf("read back without rights: %+v", q)
				}
			}
			if identifies, _, _ := r.Counts(); identifies != 2 {
				t.Errorf("%d identifies", identifies)
			}
		})
	}
}

// away lets something happen while there is no session, as if that had been so since a
// moment, and waits for the next session.
func (r *room) away(since time.Time, meanwhile func()) {
	r.t.Helper()
	n, _, _ := r.Counts()
	r.Mute(true)
	r.Forget()
	r.Drop()
	for r.bot.Ready() {
		if time.Sleep(10 * time.Millisecond); r.ctx.Err() != nil {
			r.t.Fatal("still ready")
		}
	}
	s := r.bot.shards[0]
	s.mu.Lock()
	s.last = since
	s.mu.Unlock()
	meanwhile()
	r.Mute(false)
	r.Drop() // connections that were accepted in silence never get their HELLO
	if err := r.WaitIdentifies(r.ctx, n+1); err != nil {
		r.t.Fatal(err)
	}
}

// TestReadBackLong: a gap is as long as there was no session, also for channels where
// nothing had been seen before.
func TestReadBackLong(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	now := time.Now()
	r.away(now.Add(-5*time.Minute), func() {
		r.Fill(discordtest.Desk, discordtest.MemberID, 2, func(i int) string { return fmt.Sprintf("!status gap-%d", i) }, now.Add(-10*time.Minute), now.Add(-2*time.Minute))
	})
	if got := r.replies(discordtest.Desk, 1)[0]; got.Embeds[0].Description != "status gap-1" {
		t.Errorf("%+v", got)
	}
}

// TestSilentGateway: a gateway that says nothing is left after two heartbeats,
// and a new connection is tried until it speaks.
func TestSilentGateway(t *testing.T) {
	r := newRoom(t, discordtest.Options{Heartbeat: 300 * time.Millisecond}, nil)
	r.said("!status before")
	r.replies(general, 1)
	r.Mute(true)
	for r.bot.Ready() {
		time.Sleep(20 * time.Millisecond)
		if r.ctx.Err() != nil {
			t.Fatal("still ready")
		}
	}
	r.said("!status meanwhile")
	r.Mute(false)
	r.Drop() // connections that were accepted in silence never get their HELLO
	r.replies(general, 2)
}

// TestEarlyFrames: op 7, op 9, op 11 and op 1 before the session stands, which
// discordgo cannot stand.
func TestEarlyFrames(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	for n, f := range []struct {
		op int
		d  string
	}{{11, "null"}, {1, "null"}, {7, "null"}, {9, "true"}} {
		r.OnResume(f.op, f.d)
		r.Drop()
		r.said("!status early")
		r.replies(general, n+1)
	}
}

func TestFatalCodes(t *testing.T) {
	t.Parallel()
	for code, words := range map[int]string{4004: "token", 4013: "intents"} {
		r := &room{Server: discordtest.Start(t, discordtest.Options{})}
		b, err := New(Options{Token: r.Token(), APIURL: r.URL(), Asker: &desk{}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), hangs)
		defer cancel()
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		if err := r.WaitConnected(ctx); err != nil {
			t.Fatal(err)
		}
		r.CloseGateway(code)
		if err := <-done; err == nil || !strings.Contains(err.Error(), words) || ctx.Err() != nil {
			t.Errorf("code %d: %v", code, err)
		}
		if b.Ready() {
			t.Errorf("code %d: still ready", code)
		}
	}
}

func TestRetriesAndNonce(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	path := "/channels/" + general + "/messages"
	n := 0
	for _, f := range []discordtest.Fault{
		{Status: 502, Accept: true},
		{Status: 503, Times: 2},
		{Status: 0, Accept: true},
		{Status: 0},
		{Status: 429, Body: "<html>slow down</html>", Header: map[string]string{"Retry-After": "0.2"}},
		{Status: 429, Body: `{"message":"You are being rate limited.","retry_after":0.1,"global":true}`},
	} {
		f.Method, f.Path = "POST", path
		r.Fail(f)
		r.said("!status badia")
		n++
		r.replies(general, n)
	}
	// An interaction's answer whose receipt is lost is not sent again, nor said to have failed.
	r.Fail(discordtest.Fault{Method: "POST", Path: "/callback", Status: 0, Accept: true})
	i, err := r.Slash(general, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Answer(r.ctx, i); err != nil {
		t.Fatal(err)
	}
	r.settle(n + 1)
	if refused := r.Refusals(); len(refused) != 1 || refused[0].Code != codeAnswered {
		t.Errorf("%v", refused)
	}
	if strings.Contains(r.log.String(), "could not be sent") {
		t.Error(r.log.String())
	}
	r.forgive = true
}

func TestRefusedFormFallsBack(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(context.Context, commands.Request) commands.Reply {
		return commands.Reply{Title: "Answer", Actions: []commands.Action{{Label: "x", Line: "help"}}}
	}})
	r.Fail(discordtest.Fault{Method: "POST", Path: "/messages", Status: 400, Code: codeInvalidForm})
	r.said("!status badia")
	if got := r.replies(general, 1)[0]; got.Embeds[0].Title != "Answer" || len(got.Rows) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestPost(t *testing.T) {
	s := discordtest.Start(t, discordtest.Options{})
	b, err := New(Options{Token: s.Token(), APIURL: s.URL(), Asker: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	ctx, cancel := context.WithTimeout(t.Context(), hangs)
	defer cancel()
	reply := commands.Reply{Title: "Briefing", Items: []commands.Item{{Text: "Quiet."}}}
	if id, err := b.Posted(ctx, general, "daily/1"); err != nil || id != "" {
		t.Error(id, err)
	}
	for range 2 {
		if err := b.Post(ctx, general, reply, "daily/1"); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Messages(general)
	if len(got) != 1 || got[0].ReplyTo != "" {
		t.Fatalf("%+v", got)
	}
	if id, err := b.Posted(ctx, general, "daily/1"); err != nil || id != got[0].ID {
		t.Error(id, err)
	}
	if err := b.Post(ctx, "600000000000000001", reply, "daily/1"); err == nil {
		t.Error("posted to nowhere")
	} else if e, ok := errors.AsType[*APIError](err); !ok || !e.Gone() || e.Temporary() {
		t.Error(err)
	}
	s.Deny(discordtest.Desk, 50013)
	if e, ok := errors.AsType[*APIError](b.Post(ctx, discordtest.Desk, reply, "daily/1")); !ok || !e.Denied() {
		t.Error(e)
	}
	short, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	s.Fail(discordtest.Fault{Path: "/messages", Status: 429, Body: "{}", Header: map[string]string{"Retry-After": "60"}, Times: -1})
	if e, ok := errors.AsType[*APIError](b.Post(short, general, reply, "daily/2")); !ok || !e.Temporary() {
		t.Error(e)
	}
}

func TestBuckets(t *testing.T) {
	r := newRoom(t, discordtest.Options{Bucket: 3, BucketTime: 300 * time.Millisecond}, nil)
	for range 8 {
		r.said("!status badia")
	}
	r.replies(general, 8)
}
