package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sitrep/bot/discordtest"
	"sitrep/commands"
	"sitrep/news"
)

func many(c commands.Cite, n int) (out []commands.Cite) {
	for i := range n {
		c := c
		c.Source = fmt.Sprint("Source ", i)
		out = append(out, c)
	}
	return out
}

// all is the text of all pages, one embed after the other.
func all(pages []rendered) string {
	var texts []string
	for _, p := range pages {
		for _, e := range p.m.Embeds {
			if e.Description != "" {
				texts = append(texts, e.Description)
			}
		}
	}
	return strings.Join(texts, "\n\n")
}

// words are the words of a text without quotation signs and citations.
func wordsOf(s string) []string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line, ok := strings.CutPrefix(line, "> "); ok {
			out = append(out, strings.Fields(unescape(strings.ReplaceAll(dropIsolates(line), "**", "")))...)
		}
	}
	return out
}

func TestManyItems(t *testing.T) {
	var items []commands.Item
	for i := range 60 {
		items = append(items, quote(fmt.Sprintf("Report %d. %s", i, strings.Repeat("Something happened there. ", 40)), reuters))
	}
	pages := english.render(commands.Reply{Title: "Many", Items: items}, nil)
	text := all(pages)
	if n := strings.Count(text, "— Reuters, "); n != 60 || strings.Contains(text, "…") {
		t.Errorf("%d citations of 60 on %d pages", n, len(pages))
	}
	for i, p := range pages {
		checkMessage(t, p.m)
		e := p.m.Embeds[0]
		if e.Title != "Many" || e.Footer.Text != fmt.Sprintf("Page %d of %d", i+1, len(pages)) || !strings.HasPrefix(e.Description, "> Report ") || !strings.HasSuffix(e.Description, citeTail()) {
			t.Errorf("page %d is not of whole items: %+v", i+1, e)
		}
		if i < len(pages)-1 && units(e.Description) < 2500 {
			t.Errorf("page %d has only %d units", i+1, units(e.Description))
		}
	}
}

func citeTail() string { return "c=%28d%29) · `" + string(testID) + "`" }

func TestOneMessageIsPreferred(t *testing.T) {
	var items []commands.Item
	for i := range 4 {
		items = append(items, quote(fmt.Sprint(i)+strings.Repeat(" word", 500), reuters))
	}
	pages := english.render(commands.Reply{Title: "Four long ones", Items: items}, nil)
	if text := all(pages); len(pages) != 1 || strings.Count(text, "…\n— Reuters") != 4 || len(pages[0].m.Embeds) != 1 || pages[0].m.Embeds[0].Footer != nil {
		t.Errorf("%d pages:\n%s", len(pages), text)
	}
}

func TestLongItem(t *testing.T) {
	for name, text := range map[string]string{
		"sentences":  strings.Repeat("Something happened there, and it was *reported* by several people. ", 300),
		"paragraphs": strings.Repeat(strings.Repeat("A clause, and another one; ", 20)+"\n\n", 40),
		"one word":   strings.Repeat("x", 30000),
		"Arabic":     strings.Repeat("وقعت معارك عنيفة في البادية السورية. ", 500),
		"a chain":    strings.Repeat("👩\u200D", 9000) + "👩",
		"stars":      strings.Repeat("*", 20000),
		"short":      "One line.",
	} {
		pages := english.render(commands.Reply{Title: "Whole", Items: []commands.Item{
			{Text: text, Quote: true, Standing: news.Disputed, Cites: []commands.Cite{reuters}, Marks: []commands.Mark{{Start: 0, End: len(strings.TrimSpace(text))}}}}}, nil)
		got, want := strings.Join(wordsOf(all(pages)), ""), strings.Join(strings.Fields(clean(text)), "")
		if got = strings.ReplaceAll(got, "*", ""); got != strings.ReplaceAll(want, "*", "") {
			t.Errorf("%s: %d of %d bytes on %d pages", name, len(got), len(want), len(pages))
		}
		for i, p := range pages {
			checkMessage(t, p.m)
			d := p.m.Embeds[0].Description
			if !strings.HasPrefix(d, "⚠️ **Disputed**\n> ") || !strings.HasSuffix(d, citeTail()) {
				t.Errorf("%s: page %d lacks standing or citation: %.40q … %q", name, i+1, d, d[max(0, len(d)-60):])
			}
			if i < len(pages)-1 && units(d) < 3000 && name != "a chain" {
				t.Errorf("%s: page %d has only %d units", name, i+1, units(d))
			}
			if name == "sentences" && i < len(pages)-1 && !strings.Contains(d, "people.**\n— Reuters") {
				t.Errorf("%s: page %d does not end with a sentence", name, i+1)
			}
		}
	}
}

