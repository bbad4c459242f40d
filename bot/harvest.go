package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"sitrep/commands"
	"sitrep/ingest"
	"sitrep/lang"
	"sitrep/news"
)

// Filer keeps what channel sources bring.
type Filer interface {
	// File files dispatches in order, at most 100, and returns when all are on disk.
	// The same dispatch filed again changes nothing, another text is a revision.
	File(ctx context.Context, list []news.Dispatch) (Filed, error)
	// Retract marks a dispatch as withdrawn by its source. One that was never filed, or
	// is retracted or forgotten already, is left as it is.
	Retract(ctx context.Context, id news.ID, reason string) error
}

// Filed is what became of dispatches.
type Filed struct {
	// New were not there before; Known were, with the same or another text; Refused
	// could not be kept.
	New, Known, Refused int
}

// harvester reads the channels that are sources: what is posted there live, what was
// posted while it did not listen, and their history. Each source has a feed, a
// goroutine of its own, so that what happens in a channel is filed in order and a
// busy or broken source holds nobody else up.
type harvester struct {
	b     *Bot
	book  commands.SourceBook
	filer Filer
	// pace is what all feeds together may ask Discord: questions keep the greater part.
	pace *rate.Limiter
	// aside lets one page of history through at a time.
	aside chan struct{}
	// tree knows which channel a thread hangs on.
	tree tree

	adopting sync.Mutex // one change of the set of feeds at a time

	mu     sync.Mutex
	ctx    context.Context // of the feeds, nil unless Run runs
	wg     *sync.WaitGroup
	by     map[string]map[string]*feed // guild → channel
	asking map[string]bool             // channels that are being looked up
	guilds map[string]bool             // that the gateway has told of
}

const (
	harvestRate  = 10 // requests a second, of the 50 that Discord allows
	harvestBurst = 10
	// reloadEvery, in paces, is how often the book is read: another process may have
	// changed it.
	reloadEvery = 120
)

func newHarvester(b *Bot, o Options) *harvester {
	if o.Sources == nil || o.Filer == nil {
		return nil
	}
	return &harvester{b: b, book: o.Sources, filer: o.Filer, pace: rate.NewLimiter(harvestRate, harvestBurst), aside: make(chan struct{}, 1),
		by: map[string]map[string]*feed{}, asking: map[string]bool{}, guilds: map[string]bool{}}
}

// start reads the sources until ctx ends; wg waits for all of it. A nil harvester
// does nothing.
func (h *harvester) start(ctx context.Context, wg *sync.WaitGroup) {
	if h == nil {
		return
	}
	h.mu.Lock()
	h.ctx, h.wg, h.by = ctx, wg, map[string]map[string]*feed{}
	h.mu.Unlock()
	wg.Go(func() {
		for {
			func() {
				defer h.b.guard("channel sources")
				h.reload(ctx)
			}()
			if sleep(ctx, reloadEvery*h.b.pace) != nil {
				break
			}
		}
		h.mu.Lock()
		h.ctx = nil // late words of the gateway and of commands find nobody
		h.mu.Unlock()
	})
}

// reload makes the feeds what the book says.
func (h *harvester) reload(ctx context.Context) {
	h.adopting.Lock()
	defer h.adopting.Unlock()
	list, err := h.book.All(ctx)
	if err != nil && ctx.Err() == nil {
		h.b.log.Warn("discord: channel sources cannot all be read from the book", "error", err)
	}
	wanted := map[*feed]bool{}
	for _, s := range list {
		if f := h.adopt(ctx, s); f != nil {
			wanted[f] = true
		}
	}
	if err != nil {
		return // what is missing in the list may be there all the same
	}
	for _, f := range h.feeds("") {
		if !wanted[f] {
			h.drop(f)
		}
	}
}

