package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/community"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/schedule"
)

// Two guilds, roles and channels of a test.
const (
	guild, other          = "100000000000000001", "100000000000000002"
	editors, reporters    = "200000000000000001", "200000000000000002"
	field, closed, silent = "300000000000000001", "300000000000000002", "300000000000000003"
	elsewhere, thread     = "300000000000000004", "300000000000000005"
)

// rooms are the channels that a door has.
type rooms struct {
	mu      sync.Mutex
	sourced []string
}

func (r *rooms) Channel(_ context.Context, id string) (commands.ChannelInfo, error) {
	for _, c := range []commands.ChannelInfo{
		{ID: field, Name: "field-reports", Guild: guild, CanRead: true, CanPost: true},
		{ID: closed, Name: "closed", Guild: guild},
		{ID: silent, Name: "silent", Guild: guild, CanRead: true},
		{ID: thread, Name: "a thread", Guild: guild, Parent: field, CanRead: true, CanPost: true},
		{ID: elsewhere, Name: "elsewhere", Guild: other, CanRead: true, CanPost: true},
	} {
		if c.ID == id {
			return c, nil
		}
	}
	return commands.ChannelInfo{}, &commands.Error{Code: commands.CodeNotFound, Message: "sitrep sees no channel " + id + "."}
}

// Sees: the thread is closed to all but the owner.
func (r *rooms) Sees(_ context.Context, id, user string, _ []string) bool {
	return id != thread || user == owner.user
}

func (r *rooms) Sourced(s ingest.Source, tell string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sourced = append(r.sourced, fmt.Sprintf("%s paused:%t tell:%s", s.Name, s.Paused, tell))
}

// person is who asks in a guild.
type person struct {
	door, guild, user string
	manager           bool
	roles             []string
}

var (
	owner    = person{"discord", guild, "1", true, nil}
	editor   = person{"discord", guild, "2", false, []string{editors}}
	reporter = person{"discord", guild, "3", false, []string{reporters}}
	member   = person{"discord", guild, "4", false, nil}
	stranger = person{"discord", other, "5", true, []string{editors}}
	private  = person{"discord", "", "1", true, []string{editors}}
	operator = person{"terminal", "", "operator", true, nil}
	robot    = person{"schedule", guild, "1", false, nil}
)

func (p person) request(line string) commands.Request {
	scopes := guildScopes(p.guild)
	return commands.Request{Line: line, Door: p.door, Guild: p.guild, Channel: field, User: p.user, Manager: p.manager, Roles: p.roles, Now: noon, Scopes: scopes, Scheduled: p.door == "schedule"}
}

func (a *app) as(t *testing.T, p person, line string) commands.Reply {
	t.Helper()
	return a.engine.Do(t.Context(), p.request(line))
}

// done fails the test where the reply is an error.
func done(t *testing.T, r commands.Reply) commands.Reply {
	t.Helper()
	if r.Error != nil {
		t.Fatalf("%s: %s", r.Title, r.Error.Message)
	}
	return r
}

func code(r commands.Reply) string {
	if r.Error == nil {
		return "ok"
	}
	return r.Error.Code
}

// Who may do what: managers by permission, managers by role, filers by role,
// members, managers of another server, and nobody in a direct message.
func TestPermissions(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	done(t, a.as(t, owner, "settings managers <@&"+editors+">"))
	done(t, a.as(t, owner, "settings filing <@&"+reporters+">"))
	who := []struct {
		name string
		person
	}{{"owner", owner}, {"editor", editor}, {"reporter", reporter}, {"member", member}, {"stranger", stranger}, {"private", private}, {"robot", robot}}
	for _, c := range []struct {
		line string
		may  string // ok by person, in the order above: y, n (forbidden), o (its own answer)
	}{
		{"settings show", "yyyyyny"},
		{"settings zone Asia/Beirut", "yynnynn"},
		{"settings log", "yynnynn"},
		{"settings reset zone", "yynnynn"},
		{"file Fighters left Hajin.", "yyynynn"},
		{"source list", "yyyyyny"},
		{"source pause nothing", "oonnonn"},
		{"schedule list", "yyyyyny"},
		{"schedule remove nothing", "oonnonn"},
		{"mark aaaaaaaaaaaaaaaa disputed x", "oonnonn"},
		{"retract aaaaaaaaaaaaaaaa x", "ooononn"},
		{"help", "yyyyyyy"},
	} {
		for i, p := range who {
			got := code(a.as(t, p.person, c.line))
			want := map[byte]string{'y': "ok", 'n': commands.CodeForbidden, 'o': commands.CodeNotFound}[c.may[i]]
			if got != want {
				t.Errorf("%s: %s gets %s, want %s", c.line, p.name, got, want)
			}
		}
	}
	// With the role gone the rights are gone; with everyone members file, schedules do not.
	done(t, a.as(t, editor, "settings managers none"))
	if got := code(a.as(t, editor, "settings zone UTC")); got != commands.CodeForbidden {
		t.Errorf("a former manager gets %s", got)
	}
	done(t, a.as(t, owner, "settings filing everyone"))
	done(t, a.as(t, member, "file A patrol crossed Hajin."))
	for _, p := range []person{robot, private} {
		if got := code(a.as(t, p, "file A patrol crossed Hajin again.")); got != commands.CodeForbidden {
			t.Errorf("%s files: %s", p.door, got)
		}
	}
	done(t, a.as(t, owner, "settings filing managers"))
	if got := code(a.as(t, member, "file A patrol crossed Hajin once more.")); got != commands.CodeForbidden {
		t.Errorf("a member files: %s", got)
	}
}

