package commands

import (
	"strings"
	"unicode"

	"sitrep/index/query"
	"sitrep/lang"
)

// What is typed may be in any language that there is, wherever it is typed: the
// words of all of them stand for the English ones, which commands alone know.

// Languages are what replies can be told in, for doors that say things themselves.
func (e *Engine) Languages() *lang.Catalogue { return e.o.Languages }

// find is the command that a word names, in whichever language.
func (e *Engine) find(list []*Command, word string) *Command {
	if c := find(list, word); c != nil {
		return c
	}
	for _, c := range list {
		if e.o.Languages.Means(word, c.Name) {
			return c
		}
	}
	return nil
}

// argument is the argument that a name means, in whichever language.
func (e *Engine) argument(cmd *Command, name string) *Arg {
	for i := range cmd.Args {
		if e.o.Languages.Means(name, cmd.Args[i].Name) {
			return &cmd.Args[i]
		}
	}
	return nil
}

// value puts what was typed for an argument into the form that commands know.
func (e *Engine) value(a *Arg, typed string) string {
	if len(a.Choices) > 0 {
		if v := e.o.Languages.English(typed, a.Choices...); v != "" {
			return v
		}
		return typed
	}
	switch a.Kind {
	case Time, Period:
		return e.time(typed)
	case Integer:
		return digits(typed)
	case Channel:
		if e.o.Languages.Means(typed, "here") {
			return "here"
		}
	}
	return typed
}

// times are the words that can stand for a time; units follow a number.
func times() []string {
	return []string{"now", "today", "yesterday", "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "day", "week", "month"}
}

func units() []string { return []string{"h", "d", "w", "mo", "y"} }

// time writes a time as query.ParseTime and ParsePeriod read it.
func (e *Engine) time(typed string) string {
	typed = digits(typed)
	if w := e.o.Languages.English(typed, times()...); w != "" {
		return w
	}
	i := strings.IndexFunc(typed, func(r rune) bool { return r < '0' || r > '9' })
	if i <= 0 {
		return typed
	}
	if u := e.o.Languages.English(typed[i:], units()...); u != "" {
		return typed[:i] + u
	}
	return typed
}

// digits writes the digits of any script as those of ASCII.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '٠' && r <= '٩':
			return '0' + r - '٠'
		case r >= '۰' && r <= '۹':
			return '0' + r - '۰'
		}
		return r
	}, s)
}

// field writes the field of a word of a query, (+مكان:…, in English. A quotation is
// left as it is.
func (e *Engine) field(word string) string {
	bare := strings.TrimLeft(word, "(+-")
	sign := word[:len(word)-len(bare)]
	word = bare
	name, value, found := strings.Cut(word, ":")
	if !found || strings.IndexFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) }) >= 0 {
		return sign + word
	}
	f := e.o.Languages.English(name, query.Fields()...)
	if f == "" {
		return sign + word
	}
	if f == "standing" {
		if s := e.o.Languages.English(value, "reported", "corroborated", "disputed", "retracted"); s != "" {
			value = s
		}
	}
	return sign + f + ":" + value
}

// word is what a person of the reply's language types for an English word.
func (c *call) word(english string) string { return c.p.Word(english) }

// wordsOf are the commands' names in the language of the reply, in alphabetical order of
// the English ones.
func wordsOf(p *lang.Printer, list []*Command) []string {
	out := names(list)
	for i, name := range out {
		out[i] = p.Word(name)
	}
	return out
}
