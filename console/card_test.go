package console

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"sitrep/commands"
	"sitrep/news"
)

func TestCardGolden(t *testing.T) {
	view, err := newRenderer()
	if err != nil {
		t.Fatal(err)
	}
	small := badia()
	small.Pictures[0].Data = append([]byte(nil), pngHead...)
	for name, tt := range map[string]struct {
		line  string
		reply commands.Reply
	}{
		"status":  {"!status badia until:2018-12-31", small},
		"show":    {"show mzxw6ytboi2gs3th", whole()},
		"help":    {"help", help()},
		"unknown": {"statsu", (&script{}).Do(t.Context(), commands.Request{Line: "statsu"})},
	} {
		got, err := view.turn(tt.line, tt.reply, testNow)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, name+".html", string(got))
	}
	got, err := view.post(7, "status badia", whole(), testNow)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "post.html", string(got))
}

func TestFields(t *testing.T) {
	field := func(name, value string) commands.Field { return commands.Field{Name: name, Value: value} }
	short, long := field("Newest", "29 Dec 2018"), field("History", strings.Repeat("x", 41))
	lines, named := field("Next", "a\nb"), field("!status TOPIC [since:TIME]", "x")
	for _, tt := range []struct {
		name                   string
		fields, figures, facts []commands.Field
		wide                   bool
	}{
		{"none", nil, nil, nil, false},
		{"short", []commands.Field{short, {}, short}, []commands.Field{short, short}, nil, false},
		{"parted", []commands.Field{long, short, lines, short}, []commands.Field{short, short}, []commands.Field{long, lines}, false},
		{"mostly long", []commands.Field{short, long, long}, nil, []commands.Field{short, long, long}, false},
		{"long names", []commands.Field{named, short, named}, nil, []commands.Field{named, short, named}, true},
		{"many", slices.Repeat([]commands.Field{short}, 9), nil, slices.Repeat([]commands.Field{short}, 9), false},
	} {
		figures, facts, wide := fieldsOf(tt.fields)
		if diff := cmp.Diff([][]commands.Field{tt.figures, tt.facts}, [][]commands.Field{bare(figures), bare(facts)}); diff != "" || wide != tt.wide {
			t.Errorf("%s: wide %v\n%s", tt.name, wide, diff)
		}
	}
}

// bare are fields as they came, without their pieces.
func bare(list []field) (out []commands.Field) {
	text := func(p paragraph) (s string) {
		for _, x := range p {
			s += x.Text
		}
		return s
	}
	for _, f := range list {
		out = append(out, commands.Field{Name: text(f.Name), Value: text(f.Value)})
	}
	return out
}

// A reply in Arabic is Arabic whole: its direction, its dates, what is said of a
// citation. What is written from the left in a sentence keeps its own direction, and
// what is typed is set as such.
func TestArabicCard(t *testing.T) {
	view, err := newRenderer()
	if err != nil {
		t.Fatal(err)
	}
	html, err := view.turn("!settings", commands.Reply{
		Lang: "ar", Title: "بحث: \u2068Hajin\u2069", AsOf: day(2018, 12, 29), Note: "اكتب \u2068`settings NAME VALUE`\u2069 هنا.",
		Items: []commands.Item{{Text: "\u20682\u2069 تقريران.", Cites: []commands.Cite{}},
			{Text: "Fighters left.", Quote: true, Standing: "disputed", Cites: []commands.Cite{{ID: "mzxw6ytboi2gs3th", Source: "A", Filed: day(2018, 12, 30)}}}},
		Fields: []commands.Field{{Name: "منطقة", Value: "\u2068UTC\u2069 (القيمة الأصلية)"}},
	}, testNow)
	if err != nil {
		t.Fatal(err)
	}
	got := string(html)
	for _, want := range []string{`lang="ar" dir="rtl"`, "بحث: <bdi>Hajin</bdi>", "حتى 29 كانون الأول 2018، قبل 7 سنوات", `<code dir="ltr">settings NAME VALUE</code>`, "<bdi>UTC</bdi> (القيمة الأصلية)",
		`<li class="item" dir="rtl">`, `<li class="item disputed" dir="ltr">`, "خلافية", "بلا تاريخ، أُودع في 30 كانون الأول 2018"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in %s", want, got)
		}
	}
	for _, english := range []string{"as of", "ago", "undated,", "Dec"} {
		if strings.Contains(got, english) {
			t.Errorf("%q is in %s", english, got)
		}
	}
}