func TestSettingsCommand(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	for _, c := range []struct{ line, says string }{
		{"settings prefix abc", "letter"}, {"settings prefix 5", "digit"}, {"settings prefix ????? ?", "too much"}, {"settings prefix ??????", "1 to 5"},
		{"settings prefix /", "Discord"}, {"settings prefix @", "Discord"}, {"settings prefix `", "Discord"}, {"settings prefix **", "Discord"}, {"settings prefix ب", "letter"},
		{"settings prefix \u200b", "not seen"}, {"settings prefix !\u200d", "not seen"}, {`settings prefix "! !"`, "no spaces"},
		{"settings zone Local", "IANA"}, {"settings zone ../etc/passwd", "IANA"}, {"settings zone Asia/Nowhere", "IANA"},
		{"settings language tlh", "does not speak"},
		{"settings managers @Editors", "no role"}, {"settings managers <@123456789012345678>", "is a person"}, {"settings managers " + guild, "everyone on the server"},
		{"settings managers @everyone", "everyone on the server"}, {"settings managers 12", "no role"}, {"settings managers <@&" + editors + "> and", "no role"},
		{"settings channel #general", "no channel"}, {"settings channel <#" + closed + ">", "may not post"}, {"settings channel <#" + elsewhere + ">", "not in this server"}, {"settings channel <#999999999999999999>", "sees no channel"},
		{"settings filing nobody", "no role"}, {"settings reset colour", "it can be"}, {"settings log 99", "1 to 25"}, {"settings log x", "1 to 25"}, {"settings frobnicate", "no command"},
	} {
		r := a.as(t, owner, c.line)
		if r.Error == nil || !strings.Contains(r.Error.Message, c.says) {
			t.Errorf("%q: want %q: %+v %+v", c.line, c.says, r.Error, r.Note)
		}
	}
	if log, err := a.communities.Log(t.Context(), guild, 9); err != nil || len(log) != 0 {
		t.Fatalf("what was refused is in the log: %v, %v", log, err)
	}
	for _, c := range []struct{ line, says, after string }{
		{"settings prefix ?", "from", "prefix=?"}, {"settings prefix ?", "already", "prefix=?"},
		{"settings zone asia/damascus", "", ""}, // as the file system has it: either way no half setting
		{"settings language ar", "", "language=ar"}, {"settings language en", "", "language=en"},
		{"settings managers <@&" + editors + ">, <@&" + reporters + ">", "role", "managers=" + editors + " " + reporters},
		{"settings channel <#" + field + ">", "#field-reports", "channel=" + field},
		{"settings filing <@&" + reporters + "> " + editors, "roles", "filing=" + reporters + " " + editors},
		{"settings filing EVERYONE", "everyone", "filing=everyone"},
		{"settings reset prefix", "default", "prefix="},
		{"settings prefix !", "already", "prefix="}, // the default by name is the default
	} {
		r := a.as(t, owner, c.line)
		if name, v, ok := strings.Cut(c.after, "="); ok {
			if got := a.communities.Settings(guild).Value(name); r.Error != nil || got != v {
				t.Errorf("%s: %s is %q, want %q: %+v", c.line, name, got, v, r.Error)
			}
		}
	}
	if s := a.communities.Settings(other); s.Value("language") != "" {
		t.Error("another server's settings changed")
	}
	says(t, a.as(t, member, "settings"), "#field-reports", "everyone", "role", "![Who changed what]")
	r := done(t, a.as(t, owner, "settings reset all"))
	says(t, r, "#field-reports")
	for _, name := range community.Names() {
		if v := a.communities.Settings(guild).Value(name); v != "" {
			t.Errorf("%s is %q after the reset of all", name, v)
		}
	}
	log := done(t, a.as(t, owner, "settings log 25"))
	says(t, log, "settings managers: from "+editors+" "+reporters+" to the default", "by 1")
	if !log.Private {
		t.Error("the log is shown to everyone")
	}
	says(t, a.as(t, stranger, "settings log"), "Nothing has been changed")
	says(t, a.as(t, operator, "settings managers "+editors), "Discord servers")
}

