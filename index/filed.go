package index

import bleveindex "github.com/blevesearch/bleve_index_api"

// filed is a document as scorch takes it to buildSheaf: its terms are counted already,
// so that nothing is left for bleve to analyze.
type filed struct {
	id     string
	row    values
	fields []filedField
}

// filedField are the terms of a field, in any order, each as often as it stands there:
// those of a text as its analyzer gives them, or words.
type filedField struct {
	name    string
	counted bool // their frequencies are kept
	terms   []*string
	words   []string
}

// addTerms adds the terms of a text.
func (d *filed) addTerms(name string, terms []*string) {
	if len(terms) > 0 {
		d.fields = append(d.fields, filedField{name: name, counted: true, terms: terms})
	}
}

// addWords adds a field of words. An empty one is none.
func (d *filed) addWords(name string, counted bool, words ...string) {
	if len(words) > 0 && words[0] != "" {
		d.fields = append(d.fields, filedField{name: name, counted: counted, words: words})
	}
}

// ID is the document's ID.
func (d *filed) ID() string { return d.id }

// Size is about what it takes in memory.
func (d *filed) Size() int { return 1 << 10 }

// VisitFields and the others are for documents that bleve analyzes.
func (d *filed) VisitFields(bleveindex.FieldVisitor)             {}
func (d *filed) VisitComposite(bleveindex.CompositeFieldVisitor) {}
func (d *filed) HasComposite() bool                              { return false }
func (d *filed) NumPlainTextBytes() uint64                       { return 0 }
func (d *filed) AddIDField()                                     {}
func (d *filed) StoredFieldsBytes() uint64                       { return 0 }
func (d *filed) Indexed() bool                                   { return false }
