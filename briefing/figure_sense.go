package briefing

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"sitrep/news"
)

// mark finds the words of the sentence that tell a sense.
func (r *reader) mark() {
	r.senses = make([]fate, len(r.list))
	for i := range r.list {
		t := r.list[i]
		if t.kind != wordToken {
			continue
		}
		for _, a := range acting {
			if !strings.HasPrefix(a.words, bareArabic(t.word)) && !strings.HasPrefix(a.words, t.word) {
				continue
			}
			if words := strings.Fields(a.words); r.row(i, words) {
				r.senses[i] = fate{a.sense, len(words), a.own}
				break
			}
		}
		if r.senses[i].words > 0 {
			continue
		}
		sense := senses[t.word]
		if sense == "" && arabic(t.word) {
			for _, front := range []string{"و", "ف", "ب", "ل", "ال", "وال", "ول"} {
				if rest, ok := strings.CutPrefix(t.word, front); ok && senses[rest] != "" {
					sense = senses[rest]
					break
				}
			}
		}
		if sense != "" {
			r.senses[i] = fate{sense, 1, alone[sense] || selfSaid[t.word]}
		}
	}
}

// senseReach is how many tokens may stand between what is counted and what became of it.
const senseReach = 7

// sense finds what became of those counted: the nearest such word of the clause.
// It is empty where none is near, or where the nearest is what they did to others.
func (r *reader) sense(first, number, last int) (verb, width int, sense string) {
	if t := r.list[last]; casualties[t.word] && r.senses[last].sense != "" {
		return last, 1, r.senses[last].sense
	}
	behind := r.look(last+1, 1)
	before := r.look(first-1, -1)
	switch {
	case behind < 0 && before < 0:
		return 0, 0, ""
	case before < 0 || behind >= 0 && behind-last < first-before && !arabic(r.list[last].word):
		if !r.suffered(last, behind) {
			return 0, 0, ""
		}
		return behind, r.senses[behind].words, r.senses[behind].sense
	}
	if !r.done(before, first) {
		return 0, 0, ""
	}
	return before, r.senses[before].words, r.senses[before].sense
}

// look finds the nearest word that tells a sense in one direction; negative: none.
func (r *reader) look(from, step int) int {
	for i, n := from, 0; i >= 0 && i < len(r.list) && n <= senseReach; i, n = i+step, n+1 {
		t := r.list[i]
		if r.senses[i].sense != "" && !casualtyNoun(r, i) {
			return i
		}
		if t.kind == sign && t.word != "-" && t.word != "“" && t.word != "”" && t.word != `"` || parting[t.word] || parting[bareArabic(t.word)] {
			return -1
		}
		if step > 0 && nouns[t.word] != "" { // the verb is of that one
			return -1
		}
	}
	return -1
}

// casualtyNoun reports whether a word that tells a sense is itself counted by a number.
func casualtyNoun(r *reader, i int) bool {
	return i > 0 && casualties[r.list[i].word] && (r.list[i-1].kind == digits || numberWords[r.list[i-1].word] > 0)
}

// suffered reports whether a verb behind those counted tells what became of them:
// they do it themselves, or it is a passive.
func (r *reader) suffered(last, verb int) bool {
	told := r.senses[verb]
	end := verb + told.words
	next := ""
	if end < len(r.list) {
		next = r.list[end].word
	}
	if arabic(r.list[verb].word) {
		return told.own
	}
	if told.own {
		switch told.sense {
		case "surrendered", "arrived":
			return next != "the" && next != "a" && next != "an" && next != "their" && next != "agreement"
		}
		return true
	}
	for i := last + 1; i < verb; i++ {
		if passing[r.list[i].word] {
			return r.list[verb].word != "killing" && !strings.HasSuffix(r.list[verb].word, "ing")
		}
	}
	if strings.HasSuffix(r.list[verb].word, "ing") || verb > last+1 {
		return false
	}
	return end == len(r.list) || r.list[end].kind == sign || behindPassive[next]
}

// done reports whether a verb before those counted tells what became of them: "killed
// 13 fighters", "the surrender of 13", "استسلم 13".
func (r *reader) done(verb, first int) bool {
	told := r.senses[verb]
	gap := r.list[verb+told.words : first]
	if arabic(r.list[verb].word) {
		return true
	}
	of, and := false, false
	for i, t := range gap {
		switch {
		case t.word == "of":
			of = true
		case t.word == "and":
			if i == 0 {
				return false
			}
			and = true
		case placing[t.word], t.word == "by", t.word == "from", t.word == "with", t.word == "for", t.word == "on", t.word == "to":
			return false
		}
	}
	if told.own && !of {
		return strings.HasPrefix(r.list[verb].word, "displac") && !(and && r.passive(verb))
	}
	return !r.passive(verb) || of
}

// passive reports whether a verb has "was", "were" before it.
func (r *reader) passive(verb int) bool {
	for i := verb - 1; i >= 0 && i >= verb-3; i-- {
		if passing[r.list[i].word] {
			return true
		}
	}
	return false
}

// others are the words of a sentence that are no figure, noun or sense.
func (r *reader) others() []string {
	var b strings.Builder
	for i, t := range r.list {
		if t.kind == wordToken && nouns[t.word] == "" && r.senses[i].sense == "" && numberWords[t.word] == 0 && !unremarkable[t.word] {
			b.WriteString(r.text[t.start:t.end] + " ")
		}
	}
	return terms(b.String())
}

// surroundings are what a sentence says of place, day and cause.
func (r *reader) surroundings(at int, mentions []news.Mention) (f figure) {
	f.where, f.when, f.cause = map[string]bool{}, map[string]bool{}, map[string]bool{}
	named := func(t token) bool {
		for _, m := range mentions {
			if m.Kind == news.Place && m.Start < at+t.end && at+t.start < m.End {
				return true
			}
		}
		return false
	}
	for _, m := range mentions {
		if m.Kind == news.Place && m.Start >= at && m.End <= at+len(r.text) {
			f.where[m.Entity] = true
		}
	}
	for i, t := range r.list {
		if c := causes[t.word]; c != "" {
			f.cause[c] = true
		}
		day := daysNamed[t.word]
		if day == "" {
			day = daysNamed[bareArabic(t.word)]
		}
		if day != "" {
			f.when[day] = true
			continue
		}
		if labels[t.word] && i > 0 && r.list[i-1].kind == digits { // 12 November
			f.when[r.list[i-1].word+" "+t.word] = true
			continue
		}
		if labels[t.word] && i+1 < len(r.list) && r.list[i+1].kind == digits { // November 12
			f.when[r.list[i+1].word+" "+t.word] = true
			continue
		}
		if name := r.placeAt(i); name != "" && !named(t) {
			f.where["="+name] = true
		}
	}
	return f
}

// placeAt is the name in capitals that begins at a token behind a preposition of
// place: "in the northern Donetsk Oblast" has one. It is empty where none does.
func (r *reader) placeAt(i int) string {
	before := i - 1
	for before >= 0 && (r.is(before, "the") || directions[r.list[before].word]) {
		before--
	}
	if before < 0 || !placing[r.list[before].word] || !r.capital(i) {
		return ""
	}
	var name []string
	for ; i < len(r.list) && (r.capital(i) || r.list[i].kind == digits && len(name) > 0); i++ {
		name = append(name, r.list[i].word)
	}
	return strings.Join(name, " ")
}

func (r *reader) capital(i int) bool {
	first, _ := utf8.DecodeRuneInString(r.text[r.list[i].start:])
	return unicode.IsUpper(first) && !labels[r.list[i].word]
}
