package stories

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sitrep/news"
)

const (
	blast   = "A roadside bomb near Hajin killed 12 people and wounded 30 on Tuesday, doctors of the field hospital told the Euphrates Desk."
	rising  = "The number of people killed by the roadside bomb near Hajin rose to 15, doctors at the field hospital said, as families of the wounded gathered."
	harvest = "Olive growers in Tartus expect the best harvest for ten years after the winter rains, a cooperative said."
	arabic  = "قتل ١٢ شخصا وأصيب ٣٠ بجروح في انفجار عبوة ناسفة قرب هجين يوم الثلاثاء بحسب أطباء"
)

// bench is a book with something to tell rare words from common ones by.
func bench(t testing.TB) *tested {
	t.Helper()
	g := testBook(t)
	for i := range 200 {
		g.Apply(at(fmt.Sprintf("old %d", i), fmt.Sprintf("In town%d the council of quarter%d met people on street%d about water%d, it said.", i, i, i, i), "Old", -1000-i), nil)
	}
	return g
}

func at(id, body, source string, hours int) *news.Event {
	return event(id, news.Dispatch{Body: body, Source: source, Lang: "en", Published: time.Date(2018, 12, 4, 10, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)})
}

func naming(entities ...string) (out []news.Mention) {
	for _, e := range entities {
		out = append(out, news.Mention{Kind: news.Place, Entity: e, Score: 1})
	}
	return out
}

func TestStory(t *testing.T) {
	g := bench(t)
	first := g.Apply(at("a", blast, "Desk", 0), naming("hajin", "syria"))
	other := g.Apply(at("b", harvest, "Desk", 1), naming("tartus"))
	more := g.Apply(at("c", rising, "Radio", 5), naming("hajin", "syria"))
	late := g.Apply(at("d", rising, "Radio", 24*30), naming("hajin", "syria"))
	if more.Story != first.Story || other.Story == first.Story || late.Story == first.Story {
		t.Fatalf("first %v, other %v, more %v, a month later %v", first, other, more, late)
	}
	if first.Story != storyID(at("a", "", "", 0).Dispatch.ID, 0) {
		t.Error("the ID is not that of the first dispatch")
	}
	copied := g.Apply(at("e", "From our partners: "+blast, "Paper", 6), naming("hajin", "syria"))
	if copied.Story != first.Story || copied.Copy != at("a", "", "", 0).Dispatch.ID {
		t.Errorf("a copy: %+v", copied)
	}
	ar := at("f", arabic, "جريدة", 7)
	ar.Dispatch.Lang = "ar"
	if ch := g.Apply(ar, naming("hajin", "syria")); ch.Story != first.Story || ch.Copy == "" {
		t.Errorf("a translation: %+v", ch)
	}
	s, _ := g.Story(first.Story)
	if d := cmp.Diff([]string{"Desk", "Radio"}, s.Sources()); d != "" || len(s.Members) != 4 {
		t.Errorf("%d members; independent sources:\n%s", len(s.Members), d)
	}
}

func TestAnotherEventInTheSameWords(t *testing.T) {
	g := bench(t)
	g.Apply(at("a", blast, "Desk", 0), naming("hajin", "syria"))
	if ch := g.Apply(at("b", "A roadside bomb near Hajin killed 14 people and wounded 31 on Tuesday, doctors of the field hospital told the Euphrates Desk.", "Radio", 20), naming("hajin", "syria")); ch.Copy != "" {
		t.Error("other numbers go for a copy")
	}
}

func TestScopesDoNotMeet(t *testing.T) {
	g := bench(t)
	first := g.Apply(at("a", blast, "Desk", 0), naming("hajin"))
	e := at("b", blast, "Desk", 1)
	e.Dispatch.Scope = news.GuildScope("1")
	if ch := g.Apply(e, naming("hajin")); ch.Story == first.Story || ch.Copy != "" {
		t.Errorf("%+v joins what another community may see", ch)
	}
}

// What is not dated was filed together with others, and may be years older.
func TestUndated(t *testing.T) {
	g := bench(t)
	undated := func(id, body string) *news.Event {
		e := at(id, body, "Archive", 0)
		e.Dispatch.Filed, e.Dispatch.Published = e.Dispatch.Published, time.Time{}
		return e
	}
	first := g.Apply(undated("a", blast), naming("hajin", "syria"))
	if ch := g.Apply(undated("b", rising), naming("hajin", "syria")); ch.Story == first.Story {
		t.Error("what was filed together is taken for one story")
	}
	if ch := g.Apply(at("c", rising, "Radio", 2), naming("hajin", "syria")); ch.Story == first.Story {
		t.Error("a dated report joins what is not dated")
	}
	if ch := g.Apply(undated("d", "By our own correspondent: "+blast), naming("hajin", "syria")); ch.Story != first.Story || ch.Copy == "" {
		t.Errorf("a copy: %+v", ch)
	}
}

