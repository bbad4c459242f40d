package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/data"
	"sitrep/news"
)

// TestMain lets the test binary be the program itself, in a process that can be killed.
func TestMain(m *testing.M) {
	switch os.Getenv("SITREP_TEST_CHILD") {
	case "main":
		os.Unsetenv("SITREP_TEST_CHILD")
		main()
	case "filer":
		os.Exit(filerChild())
	}
	os.Exit(m.Run())
}

// needs skips a test that this machine cannot run; where everything is expected
// to be there, it fails instead.
func needs(t testing.TB, ok bool, what string) {
	t.Helper()
	if ok {
		return
	}
	if os.Getenv("SITREP_TEST_ALL") == "1" {
		t.Fatalf("%s, and SITREP_TEST_ALL=1 allows no skip", what)
	}
	t.Skip(what)
}

// shared is a file of the data kept beside the project.
func shared(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "shared", "data", name)
	_, err := os.Stat(path)
	needs(t, err == nil, path+" is absent")
	return path
}

// child is this program as a process of its own.
func child(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DISCORD") && !strings.HasPrefix(v, "SITREP") && !strings.HasPrefix(v, "NATS") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(append(cmd.Env, "SITREP_TEST_CHILD=main"), env...)
	return cmd
}

// sitrep runs the program in this process.
func sitrep(t testing.TB, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = Main(t.Context(), args, Streams{strings.NewReader(""), &o, &e}, func(string) (string, bool) { return "", false })
	return code, o.String(), e.String()
}

func ok(t testing.TB, args ...string) string {
	t.Helper()
	code, out, errs := sitrep(t, args...)
	if code != exitOK {
		t.Fatalf("sitrep %s: exit %d: %s%s", strings.Join(args, " "), code, errs, out)
	}
	return out
}

func askJSON(t testing.TB, state, line string) commands.Reply {
	t.Helper()
	var r commands.Reply
	if err := json.Unmarshal([]byte(ok(t, "ask", "--json", line, "--state", state)), &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--help"}, 0, "SITREP_STATE"},
		{[]string{"run", "--help"}, 0, "--watch"},
		{[]string{"--version"}, 0, ""},
		{[]string{"ask"}, 2, "--help"},
		{[]string{"ask", " "}, 2, "sitrep ask '!status badia'"},
		{[]string{"frobnicate"}, 2, "frobnicate"},
		{[]string{"--log-level", "loud", "ask", "x"}, 2, "log-level"},
		{[]string{"--zone", "Mars/Base", "ask", "help", "--state", t.TempDir()}, 2, "Asia/Damascus"},
		{[]string{"--language", "xx", "ask", "help", "--state", t.TempDir()}, 2, "choose one of ar, en"},
		{[]string{"run", "--shards", "0", "--state", t.TempDir()}, 2, "give auto"},
		{[]string{"health", "--state", t.TempDir()}, 1, "no sitrep is running"},
		{[]string{"forget", "--source", "nobody", "--state", t.TempDir()}, 1, "nothing from a source"},
	} {
		code, out, errs := sitrep(t, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.says) {
			t.Errorf("%v: exit %d, want %d and %q: %s", c.args, code, c.code, c.says, out+errs)
		}
	}
}

// Every setting is a flag and an environment variable; the token is never a flag.
func TestEverySettingHasBoth(t *testing.T) {
	_, out, _ := sitrep(t, "run", "--help")
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); len(f) > 0 && strings.HasPrefix(f[len(f)-1], "--") {
			t.Errorf("a flag without its variable: %s", line)
		}
	}
	for _, want := range []string{"--state", "$SITREP_STATE", "--console", "$SITREP_CONSOLE", "$NATS_URL", "$DISCORD_API_URL", "--watch", "$SITREP_WATCH", "--shards", "$SITREP_SHARDS"} {
		if !strings.Contains(out, want) {
			t.Errorf("--help does not tell of %s", want)
		}
	}
	if strings.Contains(out, "--token") {
		t.Error("a token can be given as a flag")
	}
}

func TestTrial(t *testing.T) {
	state := t.TempDir()
	r := askJSON(t, state, "!status badia until:2018-12-31")
	if r.Error != nil || len(r.Items) < 3 {
		t.Fatalf("a trial has nothing to show: %+v", r)
	}
	out := ok(t, "forget", "--source", "sample", "--state", state)
	if !strings.Contains(out, "are forgotten") {
		t.Error(out)
	}
	if r := askJSON(t, state, "!status badia until:2018-12-31"); len(r.Items) != 0 {
		t.Errorf("samples are left: %+v", r.Items)
	}
	if out := ok(t, "export", "--state", state); out != "" {
		t.Errorf("export still has %.100s", out)
	}
	// The log is not empty any more: they do not come back.
	if r := askJSON(t, state, "!sources"); len(r.Fields) != 0 {
		t.Errorf("sources: %+v", r.Fields)
	}
}

