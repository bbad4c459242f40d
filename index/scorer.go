package index

import "slices"

// scoring is how the frequencies of a packed spelling become a normalized frequency,
// the per-field part of BM25F.
type scoring struct {
	p       *packed
	weights [2]float64
	avg     [2]float64 // 0: lengths do not count
	body    bool       // the second variant's length is the body's
}

func (s *spelling) scoring(p *packed) scoring {
	x := scoring{p: p}
	for i, v := range s.of {
		at := 2 - len(s.of) + i
		x.weights[at], x.avg[at] = v.weight, v.avg
		x.body = v.field == fieldBody+v.lang
	}
	return x
}

// normalized is the frequency of a term in a field, weighted, by the field's length.
func normalized(weight, freq, length, avg float64) float64 {
	f := weight * freq
	if avg <= 0 || length <= 0 {
		return f
	}
	return f / (1 - b + b*length/avg)
}

// sum adds the normalized frequencies of both variants.
func (x *scoring) sum(tf float64, first, second uint32, n tokens) float64 {
	if first > 0 {
		tf += normalized(x.weights[0], float64(first), float64(n.title), x.avg[0])
	}
	if second > 0 {
		length := n.title
		if x.body {
			length = n.body
		}
		tf += normalized(x.weights[1], float64(second), float64(length), x.avg[1])
	}
	return tf
}

// saturated is BM25's score of a normalized frequency.
func saturated(idf, tf float64) float64 { return idf * tf * (k1 + 1) / (k1 + tf) }

// scorer is a word of the question in a segment.
type scorer struct {
	idf      float64
	parts    []scoring
	shared   bool // a document can be in several parts
	most     []float64
	sameLang []int // where the parts of another language begin
}

// scorer opens the word in a segment; nil where it is nowhere.
func (w *word) scorer(o *opener) (*scorer, error) {
	if w.spelt == nil {
		w.spelt = spelt(w.variants)
	}
	s := &scorer{idf: w.idf}
	lang := ""
	for i := range w.spelt {
		sp := &w.spelt[i]
		if sp.lang != "" && !holdsLang(o.seg.part, sp.lang) {
			continue
		}
		p, err := o.packed(sp)
		if err != nil {
			return nil, err
		}
		if p == nil {
			continue
		}
		if len(s.parts) > 0 && sp.lang == lang {
			s.shared = true
		} else {
			s.sameLang = append(s.sameLang, len(s.parts))
		}
		lang = sp.lang
		s.parts = append(s.parts, sp.scoring(p))
	}
	if len(s.parts) == 0 {
		return nil, nil
	}
	s.bounds(len(o.seg.col.blocks))
	return s, nil
}

// bounds works out what the word scores in each block at most. A document has one
// language, so that of several languages the greatest counts.
func (s *scorer) bounds(blocks int) {
	s.most = make([]float64, blocks)
	sum := s.most
	if len(s.sameLang) > 1 {
		sum = make([]float64, blocks)
	}
	for g, from := range s.sameLang {
		to := len(s.parts)
		if g+1 < len(s.sameLang) {
			to = s.sameLang[g+1]
		}
		for k := from; k < to; k++ {
			x := &s.parts[k]
			scale := 1.0
			for i, avg := range x.p.avg {
				if avg > 0 { // longer ones on average now: these count for shorter
					scale = max(scale, x.avg[i]/avg)
				}
			}
			for i, most := range x.p.most {
				sum[i] += scale * float64(most)
			}
		}
		if len(s.sameLang) > 1 {
			for i, tf := range sum {
				s.most[i] = max(s.most[i], tf)
			}
			clear(sum)
		}
	}
	for i, tf := range s.most {
		if tf > 0 {
			s.most[i] = s.idf * (k1 + 1) / (1 + k1/tf)
		}
	}
}

// hold adds the documents of a block that hold the word.
func (s *scorer) hold(n int, on *blockSet) {
	for i := range s.parts {
		s.parts[i].p.hold(n, on)
	}
}

func (p *packed) hold(n int, on *blockSet) {
	for _, d := range p.docs[p.starts[n]:p.starts[n+1]] {
		on[d>>6] |= 1 << (d & 63)
	}
}

// score adds what the word scores in a block's documents that are on.
func (s *scorer) score(col *column, n int, on *blockSet, sum *[blockDocs]float64) {
	if s.shared {
		s.scoreShared(col, n, on, sum)
		return
	}
	base := uint32(n * blockDocs)
	long := col.tokens[base:min(int(base)+blockDocs, len(col.tokens))]
	for k := range s.parts {
		x := &s.parts[k]
		from, to := x.p.starts[n], x.p.starts[n+1]
		for i, d := range x.p.docs[from:to] {
			if on[d>>6]&(1<<(d&63)) == 0 {
				continue
			}
			f, g := x.p.freq(from+uint32(i), base+uint32(d))
			sum[d] += saturated(s.idf, x.sum(0, f, g, long[d]))
		}
	}
}

func (s *scorer) scoreShared(col *column, n int, on *blockSet, sum *[blockDocs]float64) {
	var tf [blockDocs]float64
	var held blockSet
	base := uint32(n * blockDocs)
	for k := range s.parts {
		x := &s.parts[k]
		from, to := x.p.starts[n], x.p.starts[n+1]
		for i, d := range x.p.docs[from:to] {
			if on[d>>6]&(1<<(d&63)) == 0 {
				continue
			}
			f, g := x.p.freq(from+uint32(i), base+uint32(d))
			tf[d] = x.sum(tf[d], f, g, col.tokens[base+uint32(d)])
			held[d>>6] |= 1 << (d & 63)
		}
	}
	held.each(func(d int) { sum[d] += saturated(s.idf, tf[d]) })
}

// in gives the frequencies of a spelling in a document; false where it has none.
func (p *packed) in(doc uint64) (first, second uint32, ok bool) {
	n := int(doc / blockDocs)
	from, to := p.starts[n], p.starts[n+1]
	i, ok := slices.BinarySearch(p.docs[from:to], uint8(doc%blockDocs))
	if !ok {
		return 0, 0, false
	}
	first, second = p.freq(from+uint32(i), uint32(doc))
	return first, second, true
}
