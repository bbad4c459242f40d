package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"sitrep/bot/discordtest"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// newsroom is the whole program as a process that can be killed, on one state, at a
// local Discord.
type newsroom struct {
	*discordtest.Server
	t      *testing.T
	state  string
	cmd    *exec.Cmd
	out    *output
	starts int
	// said is what stands in the source's channels now, by channel and message.
	said map[[2]string]string
	gone map[[2]string]bool
}

// newNewsroom has a source "feed" on the general channel.
func newNewsroom(t *testing.T) *newsroom {
	n := &newsroom{Server: discordtest.Start(t, discordtest.Options{Token: canary}), t: t, state: t.TempDir(), out: &output{},
		said: map[[2]string]string{}, gone: map[[2]string]bool{}}
	n.open(func(s *store.Store) {
		kv, err := s.KV(t.Context(), store.BucketSources)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ingest.NewBook(kv).Add(t.Context(), ingest.Source{Guild: discordtest.GuildID, Name: "feed", Kind: ingest.SourceChannel,
			Channel: discordtest.General, Backfill: ingest.Backfill{Channel: discordtest.Desk}})
		if err != nil {
			t.Fatal(err)
		}
	})
	return n
}

// open lets something be done with the log while the program does not run.
func (n *newsroom) open(do func(*store.Store)) {
	n.t.Helper()
	s, err := store.Open(n.t.Context(), store.Options{Dir: n.state})
	if err != nil {
		n.t.Fatal(err)
	}
	do(s)
	if err := s.Close(); err != nil {
		n.t.Fatal(err)
	}
}

func (n *newsroom) start() {
	n.t.Helper()
	n.cmd = child(n.t.Context(), []string{"DISCORD_TOKEN=" + canary}, "run", "--state", n.state, "--console", "127.0.0.1:0", "--discord-api-url", n.URL(), "--no-prompt")
	n.cmd.Stdout, n.cmd.Stderr = n.out, n.out
	n.cmd.Cancel = func() error { return n.cmd.Process.Kill() }
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	n.starts++
	ctx, cancel := context.WithTimeout(n.t.Context(), patience)
	defer cancel()
	if err := n.WaitIdentifies(ctx, n.starts); err != nil {
		n.t.Fatalf("%v: %s", err, n.out)
	}
}

func (n *newsroom) kill() {
	_ = n.cmd.Process.Kill()
	_ = n.cmd.Wait()
}

// end stops the program in an orderly way.
func (n *newsroom) end() {
	n.t.Helper()
	_ = n.cmd.Process.Signal(os.Interrupt)
	if err := n.cmd.Wait(); err != nil {
		n.t.Errorf("it ended with %v: %s", err, n.out)
	}
	if strings.Contains(n.out.String(), canary) {
		n.t.Error("the token was printed")
	}
}

func (n *newsroom) say(channel, text string) string {
	id := n.Say(channel, discordtest.MemberID, text)
	n.said[[2]string{channel, id}] = text
	return id
}

func (n *newsroom) edit(channel, id, text string) {
	n.Edit(channel, id, text)
	n.said[[2]string{channel, id}] = text
}

func (n *newsroom) remove(channel string, ids ...string) {
	if len(ids) == 1 {
		n.Delete(channel, ids[0])
	} else {
		n.BulkDelete(channel, ids...)
	}
	for _, id := range ids {
		delete(n.said, [2]string{channel, id})
		n.gone[[2]string{channel, id}] = true
	}
}

// ask asks in a channel and returns the answer's JSON. It leaves the pause that
// keeps an asker within what one server may ask.
func (n *newsroom) ask(channel, user, line string) string {
	n.t.Helper()
	return answerTo(n.t, n.Server, channel, user, line, n.out)
}

func answerTo(t *testing.T, srv *discordtest.Server, channel, user, line string, out *output) (text string) {
	t.Helper()
	id := srv.Say(channel, user, line)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, m := range srv.Replies(channel) {
			if m.ReplyTo == id {
				time.Sleep(askPause)
				return mustJSON(t, m.Embeds)
			}
		}
	}
	t.Fatalf("no answer to %s: %s", line, out)
	return ""
}

// askPause is what a person's questions need between them, in the long run.
const askPause = 2050 * time.Millisecond

