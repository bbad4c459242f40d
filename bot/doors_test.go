package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/bot/discordtest"
	"sitrep/commands"
	"sitrep/news"
)

// longAnswer has several pages, which say what was asked and for whom.
func longAnswer(_ context.Context, q commands.Request) commands.Reply {
	if q.Line == "status broken" {
		return commands.Reply{Error: &commands.Error{Code: commands.CodeUnavailable, Message: "Broken."}}
	}
	r := commands.Reply{Title: "Long", Note: q.Line, Pictures: []commands.Picture{{Alt: "A map", Type: "image/png", Data: []byte("PNG")}},
		Actions: []commands.Action{{Label: "Timeline", Line: "search timeline"}}}
	for i := range 30 {
		r.Items = append(r.Items, quote(fmt.Sprintf("%s report %d. %s", q.Line, i, strings.Repeat("It happened. ", 60)), reuters))
	}
	return r
}

func (r *room) click(m discordtest.Message, label, user string) *discordtest.Interaction {
	r.t.Helper()
	button, ok := m.Button(label)
	if !ok {
		r.t.Fatalf("no button %q in %+v", label, m.Rows)
	}
	i, err := r.Click(m.Channel, m.ID, button.CustomID, user)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

func (r *room) answer(i *discordtest.Interaction) discordtest.Message {
	r.t.Helper()
	m, err := r.Answer(r.ctx, i)
	if err != nil {
		r.t.Fatal(err)
	}
	return m
}

func TestTurningPages(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: longAnswer})
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	m := r.replies(discordtest.General, 1)[0]
	last := m.Embeds[0].Footer.Text
	var pages int
	if _, err := fmt.Sscanf(last, "Page 1 of %d", &pages); err != nil || pages < 3 {
		t.Fatalf("footer %q", last)
	}
	if b, ok := m.Button("◀ Previous"); !ok || !b.Disabled || len(m.Files) != 1 {
		t.Errorf("%+v", m)
	}
	seen := map[string]bool{}
	note := func(m discordtest.Message) {
		for _, w := range strings.Split(m.Embeds[0].Description, "> status badia report ")[1:] {
			number, _, _ := strings.Cut(w, ".")
			seen[number] = true
		}
	}
	note(m)
	for page := 2; page <= pages; page++ {
		turned := r.answer(r.click(m, "Next ▶", discordtest.OwnerID))
		if turned.ID != m.ID || turned.Embeds[0].Footer.Text != fmt.Sprintf("Page %d of %d", page, pages) || turned.Edits != page-1 {
			t.Fatalf("page %d: %+v", page, turned)
		}
		if len(turned.Files) != 0 {
			t.Errorf("page %d shows the picture of page 1", page)
		}
		m = turned
		note(m)
	}
	if len(seen) != 30 {
		t.Errorf("%d of 30 items are on the pages", len(seen))
	}
	if b, _ := m.Button("Next ▶"); !b.Disabled {
		t.Error("there is an arrow behind the last page")
	}
	if back := r.answer(r.click(m, "◀ Previous", discordtest.MemberID)); back.ID != m.ID || back.Embeds[0].Footer.Text != fmt.Sprintf("Page %d of %d", pages-1, pages) {
		t.Errorf("%+v", back)
	}
	// Another action's answer is a message of its own.
	if other := r.answer(r.click(m, "Timeline", discordtest.MemberID)); other.ID == m.ID {
		t.Error("an answer took the place of another")
	}
	if asked := r.desk.requests(); asked[1].User != discordtest.OwnerID || asked[1].Line != "status badia" || asked[1].ID == "" {
		t.Errorf("%+v", asked[1])
	}
}

