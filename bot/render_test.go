package bot

import (
	"encoding/json"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"

	"sitrep/commands"
	"sitrep/news"
)

var (
	published = time.Date(2018, 12, 29, 6, 0, 0, 0, time.UTC)
	testID    = news.Origin{Kind: "file", Item: "x"}.ID()
)

func quote(text string, cites ...commands.Cite) commands.Item {
	return commands.Item{Text: text, Quote: true, Cites: cites}
}

var reuters = commands.Cite{ID: testID, Source: "Reuters", URL: "https://www.reuters.com/a_b?c=(d)", Published: published}

var english, arabic = pen{tongues.In("en")}, pen{tongues.In("ar")}

// first is the first page of a reply in English.
func first(r commands.Reply) *message { return english.render(r, nil)[0].m }

func TestRender(t *testing.T) {
	r := commands.Reply{Title: "Badia *now*", AsOf: published, Note: "Try `help`. <@1>",
		Items: []commands.Item{
			{Text: "The last big pocket fell.", Quote: true, Cites: []commands.Cite{reuters}, Marks: []commands.Mark{{Start: 9, End: 19}}},
			{Text: "It did not.", Quote: true, Standing: news.Disputed, Cites: []commands.Cite{{Source: "A [desk]", Filed: published, ID: testID, URL: "javascript:alert(1)"}}},
			{Text: "Four reports", Standing: news.Retracted},
			{Text: "three sources"},
		},
		Fields:   []commands.Field{{Name: "Reports", Value: "4 by 3"}, {Name: " ", Value: ""}},
		Pictures: []commands.Picture{{Alt: "A map", Data: []byte("1")}, {Alt: "A chart", Data: []byte("2")}, {Alt: "empty"}},
	}
	pages := english.render(r, func(int) string { return "ref x" })
	if len(pages) != 1 {
		t.Fatalf("%d pages", len(pages))
	}
	m, files := pages[0].m, pages[0].files
	e := m.Embeds[0]
	want := "As of <t:1546063200:f> (<t:1546063200:R>)\nTry `help`. \\<@1\\>\nPictures left out, since Discord takes 10 MiB each: 1\n\n" +
		"> The last **big pocket** fell.\n— Reuters, <t:1546063200:D> (<t:1546063200:R>) · [www.reuters.com](https://www.reuters.com/a_b?c=%28d%29) · `" + string(testID) + "`\n\n" +
		"⚠️ **Disputed**\n> It did not.\n— A \\[desk\\], undated, filed <t:1546063200:D> · `" + string(testID) + "`\n\n" +
		"⛔ **Retracted**\n• Four reports\n• three sources"
	if e.Description != want {
		t.Errorf("got\n%s\nwant\n%s", e.Description, want)
	}
	if e.Title != `Badia \*now\*` || e.Footer.Text != "ref x" || len(e.Fields) != 2 || e.Fields[1].Value != "–" {
		t.Errorf("%+v", e)
	}
	if len(m.Embeds) != 2 || len(files) != 2 || m.Attachments[1].Description != "A chart" || m.Embeds[1].Image.URL != "attachment://picture-2.png" {
		t.Errorf("pictures: %+v", m.Attachments)
	}
	raw, err := json.Marshal(m)
	if err != nil || !strings.Contains(string(raw), `"allowed_mentions":{"parse":[]}`) {
		t.Errorf("%v %s", err, raw)
	}
}

func TestRenderErrorAndNothing(t *testing.T) {
	m := first(commands.Reply{Error: &commands.Error{Code: commands.CodeNotFound, Message: "No *such* place.\nTry `help`."}})
	if e := m.Embeds[0]; e.Title != "Not found" || e.Color != colourError || e.Description != "No \\*such\\* place.\nTry `help`." {
		t.Errorf("%+v", e)
	}
	m = first(commands.Reply{})
	if m.Embeds[0].Description == "" {
		t.Error("an empty embed")
	}
}

