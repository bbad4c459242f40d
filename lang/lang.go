// Package lang says things in a reader's language. English is the language of
// the program: a text's key is the English text itself, and a language is one
// file, xx.yaml, that gives for each key what is said instead. A key that a file
// lacks is said in English.
//
// Plural forms follow CLDR (https://cldr.unicode.org/index/cldr-spec/plural-rules):
// a number picks the form by the rules of the language.
package lang

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// English is the language that every text is written in first.
const English = "en"

//go:embed *.yaml
var files embed.FS

// Catalogue holds all languages. It is safe for concurrent use.
type Catalogue struct {
	by    map[string]*Printer
	codes []string
}

// New reads the embedded languages.
func New() (*Catalogue, error) { return Read(files) }

// Read reads the languages of a folder: its files xx.yaml, one of which is en.yaml.
func Read(from fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(from, "*.yaml")
	if err != nil {
		return nil, err
	}
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	c := &Catalogue{by: map[string]*Printer{}}
	for _, name := range names {
		p, err := readFile(from, name, b)
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", name, err)
		}
		c.by[p.Code], c.codes = p, append(c.codes, p.Code)
	}
	if c.by[English] == nil {
		return nil, fmt.Errorf("there is no language %s", English)
	}
	for _, p := range c.by {
		// Latin digits in every language: IDs, dates and what is typed have them too.
		tag, err := p.tag.SetTypeForKey("nu", "latn")
		if err != nil {
			return nil, err
		}
		p.printer = message.NewPrinter(tag, message.Catalog(b))
	}
	return c, nil
}

// Languages are the codes of the languages, in alphabetical order: "ar", "en".
func (c *Catalogue) Languages() []string { return slices.Clone(c.codes) }

// Has reports whether there is a language of that code ("ar", or "ar-SY").
func (c *Catalogue) Has(code string) bool {
	code, _, _ = strings.Cut(strings.ToLower(code), "-")
	return c.by[code] != nil
}

// In is the language of a code such as "ar" or "en-US"; English where there is none.
func (c *Catalogue) In(code string) *Printer {
	code, _, _ = strings.Cut(strings.ToLower(code), "-")
	if p := c.by[code]; p != nil {
		return p
	}
	return c.by[English]
}

// Means reports whether what was typed is an English word, or a word for it in any
// of the languages.
func (c *Catalogue) Means(typed, english string) bool {
	typed = fold(typed)
	if typed == fold(english) {
		return true
	}
	for _, p := range c.by {
		if p.means(typed, english) {
			return true
		}
	}
	return false
}

// English is the one of these English words that was meant by what was typed, in
// whichever language; empty where it was none of them.
func (c *Catalogue) English(typed string, among ...string) string {
	for _, e := range among {
		if c.Means(typed, e) {
			return e
		}
	}
	return ""
}
