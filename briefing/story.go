package briefing

import (
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
}

// Story is a group of reports that tell of the same, the one to quote first.
type Story struct {
	Reports []Report
	// Sources are the distinct sources, in the order they come up.
	Sources []string
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

// Stories groups reports, best first as they come, in one pass: a report joins
// the story whose first report is most like it, or begins one. The order of the
// stories is that of their first reports.
func Stories(reports []Report) []Story {
	var stories []Story
	var bags []map[string]bool
	for _, r := range reports {
		bag := bagOf(r.Quote.Text + " " + r.Dispatch.Title)
		best, most := -1, sameStory
		for i := range stories {
			if apart(&stories[i].Reports[0].Dispatch, &r.Dispatch) > storyDays*24*time.Hour {
				continue
			}
			if sim := jaccard(bags[i], bag); sim >= most {
				best, most = i, sim
			}
		}
		if best < 0 {
			stories = append(stories, Story{})
			bags = append(bags, bag)
			best = len(stories) - 1
		}
		s := &stories[best]
		s.Reports = append(s.Reports, r)
		if !contains(s.Sources, r.Dispatch.Source) {
			s.Sources = append(s.Sources, r.Dispatch.Source)
		}
	}
	return stories
}

// Rank orders the stories of a period: first what most sources tell, then what
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

func apart(a, b *news.Dispatch) time.Duration {
	if a.Published.IsZero() || b.Published.IsZero() {
		return 0
	}
	return a.Published.Sub(b.Published).Abs()
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
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
