package bot

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitrep/bot/discordtest"
	"sitrep/commands"
	"sitrep/lang"
	"sitrep/news"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// The tests mostly wait: discordgo takes a second to close a connection.
	if flag.Lookup("test.fuzz").Value.String() == "" {
		parallel := "48"
		if raceDetector { // which leaves less time for waiting
			parallel = "24"
		}
		_ = flag.Set("test.parallel", parallel)
	}
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) // the index library has workers from the start
}

// desk is an Asker: it answers from a function and keeps what it was asked.
type desk struct {
	answer func(context.Context, commands.Request) commands.Reply
	// settings of a guild; the prefix is "!" where they have none.
	settings func(guild string) commands.Settings

	forget bool // keeps nothing
	mu     sync.Mutex
	asked  []commands.Request
}

var table = []*commands.Command{
	{Name: "status", Summary: "The situation now.", Args: []commands.Arg{
		{Name: "since", Kind: commands.Time, Named: true, Summary: "from when"},
		{Name: "topic", Kind: commands.Topic, Required: true, Summary: "a place, an actor or words"}}},
	{Name: "search", Summary: "Search.", Args: []commands.Arg{{Name: "query", Kind: commands.Text, Required: true, Summary: "words"}, {Name: "n", Kind: commands.Integer, Named: true, Summary: "how many"}}},
	{Name: "help", Summary: "Help.", Args: []commands.Arg{{Name: "command", Kind: commands.Name, Summary: "which"}}},
	{Name: "schedule", Summary: "Schedules.", Sub: []*commands.Command{
		{Name: "list", Summary: "List them."},
		{Name: "add", Summary: "Add one.", Manage: true, Args: []commands.Arg{{Name: "channel", Kind: commands.Channel, Summary: "where"}, {Name: "line", Kind: commands.Line, Required: true, Summary: "what"}}}}},
	{Name: "settings", Summary: "Settings.", Manage: true},
	{Name: "file", Summary: "File a dispatch.", Args: []commands.Arg{{Name: "text", Kind: commands.Text, Summary: "what it says"}}},
	{Name: "related", Summary: "What belongs to a dispatch.", Args: []commands.Arg{{Name: "id", Kind: commands.ID, Summary: "which"}}},
}

func (d *desk) Commands() []*commands.Command { return table }

func (d *desk) Settings(guild string) (s commands.Settings) {
	if d.settings != nil {
		s = d.settings(guild)
	}
	s.Prefix = or(s.Prefix, DefaultPrefix)
	return s
}

var tongues = func() *lang.Catalogue {
	c, err := lang.New()
	if err != nil {
		panic(err)
	}
	return c
}()

func (d *desk) Languages() *lang.Catalogue { return tongues }

func (d *desk) Do(ctx context.Context, r commands.Request) commands.Reply {
	d.mu.Lock()
	if !d.forget {
		d.asked = append(d.asked, r)
	}
	d.mu.Unlock()
	if d.answer != nil {
		return d.answer(ctx, r)
	}
	return commands.Reply{Title: "Answer", Note: r.Line, Actions: []commands.Action{{Label: "Timeline", Line: "search timeline " + r.Line}}}
}

func (d *desk) CompleteArg(_ context.Context, _ commands.Request, path []string, arg, typed string, n int) []commands.Choice {
	out := []commands.Choice{{Label: strings.Repeat("ü", 150), Value: "long label"}, {Label: "value too long", Value: strings.Repeat("x", 101)}}
	for i := range n + 10 {
		out = append(out, commands.Choice{Label: fmt.Sprintf("%s %s %d", strings.Join(path, " "), arg, i), Value: typed + fmt.Sprint(i)})
	}
	return out
}

func (d *desk) Line(path []string, values map[string]string) (string, error) {
	line := strings.Join(path, " ")
	for _, name := range []string{"topic", "query", "command", "line"} {
		if v := values[name]; v != "" {
			line += " " + v
		}
	}
	for _, name := range []string{"since", "channel", "n"} {
		if v := values[name]; v != "" {
			line += " " + name + ":" + v
		}
	}
	return line, nil
}

