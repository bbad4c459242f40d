package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"sitrep/gazetteer"
	"sitrep/news"
)

// sayers are the functions that say a text, and which of their arguments are texts.
var sayers = map[string][]int{
	"say": {0}, "Say": {0}, "list": {0}, "usage": {0}, "notFound": {0}, "forbidden": {0}, "Errorf": {1},
	"mistyped": {0}, "absent": {0}, "unavailable": {0}, "wrongSource": {1}, "refuse": {2}, "wrong": {0}, "wrongAt": {1}, "Wrong": {0}, "counted": {1, 2},
}

// speaking are the rooms that people read texts of.
var speaking = []string{".", "bot", "commands", "console", "picture", "index", "index/query", "ingest", "schedule"}

var letters = regexp.MustCompile(`\pL`)

// keyed is an English text and where it is said.
type keyed struct{ text, where string }

// said finds every text in the sources that is said through the catalogue.
func said(t *testing.T) (out []keyed) {
	t.Helper()
	set := token.NewFileSet()
	for _, room := range speaking {
		files, err := filepath.Glob(filepath.Join(filepath.FromSlash(room), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(room, err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				if c, ok := n.(*ast.CompositeLit); ok {
					if s, ok := c.Type.(*ast.SelectorExpr); ok && s.X.(*ast.Ident).Name == "prometheus" {
						return false // metrics are for operators
					}
				}
				for _, e := range texts(room, n) {
					if s, ok := literal(e); ok {
						out = append(out, keyed{s, set.Position(e.Pos()).String()})
					}
				}
				return true
			})
		}
	}
	return out
}

// texts are the expressions of a node that are texts.
func texts(room string, n ast.Node) (out []ast.Expr) {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := ""
		switch f := n.Fun.(type) {
		case *ast.Ident:
			name = f.Name
		case *ast.SelectorExpr:
			name = f.Sel.Name
			if x, ok := f.X.(*ast.Ident); ok && (x.Name == "fmt" || x.Name == "t") {
				return nil
			}
		}
		for _, i := range sayers[name] {
			if i < len(n.Args) {
				out = append(out, n.Args[i])
			}
		}
	case *ast.KeyValueExpr: // the table of commands
		if k, ok := n.Key.(*ast.Ident); ok && room == "commands" && (k.Name == "Summary" || k.Name == "Help") {
			out = append(out, n.Value)
		}
	case *ast.FuncDecl: // lang.Sayable
		if n.Name.Name == "Text" && n.Body != nil {
			for _, s := range n.Body.List {
				if r, ok := s.(*ast.ReturnStmt); ok {
					out = append(out, r.Results[0])
				}
			}
		}
	case *ast.CompositeLit:
		switch id, _ := n.Type.(*ast.Ident); {
		case id == nil:
		case id.Name == "fault" && room == "commands" && len(n.Elts) == 3:
			out = append(out, n.Elts[1])
		}
	case *ast.ValueSpec: // why a channel cannot be read, and the fields of a cron expression: name and values of each
		if id, ok := n.Type.(*ast.Ident); ok && id.Name == "gone" && room == "bot" {
			return n.Values
		}
		if room == "schedule" && n.Names[0].Name == "fields" {
			for _, e := range n.Values[0].(*ast.CompositeLit).Elts {
				out = append(out, e.(*ast.CompositeLit).Elts[:2]...)
			}
		}
	}
	return out
}

// literal is the value of a string literal, or of several with + between them.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil && e.Kind == token.STRING
	case *ast.BinaryExpr:
		a, ok1 := literal(e.X)
		b, ok2 := literal(e.Y)
		return a + b, ok1 && ok2 && e.Op == token.ADD
	}
	return "", false
}

// spoken are the texts that are said of data: the types of names, the standings, the
// kinds of events.
func spoken(t *testing.T) (out []keyed) {
	t.Helper()
	g, err := gazetteer.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range g.Entities() {
		out = append(out, keyed{e.Type, "the gazetteer"})
	}
	for _, s := range []news.Standing{news.Reported, news.Corroborated, news.Disputed, news.Retracted} {
		out = append(out, keyed{string(s), "the standings"})
	}
	for _, k := range []news.EventKind{news.Filed, news.Revised, news.Withdrawn, news.Marked, news.Forgotten} {
		out = append(out, keyed{string(k), "the kinds of events"})
	}
	return out
}

// language is the part of a language's file that has texts.
type language struct {
	Phrases map[string]map[string]string `yaml:"phrases"`
	Texts   map[string]any               `yaml:"texts"`
	Words   map[string]string            `yaml:"words"`
}

func languagesOf(t *testing.T) map[string]language {
	t.Helper()
	out := map[string]language{}
	files, _ := fs.Glob(os.DirFS("lang"), "*.yaml")
	for _, name := range files {
		raw, err := os.ReadFile(filepath.Join("lang", name))
		if err != nil {
			t.Fatal(err)
		}
		var l language
		if err := yaml.Unmarshal(raw, &l); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		out[strings.TrimSuffix(name, ".yaml")] = l
	}
	return out
}

// menuTexts are the entries of a message's menu, which stand in a table.
var menuTexts = []string{"File as dispatch", "Find related"}

