package index

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// mappingVersion changes whenever document.go or analyze.go puts something else
// into the index; together with the gazetteer's version it says whether an
// index on disk can still be used.
const mappingVersion = "6"

// formatVersion changes whenever a search could not read what was written before: such
// an index does not answer until the new one stands.
const formatVersion = "3"

const (
	currentFile = "CURRENT" // in Options.Dir: the name of the generation that answers
	versionFile = "VERSION" // in a generation: what it was built with
	logFile     = "LOG"     // in a generation: the identity of the log it was built from
	openingFile = "OPENING" // in a generation, only while it is being opened
	appliedFile = "APPLIED" // in a generation: the last event that all partitions hold
	partsDir    = "parts"   // in a generation: its partitions
	openLimit   = 2 * time.Minute
)

// generation is one index on disk, Options.Dir/g0001, g0002, …: its partitions, and
// the number of the last event that all of them have taken in.
type generation struct {
	dir     string
	applied atomic.Uint64
	names   sources
	packs   packs

	// write guards the partitions: the follower changes them, and the refresher looks
	// whether bleve has merged their segments.
	write sync.Mutex
	parts map[string]*partition

	mu   sync.RWMutex   // guards seen
	seen *snapshot      // what searches read; nil once closed
	open sync.WaitGroup // snapshots that somebody reads: the files stay open for them
}

// counts are what searches see in numbers.
func (g *generation) counts() stats {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.seen == nil {
		return newStats()
	}
	return g.seen.stats
}

// snapshot gives the newest snapshot, to be released; nil once closed.
func (g *generation) snapshot() *snapshot {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if g.seen != nil {
		g.seen.acquire()
	}
	return g.seen
}

// show lets searches see the partitions as they are. The caller holds write, so that
// nobody closes the generation meanwhile.
func (g *generation) show() error {
	s, err := take(slices.Collect(maps.Values(g.parts)), &g.names, &g.packs)
	if err != nil {
		return err
	}
	g.open.Add(1)
	s.done = g.open.Done
	g.mu.Lock()
	old := g.seen
	g.seen = s
	g.mu.Unlock()
	if old != nil {
		return old.release()
	}
	return nil
}

// refresh shows segments that bleve has merged since.
func (g *generation) refresh() error {
	g.write.Lock()
	defer g.write.Unlock()
	s := g.snapshot()
	if s == nil {
		return nil
	}
	stale, err := s.stale()
	if err = errors.Join(err, s.release()); err != nil || !stale {
		return err
	}
	return g.show()
}

// close waits for the searches in flight.
func (g *generation) close() (err error) {
	g.write.Lock()
	defer g.write.Unlock()
	g.mu.Lock()
	if g.seen != nil {
		err = g.seen.release()
		g.seen = nil
	}
	g.mu.Unlock()
	g.open.Wait()
	sweepAll(g.parts)
	for _, p := range g.parts {
		err = errors.Join(err, p.close())
	}
	g.parts = nil
	return err
}

// partition gives the partition of a key, made where there is none.
func (g *generation) partition(key string) (*partition, error) {
	if p := g.parts[key]; p != nil {
		return p, nil
	}
	p, err := createPartition(filepath.Join(g.dir, partsDir), key)
	if err == nil {
		g.parts[key] = p
	}
	return p, err
}

// reached is what stands in APPLIED.
type reached struct {
	// Seq is the last event that all partitions have taken in.
	Seq uint64 `json:"seq"`
	// Partitions are where each was at the least: bleve passes over a state of an index
	// that it cannot read, and opens an older one.
	Partitions map[string]uint64 `json:"partitions"`
}

// writeApplied writes durably which event all partitions have reached.
func (g *generation) writeApplied(seq uint64) error {
	r := reached{Seq: seq, Partitions: map[string]uint64{}}
	for key, p := range g.parts {
		r.Partitions[key] = p.applied
	}
	js, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(g.dir, appliedFile), string(js)+"\n")
}

func (x *Index) version() string {
	return formatVersion + "." + mappingVersion + "-" + x.opts.Names.Version()
}

// readable reports whether searches can read an index of this version.
func readable(version string) bool { return strings.HasPrefix(version, formatVersion+".") }

// holds reports whether a partition is one of the generation's, and open. The caller
// keeps the generation from being swapped.
func (g *generation) holds(p *partition) bool {
	s := g.snapshot()
	if s == nil {
		return false
	}
	defer s.release() //nolint:errcheck // the generation has it as well
	return slices.ContainsFunc(s.parts, func(v *part) bool { return v.p == p })
}
