package stories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/news"
)

const (
	header = "World Desk News Service\nDistributed by the agency to its subscribers — for publication\n\n"
	footer = "\n\nThis report was provided by the World Desk News Service and may not be altered. © 2025 World Desk. All rights reserved. Follow our channel for more."
)

// rewrite is what a paper's machine does to a text that it passes on: other quotes
// and dashes, a header and a footer, and the first of several paragraphs left out.
func rewrite(body string, i int) string {
	body = strings.NewReplacer("\"", "”", "'", "’", "’", "'", "-", "–", "–", " - ", "“", "«", "”", "»", "*", "").Replace(body)
	if _, rest, ok := strings.Cut(body, "\n\n"); ok {
		body = rest
	}
	switch i % 3 {
	case 0:
		return header + body + footer
	case 1:
		return header + body
	}
	return body + footer
}

func event(id string, d news.Dispatch) *news.Event {
	d.ID = news.Origin{Kind: news.OriginRecord, Feed: "test", Item: id}.ID()
	return &news.Event{Kind: news.Filed, Dispatch: d}
}

// TestRewritten files 500 dispatches of one paragraph and 500 of three, and what
// a paper makes of each, six hours later.
func TestRewritten(t *testing.T) {
	all, where := items(t), names(t)
	var b strings.Builder
	for _, paragraphs := range []int{1, 3} {
		g := testBook(t)
		joined, copies, n := 0, 0, 0
		for i := 0; n < 500; i += 5 {
			d, names := bulletin(all[i:i+paragraphs], i)
			first := g.Apply(event(fmt.Sprint(i), d), names)
			d2 := d
			d2.Body, d2.Source, d2.URL, d2.Published = rewrite(d.Body, n), "Paper", "", d.Published.Add(6*time.Hour)
			second := g.Apply(event(fmt.Sprint(i, "copy"), d2), where.Annotate(d2.Body))
			n++
			if second.Story == g.Resolve(first.Story) {
				joined++
			}
			if second.Copy != "" {
				copies++
			}
		}
		fmt.Fprintf(&b, "%d rewritten, of %d paragraphs: %d joined, %d taken for the same text\n", n, paragraphs, joined, copies)
		if joined < 495 || copies < 490 {
			t.Errorf("of %d paragraphs: %d joined, %d taken for the same text, want 495 and 490", paragraphs, joined, copies)
		}
	}
	t.Log("\n" + b.String())
	golden(t, "rewritten.golden", b.String())
}

// bulletin puts news items together as the paragraphs of one dispatch.
func bulletin(fs []filed, i int) (news.Dispatch, []news.Mention) {
	d := fs[0].event.Dispatch
	d.Body = ""
	var names []news.Mention
	for _, f := range fs {
		if d.Body != "" {
			d.Body += "\n\n"
		}
		for _, m := range f.names {
			m.Start, m.End = m.Start+len(d.Body), m.End+len(d.Body)
			names = append(names, m)
		}
		d.Body += f.event.Dispatch.Body
	}
	return d, names
}

// countries are the countries of the places that each item names, as hashes.
func countries(t *testing.T, fs []filed) [][]uint32 {
	t.Helper()
	g := names(t)
	out := make([][]uint32, len(fs))
	for i := range fs {
		for _, m := range fs[i].names {
			if e, ok := g.Entity(m.Entity); ok && m.Kind == news.Place && e.Country != "" {
				out[i] = append(out[i], hash("", e.Country))
			}
		}
		out[i] = sorted(out[i])
	}
	return out
}

// TestDifferent compares 5,000 pairs of different items that name places of the same
// country on the same day or the next; then files a year's items, each under the same header and footer.
func TestDifferent(t *testing.T) {
	all := items(t)
	read := make([]*Item, len(all))
	for i := range all {
		read[i] = newItem(&all[i].event.Dispatch, all[i].names, names(t).Within)
	}
	where := countries(t, all)
	stories := run(t, all, learnt, joins, merges)
	pairs, same, told, apart, tied := 0, 0, 0, 0, 0
	for i := range read {
		for j := i - 1; j >= 0 && read[i].When.Sub(read[j].When) <= 24*time.Hour && pairs < 5000; j-- {
			if common(where[i], where[j]) == 0 {
				continue
			}
			pairs++
			if copyOf(read[i], read[j], nil) {
				same++
			}
			a, b := all[i].heading, all[j].heading
			switch one := stories[read[i].ID] == stories[read[j].ID]; {
			case a == "" || b == "":
			case a != b:
				if apart++; one {
					tied++
				}
			case one:
				told++
			}
		}
	}
	g := testBook(t)
	wrapped := 0
	for from := 0; from < len(all); from += 500 {
		lot := slices.Clone(all[from:min(from+500, len(all))])
		for i := range lot {
			f := &lot[i]
			f.event.Dispatch.Body = header + f.event.Dispatch.Body + footer
			f.names = slices.Clone(f.names)
			for j := range f.names {
				f.names[j].Start += len(header)
				f.names[j].End += len(header)
			}
		}
		g.batch(lot, func(_ int, ch Change) {
			if ch.Copy != "" {
				wrapped++
			}
		})
	}
	got := fmt.Sprintf("%d pairs of one country and a day apart at most: %d taken for the same text\n%d of them under different headings: %d in one story\n%d items under one header and footer: %d taken for another's text\n",
		pairs, same, apart, tied, len(all), wrapped)
	t.Log("\n" + got)
	golden(t, "different.golden", got)
	if pairs < 5000 || same*200 >= pairs || wrapped*200 >= len(all) {
		t.Error("too many different texts are taken for the same")
	}
}
