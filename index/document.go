package index

import (
	"fmt"
	"strconv"
	"time"

	"github.com/blevesearch/bleve/v2/document"
	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// The fields of the index. A text field is one a language: title_en, body_ar.
const (
	fieldTitle  = "title_"  // the title, analyzed
	fieldBody   = "body_"   // the body, analyzed, with positions for phrases
	fieldEntity = "entity"  // gazetteer IDs as mentioned: the frequency is the number of mentions
	fieldWithin = "within"  // the same and everything that covers them
	fieldSource = "source"  // the source's name
	fieldScope  = "scope"   // who may see it
	fieldLang   = "lang"    // the analyzer's name
	fieldStand  = "stand"   // the standing
	fieldDay    = "day"     // 2018-12-29 and 2018-12, of Dispatch.When
	fieldWhen   = "when"    // doc values: 16 hex digits of the time, d (dated) or u, the ID
	fieldLength = "lengths" // stored: the token counts of title and body, and the analyzer
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
	title, body int // token counts
}

// build analyzes and annotates one dispatch. It is called from several goroutines.
func (x *Index) build(d *news.Dispatch) entry {
	name := ownAnalyzer(d.Lang)
	doc := document.NewDocument(string(d.ID))
	e := entry{doc: doc}
	e.title = x.addText(doc, fieldTitle+name, name, d.Title)
	e.body = x.addText(doc, fieldBody+name, name, d.Body)

	within := map[string]bool{}
	for _, text := range []string{d.Title, d.Body, d.Place} {
		for _, m := range x.opts.Names.Annotate(text) {
			addKeyword(doc, fieldEntity, m.Entity, 0)
			for _, id := range x.opts.Names.Within(m.Entity) {
				within[id] = true
			}
		}
	}
	for id := range within {
		addKeyword(doc, fieldWithin, id, 0)
	}
	addKeyword(doc, fieldSource, d.Source, bleveindex.DocValues)
	addKeyword(doc, fieldScope, string(d.Scope.Or(news.ScopeEveryone)), 0)
	addKeyword(doc, fieldLang, name, 0)
	addKeyword(doc, fieldStand, string(d.Standing.Or(news.Reported)), 0)
	when := d.When().UTC()
	addKeyword(doc, fieldDay, when.Format("2006-01-02"), 0)
	addKeyword(doc, fieldDay, when.Format("2006-01"), 0)
	addKeyword(doc, fieldWhen, encodeWhen(when, !d.Published.IsZero(), d.ID), bleveindex.DocValues)
	doc.AddField(document.NewTextFieldCustom(fieldLength, nil, fmt.Appendf(nil, "%d %d %s", e.title, e.body, name), bleveindex.StoreField, nil))
	return e
}

func (x *Index) addText(doc *document.Document, field, analyzer, text string) int {
	if text == "" {
		return 0
	}
	stream := x.analyzers.tokens(analyzer, text)
	doc.AddField(document.NewTextFieldCustom(field, nil, []byte(text),
		bleveindex.IndexField|bleveindex.IncludeTermVectors, analyzed{stream}))
	return len(stream)
}

func addKeyword(doc *document.Document, field, value string, more bleveindex.FieldIndexingOptions) {
	if value == "" {
		return
	}
	doc.AddField(document.NewTextFieldCustom(field, nil, []byte(value), bleveindex.IndexField|more, nil))
}

// encodeWhen writes a time so that the strings sort as the times do: seconds
// since 1970 moved into the positive, in 16 hex digits. The ID behind it makes
// the order of hits the same in every index built from one log.
func encodeWhen(t time.Time, dated bool, id news.ID) string {
	flag := "u"
	if dated {
		flag = "d"
	}
	return fmt.Sprintf("%016x", uint64(t.Unix())+1<<63) + flag + string(id)
}

func decodeWhen(s []byte) (unix int64, dated bool, id news.ID, ok bool) {
	if len(s) < 17 {
		return 0, false, "", false
	}
	n, err := strconv.ParseUint(string(s[:16]), 16, 64)
	return int64(n - 1<<63), s[16] == 'd', news.ID(s[17:]), err == nil
}
