package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
)

// counts are the four numbers of a report.
func counts(r Report) [4]int { return [4]int{r.Filed, r.Unchanged, r.Revised, r.RefusedCount()} }

// refused gives a report's refusals with the folder's name taken off.
func refused(r Report, dir string) []string {
	var got []string
	for _, refusal := range r.Refused {
		got = append(got, strings.TrimPrefix(refusal.String(), dir+"/"))
	}
	return got
}

func TestImportTwiceThenChanged(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	write(t, dir, "a.txt", "Title\n\nBody.")
	write(t, dir, "sub/b.ndjson", `{"id":1,"title":"one"}`+"\n"+`{"id":"2","title":"two"}`+"\n")
	write(t, dir, "sub/c.csv.gz", gz(t, "title\nthree\n"))
	write(t, dir, "picture.png", "x")
	write(t, dir, ".hidden.txt", "x")
	if got := importInto(t, s, dir); counts(got) != [4]int{4, 0, 0, 0} || got.Files != 3 || got.Skipped != 2 {
		t.Errorf("first: %+v", got)
	}
	if got := importInto(t, s, dir); counts(got) != [4]int{0, 4, 0, 0} {
		t.Errorf("second: %+v", got)
	}
	write(t, dir, "a.txt", "Title\n\nAnother body.")
	write(t, dir, "sub/b.ndjson", `{"id":1,"title":"one, changed"}`+"\n"+`{"id":"2","title":"two"}`+"\n"+`{"id":"3","title":"new"}`)
	if got := importInto(t, s, dir); counts(got) != [4]int{1, 2, 2, 0} {
		t.Errorf("changed: %+v", got)
	}
	ds := logged(t, s)
	if len(ds) != 5 || ds[0].Body != "Another body." || ds[0].Revision != 2 {
		t.Errorf("%+v", ds)
	}
}

func TestSameIDTwiceInOneFileIsARevision(t *testing.T) {
	s := openLog(t)
	r := importInto(t, s, write(t, t.TempDir(), "x.ndjson", `{"id":1,"title":"a"}`+"\n"+`{"id":1,"title":"a"}`+"\n"+`{"id":1,"title":"b"}`))
	if counts(r) != [4]int{1, 1, 1, 0} {
		t.Errorf("%+v", r)
	}
}

