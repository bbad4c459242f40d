package index

import (
	"errors"

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
		p := phrase{lang: lang, terms: terms, title: t.Field == "title"}
		for _, term := range terms {
			if term == "" {
				p.traces = append(p.traces, 0)
			} else {
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
		f := &finder{o: o, p: p, at: none}
		for _, term := range p.terms {
			if term == "" {
				continue
			}
			u := &union{}
			for _, field := range fields {
				if err := u.add(o, field, term, 0, 0); err != nil {
					return nil, err
				}
			}
			f.words = append(f.words, u)
		}
		m.finders = append(m.finders, f)
	}
	return m, nil
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
	words   []*union
	buf     []byte
	started bool
	at      uint64
}

func (f *finder) cost() uint64 {
	least := uint64(none / costly / 64)
	for _, u := range f.words {
		least = min(least, u.cost())
	}
	return least
}

func (f *finder) advance(doc uint64) (uint64, error) {
	if f.started && f.at >= doc {
		return f.at, nil
	}
	f.started = true
	for {
		at, err := together(f.words, doc)
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

// together moves all words to the first document at or behind doc that holds all of them.
func together(words []*union, doc uint64) (uint64, error) {
	for {
		same := true
		for _, u := range words {
			at, err := u.advance(doc)
			if err != nil || at == none {
				return none, err
			}
			if at != doc {
				doc, same = at, false
			}
		}
		if same {
			return doc, nil
		}
	}
}

// inText reports whether the text has the traces in a row. What cannot be read does
// not match: the log would have to be asked, and it is damage that the next start repairs.
func (f *finder) inText(doc uint64) (bool, error) {
	if len(f.p.traces) == 1 {
		return true, nil
	}
	title, body, buf, err := f.o.seg.part.p.texts.traces(f.o.seg.col.at[doc], f.buf)
	f.buf = buf
	if errors.Is(err, errText) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return holds(title, f.p.traces) || !f.p.title && holds(body, f.p.traces), nil
}
