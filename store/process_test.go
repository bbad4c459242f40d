package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitrep/news"
)

// helper starts this test binary as another process.
func helper(t *testing.T, what, dir, feed string) (*exec.Cmd, io.WriteCloser, *bufio.Scanner) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "run")
	cmd.Env = append(os.Environ(), helperVariable+"="+what, helperDir+"="+dir, helperFeed+"="+feed)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	sc := bufio.NewScanner(out)
	if !sc.Scan() {
		t.Fatalf("the helper said nothing: %v", sc.Err())
	}
	return cmd, in, sc
}

// TestKill kills a filing process at random moments: every acknowledged dispatch is
// there afterwards, none is there twice, and the numbers have no gap.
func TestKill(t *testing.T) {
	t.Parallel()
	ctx := testContext(t)
	dir := tempState(t)
	acked := map[news.ID]string{} // ID → number
	for round := range 12 {
		feed := fmt.Sprint("round ", round)
		cmd, _, sc := helper(t, "file", dir, feed)
		if sc.Text() != "open" {
			t.Fatalf("round %d: %s", round, sc.Text())
		}
		timer := time.AfterFunc(time.Duration(1+rand.IntN(250))*time.Millisecond, func() { cmd.Process.Kill() })
		before := len(acked)
		for sc.Scan() {
			var outcome, id, seq string
			if n, _ := fmt.Sscan(sc.Text(), &outcome, &id, &seq); n != 3 || outcome != string(OutcomeFiled) || len(id) != news.IDLen {
				if strings.HasPrefix(sc.Text(), "error") {
					t.Fatalf("round %d: %s", round, sc.Text())
				}
				continue // a line that the kill cut off
			}
			acked[news.ID(id)] = seq
		}
		timer.Stop()
		cmd.Wait()

		s := mustOpen(t, Options{Dir: dir})
		there := map[news.ID]string{}
		next := uint64(1)
		err := s.Each(ctx, 1, func(r news.Record) error {
			if r.Seq != next {
				return fmt.Errorf("record %d, want %d", r.Seq, next)
			}
			next++
			if _, twice := there[r.Dispatch.ID]; twice || r.Dispatch.Revision != 1 || r.Kind != news.Filed {
				return fmt.Errorf("record %d: %s is there twice: %s, revision %d", r.Seq, r.Dispatch.ID, r.Kind, r.Dispatch.Revision)
			}
			there[r.Dispatch.ID] = fmt.Sprint(r.Seq)
			return nil
		})
		if err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
		for id, seq := range acked {
			// The last line may have lost the end of its number.
			if !strings.HasPrefix(there[id], seq) || there[id] == "" {
				t.Fatalf("round %d: %s was acknowledged with number %s, the log has %q", round, id, seq, there[id])
			}
		}
		t.Logf("round %d: %d acknowledged, %d in the log", round, len(acked)-before, len(there))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(acked) == 0 {
		t.Fatal("nothing was ever acknowledged")
	}
}

// TestLockBetweenProcesses holds a state directory in one process and tries it in another.
func TestLockBetweenProcesses(t *testing.T) {
	t.Parallel()
	dir := tempState(t)
	cmd, in, sc := helper(t, "lock", dir, "")
	if sc.Text() != "open" {
		t.Fatal(sc.Text())
	}
	_, err := Open(testContext(t), Options{Dir: dir})
	want := fmt.Sprintf("%s is held by process %d (%s run): stop it, or give another --state",
		dir, cmd.Process.Pid, strings.TrimSuffix(filepath.Base(cmd.Path), ".exe"))
	if !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %q, want %q in it", err, want)
	}
	_, err = Open(testContext(t), Options{Dir: dir, URL: "nats://127.0.0.1:1"})
	if !errors.Is(err, ErrLocked) {
		t.Errorf("with an address: %v", err)
	}
	in.Close()
	if !sc.Scan() || sc.Text() != "closed" {
		t.Fatalf("the helper said %q", sc.Text())
	}
	s := mustOpen(t, Options{Dir: dir})
	second, in, sc := helper(t, "lock", dir, "")
	if !strings.Contains(sc.Text(), fmt.Sprintf("held by process %d", os.Getpid())) {
		t.Errorf("the helper said %q", sc.Text())
	}
	in.Close()
	if err := second.Wait(); err == nil {
		t.Error("the second process did not fail")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	// A killed process leaves no lock.
	third, _, _ := helper(t, "lock", dir, "")
	third.Process.Kill()
	third.Wait()
	mustOpen(t, Options{Dir: dir})
}

func TestLockWithinProcess(t *testing.T) {
	t.Parallel()
	dir := tempState(t)
	s := mustOpen(t, Options{Dir: dir})
	if _, err := Open(testContext(t), Options{Dir: dir}); !errors.Is(err, ErrLocked) {
		t.Fatalf("a second store: %v", err)
	}
	mustFile(t, s, dispatches(1)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("close again: %v", err)
	}
	s = mustOpen(t, Options{Dir: dir})
	if n, err := s.LastSeq(testContext(t)); n != 1 || err != nil {
		t.Fatalf("after opening again: %d, %v", n, err)
	}
}