func idOf(channel, message string) news.ID {
	return news.Origin{Kind: news.OriginDiscord, Feed: discordtest.GuildID + "/" + channel, Item: message}.ID()
}

// check compares the log with what stands in the channels: every message is exactly
// one dispatch, as it was last written, and what was deleted does not stand.
func (n *newsroom) check() {
	n.t.Helper()
	n.open(func(s *store.Store) {
		got := map[news.ID]news.Event{}
		filed := map[news.ID]int{}
		err := s.Each(n.t.Context(), 1, func(r news.Record) error {
			got[r.Dispatch.ID] = r.Event
			if r.Kind == news.Filed {
				filed[r.Dispatch.ID]++
			}
			return nil
		})
		if err != nil {
			n.t.Fatal(err)
		}
		wrong := 0
		fault := func(format string, args ...any) {
			if wrong++; wrong < 10 {
				n.t.Errorf(format, args...)
			}
		}
		standing := 0
		for id, e := range got {
			if e.Dispatch.Scope != news.GuildScope(discordtest.GuildID) || e.Dispatch.Source != "feed" {
				fault("%+v", e.Dispatch)
			}
			if filed[id] != 1 {
				fault("%s was filed %d times", id, filed[id])
			}
			if e.Dispatch.Standing != news.Retracted {
				standing++
			}
		}
		for key, text := range n.said {
			if e := got[idOf(key[0], key[1])]; e.Dispatch.Body != text || e.Dispatch.Standing == news.Retracted {
				fault("%s says %q, the log has %q, %s", key[1], text, e.Dispatch.Body, e.Kind)
			}
		}
		for key := range n.gone {
			if e := got[idOf(key[0], key[1])]; e.Dispatch.Body != "" && e.Dispatch.Standing != news.Retracted {
				fault("%s was deleted, the log has %q, %s", key[1], e.Dispatch.Body, e.Kind)
			}
		}
		if standing != len(n.said) {
			fault("%d dispatches stand, %d messages do", standing, len(n.said))
		}
	})
	if n.t.Failed() {
		text := n.out.String()
		n.t.Log(text[max(0, len(text)-8000):])
	}
}

// waitDone waits until the history is told to have been read.
func (n *newsroom) waitDone() string {
	n.t.Helper()
	var last string
	waitFor(n.t, patience, func() bool {
		list := n.Replies(discordtest.Desk)
		if len(list) == 0 {
			return false
		}
		last = mustJSON(n.t, list[0].Embeds)
		return strings.Contains(last, "has been read")
	})
	return last
}

// waitShown waits until a message is found by its ID, in its own server.
func (n *newsroom) waitShown(channel, id, want string) {
	n.t.Helper()
	waitFor(n.t, patience, func() bool {
		return strings.Contains(n.ask(discordtest.Desk, discordtest.MemberID, "!show "+string(idOf(channel, id))), want)
	})
}