// TestButtonsAfterARestart: another bot with the same store answers old buttons.
func TestButtonsAfterARestart(t *testing.T) {
	kept := &memory{by: map[string][]byte{}}
	long := "status " + strings.Repeat("badia ", 40) + "end"
	d := &desk{answer: longAnswer}
	r := prepare(t, discordtest.Options{}, d)
	r.bot.lines = StoredLines(kept, errMissing, errExists)
	r.run()
	if err := r.WaitConnected(r.ctx); err != nil {
		t.Fatal(err)
	}
	r.Say(discordtest.General, discordtest.MemberID, "!"+long)
	m := r.replies(discordtest.General, 1)[0]
	if b, _ := m.Button("Next ▶"); !strings.HasPrefix(b.CustomID, "~2 #") {
		t.Fatalf("%+v", m.Rows)
	}
	r.stop()
	if err := <-r.done; err != nil {
		t.Fatal(err)
	}
	r.done <- nil // for the cleanup
	second, err := New(Options{Token: r.Token(), APIURL: r.URL(), Asker: d, Lines: StoredLines(kept, errMissing, errExists)})
	if err != nil {
		t.Fatal(err)
	}
	second.pace, second.floods.user, second.floods.guild = basePace/10, r.bot.floods.user, r.bot.floods.guild
	ctx, stop := context.WithCancel(r.ctx)
	var wg sync.WaitGroup
	wg.Go(func() { _ = second.Run(ctx) })
	defer wg.Wait()
	defer stop()
	if err := r.WaitIdentifies(r.ctx, 2); err != nil {
		t.Fatal(err)
	}
	for !second.Ready() {
		time.Sleep(5 * time.Millisecond)
	}
	turned := r.answer(r.click(m, "Next ▶", discordtest.MemberID))
	if asked := d.requests(); turned.ID != m.ID || asked[len(asked)-1].Line != long || !strings.HasPrefix(turned.Embeds[0].Footer.Text, "Page 2 of ") {
		t.Errorf("%+v", turned)
	}
	// What is not kept any more is told to the one who pressed.
	kept.mu.Lock()
	clear(kept.by)
	kept.mu.Unlock()
	gone := r.answer(r.click(turned, "Next ▶", discordtest.MemberID))
	if !gone.Ephemeral || gone.ID == m.ID || !strings.Contains(gone.Embeds[0].Description, "too old") {
		t.Errorf("%+v", gone)
	}
}

func TestSlowTurn(t *testing.T) {
	slow := make(chan struct{})
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(ctx context.Context, q commands.Request) commands.Reply {
		if strings.HasPrefix(q.Line, "search") {
			select {
			case <-slow:
			case <-ctx.Done():
			}
			if q.Line == "search broken" {
				return commands.Reply{Error: &commands.Error{Code: commands.CodeUnavailable, Message: "Broken."}}
			}
			return commands.Reply{Title: q.Line}
		}
		return commands.Reply{Title: "First", Actions: []commands.Action{{Label: "Next page", Line: "search page:2", Turn: true}, {Label: "Bad page", Line: "search broken", Turn: true}}}
	}})
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	m := r.replies(discordtest.General, 1)[0]
	bad, good := r.click(m, "Bad page", discordtest.MemberID), r.click(m, "Next page", discordtest.OwnerID)
	time.Sleep(deferAfter + 300*time.Millisecond)
	close(slow)
	if got := r.answer(bad); got.ID == m.ID || !got.Ephemeral || got.Embeds[0].Description != "Broken." {
		t.Errorf("%+v", got)
	}
	if got := r.answer(good); got.ID != m.ID || got.Embeds[0].Title != "search page:2" || len(got.Rows) != 0 {
		t.Errorf("%+v", got)
	}
	for _, i := range []*discordtest.Interaction{bad, good} {
		if public, _ := r.Deferred(i); public {
			t.Error("a turn was deferred by a message of its own")
		}
	}
}

// TestChangingLinesAreNotRunAgain: what a manager changed is told whole, without arrows.
func TestChangingLinesAreNotRunAgain(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: longAnswer})
	r.Say(discordtest.General, discordtest.ManagerID, "!settings")
	pages := len(english.render(longAnswer(r.ctx, commands.Request{Line: "settings"}), nil))
	got := r.replies(discordtest.General, pages)
	i, err := r.Slash(discordtest.Desk, discordtest.ManagerID, "settings", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.answer(i)
	slash := r.replies(discordtest.Desk, pages)
	for _, list := range [][]discordtest.Message{got, slash} {
		for n, m := range list {
			if _, arrows := m.Button("Next ▶"); arrows || m.Embeds[0].Footer.Text != fmt.Sprintf("Page %d of %d", n+1, len(list)) {
				t.Errorf("part %d of %d: %+v", n+1, len(list), m)
			}
		}
		if _, ok := list[len(list)-1].Button("Timeline"); !ok {
			t.Error("the last part has no buttons")
		}
	}
	if len(r.desk.requests()) != 2 {
		t.Errorf("asked %d times", len(r.desk.requests()))
	}
}

func TestSelect(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(_ context.Context, q commands.Request) commands.Reply {
		reply := commands.Reply{Title: q.Line}
		for _, c := range table {
			reply.Actions = append(reply.Actions, commands.Action{Label: c.Name, Line: "help " + c.Name, Group: "Commands"})
		}
		return reply
	}})
	r.Say(discordtest.General, discordtest.MemberID, "!help")
	m := r.replies(discordtest.General, 1)[0]
	if len(m.Menus) != 1 || m.Menus[0].Placeholder != "Commands" || len(m.Menus[0].Options) != len(table) {
		t.Fatalf("%+v", m.Menus)
	}
	i, err := r.Select(discordtest.General, m.ID, m.Menus[0].CustomID, discordtest.OwnerID, "help search")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.answer(i); got.ID == m.ID || got.Embeds[0].Title != "help search" {
		t.Errorf("%+v", got)
	}
}

