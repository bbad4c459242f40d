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
		case <-time.After(patience):
			t.Error("the program does not end")
		}
		if strings.Contains(out.String(), canary) {
			t.Error("the token was printed")
		}
		for _, r := range srv.Refusals() {
			t.Errorf("refused: %s", r)
		}
	})
	ctx2, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := srv.WaitConnected(ctx2); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := srv.WaitCommands(ctx2, 1); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return srv, out
}

// patience is when what a test waits for will not come any more: far longer than it
// takes, since many tests share few processors.
const patience = 3 * time.Minute

func replies(t *testing.T, srv *discordtest.Server, channel string, n int) []discordtest.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
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
	list := replies(t, srv, discordtest.General, 1)
	if len(list[0].Embeds) == 0 || !strings.Contains(list[0].Embeds[0].Title, "Badia") {
		t.Fatalf("%+v", list[0])
	}
	if text := list[0].Embeds[0].Description; !strings.Contains(text, "Badia desert") && !strings.Contains(mustJSON(t, list[0].Embeds), "Badia desert") {
		t.Errorf("nothing quoted: %s", mustJSON(t, list[0].Embeds))
	}
	srv.Drop()
	srv.Say(discordtest.General, discordtest.MemberID, "!status homs")
	replies(t, srv, discordtest.General, 2)
	time.Sleep(300 * time.Millisecond)
	if n := len(srv.Replies(discordtest.General)); n != 2 {
		t.Errorf("%d replies to 2 questions", n)
	}
	i, err := srv.Slash(discordtest.Desk, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
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
	list := replies(t, srv, discordtest.Desk, 1)
	if !strings.Contains(mustJSON(t, list[0].Embeds), "managers") {
		t.Errorf("a member added a schedule: %s", mustJSON(t, list[0].Embeds))
	}
	added := time.Now()
	if text := answerTo(t, srv, discordtest.Desk, discordtest.OwnerID, `!schedule add every "* * * * *" Asia/Damascus brief 24h`, out); !strings.Contains(text, "added") {
		t.Fatal(text)
	}
	// A channel outside the server is named: nothing is ever posted there.
	foreign := srv.DM(discordtest.MemberID)
	if text := answerTo(t, srv, discordtest.General, discordtest.OwnerID, `!schedule add elsewhere "* * * * *" UTC channel:`+foreign+` brief 24h`, out); !strings.Contains(text, "not in this server") {
		t.Errorf("a channel outside the server is named: %s", text)
	}
	srv.Say(foreign, discordtest.MemberID, "!schedule list")
	if list := replies(t, srv, foreign, 1); !strings.Contains(mustJSON(t, list[0].Embeds), "belong to a server") {
		t.Errorf("asked in a direct message: %s", mustJSON(t, list[0].Embeds))
	}
	srv.Drop()
	dropped := time.Now()
	// A minute may have begun before the connection was dropped: what counts is the
	// first one after it.
	posted := func() (out []discordtest.Message) {
		for _, m := range srv.Replies(discordtest.Desk) {
			if m.ReplyTo == "" {
				out = append(out, m)
			}
		}
		return out
	}
	waitFor(t, patience, func() bool {
		list := posted()
		return len(list) > 0 && list[len(list)-1].At.Truncate(time.Minute).After(dropped)
	})
	if text := answerTo(t, srv, discordtest.General, discordtest.OwnerID, "!schedule list", out); strings.Contains(text, "elsewhere") {
		t.Errorf("the schedule for elsewhere was kept: %s", text)
	}
	if n := len(srv.Replies(foreign)); n != 1 {
		t.Errorf("%d messages outside the server, want the one answer", n)
	}
	time.Sleep(2 * time.Second) // a second post of the same minute would have come
	minutes := map[time.Time]bool{}
	for i, m := range posted() {
		minute := m.At.Truncate(time.Minute)
		if minute.Before(added.Truncate(time.Minute).Add(time.Minute)) || m.At.Sub(minute) > 20*time.Second || minutes[minute] {
			t.Errorf("added at %s, posted at %s: %s", added, m.At, out)
		}
		minutes[minute] = true
		told := "Badia desert"
		if i > 0 { // what was told is not told again
			told = "nothing new"
		}
		if text := mustJSON(t, m.Embeds); !strings.Contains(text, "Briefing") || !strings.Contains(text, told) {
			t.Errorf("posted: %s", text)
		}
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
	waitFor(t, patience, func() bool { code, _, _ := sitrep(t, "health", "--state", state); return code == exitOK })
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
		waitFor(t, patience, func() bool {
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
