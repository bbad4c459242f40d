package index

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"time"

	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/index/scorch/mergeplan"
	"golang.org/x/sync/errgroup"
)

const (
	// settleAfter is how long nothing was filed in a partition before it is settled:
	// while much is filed, merging would be done again and again.
	settleAfter = 5 * time.Second
	// worthMerging is which part of a partition lies outside of its largest segment, or
	// was deleted, where all is merged into one: a month is merged a few times in all.
	worthMerging = 8
	// sweepLimit is how long a partition that is closed waits for old files to go.
	sweepLimit = 200 * time.Millisecond
)

// Options for scorch's merger: all segments into one, and none at all, which only
// wakes what removes old files.
var (
	mergeAll  = mergePlan(mergeplan.SingleSegmentMergePlanOptions, 1)
	mergeNone = mergePlan(mergeplan.DefaultMergePlanOptions, math.MaxInt)
)

func mergePlan(o mergeplan.MergePlanOptions, segments int) *mergeplan.MergePlanOptions {
	o.SegmentsPerMergeTask = math.MaxInt
	o.CalcBudget = func(int64, int64, *mergeplan.MergePlanOptions) int { return segments }
	return &o
}

// settle merges the segments of partitions where nothing is filed any more, and removes
// the files of those that were merged. The caller is the only one to call it.
func (g *generation) settle(ctx context.Context) error {
	for _, p := range g.unsettled(time.Now().Add(-settleAfter)) {
		if g.mergeable(p) {
			if err := p.force(ctx, mergeAll); err != nil || ctx.Err() != nil {
				return err
			}
			if err := g.refresh(); err != nil { // what is merged is read no more
				return err
			}
		}
		if g.sweep(p) {
			continue
		}
		if err := p.force(ctx, mergeNone); err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}

// unsettled are the partitions that were changed since they were settled, but not
// since a time.
func (g *generation) unsettled(before time.Time) (list []*partition) {
	g.write.Lock()
	defer g.write.Unlock()
	for _, p := range g.parts {
		if p.littered && p.changed.Before(before) {
			list = append(list, p)
		}
	}
	return list
}

// mergeable reports whether a partition is worth merging into one segment.
func (g *generation) mergeable(p *partition) bool {
	g.write.Lock()
	defer g.write.Unlock()
	list := g.segments(p)
	if len(list) == 0 {
		return false
	}
	var all, largest int64
	for _, seg := range list {
		all += seg.FullSize()
		largest = max(largest, seg.LiveSize())
	}
	return (all-largest)*worthMerging >= all
}

// sweep notes that a partition is settled, if it has no files but those of its segments.
func (g *generation) sweep(p *partition) bool {
	g.write.Lock()
	defer g.write.Unlock()
	if g.parts[p.key] != p || p.files() <= len(g.segments(p)) {
		p.littered = false
		return true
	}
	return false
}

// segments are those of a partition; none once it is closed. The caller holds write.
func (g *generation) segments(p *partition) []*scorch.SegmentSnapshot {
	if g.parts[p.key] != p {
		return nil
	}
	return p.segments()
}

func (p *partition) segments() []*scorch.SegmentSnapshot {
	r, err := p.index.Reader()
	if err != nil {
		return nil
	}
	defer r.Close()
	if s, ok := r.(*scorch.IndexSnapshot); ok {
		return s.Segments()
	}
	return nil
}

// files is how many files of segments there are.
func (p *partition) files() int {
	list, _ := filepath.Glob(filepath.Join(p.dir, "bleve", "store", "*.zap"))
	return len(list)
}

// force lets scorch merge by a plan.
func (p *partition) force(ctx context.Context, plan *mergeplan.MergePlanOptions) error {
	s, ok := p.index.(*scorch.Scorch)
	if !ok {
		return nil
	}
	if err := s.ForceMerge(ctx, plan); err != nil && ctx.Err() == nil {
		return fmt.Errorf("index: merging %s: %w", p.key, err)
	}
	return nil
}

// sweepAll removes old files of partitions that nobody reads any more. What is left
// goes when they are opened.
func sweepAll(parts map[string]*partition) {
	ctx, cancel := context.WithTimeout(context.Background(), sweepLimit)
	defer cancel()
	var eg errgroup.Group
	eg.SetLimit(openers)
	for _, p := range parts {
		if p.littered {
			eg.Go(func() error {
				p.await(ctx)
				return nil
			})
		}
	}
	_ = eg.Wait() // none of them fails
}

// await waits until scorch has removed the files of the partition's old segments.
func (p *partition) await(ctx context.Context) {
	for p.files() > len(p.segments()) && ctx.Err() == nil {
		if p.force(ctx, mergeNone) != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
