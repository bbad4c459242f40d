package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"sitrep/bench/gen"
	"sitrep/gazetteer"
	"sitrep/news"
)

// now is the present of every archive, which spans the two years before it.
var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const years = 2

// archive is a folder with one archive, its questions, and the indexes of it.
//
// The archive is a file of lines, so that an engine in any language reads it as
// fast as it can: unix time, source, language, address, title and body, between
// tabs; a line break in the body is the character 0x1e.
type archive struct {
	dir       string
	n         int
	Questions map[string][]question `json:"questions"`
	Warm      map[string][]question `json:"warm"`
}

func (a *archive) file() string      { return filepath.Join(a.dir, "archive.tsv") }
func (a *archive) stopWords() string { return filepath.Join(a.dir, "stopwords.txt") }

// openArchive gives the archive that is kept in the folder, or writes one. The
// questions are drawn once and kept with it: the names of the gazetteer are in the
// texts, so another gazetteer would write another archive.
func openArchive(dir string, o options) (*archive, error) {
	a := &archive{dir: filepath.Join(dir, fmt.Sprintf("n%d-seed%d", o.n, o.seed)), n: o.n}
	path := filepath.Join(a.dir, fmt.Sprintf("questions-%d-%d.json", o.questions, o.warm))
	raw, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(raw, a)
		if err != nil || a.complete() {
			return a, err
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := os.MkdirAll(a.dir, 0o755); err != nil {
		return nil, err
	}
	if _, err := os.Stat(a.file()); err != nil {
		names, err := gazetteer.New()
		if err != nil {
			return nil, err
		}
		from := now.AddDate(-years, 0, 0)
		if err := a.write(gen.New(o.seed, names, from, now.Sub(from))); err != nil {
			return nil, err
		}
	}
	if err := a.draw(o); err != nil {
		return nil, err
	}
	if err := os.WriteFile(a.stopWords(), []byte(strings.Join(strings.Fields(stopWords), "\n")+"\n"), 0o644); err != nil {
		return nil, err
	}
	raw, err = json.Marshal(a)
	if err != nil {
		return nil, err
	}
	return a, os.WriteFile(path, raw, 0o644)
}

// complete reports whether there are questions of every kind.
func (a *archive) complete() bool {
	for _, k := range kinds {
		if len(a.Questions[k.name]) == 0 {
			return false
		}
	}
	return true
}

// write makes the dispatches on every core and writes them in order; what is in
// memory is a few chunks.
func (a *archive) write(m *gen.Maker) error {
	begin := time.Now()
	f, err := os.CreateTemp(a.dir, "new-")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	const chunk = 500
	chunks := make(chan chan []byte, runtime.GOMAXPROCS(0)) // in order
	go func() {
		defer close(chunks)
		for lo := 0; lo < a.n; lo += chunk {
			made := make(chan []byte, 1)
			chunks <- made
			go func() {
				var b []byte
				for i := lo; i < min(lo+chunk, a.n); i++ {
					b = appendLine(b, m.Dispatch(i, a.n))
				}
				made <- b
			}()
		}
	}()
	for made := range chunks {
		b := <-made
		if err == nil {
			_, err = f.Write(b)
		}
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "wrote %d items in %s\n", a.n, time.Since(begin).Round(time.Second))
	return os.Rename(f.Name(), a.file())
}

func appendLine(b []byte, d news.Dispatch) []byte {
	b = strconv.AppendInt(b, d.Published.Unix(), 10)
	for _, s := range []string{d.Source, d.Lang, d.URL, d.Title} {
		b = append(append(b, '\t'), s...)
	}
	b = append(b, '\t')
	begin := len(b)
	b = append(b, d.Body...)
	for i := begin; i < len(b); i++ {
		if b[i] == '\n' {
			b[i] = 0x1e
		}
	}
	return append(b, '\n')
}

func parseLine(line []byte, i int) (news.Dispatch, error) {
	parts := bytes.SplitN(line, []byte{'\t'}, 6)
	if len(parts) != 6 {
		return news.Dispatch{}, fmt.Errorf("item %d has %d parts", i, len(parts))
	}
	unix, err := strconv.ParseInt(string(parts[0]), 10, 64)
	item, at := strconv.Itoa(i), time.Unix(unix, 0).UTC()
	// Filed when it was published, so that every run has the same archive.
	return news.Dispatch{Published: at, Filed: at, Source: string(parts[1]), Lang: string(parts[2]), URL: string(parts[3]), Title: string(parts[4]),
		Body: strings.ReplaceAll(string(parts[5]), "\x1e", "\n"), Origin: news.Origin{Kind: news.OriginRecord, Feed: "gen", Item: item}}, err
}

// eachItem reads the archive item by item.
func eachItem(path string, fn func(i int, d news.Dispatch) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	for i := 0; in.Scan(); i++ {
		d, err := parseLine(in.Bytes(), i)
		if err == nil {
			err = fn(i, d)
		}
		if err != nil {
			return err
		}
	}
	return in.Err()
}
