package lang

import (
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"
)

func catalogue(t testing.TB) *Catalogue {
	t.Helper()
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSay(t *testing.T) {
	c := catalogue(t)
	for _, x := range []struct {
		code string
		n    int
		want string
	}{{"en", 1, "1 report"}, {"en-US", 1234, "1,234 reports"}, {"fr", 0, "0 reports"}, {"en", 0, "0 reports"}, {"en", 2, "2 reports"},
		{"ar", 0, "لا تقارير"}, {"ar", 1, "تقرير واحد"}, {"ar-SY", 2, "تقريران"}, {"ar", 3, "3 تقارير"}, {"ar", 10, "10 تقارير"}, {"ar", 11, "11 تقريرًا"},
		{"ar", 99, "99 تقريرًا"}, {"ar", 100, "100 تقرير"}, {"ar", 102, "102 تقرير"}, {"ar", 1000, "1,000 تقرير"}, {"ar", 103, "103 تقارير"}, {"ar", 1234, "1,234 تقريرًا"}} {
		if got := c.In(x.code).Say("%d reports", x.n); got != x.want {
			t.Errorf("%s, %d: %q, want %q", x.code, x.n, got, x.want)
		}
	}
	if got := c.In("en").Say("no such key %s", "x"); got != "no such key x" {
		t.Error(got)
	}
	if got := c.In("ar").Say("no such key %s", "x\u2069y"); got != "no such key \u2068xy\u2069" {
		t.Errorf("%q", got)
	}
}

// Two numbers of one sentence have a plural form each.
func TestTwoPlurals(t *testing.T) {
	c := catalogue(t)
	for _, x := range []struct {
		code string
		n, m int
		want string
	}{{"en", 1, 1, "1 report by 1 source in the week."}, {"en", 1200, 3, "1,200 reports by 3 sources in the week."},
		{"ar", 2, 2, "تقريران من مصدرين خلال \u2068week\u2069."}, {"ar", 11, 1, "11 تقريرًا من مصدر واحد خلال \u2068week\u2069."}, {"ar", 1, 100, "تقرير واحد من 100 مصدر خلال \u2068week\u2069."}} {
		if got := c.In(x.code).Say("%d reports by %d sources in the %s.", x.n, x.m, "week"); got != x.want {
			t.Errorf("%s: %q, want %q", x.code, got, x.want)
		}
	}
	if got, want := c.In("ar").Say("failed after %d tries: %s", 2, "تعذّر"), "فشلت بعد محاولتين: تعذّر"; got != want {
		t.Errorf("%q, want %q: a form that leaves the number out", got, want)
	}
}

type told struct{ err error }

func (t told) Error() string         { return t.err.Error() }
func (t told) Text() (string, []any) { return "%q is no period: write 24h, 7d, 2w or 3mo", []any{"7x"} }

// What can be said is said in the language, as an argument too, however deep.
func TestSayable(t *testing.T) {
	c := catalogue(t)
	e := told{errors.New("English")}
	if got, want := c.In("en").Say("since: %v.", e), `since: "7x" is no period: write 24h, 7d, 2w or 3mo.`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := c.In("ar").Say("since: %v.", e); !strings.HasPrefix(got, "منذ: «\u20687x\u2069» ليست مدة") || strings.Contains(got, "English") {
		t.Errorf("%q", got)
	}
	if got := c.In("ar").Say("since: %v.", errors.New("some cause")); got != "منذ: \u2068some cause\u2069." {
		t.Errorf("%q", got)
	}
}

// An argument that a sentence from the right would tear apart is isolated; one that
// is isolated already, or is Arabic, stays as it is; and none breaks out.
func TestIsolate(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"البادية":                 "البادية",
		"Badia":                   "\u2068Badia\u2069",
		"2018-12-31":              "\u20682018-12-31\u2069",
		"0 7 * * *":               "\u20680 7 * * *\u2069",
		"1,204":                   "1,204",
		"09:30":                   "09:30",
		"!":                       "!",
		"31 كانون الأول 2018":     "31 كانون الأول 2018",
		"قناة \u2068BBC\u2069":    "قناة \u2068BBC\u2069",
		"قناة BBC":                "\u2068قناة BBC\u2069",
		"\u2068BBC\u2069 (12)":    "\u2068BBC\u2069 (12)",
		"x\u2069y\u2067z":         "\u2068xyz\u2069",
		"\u202eالبادية":           "\u2068البادية\u2069",
		"\u2068البادية":           "\u2068البادية\u2069",
		"\u2069البادية\u2068 end": "\u2068البادية end\u2069",
	} {
		got := isolate(in)
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if again := isolate(got); again != got {
			t.Errorf("%q is isolated again: %q", got, again)
		}
	}
	if got, want := isolateRuns("اكتب `since:7d`، أو IANA. %[1]s ${p1}"), "اكتب \u2068`since:7d`\u2069، أو \u2068IANA\u2069. %[1]s ${p1}"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func FuzzIsolate(f *testing.F) {
	for _, s := range []string{"x", "\u2068x\u2069", "\u2069\u2068", "\u202e1-2", "البادية x"} {
		f.Add(s)
	}
	p := catalogue(f).In("ar")
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		depth := 0
		for _, r := range p.Say("As it stood on %s.", s) {
			switch r {
			case fsi:
				depth++
			case pdi:
				depth--
			}
			if depth < 0 {
				t.Fatalf("%q breaks out of its isolate", s)
			}
		}
		if depth != 0 {
			t.Fatalf("%q leaves an isolate open", s)
		}
	})
}

