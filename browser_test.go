package main

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var shot = flag.String("shot", "", "write a screenshot of the local channel to this file")

// The whole program in a real browser: a command is typed, the answer comes as a
// card with quotations, a picture and buttons, and a button asks further.
//
//	go test -run LocalChannel . -shot docs/local-channel.png
func TestLocalChannel(t *testing.T) {
	path, err := exec.LookPath("chromium")
	needs(t, err == nil, "no Chromium on this machine: install chromium")
	state := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	defer cancel()
	run := child(ctx, nil, "run", "--state", state, "--console", "127.0.0.1:0")
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = run.Process.Signal(os.Interrupt)
		if err := run.Wait(); err != nil {
			t.Error(err)
		}
	}()
	p := &program{Settings: Settings{State: state}}
	waitFor(t, 30*time.Second, func() bool { code, _, _ := sitrep(t, "health", "--state", state); return code == 0 })
	at, err := p.running()
	if err != nil {
		t.Fatal(err)
	}

	opts := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(1000, 1240)}
	for _, f := range []string{"headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync", "hide-scrollbars"} {
		opts = append(opts, chromedp.Flag(f, true))
	}
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()
	cards := func(n string) chromedp.Action[bool] {
		return chromedp.Poll[bool](`document.querySelectorAll(".turn:not(.post) .card").length >= `+n, chromedp.WithPollingTimeout(20*time.Second))
	}
	line := chromedp.ID("line")
	if err := chromedp.Do(ctx, chromedp.Navigate(at.URL+"/"), chromedp.WaitVisible(line), keys("!status badia until:2018-12-31"+kb.Enter)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, cards("1")); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Badia", "As it stood on 31 Dec 2018", "31 Dec 2018", "sample"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	whole, err := chromedp.Run(ctx, chromedp.Poll[bool](`[...document.images].length > 0 && [...document.images].every(i => i.complete && i.naturalWidth > 0)`, chromedp.WithPollingTimeout(10*time.Second)))
	if err != nil || !whole {
		t.Errorf("the picture did not come: %v", err)
	}
	if *shot != "" {
		height, err := chromedp.Run(ctx, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
		if err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(1000, height), chromedp.Sleep(400*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(*shot, png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`(document.querySelector(".card form button, .card button:not([disabled])").click(), true)`)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Run(ctx, cards("2")); err != nil {
		t.Errorf("a button asks nothing: %v", err)
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