// What a text from outside puts between our marks stays text.
func TestOwned(t *testing.T) {
	for in, want := range map[string]paragraph{
		"":                              nil,
		"plain":                         {{Text: "plain"}},
		"a `b` c":                       {{Text: "a "}, {Text: "b", Code: true}, {Text: " c"}},
		"a `b c":                        {{Text: "a `b c"}},
		"a `b` `c":                      {{Text: "a "}, {Text: "b", Code: true}, {Text: " `c"}},
		"a \u2068b\u2069 c":             {{Text: "a "}, {Text: "b", Apart: true}, {Text: " c"}},
		"a \u2068b\u2066x\u2069y\u2069": {{Text: "a "}, {Text: "bxy", Apart: true}},
		"a \u2068b":                     {{Text: "a "}, {Text: "b", Apart: true}},
		"a\u2069\u202eb":                {{Text: "ab"}},
		"\u2068`b`\u2069":               {{Text: "b", Code: true}},
	} {
		if diff := cmp.Diff(want, owned(in)); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-update writes it anew): -want +got\n%s", name, diff)
	}
}

// hostile are texts that want to be more than text.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`</p></blockquote></section></article></main><script>alert(1)</script>`,
	`</title></textarea></style></template><svg/onload=alert(1)>`,
	`<!--<script>-->alert(1)</script>`,
	`<iframe srcdoc="<script>alert(1)</script>">`,
	`<a href="javascript:alert(1)">click</a>`,
	`<math><mtext></p><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`,
	`<form action=https://evil.example><button name=line value="retract x">`,
	`<base href=https://evil.example/><meta http-equiv=refresh content="0;url=https://evil.example">`,
	"\u202E<script>\u202C", "a\x00<\x00script>", "{{.}}{{template \"cite\" .}}", "${alert(1)}", "&lt;script&gt;&#60;script>",
	"` onmouseover=alert(1) x=`", "\" onfocus=alert(1) autofocus x=\"", "<\xffscript>", "\xc0\xbcscript>",
	`[safe](javascript:alert(1))`, `[https://bank.example](https://evil.example)`,
	"javascript:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "jav\tascript:alert(1)", "https://bank.example@evil.example/",
	`https://evil.example/"onmouseover="alert(1)`, `https://evil.example/'><script>alert(1)</script>`, "//evil.example", "\x01javascript:alert(1)",
	"https://evil.example/?a=<script>", "view-source:https://evil.example", "https://evil.example\" target=\"_top",
}

// hostileReply has a hostile text wherever a text can stand.
func hostileReply(s, address string) commands.Reply {
	mark := []commands.Mark{{Start: 1, End: len(s) / 2}, {Start: len(s) / 3, End: len(s) + 4}}
	return commands.Reply{
		Title: s, Note: s, AsOf: testNow,
		Items: []commands.Item{
			{Text: s, Quote: true, Marks: mark, Standing: news.Standing(s), Cites: []commands.Cite{{ID: news.ID(s), Title: s + s, Source: s, URL: address}}},
			{Text: s, Marks: mark, Standing: news.Retracted, Cites: []commands.Cite{{ID: "mzxw6ytboi2gs3th", Title: "t", Source: s, URL: address, Filed: testNow}}},
		},
		Fields:   []commands.Field{{Name: s, Value: s}},
		Pictures: []commands.Picture{{Alt: s, Type: s, Width: -1, Height: 5, Data: []byte(s)}, {Alt: s, Type: "image/png", Data: append(slices.Clone(pngHead), s...)}},
		Actions:  []commands.Action{{Label: s, Line: s}},
		Error:    &commands.Error{Code: s, Message: s},
	}
}

func TestHostileTextStaysText(t *testing.T) {
	c := testConsole(t, Options{Notice: hostile[1], Version: hostile[2], Examples: hostile})
	for _, s := range hostile {
		c.Post(hostileReply(s, s), s)
		got, err := c.view.turn(s, hostileReply(s, s), testNow)
		if err != nil {
			t.Fatal(err)
		}
		if bad := unsafeHTML(string(got)); bad != "" {
			t.Errorf("%q: %s", s, bad)
		}
	}
	page := do(c, "GET", "/", "").Body.String()
	if bad := unsafeHTML(page); bad != "" {
		t.Errorf("the page: %s", bad)
	}
	if n := strings.Count(page, `class="turn post"`); n != len(hostile) {
		t.Errorf("%d of %d posts are on the page", n, len(hostile))
	}
}

