package ingest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// quietTime is how long a file must have stayed the same before it is read:
	// whoever writes it has then finished.
	quietTime = 300 * time.Millisecond
	// rescanTime is how often the whole folder is looked through, in case the
	// system lost a notification or cannot give any (network file systems).
	rescanTime = time.Minute
	// retryTime is how long a file waits after the log failed.
	retryTime = 5 * time.Second
)

// Watch imports what is in a folder and below, and then whatever is written or
// changed there, until ctx ends; a changed file is a revision. A file is read
// once it has been quiet for 300 ms. Refusals go to the logger, once for each
// version of a file. The error is nil when ctx ended it.
func Watch(ctx context.Context, o Options, dir string) error {
	w := newWatcher(o, dir)
	return w.run(ctx)
}

// watcher follows one folder. One goroutine owns it.
type watcher struct {
	o   Options
	dir string
	log *slog.Logger
	// quiet, rescan and retry are quietTime, rescanTime and retryTime, and deaf is false, but in tests.
	quiet, rescan, retry time.Duration
	deaf                 bool
	notify               *fsnotify.Watcher // nil where the system gives none
	// done has the version of each file that was read; waiting the files that
	// are not yet quiet.
	done    map[string]version
	waiting map[string]waiter
	// blind says that a folder could not be watched, so that it is told once.
	blind bool
}

// version tells one state of a file from another.
type version struct {
	size  int64
	mtime time.Time
	mode  fs.FileMode
	inode string
}

// waiter is a file that is waited for.
type waiter struct {
	version version
	since   time.Time
}

func newWatcher(o Options, dir string) *watcher {
	w := &watcher{o: o, dir: filepath.Clean(dir), log: o.Logger, quiet: quietTime, rescan: rescanTime, retry: retryTime, done: map[string]version{}, waiting: map[string]waiter{}}
	if w.log == nil {
		w.log = slog.New(slog.DiscardHandler)
	}
	return w
}

func (w *watcher) run(ctx context.Context) error {
	info, err := os.Stat(w.dir)
	if err == nil && !info.IsDir() {
		err = errors.New("not a folder")
	}
	if err != nil {
		return fmt.Errorf("watching %s: %s: name a folder that exists", w.dir, reason(err))
	}
	events, failures := w.listen()
	if w.notify != nil {
		defer func() { _ = w.notify.Close() }()
	}
	rescan := time.NewTicker(w.rescan)
	defer rescan.Stop()
	settle := time.NewTicker(w.quiet / 3)
	defer settle.Stop()

	w.look(ctx, w.dir)
	w.settle(ctx)
	for {
		due := settle.C
		if len(w.waiting) == 0 {
			due = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case event, ok := <-events:
			if !ok {
				events = nil
				continue
			}
			w.look(ctx, event.Name)
		case err, ok := <-failures:
			if !ok {
				failures = nil
				continue
			}
			w.log.Warn("notifications of file changes were lost: looking the folder through", "dir", w.dir, "err", err)
			w.look(ctx, w.dir)
		case <-rescan.C:
			w.look(ctx, w.dir)
			w.forget()
		case <-due:
			w.settle(ctx)
		}
	}
}

// listen asks the system for notifications; without them the channels are nil.
func (w *watcher) listen() (<-chan fsnotify.Event, <-chan error) {
	if w.deaf {
		return nil, nil
	}
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		w.log.Warn("no notifications of file changes: the folder is looked through instead", "dir", w.dir, "every", w.rescan, "err", err)
		return nil, nil
	}
	w.notify = notify
	return notify.Events, notify.Errors
}

// look finds what is new or changed at a path and lets it wait until it is quiet.
func (w *watcher) look(ctx context.Context, path string) {
	walk := newWalk(ctx)
	walk.into = w.follow
	if path == w.dir {
		if info, err := os.Stat(path); err == nil {
			walk.folder(path, info)
		}
	} else {
		walk.found(path, "")
	}
	now := time.Now()
	for _, e := range walk.entries {
		v := versionOf(e.shown, e.info)
		if known, ok := w.done[e.shown]; ok && known == v {
			continue
		}
		if waits, ok := w.waiting[e.shown]; ok && waits.version == v {
			continue
		}
		since := now
		if age := now.Sub(v.mtime); age > w.quiet && age < 100*365*24*time.Hour {
			if _, ok := w.waiting[e.shown]; !ok {
				since = now.Add(-w.quiet) // nobody has written to it for long
			}
		}
		w.waiting[e.shown] = waiter{v, since}
	}
}

// follow asks for notifications of a folder. Asking twice is no fault.
func (w *watcher) follow(path string) {
	if w.notify == nil {
		return
	}
	if err := w.notify.Add(path); err != nil && !w.blind {
		w.blind = true
		w.log.Warn("a folder cannot be watched, so it is only looked through: raise fs.inotify.max_user_watches",
			"dir", path, "every", w.rescan, "err", err)
	}
}

// settle reads the files that have been quiet long enough.
func (w *watcher) settle(ctx context.Context) {
	now := time.Now()
	var ready []string
	for path, waits := range w.waiting {
		v := versionOf(path, nil)
		switch {
		case v.mode == 0:
			delete(w.waiting, path) // gone again
		case v != waits.version:
			w.waiting[path] = waiter{v, now}
		case now.Sub(waits.since) >= w.quiet:
			ready = append(ready, path)
		}
	}
	if len(ready) == 0 {
		return
	}
	slices.Sort(ready)
	walk := newWalk(ctx)
	for _, path := range ready {
		walk.found(path, "")
	}
	r := newRun(ctx, w.o)
	err := r.entries(walk.entries)
	report := r.finish()
	if ctx.Err() != nil {
		return
	}
	for _, path := range ready {
		if err != nil {
			w.waiting[path] = waiter{w.waiting[path].version, now.Add(w.retry)}
			continue
		}
		w.done[path] = w.waiting[path].version
		delete(w.waiting, path)
	}
	w.tell(report, err, len(ready))
}

// tell logs what came of reading some files.
func (w *watcher) tell(report Report, err error, files int) {
	if err != nil {
		w.log.Error("files wait to be filed, the log fails", "dir", w.dir, "files", files, "again_in", w.retry, "err", err)
		return
	}
	for _, refusal := range report.Refused {
		w.log.Warn("refused", "file", refusal.File, "line", refusal.Line, "reason", refusal.Reason)
	}
	if report.Unlisted > 0 {
		w.log.Warn("refused more like these", "count", report.Unlisted)
	}
	if report.Filed+report.Revised > 0 {
		w.log.Info("filed from the watched folder", "dir", w.dir, "filed", report.Filed, "revised", report.Revised,
			"unchanged", report.Unchanged, "refused", report.RefusedCount())
	}
}

// forget drops what is known of files that are gone: one of the same name is new.
func (w *watcher) forget() {
	for path := range w.done {
		if versionOf(path, nil).mode == 0 {
			delete(w.done, path)
		}
	}
}

// versionOf is the state of a file, which is looked at where info is nil. One
// that is not there has mode 0; of all others the mode has one bit set at least.
func versionOf(path string, info fs.FileInfo) version {
	if info == nil {
		var err error
		if info, err = os.Stat(path); err != nil {
			if info, err = os.Lstat(path); err != nil {
				return version{}
			}
		}
	}
	return version{size: info.Size(), mtime: info.ModTime(), mode: info.Mode() | fs.ModeIrregular, inode: folderKey(info, "")}
}
