package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofrs/flock"
)

// lockFile is the name of the lock within the state directory. It stays when the
// lock is given back: removing it would let two processes lock two files.
const lockFile = "lock"

// dirLock is the lock on a state directory. JetStream itself takes none, and two
// servers on one store lose records without an error. The operating system
// releases it when the process ends, however it ends.
type dirLock struct {
	flock *flock.Flock
}

// lockDir takes the lock of a state directory without waiting for it.
func lockDir(dir string) (*dirLock, error) {
	path := filepath.Join(dir, lockFile)
	f := flock.New(path)
	got, err := f.TryLock()
	if err != nil {
		return nil, fmt.Errorf("state directory %s: lock it: %w: check who owns it, or give another --state", dir, err)
	}
	if !got {
		return nil, fmt.Errorf("%w: %s is held by %s: stop it, or give another --state",
			ErrLocked, dir, lockOwner(path))
	}
	l := &dirLock{flock: f}
	if err := os.WriteFile(path, []byte(self()), 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("state directory %s: write the lock: %w", dir, err), l.release())
	}
	return l, nil
}

// release gives the lock back. A nil lock is none.
func (l *dirLock) release() error {
	if l == nil {
		return nil
	}
	return l.flock.Unlock()
}

// self names this process in the lock file: its number and what it runs, without
// flags and their values.
func self() string {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") {
		name += " " + os.Args[1]
	}
	return strconv.Itoa(os.Getpid()) + " " + strings.ReplaceAll(name, "\n", " ") + "\n"
}

// lockOwner reads from the lock file who holds it. Between taking the lock and
// writing to the file there is a moment without a name.
func lockOwner(path string) string {
	b, err := os.ReadFile(path)
	if err != nil {
		return "another process"
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, name, _ := strings.Cut(line, " ")
	if _, err := strconv.Atoi(pid); err != nil {
		return "another process"
	}
	if name == "" {
		return "process " + pid
	}
	return fmt.Sprintf("process %s (%s)", pid, name)
}
