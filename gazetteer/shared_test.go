package gazetteer

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

// shared opens a file of the data that stands beside the project. Where it is
// absent the test is skipped, unless SITREP_TEST_ALL=1 asks for all of them.
func shared(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", name))
	if err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatalf("SITREP_TEST_ALL=1 and no data: %v", err)
		}
		t.Skipf("needs ../shared beside the project: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// lines reads a gzipped file of the shared data line by line.
func lines(t testing.TB, name string, each func(line string) bool) {
	t.Helper()
	z, err := gzip.NewReader(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<22)
	for sc.Scan() {
		if !each(sc.Text()) {
			return
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
}
