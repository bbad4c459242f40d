package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/bot/discordtest"
	"sitrep/commands"
	"sitrep/ingest"
	"sitrep/news"
)

// memoryBook is a SourceBook that keeps sources as JSON, as the real one does, and
// refuses what would make a cursor go back.
type memoryBook struct {
	t  *testing.T
	mu sync.Mutex
	by map[string][]byte
	// writes counts the updates of each source.
	writes map[string]int
}

func newMemoryBook(t *testing.T) *memoryBook {
	return &memoryBook{t: t, by: map[string][]byte{}, writes: map[string]int{}}
}

func (b *memoryBook) Add(_ context.Context, s ingest.Source) (ingest.Source, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.by[s.Guild+"/"+s.Name] != nil {
		return s, ingest.ErrSourceExists
	}
	s.Added = time.Now().UTC()
	b.by[s.Guild+"/"+s.Name], _ = json.Marshal(s)
	return s, nil
}

func (b *memoryBook) Get(_ context.Context, guild, name string) (s ingest.Source, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	raw := b.by[guild+"/"+name]
	if raw == nil {
		return s, ingest.ErrSourceNotFound
	}
	return s, json.Unmarshal(raw, &s)
}

func (b *memoryBook) All(context.Context) (out []ingest.Source, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, raw := range b.by {
		var s ingest.Source
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (b *memoryBook) List(ctx context.Context, guild string) ([]ingest.Source, error) {
	all, err := b.All(ctx)
	return slices.DeleteFunc(all, func(s ingest.Source) bool { return s.Guild != guild }), err
}

func (b *memoryBook) Remove(_ context.Context, guild, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.by, guild+"/"+name)
	return nil
}

func (b *memoryBook) Update(ctx context.Context, guild, name string, edit func(*ingest.Source) error) (ingest.Source, error) {
	old, err := b.Get(ctx, guild, name)
	if err != nil {
		return old, err
	}
	s := old
	_ = edit(&s) // as after a conflict: the first result is thrown away
	if s, err = b.Get(ctx, guild, name); err != nil {
		return s, err
	}
	if err := edit(&s); err != nil {
		return old, err
	}
	for c, id := range old.Cursors {
		if now, ok := s.Cursors[c]; ok && snowflake(now) < snowflake(id) {
			b.t.Errorf("the cursor of %s goes back from %s to %s", c, id, now)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.writes[guild+"/"+name]++
	b.by[guild+"/"+name], err = json.Marshal(s)
	return s, err
}

// memoryLog is a Filer that keeps every event of every dispatch.
type memoryLog struct {
	mu      sync.Mutex
	by      map[news.ID][]news.Event
	calls   int
	biggest int
	fail    error
	// gate, where there is one, holds File back until it is closed; held says that
	// one is waiting there.
	gate chan struct{}
	held bool
}

func newMemoryLog() *memoryLog { return &memoryLog{by: map[news.ID][]news.Event{}} }

func (l *memoryLog) File(ctx context.Context, list []news.Dispatch) (out Filed, err error) {
	l.mu.Lock()
	gate := l.gate
	l.held = gate != nil
	l.mu.Unlock()
	if gate != nil {
		<-gate
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return out, l.fail
	}
	l.calls++
	l.biggest = max(l.biggest, len(list))
	for _, d := range list {
		d.Standing, d.Revision = news.Reported, 1
		had := l.by[d.ID]
		if len(had) == 0 {
			out.New++
			l.by[d.ID] = []news.Event{{Kind: news.Filed, Dispatch: d}}
			continue
		}
		out.Known++
		last := had[len(had)-1].Dispatch
		if d.Revision = last.Revision + 1; !last.SameText(&d) {
			l.by[d.ID] = append(had, news.Event{Kind: news.Revised, Dispatch: d})
		}
	}
	return out, ctx.Err()
}

func (l *memoryLog) Retract(_ context.Context, id news.ID, reason string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		return l.fail
	}
	if had := l.by[id]; len(had) > 0 && had[len(had)-1].Kind != news.Withdrawn {
		d := had[len(had)-1].Dispatch
		d.Standing = news.Retracted
		l.by[id] = append(had, news.Event{Kind: news.Withdrawn, Reason: reason, Dispatch: d})
	}
	return nil
}

// of is what the log has of a message: its events, the oldest first.
func (l *memoryLog) of(guild, channel, id string) []news.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.by[originOf(guild, channel, snowflake(id)).ID()])
}

