package index

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
)

// spell finds how dispatches write a term: the form that is nearest to the word,
// then the one that comes first.
func (s *speller) spell(n *nearTerm, word string) error {
	least := math.Inf(1)
	rows, err := s.some(n)
	if err != nil {
		return err
	}
	for _, r := range rows {
		known, ok := s.x.Text(Hit{ID: r.spelled(), at: r.at, from: r.from})
		if !ok {
			continue // changed since: another tells
		}
		for _, text := range []string{known.Dispatch.Title, known.Dispatch.Body} {
			for _, t := range s.x.analyzers.tokens(n.lang, text) {
				if string(t.Term) != n.term || t.Start < 0 || t.End > len(text) || t.Start >= t.End {
					continue
				}
				form := text[t.Start:t.End]
				if word == strings.ToLower(word) {
					form = strings.ToLower(form)
				}
				if c := slipCost(strings.ToLower(word), strings.ToLower(form)); c < least && correctable(form) {
					least, n.word = c, form
				}
			}
		}
	}
	n.slips = least
	if most := bearable(word); least > most {
		// The texts that were read may have another form of the very word.
		if n.slips = n.beside + wholeSlip; utf8.RuneCountInString(word) < longWord || n.beside > most {
			n.word = ""
		}
	}
	return nil
}

// bearable is how much slips may cost: one in a short word, two in a long one.
func bearable(word string) float64 {
	if utf8.RuneCountInString(word) >= longWord {
		return 2 * wholeSlip
	}
	return wholeSlip + firstSlip
}

// some are rows of those that hold a term: the first by ID, since in which order an
// index has them hangs on how it was built.
func (s *speller) some(n *nearTerm) (rows []row, err error) {
	order := func(a, b row) int { return bytes.Compare(a.id[:], b.id[:]) }
	err = s.each(n.lang, n.term, func(seg *shelf, docs *roaring.Bitmap) bool {
		for it := docs.Iterator(); it.HasNext(); {
			r := seg.seg.row(uint64(it.Next()))
			if i, _ := slices.BinarySearchFunc(rows, r, order); i < mostTexts {
				rows = slices.Insert(rows, i, r)
				rows = rows[:min(len(rows), mostTexts)]
			}
		}
		return true
	})
	return rows, err
}
