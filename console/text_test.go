package console

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sitrep/commands"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"plain", "Deir Ezzor", "Deir Ezzor"},
		{"override", "safe\u202Egnp.exe", "safegnp.exe"},
		{"isolates", "a\u2066b\u2069c\u2068d", "abcd"},
		{"marks of direction", "a\u200Eb\u200Fc\u061Cd", "abcd"},
		{"zero width", "H\u200Bajin\uFEFF\u2060", "Hajin"},
		{"soft hyphen", "Pal\u00ADmyra", "Palmyra"},
		{"tags", "x\U000E0041\U000E0042y", "xy"},
		{"ZWNJ inside a word stays", "می\u200Cخواهم", "می\u200Cخواهم"},
		{"ZWNJ at the edge goes", "\u200Cab\u200C c\u200D", "ab c"},
		{"emoji sequence stays", "👩\u200D🚒", "👩\u200D🚒"},
		{"Arabic number sign stays", "\u0600١٢", "\u0600١٢"},
		{"controls", "a\x00b\x1b[31mc\u0085d", "ab[31mc\nd"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"broken UTF-8", "a\xffb", "a\uFFFDb"},
		{"NFC", "e\u0301", "é"},
		{"piled accents", "z" + strings.Repeat("\u0300", 40), "z" + strings.Repeat("\u0300", maxAccents)},
		{"vowelled Arabic", "مُحَمَّدٌ", "مُحَمَّدٌ"},
	} {
		if got := clean(tt.in); got != tt.want {
			t.Errorf("%s: clean(%+q) = %+q, want %+q", tt.name, tt.in, got, tt.want)
		}
	}
}

func TestParagraphs(t *testing.T) {
	type M = [2]int
	for _, tt := range []struct {
		name, text string
		marks      []M
		want       []paragraph
	}{
		{"none", "", nil, nil},
		{"blank", " \n\n ", nil, nil},
		{"two", "one\ntwo\n\n\n three ", nil, []paragraph{{{Text: "one\ntwo"}}, {{Text: "three"}}}},
		{"a mark", "in Badia now", []M{{3, 8}}, []paragraph{{{Text: "in "}, {Text: "Badia", Mark: true}, {Text: " now"}}}},
		{"over the gap", "ab\n\ncd", []M{{1, 5}}, []paragraph{{{Text: "a"}, {Text: "b", Mark: true}}, {{Text: "c", Mark: true}, {Text: "d"}}}},
		{"overlap, order, beyond", "abcdef", []M{{4, 99}, {0, 2}, {1, 3}, {5, 2}, {-3, 1}},
			[]paragraph{{{Text: "abc", Mark: true}, {Text: "d"}, {Text: "ef", Mark: true}}}},
		{"within a character", "بب", []M{{1, 3}}, []paragraph{{{Text: "بب"}}}},
		{"half a character more", "بب", []M{{0, 3}}, []paragraph{{{Text: "ب", Mark: true}, {Text: "ب"}}}},
	} {
		var marks []commands.Mark
		for _, m := range tt.marks {
			marks = append(marks, commands.Mark{Start: m[0], End: m[1]})
		}
		if diff := cmp.Diff(tt.want, paragraphs(tt.text, marks)); diff != "" {
			t.Errorf("%s: -want +got\n%s", tt.name, diff)
		}
	}
}

func TestRightToLeft(t *testing.T) {
	for s, want := range map[string]bool{"": false, "12.5": false, "Badia": false, "البادية": true, "«12» تدمر and Homs": true, "(1) Homs تدمر": false, "שלום": true} {
		if got := rightToLeft(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestLinkTo(t *testing.T) {
	for _, tt := range []struct{ in, url, host string }{
		{"https://www.example.org/a?b=c#d", "https://www.example.org/a?b=c#d", "example.org"},
		{"HTTP://Example.ORG:8080/x", "http://example.org:8080/x", "example.org"},
		{"https://أخبار.example/77", "https://xn--igbicxr.example/77", "xn--igbicxr.example"},
		{"https://аррӏе.com/", "https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"},
		{"http://[2001:db8::1]:80/", "http://[2001:db8::1]:80/", "2001:db8::1"},
		{"http://192.0.2.7/", "http://192.0.2.7/", "192.0.2.7"},
		{in: ""},
		{in: "javascript:alert(1)"},
		{in: "JaVaScRiPt://example.org/%0aalert(1)"},
		{in: "java\tscript:alert(1)"},
		{in: "data:text/html,<script>alert(1)</script>"},
		{in: "vbscript:x"},
		{in: "file:///etc/passwd"},
		{in: "ftp://example.org/"},
		{in: "//example.org/"},
		{in: "/v1/ask"},
		{in: "https://"},
		{in: "https:///path"},
		{in: "https://bank.example@evil.example/"},
		{in: "https://user:pw@evil.example/"},
		{in: "https://example.org\\@evil.example/"},
		{in: "https://exa mple.org/"},
		{in: "https://example.org/\u202Egnp.exe"},
		{in: "https://example.org/\u200B"},
		{in: "https://example.org:port/"},
		{in: "https://\"><script>/"},
		{in: "https://%65xample.org/\x00"},
	} {
		got := linkTo(tt.in)
		if tt.url == "" {
			if got != nil {
				t.Errorf("linkTo(%q) = %+v, want none", tt.in, *got)
			}
			continue
		}
		if got == nil || got.URL != tt.url || got.Host != tt.host {
			t.Errorf("linkTo(%q) = %+v, want %s shown as %s", tt.in, got, tt.url, tt.host)
		}
	}
}

func FuzzParagraphs(f *testing.F) {
	f.Add("in Badia now\n\nالبادية", 3, 8, 5, 40)
	f.Add("a\xff\u202Eb\r\n\r\nc", -1, 2, 9, 3)
	f.Fuzz(func(t *testing.T, text string, a, b, c, d int) {
		ps := paragraphs(text, []commands.Mark{{Start: a, End: b}, {Start: c, End: d}})
		var all strings.Builder
		for _, p := range ps {
			for i, piece := range p {
				if piece.Text == "" || !utf8.ValidString(piece.Text) {
					t.Fatalf("piece %d is %q", i, piece.Text)
				}
				all.WriteString(piece.Text)
			}
		}
		for _, r := range all.String() {
			if unicode.Is(hidden, r) || unicode.IsControl(r) && r != '\n' && r != '\t' {
				t.Fatalf("%+q is shown", r)
			}
		}
		// Highlighting loses no letter.
		letters := func(s string) string {
			return strings.Map(func(r rune) rune {
				if unicode.IsLetter(r) && !unicode.Is(hidden, r) {
					return r
				}
				return -1
			}, s)
		}
		if utf8.ValidString(text) && isASCII(text) && letters(text) != letters(all.String()) {
			t.Fatalf("%q became %q", text, all.String())
		}
	})
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func FuzzLinkTo(f *testing.F) {
	for _, s := range []string{"https://www.example.org/a?b=c#d", "javascript:alert(1)", "https://a@b/", "http://[::1%25eth0]/", "https://أخبار.example/"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := linkTo(s)
		if l == nil {
			return
		}
		if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") {
			t.Fatalf("%q → %q", s, l.URL)
		}
		if l.Host == "" || !isASCII(l.Host) || strings.ContainsAny(l.Host, " @/\\\"'<>") {
			t.Fatalf("%q shows %q", s, l.Host)
		}
		if !strings.Contains(l.URL, l.Host) {
			t.Fatalf("%q goes to %q and shows %q", s, l.URL, l.Host)
		}
	})
}
