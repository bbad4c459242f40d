package console

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"sitrep/commands"
)

// browser opens Chromium with a profile of its own. Start the server before it: what is
// started last ends first, and a page complains of a server that went. What the pages complain of
// (a script's error, a breach of the content policy, a dialog) fails the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		missing(t, "no Chromium on this machine: install chromium")
	}
	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1100, 800)}
	for _, flag := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run",
		"disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		opts = append(opts, chromedp.Flag(flag, true))
	}
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(t.Logf))
	t.Cleanup(cancel)
	var mu sync.Mutex
	var complaints []string
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		complaints = append(complaints, fmt.Sprintf(format, args...))
	}
	run(t, ctx) // starts it
	if err := chromedp.Listen(ctx, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			complain("exception: %s", e.ExceptionDetails.Text)
		case *cdplog.EventEntryAdded:
			if e.Entry.Level == cdplog.EntryLevelError {
				complain("%s: %s", e.Entry.Source, e.Entry.Text)
			}
		case *cdppage.EventJavascriptDialogOpening:
			complain("dialog: %s", e.Message)
		}
	}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		mu.Lock()
		defer mu.Unlock()
		for _, s := range complaints {
			t.Error(s)
		}
	})
	return ctx
}

func run(t *testing.T, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// keys types into the line. chromedp.SendKeys would look at the node's attributes while
// chromedp itself follows the page's changes to them: a data race of chromedp v0.23.
func keys(text string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, page *chromedp.Target) error {
		if _, err := chromedp.Focus(chromedp.ID("line"), chromedp.NodeVisible)(ctx, page); err != nil {
			return err
		}
		_, err := chromedp.KeyEvent(text)(ctx, page)
		return err
	})
}

// js evaluates an expression.
func js[T any](t *testing.T, ctx context.Context, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// until waits for a condition of the page.
func until(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition, chromedp.WithPollingTimeout(10*time.Second))); err != nil {
		t.Fatalf("never: %s: %v", condition, err)
	}
}

const answers = `document.querySelectorAll(".turn:not(.post) .card").length`

func TestBrowser(t *testing.T) {
	t.Parallel()
	c := testConsole(t, Options{Addr: "127.0.0.1:0", Notice: "Trial: sample dispatches"})
	base, _ := serve(t, c)
	ctx := browser(t)
	line := chromedp.ID("line")
	run(t, ctx, chromedp.Navigate(base+"/"), chromedp.WaitVisible(line))
	value := func() string { return js[string](t, ctx, `document.getElementById("line").value`) }

	// Completion: the list appears, the arrows choose, Tab takes.
	run(t, ctx, keys("s"))
	until(t, ctx, `document.querySelectorAll("#choices li").length === 7`)
	run(t, ctx, keys(kb.ArrowDown+kb.ArrowDown+kb.ArrowUp+kb.Tab))
	if got := value(); got != "status " {
		t.Errorf("the chosen completion is %q", got)
	}
	until(t, ctx, `document.querySelectorAll("#choices li").length === 4`)
	run(t, ctx, keys("ba"+kb.ArrowUp)) // from nothing up: the last
	until(t, ctx, `document.querySelectorAll("#choices li").length === 4`)
	run(t, ctx, keys("d"))
	until(t, ctx, `document.querySelectorAll("#choices li").length === 1`)
	run(t, ctx, keys(kb.Escape))
	until(t, ctx, `document.getElementById("choices").hidden`)

	// Enter asks; the card comes without a reload.
	js[bool](t, ctx, `window.same = true`)
	run(t, ctx, keys(kb.Enter))
	until(t, ctx, answers+` === 1`)
	if got := js[string](t, ctx, `document.querySelector(".turn h2").textContent`); got != "Badia (Syrian desert)" {
		t.Errorf("the card is %q", got)
	}
	if !js[bool](t, ctx, `window.same === true && document.querySelector(".welcome") === null`) {
		t.Error("the page was loaded anew, or the welcome stays")
	}
	if got := js[string](t, ctx, `getComputedStyle(document.querySelectorAll("blockquote p")[1]).direction`); got != "rtl" {
		t.Errorf("the Arabic quotation reads %s", got)
	}
	if !js[bool](t, ctx, `document.querySelector("figure img").naturalWidth === 800`) {
		t.Error("the picture does not show")
	}

	// A card's button runs its line.
	run(t, ctx, chromedp.Click(chromedp.CSS(`.actions button[value^="map"]`)))
	until(t, ctx, answers+` === 2`)
	if got := js[string](t, ctx, `document.querySelectorAll(".asked")[1].textContent`); got != "map badia until:2018-12-31" {
		t.Errorf("the button ran %q", got)
	}

	// Up recalls.
	run(t, ctx, keys(kb.ArrowUp+kb.ArrowUp))
	if got := value(); got != "status bad" {
		t.Errorf("recalled %q", got)
	}
	run(t, ctx, keys(kb.ArrowDown+kb.ArrowDown))
	if got := value(); got != "" {
		t.Errorf("past the last line comes %q", got)
	}

	// A scheduled briefing comes by itself.
	c.Post(commands.Reply{Title: "Morning briefing"}, "brief 24h")
	until(t, ctx, `document.querySelectorAll(".turn.post").length === 1`)

	// A reload keeps what was asked, and the post.
	run(t, ctx, chromedp.Reload(), chromedp.WaitVisible(line))
	until(t, ctx, answers+` === 2 && document.querySelectorAll(".turn.post").length === 1`)
	run(t, ctx, keys("help"+kb.Enter))
	until(t, ctx, answers+` === 3`)
}

