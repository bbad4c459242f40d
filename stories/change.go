package stories

import (
	"sitrep/news"
)

// older tells which of two stories keeps its ID when they merge: that with the
// older dispatch in it, and of the same time the one with the lower ID.
func (w *work) older(a, b ID) (keep, gone ID) {
	x, y := w.began(a), w.began(b)
	if y.Before(x) || y.Equal(x) && b < a {
		return b, a
	}
	return a, b
}

// merge puts all of one story into another.
func (w *work) merge(keep, gone ID) {
	for _, m := range w.members(gone) {
		w.dropMember(gone, m.number, m.When)
		w.putMember(keep, m.number, m.Member)
	}
	h, _ := w.head(keep)
	other, _ := w.head(gone)
	h.Merged = append(append(h.Merged, other.Merged...), gone)
	w.putHead(keep, h)
	w.put(bucketInto, []byte(gone), []byte(keep))
	w.remove(bucketStories, []byte(gone))
}

// forget takes a dispatch out of its story. Where it had tied two stories to one, what
// is left of them is grouped anew, as if it had never been filed.
func (g *Grouper) forget(id news.ID) Change {
	w := g.w
	at, ok := w.seat(id)
	if !ok {
		return Change{}
	}
	it := w.item(at.number)
	if it == nil {
		return Change{}
	}
	w.count(it, false)
	w.unshelve(it)
	story := w.resolve(at.story)
	if _, ok := w.head(story); !ok {
		return Change{}
	}
	w.leave(story, it)
	ch := Change{Left: story}
	if at.bridge {
		ch.Parted = g.regroup(story)
	}
	return ch
}

// leave takes a dispatch out of a story's members. Copies of its text are from then on
// copies of the next oldest.
func (w *work) leave(story ID, it *Item) {
	w.dropMember(story, it.number, it.When)
	next := news.ID("")
	rest := w.members(story)
	for _, m := range rest {
		if m.Text != it.ID {
			continue
		}
		if next == "" {
			next = m.ID
		}
		m.Text = next
		w.put(bucketMembers, keyOf(story, m.When, m.number), m.encode())
		if at, ok := w.seat(m.ID); ok {
			at.text = next
			w.put(bucketOf, []byte(m.ID), at.encode())
		}
	}
	if len(rest) == 0 {
		w.remove(bucketStories, []byte(story))
	}
}

// mostAnew is how many dispatches of a story are grouped anew. A larger one, which
// hardly ever hangs by one dispatch, stays as it is.
const mostAnew = 512

// regroup takes a story apart and groups its dispatches anew in the order in which
// they were filed. It gives the stories that came of it beside that one.
func (g *Grouper) regroup(story ID) (parted []ID) {
	w := g.w
	all := w.members(story)
	h, ok := w.head(story)
	if len(all) > mostAnew || !ok {
		return nil
	}
	byNumber(all)
	for _, m := range all {
		w.dropMember(story, m.number, m.When)
		w.put(bucketOf, []byte(m.ID), seat{number: m.number, text: m.ID}.encode())
	}
	w.remove(bucketStories, []byte(story))
	for _, id := range h.Merged {
		w.remove(bucketInto, []byte(id))
	}
	seen := map[ID]bool{story: true}
	for _, m := range all {
		if it := w.item(m.number); it != nil {
			it.Text = it.ID
			g.join(it, m.Member)
		}
	}
	for _, m := range all {
		if at, ok := w.seat(m.ID); ok {
			if id := w.resolve(at.story); !seen[id] {
				seen[id] = true
				parted = append(parted, id)
			}
		}
	}
	return parted
}

// stand takes over whether a dispatch was taken back.
func (w *work) stand(at seat, d *news.Dispatch) ID {
	story := w.resolve(at.story)
	for _, m := range w.members(story) {
		if m.ID == d.ID {
			m.Retracted = d.Standing == news.Retracted
			w.put(bucketMembers, keyOf(story, m.When, m.number), m.encode())
		}
	}
	return story
}
