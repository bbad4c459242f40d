package gazetteer

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// locality is a row of places-sy-iq.tsv.
type locality struct {
	id, country, name, lat, lon, population string
	names                                   []string
}

func localities(t testing.TB) (all []locality) {
	t.Helper()
	lines(t, "places-sy-iq.tsv.gz", func(line string) bool {
		f := strings.Split(line, "\t")
		if len(f) < 12 || f[2] != "locality" || Fold(f[3]) == "" {
			return true
		}
		p := locality{id: f[0], country: f[1], name: f[3], lat: f[4], lon: f[5], population: f[8]}
		for _, n := range strings.Split(f[11], "|") {
			if Fold(n) != "" && n != p.name {
				p.names = append(p.names, n)
			}
		}
		all = append(all, p)
		return true
	})
	return all
}

// table writes localities as places.tsv has them, without the names held out.
func table(all []locality, out map[int]string) []byte {
	var b bytes.Buffer
	b.WriteString("syria\tcountry\tSyria\tسوريا\t\t\t\tSY\t35\t38\niraq\tcountry\tIraq\tالعراق\t\t\t\tIQ\t33\t43\n")
	for i, p := range all {
		var names []string
		arabic := ""
		for _, n := range p.names {
			if n == out[i] {
				continue
			}
			if arabic == "" && isArabic(n) {
				arabic = n
				continue
			}
			names = append(names, n)
		}
		in := map[string]string{"sy": "syria", "iq": "iraq"}[p.country]
		fmt.Fprintf(&b, "%s\tvillage\t%s\t%s\t%s\t%s\t\t%s\t%s\t%s\t%s\n", p.id, p.name, arabic, strings.Join(names, "|"), in, strings.ToUpper(p.country), p.lat, p.lon, p.population)
	}
	return b.Bytes()
}

// letters are what is left of a name without case, marks, spaces and punctuation: two
// names with equal letters are the same spelling. The article stays, and so do hamza and ta marbuta.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if 0x653 <= r && r <= 0x655 { // madda and hamza, taken off their letters
			return r
		}
		if unicode.Is(unicode.Mn, r) || !unicode.IsLetter(r) && !unicode.IsDigit(r) || isApostrophe(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}

func (p *locality) bears(name string) bool {
	is := func(n string) bool { return letters(n) == letters(name) }
	return is(p.name) || slices.ContainsFunc(p.names, is)
}

// asked is a spelling and the place whose it is.
type asked struct {
	place int
	typed string
}

// drawn takes n of a list by lot, at most one of each place and none of those taken before.
func drawn(r *rand.Rand, list []asked, n int, taken map[int]bool) (out []asked) {
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for _, a := range list {
		if !taken[a.place] && len(out) < n {
			taken[a.place] = true
			out = append(out, a)
		}
	}
	return out
}

