package stories

import (
	"path/filepath"
	"testing"

	"sitrep/news"
)

// tested is a book in a folder of its own, with what a test asks of it.
type tested struct {
	t testing.TB
	b *book
	// by are what a Grouper works with.
	weights       weights
	joins, merges float64
	within        func(string) []string
	n             uint64
}

func testBook(t testing.TB) *tested {
	t.Helper()
	b, err := openBook(filepath.Join(t.TempDir(), "stories.db"), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.close() })
	return &tested{t: t, b: b, weights: learnt, joins: joins, merges: merges, within: itself}
}

func itself(id string) []string { return []string{id} }

// Apply takes in one event, as a batch of its own.
func (x *tested) Apply(e *news.Event, names []news.Mention) (ch Change) {
	x.t.Helper()
	x.all([]*news.Event{e}, [][]news.Mention{names}, func(_ int, c Change) { ch = c })
	return ch
}

// all takes in events, as one batch.
func (x *tested) all(es []*news.Event, names [][]news.Mention, tell func(int, Change)) {
	x.t.Helper()
	x.n += uint64(len(es))
	err := x.b.update(x.n, func(w *work) error {
		g := newGrouper(w)
		g.weights, g.joins, g.merges = x.weights, x.joins, x.merges
		for i, e := range es {
			ch := g.Apply(e, newItem(&e.Dispatch, names[i], x.within))
			if tell != nil {
				tell(i, ch)
			}
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *tested) view(fn func(*work)) {
	x.t.Helper()
	if err := x.b.view(func(w *work) error { fn(w); return nil }); err != nil {
		x.t.Fatal(err)
	}
}

func (x *tested) Story(id ID) (s *Story, ok bool) {
	x.t.Helper()
	x.view(func(w *work) { s, ok = w.story(id) })
	return s, ok
}

func (x *tested) Resolve(id ID) (out ID) {
	x.view(func(w *work) { out = w.resolve(id) })
	return out
}

// stories gives the story of each dispatch.
func (x *tested) stories() map[news.ID]ID {
	x.t.Helper()
	out := map[news.ID]ID{}
	x.view(func(w *work) {
		w.fail(w.bucket(bucketOf).ForEach(func(k, _ []byte) error {
			at, _ := w.seat(news.ID(k))
			out[news.ID(k)] = w.resolve(at.story)
			return nil
		}))
	})
	return out
}
