package ingest

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// keptRefusals is how many refusals of one file are kept word for word; the
// rest are counted. A file in the wrong format fails on every line.
const keptRefusals = 100

// Report is the outcome of an import.
type Report struct {
	// Filed, Unchanged and Revised count dispatches by what the log said of them.
	Filed, Unchanged, Revised int
	// Refused are the files and records that were not filed, in the order they
	// were read; at most 100 of one file.
	Refused []Refusal
	// Unlisted counts the refusals beyond those.
	Unlisted int
	// Empty counts the refusals that are for ReasonEmpty.
	Empty int
	// Files counts the files that were read; Skipped those in folders that are
	// in no format that sitrep reads, and hidden ones.
	Files, Skipped int
	// Bytes is how much was read, as it lies on the disk.
	Bytes int64
	// Took is how long it took.
	Took time.Duration
}

// RefusedCount is the number of refusals, listed or not.
func (r *Report) RefusedCount() int { return len(r.Refused) + r.Unlisted }

// Refusal says what was not filed, and why.
type Refusal struct {
	// File is its path as it was named.
	File string
	// Line is counted from 1; 0 means the file as a whole.
	Line int
	// Reason says what is wrong and what to do.
	Reason string
}

// String is "path:line: reason", as compilers write it, so that editors can jump there.
func (r Refusal) String() string {
	if r.Line == 0 {
		return printable(r.File) + ": " + r.Reason
	}
	return printable(r.File) + ":" + strconv.Itoa(r.Line) + ": " + r.Reason
}

// printable quotes a name that would play tricks on a terminal.
func printable(name string) string {
	for _, r := range name {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return strconv.Quote(name)
		}
	}
	return name
}

// Write prints the closing table and then each refusal on a line.
func (r *Report) Write(w io.Writer) error {
	rows := []struct {
		n          int
		word, what string
		always     bool
	}{
		{r.Filed, "filed", "new", true},
		{r.Unchanged, "unchanged", "known, with the same text", true},
		{r.Revised, "revised", "known, with another text", true},
		{r.RefusedCount(), "refused", "not filed, see below", true},
		{r.Skipped, "skipped", "files in other formats, and hidden ones", false},
	}
	width := 0
	for _, row := range rows {
		width = max(width, len(thousands(row.n)))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s in %s\n", plural(r.Files, "file"), bytesText(r.Bytes), tookText(r.Took))
	for _, row := range rows {
		if row.n == 0 && !row.always {
			continue
		}
		what := row.what
		if row.n == 0 {
			what = ""
		}
		line := fmt.Sprintf("  %*s %-10s %s", width, thousands(row.n), row.word, what)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if len(r.Refused) > 0 {
		b.WriteByte('\n')
	}
	for _, refusal := range r.Refused {
		b.WriteString(refusal.String() + "\n")
	}
	if r.Unlisted > 0 {
		fmt.Fprintf(&b, "… and %s more like these\n", thousands(r.Unlisted))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// thousands writes a number with commas: 5,424.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(n) + " " + noun + "s"
}

// bytesText writes a size as people say it, in the units of 1,024 that the limits have.
func bytesText(n int64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return plural(int(n), "byte")
	}
	v, i := float64(n)/1024, 0
	for v >= 999.5 && i < len(units)-1 {
		v, i = v/1024, i+1
	}
	digits := 0
	if v < 10 && v != float64(int(v)) {
		digits = 1
	}
	return strconv.FormatFloat(v, 'f', digits, 64) + " " + units[i:i+1] + "iB"
}

func tookText(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// Progress is how far an import has come.
type Progress struct {
	// File is the path that is being read.
	File string
	// Files of FilesTotal have been read to their end.
	Files, FilesTotal int
	// Done of Total bytes have been read, as they lie on the disk. Total does
	// not count what comes from standard input.
	Done, Total int64
	// What the log has said so far.
	Filed, Unchanged, Revised, Refused int
}
