package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/bot/discordtest"
)

// TestFloodBuckets: the rates, the notices and the end of a flood, on a clock of
// our own.
func TestFloodBuckets(t *testing.T) {
	f := newFloods()
	start := time.Now().Add(-2 * time.Hour) // buckets do not run ahead of the clock
	ask := func(user, channel string, after time.Duration) verdict {
		return f.question(user, "guild", channel, start.Add(after))
	}
	for n := range userBurst {
		if v := ask("a", "x", 0); !v.ok {
			t.Fatalf("question %d: %+v", n, v)
		}
	}
	if v := ask("a", "x", 0); v.ok || !v.notice || v.wait != userEvery {
		t.Errorf("one too many: %+v", v)
	}
	if v := ask("a", "y", time.Second); v.ok || v.notice || v.wait != userEvery/2 {
		t.Errorf("two too many: %+v", v)
	}
	if v := ask("b", "x", time.Second); !v.ok {
		t.Errorf("somebody else: %+v", v)
	}
	if v := ask("a", "x", userEvery); !v.ok {
		t.Errorf("after the pause: %+v", v)
	}
	if v := ask("a", "x", userEvery); v.ok || v.notice {
		t.Errorf("the same flood: %+v", v)
	}
	if v := ask("a", "x", 0); v.ok || v.notice {
		t.Errorf("time ran backwards: %+v", v)
	}
	// A flood that goes on is told of again after a minute, one that has ended at once.
	for s := 2; s < 58; s++ {
		ask("a", "x", time.Duration(s)*time.Second)
		if v := ask("a", "x", time.Duration(s)*time.Second); v.notice {
			t.Errorf("a notice after %d s", s)
		}
	}
	v := ask("a", "x", floodOver)
	for v.ok {
		v = ask("a", "x", floodOver)
	}
	if !v.notice {
		t.Errorf("after a minute: %+v", v)
	}
	quiet := floodOver + (userBurst+1)*userEvery
	for range userBurst {
		if v := ask("a", "x", quiet); !v.ok {
			t.Errorf("after a pause: %+v", v)
		}
	}
	if v := ask("a", "x", quiet); !v.notice {
		t.Errorf("another flood: %+v", v)
	}
}

// TestFloodGuild: many people together are held back too, each channel hears of it
// once, and nobody's own bucket pays for that; other guilds and direct messages
// have nothing to do with it.
func TestFloodGuild(t *testing.T) {
	f := newFloods()
	at := time.Now().Add(-time.Hour)
	for n := range guildBurst {
		if v := f.question(fmt.Sprint(n), "guild", "x", at); !v.ok {
			t.Fatalf("question %d: %+v", n, v)
		}
	}
	for channel, n := range map[string]int{"x": 3, "y": 2} {
		for k := range n {
			v := f.question("late", "guild", channel, at)
			if v.ok || v.notice != (k == 0) || v.wait != guildEvery {
				t.Errorf("%s %d: %+v", channel, k, v)
			}
		}
	}
	for range userBurst {
		if v := f.question("late", "", "dm", at); !v.ok {
			t.Errorf("direct: %+v", v)
		}
	}
	if v := f.question("other", "other guild", "z", at); !v.ok {
		t.Errorf("another guild: %+v", v)
	}
	// One person takes no more of the guild's than the person's own.
	f = newFloods()
	for range 1000 {
		f.question("flooder", "guild", "x", at)
	}
	if left := f.by["guild guild"].left; left != guildBurst-userBurst {
		t.Errorf("%v left for the guild", left)
	}
}

// TestFloodMemory: buckets of people who have stopped asking are forgotten.
func TestFloodMemory(t *testing.T) {
	f := newFloods()
	at := time.Now().Add(-24 * time.Hour)
	for n := range 100_000 {
		f.question(fmt.Sprint("user ", n), fmt.Sprint("guild ", n%500), "x", at.Add(time.Duration(n)*50*time.Millisecond))
	}
	if len(f.by) > 2*sweepAt {
		t.Errorf("%d buckets", len(f.by))
	}
	// A message from the future does not give anybody questions without end.
	future := time.Now().Add(1000 * time.Hour)
	for range 100 {
		f.question("prophet", "", "x", future)
	}
	if v := f.question("prophet", "", "x", future); v.ok {
		t.Errorf("%+v", v)
	}
}

// floodRoom has the real rates.
func floodRoom(t *testing.T) *room {
	r := prepare(t, discordtest.Options{}, nil)
	r.bot.floods = newFloods()
	r.start()
	return r
}

func isNotice(m discordtest.Message) bool {
	return len(m.Embeds) == 1 && strings.Contains(m.Embeds[0].Description, "faster than I can answer")
}

