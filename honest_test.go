package main

import (
	"os"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// house opens a state of its own with these dispatches filed and searchable.
func house(t *testing.T, zone string, ds ...news.Dispatch) *app {
	t.Helper()
	p := &program{Settings: Settings{State: t.TempDir(), Zone: zone, Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := a.store.File(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func told(id, source, published, body string) news.Dispatch {
	d := news.Dispatch{Body: body, Source: source, Lang: "en", Origin: news.Origin{Kind: news.OriginRecord, Feed: "t", Item: id}}
	if published != "" {
		d.Published, _ = time.Parse(time.RFC3339, published)
	}
	return d
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func (a *app) at(t *testing.T, now time.Time, line string) commands.Reply {
	t.Helper()
	r := a.request(line)
	r.Now = now
	return a.engine.Do(t.Context(), r)
}

func says(t *testing.T, r commands.Reply, wants ...string) {
	t.Helper()
	text := r.Title + "\n" + r.Note
	for _, it := range r.Items {
		text += "\n" + it.Text
	}
	for _, f := range r.Fields {
		text += "\n" + f.Name + ": " + f.Value
	}
	for _, act := range r.Actions {
		text += "\n[" + act.Label + "] " + act.Line
	}
	if r.Error != nil {
		text += "\nerror: " + r.Error.Message
	}
	for _, w := range wants {
		if not, ok := strings.CutPrefix(w, "!"); ok == strings.Contains(text, strings.TrimPrefix(w, "!")) {
			t.Errorf("want %q (not: %t) in:\n%s", not, ok, text)
		}
	}
}

// A briefing over undated dispatches that tell of the same quotes them once.
func TestBriefUndated(t *testing.T) {
	a := house(t, "UTC",
		told("1", "A", "", "A convoy of aid reached the Rukban camp in the desert near Tanf."),
		told("2", "B", "", "A convoy of aid reached the Rukban camp in the desert near Tanf today."))
	r := a.at(t, time.Now(), "brief")
	says(t, r, "No dated report in the last 24 hours", "without a date", "2 reports", "A convoy of aid reached", "!error")
	r = a.engine.Do(t.Context(), commands.Request{Line: "brief", Scheduled: true})
	says(t, r, "No dated report", "!error")
}

// However many undated dispatches are filed today, the dated ones are told.
func TestBriefArchive(t *testing.T) {
	ds := []news.Dispatch{told("d", "A", time.Now().Add(-2*time.Hour).UTC().Format(time.RFC3339), "Fighters left Hajin for the desert.")}
	for i := range 260 {
		ds = append(ds, told("u"+string(rune('a'+i%26))+string(rune('a'+i/26)), "Archive", "", "An old paper on the bridges of Raqqa."))
	}
	a := house(t, "UTC", ds...)
	says(t, a.at(t, time.Now(), "brief"), "1 report by 1 source", "Fighters left Hajin", "260 reports")
	if r := a.at(t, time.Now(), "search hajin raqqa sort:new"); len(r.Items) == 0 || !strings.Contains(r.Items[0].Text, "Hajin") {
		t.Errorf("an undated dispatch passes for the newest: %+v", r.Items)
	}
}

// Silence in the time asked for is told apart from silence altogether.
func TestSilence(t *testing.T) {
	a := house(t, "UTC", told("1", "A", "2026-11-10T08:00:00Z", "Fighters left Hajin."), told("2", "A", "", "Hajin has a bridge."))
	says(t, a.at(t, noon, "status hajin since:2d"), "No dated report in this time. The last was on 10 Nov 2026", "1 report is undated", "!nothing that is filed here names it")
	says(t, a.at(t, noon, "status hajin until:2026-10-01"), "The first is of 10 Nov 2026")
	says(t, a.at(t, noon, "status hajin"), "No dated report in the 7 days", "the last was on 10 Nov 2026, 13 days before", "1 report is undated")
	says(t, a.at(t, noon, "status mayadin"), "nothing that is filed here names it")
	says(t, a.at(t, noon, "status hajin until:2027-01-01"), "lies in the future")
	says(t, a.at(t, noon, "status hajin until:today"), "!error", "!As it stood on 23")
}

// What is dated later than now is said, and counts nowhere.
func TestFuture(t *testing.T) {
	a := house(t, "UTC", told("1", "A", "2026-11-22T08:00:00Z", "Fighters left Hajin."), told("2", "A", "2031-01-01T00:00:00Z", "Hajin will have a new bridge."))
	r := a.at(t, noon, "status hajin")
	says(t, r, "1 report is dated later than now", "Reports, 7 days: 1 by 1 source")
	if !r.AsOf.Equal(time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("as of %s", r.AsOf)
	}
	says(t, a.at(t, noon, "brief 3d"), "1 report by 1 source in the last 3 days", "!new bridge", "dated later than now")
}

// Days begin in the zone of the settings, and are told in it.
func TestZone(t *testing.T) {
	a := house(t, "Asia/Damascus", told("1", "A", "2026-11-10T22:30:00Z", "Fighters left Hajin.")) // the 11th, 01:30, in Damascus
	says(t, a.at(t, noon, "status hajin until:2026-11-11"), "As it stood on 11 Nov 2026", "Fighters left")
	says(t, a.at(t, noon, "status hajin until:2026-11-10"), "No report in this time")
	says(t, a.at(t, noon, "status hajin since:2026-11-11"), "Since 11 Nov 2026", "Fighters left")
	r := a.at(t, noon, "status hajin")
	for _, act := range r.Actions {
		if strings.HasPrefix(act.Label, "As it stood") {
			says(t, a.at(t, noon, act.Line), "Fighters left")
			return
		}
	}
	t.Errorf("no button goes back: %+v", r.Actions)
}

// A button leads to the very thing that it names, and counts what its label says.
func TestButtons(t *testing.T) {
	a := house(t, "UTC", told("1", "A", "2026-11-22T08:00:00Z", "A market opened in Raqqa."), told("2", "B", "2026-11-22T08:00:00Z", "Water came back to Tabqa, in Raqqa governorate."))
	r := a.at(t, noon, "status raqqa")
	says(t, r, "Governorate", "2 by 2 sources")
	city := false
	for _, act := range r.Actions {
		if strings.Contains(act.Label, "(city)") {
			city = true
			says(t, a.at(t, noon, act.Line), "In all: 1 by 1 source")
		}
		if strings.HasPrefix(act.Label, "All 2") {
			says(t, a.at(t, noon, act.Line), "1 to 2 of 2 dispatches")
		}
	}
	if !city {
		t.Errorf("the city is not offered: %+v", r.Actions)
	}
	says(t, a.at(t, noon, `status "raqqa and tabqa"`), "Water came back")
	says(t, a.at(t, noon, "search place:RAQQA"), "1 to 2 of 2")
	says(t, a.at(t, noon, "search market place:الرقة"), "1 to 1 of 1")
}

// Retracted and disputed dispatches stay visible and say so; forgotten ones do not.
func TestStandings(t *testing.T) {
	a := house(t, "UTC", told("1", "A", "2026-11-22T08:00:00Z", "Fighters left Hajin."), told("2", "B", "2026-11-21T08:00:00Z", "A patrol crossed Hajin at night."))
	id := told("1", "", "", "").Origin.ID()
	set := func(kind news.EventKind, standing news.Standing) {
		t.Helper()
		seq, err := a.store.Change(t.Context(), id, func(d news.Dispatch) (news.Event, error) {
			d.Standing = standing
			return news.Event{Kind: kind, At: noon, By: "desk", Reason: "checked", Dispatch: d}, nil
		})
		if err == nil {
			err = a.index.Wait(t.Context(), seq)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range []news.Standing{news.Disputed, news.Retracted} {
		set(news.Marked, s)
		for _, line := range []string{"status hajin", "search hajin", "brief 7d", "show " + string(id)} {
			found := false
			for _, it := range a.at(t, noon, line).Items {
				found = found || it.Quote && it.Standing == s && it.Cites[0].ID == id
			}
			if !found {
				t.Errorf("%s does not show that it is %s", line, s)
			}
		}
	}
	set(news.Forgotten, news.Retracted)
	for _, line := range []string{"status hajin", "search hajin", "brief 7d"} {
		says(t, a.at(t, noon, line), "!Fighters left")
	}
	says(t, a.at(t, noon, "show "+string(id)), "There is no dispatch")
}

// What one guild filed is never shown in another, or to everyone.
func TestScopes(t *testing.T) {
	d := told("1", "Desk", "2026-11-22T08:00:00Z", "Fighters left Hajin.")
	d.Scope = news.GuildScope("1")
	a := house(t, "UTC", d, told("2", "B", "2026-11-22T08:00:00Z", "A patrol crossed Hajin."))
	for _, line := range []string{"status hajin", "search hajin", "search hajin source:Desk", "brief 7d", "sources", "sources desk", "about", "show " + string(d.Origin.ID()), "search id:" + string(d.Origin.ID())} {
		for _, guild := range []string{"", "2"} {
			r := a.engine.Do(t.Context(), commands.Request{Line: line, Now: noon, Scopes: guildScopes(guild)})
			says(t, r, "!Fighters left", "!Desk: ", "!Desk 1", "!2 by")
		}
	}
	says(t, a.engine.Do(t.Context(), commands.Request{Line: "status hajin", Now: noon, Scopes: guildScopes("1")}), "Fighters left", "2 by 2 sources")
}