// kinds are the kinds of the events of a message, as "filed revised".
func (l *memoryLog) kinds(channel, id string) string {
	var out []string
	for _, e := range l.of(discordtest.GuildID, channel, id) {
		out = append(out, string(e.Kind))
	}
	return strings.Join(out, " ")
}

// bodies are the texts that stand, in the order of their publication.
func (l *memoryLog) bodies() (out []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []news.Dispatch
	for _, events := range l.by {
		if d := events[len(events)-1].Dispatch; d.Standing != news.Retracted {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b news.Dispatch) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Origin.Item, b.Origin.Item))
	})
	for _, d := range list {
		out = append(out, d.Body)
	}
	return out
}

func (l *memoryLog) breakDown(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fail = err
}

func (l *memoryLog) hold(gate chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gate = gate
}

// farm is a bot that reads channel sources.
type farm struct {
	*room
	book *memoryBook
	kept *memoryLog
}

func prepareFarm(t *testing.T, o discordtest.Options, settings commands.Settings) *farm {
	r := prepare(t, o, &desk{settings: func(string) commands.Settings { return settings }})
	f := &farm{r, newMemoryBook(t), newMemoryLog()}
	f.renew()
	return f
}

// renew makes another bot on the same state, as a restart does.
func (f *farm) renew() {
	f.t.Helper()
	var err error
	f.bot, err = New(Options{Token: f.Token(), APIURL: f.URL(), Asker: f.desk, Sources: f.book, Filer: f.kept,
		Logger: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		f.t.Fatal(err)
	}
	f.bot.pace = basePace / 10
	f.bot.floods.user, f.bot.floods.guild = ration{1000, time.Millisecond}, ration{1000, time.Millisecond}
}

func (f *farm) start() {
	f.t.Helper()
	f.run()
	if err := f.WaitConnected(f.ctx); err != nil {
		f.t.Fatal(err)
	}
}

// halt ends the present bot and waits for it.
func (f *farm) halt() {
	f.t.Helper()
	f.stop()
	if err := <-f.done; err != nil {
		f.t.Fatal(err)
	}
	f.done <- nil // for the end of the test
}

// newFarm has a source "feed" on the general channel, added while the bot runs.
func newFarm(t *testing.T, tell string) *farm {
	f := prepareFarm(t, discordtest.Options{}, commands.Settings{})
	f.start()
	f.add("feed", discordtest.General, tell)
	return f
}

func (f *farm) add(name, channel, tell string) ingest.Source {
	f.t.Helper()
	s, err := f.book.Add(f.ctx, ingest.Source{Guild: discordtest.GuildID, Name: name, Kind: ingest.SourceChannel, Channel: channel})
	if err != nil {
		f.t.Fatal(err)
	}
	f.bot.Sourced(s, tell)
	return s
}

func (f *farm) source(name string) ingest.Source {
	s, err := f.book.Get(f.ctx, discordtest.GuildID, name)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// until waits for something to become true.
func (f *farm) until(what string, ok func() bool) {
	f.t.Helper()
	for ; !ok(); time.Sleep(10 * time.Millisecond) {
		if f.ctx.Err() != nil {
			f.t.Fatalf("it did not happen: %s; filed: %q", what, f.kept.bodies())
		}
	}
}

func (f *farm) has(bodies ...string) {
	f.t.Helper()
	f.until(fmt.Sprintf("the dispatches %q", bodies), func() bool { return slices.Equal(f.kept.bodies(), bodies) })
}

func (f *farm) read() {
	f.t.Helper()
	f.until("the history is read", func() bool { return f.source("feed").History[historyThreads] == ingest.HistoryDone })
}

func TestHarvestWhatIsPosted(t *testing.T) {
	f := newFarm(t, "")
	f.read()
	person := f.Say(discordtest.General, discordtest.MemberID, "Shelling near **Hajin** tonight.")
	f.Say(discordtest.General, discordtest.MemberID, "!status badia")
	f.Say(discordtest.General, discordtest.MemberID, discordtest.Mention+" help")
	f.SayAs(discordtest.General, discordtest.MemberID, "", map[string]any{"type": 7})
	f.SayAs(discordtest.General, discordtest.MemberID, "", map[string]any{"attachments": []any{map[string]any{"id": "1", "filename": "a.png"}}})
	hook := f.Webhook(discordtest.General, "Wire", "", []map[string]any{{"type": "rich", "title": "Raid", "description": "Two killed."}})
	f.Say(discordtest.General, discordtest.OtherBot, "A bridge says so.")
	f.Say(discordtest.Desk, discordtest.MemberID, "Not of the source.")
	f.has("Shelling near Hajin tonight.", "Two killed.", "A bridge says so.")
	d := f.kept.of(discordtest.GuildID, discordtest.General, person)[0].Dispatch
	if d.Source != "feed" || d.Author != "user"+discordtest.MemberID || d.Scope != news.GuildScope(discordtest.GuildID) || d.Byline() != "feed (user"+discordtest.MemberID+")" {
		t.Errorf("%+v", d)
	}
	if d := f.kept.of(discordtest.GuildID, discordtest.General, hook)[0].Dispatch; d.Title != "Raid" || d.Author != "Wire" {
		t.Errorf("%+v", d)
	}
	f.replies(discordtest.General, 2) // the questions were answered, and the answers are no dispatches
	f.until("what was filed is counted", func() bool { s := f.source("feed"); return s.Filed == 3 && !s.Newest.IsZero() && !s.LastOK.IsZero() })
}

func TestHarvestChanges(t *testing.T) {
	f := newFarm(t, "")
	f.read()
	a := f.Say(discordtest.General, discordtest.MemberID, "one https://news.example/1")
	b := f.Say(discordtest.General, discordtest.MemberID, "two")
	c := f.Say(discordtest.General, discordtest.MemberID, "three")
	d := f.Say(discordtest.General, discordtest.MemberID, "four")
	hook := f.Webhook(discordtest.General, "Wire", "early", nil)
	f.Edit(discordtest.General, b, "two, mended")
	f.EditPartial(discordtest.General, a, map[string]any{"embeds": []any{map[string]any{"type": "link", "title": "Somebody else's words"}}})
	f.EditPartial(discordtest.General, hook, map[string]any{"embeds": []any{map[string]any{"type": "rich", "title": "a card"}}})
	f.Delete(discordtest.General, c)
	f.has("one https://news.example/1", "two, mended", "four", "early\n\na card")
	f.BulkDelete(discordtest.General, d, b)
	f.has("one https://news.example/1", "early\n\na card")
	for id, want := range map[string]string{a: "filed", b: "filed revised retracted", c: "filed retracted", d: "filed retracted", hook: "filed revised"} {
		if got := f.kept.kinds(discordtest.General, id); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
	if e := f.kept.of(discordtest.GuildID, discordtest.General, c); e[1].Reason != "deleted in the channel" {
		t.Errorf("%+v", e[1])
	}
	// Words that are taken out, beside a picture that stays.
	f.SayAs(discordtest.General, discordtest.MemberID, "with a picture", map[string]any{"attachments": []any{map[string]any{"id": "1", "filename": "a.png"}}})
	f.has("one https://news.example/1", "early\n\na card", "with a picture")
	all := f.Messages(discordtest.General)
	f.Edit(discordtest.General, all[len(all)-1].ID, "")
	f.has("one https://news.example/1", "early\n\na card")
}

func TestHarvestThreads(t *testing.T) {
	f := prepareFarm(t, discordtest.Options{}, commands.Settings{})
	forum := f.AddForum()
	old := f.AddThread(forum)
	f.Fill(old, discordtest.MemberID, 150, func(i int) string { return fmt.Sprintf("old %d", i) }, time.Now().Add(-48*time.Hour), time.Now().Add(-47*time.Hour))
	f.ArchiveThread(old)
	active := f.AddThread(forum)
	f.Say(active, discordtest.MemberID, "active")
	f.start()
	f.add("feed", forum, "")
	f.read()
	if n := len(f.kept.bodies()); n != 151 {
		t.Fatalf("%d dispatches, want 151", n)
	}
	fresh := f.AddThread(forum)
	f.Say(fresh, discordtest.MemberID, "a new post")
	f.until("the new post", func() bool { return slices.Contains(f.kept.bodies(), "a new post") })
	f.Say(fresh, discordtest.MemberID, "and more")
	f.Say(old, discordtest.MemberID, "opened again")
	f.until("the archived thread goes on", func() bool { return len(f.kept.bodies()) == 154 })
	// A thread that no event has told of.
	hidden := f.AddThread(forum)
	f.bot.harvest.tree.drop(discordtest.GuildID, hidden)
	f.Say(hidden, discordtest.MemberID, "found by asking")
	f.until("an unknown thread", func() bool { return slices.Contains(f.kept.bodies(), "found by asking") })
	f.DeleteChannel(hidden)
	f.until("a deleted thread is retracted", func() bool { return !slices.Contains(f.kept.bodies(), "found by asking") })
	f.Say(fresh, discordtest.MemberID, "the others go on")
	f.until("after a deletion", func() bool { return len(f.kept.bodies()) == 155 })
}

// What is posted, edited and deleted while no session listens is all found after it.
func TestHarvestOutage(t *testing.T) {
	f := newFarm(t, "")
	f.forgive = true // deleted messages are asked for
	f.read()
	var ids, want []string
	for i := range 30 {
		ids = append(ids, f.Say(discordtest.General, discordtest.MemberID, fmt.Sprintf("before %d", i)))
	}
	f.until("before", func() bool { return len(f.kept.bodies()) == 30 })
	f.Forget()
	f.Drop()
	f.Edit(discordtest.General, ids[3], "edited meanwhile")
	f.Delete(discordtest.General, ids[5])
	f.BulkDelete(discordtest.General, ids[7], ids[29])
	for i := range 250 {
		f.Say(discordtest.General, discordtest.MemberID, fmt.Sprintf("meanwhile %d", i))
	}
	for i := range 30 {
		switch i {
		case 3:
			want = append(want, "edited meanwhile")
		case 5, 7, 29:
		default:
			want = append(want, fmt.Sprintf("before %d", i))
		}
	}
	for i := range 250 {
		want = append(want, fmt.Sprintf("meanwhile %d", i))
	}
	if err := f.WaitIdentifies(f.ctx, 2); err != nil {
		t.Fatal(err)
	}
	f.has(want...)
	for i, want := range map[int]string{0: "filed", 3: "filed revised", 5: "filed retracted", 29: "filed retracted"} {
		if got := f.kept.kinds(discordtest.General, ids[i]); got != want {
			t.Errorf("%d: %s, want %s", i, got, want)
		}
	}
}

// After a kill the cursor lies before messages that are filed already: of those, too,
// a deletion meanwhile is found.
func TestHarvestDeletedAfterAKill(t *testing.T) {
	f := newFarm(t, "")
	f.forgive = true // deleted messages are asked for
	f.read()
	one := f.Say(discordtest.General, discordtest.MemberID, "one")
	two := f.Say(discordtest.General, discordtest.MemberID, "two")
	f.has("one", "two")
	f.halt()
	if noted := f.source("feed").Recent[discordtest.General]; !slices.Contains(noted, two) {
		t.Fatalf("noted: %v", noted)
	}
	for _, cursors := range []map[string]string{nil, {discordtest.General: one}} { // the book refuses one that goes back
		if _, err := f.book.Update(f.ctx, discordtest.GuildID, "feed", func(s *ingest.Source) error { s.Cursors = cursors; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	f.Delete(discordtest.General, two)
	f.renew()
	f.start()
	f.has("one")
}

// A session whose READY names no guilds, and that tells of none after it, reads on all
// the same.
func TestHarvestWithoutGuilds(t *testing.T) {
	f := newFarm(t, "")
	f.read()
	f.Say(discordtest.General, discordtest.MemberID, "before")
	f.has("before")
	f.ReadyWithoutGuilds(true)
	f.Forget()
	f.Drop()
	f.Say(discordtest.General, discordtest.MemberID, "meanwhile")
	if err := f.WaitIdentifies(f.ctx, 2); err != nil {
		t.Fatal(err)
	}
	f.has("before", "meanwhile")
}

// A page that lacks messages does not prove that they were deleted.
func TestHarvestNeverRetractsOnAHiccup(t *testing.T) {
	f := newFarm(t, "")
	f.forgive = true
	f.read()
	for i := range 5 {
		f.Say(discordtest.General, discordtest.MemberID, fmt.Sprint("post ", i))
	}
	f.has("post 0", "post 1", "post 2", "post 3", "post 4")
	empty := discordtest.Fault{Method: "GET", Path: "/channels/" + discordtest.General + "/messages", Times: 1, Status: 200, Body: "[]"}
	f.Fail(empty)
	f.Forget()
	f.Drop()
	f.until("the next session reads", func() bool { n, _, _ := f.Counts(); return n == 2 })
	f.Say(discordtest.General, discordtest.MemberID, "after")
	f.has("post 0", "post 1", "post 2", "post 3", "post 4", "after")

	// Without Read Message History, Discord says that there is nothing.
	f.HideHistory(discordtest.General, true)
	f.Forget()
	f.Drop()
	f.Say(discordtest.General, discordtest.MemberID, "hidden")
	f.until("the failure", func() bool { return strings.Contains(f.source("feed").Failure, "Read Message History") })
	f.HideHistory(discordtest.General, false)
	f.NameChannel(discordtest.General, "renamed") // some change of the channel
	f.has("post 0", "post 1", "post 2", "post 3", "post 4", "after", "hidden")
	f.until("the failure is over", func() bool { return f.source("feed").Failure == "" })
}

func TestHarvestBackfillAndRestart(t *testing.T) {
	f := prepareFarm(t, discordtest.Options{}, commands.Settings{})
	day := time.Date(2024, 5, 3, 12, 0, 0, 0, time.UTC)
	f.Fill(discordtest.General, discordtest.MemberID, 1200, func(i int) string {
		if i%10 == 9 {
			return "" // a picture
		}
		return fmt.Sprintf("message %d", i)
	}, day, day.AddDate(0, 2, 0))
	f.start()
	f.Fail(discordtest.Fault{Method: "GET", Path: "/messages", Times: -1, Delay: 150 * time.Millisecond})
	f.add("feed", discordtest.General, discordtest.Desk)
	f.until("the progress is told", func() bool { list := f.Replies(discordtest.Desk); return len(list) == 1 && list[0].Edits > 0 })
	if e := f.Replies(discordtest.Desk)[0].Embeds[0]; e.Title != "Reading the history of feed" || !strings.Contains(e.Description, "messages read, back to ") || !strings.Contains(e.Description, "2024…") {
		t.Errorf("%+v", e)
	}
	f.halt()
	half := len(f.kept.bodies())
	if half == 0 || half == 1080 {
		t.Fatalf("%d dispatches at the stop", half)
	}
	f.Heal()
	live := f.Say(discordtest.General, discordtest.MemberID, "said while it was down")
	f.renew()
	f.start()
	f.read()
	f.until("all is filed", func() bool { return len(f.kept.bodies()) == 1081 })
	f.until("the end is told", func() bool { return strings.Contains(f.Replies(discordtest.Desk)[0].Embeds[0].Title, "has been read") })
	list := f.Replies(discordtest.Desk)
	if len(list) != 1 || list[0].Embeds[0].Description != "1,200 messages read: 1,080 dispatches filed, 120 without words." {
		t.Errorf("%d messages: %+v", len(list), list[0].Embeds)
	}
	if got := f.kept.kinds(discordtest.General, live); got != "filed" {
		t.Errorf("said while it was down: %s", got)
	}
	for id, events := range f.kept.by {
		if len(events) != 1 {
			t.Errorf("%s has %d events", id, len(events))
		}
	}
	if s := f.source("feed"); s.Filed != 1081 || s.Backfill.Message != "" || len(s.History) != 2 {
		t.Errorf("%+v", s)
	}
}

// More than waits for a feed is read anew, not lost.
func TestHarvestBurst(t *testing.T) {
	burst := 5000
	if raceDetector { // which is slow over each
		burst = maxInbox + 500
	}
	f := newFarm(t, "")
	f.read()
	f.kept.breakDown(errors.New("no leader"))
	gate := make(chan struct{})
	f.kept.hold(gate)
	last := f.Say(discordtest.General, discordtest.MemberID, "burst 0")
	f.until("the log hangs", func() bool { f.kept.mu.Lock(); defer f.kept.mu.Unlock(); return f.kept.held })
	for i := 1; i < burst; i++ {
		last = f.Say(discordtest.General, discordtest.MemberID, fmt.Sprintf("burst %d", i))
	}
	f.until("all have come", func() bool { return f.bot.places.copy()[discordtest.General].last >= snowflake(last) })
	f.kept.hold(nil)
	close(gate)
	f.kept.breakDown(nil)
	f.until("all are there", func() bool { return len(f.kept.bodies()) == burst })
	f.kept.mu.Lock()
	defer f.kept.mu.Unlock()
	for id, events := range f.kept.by {
		if len(events) != 1 {
			t.Errorf("%s has %d events", id, len(events))
		}
	}
	if f.kept.biggest > 100 {
		t.Errorf("%d at once", f.kept.biggest)
	}
	pages := 0
	for _, c := range f.Calls() {
		if strings.Contains(c.Path, "/messages") && c.Method == "GET" {
			pages++
		}
	}
	if pages < (burst-maxInbox)/pageSize {
		t.Errorf("%d pages were read: the inbox did not overflow", pages)
	}
}

func TestHarvestFailures(t *testing.T) {
	f := prepareFarm(t, discordtest.Options{}, commands.Settings{Channel: discordtest.Desk})
	f.forgive = true
	f.start()
	f.Deny(discordtest.General, 50001)
	f.add("feed", discordtest.General, "")
	f.until("the failure", func() bool {
		s := f.source("feed")
		return strings.Contains(s.Failure, "View Channel") && !s.FailingSince.IsZero()
	})
	list := f.replies(discordtest.Desk, 1)
	if e := list[0].Embeds[0]; e.Title != "The source feed cannot be read" || !strings.Contains(e.Description, "give it View Channel") {
		t.Errorf("%+v", e)
	}
	f.Say(discordtest.General, discordtest.MemberID, "not yet")
	f.Deny(discordtest.General, 0)
	f.SetPermissions(1 << 5)
	f.has("not yet")
	f.until("it is over", func() bool { s := f.source("feed"); return s.Failure == "" && s.FailingSince.IsZero() })
	f.DeleteChannel(discordtest.General)
	f.until("the deletion", func() bool { return strings.Contains(f.source("feed").Failure, "was deleted") })
	f.replies(discordtest.Desk, 2)

	// A channel of another server is never read, whoever names it.
	f.Say(discordtest.General2, discordtest.Member2ID, "a secret of the second server")
	f.add("spy", discordtest.General2, "")
	f.until("the refusal", func() bool { return strings.Contains(f.source("spy").Failure, "not in this server") })
	f.Say(discordtest.General2, discordtest.Member2ID, "another")
	time.Sleep(200 * time.Millisecond)
	if list := f.kept.bodies(); len(list) != 1 {
		t.Errorf("filed: %q", list)
	}
}

func TestHarvestPauseAndRemove(t *testing.T) {
	f := newFarm(t, "")
	f.read()
	f.Say(discordtest.General, discordtest.MemberID, "one")
	f.has("one")
	s, err := f.book.Update(f.ctx, discordtest.GuildID, "feed", func(s *ingest.Source) error { s.Paused = true; return nil })
	if err != nil {
		t.Fatal(err)
	}
	f.bot.Sourced(s, "")
	f.Say(discordtest.General, discordtest.MemberID, "two")
	time.Sleep(200 * time.Millisecond)
	f.has("one")
	s, _ = f.book.Update(f.ctx, discordtest.GuildID, "feed", func(s *ingest.Source) error { s.Paused = false; return nil })
	f.bot.Sourced(s, "")
	f.has("one", "two")
	_ = f.book.Remove(f.ctx, discordtest.GuildID, "feed")
	f.bot.Sourced(s, "")
	f.Say(discordtest.General, discordtest.MemberID, "three")
	time.Sleep(200 * time.Millisecond)
	f.has("one", "two")
	f.add("feed", discordtest.General, "")
	f.has("one", "two", "three")
}

func TestHarvestLeavesTheGuild(t *testing.T) {
	f := newFarm(t, "")
	f.forgive = true
	f.read()
	f.RemoveGuild(discordtest.GuildID)
	f.until("the failure", func() bool { return strings.Contains(f.source("feed").Failure, "not in the server any more") })
}

// Without the message content intent nothing is taken for read.
func TestHarvestWithoutContent(t *testing.T) {
	f := prepareFarm(t, discordtest.Options{DeniedIntents: 1 << 15}, commands.Settings{})
	f.start()
	f.add("feed", discordtest.General, "")
	f.read()
	f.Say(discordtest.General, discordtest.MemberID, "withheld")
	f.until("the failure", func() bool { return strings.Contains(f.source("feed").Failure, "message content intent") })
	id := f.Messages(discordtest.General)[0].ID
	if s := f.source("feed"); snowflake(s.Cursors[discordtest.General]) >= snowflake(id) {
		t.Error("the cursor has passed a message that was not read")
	}
}

func TestChannel(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	r.forgive = true
	thread := r.AddThread(discordtest.General)
	for id, want := range map[string]commands.ChannelInfo{
		discordtest.General: {ID: discordtest.General, Guild: discordtest.GuildID, CanRead: true, CanPost: true},
		thread:              {ID: thread, Guild: discordtest.GuildID, Parent: discordtest.General, CanRead: true, CanPost: true},
	} {
		got, err := r.bot.Channel(r.ctx, id)
		if got.Name == "" {
			t.Errorf("%s has no name", id)
		}
		if got.Name = ""; err != nil || got != want {
			t.Errorf("%+v, %v, want %+v", got, err, want)
		}
	}
	r.Say(discordtest.Desk, discordtest.MemberID, "x")
	r.HideHistory(discordtest.Desk, true)
	if got, err := r.bot.Channel(r.ctx, discordtest.Desk); err != nil || got.CanRead {
		t.Errorf("without history: %+v, %v", got, err)
	}
	r.Deny(discordtest.Desk, 50001)
	for id, want := range map[string]string{"general": "no channel of Discord", "599999999999999999": "no channel 599", discordtest.Desk: "give it View Channel"} {
		_, err := r.bot.Channel(r.ctx, id)
		told, ok := errors.AsType[*commands.Error](err)
		if !ok || !strings.Contains(told.Message, want) {
			t.Errorf("%s: %v", id, err)
		}
	}
}
