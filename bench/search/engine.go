package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// engine is a program that builds an index of an archive and answers from it:
//
//	PROGRAM build ARCHIVE INDEX STOPWORDS   ends when everything is on disk and can
//	                                        be found; its last line is the seconds
//	PROGRAM ask INDEX STOPWORDS             answers a line with a line until its
//	                                        input ends; its first line is "ready"
//
// A question is its kind, the words between spaces and the unix time that it
// begins at, between tabs. The answer is: nanoseconds, number of hits or -1 where
// it is not counted, the unix times of the first ten with commas, and the characters
// of highlights; or "-" for a kind that is not answered, or "!" and what is wrong.
type engine struct {
	name, version string
	command       []string
	dir           string // of its index
	built         built
}

// built is what building took, kept beside the index.
type built struct {
	Seconds float64 `json:"seconds"`
	CPU     float64 `json:"cpu"`      // seconds of all cores: what a busy machine hardly changes
	PeakRSS int64   `json:"peak_rss"` // bytes
	Index   int64   `json:"index"`    // bytes
	Texts   int64   `json:"texts"`    // bytes of the texts, where they are no part of the index
	Log     int64   `json:"log"`      // bytes of the log that the index can be built from again
}

// Where an engine's own programs are, from the project's folder.
const (
	fts5Dir    = "bench/search/fts5"
	xapianFile = "bench/search/xapian/engine.py"
	luceneFile = "bench/search/lucene/Engine.java"
	jars       = "/usr/share/java"
)

// engines are those that are installed, sitrep first.
func engines(ctx context.Context, a *archive, only []string) ([]*engine, error) {
	if _, err := os.Stat(xapianFile); err != nil {
		return nil, errors.New("run it in the project's folder: go run ./bench/search")
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	list := []*engine{{name: "sitrep", command: []string{self, oursCommand}}}
	for _, find := range []func(context.Context, *archive) (*engine, error){fts5, xapian, lucene} {
		e, err := find(ctx, a)
		if err != nil {
			fmt.Fprintf(os.Stderr, "left out: %v\n", err)
			continue
		}
		list = append(list, e)
	}
	list = slices.DeleteFunc(list, func(e *engine) bool { return len(only) > 0 && !slices.Contains(only, e.name) })
	if len(list) == 0 {
		return nil, fmt.Errorf("none of the engines %s is there", strings.Join(only, ", "))
	}
	for _, e := range list {
		e.dir = filepath.Join(a.dir, e.name)
	}
	return list, nil
}

// fts5 is a module of its own, so that sitrep does not depend on SQLite.
func fts5(ctx context.Context, a *archive) (*engine, error) {
	bin, err := filepath.Abs(filepath.Join(a.dir, "fts5.bin"))
	if err != nil {
		return nil, err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", bin, ".")
	build.Dir = fts5Dir
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("FTS5: go build: %w: %s", err, out)
	}
	return &engine{name: "fts5", version: told(ctx, bin, "version"), command: []string{bin}}, nil
}

func xapian(ctx context.Context, _ *archive) (*engine, error) {
	const python = "/usr/bin/python3" // Debian's, whose packages are seen
	version := told(ctx, python, "-c", "import xapian; print(xapian.version_string())")
	if version == "" {
		return nil, errors.New("Xapian: it needs Debian's python3-xapian")
	}
	return &engine{name: "xapian", version: version, command: []string{python, xapianFile}}, nil
}

func lucene(ctx context.Context, a *archive) (*engine, error) {
	var path []string
	version := ""
	for _, part := range []string{"core", "analyzers-common", "facet", "highlighter", "memory", "queries"} {
		found, _ := filepath.Glob(filepath.Join(jars, "lucene-"+part+"-8.*.jar"))
		if len(found) == 0 {
			return nil, errors.New("Lucene: it needs Debian's liblucene8-java")
		}
		path = append(path, found[0])
		version = strings.TrimSuffix(strings.TrimPrefix(filepath.Base(found[0]), "lucene-"+part+"-"), ".jar")
	}
	classes, err := filepath.Abs(filepath.Join(a.dir, "classes"))
	if err != nil {
		return nil, err
	}
	compile := exec.CommandContext(ctx, "javac", "-cp", strings.Join(path, ":"), "-d", classes, luceneFile)
	if out, err := compile.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("Lucene: it needs Debian's default-jdk-headless: javac: %w: %s", err, out)
	}
	return &engine{name: "lucene", version: version, command: []string{"java", "-Xmx2g", "-cp", strings.Join(append(path, classes), ":"), "Engine"}}, nil
}

