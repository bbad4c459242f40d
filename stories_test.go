package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/commands"
	"sitrep/news"
)

// What sitrep stories prints, of the samples: a golden file as people see it, and as
// programs do. No dispatch is missing and none stands in two stories.
func TestStoriesCommand(t *testing.T) {
	state := t.TempDir()
	ok(t, "ask", "--state", state, "!about") // files the samples
	table := ok(t, "stories", "--state", state, "--since", "2018-12-15", "--until", "2018-12-31")
	lines := ok(t, "stories", "--state", state, "--since", "2018-12-15", "--until", "2018-12-31", "--json")
	sameTranscript(t, filepath.Join("testdata", "cli", "stories.txt"), table+"\n"+lines)

	filed := map[news.ID]string{}
	for line := range strings.Lines(ok(t, "export", "--state", state)) {
		var d news.Dispatch
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		filed[d.ID] = d.Headline(120)
	}
	seen := map[news.ID]bool{}
	for line := range strings.Lines(ok(t, "stories", "--state", state, "--json", "--k", "10000")) {
		var s commands.ListedStory
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			t.Fatal(err)
		}
		if s.Title != filed[s.Dispatches[0]] || s.Last.Before(s.First) || !slices.Equal(s.Sources, []string{"sample"}) || len(s.Independent) != 1 {
			t.Errorf("%+v", s)
		}
		for _, id := range s.Dispatches {
			if _, ok := filed[id]; !ok || seen[id] {
				t.Errorf("%s was not filed, or stands in two stories", id)
			}
			seen[id] = true
		}
	}
	if len(seen) != len(filed) {
		t.Errorf("%d dispatches in stories, %d filed", len(seen), len(filed))
	}
	if code, out, errs := sitrep(t, "stories", "--state", state, "--k", "2"); code != exitOK || strings.Count(out, "\n") != 4 || !strings.Contains(errs, "more, older ones") {
		t.Errorf("%d: %s%s", code, out, errs)
	}
	for _, args := range [][]string{{"--k", "0"}, {"--since", "soon"}, {"--until", "3000-01-01"}} {
		if code, _, errs := sitrep(t, append([]string{"stories", "--state", state}, args...)...); code == exitOK || errs == "" {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
}

// An event that four sources tell is told once, and ranked by who brought a text first.
func TestStoriesInAnswers(t *testing.T) {
	p := &program{Settings: Settings{State: t.TempDir(), Zone: "UTC", Prefix: "!", LogLevel: "error"}, std: Streams{Err: os.Stderr}}
	a, err := p.open(t.Context(), p.quietLogger())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	now := time.Date(2019, 1, 20, 9, 0, 0, 0, time.UTC)
	bomb := "A roadside bomb near Hajin killed 12 people and wounded 30 on Saturday, doctors of the field hospital told reporters in the town."
	later := "The number of people killed by the roadside bomb near Hajin rose to 15, doctors at the field hospital in the town said, as families of the wounded gathered."
	var ds []news.Dispatch
	file := func(source, body string, hours int) {
		ds = append(ds, news.Dispatch{Body: body, Source: source, Lang: "en", Published: now.Add(time.Duration(-hours) * time.Hour),
			Origin: news.Origin{Kind: news.OriginRecord, Feed: "test", Item: fmt.Sprint(len(ds))}})
	}
	for i := range 40 {
		file("Old", fmt.Sprintf("In town%d the council of quarter%d met people on street%d about water%d, it said.", i, i, i, i), 200+80*i)
	}
	file("Desk", bomb, 20)
	file("Paper", "From our partners: "+bomb, 18)
	file("Herald", bomb, 17)
	file("Radio", later, 12)
	file("Farmer", "Olive growers near Hajin expect the best harvest for ten years after the winter rains, a cooperative said.", 3)
	if _, err := a.store.File(t.Context(), ds); err != nil {
		t.Fatal(err)
	}
	if err := a.current(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"brief 24h", "status hajin"} {
		r := a.engine.Do(t.Context(), commands.Request{Line: line, Now: now})
		told := map[news.ID]int{}
		quotes := 0
		for _, it := range r.Items {
			for _, c := range it.Cites {
				told[c.ID]++
			}
			for _, id := range it.Folded {
				told[id]++
			}
			if it.Quote && strings.Contains(it.Text, "roadside bomb") {
				quotes++
			}
		}
		if quotes != 1 || len(told) != 5 {
			t.Errorf("%s: %d quotations of one event, %d of 5 dispatches accounted for: %+v", line, quotes, len(told), r.Items)
		}
		for id, n := range told {
			if n != 1 {
				t.Errorf("%s: %s stands there %d times", line, id, n)
			}
		}
	}
	r := a.engine.Do(t.Context(), commands.Request{Line: "stories", Now: now, Hits: 10})
	if r.Stories == nil || len(r.Stories.Stories) != 10 || r.Stories.Total != 42 {
		t.Fatalf("%d of %d: %+v", len(r.Stories.Stories), r.Stories.Total, r.Stories)
	}
	s := r.Stories.Stories[1]
	if len(s.Dispatches) != 4 || !slices.Equal(s.Independent, []string{"Desk", "Radio"}) || !slices.Equal(s.Sources, []string{"Desk", "Paper", "Herald", "Radio"}) {
		t.Errorf("%+v", s)
	}
}

// What sitrep annotate prints, as people and as programs see it. Every offset is that of
// the words it names.
func TestAnnotateCommand(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "reports.ndjson")
	write(t, file, `{"id":"1","title":"SDF near Hajin","body":"The SDF said on Tuesday, 11 December 2018, that fighters reached Hajin.\n\nThe next convoy leaves on December 20.","source":"Desk","published":"2018-12-12T10:00:00Z"}
{"id":"2","body":"قتل ١٢ شخصا قرب هجين في ٣ كانون الأول ٢٠١٨، وتحركت القوات يوم الثلاثاء.","source":"جريدة","published":"2018-12-05"}
{"id":"3","body":"Nothing is known of it; 12 March was mentioned, and Paris, Texas.","source":"Desk"}
{"id":"4","source":"Desk"}
`)
	code, lines, errs := sitrep(t, "annotate", "--json", file)
	if code != exitFailed || !strings.Contains(errs, "reports.ndjson:4: neither title nor body") {
		t.Errorf("%d: %s", code, errs)
	}
	_, table, _ := sitrep(t, "annotate", file)
	sameTranscript(t, filepath.Join("testdata", "cli", "annotate.txt"), table+"\n"+lines)
	n := 0
	for line := range strings.Lines(lines) {
		var d annotated
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		var all []span
		for _, m := range d.Mentions {
			all = append(all, m.span)
		}
		for _, m := range d.Dates {
			all = append(all, m.span)
		}
		for _, s := range all {
			n++
			if text := map[string]string{"title": d.Title, "body": d.Body}[s.In]; text[s.Start:s.End] != s.Text {
				t.Errorf("%+v is not in %q", s, text)
			}
		}
	}
	if n < 12 {
		t.Errorf("%d names and dates", n)
	}
	var out strings.Builder
	code = Main(t.Context(), []string{"annotate", "--json", "-"}, Streams{strings.NewReader("Aid for Rukban\n\nA convoy reached Rukban on 2018-11-03."), &out, io.Discard}, func(string) (string, bool) { return "", false })
	if code != exitOK || !strings.Contains(out.String(), `"text":"2018-11-03","date":"2018-11-03"`) || !strings.Contains(out.String(), `"lang":"en"`) {
		t.Errorf("%d: %s", code, out.String())
	}
}
