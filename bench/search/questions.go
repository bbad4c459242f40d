package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"sitrep/news"
)

// kind is a kind of question.
type kind struct {
	name, title string
	words       [2]int // the least and the most
	phrase      bool   // the words stand next to each other
	recent      bool   // only the last 30 days
	ours        bool   // only sitrep is asked
}

// kinds are the rows of the table; the seeds of their questions are their numbers.
var kinds = []kind{
	{name: "any", title: "any term, by score, 10 hits", words: [2]int{1, 3}},
	{name: "all", title: "all terms", words: [2]int{1, 3}},
	{name: "new", title: "one term, newest first", words: [2]int{1, 1}},
	{name: "recent", title: "any term, last 30 days", words: [2]int{1, 3}, recent: true},
	{name: "facets", title: "any term, two facets (source, day)", words: [2]int{1, 3}},
	{name: "highlights", title: "any term, highlights", words: [2]int{1, 3}},
	{name: "status", title: "last 30 days, facets, highlights", words: [2]int{1, 3}, recent: true},
	{name: "phrase", title: "phrase of 2 or 3 words", words: [2]int{2, 3}, phrase: true},
	{name: "everything", title: "everything, newest first"},
	{name: "any-counted", title: "any term, every hit counted", words: [2]int{1, 3}, ours: true},
	{name: "new-counted", title: "one term, newest first, every hit counted", words: [2]int{1, 1}, ours: true},
	{name: "everything-counted", title: "everything, newest first, every hit counted", ours: true},
	{name: "news", title: "any term, relevance and recency", words: [2]int{1, 3}, ours: true},
	{name: "news-counted", title: "any term, relevance and recency, every hit counted", words: [2]int{1, 3}, ours: true},
	{name: "command", title: "the command `status WORDS since:30d`, whole", words: [2]int{1, 3}, ours: true},
}

// question is one question of a kind.
type question struct {
	Words []string `json:"words,omitempty"`
	From  int64    `json:"from,omitempty"` // unix time; 0: from the beginning
}

// line is the question as the engines read it.
func (q question) line(kind string) string {
	return kind + "\t" + strings.Join(q.Words, " ") + "\t" + strconv.FormatInt(q.From, 10) + "\n"
}

// draw takes the words of every question from an item of the archive: they are
// asked for as often as they are written, and every question has a hit.
func (a *archive) draw(o options) error {
	type want struct {
		kind kind
		seed uint64
		to   *[]question
	}
	at := map[int][]want{} // by item
	a.Questions, a.Warm = map[string][]question{}, map[string][]question{}
	for k, kind := range kinds {
		r := rand.New(rand.NewPCG(o.seed, uint64(k)))
		for i := range o.warm + o.questions {
			to, list := a.Questions, o.questions
			if i < o.warm {
				to, list = a.Warm, o.warm
			}
			if to[kind.name] == nil {
				to[kind.name] = make([]question, 0, list)
			}
			q := question{}
			if kind.recent {
				q.From = now.AddDate(0, 0, -30).Unix()
			}
			to[kind.name] = append(to[kind.name], q)
			one := to[kind.name][len(to[kind.name])-1:]
			item := r.IntN(a.n)
			at[item] = append(at[item], want{kind, r.Uint64(), &one})
		}
	}
	return eachItem(a.file(), func(i int, d news.Dispatch) error {
		for _, w := range at[i] {
			words, err := drawWords(d.Body, w.kind, w.seed)
			if err != nil {
				return fmt.Errorf("item %d: %w", i, err)
			}
			(*w.to)[0].Words = words
		}
		return nil
	})
}

// drawWords picks words of a text that every engine keeps: small letters, no stop words.
func drawWords(text string, k kind, seed uint64) ([]string, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	n := k.words[0] + r.IntN(k.words[1]-k.words[0]+1)
	if n == 0 {
		return nil, nil
	}
	fields := strings.Fields(text)
	step := 1
	if k.phrase {
		step = n
	}
	var out []string
	for range 100_000 {
		at := r.IntN(len(fields) - step + 1)
		if run := fields[at : at+step]; plain(run) {
			out = append(out, run...)
		}
		if len(out) >= n {
			return out, nil
		}
	}
	return nil, fmt.Errorf("it has no %d plain words", n)
}

func plain(words []string) bool {
	for _, w := range words {
		if len(w) < 3 || strings.ContainsFunc(w, func(r rune) bool { return r < 'a' || r > 'z' }) || stopWord[w] {
			return false
		}
	}
	return true
}

// stopWords are left out of every index that can leave words out, and are in no question.
const stopWords = `a about above after again against all am an and any are as at be because been before being below between both but by
cannot could did do does doing down during each few for from further had has have having he her here hers herself him himself his how
i if in into is it its itself me more most my myself no nor not of off on once only or other ought our ours ourselves out over own
same she should so some such than that the their theirs them themselves then there these they this those through to too under until up
very was we were what when where which while who whom why with would you your yours yourself yourselves`

var stopWord = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(stopWords) {
		m[w] = true
	}
	return m
}()