func TestReviseAndForget(t *testing.T) {
	g := bench(t)
	first := g.Apply(at("a", blast, "Desk", 0), naming("hajin", "syria"))
	g.Apply(at("b", rising, "Radio", 5), naming("hajin", "syria"))
	copied := g.Apply(at("c", blast, "Paper", 6), naming("hajin", "syria"))

	revised := at("a", harvest, "Desk", 0)
	revised.Kind = news.Revised
	ch := g.Apply(revised, naming("tartus"))
	if ch.Left != first.Story || ch.Story == first.Story || ch.Story == "" {
		t.Fatalf("revised to tell of something else: %+v", ch)
	}
	s, _ := g.Story(first.Story)
	if len(s.Members) != 2 || s.Members[1].Text != s.Members[1].ID || s.Members[1].ID == copied.Copy {
		t.Errorf("what stays: %+v", s.Members)
	}
	again := at("a", blast, "Desk", 0)
	again.Kind = news.Revised
	if ch := g.Apply(again, naming("hajin", "syria")); ch.Story != first.Story {
		t.Errorf("revised back: %+v", ch)
	}
	taken := at("b", rising, "Radio", 5)
	taken.Kind, taken.Dispatch.Standing = news.Withdrawn, news.Retracted
	if ch := g.Apply(taken, naming("hajin", "syria")); ch.Story != first.Story {
		t.Errorf("taken back: %+v", ch)
	}
	s, _ = g.Story(first.Story)
	if d := cmp.Diff([]string{"Desk"}, s.Sources()); d != "" {
		t.Errorf("sources with one report taken back: %s", d)
	}
	for _, id := range []string{"a", "b", "c"} {
		e := at(id, blast, "Desk", 0)
		e.Kind = news.Forgotten
		g.Apply(e, nil)
	}
	if _, ok := g.Story(first.Story); ok {
		t.Error("a story of nothing")
	}
	twice := at("a", blast, "Desk", 0)
	twice.Kind = news.Forgotten
	if ch := g.Apply(twice, nil); !cmp.Equal(ch, Change{}) {
		t.Errorf("forgotten twice: %+v", ch)
	}
}

func TestMerge(t *testing.T) {
	g := bench(t)
	bomb := g.Apply(at("a", "Roadside bomb explodes at Hajin market: doctors count casualties.", "Desk", 0), naming("hajin"))
	visit := g.Apply(at("b", "Minister Kallas travels eastward, delegation meets Bedouin elders.", "Radio", 1), naming("badia"))
	if bomb.Story == visit.Story {
		t.Fatal("one story from the beginning")
	}
	both := g.Apply(at("c", "Roadside bomb explodes at Hajin market, doctors count casualties; Minister Kallas travels eastward, delegation meets Bedouin elders.", "Desk", 2), naming("hajin", "badia"))
	if both.Story != bomb.Story || !cmp.Equal(both.Merged, []ID{visit.Story}) {
		t.Fatalf("what tells both: %+v", both)
	}
	s, ok := g.Story(visit.Story)
	if !ok || s.ID != bomb.Story || len(s.Members) != 3 || !cmp.Equal(s.Merged, []ID{visit.Story}) || g.Resolve(visit.Story) != bomb.Story {
		t.Errorf("the merged story: %+v", s)
	}
}

func FuzzItem(f *testing.F) {
	f.Add(blast, "https://example.org/roadside-bomb-hajin")
	f.Add(arabic, "")
	f.Add("\xff\xfe ٣ 𝟙", "::")
	f.Fuzz(func(t *testing.T, body, address string) {
		d := news.Dispatch{ID: "a", Body: body, URL: address}
		a, b := newItem(&d, nil, itself), newItem(&d, nil, itself)
		if !cmp.Equal(a, b, cmp.AllowUnexported(Item{})) {
			t.Error("a text read twice differs")
		}
		if c, err := decodeItem(a.encode()); err != nil || !cmp.Equal(a, c, cmp.AllowUnexported(Item{}), cmpopts.EquateEmpty()) {
			t.Errorf("written and read again: %v\n%s", err, cmp.Diff(a, c, cmp.AllowUnexported(Item{}), cmpopts.EquateEmpty()))
		}
		if len(a.Print.Shingles) > 0 && !copyOf(a, b, nil) {
			t.Error("a text is no copy of itself")
		}
	})
}

// BenchmarkAdd files one more dispatch among many, as a batch of its own and in
// batches of a hundred.
func BenchmarkAdd(b *testing.B) {
	all := items(b)
	for _, filed := range []int{1000, 20000} {
		b.Run(fmt.Sprint(filed), func(b *testing.B) {
			x := testBook(b)
			x.within = names(b).Within
			n := 0
			add := func(many int) {
				var es []*news.Event
				var names [][]news.Mention
				for range many {
					f := &all[n%len(all)]
					e := event(fmt.Sprint(n), f.event.Dispatch)
					e.Dispatch.Published = e.Dispatch.Published.AddDate(n/len(all), 0, 0)
					es, names = append(es, e), append(names, f.names)
					n++
				}
				x.all(es, names, nil)
			}
			for n < filed {
				add(200)
			}
			b.ResetTimer()
			for b.Loop() {
				add(100)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(100*b.N), "µs/dispatch")
		})
	}
}