func TestManyCitations(t *testing.T) {
	pages := english.render(commands.Reply{Items: []commands.Item{quote(strings.Repeat("It is said. ", 50), many(reuters, 200)...), quote("Next.", reuters)}}, nil)
	text := all(pages)
	for i := range 200 {
		if n := strings.Count(text, fmt.Sprintf("— Source %d, <", i)); n != 1 {
			t.Errorf("source %d stands there %d times", i, n)
		}
	}
	for _, p := range pages {
		checkMessage(t, p.m)
	}
}

func TestManyFields(t *testing.T) {
	var r commands.Reply
	for i := range 60 {
		r.Fields = append(r.Fields, commands.Field{Name: fmt.Sprint("name ", i), Value: strings.Repeat(fmt.Sprintf("value %d ", i), 10)})
	}
	r.Fields = append(r.Fields, commands.Field{Name: "history", Value: strings.Repeat("2 Jan 2019 filed: a reason\n", 100)})
	pages := english.render(r, nil)
	names, lines := 0, 0
	for _, p := range pages {
		checkMessage(t, p.m)
		for _, f := range p.m.Embeds[0].Fields {
			if strings.HasPrefix(f.Name, "name ") {
				names++
			} else {
				lines += strings.Count(f.Value, "reason")
			}
		}
	}
	if names != 60 || lines != 100 || len(pages) < 3 || len(pages) > 4 {
		t.Errorf("%d fields and %d lines on %d pages", names, lines, len(pages))
	}
}

func TestArabicReply(t *testing.T) {
	r := commands.Reply{Title: "البادية: 3 تقارير", AsOf: published, Note: "Reuters تقول \u2068Hajin\u2069 و`help`.\u202E", Lang: "ar",
		Items: []commands.Item{
			{Text: "The last pocket fell.", Quote: true, Standing: news.Disputed, Cites: []commands.Cite{reuters}},
			{Text: "انتهت المعركة.", Quote: true, Cites: []commands.Cite{{Source: "عنب بلدي", Filed: published}}},
			{Text: "تقرير واحد"}},
		Fields: []commands.Field{{Name: "التقارير", Value: "\u2068broken"}}}
	pages := arabic.render(r, func(int) string { return "ref x" })
	checkMessage(t, pages[0].m)
	e := pages[0].m.Embeds[0]
	if e.Title != "\u200F\u2068\u200Fالبادية: 3 تقارير\u2069" || e.Footer.Text != "\u200F\u2068ref x\u2069" || e.Fields[0].Value != "\u200F\u2068broken\u2069" {
		t.Errorf("%q %q %q", e.Title, e.Footer.Text, e.Fields[0].Value)
	}
	lines := strings.Split(strings.ReplaceAll(e.Description, "\n\n", "\n"), "\n")
	for i, want := range []string{"\u200F", "\u200F\u2068\u200FReuters تقول \u2068Hajin\u2069 و`help`.\u2069", "\u200F\u2068", "> The last pocket fell.",
		"\u200F— Reuters، \u2068<t:1546063200:D>\u2069 (\u2068<t:1546063200:R>\u2069) · \u2068[www.reuters.com](https://www.reuters.com/a_b?c=%28d%29)\u2069 · \u2068`" + string(testID) + "`\u2069",
		"> \u2068انتهت المعركة.\u2069", "\u200F— ", "\u200F• \u2068\u200Fتقرير واحد\u2069"} {
		if i >= len(lines) || i != 4 && !strings.HasPrefix(lines[i], want) || i == 4 && strings.ReplaceAll(lines[i], "\u2068Reuters\u2069", "Reuters") != want {
			t.Errorf("line %d is %q, want %q", i, lines[i], want)
		}
	}
	// The arrows and their words.
	b := &Bot{words: tongues}
	rows := b.controls(context.Background(), arabic, nil, turner{"brief 7d", 1, 2})
	if c := rows[0].Components; !strings.HasPrefix(c[0].Label, rightMark) || !c[0].Disabled || c[1].Disabled || c[1].CustomID != "~2 brief 7d" || c[1].Label == english.say("Next ▶") {
		t.Errorf("%+v", rows)
	}
}

