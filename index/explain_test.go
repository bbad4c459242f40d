package index

import (
	"fmt"
	"testing"
	"time"

	"sitrep/index/query"
	"sitrep/news"
)

// What is explained is what is found, to the last bit: for every dispatch and a
// variety of questions.
func TestExplain(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	var ds []news.Dispatch
	for i := range 40 {
		d := dispatch(fmt.Sprint("a", i), fmt.Sprintf("Report %d: a convoy of aid reached Hajin. %s", i, []string{"Shelling went on.", "Hajin was quiet; the convoy left.", "Nobody was hurt."}[i%3]),
			fmt.Sprintf("2018-%02d-03", i%12+1))
		if i%4 == 0 {
			d.Title = "Convoy in Hajin"
		}
		if i%9 == 0 {
			d.Lang, d.Body = "ar", "وصلت قافلة مساعدات إلى هجين وهي قافلة كبيرة"
		}
		if i%10 == 7 {
			d.Scope = news.GuildScope("7")
		}
		ds = append(ds, d)
	}
	ids := file(t, s, x, ds...)
	found := 0
	for _, text := range []string{"convoy Hajin", "+shelling convoy", `"aid reached" quiet`, "convoy -quiet", "title:convoy Hajin", "قافلة", "place:hajin", "nothing", "hurt OR shelling", "(convoy hurt) OR +quiet", "conv* aid", "+shel*", `-(quiet convoy) aid`} {
		q, err := query.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, span := range []query.Span{{}, {From: time.Date(2018, 6, 1, 0, 0, 0, 0, time.UTC)}} {
			ask := Search{Query: q, Scopes: []news.Scope{news.ScopeEveryone}, Size: 100, Sort: Best, Span: span}
			res, err := x.Search(t.Context(), ask)
			if err != nil {
				t.Fatal(err)
			}
			hits := map[news.ID]Hit{}
			for _, h := range res.Hits {
				hits[h.ID] = h
			}
			for i, id := range ids {
				e, err := x.Explain(t.Context(), ask, id)
				if err != nil {
					t.Fatal(err)
				}
				h, hit := hits[id]
				var sum float64
				for _, w := range e.Words {
					sum += w.Score
					var tf float64
					for _, p := range w.Parts {
						tf += p.TF
					}
					if tf != w.TF || len(w.Parts) == 0 {
						t.Fatalf("%s: %+v", text, w)
					}
				}
				if foreign := ds[i].Scope != ""; e.Held == foreign {
					t.Fatalf("%s: another community's dispatch: %+v", text, e)
				}
				if e.Matches != hit || hit && (sum != h.Score || e.Score != h.Score) {
					t.Fatalf("%s, dispatch %d: explained %t with %v = %v, found %t with %v", text, i, e.Matches, e.Score, sum, hit, h.Score)
				}
				if e.Held && !e.Matches && !e.Outside && !e.Excluded && !e.Wordless && len(e.Lacks) == 0 {
					t.Errorf("%s, dispatch %d: no reason is given", text, i)
				}
				if hit {
					found++
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d hits were looked at", found)
	}
	if e, err := x.Explain(t.Context(), Search{Scopes: []news.Scope{news.ScopeEveryone}}, "aaaaaaaaaaaaaaaa"); err != nil || e.Held {
		t.Errorf("%+v, %v", e, err)
	}
	// Worth is what the default order goes by.
	ask := Search{Query: query.Query{Terms: []query.Term{{Text: "convoy"}}}, Scopes: []news.Scope{news.ScopeEveryone}, Size: 100, Now: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)}
	res, err := x.Search(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for i := 1; i < len(res.Hits); i++ {
		if x.Worth(res.Hits[i-1], ask, res) < x.Worth(res.Hits[i], ask, res)*(1-1e-9) {
			t.Errorf("hit %d is worth less than the next", i-1)
		}
	}
}