// What was chosen holds for what is asked: prefix, zone, language.
func TestSettingsHold(t *testing.T) {
	d := told("1", "A", "2026-11-22T22:30:00Z", "Fighters left Hajin.")
	a := house(t, "UTC", d)
	done(t, a.as(t, owner, "settings prefix ?"))
	done(t, a.as(t, owner, "settings zone Asia/Damascus"))
	says(t, a.as(t, owner, "?help"), "?status", "!error")
	says(t, a.as(t, owner, "!help"), "?status", "!error") // a line that was saved before
	says(t, a.as(t, stranger, "?help"), "There is no command")
	if s := a.engine.Settings(guild); s.Prefix != "?" || s.Zone != "Asia/Damascus" {
		t.Errorf("settings %+v", s)
	}
	if s := a.engine.Settings(other); s.Prefix != "!" || s.Zone != "UTC" {
		t.Errorf("settings of another %+v", s)
	}
	// In Damascus it was the 23rd by then.
	says(t, a.as(t, owner, "search Hajin since:2026-11-23"), "Fighters left")
	says(t, a.as(t, stranger, "search Hajin since:2026-11-23"), "!Fighters left")
	if got := a.engine.Complete(t.Context(), owner.request("?stat"), 5); len(got) != 1 || got[0].Value != "?status " {
		t.Errorf("completion %+v", got)
	}
}

// A report is seen where it was filed, dated only as it was told, and filed once.
func TestFile(t *testing.T) {
	a := house(t, "UTC")
	file := func(p person, id, line string) commands.Reply {
		t.Helper()
		r := p.request(line)
		r.ID = id
		reply := a.engine.Do(t.Context(), r)
		if err := a.current(t.Context()); err != nil {
			t.Fatal(err)
		}
		return reply
	}
	text := "غادر المقاتلون مدينة هجين ليلاً، ودخلتها القوات في الصباح بلا قتال.\n\nSource: said so, \"quoted\" title:x"
	first := done(t, file(owner, "m1", "file "+text))
	says(t, first, "undated", "Hajin", "in this server only", "[Show]", "[Find related]", "[Retract]")
	id := first.Items[0].Cites[0].ID
	rec, err := a.store.Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	d := rec.Dispatch
	if d.Body != text || d.Scope != news.GuildScope(guild) || !d.Published.IsZero() || d.Source != "desk" || d.Lang != "ar" || !d.Filed.Equal(noon) || d.Origin.Kind != news.OriginDesk {
		t.Errorf("filed %+v", d)
	}
	for _, p := range []person{stranger, private, operator} {
		says(t, a.as(t, p, "search هجين"), "!غادر")
		says(t, a.as(t, p, "show "+string(id)), "There is no dispatch")
	}
	says(t, a.as(t, member, "search هجين"), "غادر")
	// The same delivery again, and again without its text's beginning in the way.
	if r := file(owner, "m1", "file text:"+text); r.Title != "Filed already" || r.Items[0].Cites[0].ID != id {
		t.Errorf("again: %+v", r)
	}
	if r := file(owner, "m2", "file "+text); r.Title != "Filed" || r.Items[0].Cites[0].ID == id {
		t.Errorf("another message: %+v", r)
	}
	r := done(t, file(owner, "m3", `file source:"Radio Fresh" url:<https://example.org/a> published:yesterday lang:en title:"A title" Fighters left Hajin.`))
	d2, _ := a.store.Get(t.Context(), r.Items[0].Cites[0].ID)
	if d := d2.Dispatch; d.Source != "Radio Fresh" || d.URL != "https://example.org/a" || d.Title != "A title" || d.Body != "Fighters left Hajin." || !d.Published.Equal(time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("filed %+v", d)
	}
	for _, c := range []struct{ line, says string }{
		{"file", "file what"}, {"file  \n ", "file what"}, {"file title:x", "file what"},
		{"file url:javascript:alert(1) x", "no http"}, {"file published:soon x", "no date"}, {"file published:2027-01-01 x", "future"}, {"file published:2018-13-01 x", "no date"},
		{"file lang:klingonish x", "no language"}, {`file title:"` + strings.Repeat("x", 300) + `" x`, "300 characters"},
	} {
		if r := file(owner, "", c.line); r.Error == nil || !strings.Contains(r.Error.Message, c.says) {
			t.Errorf("%q: want %q: %+v", c.line, c.says, r)
		}
	}
	entries, err := a.communities.Log(t.Context(), guild, 99)
	if err != nil || len(entries) != 3 || entries[2].What != community.WhatFile || entries[2].Name != string(id) || entries[2].By != "1" {
		t.Errorf("the log has %+v (%v)", entries, err)
	}
}

