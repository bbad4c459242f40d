package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"sitrep/commands"
	"sitrep/data"
)

var update = flag.Bool("update", false, "write the golden transcripts anew")

// transcripts are what the channel shows, for the samples, on a day in 2026.
var transcripts = map[string][]string{
	"status": {"!status badia until:2018-12-31", "!status البادية until:2018-12-31", "!status sdf until:2019-03-23 since:2019-03-16", "!status badia", "!status atlantis", "!status baguz", "!status offensve", "!status Salamiyah until:2019-06"},
	"brief":  {"!brief 7d until:2019-03-23", "!brief 30d about daesh until:2018-12-31", "!brief"},
	"timeline": {"!timeline hajin", "!timeline daesh since:2018-06 until:2019-03", "!timeline hajin since:2018-12-10 until:2018-12-16", "!timeline zzxx", "!timeline hajin since:2020", "!trend hajin since:2018-11 until:2018-12", "!trend badia until:2018-12-31",
		"!trend sdf since:2015 until:2019", "!trend badia", "!timeline the"},
	"map":     {"!map daesh until:2018-12-31", "!map deir ezzor", "!map hajin", "!map zzxx", "!map the", "!map badia until:2018-12-31"},
	"stories": {"!stories", "!stories until:2018-12-31", "!stories since:2018-12-01 until:2018-12-31"},
	"search": {"!search Hajin until:2018-12-31", `!search "al-Hol camp" sort:new`, "!search rukban aid page:2 sort:old", "!search xyzzy", "!search place:nowhere", "!search standing:false", `!search source:sample lang:ar +الباغوز`, "!search offensive until:2018-13", `!search "open`,
		"!search offensve", "!search Hajin offensve", "!search Hajin page:9"},
	"why": {"!why", "!why xyz Hajin", "!why cfp5grj3ijdxl3rh Hajin civilians until:2018-12-31", "!why cfp5grj3ijdxl3rh +xyzzy -trapped Hajin sort:best", "!why cfp5grj3ijdxl3rh convoy", "!why cfp5grj3ijdxl3rh Hajin since:2019-01"},
	"query": {"!search (hajin OR baghuz) +civil* -trucks sort:old until:2019-03", "!search what happened in Deir Ezzor since Monday?", "!search What happened in Hajin in December 2018?", "!search air strikes near:hajin<15km until:2018-12-15",
		`!search title:offensive* until:"14 december 2018" since:2018-09`, "!search hajin since 2018-12-10 until 2018-12-15", "!search ((hajin OR (baghuz)) -(-camp))", "!search what happened yesterday?",
		"!search homs ( raqqa", "!search homs) raqqa", "!search hajin AND OR baghuz", "!search hajin OR", "!search ((", "!search -raqqa -homs", "!search *zor", "!search ra*", "!search /.*/", "!search place:hom*",
		"!search near:hajin", "!search near:atlantis<10km", "!search near:hajin<900km", "!search hajin since:soon", "!search hajin since:1/2/2018", "!search (hajin since:7d)", `!search ""`, "!search hajin since monday since:7d",
		"!status badia since last week", "!status hajin -offensive until:2018-12-20", "!status what is the situation in Baghuz until 2019-03-20?", "!status (hajin OR baghuz) +camp until:2019-02", "!status badia ((", "!brief yesterday", "!brief about daesh from 2018-12-01 to 2018-12-07"},
	"show": {"!show", "!show aaaaaaaaaaaaaaaa", "!sources", "!sources until:2018-10", "!about"},
	"help": {"!help", "!help status", "!help schedule", "!help schedule add", "!statsu badia", "!frobnicate", "!"},
	"schedule": {"!schedule list", `!schedule add morning "0 7 * * *" Asia/Damascus brief 24h`, `!schedule add morning "0 7 * * *" Asia/Damascus brief 24h`,
		`!schedule add bad "0 7 * *" Asia/Damascus brief`, `!schedule add bad "0 7 * * *" CET brief`, `!schedule add bad "0 7 * * *" UTC frobnicate`, "!schedule list", "!schedule remove morning", "!schedule remove morning"},
}

