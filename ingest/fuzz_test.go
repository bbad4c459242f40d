package ingest

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"sitrep/news"
)

// fuzzReader feeds a format's reader whatever comes: it must not panic, and
// what it lets through must be a dispatch that can be filed.
func fuzzReader(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ds, refusals := read(t, name, text)
		if len(ds)+len(refusals) == 0 {
			t.Error("neither filed nor refused")
		}
		last := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, r := range refusals {
			if r.Line < 0 || r.Line > last {
				t.Errorf("refused at line %d of %d: %s", r.Line, last, r.Reason)
			}
		}
		for _, d := range ds {
			fileable(t, d)
		}
	})
}

func fileable(t *testing.T, d news.Dispatch) {
	t.Helper()
	if strings.TrimSpace(d.Title) == "" && strings.TrimSpace(d.Body) == "" {
		t.Errorf("an empty dispatch: %+v", d)
	}
	for _, s := range []string{d.Title, d.Body, d.Source, d.URL, d.Place} {
		wellFormed(t, s)
	}
	if strings.ContainsAny(d.Title+d.Source+d.URL+d.Place, "\n\t") {
		t.Errorf("more than a line: %+v", d)
	}
	if d.ID != d.Origin.ID() || d.Origin.IsZero() {
		t.Errorf("no identity: %+v", d)
	}
	if again := Language(d.Title, d.Body); again != Language(d.Title, d.Body) {
		t.Errorf("the language changes by itself: %+v", d)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
}

func FuzzText(f *testing.F) {
	fuzzReader(f, "x.txt", "", "Title\n\nBody", "\xef\xbb\xbf\r\n", "T\xef", "\x00", "a\u0301\x00\u0301\n\n\n ")
}

func FuzzMarkdown(f *testing.F) {
	fuzzReader(f, "x.md", "---\ntitle: a\npublished: 2018-12-29\n---\n# H\n\n* a\n* b\n", "---\n---\n", "---\na: &a [*a]\n---\nx", "<div>\n\n</div>", "a\\&amp;<br>b", "|a|\n|-|\n|b|", "```\nx", "---\ntitle: {a: b}\n---\n")
}

func FuzzHTML(f *testing.F) {
	fuzzReader(f, "x.html", page, "<p>", "<title>x", strings.Repeat("<div>", 600)+"x", "<meta charset=windows-1256>\xc7", `<script type="application/ld+json">[{"datePublished":1}]</script>a`, "<pre>\n a\n</pre><td>b")
}

func FuzzJSON(f *testing.F) {
	fuzzReader(f, "x.json", `{"title":"a"}`, `[{"title":"a"},{"id":5,"body":"b"},]`, `[[{}]]`, `{"a":`, "\xef\xbb\xbf[]", `{"title":"\ud800"}`, `{"title":"a","origin":{"kind":"record","feed":"x"}} 5`, "[{\"title\":\"a\"}\n{}]", "]", `{"Title":"a","TITLE":5}`)
}

func FuzzNDJSON(f *testing.F) {
	fuzzReader(f, "x.ndjson", "{\"title\":\"a\"}\n{}\n\n{\"title\":5}\nnull\n", "\xef\xbb\xbf{\"body\":\"b\"}", "\xff\xfe{", "{\"title\":\"a\",\"published\":\"0000-01-01T00:00:00+23:00\"}", `{"id":-0.5e7,"title":"x","url":"http://[::1"}`)
}

func FuzzCSV(f *testing.F) {
	fuzzReader(f, "x.csv", "title,body\na,b\n", "id;title\n1;\"a\nb\"\n", "title\n\"a", "body\tid\nx\ty", "title\n\n\na\"b\nc", "\xef\xbb\xbftitle\n\xef\n", "title,title\n")
}

func FuzzMail(f *testing.F) {
	fuzzReader(f, "x.eml", mailText+"\r\nBody", mailText+"Content-Type: text/html\r\n\r\n<p>x", "From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n", "From: =?x?q?=FF?=\n\n\xff", "Date: x\nContent-Type: ;;=\n\nb", "From: a\nContent-Type: multipart/mixed\n\nb")
}

func FuzzGzip(f *testing.F) {
	f.Add([]byte(gz(f, "{\"title\":\"a\"}\n{\"title\":\"b\"}\n")))
	f.Add([]byte(gz(f, "")))
	f.Add([]byte(gzipMagic))
	f.Fuzz(func(t *testing.T, packed []byte) {
		raw := &rawReader{ctx: t.Context(), r: strings.NewReader(string(packed)), tell: func(int) {}}
		in := &input{shown: "x.ndjson.gz", stem: "x", format: formats[".ndjson"], r: io.LimitReader(&gzipReader{raw: raw}, 1<<20), limit: 1 << 20}
		k := &kept{in: in}
		if err := in.format.read(in, k); err != nil {
			t.Fatal(err)
		}
		if len(k.ds)+len(k.refusals) == 0 {
			t.Error("neither filed nor refused")
		}
	})
}

// Whatever text a record carries, it arrives verbatim up to the cleaning, and
// as JSON, as CSV and through an export it is the same.
func FuzzBodyIsVerbatim(f *testing.F) {
	for _, s := range []string{"a", "“The last  big” group,\r\n\r\n\r\nbetween Homs", "a,\"b\"\n;c", "</script>\\u0041\u2028", "البادية\u200f", "e\u0301", " \x00"} {
		f.Add("title", s)
	}
	f.Fuzz(func(t *testing.T, title, body string) {
		if !utf8.ValidString(title) || !utf8.ValidString(body) {
			return
		}
		line, err := json.Marshal(map[string]string{"id": "1", "title": title, "body": body})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"x.ndjson", "x.json"} {
			ds, refusals := read(t, name, string(line))
			if Clean(body) == "" && cleanLine(title) == "" {
				if len(ds) > 0 || len(refusals) != 1 {
					t.Errorf("%s: %d filed of nothing", name, len(ds))
				}
				continue
			}
			if len(ds) != 1 || ds[0].Body != Clean(body) || ds[0].Title != cleanLine(title) {
				t.Errorf("%s: filed %+v, %v, want %q", name, ds, refusals, Clean(body))
				continue
			}
			export, err := json.Marshal(ds[0])
			if err != nil {
				t.Fatal(err)
			}
			back, refusals := read(t, "export.ndjson", string(export))
			if len(back) != 1 || !back[0].SameText(&ds[0]) || back[0].ID != ds[0].ID {
				t.Errorf("export: %+v, %v, want %+v", back, refusals, ds)
			}
		}
	})
}
