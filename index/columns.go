package index

import (
	"encoding/base32"
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/index/scorch"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// columns hold what every hit is counted by, in memory: bleve's doc values cost
// ten times as much a hit. Segments never change, so a column is read once for
// each and lives as long as the segment: 21 bytes a dispatch.
type columns struct {
	mu      sync.Mutex
	by      map[uint64]*column // by the segment's ID
	sources []string           // names, by their number
	numbers map[string]uint16
}

// column is the values of a segment's documents, by local number.
type column struct {
	unix   []int64
	dated  []bool
	source []uint16
	id     [][idBytes]byte
}

// idBytes is the length of an ID that is not spelled out: 80 bits.
const idBytes = 10

// maxSources is how many sources have a number of their own.
const maxSources = 1<<16 - 1

// view is the columns of one snapshot.
type view struct {
	starts  []uint64 // the number of each segment's first document
	columns []*column
	sources []string
}

// row is what is known of a document.
type row struct {
	unix   int64
	dated  bool
	source uint16
	id     [idBytes]byte
}

var idCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// of gives the columns of a snapshot; it reads those that are new, and forgets
// those whose segments are gone.
func (c *columns) of(r bleveindex.IndexReader) (*view, error) {
	snapshot, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, fmt.Errorf("index: %T is no snapshot of scorch", r)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	v := &view{}
	keep := map[uint64]*column{}
	start := uint64(0)
	for _, seg := range snapshot.Segments() {
		n := uint64(seg.FullSize())
		col := c.by[seg.Id()]
		if col == nil || uint64(len(col.unix)) != n {
			var err error
			if col, err = c.read(r, start, n); err != nil {
				return nil, err
			}
		}
		keep[seg.Id()] = col
		v.starts, v.columns = append(v.starts, start), append(v.columns, col)
		start += n
	}
	c.by = keep
	v.sources = c.sources // names are only ever appended
	return v, nil
}

// read fills the column of n documents from a number on.
func (c *columns) read(r bleveindex.IndexReader, start, n uint64) (*column, error) {
	values, err := r.DocValueReader([]string{fieldWhen, fieldSource})
	if err != nil {
		return nil, err
	}
	col := &column{unix: make([]int64, n), dated: make([]bool, n), source: make([]uint16, n), id: make([][idBytes]byte, n)}
	none := c.number("")
	for i := range n {
		col.source[i] = none
		err := values.VisitDocValues(bleveindex.NewIndexInternalID(nil, start+i), func(field string, term []byte) {
			switch field {
			case fieldWhen:
				if unix, dated, id, ok := decodeWhen(term); ok {
					col.unix[i], col.dated[i] = unix, dated
					_, _ = idCode.Decode(col.id[i][:], []byte(id)) // an ID that is none stays zero
				}
			case fieldSource:
				col.source[i] = c.number(string(term))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return col, nil
}

// number is a source's number; the lock is held.
func (c *columns) number(source string) uint16 {
	if n, ok := c.numbers[source]; ok {
		return n
	}
	if c.numbers == nil {
		c.numbers = map[string]uint16{}
	}
	if len(c.sources) == maxSources { // the last number is for all further ones
		return maxSources - 1
	}
	n := uint16(len(c.sources))
	c.sources, c.numbers[source] = append(c.sources, strings.Clone(source)), n
	return n
}

// row is the values of a document.
func (v *view) row(id bleveindex.IndexInternalID) row {
	n := id.Value()
	at := sort.Search(len(v.starts), func(i int) bool { return v.starts[i] > n }) - 1
	if at < 0 || n-v.starts[at] >= uint64(len(v.columns[at].unix)) {
		return row{}
	}
	col, i := v.columns[at], n-v.starts[at]
	return row{col.unix[i], col.dated[i], col.source[i], col.id[i]}
}

// name is a source's name.
func (v *view) name(source uint16) string {
	if int(source) < len(v.sources) {
		return v.sources[source]
	}
	return ""
}

// spelled is the ID in its usual form.
func (r row) spelled() news.ID { return news.ID(idCode.EncodeToString(r.id[:])) }
