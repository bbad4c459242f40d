package briefing

import (
	"testing"
	"time"

	"sitrep/news"
)

const wireText = "An explosion hit a convoy of the local council near Hajin on Tuesday, killing 12 people and wounding three others, a medical source said. " +
	"Ambulances took the wounded to the field hospital while residents gathered at the scene. No group has said that it was behind the attack so far, and the council called for calm."

func wire(source, body string, hours int, names ...string) *Wire {
	d := &news.Dispatch{Source: source, Body: body, Published: time.Date(2018, 12, 4, 10, 0, 0, 0, time.UTC).Add(time.Duration(hours) * time.Hour)}
	var ms []news.Mention
	for _, n := range names {
		ms = append(ms, news.Mention{Kind: news.Place, Entity: n})
	}
	return NewWire(d, ms)
}

func TestSameWire(t *testing.T) {
	base := wire("Agency", wireText, 0, "hajin")
	change := func(old, new string) string {
		out := ""
		for i := 0; i+len(old) <= len(wireText); i++ {
			if wireText[i:i+len(old)] == old {
				out = wireText[:i] + new + wireText[i+len(old):]
			}
		}
		if out == "" {
			t.Fatalf("%q is not in the text", old)
		}
		return out
	}
	for name, c := range map[string]struct {
		other *Wire
		same  bool
	}{
		"the same text":                 {wire("Radio", wireText, 5, "hajin"), true},
		"with who printed it":           {wire("Radio Fresh", "Radio Fresh: "+wireText, 5, "hajin"), true},
		"cut after two sentences":       {wire("Radio", wireText[:230], 5, "hajin"), true},
		"a line more":                   {wire("Radio", wireText+" More will be told as it comes in, editors said here.", 5, "hajin"), true},
		"an adjective left out":         {wire("Radio", change("field hospital", "hospital"), 5, "hajin"), true},
		"another number":                {wire("Radio", change("12", "15"), 5, "hajin"), false},
		"another number in words":       {wire("Radio", change("three", "four"), 5, "hajin"), false},
		"another place that is known":   {wire("Radio", change("Hajin", "Baghuz"), 5, "baghuz"), false},
		"another place that is unknown": {wire("Radio", change("Hajin", "Nowhere"), 5, ""), false},
		"another day":                   {wire("Radio", change("Tuesday", "Friday"), 5, "hajin"), false},
		"a denial":                      {wire("Radio", change("has said", "has not said"), 5, "hajin"), false},
		"another target":                {wire("Radio", change("convoy", "school"), 5, "hajin"), false},
		"a week later":                  {wire("Radio", wireText, 7*24, "hajin"), false},
		"within a roundup":              {wire("Radio", wireText+" "+change("12", "40")+" "+change("Hajin", "Homs"), 5, "hajin"), false},
		"another text":                  {wire("Radio", "Residents gathered at the scene of a fire in the market; nobody was hurt, the council said.", 0), false},
		"nothing":                       {wire("Radio", "", 0), false},
	} {
		if got := base.Same(c.other); got != c.same {
			t.Errorf("%s: %t", name, got)
		}
		if base.Same(c.other) != c.other.Same(base) {
			t.Errorf("%s: it hangs on which comes first", name)
		}
	}
	if !wire("A", "Explosion heard in Raqqa", 0).Same(wire("B", "Explosion heard in Raqqa.", 2)) || wire("A", "Explosion heard in Raqqa", 0).Same(wire("B", "Explosion heard in Raqqa", 12)) {
		t.Error("a few words: the same within hours only")
	}
	disputed := wire("B", wireText, 0, "hajin")
	disputed.standing = news.Disputed
	if base.Same(disputed) {
		t.Error("a disputed text goes for a reported one")
	}
	ar := "قصفت طائرات حربية اليوم أطراف بلدة هجين في ريف دير الزور الشرقي وقتل خمسة مدنيين بينهم امرأة بحسب مصادر محلية في البلدة"
	if a := wire("أ", ar, 0); !a.Same(wire("ب", ar+" وما حولها.", 1)) {
		t.Error("an Arabic text with a line more")
	}
}