// Sourced begins to read a channel source that was added or resumed, and tells of
// the history's progress in the channel tell, or nowhere if that is empty; one that
// was paused or removed is read no more when it returns.
func (b *Bot) Sourced(s ingest.Source, tell string) {
	h := b.harvest
	if h == nil {
		return
	}
	h.adopting.Lock()
	defer h.adopting.Unlock()
	h.mu.Lock()
	ctx := h.ctx
	h.mu.Unlock()
	if ctx == nil {
		return // the next start reads the book
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	switch now, err := h.book.Get(ctx, s.Guild, s.Name); {
	case errors.Is(err, ingest.ErrSourceNotFound):
		s.Paused = true // removed
	case err == nil:
		s = now
	}
	f := h.adopt(ctx, s)
	if f == nil {
		for _, old := range h.feeds(s.Guild) {
			if old.name == s.Name {
				h.drop(old)
			}
		}
		return
	}
	f.box.put(func(i *inbox) { i.tell, i.retry = tell, true })
}

// adopt gives a source its feed, and returns it; nil where it shall not be read.
func (h *harvester) adopt(ctx context.Context, s ingest.Source) *feed {
	if s.Kind != ingest.SourceChannel || s.Paused || s.Guild == "" || snowflake(s.Channel) == 0 {
		return nil
	}
	h.mu.Lock()
	f := h.by[s.Guild][s.Channel]
	h.mu.Unlock()
	if f != nil && f.added.Equal(s.Added) && f.name == s.Name {
		return f
	}
	if f != nil && f.name != s.Name && f.added.Before(s.Added) {
		h.b.log.Warn("discord: a channel is two sources: the older one is read", "guild", s.Guild, "source", f.name, "second", s.Name)
		return nil
	}
	if f != nil {
		h.drop(f)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ctx == nil || ctx.Err() != nil {
		return nil
	}
	f = newFeed(h, s)
	run, stop := context.WithCancel(h.ctx)
	f.cancel = stop
	if h.by[s.Guild] == nil {
		h.by[s.Guild] = map[string]*feed{}
	}
	h.by[s.Guild][s.Channel] = f
	f.box.there = h.guilds[s.Guild]
	h.wg.Go(func() {
		defer close(f.done)
		f.run(run)
	})
	return f
}

// drop stops a feed and waits until it has written down how far it came.
func (h *harvester) drop(f *feed) {
	h.mu.Lock()
	if h.by[f.guild][f.channel] == f {
		delete(h.by[f.guild], f.channel)
	}
	h.mu.Unlock()
	f.cancel()
	<-f.done
}

// feeds are those of a guild, or all.
func (h *harvester) feeds(guild string) (out []*feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for g, list := range h.by {
		if guild != "" && g != guild {
			continue
		}
		for _, f := range list {
			out = append(out, f)
		}
	}
	return out
}

// feedOf is the feed that a channel or thread of a guild belongs to, or nil. known
// is false where nothing has told yet what the channel is.
func (h *harvester) feedOf(guild, channel string) (f *feed, known bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := h.by[guild]
	if len(list) == 0 || h.ctx == nil {
		return nil, true
	}
	if f := list[channel]; f != nil {
		return f, true
	}
	parent, known := h.tree.parent(guild, channel)
	return list[parent], known
}

// get asks Discord, within the harvester's own share of the requests.
func (h *harvester) get(ctx context.Context, path string, out any) error {
	if err := h.pace.Wait(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	return h.b.get(ctx, path, out)
}

// printer is the language of a guild's notices.
func (h *harvester) printer(guild string) *lang.Printer {
	return h.b.words.In(h.b.language(guild, ""))
}

// find asks Discord where a channel belongs that no event has told of. A message is
// not kept meanwhile: a thread that is found is read from its beginning.
func (h *harvester) find(guild, channel string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	ctx := h.ctx
	if ctx == nil || h.asking[channel] || len(h.asking) > maxAsking {
		return
	}
	h.asking[channel] = true
	h.wg.Go(func() {
		defer h.b.guard("a channel's parent")
		var c wirePlace
		err := h.get(ctx, "/channels/"+channel, &c)
		h.mu.Lock()
		delete(h.asking, channel)
		h.mu.Unlock()
		if e, ok := errors.AsType[*APIError](err); ok && !e.Temporary() {
			h.tree.put(guild, wirePlace{ID: channel}) // not ours to see
			return
		}
		if err != nil || c.Guild != guild {
			return
		}
		h.tree.put(guild, c)
		if f, _ := h.feedOf(guild, channel); f != nil {
			f.box.put(func(i *inbox) { i.again[channel] = true })
		}
	})
}

// maxAsking bounds the lookups under way.
const maxAsking = 200
