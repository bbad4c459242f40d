package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sitrep/news"
)

// only compares what the file says, not what is derived from it.
var only = cmpopts.IgnoreFields(news.Dispatch{}, "ID", "Origin")

func day(y int, m time.Month, d, h, min int) time.Time {
	return time.Date(y, m, d, h, min, 0, 0, time.UTC)
}

const page = `<!DOCTYPE html><html lang="en"><head><title>Convoy hit - Desert Post</title>
<link rel="canonical" href="https://www.desert.example/2018/12/convoy?id=7">
<meta property="og:site_name" content="The Desert Post"><meta property="og:title" content="Convoy hit near Sukhnah">
<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},{"@type":"NewsArticle","datePublished":"2018-12-29T10:00:00+0200"}]}</script>
<style>p { color: red }</style></head><body>
<nav><a href="/">Home</a> <a href="/syria">Syria</a> <a href="/subscribe">Subscribe now</a></nav>
<article><h1>Convoy hit near Sukhnah</h1>
<p>A convoy was hit on the road between <a href="/p">Palmyra</a> and&nbsp;Sukhnah on Saturday, two
drivers told the Desert Post, and the road has been closed since then for all but military traffic.</p>
<p>The army spoke of &ldquo;isolated remnants&rdquo; in the Badia; residents, however, said that the attacks had grown more frequent over the past weeks.</p>
<p>Nobody has claimed the attack, which is the third on this road within a month, according to local monitors in the area.</p></article>
<footer>Copyright, all rights reserved. <a href="/imprint">Imprint</a></footer></body></html>`

