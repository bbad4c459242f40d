package ingest

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

type languageSample struct{ lang, text string }

func languageSamples(t testing.TB, file string) (out []languageSample) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		lang, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("no tab in %q", line)
		}
		out = append(out, languageSample{lang, text})
	}
	return out
}

// What is taken for what is in a golden file, so that a change of the rules shows
// in the diff. A text may be undetermined; one in another language is a fault of
// its own.
func TestLanguagesConfused(t *testing.T) {
	for _, name := range []string{"languages", "languages_unseen"} {
		t.Run(name, func(t *testing.T) { confused(t, name) })
	}
}

func confused(t *testing.T, name string) {
	type row struct {
		n, right, none int
		wrong          []string
	}
	rows := map[string]*row{}
	var langs []string
	right, none, wrong := 0, 0, 0
	for _, s := range languageSamples(t, name+".tsv") {
		r := rows[s.lang]
		if r == nil {
			r = &row{}
			rows[s.lang] = r
			langs = append(langs, s.lang)
		}
		r.n++
		got := Language("", s.text)
		if got == "" {
			got = "und"
		}
		switch got {
		case s.lang:
			r.right++
			right++
		case "und":
			r.none++
			none++
			t.Logf("undetermined, not %s: %s", s.lang, s.text)
		default:
			wrong++
			r.wrong = append(r.wrong, got)
			t.Logf("%s, not %s: %s", got, s.lang, s.text)
		}
	}
	slices.Sort(langs)
	var b strings.Builder
	fmt.Fprintf(&b, "%-5s %5s %5s %5s %5s\n", "lang", "texts", "right", "und", "wrong")
	for _, l := range langs {
		r := rows[l]
		fmt.Fprintf(&b, "%-5s %5d %5d %5d %5d %s\n", l, r.n, r.right, r.none, len(r.wrong), strings.Join(r.wrong, " "))
	}
	fmt.Fprintf(&b, "all   %5d %5d %5d %5d\n", right+none+wrong, right, none, wrong)
	golden(t, "testdata/"+name+".golden", b.String())
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s: run with -update if this is meant: %s", path, d)
	}
}

// A language is found from the first letters of a long text as from a short one,
// and never changes by itself.
func TestLanguageIsTheSameAgain(t *testing.T) {
	for _, s := range languageSamples(t, "languages.tsv") {
		once := Language("", s.text)
		for range 3 {
			if again := Language("", s.text); again != once {
				t.Fatalf("%q is %q and %q", s.text, once, again)
			}
		}
		if utf8.RuneCountInString(s.text) > 60 && once != "" {
			if long := Language(s.text, strings.Repeat(s.text+"\n", 40)); long != once {
				t.Errorf("%q is %q alone and %q repeated", s.text, once, long)
			}
		}
	}
}

func TestLanguageOf(t *testing.T) {
	const (
		arabic = "مقتل ثلاثة جنود في كمين قرب القرية"
		sorani = "دانیشتووان دەڵێن دە ڕۆژە ئاو نییە"
		french = "Les habitants disent que l'eau manque depuis dix jours"
	)
	for _, c := range []struct{ given, text, want string }{
		{"ar", arabic, "ar"},
		{"en", arabic, "ar"}, // plainly wrong for its letters
		{"en-US", arabic, "ar"},
		{"ar", french, "fr"},
		{"fa", arabic, "fa"}, // the letters allow it: who gave it may know better
		{"es", french, "es"},
		{"", french, "fr"},
		{"nonsense", french, "fr"},
		{"und", french, "fr"},
		{"ar", "Hajin Baghuz Mayadin", "ar"}, // romanized, or names: nothing speaks for another
		{"ar", "kayfa al-hal ya sadiqi", "ar"},
		{"he", "ДТП", "he"}, // too short to speak against it
		{"he", "Москва", ""},
		{"ku", sorani, "ckb"},
		{"ku", "Li nêzîkî gund sê leşker hatin kuştin", "ku"},
		{"sr", "Становници кажу да нема воде", "sr"},
		{"sr", "Stanovnici kažu da nema vode", "sr"},
		{"ja", "爆発が発生", "ja"},
		{"zh", "2018-12-29", "zh"},
		{"tlh", arabic, "tlh"}, // nobody here knows what Klingon is written in
		{"nb", "Tre soldater ble drept i et bakhold", "no"},
	} {
		if got := LanguageOf(c.given, "", c.text); got != c.want {
			t.Errorf("LanguageOf(%q, %q) = %q, want %q", c.given, c.text, got, c.want)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	for _, name := range []string{"en", "fr", "ar", "ru", "so"} {
		var text strings.Builder
		for _, s := range languageSamples(b, "languages.tsv") {
			if s.lang == name {
				text.WriteString(s.text + "\n")
			}
		}
		body := strings.Repeat(text.String(), 2000/text.Len()+1)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Language("", body)
			}
		})
	}
}

// A record's language is kept where its letters allow it; an export's always,
// since a dispatch that is restored must be the one that was saved.
func TestImportedLanguage(t *testing.T) {
	s := openLog(t)
	file := write(t, t.TempDir(), "x.ndjson", strings.Join([]string{
		`{"id":"1","lang":"en","body":"مقتل ثلاثة جنود في كمين قرب القرية"}`,
		`{"id":"2","lang":"es","body":"Les habitants disent que l'eau manque depuis dix jours"}`,
		`{"id":"3","body":"دانیشتووان دەڵێن دە ڕۆژە ئاو نییە"}`,
		`{"id":"4","body":"ISIS"}`,
		`{"origin":{"kind":"record","feed":"x","item":"5"},"lang":"en","body":"مقتل ثلاثة جنود في كمين قرب القرية"}`,
	}, "\n"))
	importInto(t, s, file, write(t, t.TempDir(), "page.html", `<html lang="en"><body><article><p>`+
		strings.Repeat("Жители говорят, что в восточных районах уже десять дней нет воды. ", 20)+`</p></article></body></html>`))
	var got []string
	for _, d := range logged(t, s) {
		got = append(got, d.Lang)
	}
	slices.Sort(got)
	if want := []string{"", "ar", "ckb", "en", "es", "ru"}; !slices.Equal(got, want) {
		t.Errorf("languages %q, want %q", got, want)
	}
}
