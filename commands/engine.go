// Package commands is what can be asked: one table, one file a command. It knows
// no door: it turns a Request into a Reply.
package commands

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/lang"
	"sitrep/news"
	"sitrep/picture/atlas"
	"sitrep/schedule"
	"sitrep/stories"
)

// Searcher finds dispatches; index.Index is one.
type Searcher interface {
	Search(ctx context.Context, s index.Search) (index.Result, error)
	// Count is Result.Total of a search.
	Count(ctx context.Context, s index.Search) (int, error)
	// Mentions counts the dispatches that name each of some things.
	Mentions(ctx context.Context, scopes []news.Scope, ids []string) (map[string]int, error)
	// Named counts, by name, the dispatches that a search finds and that name it.
	Named(ctx context.Context, s index.Search) (map[string]int, error)
	// Text gives the text of a hit; false where it has to be read from the log.
	Text(h index.Hit) (index.Text, bool)
	// Suggest gives what was likely meant by words that no dispatch holds.
	Suggest(ctx context.Context, text string, scopes []news.Scope) ([]index.Suggestion, error)
	// Worth is what a hit is ordered by where relevance orders them.
	Worth(h index.Hit, s index.Search, res index.Result) float64
	// Explain tells how one dispatch scores for a search, or why it is not found.
	Explain(ctx context.Context, s index.Search, id news.ID) (index.Explanation, error)
	// Wait waits until searches see an event of the log.
	Wait(ctx context.Context, seq uint64) error
	Docs() int
	Applied() uint64
}

// Reader gives the dispatches themselves; store.Store is one.
type Reader interface {
	Get(ctx context.Context, id news.ID) (news.Record, error)
	History(ctx context.Context, id news.ID) ([]news.Record, error)
}

// Stories knows which dispatches tell of one event; stories.View is one.
type Stories interface {
	// Places gives where dispatches stand; what is not grouped yet is left out.
	Places(ids []news.ID) (map[news.ID]stories.Place, error)
	// Newest gives the stories of a time.
	Newest(a stories.Asked) (list []stories.Story, total int, err error)
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
	// Stories may be nil: then reports are grouped by their words alone.
	Stories Stories
	// Communities, Desk and Sources may be nil where nothing is changed: then their
	// commands say that they are not available.
	Communities Communities
	Desk        Desk
	Sources     SourceBook
	// Memory keeps what channels were told; nil: nothing is remembered.
	Memory Memory
	// Languages are what replies can be told in; nil: those that sitrep comes with. Language is the
	// one where neither the community nor the asker has chosen.
	Languages *lang.Catalogue
	Language  string
	// Prefix is what a command line begins with in a channel, "!" by default.
	Prefix string
	// Zone is where days begin; UTC by default.
	Zone *time.Location
	// Base is what lies under maps; nil is the embedded world.
	Base *atlas.Atlas
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
	zones    sync.Map // *time.Location by name
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
	return []*Command{statusCommand(), searchCommand(), whyCommand(), showCommand(), briefCommand(), storiesCommand(), timelineCommand(), trendCommand(), mapCommand(), relatedCommand(), sourcesCommand(),
		fileCommand(), markCommand(), retractCommand(), sourceCommand(), scheduleCommand(), settingsCommand(), helpCommand(), aboutCommand()}
}

// Commands is the table that every door derives its own form from.
func (e *Engine) Commands() []*Command { return e.commands }

// Attach gives the engine the door whose channels commands can name. It may be
// called while the engine works.
func (e *Engine) Attach(c Channels) { e.channels.Store(&c) }

// Settings are a community's settings, with the operator's defaults filled in. The
// empty guild is the local channel; direct messages have none but the defaults.
func (e *Engine) Settings(guild string) Settings {
	var s Settings
	if e.o.Communities != nil {
		s = e.o.Communities.Settings(guild)
	}
	return e.filled(s)
}

// settings are those that hold for a request. A direct message has the empty guild
// too, but not what the local channel has chosen.
func (e *Engine) settings(r Request) Settings {
	if r.direct() {
		return e.filled(Settings{})
	}
	return e.Settings(r.Guild)
}

func (e *Engine) filled(s Settings) Settings {
	if s.Prefix == "" {
		s.Prefix = e.o.Prefix
	}
	if s.Zone == "" {
		s.Zone = e.o.Zone.String()
	}
	return s
}

// zone is where days begin for a community.
func (e *Engine) zone(s Settings) *time.Location {
	if s.Zone == e.o.Zone.String() {
		return e.o.Zone
	}
	if loc, ok := e.zones.Load(s.Zone); ok {
		return loc.(*time.Location)
	}
	loc, err := time.LoadLocation(s.Zone)
	if err != nil {
		e.o.Logger.Error("a community's time zone is not known", "zone", s.Zone, "error", err)
		loc = e.o.Zone
	}
	e.zones.Store(s.Zone, loc)
	return loc
}

// printer says things in the language of a request: the community's own choice,
// then the asker's client's, then the operator's.
func (e *Engine) printer(r Request) *lang.Printer {
	code := e.settings(r).Language
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
	// set are the community's settings.
	set     Settings
	command *Command
	// path names the command; words is the same in the words that were typed.
	path, words []string
	args        map[string]string
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
	name, said := "none", e.printer(r)
	defer func() {
		if p := recover(); p != nil {
			e.o.Logger.Error("a command ended in a panic", "line", r.Line, "panic", p, "stack", string(debug.Stack()))
			reply = Reply{Title: said.Say("Something broke"), Error: &Error{CodeInternal, said.Say("This command failed inside sitrep. It is in the operator's log; other commands go on working.")}}
		}
		reply.fill()
		reply.Lang = said.Code
		outcome := "ok"
		if reply.Error != nil {
			outcome = reply.Error.Code
		}
		e.runs.WithLabelValues(name, r.Door, outcome).Inc()
		e.took.Observe(time.Since(begin).Seconds())
	}()
	c, err := e.parse(r)
	if err != nil {
		return failed(said, err)
	}
	name = strings.Join(c.path, " ")
	if err := c.allowed(); err != nil {
		return failed(said, err)
	}
	ctx, cancel := context.WithTimeout(ctx, e.o.Limit)
	defer cancel()
	reply, err = c.command.run(ctx, c)
	said = c.p // a command may have changed the language
	if err != nil {
		var told *Error
		if !errors.As(err, &told) {
			e.o.Logger.Error("a command failed", "line", r.Line, "error", err)
		}
		return failed(said, err)
	}
	e.warn(ctx, said, &reply)
	return reply
}

// muchBehind is how many events the index may be behind in the ordinary run of
// things: a batch.
const muchBehind = 1000

// warn says so when the answer rests on an index that is still being built.
func (e *Engine) warn(ctx context.Context, p *lang.Printer, reply *Reply) {
	if e.o.Behind == nil {
		return
	}
	if n := e.o.Behind(ctx); n > muchBehind || n > 0 && e.o.Index.Docs() == 0 {
		reply.Note = join(reply.Note, p.Say("The index is still being built: %d dispatches are not in this answer yet.", n))
	}
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

// find is the command of that name in a list.
func find(list []*Command, name string) *Command {
	for _, c := range list {
		if c.Name == strings.ToLower(name) {
			return c
		}
	}
	return nil
}

// join puts sentences one behind the other; empty ones are left out.
func join(sentences ...string) string {
	sentences = slices.DeleteFunc(slices.Clone(sentences), func(s string) bool { return s == "" })
	return strings.Join(sentences, " ")
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