// TestHeldOut measures Resolve on names of the 33,258 localities of Syria and Iraq that
// Who's On First has, with no other knowledge than the names that are left in the table:
//
//   - 500 of the Latin spellings beside the main name, whatever they are;
//   - 500 that differ from all names that are left by more than case, marks and
//     punctuation (some are other names altogether, even of other things: the file took over errors);
//   - 500 Arabic forms: a name of the table with its article left out or put before it, a hamza left out
//     or put on, ta marbuta written as ha or the other way round.
//
// Thousands of these places share their names. An answer is right if it is the place
// itself, or if by what was typed nobody could tell the two apart: it bears the typed spelling
// itself, in the file, or the name by which it was found is also a name of the place that was
// meant, letter for letter. "strict" counts the place itself only.
func TestHeldOut(t *testing.T) {
	all := localities(t)
	r := rand.New(rand.NewPCG(1, 2))
	var any, other, arabic []asked
	for i := range all {
		p := &all[i]
		for k, n := range p.names {
			if latin(n) {
				any = append(any, asked{i, n})
				same := letters(n) == letters(p.name)
				for j, o := range p.names {
					same = same || j != k && letters(o) == letters(n)
				}
				if !same {
					other = append(other, asked{i, n})
				}
			}
			if isArabic(n) {
				if v := variant(n, i); v != "" && !p.bears(v) {
					arabic = append(arabic, asked{i, v})
				}
			}
		}
	}
	taken := map[int]bool{}
	held := map[int]string{}
	sets := []struct {
		name        string
		list        []asked
		first, five float64
	}{
		{"Latin spellings", drawn(r, any, 500, taken), .85, .96},
		{"Latin spellings of other letters", drawn(r, other, 500, taken), .80, .90},
		{"Arabic forms", drawn(r, arabic, 500, taken), .95, .97},
	}
	for _, a := range append(slices.Clone(sets[0].list), sets[1].list...) {
		held[a.place] = a.typed
	}
	g := built(t, table(all, held))
	byID := map[string]int{}
	for i, p := range all {
		byID[p.id] = i
	}
	var b strings.Builder
	var took []time.Duration
	for _, set := range sets {
		strict1, strict5, first, five := 0, 0, 0, 0
		for _, a := range set.list {
			begin := time.Now()
			got := g.Resolve(a.typed, 5)
			took = append(took, time.Since(begin))
			right := -1
			for rank, c := range got {
				i, ok := byID[c.Entity.ID]
				if !ok {
					continue
				}
				if i == a.place {
					strict5++
					if rank == 0 {
						strict1++
					}
				}
				if right < 0 && (i == a.place || all[i].bears(a.typed) || all[a.place].bears(c.Matched)) {
					right = rank
				}
			}
			if right == 0 {
				first++
			}
			if right >= 0 {
				five++
			}
		}
		n := len(set.list)
		share := func(k int) float64 { return float64(k) / float64(n) }
		fmt.Fprintf(&b, "%d %s: first %.3f, among five %.3f; strict %.3f, %.3f\n", n, set.name, share(first), share(five), share(strict1), share(strict5))
		if n != 500 || share(first) < set.first || share(five) < set.five {
			t.Errorf("%d %s: first %.3f, among five %.3f; want %.2f, %.2f", n, set.name, share(first), share(five), set.first, set.five)
		}
	}
	slices.Sort(took)
	t.Logf("\n%sResolve: half within %v, 99 of 100 within %v", b.String(), took[len(took)/2], took[len(took)*99/100])
	golden(t, "held.golden", b.String())
}

// built loads a large table and tells what it took.
func built(t testing.TB, places []byte) *Gazetteer {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	g, err := load(places, nil)
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d places built in %v, %d MB", len(g.entities), took.Round(time.Millisecond), (int64(after.HeapAlloc)-int64(before.HeapAlloc))>>20)
	return g
}

// variant writes an Arabic name as others do; which way goes by turn. Empty: that does not apply to it.
func variant(n string, turn int) string {
	words := strings.Fields(n)
	switch turn % 4 {
	case 0: // the article
		if rest, ok := strings.CutPrefix(n, "ال"); ok && len([]rune(rest)) > 2 {
			return rest
		}
		if len(words) == 1 && len([]rune(n)) > 2 {
			return "ال" + n
		}
	case 1: // ta marbuta
		if rest, ok := strings.CutSuffix(n, "ة"); ok {
			return rest + "ه"
		}
		if rest, ok := strings.CutSuffix(n, "ه"); ok {
			return rest + "ة"
		}
	case 2: // hamza
		v := strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ؤ", "و", "ئ", "ي").Replace(n)
		if v != n {
			return v
		}
		if rest, ok := strings.CutPrefix(n, "ا"); ok && !strings.HasPrefix(rest, "ل") {
			return "أ" + rest
		}
	case 3: // both, and the last ya
		v := strings.NewReplacer("أ", "ا", "إ", "ا", "ة", "ه", "ى", "ي").Replace(n)
		if rest, ok := strings.CutPrefix(v, "ال"); ok && len([]rune(rest)) > 2 {
			v = rest
		}
		if v != n {
			return v
		}
	}
	return ""
}

func BenchmarkResolveMany(b *testing.B) {
	all := localities(b)
	g := built(b, table(all, nil))
	r := rand.New(rand.NewPCG(3, 4))
	for b.Loop() {
		p := all[r.IntN(len(all))]
		g.Resolve(strings.ReplaceAll(p.name, "a", "e"), 5)
	}
}
