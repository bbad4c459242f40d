package index

import (
	"cmp"
	"slices"
	"strings"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"sitrep/index/query"
)

// maxExpansion is how many terms a word with * can stand for: the most frequent
// ones where more begin so. checkTerms is after how many of a dictionary's terms it
// is looked whether the search shall end.
const (
	maxExpansion = 1024
	checkTerms   = 256
)

// begins is a term that a word with * stands for, in a language.
type begins struct{ lang, term string }

// prefix looks up what begins like a word, as one word that scores; nil where
// nothing does. What its analyzer makes of the word itself counts too: an index of
// stems has no term that begins with "civilians".
func (b *planner) prefix(t query.Term) *word {
	fields := []string{fieldTitle, fieldBody}
	if t.Field == "title" {
		fields = fields[:1]
	}
	counts := map[begins]uint64{} // of the field that holds most
	for _, lang := range b.langs {
		for _, f := range fields {
			in := map[string]uint64{}
			for _, form := range beginnings(t.Text) {
				b.expand(in, f, lang, form)
			}
			for _, term := range b.x.analyzers.terms(lang, t.Text) {
				in[term] = uint64(b.frequency(f+lang, term, lang))
			}
			for term, n := range in {
				counts[begins{lang, term}] = max(counts[begins{lang, term}], n)
			}
		}
	}
	found := make([]begins, 0, len(counts))
	for k, n := range counts {
		if n > 0 {
			found = append(found, k)
		}
	}
	slices.SortFunc(found, func(x, y begins) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x.lang, y.lang), cmp.Compare(x.term, y.term))
	})
	return b.merged(found[:min(len(found), maxExpansion)], counts, fields)
}

// merged is a word that is written as any of the terms.
func (b *planner) merged(found []begins, counts map[begins]uint64, fields []string) *word {
	n := max(float64(b.st.Docs), 1)
	byLang := map[string][]string{}
	var df uint64
	for _, k := range found {
		df += counts[k]
		byLang[k.lang] = append(byLang[k.lang], k.term)
	}
	w := &word{idf: idf(n, min(float64(df), n))}
	for _, lang := range b.langs {
		terms := byLang[lang]
		if len(terms) == 0 {
			continue
		}
		slices.Sort(terms)
		for _, f := range fields {
			v := variant{field: f + lang, terms: terms, weight: bodyWeight, avg: float64(b.st.Body) / n, lang: lang}
			if f == fieldTitle {
				v.weight, v.avg = titleWeight, float64(b.st.Title)/n
			}
			w.variants = append(w.variants, v)
		}
	}
	if len(w.variants) == 0 {
		return nil
	}
	return w
}

// beginnings are the letters that terms must begin with, as analyzers write them. Of
// Arabic words they take the article off.
func beginnings(text string) []string {
	text = string(foldTerm(prepare([]byte(text), undetermined)))
	text = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه", "ـ", "").Replace(text)
	out := []string{text}
	if bare, ok := strings.CutPrefix(text, "ال"); ok && len([]rune(bare)) >= query.MinPrefix {
		out = append(out, bare)
	}
	return out
}

// expand counts the terms of a field that begin with certain letters. It ends early
// when the search does.
func (b *planner) expand(counts map[string]uint64, field, lang, form string) {
	end := []byte(form)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			break
		}
	}
	for _, p := range b.snap.parts {
		if !holdsLang(p, lang) {
			continue
		}
		for _, seg := range p.segments {
			if b.err != nil {
				return
			}
			var dict segment.TermDictionary
			if dict, b.err = b.opener(seg).dict(field + lang); b.err != nil {
				return
			}
			it := dict.AutomatonIterator(nil, []byte(form), end)
			for n := 0; ; n++ {
				if n%checkTerms == 0 {
					if b.err = ended(b.ctx); b.err != nil {
						return
					}
				}
				e, err := it.Next()
				if b.err = err; e == nil || err != nil {
					break
				}
				counts[strings.Clone(e.Term)] += e.Count
			}
		}
	}
}

// spelled are the terms of a variant.
func (v variant) spelled() []string {
	if v.terms != nil {
		return slices.Clip(v.terms)
	}
	return []string{v.term}
}
