package index

// Text gives the text of a hit as the search saw it. There is false where it cannot
// be told from here, since it was damaged, changed or moved meanwhile: the log knows it.
func (x *Index) Text(h Hit) (Text, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.cur == nil || h.from == nil || !x.cur.holds(h.from) {
		return Text{}, false
	}
	packed, err := h.from.texts.read(h.at)
	if err != nil {
		return Text{}, false
	}
	t, err := x.codec.unpack(packed)
	return t, err == nil && t.Dispatch.ID == h.ID
}