// told is the first line that a program prints; empty if it fails.
func told(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return line
}

// build builds the index, unless one is kept that was built to its end.
func (e *engine) build(ctx context.Context, a *archive) error {
	done := filepath.Join(a.dir, e.name+".json")
	if raw, err := os.ReadFile(done); err == nil {
		return json.Unmarshal(raw, &e.built)
	}
	if err := os.RemoveAll(e.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(e.dir, 0o755); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, e.command[0], append(slices.Clone(e.command[1:]), "build", a.file(), e.dir, a.stopWords())...)
	cmd.Stderr = os.Stderr
	begin := time.Now()
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("build: %w", err)
	}
	lines := strings.Fields(string(out))
	if len(lines) == 0 {
		return errors.New("build: it told no time")
	}
	if e.built.Seconds, err = strconv.ParseFloat(lines[len(lines)-1], 64); err != nil {
		return fmt.Errorf("build: %w", err)
	}
	e.built.PeakRSS = peak(cmd.ProcessState)
	e.built.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if err := e.built.size(e); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "%s: built in %s\n", e.name, time.Since(begin).Round(time.Second))
	raw, err := json.Marshal(e.built)
	if err != nil {
		return err
	}
	return os.WriteFile(done, raw, 0o644)
}

// size adds the bytes of the index up, and of what is beside it. In sitrep's folder
// the index is the folder of that name, where files named texts are beside the
// index's own, and all else is the log.
func (b *built) size(e *engine) error {
	return filepath.WalkDir(e.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		switch {
		case e.name != "sitrep":
			b.Index += info.Size()
		case !strings.HasPrefix(path, filepath.Join(e.dir, indexFolder)):
			b.Log += info.Size()
		case d.Name() == textsFile:
			b.Texts += info.Size()
		default:
			b.Index += info.Size()
		}
		return nil
	})
}

// running is an engine that answers.
type running struct {
	*engine
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// answer is what an engine says to one question.
type answer struct {
	took  time.Duration
	total int // -1: not counted
	hits  []string
	chars int // of highlights
}

var errUnanswered = errors.New("this kind of question is not answered")

func (e *engine) start(ctx context.Context, a *archive) (*running, error) {
	r := &running{engine: e}
	r.cmd = exec.CommandContext(ctx, e.command[0], append(slices.Clone(e.command[1:]), "ask", e.dir, a.stopWords())...)
	r.cmd.Stderr = os.Stderr
	var err error
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r.out = bufio.NewScanner(out)
	r.out.Buffer(make([]byte, 1<<16), 1<<20)
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	if !r.out.Scan() || !strings.HasPrefix(r.out.Text(), "ready") {
		return nil, errors.Join(fmt.Errorf("%s did not open: %s", e.name, r.out.Text()), r.stop())
	}
	return r, nil
}

// opened is the time from the opening of the files to where questions are taken.
func (r *running) opened() time.Duration {
	ns, _ := strconv.ParseInt(strings.TrimPrefix(r.out.Text(), "ready\t"), 10, 64)
	return time.Duration(ns)
}

func (r *running) stop() error {
	r.in.Close()
	return r.cmd.Wait()
}

func (r *running) ask(kind string, q question) (answer, error) {
	if _, err := io.WriteString(r.in, q.line(kind)); err != nil {
		return answer{}, err
	}
	if !r.out.Scan() {
		return answer{}, fmt.Errorf("%s ended at %q", r.name, q.line(kind))
	}
	text := r.out.Text()
	if text == "-" {
		return answer{}, errUnanswered
	}
	parts := strings.Split(text, "\t")
	if len(parts) != 4 {
		return answer{}, fmt.Errorf("%s: %s: %s", r.name, q.line(kind), text)
	}
	ns, err := strconv.ParseInt(parts[0], 10, 64)
	total, err2 := strconv.Atoi(parts[1])
	chars, err3 := strconv.Atoi(parts[3])
	return answer{time.Duration(ns), total, splitList(parts[2]), chars}, errors.Join(err, err2, err3)
}
