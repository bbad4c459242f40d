package bot

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"sitrep/news"
)

func wireOf(t *testing.T, data string) (m wireMessage) {
	t.Helper()
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

const aPost = `"id":"526395018313728000","channel_id":"500000000000000001","guild_id":"100000000000000001","type":0,` +
	`"author":{"id":"300000000000000001","username":"field.desk","global_name":"Field Desk"},"timestamp":"2018-12-29T06:00:00.123000+00:00","edited_timestamp":null,`

func someNames(key string) string {
	return map[string]string{"#500000000000000002": "desk", "&400000000000000001": "Editors"}[key]
}

func TestDispatchOf(t *testing.T) {
	m := wireOf(t, "{"+aPost+`"content":"**Hajin:** the *last* big pocket fell, says <@300000000000000002> in <#500000000000000002>.\n> quoted __twice__ <:pin:123456>\nsee [the report](https://news.example/a_b_c) <t:1546063200:f>",
		"mentions":[{"id":"300000000000000002","username":"ana","global_name":"Ana *B*"}],
		"attachments":[{"filename":"map.png","description":"The pocket on 29 December"},{"filename":"image0.jpg"}]}`)
	d, ok := dispatchOf(m, someNames)
	want := "Hajin: the last big pocket fell, says @Ana *B* in #desk.\nquoted twice :pin:\nsee the report (https://news.example/a_b_c) 2018-12-29T06:00Z\n\nmap.png: The pocket on 29 December"
	if !ok || d.Body != want {
		t.Errorf("%v\n%q\nwant\n%q", ok, d.Body, want)
	}
	if d.Title != "" || d.Source != "Field Desk" || d.URL != "https://discord.com/channels/100000000000000001/500000000000000001/526395018313728000" ||
		!d.Published.Equal(time.Date(2018, 12, 29, 6, 0, 0, 123e6, time.UTC)) || d.Published.Location() != time.UTC ||
		d.Scope != news.GuildScope("100000000000000001") || d.Lang != "en" ||
		d.Origin != (news.Origin{Kind: news.OriginDiscord, Feed: "100000000000000001/500000000000000001", Item: "526395018313728000"}) || d.ID != d.Origin.ID() {
		t.Errorf("%+v", d)
	}
	if again, _ := dispatchOf(m, someNames); !again.SameText(&d) {
		t.Error("a second reading is another text")
	}
}

func TestDispatchOfCardsAndForwards(t *testing.T) {
	for name, c := range map[string]struct{ data, title, body string }{
		"a heading":       {`"content":"# Raqqa today\n\nQuiet."`, "Raqqa today", "Quiet."},
		"a heading alone": {`"content":"## Raqqa today"`, "", "Raqqa today"},
		"a webhook's card": {`"webhook_id":"1","content":"","embeds":[{"title":"Raid near Hajin","url":"https://news.example/1","description":"Two **killed**.",
			"fields":[{"name":"Place","value":"Hajin"},{"name":"\u200b","value":"alone"}],"footer":{"text":"SANA"},"author":{"name":"Wire"}}]`,
			"Raid near Hajin", "Wire\n\nTwo killed.\n\nPlace: Hajin\n\nalone\n\nSANA\n\nhttps://news.example/1"},
		"a card": {`"webhook_id":"1","embeds":[{"title":"Raid near Hajin","description":"Two killed."}]`, "Raid near Hajin", "Two killed."},
		"a preview": {`"content":"https://news.example/1","embeds":[{"title":"Raid","url":"https://news.example/1","description":"Two killed."}]`,
			"", "https://news.example/1"},
		"a forward": {`"content":"","message_snapshots":[{"message":{"content":"Shelling in <#5>.","embeds":[{"title":"More"}],"timestamp":"2018-12-01T00:00:00+00:00"}}]`,
			"", "Shelling in <#5>.\n\nMore"},
	} {
		d, ok := dispatchOf(wireOf(t, "{"+aPost+c.data+"}"), nil)
		if !ok || d.Title != c.title || d.Body != c.body {
			t.Errorf("%s: %v\n%q\n%q\nwant\n%q\n%q", name, ok, d.Title, d.Body, c.title, c.body)
		}
	}
	for name, data := range map[string]string{
		"no words":       aPost + `"content":" \n "`,
		"a picture":      aPost + `"attachments":[{"filename":"image0.jpg"}]`,
		"a direct one":   strings.Replace(aPost, "guild_id", "g", 1) + `"content":"x"`,
		"somebody joins": strings.Replace(aPost, `"type":0`, `"type":7`, 1) + `"content":"x"`,
		"ephemeral":      aPost + `"content":"x","flags":64`,
		"loading":        aPost + `"content":"x","flags":128`,
	} {
		if d, ok := dispatchOf(wireOf(t, "{"+data+"}"), nil); ok {
			t.Errorf("%s became %+v", name, d)
		}
	}
}

func TestPlainer(t *testing.T) {
	p := &plainer{people: map[string]string{"300000000000000002": "Ana"}, names: someNames}
	for in, want := range map[string]string{
		"***both*** ~~gone~~ ||hidden||":            "both gone hidden",
		"2*3*4 snake_case a*b _it_ *x*":             "2*3*4 snake_case a*b it x",
		`\*not\* \_bold\_ 1\. C:\dir`:               `*not* _bold_ 1. C:\dir`,
		"`**code**` ```go\nx := 1\n``` ``a`b``":     "**code** x := 1 a`b",
		"https://x.example/__init__.py and **b**":   "https://x.example/__init__.py and b",
		"**https://x.example/a_b_** <https://y.z/>": "https://x.example/a_b_ https://y.z/",
		"[https://x.example](https://x.example)":    "https://x.example",
		"[**bold**](<https://x.example/(a)>)":       "bold (https://x.example/(a))",
		"<@!300000000000000002> <@300000000000000009> <@&400000000000000001> <#500000000000000009>": "@Ana @user @Editors #channel",
		"<a:wave:12> </status:77> <t:1546063200:D> <t:999999999999>":                                ":wave: /status 2018-12-29 <t:999999999999>",
		"> a\n>>> b\n-# c\n### d\n#e": "a\nb\nc\nd\n#e",
		"- item\n* item\n1. one":      "- item\n* item\n1. one",
		"\U00100000x\U0010FFFF":       "x",
		"*a* *b* _c_":                 "a b c",
		"العربية **مهم** <t:0:t>":     "العربية مهم 1970-01-01T00:00Z",
	} {
		if got := p.text(in); got != want {
			t.Errorf("%q → %q, want %q", in, got, want)
		}
	}
}

func FuzzDispatchOf(f *testing.F) {
	f.Add("{" + aPost + `"content":"**x** <@300000000000000002> [a](https://b) ` + "`c`" + `"}`)
	f.Add("{" + aPost + `"embeds":[{"title":"t","fields":[{"name":"n","value":"v"}]}],"message_snapshots":[{"message":{"content":"__x"}}]}`)
	f.Fuzz(func(t *testing.T, data string) {
		var m wireMessage
		if json.Unmarshal([]byte(data), &m) != nil {
			return
		}
		d, ok := dispatchOf(m, someNames)
		if !ok {
			return
		}
		if d.Body == "" || !utf8.ValidString(d.Title+d.Body+d.Source) || !norm.NFC.IsNormalString(d.Body) || d.Scope == "" || d.Scope == news.ScopeEveryone || !d.ID.Valid() {
			t.Errorf("%+v", d)
		}
	})
}