// TestUnsafeHTMLIsSeen holds the judge to its task.
func TestUnsafeHTMLIsSeen(t *testing.T) {
	for _, s := range []string{
		`<script>x</script>`, `<p onclick="x">`, `<a href="javascript:x">javascript:x</a>`, `<p style="x">`, `<iframe>`,
		`<a href="https://evil.example/" rel="noopener noreferrer nofollow">bank.example</a>`,
		`<a href="https://evil.example/">evil.example</a>`, `<img src="https://evil.example/x.png">`, `<form action="https://evil.example">`,
		`<img src="data:image/svg+xml,x">`, "<p>a\u202Eb</p>", `<svg></svg>`,
	} {
		if unsafeHTML(s) == "" {
			t.Errorf("%s passes", s)
		}
	}
}

var (
	ourElements = strings.Fields("html head body meta title link script header main footer section article form input button datalist option " +
		"h1 h2 h3 p div span ul li dl dt dd blockquote cite time a mark bdi code figure img kbd")
	ourAttributes = strings.Fields("class id href src alt width height title dir lang datetime name value type form rel target role content charset " +
		"method action hidden autocomplete list required maxlength autofocus autocapitalize autocorrect spellcheck enterkeyhint " +
		"aria-label aria-describedby data-last-post defer")
)

// unsafeHTML says what in a page could run, load from elsewhere, hide where it leads, or
// turn the reading direction of what follows; empty where nothing does.
func unsafeHTML(s string) string {
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return err.Error()
	}
	for n := range doc.Descendants() {
		switch n.Type {
		case html.CommentNode:
			return "a comment: " + n.Data
		case html.TextNode:
			if strings.ContainsAny(n.Data, "\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F") {
				return fmt.Sprintf("bidi controls: %+q", n.Data)
			}
		case html.ElementNode:
			if bad := unsafeElement(n); bad != "" {
				return bad
			}
		}
	}
	return ""
}

func unsafeElement(n *html.Node) string {
	if n.Namespace != "" || !slices.Contains(ourElements, n.Data) {
		return "element " + n.Data
	}
	at := map[string]string{}
	for _, a := range n.Attr {
		if !slices.Contains(ourAttributes, a.Key) {
			return fmt.Sprintf("attribute %s of %s", a.Key, n.Data)
		}
		at[a.Key] = a.Val
	}
	own := strings.HasPrefix(at["href"], "/assets/") || at["href"] == "/"
	switch n.Data {
	case "script":
		if at["src"] != "/assets/page.js" || n.FirstChild != nil {
			return "a script"
		}
	case "link":
		if !own {
			return "link to " + at["href"]
		}
	case "img":
		if src := at["src"]; src != "/assets/icon.svg" && !strings.HasPrefix(src, "data:image/png;base64,") {
			return "picture from " + src
		}
	case "form":
		if a := at["action"]; a != "/#latest" && a != "/logout" {
			return "form to " + a
		}
	case "a":
		if own {
			return ""
		}
		l := linkTo(at["href"])
		if l == nil || l.URL != at["href"] {
			return "link to " + at["href"]
		}
		if n.FirstChild == nil || n.FirstChild.Data != l.Host {
			return "hidden link to " + at["href"]
		}
		if at["rel"] != "noopener noreferrer nofollow" {
			return "link with rel=" + at["rel"]
		}
	}
	return ""
}

func FuzzCard(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, s, int64(0))
	}
	f.Add("البادية", "https://example.org/x", int64(1546041600))
	view, err := newRenderer()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, address string, sec int64) {
		r := hostileReply(text, address)
		r.AsOf = time.Unix(sec, 0)
		r.Items[0].Cites[0].Published = r.AsOf
		got, err := view.turn(text, r, testNow)
		if err != nil {
			t.Fatal(err)
		}
		if bad := unsafeHTML(string(got)); bad != "" {
			t.Fatalf("%q, %q: %s", text, address, bad)
		}
	})
}
