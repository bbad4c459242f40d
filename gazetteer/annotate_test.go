package gazetteer

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// marked writes a text with what was found in it: "in [Homs=homs]".
func marked(g *Gazetteer, text string) string {
	var b strings.Builder
	at := 0
	for _, m := range g.Annotate(text) {
		fmt.Fprintf(&b, "%s[%s=%s]", text[at:m.Start], text[m.Start:m.End], m.Entity)
		at = m.End
	}
	return b.String() + text[at:]
}

func TestAnnotate(t *testing.T) {
	g := open(t)
	for _, c := range []struct{ name, want string }{
		// Spellings and scripts.
		{"spellings", "[Deir Ezzor=deir-ez-zor], [Dayr az-Zawr=deir-ez-zor], [deir al-Zour=deir-ez-zor], [دير الزور=deir-ez-zor]"},
		{"badia", "the [Badia desert=badia], the [Syrian Desert=badia], [al-Badiyah=badia], في [البادية=badia], [بادية الشام=badia]"},
		{"abu kamal", "[Abu Kamal=abu-kamal] is [Al-Bukamal=abu-kamal] is [Albu Kamal=abu-kamal] is [البوكمال=abu-kamal]"},
		{"capital i with a dot", "[İdlib=idlib] and [İSTANBUL=istanbul]"},
		{"possessive", "[Syria=syria]'s"},
		{"curly possessive", "[People’s Protection Units=ypg] and [Russia=russia]’s army"},
		{"line break", "the [Islamic\nState=islamic-state]"},
		{"particles", "و[الرقة=raqqa] وب[دمشق=damascus] ول[حلب=aleppo] [للرقة=raqqa]"},
		{"harakat", "[الرَّقَّة=raqqa]"},
		{"invalid bytes", "\xff[Homs=homs]\xfe\xff [Hama=hama]\xc3"},
		// What covers what.
		{"governorate", "the [Homs governorate=homs-governorate], [rural Aleppo=aleppo-governorate], the [countryside of Idlib=idlib-governorate], [محافظة حمص=homs-governorate], [ريف دمشق=rif-dimashq]"},
		{"district", "[Abu Kamal district=abu-kamal-district]"},
		{"city", "[Raqqa city=raqqa] in [Raqqa province=raqqa-governorate]"},
		// Longest first.
		{"longest", "[Islamic State – Khorasan Province=isis-k]; [South Sudan=south-sudan]; [New Mexico=us-new-mexico]; the [Gulf of Oman=gulf-of-oman]"},
		{"stopped", "the Paris Agreement, Real Madrid, صلاة المغرب"},
		{"media", "[Al Jazeera=al-jazeera] said; [Jazeera=jazira] Storm; The [Washington Post=washington-post]"},
		// Edges of words.
		{"edges", "an ambassador in the Madinah, Homsi halls, Iranian Syrians"},
		{"sentences", "They moved south. [Sudan=sudan] agreed."},
		{"lists", "to the south, [Sudan=sudan]; [Homs=homs], [Hama=hama] and [Idlib=idlib]"},
		// Words that are names only when written so.
		{"us", "let us see who is hit; he is in the [US=united-states], the [U.S.=united-states] and the [UN=un]"},
		{"IS", "[IS=islamic-state] claimed it. Is it so? It is."},
		{"articles", "[al-Dumayr=dumayr], [Al Hol=hawl], [al-Hol=hawl]; a haul, a hull; Abdallah al-Rifai"},
		{"shouting", "THE WAR IS LOST FOR US ALL"},
		{"hit", "A drone hit a house. Hit squads. The city of [Hit=hit] in [Anbar=anbar]; near [Hit=hit], [Iraq=iraq]"},
		{"lower case", "a jordan, a turkey on china plates, a chad, chile sauce"},
		{"sums", "US$5 million, A$3"},
		{"Arabic words", "بلد حديثة تدمر الدور مالي دوما عنه الباب السلمية"},
		{"Arabic words as places", "مدينة [الباب=al-bab] وشرق [تدمر=palmyra] وبلدة [حديثة=haditha]"},
		// People who are called like places.
		{"people", "Michael Jordan, Jordan Peterson, Paris Johnson, Santiago Peña; [Jordan=jordan] and [Paris=paris]"},
		{"families", "[Maher al-Assad=maher-al-assad], Asaad al-Shaibani, [Assad=bashar-al-assad]"},
		// Neighbours decide.
		{"neighbours", "[Tripoli=tripoli-lebanon], [Lebanon=lebanon]; [Tripoli=tripoli], [Libya=libya]; [Atlanta=atlanta], [Georgia=us-georgia]; [Tbilisi=tbilisi], [Georgia=georgia]"},
		{"vague", "the Coalition bombed; the [International Coalition=coalition] and the [US-led coalition=coalition]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			// The text is the expectation without its marks.
			var b strings.Builder
			rest := c.want
			for {
				before, after, ok := strings.Cut(rest, "[")
				b.WriteString(before)
				if !ok {
					break
				}
				name, tail, _ := strings.Cut(after, "]")
				b.WriteString(name[:strings.LastIndex(name, "=")])
				rest = tail
			}
			if got := marked(g, b.String()); got != c.want {
				t.Error(cmp.Diff(c.want, got))
			}
		})
	}
}

