package commands

import (
	"strings"
	"unicode"

	"sitrep/briefing"
)

// differingFigures are told at most of one topic.
const differingFigures = 2

// figures tells in which figures the reports of a topic differ, those of two
// sources before those that one has brought up to date. Each is verbatim in the
// dispatch that is cited for it, in the same order.
func (c *call) figures(reports []briefing.Report) (out []Item) {
	differences := briefing.Differences(reports)
	for _, contradicts := range []bool{true, false} {
		for _, d := range differences {
			if d.Contradicts == contradicts && len(out) < differingFigures {
				out = append(out, c.figuresItem(d, reports))
			}
		}
	}
	return out
}

func (c *call) figuresItem(d briefing.Difference, reports []briefing.Report) (it Item) {
	var parts []string
	for _, f := range d.Figures {
		said := isolated(squash(f.Said))
		by := isolated(clip(f.Source, 60))
		day := c.say("undated")
		if !f.Time.IsZero() {
			day = c.day(f.Time)
		}
		if f.Later {
			parts = append(parts, c.say("later: “%s” (%s, %s)", said, by, day))
		} else {
			parts = append(parts, c.say("“%s” (%s, %s)", said, by, day))
		}
		it.Cites = append(it.Cites, cite(&reports[f.Report].Dispatch))
	}
	list := strings.Join(parts, " · ")
	if d.Contradicts {
		it.Text = c.say("Figures differ: %s", list)
	} else {
		it.Text = c.say("A figure was brought up to date: %s", list)
	}
	return it
}

// isolated keeps a word that is written from the right from reordering what stands
// around it.
func isolated(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s)
	if strings.ContainsFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana)
	}) {
		return "\u2068" + s + "\u2069"
	}
	return s
}