const mailText = "From: =?utf-8?q?Desk_=E2=80=93_Hasakah?= <desk@example.org>\r\nTo: all@example.org\r\nSubject: =?utf-8?b?2KfZhNio2KfYr9mK2Kk=?= today\r\n" +
	"Date: Sat, 29 Dec 2018 12:30:00 +0300\r\nMessage-ID: <abc.1@example.org>\r\n"

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		want             news.Dispatch
	}{
		{"text", "dispatch.txt", "\xef\xbb\xbf\r\nThe title \r\n\r\nFirst  paragraph.\r\n\r\n\r\nSecond.\r\n",
			news.Dispatch{Title: "The title", Body: "First  paragraph.\n\nSecond.", Lang: "en", Source: "dispatch"}},
		{"text without an empty line", "a.b.txt", "Title\nbody", news.Dispatch{Title: "Title", Body: "body", Source: "a.b"}},
		{"text of one line is quotable", "note.TXT", "Convoy seen.\n", news.Dispatch{Body: "Convoy seen.", Source: "note"}},
		{"text that begins with a long paragraph", "note.txt", strings.Repeat("long ", 80) + "\nb",
			news.Dispatch{Body: strings.TrimSpace(strings.Repeat("long ", 80)) + "\nb", Source: "note"}},
		{"markdown", "x.md", "---\ntitle: \"Quiet\"\nsource: SANA\nurl: https://sana.sy/1\npublished: 2018-12-29\nlang: en\nplace: Badia\nother: [1]\n---\n" +
			"# Heading\n\nSome **bold** text with a [link](http://x.y/z)\nand `code`.\n\n* one\n* two\n\n3. three\n4. four\n\n> quoted \\*stars\\* &amp; more\n\n```\nkept  as it is\n```\n\n| a | b |\n|---|---|\n| c | d |\n",
			news.Dispatch{Title: "Quiet", Source: "SANA", URL: "https://sana.sy/1", Published: day(2018, 12, 29, 0, 0), Lang: "en", Place: "Badia",
				Body: "Heading\n\nSome bold text with a link and code.\n\none\ntwo\n\n3. three\n4. four\n\nquoted *stars* & more\n\nkept  as it is\n\na\tb\nc\td"}},
		{"markdown without front matter", "x.md", "# A heading\n\nText<br>more &copy; 2018\n\n<div>block</div>\n",
			news.Dispatch{Title: "A heading", Body: "Text\nmore © 2018\n\nblock", Source: "x"}},
		{"page", "saved.html", page, news.Dispatch{Title: "Convoy hit near Sukhnah", Source: "The Desert Post", URL: "https://www.desert.example/2018/12/convoy?id=7",
			Published: day(2018, 12, 29, 8, 0), Lang: "en",
			Body: "A convoy was hit on the road between Palmyra and Sukhnah on Saturday, two drivers told the Desert Post, and the road has been closed since then for all but military traffic.\n\n" +
				"The army spoke of “isolated remnants” in the Badia; residents, however, said that the attacks had grown more frequent over the past weeks.\n\n" +
				"Nobody has claimed the attack, which is the third on this road within a month, according to local monitors in the area."}},
		{"short page", "p.htm", "<title>T</title><p>One.<p>Two<br>three<table><tr><td>a<td>b</table>",
			news.Dispatch{Title: "T", Body: "One.\n\nTwo\nthree\n\na\tb", Lang: "en", Source: "p"}},
		{"page that names its old encoding", "p.html", "<meta charset=windows-1256><title>T</title><p>\xc7\xe1\xc8\xc7\xcf\xed\xc9 \xe5\xc7\xcf\xc6\xc9", news.Dispatch{Title: "T", Body: "البادية هادئة", Lang: "ar", Source: "p"}},
		{"object", "x.json", `{"id": 7, "title": "T", "body": "b\r\n\u0041", "published": "2018-12-29T12:00:00.5+03:00", "lang": null, "unknown": {"a": [1]}}`,
			news.Dispatch{Title: "T", Body: "b\nA", Source: "x", Published: day(2018, 12, 29, 9, 0).Add(500 * time.Millisecond)}},
		{"csv", "x.csv", "\xef\xbb\xbfID,Title, body ,comment,published,place\n1,T,\"a \"\"quoted\"\" cell,\r\nof two lines\",c,2018-12-29,Mayadin\n",
			news.Dispatch{Title: "T", Body: "a \"quoted\" cell,\nof two lines", Lang: "en", Source: "x", Published: day(2018, 12, 29, 0, 0), Place: "Mayadin"}},
		{"csv of a German Excel", "x.csv", "title;body\nT;\"a, b\"\n", news.Dispatch{Title: "T", Body: "a, b", Source: "x"}},
		{"mail", "x.eml", mailText + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nThe road is =C2=ABclosed=C2=BB.\r\n\r\nMore to fol=\r\nlow.\r\n",
			news.Dispatch{Title: "البادية today", Body: "The road is «closed».\n\nMore to follow.", Lang: "en", Source: "Desk – Hasakah", Published: day(2018, 12, 29, 9, 30)}},
		{"mail in HTML", "x.eml", mailText + "Content-Type: text/html; charset=iso-8859-1\r\n\r\n<style>x</style><p>The caf\xe9 <b>is</b> closed.</p><p>Twice.</p>",
			news.Dispatch{Title: "البادية today", Body: "The café is closed.\n\nTwice.", Lang: "en", Source: "Desk – Hasakah", Published: day(2018, 12, 29, 9, 30)}},
		{"mail that names no encoding", "x.eml", "From: a@b.c\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nCafé\n--x\nContent-Type: text/plain; charset=US-ASCII\n\nالبادية\n--x--\n", news.Dispatch{Body: "Café\n\nالبادية", Lang: "ar", Source: "a@b.c"}},
		{"mail without a date", "x.eml", "From: a@b.c\nDate: yesterday\nSubject: S\n\nBody.\n", news.Dispatch{Title: "S", Body: "Body.", Source: "a@b.c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			ds, refusals := read(t, c.file, c.text)
			if len(refusals) > 0 || len(ds) != 1 {
				t.Fatalf("%d dispatches, refusals %v", len(ds), refusals)
			}
			if d := cmp.Diff(c.want, ds[0], only); d != "" {
				t.Error(d)
			}
		})
	}
}

