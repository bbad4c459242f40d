package index

import (
	"errors"

	bleveindex "github.com/blevesearch/bleve_index_api"
	"golang.org/x/sync/errgroup"

	"sitrep/news"
)

// writer collects what a run of events does to the partitions.
type writer struct {
	x       *Index
	g       *generation
	seq     uint64
	changes map[*partition]*change
	readers map[*partition]bleveindex.IndexReader
}

// change is the batch for a partition; nil where it has taken this event in already,
// before a crash.
func (w *writer) change(p *partition, seq uint64) *change {
	if seq <= p.applied {
		return nil
	}
	c := w.changes[p]
	if c == nil {
		c = p.begin(w.seq)
		w.changes[p] = c
	}
	return c
}

func (w *writer) reader(p *partition) (bleveindex.IndexReader, error) {
	r := w.readers[p]
	if r == nil {
		var err error
		if r, err = p.index.Reader(); err != nil {
			return nil, err
		}
		w.readers[p] = r
	}
	return r, nil
}

func (w *writer) closeReaders() (err error) {
	for p, r := range w.readers {
		err = errors.Join(err, r.Close())
		delete(w.readers, p)
	}
	return err
}

// put takes in the last state of a dispatch among the events. fresh says that none
// of the partitions can hold it yet.
func (w *writer) put(r *news.Record, e *entry, fresh bool) error {
	if !fresh {
		for _, p := range w.g.parts {
			if err := w.drop(p, r); err != nil {
				return err
			}
		}
	}
	if r.Kind == news.Forgotten && !fresh {
		return nil
	}
	target, err := w.g.partition(e.part)
	if err != nil {
		return err
	}
	c := w.change(target, r.Seq)
	if c == nil {
		return nil
	}
	if r.Kind == news.Forgotten { // filed and forgotten in one run
		c.stats.Gone++
		return nil
	}
	at, trace, err := target.texts.add(e.record, e.traces)
	if err != nil {
		return err
	}
	e.place(at, trace)
	c.stats.add(e.lang, e.title, e.body, 1)
	if !fresh {
		c.stats.Gone--
	}
	c.batch.Update(e.doc)
	return nil
}

// drop takes a dispatch out of a partition, if that holds it. A partition counts what
// leaves it by itself, so that a run that was cut short can be done again.
func (w *writer) drop(p *partition, r *news.Record) error {
	if r.Seq <= p.applied {
		return nil
	}
	reader, err := w.reader(p)
	if err != nil {
		return err
	}
	at, held, err := p.held(reader, r.Dispatch.ID)
	if err != nil || !held {
		return err
	}
	c := w.change(p, r.Seq)
	if err := p.drop(c, at); err != nil {
		return err
	}
	c.batch.Delete(string(r.Dispatch.ID))
	c.stats.Gone++
	return nil
}

// committers write partitions at a time: most of it is waiting for the disk.
const committers = 4

func (w *writer) commit() error {
	var eg errgroup.Group
	eg.SetLimit(committers)
	for p, c := range w.changes {
		eg.Go(func() error { return p.commit(c) })
	}
	return eg.Wait()
}