func TestBrowserWithoutScript(t *testing.T) {
	t.Parallel()
	c := testConsole(t, Options{Addr: "127.0.0.1:0"})
	base, _ := serve(t, c)
	ctx := browser(t)
	if _, err := chromedp.Run(ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return chromedp.Void{}, err
	}); err != nil {
		t.Fatal(err)
	}
	html := func() string {
		s, err := chromedp.Run(ctx, chromedp.OuterHTML(chromedp.CSS("body")))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	press := func(step chromedp.Action[chromedp.Void]) {
		t.Helper()
		if _, err := chromedp.RunResponse(ctx, step); err != nil {
			t.Fatal(err)
		}
	}
	run(t, ctx, chromedp.Navigate(base+"/"))
	press(keys("status badia" + kb.Enter))
	press(chromedp.Click(chromedp.CSS(`.actions button[value^="timeline"]`)))
	got := html()
	if strings.Count(got, `class="asked"`) != 2 || !strings.Contains(got, "No such command") {
		t.Errorf("two answers are not there: %d asked", strings.Count(got, `class="asked"`))
	}
	// Enter in the field asks what was typed, not what the first button on the page says.
	press(keys("help" + kb.Enter))
	if got := html(); strings.Count(got, `class="asked"`) != 3 || !strings.Contains(got, "What can be asked") {
		t.Error("Enter did not ask for help")
	}
}

func TestBrowserStaysUnharmed(t *testing.T) {
	t.Parallel()
	n := 0
	c := testConsole(t, Options{Addr: "127.0.0.1:0", Asker: &script{do: func(context.Context, commands.Request) (commands.Reply, bool) {
		n++
		return hostileReply(hostile[n%len(hostile)], hostile[(n+9)%len(hostile)]), true
	}}})
	for _, s := range hostile {
		c.Post(hostileReply(s, s), s)
	}
	base, _ := serve(t, c)
	ctx := browser(t)
	run(t, ctx, chromedp.Navigate(base+"/"))
	for i := range 3 {
		run(t, ctx, keys(hostile[i]+kb.Enter))
		until(t, ctx, fmt.Sprintf("%s === %d", answers, i+1))
	}
	c.Post(hostileReply(hostile[0], hostile[0]), hostile[0])
	until(t, ctx, fmt.Sprintf(`document.querySelectorAll(".turn.post").length === %d`, len(hostile)+1))
	if got := js[int](t, ctx, `document.scripts.length`); got != 1 {
		t.Errorf("%d scripts", got)
	}
}

