package gazetteer

import (
	"strings"
	"testing"

	"sitrep/news"
)

// TestHints: what else is known orders what a name may mean, and never makes a guess sure.
func TestHints(t *testing.T) {
	g := open(t)
	first := func(typed string, h Hints) string { return g.ResolveIn(typed, 5, h)[0].Entity.ID }
	counted := func(id string, n int) Hints {
		return Hints{Popularity: func([]string) map[string]int { return map[string]int{id: n} }}
	}
	for _, c := range []struct {
		typed string
		h     Hints
		want  string
	}{
		{"tripoli", Hints{}, "tripoli"},
		{"tripoli", counted("tripoli-lebanon", 200), "tripoli-lebanon"},
		{"tripoli", counted("tripoli-lebanon", 2), "tripoli"}, // two dispatches are no habit
		{"tripoli", Hints{Beside: []string{"lebanon"}}, "tripoli-lebanon"},
		{"tripoli", Hints{Beside: []string{"beirut"}}, "tripoli-lebanon"},
		{"tripoli", Hints{Beside: []string{"libya"}}, "tripoli"},
		{"georgia", Hints{Beside: []string{"atlanta"}}, "us-georgia"},
		{"georgia", Hints{Beside: []string{"no-such-place"}}, "georgia"},
		{"homs", counted("homs", 1), "homs-governorate"}, // which covers it
	} {
		if got := first(c.typed, c.h); got != c.want {
			t.Errorf("%s with %+v is %s, want %s", c.typed, c.h.Beside, got, c.want)
		}
	}
	plain := map[*Entity]float64{}
	for _, c := range g.Resolve("marashida town", 8) {
		plain[c.Entity] = c.Score
	}
	guesses := 0
	for _, c := range g.ResolveIn("marashida town", 8, Hints{Popularity: func(ids []string) map[string]int {
		m := map[string]int{}
		for _, id := range ids {
			m[id] = 1 << 30
		}
		return m
	}}) {
		if c.Mentions != 1<<30 {
			t.Errorf("%s carries %d mentions", c.Entity.ID, c.Mentions)
		}
		if plain[c.Entity] < Confident && plain[c.Entity] > 0 {
			guesses++
			if c.Score >= Confident || c.Exact || c.Score <= plain[c.Entity] {
				t.Errorf("a guess of %v became %+v", plain[c.Entity], c)
			}
		}
	}
	if guesses == 0 {
		t.Error("there was no guess among them")
	}
}

// TestFurtherColumns: the population orders places of one name, and an actor's country
// lets a text say which of two is meant.
func TestFurtherColumns(t *testing.T) {
	const places = "syria\tcountry\tSyria\tسوريا\t\t\t\tSY\t35\t38\n" +
		"somalia\tcountry\tSomalia\tالصومال\t\t\t\tSO\t5\t46\n" +
		"small\ttown\tNewtown\tنيوتاون\t\tsyria\t\tSY\t35\t38\t900\n" +
		"large\ttown\tNewtown\tنيوتاون\t\tsomalia\t\tSO\t5\t46\t90000\n"
	const actors = "sna-sy\tforce\tSyrian National Army\tالجيش الوطني السوري\tSNA\tSY\n" +
		"sna-so\tforce\tSomali National Army\tالجيش الوطني الصومالي\tSNA\tSO\n"
	g, err := load([]byte(places), []byte(actors))
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Resolve("newtown", 2); len(got) != 2 || got[0].Entity.ID != "large" || got[0].Entity.Population != 90000 {
		t.Errorf("%s", show(got))
	}
	for text, want := range map[string]string{
		"[Newtown=large] was quiet.":                       "",
		"[Syria=syria] said that [Newtown=small] was hit.": "",
		"The [SNA=sna-so] left [Somalia=somalia].":         "",
		"The [SNA=sna-sy] left [Syria=syria].":             "",
	} {
		if got := marked(g, unmarked(text)); got != text {
			t.Errorf("%s%s, want %s", want, got, text)
		}
	}
	for _, bad := range []string{"many", "-1"} {
		if _, err := load([]byte(strings.Replace(places, "900\n", bad+"\n", 1)), nil); err == nil || !strings.Contains(err.Error(), "no number of people") {
			t.Errorf("population %q: %v", bad, err)
		}
	}
	if e, _ := g.Entity("sna-so"); e.Kind != news.Actor || e.Country != "SO" {
		t.Errorf("%+v", e)
	}
}

// TestSound: names in both scripts have the same sounds, and one that is known in one of
// them only is found by what is typed in the other.
func TestSound(t *testing.T) {
	g, err := load([]byte("a\ttown\tDhiban\tذيبان\t\t\t\tSY\t35\t40\nb\ttown\tXarab\tخراب عشق\t\t\t\tSY\t36\t38\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]string{"Theeban": "a", "Ziban": "a", "ظيبان": "a", "Kharab Ishq": "b", "Kharab Ischk": "b"} {
		if got := g.Resolve(typed, 1); len(got) == 0 || got[0].Entity.ID != want {
			t.Errorf("%s is %s, want %s", typed, show(got), want)
		}
	}
	c := newCosts()
	for _, p := range [][2]string{{"dair zaur", "dair zaur"}, {"", "homs"}, {"hajin", "hadjin"}, {strings.Repeat("a", 500), "b"}} {
		if a, b := c.distance(p[0], p[1]), c.distance(p[1], p[0]); a != b || p[0] == p[1] && a != 0 || p[0] != p[1] && a <= 0 {
			t.Errorf("%q and %q are %d and %d apart", p[0], p[1], a, b)
		}
	}
}
