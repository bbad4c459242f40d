package index

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// snapshot is a state of all partitions that searches read: that of one moment
// between two batches, so that a dispatch that moves from one partition to another
// is never seen twice, or not at all.
type snapshot struct {
	refs    atomic.Int64
	done    func()  // called when nobody reads it any more; may be nil
	parts   []*part // the newest first
	stats   stats
	sources []string

	mu sync.Mutex
	df map[inAll]float64 // document frequencies that were looked up
}

// inAll names a term in all partitions that have texts of a language.
type inAll struct{ field, term, lang string }

// part is one partition in a snapshot.
type part struct {
	p                *partition
	reader           *scorch.IndexSnapshot
	segments         []*segmentView
	earliest, latest int64    // bounds of the times
	undated          int      // at most so many
	langs            []string // the analyzers of its texts
}

// segmentView is one segment of a part.
type segmentView struct {
	part *part
	seg  segment.Segment
	dead *roaring.Bitmap // deleted documents; nil for none
	col  *column
	live uint64
	// order is its place among all segments of the snapshot.
	order int
}

func (s *snapshot) acquire() { s.refs.Add(1) }

// release gives the snapshot back; the last one closes its readers.
func (s *snapshot) release() (err error) {
	if s.refs.Add(-1) > 0 {
		return nil
	}
	for _, p := range s.parts {
		err = errors.Join(err, p.reader.Close())
	}
	if s.done != nil {
		s.done()
	}
	return err
}

// take makes a snapshot of the partitions as they are. Only the follower may call it.
func take(parts []*partition, names *sources, kept *packs) (*snapshot, error) {
	s := &snapshot{stats: newStats(), df: map[inAll]float64{}}
	s.refs.Store(1)
	for _, p := range parts {
		v, err := p.view(names, kept)
		if v != nil {
			s.parts = append(s.parts, v)
		}
		if err != nil {
			return nil, errors.Join(err, s.release())
		}
		s.stats.join(p.stats)
	}
	slices.SortFunc(s.parts, func(a, b *part) int { return cmp.Or(cmp.Compare(b.latest, a.latest), cmp.Compare(b.p.key, a.p.key)) })
	n := 0
	for _, p := range s.parts {
		for _, seg := range p.segments {
			seg.order = n
			n++
		}
	}
	s.sources = names.list()
	return s, nil
}

// view reads a partition as it is; nil where it is empty.
func (p *partition) view(names *sources, kept *packs) (*part, error) {
	r, err := p.index.Reader()
	if err != nil {
		return nil, err
	}
	reader, ok := r.(*scorch.IndexSnapshot)
	if !ok {
		return nil, errors.Join(errors.New("index: bleve gave no snapshot of scorch"), r.Close())
	}
	v := &part{p: p, reader: reader, earliest: math.MaxInt64, latest: math.MinInt64}
	for _, seg := range reader.Segments() {
		col, err := p.columns.of(seg, names, kept)
		if err != nil {
			return v, err
		}
		live := seg.Count()
		if live == 0 {
			continue
		}
		v.segments = append(v.segments, &segmentView{part: v, seg: seg.Segment(), dead: seg.Deleted(), col: col, live: live})
		v.earliest, v.latest = min(v.earliest, col.earliest), max(v.latest, col.latest)
		v.undated += col.undated
	}
	p.columns.keep(reader.Segments(), kept)
	for _, lang := range analyzerNames {
		if p.stats.Langs[lang] > 0 {
			v.langs = append(v.langs, lang)
		}
	}
	return v, nil
}

// stale reports whether bleve has merged segments since, so that a new snapshot
// would be read faster.
func (s *snapshot) stale() (bool, error) {
	for _, v := range s.parts {
		r, err := v.p.index.Reader()
		if err != nil {
			return false, err
		}
		now, _ := r.(*scorch.IndexSnapshot)
		same := now != nil && slices.EqualFunc(now.Segments(), v.reader.Segments(), func(a, b *scorch.SegmentSnapshot) bool { return a.Id() == b.Id() })
		if err := r.Close(); err != nil {
			return false, err
		}
		if !same {
			return true, nil
		}
	}
	return false, nil
}

// row is the values of a document.
func (s *segmentView) row(doc uint64) row {
	return row{values{s.col.unix[doc], s.col.at[doc], s.col.trace[doc], s.col.dated[doc], s.col.tokens[doc]}, s.col.source[doc], s.col.id[doc], s.part.p}
}

// maxFrequencies bounds how many looked-up frequencies a segment keeps.
const maxFrequencies = 1 << 11

// frequencyKey names a term of a segment that has so many deleted documents, among
// those of some scopes; empty for all.
type frequencyKey struct {
	field, term, scopes string
	dead                uint64
}

// frequency is how many documents of the segment hold a term.
func (o *opener) frequency(field, term string) (uint32, error) {
	return o.counted(frequencyKey{field: field, term: term}, func() (uint64, error) {
		list, err := o.list(field, term, o.seg.dead)
		if err != nil {
			return 0, err
		}
		return list.Count(), nil
	})
}

// counted gives what was counted before, or counts it.
func (o *opener) counted(key frequencyKey, count func() (uint64, error)) (uint32, error) {
	s := o.seg
	if s.dead != nil {
		key.dead = s.dead.GetCardinality()
	}
	s.col.mu.Lock()
	n, ok := s.col.df[key]
	s.col.mu.Unlock()
	if ok {
		return n, nil
	}
	all, err := count()
	if err != nil {
		return 0, err
	}
	n = uint32(all)
	s.col.mu.Lock()
	defer s.col.mu.Unlock()
	if len(s.col.df) >= maxFrequencies {
		clear(s.col.df)
	}
	s.col.df[key] = n
	return n, nil
}
