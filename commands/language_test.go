package commands

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sitrep/community"
	"sitrep/gazetteer"
	"sitrep/index/query"
	"sitrep/lang"
)

// towns gives each guild settings of its own.
type towns map[string]community.Settings

func (t towns) Settings(guild string) community.Settings { return t[guild] }
func (t towns) Change(context.Context, string, string, string, func(*community.Settings) error) error {
	return errors.New("nothing is changed here")
}
func (t towns) Note(context.Context, string, community.Entry) error { return nil }
func (t towns) Log(context.Context, string, int) ([]community.Entry, error) {
	return nil, nil
}

// What is typed in Arabic is what is typed in English, in any community.
func TestParseArabic(t *testing.T) {
	e := engine(t)
	for typed, english := range map[string]string{
		`!الوضع البادية`:                                       `!status البادية`,
		`وضع البادية منذ:7d حتى:أمس`:                           `status البادية since:7d until:yesterday`,
		`/الوضع حلب من:٧ي`:                                     `status حلب since:7d`,
		`!status badia منذ:الاثنين`:                            `!status badia since:monday`,
		`!بحث +مكان:حمص -لغة:en ترتيب:الأحدث صفحة:٢`:           `!search +place:حمص -lang:en sort:new page:2`,
		`!بحث (مكان:حمص OR -مكان:حلب) منذ:الأسبوع الماضي`:      `!search (place:حمص OR -place:حلب) since:"الأسبوع الماضي"`,
		`!بحث قرب:هجين<30كم قصف`:                               `!search near:هجين<30كم قصف`,
		`!status badia since:last week until:14 december 2018`: `!status badia since:"last week" until:"14 december 2018"`,
		`!بحث "مكان:حمص" حالة:مسحوبه`:                          `!search "مكان:حمص" standing:retracted`,
		`!موجز ٧أيام حول داعش`:                                 `!brief 7d حول داعش`,
		`!موجز أسبوع`:                                          `!brief week`,
		`!الموجز 3شهور عن داعش`:                                `!brief 3mo عن داعش`,
		`!جدولة إضافه صباح "0 7 * * *" UTC موجز 24h`:           `!schedule add صباح "0 7 * * *" UTC موجز 24h`,
		`!جدولة أضف م "0 7 * * *" منطقة:UTC قناة:هنا موجز`:     `!schedule add م "0 7 * * *" zone:UTC channel:here موجز`,
		`!جدولة احذف الوضع`:                                    `!schedule remove الوضع`,
		`!عرض hybijoyvkt5golc6`:                                `!show hybijoyvkt5golc6`,
	} {
		got, err := e.parse(Request{Line: typed, Now: time.Now()})
		if err != nil {
			t.Errorf("%s: %v", typed, err)
			continue
		}
		want, err := e.parse(Request{Line: english, Now: time.Now()})
		if err != nil {
			t.Errorf("%s: %v", english, err)
			continue
		}
		if d := cmp.Diff(want.args, got.args); d != "" || !slices.Equal(want.path, got.path) {
			t.Errorf("%s is %v %s", typed, got.path, d)
		}
	}
}

// A line that does not work is told in the language of the reply, with a word of
// that language to try.
func TestErrorsInArabic(t *testing.T) {
	e := engine(t)
	for line, want := range map[string]string{
		"!الوضغ x":      "هل تقصد الوضع؟",
		"!statsu x":     "هل تقصد \u2068status\u2069؟",
		"!جدولة حذفف":   "هل تقصد جدولة حذف؟",
		"!عرض":          "الأمر «عرض» يحتاج إلى «معرف»",
		"!show a b":     "«\u2068b\u2069» زائد على الأمر «\u2068show\u2069». طريقة الكتابة: !عرض ‹معرف› [منذ:‹منذ›]",
		"!brief 0d":     "«\u20680d\u2069» ليست مدة",
		"!الوضع x حتى:": "حتى: ماذا؟",
	} {
		r := e.Do(t.Context(), Request{Line: line, Locale: "ar"})
		if r.Error == nil || !strings.Contains(r.Error.Message, want) || r.Lang != "ar" {
			t.Errorf("%s: %s %+v, want %q", line, r.Lang, r.Error, want)
		}
	}
	r := e.Do(t.Context(), Request{Line: "!schedule remove x", Locale: "ar"})
	if r.Error == nil || r.Error.Code != CodeForbidden || r.Title != "غير مسموح" || !strings.Contains(r.Error.Message, "للمديرين") {
		t.Errorf("%+v %+v", r, r.Error)
	}
	if r := e.Do(t.Context(), Request{Line: "!status badia", Locale: "ar"}); r.Error == nil || r.Lang != "ar" || r.Title != "حدث عطل" { // no index: it panics
		t.Errorf("%+v %+v", r, r.Error)
	}
}

