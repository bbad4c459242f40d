package index

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/analysis"
)

// hebrewStops are words that say nothing by themselves; longer lists drop words
// that are searched for.
var hebrewStops = strings.Fields("של את על עם אל מן כי לא הוא היא הם הן אני זה זו זאת אלה אלו או גם רק אם כל יש אין היה היתה הייתה היו אשר כך כמו אך אבל לפי בין עד אחרי לפני")

// hebrewPrefixes are the words that Hebrew writes to the next one: and, the, in, to,
// from, that, as, and what they combine to.
var hebrewPrefixes = []string{"ה", "ו", "ב", "ל", "מ", "ש", "כ", "וה", "וב", "ול", "ומ", "וש", "שה", "שב", "של", "שמ", "מה", "כש", "לכש", "מש", "ושה", "וכ"}

// hebrewForms adds to the terms of a question the forms with words written to
// their front, and takes the article off them. The index keeps every word whole:
// a prefix looks like a first letter, and the question alone knows which it is.
func hebrewForms(terms []string) []string {
	out := slices.Clone(terms)
	for _, t := range terms {
		if utf8.RuneCountInString(t) < 3 {
			continue
		}
		if bare := strings.TrimPrefix(t, "ה"); bare != t && utf8.RuneCountInString(bare) > 3 {
			t = bare
			out = append(out, bare)
		}
		for _, p := range hebrewPrefixes {
			out = append(out, p+t)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var ukrainianStops = strings.Fields("і й та в у на не що з із зі за до від для про по як це той ця ці цей він вона вони воно його її їх їм ми ви я ти а але або чи також теж ж же б би був була було були є бути при під над між через після перед який яка яке які так де коли лише тільки ще вже")

// ukrainianEndings are endings of nouns, adjectives and verbs, the longest first.
// What is left must have three letters.
var ukrainianEndings = func() []string {
	list := strings.Fields("ування уваннях ування ення еннями енням еннях ання аннями анням аннях ості істю остей " +
		"овий ового овому овим ових овими ової овою овій ова ове ову ові ови ово овом овами овах ов " +
		"ами ями єві ого ього ому ьому ими іми " +
		"ою ею єю ом ем єм ам ям ах ях ів їв ей ий ій ої их іх им ім " +
		"а я у ю о е є и і ї ь й")
	slices.SortStableFunc(list, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(list)
}()

// ukrainianStemmer takes one ending off a word, which brings most cases and
// numbers of a noun or an adjective together. bleve has no stemmer for Ukrainian.
type ukrainianStemmer struct{}

func (ukrainianStemmer) Filter(stream analysis.TokenStream) analysis.TokenStream {
	for _, t := range stream {
		t.Term = ukrainianStem(t.Term)
	}
	return stream
}

func ukrainianStem(term []byte) []byte {
	s := strings.TrimSuffix(string(term), "ся")
	if n := utf8.RuneCountInString(s); n >= 5 {
		// He died, she died: загинув, загинула. A house, of a house: будинок, будинку.
		for _, v := range []string{"ав", "ив", "ув", "яв"} {
			if rest, ok := strings.CutSuffix(s, v); ok {
				return []byte(rest + v[:2] + "л")
			}
		}
		if rest, ok := strings.CutSuffix(s, "ок"); ok {
			return []byte(rest + "к")
		}
	}
	for _, e := range ukrainianEndings {
		if rest, ok := strings.CutSuffix(s, e); ok && utf8.RuneCountInString(rest) >= 3 {
			return []byte(rest)
		}
	}
	return []byte(s)
}

var urduStops = strings.Fields("کے میں کی ہے کا اور سے کو نے پر ہیں یہ کہ وہ اس بھی تھا تھی تھے گیا گئے کر ہو تو جو ہی یا ان اپنے جس")
