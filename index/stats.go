package index

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	bleveindex "github.com/blevesearch/bleve_index_api"
)

// The internal values of an index, written in the batch whose documents they tell of.
const (
	keyApplied = "sitrep.applied" // the log's sequence number, 8 bytes big-endian
	keyStats   = "sitrep.stats"
)

// stats are a partition's counts that BM25 needs exact and bleve does not keep.
type stats struct {
	// Docs is the number of documents.
	Docs int `json:"docs"`
	// Gone is the number of dispatches that left the partition, less those that came
	// into it again: the sum over all partitions is what the log knows and the index does not.
	Gone int `json:"gone"`
	// Title and Body are the numbers of tokens in all titles and bodies.
	Title int `json:"title"`
	Body  int `json:"body"`
	// Langs counts the documents by analyzer.
	Langs map[string]int `json:"langs"`
}

func newStats() stats { return stats{Langs: map[string]int{}} }

// join adds the counts of another partition.
func (s *stats) join(o stats) {
	s.Docs += o.Docs
	s.Gone += o.Gone
	s.Title += o.Title
	s.Body += o.Body
	for k, v := range o.Langs {
		s.Langs[k] += v
	}
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
	st := newStats()
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
