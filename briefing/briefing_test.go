package briefing

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sitrep/news"
	"sitrep/snippet"
)

func TestSentences(t *testing.T) {
	for in, want := range map[string][]string{
		"One. Two!\n\nThree?":                  {"One.", "Two!", "Three?"},
		"Mr. Smith met Gen. J. Doe. They left": {"Mr. Smith met Gen. J. Doe.", "They left"},
		"The U.S. Army left at 3.5 km. Then":   {"The U.S. Army left at 3.5 km.", "Then"},
		"انتهت المعركة. هل عادوا؟ نعم.":        {"انتهت المعركة.", "هل عادوا؟", "نعم."},
		"  \n\n--\n":                      nil,
		"- first point\n- second point\n": {"- first point", "- second point"},
		"This line of text was wrapped by hand at some width\nand goes on here. Then it ends.": {
			"This line of text was wrapped by hand at some width\nand goes on here.", "Then it ends."},
		"A heading that is long enough to look like a wrapped line.\nA new one.": {"A heading that is long enough to look like a wrapped line.", "A new one."},
	} {
		var got []string
		for _, s := range Sentences("", in) {
			got = append(got, in[s.Start:s.End])
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
}

// Where sentences end in the scripts and languages of dispatches.
func TestSentencesOfScripts(t *testing.T) {
	for _, c := range []struct {
		lang, in string
		want     []string
	}{
		{"ur", "فوج نے حملہ کیا۔ دو ہلاک ہوئے۔", []string{"فوج نے حملہ کیا۔", "دو ہلاک ہوئے۔"}},
		{"ar", "قال د. أحمد العلي، نحو ٣٫٥ كم. هل عاد؟ نعم", []string{"قال د. أحمد العلي، نحو ٣٫٥ كم.", "هل عاد؟", "نعم"}},
		{"he", "הוא אמר. ד\"ר כהן בא? כן.", []string{"הוא אמר.", "ד\"ר כהן בא?", "כן."}},
		{"hi", "हमला हुआ। दो मरे॥ ठीक", []string{"हमला हुआ।", "दो मरे॥", "ठीक"}},
		{"ja", "爆発で三人死亡。トラックが「炎上した。」と言った。次へ。", []string{"爆発で三人死亡。", "トラックが「炎上した。」と言った。", "次へ。"}},
		{"en", "It left the U.S. The army stayed.", []string{"It left the U.S.", "The army stayed."}},
		{"en", "It left the U.S. Army base at 5 p.m. Monday with Lt. Gen. J. P. Doe. No. 4 Battalion stayed.", []string{"It left the U.S. Army base at 5 p.m. Monday with Lt. Gen. J. P. Doe.", "No. 4 Battalion stayed."}},
		{"en", "“Why?” he asked. “No.” Then 3.5 km.", []string{"“Why?” he asked.", "“No.”", "Then 3.5 km."}},
		{"en", "He said: “We left. They came.” Then (it rained. It did.) more. End.", []string{"He said: “We left. They came.”", "Then (it rained. It did.) more.", "End."}},
		{"en", "It fell.[1] The army left.[23] End", []string{"It fell.[1]", "The army left.[23]", "End"}},
		{"en", "1. First point. 2. Second point.", []string{"1. First point.", "2. Second point."}},
		{"en", "Wait... Then he left. He went… and came.", []string{"Wait...", "Then he left.", "He went… and came."}},
		{"fr", "Il a dit : « Partez. Vite. » Elle reste. M. Dupont part.", []string{"Il a dit : « Partez. Vite. »", "Elle reste.", "M. Dupont part."}},
		{"ru", "В 2018 г. Он ушёл. А. С. Иванов из г. Ракка сказал. Да.", []string{"В 2018 г.", "Он ушёл.", "А. С. Иванов из г. Ракка сказал.", "Да."}},
		{"tr", "Ordunun 5. Kolordu komutanı geldi. 13 kişi öldü.", []string{"Ordunun 5. Kolordu komutanı geldi.", "13 kişi öldü."}},
	} {
		var got []string
		for _, s := range Sentences(c.lang, c.in) {
			got = append(got, c.in[s.Start:s.End])
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("One. Two.\nThree")
	f.Add("Mr.")
	f.Add("a\n\n\nb\r\nc. \xff d")
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, p := range Sentences("", s) {
			if p.Start < end || p.End <= p.Start || p.End > len(s) {
				t.Fatalf("%q: %+v behind %d", s, p, end)
			}
			end = p.End
		}
	})
}

func mention(body, name, id string) news.Mention {
	i := strings.Index(body, name)
	return news.Mention{Kind: news.Place, Entity: id, Start: i, End: i + len(name)}
}

func TestKey(t *testing.T) {
	body := "The week was quiet in the north of the country. The last big group sits in the Badia desert, between Homs and Deir Ezzor. It holds out there."
	d := &news.Dispatch{Body: body}
	q, ok := Key(d, []news.Mention{mention(body, "Badia desert", "badia")}, Wanted{Entities: map[string]bool{"badia": true}})
	if !ok || !q.Hit || !strings.HasPrefix(q.Text, "The last big group") {
		t.Fatalf("%+v", q)
	}
	if got := q.Text[q.Marks[0].Start:q.Marks[0].End]; got != "Badia desert" {
		t.Errorf("marked %q", got)
	}
	if q, _ := Key(d, nil, Wanted{}); q.Text != "The week was quiet in the north of the country." || q.Hit {
		t.Errorf("without a wish: %+v", q)
	}
	if q, _ := Key(d, nil, Wanted{Find: words("holds")}); !strings.HasSuffix(q.Text, "Deir Ezzor. It holds out there.") || q.Text[q.Marks[0].Start:q.Marks[0].End] != "holds" {
		t.Errorf("by a word: %+v", q)
	}
	if _, ok := Key(&news.Dispatch{}, nil, Wanted{}); ok {
		t.Error("a quotation from nothing")
	}
	if q, ok := Key(&news.Dispatch{Title: "Only a title"}, nil, Wanted{}); !ok || q.Text != "Only a title" {
		t.Errorf("a title alone: %+v", q)
	}
}

// words finds a word wherever its letters stand.
func words(word string) func(lang, text string) []snippet.Span {
	return func(_, text string) (out []snippet.Span) {
		for at := 0; word != ""; {
			i := strings.Index(text[at:], word)
			if i < 0 {
				break
			}
			out = append(out, snippet.Span{Start: at + i, End: at + i + len(word)})
			at += i + len(word)
		}
		return out
	}
}

// A long sentence is cut around what was asked for, not behind its beginning.
func TestLongSentence(t *testing.T) {
	long := strings.Repeat("the convoy went on and on, ", 20) + "until it reached Hajin, " + strings.Repeat("where nobody was, ", 20)
	q, _ := Key(&news.Dispatch{Body: long}, nil, Wanted{Find: words("Hajin")})
	if !q.Hit || len(q.Marks) != 1 || q.Text[q.Marks[0].Start:q.Marks[0].End] != "Hajin" || !strings.HasPrefix(q.Text, "…") || !strings.HasSuffix(q.Text, "…") {
		t.Errorf("%+v", q)
	}
}

// Whatever the text, a quotation is verbatim up to line breaks and the ellipsis
// at its cut, stands where it says, begins with no word that stands for something
// before it as long as that is there, and sets no direction that it does not end.
func FuzzKey(f *testing.F) {
	f.Add("One. Two, three and four.\nFive", "two", "en")
	f.Add(strings.Repeat("كلمة ", 200), "كلمة", "ar")
	f.Add("İ İ İ. i̇stanbul", "i", "tr")
	f.Add("The mayor spoke. He said: “We stay. They left.” It rained. The latter did not. This week it ended.", "rained", "en")
	f.Add("تحدث المحافظ. وأضاف أن الطريق مغلق. وهو كذلك. هذا الأسبوع انتهى.", "الطريق", "ar")
	f.Add("He ran. "+strings.Repeat("they fled, and he ran on, ", 30)+"to Hajin. "+strings.Repeat("She said so, ", 40), "Hajin", "en")
	f.Add("Read more: x\n\nBy Omar Haddad, Reuters\n\nHe said \u202eso. It fell.\u202c", "fell", "en")
	f.Add("« Nous restons. Ils partent. » Cela dit, il reste « ici", "reste", "fr")
	for _, j := range append(readJudged(f, "keys"), readJudged(f, "held")...) {
		f.Add(j.d.Body, j.question, j.d.Lang)
	}
	f.Fuzz(func(t *testing.T, body, word, lang string) {
		if !utf8.ValidString(body) {
			return
		}
		d := &news.Dispatch{Body: body, Lang: lang}
		for _, q := range Keys(d, nil, Wanted{Find: words(word)}, 3) {
			checkQuote(t, d, q)
		}
	})
}

// checkQuote holds what is true of every quotation.
func checkQuote(t *testing.T, d *news.Dispatch, q Quote) {
	t.Helper()
	line := strings.NewReplacer("\n", " ", "\r", " ")
	own := line.Replace(d.Body[q.Start:q.End])
	if s := strings.TrimPrefix(q.Text, snippet.Ellipsis); q.Text != own && s != own && strings.TrimSuffix(s, snippet.Ellipsis) != own && strings.TrimSuffix(q.Text, snippet.Ellipsis) != own {
		t.Fatalf("%q is not %q of %q", q.Text, own, d.Body)
	}
	if n := utf8.RuneCountInString(q.Text); n > MaxQuote || !utf8.ValidString(q.Text) {
		t.Fatalf("%d characters: %q", n, q.Text)
	}
	depth := 0
	for _, r := range q.Text {
		switch r {
		case '\u202a', '\u202b', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068':
			depth++
		case '\u202c', '\u2069':
			depth--
		}
	}
	if depth != 0 {
		t.Fatalf("directions are not balanced: %q", q.Text)
	}
	p := &passage{lang: d.Lang, body: d.Body}
	if list := p.sentences(); q.Start > list[0].Start && dangling(d.Lang, own) && strings.ContainsFunc(own, unicode.IsSpace) {
		t.Fatalf("%q leans on what is not there: %q", q.Text, d.Body)
	}
	before, behind := unclosed(own)
	if before != 0 && !strings.HasPrefix(q.Text, snippet.Ellipsis) && strings.ContainsFunc(d.Body[:q.Start], func(r rune) bool { return pair(r, before) }) ||
		behind != 0 && !strings.HasSuffix(q.Text, snippet.Ellipsis) && strings.ContainsFunc(d.Body[q.End:], func(r rune) bool { return pair(behind, r) }) {
		t.Fatalf("a quotation within is cut and nothing tells: %q of %q", q.Text, d.Body)
	}
	for _, m := range q.Marks {
		if m.Start < 0 || m.End > len(q.Text) || m.Start >= m.End {
			t.Fatalf("mark %+v of %q", m, q.Text)
		}
	}
}

// Of two sentences that are nearly as good, the one that others agree with is quoted.
func TestAgree(t *testing.T) {
	var reports []Report
	for _, body := range []string{
		"Traders in Hajin complained on Friday about the price of bread and flour. Fighters of the SDF entered Hajin on Friday after heavy shelling at dawn.",
		"SDF fighters entered Hajin on Friday after heavy shelling that began at dawn.",
		"After heavy shelling at dawn the SDF entered Hajin with hundreds of fighters.",
		"Hajin was entered at dawn by SDF fighters after days of heavy shelling.",
	} {
		list := Keys(&news.Dispatch{Body: body, Lang: "en"}, nil, Wanted{Find: words("Hajin")}, 3)
		reports = append(reports, Report{Dispatch: news.Dispatch{Body: body}, Quote: list[0], More: list[1:]})
	}
	if q := reports[0].Quote.Text; !strings.HasPrefix(q, "Traders") {
		t.Fatalf("alone: %q", q)
	}
	Agree(reports)
	if r := reports[0]; !strings.HasPrefix(r.Quote.Text, "Fighters of the SDF") || len(r.More) != 1 || !strings.HasPrefix(r.More[0].Text, "Traders") {
		t.Errorf("among others: %+v", r)
	}
}

func report(source, day, text string) Report {
	at, _ := time.Parse("2006-01-02", day)
	return Report{Dispatch: news.Dispatch{ID: news.Origin{Kind: "test", Feed: source, Item: day + text}.ID(), Source: source, Published: at}, Quote: Quote{Text: text}}
}

func TestStories(t *testing.T) {
	stories := Stories([]Report{
		report("A", "2018-12-14", "SDF fighters entered the town of Hajin after weeks of fighting."),
		report("B", "2018-12-14", "A convoy of aid reached Rukban camp."),
		report("C", "2018-12-15", "After weeks of fighting SDF fighters entered Hajin town."),
		report("C", "2019-02-15", "After weeks of fighting SDF fighters entered Hajin town."),
		report("A", "", "A convoy with aid reached Rukban camp."),
	})
	if len(stories) != 3 {
		t.Fatalf("%d stories", len(stories))
	}
	Rank(stories)
	if got := stories[0].Sources; len(got) != 2 || len(stories[0].Reports) != 2 {
		t.Errorf("first: %+v", stories[0])
	}
	if last := stories[2]; len(last.Reports) != 1 || last.Newest().Month() != time.February {
		t.Errorf("last: %+v", last)
	}
}

// What a report is known to be of decides before its words; a text counts for who
// brought it first.
func TestKnownStories(t *testing.T) {
	known := func(r Report, story string, text *Report) Report {
		r.Story = story
		if text != nil {
			r.Text = text.Dispatch.ID
		}
		return r
	}
	first := known(report("A", "2018-12-14", "SDF fighters entered the town of Hajin after weeks of fighting."), "hajin", nil)
	copied := known(report("B", "2018-12-14", "Der Ort Hajin ist gefallen, sagen Ärzte."), "hajin", &first)
	other := known(report("C", "2018-12-15", "SDF fighters entered the town of Hajin after weeks of fighting."), "another", nil)
	late := known(report("D", "2018-12-30", "Families return."), "hajin", nil)
	took := known(report("E", "2018-12-14", "They were twelve."), "hajin", nil)
	took.Dispatch.Standing = news.Retracted
	unknown := report("F", "2018-12-15", "SDF fighters entered the town of Hajin after weeks.")
	stories := Stories([]Report{copied, first, other, late, took, unknown})
	if len(stories) != 3 {
		t.Fatalf("%d stories: %+v", len(stories), stories)
	}
	if n := len(stories[0].Reports); n != 3 || !slices.Equal(stories[0].Sources, []string{"A"}) {
		t.Errorf("%d reports by %v, want 3 by A alone: B passes on, E took it back", n, stories[0].Sources)
	}
	if n := len(stories[1].Reports); n != 2 {
		t.Errorf("%d reports of what has the words of the one that is not known, want 2", n)
	}
	if n := len(stories[2].Reports); n != 1 {
		t.Errorf("%d reports sixteen days later", n)
	}
}

// More sources come first, the newer of two alike first, and what is old enough gives
// way to one report of today.
func TestRankNews(t *testing.T) {
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
	story := func(name string, sources, reports int, age time.Duration) Story {
		s := Story{}
		for i := range reports {
			s.Reports = append(s.Reports, Report{Dispatch: news.Dispatch{Title: name, Published: now.Add(-age)}})
			if i < sources {
				s.Sources = append(s.Sources, string(rune('a'+i)))
			}
		}
		return s
	}
	day := 24 * time.Hour
	list := []Story{story("old", 1, 3, 6*day), story("one, today", 1, 1, 0), story("four sources", 4, 4, 2*day), story("one, yesterday", 1, 1, day), story("two, today", 1, 2, 0)}
	RankNews(list, now, 7*day/4)
	var got []string
	for _, s := range list {
		got = append(got, s.Reports[0].Dispatch.Title)
	}
	if want := "four sources; two, today; one, today; one, yesterday; old"; strings.Join(got, "; ") != want {
		t.Errorf("%s, want %s", strings.Join(got, "; "), want)
	}
}
