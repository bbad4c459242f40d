package ingest

import (
	"path/filepath"
	"strings"
)

// A reader turns one file into records. It hands each to the sink with the line
// it stands at, and refuses there what cannot be read. Its own error ends the
// whole import: only the log's and the context's are of that kind.
type reader func(in *input, to sink) error

// sink takes what a reader finds.
type sink interface {
	// put files a record, or refuses it with the reason. Its error ends the import.
	put(r record) error
	// refuse says that something at a line (0: the whole file) is not filed.
	refuse(line int, format string, args ...any)
}

// format is one kind of file.
type format struct {
	// name is the extension that it is known by.
	name string
	read reader
	// stream says that it is read record by record, without a limit on the file.
	stream bool
}

// The formats by extension.
var formats = map[string]*format{
	".txt":    {name: ".txt", read: readText},
	".md":     {name: ".md", read: readMarkdown},
	".html":   {name: ".html", read: readHTML},
	".htm":    {name: ".html", read: readHTML},
	".json":   {name: ".json", read: readJSON},
	".ndjson": {name: ".ndjson", read: readNDJSON, stream: true},
	".jsonl":  {name: ".ndjson", read: readNDJSON, stream: true},
	".csv":    {name: ".csv", read: readCSV, stream: true},
	".eml":    {name: ".eml", read: readMail},
}

// formatNames lists what sitrep reads, for refusals and help.
const formatNames = ".txt, .md, .html, .json, .ndjson, .csv and .eml, each also with .gz"

// splitName takes a path's base name apart: what stands before the format's
// extension, the format (nil where it is none of ours) and whether it is
// compressed.
func splitName(path string) (stem string, f *format, gz bool) {
	stem = filepath.Base(path)
	if ext := filepath.Ext(stem); strings.EqualFold(ext, ".gz") {
		gz, stem = true, stem[:len(stem)-len(ext)]
	}
	ext := filepath.Ext(stem)
	if f = formats[strings.ToLower(ext)]; f != nil {
		stem = stem[:len(stem)-len(ext)]
	}
	return stem, f, gz
}