func TestOrigins(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "Set.NDJSON", `{"id":7,"title":"1"}`+"\n"+`{"origin_id":"x","id":"aaaaaaaaaaaaaaaa","title":"2"}`+"\n"+`{"url":"https://x.y/z","title":"3"}`+"\n"+`{"title":"4","published":"2018-12-29","body":"b"}`)
	write(t, dir, "a.txt", "5")
	write(t, dir, "b.md", "---\nid: 9\n---\n6")
	write(t, dir, "c.md", "7")
	write(t, dir, "d.html", `<link rel=canonical href="https://x.y/page"><p>8`)
	write(t, dir, "e.html", `<p>9`)
	write(t, dir, "f.eml", "Message-ID: <id@x>\n\n10")
	write(t, dir, "g.eml", "From: a@b.c\n\n11")
	if err := os.Symlink(filepath.Join(dir, "a.txt"), filepath.Join(dir, "z.txt")); err != nil {
		t.Fatal(err)
	}
	if r := importInto(t, s, dir); counts(r) != [4]int{11, 0, 0, 0} {
		t.Fatalf("%+v", r)
	}
	got := map[string]news.Origin{}
	for _, d := range logged(t, s) {
		got[d.Headline(20)] = d.Origin
		if d.ID != d.Origin.ID() {
			t.Errorf("%s: ID %s is not its origin's", d.Headline(20), d.ID)
		}
	}
	want := map[string]news.Origin{
		"1":  {Kind: "record", Feed: "set", Item: "7"},
		"2":  {Kind: "record", Feed: "set", Item: "x"},
		"3":  {Kind: "record", Feed: "url", Item: "https://x.y/z\n3"},
		"4":  {Kind: "record", Feed: "set", Item: "sha256:dee57774d125e21eaaae7e0db2d145a6"},
		"5":  {Kind: "file", Item: filepath.Join(real, "a.txt")},
		"6":  {Kind: "record", Feed: "b", Item: "9"},
		"7":  {Kind: "file", Item: filepath.Join(real, "c.md")},
		"8":  {Kind: "url", Item: "https://x.y/page"},
		"9":  {Kind: "file", Item: filepath.Join(real, "e.html")},
		"10": {Kind: "mail", Item: "id@x"},
		"11": {Kind: "file", Item: filepath.Join(real, "g.eml")},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// What one log exports, another takes over with the same IDs, and the same one
// finds unchanged.
func TestExportComesBack(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	importInto(t, s,
		write(t, dir, "set.ndjson", `{"id":7,"title":"T","body":"The road to the town is closed.","published":"2018-12-29T09:00:00.123Z","place":"Badia","standing":"disputed"}`+"\n"+`{"title":"U","scope":"guild:42","lang":"ar"}`),
		write(t, dir, "a.txt", "Title\n\nBody"))
	// One that another door filed, without what an import fills in.
	if _, err := s.File(t.Context(), []news.Dispatch{{Body: "the army and the convoy are in the town", Origin: news.Origin{Kind: news.OriginDiscord, Feed: "1/2", Item: "3"}}}); err != nil {
		t.Fatal(err)
	}
	before := logged(t, s)
	var lines strings.Builder
	for _, d := range before {
		line, err := json.Marshal(struct {
			news.Dispatch
			OriginID string `json:"origin_id"`
		}{d, d.Origin.Item})
		if err != nil {
			t.Fatal(err)
		}
		lines.Write(append(line, '\n'))
	}
	export := write(t, t.TempDir(), "export.ndjson", lines.String())
	if r := importInto(t, s, export); counts(r) != [4]int{0, 4, 0, 0} {
		t.Errorf("into the same log: %+v", r)
	}
	other := openLog(t)
	if r := importInto(t, other, export); counts(r) != [4]int{4, 0, 0, 0} {
		t.Errorf("into another log: %+v", r)
	}
	if d := cmp.Diff(before, logged(t, other)); d != "" {
		t.Error(d)
	}
}

// Whoever may file in a guild must not reach what others filed.
func TestGuildFilesStayTheGuilds(t *testing.T) {
	s := openLog(t)
	importInto(t, s, write(t, t.TempDir(), "set.ndjson", `{"id":7,"title":"T","body":"true"}`))
	before := logged(t, s)
	o := Options{Log: s, Scope: news.GuildScope("42")}
	attack := fmt.Sprintf(`{"id":7,"title":"T","body":"forged"}`+"\n"+`{"id":"%s","title":"T","body":"forged too","origin":{"kind":"record","feed":"set","item":"7"},"scope":"everyone","standing":"corroborated","filed":"2001-01-01"}`, before[0].ID)
	r, err := ImportReader(t.Context(), o, "set.ndjson", strings.NewReader(attack))
	if err != nil || counts(r) != [4]int{2, 0, 0, 0} {
		t.Fatalf("%+v, %v", r, err)
	}
	ds := logged(t, s)
	if d := cmp.Diff(before[0], ds[0]); d != "" {
		t.Error(d)
	}
	for _, d := range ds[1:] {
		if d.Scope != "guild:42" || d.Standing != news.Reported || d.Filed.Year() < 2020 || d.Origin.Feed != "guild:42/set" {
			t.Errorf("%+v", d)
		}
	}
}

func TestSourceOverrides(t *testing.T) {
	s := openLog(t)
	if _, err := Import(t.Context(), Options{Log: s, Source: "Desk", Scope: news.ScopeTrial}, []string{write(t, t.TempDir(), "x.ndjson", `{"title":"T","source":"SANA","scope":"everyone"}`)}); err != nil {
		t.Fatal(err)
	}
	if d := logged(t, s)[0]; d.Source != "Desk" || d.Scope != news.ScopeTrial {
		t.Errorf("%+v", d)
	}
}

// A folder with everything that can be wrong with a file: each is named with
// its reason, nothing hangs, and the good file is filed.
func TestBadFiles(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	events := strings.Builder{}
	for i := range 2000 {
		fmt.Fprintf(&events, `{"id":%d,"title":"event %d at %x"}`+"\n", i, i*7919, i*i*i)
	}
	packed := gz(t, events.String())
	write(t, dir, "good.txt", "Good\n\nThe body.")
	write(t, dir, "latin.txt", "T\xeft\n\nbody \xff\xfe\n")
	write(t, dir, "cut.ndjson.gz", packed[:len(packed)/2])
	write(t, dir, "cut.json.gz", gz(t, `[{"title":"whole"},{"title":"`+strings.Repeat("x", 3000))[:60])
	write(t, dir, "cut.txt.gz", gz(t, "Title\n\nhalf a text")[:25])
	write(t, dir, "false.csv.gz", "title\nx\n")
	write(t, dir, "flipped.ndjson.gz", packed[:len(packed)-6]+"\x00\x00"+packed[len(packed)-4:])
	write(t, dir, "tail.csv.gz", gz(t, "title\nlast\n")+"something else follows")
	write(t, dir, "seven.ndjson", strings.Repeat(`{"title":"a","body":"b"}`+"\n", 6)+"{\"title\": \n")
	write(t, dir, "empty.txt", "")
	write(t, dir, "empty.csv", "")
	write(t, dir, "empty.json", "")
	write(t, dir, "empty.ndjson", "")
	write(t, dir, "empty.md.gz", gz(t, ""))
	write(t, dir, "none.md.gz", "")
	write(t, dir, "white.txt", " \n\n")
	write(t, dir, "unknown.docx", "x")
	must(os.Symlink(dir, filepath.Join(dir, "loop")))
	must(os.Symlink(filepath.Join(dir, "nowhere.txt"), filepath.Join(dir, "dangling.txt")))
	must(syscall.Mkfifo(filepath.Join(dir, "pipe.txt"), 0o644))
	must(os.Symlink("/dev/zero", filepath.Join(dir, "zero.txt")))
	for _, name := range []string{"huge.txt", "huge.ndjson", "huge.csv"} { // 300 MB without a line end, of holes
		write(t, dir, name, "")
		must(os.Truncate(filepath.Join(dir, name), 300_000_000))
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := importInto(t, s, dir, filepath.Join(dir, "unknown.docx"), filepath.Join(dir, "missing.txt"), filepath.Join(dir, "pipe.txt"), t.TempDir())
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 256<<20 {
		t.Errorf("%s of memory for files of which nothing is kept", bytesText(int64(grown)))
	}
	got := strings.Join(refused(r, dir), "\n")
	got = strings.NewReplacer("cut short after "+bytesText(int64(len(packed)/2)), "cut short after HALF").Replace(got)
	lines := map[string]bool{}
	for line := range strings.SplitSeq(got, "\n") {
		lines[line] = true
	}
	for _, want := range []string{
		"latin.txt:1: not UTF-8: byte 0xEF at line 1: save it as UTF-8",
		"cut.json.gz:1: the gzip is cut short after 60 bytes: fetch it again; 1 record before it",
		"cut.txt.gz: the gzip is cut short after 25 bytes: fetch it again",
		"false.csv.gz: not gzip, though its name ends in .gz: rename it or compress it",
		"flipped.ndjson.gz:2001: the gzip's checksum is wrong, so some of it is damaged: fetch it again; what stands before is filed",
		"tail.csv.gz:3: something other than gzip follows the compressed data: fetch it again; the rows before are filed",
		"seven.ndjson:7: wrong JSON: it ends in the middle",
		"empty.txt: an empty file: there is nothing to file",
		"empty.csv: an empty file: there is nothing to file",
		"empty.json: an empty file: there is nothing to file",
		"empty.ndjson: an empty file: there is nothing to file",
		"empty.md.gz: an empty file: there is nothing to file",
		"none.md.gz: an empty file: there is nothing to file",
		"white.txt:1: neither title nor body: there is nothing to file",
		"dangling.txt: a link to a file that is not there",
		"loop: it links to a folder that it lies in itself: the loop is not followed: remove the link",
		"pipe.txt: a named pipe, not a file: use - to read from a pipe",
		"zero.txt: a device, not a file: use - to read from a pipe",
		"huge.txt: 286 MiB, the limit for .txt is 64 MiB: split it",
		"huge.ndjson:1: a line of more than 8 MiB: one line must be one record: split it",
		"huge.csv:1: a row of more than 8 MiB: close its quotation marks or split it; nothing behind it is read",
		"unknown.docx: not a format that sitrep reads: it reads " + formatNames,
		"missing.txt: no such file or folder",
	} {
		if !lines[want] {
			t.Errorf("not in the report: %s", want)
		}
		delete(lines, want)
	}
	for line := range lines {
		if !strings.HasPrefix(line, "cut.ndjson.gz:") && !strings.HasSuffix(line, "no file here that sitrep reads: it reads "+formatNames) {
			t.Errorf("in the report beyond what is wrong: %s", line)
		}
	}
	if len(lines) != 2 || !strings.Contains(got, "the gzip is cut short after HALF: fetch it again; what stands before is filed") {
		t.Errorf("the cut stream and the empty folder should be told:\n%s", got)
	}
	ds := logged(t, s)
	if i := len(ds); r.Filed != i || i < 2500 || i > 3999 {
		t.Errorf("%d filed, %d in the log: all of one stream and the first half of the other are expected", r.Filed, i)
	}
	titles := map[string]bool{}
	for _, d := range ds {
		titles[d.Title] = true
	}
	for _, want := range []string{"Good", "whole", "last", "a", "event 0 at 0"} {
		if !titles[want] {
			t.Errorf("%q is not filed", want)
		}
	}
}

func TestUnreadableFile(t *testing.T) {
	if got, want := reason(&fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}), "may not be read: give sitrep's user the right to"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if os.Geteuid() == 0 {
		return // root may read everything
	}
	s, dir := openLog(t), t.TempDir()
	if err := os.Chmod(write(t, dir, "closed.txt", "x"), 0); err != nil {
		t.Fatal(err)
	}
	r := importInto(t, s, dir)
	if d := cmp.Diff([]string{"closed.txt: may not be read: give sitrep's user the right to"}, refused(r, dir)); d != "" {
		t.Error(d)
	}
}

// A pipe that is put in a file's place between the look and the opening must not block either.
func TestOpenFileTakesNoPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p")
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := openFile(path); err == nil || !strings.Contains(err.Error(), "named pipe") {
		t.Errorf("%v", err)
	}
}