func TestMessageMenus(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(_ context.Context, q commands.Request) commands.Reply {
		if q.User == discordtest.MemberID && q.Line == "file" {
			return commands.Reply{Private: true, Error: &commands.Error{Code: commands.CodeForbidden, Message: "Only managers file."}}
		}
		if q.Subject == nil {
			return commands.Reply{Title: "no subject"}
		}
		return commands.Reply{Title: q.Line, Note: q.Subject.Body}
	}})
	said := r.Say(discordtest.General, discordtest.OwnerID, "**Hajin:** it fell.")
	use := func(message, user, name string) discordtest.Message {
		t.Helper()
		i, err := r.MessageMenu(discordtest.General, message, user, name)
		if err != nil {
			t.Fatal(err)
		}
		return r.answer(i)
	}
	filed := use(said, discordtest.ManagerID, "File as dispatch")
	if filed.Ephemeral || filed.Embeds[0].Title != "file" || filed.Embeds[0].Description != "Hajin: it fell." {
		t.Errorf("%+v", filed)
	}
	if got := use(said, discordtest.MemberID, "File as dispatch"); !got.Ephemeral || got.Embeds[0].Title != "Not allowed" {
		t.Errorf("%+v", got)
	}
	if got := use(said, discordtest.MemberID, "Find related"); got.Ephemeral || got.Embeds[0].Title != "related" {
		t.Errorf("%+v", got)
	}
	if got := use(filed.ID, discordtest.ManagerID, "File as dispatch"); !got.Ephemeral || !strings.Contains(got.Embeds[0].Description, "sitrep's own") {
		t.Errorf("%+v", got)
	}
	if got := use(r.Say(discordtest.General, discordtest.OwnerID, " "), discordtest.ManagerID, "Find related"); !got.Ephemeral || !strings.Contains(got.Embeds[0].Description, "no words") {
		t.Errorf("%+v", got)
	}
	q := r.desk.requests()[0]
	if s := q.Subject; s == nil || s.Origin != (news.Origin{Kind: news.OriginDiscord, Feed: discordtest.GuildID + "/" + discordtest.General, Item: said}) ||
		s.Scope != news.GuildScope(discordtest.GuildID) || s.URL != messageURL(discordtest.GuildID, discordtest.General, said) || s.Published.IsZero() || s.Source == "" ||
		!q.Manager || q.Locale == "" || q.ID == "" {
		t.Errorf("%+v %+v", q, q.Subject)
	}
	if n := len(r.desk.requests()); n != 3 {
		t.Errorf("asked %d times", n)
	}
}

// TestPrivateAfterADeferral: an answer for one person does not appear where everyone
// has seen that there is one to come.
func TestPrivateAfterADeferral(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(ctx context.Context, _ commands.Request) commands.Reply {
		_ = sleep(ctx, deferAfter+400*time.Millisecond)
		return commands.Reply{Title: "Secret", Private: true}
	}})
	i, err := r.Slash(discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
	if err != nil {
		t.Fatal(err)
	}
	if m := r.answer(i); !m.Ephemeral || m.Embeds[0].Title != "Secret" || len(r.Replies(discordtest.General)) != 1 {
		t.Errorf("%+v", m)
	}
	if deferred, after := r.Deferred(i); !deferred || after > 2*time.Second {
		t.Errorf("deferred: %v after %v", deferred, after)
	}
}

