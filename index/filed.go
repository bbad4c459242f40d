package index

import bleveindex "github.com/blevesearch/bleve_index_api"

// filed is a document as scorch takes it to buildSheaf: its terms are counted already,
// so that nothing is left for bleve to analyze.
type filed struct {
	id     string
	row    values
	fields []filedField
}

// filedField are the terms of a field, in any order, each as often as it stands there.
type filedField struct {
	name    string
	counted bool // their frequencies are kept
	terms   []string
}

// add adds a field. What is empty is no term.
func (d *filed) add(name string, counted bool, terms ...string) {
	if len(terms) > 1 || len(terms) == 1 && terms[0] != "" {
		d.fields = append(d.fields, filedField{name, counted, terms})
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
