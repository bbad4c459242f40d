package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"sitrep/bench/death"
	"sitrep/bench/gen"
	"sitrep/commands"
	"sitrep/news"
)

// archive opens the program over n generated dispatches, all of them indexed.
func archive(t testing.TB, n int, now time.Time) *app {
	t.Helper()
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	m := maker(a, now)
	const batch = 1000
	for lo := 0; lo < n; lo += batch {
		var ds []news.Dispatch
		for i := lo; i < min(lo+batch, n); i++ {
			ds = append(ds, m.Dispatch(i, n))
		}
		if _, err := a.store.File(t.Context(), ds); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// maker makes what archive files: two years up to now.
func maker(a *app, now time.Time) *gen.Maker {
	return gen.New(1, a.names, now.AddDate(-2, 0, 0), 2*365*24*time.Hour)
}

// Every question of death is answered with little memory, or refused with a reason
// that says what to do. How long they take is for bench/search to tell, over an
// archive that makes them dear.
func TestQuestionsOfDeath(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := archive(t, 1000, now)
	refused := 0
	for _, q := range death.Questions() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		r := a.engine.Do(t.Context(), commands.Request{Line: q.Line, Now: now})
		runtime.ReadMemStats(&after)
		if used := after.TotalAlloc - before.TotalAlloc; used > death.Allocated {
			t.Errorf("%s: %d MB allocated", q.Name, used>>20)
		}
		switch {
		case r.Error == nil && q.Refused:
			t.Errorf("%s: it is answered: %s", q.Name, r.Note)
		case r.Error == nil:
		case r.Error.Code != commands.CodeUsage && r.Error.Code != commands.CodeNotFound:
			t.Errorf("%s: refused as %s: %s", q.Name, r.Error.Code, r.Error.Message)
		case !strings.Contains(r.Error.Message, ": "):
			t.Errorf("%s: the refusal says not what to do: %s", q.Name, r.Error.Message)
		default:
			refused++
		}
		if n := len(fmt.Sprint(r)); n > 100_000 {
			t.Errorf("%s: the reply has %d bytes", q.Name, n)
		}
	}
	if refused < 8 {
		t.Errorf("only %d were refused", refused)
	}
}
