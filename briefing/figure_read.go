package briefing

import (
	"slices"
	"strings"
	"unicode/utf8"

	"sitrep/news"
)

// figure is a number of something that a sentence reports.
type figure struct {
	noun, sense string
	qualifier   Qualifier
	low, high   int
	// said is the number with what is counted and, where that is near, what became of
	// it; sentence is where it stands. Both are of the body.
	said, sentence Mark
	// about are the other words of the sentence, where the places, when the days it
	// names, cause how it came about, and whose the names within what is counted.
	about                     []string
	where, when, cause, whose map[string]bool
}

// figuresOfBody reads the figures of a dispatch. One that tells two different of
// the same kind is not clear about either: none of that kind is taken.
func figuresOfBody(d *news.Dispatch, mentions []news.Mention) (out []figure) {
	list := Sentences(d.Lang, d.Body)
	for _, s := range list[:min(len(list), centralSentences)] {
		text := d.Body[s.Start:s.End]
		if len(text) > maxFigureSentence {
			continue
		}
		found := figuresIn(text, s.Start, mentions)
		if len(found) == 0 || boilerplate(text) {
			continue
		}
		for _, f := range found {
			f.sentence = Mark{s.Start, s.End}
			out = append(out, f)
		}
	}
	unclear := map[[2]string]bool{}
	for i := range out {
		for j := range out[:i] {
			if out[i].kind() == out[j].kind() && (out[i].low != out[j].low || out[i].high != out[j].high) {
				unclear[out[i].kind()] = true
			}
		}
	}
	return slices.DeleteFunc(out, func(f figure) bool { return unclear[f.kind()] })
}

// maxFigureSentence is the length, in bytes, of a sentence that is too long to tell what
// goes with what in it.
const maxFigureSentence = 1200

func (f *figure) kind() [2]string { return [2]string{f.noun, f.sense} }

// reader reads the figures of one sentence.
type reader struct {
	text   string
	list   []token
	senses []fate // what each token tells; the zero value is nothing
}

// fate is what words tell of those counted.
type fate struct {
	sense string
	words int // how many tokens it has
	own   bool
}

func figuresIn(text string, at int, mentions []news.Mention) (out []figure) {
	r := reader{text: text, list: tokens(text)}
	if !slices.ContainsFunc(r.list, func(t token) bool { return t.kind == digits || numberWords[t.word] > 0 || scales[t.word] > 0 }) {
		return nil
	}
	r.mark()
	around := r.surroundings(at, mentions)
	for i := 0; i < len(r.list); {
		f, next, ok := r.figure(i)
		if !ok {
			i = max(next, i+1)
			continue
		}
		i = next
		f.where, f.when, f.cause = around.where, around.when, around.cause
		f.whose = map[string]bool{}
		for _, m := range mentions {
			if m.Start >= at+f.said.Start && m.End <= at+f.said.End {
				f.whose[m.Entity] = true
			}
		}
		f.about = r.others()
		f.said.Start += at
		f.said.End += at
		out = append(out, f)
	}
	return out
}

// figure reads one that begins, behind its qualifier, at a token.
func (r *reader) figure(i int) (f figure, next int, ok bool) {
	n, next := numberAt(r.list, i)
	if next == i || n == 0 {
		return f, i, false
	}
	f.low, f.high = n, n
	if high, end := r.rangeTo(n, next); end > next {
		f.high, next, f.qualifier = high, end, Range
	}
	first := r.hedge(i, &f)
	noun, last, counts := r.noun(next)
	if !counts || r.labelled(first) || r.doubted(first, i, last) {
		return f, next, false
	}
	f.noun = noun
	end := r.hedgeBehind(last+1, &f)
	verb, width, sense := r.sense(first, i, last)
	if sense == "" {
		return f, next, false
	}
	f.sense = sense
	f.bounds()
	f.said = Mark{r.list[first].start, r.list[max(last, end-1)].end}
	if whole := (Mark{min(f.said.Start, r.list[verb].start), max(f.said.End, r.list[verb+width-1].end)}); whole.End-whole.Start <= maxSaid {
		f.said = whole
	}
	return f, next, true
}

