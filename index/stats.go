package index

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	bleveindex "github.com/blevesearch/bleve_index_api"

	"sitrep/news"
)

// The internal values of an index, written in the batch whose documents they tell of.
const (
	keyApplied = "sitrep.applied" // the log's sequence number, 8 bytes big-endian
	keyStats   = "sitrep.stats"
)

// stats are the counts that BM25 needs exact and bleve does not keep.
type stats struct {
	// Docs is the number of documents.
	Docs int `json:"docs"`
	// Gone is the number of dispatches that were forgotten: known to the log, not to the index.
	Gone int `json:"gone"`
	// Title and Body are the numbers of tokens in all titles and bodies.
	Title int `json:"title"`
	Body  int `json:"body"`
	// Langs counts the documents by analyzer.
	Langs map[string]int `json:"langs"`
}

func (s stats) clone() stats {
	langs := make(map[string]int, len(s.Langs))
	for k, v := range s.Langs {
		langs[k] = v
	}
	s.Langs = langs
	return s
}

func (s *stats) add(lang string, title, body, n int) {
	s.Docs += n
	s.Title += n * title
	s.Body += n * body
	s.Langs[lang] += n
}

func readInternal(r bleveindex.IndexReader) (uint64, stats, error) {
	st := stats{Langs: map[string]int{}}
	raw, err := r.GetInternal([]byte(keyApplied))
	if err != nil || len(raw) != 8 {
		return 0, st, err
	}
	js, err := r.GetInternal([]byte(keyStats))
	if err != nil {
		return 0, st, err
	}
	if err := json.Unmarshal(js, &st); err != nil {
		return 0, st, fmt.Errorf("index: its own counts cannot be read: %w", err)
	}
	return binary.BigEndian.Uint64(raw), st, nil
}

// forget takes a document out of the counts, if the index holds it.
func (s *stats) forget(r bleveindex.IndexReader, id news.ID) (held bool, err error) {
	doc, err := r.Document(string(id))
	if err != nil || doc == nil {
		return false, err
	}
	var title, body int
	lang := undetermined
	doc.VisitFields(func(f bleveindex.Field) {
		if f.Name() == fieldLength {
			_, err = fmt.Sscanf(string(f.Value()), "%d %d %s", &title, &body, &lang)
		}
	})
	if err != nil {
		return true, fmt.Errorf("index: lengths of %s: %w", id, err)
	}
	s.add(lang, title, body, -1)
	return true, nil
}
