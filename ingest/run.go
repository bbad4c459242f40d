package ingest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"sitrep/news"
	"sitrep/store"
)

// A batch is handed to the log when it has so many dispatches (the most that an
// atomic batch publish takes is 1,000) or so many bytes of text.
const (
	batchRecords = 1000
	batchBytes   = 8 << 20
)

// tellBytes is how much is read between two tellings of the progress.
const tellBytes = 1 << 20

// batch gathers dispatches for the log, and where each came from.
type batch struct {
	dispatches []news.Dispatch
	from       []placed
	size       int
	filing     bool // the log has it
}

// stream reads one file or stream in the format that its entry says.
func (r *run) stream(e entry, from io.Reader) error {
	raw := &rawReader{ctx: r.ctx, r: from, tell: r.read}
	in := &input{shown: e.shown, real: e.real, stem: e.stem, format: e.format, limit: r.o.MaxFile, r: raw}
	if e.gz {
		in.r = &gzipReader{raw: raw}
	}
	return r.reader(in)
}

// reader runs a format's reader. Input that makes a library panic is refused as any other.
func (r *run) reader(in *input) (err error) {
	r.in = in
	defer func() {
		if p := recover(); p != nil {
			if r.filing {
				panic(p) // the log's, not the input's
			}
			r.refuse(0, "the reader for %s fails on it: %s", in.format.name, quoted(fmt.Sprint(p)))
		}
		if err == nil {
			err = r.ctx.Err()
		}
	}()
	return in.format.read(in, r)
}

// stdin reads standard input: records where it begins with { or [, else a text.
func (r *run) stdin(e entry, from io.Reader) error {
	pipe := interruptible(r.ctx, from)
	defer pipe.Close()
	raw := &rawReader{ctx: r.ctx, r: pipe, tell: r.read}
	in := &input{shown: e.shown, stem: e.stem, limit: r.o.MaxFile}
	buffered := bufio.NewReaderSize(raw, 64<<10)
	if head, _ := buffered.Peek(2); string(head) == gzipMagic {
		buffered = bufio.NewReaderSize(&gzipReader{raw: &rawReader{ctx: r.ctx, r: buffered, tell: func(int) {}}}, 64<<10)
	}
	in.r = buffered
	in.format = formats[sniff(buffered)]
	return r.reader(in)
}

// sniff tells the format of a stream from its beginning. A { that stands alone
// on its line opens an object over several lines.
func sniff(b *bufio.Reader) string {
	for n := 512; ; n *= 2 {
		head, err := b.Peek(min(n, b.Size()))
		text := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
		end := bytes.IndexByte(text, '\n')
		if len(text) > 0 && text[0] == '[' {
			return ".json"
		}
		if len(text) > 0 && text[0] != '{' {
			return ".txt"
		}
		if end < 0 && err == nil && n < b.Size() {
			continue
		}
		switch {
		case len(text) == 0:
			return ".txt"
		case end >= 0 && string(bytes.TrimSpace(text[:end])) == "{":
			return ".json"
		}
		return ".ndjson"
	}
}

// interruptible makes a stream's reads end with the context: a read of a
// terminal or a pipe cannot be called back, so it is left to itself and ends
// when whoever writes there does.
func interruptible(ctx context.Context, from io.Reader) io.ReadCloser {
	pr, pw := io.Pipe()
	stop := context.AfterFunc(ctx, func() { pr.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		_, err := io.Copy(pw, from)
		pw.CloseWithError(err)
	}()
	return pr
}

// read notes that so many bytes were read.
func (r *run) read(n int) {
	r.progress.Done += int64(n)
	if r.progress.Done-r.told >= tellBytes {
		r.tell()
	}
}

func (r *run) tell() {
	r.told = r.progress.Done
	if r.o.Progress == nil {
		return
	}
	p := r.progress
	p.File = r.shown
	p.Filed, p.Unchanged, p.Revised = r.report.Filed, r.report.Unchanged, r.report.Revised
	p.Refused = len(r.refusals) + r.report.Unlisted
	r.o.Progress(p)
}

// put checks a record and adds it to the batch.
func (r *run) put(rec record) error {
	d, err := r.o.dispatch(r.in, &rec)
	if err != nil {
		line := rec.line
		var field *fieldError
		if errors.As(err, &field) && rec.lineOf != nil {
			line = rec.lineOf(field.field)
		}
		if err.Error() == ReasonEmpty {
			r.report.Empty++
		}
		r.refuse(line, "%s", err)
		return nil
	}
	r.dispatches = append(r.dispatches, d)
	r.from = append(r.from, placed{Refusal{File: r.shown, Line: rec.line}, r.index})
	r.size += len(d.Title) + len(d.Body)
	if len(r.dispatches) < batchRecords && r.size < batchBytes {
		return nil
	}
	return r.flush()
}

// refuse says that something at a line of the file is not filed.
func (r *run) refuse(line int, format string, args ...any) {
	if r.ctx.Err() != nil {
		return // what a broken-off import did not read is not refused
	}
	r.refused(placed{Refusal{r.shown, line, fmt.Sprintf(format, args...)}, r.index})
}

func (r *run) refused(p placed) {
	r.counted.WithLabelValues(string(store.OutcomeRefused)).Inc()
	if r.ofFile++; r.ofFile > keptRefusals {
		r.report.Unlisted++
		return
	}
	r.refusals = append(r.refusals, p)
}

// flush hands the batch to the log and counts what it says.
func (r *run) flush() error {
	if len(r.dispatches) == 0 {
		return nil
	}
	r.filing = true
	filings, err := r.o.Log.File(r.ctx, r.dispatches)
	r.filing = false
	for i, filing := range filings {
		switch filing.Outcome {
		case store.OutcomeFiled:
			r.report.Filed++
		case store.OutcomeUnchanged:
			r.report.Unchanged++
		case store.OutcomeRevised:
			r.report.Revised++
		case store.OutcomeRefused:
			p := r.from[i]
			p.Reason = "the log refuses it"
			if filing.Err != nil {
				p.Reason = filing.Err.Error()
			}
			r.refused(p)
			continue
		default:
			continue
		}
		r.counted.WithLabelValues(string(filing.Outcome)).Inc()
	}
	if err == nil && len(filings) != len(r.dispatches) {
		err = fmt.Errorf("the log answered for %d of %d", len(filings), len(r.dispatches))
	}
	r.batch = batch{dispatches: r.dispatches[:0], from: r.from[:0]}
	if err != nil {
		return fmt.Errorf("filing dispatches: %w", err)
	}
	r.tell()
	return nil
}

// finish closes the report.
func (r *run) finish() Report {
	slices.SortStableFunc(r.refusals, func(a, b placed) int {
		if a.index != b.index {
			return a.index - b.index
		}
		return a.Line - b.Line
	})
	for _, p := range r.refusals {
		p.Reason = strings.ToValidUTF8(p.Reason, "\uFFFD")
		r.report.Refused = append(r.report.Refused, p.Refusal)
	}
	r.report.Bytes, r.report.Took = r.progress.Done, time.Since(r.began)
	return r.report
}
