package ingest

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// entry is a file that a walk found.
type entry struct {
	// shown is its path as it was named; real is absolute and without links.
	shown, real string
	stem        string
	format      *format
	gz          bool
	info        fs.FileInfo
	// refuse says why it is not read, where the walk can tell.
	refuse string
	// stdin says that it is no file but standard input.
	stdin bool
}

// walk collects the files below some paths, in the order of their names, each
// file and each folder once, whatever links lead to it.
type walk struct {
	ctx     context.Context
	entries []entry
	skipped int
	folders map[string]bool
	open    map[string]bool // the folders that the walk is within just now
	files   map[string]bool
	// into is called before a folder is listed; may be nil.
	into func(path string)
}

func newWalk(ctx context.Context) *walk {
	return &walk{ctx: ctx, folders: map[string]bool{}, open: map[string]bool{}, files: map[string]bool{}}
}

func (w *walk) refuse(path, why string) {
	w.entries = append(w.entries, entry{shown: path, refuse: why})
}

// named takes in a path that a person gave: whatever cannot be read there is refused.
func (w *walk) named(path string) {
	if path == "-" {
		w.entries = append(w.entries, entry{shown: stdinName, stem: stdinName, stdin: true})
		return
	}
	before := len(w.entries)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		w.refuse(path, reason(err))
	case info.IsDir():
		if w.folder(path, info) && len(w.entries) == before {
			w.refuse(path, "no file here that sitrep reads: it reads "+formatNames)
		}
	default:
		w.file(path, "", info, true)
	}
}

// folder takes in all that is below a folder. Links to folders are followed,
// but no folder is entered twice, so that a link to a parent is no endless way.
// It reports whether the folder was entered.
func (w *walk) folder(path string, info fs.FileInfo) bool {
	real, err := realPath(path)
	if err != nil {
		w.refuse(path, reason(err))
		return false
	}
	key := folderKey(info, real)
	if w.open[key] {
		w.refuse(path, "it links to a folder that it lies in itself: the loop is not followed: remove the link")
		return true
	}
	if w.folders[key] || w.ctx.Err() != nil {
		return false
	}
	w.folders[key], w.open[key] = true, true
	defer delete(w.open, key)
	if w.into != nil {
		w.into(path)
	}
	list, err := os.ReadDir(path)
	if err != nil {
		w.refuse(path, reason(err))
	}
	for _, item := range list {
		known := ""
		if item.Type()&fs.ModeSymlink == 0 {
			known = filepath.Join(real, item.Name())
		}
		w.found(filepath.Join(path, item.Name()), known)
	}
	return true
}

// found takes in what lies in a folder. Hidden files belong to other programs,
// and so do formats that sitrep does not read: they are counted, not refused.
// real is its real path where that is known, else empty.
func (w *walk) found(path, real string) {
	if strings.HasPrefix(filepath.Base(path), ".") {
		w.skipped++
		return
	}
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		w.folder(path, info)
	case err == nil:
		w.file(path, real, info, false)
	default:
		if _, f, _ := splitName(path); f == nil {
			w.skipped++
			return
		}
		if link, lerr := os.Lstat(path); lerr == nil && link.Mode()&fs.ModeSymlink != 0 && errors.Is(err, fs.ErrNotExist) {
			w.refuse(path, "a link to a file that is not there")
			return
		}
		w.refuse(path, reason(err))
	}
}

// file takes in a file.
func (w *walk) file(path, real string, info fs.FileInfo, named bool) {
	e := entry{shown: path, real: real, info: info}
	e.stem, e.format, e.gz = splitName(path)
	if e.format == nil && !named {
		w.skipped++
		return
	}
	var err error
	if real == "" {
		e.real, err = realPath(path)
	}
	switch {
	case err != nil:
		e.refuse = reason(err)
	case w.files[e.real]:
		return
	case !info.Mode().IsRegular():
		e.refuse = notRegular(info.Mode())
	case e.format == nil:
		e.refuse = "not a format that sitrep reads: it reads " + formatNames
	}
	w.files[e.real] = true
	w.entries = append(w.entries, e)
}

// realPath is absolute and without links: the identity of a file.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}
