package main

import (
	"bytes"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/lang"
	"sitrep/news"
)

// edits are transcripts of what changes something, one after the other in a state
// of their own.
var edits = []struct {
	name  string
	lines []string
}{
	{"file", []string{"!file", "!file The bridge at Hajin is closed since this morning.", "!file The bridge at Hajin is closed since this morning.",
		`!file source:"Radio Fresh" published:2026-11-20 title:"Night move" lang:en Fighters left Hajin at night.`,
		"!file published:tomorrow Fighters left.", "!file url:hajin Fighters left.", "!search bridge sort:new", "!help file"}},
	{"related", []string{"!related", "!related {bridge}", "!related A convoy of aid reached the camp at Rukban until:2018-12-31", "!related xyzzy", "!related aaaaaaaaaaaaaaa2"}},
	{"mark", []string{"!mark", "!mark {bridge} wrong Nobody saw it.", "!mark {bridge} disputed", "!mark {bridge} disputed The mayor says that it is open.", "!mark {bridge} disputed Again.",
		`!search "bridge at Hajin"`, "!mark {bridge} reported The mayor was wrong.", "!retract {bridge} It was another bridge.", "!show {bridge}", "!mark aaaaaaaaaaaaaaaa disputed x"}},
	{"settings", []string{"!settings", "!settings zone Asia/Damascus", "!settings zone Mars/Base", "!settings prefix ab", "!settings prefix ?", "?settings prefix ?", "?settings language xx",
		"?settings managers @Editors", "?settings reset prefix", "!settings reset all", "!settings reset all", "!settings reset colour", "!settings log", "!help settings"}},
	{"source", []string{"!source", "!source add #field", "!help source add"}},
}

// bridge is the ID of the report that the transcripts file: it comes from who typed
// it, the day and the text.
var bridge = news.Origin{Kind: news.OriginDesk, Feed: "/operator", Item: "2026-11-23 df07dea2274999a88badd7d1"}.ID()

// editsTyped are further lines, typed in Arabic.
var editsTyped = map[string][]string{
	"file":     {"!إيداع مصدر:\"راديو فريش\" نشر:2018-12-14 غادر المقاتلون مدينة هجين ليلاً."},
	"mark":     {"!وسم {bridge} خلافية يقول رئيس البلدية إنه مفتوح.", "!سحب {bridge} خطأ"},
	"settings": {"!إعدادات", "!إعدادات منطقة Asia/Beirut", "!إعدادات استعادة الكل", "!إعدادات سجل 2"},
	"related":  {"!صلة قافلة مساعدات في الركبان حتى:2018-12-31"},
}

// edited runs the lines of one transcript, and hands each reply on.
func (a *app) edited(t *testing.T, lines []string, now time.Time, locale string, show func(line string, r commands.Reply)) {
	t.Helper()
	for _, line := range lines {
		line = strings.ReplaceAll(line, "{bridge}", string(bridge))
		r := a.request(line)
		r.Now, r.Locale = now, locale
		show(line, a.engine.Do(t.Context(), r))
		if err := a.current(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// dateless takes out what the log dates by itself: it is of today.
func dateless(text string, p *lang.Printer) string {
	today := regexp.MustCompile(`\b` + p.Day(time.Now().UTC()) + `([,،] \d\d:\d\d)?`)
	return today.ReplaceAllString(text, "TODAY")
}

func TestEditTranscripts(t *testing.T) {
	a, now := samplesHouse(t)
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			var b bytes.Buffer
			a.edited(t, e.lines, now, "", func(line string, r commands.Reply) {
				fmt.Fprintf(&b, "> %s\n\n", line)
				printReply(&b, r, style{width: 110, words: a.engine.Languages()})
				b.WriteString("\n")
			})
			sameTranscript(t, filepath.Join("testdata", "transcripts", e.name+".txt"), dateless(b.String(), a.engine.Languages().In("en")))
		})
	}
}

// The same in Arabic.
func TestArabicEditTranscripts(t *testing.T) {
	a, now := samplesHouse(t)
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			var b bytes.Buffer
			a.edited(t, slices.Concat(e.lines, editsTyped[e.name]), now, "ar", func(line string, r commands.Reply) {
				fmt.Fprintf(&b, "> %s\n\n", line)
				if !strings.HasPrefix(line, "!show") { // its title is the dispatch's
					checkArabic(t, line, r)
				}
				writeReply(&b, r)
			})
			got := strings.NewReplacer("\u2068", "⟨", "\u2069", "⟩").Replace(dateless(b.String(), a.engine.Languages().In("ar")))
			sameTranscript(t, filepath.Join("testdata", "transcripts-ar", e.name+".txt"), got)
		})
	}
}
