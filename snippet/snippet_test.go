package snippet

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// find gives the spans of words in a text, as an index would.
func find(text string, words ...string) (spans []Span) {
	for term, w := range words {
		for at := 0; ; {
			i := strings.Index(text[at:], w)
			if i < 0 || w == "" {
				break
			}
			spans = append(spans, Span{at + i, at + i + len(w), term})
			at += i + len(w)
		}
	}
	return spans
}

// shown writes a snippet with its marks in brackets.
func shown(s Snippet) string {
	var b strings.Builder
	at := 0
	for _, m := range s.Marks {
		b.WriteString(s.Text[at:m.Start] + "[" + s.Text[m.Start:m.End] + "]")
		at = m.End
	}
	return b.String() + s.Text[at:]
}

func TestBest(t *testing.T) {
	const news = "The week was quiet in the north. Shelling went on in the south, and families left. " +
		"The last big group sits in the Badia desert, between Homs and Deir Ezzor, where it holds out. Aid reached the camp on Sunday. Nothing else is known."
	for _, c := range []struct {
		name, text string
		words      []string
		n          int
		want       string
	}{
		{"whole", "Short and whole.", []string{"whole"}, 80, "Short and [whole]."},
		{"no match", news, nil, 60, "The week was quiet in the north. Shelling went on in the…"},
		{"a sentence", news, []string{"Badia"}, 120, "The last big group sits in the [Badia] desert, between Homs and Deir Ezzor, where it holds out."},
		{"two terms beat one twice", news + " Badia. Badia.", []string{"Badia", "camp"}, 150, "…in the [Badia] desert, between Homs and Deir Ezzor, where it holds out. Aid reached the [camp] on Sunday. Nothing else is known. [Badia]. [Badia]."},
		{"the end", news, []string{"known"}, 50, "Nothing else is [known]."},
		{"a paragraph ends", "First line of it\n\nSecond line has the word in it and goes on for long enough to be cut", []string{"word"}, 50, "Second line has the [word] in it…"},
		{"before a clause", "The convoy of the Red Crescent reached the camp and unloaded flour there", []string{"convoy"}, 54, "The [convoy] of the Red Crescent reached the camp…"},
		{"before a clause, Arabic", "وصلت قافلة الهلال الأحمر إلى مخيم الركبان حيث أفرغت حمولة الطحين كلها", []string{"قافلة"}, 56, "وصلت [قافلة] الهلال الأحمر إلى مخيم الركبان…"},
		{"a number is no clause", "It cost 1,204,000 pounds in " + strings.Repeat("x", 60), []string{"cost"}, 22, "It [cost] 1,204,000…"},
		{"Chinese", strings.Repeat("当地居民表示东部街区已经停水十天", 10) + "港口发生爆炸。" + strings.Repeat("救援人员赶到现场", 10), []string{"爆炸"}, 40,
			"…当地居民表示东部街区已经停水十天港口发生[爆炸]。"},
		{"Thai", strings.Repeat("ทหารสามนายเสียชีวิต", 12) + "หมู่บ้าน" + strings.Repeat("ใกล้ชายแดน", 12), []string{"หมู่บ้าน"}, 40,
			""},
		{"Arabic with points and lengthening", strings.Repeat("كلمة أخرى ", 30) + "وَصَلَتِ القـــافِلَةُ إلى الحدود " + strings.Repeat("بعد ذلك ", 30), []string{"القـــاف"}, 60, ""},
		{"inside an Arabic word", "قال إن والبادية هادئة", []string{"البادية"}, 60, "قال إن [والبادية] هادئة"},
		{"Hebrew points", "אמר שָׁלוֹם ובַיִת", []string{"שָׁל"}, 60, ""},
		{"Devanagari", "यह क्षेत्र शांत है", []string{"क्"}, 60, "यह [क्षे]त्र शांत है"},
		{"a family", "the 👩‍👩‍👧‍👦 of four", []string{"👩"}, 60, "the [👩‍👩‍👧‍👦] of four"},
		{"flags", "🇸🇾🇮🇶🇯🇴", []string{"🇮"}, 60, "🇸🇾[🇮🇶]🇯🇴"},
		{"a mark of its own", "cafe\u0301 ole\u0301", []string{"cafe"}, 60, "[cafe\u0301] ole\u0301"},
		{"overlapping", "Deir ez-Zor city", []string{"Deir ez-Zor", "Zor", "Zor city"}, 60, "[Deir ez-Zor city]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := Best(c.text, find(c.text, c.words...), c.n)
			check(t, c.text, s, c.n)
			if got := shown(s); c.want != "" && got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if len(c.words) > 0 && len(s.Marks) == 0 {
				t.Errorf("nothing is marked in %q", s.Text)
			}
		})
	}
}

