package main

import (
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// A channel is told what is new since it last asked; another channel, the past and the
// terminal are not.
func TestSinceLastAsked(t *testing.T) {
	a, now := samplesHouse(t)
	ask := func(channel, line string, at time.Time) string {
		t.Helper()
		r := a.engine.Do(t.Context(), commands.Request{Line: line, Door: "discord", Guild: "7", Channel: channel, Scopes: a.p.scopes(), Now: at})
		if r.Error != nil {
			t.Fatal(r.Error)
		}
		for _, f := range r.Fields {
			if len(f.Name) > 10 && f.Name[:10] == "Since last" {
				return f.Name + ": " + f.Value
			}
		}
		return ""
	}
	file := func(id, body string, at time.Time) {
		t.Helper()
		d := news.Dispatch{Body: body, Source: "A", Published: at, Filed: at, Scope: news.ScopeEveryone, Origin: news.Origin{Kind: news.OriginRecord, Feed: "f", Item: id}}
		d.ID = d.Origin.ID()
		if _, err := a.store.File(t.Context(), []news.Dispatch{d}); err != nil {
			t.Fatal(err)
		}
		if err := a.current(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := func(got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	}
	want(ask("1", "status sukhnah", now), "")
	want(ask("1", "status sukhnah", now.Add(time.Hour)), "Since last asked here, 23 Nov 2026, 09:30 UTC: nothing new")
	file("n1", "A convoy was attacked near al-Sukhnah at dawn.", now.Add(90*time.Minute))
	want(ask("1", "status sukhnah", now.Add(2*time.Hour)), "Since last asked here, 23 Nov 2026, 10:30 UTC: 1 new report")
	want(ask("1", "status sukhnah", now.Add(3*time.Hour)), "Since last asked here, 23 Nov 2026, 11:30 UTC: nothing new")
	want(ask("1", "status hajin", now.Add(3*time.Hour)), "")
	want(ask("2", "status sukhnah", now.Add(3*time.Hour)), "")
	want(ask("1", "status sukhnah until:2018-12-31", now.Add(3*time.Hour)), "")
	want(ask("1", "status sukhnah since:7d", now.Add(3*time.Hour)), "")
}

// A scheduled briefing does not tell what the last one in its channel told, once that was
// posted, but for what more sources tell of now. Who asks is told all.
func TestBriefingTellsOnce(t *testing.T) {
	a, now := samplesHouse(t)
	file := func(id, source, title, body string, at time.Time) {
		t.Helper()
		d := news.Dispatch{Title: title, Body: body, Source: source, Lang: "en", Published: at, Filed: at, Scope: news.ScopeEveryone, Origin: news.Origin{Kind: news.OriginRecord, Feed: source, Item: id}}
		d.ID = d.Origin.ID()
		if _, err := a.store.File(t.Context(), []news.Dispatch{d}); err != nil {
			t.Fatal(err)
		}
		if err := a.current(t.Context()); err != nil {
			t.Fatal(err)
		}
		last, err := a.store.LastSeq(t.Context())
		if err == nil {
			err = a.stories.Wait(t.Context(), last)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	brief := func(at time.Time, scheduled bool) commands.Reply {
		t.Helper()
		r := a.engine.Do(t.Context(), commands.Request{Line: "brief 24h", Door: "schedule", Guild: "7", Channel: "1", Scopes: a.p.scopes(), Now: at, Scheduled: scheduled})
		if r.Error != nil {
			t.Fatal(r.Error)
		}
		return r
	}
	quoted := func(r commands.Reply) (out string) {
		for _, it := range r.Items {
			if it.Quote && !it.Cites[0].Published.IsZero() {
				out += "|" + it.Text[:min(len(it.Text), 24)]
				if it.More != "" {
					out += " (" + it.More + ")"
				}
			}
		}
		return out + "|" + r.Note
	}
	want := func(name string, r commands.Reply, want string) {
		t.Helper()
		if got := quoted(r); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
	file("1", "Radio", "Bridge at Mayadin destroyed", "An air strike destroyed the bridge at Mayadin on Sunday and killed 4 people, the governor said.", now.Add(-2*time.Hour))
	first := brief(now, true)
	want("first", first, "|An air strike destroyed |")
	want("again, as it was not posted", brief(now, true), "|An air strike destroyed |")
	first.Posted(t.Context())
	file("2", "Post", "Market opens in Hajin", "The weekly market opened again in Hajin for the first time since spring, traders said.", now.Add(time.Hour))
	second := brief(now.Add(2*time.Hour), true)
	want("second", second, "|The weekly market opened|1 story of an earlier briefing has nothing new.")
	second.Posted(t.Context())
	want("asked", brief(now.Add(2*time.Hour), false), "|The weekly market opened|An air strike destroyed |")
	file("3", "Wire", "Strike on Mayadin bridge", "An air strike on the bridge at Mayadin killed 4 people on Sunday, a hospital and the governor said.", now.Add(150*time.Minute))
	third := brief(now.Add(3*time.Hour), true)
	if got := quoted(third); !strings.Contains(got, "Update: 2 sources tell of it now.") || strings.Contains(got, "weekly market") {
		t.Errorf("third: %s", got)
	}
}
