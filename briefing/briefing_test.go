package briefing

import (
	"slices"
	"strings"
	"testing"
	"time"
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
		for _, s := range Sentences(in) {
			got = append(got, in[s.Start:s.End])
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q: %s", in, d)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add("One. Two.\nThree")
	f.Add("Mr.")
	f.Add("a\n\n\nb\r\nc. \xff d")
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, p := range Sentences(s) {
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
	if q, _ := Key(d, nil, Wanted{Find: words("holds")}); q.Text != "It holds out there." || q.Text[q.Marks[0].Start:q.Marks[0].End] != "holds" {
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

// Whatever the text, a quotation is verbatim up to white space and the ellipsis
// at its cut.
func FuzzKey(f *testing.F) {
	f.Add("One. Two, three and four.\nFive", "two")
	f.Add(strings.Repeat("كلمة ", 200), "كلمة")
	f.Add("İ İ İ. i̇stanbul", "i")
	f.Fuzz(func(t *testing.T, body, word string) {
		if !utf8.ValidString(body) {
			return
		}
		d := &news.Dispatch{Body: body}
		q, ok := Key(d, nil, Wanted{Find: words(word)})
		if !ok {
			return
		}
		squash := func(s string) string { return strings.Join(strings.Fields(s), " ") }
		said := squash(q.Text)
		bare := func(s string) bool { return strings.Contains(squash(body), strings.TrimSpace(s)) }
		if !bare(said) && !bare(strings.TrimSuffix(said, "…")) && !bare(strings.TrimPrefix(said, "…")) && !bare(strings.TrimSuffix(strings.TrimPrefix(said, "…"), "…")) {
			t.Fatalf("%q is not in %q", q.Text, body)
		}
		if n := utf8.RuneCountInString(q.Text); n > MaxQuote || !utf8.ValidString(q.Text) {
			t.Fatalf("%d characters: %q", n, q.Text)
		}
		for _, m := range q.Marks {
			if m.Start < 0 || m.End > len(q.Text) || m.Start >= m.End {
				t.Fatalf("mark %+v of %q", m, q.Text)
			}
		}
	})
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
