package console

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitrep/commands"
	"sitrep/news"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The index library, which the commands bring along, has workers from the start.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

// missing skips a test that needs something this machine lacks, and fails it where
// everything has to be there.
func missing(t *testing.T, reason string) {
	t.Helper()
	if os.Getenv("SITREP_TEST_ALL") == "1" {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// script is an Asker with answers of its own for a few lines.
type script struct {
	do       func(context.Context, commands.Request) (commands.Reply, bool)
	requests chan commands.Request // if set, each request is sent here
}

func (s *script) Do(ctx context.Context, r commands.Request) commands.Reply {
	if s.requests != nil {
		s.requests <- r
	}
	if s.do != nil {
		if reply, ok := s.do(ctx, r); ok {
			return reply
		}
	}
	line := strings.TrimPrefix(strings.TrimSpace(r.Line), "!")
	name, _, _ := strings.Cut(line, " ")
	switch name {
	case "status":
		return badia()
	case "show":
		return whole()
	case "search":
		return commands.Reply{Error: &commands.Error{Code: commands.CodeNotFound,
			Message: "No dispatch speaks of “Hajin” in the last 7 days. The newest one was published on 14 Dec 2018: ask with until:2018-12-31, or without a date."},
			Actions: []commands.Action{{Label: "Search all of 2018", Line: "search Hajin since:2018-01-01 until:2018-12-31"}}}
	case "brief":
		return commands.Reply{Error: &commands.Error{Code: commands.CodeUnavailable, Message: "The index is being built: ask again in a minute."}}
	case "help":
		return help()
	case "shout":
		return commands.Reply{Error: &commands.Error{Code: commands.CodeInternal, Message: "It broke."}}
	case "retract":
		return commands.Reply{Error: &commands.Error{Code: commands.CodeForbidden, Message: "Only managers retract."}}
	}
	return commands.Reply{Error: &commands.Error{Code: commands.CodeUnknownCommand,
		Message: "There is no command “" + name + "”. `help` lists them; did you mean `status`?"},
		Actions: []commands.Action{{Label: "Help", Line: "help"}}}
}

var table = []*commands.Command{
	{Name: "status", Summary: "The situation now: a place, an actor or words."},
	{Name: "search", Summary: "Dispatches that match, best or newest first."},
	{Name: "show", Summary: "One dispatch whole, its revisions and its standing."},
	{Name: "brief", Summary: "The briefing now, of a period and about a topic."},
	{Name: "timeline", Summary: "Dated key sentences on a topic, oldest first."},
	{Name: "trend", Summary: "A chart against the period before."},
	{Name: "map", Summary: "Where the reports on a topic lie."},
	{Name: "help", Summary: "What can be asked, or one command in detail."},
}

func (s *script) Commands() []*commands.Command { return table }

func (s *script) Complete(_ context.Context, r commands.Request, n int) []commands.Choice {
	var out []commands.Choice
	add := func(label, value string) {
		if len(out) < n && strings.HasPrefix(value, r.Line) {
			out = append(out, commands.Choice{Label: label, Value: value})
		}
	}
	for _, c := range table {
		add(c.Name+" — "+c.Summary, c.Name+" ")
	}
	for _, p := range []string{"Badia", "Baghuz", "Bab al-Hawa", "Banias"} {
		add(p, "status "+strings.ToLower(p))
	}
	return out
}

// testNow is the present of the goldens.
var testNow = time.Date(2026, 3, 3, 14, 5, 0, 0, time.UTC)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// marked is an item's text with its highlights written as [[…]].
func marked(s string) (string, []commands.Mark) {
	var marks []commands.Mark
	for {
		i := strings.Index(s, "[[")
		j := strings.Index(s, "]]")
		if i < 0 || j < i {
			return s, marks
		}
		marks = append(marks, commands.Mark{Start: i, End: j - 2})
		s = s[:i] + s[i+2:j] + s[j+2:]
	}
}

func quote(s string, standing news.Standing, cites ...commands.Cite) commands.Item {
	text, marks := marked(s)
	return commands.Item{Text: text, Quote: true, Standing: standing, Marks: marks, Cites: cites}
}

func badia() commands.Reply {
	return commands.Reply{
		Title: "Badia (Syrian desert)",
		AsOf:  day(2018, 12, 29),
		Note:  "Taken as the region between Homs and Deir Ezzor, with the 41 places that lie in it. One of the reports is undated.",
		Fields: []commands.Field{
			{Name: "Reports, 7 days", Value: "4 by 3 sources"},
			{Name: "The week before", Value: "2 by 2 sources"},
			{Name: "Last report", Value: "29 Dec 2018"},
		},
		Items: []commands.Item{
			quote("Patrols met the last large group in the [[Badia]] south of Sukhnah, where some two hundred men are said to hold the wells along the old pipeline road; the army closed the road to Palmyra for the night and opened it again on Saturday, after engineers had cleared eleven mines from the stretch that the supply convoys of both sides had used since October.", news.Corroborated,
				commands.Cite{ID: "mzxw6ytboi2gs3th", Title: "Pipeline road reopened after a night of clashes", Source: "Homs Field Desk", URL: "https://www.example.org/2018/12/29/pipeline-road", Published: day(2018, 12, 29)},
				commands.Cite{ID: "gezdgnbvgy3tqojq", Title: "Eleven mines lifted near Sukhnah", Source: "Palmyra Monitor", URL: "http://palmyra-monitor.example/a/4411?ref=feed", Published: day(2018, 12, 29)}),
			quote("قالت مصادر محلية إن رتلاً عسكرياً دخل أطراف [[البادية]] شرق السخنة فجر الجمعة، وإن الطيران حلّق فوق المنطقة حتى الظهر دون قصف.", news.Reported,
				commands.Cite{ID: "nbswy3dpeb3w64tm", Title: "رتل عسكري يدخل البادية", Source: "شبكة أخبار تدمر", URL: "https://أخبار.example/2018/77", Published: day(2018, 12, 28)}),
			quote("All fighters have left the [[desert]] and handed over their heavy weapons.", news.Retracted,
				commands.Cite{ID: "onxw2zjanfxgo33j", Source: "Euphrates Wire", URL: "https://euphrates-wire.example/r/9", Published: day(2018, 12, 27)}),
			quote("The pocket holds “no more than fifty men”, a commander in Mayadeen said.", news.Disputed,
				commands.Cite{ID: "mfrggzdfmztwq2lk", Title: "Commander plays down the pocket", Source: "Deir Ezzor field notes", Filed: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}),
			{Text: "2 of 5 sources have been failing since 26 Dec 2018: quiet here may mean blind.", Cites: nil},
		},
		Pictures: []commands.Picture{{Alt: "Map: reports in the Badia, 1 to 29 December 2018; most lie between Palmyra and Sukhnah", Type: "image/png", Width: 800, Height: 300, Data: drawing()}},
		Actions: []commands.Action{
			{Label: "Timeline", Line: "timeline badia until:2018-12-31"},
			{Label: "Map", Line: "map badia until:2018-12-31"},
			{Label: "Islamic State", Line: "status islamic-state until:2018-12-31"},
			{Label: "Sukhnah", Line: "status sukhnah until:2018-12-31"},
			{Label: "تدمر", Line: "status تدمر until:2018-12-31"},
		},
	}
}

func whole() commands.Reply {
	return commands.Reply{
		Title: "Pipeline road reopened after a night of clashes", AsOf: testNow.Add(-3 * time.Hour),
		Items: []commands.Item{quote("The road along the old pipeline was closed at dusk.\nIt was opened again at eight.\n\nEngineers lifted eleven mines from the stretch south of the wells; two trucks of the supply convoy were lost, their drivers unhurt.", news.Reported,
			commands.Cite{ID: "mzxw6ytboi2gs3th", Source: "Homs Field Desk", Published: testNow.Add(-3 * time.Hour)})},
		Fields: []commands.Field{
			{Name: "Source", Value: "Homs Field Desk"}, {Name: "Standing", Value: "reported"}, {Name: "Published", Value: "3 Mar 2026, 11:05 UTC"}, {Name: "Language", Value: "en"},
			{Name: "Names", Value: "Badia, Homs, Sukhnah, Palmyra, Deir Ezzor, Islamic State, Syrian Army"},
			{Name: "History (2)", Value: "1. filed 3 Mar 2026, 11:20 UTC\n2. revised 3 Mar 2026, 12:40 UTC by the source"},
		},
	}
}

func help() commands.Reply {
	r := commands.Reply{Title: "What can be asked", Note: "Type a command behind !, or ask in a mention. since: and until: hold in every one that answers from dispatches."}
	for i, c := range table {
		usage := "!" + c.Name
		if i < 7 {
			usage += " TOPIC [since:TIME] [until:TIME]"
		}
		r.Fields = append(r.Fields, commands.Field{Name: usage, Value: c.Summary})
		if i < 5 {
			r.Actions = append(r.Actions, commands.Action{Label: "help " + c.Name, Line: "help " + c.Name})
		}
	}
	return r
}

// drawing is a small PNG that looks like a chart.
func drawing() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 800, 300))
	for x := range 800 {
		top := 150 - 90*math.Sin(float64(x)/90)*math.Cos(float64(x)/37)
		for y := range 300 {
			c := color.RGBA{0xf3, 0xf1, 0xea, 0xff}
			if float64(y) > top {
				c = color.RGBA{0x9c, 0xc0, 0xc6, 0xff}
			}
			if y%60 == 0 {
				c = color.RGBA{0xd8, 0xd4, 0xc8, 0xff}
			}
			m.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// testConsole is a console with its guards, asked without a network.
func testConsole(t *testing.T, o Options, change ...func(*limits)) *Console {
	t.Helper()
	if o.Asker == nil {
		o.Asker = &script{}
	}
	lim := defaultLimits
	for _, f := range change {
		f(&lim)
	}
	c, err := newConsole(o, lim)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// do sends a request to the handler as a program on this machine would.
func do(c *Console, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "http://127.0.0.1:8080"+target, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	return w
}

func postForm(c *Console, target string, fields url.Values, headers ...string) *httptest.ResponseRecorder {
	headers = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)
	return do(c, http.MethodPost, target, fields.Encode(), headers...)
}

// serve runs a console on a port of its own until the test ends, and gives its address.
func serve(t *testing.T, c *Console) (base string, stop func()) {
	t.Helper()
	addr, _, err := c.Listen()
	if err != nil {
		t.Fatal(err)
	}
	// Not the test's context: that ends before the clean-up of what was started later.
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- c.Serve(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	}
	t.Cleanup(stop)
	return "http://" + addr, stop
}