func TestBomb(t *testing.T) {
	s := openLog(t)
	var packed bytes.Buffer
	packed.WriteString(gz(t, `{"title":"before"}`+"\n"))
	zeros := gz(t, strings.Repeat("\x00", 16<<20))
	for range 40 { // gzip streams one after the other are one stream
		packed.WriteString(zeros)
	}
	r, err := ImportReader(t.Context(), Options{Log: s}, "x.ndjson.gz", &packed)
	if err != nil {
		t.Fatal(err)
	}
	if r.Filed != 1 || len(r.Refused) != 2 || !strings.Contains(r.Refused[1].Reason, "grows to more than 200 times its size") {
		t.Errorf("%+v", r)
	}
	r, err = ImportReader(t.Context(), Options{Log: s, MaxFile: 1 << 20}, "x.txt.gz", strings.NewReader(zeros))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Refused) != 1 || r.Refused[0].Reason != "larger than 1 MiB, the limit for .txt: split it, or make it .ndjson or .csv, which have none" {
		t.Errorf("%+v", r)
	}
}

func TestStdin(t *testing.T) {
	for _, c := range []struct {
		name, in string
		filed    int
		refused  string
		title    string
	}{
		{"records", "\n{\"title\":\"a\"}\n{\"title\":\"b\"}\n", 2, "", "a"},
		{"one record without a line end", `{"title":"a"}`, 1, "", "a"},
		{"a list", " [{\"title\":\"a\"},\n {\"title\":\"b\"}]", 2, "", "a"},
		{"an object over several lines", "{\n \"title\": \"a\"\n}\n", 1, "", "a"},
		{"a text", "\xef\xbb\xbfTitle\n\nBody", 1, "", "Title"},
		{"compressed", gz(t, `{"title":"a"}`), 1, "", "a"},
		{"nothing", "", 0, "stdin: an empty file: there is nothing to file", ""},
		{"white space", "\n\n", 0, "stdin:1: neither title nor body: there is nothing to file", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openLog(t)
			r, err := Import(t.Context(), Options{Log: s, Stdin: strings.NewReader(c.in)}, []string{"-"})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(refused(r, ""), "\n"); r.Filed != c.filed || got != c.refused {
				t.Errorf("%d filed, refused %q, want %d, %q", r.Filed, got, c.filed, c.refused)
			}
			if ds := logged(t, s); len(ds) > 0 && (ds[0].Title != c.title || ds[0].Source != "stdin" || ds[0].Origin.Feed != "stdin") {
				t.Errorf("%+v", ds[0])
			}
		})
	}
}