func TestDates(t *testing.T) {
	at := time.Date(2018, 12, 31, 9, 5, 0, 0, time.UTC)
	c := catalogue(t)
	for code, want := range map[string][]string{
		"en": {"31 Dec 2018", "31 Dec", "31 Dec 2018, 09:05 UTC", "Mon 31 Dec 2018, 09:05 UTC"},
		"ar": {"31 كانون الأول 2018", "31 كانون الأول", "31 كانون الأول 2018، 09:05 \u2068UTC\u2069", "الاثنين 31 كانون الأول 2018، 09:05 \u2068UTC\u2069"},
	} {
		p := c.In(code)
		if got := []string{p.Day(at), p.ShortDay(at), p.Moment(at), p.WeekdayMoment(at)}; !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWords(t *testing.T) {
	c := catalogue(t)
	for typed, want := range map[string]string{"status": "status", "STATUS": "status", "الوضع": "status", "وضع": "status", "إضافه": "add", "اضافة": "add", "مُساعَدة": "help", "statsu": ""} {
		if got := c.English(typed, "status", "add", "help"); got != want {
			t.Errorf("%s: %q, want %q", typed, got, want)
		}
	}
	if p := c.In("ar"); p.Word("status") != "الوضع" || p.Word("xyzzy") != "xyzzy" || p.Words("xyzzy") != nil {
		t.Error(p.Word("status"), p.Words("status"))
	}
}

// A language is one file: dropped in beside the others it is offered and spoken.
func TestAThirdLanguageIsOneFile(t *testing.T) {
	with := fstest.MapFS{"eo.yaml": {Data: []byte(`name: Esperanto
discord: []
months: [jan, feb, mar, apr, maj, jun, jul, aŭg, sep, okt, nov, dec]
weekdays: [dim, lun, mar, mer, ĵaŭ, ven, sab]
words: {status: stato, today: hodiaŭ}
phrases:
  sources: {one: "%d fonto", other: "%d fontoj"}
texts:
  "%d reports": {one: "%d raporto", other: "%d raportoj"}
  "%d by %d sources": "%[1]d de {2:sources}"
  "Not found": "Ne trovita"
`)}}
	for _, name := range []string{"en.yaml", "ar.yaml"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		with[name] = &fstest.MapFile{Data: raw}
	}
	c, err := Read(with)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Languages(); !slices.Equal(got, []string{"ar", "en", "eo"}) || !c.Has("eo-XX") {
		t.Error(got)
	}
	p := c.In("eo")
	for got, want := range map[string]string{
		p.Say("%d reports", 1): "1 raporto", p.Say("%d by %d sources", 2, 34): "2 de 34 fontoj", p.Say("Not found"): "Ne trovita",
		p.Say("Not allowed"): "Not allowed", p.Day(time.Unix(0, 0).UTC()): "1 jan 1970", p.Word("status"): "stato", c.English("stato", "search", "status"): "status",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := c.In("ar").Say("Not found"); got != "غير موجود" {
		t.Error(got)
	}
}

// A file that cannot be meant is refused with its name and the reason.
func TestReadRefuses(t *testing.T) {
	head := "name: X\nmonths: [a,b,c,d,e,f,g,h,i,j,k,l]\nweekdays: [a,b,c,d,e,f,g]\n"
	for body, want := range map[string]string{
		"title: X":                    "unknown field",
		"name: X":                     "0 months",
		head + "texts: {a: 7}":        "neither a text nor plural forms",
		head + "texts: {a: {one: x}}": "other is always needed",
		head + "texts: {a: {other: x, several: y}}":                   "plural forms are",
		head + "texts: {\"%d a\": \"{1:things}\"}":                    "the phrase things",
		head + "texts: {a: {other: 7}}":                               "is no text",
		head + "phrases: {x: {one: a}}\ntexts: {\"%d a\": \"{1:x}\"}": "other is always needed",
	} {
		from := fstest.MapFS{"eo.yaml": {Data: []byte(body)}, "en.yaml": {Data: []byte(head)}}
		if _, err := Read(from); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "eo.yaml") {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
	if _, err := Read(fstest.MapFS{"eo.yaml": {Data: []byte(head)}}); err == nil || !strings.Contains(err.Error(), "no language en") {
		t.Error(err)
	}
	if _, err := Read(fstest.MapFS{"en.yaml": {Data: []byte(head)}, "not a code.yaml": {Data: []byte(head)}}); err == nil {
		t.Error("a file that no language has the name of was read")
	}
}

var code = regexp.MustCompile("`[^`]*`")

// Arabic texts are Arabic: what is in Latin letters is code, or a name.
func TestArabicIsArabic(t *testing.T) {
	names := []string{"sitrep", "Discord", "IANA"}
	p := catalogue(t).In("ar")
	var texts []string
	add := func(said any) {
		switch said := said.(type) {
		case string:
			texts = append(texts, said)
		case map[string]any:
			for _, s := range said {
				texts = append(texts, s.(string))
			}
		}
	}
	for _, said := range p.file.Texts {
		add(said)
	}
	for _, forms := range p.file.Phrases {
		for _, s := range forms {
			add(s)
		}
	}
	if len(texts) < 200 {
		t.Fatalf("only %d texts", len(texts))
	}
	for _, s := range texts {
		if strings.Count(s, "`")%2 != 0 {
			t.Errorf("a ` is open: %q", s)
		}
		left := phrase.ReplaceAllString(verb.ReplaceAllString(code.ReplaceAllString(s, ""), ""), "")
		for _, word := range regexp.MustCompile("[A-Za-z]+").FindAllString(left, -1) {
			if !slices.Contains(names, word) {
				t.Errorf("%q in %q", word, s)
			}
		}
		if strings.ContainsAny(left, "?,;") {
			t.Errorf("Latin punctuation in %q", s)
		}
	}
}

// The embedded files are all that there is in the folder.
func TestEmbedded(t *testing.T) {
	names, err := fs.Glob(os.DirFS("."), "*.yaml")
	if err != nil || len(names) != len(catalogue(t).Languages()) {
		t.Error(names, err)
	}
}

func TestLanguageNames(t *testing.T) {
	p := catalogue(t).In("ar")
	for code, want := range map[string]string{"en": "الإنجليزية", "ar": "العربية", "not a code": "not a code"} {
		if got := p.Language(code); got != want {
			t.Errorf("%s: %s, want %s", code, got, want)
		}
	}
}