// A message of a menu is filed with its own origin; one that a source filed already
// stays that source's.
func TestFileMessage(t *testing.T) {
	a := house(t, "UTC")
	message := news.Dispatch{Body: "Fighters left Hajin.", Source: "field-reports", Published: noon.Add(-time.Hour), Scope: news.ScopeEveryone, Standing: news.Corroborated,
		Origin: news.Origin{Kind: news.OriginDiscord, Feed: guild + "/" + field, Item: "9"}}
	ask := func(line string, m news.Dispatch) commands.Reply {
		t.Helper()
		r := owner.request(line)
		r.Subject = &m
		return done(t, a.engine.Do(t.Context(), r))
	}
	if r := ask("file", message); r.Title != "Filed" {
		t.Errorf("%+v", r)
	}
	rec, err := a.store.Get(t.Context(), message.Origin.ID())
	if d := rec.Dispatch; err != nil || d.Scope != news.GuildScope(guild) || d.Standing != news.Reported || !d.Published.Equal(message.Published) || d.Source != "field-reports" || d.Lang != "" {
		t.Errorf("filed %+v, %v", d, err)
	}
	again := message
	again.Source = "someone"
	if r := ask("file", again); r.Title != "Filed already" {
		t.Errorf("%+v", r)
	}
	again.Body = "Fighters left Hajin, and came back."
	if r := ask("file", again); r.Title != "Revised" {
		t.Errorf("%+v", r)
	}
	r := owner.request("file")
	r.Subject = &news.Dispatch{Origin: message.Origin}
	says(t, a.engine.Do(t.Context(), r), "no text in this message")
	// It is related to others, not to itself.
	if _, err := a.store.File(t.Context(), []news.Dispatch{told("1", "A", "2026-11-20T08:00:00Z", "A patrol crossed Hajin at night.")}); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := ask("related", again); len(r.Items) != 1 || r.Items[0].Text != "A patrol crossed Hajin at night." {
		t.Errorf("related: %+v", r.Items)
	}
	r = owner.request("file")
	r.Subject, r.Door, r.Guild = &message, "discord", ""
	if got := a.engine.Do(t.Context(), r); code(got) != commands.CodeForbidden {
		t.Errorf("filed in a direct message: %+v", got)
	}
}

// A server's managers change what was filed there, and nothing that others see.
func TestMark(t *testing.T) {
	public := told("1", "A", "2026-11-22T08:00:00Z", "A patrol crossed Hajin.")
	theirs := told("2", "B", "2026-11-22T08:00:00Z", "Fighters left Hajin.")
	theirs.Scope = news.GuildScope(other)
	a := house(t, "UTC", public, theirs)
	done(t, a.as(t, owner, "settings filing <@&"+reporters+">"))
	mine := string(done(t, a.as(t, reporter, "file The bridge is closed.")).Items[0].Cites[0].ID)
	open := string(public.Origin.ID())
	for _, c := range []struct {
		who        person
		line, want string
	}{
		{owner, "mark " + open + " disputed x", commands.CodeForbidden},
		{owner, "retract " + open + " x", commands.CodeForbidden},
		{owner, "retract " + string(theirs.Origin.ID()) + " x", commands.CodeNotFound},
		{stranger, "mark " + mine + " disputed x", commands.CodeNotFound},
		{reporter, "mark " + mine + " disputed x", commands.CodeForbidden},
		{member, "retract " + mine + " x", commands.CodeForbidden},
		{owner, "mark " + mine + " disputed", commands.CodeUsage},
		{owner, "mark " + mine + " retracted x", commands.CodeUsage},
		{owner, "mark nothing disputed x", commands.CodeUsage},
		{owner, "mark " + mine + " disputed " + strings.Repeat("x", 600), commands.CodeUsage},
		{owner, "mark " + mine + " DISPUTED The mayor says: it is open.", "ok"},
		{reporter, "retract " + mine + " my mistake", "ok"},
		{reporter, "retract " + mine + " my mistake", "ok"}, // it is so already
		{operator, "mark " + open + " corroborated Seen by two.", "ok"},
		{operator, "retract " + mine + " x", commands.CodeNotFound}, // not in the operator's sight
	} {
		if got := a.as(t, c.who, c.line); code(got) != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.line, code(got), c.want, got.Error)
		}
	}
	hist, err := a.store.History(t.Context(), news.ID(mine))
	if err != nil || len(hist) != 3 {
		t.Fatalf("history %+v, %v", hist, err)
	}
	if h := hist[1]; h.Kind != news.Marked || h.By != "1" || h.Reason != "The mayor says: it is open." || h.Dispatch.Standing != news.Disputed {
		t.Errorf("marked %+v", h)
	}
	if h := hist[2]; h.Kind != news.Withdrawn || h.By != "3" || h.Dispatch.Standing != news.Retracted {
		t.Errorf("retracted %+v", h)
	}
	log, err := a.communities.Log(t.Context(), guild, 2)
	if err != nil || len(log) != 2 || log[0] != (community.Entry{At: noon, By: "3", What: "retract", Name: mine, Old: "disputed", New: "retracted", Reason: "my mistake"}) {
		t.Errorf("log %+v, %v", log, err)
	}
	if log, err := a.communities.Log(t.Context(), "", 2); err != nil || len(log) != 1 || log[0].Name != open {
		t.Errorf("the operator's log %+v, %v", log, err)
	}
	// Another may not retract what the reporter typed, and the menu does not offer it.
	again := done(t, a.as(t, reporter, "file Another bridge is closed."))
	says(t, again, "[Retract]")
	colleague := person{"discord", guild, "8", false, []string{reporters}}
	if got := code(a.as(t, colleague, "retract "+string(again.Items[0].Cites[0].ID)+" x")); got != commands.CodeForbidden {
		t.Errorf("a colleague retracts: %s", got)
	}
}

