// Package ingest turns files and folders into dispatches and hands them to the
// log. Each format has one reader, which knows nothing of the log; whatever
// cannot be filed is refused by file, line and reason, and the rest goes on.
package ingest

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/news"
	"sitrep/store"
)

// Filer is the log as this package needs it: *store.Store is one.
type Filer interface {
	File(ctx context.Context, ds []news.Dispatch) ([]store.Filing, error)
}

// Options are what an import needs to know.
type Options struct {
	// Log is where dispatches are filed.
	Log Filer
	// Logger is told what happens in a watched folder; nil discards it.
	Logger *slog.Logger
	// Registerer takes the metrics; nil registers none.
	Registerer prometheus.Registerer
	// Source, where set, is the source of every dispatch, whatever the files say.
	Source string
	// Scope, where set, is the scope of every dispatch, whatever the files say.
	// A guild's scope also says that the files are not the operator's: their
	// records then cannot set origin, standing or filing date, and identities
	// are the guild's own.
	Scope news.Scope
	// MaxFile is the largest file, in bytes after decompression, of the formats
	// that are read whole (all but .ndjson and .csv); 0 means 64 MiB.
	MaxFile int64
	// Progress is told, from the goroutine that imports, how far it has come; may be nil.
	Progress func(Progress)
	// Stdin is what the path "-" reads; nil means the process's own.
	Stdin io.Reader
}

// stdinName stands for standard input in reports, and for its data set and source.
const stdinName = "stdin"

// Import files what is in the files and folders that paths name, and in standard
// input for "-". What cannot be filed is in the report; the error says that the
// import ended before its time: ctx is done, or the log fails. The report tells
// what was filed until then.
func Import(ctx context.Context, o Options, paths []string) (Report, error) {
	w := newWalk(ctx)
	for _, path := range paths {
		w.named(path)
	}
	run := newRun(ctx, o)
	run.report.Skipped = w.skipped
	err := run.entries(w.entries)
	return run.finish(), err
}

// ImportReader files what r holds, read in the format that name's extension
// says: an attachment, a sample. It has no path, so what the text does not
// identify itself (by id, url, Message-ID) is known by its content.
func ImportReader(ctx context.Context, o Options, name string, r io.Reader) (Report, error) {
	run := newRun(ctx, o)
	run.shown = name
	stem, f, gz := splitName(name)
	if f == nil {
		run.refuse(0, "not a format that sitrep reads: it reads %s", formatNames)
		return run.finish(), nil
	}
	err := run.stream(entry{shown: name, stem: stem, format: f, gz: gz}, r)
	if err == nil {
		err = run.flush()
	}
	return run.finish(), err
}

// run is one import: it is the sink of the readers and gathers what they put
// into batches for the log.
type run struct {
	ctx     context.Context
	o       Options
	counted *prometheus.CounterVec
	began   time.Time

	batch
	report   Report
	refusals []placed
	// in is the file that is being read, index its place among all, shown its
	// name, ofFile how many refusals it has.
	in     *input
	index  int
	shown  string
	ofFile int

	progress Progress
	told     int64 // bytes read when progress was last told
}

// placed is a refusal with the place of its file among all: the log's refusals
// come later than those of the readers.
type placed struct {
	Refusal
	index int
}

func newRun(ctx context.Context, o Options) *run {
	if o.MaxFile <= 0 {
		o.MaxFile = defaultMaxFile
	}
	return &run{ctx: ctx, o: o, counted: counter(o.Registerer), began: time.Now()}
}

// counter is the package's metric. A second import in one process finds the first one's.
func counter(reg prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "sitrep_ingest_records_total", Help: "Records read from files, by outcome: filed, unchanged, revised, refused.",
	}, []string{"outcome"})
	if reg == nil {
		return c
	}
	var there prometheus.AlreadyRegisteredError
	if errors.As(reg.Register(c), &there) {
		if known, ok := there.ExistingCollector.(*prometheus.CounterVec); ok {
			return known
		}
	}
	return c
}

// entries reads files one after the other. A batch may span several.
func (r *run) entries(entries []entry) error {
	for _, e := range entries {
		r.progress.FilesTotal++
		if e.info != nil && e.refuse == "" {
			r.progress.Total += e.info.Size()
		}
	}
	for i, e := range entries {
		r.index, r.shown, r.ofFile = i, e.shown, 0
		if err := r.entry(e); err != nil {
			return err
		}
		r.progress.Files++
		r.tell()
	}
	return r.flush()
}

func (r *run) entry(e entry) error {
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case e.refuse != "":
		r.refuse(0, "%s", e.refuse)
		return nil
	case e.stdin:
		in := r.o.Stdin
		if in == nil {
			in = os.Stdin
		}
		r.report.Files++
		return r.stdin(e, in)
	}
	f, info, err := openFile(e.real)
	if err != nil {
		r.refuse(0, "%s", reason(err))
		return nil
	}
	defer f.Close()
	r.report.Files++
	if !e.format.stream && !e.gz && info.Size() > r.o.MaxFile {
		r.refuse(0, "%s, the limit for %s is %s: split it", bytesText(info.Size()), e.format.name, bytesText(r.o.MaxFile))
		r.progress.Total -= info.Size()
		return nil
	}
	return r.stream(e, f)
}
