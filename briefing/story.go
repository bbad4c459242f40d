package briefing

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode"

	"sitrep/news"
)

// Report is a dispatch with its key sentence, ready to be told.
type Report struct {
	Dispatch news.Dispatch
	Quote    Quote
	// More are further sentences of it that name what was asked for.
	More []Quote
	// Names are the gazetteer IDs that it mentions, Mentions where in its body.
	Names    []string
	Mentions []news.Mention
	// Story is the one that it is known to be of; empty where that is not known. Text is
	// the dispatch that brought its text first, where that is another.
	Story string
	Text  news.ID
}

// text is who brought the text of a report first.
func (r *Report) text() news.ID {
	if r.Text == "" {
		return r.Dispatch.ID
	}
	return r.Text
}

// Story is a group of reports that tell of the same, the one to quote first.
type Story struct {
	Reports []Report
	// Sources are the independent ones, in the order they come up: who brought a text
	// first, as far as the reports tell. Who took a report back is none.
	Sources []string

	known string // what Report.Story says
	bag   map[string]bool
}

// Newest is the time of the newest report.
func (s *Story) Newest() (t time.Time) {
	for i := range s.Reports {
		if w := s.Reports[i].Dispatch.When(); w.After(t) {
			t = w
		}
	}
	return t
}

const (
	// sameStory is the share of words two reports of one event have in common
	// (Jaccard's index over the words of their quotations and titles).
	sameStory = .34
	// storyDays is how far apart in time two reports of one event may be.
	storyDays = 4
)

// Stories groups reports, best first as they come, in one pass: a report joins the
// story it is known to be of or, where that is not known, the one whose first report is
// most like it, or begins one. The order of the stories is that of their first reports.
func Stories(reports []Report) []Story {
	var stories []*Story
	for _, r := range reports {
		bag := bagOf(r.Quote.Text + " " + r.Dispatch.Title)
		s := storyFor(stories, &r, bag)
		if s == nil {
			s = &Story{bag: bag}
			stories = append(stories, s)
		}
		s.Reports = append(s.Reports, r)
		if s.known == "" {
			s.known = r.Story
		}
	}
	out := make([]Story, len(stories))
	for i, s := range stories {
		s.Sources = independent(s.Reports)
		out[i] = *s
	}
	return out
}

// storyFor is the story that a report is of, nil for none of them.
func storyFor(stories []*Story, r *Report, bag map[string]bool) (best *Story) {
	most := sameStory
	for _, s := range stories {
		if apart(&s.Reports[0].Dispatch, &r.Dispatch) > storyDays*24*time.Hour {
			continue
		}
		if r.Story != "" && s.known != "" {
			if r.Story == s.known {
				return s
			}
			continue
		}
		if sim := jaccard(s.bag, bag); sim >= most {
			best, most = s, sim
		}
	}
	return best
}

// independent are the sources of reports, each text counted once: for who brought it
// first or, where that is not among them, for who stands first.
func independent(reports []Report) (out []string) {
	by := map[news.ID]string{}
	for i := range reports {
		r := &reports[i]
		if _, ok := by[r.text()]; !ok || r.text() == r.Dispatch.ID {
			by[r.text()] = r.Dispatch.Source
		}
	}
	for i := range reports {
		r := &reports[i]
		if s := by[r.text()]; r.Dispatch.Standing != news.Retracted && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// Rank orders stories by weight: first what most independent sources tell, then what
// most reports tell, then the newest.
func Rank(stories []Story) {
	sort.SliceStable(stories, func(i, j int) bool {
		a, b := &stories[i], &stories[j]
		if len(a.Sources) != len(b.Sources) {
			return len(a.Sources) > len(b.Sources)
		}
		if len(a.Reports) != len(b.Reports) {
			return len(a.Reports) > len(b.Reports)
		}
		return a.Newest().After(b.Newest())
	})
}

// RankNews orders the stories of a briefing by weight and by age: the squared number of
// independent sources times one more than the reports, halved for every half-life that
// the newest report is older than now. Reports of one source count for little.
func RankNews(stories []Story, now time.Time, halfLife time.Duration) {
	worth := func(s *Story) float64 {
		age := max(now.Sub(s.Newest()), 0).Hours() / max(halfLife.Hours(), 1)
		return 2*math.Log(float64(len(s.Sources))) + math.Log1p(float64(len(s.Reports))) - math.Ln2*age
	}
	sort.SliceStable(stories, func(i, j int) bool { return worth(&stories[i]) > worth(&stories[j]) })
}

func apart(a, b *news.Dispatch) time.Duration {
	if a.Published.IsZero() || b.Published.IsZero() {
		return 0
	}
	return a.Published.Sub(b.Published).Abs()
}

// bagOf is the distinct words of a text that carry meaning: four letters or
// more, cut to six so that endings do not part them.
func bagOf(text string) map[string]bool {
	bag := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }) {
		r := []rune(w)
		if len(r) < 4 && !unicode.IsNumber(r[0]) {
			continue
		}
		bag[string(r[:min(len(r), 6)])] = true
	}
	return bag
}

func jaccard(a, b map[string]bool) float64 {
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	if union := len(a) + len(b) - both; union > 0 {
		return float64(both) / float64(union)
	}
	return 0
}
