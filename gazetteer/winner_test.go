package gazetteer

import (
	"strings"
	"testing"
)

// TestWinners: where two entities of one rank bear the same name, the table has
// to say which of them it is.
func TestWinners(t *testing.T) {
	g := open(t)
	word := map[int32]string{}
	for w, n := range g.trie.words {
		word[n] = w
	}
	name := map[int32]string{}
	for range 8 { // no name has more words
		for e, child := range g.trie.next {
			if e.node == 0 || name[e.node] != "" {
				name[child] = strings.TrimSpace(name[e.node] + " " + word[e.word])
			}
		}
	}
	for node, ends := range g.trie.ends {
		for i, a := range ends {
			for _, b := range ends[i+1:] {
				if a.entity == nil || b.entity == nil || a.entity == b.entity || a.mark&weak != 0 || b.mark&weak != 0 || a.made != b.made {
					continue
				}
				if a.mark&exact != b.mark&exact || a.raw != b.raw {
					continue // written exactly so, the one; otherwise, the other
				}
				if a.entity.textRank() == b.entity.textRank() {
					t.Errorf("%q is both %s (%s) and %s (%s): mark one of them with ~", name[int32(node)], a.entity.ID, a.entity.Type, b.entity.ID, b.entity.Type)
				}
			}
		}
	}
}

func open(t testing.TB) *Gazetteer {
	t.Helper()
	g, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return g
}
