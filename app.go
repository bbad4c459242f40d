package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"

	"sitrep/commands"
	"sitrep/community"
	"sitrep/data"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/ingest"
	"sitrep/news"
	"sitrep/schedule"
	"sitrep/store"
	"sitrep/stories"
)

// app is the house wired up: what every door works with.
type app struct {
	p        *program
	log      *slog.Logger
	registry *prometheus.Registry
	store    *store.Store
	names    *gazetteer.Gazetteer
	index    *index.Index
	stories  *stories.View
	books
	engine *commands.Engine
}

// books are what is kept beside the dispatches.
type books struct {
	book        *schedule.Book
	sources     *ingest.Book
	memory      store.KV
	communities *community.Book
}

// open wires the rooms in the order in which they need each other. Close takes
// them down in reverse.
func (p *program) open(ctx context.Context, log *slog.Logger) (a *app, err error) {
	zone, err := p.zone()
	if err != nil {
		return nil, err
	}
	languages, err := p.languages()
	if err != nil {
		return nil, err
	}
	base, err := p.baseMap()
	if err != nil {
		return nil, err
	}
	a = &app{p: p, log: log, registry: prometheus.NewRegistry()}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	// The names take as long to read as the log to open: side by side.
	type named struct {
		g   *gazetteer.Gazetteer
		err error
	}
	names := make(chan named, 1)
	go func() {
		g, err := gazetteer.New()
		names <- named{g, err}
	}()
	a.store, err = store.Open(ctx, store.Options{Dir: p.State, URL: p.NATSURL, Replicas: p.Replicas, Logger: log, Registerer: a.registry})
	got := <-names
	if err != nil {
		return a, err
	}
	if a.names, err = got.g, got.err; err != nil {
		return a, err
	}
	// The books take as long to open as the index: side by side, too.
	opened := make(chan error, 2)
	go func() { opened <- a.openBooks(ctx) }()
	go func() {
		var err error
		a.stories, err = stories.Open(ctx, stories.Options{Dir: p.storiesDir(), Log: a.store, Names: a.names, Logger: log, Registerer: a.registry})
		opened <- err
	}()
	a.index, err = index.Open(ctx, index.Options{Dir: p.indexDir(), Log: a.store, Names: a.names, Lookup: a.lookup, HalfLife: p.HalfLife, Logger: log, Registerer: a.registry})
	if err = errors.Join(err, <-opened, <-opened); err != nil {
		return a, err
	}
	a.engine, err = commands.New(commands.Options{Index: a.index, Log: a.store, Names: a.names, Schedules: a.book, Stories: a.stories, Communities: a.communities, Desk: a.store, Sources: a.sources, Memory: a.memory,
		Base: base, Prefix: p.Prefix, Zone: zone, Languages: languages, Language: p.Language,
		Version: programVersion(), Trial: p.token == "", Behind: a.behind, Logger: log, Registerer: a.registry})
	return a, err
}

// openBooks opens what is kept beside the dispatches. On a store that is new, each
// bucket is made first, which takes as long as all the rest.
func (a *app) openBooks(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		kv, err := a.store.KV(ctx, store.BucketSchedules)
		a.book = schedule.NewBook(kv)
		return err
	})
	g.Go(func() (err error) {
		a.memory, err = a.store.KVFor(ctx, store.BucketMemory, store.MemoryAge)
		return err
	})
	g.Go(func() error {
		kv, err := a.store.KV(ctx, store.BucketSources)
		a.sources = ingest.NewBook(kv)
		return err
	})
	g.Go(func() error {
		kv, err := a.store.KV(ctx, store.BucketSettings)
		if err != nil {
			return err
		}
		a.communities, err = community.NewBook(ctx, kv, a.store, a.log)
		return err
	})
	return g.Wait()
}

// Close ends what open began, the last first.
func (a *app) Close() error {
	var err error
	if a.communities != nil {
		err = errors.Join(err, a.communities.Close())
	}
	if a.stories != nil {
		err = errors.Join(err, a.stories.Close())
	}
	if a.index != nil {
		err = errors.Join(err, a.index.Close())
	}
	if a.store != nil {
		err = errors.Join(err, a.store.Close())
	}
	return err
}

// current waits until searches and stories have everything that is in the log now.
func (a *app) current(ctx context.Context) error {
	last, err := a.store.LastSeq(ctx)
	if err != nil {
		return err
	}
	return a.upTo(ctx, last)
}

// upTo waits until searches and stories have an event of the log.
func (a *app) upTo(ctx context.Context, seq uint64) error {
	if err := a.index.Wait(ctx, seq); err != nil {
		return err
	}
	if err := a.stories.Wait(ctx, seq); err != nil && ctx.Err() != nil {
		return err // without stories, answers group reports by their words
	}
	return nil
}

// lookup gives the name that was typed behind place: or actor:, in whatever
// spelling, or the ID behind #.
func (a *app) lookup(typed string) []string {
	if id, ok := strings.CutPrefix(typed, "#"); ok {
		return []string{strings.ToLower(id)}
	}
	if list := a.names.Resolve(typed, 1); len(list) > 0 && list[0].Exact {
		return []string{list[0].Entity.ID}
	}
	return nil
}

// behind is how many events the index has yet to read; 0 if that cannot be told.
func (a *app) behind(ctx context.Context) uint64 {
	last, err := a.store.LastSeq(ctx)
	if at := a.index.Applied(); err == nil && at < last {
		return last - at
	}
	return 0
}

// settle gives the index a moment to catch up before the doors open: most starts
// need no more. After a change of names or mapping the old one answers anyway.
func (a *app) settle(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	if err := a.current(ctx); err != nil {
		a.log.Info("the index is still being built; questions are answered meanwhile", "events left", a.behind(ctx))
	}
	// The first search reads what the others find in memory: nobody shall wait for it.
	if _, err := a.index.Search(ctx, index.Search{Scopes: []news.Scope{news.ScopeEveryone}}); err != nil {
		a.log.Warn("the index could not be warmed up", "error", err)
	}
}

const settleTime = 5 * time.Second

// trial files the samples into an empty log, while there is no token: whoever
// tries sitrep sees something worth reading. It says whether it did.
func (a *app) trial(ctx context.Context) (bool, error) {
	if a.p.token != "" {
		return false, nil
	}
	last, err := a.store.LastSeq(ctx)
	if err != nil || last > 0 {
		return false, err
	}
	samples, err := data.Samples()
	if err != nil {
		return false, err
	}
	_, err = a.store.File(ctx, samples)
	return err == nil, err
}