func (d *desk) requests() []commands.Request {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]commands.Request(nil), d.asked...)
}

// buffer is a log that may be written to from anywhere.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// hangs is when what a test waits for will not come any more: far longer than it takes,
// since many tests share few processors, under the race detector, too.
const hangs = 5 * time.Minute

// room is a running bot at a local Discord.
type room struct {
	*discordtest.Server
	t    *testing.T
	bot  *Bot
	desk *desk
	log  *buffer
	ctx  context.Context
	stop context.CancelFunc
	done chan error
	// forgive says that the test has looked at the refusals itself.
	forgive bool

	trials
}

func newRoom(t *testing.T, o discordtest.Options, d *desk) *room {
	t.Helper()
	r := prepare(t, o, d)
	r.start()
	return r
}

// start runs the bot and waits until it is there.
func (r *room) start() {
	r.t.Helper()
	r.run()
	if err := r.WaitConnected(r.ctx); err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.WaitCommands(r.ctx, 1); err != nil {
		r.t.Fatal(err)
	}
}

func prepare(t *testing.T, o discordtest.Options, d *desk) *room {
	t.Helper()
	t.Parallel()
	return prepareAlone(t, o, d)
}

// prepareAlone is prepare for a test that no other shall run beside.
func prepareAlone(t *testing.T, o discordtest.Options, d *desk) *room {
	t.Helper()
	if d == nil {
		d = &desk{}
	}
	r := &room{Server: discordtest.Start(t, o), t: t, desk: d, log: &buffer{}, done: make(chan error, 1)}
	var cancel context.CancelFunc
	r.ctx, cancel = context.WithTimeout(t.Context(), hangs)
	t.Cleanup(cancel)
	var err error
	r.bot, err = New(Options{Token: r.Token(), APIURL: r.URL(), Asker: d,
		Scopes: func(g string) []news.Scope { return []news.Scope{news.ScopeEveryone, news.GuildScope(g)} },
		Logger: slog.New(slog.NewTextHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	r.bot.pace = basePace / 10
	r.bot.floods.user = ration{1000, time.Millisecond} // flood_test.go has the real ones
	r.bot.floods.guild = ration{1000, time.Millisecond}
	return r
}

func (r *room) run() {
	var ctx context.Context
	ctx, r.stop = context.WithCancel(context.Background())
	go func() { r.done <- r.bot.Run(ctx) }()
	r.t.Cleanup(func() {
		r.stop()
		if err := <-r.done; err != nil {
			r.t.Errorf("Run: %v", err)
		}
		if r.t.Failed() {
			r.t.Log(r.log.String())
		}
		if strings.Contains(r.log.String(), r.Token()) {
			r.t.Error("the token is in the log")
		}
		if refused := r.Refusals(); len(refused) > 0 && !r.forgive && !r.t.Failed() {
			r.t.Errorf("refused: %v", refused)
		}
	})
}

// replies waits for n messages of the bot, and fails if there are more.
func (r *room) replies(channel string, n int) []discordtest.Message {
	r.t.Helper()
	got, err := r.WaitReplies(r.ctx, channel, n)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(got) != n {
		r.t.Fatalf("%d replies, want %d: %+v", len(got), n, got)
	}
	return got
}

func TestPrefix(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	for _, text := range []string{"hello", "!", "!!!", "! status", "", "a !status badia"} {
		r.Say(discordtest.General, discordtest.MemberID, text)
	}
	r.Say(discordtest.General, discordtest.OtherBot, "!status badia")
	id := r.Say(discordtest.General, discordtest.MemberID, "  !status badia\n")
	r.Repeat(discordtest.General, id)
	got := r.replies(discordtest.General, 1)[0]
	if len(got.Embeds) != 1 || got.Embeds[0].Title != "Answer" || got.Embeds[0].Description != "status badia" {
		t.Errorf("%+v", got)
	}
	if got.ReplyTo != id || got.Nonce == "" {
		t.Errorf("reply to %q with nonce %q", got.ReplyTo, got.Nonce)
	}
	r.Say(discordtest.Desk, discordtest.ManagerID, "!status badia since:7d <#"+discordtest.General+">")
	r.replies(discordtest.Desk, 1)
	asked := r.desk.requests()
	if len(asked) != 2 {
		t.Fatalf("asked %d times: %+v", len(asked), asked)
	}
	q := asked[1]
	if q.Line != "status badia since:7d <#"+discordtest.General+">" || q.Door != "discord" || q.Guild != discordtest.GuildID || q.Channel != discordtest.Desk ||
		q.User != discordtest.ManagerID || len(q.Scopes) != 2 || q.Scopes[1] != news.GuildScope(discordtest.GuildID) {
		t.Errorf("%+v", q)
	}
	if !r.bot.Ready() {
		t.Error("not ready")
	}
}

func TestMentionAndDirect(t *testing.T) {
	r := newRoom(t, discordtest.Options{DeniedIntents: 1 << 15}, nil)
	dm := r.DM(discordtest.MemberID)
	say := []struct{ channel, text, want string }{
		{discordtest.General, discordtest.Mention + " status badia", "status badia"},
		{discordtest.General, discordtest.Mention + " what about Palmyra?", "search what about Palmyra?"},
		{discordtest.General, discordtest.Mention, "help"},
		{discordtest.General, discordtest.Mention + ": !Status badia", "Status badia"},
		{discordtest.General, "<@!" + discordtest.BotID + ">, STATUS badia", "status badia"},
		{dm, "status badia", "status badia"},
		{dm, "!status homs", "status homs"},
		{dm, "any news", "search any news"},
	}
	n := map[string]int{}
	for _, s := range say {
		r.Say(s.channel, discordtest.MemberID, s.text)
		n[s.channel]++
		r.replies(s.channel, n[s.channel])
		asked := r.desk.requests()
		if got := asked[len(asked)-1].Line; got != s.want {
			t.Errorf("%q → %q, want %q", s.text, got, s.want)
		}
	}
	// Without the message content intent, nothing else is seen.
	r.Say(discordtest.General, discordtest.MemberID, "!status hidden")
	r.Say(discordtest.General, discordtest.MemberID, discordtest.Mention+" status last")
	r.replies(discordtest.General, n[discordtest.General]+1)
	if !strings.Contains(r.log.String(), "message content intent") {
		t.Error("the missing intent is not told")
	}
}

func TestOwnRoleMention(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	r.Say(discordtest.General, discordtest.MemberID, "<@&"+discordtest.BotRoleID+"> status badia")
	r.replies(discordtest.General, 1)
}

func TestManager(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	asked := 0
	try := func(channel, user string, want bool) {
		t.Helper()
		asked++
		before := len(r.Replies(channel))
		r.Say(channel, user, "!settings")
		r.replies(channel, before+1)
		if got := r.desk.requests()[asked-1].Manager; got != want {
			t.Errorf("%s in %s: manager is %v", user, channel, got)
		}
	}
	try(discordtest.General, discordtest.MemberID, false)
	try(discordtest.General, discordtest.ManagerID, true)
	try(discordtest.General, discordtest.OwnerID, true)
	try(r.DM(discordtest.OwnerID), discordtest.OwnerID, false)
	r.SetPermissions(0)
	try(discordtest.General, discordtest.ManagerID, false)
	r.SetPermissions(permAdministrator)
	try(discordtest.General, discordtest.ManagerID, true)
	r.SetRoles(discordtest.ManagerID)
	try(discordtest.General, discordtest.ManagerID, false)
	for user, want := range map[string]bool{discordtest.MemberID: false, discordtest.OwnerID: true} {
		asked++
		i, err := r.Slash(discordtest.General, user, "schedule list", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Answer(r.ctx, i); err != nil {
			t.Fatal(err)
		}
		if got := r.desk.requests()[asked-1].Manager; got != want {
			t.Errorf("slash by %s: manager is %v", user, got)
		}
	}
}

func TestSlashAutocompleteButton(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	i, err := r.Slash(discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "badia", "since": "7d"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Answer(r.ctx, i)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Embeds) != 1 || got.Embeds[0].Description != "status badia since:7d" {
		t.Errorf("%+v", got)
	}
	if deferred, _ := r.Deferred(i); deferred {
		t.Error("a quick answer was deferred")
	}
	i, err = r.Slash(discordtest.General, discordtest.OwnerID, "schedule add", map[string]any{"line": "brief 24h", "channel": discordtest.Desk})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := r.Answer(r.ctx, i); err != nil || got.Embeds[0].Description != "schedule add brief 24h channel:"+discordtest.Desk {
		t.Errorf("%v %+v", err, got.Embeds)
	}
	choices, err := r.Autocomplete(r.ctx, discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "ba"}, "topic")
	if err != nil {
		t.Fatal(err)
	}
	if len(choices) != 25 || choices[1].Name != "status topic 0" || choices[1].Value != "ba0" {
		t.Errorf("%d choices: %v", len(choices), choices)
	}
	button, ok := got.Button("Timeline")
	if !ok {
		t.Fatalf("no button: %+v", got)
	}
	i, err = r.Click(discordtest.General, got.ID, button.CustomID, discordtest.OwnerID)
	if err != nil {
		t.Fatal(err)
	}
	clicked, err := r.Answer(r.ctx, i)
	if err != nil {
		t.Fatal(err)
	}
	if clicked.ID == got.ID || clicked.Embeds[0].Description != "search timeline status badia since:7d" {
		t.Errorf("%+v", clicked)
	}
}

func TestDeferredAnswer(t *testing.T) {
	release := make(chan struct{})
	picture := commands.Picture{Alt: "A map", Type: "image/png", Data: []byte("PNG")}
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(ctx context.Context, q commands.Request) commands.Reply {
		select {
		case <-release:
		case <-ctx.Done():
		}
		return commands.Reply{Title: "Late", Pictures: []commands.Picture{picture}}
	}})
	// Both wait: the second has its place in the queue behind the first.
	var waiting []*discordtest.Interaction
	for range 2 {
		i, err := r.Slash(discordtest.General, discordtest.MemberID, "status", map[string]any{"topic": "badia"})
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, i)
	}
	for _, i := range waiting {
		for deferred := false; !deferred; deferred, _ = r.Deferred(i) {
			time.Sleep(10 * time.Millisecond)
			if r.ctx.Err() != nil {
				t.Fatal("not deferred")
			}
		}
	}
	close(release)
	for _, i := range waiting {
		got, err := r.Answer(r.ctx, i)
		if err != nil {
			t.Fatal(err)
		}
		if got.Embeds[0].Title != "Late" || len(got.Files) != 1 || got.Files[0].Description != "A map" || got.Embeds[0].Image.URL != "attachment://picture-1.png" {
			t.Errorf("%+v", got)
		}
	}
}