// Direction controls whose partner was cut off do not reach a door.
func TestBestIsBalanced(t *testing.T) {
	long := strings.Repeat("word ", 40)
	for name, text := range map[string]string{
		"the end is cut off":    "He said \u202eevil target " + long + "\u202c done",
		"the beginning is":      "\u2067" + long + "target\u2069 and then " + long,
		"never ended":           "a \u202dtarget b",
		"ended twice":           "a \u202c\u2069target b",
		"ended by another":      "a \u2066 b \u202e c \u2069 target",
		"whole and in order":    "a \u2067target\u2069 b",
		"nothing but controls":  strings.Repeat("\u202e", 500),
		"between every letter":  strings.Repeat("\u202ea\u2069", 300),
		"nested and never ends": strings.Repeat("\u2066x", 150) + "target" + strings.Repeat("\u2069", 100),
	} {
		t.Run(name, func(t *testing.T) {
			s := Best(text, find(text, "target"), 80)
			check(t, text, s, 80)
			if strings.Contains(text, "target") && !strings.Contains(s.Text, "target") {
				t.Errorf("%q does not show what was found", s.Text)
			}
		})
	}
	if s := Best("a \u2067target\u2069 b", nil, 80); s.Text != "a \u2067target\u2069 b" {
		t.Errorf("a pair in order became %q", s.Text)
	}
}

var breaks = regexp.MustCompile(`\r\n|[\r\n]`)

// check holds what is true of every snippet.
func check(t testing.TB, text string, s Snippet, n int) {
	t.Helper()
	fail := func(why string) {
		t.Helper()
		t.Fatalf("%s: %q (%d to %d) of %q, at most %d", why, s.Text, s.Start, s.End, text, n)
	}
	if !utf8.ValidString(text) {
		return
	}
	if !utf8.ValidString(s.Text) {
		fail("not UTF-8")
	}
	if utf8.RuneCountInString(s.Text) > max(n, 2) {
		fail("too long")
	}
	edges := map[int]bool{0: true}
	for g := graphemes.FromString(text); g.Next(); {
		edges[g.End()] = true
	}
	if !edges[s.Start] || !edges[s.End] {
		fail("a character is cut")
	}
	body := s.Text
	if s.Lead {
		body = strings.TrimPrefix(body, Ellipsis)
	}
	if s.Tail {
		body = strings.TrimSuffix(body, Ellipsis)
	}
	if !s.Lead && !sentenceBefore(text, s.Start) || !s.Tail && !blank(text[s.End:]) && !sentenceAfter(text, s.End) {
		fail("a sentence is cut and nothing tells")
	}
	same := func(s string) string {
		return breaks.ReplaceAllStringFunc(s, func(b string) string { return strings.Repeat(" ", len(b)) })
	}
	if same(text[s.Start:s.End]) != body {
		fail("not verbatim")
	}
	if len(unpaired(body)) > 0 {
		fail("directions are not balanced")
	}
	last, shift := 0, s.Start
	if s.Lead {
		shift -= len(Ellipsis)
	}
	for _, m := range s.Marks {
		if m.Start < last || m.Start >= m.End || m.End > len(s.Text) || !edges[m.Start+shift] || !edges[m.End+shift] {
			fail("marks out of order, or inside a character")
		}
		last = m.End
	}
}

