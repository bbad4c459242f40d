package briefing

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// centralSentences are read of a long dispatch to see what it is about.
const centralSentences = 200

// terms are the distinct words of a text that carry meaning, written in one way:
// in small letters, Arabic without its article, cut to six letters so that
// endings do not part them. Numbers count whole.
func terms(text string) (out []string) {
	for w := range strings.FieldsFuncSeq(text, betweenWords) {
		w = plain(w)
		if isASCII(w) {
			if len(w) >= 4 || w[0] >= '0' && w[0] <= '9' {
				out = append(out, w[:min(len(w), 6)])
			}
			continue
		}
		if arabic(w) {
			w = articleless(w)
		}
		r := []rune(w)
		if len(r) == 0 || len(r) < 4 && !unicode.IsNumber(r[0]) && !(arabic(w) && len(r) == 3) {
			continue
		}
		out = append(out, string(r[:min(len(r), 6)]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func betweenWords(r rune) bool {
	if r < utf8.RuneSelf {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}
	return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r)
}

// articleless takes "and", "in", "for" and the article off the front of a folded
// Arabic word.
func articleless(w string) string {
	for _, front := range []string{"وال", "بال", "فال", "كال", "ال", "لل"} {
		if rest, ok := strings.CutPrefix(w, front); ok && len([]rune(rest)) > 2 {
			return rest
		}
	}
	return w
}

// central tells for each of a dispatch's sentences, in terms, how much of what the
// others say, and its title, is in it: from 0 to 1.5. Few sentences tell little of it.
func central(title string, said [][]string) []float64 {
	said = said[:min(len(said), centralSentences)]
	n := 0
	for _, s := range said {
		n += len(s)
	}
	holds := make(map[string]int, n) // in how many sentences a term is
	for _, s := range said {
		for _, t := range s {
			holds[t]++
		}
	}
	head := terms(title)
	out := make([]float64, len(said))
	most := 0.
	for i, s := range said {
		for _, t := range s {
			out[i] += float64(holds[t] - 1)
		}
		out[i] /= float64(len(s) + fewTerms)
		most = max(most, out[i])
	}
	weight := .6 * min(1, float64(len(said))/manySentences)
	for i, s := range said {
		if most > 0 {
			out[i] *= weight / most
		}
		out[i] += .9 * share(head, s)
	}
	return out
}

// manySentences are enough to tell by their words what a dispatch is about.
const manySentences = 6

// fewTerms is how many words more a sentence is counted for: one of two words is
// not the centre of a dispatch because the others have both.
const fewTerms = 4

// share is the part of the first terms that are among the second; both are sorted.
func share(a, b []string) float64 {
	if len(a) == 0 {
		return 0
	}
	n := 0
	for _, t := range a {
		if _, ok := slices.BinarySearch(b, t); ok {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

const (
	// fewReports say nothing about what most tell.
	fewReports = 3
	// agreement is what a sentence gains of which every other report has every word.
	agreement = 2.
)

// Agree chooses anew among the sentences of each report, in view of all: one that
// tells what others tell comes before one that is nearly as good alone.
func Agree(reports []Report) {
	if len(reports) < fewReports {
		return
	}
	holds := map[string]int{} // how many reports have a term
	for i := range reports {
		text := reports[i].Quote.Text
		for _, q := range reports[i].More {
			text += "\n" + q.Text
		}
		for _, t := range terms(text) {
			holds[t]++
		}
	}
	for i := range reports {
		r := &reports[i]
		best, most := 0, r.Quote.score+agreement*agreed(&r.Quote, holds, len(reports))
		for j := range r.More {
			q := &r.More[j]
			if score := q.score + agreement*agreed(q, holds, len(reports)); q.Hit == r.Quote.Hit && score > most {
				best, most = j+1, score
			}
		}
		if best > 0 {
			more := slices.Insert(slices.Delete(slices.Clone(r.More), best-1, best), 0, r.Quote)
			r.Quote, r.More = r.More[best-1], more
		}
	}
}

// agreed is how much of a quotation other reports tell, from 0 to 1.
func agreed(q *Quote, holds map[string]int, reports int) (part float64) {
	said := terms(q.Text)
	for _, t := range said {
		part += float64(holds[t]-1) / float64(reports-1)
	}
	return part / float64(len(said)+fewTerms)
}
