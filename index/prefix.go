package index

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	segment "github.com/blevesearch/scorch_segment_api/v2"

	"sitrep/index/query"
)

// maxExpansion is how many terms a word with * can stand for: the most frequent
// ones where more begin so. checkTerms is after how many of a dictionary's terms it
// is looked whether the search shall end.
const (
	maxExpansion = 1024
	checkTerms   = 256
)

// begins is a term that a word with * stands for, in a language.
type begins struct{ lang, term string }

// prefix looks up what begins like a word, as one word that scores; nil where
// nothing does. What its analyzer makes of the word itself counts too: an index of
// stems has no term that begins with "civilians".
func (b *planner) prefix(t query.Term) *word {
	fields := []string{fieldTitle, fieldBody}
	if t.Field == "title" {
		fields = fields[:1]
	}
	counts := map[begins]uint64{} // of the field that holds most
	for _, lang := range b.langs {
		for _, f := range fields {
			in := map[string]uint64{}
			for _, form := range beginnings(t.Text) {
				b.expand(in, f, lang, form)
			}
			for _, term := range b.x.analyzers.terms(lang, t.Text) {
				in[term] = uint64(b.frequency(f+lang, term, lang))
			}
			for term, n := range in {
				counts[begins{lang, term}] = max(counts[begins{lang, term}], n)
			}
		}
	}
	found := make([]begins, 0, len(counts))
	for k, n := range counts {
		if n > 0 {
			found = append(found, k)
		}
	}
	slices.SortFunc(found, func(x, y begins) int {
		return cmp.Or(cmp.Compare(counts[y], counts[x]), cmp.Compare(x.lang, y.lang), cmp.Compare(x.term, y.term))
	})
	return b.merged(found[:min(len(found), maxExpansion)], counts, fields)
}

// merged is a word that is written as any of the terms.
func (b *planner) merged(found []begins, counts map[begins]uint64, fields []string) *word {
	n := max(float64(b.st.Docs), 1)
	byLang := map[string][]string{}
	var df uint64
	for _, k := range found {
		df += counts[k]
		byLang[k.lang] = append(byLang[k.lang], k.term)
	}
	w := &word{idf: idf(n, min(float64(df), n))}
	for _, lang := range b.langs {
		terms := byLang[lang]
		if len(terms) == 0 {
			continue
		}
		slices.Sort(terms)
		for _, f := range fields {
			v := variant{field: f + lang, terms: terms, weight: bodyWeight, avg: float64(b.st.Body) / n, lang: lang}
			if f == fieldTitle {
				v.weight, v.avg = titleWeight, float64(b.st.Title)/n
			}
			w.variants = append(w.variants, v)
		}
	}
	if len(w.variants) == 0 {
		return nil
	}
	return w
}

// beginnings are the letters that terms must begin with, as analyzers write them. Of
// Arabic words they take the article off.
func beginnings(text string) []string {
	text = string(foldTerm(prepare([]byte(text), undetermined)))
	text = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "ا", "ى", "ي", "ة", "ه", "ـ", "").Replace(text)
	out := []string{text}
	if bare, ok := strings.CutPrefix(text, "ال"); ok && len([]rune(bare)) >= query.MinPrefix {
		out = append(out, bare)
	}
	return out
}

// expand counts the terms of a field that begin with certain letters. It ends early
// when the search does.
func (b *planner) expand(counts map[string]uint64, field, lang, form string) {
	end := []byte(form)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i]++; end[i] != 0 {
			break
		}
	}
	for _, p := range b.snap.parts {
		if !holdsLang(p, lang) {
			continue
		}
		for _, seg := range p.segments {
			if b.err != nil {
				return
			}
			var dict segment.TermDictionary
			if dict, b.err = b.opener(seg).dict(field + lang); b.err != nil {
				return
			}
			it := dict.AutomatonIterator(nil, []byte(form), end)
			for n := 0; ; n++ {
				if n%checkTerms == 0 {
					if b.err = ended(b.ctx); b.err != nil {
						return
					}
				}
				e, err := it.Next()
				if b.err = err; e == nil || err != nil {
					break
				}
				counts[strings.Clone(e.Term)] += e.Count
			}
		}
	}
}

// spelled are the terms of a variant.
func (v variant) spelled() []string {
	if v.terms != nil {
		return slices.Clip(v.terms)
	}
	return []string{v.term}
}

