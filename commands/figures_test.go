package commands

import (
	"strings"
	"testing"
	"time"

	"sitrep/briefing"
	"sitrep/lang"
	"sitrep/news"
)

// What two sources tell of one thing stands side by side, verbatim and cited.
func TestFigures(t *testing.T) {
	said, err := lang.New()
	if err != nil {
		t.Fatal(err)
	}
	report := func(id news.ID, source, day, body string) briefing.Report {
		at, err := time.Parse("2006-01-02", day)
		if err != nil {
			t.Fatal(err)
		}
		i := strings.Index(body, "Hajin")
		return briefing.Report{Dispatch: news.Dispatch{ID: id, Source: source, Published: at, Lang: "en", Body: body},
			Mentions: []news.Mention{{Kind: news.Place, Entity: "hajin", Start: i, End: i + len("Hajin")}}}
	}
	reports := []briefing.Report{
		report("a", "SANA", "2018-11-12", "In Hajin 13 fighters surrendered, the army said."),
		report("b", "SOHR", "2018-11-13", "At least 20 fighters surrendered in Hajin."),
		report("c", "ANHA", "2018-11-13", "A convoy of 40 trucks reached Hajin."),
	}
	for code, want := range map[string]string{
		"en": "Figures differ: “13 fighters surrendered” (SANA, 12 Nov 2018) · “At least 20 fighters surrendered” (SOHR, 13 Nov 2018)",
		"ar": "أرقام مختلفة: ",
	} {
		c := &call{p: said.In(code)}
		items := c.figures(reports)
		if len(items) != 1 || !strings.HasPrefix(items[0].Text, want) {
			t.Fatalf("%s: %+v", code, items)
		}
		if cites := items[0].Cites; len(cites) != 2 || cites[0].ID != "a" || cites[1].ID != "b" || items[0].Quote {
			t.Errorf("%s: %+v", code, cites)
		}
	}
	c := &call{p: said.In("en")}
	reports[1].Dispatch.Source = "SANA"
	if items := c.figures(reports); len(items) != 1 || !strings.Contains(items[0].Text, "· later: “At least 20") || strings.Contains(items[0].Text, "differ") {
		t.Errorf("one source: %+v", items)
	}
	if items := c.figures(reports[1:]); len(items) != 0 {
		t.Errorf("nothing differs: %+v", items)
	}
}