// Every text that is said has its words in every language, and no language has
// words for what nobody says.
func TestEveryTextIsTranslated(t *testing.T) {
	used := map[string]string{}
	for _, k := range append(said(t), spoken(t)...) {
		if letters.MatchString(verbs.ReplaceAllString(k.text, "")) {
			used[k.text] = k.where
		}
	}
	for _, text := range menuTexts {
		used[text] = "the menus"
	}
	if len(used) < 150 {
		t.Fatalf("only %d texts were found: the search is broken", len(used))
	}
	for code, l := range languagesOf(t) {
		var missing []string
		for text, where := range used {
			if _, ok := l.Texts[text]; !ok && (code != "en" || strings.Count(text, "%d") > 0 && needsForms(text)) {
				missing = append(missing, where+": "+strconv.Quote(text))
			}
		}
		sort.Strings(missing)
		if len(missing) > 0 {
			t.Errorf("%s.yaml lacks %d texts:\n%s", code, len(missing), strings.Join(missing, "\n"))
		}
		for text := range l.Texts {
			if _, ok := used[text]; !ok && letters.MatchString(verbs.ReplaceAllString(text, "")) {
				t.Errorf("%s.yaml has a text that nobody says: %q", code, text)
			}
		}
	}
}

// needsForms is true of a number with a thing that is counted: it has two forms in
// English.
func needsForms(text string) bool {
	for _, limit := range []string{"limit is %d", "that is the limit", "more than %d", "at most %d", "longer than %d", "1 to %d", "%d times in a row"} {
		if strings.Contains(text, limit) {
			return false // a limit is never one, and what is above it neither
		}
	}
	return regexp.MustCompile(`%(\[\d\])?d [a-z]+s\b`).MatchString(text)
}

var verbs = regexp.MustCompile(`%(?:\[(\d)\])?([a-zA-Z])`)

// kinds are the verbs of a text by argument: "d" for numbers, "s" for words.
func kinds(text string, arg int) map[int]string {
	out, n := map[int]string{}, 0
	for _, m := range verbs.FindAllStringSubmatch(text, -1) {
		i, _ := strconv.Atoi(m[1])
		if m[1] == "" {
			n++
			if i = n; arg > 0 && n == 1 {
				i = arg
			}
		}
		out[i] = map[bool]string{true: "d", false: "s"}[m[2] == "d"]
	}
	return out
}

var counted = regexp.MustCompile(`\{(\d):([^{}]+)\}`)

// A translation has the arguments of its key, of the same kind. A plural form may
// leave out the number that it is the form of.
func TestVerbsAgree(t *testing.T) {
	for code, l := range languagesOf(t) {
		usedPhrases := map[string]bool{}
		check := func(key, text string, spare int) {
			want, got := kinds(key, 0), kinds(text, spare)
			for _, m := range counted.FindAllStringSubmatch(text, -1) {
				i, _ := strconv.Atoi(m[1])
				usedPhrases[m[2]] = true
				if want[i] != "d" {
					t.Errorf("%s: %q: %s counts argument %d, which is no number", code, key, m[0], i)
				}
				if _, twice := got[i]; twice {
					t.Errorf("%s: %q: argument %d is said twice", code, key, i)
				}
				got[i] = "d"
				for form, s := range l.Phrases[m[2]] {
					if k := kinds(s, 0); len(k) > 1 || len(k) == 1 && k[1] != "d" {
						t.Errorf("%s: phrase %s, %s: %q has another argument than its number", code, m[2], form, s)
					}
				}
			}
			for i, k := range want {
				if got[i] != k && !(i == spare && got[i] == "") {
					t.Errorf("%s: %q: argument %d is %q in %q, want %q", code, key, i, got[i], text, k)
				}
			}
			for i := range got {
				if want[i] == "" {
					t.Errorf("%s: %q has no argument %d, which %q wants", code, key, i, text)
				}
			}
		}
		for key, said := range l.Texts {
			switch said := said.(type) {
			case string:
				check(key, said, 0)
			case map[string]any:
				for _, text := range said {
					check(key, text.(string), 1)
				}
			}
		}
		for name := range l.Phrases {
			if !usedPhrases[name] {
				t.Errorf("%s: nobody counts %s", code, name)
			}
		}
	}
}

// The plural forms of a language are those that it has, no more and no fewer.
func TestForms(t *testing.T) {
	forms := map[string][]string{"en": {"one", "other"}, "ar": {"few", "many", "one", "other", "two", "zero"}}
	for code, l := range languagesOf(t) {
		check := func(key string, got []string) {
			slices.Sort(got)
			if want := forms[code]; want != nil && !slices.Equal(got, want) {
				t.Errorf("%s: %q has the forms %v, want %v", code, key, got, want)
			}
		}
		for key, said := range l.Texts {
			if m, ok := said.(map[string]any); ok {
				var got []string
				for form := range m {
					got = append(got, form)
				}
				check(key, got)
			}
		}
		for key, m := range l.Phrases {
			var got []string
			for form := range m {
				got = append(got, form)
			}
			check(key, got)
		}
	}
}