// addMany opens several terms of a field as one of the union's postings.
func (u *union) addMany(o *opener, v variant) error {
	m := &manyPostings{}
	var n uint64
	for _, t := range v.terms {
		list, err := o.list(v.field, t)
		if err != nil {
			return err
		}
		if k := list.Count(); k > 0 {
			n += k
			m.closed = append(m.closed, list.Iterator(v.weight > 0, v.weight > 0, false, nil))
		}
	}
	if n > 0 {
		u.postings = append(u.postings, &posting{it: m, n: n, weight: v.weight, avg: v.avg})
	}
	return nil
}

// manyPostings reads the postings of several terms of one field as those of one: a
// document's frequency is the sum of theirs.
type manyPostings struct {
	closed []segment.PostingsIterator // not read from yet
	heap   []stream
	sum    onePosting
}

// stream is the postings of one term and where they are.
type stream struct {
	it     segment.PostingsIterator
	doc    uint64
	freq   uint64
	length uint64
}

// onePosting is a document of several terms. Its length is the field's, as zap keeps it.
type onePosting struct {
	segment.Posting
	doc, freq, length uint64
}

func (p *onePosting) Number() uint64     { return p.doc }
func (p *onePosting) Frequency() uint64  { return p.freq }
func (p *onePosting) NormUint64() uint64 { return p.length }

func (m *manyPostings) Len() int           { return len(m.heap) }
func (m *manyPostings) Less(i, j int) bool { return m.heap[i].doc < m.heap[j].doc }
func (m *manyPostings) Swap(i, j int)      { m.heap[i], m.heap[j] = m.heap[j], m.heap[i] }
func (m *manyPostings) Push(x any)         { m.heap = append(m.heap, x.(stream)) }
func (m *manyPostings) Pop() any {
	last := m.heap[len(m.heap)-1]
	m.heap = m.heap[:len(m.heap)-1]
	return last
}

func (m *manyPostings) Size() int         { return 0 }
func (m *manyPostings) BytesRead() uint64 { return 0 }
func (m *manyPostings) ResetBytesRead(uint64) {
}
func (m *manyPostings) BytesWritten() uint64 { return 0 }

// take notes where a stream is; false at its end.
func (s *stream) take(p segment.Posting, err error) (bool, error) {
	if err != nil || p == nil {
		return false, err
	}
	s.doc, s.freq = p.Number(), p.Frequency()
	if l, ok := p.(interface{ NormUint64() uint64 }); ok {
		s.length = l.NormUint64()
	} else if norm := p.Norm(); norm > 0 {
		s.length = uint64(1/(norm*norm) + .5)
	}
	return true, nil
}

// start reads the first posting of each term.
func (m *manyPostings) start(read func(segment.PostingsIterator) (segment.Posting, error)) error {
	for _, it := range m.closed {
		s := stream{it: it}
		ok, err := s.take(read(it))
		if err != nil {
			return err
		}
		if ok {
			m.heap = append(m.heap, s)
		}
	}
	m.closed = nil
	heap.Init(m)
	return nil
}

// Next gives the next document that has any of the terms.
func (m *manyPostings) Next() (segment.Posting, error) {
	if m.closed != nil {
		if err := m.start(segment.PostingsIterator.Next); err != nil {
			return nil, err
		}
	}
	return m.first()
}

// Advance gives the first document at or behind doc that has any of the terms.
func (m *manyPostings) Advance(doc uint64) (segment.Posting, error) {
	if m.closed != nil {
		if err := m.start(func(it segment.PostingsIterator) (segment.Posting, error) { return it.Advance(doc) }); err != nil {
			return nil, err
		}
	}
	for len(m.heap) > 0 && m.heap[0].doc < doc {
		s := &m.heap[0]
		ok, err := s.take(s.it.Advance(doc))
		if err != nil {
			return nil, err
		}
		m.settle(ok)
	}
	return m.first()
}

// settle puts the first stream where it belongs, or drops it at its end.
func (m *manyPostings) settle(more bool) {
	if more {
		heap.Fix(m, 0)
	} else {
		heap.Pop(m)
	}
}

// first sums the streams that stand at the first document and moves them behind it.
func (m *manyPostings) first() (segment.Posting, error) {
	if len(m.heap) == 0 {
		return nil, nil
	}
	m.sum = onePosting{doc: m.heap[0].doc, length: m.heap[0].length}
	for len(m.heap) > 0 && m.heap[0].doc == m.sum.doc {
		s := &m.heap[0]
		m.sum.freq += s.freq
		ok, err := s.take(s.it.Next())
		if err != nil {
			return nil, err
		}
		m.settle(ok)
	}
	return &m.sum, nil
}
