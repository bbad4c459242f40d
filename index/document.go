package index

import (
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// The fields of the index. A text field is one a language: title_en, body_ar.
const (
	fieldTitle  = "title_" // the title, analyzed
	fieldBody   = "body_"  // the body, analyzed; phrases are looked for in the texts' traces
	fieldEntity = "entity" // gazetteer IDs as mentioned: the frequency is the number of mentions
	fieldWithin = "within" // the same and everything that covers them
	fieldSource = "source" // the source's name
	fieldScope  = "scope"  // who may see it
	fieldLang   = "lang"   // the analyzer's name
	fieldStand  = "stand"  // the standing
	fieldRow    = "row"    // stored: the time, whether it is dated, and the place of the text
)

// Annotator finds names in text; gazetteer.Gazetteer is one.
type Annotator interface {
	Annotate(text string) []news.Mention
	Within(id string) []string
	Version() string
}

// entry is a dispatch made ready for a batch.
type entry struct {
	doc         *document.Document
	part        string // the partition it belongs to
	record      []byte // its text
	traces      []byte
	row         values // but for the place of the text
	title, body int    // token counts
	lang        string // the analyzer
}

// place is added when the text has been kept.
func (e *entry) place(at, trace int64) {
	e.row.at, e.row.trace = at, trace
	e.doc.AddField(document.NewTextFieldCustom(fieldRow, nil, encodeRow(e.row), bleveindex.StoreField, nil))
}

// build analyzes and annotates one dispatch. It is called from several goroutines.
func (x *Index) build(d *news.Dispatch) (entry, error) {
	name := ownAnalyzer(d.Lang)
	doc := document.NewDocument(string(d.ID))
	title, body := x.analyzers.tokens(name, d.Title), x.analyzers.tokens(name, d.Body)
	addText(doc, fieldTitle+name, d.Title, title)
	addText(doc, fieldBody+name, d.Body, body)

	kept := Text{Dispatch: *d, Mentions: x.opts.Names.Annotate(d.Body)}
	within := map[string]bool{}
	for _, list := range [][]news.Mention{x.opts.Names.Annotate(d.Title), kept.Mentions, x.opts.Names.Annotate(d.Place)} {
		for _, m := range list {
			addKeyword(doc, fieldEntity, m.Entity, 0)
			for _, id := range x.opts.Names.Within(m.Entity) {
				within[id] = true
			}
		}
	}
	for id := range within {
		addKeyword(doc, fieldWithin, id, bleveindex.SkipFreqNorm)
	}
	addKeyword(doc, fieldSource, d.Source, bleveindex.SkipFreqNorm)
	addKeyword(doc, fieldScope, string(d.Scope.Or(news.ScopeEveryone)), bleveindex.SkipFreqNorm)
	addKeyword(doc, fieldLang, name, bleveindex.SkipFreqNorm)
	addKeyword(doc, fieldStand, string(d.Standing.Or(news.Reported)), bleveindex.SkipFreqNorm)
	record, traces, err := x.codec.record(&kept, name, title, body)
	return entry{doc: doc, part: partitionOf(d), record: record, traces: traces, row: values{unix: d.When().Unix(), dated: !d.Published.IsZero(), tokens: lengths(len(title), len(body))},
		title: len(title), body: len(body), lang: name}, err
}

func addText(doc *document.Document, field, text string, stream analysis.TokenStream) {
	if len(stream) > 0 {
		doc.AddField(document.NewTextFieldCustom(field, nil, []byte(text), bleveindex.IndexField, analyzed{stream}))
	}
}

func addKeyword(doc *document.Document, field, value string, more bleveindex.FieldIndexingOptions) {
	if value != "" {
		doc.AddField(document.NewTextFieldCustom(field, nil, []byte(value), bleveindex.IndexField|more, nil))
	}
}

func lengths(title, body int) tokens {
	return tokens{uint16(min(title, maxTokens)), uint16(min(body, maxTokens))}
}
