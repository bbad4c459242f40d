package gazetteer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

// TestLinks measures Annotate against the Wikipedia pages that 5,424 news items of 2025
// link to, for countries (territories included) and for cities (towns included).
//
// A page is mapped onto the entity that bears its title as its name or one of its other
// names, letter for letter. "Georgia (country)" and "Georgia (U.S. state)" want that
// type; "Tripoli, Lebanon" wants the one that lies there. A page that is none of our
// countries and cities asks for nothing.
//
// Recall counts the links whose entity is found in their text. Wikipedia links
// "[[Iran|Iranian]]" too, and an adjective is no mention here: so recall is given once
// for all links and once for those whose place is written in the text by one of its names.
//
// Precision. Wikipedia links a name at its first place only, and countries often not at
// all, so that a mention without a link is not wrong. Both bounds are given: "linked" is
// the share of mentions that have a link, as if all others were wrong; "judged" takes for
// those without one the share that was found right among 200 of them, drawn by lot before
// anything was mended for them and judged by a person (testdata/links.judged). There, the
// city for its province, a club, a party or a company for their place count as wrong.
func TestLinks(t *testing.T) {
	g := open(t)
	m := newPages(g)
	linked := links(t)
	judged := judgements(t)
	type tally struct{ links, hit, written, writtenHit, said, right, wrong int }
	count := map[string]*tally{"countries": {}, "cities": {}, "together": {}}
	each := func(e *Entity, f func(*tally)) {
		f(count[classOf(e)])
		f(count["together"])
	}
	lines(t, "current-events-2025.ndjson.gz", func(line string) bool {
		var item struct{ ID, Body string }
		if err := json.Unmarshal([]byte(line), &item); err != nil {
			t.Fatal(err)
		}
		want, got := map[*Entity]bool{}, map[*Entity]bool{}
		for _, p := range linked[item.ID] {
			if e := m.entity(p); e != nil && classOf(e) != "" {
				want[e] = true
			}
		}
		for _, mention := range g.Annotate(item.Body) {
			if e, _ := g.Entity(mention.Entity); mention.Kind == news.Place && classOf(e) != "" {
				got[e] = true
			}
		}
		for e := range want {
			each(e, func(c *tally) {
				c.links++
				if got[e] {
					c.hit++
				}
				if standsIn(item.Body, e) {
					c.written++
					if got[e] {
						c.writtenHit++
					}
				}
			})
		}
		for e := range got {
			each(e, func(c *tally) {
				c.said++
				switch judged[item.ID+" "+e.ID] {
				case "right":
					c.right++
				case "wrong":
					c.wrong++
				}
			})
		}
		return true
	})
	var b strings.Builder
	for _, name := range []string{"countries", "cities", "together"} {
		c := count[name]
		share := func(n, of int) float64 { return float64(n) / float64(max(of, 1)) }
		likely := float64(c.hit) + float64(c.said-c.hit)*share(c.right, c.right+c.wrong)
		precision := likely / float64(c.said)
		fmt.Fprintf(&b, "%s: %d links, %d mentions\n  recall: %.3f of all links, %.3f of those written by name (%d)\n  precision: %.3f linked, %.3f judged (%d right and %d wrong of those without a link)\n",
			name, c.links, c.said, share(c.hit, c.links), share(c.writtenHit, c.written), c.written, share(c.hit, c.said), precision, c.right, c.wrong)
		if precision < .9 {
			t.Errorf("%s: precision %.3f, want .9", name, precision)
		}
		if r := share(c.writtenHit, c.written); r < .9 {
			t.Errorf("%s: recall of what is written by name %.3f, want .9", name, r)
		}
	}
	t.Log("\n" + b.String())
	golden(t, "links.golden", b.String())
}

// classOf is what a place counts under; empty for what is not measured.
func classOf(e *Entity) string {
	switch e.Type {
	case "country", "territory":
		return "countries"
	case "city", "town":
		return "cities"
	}
	return ""
}

// pages maps Wikipedia's titles onto entities.
type pages struct {
	g      *Gazetteer
	byName map[string][]*Entity
}

func newPages(g *Gazetteer) pages {
	p := pages{g, map[string][]*Entity{}}
	for _, e := range g.Entities() {
		if e.Kind != news.Place || e.Type == "governorate" || e.Type == "district" {
			continue
		}
		for _, n := range append([]string{e.Name}, e.Aliases...) {
			if !slices.Contains(p.byName[n], e) {
				p.byName[n] = append(p.byName[n], e)
			}
		}
	}
	return p
}

func (p pages) entity(title string) *Entity {
	base, note, _ := strings.Cut(title, " (")
	in := ""
	if i := strings.Index(base, ", "); i > 0 && p.byName[base] == nil {
		base, in = base[:i], base[i+2:]
	}
	for _, e := range p.byName[base] {
		switch {
		case strings.Contains(note, "state") && e.Type != "state",
			strings.Contains(note, "country") && e.Type != "country":
			continue
		case in != "" && !slices.ContainsFunc(p.byName[in], func(o *Entity) bool { return e.under(o) }):
			continue
		}
		return e
	}
	return nil
}

// links are the titles that each item links to.
func links(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	sc := bufio.NewScanner(shared(t, "current-events-2025.labels.tsv"))
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		f := strings.Split(sc.Text(), "\t")
		if len(f) < 3 {
			continue
		}
		var list []string
		for _, p := range strings.Split(f[2], ",") {
			p := strings.ReplaceAll(p, "_", " ")
			if strings.HasPrefix(p, " ") && len(list) > 0 { // a comma of the title's own
				list[len(list)-1] += "," + p
				continue
			}
			list = append(list, p)
		}
		out[f[0]] = list
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// standsIn reports whether a text has one of a place's Latin names as whole words.
func standsIn(text string, e *Entity) bool {
	for _, n := range append([]string{e.Name}, e.Aliases...) {
		if !latin(n) {
			continue
		}
		for at := 0; ; {
			i := strings.Index(text[at:], n)
			if i < 0 {
				break
			}
			at += i + len(n)
			before, _ := utf8.DecodeLastRuneInString(text[:at-len(n)])
			after, _ := utf8.DecodeRuneInString(text[at:])
			if !unicode.IsLetter(before) && !unicode.IsLetter(after) {
				return true
			}
		}
	}
	return false
}

func judgements(t *testing.T) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "links.judged"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Split(strings.TrimSpace(line), "\t"); len(f) == 3 {
			out[f[0]+" "+f[1]] = f[2]
		}
	}
	return out
}
