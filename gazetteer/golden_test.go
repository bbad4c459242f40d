package gazetteer

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata. The goldens hold positions and IDs, not the texts.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs; -update writes it anew:\n%s", path, d)
	}
}

func positions(g *Gazetteer, text string) string {
	var b strings.Builder
	for _, m := range g.Annotate(text) {
		fmt.Fprintf(&b, " %s@%d-%d", m.Entity, m.Start, m.End)
	}
	return b.String()
}

func TestGoldenDispatch(t *testing.T) {
	text, err := io.ReadAll(shared(t, "dispatch-deir-ezzor.txt"))
	if err != nil {
		t.Fatal(err)
	}
	g := open(t)
	var named []string
	for _, m := range g.Annotate(string(text)) {
		named = append(named, m.Entity)
	}
	for _, id := range []string{"syria", "iraq", "damascus", "homs", "deir-ez-zor", "marashidah", "safafinah", "shajlah", "susah", "merv", "badia",
		"jazira", "mayadin", "abu-kamal", "islamic-state", "sdf", "coalition"} {
		if !slices.Contains(named, id) {
			t.Errorf("%s is not found in the dispatch", id)
		}
	}
	var b strings.Builder
	for i, line := range strings.Split(string(text), "\n") {
		if p := positions(g, line); p != "" {
			fmt.Fprintf(&b, "%d:%s\n", i+1, p)
		}
	}
	golden(t, "dispatch.golden", b.String())
}

func TestGoldenNews(t *testing.T) {
	g := open(t)
	var b strings.Builder
	n := 0
	lines(t, "current-events-2025.ndjson.gz", func(line string) bool {
		var item struct{ ID, Body string }
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s:%s\n", item.ID, positions(g, item.Body))
		n++
		return n < 300
	})
	golden(t, "news.golden", b.String())
}