func FuzzAnnotate(f *testing.F) {
	g := open(f)
	for _, s := range []string{
		"", "Isis in Deir Ezzor", "وبالرقة للرقة لل", "U.S.-led U.S.A. U.", "\xff\xfeHoms\xc3", "People’s Protection Units", "al-al-Hol ال ل",
		"BEIRUT (AP) — Hajin. (Reuters) (AFP, Paris)", "Victoria Victoria, Tripoli in Lebanon, Pembroke, New York, Georgia", "مدينة المدينة مدينة حلب", "Reporting by X in Amman",
		"Tripoli, Lebanon (Syria) in Hit, Iraq", "İdlib's 'Homs' ''''", "Washington, D.C.", "في تدمر، سوريا",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, m := range g.Annotate(s) {
			if m.Start < end || m.End <= m.Start || m.End > len(s) {
				t.Fatalf("%+v after %d in %q", m, end, s)
			}
			if !utf8.RuneStart(s[m.Start]) || m.End < len(s) && !utf8.RuneStart(s[m.End]) && utf8.ValidString(s) {
				t.Fatalf("%+v cuts a letter in %q", m, s)
			}
			if m.Score <= 0 || m.Score > 1 {
				t.Fatalf("%+v in %q", m, s)
			}
			if _, ok := g.Entity(m.Entity); !ok {
				t.Fatalf("unknown entity %q", m.Entity)
			}
			end = m.End
		}
	})
}

// hostile are texts that are made to take long, repeated.
var hostile = map[string]string{
	"one name":         "Tripoli ",
	"weak names":       "Victoria ",
	"names in a row":   "Tripoli, Lebanon, ",
	"types":            "city of ",
	"types and names":  "city of Victoria ",
	"brackets":         "Reuters (London) ",
	"open brackets":    "(",
	"bare brackets":    "()",
	"initials":         "U.S.",
	"apostrophes":      "a'",
	"articles":         "al-",
	"Arabic particles": "وللرقة ",
	"bylines":          "Reporting by ",
	"no bytes of text": "\xff",
}

// TestHostileText: the time grows with the text and no faster. Texts of a megabyte
// take a tenth of a second; what grows with the square of their length would take minutes.
func TestHostileText(t *testing.T) {
	g := open(t)
	for name, s := range hostile {
		text := strings.Repeat(s, 1<<20/len(s))
		begin := time.Now()
		g.Annotate(text)
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("%s: %v for %d bytes", name, took, len(text))
		}
	}
	// What is typed is cut before it is looked at.
	for _, s := range hostile {
		g.Resolve(strings.Repeat(s, 50<<10/len(s)), 5)
		g.Complete(strings.Repeat(s, 50<<10/len(s)), 5)
	}
}

func BenchmarkHostile(b *testing.B) {
	g := open(b)
	for name, s := range hostile {
		for _, size := range []int{50 << 10, 500 << 10} {
			text := strings.Repeat(s, size/len(s))
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(name, " ", "-"), size), func(b *testing.B) {
				b.SetBytes(int64(len(text)))
				for b.Loop() {
					g.Annotate(text)
				}
			})
		}
	}
}

// BenchmarkAnnotate300 is a dispatch of 300 words.
func BenchmarkAnnotate300(b *testing.B) {
	g := open(b)
	text := strings.Repeat("The SDF closed in on the last pocket between Marashidah and Safafinah, east of the Euphrates, while strikes by the US-led coalition hit the Badia desert near Tripoli. ", 11)
	text = strings.Join(strings.Fields(text)[:300], " ")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		g.Annotate(text)
	}
}

func BenchmarkAnnotate(b *testing.B) {
	g := open(b)
	text := strings.Repeat("The SDF closed in on the last pocket between Marashidah and Safafinah, east of the Euphrates, while strikes by the US-led coalition hit the Badia desert. وقصفت الطائرات محيط دير الزور والبوكمال. ", 200)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		g.Annotate(text)
	}
}
