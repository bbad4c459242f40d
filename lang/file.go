package lang

import (
	"fmt"
	"io/fs"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message/catalog"
)

// file is one language.
type file struct {
	// Name is the language's own name, "العربية".
	Name string `yaml:"name"`
	// RightToLeft says that it is written from the right.
	RightToLeft bool `yaml:"right_to_left"`
	// ArabicNames says that its readers read the Arabic names of places and actors.
	ArabicNames bool `yaml:"arabic_names"`
	// Discord are the locales of Discord's clients that it is for.
	Discord []string `yaml:"discord"`
	// Months and Weekdays are twelve and seven names, January and Sunday first.
	Months   []string `yaml:"months"`
	Weekdays []string `yaml:"weekdays"`
	// Words are what is typed: the names of commands, sub-commands and arguments, and
	// some values. The English word gives what a person of this language types and
	// sees in its place; further words that are taken too follow behind |.
	Words map[string]string `yaml:"words"`
	// Phrases are counted things, with one text for each plural form (zero, one, two,
	// few, many, other): what {2:reports} in a text stands for, 2 being the argument.
	Phrases map[string]map[string]string `yaml:"phrases"`
	// Texts are what is said, by the English text: a string, or plural forms of the
	// first argument.
	Texts map[string]any `yaml:"texts"`
}

// readFile reads a language and puts its texts into the catalogue.
func readFile(from fs.FS, name string, b *catalog.Builder) (*Printer, error) {
	raw, err := fs.ReadFile(from, name)
	if err != nil {
		return nil, err
	}
	p := &Printer{Code: strings.TrimSuffix(name, ".yaml"), folded: map[string][]string{}}
	if err := yaml.UnmarshalWithOptions(raw, &p.file, yaml.Strict()); err != nil {
		return nil, err
	}
	if p.tag, err = language.Parse(p.Code); err != nil {
		return nil, err
	}
	if len(p.file.Months) != 12 || len(p.file.Weekdays) != 7 {
		return nil, fmt.Errorf("%d months and %d weekdays: name twelve and seven", len(p.file.Months), len(p.file.Weekdays))
	}
	for english, words := range p.file.Words {
		for w := range strings.SplitSeq(words, "|") {
			p.folded[english] = append(p.folded[english], fold(w))
		}
	}
	for key, said := range p.file.Texts {
		if err := p.set(b, key, said); err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
	}
	return p, nil
}

var forms = []string{"zero", "one", "two", "few", "many", "other"}

func (p *Printer) set(b *catalog.Builder, key string, said any) error {
	switch said := said.(type) {
	case string:
		messages, err := p.phrases(&said)
		if err != nil {
			return err
		}
		return b.Set(p.tag, key, append(messages, catalog.String(p.text(said, 0)))...)
	case map[string]any:
		texts := map[string]string{}
		for form, text := range said {
			s, ok := text.(string)
			if !ok {
				return fmt.Errorf("the plural form %s is no text", form)
			}
			texts[form] = s
		}
		m, err := p.plural(texts, 1)
		if err != nil {
			return err
		}
		return b.Set(p.tag, key, m)
	}
	return fmt.Errorf("neither a text nor plural forms")
}

var phrase = regexp.MustCompile(`\{(\d):([^{}]+)\}`)

// phrases replaces the counted things in a text by variables, and defines those.
func (p *Printer) phrases(text *string) (out []catalog.Message, err error) {
	*text = phrase.ReplaceAllStringFunc(*text, func(s string) string {
		m := phrase.FindStringSubmatch(s)
		counted, err2 := p.plural(p.file.Phrases[m[2]], int(m[1][0]-'0'))
		if err2 != nil {
			err = fmt.Errorf("the phrase %s: %w", m[2], err2)
			return s
		}
		name := fmt.Sprintf("p%d", len(out)+1)
		out = append(out, catalog.Var(name, counted))
		return "${" + name + "}"
	})
	return out, err
}

// plural picks a text by the number that the argument arg is.
func (p *Printer) plural(texts map[string]string, arg int) (catalog.Message, error) {
	var cases []any
	for _, form := range forms {
		if s, ok := texts[form]; ok {
			cases = append(cases, form, p.text(s, arg))
		}
	}
	if len(cases) != 2*len(texts) || texts["other"] == "" {
		return nil, fmt.Errorf("plural forms are %s, and other is always needed", strings.Join(forms, ", "))
	}
	return plural.Selectf(arg, "%d", cases...), nil
}

var verb = regexp.MustCompile(`%(\[\d\])?([a-z%])`)

// text makes a text ready for the catalogue: every verb names its argument, so
// that a text need not use them all, and in a language that is written from the
// right, what is written from the left is isolated. arg is the argument that a
// counted thing's verb means; 0: the verbs mean the arguments in their order.
func (p *Printer) text(s string, arg int) string {
	n := 0
	s = verb.ReplaceAllStringFunc(s, func(v string) string {
		if v == "%%" || v[1] == '[' {
			return v
		}
		n++
		if arg > 0 && n == 1 {
			return fmt.Sprintf("%%[%d]%s", arg, v[1:])
		}
		return fmt.Sprintf("%%[%d]%s", n, v[1:])
	})
	if p.file.RightToLeft {
		return isolateRuns(s)
	}
	return s
}
