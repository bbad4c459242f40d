package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"sitrep/gazetteer"
	"sitrep/index/query"
	"sitrep/news"
)

// surveyed is names of which some lie near one another.
type surveyed struct {
	names
	near map[string][]string
}

func (s surveyed) Near(typed string, km float64) ([]string, error) {
	ids, ok := s.near[typed]
	if !ok {
		return nil, gazetteer.ErrUnknown
	}
	return ids[:min(len(ids), int(km)/10)], nil
}

// node is a query as it is typed, before anything is made simpler.
type node struct {
	sign string // "", "+", "-"
	term *query.Term
	seq  []node   // in parentheses
	or   [][]node // joined by OR; each one operand
}

func (n node) String() string {
	switch {
	case n.term != nil:
		return n.sign + n.term.String()
	case n.or != nil:
		var parts []string
		for _, a := range n.or {
			parts = append(parts, a[0].String())
		}
		return strings.Join(parts, " OR ")
	}
	return n.sign + "(" + text(n.seq) + ")"
}

func text(seq []node) string {
	parts := make([]string, len(seq))
	for i, n := range seq {
		parts[i] = n.String()
	}
	return strings.Join(parts, " ")
}

// random makes a query of at most so many levels.
func random(r *rand.Rand, depth int) []node {
	var seq []node
	for range 1 + r.IntN(3) {
		if n := operandOf(r, depth); r.IntN(4) == 0 {
			alts := [][]node{{n}}
			for range 1 + r.IntN(2) {
				alts = append(alts, []node{operandOf(r, depth)})
			}
			seq = append(seq, node{or: alts})
		} else {
			seq = append(seq, n)
		}
	}
	return seq
}

func operandOf(r *rand.Rand, depth int) node {
	n := node{sign: []string{"", "", "", "+", "-"}[r.IntN(5)]}
	if depth > 0 && r.IntN(3) == 0 {
		n.seq = random(r, depth-1)
		return n
	}
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	t := &query.Term{Text: pick("convoy", "convoys", "water", "hajin", "هجين", "قافلة", "rain", "road", "closed", "syria")}
	switch r.IntN(10) {
	case 0:
		t.Text, t.Phrase = pick("convoy water", "road to hajin", "water", "closed road", "قافلة هجين"), true
	case 1:
		t.Text, t.Prefix = pick("con", "clos", "convoys", "roa", "قاف", "القاف", "zzz"), true
	case 2:
		t.Field, t.Text = "title", pick("water", "rain", "closed road")
		t.Phrase = strings.Contains(t.Text, " ")
	case 3:
		t.Field, t.Text = "place", pick("hajin", "syria", "badia")
	case 4:
		t.Field, t.Text = "source", pick("s-a", "s-b", "s-c")
	case 5:
		t.Field, t.Text, t.Within = "near", "hajin", query.Radius{N: float64(10 * (1 + r.IntN(2))), Unit: "km"}
	}
	n.term = t
	return n
}

// oracle tells from a dispatch alone whether it matches.
type oracle struct {
	x     *Index
	names surveyed
	d     news.Dispatch
}

func (o *oracle) positions(text string) []string {
	return positions(o.x.analyzers.tokens(o.d.Lang, text))
}

func (o *oracle) has(match func(term string) bool) bool {
	return slices.ContainsFunc(slices.Concat(o.positions(o.d.Title), o.positions(o.d.Body)), func(t string) bool { return t != "" && match(t) })
}

func (o *oracle) entities() (out []string) {
	return mentioned(o.names, o.d.Title+"\n"+o.d.Body)
}

