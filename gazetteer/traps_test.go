package gazetteer

import (
	"strings"
	"testing"
)

// TestTraps: names that look like a place's and are not, or not that place's. A mention
// that is wanted stands in brackets with its ID, all others must not be found.
func TestTraps(t *testing.T) {
	g := open(t)
	for name, text := range map[string]string{
		"the state by its city":         "A shooting at a school near [Atlanta=atlanta], [Georgia=us-georgia], killed four.",
		"the state by what it lies in":  "In [Georgia=us-georgia] the governor spoke; he had been to [California=us-california] and [Texas=us-texas].",
		"the country by its capital":    "Protesters in [Tbilisi=tbilisi] said that [Georgia=georgia] must turn to [Europe=europe].",
		"the country alone":             "[Georgia=georgia] held elections.",
		"the person":                    "Michael Jordan sold his team; Jordan Peterson and Jordan Henderson did not.",
		"the person and the country":    "Michael Jordan flew to [Amman=amman] in [Jordan=jordan].",
		"agency with its bureau":        "The price of oil rose on Monday. Reuters (London)",
		"bureau with its agency":        "Oil prices rose, traders said (London, Reuters).",
		"dateline":                      "LONDON, Jan 5 (Reuters) - Oil prices rose in [Russia=russia].",
		"dateline of a bureau":          "BEIRUT (AP) — Fighters left [Hajin=hajin].",
		"dateline of the place itself":  "[HAJIN=hajin], [Syria=syria] (AP) — Fighters left the town.",
		"dateline that the text is of":  "[BEIRUT=beirut] (AP) — Two people were shot in [Tripoli=tripoli-lebanon], [Lebanon=lebanon].",
		"who reported":                  "Four soldiers were killed near [Gao=gao]. (Arab News Pakistan)",
		"who wrote and where":           "Clashes went on in [Hama=hama].\nReporting by A. Smith in Amman; Editing by B. Jones in London",
		"Texas":                         "A man was arrested in Paris, [Texas=us-texas].",
		"Idaho":                         "Four students were killed in Moscow, [Idaho=us-idaho].",
		"a country's name in America":   "A fire broke out in Lebanon, [Pennsylvania=us-pennsylvania].",
		"an address abroad":             "An explosion in Hyderabad, [Sindh=sindh], [Pakistan=pakistan].",
		"a state of another country":    "A tanker crashed in Niger State, killing 14.",
		"a lake":                        "Fighters crossed Lake Malawi at night.",
		"a ship":                        "The USS Philadelphia and the HMS London sailed.",
		"a club":                        "Portland Trail Blazers beat the Boston Celtics.",
		"a treaty":                      "They left the Istanbul Convention and the Paris Agreement.",
		"a longer place":                "An earthquake struck Davao Oriental and Praia Grande.",
		"a party":                       "Alternative for Germany came second.",
		"an actress":                    "Paris Hilton met Sydney Sweeney and Chelsea Manning.",
		"a sandwich":                    "He ate a turkey sandwich off china plates.",
		"a newspaper":                   "The [Washington Post=washington-post] and [China Daily=china-daily] reported it.",
		"the other Tripoli":             "Soldiers came from [Beirut=beirut] to [Tripoli=tripoli-lebanon]; [Lebanon=lebanon] is calm.",
		"the first Tripoli":             "Militias fought in [Tripoli=tripoli], and [Libya=libya] closed its airport.",
		"New York the state":            "A bus overturned in Pembroke, [New York=us-new-york], [United States=united-states].",
		"an order of knights":           "[Andorra=andorra] and the Order of Malta opened relations.",
		"a city with its country":       "In [Hyderabad=hyderabad], [India=india], and in [Karachi=karachi].",
		"a list of places":              "Talks of [Paris=paris], [Berlin=berlin], [London=london] and [Rome=rome].",
		"countries and then a city":     "He visited [Jordan=jordan], [Egypt=egypt] and [Cairo=cairo].",
		"a word of its type decides":    "They met in [Djibouti City=djibouti-city].",
		"a word of its type before it":  "in the [city of Homs=homs] and in [مدينة حلب=aleppo]",
		"what only a neighbour can say": "Victoria and Georgetown said nothing; in [Arak=arak-iran], [Iran=iran], is a reactor.",
	} {
		t.Run(name, func(t *testing.T) {
			if got := marked(g, unmarked(text)); got != text {
				t.Errorf("got  %s\nwant %s", got, text)
			}
		})
	}
}

// unmarked is a text without the marks of what is wanted in it.
func unmarked(text string) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(text, "[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, tail, _ := strings.Cut(after, "]")
		b.WriteString(name[:strings.LastIndex(name, "=")])
		text = tail
	}
}

// TestExplain: what a name can mean, with what speaks for it.
func TestExplain(t *testing.T) {
	g := open(t)
	text := "Soldiers came from Beirut to Tripoli; Lebanon is calm."
	var tripoli *Explanation
	for _, x := range g.Explain(text) {
		if text[x.Start:x.End] == "Tripoli" {
			tripoli = &x
		}
	}
	if tripoli == nil || len(tripoli.Meanings) != 2 || tripoli.Meanings[0].Entity.ID != "tripoli-lebanon" || tripoli.Dropped != "" {
		t.Fatalf("%+v", tripoli)
	}
	first, second := tripoli.Meanings[0], tripoli.Meanings[1]
	if first.Score <= second.Score || first.Score > 1 || second.Entity.ID != "tripoli" {
		t.Errorf("%v against %v", first.Score, second.Score)
	}
	sum, says := 0., map[string]bool{}
	for _, r := range first.Reasons {
		sum += r.Score
		says[r.Entity] = true
	}
	if !says["lebanon"] || !says["beirut"] || min(sum, 1) != first.Score {
		t.Errorf("the reasons %+v do not make %v", first.Reasons, first.Score)
	}
	for _, m := range g.Annotate(text) {
		if m.Score <= 0 || m.Score > 1 {
			t.Errorf("%+v", m)
		}
	}
	if x := g.Explain("Oil rose. Reuters (London)"); len(x) == 0 || x[len(x)-1].Dropped != "byline" {
		t.Errorf("%+v", x)
	}
}
