package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitrep/ingest"
	"sitrep/news"
	"sitrep/store"
)

// filerChild imports a file as `sitrep import` does, and prints the ID of every
// dispatch once it is acknowledged.
func filerChild() int {
	ctx := context.Background()
	p := &program{Settings: Settings{State: os.Args[1], Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{os.Stdin, os.Stdout, os.Stderr}}
	a, err := p.open(ctx, p.quietLogger())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer a.Close()
	if _, err := ingest.Import(ctx, ingest.Options{Log: acknowledged{a.store}}, os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type acknowledged struct{ s *store.Store }

func (a acknowledged) File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error) {
	out, err := a.s.File(ctx, ds)
	if err == nil {
		for _, f := range out {
			fmt.Println(f.ID)
		}
	}
	return out, err
}

// kill -9 during an import, 20 times at random points: every dispatch that was
// acknowledged is found by show, none twice, and the import can be finished.
func TestKill(t *testing.T) {
	const total = 3000
	dir := t.TempDir()
	file := filepath.Join(dir, "news.ndjson")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	enc := json.NewEncoder(f)
	for i := range total {
		if err := enc.Encode(map[string]any{"id": fmt.Sprint(i), "title": fmt.Sprintf("Report %d", i), "body": fmt.Sprintf("Convoy %d left Raqqa for Hajin. ", i) + strings.Repeat("It rained on the road. ", 20),
			"source": "generated", "published": "2018-12-01T00:00:00Z"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(dir, "state")
	acked := map[string]bool{}
	kills := 0
	for round := 0; kills < 20 && round < 200; round++ {
		cmd := child(t.Context(), []string{"SITREP_TEST_CHILD=filer"}, state, file)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		timer := time.AfterFunc(time.Duration(20+rand.IntN(400))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		for sc := bufio.NewScanner(out); sc.Scan(); {
			if id := sc.Text(); news.ID(id).Valid() { // the last line may be cut
				acked[id] = true
			}
		}
		err = cmd.Wait()
		timer.Stop()
		if err == nil { // it was through before the kill: begin anew, to have something to kill
			check(t, state, acked)
			if err := os.RemoveAll(state); err != nil {
				t.Fatal(err)
			}
			clear(acked)
			continue
		}
		kills++
		if kills%5 == 0 {
			check(t, state, acked)
		}
	}
	if kills < 20 {
		t.Fatalf("only %d kills", kills)
	}
	ok(t, "import", file, "--state", state)
	if n := strings.Count(ok(t, "export", "--state", state), "\n"); n != total {
		t.Errorf("%d dispatches in the end, want %d", n, total)
	}
	check(t, state, acked)
}

// check shows every acknowledged dispatch, and looks for doubles in the log and in
// the index, and for its story.
func check(t *testing.T, state string, acked map[string]bool) {
	t.Helper()
	p := &program{Settings: Settings{State: state, Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id := range acked {
		if r := a.engine.Do(t.Context(), a.request("show "+id)); r.Error != nil {
			t.Fatalf("%s was acknowledged: %v", id, r.Error)
		}
	}
	n := 0
	err = a.store.Each(t.Context(), 1, func(r news.Record) error {
		n++
		if r.Kind != news.Filed || r.Dispatch.Revision != 1 {
			t.Errorf("event %d: %s, revision %d: it was filed twice", r.Seq, r.Kind, r.Dispatch.Revision)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n < len(acked) || a.index.Docs() != n {
		t.Errorf("%d acknowledged, %d in the log, %d in the index", len(acked), n, a.index.Docs())
	}
	ids := make([]news.ID, 0, len(acked))
	for id := range acked {
		ids = append(ids, news.ID(id))
	}
	if places, err := a.stories.Places(ids); err != nil || len(places) != len(acked) {
		t.Errorf("%d acknowledged, %d in a story: %v", len(acked), len(places), err)
	}
}
