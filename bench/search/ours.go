package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"sitrep/briefing"
	"sitrep/commands"
	"sitrep/gazetteer"
	"sitrep/index"
	"sitrep/index/query"
	"sitrep/news"
	"sitrep/store"
)

const (
	oursCommand = "engine-sitrep"
	indexFolder = "index" // in the engine's folder, beside the log
	textsFile   = "texts" // in the index, in each partition; its other files are of the index
	hits        = 10
)

// ours is sitrep itself, wired as the program wires it: the log in its own store,
// the index that follows it, names from the gazetteer, and the commands.
type ours struct {
	log    *store.Store
	names  *gazetteer.Gazetteer
	index  *index.Index
	engine *commands.Engine
}

func openOurs(ctx context.Context, dir string) (o *ours, err error) {
	o = &ours{}
	defer func() {
		if err != nil {
			err = errors.Join(err, o.close())
		}
	}()
	if o.log, err = store.Open(ctx, store.Options{Dir: dir}); err != nil {
		return o, err
	}
	if o.names, err = gazetteer.New(); err != nil {
		return o, err
	}
	if o.index, err = index.Open(ctx, index.Options{Dir: filepath.Join(dir, indexFolder), Log: o.log, Names: o.names, Lookup: o.lookup}); err != nil {
		return o, err
	}
	if err = o.current(ctx); err != nil {
		return o, err
	}
	o.engine, err = commands.New(commands.Options{Index: o.index, Log: o.log, Names: o.names})
	return o, err
}

// lookup is what a name behind place: or actor: means, as in the program.
func (o *ours) lookup(typed string) []string {
	if id, ok := strings.CutPrefix(typed, "#"); ok {
		return []string{strings.ToLower(id)}
	}
	if list := o.names.Resolve(typed, 1); len(list) > 0 && list[0].Exact {
		return []string{list[0].Entity.ID}
	}
	return nil
}

// current waits until everything that is filed can be found.
func (o *ours) current(ctx context.Context) error {
	last, err := o.log.LastSeq(ctx)
	if err != nil {
		return err
	}
	return o.index.Wait(ctx, last)
}

func (o *ours) close() (err error) {
	if o.index != nil {
		err = o.index.Close()
	}
	if o.log != nil {
		err = errors.Join(err, o.log.Close())
	}
	return err
}

// serveOurs is the program of engine.go's comment.
func serveOurs(args []string) error {
	ctx := context.Background()
	switch {
	case len(args) == 4 && args[0] == "build":
		begin := time.Now()
		if err := buildOurs(ctx, args[1], args[2]); err != nil {
			return err
		}
		fmt.Println(time.Since(begin).Seconds())
		return nil
	case len(args) == 3 && args[0] == "ask":
		begin := time.Now()
		o, err := openOurs(ctx, args[1])
		if err != nil {
			return err
		}
		fmt.Printf("ready\t%d\n", time.Since(begin).Nanoseconds())
		return errors.Join(o.serve(ctx), o.close())
	}
	return fmt.Errorf("%q: build ARCHIVE INDEX STOPWORDS, or ask INDEX STOPWORDS", args)
}