// leaf says whether a term alone matches.
func (o *oracle) leaf(t *query.Term) bool {
	switch {
	case t.Field == "source":
		return o.d.Source == t.Text
	case t.Field == "place":
		return slices.ContainsFunc(o.entities(), func(id string) bool { return slices.Contains(o.names.Within(id), t.Text) })
	case t.Field == "near":
		return slices.ContainsFunc(o.entities(), func(id string) bool {
			return slices.Contains(o.names.near[t.Text][:int(t.Within.N)/10], id)
		})
	case t.Prefix:
		stems := o.x.analyzers.terms(o.d.Lang, t.Text)
		return o.has(func(term string) bool {
			return slices.Contains(stems, term) || slices.ContainsFunc(beginnings(t.Text), func(b string) bool { return strings.HasPrefix(term, b) })
		})
	case t.Phrase || t.Field == "title":
		return o.phrase(t)
	}
	if slices.ContainsFunc(mentioned(o.names, t.Text), func(id string) bool { return slices.Contains(o.entities(), id) }) {
		return true
	}
	return o.has(func(term string) bool { return slices.Contains(o.x.analyzers.terms(o.d.Lang, t.Text), term) })
}

func (o *oracle) phrase(t *query.Term) bool {
	want := o.positions(t.Text)
	in := []string{o.d.Title, o.d.Body}
	if t.Field == "title" {
		in = in[:1]
	}
	return slices.ContainsFunc(in, func(text string) bool {
		have := o.positions(text)
		for i := 0; i+len(want) <= len(have); i++ {
			ok := true
			for k, w := range want {
				ok = ok && (w == "" || have[i+k] == w)
			}
			if ok {
				return true
			}
		}
		return false
	})
}

