package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"sitrep/news"
	"sitrep/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// openLog opens a real log in a fresh folder.
func openLog(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// logged gives the latest state of every dispatch in a log, in the order they were filed.
func logged(t testing.TB, s *store.Store) []news.Dispatch {
	t.Helper()
	var ds []news.Dispatch
	at := map[news.ID]int{}
	err := s.Each(context.Background(), 1, func(r news.Record) error {
		if i, ok := at[r.Dispatch.ID]; ok {
			ds[i] = r.Dispatch
			return nil
		}
		at[r.Dispatch.ID] = len(ds)
		ds = append(ds, r.Dispatch)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ds
}

// importInto imports paths and fails on an error.
func importInto(t testing.TB, s *store.Store, paths ...string) Report {
	t.Helper()
	r, err := Import(context.Background(), Options{Log: s}, paths)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// write puts a file into a folder and gives its path.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// gz compresses a text.
func gz(t testing.TB, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// kept is a sink that checks records as an import does and keeps them.
type kept struct {
	o        Options
	in       *input
	ds       []news.Dispatch
	refusals []Refusal
}

func (k *kept) put(r record) error {
	d, err := k.o.dispatch(k.in, &r)
	if err != nil {
		k.refusals = append(k.refusals, Refusal{k.in.shown, r.line, err.Error()})
		return nil
	}
	k.ds = append(k.ds, d)
	return nil
}

func (k *kept) refuse(line int, format string, args ...any) {
	k.refusals = append(k.refusals, Refusal{k.in.shown, line, fmt.Sprintf(format, args...)})
}

// read runs the reader for a name over a text, without a log.
func read(t testing.TB, name, text string) ([]news.Dispatch, []Refusal) {
	t.Helper()
	stem, f, _ := splitName(name)
	in := &input{shown: name, stem: stem, format: f, limit: defaultMaxFile, r: strings.NewReader(text)}
	k := &kept{in: in}
	if err := f.read(in, k); err != nil {
		t.Fatal(err)
	}
	return k.ds, k.refusals
}

// shared gives the path of a file of real data beside the project. Without it
// the test is skipped, or fails where all tests are asked for.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("SITREP_TEST_ALL") == "1" {
			t.Fatalf("SITREP_TEST_ALL=1, but %v", err)
		}
		t.Skipf("no real data beside the project: %v", err)
	}
	return path
}