// TestIsolates: isolates of our own stay where they are balanced.
func TestIsolates(t *testing.T) {
	for in, want := range map[string]string{
		"a \u2068b\u2069 c":         "a \u2068b\u2069 c",
		"a \u2068b":                 "a b",
		"b\u2069 c":                 "b c",
		"\u2069a\u2068":             "a",
		"a\u2068 \u2069b":           "a b",
		"\u2068\u2068a\u2069":       "\u2068a\u2069",
		"\u2068a\nb\u2069":          "a\nb",
		"\u2066a\u2069 \u202Eb":     "a b",
		"\u2068x \u2067y\u2069 z":   "\u2068x y\u2069 z",
		"`\u2068status\u2069 x` no": "`\u2068status\u2069 x` no",
	} {
		if got := ownText(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
	if got := prose("type `\u2068status\u2069 x`"); got != "type \u2068`status x`\u2069" {
		t.Errorf("%q", got)
	}
	if got := balance(strings.Repeat("\u2068", 20) + "a" + strings.Repeat("\u2069", 20)); strings.Count(got, "\u2068") != maxIsolates || strings.Count(got, "\u2069") != maxIsolates {
		t.Errorf("%q", got)
	}
	if got := clean("a \u2068b\u2069"); got != "a b" {
		t.Errorf("isolates from outside stay: %q", got)
	}
}

// TestHostileReplies sends random replies to a Discord that refuses what is over a limit.
func TestHostileReplies(t *testing.T) {
	t.Parallel()
	s := discordtest.Start(t, discordtest.Options{})
	b, err := New(Options{Token: s.Token(), APIURL: s.URL(), Asker: &desk{}, Lines: newMemory()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	b.transport.limits.all.SetLimit(1e6)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	sent := 0
	seeds := uint64(2000)
	if raceDetector { // which takes ten times as long
		seeds = 200
	}
	for seed := range seeds {
		reply := randomReply(rand.New(rand.NewPCG(seed, 1)))
		pages := b.pen(reply.Lang).render(reply, nil)
		for _, p := range pages {
			checkMessage(t, p.m)
		}
		checkWhole(t, reply, pages)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
		if seed%20 != 0 { // the local Discord looks at some of them
			continue
		}
		if err := b.Post(ctx, discordtest.General, reply, fmt.Sprint(seed)); err != nil {
			t.Errorf("seed %d: %v", seed, err)
		}
		sent += min(len(pages), maxPosts)
	}
	if refused := s.Refusals(); len(refused) > 0 {
		t.Errorf("%d refusals: %v", len(refused), refused[0])
	}
	if n := len(s.Messages(discordtest.General)); n != sent {
		t.Errorf("%d messages, want %d", n, sent)
	}
}

var idInCite = regexp.MustCompile("`" + string(testID) + "`")

// checkWhole: every citation of a reply stands on its pages, whole.
func checkWhole(t *testing.T, r commands.Reply, pages []rendered) {
	t.Helper()
	want, text := 0, all(pages)
	for _, it := range r.Items {
		for _, c := range it.Cites {
			if c.ID.Valid() {
				want++
			}
		}
	}
	if got := len(idInCite.FindAllString(text, -1)); got < want {
		t.Errorf("%d of %d citations on %d pages", got, want, len(pages))
	}
}

func FuzzRender(f *testing.F) {
	for i, h := range hostile {
		f.Add(h, hostile[(i+7)%len(hostile)], "https://"+h, 3, uint64(i))
	}
	f.Fuzz(func(t *testing.T, a, b, address string, start int, seed uint64) {
		if len(a)+len(b)+len(address) > 1<<17 {
			t.Skip()
		}
		c := commands.Cite{ID: testID, Source: b, URL: address, Published: published}
		r := commands.Reply{Title: a, Note: b, Lang: []string{"en", "ar"}[seed%2], Items: []commands.Item{
			{Text: a, Quote: true, Cites: []commands.Cite{c}, Marks: []commands.Mark{{Start: start, End: start + 5}}},
			{Text: b + a, Quote: seed%2 == 0, Cites: []commands.Cite{c, c}, Standing: news.Disputed}, {Text: a + b}},
			Fields: []commands.Field{{Name: a, Value: b}}, Actions: []commands.Action{{Label: b, Line: a}, {Label: a, Line: b, Group: a}, {Label: a, Line: b, Turn: true}},
			Pictures: []commands.Picture{{Alt: a, Data: []byte("x")}}}
		if seed%3 == 0 {
			r.Error = &commands.Error{Message: b}
		}
		w := pen{tongues.In(r.Lang)}
		pages := w.render(r, func(int) string { return "ref x" })
		bot := &Bot{words: tongues, lines: newMemory()}
		for i, p := range pages {
			p.m.Components = bot.controls(context.Background(), w, r.Actions, turner{"search x", i + 1, len(pages)})
			checkMessage(t, p.m)
			checkRows(t, p.m.Components)
		}
		checkWhole(t, r, pages)
		text := squeeze(clean(a))
		for _, n := range []int{20, 300, 4000} {
			head, tail := cutAt(text, n, quoted)
			if units(quoted(head)) > n || !strings.HasPrefix(text, head) || !strings.HasSuffix(text, tail) || strings.TrimSpace(text[len(head):len(text)-len(tail)]) != "" {
				t.Errorf("%q was cut into %q and %q", text, head, tail)
			}
			if tail != "" && !graphemeEnd(text, len(head)) && !unicode.IsSpace(firstRune(text[len(head):])) {
				t.Errorf("a grapheme is cut at %d of %q", len(head), text)
			}
		}
		if text := clean(a); norm.NFC.String(text) != text || clean(text) != text {
			t.Errorf("clean is not stable: %q", text)
		}
		if text := ownText(a); ownText(text) != text {
			t.Errorf("ownText is not stable: %q", text)
		}
		// What is not cut is verbatim.
		want := strings.Join(strings.Fields(clean(a)), " ")
		if !strings.Contains(clean(a), "\n") && disarm(want) == want && want != "" {
			if got := unescape(dropIsolates(strings.TrimPrefix(quoted(clean(a)), "> "))); got != want {
				t.Errorf("%q became %q", want, got)
			}
		}
	})
}

// checkRows checks the limits of buttons and selects.
func checkRows(t *testing.T, rows []row) {
	t.Helper()
	ids := map[string]bool{}
	fits := func(what, s string, n int) {
		t.Helper()
		if s == "" || units(s) > n || !utf8.ValidString(s) || anyMass.MatchString(s) && what == "label" {
			t.Errorf("%s: %q", what, s)
		}
	}
	for _, r := range rows {
		if len(r.Components) == 0 || len(r.Components) > maxRowButtons || len(rows) > maxRows {
			t.Errorf("%d parts in one of %d rows", len(r.Components), len(rows))
		}
		for _, c := range r.Components {
			fits("custom_id", c.CustomID, maxCustomID)
			if ids[c.CustomID] {
				t.Errorf("%q stands there twice", c.CustomID)
			}
			ids[c.CustomID] = true
			if c.Type == partButton {
				fits("label", c.Label, maxLabel)
				continue
			}
			values := map[string]bool{}
			for _, o := range c.Options {
				fits("label", o.Label, maxOption)
				fits("value", o.Value, maxOption)
				if values[o.Value] {
					t.Errorf("the option %q stands there twice", o.Value)
				}
				values[o.Value] = true
			}
			if len(r.Components) > 1 || len(c.Options) == 0 || len(c.Options) > maxSelect || units(c.Placeholder) > maxPlaceholder {
				t.Errorf("a select of %d options", len(c.Options))
			}
		}
	}
}

// TestHugeTexts: a dispatch can have 600 KiB, and all of it can be read.
func TestHugeTexts(t *testing.T) {
	if raceDetector {
		t.Skip("there is one goroutine, and the race detector takes a minute over it")
	}
	for _, s := range []string{"word ", "*", "\n", "\u200D", "البادية ", "@everyone ", "👩\u200D"} {
		s = strings.Repeat(s, news.MaxBytes/len(s))
		start := time.Now()
		pages := english.render(commands.Reply{Title: s, Note: s, Items: []commands.Item{quote(s, reuters)}, Fields: []commands.Field{{Name: s, Value: s}}}, nil)
		for _, p := range pages {
			checkMessage(t, p.m)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%.10q: %v", s, d)
		}
		if clean(s) != "" && strings.TrimSpace(s) != "" && len(pages) < 50 {
			t.Errorf("%.10q: %d pages", s, len(pages))
		}
		t.Logf("%.10q: %d pages in %v", s, len(pages), time.Since(start))
	}
}