func TestCommandsRegisteredOnce(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	r.Forget() // the next session is new, and finds the commands as they are
	r.Drop()
	if err := r.WaitIdentifies(r.ctx, 2); err != nil {
		t.Fatal(err)
	}
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	r.replies(discordtest.General, 1)
	gets, puts := 0, 0
	for gets < 2 {
		if gets, puts = 0, 0; r.ctx.Err() != nil {
			t.Fatal("the commands were not compared")
		}
		for _, c := range r.Calls() {
			if strings.HasSuffix(c.Path, "/commands") {
				switch c.Method {
				case "GET":
					gets++
				case "PUT":
					puts++
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	if puts != 1 {
		t.Errorf("commands were registered %d times", puts)
	}
}

func TestToken(t *testing.T) {
	for _, token := range []string{"", "  ", "Bot ", "a b", "a\nb", "tökén"} {
		if _, err := New(Options{Token: token, Asker: &desk{}}); err == nil || token != "" && strings.TrimSpace(token) != "" && strings.Contains(err.Error(), token) {
			t.Errorf("token %q: %v", token, err)
		}
	}
	const canary = "canary.NzE5.wrong-token"
	s := discordtest.Start(t, discordtest.Options{})
	log := &buffer{}
	b, err := New(Options{Token: "Bot " + canary, APIURL: s.URL(), Asker: &desk{}, Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := b.Check(ctx); !errors.Is(err, ErrToken) || strings.Contains(err.Error(), canary) {
		t.Error(err)
	}
	if err := b.Run(ctx); !errors.Is(err, ErrToken) || ctx.Err() != nil {
		t.Error(err)
	}
	if err := b.Post(ctx, discordtest.General, commands.Reply{Title: "x"}, "seed"); err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, err), canary) {
		t.Error(err)
	}
	b.Close()
	if strings.Contains(log.String(), canary) {
		t.Error("the token is in the log")
	}
}

func TestUnreachable(t *testing.T) {
	b, err := New(Options{Token: "x", APIURL: "http://127.0.0.1:1", Asker: &desk{}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := b.Check(ctx); err == nil || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Error(err)
	}
	if err := b.Run(ctx); err != nil {
		t.Error(err)
	}
	for _, url := range []string{"discord.com", "ftp://x", "://"} {
		if _, err := New(Options{Token: "x", APIURL: url, Asker: &desk{}}); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}

func TestPanicInCommand(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, &desk{answer: func(_ context.Context, q commands.Request) commands.Reply {
		if q.Line == "status panic" {
			panic("oh")
		}
		return commands.Reply{Title: "fine"}
	}})
	r.Say(discordtest.General, discordtest.MemberID, "!status panic")
	r.Say(discordtest.General, discordtest.MemberID, "!status badia")
	got := r.replies(discordtest.General, 2)
	if got[0].Embeds[0].Color != colourError || got[1].Embeds[0].Title != "fine" {
		t.Errorf("%+v", got)
	}
}

func TestOrderAndFlood(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	for n := range maxOwned {
		r.Say(discordtest.General, discordtest.MemberID, fmt.Sprintf("!status %02d", n))
	}
	for n, m := range r.replies(discordtest.General, maxOwned) {
		if want := fmt.Sprintf("status %02d", n); m.Embeds[0].Description != want {
			t.Errorf("%d: %s", n, m.Embeds[0].Description)
		}
	}
}

func TestStrangeEvents(t *testing.T) {
	r := newRoom(t, discordtest.Options{}, nil)
	for _, e := range []struct{ name, data string }{
		{"MESSAGE_CREATE", `{}`},
		{"MESSAGE_CREATE", `{"id":5,"author":null}`},
		{"MESSAGE_CREATE", `{"id":"700000000000000001","channel_id":"` + discordtest.General + `","author":{"id":"1"},"content":"!status x","components":[{"type":99,"components":[{"type":98}]}],"type":7}`},
		{"INTERACTION_CREATE", `{"id":"1","type":2}`},
		{"INTERACTION_CREATE", `{"id":"2","type":5,"data":{"components":[{"type":18,"component":{"type":4}}]},"user":{"id":"1"}}`},
		{"INTERACTION_CREATE", `{"id":"3","type":2,"user":{"id":"1"},"data":{"type":3,"name":"File as dispatch"}}`},
		{"GUILD_CREATE", `{"id":"9","unavailable":true}`},
		{"GUILD_CREATE", `{"roles":5}`},
		{"GUILD_ROLE_UPDATE", `{"guild_id":"9"}`},
		{"SOMETHING_NEW", `{"a":[1]}`},
	} {
		r.Dispatch(e.name, e.data)
	}
	r.SendRaw(99, `{}`)
	r.AskHeartbeat()
	r.Dispatch("MESSAGE_CREATE", `{"id":"700000000000000002","channel_id":"`+discordtest.General+`","guild_id":"`+discordtest.GuildID+
		`","author":{"id":"`+discordtest.MemberID+`"},"content":"!status badia","components":[{"type":99}],"type":0}`)
	r.replies(discordtest.General, 1)
}