// Errorf is told in the language; an *Error made elsewhere is told as it is; both
// are one to errors.As.
func TestFailed(t *testing.T) {
	c, err := lang.New()
	if err != nil {
		t.Fatal(err)
	}
	err = Errorf(CodeNotFound, "There is no command %q.", "x")
	var told *Error
	if !errors.As(err, &told) || told.Code != CodeNotFound || told.Message != `There is no command "x".` {
		t.Errorf("%+v", told)
	}
	if r := failed(c.In("ar"), err); r.Title != "غير موجود" || r.Error.Message != "لا أمر باسم «\u2068x\u2069»." {
		t.Errorf("%+v", r.Error)
	}
	if r := failed(c.In("ar"), &Error{CodeUsage, "100 % as it is"}); r.Error.Message != "100 % as it is" {
		t.Errorf("%+v", r.Error)
	}
	if r := failed(c.In("en"), context.DeadlineExceeded); r.Error.Code != CodeUnavailable {
		t.Errorf("%+v", r.Error)
	}
	if r := failed(c.In("ar"), errors.New("secret cause")); r.Error.Code != CodeInternal || strings.Contains(r.Error.Message, "secret") {
		t.Errorf("%+v", r.Error)
	}
}

// The community's language comes first, then the person's, then the operator's.
func TestWhoseLanguage(t *testing.T) {
	e, err := New(Options{Communities: towns{"ar": {Language: "ar"}, "en": {Language: "en"}, "": {}}, Language: "ar"})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ guild, locale, want string }{{"ar", "en-US", "ar"}, {"en", "ar", "en"}, {"", "en-GB", "en"}, {"", "fr", "ar"}, {"", "", "ar"}} {
		if r := e.Do(t.Context(), Request{Line: "help", Guild: x.guild, Locale: x.locale}); r.Lang != x.want {
			t.Errorf("%+v: %s", x, r.Lang)
		}
	}
}