// maxSaid is the length, in bytes, up to which a figure is told with its verb.
const maxSaid = 120

// rangeTo reads "-15", "to 15", "and 15" behind "between", behind a number.
func (r *reader) rangeTo(low, at int) (high, end int) {
	if at+1 >= len(r.list) {
		return 0, at
	}
	switch word := r.list[at].word; {
	case word == "-", word == "–", word == "to", word == "الي":
	case word == "and" && at >= 2 && r.is(at-2, "between"):
	case word == "و" && r.is(at-2, "بين"):
	default:
		return 0, at
	}
	high, end = numberAt(r.list, at+1)
	if end == at+1 || high <= low {
		return 0, at
	}
	return high, end
}

func (r *reader) is(i int, word string) bool {
	return i >= 0 && i < len(r.list) && r.list[i].word == word
}

// hedge finds what stands before a number and says how sure it is; first is where it begins.
func (r *reader) hedge(i int, f *figure) (first int) {
	for _, h := range hedges {
		if i == 0 || !strings.HasSuffix(h.words, r.list[i-1].word) {
			continue
		}
		words := strings.Fields(h.words)
		if i >= len(words) && r.row(i-len(words), words) {
			if f.qualifier == Exact {
				f.qualifier = h.is
			}
			return i - len(words)
		}
	}
	if f.qualifier == Range && (r.is(i-1, "between") || r.is(i-1, "بين")) {
		return i - 1
	}
	return i
}

// hedgeBehind is hedge for what stands behind; end is behind it, or 0.
func (r *reader) hedgeBehind(at int, f *figure) (end int) {
	for _, h := range afterHedges {
		words := strings.Fields(h.words)
		if f.qualifier == Exact && r.row(at, words) {
			f.qualifier = h.is
			return at + len(words)
		}
	}
	return 0
}

// row reports whether words stand in a row from a token on.
func (r *reader) row(at int, words []string) bool {
	if at < 0 || at+len(words) > len(r.list) {
		return false
	}
	for i, w := range words {
		if r.list[at+i].word != w && !(i == 0 && bareArabic(r.list[at].word) == w && arabic(w)) {
			return false
		}
	}
	return true
}

// nounReach is how many words may stand between a number and what it counts.
const nounReach = 4

// noun finds what a number counts: the last noun of a row behind it.
func (r *reader) noun(at int) (name string, last int, ok bool) {
	for i := at; i < len(r.list) && i <= at+nounReach; i++ {
		t := r.list[i]
		if t.kind != wordToken && t.word != "-" && t.word != "“" && t.word != `"` {
			return "", 0, false
		}
		if i == at && measures[t.word] || moreThanThese[t.word] {
			return "", 0, false
		}
		found := nouns[t.word]
		if found == "" && arabic(t.word) {
			found = nouns[articleless(t.word)]
		}
		if found == "" && casualties[t.word] && i == at {
			found = "person"
		}
		if found == "" {
			if breaking[t.word] {
				return "", 0, false
			}
			continue
		}
		if i+1 < len(r.list) {
			if next := r.list[i+1]; !arabic(t.word) && (nouns[next.word] != "" || next.word == "-") || moreThanThese[next.word] && next.word != "of" {
				if nouns[next.word] != "" {
					continue
				}
				return "", 0, false
			}
		}
		return found, i, true
	}
	return "", 0, false
}

// labelled reports whether a number is the name of what stands before it.
func (r *reader) labelled(first int) bool {
	if first == 0 {
		return false
	}
	before := r.list[first-1]
	return labels[before.word] || before.word == "#" || before.word == "/" || before.kind == other || before.word == "-" || moreThanThese[before.word] && before.word != "of"
}

// doubted reports whether a figure stands in a sentence that does not report it
// as it is: what comes before it, and its own clause behind it.
func (r *reader) doubted(first, number, last int) bool {
	for i, t := range r.list {
		if i >= first && i <= number {
			continue
		}
		if i > last && t.kind == sign && strings.Contains(",;:—–،؛", t.word) {
			break
		}
		if doubtful[t.word] || arabic(t.word) && doubtful[bareArabic(t.word)] {
			return true
		}
	}
	final, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(r.text))
	return strings.ContainsRune("?؟", final)
}
