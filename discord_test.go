package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/bot"
	"sitrep/bot/discordtest"
	"sitrep/news"
	"sitrep/schedule"
	"sitrep/store"
)

// output collects what a program in another goroutine prints.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// canary is a token that must never be printed.
const canary = "canary.token.Zm9vYmFyYmF6cXV4.0123456789"

// live starts the whole program against a local Discord, with one dispatch filed.
func live(t *testing.T, o discordtest.Options) (*discordtest.Server, *output) {
	t.Helper()
	o.Token = canary
	srv := discordtest.Start(t, o)
	state := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: state})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.File(t.Context(), []news.Dispatch{{Title: "The desert", Body: "The last group holds out in the Badia desert, between Homs and Deir Ezzor.", Source: "Desk", Lang: "en",
		Published: time.Now().Add(-time.Hour), Origin: news.Origin{Kind: news.OriginRecord, Feed: "test", Item: "1"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	out := &output{}
	env := map[string]string{"DISCORD_TOKEN": canary}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() {
		done <- Main(ctx, []string{"run", "--state", state, "--console", "127.0.0.1:0", "--discord-api-url", srv.URL(), "--log-level", "debug"},
			Streams{strings.NewReader(""), out, out}, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	}()
	t.Cleanup(func() {
		stop()
		select {
		case code := <-done:
			if code != exitOK {
				t.Errorf("exit %d: %s", code, out)
			}
		case <-time.After(30 * time.Second):
			t.Error("the program does not end")
		}
		if strings.Contains(out.String(), canary) {
			t.Error("the token was printed")
		}
		for _, r := range srv.Refusals() {
			t.Errorf("refused: %s", r)
		}
	})
	ctx2, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := srv.WaitConnected(ctx2); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := srv.WaitCommands(ctx2, 1); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return srv, out
}

func replies(t *testing.T, srv *discordtest.Server, channel string, n int, within time.Duration) []discordtest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	list, err := srv.WaitReplies(ctx, channel, n)
	if err != nil {
		t.Fatalf("%v; there are %d", err, len(list))
	}
	return list
}

// Said in a channel, `!status badia` brings one reply with an embed, also when the
// connection breaks around it.
func TestDiscordStatus(t *testing.T) {
	t.Parallel()
	srv, _ := live(t, discordtest.Options{})
	srv.Say(discordtest.General, discordtest.MemberID, "!status badia")
	list := replies(t, srv, discordtest.General, 1, 20*time.Second)
	if len(list[0].Embeds) == 0 || !strings.Contains(list[0].Embeds[0].Title, "Badia") {
		t.Fatalf("%+v", list[0])
	}
	if text := list[0].Embeds[0].Description; !strings.Contains(text, "Badia desert") && !strings.Contains(mustJSON(t, list[0].Embeds), "Badia desert") {
		t.Errorf("nothing quoted: %s", mustJSON(t, list[0].Embeds))
	}
	srv.Drop()
	srv.Say(discordtest.General, discordtest.MemberID, "!status homs")
	replies(t, srv, discordtest.General, 2, 40*time.Second)
	time.Sleep(300 * time.Millisecond)
	if n := len(srv.Replies(discordtest.General)); n != 2 {
		t.Errorf("%d replies to 2 questions", n)
	}
	i, err := srv.Slash(discordtest.Desk, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	m, err := srv.Answer(ctx, i)
	if err != nil || !strings.Contains(mustJSON(t, m.Embeds), "Badia desert") {
		t.Errorf("slash: %v: %+v", err, m)
	}
}

// A scheduled briefing arrives at its minute, once, with a reconnect in between.
func TestDiscordSchedule(t *testing.T) {
	t.Parallel()
	srv, out := live(t, discordtest.Options{})
	srv.Say(discordtest.Desk, discordtest.MemberID, `!schedule add every "* * * * *" Asia/Damascus brief 24h`)
	list := replies(t, srv, discordtest.Desk, 1, 20*time.Second)
	if !strings.Contains(mustJSON(t, list[0].Embeds), "managers") {
		t.Errorf("a member added a schedule: %s", mustJSON(t, list[0].Embeds))
	}
	srv.Say(discordtest.Desk, discordtest.OwnerID, `!schedule add every "* * * * *" Asia/Damascus brief 24h`)
	list = replies(t, srv, discordtest.Desk, 2, 20*time.Second)
	if !strings.Contains(mustJSON(t, list[1].Embeds), "added") {
		t.Fatalf("%s", mustJSON(t, list[1].Embeds))
	}
	// A channel outside the server is named: nothing is ever posted there.
	foreign := srv.DM(discordtest.MemberID)
	srv.Say(discordtest.General, discordtest.OwnerID, `!schedule add elsewhere "* * * * *" UTC channel:`+foreign+` brief 24h`)
	replies(t, srv, discordtest.General, 1, 20*time.Second)
	srv.Say(foreign, discordtest.MemberID, "!schedule list")
	if list := replies(t, srv, foreign, 1, 20*time.Second); !strings.Contains(mustJSON(t, list[0].Embeds), "belong to a server") {
		t.Errorf("asked in a direct message: %s", mustJSON(t, list[0].Embeds))
	}
	minute := time.Now().Truncate(time.Minute).Add(time.Minute)
	srv.Drop()
	list = replies(t, srv, discordtest.Desk, 3, 75*time.Second)
	at := list[2].At
	if at.Before(minute) || at.After(minute.Add(20*time.Second)) {
		t.Errorf("due at %s, posted at %s: %s", minute, at, out)
	}
	if text := mustJSON(t, list[2].Embeds); !strings.Contains(text, "Briefing") || !strings.Contains(text, "Badia desert") {
		t.Errorf("posted: %s", text)
	}
	srv.Say(discordtest.General, discordtest.OwnerID, "!schedule list")
	if text := mustJSON(t, replies(t, srv, discordtest.General, 2, 20*time.Second)[1].Embeds); !strings.Contains(text, "not in this server") || !strings.Contains(text, "Paused") {
		t.Errorf("the schedule for elsewhere: %s", text)
	}
	if n := len(srv.Replies(foreign)); n != 1 {
		t.Errorf("%d messages outside the server, want the one answer", n)
	}
	time.Sleep(2 * time.Second)
	if n := len(srv.Replies(discordtest.Desk)); n != 3 && time.Now().Before(minute.Add(50*time.Second)) {
		t.Errorf("%d messages, want 3", n)
	}
}

// With a wrong token the program says so and ends with status 1 within 5 s.
func TestWrongToken(t *testing.T) {
	t.Parallel()
	srv := discordtest.Start(t, discordtest.Options{})
	env := map[string]string{"DISCORD_TOKEN": canary}
	out := &output{}
	begin := time.Now()
	code := Main(t.Context(), []string{"run", "--state", t.TempDir(), "--console", "127.0.0.1:0", "--discord-api-url", srv.URL()},
		Streams{strings.NewReader(""), out, out}, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	if took := time.Since(begin); code != exitFailed || took > 5*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	if text := out.String(); !strings.Contains(text, "token") || !strings.Contains(text, "DISCORD_TOKEN") || strings.Contains(text, canary) {
		t.Errorf("it says: %s", text)
	}
}

// Where Discord cannot be reached, the local channel works all the same.
func TestDiscordAway(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	env := map[string]string{"DISCORD_TOKEN": canary}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	out := &output{}
	done := make(chan int, 1)
	go func() {
		done <- Main(ctx, []string{"run", "--state", state, "--console", "127.0.0.1:0", "--discord-api-url", "http://127.0.0.1:1"},
			Streams{strings.NewReader(""), out, out}, func(k string) (string, bool) { v, ok := env[k]; return v, ok })
	}()
	waitFor(t, 30*time.Second, func() bool { code, _, _ := sitrep(t, "health", "--state", state); return code == exitOK })
	if r := askJSON(t, state, "!sources"); r.Error != nil || len(r.Fields) != 0 {
		t.Errorf("asked meanwhile: %+v", r)
	}
	stop()
	if code := <-done; code != exitOK || !strings.Contains(out.String(), "Discord cannot be reached") || strings.Contains(out.String(), canary) {
		t.Errorf("exit %d: %s", code, out)
	}
}

// What Discord says of a post decides whether it is tried again.
func TestFinal(t *testing.T) {
	paused := func(err error) string {
		log, e := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
		if e != nil {
			t.Fatal(e)
		}
		defer log.Close()
		kv, e := log.KV(t.Context(), "schedules")
		if e != nil {
			t.Fatal(e)
		}
		book := schedule.NewBook(kv)
		s, e := book.Add(t.Context(), schedule.Schedule{Name: "x", Guild: "1", Channel: "2", Door: schedule.DoorDiscord, Cron: "@every 3h", Zone: "UTC", Line: "brief", Created: time.Now().Add(-3 * time.Hour)})
		if e != nil {
			t.Fatal(e)
		}
		ctx, stop := context.WithCancel(t.Context())
		tries := 0
		r, e := schedule.NewRunner(schedule.RunnerOptions{Book: book, Fire: func(context.Context, schedule.Schedule, time.Time) error {
			if tries++; tries > 1 {
				return nil
			}
			return final(err)
		}})
		if e != nil {
			t.Fatal(e)
		}
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		waitFor(t, 20*time.Second, func() bool {
			s, e = book.Get(t.Context(), "1", "x")
			return e == nil && !s.Last.IsZero()
		})
		stop()
		if e := <-done; e != nil {
			t.Error(e)
		}
		return fmt.Sprintf("tries %d, paused %t", tries, s.Paused)
	}
	for _, c := range []struct {
		err  error
		want string
	}{
		{&bot.APIError{Status: 404, Code: 10003}, "tries 1, paused true"},
		{&bot.APIError{Status: 403, Code: 50013}, "tries 1, paused false"},
		{&bot.APIError{Status: 503}, "tries 2, paused false"},
		{errors.New("the connection was reset"), "tries 2, paused false"},
	} {
		if got := paused(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}