func FuzzBest(f *testing.F) {
	for _, text := range []string{
		"One. Two, three and four.\nFive", strings.Repeat("كلمة ", 100), "İ İ i̇stanbul", "爆発で三人死亡、トラックが炎上した。", "ทหารสามนายเสียชีวิต",
		"👩‍👩‍👧‍👦🇸🇾🇮🇶👍🏽", "a\u0301\u0301\u0301 \u0301b", "\u202ea\u2069\u2066b", "\r\n\r\n\r\n a \u0600 b", "क्षेत्र", "각각ᄀ\u1161\u11a8", "\u0600\u0600a", "ำ ำำ", "\xff\xfe",
	} {
		f.Add(text, "a", "كلمة", uint16(10), uint16(3))
		f.Add(text, "三", "سه", uint16(40), uint16(0))
	}
	f.Fuzz(func(t *testing.T, text, one, other string, n, at uint16) {
		spans := find(text, one, other)
		spans = append(spans, Span{int(at), int(at) + int(n)%7, 2}, Span{int(at) / 2, int(at), 3})
		if len(text) > 0 { // also places inside characters
			spans = append(spans, Span{int(at) % len(text), int(at)%len(text) + 1, 4})
		}
		limit := int(n)%400 + 1
		s := Best(text, spans, limit)
		check(t, text, s, limit)
		if again := Best(text, spans, limit); again.Text != s.Text || !slices.Equal(again.Marks, s.Marks) {
			t.Fatalf("%q and %q", s.Text, again.Text)
		}
		if strings.TrimFunc(text, unicode.IsSpace) != "" && utf8.ValidString(text) && utf8.RuneCountInString(text) <= limit && len(unpaired(text)) == 0 && s.Start != s.End &&
			strings.TrimSpace(text[:s.Start]+text[s.End:]) != "" {
			t.Fatalf("%q of %q, which fits whole", s.Text, text)
		}
	})
}

// A text of 600 KB takes as long, for its length, as a short one, whatever it is made of.
func TestBestIsLinear(t *testing.T) {
	for name, piece := range map[string]string{
		"words": "word and ", "no space": "x", "matches": "a", "emoji": "👩‍👩‍👧", "flags": "🇸🇾", "marks": "\u0301", "Arabic": "كلمة", "Thai": "ทหาร", "Devanagari": "क्षे", "Hangul": "각",
		"controls": "\u202e\u2066", "lines": "\n", "dots": ". ", "commas": ",", "jamo": "\u1100\u1161", "prepended": "\u0600",
	} {
		text := strings.Repeat(piece, 600<<10/len(piece))
		var spans []Span
		for i := 0; i < len(text); i += len(piece) {
			spans = append(spans, Span{i, i + len(piece), i % 7})
		}
		start := time.Now()
		s := Best(text, spans, 320)
		took := time.Since(start)
		check(t, text, s, 320)
		t.Logf("%s: %v", name, took.Round(time.Microsecond))
		if took > 2*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

func BenchmarkBest(b *testing.B) {
	for name, c := range map[string]struct{ text, word string }{
		"en":  {strings.Repeat("Fighters entered the town on Friday after weeks of heavy shelling, residents and local officials said. ", 18) + "Hajin fell.", "Hajin"},
		"ar":  {strings.Repeat("دخل المقاتلون البلدة يوم الجمعة بعد أسابيع من القصف العنيف كما قال السكان والمسؤولون المحليون. ", 19) + "سقطت هجين.", "هجين"},
		"cjk": {strings.Repeat("爆発で三人死亡、トラックが炎上した。当地居民表示，东部街区已经停水十天。", 10) + "港口。", "港口"},
		"hi":  {strings.Repeat("गाँव के पास घात लगाकर किए गए हमले में तीन सैनिक मारे गए और कई घायल हुए। ", 18) + "दमिश्क में", "दमिश्क"},
	} {
		spans := find(c.text, c.word)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Best(c.text, spans, 320)
			}
		})
	}
}
