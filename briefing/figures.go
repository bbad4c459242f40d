package briefing

import (
	"cmp"
	"slices"
	"time"

	"sitrep/news"
	"sitrep/snippet"
)

// Qualifier says how a figure is meant.
type Qualifier string

// The qualifiers. Exact is a number without any.
const (
	Exact    Qualifier = ""
	AtLeast  Qualifier = "at least"
	MoreThan Qualifier = "more than"
	About    Qualifier = "about"
	UpTo     Qualifier = "up to"
	LessThan Qualifier = "less than"
	Range    Qualifier = "between"
)

// Figure is a number that a dispatch reports.
type Figure struct {
	// Low and High are the least and the most that it can mean; High is negative
	// where there is no most.
	Low, High int
	Qualifier Qualifier
	// Said is the figure as the dispatch has it, "at least 20 fighters surrendered";
	// Start and End are where it stands in the body, in bytes.
	Said       string
	Start, End int
	// Quote is its sentence.
	Quote Quote
	// Report is the number of the report among those given, ID and Source its
	// dispatch's.
	Report int
	ID     news.ID
	Source string
	// Time is when the dispatch was published, zero where unknown.
	Time time.Time
	// Later says that the same source had given another figure before.
	Later bool
}

// Difference is a list of figures on one thing that are not the same.
type Difference struct {
	// Noun and Sense say what is counted and what became of it: "fighter", "surrendered".
	Noun, Sense string
	// Figures are in the order of time, the undated last.
	Figures []Figure
	// Contradicts says that two sources differ in what they said last; else one
	// source has brought its own figure up to date.
	Contradicts bool
}

const (
	// figureTime is how far apart two reports with figures on one event may be,
	// lossTime where they are of the dead and wounded: of those every day has its own.
	figureTime = 72 * time.Hour
	lossTime   = 36 * time.Hour
	// sameContext is the share of the shorter sentence's other words that the longer has
	// too, where two tell of one event, loneContext where no place tells it.
	sameContext = .4
	loneContext = .6
)

// Differences finds figures of reports on one thing that cannot all be true, and
// those that a source has brought up to date. It takes two for one only where
// the same is counted and the same became of them, at one place, in like words or of
// one cause, or else in nearly the same words, close in time, and no day, place, cause or name speaks against it.
func Differences(reports []Report) []Difference {
	var groups [][]held
	for i := range reports {
		d := &reports[i].Dispatch
		if d.Standing == news.Retracted {
			continue
		}
		for _, f := range figuresOfBody(d, reports[i].Mentions) {
			groups = place(groups, held{f, i, d})
		}
	}
	var out []Difference
	for _, g := range groups {
		if diff, ok := difference(g); ok {
			out = append(out, diff)
		}
	}
	return out
}

// held is a figure with its report.
type held struct {
	figure
	report   int
	dispatch *news.Dispatch
}

// place puts a figure into the first group in which all are on the same as it is,
// or begins one.
func place(groups [][]held, h held) [][]held {
	for i, g := range groups {
		if !slices.ContainsFunc(g, func(o held) bool { return !h.same(&o) }) {
			groups[i] = append(g, h)
			return groups
		}
	}
	return append(groups, []held{h})
}

// same reports whether two figures are on one thing.
func (h *held) same(o *held) bool {
	if h.kind() != o.kind() || h.dispatch.ID == o.dispatch.ID && h.report != o.report {
		return false
	}
	if h.report == o.report {
		return h.low == o.low && h.high == o.high
	}
	if apartIn(h.when, o.when) || apartIn(h.cause, o.cause) || apartIn(h.whose, o.whose) || elsewhere(h.where, o.where) {
		return false
	}
	limit := figureTime
	loss := h.sense == "killed" || h.sense == "wounded"
	if loss {
		limit = lossTime
	}
	dated := !h.dispatch.Published.IsZero() && !o.dispatch.Published.IsZero()
	context := overlap(h.about, o.about)
	switch {
	case apart(h.dispatch, o.dispatch) > limit:
		return false
	case context >= loneContext:
		return true
	case !dated || !common(h.where, o.where):
		return false
	}
	return !loss || context >= sameContext || common(h.cause, o.cause)
}

// apartIn reports whether two sets that both hold something have nothing in common.
func apartIn(a, b map[string]bool) bool { return len(a) > 0 && len(b) > 0 && !common(a, b) }

// elsewhere reports whether each of two sets holds what the other lacks.
func elsewhere(a, b map[string]bool) bool { return !subset(a, b) && !subset(b, a) }

func subset(a, b map[string]bool) bool {
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return true
}

func common(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// fewWordsLeft is how many other words a sentence must have to be likened by them.
const fewWordsLeft = 4

// overlap is the share of the shorter list that the longer has too.
func overlap(a, b []string) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < fewWordsLeft {
		return 0
	}
	return share(a, b)
}

// difference tells a group, in the order of time, each source's figure once as
// long as it stays the same; ok is false where all agree.
func difference(g []held) (diff Difference, ok bool) {
	slices.SortStableFunc(g, func(a, b held) int {
		x, y := a.dispatch.Published, b.dispatch.Published
		if x.IsZero() != y.IsZero() {
			return cmp.Compare(b2i(x.IsZero()), b2i(y.IsZero()))
		}
		return x.Compare(y)
	})
	diff = Difference{Noun: g[0].noun, Sense: g[0].sense}
	last := map[string]*held{} // what each source said last
	changed := false
	for i := range g {
		h := &g[i]
		by := h.dispatch.Byline()
		before := last[by]
		last[by] = h
		if before != nil && before.low == h.low && before.high == h.high {
			continue
		}
		f := h.told()
		f.Later = before != nil
		changed = changed || f.Later && disjoint(before, h)
		diff.Figures = append(diff.Figures, f)
	}
	for a, x := range last {
		for b, y := range last {
			diff.Contradicts = diff.Contradicts || a != b && disjoint(x, y)
		}
	}
	return diff, diff.Contradicts || changed
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// disjoint reports whether no number is what both figures can mean.
func disjoint(a, b *held) bool {
	return a.high >= 0 && b.low > a.high || b.high >= 0 && a.low > b.high
}

// bounds sets what a figure can mean from its number and its qualifier.
func (f *figure) bounds() {
	switch f.qualifier {
	case AtLeast:
		f.high = -1
	case MoreThan:
		f.low, f.high = f.low+1, -1
	case UpTo:
		f.low = 0
	case LessThan:
		f.low, f.high = 0, f.high-1
	case About:
		f.low, f.high = about(f.low)
	}
}

// told is a figure as it is handed on.
func (h *held) told() Figure {
	d := h.dispatch
	p := &passage{lang: d.Lang, body: d.Body}
	found := []snippet.Span{{Start: h.said.Start, End: h.said.End}}
	q := p.quote(candidate{start: h.sentence.Start, end: h.sentence.End, found: found, hit: true})
	return Figure{Low: h.low, High: h.high, Qualifier: h.qualifier, Said: d.Body[h.said.Start:h.said.End], Start: h.said.Start, End: h.said.End,
		Quote: q, Report: h.report, ID: d.ID, Source: d.Byline(), Time: d.Published}
}
