package index

import (
	"encoding/base32"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"

	"sitrep/news"
)

// columns hold what every hit is counted by, in memory: bleve's doc values cost
// ten times as much a hit. Segments never change, so a column is read once for
// each and lives as long as the segment: 44 bytes a dispatch.
type columns struct {
	mu sync.Mutex
	by map[uint64]*column // by the segment's ID
}

// column is the values of a segment's documents, by local number.
type column struct {
	unix   []int64
	at     []int64 // the place of the text's record
	trace  []int64 // and of its traces
	tokens []tokens
	dated  []bool
	source []uint16
	id     [][idBytes]byte
	// earliest and latest bound the times, of the undated too.
	earliest, latest int64
	undated          int
	lastAt, lastMark int64 // the last places of records and traces
	blocks           []blockTimes
	warm             atomic.Bool // the common words are packed

	kept *packs // where packed postings are kept within a limit

	mu     sync.Mutex
	df     map[frequencyKey]uint32 // document frequencies that were looked up
	packs  map[packKey]*packed
	scopes map[string]*roaring.Bitmap
	gone   bool // the segment is no more
}

// tokens are the lengths of a title and a body; longer ones count as maxTokens.
type tokens struct{ title, body uint16 }

const maxTokens = math.MaxUint16

// idBytes is the length of an ID that is not spelled out: 80 bits.
const idBytes = 10

// sources number the names of sources, for a whole generation.
type sources struct {
	mu      sync.RWMutex
	names   []string // by number; only ever appended
	numbers map[string]uint16
}

// maxSources is how many sources have a number of their own.
const maxSources = 1<<16 - 1

var idCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// values are what a document's row says of it.
type values struct {
	unix  int64
	at    int64
	trace int64
	dated bool
	tokens
}

// of gives the column of a segment; it reads it where it is new.
func (c *columns) of(seg *scorch.SegmentSnapshot, names *sources, kept *packs) (*column, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if col := c.by[seg.Id()]; col != nil && int64(len(col.unix)) == seg.FullSize() {
		return col, nil
	}
	col, err := readColumn(seg, names, kept)
	if err != nil {
		return nil, err
	}
	if c.by == nil {
		c.by = map[uint64]*column{}
	}
	c.by[seg.Id()] = col
	return col, nil
}

// keep forgets the columns of all segments but these.
func (c *columns) keep(segments []*scorch.SegmentSnapshot, kept *packs) {
	c.mu.Lock()
	defer c.mu.Unlock()
	by := make(map[uint64]*column, len(segments))
	for _, seg := range segments {
		if col := c.by[seg.Id()]; col != nil {
			by[seg.Id()] = col
			delete(c.by, seg.Id())
		}
	}
	kept.drop(slices.Collect(maps.Values(c.by)))
	c.by = by
}

func readColumn(seg *scorch.SegmentSnapshot, names *sources, kept *packs) (*column, error) {
	n := int(seg.FullSize())
	col := &column{unix: make([]int64, n), at: make([]int64, n), trace: make([]int64, n), tokens: make([]tokens, n), dated: make([]bool, n), source: make([]uint16, n), id: make([][idBytes]byte, n),
		earliest: math.MaxInt64, latest: math.MinInt64, kept: kept, df: map[frequencyKey]uint32{}, packs: map[packKey]*packed{}, scopes: map[string]*roaring.Bitmap{}}
	for i := range n {
		err := seg.VisitDocument(uint64(i), func(field string, _ byte, value []byte, _ []uint64) bool {
			switch field {
			case "_id":
				_, _ = idCode.Decode(col.id[i][:], value) // an ID that is none stays zero
			case fieldRow:
				if v, ok := decodeRow(value); ok {
					col.unix[i], col.at[i], col.trace[i], col.dated[i], col.tokens[i] = v.unix, v.at, v.trace, v.dated, v.tokens
				}
			}
			return true
		})
		if err != nil {
			return nil, err
		}
		col.lastAt, col.lastMark = max(col.lastAt, col.at[i]), max(col.lastMark, col.trace[i])
		col.earliest, col.latest = min(col.earliest, col.unix[i]), max(col.latest, col.unix[i])
		if !col.dated[i] {
			col.undated++
		}
	}
	col.readBlocks()
	return col, col.readSources(seg.Segment(), names)
}

// readSources fills the sources in from their postings.
func (c *column) readSources(seg segment.Segment, names *sources) error {
	dict, err := seg.Dictionary(fieldSource)
	if err != nil {
		return err
	}
	none := names.number("")
	for i := range c.source {
		c.source[i] = none
	}
	terms := dict.AutomatonIterator(nil, nil, nil)
	var list segment.PostingsList
	var postings segment.PostingsIterator
	for {
		e, err := terms.Next()
		if err != nil || e == nil {
			return err
		}
		number := names.number(e.Term)
		if list, err = dict.PostingsList([]byte(e.Term), nil, list); err != nil {
			return err
		}
		postings = list.Iterator(false, false, false, postings)
		for {
			p, err := postings.Next()
			if err != nil {
				return err
			}
			if p == nil {
				break
			}
			c.source[p.Number()] = number
		}
	}
}

func (s *sources) number(source string) uint16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.numbers[source]; ok {
		return n
	}
	if s.numbers == nil {
		s.numbers = map[string]uint16{}
	}
	if len(s.names) == maxSources { // the last number is for all further ones
		return maxSources - 1
	}
	n := uint16(len(s.names))
	name := strings.Clone(source)
	s.names = append(s.names, name)
	s.numbers[name] = n
	return n
}

// list are the names so far, by number.
func (s *sources) list() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.names[:len(s.names):len(s.names)]
}

// row is what is known of a document.
type row struct {
	values
	source uint16
	id     [idBytes]byte
	from   *partition
}

// spelled is the ID in its usual form.
func (r row) spelled() news.ID { return news.ID(idCode.EncodeToString(r.id[:])) }
