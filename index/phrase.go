package index

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"sitrep/index/query"
)

// phrase is a phrase as a language's analyzer cuts it.
type phrase struct {
	lang   string
	terms  []string // "" where a dropped word stood
	traces []uint16
	rare   int  // the place of the rarest word
	title  bool // in titles only
}

// phraseClause asks for a phrase in any language. In a segment it matches the
// documents that hold all its words, and whose text has their traces in a row: 16
// bits of each word, so that one in some 10⁷ may be wrong.
type phraseClause struct {
	in          []phrase
	title, body float64 // average lengths
}

func (b *planner) phrase(t query.Term) *phraseClause {
	n := max(float64(b.st.Docs), 1)
	c := &phraseClause{title: float64(b.st.Title) / n, body: float64(b.st.Body) / n}
	for _, lang := range b.langs {
		terms := positions(b.x.analyzers.tokens(lang, t.Text))
		if len(terms) == 0 {
			continue
		}
		hole, least := 0, math.Inf(1)
		p := phrase{lang: lang, terms: terms, title: t.Field == "title"}
		for _, term := range terms {
			if term == "" {
				if hole++; hole <= maxHole {
					p.traces = append(p.traces, 0)
				}
			} else {
				hole = 0
				if df := b.frequency(fieldBody+lang, term, lang); df < least {
					least, p.rare = df, len(p.traces)
				}
				p.traces = append(p.traces, trace([]byte(term)))
			}
		}
		c.in = append(c.in, p)
	}
	return c
}

func (c *phraseClause) open(o *opener) (matcher, error) {
	m := &phrases{}
	for i := range c.in {
		p := &c.in[i]
		if !holdsLang(o.seg.part, p.lang) {
			continue
		}
		f, err := c.openFinder(o, p)
		if err != nil {
			return nil, err
		}
		if f != nil {
			m.finders = append(m.finders, f)
		}
	}
	return m, nil
}

// openFinder takes the postings of all words; nil where one is nowhere.
func (c *phraseClause) openFinder(o *opener, p *phrase) (*finder, error) {
	f := &finder{o: o, p: p, at: -1}
	for i, term := range p.terms {
		if term == "" || slices.Contains(p.terms[:i], term) {
			continue
		}
		both := wordIn(p.lang, term, c.title, c.body)
		if p.title {
			both = both[:1]
		}
		w, err := o.packed(&spelling{lang: p.lang, of: both})
		if w == nil || err != nil {
			return nil, err
		}
		f.words = append(f.words, w)
	}
	slices.SortFunc(f.words, func(a, b *packed) int { return cmp.Compare(len(a.docs), len(b.docs)) })
	return f, nil
}

// phrases is a phrase in several languages.
type phrases struct{ finders []*finder }

func (m *phrases) exact() bool {
	return !slices.ContainsFunc(m.finders, func(f *finder) bool { return len(f.p.traces) > 1 })
}

func (m *phrases) within(n int) (out blockSet) {
	for _, f := range m.finders {
		s := f.within(n)
		out.or(&s)
	}
	return out
}

func (m *phrases) holds(doc uint64) (bool, error) {
	for _, f := range m.finders {
		if ok, err := f.holds(doc); err != nil || ok {
			return ok, err
		}
	}
	return false, nil
}

// finder looks for a phrase in one language.
type finder struct {
	o     *opener
	p     *phrase
	words []*packed // the rarest first
	buf   []byte
	at    int // the block that was looked at last,
	set   blockSet
}

// within gives the documents of a block that hold all words.
func (f *finder) within(n int) blockSet {
	if n == f.at {
		return f.set
	}
	f.at, f.set = n, blockSet{}
	f.words[0].hold(n, &f.set)
	for _, w := range f.words[1:] {
		if f.set.empty() {
			break
		}
		var also blockSet
		w.hold(n, &also)
		f.set.and(&also)
	}
	return f.set
}

// holds reports whether a text has the traces in a row. What cannot be read does
// not match: mostly it was changed or forgotten a moment ago.
func (f *finder) holds(doc uint64) (bool, error) {
	if s := f.within(int(doc / blockDocs)); !s.has(int(doc % blockDocs)) {
		return false, nil
	}
	if len(f.p.traces) == 1 {
		return true, nil
	}
	ok, err := f.o.seg.part.p.texts.hold(f.o.seg.col.trace[doc], &f.buf, f.p)
	if errors.Is(err, errText) {
		return false, nil
	}
	return ok, err
}

// in reports whether traces hold the phrase in a row; 0 in it stands for any word. The
// traces are looked through for the rarest word, four at a time.
func (p *phrase) in(traces []byte) bool {
	n := len(traces)/2 - len(p.traces)
	want := p.traces[p.rare]
	lanes := uint64(want) * (1<<48 | 1<<32 | 1<<16 | 1)
	for i := 0; i <= n; {
		at := 2 * (i + p.rare)
		if at+8 <= len(traces) {
			// A lane of x is zero where the trace is the one that is wanted; the term is not
			// zero where a lane is, after Mycroft.
			x := binary.LittleEndian.Uint64(traces[at:]) ^ lanes
			if (x-0x0001000100010001)&^x&0x8000800080008000 == 0 {
				i += 4
				continue
			}
		}
		if binary.LittleEndian.Uint16(traces[at:]) == want && follows(traces[2*i:], p.traces) {
			return true
		}
		i++
	}
	return false
}

func follows(traces []byte, phrase []uint16) bool {
	for k, want := range phrase {
		if want != 0 && binary.LittleEndian.Uint16(traces[2*k:]) != want {
			return false
		}
	}
	return true
}