func TestRelated(t *testing.T) {
	secret := told("3", "C", "2026-11-21T08:00:00Z", "A convoy was stopped at Hajin by fighters.")
	secret.Scope = news.GuildScope(other)
	a := house(t, "UTC", told("1", "A", "2026-11-22T08:00:00Z", "A convoy of aid reached Hajin."), told("2", "B", "2026-11-21T08:00:00Z", "Trucks of the convoy waited outside of هجين."),
		told("4", "D", "2026-11-21T08:00:00Z", "Rain fell on Damascus."), told("5", "E", "2018-11-21T08:00:00Z", "Hajin was quiet."), secret)
	id := string(told("1", "", "", "").Origin.ID())
	says(t, a.as(t, owner, "related "+id), "Trucks of the convoy", "Hajin was quiet", "!Rain", "!stopped")
	says(t, a.as(t, owner, "related "+id+" since:7d"), "Trucks of the convoy", "!was quiet")
	says(t, a.as(t, owner, "related "+id+" until:2018-12-31"), "As it stood", "!Trucks")
	says(t, a.as(t, owner, "related Something happened at هجين"), "reached Hajin", "Trucks", "!Rain")
	says(t, a.as(t, stranger, "related "+id), "stopped at Hajin")
	says(t, a.as(t, owner, "related "+string(secret.Origin.ID())), "There is no dispatch")
	says(t, a.as(t, owner, "related misunderstanding"), "nothing in this text")
	if r := a.as(t, owner, "related "+id); r.Items[0].Cites[0].ID != told("2", "", "", "").Origin.ID() {
		t.Errorf("first is %+v", r.Items[0])
	}
}