func TestEscapeLine(t *testing.T) {
	for in, want := range map[string]string{
		"# heading":                         `\# heading`,
		"-# small":                          `\-# small`,
		"- list":                            `\- list`,
		"12. list":                          `12\. list`,
		"> quote":                           `\> quote`,
		"a # b - c":                         `a # b - c`,
		"*a* _b_ ~c~ `d` |e|":               "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\|e\\|",
		"[x](https://evil.example)":         `\[x\](https\://evil.example)`,
		"<@1> <@&2> <#3> <t:4:R> <:e:5>":    `\<@1\> \<@&2\> \<#3\> \<t:4:R\> \<:e:5\>`,
		"@everyone @here @Here me@here.org": `＠everyone ＠here ＠Here me＠here.org`,
		"discord.gg/abc":                    `discord\[.\]gg/abc`,
		"join DISCORD . com/invite/x":       `join DISCORD\[.\]com/invite/x`,
		`back\slash`:                        `back\\slash`,
		"discord://x steam://y":             `discord\://x steam\://y`,
	} {
		if got := escapeLine(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\u202Eb\u2066c\u200Fd":           "abcd",
		"a\u200Bb\uFEFFc\u2060d\u00ADe":    "abcde",
		"می\u200Cخواهم":                    "می\u200Cخواهم", // ZWNJ inside a Persian word
		"x \u200C\u200D y":                 "x  y",
		"👩\u200D👩\u200D👧 \u200D👧":          "👩\u200D👩\u200D👧 👧",
		"e\u0301":                          "é",
		"tab\tnul\x00esc\x1b[0m":           "tab nulesc[0m",
		"a\r\nb\rc\u2028d":                 "a\nb\nc\nd",
		"\xff\xfe":                         "\uFFFD",
		"\uE000private\uE001":              "private",
		"tag\U000E0041\U000E0042":          "tag",
		"filler\u3164\u115F":               "filler",
		"z" + strings.Repeat("\u0335", 50): "z" + strings.Repeat("\u0335", maxMarks),
		"❤\uFE0F\uFE0F\uFE0F":              "❤\uFE0F",
		"\u0600\u06DD stays":               "\u0600\u06DD stays",
	} {
		if got := clean(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
	if got := english.markdownLine("البادية", 100); got != "\u2068البادية\u2069" {
		t.Errorf("%q", got)
	}
}

func TestHostLink(t *testing.T) {
	for in, want := range map[string]string{
		"https://www.reuters.com/x":                     "[www.reuters.com](https://www.reuters.com/x)",
		"HTTP://Example.ORG:8080/a b":                   "[example.org](http://example.org:8080/a%20b)",
		"https://good.example@evil.example/":            "[evil.example](https://evil.example/)",
		"https://x.example/)](https://evil.com)":        "[x.example](https://x.example/%29]%28https://evil.com%29)",
		"https://раypal.com/":                           "[xn--ypal-43d9g.com](https://xn--ypal-43d9g.com/)",
		"https://[::1]:8080/x":                          "[::1](https://[::1]:8080/x)",
		"https://a_b.example/":                          `[a\_b.example](https://a_b.example/)`,
		"javascript:alert(1)":                           "",
		"data:text/html,x":                              "",
		"ftp://x.example/":                              "",
		"//x.example/":                                  "",
		"https://":                                      "",
		"https://x\u202E.example/":                      "",
		"https://x.example/" + strings.Repeat("é", 400): "x.example",
		"https://discord.gg/abc":                        `discord\[.\]gg`,
	} {
		if got := hostLink(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}

func TestCutAtGraphemes(t *testing.T) {
	for _, s := range []string{strings.Repeat("👩\u200D👩\u200D👧", 300), strings.Repeat("e\u0335\u0336", 900), strings.Repeat("😀", 900),
		strings.Repeat("البادية ", 200), strings.Repeat("a*", 900), "🇸🇾" + strings.Repeat("🇸🇾", 200), strings.Repeat("word ", 300)} {
		s = clean(s)
		for _, n := range []int{1, 2, 20, 255, 256, 700} {
			draw := quoted
			got := fit(s, n, draw)
			if units(draw(got)) > n {
				t.Errorf("%d units in %d", units(draw(got)), n)
			}
			body := strings.TrimSuffix(got, "…")
			if got != "" && !strings.HasPrefix(s, body) {
				t.Errorf("%q is no beginning", got)
			}
			if !graphemeEnd(s, len(body)) {
				t.Errorf("a grapheme is cut at %d of %.40q", len(body), s)
			}
		}
	}
}

func graphemeEnd(s string, at int) bool {
	if at == 0 {
		return true
	}
	for g := graphemes.FromString(s); g.Next(); {
		if g.End() >= at {
			return g.End() == at
		}
	}
	return false
}

var hostile = []string{
	"@everyone @here <@300000000000000001> <@&400000000000000001> <#500000000000000001>", "[safe](https://evil.example/x)", "https://evil.example/a_b_c",
	"discord.gg/abcdef discord.com/invite/xyz", "\u202E\u2066reversed\u2069 \u200B\u200D", "<t:0:R> <:smile:1> </status:1>", "```\ncode\n```", "||spoiler|| ~~x~~ __y__",
	"# big\n## less\n-# small\n> quote\n>>> all\n1. one\n- two", strings.Repeat("z\u0335\u0336\u0337", 40), strings.Repeat("👨\u200D👩\u200D👧\u200D👦", 30), "البادية: معارك عنيفة في البادية السورية",
	"\\", "\\\\[x](y)", strings.Repeat("W", 3000), strings.Repeat("*", 500), "\x00\x1b[31m\xff\xfe", "{\"json\":true}", "`unbalanced", "a\uE000b\uE001c", "العربية [x](http://y) english",
	"]( )[", "<https://x.example>", "\u2068inside\u2069", "\u2068\u2068open", "closed\u2069", strings.Repeat("word ", 400), "javascript:alert(1)", "\u3164", " \n\t ", "（全角）ＡＢＣ", "Ⅷ ℡ ﷺ", "٣٤٥. list",
}

// randomReply is a long and hostile reply.
func randomReply(r *rand.Rand) commands.Reply {
	text := func(most int) string {
		var parts []string
		for range r.IntN(most + 1) {
			parts = append(parts, hostile[r.IntN(len(hostile))])
		}
		return strings.Join(parts, []string{" ", "\n", ""}[r.IntN(3)])
	}
	when := func() time.Time {
		if r.IntN(3) == 0 {
			return time.Time{}
		}
		return time.Unix(r.Int64N(1<<33), 0)
	}
	// Most are short, so that many can be tried; some take several pages.
	size := []int{1, 1, 1, 2, 2, 3, 4, 9}[r.IntN(8)]
	out := commands.Reply{Title: text(size), AsOf: when(), Note: text(size), Lang: []string{"", "en", "ar"}[r.IntN(3)]}
	for range r.IntN(size) {
		it := commands.Item{Text: text(size), Quote: r.IntN(2) == 0, Standing: []news.Standing{"", news.Disputed, news.Retracted}[r.IntN(3)]}
		for range r.IntN(6) {
			it.Marks = append(it.Marks, commands.Mark{Start: r.IntN(400) - 10, End: r.IntN(400)})
		}
		for range r.IntN(5) {
			u := "https://" + hostile[r.IntN(len(hostile))]
			if r.IntN(2) == 0 {
				u = "https://news.example/" + hostile[r.IntN(len(hostile))]
			}
			it.Cites = append(it.Cites, commands.Cite{ID: []news.ID{testID, "`x`"}[r.IntN(2)], Source: text(4), URL: u, Published: when(), Filed: when()})
		}
		out.Items = append(out.Items, it)
	}
	for range r.IntN(2 * size) {
		out.Fields = append(out.Fields, commands.Field{Name: text(6), Value: text(6)})
		out.Actions = append(out.Actions, commands.Action{Label: text(3), Line: []string{"status ", "search "}[r.IntN(2)] + text(1),
			Group: []string{"", "", "Places", text(1)}[r.IntN(4)], Turn: r.IntN(4) == 0})
	}
	for range r.IntN(7) {
		out.Pictures = append(out.Pictures, commands.Picture{Alt: text(30), Type: "image/png", Data: make([]byte, r.IntN(2000))})
	}
	if r.IntN(5) == 0 {
		out.Error = &commands.Error{Code: []string{commands.CodeUsage, "other"}[r.IntN(2)], Message: text(40)}
	}
	return out
}

func unescape(s string) string {
	return regexp.MustCompile(`\\([^A-Za-z0-9\s])`).ReplaceAllString(s, "$1")
}

var (
	codeSpan = regexp.MustCompile("`[^`]*`")
	ourStamp = regexp.MustCompile(`<t:-?\d+:[DfR]>`)
	ourLink  = regexp.MustCompile(`\[([^\[\]]*)\]\(([^()\s]*)\)`)
	anyInvit = regexp.MustCompile(`(?i)discord\s*\.\s*(gg|com\s*/\s*invite)`)
	anyMass  = regexp.MustCompile(`(?i)@(everyone|here)`)
	escaped  = regexp.MustCompile(`\\[^A-Za-z0-9\s]`)
)

// veil puts every escaped character out of reach of the expressions above.
func veil(s string) string {
	return escaped.ReplaceAllStringFunc(s, func(m string) string { return string([]rune(m)[1] + 0xF0000) })
}

func unveil(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xF0000 {
			return r - 0xF0000
		}
		return r
	}, s)
}

// checkMessage checks limits, and that nothing in a message mentions, links or hides.
func checkMessage(t *testing.T, m *message) {
	t.Helper()
	total := 0
	short := func(what, s string, n int) {
		t.Helper()
		if units(s) > n || !utf8.ValidString(s) {
			t.Errorf("%s: %d units, or not UTF-8", what, units(s))
		}
		for _, r := range s {
			if unicode.In(r, unicode.Bidi_Control) && r != '\u2068' && r != '\u2069' && r != '\u200F' || r == '\u200B' || r == '\uFEFF' || unicode.Is(unicode.Co, r) || r != '\n' && unicode.Is(unicode.Cc, r) {
				t.Errorf("%s holds %U", what, r)
			}
		}
		for _, line := range strings.Split(s, "\n") {
			depth := 0
			for _, r := range line {
				switch r {
				case fsi:
					depth++
				case pdi:
					depth--
				}
				if depth < 0 {
					break
				}
			}
			if depth != 0 {
				t.Errorf("%s: isolates are not balanced in %q", what, line)
			}
		}
		total += units(s)
	}
	if len(m.Embeds) > maxEmbeds || len(m.Components) > maxRows {
		t.Error("too many embeds or rows")
	}
	for _, e := range m.Embeds {
		short("title", e.Title, maxTitle)
		short("description", e.Description, maxDescription)
		harmless(t, e.Title)
		harmless(t, e.Description)
		for _, f := range e.Fields {
			short("name", f.Name, maxFieldName)
			short("value", f.Value, maxFieldValue)
			harmless(t, f.Name)
			harmless(t, f.Value)
		}
		if e.Footer != nil {
			short("footer", e.Footer.Text, roomFooter)
		}
	}
	if total > maxTotal {
		t.Errorf("%d over all embeds", total)
	}
	if strings.Contains(m.Content, "@") || len(m.Mentions.Parse) != 0 || m.Mentions.Parse == nil {
		t.Error("mentions")
	}
}

func harmless(t *testing.T, s string) {
	t.Helper()
	veiled := veil(s)
	for _, l := range ourLink.FindAllStringSubmatch(codeSpan.ReplaceAllString(veiled, ""), -1) {
		u, err := url.Parse(l[2])
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || unveil(l[1]) != u.Hostname() || u.User != nil {
			t.Errorf("a link %q hides its host", l[0])
		}
	}
	rest := ourStamp.ReplaceAllString(ourLink.ReplaceAllString(codeSpan.ReplaceAllString(veiled, ""), ""), "")
	rest = strings.TrimPrefix(strings.ReplaceAll(rest, "\n> ", "\n"), "> ")
	for _, bad := range []string{"<", ">", "](", "://", "[", "`", "|", "_", "~"} {
		if strings.Contains(rest, bad) {
			t.Errorf("%q stands unescaped in %q (from %q)", bad, rest, s)
		}
	}
	if m := anyInvit.FindString(veiled) + anyMass.FindString(s); m != "" {
		t.Errorf("an invite or a mass mention, %q, in %q", m, s)
	}
}