// A file of several records, some of which are wrong: each has its line and reason.
func TestRecordRefusals(t *testing.T) {
	s := openLog(t)
	for _, c := range []struct {
		name, file, text string
		titles           string
		refusals         []string
	}{
		{"line 7 is cut", "seven.ndjson", strings.Repeat(`{"title":"a","body":"b"}`+"\n", 6) + "{\"title\": \n", "a a a a a a", []string{"seven.ndjson:7: wrong JSON: it ends in the middle"}},
		{"wrong types", "x.jsonl", `{"title":5}` + "\n" + `{"title":"ok","id":[1]}` + "\n\n" + `{"title":"ok","origin":"x"}` + "\n[1]\nnull\n7\n" + `{"title":"good"}`, "good",
			[]string{"x.jsonl:1: title is a number, a text is wanted", "x.jsonl:2: id is a list, a text or a number is wanted", "x.jsonl:4: origin is a text, an object is wanted",
				"x.jsonl:5: a list, an object in braces is wanted", "x.jsonl:6: null, an object in braces is wanted", "x.jsonl:7: a number, an object in braces is wanted"}},
		{"nothing to file", "x.ndjson", "{}\n{\"title\":\" \",\"body\":\"\\u0000\"}\n", "",
			[]string{"x.ndjson:1: neither title nor body: there is nothing to file", "x.ndjson:2: neither title nor body: there is nothing to file"}},
		{"dates are not invented", "x.ndjson", `{"title":"a","published":"12/29/2018"}` + "\n" + `{"title":"b","published":"yesterday"}` + "\n" + `{"title":"c","published":"0001-01-01T00:00:00Z"}` + "\n" + `{"title":"d","filed":"2018-13-01"}`, "",
			[]string{`x.ndjson:1: published "12/29/2018" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`, `x.ndjson:2: published "yesterday" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`,
				`x.ndjson:3: published "0001-01-01T00:00:00Z" is in the year 1, which no dispatch is from`, `x.ndjson:4: filed "2018-13-01" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`}},
		{"closed lists of words", "x.ndjson", `{"title":"a","standing":"true"}` + "\n" + `{"title":"b","scope":"guild:x"}` + "\n" + `{"title":"c","url":"javascript:alert(1)"}` + "\n" + `{"title":"d","origin":{"kind":"record"}}` + "\n" + `{"id":"aaaaaaaaaaaaaaaa","title":"e","origin":{"kind":"record","item":"1"}}`, "",
			[]string{`x.ndjson:1: standing "true" is none of reported, corroborated, disputed, retracted`, `x.ndjson:2: scope "guild:x" is none of everyone, trial, guild:NUMBER`,
				`x.ndjson:3: url "javascript:alert(1)" is no http or https address`, `x.ndjson:4: origin names no kind, or neither feed nor item`,
				`x.ndjson:5: id "aaaaaaaaaaaaaaaa" is not the one of its origin, ` + string(news.Origin{Kind: "record", Item: "1"}.ID()) + `: leave out one of the two`}},
		{"one line in Latin-1", "x.ndjson", "{\"title\":\"a\"}\n{\"title\":\"\xef\"}\n{\"title\":\"b\"}\n", "a b", []string{"x.ndjson:2: not UTF-8: byte 0xEF at line 2: save it as UTF-8"}},
		{"UTF-16", "x.ndjson", "\xff\xfe{\x00}\x00", "", []string{"x.ndjson:1: UTF-16, not UTF-8: save it as UTF-8"}},
		{"too much text", "x.ndjson", `{"title":"a","body":"` + strings.Repeat("x", news.MaxBytes) + `"}` + "\n" + `{"title":"b"}`, "b", []string{"x.ndjson:1: 600 KiB of text, a dispatch holds 600 KiB: split it"}},
		{"too long a field", "x.ndjson", `{"title":"a","place":"` + strings.Repeat("x", maxField+1) + `"}`, "", []string{"x.ndjson:1: place is 4,097 bytes long, the limit is 4,096: shorten it"}},
		{"blank lines only", "x.ndjson", "\n \n", "", []string{"x.ndjson: no record in it: an object a line is wanted"}},
		{"a list", "x.json", "[\n {\"title\": \"a\"},\n {\"title\":\n 5},\n {\"title\": \"b\",\n  \"published\": \"x\"},\n 6,\n {\"title\": \"c\"}]\n", "a c",
			[]string{"x.json:4: title is a number, a text is wanted", `x.json:6: published "x" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`, "x.json:7: a number, an object in braces is wanted"}},
		{"objects one after the other", "x.json", "{\"title\": \"a\"}\n{\"title\": \"b\"}\n[{\"title\": \"c\"}]", "a b c", nil},
		{"a list that is wrong in the middle", "x.json", "[{\"title\": \"a\"},\n{\"title\":\n \"b\" \"c\"},\n{\"title\": \"d\"}]", "a",
			[]string{"x.json:3: wrong JSON: invalid character '\"' after object key:value pair; nothing behind it is read"}},
		{"a list without a comma", "x.json", "[{\"title\": \"a\"}\n{\"title\": \"b\"}]", "a", []string{"x.json:2: wrong JSON: expected comma after array element; nothing behind it is read"}},
		{"a list that is cut", "x.json", "[{\"title\": \"a\"},\n{\"title\": \"b\"},\n", "a b", []string{"x.json:2: wrong JSON: it ends in the middle; nothing behind it is read"}},
		{"an empty list", "x.json", " [ ] ", "", []string{"x.json: no record in it: an object or a list of objects is wanted"}},
		{"only white space", "x.json", " \n", "", []string{"x.json: no record in it: an object or a list of objects is wanted"}},
		{"rows", "x.csv", "title,body,published\na,b,\nc\nd,\"e \n f\",nope\ng,h \" i,\n\xef,,\nj,k,2018-12-29\n,,\n", "a j",
			[]string{"x.csv:3: more or fewer cells than the 3 of the first line: put a cell that holds a separator in quotation marks", `x.csv:5: published "nope" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`,
				"x.csv:6: a quotation mark out of place: put the cell in quotation marks and double those inside", "x.csv:7: not UTF-8: byte 0xEF at line 7: save it as UTF-8", "x.csv:9: neither title nor body: there is nothing to file"}},
		{"a cell that is never closed", "x.csv", "title,body\na,b\nc,\"d\ne,f\ng,h\n", "a", []string{"x.csv:3: a quoted cell of this row goes wrong at line 5 or is never closed: close it, and double the quotation marks inside"}},
		{"no header", "x.csv", "1,some text\n2,more\n", "", []string{"x.csv:1: no column is named title or body: the first line must name the columns, as in id,title,body,source,url,published,lang,place"}},
		{"no rows", "x.csv", "title,body\n\n", "", []string{"x.csv: no row below the one that names the columns"}},
		{"a column twice", "x.csv", "title,body,Title\n", "", []string{"x.csv:1: two columns are named title: rename one"}},
		{"front matter not closed", "x.md", "---\ntitle: a\n\nText\n", "", []string{"x.md:1: front matter opens here and is not closed by a line --- within 64 KiB"}},
		{"a wrong date in front matter", "x.md", "---\ntitle: a\npublished: 12/29/2018\n---\nText\n", "", []string{`x.md:3: published "12/29/2018" is no date: write 2018-12-29T09:00:00Z or 2018-12-29`}},
		{"no mail", "x.eml", "just\n\ntext\n", "", []string{"x.eml:1: no message that can be read: malformed MIME header initial line:  just"}},
		{"no message", "x.eml", "Subject: x\n\ntext\n", "", []string{"x.eml:1: no message: it has neither From nor Date nor Message-ID"}},
		{"mail in no known encoding", "x.eml", "From: a@b.c\n\nT\xeft\n", "", []string{"x.eml: a text that names no character set and is not UTF-8: save the message again from the mail program"}},
		{"page in no known encoding", "x.html", "<p>T\xeft", "", []string{"x.html:1: not UTF-8: byte 0xEF at line 1: save it as UTF-8"}},
		{"page of nothing but tags", "x.html", strings.Repeat("<b>", maxTags+1), "", []string{"x.html: 500,001 tags, a page may have 500,000: save the article alone"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := ImportReader(t.Context(), Options{Log: s}, c.file, strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, refusal := range r.Refused {
				got = append(got, refusal.String())
			}
			if d := cmp.Diff(c.refusals, got); d != "" {
				t.Error(d)
			}
			ds, _ := read(t, c.file, c.text)
			var titles []string
			for _, d := range ds {
				titles = append(titles, d.Title)
			}
			if got := strings.Join(titles, " "); got != c.titles {
				t.Errorf("filed %q, want %q", got, c.titles)
			}
		})
	}
}

// Faults of YAML are told in the library's words, which are not ours to fix here: the line is.
func TestFrontMatterFaultLine(t *testing.T) {
	for text, line := range map[string]int{
		"---\ntitle: a\nsource: [x\n---\nText\n":            3,
		"---\ntitle: a\nlang: en\nplace: {b: c}\n---\nText": 4,
	} {
		_, refusals := read(t, "x.md", text)
		if len(refusals) != 1 || refusals[0].Line != line {
			t.Errorf("%q: %v, want line %d", text, refusals, line)
		}
	}
}

// A few bytes of YAML can stand for gigabytes.
func TestFrontMatterBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("---\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 12; i++ {
		n := string(rune('0' + i%10))
		ref := "*a" + string(rune('0'+(i-1)%10))
		b.WriteString("a" + n + ": &a" + n + " [" + strings.TrimSuffix(strings.Repeat(ref+",", 10), ",") + "]\n")
	}
	b.WriteString("title: T\n---\nText\n")
	ds, refusals := read(t, "x.md", b.String())
	if len(ds)+len(refusals) != 1 {
		t.Errorf("%d dispatches, refusals %v", len(ds), refusals)
	}
}

func TestPageDates(t *testing.T) {
	for in, want := range map[string]string{
		"2018-12-29T10:00:00+02:00": "2018-12-29T08:00:00Z",
		"2018-12-29T10:00:00+0200":  "2018-12-29T08:00:00Z",
		"2018-12-29T10:00Z":         "2018-12-29T10:00:00Z",
		"2018-12-29":                "2018-12-29",
		"2018-12-29T10:00:00":       "2018-12-29", // the zone is not known, the day is
		"12/11/2018":                "",
		"29 Dec 2018":               "",
		"1546077600":                "",
		"":                          "",
	} {
		if got := isoDate(in); got != want {
			t.Errorf("isoDate(%q) = %q, want %q", in, got, want)
		}
	}
}