func TestSourceCommand(t *testing.T) {
	a := house(t, "UTC")
	door := &rooms{}
	if got := a.as(t, owner, "source add <#"+field+">"); code(got) != commands.CodeUnavailable {
		t.Errorf("without Discord: %+v", got)
	}
	a.engine.Attach(door)
	for _, c := range []struct{ line, says string }{
		{"source add #field", "no channel"}, {"source add <#" + closed + ">", "cannot read"}, {"source add <#" + elsewhere + ">", "not in this server"},
		{"source add <#999999999999999999>", "sees no channel"}, {"source add <#" + field + `> name:"..."`, "letter or a digit"}, {"source show nothing", "There is no source nothing"},
		{"source add", "source add needs channel"},
	} {
		if r := a.as(t, owner, c.line); r.Error == nil || !strings.Contains(r.Error.Message, c.says) {
			t.Errorf("%q: want %q: %+v", c.line, c.says, r.Error)
		}
	}
	says(t, a.as(t, member, "source"), "None yet")
	says(t, done(t, a.as(t, owner, "source add <#"+field+`> name:"غرفة الأخبار"`)), "#field-reports", "history")
	says(t, a.as(t, owner, "source add here"), "read already, as غرفة الأخبار")
	says(t, a.as(t, owner, "source add <#"+thread+">"), "is a thread of a channel that is read already")
	done(t, a.as(t, owner, "source add channel:<#"+silent+">"))
	if _, err := a.sources.Update(t.Context(), guild, "silent", func(s *ingest.Source) error {
		s.Filed, s.Newest, s.History = 1204, noon.Add(-time.Hour), map[string]string{silent: ingest.HistoryDone, thread: "5"}
		s.Failure, s.FailingSince = "No permission.", noon
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	says(t, a.as(t, member, "source list"), "#silent, 1,204 filed, the newest of 23 Nov 2026", "1 of 2 channels", "It fails since 23 Nov 2026, 12:00 UTC: No permission.", "nothing filed yet", "not begun")
	says(t, a.as(t, stranger, "source list"), "None yet")
	done(t, a.as(t, owner, `source pause "غرفة الأخبار"`))
	says(t, a.as(t, owner, "source pause غرفة الأخبار"), "so already")
	says(t, a.as(t, member, "source show غرفة الأخبار"), "Paused", "![Resume]")
	says(t, a.as(t, owner, "source show غرفة الأخبار"), "[Resume] source resume غرفة الأخبار")
	done(t, a.as(t, owner, "source resume غرفة الأخبار"))
	says(t, a.as(t, owner, "source remove SILENT"), "stays", "sitrep forget --source silent")
	says(t, a.as(t, owner, "source remove silent"), "There is no source silent")
	if _, err := a.sources.Get(t.Context(), guild, "silent"); !errors.Is(err, ingest.ErrSourceNotFound) {
		t.Error(err)
	}
	want := []string{"غرفة الأخبار paused:false tell:" + field, "silent paused:false tell:" + field, "غرفة الأخبار paused:true tell:", "غرفة الأخبار paused:false tell:", "silent paused:true tell:"}
	if got := door.sourced; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the door was told\n%s", strings.Join(got, "\n"))
	}
	log, err := a.communities.Log(t.Context(), guild, 9)
	if err != nil || len(log) != 5 || log[0].Name != "silent" || !strings.Contains(log[0].Old, silent) || log[4].New != "#field-reports "+field || log[2].New != "paused" {
		t.Errorf("log %+v, %v", log, err)
	}
	for typed, wants := range map[string]string{"غرفه": "غرفة الأخبار", "أخبار": "غرفة الأخبار", "": "غرفة الأخبار", "zz": ""} {
		got := a.engine.CompleteArg(t.Context(), member.request(""), []string{"source", "show"}, "name", typed, 25)
		if (len(got) == 0) != (wants == "") || len(got) > 0 && got[0].Value != wants {
			t.Errorf("completion of %q: %+v", typed, got)
		}
	}
	if got := a.engine.CompleteArg(t.Context(), stranger.request(""), []string{"source", "show"}, "name", "", 25); len(got) != 0 {
		t.Errorf("another server's sources are offered: %+v", got)
	}
}

// A schedule posts to the server's channel where it names none, is noted, and
// changes nothing.
func TestScheduleSettings(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	done(t, a.as(t, owner, "settings channel <#"+field+">"))
	ask := func(line string) commands.Reply {
		r := owner.request(line)
		r.Channel = silent
		return a.engine.Do(t.Context(), r)
	}
	done(t, ask(`schedule add Morning "0 7 * * *" UTC brief`))
	done(t, ask(`schedule add here "0 7 * * *" UTC channel:here brief`))
	list, err := a.book.List(t.Context(), guild)
	if err != nil || len(list) != 2 || list[0].Channel != field || list[1].Channel != silent {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, line := range []string{"settings zone UTC", "file x", "retract aaaaaaaaaaaaaaaa x", "schedule list"} {
		if r := ask(`schedule add x "0 7 * * *" UTC ` + line); code(r) != commands.CodeUsage || !strings.Contains(r.Error.Message, "only asks") {
			t.Errorf("%s was scheduled: %+v", line, r)
		}
	}
	done(t, ask("schedule remove morning"))
	log, err := a.communities.Log(t.Context(), guild, 9)
	if err != nil || len(log) != 4 || log[0].What != community.WhatSchedule || !strings.Contains(log[0].Old, "brief") || log[2].Name != "Morning" || !strings.Contains(log[2].New, field) {
		t.Errorf("log %+v, %v", log, err)
	}
	if got := a.engine.CompleteArg(t.Context(), owner.request(""), []string{"schedule", "remove"}, "name", "HE", 25); len(got) != 1 || got[0].Value != "here" {
		t.Errorf("completion %+v", got)
	}
	if _, err := a.book.Add(t.Context(), schedule.Schedule{Name: "قائمة", Guild: guild, Channel: field, Door: schedule.DoorDiscord, Cron: "0 7 * * *", Zone: "UTC", Line: "brief"}); err != nil {
		t.Fatal(err)
	}
	if got := a.engine.CompleteArg(t.Context(), owner.request(""), []string{"schedule", "remove"}, "name", "قايمه", 25); len(got) != 1 {
		t.Errorf("completion %+v", got)
	}
}

// Two sitreps on one log: what is set in one holds in the other within two seconds.
func TestSettingsOfAnotherProcess(t *testing.T) {
	a := house(t, "UTC")
	kv, err := a.store.KV(t.Context(), "settings")
	if err != nil {
		t.Fatal(err)
	}
	b, err := community.NewBook(t.Context(), kv, a.store, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	done(t, a.as(t, owner, "settings prefix ?"))
	waitFor(t, 2*time.Second, func() bool { return b.Settings(guild).Prefix == "?" })
	if err := b.Change(t.Context(), guild, "1", "", func(s *community.Settings) error { s.Prefix = "$"; return nil }); err != nil {
		t.Fatal(err)
	}
	waitFor(t, 2*time.Second, func() bool { return a.engine.Settings(guild).Prefix == "$" })
}

// Whatever is typed as a setting is either refused, or there and shown as it is.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{"?", "!!", "ab", "\u200b", "Asia/Damascus", "../x", "ar", "none", "<@&200000000000000001>", "everyone", "\xff", `"`, "text:x", "£"} {
		f.Add(s)
	}
	p := &program{Settings: Settings{State: f.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(f.Context(), p.quietLogger())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { a.Close() })
	a.engine.Attach(&rooms{})
	f.Fuzz(func(t *testing.T, v string) {
		for _, name := range []string{"prefix", "zone", "language", "managers", "channel", "filing"} {
			before := a.communities.Settings(guild).Value(name)
			r := a.as(t, owner, "settings "+name+" "+v)
			after := a.communities.Settings(guild).Value(name)
			switch {
			case r.Error != nil && r.Error.Code == commands.CodeInternal:
				t.Errorf("settings %s %q: %s", name, v, r.Error.Message)
			case r.Error != nil && before != after:
				t.Errorf("settings %s %q is refused, but it is %q now", name, v, after)
			}
			if s := a.engine.Settings(guild); name == "prefix" && (s.Prefix == "" || strings.ContainsAny(s.Prefix, " /@#ab1")) {
				t.Errorf("the prefix is %q", s.Prefix)
			}
			if s := a.engine.Settings(guild); name == "zone" {
				if _, err := time.LoadLocation(s.Zone); err != nil || s.Zone == "Local" {
					t.Errorf("the zone is %q", s.Zone)
				}
			}
		}
	})
}

// Names are completed in any script, by how they fit and how often they are named.
func TestNameCompletion(t *testing.T) {
	a := house(t, "UTC", told("1", "Radio Fresh", "2026-11-22T08:00:00Z", "Fighters left Hajin."), told("2", "الجزيرة نت", "2026-11-22T08:00:00Z", "A patrol crossed Hajin."),
		told("3", "Al-Jazeera", "2026-11-22T08:00:00Z", "Rain fell on Deir ez-Zor, and on Deraa."), told("4", "B", "2026-11-22T08:00:00Z", "Deir ez-Zor and the Badia were quiet."))
	first := func(arg, typed string) string {
		t.Helper()
		path := []string{"status"}
		if arg == "name" {
			path = []string{"sources"}
		}
		got := a.engine.CompleteArg(t.Context(), member.request(""), path, arg, typed, 25)
		if len(got) > 25 {
			t.Errorf("%d choices", len(got))
		}
		if len(got) == 0 {
			return ""
		}
		return got[0].Label + "|" + got[0].Value
	}
	for _, c := range [][3]string{
		{"topic", "البا", "البادية"}, {"topic", "باد", "البادية"}, {"topic", "deir", "Deir ez-Zor"}, {"topic", "DEIR EZ", "Deir ez-Zor"}, {"topic", "haj", "Hajin"}, {"topic", "هج", "Hajin"}, {"topic", "de", "Deir ez-Zor"},
		{"name", "fresh", "Radio Fresh"}, {"name", "جزي", "الجزيرة نت"}, {"name", "jaz", "Al-Jazeera"}, {"name", "zz", ""},
	} {
		if got := first(c[0], c[1]); !strings.Contains(got, c[2]) || c[2] == "" && got != "" {
			t.Errorf("%s %q: %q first, want %q", c[0], c[1], got, c[2])
		}
	}
}

// Nothing that help offers to click changes anything: an example is no report.
func TestHelpOffersNothingThatChanges(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	for _, c := range leaves(nil, a.engine.Commands()) {
		if !c.command.Manage && !c.command.Files {
			continue
		}
		line := "help " + strings.Join(c.path, " ")
		reply := done(t, a.as(t, owner, line))
		for _, action := range reply.Actions {
			if !strings.HasPrefix(action.Line, "help ") {
				t.Errorf("%s has a button that runs %q", line, action.Line)
			}
		}
		if what := mustJSON(t, reply.Fields); len(c.command.Examples) > 0 && !strings.Contains(what, "Examples") {
			t.Errorf("%s shows no example: %s", line, what)
		}
	}
}

// What the local channel has chosen, and what it has saved, is not for direct
// messages: both have the empty guild, and nothing else in common.
func TestDirectMessagesHaveNoSettings(t *testing.T) {
	a := house(t, "UTC", told("1", "A", "2026-11-22T22:30:00Z", "Fighters left Hajin."))
	for _, line := range []string{"settings language ar", "settings zone Asia/Tokyo", "settings prefix ?", `schedule add zqlocal "0 7 * * *" UTC brief`} {
		done(t, a.as(t, operator, line))
	}
	if r := a.as(t, operator, "help"); r.Lang != "ar" || !strings.Contains(r.Note, "?") {
		t.Fatalf("the local channel has not what it chose: %+v", r)
	}
	direct := func(line string) commands.Reply {
		r := private.request(line)
		r.Locale = "en-US"
		return a.engine.Do(t.Context(), r)
	}
	if r := direct("help"); r.Lang != "en" || !strings.Contains(r.Note, "!status") || strings.Contains(r.Note, "?status") {
		t.Errorf("help in a direct message: %s %q", r.Lang, r.Note)
	}
	if r := direct("search Hajin until:2026-11-22"); len(r.Items) != 1 {
		t.Errorf("a direct message has the local channel's days: %+v", r)
	}
	r := private.request("")
	if got := a.engine.CompleteArg(t.Context(), r, []string{"schedule", "remove"}, "name", "", 25); len(got) != 0 {
		t.Errorf("a direct message is offered %+v", got)
	}
	r.Line = "schedule remove z"
	if got := mustJSON(t, a.engine.Complete(t.Context(), r, 25)); strings.Contains(got, "zqlocal") {
		t.Errorf("a direct message is offered %s", got)
	}
}

// A schedule posts where this server may have it, and on this server's clock where
// it names none.
func TestScheduleChannelAndZone(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	for line, says := range map[string]string{
		`schedule add x "0 7 * * *" UTC channel:` + elsewhere + " brief":  "not in this server",
		`schedule add x "0 7 * * *" UTC channel:` + closed + " brief":     "may not post",
		`schedule add x "0 7 * * *" UTC channel:999999999999999999 brief`: "sees no channel",
		`schedule add x "0 7 * * *" Asia/Damascsu brief`:                  "Asia/Damascsu",
		`schedule add x "0 7 * * *" CET brief`:                            "CET",
		`schedule add x "0 7 * * *" zone:Nowhere brief`:                   "Nowhere",
		`schedule add x "0 7 * * *" frobnicate`:                           "frobnicate",
		`schedule add x "0 7 * * *"`:                                      "needs line",
	} {
		if r := a.as(t, owner, line); r.Error == nil || !strings.Contains(r.Error.Message, says) {
			t.Errorf("%s: %+v, want %q", line, r.Error, says)
		}
	}
	if list, err := a.book.List(t.Context(), guild); err != nil || len(list) != 0 {
		t.Fatalf("%+v, %v", list, err)
	}
	done(t, a.as(t, owner, "settings zone Asia/Damascus"))
	for i, line := range []string{`"0 7 * * *" brief 24h`, `"0 7 * * *" /brief 24h`, `"0 7 * * *" !brief 24h`, `"0 7 * * *" channel:<#` + field + `> brief 24h`, `"0 7 * * *" Europe/Rome brief 24h`, `"0 7 * * *" zone:Europe/Rome brief 24h`} {
		done(t, a.as(t, owner, fmt.Sprintf("schedule add n%d %s", i, line)))
	}
	list, err := a.book.List(t.Context(), guild)
	if err != nil || len(list) != 6 {
		t.Fatalf("%+v, %v", list, err)
	}
	for i, s := range list {
		if want := []string{"Asia/Damascus", "Europe/Rome"}[i/4]; s.Zone != want || !strings.HasSuffix(s.Line, "brief 24h") {
			t.Errorf("%s runs %q in %s, want %s", s.Name, s.Line, s.Zone, want)
		}
	}
}

// Nobody makes a channel readable for all that they cannot read themselves.
func TestSourceOfAClosedChannel(t *testing.T) {
	a := house(t, "UTC")
	a.engine.Attach(&rooms{})
	done(t, a.as(t, owner, "settings managers <@&"+editors+">"))
	if r := a.as(t, editor, "source add <#"+thread+">"); code(r) != commands.CodeForbidden || !strings.Contains(r.Error.Message, "yourself") {
		t.Errorf("a manager who cannot read it: %+v", r)
	}
	if list, err := a.sources.List(t.Context(), guild); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	done(t, a.as(t, owner, "source add <#"+thread+">"))
}

// What is rare is reckoned from what the asker may see: another server's dispatches
// make no common word of theirs rare.
func TestRareIsReckonedHere(t *testing.T) {
	var ds []news.Dispatch
	for i := range 160 {
		d := told(fmt.Sprint(i), "Desk", "2026-11-22T08:00:00Z", fmt.Sprintf("Report %d: the weather was fine.", i))
		d.Scope = news.GuildScope(other)
		if i < 8 {
			d.Scope, d.Body = news.GuildScope(guild), fmt.Sprintf("Observers saw number %d.", i)
		}
		ds = append(ds, d)
	}
	a := house(t, "UTC", ds...)
	if r := done(t, a.as(t, owner, "related observers gathered")); strings.Contains(mustJSON(t, r.Fields), "observers") || len(r.Items) > 0 {
		t.Errorf("a word of every dispatch here is taken for a rare one: %+v", r)
	}
}

// deaf is an audit log that cannot be written.
type deaf struct{ community.Log }

func (deaf) Audit(context.Context, string, []byte) error { return errors.New("the disk is full") }

// A change that holds is never told as one that failed.
func TestUnnotedChange(t *testing.T) {
	a := house(t, "UTC")
	kv, err := a.store.KV(t.Context(), "settings")
	if err != nil {
		t.Fatal(err)
	}
	b, err := community.NewBook(t.Context(), kv, deaf{a.store}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	e, err := commands.New(commands.Options{Index: a.index, Log: a.store, Names: a.names, Communities: b})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{"settings prefix ?", "?"}, {"settings reset all", "!"}} {
		r := done(t, e.Do(t.Context(), owner.request(c[0])))
		if e.Settings(guild).Prefix != c[1] || !strings.Contains(r.Note, "could not be written into the log") {
			t.Errorf("%s: %+v", c[0], r)
		}
	}
}

// Whoever is told that a report is filed or marked is not answered as before by the
// next question, however soon it comes.
func TestChangesAreSeenAtOnce(t *testing.T) {
	a := house(t, "UTC")
	owner := person{door: "discord", guild: "100000000000000001", user: "1", manager: true}
	ask := func(line string) commands.Reply {
		t.Helper()
		reply := a.engine.Do(t.Context(), owner.request(line))
		if reply.Error != nil {
			t.Fatalf("%s: %+v", line, reply.Error)
		}
		return reply
	}
	for i := range 5 {
		told := ask(fmt.Sprintf("file The crossing number %d at Hajin is closed to trucks.", i))
		id := string(told.Items[0].Cites[0].ID)
		if got := ask(fmt.Sprintf(`search "crossing number %d"`, i)); len(got.Items) != 1 || string(got.Items[0].Cites[0].ID) != id {
			t.Fatalf("filed, and not found: %+v", got)
		}
		ask("mark " + id + " disputed somebody doubts it")
		if got := ask(fmt.Sprintf(`search "crossing number %d"`, i)); len(got.Items) != 1 || got.Items[0].Standing != news.Disputed {
			t.Fatalf("marked, and quoted as before: %+v", got.Items)
		}
	}
}