// A source's history is read across kills of the program, with posts, edits and
// deletions while it is up, down, and without a session: in the end the log has every
// message once, as it stands.
func TestChannelSourceAcrossKills(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	day := time.Date(2024, 5, 3, 0, 0, 0, 0, time.UTC)
	texts := func(i int) string { return "Post number " + strconv.Itoa(i) + " of the history." }
	for i, id := range n.Fill(discordtest.General, discordtest.MemberID, 1200, texts, day, day.AddDate(0, 3, 0)) {
		n.said[[2]string{discordtest.General, id}] = texts(i)
	}
	thread := n.AddThread(discordtest.General)
	n.say(thread, "The first word in the thread.")
	n.Fail(discordtest.Fault{Method: "GET", Path: "/messages", Times: -1, Delay: 200 * time.Millisecond})
	var live []string
	for round := range 4 {
		n.start()
		time.Sleep(time.Duration(300+rand.IntN(900)) * time.Millisecond)
		for i := range 20 {
			live = append(live, n.say(discordtest.General, fmt.Sprintf("Round %d, live post %d.", round, i)))
		}
		n.say(thread, fmt.Sprintf("Round %d in the thread.", round))
		time.Sleep(time.Duration(rand.IntN(800)) * time.Millisecond)
		n.kill()
		for i := range 5 {
			n.say(discordtest.General, fmt.Sprintf("Round %d, said while it was down %d.", round, i))
		}
		at := 20 * round
		n.edit(discordtest.General, live[at+1], fmt.Sprintf("Round %d, edited while it was down.", round))
		n.remove(discordtest.General, live[at+2])
		n.remove(discordtest.General, live[at+3], live[at+19])
	}
	n.start()
	if done := n.waitDone(); !strings.Contains(done, "messages read: 1,") {
		t.Errorf("told: %s", done)
	}
	if list := n.Replies(discordtest.Desk); len(list) != 1 || list[0].Edits == 0 {
		t.Errorf("%d progress messages, %d edits", len(list), list[0].Edits)
	}
	n.Heal()
	// A lost session, with everything at once.
	n.Forget()
	n.Drop()
	n.edit(discordtest.General, live[66], "Edited without a session.")
	n.remove(discordtest.General, live[70])
	var last string
	for i := range 130 {
		last = n.say(discordtest.General, fmt.Sprintf("Said without a session %d.", i))
	}
	n.waitShown(discordtest.General, last, "Said without a session 129.")
	gone := n.say(discordtest.General, "Soon deleted.")
	n.edit(discordtest.General, live[73], "Edited live.")
	n.remove(discordtest.General, gone)
	last = n.say(discordtest.General, "The last word.")
	n.waitShown(discordtest.General, last, "The last word.")
	n.end()
	n.check()
}

// What one server's channel brings is seen in no other, by no command.
func TestChannelSourceStaysInItsServer(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	id := n.say(discordtest.General, "Convoy seen near Hajin, heading for Baghuz.")
	hook := n.Webhook(discordtest.General, "Wire", "", []map[string]any{{"type": "rich", "title": "Badia", "description": "Raid in the Badia desert."}})
	n.start()
	n.waitShown(discordtest.General, id, "Convoy seen")
	n.waitShown(discordtest.General, hook, "Raid in the Badia")
	waitFor(t, patience, func() bool { // the index follows the log
		text := n.ask(discordtest.Desk, discordtest.MemberID, "!status badia")
		return strings.Contains(text, "Badia desert") && strings.Contains(text, "feed (Wire)")
	})
	dm := n.DM(discordtest.MemberID)
	for i, line := range []string{"!status badia", "!status hajin", "!search convoy", "!search source:feed raid", "!brief 7d", "!sources", "!sources feed",
		"!show " + string(idOf(discordtest.General, id)), "!show " + string(idOf(discordtest.General, hook))} {
		answers := []string{n.ask(discordtest.General2, discordtest.Member2ID, line)}
		if i%4 == 0 {
			answers = append(answers, n.ask(dm, discordtest.MemberID, line))
		}
		for _, text := range answers {
			if strings.Contains(text, "Convoy seen") || strings.Contains(text, "Raid in") || strings.Contains(text, "feed (") || strings.Contains(text, `"feed"`) {
				t.Errorf("%s elsewhere: %s", line, text)
			}
		}
	}
	n.end()
	n.open(func(s *store.Store) {
		kv, err := s.KV(t.Context(), store.BucketSources)
		if err != nil {
			t.Fatal(err)
		}
		src, err := ingest.NewBook(kv).Get(t.Context(), discordtest.GuildID, "feed")
		if err != nil || src.Filed != 2 || src.History[discordtest.General] != ingest.HistoryDone {
			t.Errorf("%+v, %v", src, err)
		}
	})
}

