package stories

import (
	"cmp"
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"sitrep/news"
)

// Query asks for what a dispatch must be compared with.
type Query struct {
	// Terms are looked for, any of them: words, names, bands. What holds the heavier ones comes first.
	Terms []Word
	// Scope is the only one to look in, When the time that is looked around, the days
	// within Window before and after it.
	Scope  news.Scope
	When   time.Time
	Window time.Duration
	// Most is how many are wanted.
	Most int
}

const (
	// posted is how many of its terms a dispatch is found by, the most telling ones.
	posted = 48
	// deep is how many dispatches with a term are looked at, the nearest days first: a
	// common word costs no more than a rare one. kept of a day are found at all.
	deep, kept = 128, 256
	// postSize is the length of a posting: a number, and the second of the day.
	postSize = 8
)

const daySeconds = 24 * 60 * 60

// dayOf counts days since the year 1.
func dayOf(t time.Time) (day uint32, second int64) {
	s := max(0, t.Unix()-time.Time{}.Unix())
	return uint32(s / daySeconds), s % daySeconds
}

func shelfKey(day uint32, scope news.Scope) []byte { return append(key32(day), scope...) }

// post lets an item be found by terms, on the shelf of its day and scope.
func (w *work) post(it *Item, terms []Word) {
	if w.err != nil {
		return
	}
	day, second := dayOf(it.When)
	shelf, err := w.bucket(bucketNear).CreateBucketIfNotExists(shelfKey(day, it.Scope))
	if w.fail(err) {
		return
	}
	shelf.FillPercent = full
	entry := binary.BigEndian.AppendUint32(key32(it.number), uint32(second))
	for _, t := range terms {
		key := key32(t.Term)
		list := append(slices.Clone(shelf.Get(key)), entry...)
		if len(list) > kept*postSize {
			list = list[len(list)-kept/2*postSize:]
		}
		if w.fail(shelf.Put(key, list)) {
			return
		}
	}
}

// unpost takes an item out of the lists of all its terms.
func (w *work) unpost(it *Item) {
	day, _ := dayOf(it.When)
	shelf := w.bucket(bucketNear).Bucket(shelfKey(day, it.Scope))
	if w.err != nil || shelf == nil {
		return
	}
	number := key32(it.number)
	drop := func(t uint32) {
		key := key32(t)
		list := shelf.Get(key)
		for i := 0; i+postSize <= len(list); i += postSize {
			if !slices.Equal(list[i:i+4], number) {
				continue
			}
			if len(list) == postSize {
				w.fail(shelf.Delete(key))
			} else {
				w.fail(shelf.Put(key, slices.Concat(list[:i], list[i+postSize:])))
			}
			return
		}
	}
	it.terms(drop)
	for _, t := range it.Print.Bands {
		drop(t)
	}
}

// telling are the terms of an item that weigh most, and behind them all its bands.
func (w *work) telling(it *Item) (terms, bands []Word) {
	for _, t := range it.Words {
		terms = append(terms, Word{t.Term, t.Count * w.b.counts.rarity(t.Term)})
	}
	for _, t := range it.Covers {
		terms = append(terms, Word{t, w.b.counts.rarity(t)})
	}
	slices.SortFunc(terms, func(a, b Word) int {
		if c := cmp.Compare(b.Count, a.Count); c != 0 {
			return c
		}
		return cmp.Compare(a.Term, b.Term)
	})
	for _, b := range it.Print.Bands {
		bands = append(bands, Word{b, bandWeight})
	}
	return terms[:min(len(terms), posted)], bands
}

// near gives what holds terms of the query, the heaviest sum of weights first and,
// where those are equal, what was put first.
func (w *work) near(q Query) []*Item {
	since, until := q.When.Add(-q.Window), q.When.Add(q.Window)
	shelves := w.shelves(q, since, until)
	sum := map[uint32]float64{}
	for _, t := range q.Terms {
		key, left := key32(t.Term), deep
		for _, s := range shelves {
			list := s.bucket.Get(key)
			for i := len(list) - postSize; i >= 0 && left > 0; i -= postSize {
				left--
				if second := int64(binary.BigEndian.Uint32(list[i+4:])); second >= s.from && second <= s.to {
					sum[binary.BigEndian.Uint32(list[i:])] += t.Count
				}
			}
		}
	}
	found := make([]uint32, 0, len(sum))
	for n := range sum {
		found = append(found, n)
	}
	slices.SortFunc(found, func(a, b uint32) int {
		if c := cmp.Compare(sum[b], sum[a]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	var out []*Item
	for _, n := range found[:min(len(found), q.Most)] {
		if it := w.item(n); it != nil {
			out = append(out, it)
		}
	}
	return out
}

// shelf is what was put of one day, with the seconds of it that are asked for.
type shelf struct {
	bucket   *bolt.Bucket
	from, to int64
}

// shelves opens those of a window, the nearest to its middle first.
func (w *work) shelves(q Query, since, until time.Time) (out []shelf) {
	middle, _ := dayOf(q.When)
	first, from := dayOf(since)
	last, to := dayOf(until)
	near := w.bucket(bucketNear)
	take := func(day uint32) {
		b := near.Bucket(shelfKey(day, q.Scope))
		if b == nil || day < first || day > last {
			return
		}
		s := shelf{b, 0, daySeconds}
		if day == first {
			s.from = from
		}
		if day == last {
			s.to = to
		}
		out = append(out, s)
	}
	take(middle)
	for d := uint32(1); middle-d >= first && d <= middle || middle+d <= last; d++ {
		if d <= middle {
			take(middle - d)
		}
		take(middle + d)
	}
	return out
}
