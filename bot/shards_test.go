package bot

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"sitrep/bot/discordtest"
)

// most is how many of the moments lie in one window of that length, at most.
func most(moments []time.Time, window time.Duration) (n int) {
	for i := range moments {
		in := 0
		for _, at := range moments[i:] {
			if at.Sub(moments[i]) <= window {
				in++
			}
		}
		n = max(n, in)
	}
	return n
}

// TestBudget: whatever ends the sessions, there are at most ten IDENTIFYs in any
// hour, and short trouble is over within seconds.
func TestBudget(t *testing.T) {
	t.Parallel()
	for name, held := range map[string]func() time.Duration{
		"refused at once": func() time.Duration { return 0 },
		"a minute":        func() time.Duration { return time.Minute },
		"any time":        func() time.Duration { return rand.N(15 * time.Minute) },
		"five minutes":    func() time.Duration { return 5 * time.Minute },
		"half an hour":    func() time.Duration { return 30 * time.Minute },
	} {
		g := &budget{pace: basePace}
		now := time.Now()
		var sent []time.Time
		longest := time.Duration(0)
		for len(sent) < 200 {
			at := g.due(now)
			longest = max(longest, at.Sub(now))
			g.note(at)
			sent = append(sent, at)
			now = at.Add(held())
		}
		if n := most(sent, time.Hour); n > identifyBudget {
			t.Errorf("%s: %d identifies within an hour", name, n)
		}
		if longest > 55*time.Minute || name == "half an hour" && longest > 0 {
			t.Errorf("%s: the longest pause is %v", name, longest)
		}
		if d := sent[4].Sub(sent[0]); name == "refused at once" && d > 90*time.Second {
			t.Errorf("the fifth try came after %v", d)
		}
	}
}

// share is a channel in a guild of each shard.
func (r *room) share(count int) map[int]string {
	out := map[int]string{}
	for _, g := range r.Guilds() {
		out[shardOf(g, count)] = r.Channels(g)[0]
	}
	if len(out) != count {
		r.t.Fatalf("the guilds are on %d of %d shards", len(out), count)
	}
	return out
}

// tryShares asks in a guild of each shard, and directly.
func (r *room) tryShares(count int) {
	for _, channel := range r.share(count) {
		r.try(channel)
	}
	r.try(r.DM(discordtest.MemberID))
}

// allReady waits until all shards stand.
func (r *room) allReady(count int) {
	r.t.Helper()
	for {
		n, of := r.bot.standing()
		if n == count && of == count && len(r.Connected()) == count && r.bot.Ready() {
			return
		}
		if time.Sleep(10 * time.Millisecond); r.ctx.Err() != nil {
			r.t.Fatalf("%d of %d shards stand, connected: %v", n, of, r.Connected())
		}
	}
}

// TestShards: as many sessions as Discord recommends, started as fast as it allows;
// each guild's questions are answered once, and after a gap each channel is read
// back by its own shard alone.
func TestShards(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]discordtest.Options{
		"one at a time": {Shards: 3, Concurrency: 1},
		"two at a time": {Shards: 4, Concurrency: 2},
		"all at once":   {Shards: 4, Concurrency: 16},
	} {
		t.Run(name, func(t *testing.T) {
			o.Guilds = 20
			const pace = basePace / 20
			o.IdentifyWindow = identifyApart * pace
			r := prepare(t, o, nil)
			r.bot.pace = pace
			r.start()
			r.allReady(o.Shards)
			began := r.Identifies()
			if d, least := began[len(began)-1].Sub(began[0]), time.Duration((o.Shards-1)/o.Concurrency)*o.IdentifyWindow; d < least*9/10 {
				t.Errorf("%d shards, %d at a time, within %v", o.Shards, o.Concurrency, d)
			}
			r.tryShares(o.Shards)
			r.checkTrials()
			r.Drop()
			r.tryShares(o.Shards)
			r.checkTrials()
			r.allReady(o.Shards)
			if n := len(r.Identifies()); n != o.Shards {
				t.Errorf("%d identifies", n)
			}
			r.Forget()
			r.Drop()
			before := r.CallCounts()["GET /channels/{id}/messages"]
			r.tryShares(o.Shards)
			for _, q := range r.asked[len(r.asked)-o.Shards-1:] {
				for {
					n := 0
					for _, m := range r.Replies(q.channel) {
						if m.ReplyTo == q.id {
							n++
						}
					}
					if n == 1 {
						break
					}
					if time.Sleep(10 * time.Millisecond); n > 1 || r.ctx.Err() != nil {
						t.Fatalf("%d answers to %s in %s", n, q.line, q.channel)
					}
				}
			}
			r.allReady(o.Shards)
			r.checkTrials()
			if n := r.CallCounts()["GET /channels/{id}/messages"] - before; n > o.Shards+1 {
				t.Errorf("%d readings for %d channels", n, o.Shards+1)
			}
			if r.TooFast() != 0 {
				t.Errorf("%d identifies came too fast", r.TooFast())
			}
			for id := range o.Shards {
				if n := len(r.IdentifiesOf(id)); n != 2 {
					t.Errorf("shard %d: %d identifies", id, n)
				}
			}
			r.forgive = true
			for _, f := range r.Refusals() {
				if f.Code != 10007 { // who asks is no member of most guilds
					t.Errorf("refused: %s", f)
				}
			}
			for _, s := range r.bot.shards {
				if s.number() != 2 {
					t.Errorf("shard %d: generation %d", s.id, s.number())
				}
			}
		})
	}
}