// A manager adds a channel by a command, sees its history being read, pauses and
// removes it.
func TestChannelSourceByCommand(t *testing.T) {
	t.Parallel()
	srv, out := live(t, discordtest.Options{})
	ask := func(user, line, want string) string {
		t.Helper()
		text := answerTo(t, srv, discordtest.Desk, user, line, out)
		if !strings.Contains(text, want) {
			t.Fatalf("%s: %s, want %q\n%s", line, text, want, out)
		}
		return text
	}
	shown := func(id, want string) {
		t.Helper()
		line := "!show " + string(idOf(discordtest.General, id))
		waitFor(t, patience, func() bool { return strings.Contains(ask(discordtest.MemberID, line, ""), want) })
	}
	day := time.Date(2024, 5, 3, 0, 0, 0, 0, time.UTC)
	old := srv.Fill(discordtest.General, discordtest.MemberID, 1200, func(i int) string { return fmt.Sprintf("Old post %d.", i) }, day, day.AddDate(0, 3, 0))
	add := "!source add <#" + discordtest.General + "> name:feed"
	ask(discordtest.MemberID, add, "anage")
	ask(discordtest.OwnerID, add, "added")
	waitFor(t, patience, func() bool {
		for _, m := range srv.Replies(discordtest.Desk) {
			if text := mustJSON(t, m.Embeds); strings.Contains(text, "The history of feed has been read") && strings.Contains(text, "1,200 dispatches filed") {
				return m.Edits > 0
			}
		}
		return false
	})
	shown(old[0], "Old post 0.")
	for i := range 5000 {
		old = append(old, srv.Say(discordtest.General, discordtest.MemberID, fmt.Sprintf("Burst %d.", i)))
	}
	last := old[len(old)-1]
	shown(last, "Burst 4999.")
	waitFor(t, patience, func() bool { return strings.Contains(ask(discordtest.MemberID, "!source list", "feed"), "6,200 filed") })
	srv.Delete(discordtest.General, last)
	shown(last, "etracted")

	ask(discordtest.OwnerID, "!source pause feed", "paused")
	paused := srv.Say(discordtest.General, discordtest.MemberID, "Said while it was paused.")
	time.Sleep(time.Second)
	ask(discordtest.MemberID, "!show "+string(idOf(discordtest.General, paused)), "Not found")
	ask(discordtest.OwnerID, "!source resume feed", "resumed")
	shown(paused, "Said while it was paused.")
	ask(discordtest.OwnerID, "!source remove feed", "removed")
	after := srv.Say(discordtest.General, discordtest.MemberID, "Said after it was removed.")
	time.Sleep(time.Second)
	ask(discordtest.MemberID, "!show "+string(idOf(discordtest.General, after)), "Not found")
	shown(paused, "Said while it was paused.")
}

// A retraction changes what stands, and nothing else.
func TestFilerRetracts(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var log bytes.Buffer
	f := filer{s, slog.New(slog.NewTextHandler(&log, nil))}
	d := news.Dispatch{Body: "text", Source: "feed", Author: "Ana", Origin: news.Origin{Kind: news.OriginDiscord, Feed: "1/2", Item: "3"}}
	if got, err := f.File(t.Context(), []news.Dispatch{d, {Body: "no origin"}}); err != nil || got.New != 1 || got.Refused != 1 || !strings.Contains(log.String(), "no origin") {
		t.Errorf("%+v, %v: %s", got, err, &log)
	}
	id := d.Origin.ID()
	for range 2 {
		if err := f.Retract(t.Context(), id, "deleted in the channel"); err != nil {
			t.Error(err)
		}
	}
	h, err := s.History(t.Context(), id)
	if err != nil || len(h) != 2 || h[1].Kind != news.Withdrawn || h[1].Reason != "deleted in the channel" || h[1].Dispatch.Standing != news.Retracted || h[1].Dispatch.Author != "Ana" {
		t.Errorf("%+v, %v", h, err)
	}
	if got, err := f.File(t.Context(), []news.Dispatch{d}); err != nil || got.Known != 1 {
		t.Errorf("the same again: %+v, %v", got, err)
	}
	if rec, err := s.Get(t.Context(), id); err != nil || rec.Dispatch.Standing != news.Retracted {
		t.Errorf("the same again: %+v, %v", rec, err)
	}
	if err := f.Retract(t.Context(), news.Origin{Kind: "x"}.ID(), ""); err != nil {
		t.Errorf("one that was never filed: %v", err)
	}
	if _, err := s.Change(t.Context(), id, func(d news.Dispatch) (news.Event, error) {
		return news.Event{Kind: news.Forgotten, Dispatch: d}, nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := f.Retract(t.Context(), id, "x"); err != nil {
		t.Error(err)
	}
	if rec, err := s.Get(t.Context(), id); err != nil || rec.Kind != news.Forgotten {
		t.Errorf("a retraction brought it back: %+v, %v", rec, err)
	}
}
