package index

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// partition holds the dispatches of a month, or of a longer time where they are
// old: a question about some days costs what those days hold. It is one bleve
// index, and the texts beside it.
type partition struct {
	key     string
	dir     string
	bleve   bleve.Index
	index   bleveindex.Index
	texts   *texts
	columns columns
	// applied and stats belong to the follower.
	applied uint64
	stats   stats
	// changed is when it was last; littered says that it was not settled since. The
	// generation's lock for writing guards them.
	changed  time.Time
	littered bool
}

const (
	// monthly is how far back from its filing a dispatch may tell and still lie in a
	// partition of its month; an older one lies in one of its year, so that an
	// archive of decades is not hundreds of indexes.
	monthly = 3 * 366 * 24 * time.Hour
	// yearly is the same for years; what is older yet lies in one partition.
	yearly = 30 * 366 * 24 * time.Hour
	// ahead is how far ahead of its filing one may be dated. Beyond, all lie in one.
	ahead = 32 * 24 * time.Hour
)

// The partitions of what is dated far off.
const (
	partitionOld    = "old"
	partitionFuture = "future"
)

// partitionOf says where a dispatch belongs. It depends on nothing but the
// dispatch, so that every index built from one log has the same partitions.
func partitionOf(d *news.Dispatch) string {
	when := d.When().UTC()
	switch age := d.Filed.Sub(when); {
	case age < -ahead:
		return partitionFuture
	case age < monthly:
		return when.Format("2006-01")
	case age < yearly:
		return when.Format("2006")
	}
	return partitionOld
}

// createPartition makes an empty partition. A kill during the creation of a bleve
// index leaves one that does not open (30 of 107 in a trial), so it is made aside
// and renamed.
func createPartition(parent, key string) (*partition, error) {
	useSheaves()
	tmp, err := os.MkdirTemp(parent, "new-")
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	b, err := bleve.NewUsing(filepath.Join(tmp, "bleve"), bleve.NewIndexMapping(), scorch.Name, scorch.Name, nil)
	if err != nil {
		return nil, fmt.Errorf("index: creating it in %s: %w", tmp, err)
	}
	if err := b.Close(); err != nil {
		return nil, fmt.Errorf("index: creating it in %s: %w", tmp, err)
	}
	dir := filepath.Join(parent, key)
	if err := os.Rename(tmp, dir); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	return openPartition(dir)
}

func openPartition(dir string) (p *partition, err error) {
	useSheaves()
	p = &partition{key: filepath.Base(dir), dir: dir, changed: time.Now(), littered: true}
	if p.texts, err = openTexts(dir); err != nil {
		return nil, err
	}
	if p.bleve, err = bleve.Open(filepath.Join(dir, "bleve")); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), p.texts.close())
	}
	if err := p.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", dir, err), p.close())
	}
	return p, nil
}

func (p *partition) close() error { return errors.Join(p.bleve.Close(), p.texts.close()) }

// load reads the counts and checks them against what the index holds.
func (p *partition) load() (err error) {
	if p.index, err = p.bleve.Advanced(); err != nil {
		return err
	}
	r, err := p.index.Reader()
	if err != nil {
		return err
	}
	defer r.Close()
	if p.applied, p.stats, err = readInternal(r); err != nil {
		return err
	}
	n, err := r.DocCount()
	if err != nil {
		return err
	}
	if int(n) != p.stats.Docs {
		return fmt.Errorf("it holds %d documents, its own count says %d", n, p.stats.Docs)
	}
	return nil
}

// change is what a batch does to a partition.
type change struct {
	batch *bleveindex.Batch
	stats stats
	seq   uint64
}

func (p *partition) begin(seq uint64) *change {
	return &change{batch: bleveindex.NewBatch(), stats: p.stats.clone(), seq: seq}
}

// commit writes a batch with the sequence number that it reaches. The texts are on
// disk before it: phrases are looked for there alone.
func (p *partition) commit(c *change) error {
	if err := p.texts.sync(); err != nil {
		return err
	}
	js, err := json.Marshal(c.stats)
	if err != nil {
		return err
	}
	c.batch.SetInternal([]byte(keyApplied), binary.BigEndian.AppendUint64(nil, c.seq))
	c.batch.SetInternal([]byte(keyStats), js)
	if err := p.index.Batch(c.batch); err != nil {
		return fmt.Errorf("index: writing events up to %d to %s: %w", c.seq, p.key, err)
	}
	p.stats, p.applied = c.stats, c.seq
	p.changed, p.littered = time.Now(), true
	return nil
}

// held finds the record of a dispatch that the partition holds.
func (p *partition) held(r bleveindex.IndexReader, id news.ID) (at int64, held bool, err error) {
	inner, err := r.InternalID(string(id))
	if err != nil || inner == nil {
		return 0, false, err
	}
	doc, err := r.Document(string(id))
	if err != nil || doc == nil {
		return 0, false, err
	}
	doc.VisitFields(func(f bleveindex.Field) {
		if f.Name() == fieldRow {
			var v values
			if v, held = decodeRow(f.Value()); held {
				at = v.at
			}
		}
	})
	if !held {
		return 0, false, fmt.Errorf("index: %s has no row", id)
	}
	return at, true, nil
}

// drop takes the text at a place out of the counts, and blanks it.
func (p *partition) drop(c *change, at int64) error {
	h, err := p.texts.header(at)
	if err == nil {
		err = p.texts.blank(at)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", errRebuild, p.key, err)
	}
	c.stats.add(h.lang, h.title, h.body, -1)
	return nil
}
