package stories

import (
	"slices"
	"time"

	"sitrep/news"
)

// Query asks for what a dispatch must be compared with.
type Query struct {
	// Terms are looked for, any of them: words, names, bands. What holds the heavier ones comes first.
	Terms []Word
	// Scope is the only one to look in, Since and Until bound the time a dispatch counts for, both included.
	Scope        news.Scope
	Since, Until time.Time
	// Most is how many are wanted.
	Most int
}

// Shelf keeps what is compared with. An index is one; Memory is one for tests and
// for what a window of days holds.
type Shelf interface {
	// Near gives what holds terms of the query, the heaviest sum of weights first and,
	// where those are equal, what was put first. The items are not copies.
	Near(q Query) []*Item
	// Get finds an item by its dispatch.
	Get(id news.ID) (*Item, bool)
	// Put keeps an item, or replaces what was kept of its dispatch.
	Put(it *Item)
	// Drop forgets it.
	Drop(id news.ID)
}

// Memory is a Shelf in memory. It reads no more than the newest deep items that
// hold a term, and stops where outside of them in a row are not of the time or scope
// that is asked for: a common word costs no more than a rare one.
type Memory struct {
	items map[news.ID]*Item
	order map[news.ID]int
	holds map[uint64][]*Item
	next  int
}

const deep, outside = 128, 32

// NewMemory is an empty shelf.
func NewMemory() *Memory {
	return &Memory{items: map[news.ID]*Item{}, order: map[news.ID]int{}, holds: map[uint64][]*Item{}}
}

// Get finds an item.
func (m *Memory) Get(id news.ID) (*Item, bool) {
	it, ok := m.items[id]
	return it, ok
}

// Put keeps an item.
func (m *Memory) Put(it *Item) {
	if old := m.items[it.ID]; old != nil && old != it {
		m.Drop(it.ID)
	}
	if _, ok := m.items[it.ID]; ok {
		return
	}
	m.items[it.ID] = it
	m.order[it.ID] = m.next
	m.next++
	it.terms(func(t uint64) {
		list := append(m.holds[t], it)
		if len(list) > 2*deep {
			list = slices.Clone(list[len(list)-deep:])
		}
		m.holds[t] = list
	})
}

// Drop forgets an item.
func (m *Memory) Drop(id news.ID) {
	it, ok := m.items[id]
	if !ok {
		return
	}
	it.terms(func(t uint64) {
		if m.holds[t] = slices.DeleteFunc(m.holds[t], func(o *Item) bool { return o == it }); len(m.holds[t]) == 0 {
			delete(m.holds, t)
		}
	})
	delete(m.items, id)
	delete(m.order, id)
}

// Near gives what holds the terms.
func (m *Memory) Near(q Query) []*Item {
	sum := map[*Item]float64{}
	var found []*Item
	for _, t := range q.Terms {
		list := m.holds[t.Term]
		missed := 0
		for i := len(list) - 1; i >= max(0, len(list)-deep) && missed < outside; i-- {
			it := list[i]
			if it.Scope != q.Scope || it.When.Before(q.Since) || it.When.After(q.Until) {
				missed++
				continue
			}
			missed = 0
			if _, ok := sum[it]; !ok {
				found = append(found, it)
			}
			sum[it] += t.Count
		}
	}
	slices.SortFunc(found, func(a, b *Item) int {
		if sum[a] != sum[b] {
			if sum[a] > sum[b] {
				return -1
			}
			return 1
		}
		return m.order[a.ID] - m.order[b.ID]
	})
	return found[:min(len(found), q.Most)]
}

// Items are all items in the order they were put: putting them onto an empty
// Memory gives this one.
func (m *Memory) Items() []*Item {
	out := make([]*Item, 0, len(m.items))
	for _, it := range m.items {
		out = append(out, it)
	}
	slices.SortFunc(out, func(a, b *Item) int { return m.order[a.ID] - m.order[b.ID] })
	return out
}

// terms calls each with all that an item is found by.
func (it *Item) terms(each func(uint64)) {
	for _, w := range it.Words {
		each(w.Term)
	}
	for _, t := range it.Names {
		each(t)
	}
	for _, t := range it.Print.Bands {
		each(t)
	}
}
