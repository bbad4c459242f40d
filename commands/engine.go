// Package commands is what can be asked: one table, one file a command. It knows
// no door: it turns a Request into a Reply.
package commands

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/lang"
	"sitrep/news"
	"sitrep/schedule"
)

// Searcher finds dispatches; index.Index is one.
type Searcher interface {
	Search(ctx context.Context, s index.Search) (index.Result, error)
	Docs() int
	Applied() uint64
}

// Reader gives the dispatches themselves; store.Store is one.
type Reader interface {
	Get(ctx context.Context, id news.ID) (news.Record, error)
	History(ctx context.Context, id news.ID) ([]news.Record, error)
}

// Book keeps the schedules; schedule.Book is one.
type Book interface {
	Add(ctx context.Context, s schedule.Schedule) (schedule.Schedule, error)
	List(ctx context.Context, guild string) ([]schedule.Schedule, error)
	Remove(ctx context.Context, guild, name string) error
}

// Options are what the commands work with.
type Options struct {
	Index     Searcher
	Log       Reader
	Names     *gazetteer.Gazetteer
	Schedules Book
	// Communities, Desk and Sources may be nil where nothing is changed: then their
	// commands say that they are not available.
	Communities Communities
	Desk        Desk
	Sources     SourceBook
	// Languages are what replies can be told in; nil: English alone. Language is the
	// one where neither the community nor the asker has chosen.
	Languages *lang.Catalogue
	Language  string
	// Prefix is what a command line begins with in a channel, "!" by default.
	Prefix string
	// Zone is where days begin; UTC by default.
	Zone *time.Location
	// Version is the program's, for `about`; Trial says that samples are shown.
	Version string
	Trial   bool
	// Behind is how many events the index has yet to read; nil: it is never behind.
	Behind func(context.Context) uint64
	// Limit is how long a command may take, 20 s by default.
	Limit      time.Duration
	Logger     *slog.Logger
	Registerer prometheus.Registerer
}

// Engine runs command lines. It is safe for concurrent use.
type Engine struct {
	o        Options
	commands []*Command
	channels atomic.Pointer[Channels]
	runs     *prometheus.CounterVec
	took     prometheus.Histogram
}