// buildOurs files the archive as an import does: acknowledged when it is on disk,
// annotated and indexed behind that.
func buildOurs(ctx context.Context, archive, dir string) error {
	o, err := openOurs(ctx, dir)
	if err != nil {
		return err
	}
	var batch []news.Dispatch
	flush := func() error {
		filed, err := o.log.File(ctx, batch)
		for _, f := range filed {
			err = errors.Join(err, f.Err)
		}
		batch = batch[:0]
		return err
	}
	err = eachItem(archive, func(_ int, d news.Dispatch) error {
		if batch = append(batch, d); len(batch) < 1000 {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err == nil {
		err = o.current(ctx)
	}
	return errors.Join(err, o.close())
}

func (o *ours) serve(ctx context.Context) error {
	in := bufio.NewScanner(os.Stdin)
	for in.Scan() {
		parts := strings.Split(in.Text(), "\t")
		if len(parts) != 3 {
			return fmt.Errorf("question %q has %d parts", in.Text(), len(parts))
		}
		from, err := strconv.ParseInt(parts[2], 10, 64)
		if err != nil {
			return err
		}
		begin := time.Now()
		a, err := o.ask(ctx, parts[0], question{Words: strings.Fields(parts[1]), From: from})
		took := time.Since(begin)
		switch {
		case errors.Is(err, errUnanswered):
			fmt.Println("-")
		case err != nil:
			fmt.Printf("!%v\n", err)
		default:
			fmt.Printf("%d\t%d\t%s\t%d\n", took.Nanoseconds(), a.total, strings.Join(a.hits, ","), a.chars)
		}
	}
	return in.Err()
}

// search is a question in the terms of the index.
func search(kind string, q question) (s index.Search, ok bool) {
	s = index.Search{Scopes: []news.Scope{news.ScopeEveryone}, Sort: index.Best, Size: hits, Now: now}
	for _, w := range q.Words {
		s.Query.Terms = append(s.Query.Terms, query.Term{Text: w})
	}
	if q.From != 0 {
		s.Span = query.Span{From: time.Unix(q.From, 0).UTC(), To: now}
	}
	// As the others: what is not asked for is not counted.
	kind, counted := strings.CutSuffix(kind, "-counted")
	s.Quick = !counted
	switch kind {
	case "any", "recent", "highlights":
	case "all":
		s.Every = true
	case "new", "everything":
		s.Sort = index.New
	case "facets": // what is counted by source comes with every answer
		s.Quick = false
		s.Days = query.Span{From: now.AddDate(0, 0, -366), To: now}
	case "status":
		s.Quick = false
		s.Days = s.Span
	case "phrase":
		s.Query.Terms = []query.Term{{Text: strings.Join(q.Words, " "), Phrase: true}}
	case "news":
		s.Sort = index.News
	default:
		return s, false
	}
	return s, true
}

func (o *ours) ask(ctx context.Context, kind string, q question) (answer, error) {
	if kind == "command" {
		r := o.engine.Do(ctx, commands.Request{Line: "status " + strings.Join(q.Words, " ") + " since:30d", Now: now})
		if r.Error != nil {
			return answer{}, r.Error
		}
		return answer{total: len(r.Items)}, nil
	}
	s, ok := search(kind, q)
	if !ok {
		return answer{}, errUnanswered
	}
	res, err := o.index.Search(ctx, s)
	if err != nil {
		return answer{}, err
	}
	a := answer{total: res.Total}
	if res.Partial {
		a.total = -1
	}
	for _, h := range res.Hits {
		a.hits = append(a.hits, strconv.FormatInt(h.When.Unix(), 10))
	}
	if kind == "highlights" || kind == "status" {
		a.chars, err = o.highlight(ctx, res.Hits, q.Words)
	}
	return a, err
}

// readers are as many texts as an answer of the commands reads at a time.
const readers = 4

// highlight finds the sentence to quote of each hit, as the commands do it: in the
// text beside the index, or in the log where it is not there. It gives their length.
func (o *ours) highlight(ctx context.Context, found []index.Hit, words []string) (int, error) {
	wanted := briefing.Wanted{Find: index.MatchWords(words).Find}
	var chars atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readers)
	for _, h := range found {
		g.Go(func() error {
			text, ok := o.index.Text(h)
			if !ok {
				rec, err := o.log.Get(ctx, h.ID)
				if err != nil {
					return err
				}
				text = index.Text{Dispatch: rec.Dispatch, Mentions: o.names.Annotate(rec.Dispatch.Body)}
			}
			if q, ok := briefing.Key(&text.Dispatch, text.Mentions, wanted); ok {
				chars.Add(int64(len(q.Text)))
			}
			return nil
		})
	}
	err := g.Wait()
	return int(chars.Load()), err
}
