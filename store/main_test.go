package store

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitrep/news"
)

// helperVariable makes the test binary play another process: "file" or "lock".
const helperVariable = "SITREP_STORE_HELPER"

func TestMain(m *testing.M) {
	switch os.Getenv(helperVariable) {
	case "file":
		helpFile()
		return
	case "lock":
		helpLock()
		return
	}
	goleak.VerifyTestMain(m)
}

// need skips a test that lacks what it needs, and fails it where everything must run.
func need(t testing.TB, have bool, reason string) {
	t.Helper()
	if have {
		return
	}
	if os.Getenv("SITREP_TEST_ALL") == "1" {
		t.Fatalf("SITREP_TEST_ALL=1, but %s", reason)
	}
	t.Skip(reason)
}

func testContext(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// mustOpen opens a store and closes it at the end of the test.
func mustOpen(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(testContext(t), o)
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

// dispatches makes n dispatches of a feed that no other test uses.
func dispatches(n int) []news.Dispatch {
	feed := fmt.Sprintf("%s-%x", "feed", rand.Uint64())
	ds := make([]news.Dispatch, n)
	for i := range ds {
		ds[i] = news.Dispatch{
			Title:     fmt.Sprintf("Report %d", i),
			Body:      fmt.Sprintf("The road <b>%d</b> is closed.\n\nNobody knows until when.", i),
			Source:    "Desk",
			Lang:      "en",
			Published: time.Date(2025, 1, 1+i%300, 12, 0, 0, 0, time.UTC),
			Origin:    news.Origin{Kind: news.OriginRecord, Feed: feed, Item: fmt.Sprint(i)},
		}
	}
	return ds
}

// mustFile files and fails the test on an error.
func mustFile(t testing.TB, s *Store, ds ...news.Dispatch) []Filing {
	t.Helper()
	fs, err := s.File(testContext(t), ds)
	if err != nil {
		t.Fatal(err)
	}
	if len(fs) != len(ds) {
		t.Fatalf("%d filings of %d dispatches", len(fs), len(ds))
	}
	return fs
}

// wantOutcome checks one filing.
func wantOutcome(t testing.TB, f Filing, want Outcome) {
	t.Helper()
	if f.Outcome != want {
		t.Fatalf("dispatch %s: outcome %q (%v), want %q", f.ID, f.Outcome, f.Err, want)
	}
}

// tempState is a state directory for one test.
func tempState(t testing.TB) string { return filepath.Join(t.TempDir(), "state") }
