package index

import (
	"slices"

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
	fieldRow    = "row"    // stored: the time, whether it is dated, the lengths, and the place of the text
)

// Annotator finds names in text; gazetteer.Gazetteer is one.
type Annotator interface {
	Annotate(text string) []news.Mention
	Within(id string) []string
	Version() string
}

// entry is a dispatch made ready for a batch.
type entry struct {
	doc         *filed
	part        string // the partition it belongs to
	record      []byte // its text
	traces      []byte
	title, body int    // term counts
	lang        string // the analyzer
}

// place is added when the text has been kept.
func (e *entry) place(at, trace int64) { e.doc.row.at, e.doc.row.trace = at, trace }

// build analyzes and annotates one dispatch. It is called from several goroutines.
func (x *Index) build(d *news.Dispatch) (entry, error) {
	name := ownAnalyzer(d.Lang)
	title, body := x.analyzers.byName[name].read(d.Title), x.analyzers.byName[name].read(d.Body)
	kept := Text{Dispatch: *d, Mentions: x.opts.Names.Annotate(d.Body)}
	var named, within []string
	for _, list := range [][]news.Mention{x.opts.Names.Annotate(d.Title), kept.Mentions, x.opts.Names.Annotate(d.Place)} {
		for _, m := range list {
			if !slices.Contains(named, m.Entity) {
				within = append(within, x.opts.Names.Within(m.Entity)...)
			}
			named = append(named, m.Entity)
		}
	}
	doc := &filed{id: string(d.ID), row: values{unix: d.When().Unix(), dated: !d.Published.IsZero(), tokens: lengths(len(title.terms), len(body.terms))}}
	doc.addTerms(fieldTitle+name, title.terms)
	doc.addTerms(fieldBody+name, body.terms)
	doc.addWords(fieldEntity, true, named...)
	doc.addWords(fieldWithin, false, within...)
	doc.addWords(fieldSource, false, d.Source)
	doc.addWords(fieldScope, false, string(d.Scope.Or(news.ScopeEveryone)))
	doc.addWords(fieldLang, false, name)
	doc.addWords(fieldStand, false, string(d.Standing.Or(news.Reported)))
	record, traces, err := x.codec.record(&kept, name, title, body)
	return entry{doc: doc, part: partitionOf(d), record: record, traces: traces, title: len(title.terms), body: len(body.terms), lang: name}, err
}

func lengths(title, body int) tokens {
	return tokens{uint16(min(title, maxTokens)), uint16(min(body, maxTokens))}
}