// Ctrl-C must end an import that waits for somebody to type.
func TestCancelWhileWaitingForStdin(t *testing.T) {
	s := openLog(t)
	in, typed := io.Pipe()
	defer typed.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := Import(ctx, Options{Log: s, Stdin: in}, []string{"-"})
		ended <- err
	}()
	if _, err := typed.Write([]byte("{\"title\":\"a\"}\n")); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestCancelledImportTellsWhatItFiled(t *testing.T) {
	s := openLog(t)
	var lines strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&lines, `{"id":%d,"title":"t"}`+"\n", i)
	}
	path := write(t, t.TempDir(), "x.ndjson", lines.String())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := Import(ctx, Options{Log: s, Progress: func(p Progress) {
		if p.Filed >= 2000 {
			cancel()
		}
	}}, []string{path})
	if !errors.Is(err, context.Canceled) || r.Filed != 2000 || len(r.Refused) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if n := len(logged(t, s)); n != 2000 {
		t.Errorf("%d in the log", n)
	}
}

func TestProgress(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	var lines strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&lines, `{"id":%d,"title":"t"}`+"\n", i)
	}
	write(t, dir, "x.ndjson", lines.String())
	write(t, dir, "y.txt", "text")
	var all []Progress
	reg := prometheus.NewRegistry()
	for range 2 { // the second finds its metric registered
		r, err := Import(t.Context(), Options{Log: s, Registerer: reg, Progress: func(p Progress) { all = append(all, p) }}, []string{dir})
		if err != nil {
			t.Fatal(err)
		}
		last, total := all[len(all)-1], int64(lines.Len()+4)
		if last.Done != total || last.Total != total || last.Files != 2 || last.FilesTotal != 2 || last.Filed+last.Unchanged != 2501 || r.Bytes != total {
			t.Errorf("at the end %+v, %d bytes are there", last, total)
		}
	}
	for i, p := range all {
		if i > 0 && i < len(all)/2 && (p.Done < all[i-1].Done || p.Filed < all[i-1].Filed || p.Total != all[0].Total) {
			t.Errorf("goes back: %+v, then %+v", all[i-1], p)
		}
	}
	got := map[string]float64{}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			got[family.GetName()+" "+m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	if d := cmp.Diff(map[string]float64{"sitrep_ingest_records_total filed": 2501, "sitrep_ingest_records_total unchanged": 2501}, got); d != "" {
		t.Error(d)
	}
}