// arabicTyped are lines that are typed in Arabic, beside the same lines as above.
var arabicTyped = map[string][]string{
	"status":   {"!الوضع البادية حتى:2018-12-31", "الوضع داعش منذ:2019-03-16 حتى:2019-03-23", "!وضع حلب من:أمس", "!الوضع"},
	"brief":    {"!موجز ٧أيام حتى:2019-03-23", "!موجز أسبوع عن الباغوز حتى:2019-03-31", "!موجز منذ:2019-03-01 حتى:2019-03-05 عن الركبان"},
	"map":      {"!خريطة داعش حتى:2018-12-31"},
	"timeline": {"!تسلسل هجين حتى:2018-12", "!منحى الباغوز منذ:2019-03 حتى:2019-03"},
	"stories":  {"!قصص منذ:2018-12-01 حتى:2018-12-31"},
	"search":   {"!بحث مكان:الباغوز +ترتيب ترتيب:الأحدث صفحة:٢", "!بحث الهول ترتيب:الأقدم حتى:2018-12", "!بحث حالة:مسحوبة", "!بحث هجين ترتيب:عشوائي"},
	"query":    {"!بحث ماذا حدث في هجين منذ 2018-12-10 حتى 2018-12-15؟", "!بحث ما آخر أخبار البادية أمس؟", "!بحث (هجين OR الباغوز) قرب:هجين<50كم حتى:آذار 2019", "!الوضع البادية منذ الأسبوع الماضي"},
	"show":     {"!عرض معرف:hybijoyvkt5golc6", "!مصادر", "!حول"},
	"help":     {"!مساعدة", "!مساعدة بحث", "!مساعدة جدولة إضافة", "!الوضغ البادية", "!بحت", "!جدولة قائمه", "!جدولة حذفف"},
	"schedule": {`!جدولة إضافة صباح "0 7 * * *" Asia/Damascus موجز 24h`, "!جدولة قائمة", "!جدولة حذف صباح"},
}

// samplesHouse has the samples filed an hour before a day in 2026.
func samplesHouse(t *testing.T) (*app, time.Time) {
	t.Helper()
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	samples, err := data.Samples()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	for i := range samples {
		samples[i].Filed = now.Add(-time.Hour)
	}
	if _, err := a.store.File(t.Context(), samples); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, now
}

func TestTranscripts(t *testing.T) {
	a, now := samplesHouse(t)
	for name, lines := range transcripts {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			for _, line := range lines {
				fmt.Fprintf(&b, "> %s\n\n", line)
				r := a.request(line)
				r.Now = now
				printReply(&b, a.engine.Do(t.Context(), r), style{width: 110, words: a.engine.Languages()})
				b.WriteString("\n")
			}
			sameTranscript(t, filepath.Join("testdata", "transcripts", name+".txt"), b.String())
		})
	}
}

// What stands on a button can be asked: the line of each is read, and a search by a
// question finds what its button in another order finds.
func TestQueryButtons(t *testing.T) {
	a, now := samplesHouse(t)
	ask := func(line string) commands.Reply {
		r := a.request(line)
		r.Now = now
		return a.engine.Do(t.Context(), r)
	}
	clicked := 0
	for _, line := range slices.Concat(transcripts["query"], arabicTyped["query"]) {
		for _, act := range ask(line).Actions {
			clicked++
			if again := ask("!" + act.Line); again.Error != nil {
				t.Errorf("%s: the button %q, %s: %s", line, act.Label, act.Line, again.Error.Message)
			}
		}
	}
	if clicked < 20 {
		t.Errorf("only %d buttons", clicked)
	}
	sources := func(r commands.Reply) string {
		for _, f := range r.Fields {
			if f.Name == "Sources" {
				return f.Value
			}
		}
		return ""
	}
	for line, same := range map[string]string{
		"!search what happened in Hajin in December 2018?":        "!search Hajin since:2018-12-01 until:2018-12-31",
		"!search hajin since 2018-12-10 until 14 december 2018":   "!search hajin until:2018-12-14 since:2018-12-10",
		"!search ((hajin) OR (baghuz OR susah)) until:2019-03":    "!search baghuz | susah | hajin until:march 2019",
		"!search hajin -(-offensive)":                             "!search hajin +offensive",
		"!search ماذا حدث في هجين منذ 2018-12-10 حتى 2018-12-15؟": "!search هجين since:2018-12-10 until:2018-12-15",
	} {
		one, other := ask(line), ask(same)
		if one.Error != nil || other.Error != nil || sources(one) == "" || sources(one) != sources(other) {
			t.Errorf("%s brings %q, %s %q", line, sources(one), same, sources(other))
		}
	}
}

func sameTranscript(t *testing.T, file, got string) {
	t.Helper()
	got = strings.ReplaceAll(got, "sitrep "+programVersion(), "sitrep VERSION")
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, file, got)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s has changed (-update renews it):\n%s", file, d)
	}
}

