package briefing

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"sitrep/gazetteer"
	"sitrep/news"
	"sitrep/snippet"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a golden file, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Error(d)
	}
}

// judged is a dispatch with a question and what an editor would quote.
type judged struct {
	name, question string
	d              news.Dispatch
	lines          []judgement
}

type judgement struct {
	mark       byte // + & . -
	start, end int  // in the body
}

func readJudged(t testing.TB, name string) (out []judged) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name + ".txt")
	if err != nil {
		t.Fatal(err)
	}
	var j *judged
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case mark == "#":
			lang, rest, _ := strings.Cut(rest, " ")
			name, question, _ := strings.Cut(rest, " ?")
			out = append(out, judged{name: lang + " " + name, question: strings.TrimSpace(question), d: news.Dispatch{Lang: lang}})
			j = &out[len(out)-1]
		case j == nil || line == "":
		case mark == "T":
			j.d.Title = rest
		case mark == "|":
			j.d.Body += "\n\n"
		default:
			if b := j.d.Body; b != "" && !strings.HasSuffix(b, "\n") {
				j.d.Body += " "
				if mark == "-" && strings.Contains(rest, " | ") {
					j.d.Body = b + "\n"
				}
			}
			start := len(j.d.Body)
			j.d.Body += rest
			j.lines = append(j.lines, judgement{mark[0], start, len(j.d.Body)})
		}
	}
	return out
}

// asking finds the words of a question in a text, whatever their case.
func asking(question string) func(lang, text string) []snippet.Span {
	fold := func(s string) string {
		return strings.Map(func(r rune) rune {
			if l := unicode.ToLower(r); len(string(l)) == len(string(r)) {
				return l
			}
			return r
		}, s)
	}
	return func(_, text string) (out []snippet.Span) {
		for term, word := range strings.Fields(fold(question)) {
			for _, s := range words(word)("", fold(text)) {
				s.Term = term
				out = append(out, s)
			}
		}
		slices.SortStableFunc(out, func(a, b snippet.Span) int { return a.Start - b.Start })
		return out
	}
}

// key quotes for a judged question.
func (j *judged) key(g *gazetteer.Gazetteer) Quote {
	w := Wanted{Entities: map[string]bool{}, Find: asking(j.question)}
	for _, m := range g.Annotate(j.question) {
		for _, id := range g.Covers(m.Entity) {
			w.Entities[id] = true
		}
	}
	q, _ := Key(&j.d, g.Annotate(j.d.Body), w)
	return q
}

// judge says whether a quotation is what an editor would quote, and whether it
// holds what must not be quoted.
func (j *judged) judge(q Quote) (hit, bad bool) {
	text := strings.Trim(q.Text, snippet.Ellipsis)
	start := strings.Index(strings.ReplaceAll(j.d.Body, "\n", " "), text)
	if start < 0 || text == "" {
		return false, true
	}
	end := start + len(text)
	shown := func(l judgement) bool { return start < l.end && l.start < end }
	for i, l := range j.lines {
		if !shown(l) {
			continue
		}
		whole := start <= l.start && end >= l.end
		switch l.mark {
		case '+':
			hit = hit || whole
		case '&':
			if i > 0 && shown(j.lines[i-1]) {
				hit = hit || whole
			} else {
				bad = true
			}
		case '-':
			bad = true
		}
	}
	return hit && !bad, bad
}

// formerly is what a choice by the words of the question, position and length
// alone had reached, in the same figures, before the one that is tested.
var formerly = map[string]string{"keys": "formerly: 65, 42, 14\n", "held": "formerly: 20, 10, 10\n", "last": "formerly: 12, 10, 1\n"}

// How often the key sentence is one that an editor would quote, and how often one
// that must not be quoted.
func TestJudged(t *testing.T) {
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"keys", "held", "last"} {
		golden(t, "testdata/"+name+".golden", figuresOf(g, readJudged(t, name))+formerly[name])
	}
}

// figuresOf tells what is reached on judged dispatches, and what is missed.
func figuresOf(g *gazetteer.Gazetteer, set []judged) string {
	type tally struct{ n, hit, bad int }
	sums := map[string]*tally{}
	var missed strings.Builder
	for _, j := range set {
		q := j.key(g)
		hit, bad := j.judge(q)
		for _, of := range []string{j.d.Lang, "all"} {
			if sums[of] == nil {
				sums[of] = &tally{}
			}
			s := sums[of]
			s.n++
			if hit {
				s.hit++
			}
			if bad {
				s.bad++
			}
		}
		if !hit {
			fmt.Fprintf(&missed, "missed: %s: %q\n", j.name, q.Text)
		}
	}
	var b strings.Builder
	b.WriteString("dispatches, quoted as an editor would, quoted what must not be\n")
	for _, of := range []string{"en", "ar", "fr", "ru", "tr", "all"} {
		if sums[of] == nil {
			continue
		}
		fmt.Fprintf(&b, "%s: %d, %d, %d\n", of, sums[of].n, sums[of].hit, sums[of].bad)
	}
	return b.String() + missed.String()
}
