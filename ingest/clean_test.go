package ingest

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"line ends", "a\r\nb\rc\n", "a\nb\nc"},
		{"empty lines", "\n\n a\n \n\t\n\nb\n\n", " a\n\nb"},
		{"trailing spaces", "a  \t\nb\u00a0\n", "a\nb"},
		{"control characters", "a\x00b\x07c\x1b[31m\x7f\u0090d", "abc[31md"},
		{"what parts words goes on doing so", "a\fb\vc\x1fd\u0085e\u2028f", "a\nb\nc d\ne\nf"},
		{"tabs inside", "a\tb", "a\tb"},
		{"composed form", "Cafe\u0301", "Café"},
		{"Arabic with joiners stays", "می\u200cخواهم", "می\u200cخواهم"},
		{"verbatim", "“The last  big”—Daesh (group)!", "“The last  big”—Daesh (group)!"},
		{"invalid bytes", "a\xffb", "a\uFFFDb"},
		{"nothing", " \n\x00\n", ""},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "a\r\n\r\n\r\nb", "e\u0301\x00\u0301", " \u0301", "\u1100\x00\u1161", strings.Repeat("a\u0300\u0315", 40), "\xff\xfe"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Clean(s)
		if again := Clean(got); again != got {
			t.Errorf("not stable: %q, then %q", got, again)
		}
		wellFormed(t, got)
	})
}

// wellFormed fails where a text is not in the form that Clean promises.
func wellFormed(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not UTF-8: %q", s)
	}
	if strings.Contains(s, "\n\n\n") || strings.HasPrefix(s, "\n") || strings.HasSuffix(s, "\n") {
		t.Errorf("empty lines: %q", s)
	}
	for line := range strings.SplitSeq(s, "\n") {
		if strings.TrimRightFunc(line, unicode.IsSpace) != line {
			t.Errorf("spaces at the end of a line: %q", s)
		}
	}
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			t.Errorf("control character %U: %q", r, s)
		}
	}
}

func TestNotUTF8(t *testing.T) {
	for _, c := range []struct {
		in   string
		line int
		want string
	}{
		{"T\xeft\n", 1, "not UTF-8: byte 0xEF at line 1: save it as UTF-8"},
		{"a\nb\n\xff", 3, "not UTF-8: byte 0xFF at line 3: save it as UTF-8"},
		{"\xff\xfeT\x00i\x00", 1, "UTF-16, not UTF-8: save it as UTF-8"},
		{"\xfe\xff\x00T", 1, "UTF-16, not UTF-8: save it as UTF-8"},
		{"T\x00i\x00t\x00l\x00e\x00", 1, "UTF-16 or not a text at all, not UTF-8: save it as UTF-8"},
		{"\xef\xbb\xbfTitle", 0, ""},
		{"كلمة", 0, ""},
	} {
		if line, why := notUTF8([]byte(c.in), 1); line != c.line || why != c.want {
			t.Errorf("notUTF8(%q) = %d, %q, want %d, %q", c.in, line, why, c.line, c.want)
		}
	}
}

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"The last big Daesh group in Syria is located in the Badia desert, between Homs and Deir Ezzor.", "en"},
		{"البادية هادئة", "ar"},
		{"انفجار عبوة ناسفة في مدينة دير الزور", "ar"},
		{"Suriye'de patlama oldu, üç kişi öldü ve beş kişi yaralandı", "tr"},
		{"حمله موشکی به پایگاه نظامی در شرق سوریه چند کشته و زخمی بر جای گذاشت، گزارش‌ها می‌گویند", "fa"},
		{"Взрыв прогремел сегодня утром в городе Алеппо, есть погибшие и раненые, сообщили местные жители", "ru"},
		{"Une explosion a fait plusieurs morts et des blessés dans la ville de Deir ez-Zor, selon des sources locales", "fr"},
		{"폭발이 일어났다", "ko"},
		{"ISIS", ""},
		{"爆発", "ja"},
		{"2018-12-29 33.5, 40.1", ""},
		{"", ""},
	} {
		if got := Language("", c.text); got != c.want {
			t.Errorf("Language(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	for in, want := range map[string]string{"en-GB": "en", "EN": "en", "ara": "ar", "zh-Hant": "zh", "English": "", "und": "", "": ""} {
		if got := normalLang(in); got != want {
			t.Errorf("normalLang(%q) = %q, want %q", in, got, want)
		}
	}
}