// New builds the engine and its table of commands.
func New(o Options) (*Engine, error) {
	if o.Prefix == "" {
		o.Prefix = "!"
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Limit <= 0 {
		o.Limit = 20 * time.Second
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Languages == nil {
		c, err := lang.New()
		if err != nil {
			return nil, err
		}
		o.Languages = c
	}
	e := &Engine{o: o, commands: table()}
	e.runs = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sitrep_commands_total", Help: "Commands run, by name, door and outcome."}, []string{"command", "door", "outcome"})
	e.took = prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sitrep_command_seconds", Help: "Time to answer a command.", Buckets: prometheus.ExponentialBuckets(.0005, 2, 16)})
	if o.Registerer != nil {
		o.Registerer.MustRegister(e.runs, e.took)
	}
	return e, nil
}

// table is every command, in the order of `help`.
func table() []*Command {
	return []*Command{statusCommand(), searchCommand(), showCommand(), briefCommand(), sourcesCommand(), scheduleCommand(), helpCommand(), aboutCommand()}
}

// Commands is the table that every door derives its own form from.
func (e *Engine) Commands() []*Command { return e.commands }

// Attach gives the engine the door whose channels commands can name. It may be
// called while the engine works.
func (e *Engine) Attach(c Channels) { e.channels.Store(&c) }

// Languages are what replies can be told in.
func (e *Engine) Languages() *lang.Catalogue { return e.o.Languages }

// Settings are a community's settings, with the operator's defaults filled in.
func (e *Engine) Settings(guild string) Settings {
	var s Settings
	if e.o.Communities != nil {
		s = e.o.Communities.Settings(guild)
	}
	if s.Prefix == "" {
		s.Prefix = e.o.Prefix
	}
	if s.Zone == "" {
		s.Zone = e.o.Zone.String()
	}
	return s
}

// printer says things in the language of a request: the community's own choice,
// then the asker's client's, then the operator's.
func (e *Engine) printer(r Request) *lang.Printer {
	code := e.Settings(r.Guild).Language
	if code == "" && e.o.Languages.Has(r.Locale) {
		code = r.Locale
	}
	if code == "" {
		code = e.o.Language
	}
	return e.o.Languages.In(code)
}

// call is one run of a command.
type call struct {
	e *Engine
	// p says things in the language of the reply.
	p       *lang.Printer
	Request Request
	command *Command
	path    []string
	args    map[string]string
}

// arg is the value of an argument, empty where it was not given.
func (c *call) arg(name string) string { return c.args[name] }

// say is fmt.Sprintf in the language of the reply; the text is English.
func (c *call) say(text string, args ...any) string { return c.p.Say(text, args...) }

// Do runs a command line. It never panics, and says what is wrong in Reply.Error.
func (e *Engine) Do(ctx context.Context, r Request) (reply Reply) {
	begin := time.Now()
	if r.Now.IsZero() {
		r.Now = begin
	}
	r.Now = r.Now.UTC()
	if len(r.Scopes) == 0 {
		r.Scopes = []news.Scope{news.ScopeEveryone}
	}
	name := "none"
	defer func() {
		if p := recover(); p != nil {
			e.o.Logger.Error("a command ended in a panic", "line", r.Line, "panic", p, "stack", string(debug.Stack()))
			reply = Reply{Title: "Something broke", Error: &Error{CodeInternal, "This command failed inside sitrep. It is in the operator's log; other commands go on working."}}
		}
		reply.fill()
		outcome := "ok"
		if reply.Error != nil {
			outcome = reply.Error.Code
		}
		e.runs.WithLabelValues(name, r.Door, outcome).Inc()
		e.took.Observe(time.Since(begin).Seconds())
	}()
	c, err := e.parse(r)
	if err != nil {
		return failed(err)
	}
	name = strings.Join(c.path, " ")
	if c.command.Manage && !r.Manager {
		return failed(&Error{CodeForbidden, fmt.Sprintf("%s is for managers: you need the Manage Server permission here.", name)})
	}
	ctx, cancel := context.WithTimeout(ctx, e.o.Limit)
	defer cancel()
	reply, err = c.command.run(ctx, c)
	if err != nil {
		var told *Error
		if !errors.As(err, &told) {
			e.o.Logger.Error("a command failed", "line", r.Line, "error", err)
		}
		return failed(err)
	}
	e.warn(ctx, &reply)
	return reply
}

// muchBehind is how many events the index may be behind in the ordinary run of
// things: a batch.
const muchBehind = 1000

// warn says so when the answer rests on an index that is still being built.
func (e *Engine) warn(ctx context.Context, reply *Reply) {
	if e.o.Behind == nil {
		return
	}
	if n := e.o.Behind(ctx); n > muchBehind || n > 0 && e.o.Index.Docs() == 0 {
		reply.Note = strings.TrimSpace(fmt.Sprintf("%s The index is still being built: %s not in this answer yet.", reply.Note, count(int(n), "dispatch is", "dispatches are")))
	}
}

// failed is the reply to a line that could not be answered: people get a
// sentence, operators get the cause in the log.
func failed(err error) Reply {
	var told *Error
	switch {
	case errors.As(err, &told):
	case errors.Is(err, context.DeadlineExceeded):
		told = &Error{CodeUnavailable, "The answer took too long and was given up: ask for less, or try again in a minute."}
	case errors.Is(err, context.Canceled):
		told = &Error{CodeUnavailable, "sitrep is shutting down: ask again in a minute."}
	default:
		told = &Error{CodeInternal, "The answer could not be made. The cause is in the operator's log; try again in a minute."}
	}
	title := "That did not work"
	switch told.Code {
	case CodeUnknownCommand:
		title = "Unknown command"
	case CodeNotFound:
		title = "Not found"
	case CodeForbidden:
		title = "Not allowed"
	}
	return Reply{Title: title, Error: told}
}

// fill makes the lists of a reply present, so that its JSON has [] and not null.
func (r *Reply) fill() {
	if r.Items == nil {
		r.Items = []Item{}
	}
	for i := range r.Items {
		if r.Items[i].Cites == nil {
			r.Items[i].Cites = []Cite{}
		}
	}
	if r.Fields == nil {
		r.Fields = []Field{}
	}
	if r.Pictures == nil {
		r.Pictures = []Picture{}
	}
	if r.Actions == nil {
		r.Actions = []Action{}
	}
}

func usage(format string, args ...any) *Error {
	return &Error{CodeUsage, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) *Error {
	return &Error{CodeNotFound, fmt.Sprintf(format, args...)}
}

// find is the command of that name in a list.
func find(list []*Command, name string) *Command {
	for _, c := range list {
		if c.Name == strings.ToLower(name) {
			return c
		}
	}
	return nil
}

// names are the commands' names, in alphabetical order.
func names(list []*Command) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Name
	}
	sort.Strings(out)
	return out
}
