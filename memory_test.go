package main

import (
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