// TestMoreShards: when Discord requires more shards, they are started; with a
// number that the operator fixed, it is for the operator.
func TestMoreShards(t *testing.T) {
	t.Parallel()
	t.Run("auto", func(t *testing.T) {
		r := quick(t, discordtest.Options{Guilds: 10}, nil)
		r.try(general)
		r.try(r.DM(discordtest.MemberID))
		r.checkTrials()
		r.CloseGateway(4011)
		r.try(general)
		r.try(r.DM(discordtest.MemberID))
		r.allReady(2)
		r.checkTrials()
		r.tryShares(2)
		r.checkTrials()
		if !strings.Contains(r.log.String(), "more shards are required") {
			t.Error("it is not told")
		}
		r.identified(3, 3)
	})
	t.Run("fixed", func(t *testing.T) {
		r := prepare(t, discordtest.Options{}, nil)
		r.bot.shardsWanted = 2
		done := make(chan error, 1)
		go func() { done <- r.bot.Run(r.ctx) }()
		r.allReady(2)
		began := time.Now()
		r.CloseGateway(4011)
		if err := <-done; err == nil || !strings.Contains(err.Error(), "--shards 2") || time.Since(began) > 5*time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

// TestSessionStarts: a program that starts again and again leaves the day's last
// session starts alone.
func TestSessionStarts(t *testing.T) {
	const reset = 12 * time.Second
	r := prepare(t, discordtest.Options{Remaining: startReserve + 1, ResetAfter: reset}, nil)
	began := time.Now()
	ctx, stop := context.WithCancel(r.ctx)
	done := make(chan error, 1)
	go func() { done <- r.bot.Run(ctx) }()
	if err := r.WaitConnected(r.ctx); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	first := len(r.Identifies())
	other, err := New(Options{Token: r.Token(), APIURL: r.URL(), Asker: r.desk, Logger: r.bot.log})
	if err != nil {
		t.Fatal(err)
	}
	other.pace = r.bot.pace
	r.bot = other
	r.start()
	at := r.Identifies()
	if len(at) != first+1 || at[first].Sub(began) < reset*9/10 {
		t.Errorf("%d identifies, the last after %v", len(at), at[len(at)-1].Sub(began))
	}
	if !strings.Contains(r.log.String(), "too few session starts are left") {
		t.Error("it is not told")
	}
}

// TestNoGatewayBot: a server that does not say how many shards there should be has
// one; an answer that fails is asked for again.
func TestNoGatewayBot(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]discordtest.Fault{
		"404":     {Status: 404, Times: -1},
		"500":     {Status: 500, Times: 10},
		"no JSON": {Status: 200, Body: "<html>", Times: 2},
		"nothing": {Status: 200, Body: "{}", Times: -1},
	} {
		t.Run(name, func(t *testing.T) {
			r := prepare(t, discordtest.Options{Shards: 1}, nil)
			r.bot.pace = basePace / 200
			f.Path = "/gateway/bot"
			r.Fail(f)
			r.start()
			r.try(general)
			r.checkTrials()
			r.identified(1, 1)
		})
	}
}

func TestParseShards(t *testing.T) {
	for text, want := range map[string]int{"auto": 0, "1": 1, "16": 16, "1000": 1000} {
		if n, err := ParseShards(text); err != nil || n != want {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "0", "-1", "1001", "many", "1.5", "Auto", " 2"} {
		if _, err := ParseShards(text); err == nil || !strings.Contains(err.Error(), "give auto") {
			t.Errorf("%q was taken: %v", text, err)
		}
	}
	if _, err := New(Options{Token: "x", Asker: &desk{}, Shards: -1}); err == nil {
		t.Error("-1 shards were taken")
	}
}
