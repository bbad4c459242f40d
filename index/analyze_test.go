package index

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/registry"

	"sitrep/news"
)

func mustAnalyze(t testing.TB) *analyzers {
	t.Helper()
	a, err := newAnalyzers()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What is typed and what stands in the text, in one language, must become one term.
func TestSpellingsMeet(t *testing.T) {
	a := mustAnalyze(t)
	for _, c := range []struct{ lang, typed, text string }{
		{"tr", "idlib", "İdlib'de"},
		{"tr", "IDLIB", "İDLİB"},
		{"en", "idlib", "İDLİB"},
		{"en", "sanaa", "Sana'a"},
		{"en", "sanaa", "Sana’a"},
		{"en", "assad", "Assad’s"},
		{"fr", "hopitaux", "l’hôpital"},
		{"en", "hopital", "L'hôpital"},
		{"und", "alep", "d'Alep"},
		{"de", "hauser", "Häuser"},
		{"de", "strasse", "Straße"},
		{"pl", "zginelo", "zginęło"},
		{"pl", "zginęło", "zginelo"},
		{"pt", "explosoes", "explosões"},
		{"tr", "yaralandi", "yaralandı"},
		{"und", "deir_ez_zor", "Deir ez Zor"},
		{"ar", "القافلة", "الـــقافِلَةِ"},
		{"ar", "القافلة", "ﺍﻟﻘﺎﻓﻠﺔ"},
		{"ar", "كركوك", "کرکوک"}, // typed with Persian letters
		{"ar", "2018", "٢٠١٨"},
		{"fa", "۲۰۱۸", "2018"},
		{"fa", "کرکوک", "كركوك"},
		{"en", "دير_الزور", "#دير_الزور"},
		{"en", "مسئول", "مسؤول"[:0] + "مسئول"},
		{"ur", "پاکستان", "پاكستان"},
		{"ckb", "هەولێر", "هەولێر"},
		{"he", "שלום", "שָׁלוֹם"},
		{"he", "צהל", `צה"ל`},
		{"he", "צה״ל", `צה"ל`},
		{"uk", "підїзд", "під’їзд"},
		{"uk", "Гудзик", "ґудзик"},
		{"ru", "еще Артем", "ещё Артём"},
		{"el", "σεισμοσ", "ΣΕΙΣΜΌΣ"},
		{"hi", "हिन्दी", "हिंदी"},
		{"cjk", "ガス", "ｶﾞｽ"},
		{"cjk", "abc", "ＡＢＣ"},
		{"und", "ha noi", "Hà Nội"},
		{"und", "soft", "so\u00adft"},
		{"und", "mark", "\u202amark\u202c"},
	} {
		typed, text := a.terms(ownAnalyzer(c.lang), c.typed), a.terms(ownAnalyzer(c.lang), c.text)
		if len(typed) == 0 || !subset(typed, text) && !subset(text, typed) {
			t.Errorf("%s: %q is %q, %q is %q", c.lang, c.typed, typed, c.text, text)
		}
	}
}

func subset(a, b []string) bool {
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return len(a) > 0
}

// A stop word is dropped from the question as from the index, with and without
// its marks and in capitals.
func TestStopWordsAreSymmetric(t *testing.T) {
	a := mustAnalyze(t)
	cache := registry.NewCache()
	for _, name := range analyzerNames {
		if name == "cjk" || name == "he" || name == "uk" || name == "ur" {
			continue
		}
		stops := "stop_" + name
		if name == undetermined {
			stops = "stop_en"
		}
		words, err := cache.TokenMapNamed(stops)
		if err != nil {
			t.Fatal(err)
		}
		for w := range words {
			if len(splitWords(w)) != 1 || strings.Contains(w, ".") {
				continue
			}
			for _, typed := range []string{w, strings.ToUpper(w), string(foldTerm([]byte(w)))} {
				if typed == "ss" || strings.ToUpper(w) == typed && strings.ContainsAny(w, "ßıiſ") {
					continue
				}
				if got := a.terms(name, typed); len(got) > 0 {
					t.Errorf("%s: %q of the stop word %q becomes %q", name, typed, w, got)
				}
			}
		}
	}
}

// pairsFound is the share of pairs in which the question finds the text.
func pairsFound(a *analyzers, lang string, pairs [][2]string, terms func(string) []string) (found int) {
	for _, p := range pairs {
		in := a.terms("und", p[1]) // he: whole words
		if lang != "he" {
			in = terms(p[1])
		}
		if slices.ContainsFunc(terms(p[0]), func(t string) bool { return slices.Contains(in, t) }) {
			found++
		}
	}
	return found
}

func wordPairs(s string) (out [][2]string) {
	for line := range strings.Lines(strings.TrimSpace(s)) {
		a, b, _ := strings.Cut(strings.TrimSpace(line), " ")
		out = append(out, [2]string{a, b})
	}
	return out
}

// Hebrew writes and, the, in, to, from, that, as to the next word: the question
// looks for those forms. Measured on pairs that mean the same and on pairs that do not.
func TestHebrewPrefixes(t *testing.T) {
	a := mustAnalyze(t)
	same := wordPairs(`
מלחמה המלחמה
מלחמה במלחמה
מלחמה והמלחמה
המלחמה מלחמה
המלחמה במלחמה
חיילים החיילים
חיילים לחיילים
חיילים שחיילים
כפר הכפר
כפר בכפר
כפר מהכפר
דמשק בדמשק
דמשק ודמשק
דמשק לדמשק
דמשק מדמשק
שיירה השיירה
גבול לגבול
גבול בגבול
הגבול בגבול
צבא שהצבא
צבא הצבא
ממשלה שהממשלה
מים והמים
תושבים התושבים
תושבים ולתושבים
חלב בחלב
בית הבית
בית בבית
הפסקה ההפסקה
לבנון בלבנון
לבנון שבלבנון
לבנון ומלבנון`)
	other := wordPairs(`
לחמה מלחמה
לבן לבנון
מים ימים
בית תי
כפר פר
שלום לום
הרים רים
שמש משש
כלב לב
מדבר דבר
בשר שר
ספר כספר
הסכם סכם
הודו ודו
שער ער`)
	forms := func(s string) []string { return a.terms("he", s) }
	plain := func(s string) []string { return a.terms("und", s) }
	found, wrong := pairsFound(a, "he", same, forms), pairsFound(a, "he", other, forms)
	t.Logf("prefixes: %d of %d, wrongly %d of %d; whole words alone: %d", found, len(same), wrong, len(other), pairsFound(a, "he", same, plain))
	if found < 31 || wrong > 2 {
		t.Errorf("found %d of %d, wrongly %d of %d", found, len(same), wrong, len(other))
	}
	if n := len(a.terms("he", "מלחמה")); n > 30 {
		t.Errorf("%d forms of a word", n)
	}
}

func TestUkrainianEndings(t *testing.T) {
	a := mustAnalyze(t)
	same := wordPairs(`
солдат солдати
солдат солдатів
солдата солдатами
село села
село селі
село селом
міста місто
місто місті
ракета ракети
ракета ракетою
ракети ракетами
обстріл обстріли
обстріл обстрілів
обстрілу обстрілом
область областю
область області
області областей
вибух вибуху
вибух вибухи
вода води
вода водою
військовий військові
військовий військових
військова військової
російський російського
українська українські
українська українською
дитина дитини
діти дітей
поранений поранені
поранений пораненого
район районі
район районів
Харків Харкові
Харків Харкова
Маріуполь Маріуполя
Донецьк Донецьку
загинули загинув
загинули загинула
повідомили повідомила
лікарня лікарні
лікарня лікарнею
атака атакою
атака атаки
дрон дронами
наступ наступу
удар ударів
будинок будинку`)
	other := wordPairs(`
місто місяць
село селище
рак ракета
вода водій
обстріл область
удар ударник
район рай
війна військо
мати матрос
порт портрет
ціна ціль
банк банка
сила силует
поле полк
права правда`)
	terms := func(s string) []string { return a.terms("uk", s) }
	plain := func(s string) []string { return a.terms("und", s) }
	found, wrong := pairsFound(a, "uk", same, terms), pairsFound(a, "uk", other, terms)
	t.Logf("endings: %d of %d, wrongly %d of %d; whole words alone: %d", found, len(same), wrong, len(other), pairsFound(a, "uk", same, plain))
	if found < 45 || wrong > 2 {
		t.Errorf("found %d of %d, wrongly %d of %d", found, len(same), wrong, len(other))
	}
}

func spoken(id, lang, body string) news.Dispatch {
	d := dispatch(id, body, "2018-12-14")
	d.Lang = lang
	return d
}

// One question finds dispatches of every language, also where the language was
// told wrongly or a text holds words of another.
func TestAcrossLanguages(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, names{version: "1"})
	t.Cleanup(func() { closeIndex(t, x) })
	file(t, s, x,
		spoken("ar", "ar", "قال المتحدث باسم coalition إن القوات دخلت البلدة #دير_الزور"),
		spoken("fr", "fr", "L’hôpital de la cité a été évacué par les réfugiés"),
		spoken("frwrong", "", "L'hôpital a fermé"),
		spoken("th", "th", "ทหารสามนายเสียชีวิตจากการซุ่มโจมตีใกล้หมู่บ้าน"),
		spoken("my", "", "ရွာအနီးတွင် စစ်သားသုံးဦး သေဆုံးသည်"),
		spoken("ja", "ja", "爆発で三人死亡、トラックが炎上した"),
		spoken("zhwrong", "en", "Reports say 爆炸发生 near the port"),
		spoken("ko", "ko", "마을 근처 병원에서 폭발이 일어났다"),
		spoken("he", "he", `הדובר אמר כי השיירה הגיעה לדמשק ולצה"ל`),
		spoken("uk", "uk", "Троє солдатів загинули біля під’їзду"),
		spoken("ur", "ur", "قافلہ سرحد پر پہنچ گیا"),
		spoken("fa", "fa", "کاروان به مرز رسید، می‌گویند ۱۲ نفر"),
		spoken("hi", "hi", "गाँव के पास तीन सैनिक मारे गए"),
		spoken("tr", "tr", "İdlib'de üç asker yaralandı"),
		spoken("pl", "pl", "Trzech żołnierzy zginęło"),
		spoken("el", "el", "Ισχυρός σεισμός στην Κρήτη"),
		spoken("zwj", "", "family 👩‍👩‍👧 emoji"),
	)
	for q, want := range map[string][]string{
		"coalition":              {"ar"},
		`دير_الزور`:              {"ar"},
		`"دير الزور"`:            {"ar"},
		"hopital":                {"fr", "frwrong"},
		"hôpital":                {"fr", "frwrong"},
		"refugies":               {"fr"},
		"+ete +evacue":           {"fr"}, // a stop word with its mark left away asks for nothing
		"หมู่บ้าน":               {"th"},
		"+จากการ":                {"th"},
		`"ซุ่มโจมตี"`:            {"th"},
		"စစ်သား":                 {"my"},
		"爆発":                     {"ja"},
		"トラック":                   {"ja"},
		`"三人死亡"`:                 {"ja"},
		`"死亡三人"`:                 {},
		"爆炸":                     {"zhwrong"},
		"병원":                     {"ko"},
		"폭발":                     {"ko"},
		"שיירה":                  {"he"},
		"דמשק":                   {"he"},
		`צה״ל`:                   {"he"},
		"солдат":                 {"uk"},
		"під'їзд":                {"uk"},
		"سرحد":                   {"ur"},
		"مرز":                    {"fa"},
		"12":                     {"fa"},
		"सैनिक":                  {"hi"},
		"idlib":                  {"tr"},
		"IDLIB":                  {"tr"},
		"yaralandi":              {"tr"},
		"zginelo":                {"pl"},
		"zolnierzy":              {"pl"},
		"σεισμος":                {"el"},
		"ΣΕΙΣΜΟΣ":                {"el"},
		"emoji":                  {"zwj"},
		"👩‍👩‍👧":                  {},
		"\u202ecoalition\u202c":  {"ar"},
		strings.Repeat("ا", 200): {},
	} {
		name := q
		if len(name) > 60 {
			name = name[:60]
		}
		t.Run(name, func(t *testing.T) {
			if got := sorted(found(t, s, x, q)); !slices.Equal(got, sorted(want)) {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}

// The table is the slow way made fast: both must say the same.
func TestTablesAreTheSlowWay(t *testing.T) {
	for _, word := range []string{"Ünïcödé", "الحَسَكَة", "שָׁלוֹם", "Ёжик", "й", "ї", "ѓ", "e\u0301", "и\u0306", "ﬁ", "ǅ", "İ", "ẞ", "ͅα", "σς", "\u0301", "a\u0301\u0308b", "क\u093c", "ᄀ\u1161", "٣", "ⅷ", "¼", "ª", "ガｶﾞか\u3099", "각ᆨ", "爆発", "㐀"} {
		if got, want := string(foldTerm([]byte(word))), string(appendFolded([]byte(word))); got != want && !ascii([]byte(word)) {
			t.Errorf("%q is folded to %q, the slow way to %q", word, got, want)
		}
		for _, lang := range []string{"ar", "ckb", "en"} {
			if got, want := string(prepare([]byte(word), lang)), string(withoutApostrophes(appendSpelled(nil, []byte(word), lang), lang)); got != want {
				t.Errorf("%s: %q is prepared to %q, the slow way to %q", lang, word, got, want)
			}
		}
	}
}

func FuzzTokens(f *testing.F) {
	for _, s := range []string{"İdlib'de", "L’hôpital", "ｶﾞｽ ＡＢＣ", "צה\"ל", "ทหารสาม", "爆発で_三人", "می‌گویند", "\xff\xfe a\u0301", "ǅ ﬁ K Å ẞ", "병원에서KBS뉴스", "e\u0301\u0301\u0301", "ـــ", "ʼ'’", "żółć", strings.Repeat("ा", 300)} {
		for i := range analyzerNames {
			f.Add(s, uint8(i))
		}
	}
	a, err := newAnalyzers()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string, which uint8) {
		name := analyzerNames[int(which)%len(analyzerNames)]
		last := 0
		stream := a.tokens(name, s)
		for _, tok := range stream {
			switch {
			case !utf8.Valid(tok.Term):
				t.Fatalf("%s: %q has the term %q", name, s, tok.Term)
			case tok.Start < 0 || tok.End > len(s) || tok.Start >= tok.End:
				t.Fatalf("%s: %q has a term at %d to %d of %d", name, s, tok.Start, tok.End, len(s))
			case tok.Position < last:
				t.Fatalf("%s: %q goes back from %d to %d", name, s, last, tok.Position)
			case len(tok.Term) == 0 || len(tok.Term) > 8*maxTerm:
				t.Fatalf("%s: %q has a term of %d bytes", name, s, len(tok.Term))
			}
			last = tok.Position
			if again := foldTerm(bytes.Clone(tok.Term)); !bytes.Equal(again, tok.Term) {
				t.Fatalf("%s: %q is folded to %q and again to %q", name, s, tok.Term, again)
			}
		}
		if got := len(positions(stream)); len(stream) > 0 && got != last-stream[0].Position+1 {
			t.Fatalf("%s: %q lies on %d places, to %d", name, s, got, last)
		}
		if again := a.tokens(name, s); fmt.Sprint(again) != fmt.Sprint(stream) {
			t.Fatalf("%s: %q is not the same again", name, s)
		}
		p := prepare([]byte(s), name)
		if slow := withoutApostrophes(appendSpelled(nil, []byte(s), name), name); !ascii([]byte(s)) && !bytes.Equal(p, slow) {
			t.Fatalf("%s: %q is prepared to %q, the slow way to %q", name, s, p, slow)
		}
		if slow := appendFolded(p); !ascii(p) && !bytes.Equal(foldTerm(p), slow) {
			t.Fatalf("%q is folded to %q, the slow way to %q", p, foldTerm(p), slow)
		}
		if !utf8.Valid(p) {
			t.Fatalf("%s: %q is prepared to %q", name, s, p)
		}
		if once := foldTerm(p); !bytes.Equal(foldTerm(once), once) || !utf8.Valid(once) {
			t.Fatalf("%q is folded to %q and then to %q", s, once, foldTerm(once))
		}
	})
}

// text300 is about 300 words in some languages.
var text300 = map[string]string{
	"en":  strings.Repeat("Fighters entered the town of Hajin on Friday after weeks of heavy shelling, residents and local officials said. ", 17),
	"ar":  strings.Repeat("دخل المقاتلون بلدة هجين يوم الجمعة بعد أسابيع من القصف العنيف كما قال السكان والمسؤولون المحليون. ", 19),
	"fr":  strings.Repeat("Les combattants sont entrés vendredi dans la ville après des semaines de bombardements, disent les réfugiés. ", 18),
	"pl":  strings.Repeat("Bojownicy weszli w piątek do miasta po tygodniach ciężkiego ostrzału, mówią mieszkańcy i władze. ", 21),
	"uk":  strings.Repeat("Бійці увійшли в місто у п'ятницю після тижнів важких обстрілів, кажуть мешканці та місцева влада. ", 19),
	"he":  strings.Repeat("הלוחמים נכנסו לעיר ביום שישי אחרי שבועות של הפגזות כבדות, אמרו תושבים ופקידים. ", 23),
	"cjk": strings.Repeat("爆発で三人死亡、トラックが炎上した。当地居民表示，东部街区已经停水十天。", 10),
}

func BenchmarkAnalyze(b *testing.B) {
	a := mustAnalyze(b)
	for _, name := range []string{"en", "ar", "fr", "pl", "uk", "he", "cjk"} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text300[name])))
			for b.Loop() {
				a.tokens(name, text300[name])
			}
		})
	}
}

// What an analyzer takes over text that is no language grows with its length, not with
// the square of it, however long its words are: eight times the text takes eight times
// as long, where it would be sixty-four.
func TestAnalysisIsLinear(t *testing.T) {
	a := mustAnalyze(t)
	took := func(name, piece string, bytes int) time.Duration {
		text := strings.Repeat(piece, bytes/len(piece))
		start := time.Now()
		a.tokens(name, text)
		return time.Since(start)
	}
	const few, many = 4 << 10, 32 << 10
	for _, piece := range []string{"a", "a ", "é", "ı'", "ا", "ـ", "ו", "и", "人", "ท", "각", "\u0301", "a\u0301", "ـَ", "क्", "\xff", "1,", "a.", "ся", "ованих", "ler", "ung"} {
		for _, name := range analyzerNames {
			long := took(name, piece, many)
			if long < 200*time.Millisecond {
				continue
			}
			short := max(took(name, piece, few), took(name, piece, few)) // a pause in one of them says nothing
			if long > 40*short {
				t.Errorf("%s: %d KB of %q take %v, %d KB %v", name, many>>10, piece, long, few>>10, short)
			}
		}
	}
}
