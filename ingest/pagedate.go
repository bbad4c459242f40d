package ingest

import (
	"encoding/json"
	"time"
)

// linkedDate is the datePublished of a page's JSON-LD: of the object itself, of
// one in its list, or of one in its @graph.
func linkedDate(data []byte) string {
	var v any
	if json.Unmarshal(data, &v) != nil {
		return ""
	}
	return dateIn(v)
}

func dateIn(v any) string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if d := dateIn(e); d != "" {
				return d
			}
		}
	case map[string]any:
		if d, ok := v["datePublished"].(string); ok {
			return d
		}
		if graph, ok := v["@graph"].([]any); ok {
			return dateIn(graph)
		}
	}
	return ""
}

// pageLayouts are the ISO 8601 forms that pages use beyond RFC 3339. Forms in
// which day and month can be mistaken for each other are not among them.
var pageLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z0700"}

// isoDate brings a page's date into RFC 3339. Of a time without a zone only the
// day is known. What is no ISO 8601 comes back empty: the page is undated.
func isoDate(s string) string {
	for _, layout := range pageLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC().Format(time.RFC3339Nano)
		}
	}
	if len(s) >= len(time.DateOnly) {
		day := s[:len(time.DateOnly)]
		if _, err := time.Parse(time.DateOnly, day); err == nil && (len(s) == len(day) || s[len(day)] == 'T' || s[len(day)] == ' ') {
			return day
		}
	}
	return ""
}
