package gazetteer

import (
	"strings"

	"sitrep/news"
)

// agencies are the words by which news agencies and newspapers sign a report.
var agencies = set("Reuters AP AFP DPA dpa UPI ANI PTI IANS EFE ANSA TASS RIA Interfax Xinhua Kyodo Yonhap Bloomberg BBC CNN NPR CBS NBC ABC SANA WAFA MENA Anadolu AA Rudaw " +
	"رويترز سانا واع وفا كونا بترا واس أسوشيتد")

// bureaus are the cities where agencies have their offices: a report that is dated there tells of
// the whole world. In a dateline from anywhere else the place is what the report is about.
var bureaus = set("london paris berlin brussels geneva vienna rome madrid moscow istanbul ankara beirut cairo amman dubai doha riyadh jerusalem tel-aviv nairobi " +
	"johannesburg dakar abuja new-delhi islamabad beijing hong-kong tokyo seoul bangkok singapore sydney new-york-city washington-dc bogota mexico-city united-nations nicosia")

// datelineEnd is how far into a text, in bytes, a dateline can reach.
const datelineEnd = 120

// bylines drops the places where a report was written, which is not what it tells of:
// "Reuters (London)", "BEIRUT, Jan 5 (AP) —", "Reporting by A. B. in Amman".
func (g *Gazetteer) bylines(text string, names []found) {
	if len(names) == 0 {
		return
	}
	for i := range names {
		if f := &names[i]; f.pick != nil && f.pick.Kind == news.Place && signed(text, f) {
			f.pick = nil
		}
	}
	if open := sources(text); open < len(text) {
		for i := len(names) - 1; i >= 0 && names[i].start > open; i-- {
			if f := &names[i]; f.pick != nil && f.pick.Kind == news.Place {
				f.pick = nil
			}
		}
	}
	if end := dateline(text); end > 0 && names[0].start <= 2 {
		g.dated(names, end)
	}
	for _, word := range []string{"eporting by ", "diting by ", "riting by "} {
		if at := strings.LastIndex(text, word); at >= 0 {
			end := len(text)
			if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
				end = at + i
			}
			for i := len(names) - 1; i >= 0 && names[i].start > at; i-- {
				if f := &names[i]; f.end <= end && f.pick != nil && f.pick.Kind == news.Place {
					f.pick = nil
				}
			}
		}
	}
}

// sources finds where the brackets begin that a text ends with, behind its last full
// stop: they hold who reported it ("… were killed. (Arab News Pakistan)"). Without any it is the text's length.
func sources(text string) int {
	at := len(text)
	for {
		rest := strings.TrimRight(text[:at], " ,\n")
		if !strings.HasSuffix(rest, ")") {
			break
		}
		open := strings.LastIndexByte(rest, '(')
		if open < 0 || len(rest)-open > 80 {
			break
		}
		at = open
	}
	if before := strings.TrimRight(text[:at], " "); at < len(text) && (strings.HasSuffix(before, ".") || strings.HasSuffix(before, `."`)) {
		return at
	}
	return len(text)
}

// signed reports whether a name stands in brackets with an agency: "Reuters (London)", "(AFP, Paris)", "(London, Reuters)".
func signed(text string, f *found) bool {
	before, after := text[max(0, f.start-24):f.start], text[f.end:min(len(text), f.end+24)]
	if strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") {
		return agencies[lastWord(strings.TrimRight(before, " ("))]
	}
	if open := strings.LastIndexByte(before, '('); open >= 0 && strings.HasPrefix(after, ")") {
		return agencies[strings.Trim(before[open+1:], " ,-/")]
	}
	if end := strings.IndexByte(after, ')'); end >= 0 && strings.HasSuffix(before, "(") {
		return agencies[strings.Trim(after[:end], " ,-/")]
	}
	return false
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

// dateline finds where the dateline ends that a text begins with: "PLACE (AGENCY) —". 0: it has none.
func dateline(text string) int {
	head := text[:min(len(text), datelineEnd)]
	open := strings.IndexByte(head, '(')
	if open <= 0 {
		return 0
	}
	end := strings.IndexByte(head[open:], ')')
	if end < 0 || !agencies[strings.TrimSpace(head[open+1:open+end])] {
		return 0
	}
	rest := strings.TrimLeft(head[open+end+1:], " ")
	for _, dash := range []string{"—", "–", "-", ":"} {
		if strings.HasPrefix(rest, dash) {
			return open
		}
	}
	return 0
}

// dated drops the city of a dateline, and what is said of where it lies, where it is
// one of the bureaus and nothing else in the text lies in its country.
func (g *Gazetteer) dated(names []found, end int) {
	n := 0
	for n < len(names) && names[n].end <= end {
		n++
	}
	if n == 0 || names[0].pick == nil || !bureaus[names[0].pick.ID] {
		return
	}
	for i := n; i < len(names); i++ {
		if p := names[i].pick; p != nil && p.Country == names[0].pick.Country && p.Country != "" {
			return
		}
	}
	for i := range n {
		names[i].pick = nil
	}
}
