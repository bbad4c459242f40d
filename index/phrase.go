package index

import (
	"errors"

	"github.com/RoaringBitmap/roaring/v2"

	"sitrep/index/query"
)

// phrase is a phrase as a language's analyzer cuts it.
type phrase struct {
	lang   string
	terms  []string // "" where a dropped word stood
	traces []uint16
	title  bool // in titles only
}

// phraseClause asks for a phrase in any language. In a segment it matches the
// documents that hold all its words, and whose text has their traces in a row: 16
// bits of each word, so that one in some 10⁷ may be wrong.
type phraseClause struct{ in []phrase }

func (b *planner) phrase(t query.Term) *phraseClause {
	c := &phraseClause{}
	for _, lang := range b.langs {
		terms := positions(b.x.analyzers.tokens(lang, t.Text))
		if len(terms) == 0 {
			continue
		}
		hole := 0
		p := phrase{lang: lang, terms: terms, title: t.Field == "title"}
		for _, term := range terms {
			if term == "" {
				if hole++; hole <= maxHole {
					p.traces = append(p.traces, 0)
				}
			} else {
				hole = 0
				p.traces = append(p.traces, trace([]byte(term)))
			}
		}
		c.in = append(c.in, p)
	}
	return c
}

func (c *phraseClause) open(o *opener) (matcher, error) {
	m := &phrases{o: o}
	for i := range c.in {
		p := &c.in[i]
		if !holdsLang(o.seg.part, p.lang) {
			continue
		}
		fields := []string{fieldTitle + p.lang, fieldBody + p.lang}
		if p.title {
			fields = fields[:1]
		}
		f, err := openFinder(o, p, fields)
		if err != nil {
			return nil, err
		}
		m.finders = append(m.finders, f)
	}
	return m, nil
}

// openFinder takes the documents that hold all words together.
func openFinder(o *opener, p *phrase, fields []string) (*finder, error) {
	var all *roaring.Bitmap
	for _, term := range p.terms {
		if term == "" {
			continue
		}
		var any *roaring.Bitmap
		for _, field := range fields {
			bm, err := o.bitmap(field, []string{term})
			switch {
			case err != nil:
				return nil, err
			case any == nil:
				any = bm
			case !bm.IsEmpty():
				any = roaring.Or(any, bm)
			}
		}
		if all == nil {
			all = any
		} else {
			all = roaring.And(all, any)
		}
		if all.IsEmpty() {
			break
		}
	}
	return &finder{o: o, p: p, all: newSet(all)}, nil
}

// phrases is a phrase in several languages.
type phrases struct {
	o       *opener
	finders []*finder
	started bool
	at      uint64
}

// costly is how many plain postings a look at a text's traces weighs.
const costly = 20

func (m *phrases) cost() (n uint64) {
	for _, f := range m.finders {
		n += f.cost()
	}
	return n * costly
}

func (m *phrases) next() (uint64, error) {
	if !m.started {
		return m.advance(0)
	}
	if m.at == none {
		return none, nil
	}
	return m.advance(m.at + 1)
}

func (m *phrases) advance(doc uint64) (uint64, error) {
	if m.started && m.at >= doc {
		return m.at, nil
	}
	m.started, m.at = true, none
	for _, f := range m.finders {
		at, err := f.advance(doc)
		if err != nil {
			return none, err
		}
		m.at = min(m.at, at)
	}
	return m.at, nil
}

// finder looks for a phrase in one language.
type finder struct {
	o       *opener
	p       *phrase
	all     *set // the documents that hold all its words
	window  window
	started bool
	at      uint64
}

func (f *finder) cost() uint64 { return f.all.cost() }

func (f *finder) advance(doc uint64) (uint64, error) {
	if f.started && f.at >= doc {
		return f.at, nil
	}
	f.started = true
	for {
		at, err := f.all.advance(doc)
		if err != nil || at == none {
			f.at = none
			return none, err
		}
		ok, err := f.inText(at)
		if err != nil {
			return none, err
		}
		if ok {
			f.at = at
			return at, nil
		}
		doc = at + 1
	}
}

// inText reports whether the text has the traces in a row. What cannot be read does
// not match: mostly it was changed or forgotten a moment ago.
func (f *finder) inText(doc uint64) (bool, error) {
	if len(f.p.traces) == 1 {
		return true, nil
	}
	title, body, err := f.o.seg.part.p.texts.traces(f.o.seg.col.trace[doc], &f.window)
	if errors.Is(err, errText) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return holds(title, f.p.traces) || !f.p.title && holds(body, f.p.traces), nil
}
