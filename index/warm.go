package index

import (
	"context"
	"fmt"
	"strings"
)

const (
	// warmDocs is from how many documents on a segment's common words are worked out
	// before anybody asks for them.
	warmDocs = 4096
	// warmShare is from which share of a segment's documents on a word is common.
	warmShare = .02
)

// warm packs the postings of common words in segments that are new, so that the first
// question is not the slow one.
func (x *Index) warm(ctx context.Context, g *generation) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	snap := g.snapshot()
	if snap == nil {
		return nil
	}
	defer snap.release() //nolint:errcheck // it is told by whoever closes the generation
	n := max(float64(snap.stats.Docs), 1)
	title, body := float64(snap.stats.Title)/n, float64(snap.stats.Body)/n
	for _, p := range snap.parts {
		for _, seg := range p.segments {
			if seg.live < warmDocs || seg.col.warm.Load() {
				continue
			}
			if g.packs.full() {
				return nil
			}
			for _, lang := range p.langs {
				if err := warmLanguage(ctx, newOpener(seg), lang, title, body); err != nil {
					return err
				}
			}
			seg.col.warm.Store(true)
		}
	}
	return nil
}

func warmLanguage(ctx context.Context, o *opener, lang string, title, body float64) error {
	dict, err := o.dict(fieldBody + lang)
	if err != nil {
		return err
	}
	least := uint64(warmShare * float64(o.seg.live))
	for it, n := dict.AutomatonIterator(nil, nil, nil), 0; ; n++ {
		e, err := it.Next()
		if err != nil || e == nil {
			return err
		}
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if e.Count < least {
			continue
		}
		if _, err := o.packed(&spelling{lang: lang, of: wordIn(lang, strings.Clone(e.Term), title, body)}); err != nil {
			return err
		}
	}
}

// wordIn is how a word's term stands in the fields of a language.
func wordIn(lang, term string, title, body float64) []variant {
	return []variant{
		{field: fieldTitle + lang, term: term, weight: titleWeight, avg: title, lang: lang},
		{field: fieldBody + lang, term: term, weight: bodyWeight, avg: body, lang: lang},
	}
}
