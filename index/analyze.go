package index

import (
	"bytes"
	"fmt"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/registry"

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

// ownAnalyzer lists the languages (BCP 47 primary subtags) that have an analyzer
// of their own, and which.
func ownAnalyzer(lang string) string {
	switch lang {
	case "ar", "ckb", "da", "de", "en", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "ur":
		return lang
	case "nb", "nn":
		return "no"
	case "bs", "sr":
		return "hr" // where it is written in Latin letters; Croatian's stemmer leaves others alone
	case "iw":
		return "he"
	case "zh", "ja", "ko":
		return "cjk"
	}
	return undetermined
}

// analyzers turns text into terms, one analyzer a language. It is safe for
// concurrent use once built.
type analyzers struct {
	byName map[string]*analyzer
	names  []string
}

// analyzerNames lists all analyzers, in the order in which a question's words are looked up.
var analyzerNames = []string{
	"en", "ar", undetermined, "ckb", "cjk", "da", "de", "es", "fa", "fi", "fr", "he", "hi", "hr", "hu", "it", "nl", "no", "pl", "pt", "ro", "ru", "sv", "tr", "uk", "ur"}

func newAnalyzers() (*analyzers, error) {
	a := &analyzers{byName: map[string]*analyzer{}, names: analyzerNames}
	cache := registry.NewCache()
	for _, name := range a.names {
		an, err := newAnalyzer(cache, name)
		if err != nil {
			return nil, err
		}
		a.byName[name] = an
	}
	return a, nil
}

// tokens analyzes text with the named analyzer, for the index and for phrases.
func (a *analyzers) tokens(name, text string) analysis.TokenStream {
	return a.byName[name].tokens([]byte(text))
}

// terms are what a word of a question is looked for as: its terms in the order of
// the text, and where a language fuses other words with it, the forms that have them.
func (a *analyzers) terms(name, text string) []string {
	stream := a.tokens(name, text)
	out := make([]string, 0, len(stream))
	for _, t := range stream {
		if len(t.Term) > 0 {
			out = append(out, string(t.Term))
		}
	}
	if name == "he" {
		out = hebrewForms(out)
	}
	return out
}

// analyzer is the way of a text to its terms: it is cut into words, each is
// brought into one spelling, stop words are dropped, the language's own filters
// stem what is left, and the marks are taken off that people write or leave away.
type analyzer struct {
	cut     segmenter
	name    string
	stops   map[string]struct{} // folded
	filters []analysis.TokenFilter
	// marked says that the stemmer finds other stems where the marks are left away.
	// Such words are filed under both stems, so that they are found either way.
	marked bool
	// foldFirst says that marks are taken off before stemming: the stemmer knows none.
	foldFirst bool
	cache     wordCache
}

func newAnalyzer(cache *registry.Cache, name string) (*analyzer, error) {
	an := &analyzer{name: name, stops: map[string]struct{}{}, cut: segmenter{splitJoiner: name == "fa" || name == "ur"}}
	switch name {
	case "he":
		an.stop(hebrewStops)
		return an, nil
	case "uk":
		an.stop(ukrainianStops)
		an.filters = []analysis.TokenFilter{ukrainianStemmer{}}
		return an, nil
	case "ur":
		an.stop(urduStops)
		return an, nil
	}
	registered, stops := name, "stop_"+name
	if name == undetermined {
		registered, stops = "standard", "stop_en"
	}
	built, err := cache.AnalyzerNamed(registered)
	if err != nil {
		return nil, fmt.Errorf("index: analyzer %s: %w", registered, err)
	}
	own, ok := built.(*analysis.DefaultAnalyzer)
	if !ok {
		return nil, fmt.Errorf("index: analyzer %s is a %T", registered, built)
	}
	if name == "cjk" {
		return an, nil // the cutting is all there is to it
	}
	an.filters = own.TokenFilters
	switch name {
	case "hu", "pl", "pt", "ro", "tr":
		an.marked = true
	case "en", "ru":
		an.foldFirst = true
	}
	words, err := cache.TokenMapNamed(stops)
	if err != nil {
		return nil, fmt.Errorf("index: stop words %s: %w", stops, err)
	}
	for w := range words {
		an.stop([]string{w})
	}
	return an, nil
}

// stop adds stop words. They are compared folded, so that "ete" is dropped from a
// question as "été" is from the index.
func (a *analyzer) stop(words []string) {
	for _, w := range words {
		if f := foldTerm(prepare([]byte(w), a.name)); len(f) > 0 {
			a.stops[string(f)] = struct{}{}
		}
	}
}

// tokens are the terms of a text, with their places in it.
func (a *analyzer) tokens(text []byte) analysis.TokenStream {
	return a.terms(a.cut.Tokenize(text))
}

// analyze are the terms of a word that has been cut already.
func (a *analyzer) analyze(word []byte) analysis.TokenStream {
	return a.terms(analysis.TokenStream{{Term: word, Start: 0, End: len(word), Position: 1, Type: analysis.AlphaNumeric}})
}

// terms makes terms of words.
func (a *analyzer) terms(stream analysis.TokenStream) analysis.TokenStream {
	kept := stream[:0]
	for _, t := range stream {
		t.Term = prepare(t.Term, a.name)
		plain := foldTerm(t.Term)
		if _, stop := a.stops[string(plain)]; stop || len(plain) == 0 {
			continue
		}
		if a.foldFirst {
			t.Term = plain
		}
		kept = append(kept, t)
	}
	stream = kept
	if !a.marked {
		return a.stem(stream)
	}
	plain := unmarked(stream)
	return beside(a.stem(stream), a.stem(plain))
}

// stem runs the language's own filters and folds what comes out.
func (a *analyzer) stem(stream analysis.TokenStream) analysis.TokenStream {
	for _, f := range a.filters {
		stream = f.Filter(stream)
	}
	kept := stream[:0]
	for _, t := range stream {
		if t.Term = foldTerm(t.Term); len(t.Term) > 0 {
			kept = append(kept, t)
		}
	}
	return kept
}

// unmarked are copies, without marks, of the words that have some.
func unmarked(stream analysis.TokenStream) (out analysis.TokenStream) {
	for _, t := range stream {
		if !ascii(t.Term) {
			other := *t
			other.Term = foldTerm(t.Term)
			out = append(out, &other)
		}
	}
	return out
}

// beside puts terms that differ from those at their positions behind them.
func beside(stream, more analysis.TokenStream) analysis.TokenStream {
	if len(more) == 0 {
		return stream
	}
	out := make(analysis.TokenStream, 0, len(stream)+len(more))
	for _, t := range stream {
		out = append(out, t)
		for len(more) > 0 && more[0].Position < t.Position {
			more = more[1:]
		}
		if len(more) > 0 && more[0].Position == t.Position && !bytes.Equal(more[0].Term, t.Term) {
			out = append(out, more[0])
		}
	}
	return out
}