// TestFlood: a flooder gets some answers and one notice, as a reply; others are
// answered as ever.
func TestFlood(t *testing.T) {
	r := floodRoom(t)
	at := time.Now().Add(-2 * userEvery) // all at one moment, however long it takes to say
	for _, id := range r.Fill(general, discordtest.MemberID, 50, func(n int) string { return fmt.Sprintf("!status flood-%d", n) }, at, at) {
		r.Repeat(general, id)
	}
	r.Say(general, discordtest.ManagerID, "!status calm")
	got := r.replies(general, userBurst+2)
	notices, calm := 0, false
	for _, m := range got {
		if isNotice(m) {
			notices++
			if m.ReplyTo == "" || m.Nonce == "" || !strings.Contains(m.Embeds[0].Description, "in 2 seconds") {
				t.Errorf("%+v", m)
			}
		}
		calm = calm || m.Embeds[0].Description == "status calm"
	}
	if notices != 1 || !calm {
		t.Errorf("%d notices, the other's answer: %v: %+v", notices, calm, got)
	}
	r.Say(general, discordtest.MemberID, "!status after the pause")
	if got := r.replies(general, userBurst+3); got[userBurst+2].Embeds[0].Description != "status after the pause" {
		t.Errorf("%+v", got[userBurst+2])
	}
}

// TestFloodSlash: what a slash command over the limit is told, only its asker sees,
// in the language of their client; after some it is left unanswered. The limit is
// one for all ways of asking.
func TestFloodSlash(t *testing.T) {
	r := floodRoom(t)
	r.bot.floods.user.every = time.Minute // the test may take seconds
	r.UserLocale(discordtest.MemberID, "ar")
	for n := range userBurst {
		r.Say(general, discordtest.MemberID, fmt.Sprintf("!status %d", n))
	}
	r.replies(general, userBurst)
	var over []*discordtest.Interaction
	for n := range refusalBurst + 1 {
		i, err := r.Slash(general, discordtest.MemberID, "status", map[string]any{"topic": fmt.Sprint(n)})
		if err != nil {
			t.Fatal(err)
		}
		over = append(over, i)
	}
	for _, i := range over[:refusalBurst] {
		m, err := r.Answer(r.ctx, i)
		if err != nil {
			t.Fatal(err)
		}
		if !m.Ephemeral || !strings.Contains(m.Embeds[0].Description, "أسرع") {
			t.Errorf("%+v", m)
		}
	}
	// Autocompletion goes on.
	if _, err := r.Autocomplete(r.ctx, general, discordtest.MemberID, "status", map[string]any{"topic": "ba"}, "topic"); err != nil {
		t.Error(err)
	}
	r.Say(general, discordtest.ManagerID, "!status calm")
	for n := 0; n < 100 && len(r.Replies(general)) < userBurst+refusalBurst+1; n++ {
		time.Sleep(20 * time.Millisecond)
	}
	for _, m := range r.Replies(general) {
		if m.Interaction == over[refusalBurst].ID {
			t.Errorf("one too many was answered: %+v", m)
		}
		if isNotice(m) {
			t.Errorf("a notice for everyone: %+v", m)
		}
	}
}

// TestFloodReplay: what was asked over a minute and comes at once after a gap was
// no flood.
func TestFloodReplay(t *testing.T) {
	r := floodRoom(t)
	r.try(general)
	r.checkTrials()
	r.Drop()
	n := len(r.asked)
	now := time.Now()
	for _, id := range r.Fill(general, discordtest.OwnerID, 20, func(i int) string { return fmt.Sprintf("!status old-%d", i) }, now.Add(-time.Minute), now.Add(-2*time.Second)) {
		r.Repeat(general, id) // the gateway keeps it for the RESUME
	}
	r.replies(general, n+20)
	for _, m := range r.Replies(general) {
		if isNotice(m) {
			t.Errorf("%+v", m)
		}
	}
}

// TestFloodReadBack: what was asked over a minute in two channels, and is read back one
// channel after the other, was no flood either.
func TestFloodReadBack(t *testing.T) {
	r := floodRoom(t)
	const each = 12
	now := time.Now()
	r.away(now.Add(-2*time.Minute), func() {
		for n, channel := range []string{general, discordtest.Desk} {
			from := now.Add(time.Duration(n)*time.Millisecond - time.Minute)
			r.Fill(channel, discordtest.OwnerID, each, func(i int) string { return fmt.Sprintf("!status old-%d", i) }, from, from.Add(58*time.Second))
		}
	})
	for _, channel := range []string{general, discordtest.Desk} {
		for n, m := range r.replies(channel, each) {
			if m.Embeds[0].Description != fmt.Sprintf("status old-%d", n) {
				t.Errorf("%s: %+v", channel, m)
			}
		}
	}
	// Who was too fast there is told so all the same.
	now = time.Now()
	r.away(now.Add(-2*time.Minute), func() {
		r.Fill(general, discordtest.MemberID, 2*userBurst, func(int) string { return "!status flood" }, now, now)
	})
	if got := r.replies(general, each+userBurst+1); !slices.ContainsFunc(got, isNotice) {
		t.Errorf("%+v", got)
	}
}

// TestDropped: a question that finds the queue full is not dropped in silence.
func TestDropped(t *testing.T) {
	release := make(chan struct{})
	r := prepare(t, discordtest.Options{}, slowUntil(release))
	r.start()
	for n := range maxOwned + 20 {
		r.Say(general, discordtest.MemberID, fmt.Sprintf("!status %d", n))
	}
	if got := r.replies(general, 1); !isNotice(got[0]) {
		t.Errorf("%+v", got)
	}
	close(release)
	r.replies(general, maxOwned+1)
}
