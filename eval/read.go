// Package eval measures how well a ranking puts first what people judged to
// answer a question: it reads topics and judgements in the forms of TREC and
// reckons the usual figures. It knows no engine.
package eval

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Topic is a question.
type Topic struct{ ID, Text string }

// Judgements say by topic and dispatch how well one answers the other: 0 or less
// not at all, the more the better.
type Judgements map[string]map[string]int

// Bad is a line that cannot be read.
type Bad struct {
	File   string
	Line   int // from 1; 0 means the file as a whole
	Reason string
}

func (b *Bad) Error() string {
	if b.Line == 0 {
		return b.File + ": " + b.Reason
	}
	return fmt.Sprintf("%s:%d: %s", b.File, b.Line, b.Reason)
}

// maxTopicLine bounds a line, in bytes: the longest questions of the public
// collections have a hundredth of it.
const maxTopicLine = 1 << 20

// ReadTopics reads a topic a line: its id, a tab, its text. Empty lines, a byte
// order mark and carriage returns are passed over. An error in the form is a *Bad.
func ReadTopics(file string, r io.Reader) ([]Topic, error) {
	var out []Topic
	first := map[string]int{}
	err := eachLine(file, r, func(n int, line string) error {
		id, text, found := strings.Cut(line, "\t")
		id, text = strings.TrimSpace(id), strings.TrimSpace(text)
		switch {
		case !found:
			return &Bad{file, n, "no tab in it: a topic is its id, a tab and its text"}
		case id == "" || strings.ContainsAny(id, " \v\f"):
			return &Bad{file, n, fmt.Sprintf("%.40q is no id of a topic: one word is wanted before the tab", id)}
		case text == "":
			return &Bad{file, n, fmt.Sprintf("topic %.40s has no text behind its tab", id)}
		case first[id] > 0:
			return &Bad{file, n, fmt.Sprintf("topic %.40s stands in line %d already", id, first[id])}
		}
		first[id] = n
		out = append(out, Topic{id, text})
		return nil
	})
	if err == nil && len(out) == 0 {
		err = &Bad{file, 0, "no topic in it"}
	}
	return out, err
}

// ReadJudgements reads a judgement a line: topic, a field that is not used,
// dispatch, grade. Of two judgements of one pair the higher counts. An error in
// the form is a *Bad.
func ReadJudgements(file string, r io.Reader) (Judgements, error) {
	out := Judgements{}
	err := eachLine(file, r, func(n int, line string) error {
		f := strings.Fields(line)
		if len(f) != 4 {
			return &Bad{file, n, fmt.Sprintf("%d fields: topic, 0, dispatch and grade are wanted", len(f))}
		}
		grade, err := strconv.Atoi(f[3])
		if err != nil {
			return &Bad{file, n, fmt.Sprintf("%.40q is no grade: a whole number is wanted", f[3])}
		}
		by := out[f[0]]
		if by == nil {
			by = map[string]int{}
			out[f[0]] = by
		}
		if old, known := by[f[2]]; !known || grade > old {
			by[f[2]] = grade
		}
		return nil
	})
	if err == nil && len(out) == 0 {
		err = &Bad{file, 0, "no judgement in it"}
	}
	return out, err
}

// eachLine gives the lines that are not empty, with their numbers.
func eachLine(file string, r io.Reader, fn func(int, string) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxTopicLine)
	n := 0
	for s.Scan() {
		n++
		line := s.Text()
		if n == 1 {
			line = strings.TrimPrefix(line, "\uFEFF")
		}
		if !utf8.ValidString(line) {
			return &Bad{file, n, "not in UTF-8: save it in UTF-8"}
		}
		if line = strings.TrimRight(line, "\r\n"); strings.TrimSpace(line) == "" {
			continue
		}
		if err := fn(n, line); err != nil {
			return err
		}
	}
	if errors.Is(s.Err(), bufio.ErrTooLong) {
		return &Bad{file, n + 1, fmt.Sprintf("a line of more than %d bytes", maxTopicLine)}
	}
	if s.Err() != nil {
		return fmt.Errorf("%s: %w", file, s.Err())
	}
	return nil
}