// A community's prefix and zone hold in it; the operator's prefix works everywhere.
func TestCommunitySettings(t *testing.T) {
	e, err := New(Options{Communities: towns{"1": {Prefix: "??", Zone: "Asia/Damascus"}, "2": {Zone: "Nowhere/At_All"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"??status badia", "?? status badia", "!status badia", "status badia", "/status badia"} {
		if _, err := e.parse(Request{Line: line, Guild: "1"}); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := e.parse(Request{Line: "??status badia", Guild: "2"}); err == nil {
		t.Error("one community's prefix is taken in another")
	}
	r := e.Do(t.Context(), Request{Line: "help", Guild: "1"})
	if !strings.HasPrefix(r.Fields[0].Name, "??status TOPIC") || !strings.Contains(r.Note, "??status badia") {
		t.Errorf("%s: %+v", r.Note, r.Fields[0])
	}
	now := time.Date(2026, 11, 23, 22, 30, 0, 0, time.UTC) // the 24th in Damascus
	for guild, want := range map[string]string{"1": "23 Nov 2026", "2": "22 Nov 2026", "": "22 Nov 2026"} {
		c, err := e.parse(Request{Line: "brief until:yesterday", Guild: guild, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		w, err := c.window()
		if err != nil || w.moment() != want {
			t.Errorf("guild %q: %v %v, want %s", guild, w.moment(), err, want)
		}
	}
	if got := e.Complete(t.Context(), Request{Line: "??sta", Guild: "1"}, 5); len(got) != 1 || got[0].Value != "??status " {
		t.Errorf("%+v", got)
	}
}

func TestCompleteWords(t *testing.T) {
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Options{Names: g})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ locale, typed, want string }{
		{"ar", "!", "!الوضع "}, {"ar", "!sta", "!status "}, {"en", "!الو", "!الوضع "}, {"en", "!", "!status "}, {"ar", "!جدولة ح", "!جدولة حذف "},
		{"ar", "!الوضع حلب من", "!الوضع حلب منذ:"}, {"ar", "!بحث حلب ترتيب:الأح", "!بحث حلب ترتيب:الأحدث "}, {"en", "!search x sort:o", "!search x sort:old "},
		{"ar", "!مصادر منذ:ال", "!مصادر منذ:اليوم "}, {"en", "!schedule remove", "!schedule remove "},
	} {
		got := e.Complete(t.Context(), Request{Line: x.typed, Locale: x.locale}, 10)
		if !slices.ContainsFunc(got, func(c Choice) bool { return c.Value == x.want }) {
			t.Errorf("%s, %s: %+v, want %q", x.locale, x.typed, got, x.want)
		}
	}
}

// slashName is what Discord takes for the name of a command or an option.
var slashName = regexp.MustCompile(`^[-_'\p{L}\p{N}]{1,32}$`)

// On one level no word of any language stands for two things, and all words and
// summaries fit into Discord's slash commands, in every language.
func TestWordsFit(t *testing.T) {
	c, err := lang.New()
	if err != nil {
		t.Fatal(err)
	}
	codes := c.Languages()
	level := func(where string, names []string) {
		for _, code := range codes {
			p, seen := c.In(code), map[string]string{}
			for _, name := range names {
				w := p.Word(name)
				if !slashName.MatchString(w) || w != strings.ToLower(w) {
					t.Errorf("%s: %s: Discord takes no %q", code, where, w)
				}
				if other := seen[w]; other != "" {
					t.Errorf("%s: %s: %s and %s are both %q", code, where, other, name, w)
				}
				seen[w] = name
				for _, typed := range append(p.Words(name), name) {
					for _, other := range names {
						if other != name && c.Means(typed, other) {
							t.Errorf("%s: %s: %q means %s and %s", code, where, typed, name, other)
						}
					}
				}
			}
			if code != lang.English {
				for _, name := range names {
					if len(p.Words(name)) == 0 {
						t.Errorf("%s: %s: there is no word for %s", code, where, name)
					}
				}
			}
		}
	}
	summary := func(where, text string) {
		for _, code := range codes {
			if s := c.In(code).Say(text); utf8.RuneCountInString(s) > 100 || s == "" {
				t.Errorf("%s: %s: %d characters: %s", code, where, utf8.RuneCountInString(s), s)
			}
		}
	}
	var walk func(where string, list []*Command)
	walk = func(where string, list []*Command) {
		var words []string
		for _, cmd := range list {
			words = append(words, cmd.Name)
			summary(where+cmd.Name, cmd.Summary)
			var args []string
			for _, a := range cmd.Args {
				args = append(args, a.Name)
				summary(where+cmd.Name+" "+a.Name, a.Summary)
				if len(a.Choices) > 0 {
					level(where+cmd.Name+" "+a.Name, a.Choices)
				}
			}
			level(where+cmd.Name, args)
			walk(where+cmd.Name+" ", cmd.Sub)
		}
		level(where, words)
	}
	walk("", table())
	level("the times", times()[1:])
	for _, menu := range []string{"File as dispatch", "Find related"} { // names of message menus: 1 to 32 characters, spaces allowed
		for _, code := range codes {
			if s := c.In(code).Say(menu); utf8.RuneCountInString(s) > 32 {
				t.Errorf("%s: %s is too long", code, s)
			}
		}
	}
}

// Every word that a language has is one of the table's, of a value or of a field.
func TestNoWordIsLeftOver(t *testing.T) {
	known := slices.Concat(times(), units(), query.Fields(), []string{"here", "reported", "corroborated", "disputed", "retracted"})
	var walk func(list []*Command)
	walk = func(list []*Command) {
		for _, cmd := range list {
			known = append(known, cmd.Name)
			for _, a := range cmd.Args {
				known = append(append(known, a.Name), a.Choices...)
			}
			walk(cmd.Sub)
		}
	}
	walk(table())
	c, err := lang.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, code := range c.Languages() {
		for _, w := range c.In(code).AllWords() {
			if !slices.Contains(known, w) {
				t.Errorf("%s: nobody types %s", code, w)
			}
		}
	}
}

// A language that is dropped in is offered, spoken and typed without a line of code.
func TestEngineSpeaksAThirdLanguage(t *testing.T) {
	head := "months: [a,b,c,d,e,f,g,h,i,j,k,l]\nweekdays: [a,b,c,d,e,f,g]\n"
	c, err := lang.Read(fstest.MapFS{
		"en.yaml": {Data: []byte("name: English\n" + head)},
		"eo.yaml": {Data: []byte("name: Esperanto\n" + head + "words: {help: helpo, status: stato}\ntexts: {\"What can be asked\": Kion oni povas demandi, \"Not found\": Ne trovita}\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Options{Languages: c})
	if err != nil {
		t.Fatal(err)
	}
	r := e.Do(t.Context(), Request{Line: "!helpo", Locale: "eo"})
	if r.Title != "Kion oni povas demandi" || r.Lang != "eo" || !strings.HasPrefix(r.Fields[0].Name, "!stato ") {
		t.Errorf("%+v", r)
	}
	if got := e.Languages().Languages(); !slices.Equal(got, []string{"en", "eo"}) {
		t.Error(got)
	}
}