// A trial's samples are never shown where there is a token.
func TestSamplesHideFromToken(t *testing.T) {
	state := t.TempDir()
	askJSON(t, state, "!help")
	p := &program{Settings: Settings{State: state, Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}, token: "a-token-of-some-length"}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	samples, err := data.Samples()
	if err != nil {
		t.Fatal(err)
	}
	for _, scopes := range [][]news.Scope{p.scopes(), guildScopes("1"), guildScopes("")} {
		for _, line := range []string{"status badia", "search sdf", "brief 30d until:2018-12-31", "sources", "show " + string(samples[0].ID)} {
			r := a.engine.Do(t.Context(), commands.Request{Line: line, Scopes: scopes})
			for _, it := range r.Items {
				if it.Quote {
					t.Errorf("%s shows a sample: %q", line, it.Text)
				}
			}
			if strings.Contains(mustJSON(t, r.Fields), "sample") {
				t.Errorf("%s counts samples: %+v", line, r.Fields)
			}
		}
	}
}

func mustJSON(t testing.TB, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// What is exported can be imported again, into the same state and into another.
func TestExportImport(t *testing.T) {
	state, other := t.TempDir(), t.TempDir()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.txt"), "A title\n\nThe convoy reached Hajin.\n")
	write(t, filepath.Join(dir, "b.ndjson"), `{"id":"7","title":"T","body":"B at Raqqa","source":"S","published":"2018-12-01T00:00:00Z"}`+"\n")
	ok(t, "import", dir, "--state", state)
	out := ok(t, "export", "--state", state)
	if !strings.Contains(out, `"origin_id":"7"`) || strings.Count(out, "\n") != 2 {
		t.Fatal(out)
	}
	file := filepath.Join(t.TempDir(), "out.ndjson")
	write(t, file, out)
	if again := ok(t, "import", file, "--state", state); !strings.Contains(again, "2 unchanged") {
		t.Error(again)
	}
	ok(t, "import", file, "--state", other)
	if got := ok(t, "export", "--state", other); got != out {
		t.Errorf("exported\n%s, then\n%s", out, got)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReindex(t *testing.T) {
	state := t.TempDir()
	before := askJSON(t, state, "!search sdf")
	if out := ok(t, "reindex", "--state", state); !strings.Contains(out, "dispatches indexed") {
		t.Error(out)
	}
	if after := askJSON(t, state, "!search sdf"); mustJSON(t, after.Items) != mustJSON(t, before.Items) {
		t.Error("the new index finds something else")
	}
}

// A process that runs has the state to itself; ask goes through it, import says
// who is in the way, and a clean end leaves the state free.
func TestBesideRunning(t *testing.T) {
	state := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run := child(ctx, nil, "run", "--state", state, "--console", "127.0.0.1:0")
	var log bytes.Buffer
	run.Stderr = &log
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, 30*time.Second, func() bool { code, _, _ := sitrep(t, "health", "--state", state); return code == 0 })
	if r := askJSON(t, state, "!status badia until:2018-12-31"); len(r.Items) == 0 {
		t.Errorf("asked beside it: %+v", r)
	}
	code, _, errs := sitrep(t, "import", "main.go", "--state", state)
	if code != exitFailed || !strings.Contains(errs, "in use") || !strings.Contains(errs, state) {
		t.Errorf("import beside it: exit %d: %s", code, errs)
	}
	if err := run.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := run.Wait(); err != nil {
		t.Errorf("it ended with %v: %s", err, log.String())
	}
	if r := askJSON(t, state, "!status badia until:2018-12-31"); len(r.Items) == 0 {
		t.Errorf("asked after it: %+v", r)
	}
}

// An address that was left behind is not trusted: another program may have the port.
func TestStaleAddress(t *testing.T) {
	state := t.TempDir()
	asked := false
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = asked || r.URL.Path != "/healthz" || r.Header.Get("Authorization") != ""
		w.Header().Set("Sitrep-Instance", "another")
		fmt.Fprint(w, `{"title":"not this one"}`)
	}))
	defer other.Close()
	askJSON(t, state, "!help")
	write(t, filepath.Join(state, "console.json"), fmt.Sprintf(`{"url":%q,"token":"secret","instance":"mine"}`, other.URL))
	if r := askJSON(t, state, "!status badia until:2018-12-31"); len(r.Items) == 0 || r.Title == "not this one" || asked {
		t.Errorf("%s, asked %t", r.Title, asked)
	}
	if code, _, errs := sitrep(t, "health", "--state", state); code != exitFailed || !strings.Contains(errs, "no sitrep is running") {
		t.Errorf("health: exit %d: %s", code, errs)
	}
}

func waitFor(t testing.TB, limit time.Duration, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("it did not happen within %s", limit)
}
