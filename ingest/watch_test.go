package ingest

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"sitrep/news"
	"sitrep/store"
)

// lockedBuffer takes a logger's lines while a test reads them.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// watching starts a watcher on a folder and ends it with the test.
func watching(t *testing.T, w *watcher) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- w.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// eventually waits until something has come about, or fails saying what.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not in 15 s: %s", what)
		}
	}
}

// holds reports whether a log has a dispatch with a text and a revision.
func holds(t *testing.T, s *store.Store, text string, revision int) bool {
	for _, d := range logged(t, s) {
		if d.Body == text && d.Revision == revision {
			return true
		}
	}
	return false
}

func TestWatch(t *testing.T) {
	t.Parallel()
	s, dir, out := openLog(t), t.TempDir(), &lockedBuffer{}
	write(t, dir, "there.txt", "already there")
	write(t, dir, "deep/er/down.txt", "far down")
	o := Options{Log: s, Logger: slog.New(slog.NewTextHandler(out, nil))}
	watching(t, newWatcher(o, dir))
	eventually(t, "what is there is filed", func() bool { return holds(t, s, "already there", 1) && holds(t, s, "far down", 1) })

	write(t, dir, "new.txt", "new")
	eventually(t, "a new file is filed", func() bool { return holds(t, s, "new", 1) })
	write(t, dir, "new.txt", "new, changed")
	eventually(t, "a changed file is a revision", func() bool { return holds(t, s, "new, changed", 2) })

	write(t, dir, "made/later/in.txt", "in a new folder")
	eventually(t, "a file in a new folder is filed", func() bool { return holds(t, s, "in a new folder", 1) })
	write(t, dir, "made/later/second.txt", "second")
	eventually(t, "a new folder is followed", func() bool { return holds(t, s, "second", 1) })

	write(t, dir, ".part", "moved into place")
	if err := os.Rename(filepath.Join(dir, ".part"), filepath.Join(dir, "moved.txt")); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a file that is moved into place is filed", func() bool { return holds(t, s, "moved into place", 1) })

	bad := write(t, dir, "bad.txt", "T\xef")
	eventually(t, "a refusal is logged", func() bool { return strings.Count(out.String(), "not UTF-8") == 1 })
	if err := os.Chtimes(bad, time.Time{}, time.Now().Add(-time.Hour)); err != nil { // another version of it
		t.Fatal(err)
	}
	eventually(t, "another version is refused anew", func() bool { return strings.Count(out.String(), "not UTF-8") == 2 })
	if n := len(logged(t, s)); n != 6 {
		t.Errorf("%d dispatches in the log:\n%s", n, out)
	}
}

// A file that is still being written is not filed by halves.
func TestWatchWaitsForTheWriter(t *testing.T) {
	t.Parallel()
	s, dir := openLog(t), t.TempDir()
	f, err := os.Create(filepath.Join(dir, "slow.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString("Title\n\nbegun"); err != nil {
		t.Fatal(err)
	}
	w := newWatcher(Options{Log: s}, dir)
	w.quiet = 2 * time.Second // so long that a busy machine makes no such pause
	watching(t, w)
	body := "begun"
	for range 12 { // longer in all than the quiet time
		time.Sleep(w.quiet / 10)
		if _, err := f.WriteString("\nmore"); err != nil {
			t.Fatal(err)
		}
		body += "\nmore"
	}
	eventually(t, "the whole file is filed", func() bool { return len(logged(t, s)) > 0 })
	if !holds(t, s, body, 1) {
		t.Errorf("filed by halves: %+v", logged(t, s))
	}
}

// Notifications can be lost or not exist at all: the folder is looked through as well.
func TestWatchWithoutNotifications(t *testing.T) {
	t.Parallel()
	s, dir, out := openLog(t), t.TempDir(), &lockedBuffer{}
	w := newWatcher(Options{Log: s, Logger: slog.New(slog.NewTextHandler(out, nil))}, dir)
	w.rescan, w.deaf = 50*time.Millisecond, true
	write(t, dir, "bad.txt", "T\xef")
	watching(t, w)
	eventually(t, "the refusal", func() bool { return strings.Contains(out.String(), "not UTF-8") })
	write(t, dir, "sub/a.txt", "a")
	eventually(t, "a new file", func() bool { return holds(t, s, "a", 1) })
	write(t, dir, "sub/a.txt", "a, changed")
	eventually(t, "a changed file", func() bool { return holds(t, s, "a, changed", 2) })
	if n := strings.Count(out.String(), "not UTF-8"); n != 1 { // looked at many times since
		t.Errorf("one version is refused %d times", n)
	}
}

// failing is a log that is away at first.
type failing struct {
	*store.Store
	mu    sync.Mutex
	fails int
}

func (f *failing) File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails > 0 {
		f.fails--
		return nil, errors.New("no leader")
	}
	return f.Store.File(ctx, ds)
}

// A file that came while the log was away is filed when it is back.
func TestWatchTriesAgain(t *testing.T) {
	t.Parallel()
	s, dir, out := openLog(t), t.TempDir(), &lockedBuffer{}
	w := newWatcher(Options{Log: &failing{Store: s, fails: 2}, Logger: slog.New(slog.NewTextHandler(out, nil))}, dir)
	w.retry = 50 * time.Millisecond
	write(t, dir, "a.txt", "a")
	watching(t, w)
	eventually(t, "the file is filed", func() bool { return holds(t, s, "a", 1) })
	if n := strings.Count(out.String(), "no leader"); n != 2 {
		t.Errorf("the failure is told %d times:\n%s", n, out)
	}
}

func TestWatchNeedsAFolder(t *testing.T) {
	t.Parallel()
	file := write(t, t.TempDir(), "a.txt", "a")
	for _, path := range []string{file, file + ".missing"} {
		if err := Watch(t.Context(), Options{}, path); err == nil || !strings.Contains(err.Error(), "name a folder that exists") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Watch(ctx, Options{Log: openLog(t)}, t.TempDir()); err != nil {
		t.Error(err)
	}
}