// The same in Arabic: what the engine says, with its isolates shown as ⟨ ⟩.
func TestArabicTranscripts(t *testing.T) {
	a, now := samplesHouse(t)
	for name, lines := range transcripts {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			for _, line := range slices.Concat(lines, arabicTyped[name]) {
				fmt.Fprintf(&b, "> %s\n\n", line)
				r := a.request(line)
				r.Now, r.Locale = now, "ar"
				reply := a.engine.Do(t.Context(), r)
				if reply.Lang != "ar" {
					t.Errorf("%s: the reply is in %q", line, reply.Lang)
				}
				checkArabic(t, line, reply)
				writeReply(&b, reply)
			}
			got := strings.NewReplacer("\u2068", "⟨", "\u2069", "⟩").Replace(b.String())
			sameTranscript(t, filepath.Join("testdata", "transcripts-ar", name+".txt"), got)
		})
	}
}

// ours are the texts of a reply that sitrep itself says, with where they stand.
func ours(r commands.Reply) map[string]string {
	out := map[string]string{"title": r.Title, "note": r.Note}
	if r.Error != nil {
		out["error"] = r.Error.Message
	}
	for i, it := range r.Items {
		if !it.Quote {
			out[fmt.Sprint("item ", i)] = it.Text
		}
	}
	for i, f := range r.Fields {
		out[fmt.Sprint("name ", i)], out[fmt.Sprint("value ", i)] = f.Name, f.Value
	}
	for i, p := range r.Pictures {
		out[fmt.Sprint("picture ", i)] = p.Alt
	}
	for i, act := range r.Actions {
		if act.Label != act.Line { // an example is its own label
			out[fmt.Sprint("label ", i)] = act.Label
		}
	}
	return out
}

var isolated = regexp.MustCompile("\u2068[^\u2068\u2069]*\u2069")

// checkArabic finds what is left in English: Latin letters belong into isolates,
// but for what stands alone: a source's name, a command line, a licence.
func checkArabic(t *testing.T, line string, r commands.Reply) {
	t.Helper()
	for where, text := range ours(r) {
		for _, part := range strings.Split(text, "\n") {
			rest := part
			for isolated.MatchString(rest) {
				rest = isolated.ReplaceAllString(rest, "")
			}
			if strings.HasSuffix(part, "موجز 24h") {
				continue // a command line as it was typed
			}
			if strings.ContainsAny(rest, "\u2068\u2069") {
				t.Errorf("%s: %s has an isolate that is open: %q", line, where, part)
			}
			alone := !strings.ContainsFunc(rest, func(r rune) bool { return unicode.Is(unicode.Arabic, r) })
			if latin := strings.IndexFunc(rest, func(r rune) bool { return unicode.Is(unicode.Latin, r) }); latin >= 0 && !alone {
				t.Errorf("%s: %s mixes: %q", line, where, part)
			} else if latin >= 0 && !slices.Contains(aloneAllowed, rest) && !strings.HasPrefix(where, "value") && !strings.HasPrefix(where, "name") {
				t.Errorf("%s: %s is English: %q", line, where, part)
			}
		}
		if strings.HasPrefix(text, "\u2069") || where == "title" && strings.HasPrefix(text, "\u2068") {
			t.Errorf("%s: %s begins with a mark: %q", line, where, text)
		}
	}
}

// aloneAllowed may stand in Latin letters without a word of Arabic.
var aloneAllowed = []string{"atlantis", "offensve", "hajin -offensive", "(hajin OR baghuz) +camp"}

// writeReply writes the whole of a reply as it is, a text a line.
func writeReply(w io.Writer, r commands.Reply) {
	fmt.Fprintf(w, "# %s\n", r.Title)
	if r.Note != "" {
		fmt.Fprintln(w, r.Note)
	}
	if r.Error != nil {
		fmt.Fprintf(w, "%s: %s\n", r.Error.Code, r.Error.Message)
	}
	for _, it := range r.Items {
		if it.Quote {
			fmt.Fprintf(w, "“%.60s…” %s\n", it.Text, it.Cites[0].ID)
		} else {
			fmt.Fprintln(w, it.Text)
		}
	}
	for _, f := range r.Fields {
		fmt.Fprintf(w, "• %s: %s\n", f.Name, strings.ReplaceAll(f.Value, "\n", "\n    "))
	}
	for _, p := range r.Pictures {
		fmt.Fprintf(w, "▦ %s\n", p.Alt)
	}
	for _, act := range r.Actions {
		fmt.Fprintf(w, "→ %s | %s\n", act.Label, act.Line)
	}
	fmt.Fprintln(w)
}

// Every text in a terminal is data: nothing from outside steers it.
func TestCleanTerminal(t *testing.T) {
	if got := clean("a\x1b[31mb\u202ec\u200fd\x07\ne"); got != "a[31mbcd e" {
		t.Errorf("%q", got)
	}
}
