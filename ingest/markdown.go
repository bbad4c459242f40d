package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxFrontMatter is the longest front matter: it holds a few names and dates.
const maxFrontMatter = 64 << 10

// frontMatter is what stands between the --- lines that open a Markdown file.
type frontMatter struct {
	ID        string `yaml:"id"`
	Title     string `yaml:"title"`
	Source    string `yaml:"source"`
	URL       string `yaml:"url"`
	Published string `yaml:"published"`
	Lang      string `yaml:"lang"`
	Place     string `yaml:"place"`
}

// readMarkdown reads front matter and the text without its markup. Without a
// title there, a heading that opens the text is the title.
func readMarkdown(in *input, to sink) error {
	source, ok := in.text(to)
	if !ok {
		return nil
	}
	source = strings.ReplaceAll(strings.ReplaceAll(source, "\r\n", "\n"), "\r", "\n")
	yamlText, body, err := splitFrontMatter(source)
	if err != nil {
		to.refuse(1, "%s", err)
		return nil
	}
	var f frontMatter
	if err := yaml.Unmarshal([]byte(yamlText), &f); err != nil {
		line, why := yamlFault(err)
		to.refuse(line+1, "%s", why)
		return nil
	}
	r := record{
		line: 1, id: f.ID, title: f.Title, source: f.Source, url: f.URL, published: f.Published, lang: f.Lang, place: f.Place,
		own: in.fileOrigin(), lineOf: func(field string) int { return yamlLine(yamlText, field) },
	}
	heading, rest := renderMarkdown([]byte(body), strings.TrimSpace(f.Title) == "")
	r.title, r.body = firstOf(r.title, heading), rest
	return to.put(r)
}

// splitFrontMatter cuts a file at the line that closes its front matter.
func splitFrontMatter(s string) (yamlText, body string, err error) {
	rest, ok := strings.CutPrefix(s, "---\n")
	if !ok {
		return "", s, nil
	}
	for at := 0; at < len(rest) && at <= maxFrontMatter; {
		line, _, more := strings.Cut(rest[at:], "\n")
		if line = strings.TrimRight(line, " \t"); line == "---" || line == "..." {
			return rest[:at], rest[min(at+len(line)+1, len(rest)):], nil
		}
		if !more {
			break
		}
		at += strings.IndexByte(rest[at:], '\n') + 1
	}
	return "", "", fmt.Errorf("front matter opens here and is not closed by a line --- within %s", bytesText(maxFrontMatter))
}

// yamlFault is the line, from 1, and the words of an error of the YAML library.
func yamlFault(err error) (line int, why string) {
	line, why = 1, err.Error()
	var fault yaml.Error
	if errors.As(err, &fault) {
		why = fault.GetMessage()
		if t := fault.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
	}
	why, _, _ = strings.Cut(why, "\n")
	return line, "front matter: " + why
}

// yamlLine is the line of a field in the file: front matter begins at line 2.
func yamlLine(yamlText, field string) int {
	n := 2
	for line := range strings.Lines(yamlText) {
		if strings.HasPrefix(strings.TrimSpace(line), field+":") {
			return n
		}
		n++
	}
	return 1
}

// renderMarkdown is the text of a Markdown source. Where wantTitle is set, a
// heading that opens it comes back on its own.
func renderMarkdown(source []byte, wantTitle bool) (title, body string) {
	doc := goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough)).Parser().Parse(text.NewReader(source))
	if h, ok := doc.FirstChild().(*ast.Heading); ok && wantTitle {
		var p paragraphs
		renderMark(&p, h, source)
		title = p.String()
		doc.RemoveChild(doc, h)
	}
	var p paragraphs
	renderMark(&p, doc, source)
	return title, p.String()
}

// renderMark writes a node of the tree and what is below it.
func renderMark(p *paragraphs, n ast.Node, source []byte) {
	switch n := n.(type) {
	case *ast.Text:
		p.text(plain(n.Segment.Value(source), n.IsRaw()))
		if n.HardLineBreak() {
			p.line()
		} else if n.SoftLineBreak() {
			p.text(" ")
		}
	case *ast.String:
		p.text(string(n.Value))
	case *ast.AutoLink:
		p.text(string(n.Label(source)))
	case *ast.RawHTML:
		if tag := n.Segments.Value(source); len(tag) > 2 && strings.EqualFold(string(tag[:3]), "<br") {
			p.line()
		}
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		p.paragraph()
		p.verbatim(strings.TrimRight(string(n.Lines().Value(source)), "\n"))
		p.paragraph()
		return
	case *ast.HTMLBlock:
		p.paragraph()
		raw := n.Lines().Value(source)
		if n.HasClosure() {
			raw = append(bytes.Clone(raw), n.ClosureLine.Value(source)...)
		}
		if doc, err := parseHTML(string(raw)); err == nil {
			p.text(renderHTML(doc))
		}
		p.paragraph()
		return
	case *ast.ListItem:
		p.line()
		if list, ok := n.Parent().(*ast.List); ok && list.IsOrdered() {
			p.text(strconv.Itoa(list.Start+position(n)) + ". ")
		}
	case *extast.TableCell:
		p.tab()
	case *extast.TableHeader, *extast.TableRow:
		p.line()
	case *ast.TextBlock:
	default:
		if n.Type() == ast.TypeBlock {
			p.paragraph()
			defer p.paragraph()
		}
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		renderMark(p, c, source)
	}
}

// plain takes the escapes and entities out of a text segment. An escaped & begins no entity.
func plain(segment []byte, raw bool) string {
	if raw {
		return string(segment)
	}
	var out []byte
	resolve := func(b []byte) {
		out = append(out, util.ResolveEntityNames(util.ResolveNumericReferences(b))...)
	}
	from := 0
	for i := 0; i+1 < len(segment); i++ {
		if segment[i] == '\\' && util.IsPunct(segment[i+1]) {
			resolve(segment[from:i])
			out = append(out, segment[i+1])
			i++
			from = i + 1
		}
	}
	resolve(segment[from:])
	return string(out)
}

// position counts a node's elder siblings.
func position(n ast.Node) int {
	i := 0
	for s := n.PreviousSibling(); s != nil; s = s.PreviousSibling() {
		i++
	}
	return i
}