func TestReport(t *testing.T) {
	r := Report{Filed: 0, Unchanged: 5424, Revised: 12, Skipped: 1, Files: 3, Bytes: 722251, Took: 1234 * time.Millisecond, Unlisted: 1900,
		Refused: []Refusal{{"seven.ndjson", 7, "wrong JSON: it ends in the middle"}, {"bad\x1b[2Jname.txt", 0, "an empty file: there is nothing to file"}}}
	want := `3 files, 705 KiB in 1.2 s
      0 filed
  5,424 unchanged  known, with the same text
     12 revised    known, with another text
  1,902 refused    not filed, see below
      1 skipped    files in other formats, and hidden ones

seven.ndjson:7: wrong JSON: it ends in the middle
"bad\x1b[2Jname.txt": an empty file: there is nothing to file
… and 1,900 more like these
`
	var b strings.Builder
	if err := r.Write(&b); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Error(d)
	}
}

func TestManyRefusalsAreCounted(t *testing.T) {
	s, dir := openLog(t), t.TempDir()
	write(t, dir, "a.ndjson", strings.Repeat("x\n", 250))
	write(t, dir, "b.ndjson", "x\n")
	r := importInto(t, s, dir)
	if r.RefusedCount() != 251 || len(r.Refused) != 101 || filepath.Base(r.Refused[100].File) != "b.ndjson" {
		t.Errorf("%d, %d listed", r.RefusedCount(), len(r.Refused))
	}
}

func TestRealEvents(t *testing.T) {
	events := shared(t, "current-events-2025.ndjson.gz")
	s := openLog(t)
	if r := importInto(t, s, events); counts(r) != [4]int{5424, 0, 0, 0} {
		t.Errorf("first: %+v", r)
	}
	r := importInto(t, s, events)
	var b strings.Builder
	if err := r.Write(&b); err != nil || counts(r) != [4]int{0, 5424, 0, 0} || !strings.Contains(b.String(), "5,424 unchanged") {
		t.Errorf("second: %+v, %v", r, err)
	}
}

func TestRealDispatch(t *testing.T) {
	path := shared(t, "dispatch-deir-ezzor.txt")
	s := openLog(t)
	importInto(t, s, path)
	d := logged(t, s)[0]
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	squash := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	if got := squash(d.Title + " " + d.Body); got != squash(string(text)) {
		t.Errorf("not verbatim: %q", got)
	}
	if !d.Published.IsZero() || d.Lang != "en" || d.Source != "dispatch-deir-ezzor" || !strings.HasPrefix(d.Title, "Syria, Isis is finished") {
		t.Errorf("%+v", d)
	}
}
