package ingest

import (
	"bytes"
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"sitrep/news"
)

// maxTags is the most tags of a page: its tree takes some 200 bytes for each.
const maxTags = 500_000

// readHTML reads a saved page: its article without what surrounds it, its
// address, date, site and title as it gives them.
func readHTML(in *input, to sink) error {
	data, ok := in.document(to)
	if !ok {
		return nil
	}
	text, line, why := htmlText(data)
	if why != "" {
		to.refuse(line, "%s", why)
		return nil
	}
	doc, err := parseHTML(text)
	if err != nil {
		to.refuse(0, "%s", err)
		return nil
	}
	meta := htmlMeta(doc)
	r := record{
		line: 1, title: meta.title, byline: meta.site, published: isoDate(meta.published),
		publishedOrUndated: true, langHint: meta.lang, own: in.fileOrigin(),
	}
	base := &url.URL{}
	if webAddress(meta.canonical) && len(meta.canonical) <= maxField {
		r.url = meta.canonical
		r.own = &news.Origin{Kind: news.OriginURL, Item: cleanLine(meta.canonical)}
		base, _ = url.Parse(meta.canonical)
		r.byline = firstOf(meta.site, strings.TrimPrefix(base.Hostname(), "www."))
	}
	whole := renderHTML(doc) // before the extraction takes the tree apart
	parser := readability.NewParser()
	parser.MaxElemsToParse = maxTags
	if article, err := parser.ParseAndMutate(doc, base); err == nil {
		r.title = firstOf(strings.TrimSpace(article.Title()), r.title)
		r.byline = firstOf(r.source, strings.TrimSpace(article.SiteName()), r.byline)
		if article.Node != nil {
			r.body = renderHTML(article.Node)
		}
	}
	if strings.TrimSpace(r.body) == "" {
		r.body = whole
	}
	return to.put(r)
}

// htmlText decodes a page: UTF-8, or another encoding where the page itself names it.
func htmlText(data []byte) (text string, line int, why string) {
	if line, why = notUTF8(data, 1); why == "" {
		return string(bytes.TrimPrefix(data, bom)), 0, ""
	}
	head := bytes.ToLower(data[:min(len(data), 1024)])
	if !bytes.Contains(head, []byte("charset=")) || bytes.Contains(head, []byte("utf-8")) {
		return "", line, why
	}
	enc, _, _ := charset.DetermineEncoding(data, "")
	decoded, err := enc.NewDecoder().Bytes(data)
	if err != nil || !utf8.Valid(decoded) {
		return "", line, why
	}
	return string(decoded), 0, ""
}

// parseHTML builds the tree. The parser itself ends at 512 nested elements.
func parseHTML(text string) (*html.Node, error) {
	if n := strings.Count(text, "<"); n > maxTags {
		return nil, fmt.Errorf("%s tags, a page may have %s: save the article alone", thousands(n), thousands(maxTags))
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("no HTML that can be read: %w", err)
	}
	return doc, nil
}

// notText are the elements whose content nobody reads as text.
var notText = map[atom.Atom]bool{
	atom.Head: true, atom.Script: true, atom.Style: true, atom.Noscript: true, atom.Template: true, atom.Svg: true,
	atom.Math: true, atom.Iframe: true, atom.Object: true, atom.Select: true, atom.Button: true, atom.Textarea: true,
}

// blocks are the elements that stand in a paragraph of their own; lineBlocks
// those that only begin a line.
var (
	blocks = map[atom.Atom]bool{
		atom.P: true, atom.Div: true, atom.Section: true, atom.Article: true, atom.Aside: true, atom.Header: true, atom.Footer: true,
		atom.Main: true, atom.Nav: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
		atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Table: true, atom.Blockquote: true, atom.Pre: true, atom.Figure: true,
		atom.Figcaption: true, atom.Hr: true, atom.Form: true, atom.Fieldset: true, atom.Address: true, atom.Body: true,
	}
	lineBlocks = map[atom.Atom]bool{
		atom.Br: true, atom.Li: true, atom.Tr: true, atom.Dt: true, atom.Dd: true, atom.Caption: true, atom.Summary: true,
	}
)

// renderHTML is the text of a tree, in paragraphs.
func renderHTML(n *html.Node) string {
	var p paragraphs
	renderNode(&p, n, false)
	return p.String()
}

func renderNode(p *paragraphs, n *html.Node, pre bool) {
	switch n.Type {
	case html.TextNode:
		if pre {
			p.verbatim(n.Data)
		} else {
			p.text(n.Data)
		}
		return
	case html.ElementNode:
		if notText[n.DataAtom] {
			return
		}
	}
	around := func() {
		switch {
		case blocks[n.DataAtom]:
			p.paragraph()
		case lineBlocks[n.DataAtom]:
			p.line()
		}
	}
	if n.DataAtom == atom.Td || n.DataAtom == atom.Th {
		p.tab()
	}
	around()
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		renderNode(p, c, pre || n.DataAtom == atom.Pre)
	}
	around()
}

// pageMeta is what a page says of itself.
type pageMeta struct {
	title, site, canonical, published, lang string
}

// The names under which pages give a fact, the most dependable first.
var (
	publishedNames = []string{"article:published_time", "og:published_time", "datepublished", "dcterms.issued", "dcterms.created", "dc.date.issued", "date"}
	siteNames      = []string{"og:site_name", "application-name"}
	titleNames     = []string{"og:title", "twitter:title"}
)

// htmlMeta reads the page's own account before anything is taken out of it.
func htmlMeta(doc *html.Node) pageMeta {
	m, named := pageMeta{}, map[string]string{}
	titleTag, ldDate := "", ""
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Html:
			m.lang = attr(n, "lang")
		case atom.Title:
			if titleTag == "" && n.FirstChild != nil {
				titleTag = n.FirstChild.Data
			}
		case atom.Link:
			if strings.EqualFold(attr(n, "rel"), "canonical") && m.canonical == "" {
				m.canonical = strings.TrimSpace(attr(n, "href"))
			}
		case atom.Meta:
			name := strings.ToLower(cmp.Or(attr(n, "property"), attr(n, "name"), attr(n, "itemprop")))
			if _, ok := named[name]; !ok {
				named[name] = attr(n, "content")
			}
		case atom.Time:
			if strings.EqualFold(attr(n, "itemprop"), "datePublished") {
				named["datepublished"] = cmp.Or(named["datepublished"], attr(n, "datetime"))
			}
		case atom.Script:
			if attr(n, "type") == "application/ld+json" && n.FirstChild != nil && ldDate == "" {
				ldDate = linkedDate([]byte(n.FirstChild.Data))
			}
		}
	}
	pick := func(names []string) string {
		for _, name := range names {
			if v := strings.TrimSpace(named[name]); v != "" {
				return v
			}
		}
		return ""
	}
	m.site, m.published = pick(siteNames), firstOf(ldDate, pick(publishedNames))
	m.title = firstOf(pick(titleNames), strings.TrimSpace(titleTag))
	m.canonical = firstOf(m.canonical, strings.TrimSpace(named["og:url"]))
	return m
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