// spliced takes parentheses without a sign away, and those with + around what only
// excludes: they change nothing.
func spliced(seq []node) (out []node) {
	for _, n := range seq {
		if n.seq != nil && (n.sign == "" || n.sign == "+" && excludes(n.seq)) {
			out = append(out, spliced(n.seq)...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// excludes reports whether a sequence only says what must not be there.
func excludes(seq []node) bool {
	for _, n := range spliced(seq) {
		if n.sign != "-" || n.seq != nil && excludes(n.seq) {
			return false
		}
	}
	return true
}

// narrows reports whether all that a sequence asks for are fields.
func narrows(seq []node) bool {
	for _, n := range spliced(seq) {
		switch {
		case n.or != nil:
			if slices.ContainsFunc(n.or, func(a []node) bool { return !narrows(a) }) {
				return false
			}
		case n.seq != nil && n.sign == "-":
			if excludes(n.seq) && !narrows(flipped(n.seq)) {
				return false
			}
		case n.seq != nil:
			if !narrows(n.seq) {
				return false
			}
		case n.sign != "-" && (n.term.Field == "" || n.term.Field == "title"):
			return false
		}
	}
	return true
}

// flipped takes the signs off what only excludes.
func flipped(seq []node) (out []node) {
	for _, n := range spliced(seq) {
		n.sign = "+"
		out = append(out, n)
	}
	return out
}

// sequence is what the language means: all that is required, nothing unwanted, and
// where nothing is required but fields, one of the words.
func (o *oracle) sequence(seq []node) bool {
	must, words, some := false, false, false
	for _, n := range spliced(seq) {
		holds, required, isWord := o.item(n)
		switch {
		case isWord:
			words, some = true, some || holds
		case !holds:
			return false
		}
		must = must || required
	}
	return must || !words || some
}

// item says whether an item holds, whether the words are then at will, and whether
// it is such a word itself.
func (o *oracle) item(n node) (holds, required, isWord bool) {
	switch {
	case n.or != nil:
		return slices.ContainsFunc(n.or, o.sequence), !narrows([]node{n}), false
	case n.seq != nil && n.sign == "-":
		return !o.sequence(n.seq), excludes(n.seq) && !narrows(flipped(n.seq)), false
	case n.seq != nil:
		return o.sequence(n.seq), !narrows(n.seq), false
	case n.sign == "-":
		return !o.leaf(n.term), false, false
	}
	field := n.term.Field != "" && n.term.Field != "title"
	plain := n.sign == "" && n.term.Field == "" && !n.term.Phrase
	return o.leaf(n.term), !field && !plain, plain
}

// someDispatches are short ones of few words, in two languages, over two years.
func someDispatches(r *rand.Rand, n int) []news.Dispatch {
	words := map[string][]string{
		"en": {"convoy", "convoys", "water", "rain", "road", "roads", "closed", "closing", "to", "the", "Hajin", "Badia", "Syria", "tanf", "at", "constable"},
		"ar": {"قافلة", "القافلة", "هجين", "مياه", "طريق", "إلى", "convoy", "في"},
	}
	var out []news.Dispatch
	for i := range n {
		lang := []string{"en", "en", "ar"}[r.IntN(3)]
		say := func(n int) string {
			var parts []string
			for range n {
				parts = append(parts, words[lang][r.IntN(len(words[lang]))])
			}
			return strings.Join(parts, " ")
		}
		d := dispatch(fmt.Sprintf("%c%d", 'a'+r.IntN(3), i), say(1+r.IntN(6)), "")
		d.Published = time.Date(2018, time.Month(1+r.IntN(14)), 1+r.IntN(28), 0, 0, 0, 0, time.UTC)
		if d.Lang = lang; r.IntN(2) == 0 {
			d.Title = say(1 + r.IntN(3))
		}
		out = append(out, d)
	}
	return out
}

// Random queries find what a look at each dispatch finds, whatever is made simpler
// on the way.
func TestQueriesMatchBruteForce(t *testing.T) {
	s := openStore(t, t.TempDir())
	known := surveyed{testNames, map[string][]string{"hajin": {"hajin", "badia"}}}
	x := openIndex(t, t.TempDir(), s, known)
	defer closeIndex(t, x)
	r := rand.New(rand.NewPCG(1, 2))
	docs := someDispatches(r, 300)
	file(t, s, x, docs[:150]...)
	file(t, s, x, docs[150:]...)
	for i := range 40 { // revised: the old texts must not be found
		again := someDispatches(r, 1)[0]
		docs[i].Body, docs[i].Title = again.Body, ""
		docs[i].Lang = again.Lang
	}
	file(t, s, x, docs[:40]...)
	ids := make([]news.ID, len(docs))
	for i := range docs {
		ids[i] = docs[i].Origin.ID()
	}
	asked, refused, empty := 0, 0, 0
	for asked < 1500 {
		seq := random(r, 2)
		typed := text(seq)
		q, err := query.Parse(typed)
		if err != nil {
			var wrong *query.Error
			if refused++; !errors.As(err, &wrong) || refused > 10_000 {
				t.Fatalf("%s: %v", typed, err)
			}
			if excludes(seq) != strings.Contains(err.Error(), "everything here says") && !strings.Contains(err.Error(), "OR cannot join") && !strings.Contains(err.Error(), "more than") {
				t.Fatalf("%s: %v", typed, err)
			}
			continue
		}
		asked++
		var want []news.ID
		for i := range docs {
			if o := (&oracle{x: x, names: known, d: docs[i]}); o.sequence(seq) {
				want = append(want, ids[i])
			}
		}
		res, err := x.Search(t.Context(), Search{Query: q, Scopes: []news.Scope{news.ScopeEveryone}, Size: MaxHits, Now: time.Date(2019, 6, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			t.Fatalf("%s → %s: %v", typed, q, err)
		}
		var got []news.ID
		for _, h := range res.Hits {
			got = append(got, h.ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || res.Total != len(want) {
			for _, id := range slices.Concat(got, want) {
				if slices.Contains(got, id) != slices.Contains(want, id) {
					d := docs[slices.Index(ids, id)]
					t.Logf("found %v: %s %q / %q of %s", slices.Contains(got, id), d.Lang, d.Title, d.Body, d.Source)
					break
				}
			}
			t.Fatalf("%s → %s: %d hits (%d in all), want %d", typed, q, len(got), res.Total, len(want))
		}
		if len(want) == 0 {
			empty++
		}
	}
	if empty > asked/2 {
		t.Errorf("%d of %d queries find nothing: that tells little", empty, asked)
	}
	t.Logf("%d queries, %d of them without a hit; %d refused", asked, empty, refused)
}

// A word with * stands for no more terms than it may, for the most frequent ones.
func TestPrefixIsBounded(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	var docs []news.Dispatch
	var all []string
	for i := range maxExpansion + 200 {
		all = append(all, fmt.Sprintf("qpz%05d", i))
	}
	docs = append(docs, dispatch("a1", strings.Join(all, " "), "2018-12-01"))
	for i := maxExpansion; i < maxExpansion+200; i++ { // the last ones twice
		docs = append(docs, dispatch(fmt.Sprintf("b%d", i), all[i], "2018-12-01"))
	}
	docs = append(docs, dispatch("c1", all[0], "2018-12-01"), dispatch("d1", all[1], "2018-12-02"))
	docs = append(docs, dispatch("e1", all[1000], "2018-12-02")) // as often as 0 and 1
	file(t, s, x, docs...)
	snap := x.snapshot()
	defer snap.release()
	b, err := x.plan(t.Context(), snap, Search{Scopes: []news.Scope{news.ScopeEveryone}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w := b.prefix(query.Term{Text: "qpz", Prefix: true})
		terms := w.variants[0].terms
		if len(terms) != maxExpansion {
			t.Fatalf("%d terms", len(terms))
		}
		for _, must := range []int{0, 1, 1000, maxExpansion, maxExpansion + 199, 800} {
			if !slices.Contains(terms, all[must]) {
				t.Errorf("%s is left out", all[must])
			}
		}
		if slices.Contains(terms, all[900]) {
			t.Errorf("%s is among them, though others are as frequent and come before it", all[900])
		}
	}
	if got := found(t, s, x, "qpz*", func(q *Search) { q.Size = MaxHits }); len(got) != len(docs) {
		t.Errorf("%d hits, want %d", len(got), len(docs))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.plan(ctx, snap, Search{Query: query.Query{Terms: []query.Term{{Text: "qpz", Prefix: true}}}}); !errors.Is(err, context.Canceled) {
		t.Errorf("an expansion that nobody waits for ends with %v", err)
	}
}

// What begins like a word ranks as one word would that is written in all those ways.
func TestPrefixScores(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	file(t, s, x, dispatch("a1", "Convoy convoyed convict.", "2018-12-01"), dispatch("b1", "A convoy left the town at noon today.", "2018-12-01"), dispatch("c1", "Rain.", "2018-12-01"))
	best := func(q *Search) { q.Sort = Best }
	want(t, found(t, s, x, "conv*", best), "a1", "b1")
	want(t, found(t, s, x, "rain conv*", best), "c1", "a1", "b1")
	want(t, found(t, s, x, "rain +conv*", best), "a1", "b1")
	want(t, found(t, s, x, "town -conv*", best))
	want(t, found(t, s, x, "xyz*"))
	want(t, found(t, s, x, "rain +xyz*"))
	want(t, found(t, s, x, "rain -xyz*"), "c1")
}

// What asks for nothing finds nothing, and no distance is made up.
func TestNothingAsked(t *testing.T) {
	s := openStore(t, t.TempDir())
	x := openIndex(t, t.TempDir(), s, testNames)
	defer closeIndex(t, x)
	file(t, s, x, dispatch("a1", "A convoy reached Hajin.", "2018-12-01"))
	for _, q := range []string{"the of", `"the of"`, "the OR of", "+the", `("the" of)`} {
		want(t, found(t, s, x, q))
	}
	want(t, found(t, s, x, "the OR convoy"), "a1")
	want(t, found(t, s, x, ""), "a1")
	q, err := query.Parse("near:hajin<5km")
	if err != nil {
		t.Fatal(err)
	}
	var wrong *query.Error
	if _, err := x.Search(t.Context(), Search{Query: q, Scopes: []news.Scope{news.ScopeEveryone}}); !errors.As(err, &wrong) {
		t.Errorf("a distance where none is known: %v", err)
	}
}
