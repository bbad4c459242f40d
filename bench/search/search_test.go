package main

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestMain lets the test binary be the engine that the command starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == oursCommand {
		main()
		return
	}
	os.Exit(m.Run())
}

// The whole measurement over a small archive. What SQLite finds in the same texts
// says whether sitrep finds what is there: all the newest of a word, all of a
// phrase, and none else.
func TestMeasurement(t *testing.T) {
	t.Chdir("../..")
	build := exec.Command("go", "build", "-o", os.DevNull, ".")
	build.Dir = fts5Dir
	if out, err := build.CombinedOutput(); err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatalf("FTS5 cannot be built, and SITREP_TEST_ALL=1 allows no skip: %s", out)
		}
		t.Skipf("FTS5 cannot be built here: %s", out)
	}
	o := options{n: 1000, questions: 20, warm: 2, rounds: 1, seed: 5, keep: t.TempDir(), engines: "sitrep,fts5"}
	a, err := openArchive(o.keep, o)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openArchive(o.keep, o)
	if err != nil || again.Questions["phrase"][7].line("phrase") != a.Questions["phrase"][7].line("phrase") {
		t.Errorf("the questions that were kept are others: %v", err)
	}
	list, err := engines(t.Context(), a, splitList(o.engines))
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	for _, e := range list {
		if err := e.build(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if e.built.Index == 0 || e.built.PeakRSS == 0 || (e.built.Texts == 0) == (e.name == "sitrep") || (e.built.Log == 0) == (e.name == "sitrep") {
			t.Errorf("%s: %+v", e.name, e.built)
		}
	}
	m := &measurement{options: o, archive: a, engines: list}
	if err := m.take(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, k := range kinds {
		if n := len(m.times[k.name]["sitrep"]); n != o.questions {
			t.Errorf("%s: %d answers", k.name, n)
		}
	}
	for kind, least := range map[string]float64{"everything": 1, "new": .97, "phrase": .97, "all": .7, "recent": .7, "any": .5} {
		if got := mean(m.alike[kind]["fts5"]); !(got >= least) {
			t.Errorf("%s: of what sitrep found, FTS5 has only %.2f", kind, got)
		}
	}
	var out bytes.Buffer
	m.print(&out)
	for _, want := range []string{"| phrase of 2 or 3 words | ", "| import, items/s | ", "| index, bytes an item | "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}
