package index

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"sitrep/index/query"
	"sitrep/news"
)

// crowded makes dispatches of a few weeks, so that segments have many blocks; in some a
// word stands more often than a packed posting can say.
func crowded(r *rand.Rand, n int) (out []news.Dispatch) {
	now := time.Now().UTC()
	words := strings.Fields("convoy bridge camp water hospital market crossing river oil patrol strike shelling aid prices protest hajin badia جسر ماء مخيم")
	for i := range n {
		var body []string
		for range 5 + r.IntN(30) {
			body = append(body, words[int(float64(len(words))*r.Float64()*r.Float64())])
		}
		d := dispatch(fmt.Sprintf("%c%d", 'a'+rune(r.IntN(5)), i), strings.Join(body, " ")+".", "")
		switch r.IntN(40) {
		case 0:
			d.Body += strings.Repeat(" oil", 60+r.IntN(10))
		case 1:
			d.Title = strings.Repeat("river ", 1+r.IntN(6))
		case 2:
			d.Title, d.Body = strings.Repeat("bridge ", 3), d.Body+strings.Repeat(" bridge", 63)
		}
		if r.IntN(10) > 0 {
			d.Published = now.Add(-time.Duration(r.IntN(20*24*3600)) * time.Second).Truncate(time.Second)
		}
		if r.IntN(6) == 0 {
			d.Lang = "ar"
		}
		out = append(out, d)
	}
	return out
}

// In segments of many blocks, of which some documents are deleted, the quick and the
// counting search agree, and every score is the one that why gives, to the last bit.
func TestBlocksAgree(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	r := rand.New(rand.NewPCG(7, 7))
	list := crowded(r, 3000)
	file(t, s, x, list...)
	var revised []news.Dispatch
	for i := range list[:800] {
		if r.IntN(8) == 0 {
			list[i].Body += " revised"
			revised = append(revised, list[i])
		}
	}
	file(t, s, x, revised...)
	questions := []string{"convoy", "convoy bridge", "water oil", "+camp river", `"convoy convoy"`, "hajin", "prices -aid", "con* river", "(water OR oil) camp",
		`convoy -"camp camp"`, "", "river oil bridge", "title:river", "جسر", "ماء convoy", `"oil oil oil"`, "-convoy", "revised", "badia hajin river", `"river river" OR "bridge bridge"`}
	passed := 0
	for range 300 {
		q, err := query.Parse(questions[r.IntN(len(questions))])
		if err != nil && q.Empty() {
			q = query.Query{}
		}
		ask := Search{Query: q, Scopes: []news.Scope{news.ScopeEveryone}, Sort: []Sort{News, Best, New, Old}[r.IntN(4)], From: r.IntN(3) * 5, Size: 5, Now: time.Now(), Every: r.IntN(4) == 0}
		if r.IntN(3) == 0 {
			ask.Span = query.Span{From: ask.Now.AddDate(0, 0, -r.IntN(20)-1), To: ask.Now}
		}
		whole, err := x.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := x.Count(t.Context(), ask); err != nil || n != whole.Total {
			t.Fatalf("%v: counted %d, found %d, %v", ask.Query, n, whole.Total, err)
		}
		ask.Quick = true
		quick, err := x.Search(t.Context(), ask)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(whole.Hits) != fmt.Sprint(quick.Hits) && !strings.Contains(q.String(), "*") {
			t.Fatalf("%v sort %d from %d:\n%v\n%v", ask.Query, ask.Sort, ask.From, whole.Hits, quick.Hits)
		}
		if quick.Total < whole.Total {
			passed++
		}
		for _, h := range whole.Hits {
			if strings.Contains(q.String(), "*") { // how rare it is, is told with the deleted ones until they are merged away
				continue
			}
			e, err := x.Explain(t.Context(), ask, h.ID)
			if err != nil || !e.Matches || e.Score != h.Score {
				t.Fatalf("%v: %s scores %v, explained as %v (matches: %v), %v", ask.Query, h.ID, h.Score, e.Score, e.Matches, err)
			}
		}
	}
	if passed < 50 {
		t.Errorf("only %d searches passed over anything", passed)
	}
}

// What is kept of packed postings stays within its limit, and what was asked for lately
// stays longest.
func TestPacksLeave(t *testing.T) {
	k := &packs{}
	col := &column{packs: map[packKey]*packed{}}
	big := func() *packed { return &packed{docs: make([]uint8, maxPacked/20)} } // 13 MB of 128
	asked := packKey{term: "asked"}
	k.keep(col, asked, big())
	for i := range 20 {
		col.packs[asked].used.Store(true)
		k.keep(col, packKey{term: fmt.Sprint(i)}, big())
		if k.bytes > maxPacked {
			t.Fatalf("%d bytes are kept, the limit is %d", k.bytes, maxPacked)
		}
	}
	if col.packs[asked] == nil || col.packs[packKey{term: "19"}] == nil || col.packs[packKey{term: "0"}] != nil {
		t.Errorf("the wrong ones left")
	}
	if n := len(k.queue); n != len(col.packs) || n < 5 {
		t.Errorf("%d in the queue, %d in the column", n, len(col.packs))
	}
	k.drop([]*column{col})
	if k.bytes != 0 || len(k.queue) != 0 || len(col.packs) != 0 {
		t.Errorf("%d bytes, %d entries are left of a segment that is gone", k.bytes, len(k.queue))
	}
	k.keep(col, asked, big()) // a search that still reads the segment
	if k.bytes != 0 {
		t.Error("postings of a segment that is gone are kept")
	}
}