var shots = flag.String("shots", "", "write screenshots of the page to this folder")

// look is a window to see the page in.
type look struct {
	name, scheme  string
	width, height int64
}

// TestLooks shows every kind of answer in a phone's window, where nothing may stick out
// sideways. With -shots it takes pictures too, and in more windows.
func TestLooks(t *testing.T) {
	t.Parallel()
	c := testConsole(t, Options{Addr: "127.0.0.1:0", Notice: "Trial: sample dispatches", Version: "0.1.0"})
	login := testConsole(t, Options{Addr: "127.0.0.1:0", Token: token})
	base, _ := serve(t, c)
	locked, _ := serve(t, login)
	ctx := browser(t)
	looks := []look{{"phone", "light", 390, 844}}
	if *shots != "" {
		looks = append(looks, look{"phone-dark", "dark", 390, 844}, look{"dark", "dark", 1100, 860}, look{"light", "light", 1100, 860})
	}
	line := chromedp.ID("line")
	for _, l := range looks {
		see(t, ctx, l)
		run(t, ctx, chromedp.Navigate(base+"/"), chromedp.WaitVisible(line))
		shot(t, ctx, l, "1-welcome", false)
		run(t, ctx, keys("status ba"))
		until(t, ctx, `document.querySelectorAll("#choices li").length === 4`)
		run(t, ctx, keys(kb.ArrowDown))
		shot(t, ctx, l, "2-completion", false)
		run(t, ctx, keys(kb.Tab+" until:2018-12-31"+kb.Enter))
		until(t, ctx, answers+` === 1`)
		shot(t, ctx, l, "3-status-top", false)
		shot(t, ctx, l, "4-status-whole", true)
		for i, ask := range []string{"search Hajin", "help", "show mzxw6ytboi2gs3th", "shout"} {
			run(t, ctx, keys(ask+kb.Enter))
			until(t, ctx, fmt.Sprintf("%s === %d", answers, i+2))
		}
		shot(t, ctx, l, "5-end", false)
		shot(t, ctx, l, "6-all", true)
		run(t, ctx, chromedp.Navigate(locked+"/"))
		shot(t, ctx, l, "7-login", false)
	}
	c.Post(badia(), "status badia")
	run(t, ctx, chromedp.Navigate(base+"/"), chromedp.WaitVisible(line), chromedp.Evaluate[chromedp.Void](`scrollTo(0, 0)`))
	c.Post(help(), "help")
	until(t, ctx, `!document.getElementById("newer").hidden`)
	shot(t, ctx, looks[len(looks)-1], "8-briefing", false)
}

// see sets the window's size and the system's colours.
func see(t *testing.T, ctx context.Context, l look) {
	t.Helper()
	run(t, ctx, chromedp.EmulateViewport(l.width, l.height, chromedp.EmulateScale(1.5)))
	_, err := chromedp.Run(ctx, func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: l.scheme}}})
		return chromedp.Void{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shot checks that the page is no wider than its window and, with -shots, keeps a picture:
// of the window, or of the whole page.
func shot(t *testing.T, ctx context.Context, l look, name string, whole bool) {
	t.Helper()
	if wide := js[int64](t, ctx, `document.documentElement.scrollWidth`); wide > l.width {
		t.Errorf("%s %s: the page is %d wide, the window %d", l.name, name, wide, l.width)
	}
	if *shots == "" {
		return
	}
	if whole { // a window as high as the page, so that nothing sticky covers its middle
		tall := l
		tall.height = js[int64](t, ctx, `document.documentElement.scrollHeight`)
		see(t, ctx, tall)
		defer see(t, ctx, l)
	}
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*shots, l.name+"-"+name+".png"), b, 0o644); err != nil {
		t.Fatal(err)
	}
}
