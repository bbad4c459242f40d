package gazetteer

import "strings"

// add enters the names of a row into the trie and the forms. A row with a seat
// bears the seat's names too: typed they mean it, in a text only with its type ("Homs governorate").
func (g *Gazetteer) add(r, seat *row) {
	governed := map[string]mark{}
	for _, w := range r.names {
		governed[Fold(w.text)] |= w.mark
	}
	for _, w := range r.names {
		key := Fold(w.text)
		if key == "" {
			continue
		}
		if r.Type == none {
			g.trie.insert(key, end{mark: w.mark, raw: rawOf(w)})
			continue
		}
		if m := governed[key]; w.mark == 0 && m != 0 {
			// The same name stands there with a mark too: the mark holds.
			if m&(beside|weak) != 0 {
				g.forms.add(key, w.text, &r.Entity, m&weak != 0, false)
				continue
			}
			w.mark = m
		}
		g.addName(&r.Entity, w, key)
	}
	if r.Type == none {
		return
	}
	for _, w := range r.names {
		g.compose(&r.Entity, w.text, w.mark|governed[Fold(w.text)])
	}
	if seat == nil {
		return
	}
	for _, w := range seat.names {
		g.forms.add(Fold(w.text), w.text, &r.Entity, w.mark&weak != 0, false)
		g.compose(&r.Entity, w.text, w.mark)
	}
}

func (g *Gazetteer) addName(e *Entity, w written, key string) {
	g.forms.add(key, w.text, e, w.mark&weak != 0, false)
	if w.mark&beside == 0 {
		g.trie.insert(key, end{entity: e, mark: w.mark, raw: rawOf(w)})
		return
	}
	// Alone it is a common word. It counts with a word beside it, which is not part
	// of the name, and where the name right beside it says so.
	g.trie.insert(key, end{entity: e, mark: capital | weak | beside})
	latin, arabic := besideLatin, besideArabic
	if k, ok := kinds[e.Type]; ok {
		latin = append(append([]string(nil), latin...), k.latin...)
		arabic = append(append([]string(nil), arabic...), k.arabic...)
	}
	for _, p := range patterns(w.text, latin, arabic) {
		lead, tail := around(p)
		g.trie.insert(Fold(strings.Replace(p, "%s", w.text, 1)), end{entity: e, mark: capital, lead: lead, tail: tail})
	}
}

// compose enters what the type of an entity makes of a name: "Homs city",
// "countryside of Homs", "محافظة حمص". A name that is marked needs its capital
// letters ("hit city" is not Hit); one that belongs to another first makes nothing.
func (g *Gazetteer) compose(e *Entity, name string, m mark) {
	k := kinds[e.Type]
	list := patterns(name, k.latin, k.arabic)
	if m&weak != 0 || composed(name, list) {
		return
	}
	settlement := settlements[e.Type]
	if settlement && m == 0 {
		return // the name alone means it: what stands beside it only widens what is marked
	}
	for _, p := range list {
		text := strings.Replace(p, "%s", name, 1)
		key := Fold(text)
		g.forms.add(key, text, e, false, true)
		if settlement && m&exact != 0 {
			continue // its spelling alone tells it from another
		}
		lead, tail := around(p)
		made := end{entity: e, made: true, lead: lead, tail: tail}
		if m != 0 {
			made.mark = capital
		}
		g.trie.insert(key, made)
	}
}

// composed reports whether a name holds the word of its type already ("Homs Governorate").
func composed(name string, list []string) bool {
	name = " " + strings.ToLower(name) + " "
	for _, p := range list {
		if strings.Contains(name, " "+strings.TrimSpace(strings.Replace(p, "%s", "", 1))+" ") {
			return true
		}
	}
	return false
}

// around counts the words of a pattern before and after the name.
func around(pattern string) (lead, tail int) {
	before, after, _ := strings.Cut(pattern, "%s")
	return len(strings.Fields(before)), len(strings.Fields(after))
}

// patterns are those of the name's script.
func patterns(name string, latin, arabic []string) []string {
	if isArabic(name) {
		return arabic
	}
	return latin
}

func rawOf(w written) string {
	if w.mark&exact == 0 {
		return ""
	}
	return rawKey(w.text)
}
