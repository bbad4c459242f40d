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
	"time"
	"unicode"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
	"golang.org/x/text/unicode/bidi"
)

// English is the language that every text is written in first.
const English = "en"

//go:embed *.yaml
var files embed.FS

// file is one language.
type file struct {
	// Name is the language's own name, "العربية".
	Name string `yaml:"name"`
	// RightToLeft says that it is written from the right.
	RightToLeft bool `yaml:"right_to_left"`
	// Discord are the codes that Discord has for it: "es-ES" and "es-419". Empty where
	// it does not know the language.
	Discord []string `yaml:"discord"`
	// Months and Weekdays are twelve and seven names, January and Sunday first.
	Months   []string `yaml:"months"`
	Weekdays []string `yaml:"weekdays"`
	// Words are the names of commands, sub-commands and arguments: what a person
	// of this language types and sees in place of the English word.
	Words map[string]string `yaml:"words"`
	// Texts are what is said, by the English text: a string, or one for each
	// plural form (zero, one, two, few, many, other) of the first number in it.
	Texts map[string]any `yaml:"texts"`
}

// Catalogue holds all languages. It is safe for concurrent use.
type Catalogue struct {
	by    map[string]*Printer
	codes []string
}

// New reads the embedded languages.
func New() (*Catalogue, error) { return read(files) }

func read(from fs.FS) (*Catalogue, error) {
	names, err := fs.Glob(from, "*.yaml")
	if err != nil {
		return nil, err
	}
	b := catalog.NewBuilder(catalog.Fallback(language.English))
	c := &Catalogue{by: map[string]*Printer{}}
	for _, name := range names {
		raw, err := fs.ReadFile(from, name)
		if err != nil {
			return nil, fmt.Errorf("language %s: %w", name, err)
		}
		p := &Printer{Code: strings.TrimSuffix(name, ".yaml")}
		if err := yaml.UnmarshalWithOptions(raw, &p.file, yaml.Strict()); err != nil {
			return nil, fmt.Errorf("language %s: %w", name, err)
		}
		if p.tag, err = language.Parse(p.Code); err != nil {
			return nil, fmt.Errorf("language %s: %w", name, err)
		}
		if len(p.file.Months) != 12 || len(p.file.Weekdays) != 7 {
			return nil, fmt.Errorf("language %s: %d months and %d weekdays: name twelve and seven", name, len(p.file.Months), len(p.file.Weekdays))
		}
		for key, said := range p.file.Texts {
			if err := set(b, p.tag, key, said); err != nil {
				return nil, fmt.Errorf("language %s: %q: %w", name, key, err)
			}
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

var forms = []string{"zero", "one", "two", "few", "many", "other"}

func set(b *catalog.Builder, tag language.Tag, key string, said any) error {
	switch said := said.(type) {
	case string:
		return b.SetString(tag, key, said)
	case map[string]any:
		var cases []any
		for _, form := range forms {
			if s, ok := said[form].(string); ok {
				cases = append(cases, form, s)
			}
		}
		if len(cases) != 2*len(said) || said["other"] == nil {
			return fmt.Errorf("plural forms are %s, and other is always needed", strings.Join(forms, ", "))
		}
		return b.Set(tag, key, plural.Selectf(1, "", cases...))
	}
	return fmt.Errorf("neither a text nor plural forms")
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

// Printer says things in one language. It is safe for concurrent use.
type Printer struct {
	// Code is the language's BCP 47 code: "ar".
	Code    string
	tag     language.Tag
	file    file
	printer *message.Printer
}

// Name is the language's own name.
func (p *Printer) Name() string { return p.file.Name }

// DiscordLocales are the codes that Discord has for the language.
func (p *Printer) DiscordLocales() []string { return slices.Clone(p.file.Discord) }

// RightToLeft says that the language is written from the right.
func (p *Printer) RightToLeft() bool { return p.file.RightToLeft }

// Say is fmt.Sprintf in the language: text is the English text, a format. %d groups
// digits and picks the plural form: write years and IDs with %s. In a language that
// is written from the right, arguments that are written from the left are isolated
// (FSI … PDI), so that they do not reorder the sentence.
func (p *Printer) Say(text string, args ...any) string {
	if p.file.RightToLeft {
		args = slices.Clone(args)
		for i, a := range args {
			switch a := a.(type) {
			case string:
				args[i] = isolate(a)
			case error:
				args[i] = isolate(a.Error())
			case fmt.Stringer:
				args[i] = isolate(a.String())
			}
		}
	}
	return p.printer.Sprintf(text, args...)
}

// Word is the language's word for an English one (a command's or argument's name),
// or the English word.
func (p *Printer) Word(english string) string {
	if w := p.file.Words[english]; w != "" {
		return w
	}
	return english
}

// English is the English word for one of the language's, or the word itself.
func (p *Printer) English(word string) string {
	for e, w := range p.file.Words {
		if w == word {
			return e
		}
	}
	return word
}

// Day is a date as people write it: 2 Jan 2006.
func (p *Printer) Day(t time.Time) string {
	return fmt.Sprintf("%d %s %04d", t.Day(), p.file.Months[t.Month()-1], t.Year())
}

// Moment is a date with its time and zone: 2 Jan 2006, 15:04 MST.
func (p *Printer) Moment(t time.Time) string {
	comma := ","
	if p.file.RightToLeft {
		comma = "،"
	}
	return p.Day(t) + comma + t.Format(" 15:04 MST")
}

// WeekdayMoment is Moment with the day of the week before it.
func (p *Printer) WeekdayMoment(t time.Time) string {
	return p.file.Weekdays[t.Weekday()] + " " + p.Moment(t)
}

const fsi, pdi = "\u2068", "\u2069"

// isolate wraps a text that has letters or digits written from the left.
func isolate(s string) string {
	if strings.IndexFunc(s, leftToRight) < 0 {
		return s
	}
	// What is inside must not end the isolate.
	return fsi + strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s) + pdi
}

func leftToRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.L
}