func TestGuildPrefix(t *testing.T) {
	var mu sync.Mutex
	prefix := ""
	set := func(s string) {
		mu.Lock()
		defer mu.Unlock()
		prefix = s
	}
	r := newRoom(t, discordtest.Options{}, &desk{settings: func(guild string) commands.Settings {
		mu.Lock()
		defer mu.Unlock()
		if guild == "" {
			return commands.Settings{}
		}
		return commands.Settings{Prefix: prefix}
	}})
	n := 0
	say := func(channel, text, want string) {
		t.Helper()
		before := len(r.Replies(channel))
		r.Say(channel, discordtest.ManagerID, text)
		if want == "" { // what comes after it is answered, it is not
			r.Say(channel, discordtest.OwnerID, discordtest.Mention+" search marker")
			n++
			r.replies(channel, before+1)
			if q := r.desk.requests(); q[len(q)-1].Line != "search marker" {
				t.Errorf("%q was answered", text)
			}
			return
		}
		n++
		r.replies(channel, before+1)
		if q := r.desk.requests(); len(q) != n || q[n-1].Line != want {
			t.Errorf("%q → %q, want %q", text, q[len(q)-1].Line, want)
		}
	}
	say(discordtest.General, "!statsu badia", "statsu badia") // nearly a command
	say(discordtest.General, "!play song", "")                // another bot's
	say(discordtest.General, "!stop", "")
	say(discordtest.General, "!الوضع البادية", "الوضع البادية")
	say(discordtest.General, discordtest.Mention+" الوضع البادية", "الوضع البادية")
	say(discordtest.General, discordtest.Mention+" !play song", "play song")
	say(r.DM(discordtest.ManagerID), "!play song", "play song")
	set("?")
	say(discordtest.General, "?play song", "play song") // the prefix is this bot's alone
	say(discordtest.General, "!status badia", "")
	set("sitrep")
	say(discordtest.General, "sitrep status badia", "status badia")
	say(discordtest.General, "sitreport status", "")
	q := r.desk.requests()
	if last := q[len(q)-2]; !slices.Equal(last.Roles, []string{discordtest.RoleID}) || last.ID == "" || !last.Manager {
		t.Errorf("%+v", last)
	}
}

func TestLanguages(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(_ context.Context, q commands.Request) commands.Reply {
		if q.Line == "status panic" {
			panic("oh")
		}
		return commands.Reply{Title: q.Locale, Lang: q.Locale, Items: []commands.Item{quote("It fell.", reuters)}}
	}})
	r.UserLocale(discordtest.MemberID, "ar")
	i, err := r.Slash(discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
	if err != nil {
		t.Fatal(err)
	}
	if m := r.answer(i); !strings.Contains(m.Embeds[0].Description, "\u200F— ") || !strings.HasPrefix(m.Embeds[0].Title, rightMark) {
		t.Errorf("%q", m.Embeds[0].Description)
	}
	if i, err = r.Slash(discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "panic"}); err != nil {
		t.Fatal(err)
	}
	if m := r.answer(i); !strings.Contains(m.Embeds[0].Description, "داخل") {
		t.Errorf("%+v", m.Embeds[0])
	}
}

func TestTypingGoesOn(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes ten seconds")
	}
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(ctx context.Context, _ commands.Request) commands.Reply {
		_ = sleep(ctx, typingAfter+typingEvery+500*time.Millisecond)
		return commands.Reply{Title: "Late"}
	}})
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	r.replies(discordtest.General, 1)
	n := 0
	for _, c := range r.Calls() {
		if strings.HasSuffix(c.Path, "/typing") {
			n++
		}
	}
	if n != 2 {
		t.Errorf("typing was shown %d times", n)
	}
}

// TestPostedParts: the messages of a long post can be kept, are sent once, and found again.
func TestPostedParts(t *testing.T) {
	t.Parallel()
	s := discordtest.Start(t, discordtest.Options{})
	b, err := New(Options{Token: s.Token(), APIURL: s.URL(), Asker: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	reply := longAnswer(t.Context(), commands.Request{Line: "brief 7d"})
	parts, err := b.Parts(t.Context(), reply, "seed")
	if err != nil || len(parts) < 3 {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for range 2 {
		for _, p := range parts {
			if _, err := b.PostPart(t.Context(), discordtest.General, p); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Post(t.Context(), discordtest.General, reply, "seed"); err != nil {
			t.Fatal(err)
		}
	}
	got := s.Replies(discordtest.General)
	if len(got) != len(parts) || len(got[0].Files) != 1 {
		t.Fatalf("%d messages of %d parts", len(got), len(parts))
	}
	for n, m := range got {
		if id, err := b.Posted(t.Context(), discordtest.General, PartSeed("seed", n+1)); err != nil || id != m.ID {
			t.Errorf("part %d is %s, found %q, %v", n+1, m.ID, id, err)
		}
		if !strings.HasPrefix(m.Embeds[0].Footer.Text, fmt.Sprintf("Page %d of %d · ref ", n+1, len(parts))) {
			t.Errorf("footer %q", m.Embeds[0].Footer.Text)
		}
	}
	// Far too much is cut, and says so.
	reply.Items = slices.Repeat(reply.Items, 8)
	if parts, err = b.Parts(t.Context(), reply, "much"); err != nil || len(parts) != maxPosts || !strings.Contains(string(parts[maxPosts-1].Body), "more pages are left out") {
		t.Errorf("%d parts, %v", len(parts), err)
	}
}
