package index

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"
	"golang.org/x/text/unicode/norm"

	// Each registers its language's analyzer by name.
	_ "github.com/blevesearch/bleve/v2/analysis/analyzer/standard"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ar"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ckb"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/da"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/de"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/en"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/es"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fa"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/fr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hi"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hr"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/hu"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/it"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/nl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/no"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pl"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/pt"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ro"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/ru"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/sv"
	_ "github.com/blevesearch/bleve/v2/analysis/lang/tr"
)

// undetermined is the analyzer for a language that has none of its own, or is not known.
const undetermined = "und"

// ownAnalyzer lists the languages (BCP 47 primary subtags) that bleve analyzes,
// and the analyzer that each gets.
func ownAnalyzer(lang string) string {
	switch lang {
	case "ar", "ckb", "da", "de", "en", "es", "fa", "fi", "fr", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr":
		return lang
	case "nb", "nn":
		return "no"
	case "zh", "ja", "ko":
		return "cjk"
	}
	return undetermined
}

// analyzers turns text into terms, one analyzer a language. It is safe for
// concurrent use once built.
type analyzers struct {
	byName map[string]analysis.Analyzer
	names  []string
}

// analyzerNames lists all analyzers, in the order in which a question's words are looked up.
var analyzerNames = []string{
	"en", "ar", undetermined, "ckb", "cjk", "da", "de", "es", "fa", "fi", "fr", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr"}

func newAnalyzers() (*analyzers, error) {
	a := &analyzers{byName: map[string]analysis.Analyzer{}, names: analyzerNames}
	cache := registry.NewCache()
	for _, name := range a.names {
		registered := name
		if name == undetermined {
			registered = "standard"
		}
		an, err := cache.AnalyzerNamed(registered)
		if err != nil {
			return nil, fmt.Errorf("index: analyzer %s: %w", registered, err)
		}
		a.byName[name] = an
	}
	return a, nil
}

// tokens analyzes text with the named analyzer and folds what comes out, so
// that Dayr az-Zawr is found however its letters are marked. Stemmers see the
// marks, since they know their language's letters.
func (a *analyzers) tokens(name, text string) analysis.TokenStream {
	stream := a.byName[name].Analyze([]byte(beforeAnalysis(text)))
	for _, t := range stream {
		t.Term = foldTerm(t.Term)
	}
	return stream
}

// terms are the terms of the text, in order.
func (a *analyzers) terms(name, text string) []string {
	stream := a.tokens(name, text)
	out := make([]string, 0, len(stream))
	for _, t := range stream {
		if len(t.Term) > 0 {
			out = append(out, string(t.Term))
		}
	}
	return out
}

// beforeAnalysis maps what bleve's analyzers get wrong: its lower-case filter
// turns İ into invalid UTF-8.
func beforeAnalysis(text string) string {
	if strings.ContainsRune(text, 'İ') {
		text = strings.ReplaceAll(text, "İ", "i")
	}
	return text
}

// foldTerm takes the marks off Latin letters. Other scripts keep theirs: in
// Hindi or Cyrillic a mark makes another letter, and Arabic has its own analyzer.
func foldTerm(term []byte) []byte {
	ascii := true
	for _, c := range term {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return term
	}
	out := make([]rune, 0, len(term))
	latin := false
	for _, r := range string(norm.NFD.Bytes(term)) {
		switch {
		case unicode.Is(unicode.Mn, r):
			if latin {
				continue
			}
		case strings.ContainsRune("’‘ʿʾʼ`´", r):
			continue
		default:
			latin = unicode.Is(unicode.Latin, r)
		}
		switch r {
		case 'ı':
			r = 'i'
		case 'ł':
			r = 'l'
		case 'ø':
			r = 'o'
		case 'đ':
			r = 'd'
		}
		out = append(out, r)
	}
	return norm.NFC.Bytes([]byte(string(out)))
}

// analyzed hands a token stream that exists already to bleve, so that the text
// is analyzed once for the index and for the lengths that BM25 needs.
type analyzed struct{ stream analysis.TokenStream }

func (a analyzed) Analyze([]byte) analysis.TokenStream { return a.stream }
